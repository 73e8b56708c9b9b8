//! `accounts.json`: an array of one object per account, one on a line, with the columns of `accounts.csv`.

use super::accounts::{Row, fill, header};
use crate::date::Date;
use crate::money::{Money, Quantity};
use crate::portfolio::Portfolio;
use crate::records::Id;
use std::fmt::Display;
use std::io::{self, Write};

pub(super) fn write(portfolio: &Portfolio, out: &mut dyn Write) -> io::Result<()> {
    let names = header(portfolio);
    let mut line = Line { names: &names, bytes: b"[".to_vec(), at: 0 };
    for account in portfolio.accounts() {
        if line.bytes.is_empty() {
            line.bytes.push(b',');
        }
        line.bytes.push(b'\n');
        fill(&mut line, account);
        line.bytes.push(b'}');
        out.write_all(&line.bytes)?;
        line.bytes.clear();
        line.at = 0;
    }
    line.bytes.extend_from_slice(b"\n]\n");
    out.write_all(&line.bytes)
}

/// An object, and how many of its values are written.
struct Line<'a> {
    names: &'a [&'a str],
    bytes: Vec<u8>,
    at: usize,
}

impl Line<'_> {
    /// Writes a value after its name. Names are words of ours and need no escape, and so do numbers: they have all their
    /// digits, and what reads them decides how many it keeps.
    fn value(&mut self, value: Option<impl Display>) {
        let open = if self.at == 0 { '{' } else { ',' };
        let name = self.names[self.at];
        self.at += 1;
        let text = match value {
            Some(value) => format!("{open}\"{name}\":{value}"),
            None => format!("{open}\"{name}\":null"),
        };
        self.bytes.extend_from_slice(text.as_bytes());
    }
}

impl Row for Line<'_> {
    fn word(&mut self, word: &str) {
        self.text(word);
    }

    fn text(&mut self, text: &str) {
        self.value(Some(text).filter(|text| !text.is_empty()).map(serde_json::Value::from));
    }

    fn id(&mut self, id: &Id) {
        self.text(&id.text());
    }

    fn money(&mut self, money: impl Into<Option<Money>>) {
        self.value(money.into());
    }

    fn quantity(&mut self, quantity: Option<Quantity>) {
        self.value(quantity);
    }

    fn count(&mut self, count: impl Into<Option<i64>>) {
        self.value(count.into());
    }

    fn float(&mut self, value: Option<f64>) {
        self.value(value);
    }

    fn date(&mut self, date: Option<Date>) {
        self.value(date.map(|date| format!("\"{date}\"")));
    }

    fn flag(&mut self, flag: impl Into<Option<bool>>) {
        self.value(flag.into());
    }
}
