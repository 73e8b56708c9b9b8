//! Reading a mapping, with all its faults at once.

use super::{Columns, Mapping, Shape};
use crate::error::{Code, Problem, Result, Table};
use crate::io::csv::{Column, DateFormat, Encoding, Format, Kind, Thousands, columns};
use crate::settings::{Section, Settings, Value};
use std::collections::BTreeMap;

impl Mapping {
    /// Reads a mapping; `file` names it in messages. An error lists all faults at once.
    pub fn from_toml(text: &str, file: &str) -> Result<Self> {
        Settings::read(text, file, |root| {
            let csv = root.section("csv").map(|section| format(&section, Format::default())).unwrap_or_default();
            let mut tables = BTreeMap::new();
            for table in Table::ALL {
                if let Some(section) = root.section(table.name()) {
                    tables.insert(table, table_columns(&section, table, &csv));
                }
            }
            Self { csv, tables }
        })
    }
}

/// The section `[csv]`, or that of one table, which starts from what holds for all.
fn format(section: &Section<'_>, mut format: Format) -> Format {
    let french = section.get("format", |v| v.choice(&[("en", false), ("fr", true)]));
    if let Some(french) = french {
        let plain = Format::default();
        format.delimiter = if french { Some(b';') } else { plain.delimiter };
        format.decimal = if french { b',' } else { plain.decimal };
        format.date = if french { DateFormat::DayMonthYearSlash } else { plain.date };
    }
    let delimiters = [(",", b','), (";", b';'), ("\t", b'\t'), ("|", b'|')];
    format.delimiter = section.get("delimiter", |v| signs(v, &delimiters)).or(format.delimiter);
    format.decimal = section.get("decimal", |v| signs(v, &[(".", b'.'), (",", b',')])).unwrap_or(format.decimal);
    format.thousands = section.get("thousands", |v| signs(v, &Thousands::NAMES)).or(format.thousands);
    format.date = section.get("date_format", |v| v.choice(&DateFormat::NAMES)).unwrap_or(format.date);
    let null = section.get("null", |v| v.list(|item| item.text().map(|t| t.trim_matches(' ').into())));
    format.null = null.unwrap_or(format.null);
    let skipped = section.get("skip_lines", |v| v.whole(0..=1_000));
    format.skip_lines = skipped.and_then(|n| u64::try_from(n).ok()).unwrap_or(format.skip_lines);
    format.trim_ids = section.get("trim_ids", |v| v.flag()).unwrap_or(format.trim_ids);
    format.round_money = section.get("round_money", |v| v.flag()).unwrap_or(format.round_money);
    let encodings = [("utf-8", Encoding::Utf8), ("windows-1252", Encoding::Windows1252)];
    format.encoding = section.get("encoding", |v| v.choice(&encodings)).unwrap_or(format.encoding);
    let same =
        matches!((format.decimal, format.thousands), (b'.', Some(Thousands::Dot)) | (b',', Some(Thousands::Comma)));
    if same {
        let problem = Problem::new(Code::Contradiction, "decimals and thousands have the same separator");
        section.fault("thousands", problem);
    }
    section.finish();
    format
}

/// One of several signs, which a message shows in quotes.
fn signs<T: Copy>(value: Value<'_>, choices: &[(&str, T)]) -> std::result::Result<T, Problem> {
    value.choice(choices).map_err(|mut problem| {
        let shown: Vec<String> = choices.iter().map(|(sign, _)| format!("{sign:?}")).collect();
        problem.reason = format!("one of {} was expected", shown.join(" ")).into();
        problem
    })
}

/// The section of a table.
fn table_columns(section: &Section<'_>, table: Table, csv: &Format) -> Columns {
    let mut mapped = Columns {
        file: section.get("file", |v| v.text().map(str::to_owned)),
        only_mapped: section.get("only_mapped", |v| v.flag()).unwrap_or(false),
        ..Columns::default()
    };
    let names = section.get("aside_when_empty", |v| v.list(|item| item.text().map(str::to_owned)));
    mapped.aside_when_empty = names.unwrap_or_default();
    if section.value("csv").is_some_and(|v| v.is_table()) {
        mapped.csv = section.section("csv").map(|own| format(&own, csv.clone()));
    }
    match table {
        Table::Customers => {
            mapped.from_orders = section.get("from", |v| v.choice(&[("orders", ())])).is_some();
            if mapped.from_orders && mapped.file.is_some() {
                let reason = "the customers come from a file or from the orders, not from both";
                section.fault("from", Problem::new(Code::Contradiction, reason));
            }
        }
        Table::Orders => mapped.grouped = section.get("group_by", |v| v.choice(&[("order_id", ())])).is_some(),
        _ => {}
    }
    for column in columns(table) {
        if let Some(shape) = shape(section, column.name, Some(column), &mapped) {
            mapped.shapes.insert(column.name.to_owned(), shape);
        }
    }
    if table == Table::Customers {
        for key in section.other_keys() {
            if let Some(shape) = shape(section, &key, None, &mapped) {
                mapped.shapes.insert(key, shape);
            }
        }
    }
    if mapped.grouped && mapped.shapes.contains_key("lines") {
        section.fault("lines", Problem::new(Code::Contradiction, "rows that become orders are counted as its lines"));
    }
    section.finish();
    mapped
}

/// Where a column comes from: a name, or a table that says how.
fn shape(section: &Section<'_>, key: &str, column: Option<&Column>, mapped: &Columns) -> Option<Shape> {
    let value = section.value(key)?;
    if !value.is_table() {
        return section.get(key, |v| v.text().map(|name| Shape::Column(name.to_owned())));
    }
    let kind = column.map_or(Kind::Text, |c| c.kind);
    let table = section.section(key)?;
    let name = |key: &str| table.get(key, |v| v.text().map(str::to_owned));
    let names = |key: &str| table.get(key, |v| v.list(|item| item.text().map(str::to_owned)));
    let shapes = [
        name("column").map(Shape::Column),
        names("product").map(Shape::Product),
        name("date_of").map(Shape::DateOf),
        names("join").map(|parts| Shape::Join(parts, name("by").unwrap_or_default())),
        name("constant").map(Shape::Constant),
    ];
    table.finish();
    let mut given = shapes.into_iter().flatten();
    let (shape, more) = (given.next(), given.next().is_some());
    let fault = |reason: String| {
        section.fault(key, Problem::new(Code::BadSetting, reason));
        None
    };
    match shape {
        None => fault("one of column, product, date_of, join, constant was expected".into()),
        Some(_) if more => fault("only one of column, product, date_of, join, constant can hold".into()),
        Some(Shape::Product(factors)) if factors.len() != 2 => fault("a product is of two columns".into()),
        Some(Shape::Product(_)) if kind != Kind::Money => fault("a product gives an amount, which this is not".into()),
        Some(Shape::Product(_)) if mapped.from_orders => fault("a customer has no product of two columns".into()),
        Some(Shape::DateOf(_)) if kind != Kind::Date => fault("date_of gives a date, which this is not".into()),
        Some(Shape::Join(_, _)) if !matches!(kind, Kind::Id | Kind::Text) => {
            fault("join gives a text, which this is not".into())
        }
        Some(Shape::Join(parts, _)) if parts.is_empty() => fault("join needs the columns to join".into()),
        Some(shape) => Some(shape),
    }
}
