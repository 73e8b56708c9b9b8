//! The records of a file of facts: commas, quotes where a text needs them, every line ended.

use crate::error::{Code, Error, Problem, Result};
use crate::io::progress::ProgressMeter;
use crate::limits::RECORD_BYTES_MAX;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// A file of facts that is read record by record.
pub(super) struct Records<'m> {
    file: BufReader<File>,
    name: String,
    header: &'static [&'static str],
    text: String,
    cells: Vec<String>,
    /// The line on which the record starts, and the one after it.
    line: u64,
    next_line: u64,
    rows: u64,
    meter: &'m ProgressMeter,
}

impl<'m> Records<'m> {
    /// Opens a file, whose header must be exactly this one.
    pub(super) fn open(path: &Path, header: &'static [&'static str], meter: &'m ProgressMeter) -> Result<Self> {
        let file = File::open(path).map_err(|e| Error::io(path.display(), "cannot be read", e))?;
        let mut records = Self {
            file: BufReader::with_capacity(1 << 16, file),
            name: path.display().to_string(),
            header,
            text: String::new(),
            cells: Vec::new(),
            line: 0,
            next_line: 1,
            rows: 0,
            meter,
        };
        if !records.next()? || records.cells != header {
            let expected = header.join(",");
            return Err(records.bad(None, format!("the header is not {expected}")));
        }
        records.rows = 0;
        Ok(records)
    }

    /// Takes the next record. False: there is none.
    pub(super) fn next(&mut self) -> Result<bool> {
        self.line = self.next_line;
        let mut bytes = std::mem::take(&mut self.text).into_bytes();
        bytes.clear();
        loop {
            let most = (RECORD_BYTES_MAX + 1 - bytes.len().min(RECORD_BYTES_MAX)) as u64;
            let read = (&mut self.file).take(most).read_until(b'\n', &mut bytes);
            let read = read.map_err(|e| Error::io(&self.name, "cannot be read", e))?;
            if read == 0 && bytes.is_empty() {
                return Ok(false);
            }
            if bytes.last() != Some(&b'\n') || read == 0 {
                let cut = bytes.len() <= RECORD_BYTES_MAX;
                let reason = if cut { "the file ends in the middle of a record" } else { "the record is too long" };
                return Err(self.bad(None, reason.to_owned()));
            }
            self.next_line += 1;
            if bytes.iter().filter(|byte| **byte == b'"').count() % 2 == 0 {
                break;
            }
        }
        self.meter.take(&self.name, bytes.len() as u64)?;
        bytes.pop();
        self.text = String::from_utf8(bytes).map_err(|_| self.bad(None, "not UTF-8".to_owned()))?;
        self.split()?;
        self.rows += 1;
        Ok(true)
    }

    fn split(&mut self) -> Result<()> {
        self.cells.clear();
        let mut rest = self.text.as_str();
        loop {
            let Some(quoted) = rest.strip_prefix('"') else {
                let (cell, after) = rest.split_once(',').map_or((rest, None), |(cell, after)| (cell, Some(after)));
                if cell.contains('"') {
                    return Err(self.bad(None, "quotes stand where they cannot".to_owned()));
                }
                self.cells.push(cell.to_owned());
                match after {
                    Some(after) => rest = after,
                    None => break,
                }
                continue;
            };
            let Some((cell, after)) = unquoted(quoted) else {
                return Err(self.bad(None, "quotes stand where they cannot".to_owned()));
            };
            self.cells.push(cell);
            match after.strip_prefix(',') {
                Some(after) => rest = after,
                None if after.is_empty() => break,
                None => return Err(self.bad(None, "quotes stand where they cannot".to_owned())),
            }
        }
        if self.cells.len() != self.header.len() {
            let reason = format!("{} cells; {} were expected", self.cells.len(), self.header.len());
            return Err(self.bad(None, reason));
        }
        Ok(())
    }

    /// How many records there were.
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    pub(super) fn cell(&self, at: usize) -> &str {
        &self.cells[at]
    }

    /// A whole number within ±`most`, without a sign where it is not `signed`.
    pub(super) fn integer(&self, at: usize, signed: bool, most: i128) -> Result<i128> {
        let text = self.cell(at);
        let number = text.parse::<i128>().ok().filter(|number| number.to_string() == text);
        let Some(number) = number else {
            return Err(self.bad(Some(at), "a whole number is expected, as it would be written".to_owned()));
        };
        if number < 0 && !signed {
            return Err(self.bad(Some(at), "it cannot be negative".to_owned()));
        }
        if !(-most..=most).contains(&number) {
            return Err(self.bad(Some(at), format!("it is larger than {most}")));
        }
        Ok(number)
    }

    /// A fault of this record, or of one of its cells.
    pub(super) fn bad(&self, cell: Option<usize>, reason: String) -> Error {
        let problem = bad_facts(&self.name, reason).line(self.line);
        match cell {
            Some(at) => problem.column(self.header[at]).value(self.cell(at)).into(),
            None => problem.into(),
        }
    }

    /// A fault that only the whole file shows.
    pub(super) fn bad_file(&self, reason: String) -> Error {
        bad_facts(&self.name, reason).into()
    }
}

/// A text up to the quote that closes it, and what follows.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut cell = String::new();
    let mut rest = text;
    loop {
        let (before, after) = rest.split_once('"')?;
        cell.push_str(before);
        match after.strip_prefix('"') {
            Some(after) => {
                cell.push('"');
                rest = after;
            }
            None => return Some((cell, after)),
        }
    }
}

/// A problem of a file of facts.
pub(super) fn bad_facts(file: &str, reason: String) -> Problem {
    let problem = Problem::new(Code::BadFacts, reason).file(file);
    problem.hint("make the facts again with portefeuille facts")
}
