//! The values of one record, by the columns that its table knows.

use super::findings::Findings;
use super::header::{Cell, Plan};
use super::split::Record;
use super::{Fault, Format, Kind, columns, hints, value};
use crate::date::Date;
use crate::error::{Code, Problem};
use crate::ledger::{Place, Word, WordTable};
use crate::money::{Money, NumberFault, Quantity, Rate};
use crate::records::IdRef;
use std::borrow::Cow;

/// One record, with the plan that says where its values are.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) record: Record<'a>,
    pub(super) plan: &'a Plan,
    pub(super) format: &'a Format,
    pub(super) findings: &'a Findings,
    pub(super) file: u16,
}

/// Removes ASCII spaces at both ends.
#[inline]
pub(super) fn trim(text: &[u8]) -> &[u8] {
    if text.first() != Some(&b' ') && text.last() != Some(&b' ') {
        return text;
    }
    let start = text.iter().position(|b| *b != b' ').unwrap_or(text.len());
    let end = text.iter().rposition(|b| *b != b' ').map_or(start, |last| last + 1);
    &text[start..end]
}

/// An id, borrowed from the record where it can be.
pub(in crate::io) enum IdText<'a> {
    Borrowed(IdRef<'a>),
    Owned(String),
}

impl<'a> IdText<'a> {
    fn of(text: Cow<'a, str>) -> Self {
        match text {
            Cow::Borrowed(text) => Self::Borrowed(IdRef::new(text)),
            Cow::Owned(text) => Self::Owned(text),
        }
    }

    #[inline]
    pub(in crate::io) fn get(&self) -> IdRef<'_> {
        match self {
            Self::Borrowed(id) => *id,
            Self::Owned(text) => IdRef::new(text),
        }
    }

    /// The id, or `None` when it is empty.
    #[inline]
    pub(in crate::io) fn some(&self) -> Option<IdRef<'_>> {
        Some(self.get()).filter(|id| !id.is_empty())
    }
}

/// A word, borrowed from the record where it can be, or its number where that is known.
pub(super) enum RowWord<'a> {
    Known(u32),
    Text(Cow<'a, str>),
}

impl RowWord<'_> {
    #[inline]
    pub(super) fn get(&self) -> Word<'_> {
        match self {
            Self::Known(number) => Word::Known(*number),
            Self::Text(text) => Word::Text(text),
        }
    }
}

impl<'a> Row<'a> {
    pub(super) fn place(&self) -> Place {
        Place { file: self.file, line: u32::try_from(self.record.line).unwrap_or(u32::MAX), byte: self.record.byte }
    }

