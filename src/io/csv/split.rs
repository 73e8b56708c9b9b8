//! Records of a delimited file, split strictly and without an allocation per record.
//!
//! A field either starts with `"` and ends with `"` before a delimiter or a line end, with quotes doubled inside, or
//! holds no quote at all. A line ends in LF, CR LF or CR. What a record is does not depend on how the bytes arrive.

use super::Source;
use super::field::{
    Field, HAS_BREAK, IN_SCRATCH, LineEnd, carriage_return, line_end, plain_end, quoted_field, split_plain,
    split_quoted,
};
use crate::error::{Code, Error, Problem, Result};
use crate::limits::{RECORD_BYTES_MAX, RECORD_LINES_MAX};
use memchr::{memchr2, memchr3};

/// Bytes read at a time, unless the caller says otherwise: they stay in the second-level cache.
pub(crate) const BLOCK_BYTES: usize = 256 << 10;
/// A run of so many NUL bytes at the end of a record that is too long is padding.
const PADDING_BYTES: usize = 1024;

/// Why a record is not well quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BadQuote {
    /// The position of the field.
    pub(crate) field: usize,
    /// A backslash stands before the quote.
    pub(crate) backslash: bool,
    /// Text follows a closing quote; otherwise a quote stands inside an unquoted field.
    pub(crate) after_closing: bool,
}

/// One record, borrowed until the next one is asked for.
#[derive(Clone, Copy)]
pub(crate) struct Record<'a> {
    bytes: &'a [u8],
    scratch: &'a [u8],
    fields: &'a [Field],
    /// The line on which it starts, from 1.
    pub(crate) line: u64,
    /// Its first byte in the file, from 0.
    pub(crate) byte: u64,
    pub(crate) bad_quote: Option<BadQuote>,
    /// A field holds a line break.
    pub(crate) has_break: bool,
    /// It ends with the file, not with a line end.
    pub(crate) at_file_end: bool,
}

impl<'a> Record<'a> {
    /// A record without fields, for values that come from elsewhere.
    pub(super) fn empty(line: u64, byte: u64) -> Self {
        Self {
            bytes: b"",
            scratch: b"",
            fields: &[],
            line,
            byte,
            bad_quote: None,
            has_break: false,
            at_file_end: false,
        }
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.fields.len()
    }

    /// The bytes of a field, quotes removed; empty beyond the last.
    #[inline]
    pub(crate) fn get(&self, at: usize) -> &'a [u8] {
        match self.fields.get(at) {
            Some(f) if f.flags & IN_SCRATCH == 0 => &self.bytes[f.start as usize..f.end as usize],
            Some(f) => &self.scratch[f.start as usize..f.end as usize],
            None => b"",
        }
    }

    pub(super) fn field_has_break(&self, at: usize) -> bool {
        self.fields.get(at).is_some_and(|f| f.flags & HAS_BREAK != 0)
    }

    /// The record as it stands in the file.
    pub(super) fn whole(&self) -> &'a [u8] {
        self.bytes
    }
}

/// What [`Splitter::advance`] came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Record,
    /// A record longer than the limit was skipped.
    TooLong,
    End,
}

/// What was found from the start of a record.
enum Scan {
    Found,
    /// Its end is not in the buffer.
    More,
    /// Its end is not in the buffer, and a quote is open since this line.
    Open(u64),
}

/// The record found last, not yet passed over.
#[derive(Clone, Copy, Debug)]
struct Found {
    /// Its bytes without the line end, and with it.
    len: usize,
    next: usize,
    /// Line breaks inside.
    breaks: u64,
    end: LineEnd,
    bad_quote: Option<BadQuote>,
}

const NOTHING: Found = Found { len: 0, next: 0, breaks: 0, end: LineEnd::File, bad_quote: None };

/// What the lines of a file were like.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::io) struct Lines {
    pub(super) cr: u64,
    pub(super) blank: u64,
    pub(super) first_blank: u64,
    /// The first line that ends in another way than the one before.
    pub(super) first_mixed: Option<u64>,
    pub(super) no_final_newline: bool,
    /// How the first line ends, and which it is.
    first_end: Option<(LineEnd, u64)>,
    last_end: Option<LineEnd>,
}

impl Lines {
    /// Lines that all end in the same way, from one on.
    pub(super) fn alike(end: LineEnd, first: u64) -> Self {
        Self { first_end: Some((end, first)), last_end: Some(end), ..Self::default() }
    }

    /// The same lines, from another one on, where all end in the same way.
    pub(super) fn at(&self, first: u64) -> Self {
        Self { first_end: self.first_end.map(|(end, _)| (end, first)), ..*self }
    }

