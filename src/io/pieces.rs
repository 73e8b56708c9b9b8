//! Tables read piece by piece: blocks of CSV files, portions of Parquet files.

use super::csv::{Block, Blocks, Columns, LinesBlock, Told, check_rows};
pub(crate) use super::folder::{Part, read_parts};
use super::folder::{check_tables, find_tables, total_bytes};
use super::progress::{ProgressMeter, Stage};
use super::{InputFormat, ReadOptions};
use crate::error::{Error, Result, Table};
use crate::ledger::{CheckedLines, Ledger, OrderIndex, PlainEvents, PlainOrders, Quality, WordTable};
use crate::records::{Id, IdRef};
use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

#[cfg(feature = "parquet")]
use super::{arrow::Decoded, arrow::Poster, parquet::ParquetFile};

/// Rows of a decoded portion that are posted together.
#[cfg(feature = "parquet")]
const PIECE_ROWS: usize = 1 << 13;
/// About how many bytes a decoded row takes.
#[cfg(feature = "parquet")]
const ROW_BYTES: usize = 40;

/// Why a table cannot be read in pieces.
pub(crate) enum NotPieces {
    /// It must be read as a whole, which also says what is wrong with it.
    Whole,
    /// The caller has ended the call, or the files change.
    Ended(Error),
}

impl From<Error> for NotPieces {
    fn from(error: Error) -> Self {
        use crate::error::Code;
        if matches!(error.code(), Code::Cancelled | Code::Changed) { Self::Ended(error) } else { Self::Whole }
    }
}

/// What was found in a file, or in some of its records.
pub(crate) struct Entry {
    file: u16,
    quality: Quality,
    told: Told,
}

/// A table that is read in pieces.
pub(crate) struct Pieces<'o> {
    table: Table,
    options: &'o ReadOptions,
    meter: &'o ProgressMeter,
    parts: VecDeque<Part>,
    open: Option<Open>,
    /// The files read so far, with what they were like before.
    stamps: Vec<(Part, super::folder::Stamp)>,
}

enum Open {
    Csv(Box<Blocks>),
    #[cfg(feature = "parquet")]
    Parquet {
        parquet: Arc<ParquetFile>,
        file: u16,
        next: usize,
    },
}

/// A piece before it is decoded.
pub(crate) enum Raw {
    Csv(Block),
    #[cfg(feature = "parquet")]
    Parquet {
        parquet: Arc<ParquetFile>,
        file: u16,
        portion: usize,
    },
}

/// Records of a table, ready to be posted.
pub(crate) enum Piece {
    /// With its records as columns, where they may be plain.
    Csv(Block, Option<Box<Columns>>),
    /// Lines that were read already.
    Lines(Range<usize>, Arc<LinesBlock>),
    #[cfg(feature = "parquet")]
    Arrow { decoded: Arc<Decoded>, rows: Range<usize>, file: u16 },
}

impl<'o> Pieces<'o> {
    pub(crate) fn new(table: Table, parts: Vec<Part>, options: &'o ReadOptions, meter: &'o ProgressMeter) -> Self {
        Self { table, options, meter, parts: parts.into(), open: None, stamps: Vec::new() }
    }

    /// The next piece of the open file. `None`: it has no more, or none is open.
    pub(crate) fn read(&mut self) -> Result<Option<Raw>, NotPieces> {
        match &mut self.open {
            Some(Open::Csv(blocks)) => {
                let before = blocks.taken();
                match blocks.next() {
                    Ok(Some(block)) => {
                        self.meter.advance(self.table, block.name(), 0, blocks.taken() - before)?;
                        return Ok(Some(Raw::Csv(block)));
                    }
                    Ok(None) => {}
                    Err(None) => return Err(NotPieces::Whole),
                    Err(Some(error)) => return Err(error.into()),
                }
            }
            #[cfg(feature = "parquet")]
            Some(Open::Parquet { parquet, file, next }) if *next < parquet.portions().len() => {
                *next += 1;
                let parquet = Arc::clone(parquet);
                self.meter.advance(self.table, parquet.name(), 0, parquet.bytes(*next - 1))?;
                return Ok(Some(Raw::Parquet { parquet, file: *file, portion: *next - 1 }));
            }
            _ => {}
        }
        self.open = None;
        Ok(None)
    }

