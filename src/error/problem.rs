//! One fault at one place.

use super::Code;
use serde::Serialize;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// The input tables, named as their files and in the order in which they are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Table {
    /// Who buys.
    Customers,
    /// What they bought, and credit notes.
    Orders,
    /// The lines of the orders.
    OrderLines,
    /// What serving them took.
    ServiceEvents,
}

impl Table {
    /// All tables, in reading order.
    pub const ALL: [Self; 4] = [Self::Customers, Self::Orders, Self::OrderLines, Self::ServiceEvents];

    /// The name of the table and of its file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::Orders => "orders",
            Self::OrderLines => "order_lines",
            Self::ServiceEvents => "service_events",
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Where a problem is. What is not known is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub struct Location {
    /// The table.
    pub table: Option<Table>,
    /// The file, as it was named to the library.
    pub file: Option<Arc<str>>,
    /// The line of the file, from 1; for Parquet files and for records given in memory, the record's position from 1.
    pub line: Option<u64>,
    /// The first byte of the record in the (decompressed) file, from 0.
    pub byte: Option<u64>,
    /// The column or the key.
    pub column: Option<Cow<'static, str>>,
}

/// One fault at one place: what it is, the value, and what helps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Problem {
    /// The stable code.
    pub code: Code,
    /// Where it is.
    pub location: Location,
    /// What is wrong, or what was expected.
    pub reason: Cow<'static, str>,
    /// The value as it was found, shortened.
    pub value: Option<String>,
    /// The option or the correction that helps.
    pub hint: Option<Cow<'static, str>>,
}

/// Values are quoted up to this many characters.
const VALUE_CHARS_MAX: usize = 80;

impl Problem {
    /// A problem of a code, with what is wrong in words.
    pub fn new(code: Code, reason: impl Into<Cow<'static, str>>) -> Self {
        Self { code, location: Location::default(), reason: reason.into(), value: None, hint: None }
    }

    /// Says which value it is, shortened to 80 characters.
    #[must_use]
    pub fn value(mut self, value: impl AsRef<str>) -> Self {
        let value = value.as_ref();
        let mut short: String = value.chars().take(VALUE_CHARS_MAX).collect();
        if short.len() < value.len() {
            short.push('…');
        }
        self.value = Some(short);
        self
    }

    /// Says which id it is, whole: ids are found again by it.
    #[must_use]
    pub(crate) fn id(mut self, id: impl fmt::Display) -> Self {
        self.value = Some(id.to_string());
        self
    }

    /// Says what helps.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says in which table it is.
    #[must_use]
    pub fn table(mut self, table: Table) -> Self {
        self.location.table = Some(table);
        self
    }

    /// Says in which file it is.
    #[must_use]
    pub fn file(mut self, file: impl Into<Arc<str>>) -> Self {
        self.location.file = Some(file.into());
        self
    }

    /// Says on which line it is.
    #[must_use]
    pub fn line(mut self, line: u64) -> Self {
        self.location.line = Some(line);
        self
    }

    /// Says in which column or under which key it is.
    #[must_use]
    pub fn column(mut self, column: impl Into<Cow<'static, str>>) -> Self {
        self.location.column = Some(column.into());
        self
    }
}

/// Whether a file has lines, by its name.
fn is_text(name: &str) -> bool {
    let ending = name.len().checked_sub(".parquet".len()).and_then(|at| name.get(at..));
    !ending.is_some_and(|ending| ending.eq_ignore_ascii_case(".parquet"))
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.table) {
            (Some(file), _) => {
                write!(f, "{file}")?;
                match self.line {
                    Some(row) if !is_text(file) => write!(f, ", row {row}")?,
                    Some(line) => write!(f, ":{line}")?,
                    None => {}
                }
            }
            (None, Some(table)) => {
                write!(f, "{table}")?;
                if let Some(line) = self.line {
                    write!(f, ", record {line}")?;
                }
            }
            (None, None) => {
                if let Some(line) = self.line {
                    write!(f, "line {line}")?;
                }
            }
        }
        match &self.column {
            Some(column) if self.file.is_none() && self.table.is_none() && self.line.is_none() => write!(f, "{column}"),
            Some(column) => write!(f, ", {column}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.location.to_string();
        if !place.is_empty() {
            write!(f, "{place}: ")?;
        }
        match &self.value {
            Some(value) => write!(f, "{value:?}: {}", self.reason)?,
            None => write!(f, "{}", self.reason)?,
        }
        if let Some(hint) = &self.hint {
            write!(f, " ({hint})")?;
        }
        write!(f, " [{}]", self.code)
    }
}