    /// Adds what the lines that follow were like.
    pub(in crate::io) fn append(&mut self, next: Self) {
        if self.blank == 0 {
            self.first_blank = next.first_blank;
        }
        self.blank += next.blank;
        self.cr += next.cr;
        self.no_final_newline |= next.no_final_newline;
        if let (Some(last), Some((first, line))) = (self.last_end, next.first_end)
            && last != first
        {
            self.first_mixed.get_or_insert(line);
        }
        self.first_mixed = self.first_mixed.or(next.first_mixed);
        self.first_end = self.first_end.or(next.first_end);
        self.last_end = next.last_end.or(self.last_end);
    }
}

/// What of a file is not split yet.
pub(super) struct Rest<'r> {
    pub(super) source: Source<'r>,
    pub(super) bytes: Vec<u8>,
    pub(super) at_end: bool,
    pub(super) byte: u64,
    pub(super) line: u64,
    pub(super) delimiter: u8,
    /// What the lines before were like.
    pub(super) lines: Lines,
}

/// Splits a file into records.
pub(crate) struct Splitter<'r> {
    source: Source<'r>,
    buffer: Vec<u8>,
    start: usize,
    filled: usize,
    at_end: bool,
    /// The place of the first byte of the buffer in the file.
    base: u64,
    /// The line at `start`.
    line: u64,
    /// The place of the record that was skipped last.
    skipped_at: (u64, u64),
    delimiter: u8,
    found: Found,
    fields: Vec<Field>,
    scratch: Vec<u8>,
    pub(super) lines: Lines,
}

impl<'r> Splitter<'r> {
    /// Reads `block` bytes at a time. More are read for longer records.
    pub(crate) fn new(source: Source<'r>, block: usize) -> Self {
        Self {
            source,
            buffer: vec![0; block.clamp(1, RECORD_BYTES_MAX + 1)],
            start: 0,
            filled: 0,
            at_end: false,
            base: 0,
            line: 1,
            skipped_at: (0, 0),
            delimiter: b',',
            found: NOTHING,
            fields: Vec::new(),
            scratch: Vec::new(),
            lines: Lines::default(),
        }
    }

    /// Splits bytes of a file that are whole records, from a line and a byte of it on.
    pub(super) fn of_records(bytes: Vec<u8>, source: Source<'r>, line: u64, base: u64, delimiter: u8) -> Self {
        let filled = bytes.len();
        Self { buffer: bytes, filled, at_end: true, base, line, delimiter, ..Self::new(source, 1) }
    }

