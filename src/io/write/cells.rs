//! Cells of a CSV file: quoting, number styles, and the guard against formulas.

use super::accounts::Row;
use super::digits;
use crate::date::Date;
use crate::money::{Money, Quantity};
use crate::records::Id;
use std::io::{self, Write};

/// How CSV files look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum CsvStyle {
    /// UTF-8, commas between cells, dots in numbers.
    #[default]
    Plain,
    /// As French spreadsheets open it: UTF-8 with a byte order mark, semicolons between cells, commas in numbers.
    Fr,
}

/// The room that a row of accounts takes as a rule.
const ROW_BYTES: usize = 320;

/// Characters with which a spreadsheet starts a formula, their full-width forms included.
const FORMULA_STARTS: [char; 12] = ['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'];

/// Rows of a CSV file, in memory.
#[derive(Debug)]
pub(crate) struct Cells {
    bytes: Vec<u8>,
    /// It follows each cell; that of the last one becomes the end of the row.
    delimiter: u8,
    point: u8,
}

impl Cells {
    /// No row yet.
    pub(super) fn new(style: CsvStyle) -> Self {
        let (delimiter, point) = match style {
            CsvStyle::Plain => (b',', b'.'),
            CsvStyle::Fr => (b';', b','),
        };
        Self { bytes: Vec::new(), delimiter, point }
    }

    /// The same with room for some rows.
    pub(super) fn with_room(style: CsvStyle, rows: usize) -> Self {
        Self { bytes: Vec::with_capacity(rows * ROW_BYTES), ..Self::new(style) }
    }

    /// The header of a file.
    pub(super) fn header(style: CsvStyle, names: &[&str]) -> Self {
        let mut cells = Self::new(style);
        if style == CsvStyle::Fr {
            cells.bytes.extend_from_slice("\u{FEFF}".as_bytes());
        }
        names.iter().for_each(|name| cells.exact(name));
        cells.end();
        cells
    }

    /// The rows so far.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Forgets the rows, and keeps their room.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
    }

    /// Ends the row.
    #[inline]
    pub(super) fn end(&mut self) {
        match self.bytes.last_mut() {
            Some(last) if *last == self.delimiter => *last = b'\n',
            _ => self.bytes.push(b'\n'),
        }
    }

    #[inline]
    fn end_cell(&mut self) {
        self.bytes.push(self.delimiter);
    }

    /// A word of ours, or a number that is already written: as it is.
    #[inline]
    pub(crate) fn word(&mut self, word: &str) {
        self.bytes.extend_from_slice(word.as_bytes());
        self.end_cell();
    }

    pub(crate) fn empty(&mut self) {
        self.end_cell();
    }

    /// A text of the user's. One that a spreadsheet would take for a formula gets an apostrophe before it.
    pub(super) fn text(&mut self, text: &str) {
        self.quoted(text, if text.starts_with(FORMULA_STARTS) { "'" } else { "" });
    }

    /// A text that must read back as it is.
    pub(crate) fn exact(&mut self, text: &str) {
        self.quoted(text, "");
    }

    fn quoted(&mut self, text: &str, before: &str) {
        let special = |byte: u8| matches!(byte, b'"' | b'\n' | b'\r') || byte == self.delimiter;
        // All bytes are looked at: many at once, which is faster than to stop at the first.
        if text.bytes().fold(false, |any, byte| any | special(byte)) {
            self.in_quotes(text, before);
        } else {
            self.bytes.extend_from_slice(before.as_bytes());
            self.bytes.extend_from_slice(text.as_bytes());
        }
        self.end_cell();
    }

    fn in_quotes(&mut self, text: &str, before: &str) {
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(before.as_bytes());
        for byte in text.bytes() {
            if byte == b'"' {
                self.bytes.push(b'"');
            }
            self.bytes.push(byte);
        }
        self.bytes.push(b'"');
    }

    #[inline]
    fn or_empty<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Vec<u8>, u8, T)) {
        if let Some(value) = value {
            write(&mut self.bytes, self.point, value);
        }
        self.end_cell();
    }

    pub(super) fn money(&mut self, money: impl Into<Option<Money>>) {
        self.or_empty(money.into(), |bytes, point, m| digits::push_fixed(bytes, point, m.units(), 2));
    }

    pub(super) fn quantity(&mut self, quantity: Option<Quantity>) {
        self.or_empty(quantity, |bytes, point, q| digits::push_fixed(bytes, point, q.units(), 0));
    }

    pub(super) fn count(&mut self, count: impl Into<Option<i64>>) {
        self.or_empty(count.into(), |bytes, _, n| digits::push_integer(bytes, n));
    }

    pub(super) fn float(&mut self, value: Option<f64>) {
        self.or_empty(value, digits::push_float);
    }

    pub(super) fn date(&mut self, date: Option<Date>) {
        self.or_empty(date, |bytes, _, d| digits::push_date(bytes, d));
    }

    pub(super) fn flag(&mut self, flag: impl Into<Option<bool>>) {
        self.word(flag.into().map_or("", |flag| if flag { "true" } else { "false" }));
    }
}

