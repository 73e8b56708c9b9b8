//! Decoded rows, held as columns until they are posted.

use super::plain::Rows;
use super::post::Poster;
use super::read::Reader;
use super::shape::Shape;
use super::values::Values;
use crate::error::{Code, Error, Problem, Result, Table};
use crate::io::csv::shared::{Findings, event, line, order};
use crate::ledger::{Ledger, PlainEvents, PlainLines, PlainOrders, PlainPlace};
use crate::records::{Id, IdRef};
use arrow_array::RecordBatch;
use std::ops::Range;
use std::sync::Arc;

/// Rows of a table, decoded, in batches. They may go to another thread, and be posted in ranges.
pub(crate) struct Decoded {
    shape: Arc<Shape>,
    /// The number of the first row in the file, from 1.
    first: u64,
    rows: usize,
    batches: Vec<Batch>,
}

struct Batch {
    rows: Range<usize>,
    /// By column of the schema; those that are not needed are missing.
    values: Vec<Values>,
}

/// The position of the column `order_id` of a table that has one.
pub(crate) fn order_id_column(table: Table) -> Option<usize> {
    match table {
        Table::Customers => None,
        Table::Orders => Some(order::ORDER_ID),
        Table::OrderLines => Some(line::ORDER_ID),
        Table::ServiceEvents => Some(event::ORDER_ID),
    }
}

impl Decoded {
    /// No rows yet; the first to come has the number `first` in its file.
    pub(crate) fn new(shape: Arc<Shape>, first: u64) -> Self {
        Self { shape, first, rows: 0, batches: Vec::new() }
    }

    /// Adds a batch, whose columns are those that the shape needs, in the order of the schema.
    pub(crate) fn push(&mut self, batch: &RecordBatch) -> Result<()> {
        let mut columns = batch.columns().iter();
        let mut values = Vec::with_capacity(self.shape.needed().len());
        for needed in self.shape.needed() {
            let read = if *needed { columns.next().and_then(|array| Values::of(array)) } else { Some(Values::Missing) };
            values.push(read.ok_or_else(|| self.misfit())?);
        }
        let rows = self.rows..self.rows + batch.num_rows();
        self.rows = rows.end;
        self.batches.push(Batch { rows, values });
        Ok(())
    }

    /// The values are of another type than the schema said.
    #[cold]
    fn misfit(&self) -> Error {
        let problem = Problem::new(Code::UnreadableFile, "its columns are not those of its schema");
        problem.table(self.shape.table()).file(self.shape.name().clone()).into()
    }

    /// The table.
    pub(crate) fn table(&self) -> Table {
        self.shape.table()
    }

    /// The name of the file in messages.
    pub(crate) fn name(&self) -> &str {
        self.shape.name()
    }

    /// How many rows there are.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// The id of the order of a row; `None` without one, and beyond the last row.
    pub(crate) fn order_id(&self, row: usize) -> Option<Id> {
        let column = order_id_column(self.shape.table())?;
        let batch = self.batches.get(self.batches.partition_point(|batch| batch.rows.end <= row))?;
        let findings = Findings::default();
        let reader = self.reader(batch, &findings, 0);
        reader.id(reader.ids(column), row - batch.rows.start).some().map(IdRef::to_id)
    }

    /// Posts rows, from 0, to a ledger. Records that cannot be used do not make it fail; another currency does.
    pub(crate) fn post(&self, rows: Range<usize>, ledger: &mut Ledger, poster: &mut Poster) -> Result<()> {
        for batch in &self.batches {
            let (start, end) = (rows.start.max(batch.rows.start), rows.end.min(batch.rows.end));
            if start < end {
                let reader = self.reader(batch, &poster.findings, poster.file);
                poster.currency.post(ledger, &reader, start - batch.rows.start..end - batch.rows.start)?;
            }
        }
        Ok(())
    }

    /// Rows, from 0, as columns of orders. `None`: they must be posted.
    pub(crate) fn plain_orders(&self, rows: Range<usize>, file: u16) -> Option<PlainOrders> {
        let place = PlainPlace { file, first: self.first + rows.start as u64 };
        let mut orders = PlainOrders { place, ..PlainOrders::default() };
        self.each_plain(rows, |own| own.orders(&mut orders))?;
        Some(orders)
    }

    /// Rows, from 0, as columns of lines. `None`: they must be posted.
    pub(crate) fn plain_lines(&self, rows: Range<usize>) -> Option<PlainLines<'_>> {
        let batch = self.batches.get(self.batches.partition_point(|batch| batch.rows.end <= rows.start))?;
        let own = rows.start.checked_sub(batch.rows.start)?..rows.end.checked_sub(batch.rows.start)?;
        // Pieces mostly lie in one batch.
        if rows.end > batch.rows.end {
            return None;
        }
        Rows::new(&self.shape, &batch.values, own)?.lines()
    }

    /// Rows, from 0, as columns of events. `None`: they must be posted.
    pub(crate) fn plain_events(&self, rows: Range<usize>) -> Option<PlainEvents> {
        let mut events = PlainEvents::default();
        self.each_plain(rows, |own| own.events(&mut events))?;
        Some(events)
    }

    /// Hands on rows, batch by batch.
    fn each_plain(&self, rows: Range<usize>, mut take: impl FnMut(&Rows<'_>) -> Option<()>) -> Option<()> {
        for batch in &self.batches {
            let (start, end) = (rows.start.max(batch.rows.start), rows.end.min(batch.rows.end));
            if start < end {
                let own = start - batch.rows.start..end - batch.rows.start;
                take(&Rows::new(&self.shape, &batch.values, own)?)?;
            }
        }
        Some(())
    }

    fn reader<'a>(&'a self, batch: &'a Batch, findings: &'a Findings, file: u16) -> Reader<'a> {
        let first = self.first + batch.rows.start as u64;
        Reader { shape: &self.shape, values: &batch.values, findings, file, first }
    }
}