    /// Opens the next file, and gives what its header says. `None`: there is none. The files are numbered in the ledger
    /// that all slices come from.
    pub(crate) fn open(&mut self, ledger: &mut Ledger) -> Result<Option<Box<Entry>>, NotPieces> {
        let Some(part) = self.parts.pop_front() else { return Ok(None) };
        ledger.quality_mut().open_file(&part.name);
        let stamp = part.stamp()?;
        let mut slice = ledger.slice(None);
        let (file, open, told) = match part.format {
            InputFormat::Csv => {
                let failed = |e| Error::io(part.path.display(), "cannot be read", e);
                let reader = Box::new(File::open(&part.path).map_err(failed)?);
                let blocks = Blocks::open(reader, &part.name, self.table, self.options, &mut slice)?;
                let told = Told { lines: blocks.header_lines(), ..Told::default() };
                (blocks.file(), Open::Csv(Box::new(blocks)), told)
            }
            #[cfg(feature = "parquet")]
            InputFormat::Parquet => {
                let parquet = ParquetFile::open(&part.path, &part.name, self.table, self.options)?;
                let file = parquet.tell(&mut slice);
                (file, Open::Parquet { parquet: Arc::new(parquet), file, next: 0 }, Told::default())
            }
            #[cfg(not(feature = "parquet"))]
            InputFormat::Parquet => return Err(NotPieces::Whole),
        };
        self.open = Some(open);
        self.stamps.push((part, stamp));
        Ok(Some(Box::new(Entry { file, quality: slice.take_found(), told })))
    }

    /// Whether a file is open.
    pub(crate) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// How the table is read.
    pub(crate) fn options(&self) -> &'o ReadOptions {
        self.options
    }

    /// Gives the files that were opened the same numbers in another ledger, if it knows the same ones before them.
    pub(crate) fn name_files(&self, ledger: &mut Ledger) {
        self.stamps.iter().for_each(|(part, _)| {
            ledger.quality_mut().open_file(&part.name);
        });
    }

    /// What counts how far reading has come.
    pub(crate) fn meter(&self) -> &'o ProgressMeter {
        self.meter
    }

    /// Fails when a file changed while it was read.
    pub(crate) fn check_unchanged(&self) -> Result<()> {
        self.stamps.iter().try_for_each(|(part, stamp)| part.check_unchanged(stamp))
    }
}

impl Raw {
    /// Whether it is far larger than a block.
    pub(crate) fn is_portion(&self) -> bool {
        !matches!(self, Self::Csv(_))
    }

    /// Decodes it.
    pub(crate) fn decode(self, options: &ReadOptions) -> Result<Piece, NotPieces> {
        match self {
            Self::Csv(block) if block.table() == Table::OrderLines => Ok(match LinesBlock::read(block, options) {
                Ok(lines) => Piece::Lines(0..lines.len(), Arc::new(lines)),
                Err(block) => Piece::Csv(block.ready(), None),
            }),
            Self::Csv(block) => {
                let columns = block.columns(options).map(Box::new);
                Ok(Piece::Csv(block, columns))
            }
            #[cfg(feature = "parquet")]
            Self::Parquet { parquet, file, portion } => {
                let decoded = Arc::new(parquet.decode(portion)?);
                Ok(Piece::Arrow { rows: 0..decoded.rows(), decoded, file })
            }
        }
    }
}

impl Piece {
    /// In pieces that are worth a slice of their own.
    pub(crate) fn chop(self) -> Vec<Self> {
        match self {
            own @ (Self::Csv(..) | Self::Lines(..)) => vec![own],
            #[cfg(feature = "parquet")]
            Self::Arrow { decoded, rows, file } => {
                let starts = rows.clone().step_by(PIECE_ROWS);
                let part = |start: usize| Self::Arrow {
                    decoded: Arc::clone(&decoded),
                    rows: start..rows.end.min(start + PIECE_ROWS),
                    file,
                };
                starts.map(part).collect()
            }
        }
    }

