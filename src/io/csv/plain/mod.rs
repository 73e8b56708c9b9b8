//! Blocks of a file as columns of records, where nothing about them is out of the ordinary: each record on one line with
//! all its fields, values written in the plainest way, quoted or not.

mod cursor;
#[cfg(test)]
mod tests;

use super::columns::{currency, event, line, order};
use super::field::LineEnd;
use super::header::{Cell, Plan};
use super::split::Lines;
use super::table::Told;
use super::{DateFormat, Format, Kind, blocks::Block};
use crate::error::Table;
use crate::io::ReadOptions;
use crate::ledger::{Amounts, NO_AMOUNT, PlainEvents, PlainLines, PlainOrders, PlainPlace, is_plain_word};
use crate::money::SCALE;
use cursor::{Cursor, Words};
use memchr::memchr;
use std::borrow::Cow;
use std::ops::Range;

/// A column that no table knows, or that no figure needs.
const SKIPPED: usize = usize::MAX;

/// A block that may be plain.
struct Reader<'b> {
    cursor: Cursor<'b>,
    /// By column of the file, which known one it is.
    columns: Vec<usize>,
    /// How many records there are, about.
    rows: usize,
    lines: Lines,
}

impl<'b> Reader<'b> {
    /// Begins a block, unless the way in which its table is read needs a look at each record.
    fn new(block: &'b Block, table: Table, options: &ReadOptions) -> Option<Self> {
        let (bytes, plan) = (block.text(), block.plan());
        let columns = known_columns(plan)?;
        let plain = plan.table == table && is_plain(options.mapping.format(table)) && bytes.last() == Some(&b'\n');
        if !plain {
            return None;
        }
        let first = memchr(b'\n', bytes)?;
        let returns = first > 0 && bytes[first - 1] == b'\r';
        let end = if returns { LineEnd::CrLf } else { LineEnd::Lf };
        let lines = Lines::alike(end, block.line());
        let cursor = Cursor::new(bytes, block.delimiter(), returns);
        Some(Self { cursor, columns, rows: bytes.len() / (first + 1) + bytes.len() / 1_024, lines })
    }

    /// Hands on the values, each of which is to be passed over.
    #[inline]
    fn read(mut self, mut take: impl FnMut(&mut Cursor<'b>, usize) -> Option<()>) -> Option<Lines> {
        let last = self.columns.len() - 1;
        while !self.cursor.is_at_end() {
            for (at, column) in self.columns.iter().enumerate() {
                self.cursor.begin();
                take(&mut self.cursor, *column)?;
                self.cursor.end(at == last)?;
            }
        }
        Some(self.lines)
    }
}

/// By column of a file, which known one it is. `None`: a value is not just that of one column.
fn known_columns(plan: &Plan) -> Option<Vec<usize>> {
    let mut columns = vec![SKIPPED; plan.header.len()];
    let simple = plan.aside.is_empty() && !plan.has(currency(plan.table)) && !columns.is_empty();
    for (known, cell) in plan.cells.iter().enumerate() {
        match cell {
            Cell::Absent => {}
            Cell::Column(at) if columns[*at as usize] == SKIPPED => columns[*at as usize] = known,
            _ => return None,
        }
    }
    // A line that begins with the name of the first column may be the header again: numbers and dates never are.
    let first = super::columns(plan.table).get(columns[0])?;
    (simple && first.kind != Kind::Text).then_some(columns)
}

fn is_plain(format: &Format) -> bool {
    format.is_plain() && format.date == DateFormat::YearMonthDay && format.null.is_empty()
}

/// Passes over a text that no figure needs, if there is nothing to be said about it.
fn look(cursor: &mut Cursor<'_>) -> Option<()> {
    let text = cursor.text();
    (text.is_empty() || std::str::from_utf8(text).is_ok_and(is_plain_word)).then_some(())
}

/// The records of a block as columns.
pub(crate) enum Columns {
    Orders(PlainOrders, Told),
    Events(PlainEvents, Told),
}

impl Block {
    /// The records as columns of orders or of events. `None`: they must be posted.
    pub(in crate::io) fn columns(&self, options: &ReadOptions) -> Option<Columns> {
        match self.table() {
            Table::Orders => self.plain_orders(options).map(|(orders, told)| Columns::Orders(orders, told)),
            Table::ServiceEvents => self.plain_events(options).map(|(events, told)| Columns::Events(events, told)),
            Table::Customers | Table::OrderLines => None,
        }
    }

