//! How files of other origin are read: `mapping.toml`.

mod parse;
mod propose;
mod synonyms;

pub use propose::propose_mapping;

use super::csv::{Format, columns};
use crate::error::Table;
use std::collections::BTreeMap;

/// How files of other origin are read: which file holds which table, which column is which, and how values are written.
///
/// ```
/// use portefeuille::io::Mapping;
///
/// let mapping = Mapping::from_toml(
///     r#"
///     [csv]
///     format = "fr"                                      # ; between fields, decimal comma, dd/mm/yyyy
///
///     [orders]
///     file = "export.csv.gz"
///     order_id = "Numéro"
///     customer_id = "Client"
///     ordered_on = { date_of = "Date et heure" }
///     revenue = { product = ["Quantité", "Prix net"] }
///     group_by = "order_id"                              # one row per line: lines become orders
///     aside_when_empty = ["customer_id"]
///
///     [customers]
///     from = "orders"
///     country = "Pays"
///     "#,
///     "mapping.toml",
/// )?;
/// # Ok::<(), portefeuille::Error>(())
/// ```
///
/// The settings under `[csv]`, for all files, and under `[orders.csv]` and the like for those of one table:
///
/// | setting | default | meaning |
/// |---|---|---|
/// | `format` | `"en"` | `"fr"` stands for delimiter `;`, decimal comma and dates dd/mm/yyyy |
/// | `delimiter` | from the header | `","`, `";"`, `"\t"` or `"\|"` |
/// | `decimal` | `"."` | or `","` |
/// | `thousands` | none | `" "` (with U+00A0 and U+202F), `","`, `"."` or `"'"` |
/// | `date_format` | `"yyyy-mm-dd"` | `"dd/mm/yyyy"`, `"mm/dd/yyyy"`, `"dd.mm.yyyy"`, `"dd-mm-yyyy"`, `"yyyy/mm/dd"`, `"yyyymmdd"` |
/// | `null` | none | words that stand for a missing value, such as `["NULL"]` |
/// | `skip_lines` | 0 | lines before the header |
/// | `trim_ids` | false | removes spaces around ids |
/// | `round_money` | false | rounds amounts half to even to four decimals, counted |
/// | `encoding` | `"utf-8"` | or `"windows-1252"`, unless the file begins with the mark of UTF-8: places in bytes are those of the text as UTF-8 then |
///
/// A table's section says which `file` holds it, relative to the folder, and where its columns come from: a source column
/// `"Name"`, `{ product = ["A", "B"] }` for amounts, `{ date_of = "Column" }` for dates, `{ join = ["A", "B"], by = "/" }` for
/// ids and texts, or `{ constant = "text" }`. Columns that are not mapped are read by their own name unless
/// `only_mapped = true`; in `[customers]` every other key is an attribute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    csv: Format,
    tables: BTreeMap<Table, Columns>,
}

/// Where the columns of a table come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Columns {
    pub(crate) file: Option<String>,
    /// Customers that are taken from the orders.
    pub(crate) from_orders: bool,
    shapes: BTreeMap<String, Shape>,
    pub(crate) aside_when_empty: Vec<String>,
    /// Rows with the same order id become one order.
    pub(crate) grouped: bool,
    /// Columns that are not mapped are not read.
    pub(crate) only_mapped: bool,
    /// How the values of its own files are written, where that is not as in the others.
    csv: Option<Format>,
}

/// Where the values of a column come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Column(String),
    Product(Vec<String>),
    DateOf(String),
    Join(Vec<String>, String),
    Constant(String),
}

impl Mapping {
    /// How the values of a table are written. Customers that are taken from the orders stand in their files.
    pub(crate) fn format(&self, table: Table) -> &Format {
        let columns = self.columns(table);
        let from = if columns.is_some_and(|c| c.from_orders) { self.columns(Table::Orders) } else { columns };
        from.and_then(|c| c.csv.as_ref()).unwrap_or(&self.csv)
    }

    /// What is mapped of a table.
    pub(crate) fn columns(&self, table: Table) -> Option<&Columns> {
        self.tables.get(&table)
    }
}

impl Columns {
    /// How the values of its own files are written, where that is stated for them alone.
    #[cfg(feature = "parquet")]
    pub(crate) fn own_format(&self) -> Option<&Format> {
        self.csv.as_ref()
    }

    pub(crate) fn source(&self, column: &str) -> Option<&Shape> {
        self.shapes.get(column)
    }

    /// The mapped attributes of customers.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&str, &Shape)> {
        let known = |name: &str| columns(Table::Customers).iter().any(|c| c.name == name);
        self.shapes.iter().filter(move |(name, _)| !known(name)).map(|(name, shape)| (name.as_str(), shape))
    }

    /// The columns of the file that are named.
    pub(crate) fn sources(&self) -> impl Iterator<Item = &str> {
        self.shapes.values().flat_map(Shape::sources)
    }
}

impl Shape {
    /// The columns of the file that it names.
    pub(crate) fn sources(&self) -> impl Iterator<Item = &str> {
        let names: &[String] = match self {
            Self::Column(name) | Self::DateOf(name) => std::slice::from_ref(name),
            Self::Product(names) | Self::Join(names, _) => names,
            Self::Constant(_) => &[],
        };
        names.iter().map(String::as_str)
    }
}
