//! Files cut into blocks of whole records, which several threads can read.

use super::columns::{event, line, order};
use super::findings::Findings;
use super::header::{self, Plan};
use super::row::Row;
use super::split::{Lines, Rest, Splitter, Step};
use super::table::{Told, rows};
use super::{Encoding, Source, post};
use crate::error::{Result, Table};
use crate::io::ReadOptions;
use crate::ledger::Ledger;
use crate::limits::RECORD_BYTES_MAX;
use crate::records::{Id, IdRef};
use memchr::{memchr, memchr_iter, memchr2_iter, memrchr};
use std::io::Read;
use std::ops::Range;
use std::sync::Arc;

/// Where the first record after an id is looked for one by one.
const NEAR_BYTES: usize = 2 << 10;

/// What the blocks of one file have in common.
struct Shared {
    plan: Plan,
    name: Arc<str>,
    file: u16,
    delimiter: u8,
}

/// A file cut into blocks.
pub(crate) struct Blocks {
    rest: Rest<'static>,
    shared: Arc<Shared>,
    size: usize,
}

/// Whole records of a file.
pub(crate) struct Block {
    bytes: Vec<u8>,
    line: u64,
    byte: u64,
    shared: Arc<Shared>,
    /// No line ends inside quotes, as far as that was looked at.
    plain: bool,
}

impl Blocks {
    /// Opens a file of a table, and tells a ledger what its header says.
    pub(crate) fn open(
        reader: Box<dyn Read>,
        name: &str,
        table: Table,
        options: &ReadOptions,
        ledger: &mut Ledger,
    ) -> Result<Self> {
        let source = Source::new(reader, name, table, options.mapping.format(table).encoding);
        let mut splitter = Splitter::new(source, options.block_bytes);
        let file = ledger.quality_mut().open_file(name);
        let plan = header::read(&mut splitter, table, &options.mapping, ledger, file)?;
        post::note_given(&mut ledger.quality_mut().given, &plan, false);
        let rest = splitter.into_rest();
        let shared = Shared { plan, name: name.into(), file, delimiter: rest.delimiter };
        // Orders come in smaller blocks: the lines of a block of orders are held together.
        let blocks = if table == Table::Orders { 1 } else { 4 };
        let size = options.block_bytes.saturating_mul(blocks).clamp(1, RECORD_BYTES_MAX);
        Ok(Self { rest, shared: Arc::new(shared), size })
    }

    /// The number of the file.
    pub(crate) fn file(&self) -> u16 {
        self.shared.file
    }

    /// What the lines of the header were like.
    pub(crate) fn header_lines(&self) -> Lines {
        self.rest.lines
    }

    /// How many bytes of the file were taken, compressed ones as such.
    pub(crate) fn taken(&self) -> u64 {
        self.rest.source.taken()
    }

    /// The next block. `Ok(None)`: the file ends. `Err(None)`: where a record ends cannot be told from here.
    pub(crate) fn next(&mut self) -> Result<Option<Block>, Option<crate::error::Error>> {
        let rest = &mut self.rest;
        let mut bytes = std::mem::take(&mut rest.bytes);
        if !rest.at_end && bytes.len() < self.size {
            let wanted = self.size - bytes.len();
            bytes.reserve_exact(wanted);
            rest.at_end = rest.source.append(&mut bytes, wanted).map_err(Some)? < wanted;
        }
        if bytes.is_empty() {
            return if rest.at_end { Ok(None) } else { Err(None) };
        }
        if !rest.at_end {
            let end = boundary(&bytes).ok_or(None)?;
            rest.bytes = bytes[end..].to_vec();
            bytes.truncate(end);
        }
        let block = Block { line: rest.line, byte: rest.byte, shared: Arc::clone(&self.shared), bytes, plain: false };
        rest.line += line_count(&block.bytes);
        rest.byte += block.bytes.len() as u64;
        Ok(Some(block))
    }
}

/// Where the last record that is whole ends, if fields are quoted as they should; when they are not, its block says so.
fn boundary(bytes: &[u8]) -> Option<usize> {
    let mut end = memrchr(b'\n', bytes)? + 1;
    if memchr(b'"', bytes).is_none() {
        return Some(end);
    }
    // A line end outside of quotes has an even number of them before it.
    let mut before = memchr_iter(b'"', &bytes[..end]).count();
    while before % 2 == 1 {
        let line = memrchr(b'\n', &bytes[..end - 1])? + 1;
        before -= memchr_iter(b'"', &bytes[line..end]).count();
        end = line;
    }
    Some(end)
}

/// Whether a line ends inside quotes, which would mislead a search for records.
fn has_hidden_line_end(bytes: &[u8]) -> bool {
    let mut inside = false;
    memchr2_iter(b'"', b'\n', bytes).any(|at| {
        inside ^= bytes[at] == b'"';
        inside && bytes[at] == b'\n'
    })
}

/// How many lines end in some bytes.
fn line_count(bytes: &[u8]) -> u64 {
    let feeds = memchr_iter(b'\n', bytes).count();
    let bare = |at: &usize| bytes.get(at + 1) != Some(&b'\n');
    let returns = if memchr(b'\r', bytes).is_some() { memchr_iter(b'\r', bytes).filter(bare).count() } else { 0 };
    (feeds + returns) as u64
}

impl Block {
    /// The number of its file.
    pub(crate) fn file(&self) -> u16 {
        self.shared.file
    }

    /// The table of its records.
    pub(crate) fn table(&self) -> Table {
        self.shared.plan.table
    }