    /// The records as columns of orders. `None`: they must be posted.
    fn plain_orders(&self, options: &ReadOptions) -> Option<(PlainOrders, Told)> {
        let reader = Reader::new(self, Table::Orders, options)?;
        let place = PlainPlace { file: self.file(), first: self.line() };
        let mut to = PlainOrders { place, ..PlainOrders::default() };
        to.ids.reserve(reader.rows);
        to.customers.reserve(reader.rows);
        let found = reader.read(|cursor, column| {
            match column {
                order::ORDER_ID => to.ids.push(cursor.id()?),
                order::CUSTOMER_ID => to.customers.push(cursor.id()?),
                order::ORDERED_ON => to.days.push(cursor.day()?),
                order::REVENUE => to.revenue.push(cursor.optional_amount()?),
                order::COST_OF_GOODS => to.cost_of_goods.push(cursor.optional_amount()?),
                order::DISCOUNT => to.discount.push(cursor.optional_amount()?),
                order::FREIGHT => to.freight.push(cursor.optional_amount()?),
                order::LINES => to.lines.push(cursor.count()?),
                order::RUSH => to.rush.push(cursor.flag()?),
                order::CHANNEL | order::OWNER => look(cursor)?,
                order::CREDITS_ORDER_ID => cursor.text().is_empty().then_some(())?,
                _ => _ = cursor.text(),
            }
            Some(())
        })?;
        Some((to, Told { lines: found, ..Told::default() }))
    }

    /// The records as columns of lines. `None`: they must be posted.
    fn plain_lines(&self, options: &ReadOptions) -> Option<(PlainLines<'static>, Lines)> {
        let reader = Reader::new(self, Table::OrderLines, options)?;
        let rows = reader.rows;
        let (mut orders, mut families) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
        let mut words = Words::new();
        let [mut revenue, mut cost, mut discount] = [Vec::with_capacity(rows), Vec::new(), Vec::new()];
        let found = reader.read(|cursor, column| {
            match column {
                line::ORDER_ID => orders.push(cursor.id()? as i64),
                line::PRODUCT_FAMILY => families.push(words.number(cursor.text())?),
                line::REVENUE => revenue.push(cursor.optional_amount()?),
                line::COST_OF_GOODS => cost.push(cursor.optional_amount()?),
                line::DISCOUNT => discount.push(cursor.optional_amount()?),
                // No figure needs it; it must be readable all the same.
                line::QUANTITY => _ = cursor.optional_amount()?,
                _ => _ = cursor.text(),
            }
            Some(())
        })?;
        let amounts = |values: Vec<i64>| {
            let gaps = values.contains(&NO_AMOUNT);
            Amounts { values: Cow::Owned(values), factor: 1, gaps }
        };
        let [revenue, cost_of_goods, discount] = [revenue, cost, discount].map(amounts);
        let (orders, families, words) = (Cow::Owned(orders), Cow::Owned(families), Cow::Owned(words.table));
        Some((PlainLines { orders, families, words, revenue, cost_of_goods, discount }, found))
    }

    /// The records as columns of events. `None`: they must be posted.
    fn plain_events(&self, options: &ReadOptions) -> Option<(PlainEvents, Told)> {
        let reader = Reader::new(self, Table::ServiceEvents, options)?;
        let mut to = PlainEvents::default();
        let mut words = Words::new();
        to.customers.reserve(reader.rows);
        let found = reader.read(|cursor, column| {
            match column {
                event::CUSTOMER_ID => to.customers.push(cursor.id()?),
                event::OCCURRED_ON => to.days.push(cursor.day()?),
                event::KIND => to.kinds.push(words.number(cursor.text())?),
                event::EVENT_ID => to.ids.push(cursor.optional_id()?),
                event::QUANTITY => to.quantity.push(cursor.amount(SCALE)?),
                event::COST => to.cost.push(cursor.optional_amount()?),
                event::CREDIT => to.credit.push(cursor.optional_amount()?),
                event::ORDER_ID => to.orders.push(cursor.optional_id()?),
                _ => _ = cursor.text(),
            }
            Some(())
        })?;
        to.words = words.table;
        Some((to, Told { lines: found, ..Told::default() }))
    }
}

/// A block of lines with its columns.
pub(crate) struct LinesBlock {
    block: Block,
    columns: PlainLines<'static>,
    lines: Lines,
}

impl LinesBlock {
    /// Reads a block of lines; the block again when they must be posted.
    pub(in crate::io) fn read(block: Block, options: &ReadOptions) -> Result<Self, Block> {
        match block.plain_lines(options) {
            Some((columns, lines)) => Ok(Self { block, columns, lines }),
            None => Err(block),
        }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.columns.orders.len()
    }

    /// The block that they were read from.
    pub(crate) fn block(&self) -> &Block {
        &self.block
    }

    /// The orders of the lines.
    pub(crate) fn orders(&self) -> &[i64] {
        &self.columns.orders
    }

    /// Some of them, where they are.
    pub(in crate::io) fn rows(&self, rows: Range<usize>) -> (PlainLines<'_>, Told) {
        let lines = self.lines.at(self.block.line() + rows.start as u64);
        (self.columns.rows(rows), Told { lines, ..Told::default() })
    }
}