/// Rows of a CSV file on their way into it.
pub(crate) struct Rows<'w> {
    out: &'w mut dyn Write,
    cells: Cells,
}

impl<'w> Rows<'w> {
    pub(crate) fn new(out: &'w mut dyn Write, style: CsvStyle, header: &[&str]) -> io::Result<Self> {
        out.write_all(Cells::header(style, header).bytes())?;
        Ok(Self { out, cells: Cells::new(style) })
    }

    /// Ends the row.
    pub(crate) fn end(&mut self) -> io::Result<()> {
        self.cells.end();
        self.out.write_all(self.cells.bytes())?;
        self.cells.clear();
        Ok(())
    }
}

impl std::ops::Deref for Rows<'_> {
    type Target = Cells;
    fn deref(&self) -> &Cells {
        &self.cells
    }
}

impl std::ops::DerefMut for Rows<'_> {
    fn deref_mut(&mut self) -> &mut Cells {
        &mut self.cells
    }
}

impl Row for Cells {
    fn word(&mut self, word: &str) {
        self.word(word);
    }

    fn text(&mut self, text: &str) {
        self.text(text);
    }

    /// An id, guarded as other texts of the user's; numbers need no guard.
    fn id(&mut self, id: &Id) {
        match id.number() {
            Some(number) => {
                digits::push_number(&mut self.bytes, number);
                self.end_cell();
            }
            None => self.text(&id.text()),
        }
    }

    fn money(&mut self, money: impl Into<Option<Money>>) {
        self.money(money);
    }

    fn quantity(&mut self, quantity: Option<Quantity>) {
        self.quantity(quantity);
    }

    fn count(&mut self, count: impl Into<Option<i64>>) {
        self.count(count);
    }

    fn float(&mut self, value: Option<f64>) {
        self.float(value);
    }

    fn date(&mut self, date: Option<Date>) {
        self.date(date);
    }

    fn flag(&mut self, flag: impl Into<Option<bool>>) {
        self.flag(flag);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::money;

    fn row(style: CsvStyle, fill: impl FnOnce(&mut Rows<'_>)) -> String {
        let mut out = Vec::new();
        let mut rows = Rows::new(&mut out, style, &["a"]).unwrap();
        fill(&mut rows);
        rows.end().unwrap();
        String::from_utf8(out).unwrap().split_once('\n').unwrap().1.to_owned()
    }

    #[test]
    fn f14_texts_that_look_like_formulas_are_guarded() {
        for text in ["=1+1", "+1", "-1", "@SUM", "\t=1", "＝1"] {
            let line = row(CsvStyle::Plain, |r| r.text(text));
            assert!(line.trim_start_matches('"').starts_with('\''), "{line}");
        }
        assert_eq!(row(CsvStyle::Plain, |r| r.text("a \"b\", c")), "\"a \"\"b\"\", c\"\n");
        assert_eq!(row(CsvStyle::Plain, |r| r.money(money("-5"))), "-5.00\n");
        let ids = |r: &mut Rows<'_>| {
            r.id(&Id::from("-7"));
            r.id(&Id::from(7));
            r.id(&Id::from("00\n7"));
        };
        assert_eq!(row(CsvStyle::Plain, ids), "'-7,7,\"00\n7\"\n");
    }

    #[test]
    fn french_spreadsheets_get_semicolons_and_commas() {
        let line = row(CsvStyle::Fr, |r| {
            r.money(money("1234.5"));
            r.float(Some(0.25));
            r.text("a,b");
            r.text("a;b");
        });
        assert_eq!(line, "1234,50;0,25;a,b;\"a;b\"\n");
    }
}