    /// The bytes of a field of the file: trimmed, and empty when they stand for no value.
    #[inline]
    fn field(&self, at: u32) -> &'a [u8] {
        let raw = self.record.get(at as usize);
        let text = trim(raw);
        if text.len() < raw.len() {
            self.findings.trimmed.count(|| (self.place(), Some(self.plan.header[at as usize].clone())));
        }
        self.or_null(text)
    }

    /// The same, without a word about what was trimmed.
    fn quiet_field(&self, at: u32) -> &'a [u8] {
        self.or_null(trim(self.record.get(at as usize)))
    }

    #[inline]
    fn or_null(&self, text: &'a [u8]) -> &'a [u8] {
        let null = &self.format.null;
        if !null.is_empty() && null.iter().any(|word| word.as_bytes() == text) { b"" } else { text }
    }

    /// The bytes of a field that is part of an id: as they are, unless the caller trims ids.
    #[inline]
    fn id_field(&self, at: u32) -> &'a [u8] {
        if self.format.trim_ids {
            return self.field(at);
        }
        let raw = self.record.get(at as usize);
        if trim(raw).is_empty() { b"" } else { self.or_null(raw) }
    }

    /// True when a cell has no value.
    pub(super) fn is_empty(&self, cell: &Cell) -> bool {
        match cell {
            Cell::Absent => true,
            Cell::Column(at) | Cell::DateOf(at) => self.quiet_field(*at).is_empty(),
            Cell::Product(parts) | Cell::Join(parts, _) => parts.iter().any(|at| self.quiet_field(*at).is_empty()),
            Cell::Constant(text) | Cell::Gathered(text) => text.is_empty(),
        }
    }

    fn cell(&self, column: usize) -> &'a Cell {
        &self.plan.cells[column]
    }

    /// A problem with the value of a column.
    #[cold]
    pub(super) fn problem(&self, column: usize, code: Code, reason: impl Into<Cow<'static, str>>) -> Fault {
        Box::new(Problem::new(code, reason).column(self.plan.column_name(column)))
    }

    #[cold]
    fn bad_value(
        &self,
        column: usize,
        code: Code,
        reason: String,
        text: &[u8],
        hint: Option<Cow<'static, str>>,
    ) -> Fault {
        if let Err(fault) = self.utf8(column, text) {
            return fault;
        }
        let mut problem =
            Problem::new(code, reason).column(self.plan.column_name(column)).value(String::from_utf8_lossy(text));
        problem.hint = hint;
        Box::new(problem)
    }

    #[inline]
    fn utf8<'t>(&self, column: usize, text: &'t [u8]) -> Result<&'t str, Fault> {
        std::str::from_utf8(text).map_err(|_| self.not_utf8(column, text))
    }

    #[cold]
    fn not_utf8(&self, column: usize, text: &[u8]) -> Fault {
        Box::new(
            Problem::new(Code::BadUtf8, "not UTF-8")
                .column(self.plan.column_name(column))
                .value(String::from_utf8_lossy(text))
                .hint("save the file as UTF-8, or state csv.encoding = \"windows-1252\" in the mapping"),
        )
    }

    /// A text; `None` when it is empty.
    #[inline]
    pub(super) fn text(&self, column: usize) -> Result<Option<Cow<'a, str>>, Fault> {
        self.cell_text(self.cell(column), column)
    }

    /// A word; one that is known was checked before, and needs not be again.
    #[inline]
    pub(super) fn word(&self, column: usize, known: &WordTable) -> Result<Option<RowWord<'a>>, Fault> {
        if let Cell::Column(at) = self.cell(column) {
            let bytes = self.field(*at);
            if let Some(number) = known.get_bytes(bytes) {
                return Ok(Some(RowWord::Known(number)));
            }
            return Ok(Some(self.utf8(column, bytes)?).filter(|t| !t.is_empty()).map(|t| RowWord::Text(t.into())));
        }
        Ok(self.text(column)?.map(RowWord::Text))
    }

    pub(super) fn cell_text(&self, cell: &'a Cell, column: usize) -> Result<Option<Cow<'a, str>>, Fault> {
        let text = match cell {
            Cell::Absent | Cell::Product(_) => return Ok(None),
            Cell::Column(at) | Cell::DateOf(at) => Cow::Borrowed(self.utf8(column, self.field(*at))?),
            Cell::Join(parts, by) => self.joined(column, parts, by, Self::field)?,
            Cell::Constant(text) | Cell::Gathered(text) => Cow::Borrowed(&**text),
        };
        Ok((!text.is_empty()).then_some(text))
    }

    /// An id; empty when there is none.
    #[inline]
    pub(super) fn id(&self, column: usize) -> Result<IdText<'a>, Fault> {
        match self.cell(column) {
            Cell::Column(at) => {
                let bytes = self.id_field(*at);
                IdRef::from_bytes(bytes).map(IdText::Borrowed).map_err(|_| self.not_utf8(column, bytes))
            }
            Cell::Join(parts, by) => self.joined(column, parts, by, Self::id_field).map(IdText::of),
            other => Ok(IdText::of(self.cell_text(other, column)?.unwrap_or_default())),
        }
    }

    /// Several fields as one text; empty when one of them is, since it would stand for several records.
    fn joined(
        &self,
        column: usize,
        parts: &[u32],
        by: &str,
        field: impl Fn(&Self, u32) -> &'a [u8],
    ) -> Result<Cow<'a, str>, Fault> {
        let mut joined = String::new();
        for (index, at) in parts.iter().enumerate() {
            let part = self.utf8(column, field(self, *at))?;
            if part.is_empty() {
                return Ok(Cow::Borrowed(""));
            }
            if index > 0 {
                joined.push_str(by);
            }
            joined.push_str(part);
        }
        Ok(Cow::Owned(joined))
    }

    /// The bytes of a cell of one value, and the format that they follow.
    #[inline]
    fn plain(&self, column: usize) -> (&'a [u8], Option<&'a Format>) {
        match self.cell(column) {
            Cell::Column(at) | Cell::DateOf(at) => (self.field(*at), Some(self.format)),
            Cell::Gathered(text) => (text.as_bytes(), Some(self.format)),
            Cell::Constant(text) => (text.as_bytes(), None),
            Cell::Absent | Cell::Product(_) | Cell::Join(..) => (b"", None),
        }
    }

    /// An amount; `None` when it is empty.
    #[inline]
    pub(super) fn money(&self, column: usize) -> Result<Option<Money>, Fault> {
        if let Cell::Product(factors) = self.cell(column) {
            return self.product(column, factors);
        }
        let (text, format) = self.plain(column);
        if text.is_empty() {
            return Ok(None);
        }
        let read = match format {
            Some(format) => value::money(text, format),
            None => value::money(text, &Format::default()),
        };
        match read {
            Ok((amount, rounded)) => Ok(Some(self.amount(column, amount, rounded))),
            Err(fault) => Err(self.bad_number(column, Code::BadMoney, "an amount", text, fault)),
        }
    }

    #[inline]
    fn amount(&self, column: usize, amount: Money, rounded: bool) -> Money {
        if rounded {
            self.findings.rounded.count(|| (self.place(), Some(self.plan.column_name(column))));
        }
        amount
    }

    fn product(&self, column: usize, factors: &[u32]) -> Result<Option<Money>, Fault> {
        let [a, b] = *factors else { return Ok(None) };
        let (a, b) = (self.field(a), self.field(b));
        if a.is_empty() || b.is_empty() {
            return Ok(None);
        }
        let read = |text| {
            value::decimal(text, self.format)
                .map_err(|fault| self.bad_number(column, Code::BadMoney, "a factor of an amount", text, fault))
        };
        let (x, y) = (read(a)?, read(b)?);
        match value::product(x, y, self.format) {
            Ok((amount, rounded)) => Ok(Some(self.amount(column, amount, rounded))),
            Err(fault) => {
                let text = [a, b" * ", b].concat();
                Err(self.bad_number(column, Code::BadMoney, "a product that is an amount", &text, fault))
            }
        }
    }

    #[cold]
    pub(super) fn bad_number(&self, column: usize, code: Code, what: &str, text: &[u8], fault: NumberFault) -> Fault {
        let shown = String::from_utf8_lossy(text);
        let hint = hints::number(&shown, fault, self.format, code == Code::BadMoney);
        // A number that is too large is outside its limits; one that is too precise cannot be read exactly.
        let code = if fault == NumberFault::OutOfRange { Code::OutOfRange } else { code };
        self.bad_value(column, code, format!("{what}: {fault}"), text, hint)
    }

    fn fixed(&self, column: usize, decimals: u32, code: Code, what: &str) -> Result<Option<i64>, Fault> {
        let (text, format) = self.plain(column);
        if text.is_empty() {
            return Ok(None);
        }
        let read = match format {
            Some(format) => value::fixed(text, decimals, format),
            None => value::fixed(text, decimals, &Format::default()),
        };
        read.map(Some).map_err(|fault| self.bad_number(column, code, what, text, fault))
    }

    pub(super) fn quantity(&self, column: usize) -> Result<Option<Quantity>, Fault> {
        Ok(self.fixed(column, 4, Code::BadQuantity, "a quantity")?.map(Quantity::from_units))
    }

    pub(super) fn rate(&self, column: usize) -> Result<Option<Rate>, Fault> {
        Ok(self.fixed(column, 9, Code::BadRate, "a rate")?.map(Rate::from_units))
    }

    pub(super) fn integer(&self, column: usize) -> Result<Option<u32>, Fault> {
        let (text, _) = self.plain(column);
        if text.is_empty() {
            return Ok(None);
        }
        value::integer(text).map(Some).map_err(|fault| {
            let hint = match text.contains(&b'.') && text.iter().any(u8::is_ascii_digit) {
                true => Some(Cow::Borrowed("write it without decimals")),
                false => hints::null_word(&String::from_utf8_lossy(text)),
            };
            let code = if fault == NumberFault::OutOfRange { Code::OutOfRange } else { Code::BadInteger };
            self.bad_value(column, code, "a whole number such as 30 was expected".into(), text, hint)
        })
    }

    pub(super) fn flag(&self, column: usize) -> Result<Option<bool>, Fault> {
        let (text, _) = self.plain(column);
        if text.is_empty() {
            return Ok(None);
        }
        value::flag(text).map(Some).ok_or_else(|| {
            let reason = "one of true, false, yes, no, 1, 0, oui, non, vrai, faux was expected";
            self.bad_value(column, Code::BadFlag, reason.into(), text, None)
        })
    }

    /// A date; `None` when it is empty.
    #[inline]
    pub(super) fn date(&self, column: usize) -> Result<Option<Date>, Fault> {
        let (text, format) = self.plain(column);
        if text.is_empty() {
            return Ok(None);
        }
        let format = format.map_or(super::DateFormat::YearMonthDay, |f| f.date);
        let with_time = !matches!(self.cell(column), Cell::Column(_));
        let read = if with_time { value::date_of(text, format) } else { value::date(text, format) };
        read.map(Some).ok_or_else(|| {
            let shown = String::from_utf8_lossy(text);
            let hint = hints::date(&shown, format, with_time);
            let reason = format!("a date {} from 1900 to 2200 was expected", format.name());
            self.bad_value(column, Code::BadDate, reason, text, hint)
        })
    }

    /// A date that must be there.
    #[inline]
    pub(super) fn required_date(&self, column: usize) -> Result<Date, Fault> {
        self.date(column)?.ok_or_else(|| self.missing(column))
    }

    /// The fault of a required value that is empty.
    #[cold]
    pub(super) fn missing(&self, column: usize) -> Fault {
        let known = &columns(self.plan.table)[column];
        let what = match known.kind {
            Kind::Date => "a required date is empty",
            Kind::Money => "a required amount is empty",
            _ => "a required value is empty",
        };
        self.problem(column, Code::ValueMissing, what)
    }
}
