//! Cells of a CSV file: quoting, number styles, and the guard against formulas.

use crate::date::Date;
use crate::money::{Money, Quantity};
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

/// Characters with which a spreadsheet starts a formula, their full-width forms included.
const FORMULA_STARTS: [char; 12] = ['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'];

/// Rows of a file, whose cells are given from left to right. A missing value is an empty cell.
pub(super) trait Cells {
    /// Ends the row.
    fn end(&mut self) -> io::Result<()>;
    /// A word of ours, or a number that is already written: as it is.
    fn word(&mut self, word: &str);
    /// A text of the user's, in CSV with an apostrophe before one that a spreadsheet would take for a formula.
    fn text(&mut self, text: &str);
    fn money(&mut self, money: impl Into<Option<Money>>);
    fn quantity(&mut self, quantity: Option<Quantity>);
    fn count(&mut self, count: impl Into<Option<i64>>);
    fn float(&mut self, value: Option<f64>);
    fn date(&mut self, date: Option<Date>);
    fn flag(&mut self, flag: bool);
}

/// Rows of a CSV file.
pub(super) struct Rows<'w> {
    out: &'w mut dyn Write,
    style: CsvStyle,
    line: String,
    empty: bool,
}

impl<'w> Rows<'w> {
    pub(super) fn new(out: &'w mut dyn Write, style: CsvStyle, header: &[&str]) -> io::Result<Self> {
        let mut rows = Self { out, style, line: String::new(), empty: true };
        if style == CsvStyle::Fr {
            rows.line.push('\u{FEFF}');
        }
        for name in header {
            rows.exact(name);
        }
        rows.end()?;
        Ok(rows)
    }

    fn delimiter(&self) -> char {
        if self.style == CsvStyle::Fr { ';' } else { ',' }
    }

    fn next(&mut self) {
        if !std::mem::replace(&mut self.empty, false) {
            self.line.push(self.delimiter());
        }
    }

    pub(super) fn empty(&mut self) {
        self.next();
    }

    /// A text that must read back as it is.
    pub(super) fn exact(&mut self, text: &str) {
        self.next();
        if text.contains(['"', '\n', '\r', self.delimiter()]) {
            self.line.push('"');
            self.line.push_str(&text.replace('"', "\"\""));
            self.line.push('"');
        } else {
            self.line.push_str(text);
        }
    }

    fn number(&mut self, number: &str) {
        self.next();
        if self.style == CsvStyle::Fr {
            self.line.push_str(&number.replace('.', ","));
        } else {
            self.line.push_str(number);
        }
    }

    fn or_empty<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        match value {
            Some(value) => write(self, value),
            None => self.empty(),
        }
    }
}

impl Cells for Rows<'_> {
    fn end(&mut self) -> io::Result<()> {
        self.line.push('\n');
        self.empty = true;
        self.out.write_all(self.line.as_bytes())?;
        self.line.clear();
        Ok(())
    }

    fn word(&mut self, word: &str) {
        self.next();
        self.line.push_str(word);
    }

    fn text(&mut self, text: &str) {
        if text.starts_with(FORMULA_STARTS) {
            self.exact(&format!("'{text}"));
        } else {
            self.exact(text);
        }
    }

    fn money(&mut self, money: impl Into<Option<Money>>) {
        self.or_empty(money.into(), |rows, m| rows.number(&m.to_string()));
    }

    fn quantity(&mut self, quantity: Option<Quantity>) {
        self.or_empty(quantity, |rows, q| rows.number(&q.to_string()));
    }

    fn count(&mut self, count: impl Into<Option<i64>>) {
        self.or_empty(count.into(), |rows, n| rows.number(&n.to_string()));
    }

    fn float(&mut self, value: Option<f64>) {
        self.or_empty(value, |rows, v| rows.number(&v.to_string()));
    }

    fn date(&mut self, date: Option<Date>) {
        self.or_empty(date, |rows, d| rows.word(&d.to_string()));
    }

    fn flag(&mut self, flag: bool) {
        self.word(if flag { "true" } else { "false" });
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