    /// Makes ready for being split.
    pub(crate) fn ready(self) -> Self {
        Self { plain: !has_hidden_line_end(&self.bytes), ..self }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Its records as they are written.
    pub(super) fn text(&self) -> &[u8] {
        &self.bytes
    }

    /// The line of its first record, from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    pub(super) fn plan(&self) -> &Plan {
        &self.shared.plan
    }

    pub(super) fn delimiter(&self) -> u8 {
        self.shared.delimiter
    }

    /// Some of its records, each of which is one line.
    pub(crate) fn lines(&self, rows: Range<usize>) -> Self {
        let mut ends = memchr_iter(b'\n', &self.bytes).map(|at| at + 1);
        let start = rows.start.checked_sub(1).and_then(|before| ends.nth(before)).unwrap_or(0);
        let end = rows.len().checked_sub(1).and_then(|more| ends.nth(more)).unwrap_or(start);
        Self {
            bytes: self.bytes[start..end].to_vec(),
            line: self.line + rows.start as u64,
            byte: self.byte + start as u64,
            shared: Arc::clone(&self.shared),
            plain: self.plain,
        }
    }

    /// The name of its file.
    pub(crate) fn name(&self) -> &str {
        &self.shared.name
    }

    fn splitter(&self, bytes: Vec<u8>, line: u64, byte: u64) -> Splitter<'static> {
        let nothing = Box::new(std::io::empty());
        let source = Source::new(nothing, &self.shared.name, self.shared.plan.table, Encoding::Utf8);
        Splitter::of_records(bytes, source, line, byte, self.shared.delimiter)
    }

    /// The id of the order of the first record that has one, and where that record starts and ends, from a place on.
    fn order_after(&self, from: usize, options: &ReadOptions) -> Option<(usize, usize, Id)> {
        let column = match self.shared.plan.table {
            Table::Orders => order::ORDER_ID,
            Table::OrderLines => line::ORDER_ID,
            Table::ServiceEvents => event::ORDER_ID,
            Table::Customers => return None,
        };
        let findings = Findings::default();
        let mut start = from;
        while start < self.bytes.len() {
            let end = memchr(b'\n', &self.bytes[start..]).map_or(self.bytes.len(), |at| start + at + 1);
            let mut splitter = self.splitter(self.bytes[start..end].to_vec(), 1, 0);
            if splitter.advance().is_ok_and(|step| step == Step::Record) {
                let plan = &self.shared.plan;
                let format = options.mapping.format(plan.table);
                let row = Row { record: splitter.record(), plan, format, findings: &findings, file: 0 };
                if let Ok(id) = row.id(column)
                    && let Some(id) = id.some()
                {
                    return Some((start, end, id.to_id()));
                }
            }
            start = end;
        }
        None
    }

    /// The id of the order of its first record that has one.
    pub(crate) fn first_order(&self, options: &ReadOptions) -> Option<Id> {
        self.order_after(0, options).map(|(_, _, id)| id)
    }

    /// Cuts before the first record of an order after `bound`, when records come in the order of these ids.
    pub(crate) fn split_after(mut self, bound: IdRef<'_>, options: &ReadOptions) -> (Option<Self>, Option<Self>) {
        let (mut low, mut high) = (0, self.bytes.len());
        while self.plain && high - low > NEAR_BYTES {
            let middle = low.midpoint(high);
            let line = memchr(b'\n', &self.bytes[middle..high]).map_or(high, |at| middle + at + 1);
            match self.order_after(line, options) {
                Some((start, _, id)) if start < high && id.as_ref() <= bound => low = start,
                _ => high = middle,
            }
        }
        let mut cut = low;
        while let Some((start, end, id)) = self.order_after(cut, options) {
            if id.as_ref() > bound {
                cut = start;
                break;
            }
            cut = end;
        }
        let cut = if self.order_after(cut, options).is_none() { self.bytes.len() } else { cut };
        let rest = self.bytes.split_off(cut);
        let rest = (!rest.is_empty()).then(|| Self {
            line: self.line + line_count(&self.bytes),
            byte: self.byte + cut as u64,
            shared: Arc::clone(&self.shared),
            bytes: rest,
            plain: self.plain,
        });
        ((!self.bytes.is_empty()).then_some(self), rest)
    }

    /// Reads the records into a ledger. Records that cannot be used do not make it fail.
    pub(in crate::io) fn post(self, ledger: &mut Ledger, options: &ReadOptions) -> Result<Told> {
        let shared = Arc::clone(&self.shared);
        let (line, byte) = (self.line, self.byte);
        let mut splitter = Splitter::of_records(
            self.bytes,
            Source::new(Box::new(std::io::empty()), &shared.name, shared.plan.table, Encoding::Utf8),
            line,
            byte,
            shared.delimiter,
        );
        rows(ledger, options, &shared.plan, shared.file, &mut splitter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_ends_with_a_record() {
        assert_eq!(boundary(b"1,a\n2,b\n3,"), Some(8));
        assert_eq!(boundary(b"1,\"a\nb\"\n2,\"c\nd"), Some(8));
        assert_eq!(boundary(b"1,\"a\nb"), None);
        assert_eq!(boundary(b"1,a"), None);
        assert_eq!(line_count(b"a\r\nb\rc\nd"), 3);
        assert!(has_hidden_line_end(b"1,\"a\nb\"\n") && !has_hidden_line_end(b"1,\"a\"\n\"2\",b\n"));
    }
}