    /// What is not split yet, to be cut into blocks.
    pub(super) fn into_rest(mut self) -> Rest<'r> {
        self.consume();
        Rest {
            bytes: self.buffer[self.start..self.filled].to_vec(),
            at_end: self.at_end,
            byte: self.base + self.start as u64,
            line: self.line,
            delimiter: self.delimiter,
            lines: self.lines,
            source: self.source,
        }
    }

    /// A problem of this file.
    pub(super) fn problem(&self, code: Code, reason: impl Into<std::borrow::Cow<'static, str>>) -> Problem {
        self.source.problem(code, reason)
    }

    /// How many bytes of the file were taken, compressed ones as such.
    #[inline]
    pub(crate) fn taken(&self) -> u64 {
        self.source.taken()
    }

    /// Up to `count` bytes that come next, without passing over them.
    pub(super) fn peek(&mut self, count: usize) -> Result<&[u8]> {
        while self.filled - self.start < count && !self.at_end {
            self.more()?;
        }
        Ok(&self.buffer[self.start..self.filled.min(self.start + count)])
    }

    /// Passes over the record found last and finds the next; blank lines are counted and skipped.
    pub(crate) fn advance(&mut self) -> Result<Step> {
        loop {
            self.consume();
            let step = self.find()?;
            if step != Step::Record || self.found.len > 0 && !self.is_blank() {
                return Ok(step);
            }
            if self.lines.blank == 0 {
                self.lines.first_blank = self.line;
            }
            self.lines.blank += 1;
        }
    }

    /// The record found last.
    #[inline]
    pub(crate) fn record(&self) -> Record<'_> {
        Record {
            bytes: &self.buffer[self.start..self.start + self.found.len],
            scratch: &self.scratch,
            fields: &self.fields,
            line: self.line,
            byte: self.base + self.start as u64,
            bad_quote: self.found.bad_quote,
            has_break: self.found.breaks > 0,
            at_file_end: self.found.end == LineEnd::File,
        }
    }

    /// The place of the record that was skipped last.
    pub(crate) fn skipped(&self) -> Record<'static> {
        Record::empty(self.skipped_at.0, self.skipped_at.1)
    }

    /// True when no field holds anything but spaces, as in the rows that spreadsheets leave behind.
    #[inline]
    fn is_blank(&self) -> bool {
        let first = self.buffer[self.start];
        let record = || self.record();
        (first == b' ' || first == b'"' || first == self.delimiter)
            && self.found.bad_quote.is_none()
            && (0..self.fields.len()).all(|at| record().get(at).iter().all(|b| *b == b' '))
    }

    fn consume(&mut self) {
        let Found { next, breaks, end, .. } = std::mem::replace(&mut self.found, NOTHING);
        if next == 0 {
            return;
        }
        self.note_end(end);
        self.start += next;
        self.line += 1 + breaks;
    }

    #[inline]
    fn note_end(&mut self, end: LineEnd) {
        match end {
            LineEnd::File => {
                self.lines.no_final_newline = true;
                return;
            }
            LineEnd::Cr => self.lines.cr += 1,
            LineEnd::Lf | LineEnd::CrLf => {}
        }
        if self.lines.last_end.is_some_and(|last| last != end) && self.lines.first_mixed.is_none() {
            self.lines.first_mixed = Some(self.line);
        }
        self.lines.first_end.get_or_insert((end, self.line));
        self.lines.last_end = Some(end);
    }

    /// Finds the record at `start` without passing over it. Calling it again with another delimiter is harmless.
    pub(crate) fn find(&mut self) -> Result<Step> {
        loop {
            let available = self.filled - self.start;
            let window = available.min(RECORD_BYTES_MAX);
            let whole = self.at_end && window == available;
            if available == 0 && self.at_end {
                return Ok(Step::End);
            }
            match self.scan(window, whole)? {
                Scan::Found => {
                    if self.found.end == LineEnd::File {
                        self.refuse_padding(self.found.len, 1)?;
                    }
                    return Ok(Step::Record);
                }
                Scan::Open(line) if whole || window == RECORD_BYTES_MAX => return Err(self.unclosed(line)),
                Scan::More if window == RECORD_BYTES_MAX => {
                    self.refuse_padding(window, PADDING_BYTES)?;
                    self.skipped_at = (self.line, self.base + self.start as u64);
                    self.skip_line()?;
                    return Ok(Step::TooLong);
                }
                Scan::More | Scan::Open(_) => self.more()?,
            }
        }
    }

    /// Passes over the rest of the line, whatever is in it, in constant memory. False at the end of the file.
    pub(crate) fn skip_line(&mut self) -> Result<bool> {
        loop {
            let bytes = &self.buffer[self.start..self.filled];
            match memchr2(b'\n', b'\r', bytes) {
                Some(at) if bytes[at] == b'\r' && at + 1 == bytes.len() && !self.at_end => {
                    self.start += at;
                    self.more()?;
                }
                Some(at) => {
                    let next = at + 1 + usize::from(bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n'));
                    self.start += next;
                    self.line += 1;
                    return Ok(true);
                }
                None if self.at_end => {
                    self.start = self.filled;
                    return Ok(false);
                }
                None => {
                    self.start = self.filled;
                    self.more()?;
                }
            }
        }
    }

    /// Splits the next records at another byte.
    pub(crate) fn set_delimiter(&mut self, delimiter: u8) {
        self.delimiter = delimiter;
    }

    /// Passes over the mark of UTF-8, if it is there.
    pub(crate) fn skip_mark(&mut self) -> Result<()> {
        if self.peek(3)? == b"\xEF\xBB\xBF" {
            self.skip_bytes(3);
        }
        Ok(())
    }

    /// Passes over `count` bytes that were peeked at.
    fn skip_bytes(&mut self, count: usize) {
        self.start += count.min(self.filled - self.start);
    }

    /// Reads on, keeping what is not passed over. The buffer grows when that fills it, up to the limit of a record.
    fn more(&mut self) -> Result<()> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.filled, 0);
            self.base += self.start as u64;
            self.filled -= self.start;
            self.start = 0;
        }
        if self.filled == self.buffer.len() {
            let grown = (self.buffer.len() * 2).min(RECORD_BYTES_MAX + 1);
            self.buffer.resize(grown.max(self.filled + 1), 0);
        }
        let space = self.buffer.len() - self.filled;
        let count = self.source.fill(&mut self.buffer[self.filled..])?;
        self.filled += count;
        self.at_end = count < space;
        Ok(())
    }

    /// A file that ends in NUL bytes was not written whole.
    fn refuse_padding(&self, len: usize, least: usize) -> Result<()> {
        let bytes = &self.buffer[self.start..self.start + len];
        let padding = bytes.iter().rev().take_while(|b| **b == 0).count();
        if padding < least {
            return Ok(());
        }
        let at = self.base + (self.start + len - padding) as u64;
        let mut problem = self
            .problem(Code::NulPadding, format!("the file is padded with NUL bytes from byte {at}"))
            .line(self.line)
            .hint("it was not written or copied whole: fetch it again");
        problem.location.byte = Some(at);
        Err(problem.into())
    }

    #[cold]
    fn unclosed(&self, line: u64) -> Error {
        let reason = format!(
            "a quote is opened and never closed, within {RECORD_LINES_MAX} lines and {RECORD_BYTES_MAX} bytes at least"
        );
        let mut problem = self
            .problem(Code::UnclosedQuote, reason)
            .line(line)
            .hint("close it, or double each quote that belongs to the text");
        problem.location.byte = Some(self.base + self.start as u64);
        problem.into()
    }

    #[inline]
    fn scan(&mut self, window: usize, whole: bool) -> Result<Scan> {
        let bytes = &self.buffer[self.start..self.start + window];
        self.fields.clear();
        let (len, next, end) = match memchr3(b'\n', b'\r', b'"', bytes) {
            Some(at) => match bytes[at] {
                b'\n' => (at, at + 1, LineEnd::Lf),
                b'\r' => match carriage_return(bytes, at, whole) {
                    Some((next, end)) => (at, next, end),
                    None => return Ok(Scan::More),
                },
                _ => return self.scan_quoted(window, whole),
            },
            None if whole => (window, window, LineEnd::File),
            None => return Ok(Scan::More),
        };
        split_plain(&bytes[..len], self.delimiter, &mut self.fields);
        self.found = Found { len, next, breaks: 0, end, bad_quote: None };
        Ok(Scan::Found)
    }

    /// A record that holds a quote.
    fn scan_quoted(&mut self, window: usize, whole: bool) -> Result<Scan> {
        self.scratch.clear();
        let bytes = &self.buffer[self.start..self.start + window];
        // Nearly always the line is the record, and its quotes only enclose fields.
        if let Some((len, next, end)) = line_end(bytes) {
            if split_quoted(&bytes[..len], self.delimiter, &mut self.fields) {
                self.found = Found { len, next, end, ..NOTHING };
                return Ok(Scan::Found);
            }
            self.fields.clear();
        }
        let mut found = NOTHING;
        let mut at = 0;
        loop {
            let field = self.fields.len();
            if bytes.get(at) == Some(&b'"') {
                let opened_on = self.line + found.breaks;
                let quoted = match quoted_field(bytes, at, whole, &mut found.breaks) {
                    Some(quoted) if found.breaks <= RECORD_LINES_MAX => quoted,
                    None if found.breaks <= RECORD_LINES_MAX => return Ok(Scan::Open(opened_on)),
                    _ => return Err(self.unclosed(opened_on)),
                };
                self.fields.push(quoted.field(bytes, at, &mut self.scratch));
                at = quoted.close + 1;
                if bytes.get(at).is_some_and(|b| *b != self.delimiter && !matches!(b, b'\n' | b'\r')) {
                    if quoted.has_break {
                        // The quote that closes is most likely one that opens: records were swallowed.
                        return Err(self.unclosed(opened_on));
                    }
                    let backslash = bytes[quoted.close - 1] == b'\\';
                    found.bad_quote.get_or_insert(BadQuote { field, backslash, after_closing: true });
                    at = plain_end(bytes, at, self.delimiter);
                }
            } else {
                let end = plain_end(bytes, at, self.delimiter);
                if let Some(quote) = bytes[at..end].iter().position(|b| *b == b'"') {
                    let backslash = quote > 0 && bytes[at + quote - 1] == b'\\';
                    found.bad_quote.get_or_insert(BadQuote { field, backslash, after_closing: false });
                }
                self.fields.push(Field { start: at as u32, end: end as u32, flags: 0 });
                at = end;
            }
            found.len = at;
            match bytes.get(at) {
                Some(b) if *b == self.delimiter => at += 1,
                Some(b'\n') => (found.next, found.end) = (at + 1, LineEnd::Lf),
                Some(_) => match carriage_return(bytes, at, whole) {
                    Some(end) => (found.next, found.end) = end,
                    None => return Ok(Scan::More),
                },
                None if whole => (found.next, found.end) = (at, LineEnd::File),
                None => return Ok(Scan::More),
            }
            if found.next > 0 {
                self.found = found;
                return Ok(Scan::Found);
            }
        }
    }
}