    /// About how many bytes it takes.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Csv(block, _) => block.bytes(),
            Self::Lines(rows, lines) => lines.block().bytes() * rows.len() / lines.len().max(1),
            #[cfg(feature = "parquet")]
            Self::Arrow { rows, .. } => rows.len() * ROW_BYTES,
        }
    }

    /// The id of the order of the first record that has one.
    pub(crate) fn first_order(&self, options: &ReadOptions) -> Option<Id> {
        match self {
            Self::Csv(block, _) => block.first_order(options),
            Self::Lines(rows, lines) => lines.orders().get(rows.start).map(|id| Id::from(*id as u64)),
            #[cfg(feature = "parquet")]
            Self::Arrow { decoded, rows, .. } => rows.clone().find_map(|row| decoded.order_id(row)),
        }
    }

    /// Cuts before the first record of an order after `bound`, when records come in the order of these ids.
    pub(crate) fn split_after(self, bound: IdRef<'_>, options: &ReadOptions) -> (Option<Self>, Option<Self>) {
        match self {
            Self::Csv(block, _) => {
                let (before, after) = block.split_after(bound, options);
                let posted = |block| Self::Csv(block, None);
                (before.map(posted), after.map(posted))
            }
            Self::Lines(rows, lines) => {
                let own = &lines.orders()[rows.clone()];
                let cut = rows.start + own.partition_point(|id| IdRef::Number(*id as u64) <= bound);
                let part = |rows: Range<usize>| (!rows.is_empty()).then(|| Self::Lines(rows, Arc::clone(&lines)));
                (part(rows.start..cut), part(cut..rows.end))
            }
            #[cfg(feature = "parquet")]
            Self::Arrow { decoded, rows, file } => {
                let (mut low, mut high) = (rows.start, rows.end);
                while low < high {
                    let middle = low.midpoint(high);
                    let up_to = decoded.order_id(middle).is_none_or(|id| id.as_ref() <= bound);
                    if up_to { low = middle + 1 } else { high = middle }
                }
                let part = |rows: Range<usize>| {
                    (!rows.is_empty()).then(|| Self::Arrow { decoded: Arc::clone(&decoded), rows, file })
                };
                (part(rows.start..low), part(low..rows.end))
            }
        }
    }

    /// The number of its file.
    fn file(&self) -> u16 {
        match self {
            Self::Csv(block, _) => block.file(),
            Self::Lines(_, lines) => lines.block().file(),
            #[cfg(feature = "parquet")]
            Self::Arrow { file, .. } => *file,
        }
    }

    /// The table and the name of its file.
    fn origin(&self) -> (Table, &str) {
        match self {
            Self::Csv(block, _) => (block.table(), block.name()),
            Self::Lines(_, lines) => (lines.block().table(), lines.block().name()),
            #[cfg(feature = "parquet")]
            Self::Arrow { decoded, .. } => (decoded.table(), decoded.name()),
        }
    }

    /// What is found in records that are plain: how many there are, and their money.
    fn entry(&self, ledger: &Ledger, told: Told, count: impl FnOnce(&mut Quality)) -> Entry {
        let mut quality = ledger.quality_of_slice();
        count(&mut quality);
        Entry { file: self.file(), quality, told }
    }

    /// Takes the records as columns of orders, with the indices of their customers among those of a ledger. `None`: they
    /// must be posted.
    pub(crate) fn plain_orders(&mut self, ledger: &Ledger) -> Option<(PlainOrders, Vec<u32>, Entry)> {
        let (orders, told) = match self {
            Self::Csv(_, columns) => match *columns.take()? {
                Columns::Orders(orders, told) => (orders, told),
                Columns::Events(..) => return None,
            },
            Self::Lines(..) => return None,
            #[cfg(feature = "parquet")]
            Self::Arrow { decoded, rows, file } => (decoded.plain_orders(rows.clone(), *file)?, Told::default()),
        };
        let customers = orders.check(ledger)?;
        let entry = self.entry(ledger, told, |quality| orders.count_read(quality));
        Some((orders, customers, entry))
    }

    /// The records as columns of lines. `None`: they must be posted.
    pub(crate) fn plain_lines(&self, ledger: &Ledger) -> Option<(CheckedLines<'_>, Entry)> {
        let (lines, told) = match self {
            Self::Csv(..) => return None,
            Self::Lines(rows, lines) => lines.rows(rows.clone()),
            #[cfg(feature = "parquet")]
            Self::Arrow { decoded, rows, .. } => (decoded.plain_lines(rows.clone())?, Told::default()),
        };
        let lines = lines.check()?;
        let entry = self.entry(ledger, told, |quality| lines.count_read(quality));
        Some((lines, entry))
    }

    /// Takes the records as columns of events, with the indices of their customers among those of a ledger. `None`: they must
    /// be posted.
    pub(crate) fn plain_events(
        &mut self,
        ledger: &Ledger,
        orders: &OrderIndex,
        kinds: &WordTable,
    ) -> Option<(PlainEvents, Vec<u32>, Entry)> {
        let (events, told) = match self {
            Self::Csv(_, columns) => match *columns.take()? {
                Columns::Events(events, told) => (events, told),
                Columns::Orders(..) => return None,
            },
            Self::Lines(..) => return None,
            #[cfg(feature = "parquet")]
            Self::Arrow { decoded, rows, .. } => (decoded.plain_events(rows.clone())?, Told::default()),
        };
        let customers = events.check(ledger, orders, kinds)?;
        let entry = self.entry(ledger, told, |quality| events.count_read(quality));
        Some((events, customers, entry))
    }

    /// Tells that records were read.
    pub(crate) fn advance(&self, meter: &ProgressMeter, records: usize) -> Result<()> {
        let (table, name) = self.origin();
        meter.advance(table, name, records as u64, 0)
    }

    /// Reads the records into a slice of a ledger. Records that cannot be used do not make it fail.
    pub(crate) fn post(self, slice: &mut Ledger, options: &ReadOptions, meter: &ProgressMeter) -> Result<Entry> {
        let file = self.file();
        let (table, name) = self.origin();
        let (name, before) = (name.to_owned(), slice.quality().read(table).records);
        let told = match self {
            Self::Csv(block, _) => block.post(slice, options)?,
            Self::Lines(rows, lines) => lines.block().lines(rows).post(slice, options)?,
            #[cfg(feature = "parquet")]
            Self::Arrow { decoded, rows, file } => {
                let mut poster = Poster::new(file);
                decoded.post(rows, slice, &mut poster)?;
                Told { findings: poster.into_findings(), ..Told::default() }
            }
        };
        meter.advance(table, &name, slice.quality().read(table).records - before, 0)?;
        Ok(Entry { file, quality: slice.take_found(), told })
    }
}

