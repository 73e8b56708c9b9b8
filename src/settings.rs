//! Reading settings from TOML so that every fault is listed at once, with its line, its key and what was expected.

use crate::date::Date;
use crate::error::{Code, Error, Problem, Result};
use crate::limits::SETTINGS_BYTES_MAX;
use crate::money::{Money, Rate, parse_fixed};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A TOML text with the faults found in it so far.
pub(crate) struct Settings<'a> {
    text: &'a str,
    file: Arc<str>,
    faults: RefCell<Vec<Problem>>,
}

/// One table of the settings. It remembers which keys were asked for: at the end the others are unknown.
pub(crate) struct Section<'s> {
    settings: &'s Settings<'s>,
    path: String,
    table: &'s DeTable<'s>,
    asked: RefCell<BTreeSet<String>>,
}

/// One value with its key, for settings that take several forms.
#[derive(Clone, Copy)]
pub(crate) struct Value<'s> {
    settings: &'s Settings<'s>,
    value: &'s Spanned<DeValue<'s>>,
}

impl<'a> Settings<'a> {
    /// Reads a text and hands its root to `read`, and what that made to `check`, whose faults stand under their keys. An
    /// error lists all faults of both.
    pub(crate) fn read_checked<T>(
        text: &str,
        file: &str,
        read: impl FnOnce(&Section<'_>) -> T,
        check: impl FnOnce(&T) -> Vec<Problem>,
    ) -> Result<T> {
        let settings = Settings { text, file: file.into(), faults: RefCell::default() };
        if text.len() > SETTINGS_BYTES_MAX {
            let reason = format!("{} bytes of settings; the limit is {SETTINGS_BYTES_MAX}", text.len());
            return Err(Problem::new(Code::BadSetting, reason).file(file).into());
        }
        let root = DeTable::parse(text).map_err(|e| settings.not_toml(&e))?;
        let section =
            Section { settings: &settings, path: String::new(), table: root.get_ref(), asked: RefCell::default() };
        let value = read(&section);
        section.finish();
        for problem in check(&value) {
            let key = problem.location.column.clone().unwrap_or_default();
            settings.fault(place_of(root.get_ref(), &key), key.into_owned(), problem);
        }
        let mut faults = settings.faults.take();
        faults.sort_by(|a, b| a.location.cmp(&b.location));
        Error::all(faults, 0).map_or(Ok(value), Err)
    }

    /// Reads a text that needs no further check.
    #[cfg(feature = "csv")]
    pub(crate) fn read<T>(text: &str, file: &str, read: impl FnOnce(&Section<'_>) -> T) -> Result<T> {
        Self::read_checked(text, file, read, |_| Vec::new())
    }

    fn not_toml(&self, error: &toml::de::Error) -> Error {
        let at = error.span().map_or(0, |s| s.start);
        let (line, column) = self.line_column(at);
        let reason = format!("not valid TOML at column {column}: {}", error.message().replace('\n', "; "));
        Error::new(Problem::new(Code::BadToml, reason).file(self.file.clone()).line(line))
    }

    fn line_column(&self, at: usize) -> (u64, usize) {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line = before.matches('\n').count() as u64 + 1;
        (line, before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1)
    }

    fn fault(&self, at: usize, key: String, problem: Problem) {
        let problem = problem.file(self.file.clone()).line(self.line_column(at).0).column(key);
        self.faults.borrow_mut().push(problem);
    }
}

impl<'s> Section<'s> {
    fn full(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    fn take(&self, key: &str) -> Option<&'s Spanned<DeValue<'s>>> {
        self.asked.borrow_mut().insert(key.to_owned());
        self.table.iter().find(|(k, _)| k.get_ref() == key).map(|(_, v)| v)
    }

    /// The value of a key, for settings that take several forms.
    pub(crate) fn value(&self, key: &str) -> Option<Value<'s>> {
        Some(Value { settings: self.settings, value: self.take(key)? })
    }

    /// Keys not asked for so far: the names that the user chooses.
    pub(crate) fn other_keys(&self) -> Vec<String> {
        let asked = self.asked.borrow();
        let keys = self.table.iter().map(|(k, _)| k.get_ref().to_string());
        keys.filter(|k| !asked.contains(k)).collect()
    }

    /// Adds a fault at a key.
    pub(crate) fn fault(&self, key: &str, problem: Problem) {
        let at = self.table.iter().find(|(k, _)| k.get_ref() == key).map_or(0, |(k, _)| k.span().start);
        self.settings.fault(at, self.full(key), problem);
    }

    /// A value of any one type: `read` gives it, or what was expected.
    pub(crate) fn get<T>(&self, key: &str, read: impl FnOnce(Value<'s>) -> Result<T, Problem>) -> Option<T> {
        let value = self.value(key)?;
        match read(value) {
            Ok(v) => Some(v),
            Err(problem) => {
                self.settings.fault(value.value.span().start, self.full(key), problem);
                None
            }
        }
    }

    /// A sub-table.
    pub(crate) fn section(&self, key: &str) -> Option<Section<'s>> {
        let value = self.take(key)?;
        self.enter(key, value)
    }

    fn enter(&self, key: &str, value: &'s Spanned<DeValue<'s>>) -> Option<Section<'s>> {
        match value.get_ref() {
            DeValue::Table(table) => {
                Some(Section { settings: self.settings, path: self.full(key), table, asked: RefCell::default() })
            }
            _ => {
                let problem = Problem::new(Code::BadSetting, format!("a table [{}] was expected", self.full(key)));
                self.settings.fault(value.span().start, self.full(key), problem);
                None
            }
        }
    }

    /// The tables of an array `[[key]]`.
    pub(crate) fn sections(&self, key: &str) -> Vec<Section<'s>> {
        let Some(value) = self.take(key) else { return Vec::new() };
        match value.get_ref() {
            DeValue::Array(items) => items.iter().filter_map(|item| self.enter(key, item)).collect(),
            _ => {
                let problem = Problem::new(Code::BadSetting, format!("tables [[{}]] were expected", self.full(key)));
                self.settings.fault(value.span().start, self.full(key), problem);
                Vec::new()
            }
        }
    }

