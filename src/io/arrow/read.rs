//! Single values of a batch, by the columns that a table knows.

use super::shape::Shape;
use super::text::Text;
use super::values::{Values, day_of, get};
use crate::date::Date;
use crate::io::csv::shared::{
    Cell, Decimal, Findings, IdText, fault, fixed, flag, integer, missing, money, product, product_fault,
};
use crate::io::csv::{Fault, Format, date, date_of, decimal};
use crate::ledger::Place;
use crate::money::{Money, NumberFault, Quantity, Rate};
use crate::records::{Friction, IdRef};
use arrow_array::{Array, Date32Array, Int64Array};
use std::borrow::Cow;

/// The values of a batch, with what is counted while they are read.
pub(super) struct Reader<'a> {
    pub(super) shape: &'a Shape,
    pub(super) values: &'a [Values],
    pub(super) findings: &'a Findings,
    pub(super) file: u16,
    /// The number of the first row, from 1.
    pub(super) first: u64,
}

/// Where the ids of a column are.
#[derive(Clone, Copy)]
pub(super) enum Ids<'a> {
    Absent,
    Whole(&'a Int64Array),
    Text(&'a Text),
    /// Of several columns, constant, or of another type.
    Other(usize),
}

/// Where the numbers of a column are, and what makes them counts of its smallest unit.
#[derive(Clone, Copy)]
pub(super) enum Numbers<'a> {
    Absent,
    Times { units: &'a Int64Array, factor: i64, column: usize },
    Other { column: usize, decimals: u32 },
}

/// Where the dates of a column are.
#[derive(Clone, Copy)]
pub(super) enum Dates<'a> {
    Absent,
    Days(&'a Date32Array, usize),
    Other(usize),
}

/// Where the texts of a column are.
#[derive(Clone, Copy)]
pub(super) enum Texts<'a> {
    Absent,
    Column(&'a Text, u32),
    Other(&'a Cell),
}

impl<'a> Reader<'a> {
    pub(super) fn place(&self, row: usize) -> Place {
        let line = u32::try_from(self.first + row as u64).unwrap_or(u32::MAX);
        Place { file: self.file, line, byte: Place::BYTE_UNKNOWN }
    }

    fn cell(&self, column: usize) -> &'a Cell {
        &self.shape.plan.cells[column]
    }

    /// The values of a column of the file that a known column is, if it is one.
    fn column(&self, column: usize) -> Option<&'a Values> {
        match self.cell(column) {
            Cell::Column(at) => Some(&self.values[*at as usize]),
            _ => None,
        }
    }

    pub(super) fn ids(&self, column: usize) -> Ids<'a> {
        match (self.cell(column), self.column(column)) {
            (Cell::Absent, _) | (_, Some(Values::Missing)) => Ids::Absent,
            (_, Some(Values::Whole(numbers))) => Ids::Whole(numbers),
            (_, Some(Values::Text(texts))) if !self.shape.format.trim_ids => Ids::Text(texts),
            _ => Ids::Other(column),
        }
    }

    pub(super) fn numbers(&self, column: usize, decimals: u32) -> Numbers<'a> {
        let times = |units, scale| match decimals.checked_sub(scale) {
            Some(zeros) => Numbers::Times { units, factor: 10i64.pow(zeros), column },
            None => Numbers::Other { column, decimals },
        };
        match (self.cell(column), self.column(column)) {
            (Cell::Absent, _) | (_, Some(Values::Missing)) => Numbers::Absent,
            (_, Some(Values::Whole(units))) => times(units, 0),
            (_, Some(Values::Fixed { units, scale })) => times(units, *scale),
            _ => Numbers::Other { column, decimals },
        }
    }

    pub(super) fn dates(&self, column: usize) -> Dates<'a> {
        match (self.cell(column), self.column(column)) {
            (Cell::Absent, _) | (_, Some(Values::Missing)) => Dates::Absent,
            (_, Some(Values::Days(days))) => Dates::Days(days, column),
            _ => Dates::Other(column),
        }
    }

    pub(super) fn texts(&self, column: usize) -> Texts<'a> {
        match (self.cell(column), self.column(column)) {
            (Cell::Absent, _) | (_, Some(Values::Missing)) => Texts::Absent,
            (Cell::Column(at), Some(Values::Text(texts))) => Texts::Column(texts, *at),
            (cell, _) => Texts::Other(cell),
        }
    }

    #[cold]
    fn trimmed(&self, at: u32, row: usize) {
        let name = || (self.place(row), Some(self.shape.plan.header[at as usize].clone()));
        self.findings.trimmed.count(name);
    }

    fn or_null<'t>(&self, text: &'t str) -> &'t str {
        let null = &self.shape.format.null;
        if !null.is_empty() && null.iter().any(|word| **word == *text) { "" } else { text }
    }

    /// A text of the file: trimmed, and `None` when it stands for no value.
    #[inline]
    fn field<'t>(&self, text: &'t str, at: u32, row: usize) -> Option<&'t str> {
        let short = trimmed(text);
        if short.len() < text.len() {
            self.trimmed(at, row);
        }
        Some(self.or_null(short)).filter(|text| !text.is_empty())
    }

    /// A value of the file as text: trimmed, and `None` when there is none.
    fn value(&self, at: u32, row: usize) -> Option<Cow<'a, str>> {
        match &self.values[at as usize] {
            Values::Text(texts) => self.field(texts.get(row)?, at, row).map(Cow::Borrowed),
            other => other.text(row),
        }
    }

    /// A value that is part of an id: as it is, unless the caller trims ids.
    fn id_value(&self, at: u32, row: usize) -> Option<Cow<'a, str>> {
        match &self.values[at as usize] {
            Values::Text(texts) if !self.shape.format.trim_ids => self.raw_id(texts, row).map(Cow::Borrowed),
            _ => self.value(at, row),
        }
    }

    #[inline]
    fn raw_id(&self, texts: &'a Text, row: usize) -> Option<&'a str> {
        let text = texts.get(row)?;
        Some(self.or_null(text)).filter(|text| !trimmed(text).is_empty())
    }

    /// True when a cell has no value.
    pub(super) fn is_empty(&self, cell: &Cell, row: usize) -> bool {
        let empty = |at: &u32| match &self.values[*at as usize] {
            Values::Text(texts) => texts.get(row).is_none_or(|text| self.or_null(trimmed(text)).is_empty()),
            other => other.is_null(row),
        };
        match cell {
            Cell::Absent => true,
            Cell::Column(at) | Cell::DateOf(at) => empty(at),
            Cell::Product(parts) | Cell::Join(parts, _) => parts.iter().any(empty),
            Cell::Constant(text) | Cell::Gathered(text) => text.is_empty(),
        }
    }

    /// An id; empty when there is none.
    #[inline]
    pub(super) fn id(&self, ids: Ids<'a>, row: usize) -> IdText<'a> {
        match ids {
            Ids::Absent => IdText::Borrowed(IdRef::Text("")),
            Ids::Whole(numbers) => match get(numbers, row) {
                None => IdText::Borrowed(IdRef::Text("")),
                Some(number) => u64::try_from(number)
                    .map_or_else(|_| IdText::Owned(number.to_string()), |n| IdText::Borrowed(IdRef::Number(n))),
            },
            Ids::Text(texts) => IdText::Borrowed(IdRef::new(self.raw_id(texts, row).unwrap_or_default())),
            Ids::Other(column) => {
                let text = match self.cell(column) {
                    Cell::Column(at) => self.id_value(*at, row),
                    Cell::Join(parts, by) => self.joined(parts, by, |at| self.id_value(at, row)),
                    cell => self.cell_text(cell, row),
                };
                match text.unwrap_or_default() {
                    Cow::Borrowed(text) => IdText::Borrowed(IdRef::new(text)),
                    Cow::Owned(text) => IdText::Owned(text),
                }
            }
        }
    }

    /// A text; `None` when it is empty.
    #[inline]
    pub(super) fn text(&self, texts: Texts<'a>, row: usize) -> Option<Cow<'a, str>> {
        match texts {
            Texts::Absent => None,
            Texts::Column(texts, at) => self.field(texts.get(row)?, at, row).map(Cow::Borrowed),
            Texts::Other(cell) => self.cell_text(cell, row),
        }
    }

    pub(super) fn cell_text(&self, cell: &'a Cell, row: usize) -> Option<Cow<'a, str>> {
        match cell {
            Cell::Absent | Cell::Product(_) => None,
            Cell::Column(at) | Cell::DateOf(at) => self.value(*at, row),
            Cell::Join(parts, by) => self.joined(parts, by, |at| self.value(at, row)),
            Cell::Constant(text) | Cell::Gathered(text) => Some(Cow::Borrowed(&**text)).filter(|t| !t.is_empty()),
        }
    }

    /// Several values as one text; `None` when one of them is missing, since it would stand for several records.
    fn joined(&self, parts: &[u32], by: &str, value: impl Fn(u32) -> Option<Cow<'a, str>>) -> Option<Cow<'a, str>> {
        let parts: Option<Vec<_>> = parts.iter().map(|at| value(*at)).collect();
        Some(Cow::Owned(parts?.join(by)))
    }

    /// A number as a count of its smallest unit; `None` when there is none.
    #[inline]
    pub(super) fn number(&self, numbers: Numbers<'a>, row: usize) -> Result<Option<i64>, Fault> {
        match numbers {
            Numbers::Absent => Ok(None),
            Numbers::Times { units, factor, column } => {
                let Some(number) = get(units, row) else { return Ok(None) };
                number.checked_mul(factor).map(Some).ok_or_else(|| self.fault(column, row))
            }
            Numbers::Other { column, decimals } => self.other_number(column, decimals, row),
        }
    }

    #[inline]
    pub(super) fn money(&self, numbers: Numbers<'a>, row: usize) -> Result<Option<Money>, Fault> {
        Ok(self.number(numbers, row)?.map(Money::from_units))
    }

    #[inline]
    pub(super) fn quantity(&self, numbers: Numbers<'a>, row: usize) -> Result<Option<Quantity>, Fault> {
        Ok(self.number(numbers, row)?.map(Quantity::from_units))
    }

    pub(super) fn rate(&self, numbers: Numbers<'a>, row: usize) -> Result<Option<Rate>, Fault> {
        Ok(self.number(numbers, row)?.map(Rate::from_units))
    }

    /// The text of a column of one value, and how it is written.
    fn plain(&self, column: usize, row: usize) -> Option<(Cow<'a, str>, &'a Format)> {
        match self.cell(column) {
            Cell::Column(at) | Cell::DateOf(at) => {
                let typed = !matches!(self.values[*at as usize], Values::Text(_));
                let format = if typed { &self.shape.plain } else { &self.shape.format };
                Some((self.value(*at, row)?, format))
            }
            Cell::Constant(text) => Some((Cow::Borrowed(&**text), &self.shape.plain)),
            Cell::Absent | Cell::Product(_) | Cell::Join(..) | Cell::Gathered(_) => None,
        }
    }

    /// A number that is a text, a product, constant, or has more decimals than are kept.
    fn other_number(&self, column: usize, decimals: u32, row: usize) -> Result<Option<i64>, Fault> {
        if let Cell::Product(factors) = self.cell(column) {
            return self.product(column, factors, row);
        }
        let Some((text, format)) = self.plain(column, row) else { return Ok(None) };
        if text.is_empty() {
            return Ok(None);
        }
        // Amounts alone have four decimals and may be rounded; a quantity is never.
        let is_money = crate::io::csv::columns(self.shape.table())[column].kind == crate::io::csv::Kind::Money;
        let read = match is_money {
            true => money(text.as_bytes(), format).map(|(amount, rounded)| self.amount(column, row, amount, rounded)),
            false => fixed(text.as_bytes(), decimals, format),
        };
        read.map(Some).map_err(|_| fault(&self.shape.plan, format, column, &text))
    }

    fn amount(&self, column: usize, row: usize, amount: Money, rounded: bool) -> i64 {
        if rounded {
            self.findings.rounded.count(|| (self.place(row), Some(self.shape.plan.column_name(column))));
        }
        amount.units()
    }

    fn product(&self, column: usize, factors: &[u32], row: usize) -> Result<Option<i64>, Fault> {
        let [a, b] = *factors else { return Ok(None) };
        let (Some(a), Some(b)) = (self.factor(column, a, row)?, self.factor(column, b, row)?) else { return Ok(None) };
        match product(a, b, &self.shape.format) {
            Ok((amount, rounded)) => Ok(Some(self.amount(column, row, amount, rounded))),
            Err(fault) => {
                let text = |at: u32| self.value(at, row).unwrap_or_default();
                let shown = format!("{} * {}", text(factors[0]), text(factors[1]));
                Err(product_fault(&self.shape.plan, &self.shape.format, column, &shown, fault))
            }
        }
    }

    fn factor(&self, column: usize, at: u32, row: usize) -> Result<Option<Decimal>, Fault> {
        let (units, scale) = match &self.values[at as usize] {
            Values::Whole(units) => (units, 0),
            Values::Fixed { units, scale } => (units, *scale),
            other => {
                let Some(text) = self.value(at, row) else { return Ok(None) };
                let typed = !matches!(other, Values::Text(_));
                let format = if typed { &self.shape.plain } else { &self.shape.format };
                let refused = |fault: NumberFault| product_fault(&self.shape.plan, format, column, &text, fault);
                return decimal(text.as_bytes(), format).map(Some).map_err(refused);
            }
        };
        Ok(get(units, row).map(|digits| Decimal::new(digits, scale)))
    }

    /// The fault of a value that was never text.
    #[cold]
    fn fault(&self, column: usize, row: usize) -> Fault {
        let text = self.plain(column, row).map(|(text, _)| text).unwrap_or_default();
        fault(&self.shape.plan, &self.shape.plain, column, &text)
    }

    /// A date; `None` when there is none.
    #[inline]
    pub(super) fn date(&self, dates: Dates<'a>, row: usize) -> Result<Option<Date>, Fault> {
        match dates {
            Dates::Absent => Ok(None),
            Dates::Days(days, column) => {
                let Some(day) = get(days, row) else { return Ok(None) };
                Date::from_days(day).map(Some).ok_or_else(|| self.fault(column, row))
            }
            Dates::Other(column) => self.other_date(column, row),
        }
    }

    fn other_date(&self, column: usize, row: usize) -> Result<Option<Date>, Fault> {
        let with_time = !matches!(self.cell(column), Cell::Column(_));
        let typed = match self.cell(column) {
            Cell::Column(at) | Cell::DateOf(at) => Some(&self.values[*at as usize]),
            _ => None,
        };
        let (day, whole) = match typed {
            Some(Values::Days(days)) => (get(days, row).map(i64::from), true),
            Some(Values::Ticks { at, per_second }) => {
                let day = get(at, row).map(|at| day_of(at, *per_second));
                (day.map(|(day, _)| day), day.is_none_or(|(_, whole)| whole))
            }
            _ => return self.text_date(column, row, with_time),
        };
        let Some(day) = day else { return Ok(None) };
        let read = i32::try_from(day).ok().and_then(Date::from_days).filter(|_| whole || with_time);
        read.map(Some).ok_or_else(|| self.fault(column, row))
    }

    fn text_date(&self, column: usize, row: usize, with_time: bool) -> Result<Option<Date>, Fault> {
        let Some((text, format)) = self.plain(column, row) else { return Ok(None) };
        let read = if with_time { date_of } else { date };
        read(text.as_bytes(), format.date).map(Some).ok_or_else(|| fault(&self.shape.plan, format, column, &text))
    }

    /// A whole number that is not negative.
    pub(super) fn integer(&self, numbers: Numbers<'a>, row: usize) -> Result<Option<u32>, Fault> {
        match numbers {
            Numbers::Absent => Ok(None),
            Numbers::Times { units, column, .. } => {
                let Some(number) = get(units, row) else { return Ok(None) };
                u32::try_from(number).map(Some).map_err(|_| self.fault(column, row))
            }
            Numbers::Other { column, .. } => {
                let Some((text, format)) = self.plain(column, row) else { return Ok(None) };
                integer(text.as_bytes()).map(Some).map_err(|_| fault(&self.shape.plan, format, column, &text))
            }
        }
    }

    pub(super) fn flag(&self, column: usize, row: usize) -> Result<Option<bool>, Fault> {
        if let Some(Values::Flag(flags)) = self.column(column) {
            return Ok((!flags.is_null(row)).then(|| flags.value(row)));
        }
        let Some((text, format)) = self.plain(column, row) else { return Ok(None) };
        flag(text.as_bytes()).map(Some).ok_or_else(|| fault(&self.shape.plan, format, column, &text))
    }

    pub(super) fn friction(&self, column: usize, row: usize) -> Result<Option<Friction>, Fault> {
        let Some(word) = self.text(self.texts(column), row) else { return Ok(None) };
        let refused = || fault(&self.shape.plan, &self.shape.format, column, &word);
        Friction::parse(&word).map(Some).ok_or_else(refused)
    }

    /// The fault of a required value that is not there.
    #[cold]
    pub(super) fn missing(&self, column: usize) -> Fault {
        missing(&self.shape.plan, &self.shape.format, column)
    }
}

/// A text without ASCII spaces at both ends.
#[inline]
fn trimmed(text: &str) -> &str {
    if text.as_bytes().first() == Some(&b' ') || text.as_bytes().last() == Some(&b' ') {
        text.trim_matches(' ')
    } else {
        text
    }
}
