//! Parquet files for tests, made of Arrow columns.

use crate::common::Folder;
use arrow_array::builder::{BooleanBuilder, Date32Builder, Decimal128Builder, Int64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use portefeuille::{Date, Money, Table};
use std::sync::Arc;

/// Columns by name.
pub(crate) type Columns = Vec<(&'static str, ArrayRef)>;

pub(crate) fn batch(columns: &[(&'static str, ArrayRef)]) -> RecordBatch {
    RecordBatch::try_from_iter(columns.iter().map(|(name, array)| (*name, array.clone()))).unwrap()
}

/// A file of one batch, in row groups of so many rows.
pub(crate) fn file_of(columns: &[(&'static str, ArrayRef)], group_rows: usize) -> Vec<u8> {
    let batch = batch(columns);
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(group_rows))
        .set_compression(parquet::basic::Compression::ZSTD(parquet::basic::ZstdLevel::default()))
        .build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

pub(crate) fn file(columns: &[(&'static str, ArrayRef)]) -> Vec<u8> {
    file_of(columns, 1_000)
}

pub(crate) fn texts(values: &[&str]) -> ArrayRef {
    Arc::new(arrow_array::StringArray::from_iter_values(values))
}

pub(crate) fn some_texts<'a>(values: impl IntoIterator<Item = Option<&'a str>>) -> ArrayRef {
    let mut builder = StringBuilder::new();
    values.into_iter().for_each(|v| builder.append_option(v));
    Arc::new(builder.finish())
}

pub(crate) fn dates(values: impl IntoIterator<Item = Option<Date>>) -> ArrayRef {
    let mut builder = Date32Builder::new();
    values.into_iter().for_each(|v| builder.append_option(v.map(Date::days)));
    Arc::new(builder.finish())
}

/// Amounts in 1/10,000.
pub(crate) fn amounts(values: impl IntoIterator<Item = Option<Money>>) -> ArrayRef {
    let mut builder = Decimal128Builder::new().with_precision_and_scale(18, 4).unwrap();
    values.into_iter().for_each(|v| builder.append_option(v.map(|m| i128::from(m.units()))));
    Arc::new(builder.finish())
}

pub(crate) fn numbers(values: impl IntoIterator<Item = Option<i64>>) -> ArrayRef {
    let mut builder = Int64Builder::new();
    values.into_iter().for_each(|v| builder.append_option(v));
    Arc::new(builder.finish())
}

pub(crate) fn flags(values: impl IntoIterator<Item = Option<bool>>) -> ArrayRef {
    let mut builder = BooleanBuilder::new();
    values.into_iter().for_each(|v| builder.append_option(v));
    Arc::new(builder.finish())
}

/// The two customers of these tests.
pub(crate) fn customers() -> Columns {
    vec![("customer_id", texts(&["C1", "C2"]))]
}

/// Two orders.
pub(crate) fn orders() -> Columns {
    let day = |d| Some(portefeuille::date(2025, 1, d));
    vec![
        ("order_id", texts(&["o-1", "o-2"])),
        ("customer_id", texts(&["C1", "C2"])),
        ("ordered_on", dates([day(30), day(31)])),
        ("revenue", amounts(["100", "20.5"].map(|m| Some(portefeuille::money(m))))),
    ]
}

/// The same columns with another in the place of one, or one more.
pub(crate) fn with(mut columns: Columns, name: &'static str, array: ArrayRef) -> Columns {
    match columns.iter_mut().find(|(other, _)| *other == name) {
        Some(found) => found.1 = array,
        None => columns.push((name, array)),
    }
    columns
}

/// A folder of Parquet tables.
pub(crate) fn tables(name: &str, tables: &[(Table, &[(&'static str, ArrayRef)])]) -> Folder {
    let files: Vec<_> = tables.iter().map(|(table, columns)| (format!("{table}.parquet"), file(columns))).collect();
    let files: Vec<_> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    Folder::new(&format!("parquet-{name}"), &files)
}

/// The fields of a CSV text without line breaks inside of fields.
pub(crate) fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut quoted) = (vec![String::new()], false);
    let mut signs = line.chars().peekable();
    while let Some(sign) = signs.next() {
        let last = fields.last_mut().unwrap();
        match sign {
            '"' if quoted && signs.peek() == Some(&'"') => last.extend(signs.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            other => last.push(other),
        }
    }
    fields
}

/// The typed columns of a CSV table.
pub(crate) fn of_csv(text: &str) -> Columns {
    let mut lines = text.lines();
    let header = fields(lines.next().unwrap().trim_start_matches('\u{FEFF}'));
    let rows: Vec<Vec<String>> = lines.map(fields).collect();
    let column = |at: usize| rows.iter().map(move |row| Some(row[at].as_str()).filter(|v| !v.is_empty()));
    let typed = |at: usize, name: &str| match name {
        "ordered_on" | "occurred_on" | "acquired_on" => dates(column(at).map(|v| v.map(|v| v.parse().unwrap()))),
        "revenue" | "cost_of_goods" | "discount" | "freight" | "cost" | "credit" | "quantity" | "annual_potential"
        | "acquisition_cost" => amounts(column(at).map(|v| v.map(|v| Money::parse_bytes(v.as_bytes()).unwrap()))),
        "rush" | "accepts_terms" => flags(column(at).map(|v| v.map(|v| matches!(v, "true" | "yes" | "1")))),
        "lines" | "payment_days" => numbers(column(at).map(|v| v.map(|v| v.parse().unwrap()))),
        "customer_id" | "order_id"
            if column(at).all(|v| v.is_none_or(|v| v.parse::<u32>().is_ok_and(|n| n.to_string() == v))) =>
        {
            numbers(column(at).map(|v| v.map(|v| v.parse().unwrap())))
        }
        _ => some_texts(column(at)),
    };
    header.iter().enumerate().map(|(at, name)| (&*name.clone().leak(), typed(at, name))).collect()
}