    /// Reports the keys that nobody asked for, each with the nearest known one.
    pub(crate) fn finish(&self) {
        let asked = self.asked.borrow();
        for (key, _) in self.table.iter() {
            if asked.contains(key.get_ref().as_ref()) {
                continue;
            }
            let known: Vec<&str> = asked.iter().map(String::as_str).collect();
            let problem = Problem::new(Code::UnknownKey, "an unknown key").value(key.get_ref());
            let problem = match nearest(key.get_ref(), &known) {
                Some(near) => problem.hint(format!("did you mean {near}?")),
                None => problem.hint(format!("known here: {}", known.join(", "))),
            };
            self.settings.fault(key.span().start, self.full(key.get_ref()), problem);
        }
    }
}

impl<'s> Value<'s> {
    /// What it is, for messages.
    fn shown(self) -> String {
        self.settings.text.get(self.value.span()).unwrap_or_default().to_owned()
    }

    fn expected(self, what: impl std::fmt::Display) -> Problem {
        Problem::new(Code::BadSetting, format!("{what} was expected")).value(self.shown())
    }

    /// A text.
    pub(crate) fn text(self) -> Result<&'s str, Problem> {
        match self.value.get_ref() {
            DeValue::String(text) => Ok(text),
            _ => Err(self.expected("a text in quotes")),
        }
    }

    /// True or false.
    pub(crate) fn flag(self) -> Result<bool, Problem> {
        match self.value.get_ref() {
            DeValue::Boolean(flag) => Ok(*flag),
            _ => Err(self.expected("true or false")),
        }
    }

    /// A whole number in a range.
    pub(crate) fn whole(self, range: std::ops::RangeInclusive<i64>) -> Result<i64, Problem> {
        let number = match self.value.get_ref() {
            DeValue::Integer(i) => i64::from_str_radix(i.as_str(), i.radix()).ok(),
            _ => None,
        };
        let within = number.filter(|n| range.contains(n));
        within.ok_or_else(|| self.expected(format!("a whole number from {} to {}", range.start(), range.end())))
    }

    /// An amount: a text or a whole number, never a floating-point one.
    pub(crate) fn money(self) -> Result<Money, Problem> {
        match self.value.get_ref() {
            DeValue::String(text) => Money::parse_bytes(text.as_bytes())
                .map_err(|fault| Problem::new(Code::BadSetting, format!("an amount: {fault}")).value(text)),
            DeValue::Integer(i) if i.radix() == 10 => Money::parse_bytes(i.as_str().as_bytes())
                .map_err(|fault| Problem::new(Code::BadSetting, format!("an amount: {fault}")).value(i.as_str())),
            DeValue::Float(f) => {
                Err(Problem::new(Code::BadSetting, "money is a text or a whole number, so that it is exact")
                    .value(f.as_str())
                    .hint(format!("write \"{}\"", f.as_str())))
            }
            _ => Err(self.expected("an amount such as \"12.50\"")),
        }
    }

    /// A rate, exact to nine decimals.
    pub(crate) fn rate(self) -> Result<Rate, Problem> {
        let text = match self.value.get_ref() {
            DeValue::String(text) => text.as_ref(),
            DeValue::Integer(i) if i.radix() == 10 => i.as_str(),
            DeValue::Float(f) => f.as_str(),
            _ => return Err(self.expected("a rate such as 0.06")),
        };
        parse_fixed(text.as_bytes(), 9)
            .map(Rate::from_units)
            .map_err(|fault| Problem::new(Code::BadSetting, format!("a rate such as 0.06: {fault}")).value(text))
    }

    /// A finite number.
    pub(crate) fn number(self) -> Result<f64, Problem> {
        let text = match self.value.get_ref() {
            DeValue::Integer(i) if i.radix() == 10 => i.as_str(),
            DeValue::Float(f) => f.as_str(),
            _ => return Err(self.expected("a number")),
        };
        text.parse::<f64>().ok().filter(|n| n.is_finite()).ok_or_else(|| self.expected("a finite number"))
    }

    /// A date, as text or as TOML's own.
    pub(crate) fn date(self) -> Result<Date, Problem> {
        let text = match self.value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Datetime(d) => d.to_string(),
            _ => return Err(self.expected("a date such as \"2025-12-31\"")),
        };
        Date::parse_bytes(text.as_bytes()).ok_or_else(|| self.expected("a date such as \"2025-12-31\""))
    }

    /// One of the given words.
    pub(crate) fn choice<T: Copy>(self, choices: &[(&str, T)]) -> Result<T, Problem> {
        let found = self.text().ok().and_then(|word| choices.iter().find(|(name, _)| *name == word));
        found.map(|(_, choice)| *choice).ok_or_else(|| {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            self.expected(format!("one of {}", names.join(", ")))
        })
    }

    /// A list, each item read on its own.
    pub(crate) fn list<T>(self, read: impl Fn(Value<'s>) -> Result<T, Problem>) -> Result<Vec<T>, Problem> {
        match self.value.get_ref() {
            DeValue::Array(items) => items.iter().map(|value| read(Value { value, ..self })).collect(),
            _ => Err(self.expected("a list [ … ]")),
        }
    }

    /// True for a table, such as `{ quantile = 0.7 }`.
    pub(crate) fn is_table(self) -> bool {
        matches!(self.value.get_ref(), DeValue::Table(_))
    }

    /// True for a text.
    pub(crate) fn is_text(self) -> bool {
        matches!(self.value.get_ref(), DeValue::String(_))
    }
}