/// What was found in a table, file by file.
#[derive(Default)]
pub(crate) struct Log(Vec<FileLog>);

struct FileLog {
    file: u16,
    told: Told,
    found: Vec<Quality>,
}

impl Log {
    /// A file begins.
    pub(crate) fn open(&mut self, entry: Box<Entry>) {
        let entry = *entry;
        self.0.push(FileLog { file: entry.file, told: entry.told, found: vec![entry.quality] });
    }

    /// Records of a file, after those before them.
    pub(crate) fn push(&mut self, entry: Entry) {
        if let Some(log) = self.0.iter_mut().rev().find(|log| log.file == entry.file) {
            log.told.append(entry.told);
            log.found.push(entry.quality);
        }
    }

    /// Puts together what was found, as reading the table as a whole would have found it.
    pub(crate) fn tell(self, ledger: &mut Ledger, table: Table) {
        for FileLog { file, told, found } in self.0 {
            found.into_iter().for_each(|quality| ledger.absorb(quality));
            told.tell(ledger, table, file);
        }
    }
}

/// The tables of a folder, if they may be read in pieces.
pub(crate) fn find(folder: &Path, options: &ReadOptions) -> Result<Option<BTreeMap<Table, Vec<Part>>>> {
    let found = find_tables(folder, options)?;
    let made_of_rows = |table: &Table| options.mapping.columns(*table).is_some_and(|c| c.grouped || c.from_orders);
    let whole = options.policy.makes_customers() || Table::ALL.iter().any(made_of_rows);
    Ok((!whole && found.contains_key(&Table::Customers)).then_some(found))
}

/// The files that hold the customers, if there are any.
pub(crate) fn customer_parts(folder: &Path, options: &ReadOptions) -> Result<Vec<Part>> {
    Ok(find_tables(folder, options)?.remove(&Table::Customers).unwrap_or_default())
}

/// A meter of all bytes of some tables.
pub(crate) fn meter(found: &BTreeMap<Table, Vec<Part>>, options: &ReadOptions) -> ProgressMeter {
    ProgressMeter::new(options.progress.as_ref(), Stage::Reading, || Some(total_bytes(found)))
}

/// Fails when records are missing that there must be.
pub(crate) fn check_complete(ledger: &Ledger, found: &BTreeMap<Table, Vec<Part>>, options: &ReadOptions) -> Result<()> {
    found.keys().try_for_each(|table| check_rows(ledger, *table, 0, options))?;
    check_tables(ledger, options)
}