/// Where a key such as `tiers.a` or `pools[0].cost` stands; where its nearest parent does, when it is not written.
fn place_of(root: &DeTable<'_>, key: &str) -> usize {
    let (mut table, mut place) = (root, 0);
    for step in key.split('.') {
        let (name, index) = step
            .split_once('[')
            .map_or((step, None), |(name, index)| (name, index.trim_end_matches(']').parse::<usize>().ok()));
        let Some((found, value)) = table.iter().find(|(k, _)| k.get_ref() == name) else { return place };
        place = found.span().start;
        let value = match (value.get_ref(), index) {
            (DeValue::Array(items), Some(index)) => match items.get(index) {
                Some(item) => item,
                None => return place,
            },
            _ => value,
        };
        place = place.max(value.span().start.min(value.span().end));
        match value.get_ref() {
            DeValue::Table(inner) => table = inner,
            _ => return place,
        }
    }
    place
}

/// The nearest of some names, at most two edits away and fewer than half the word.
pub(crate) fn nearest<'n>(word: &str, names: &[&'n str]) -> Option<&'n str> {
    let best = names.iter().map(|name| (edits(word, name), *name)).min()?;
    (best.0 <= 2 && best.0 * 2 < word.chars().count().max(3)).then_some(best.1)
}

/// The number of insertions, deletions and replacements between two words.
pub(crate) fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
