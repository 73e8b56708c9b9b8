//! The accounts as Parquet: the cells of `accounts.csv`, typed.

use super::make::fields;
use crate::common::folder;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Decimal128Type, Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use portefeuille::io::{AccountsFormat, WriteOptions, write_results};
use portefeuille::sample::Sample;
use portefeuille::segment::ConfidenceRules;
use portefeuille::{Date, Money};
use std::fs;

/// A cell as `accounts.csv` has it.
fn cell(array: &ArrayRef, row: usize) -> String {
    if array.is_null(row) {
        return String::new();
    }
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).to_owned(),
        DataType::Decimal64(18, 4) => {
            let units = array.as_primitive::<arrow_array::types::Decimal64Type>().value(row);
            Money::from_units(units).to_string()
        }
        DataType::Decimal128(18, 4) => {
            let units = array.as_primitive::<Decimal128Type>().value(row);
            Money::from_units(i64::try_from(units).unwrap()).to_string()
        }
        DataType::Int64 => array.as_primitive::<Int64Type>().value(row).to_string(),
        DataType::Float64 => array.as_primitive::<Float64Type>().value(row).to_string(),
        DataType::Date32 => Date::from_days(array.as_primitive::<Date32Type>().value(row)).unwrap().to_string(),
        DataType::Boolean => array.as_boolean().value(row).to_string(),
        other => panic!("{other}"),
    }
}

#[test]
fn p36_the_accounts_in_parquet_are_those_in_csv() {
    let ledger = Sample::new(0).into_ledger().unwrap();
    let portfolio = Sample::model().confidence(ConfidenceRules::default()).analyze(&ledger).unwrap();
    let dir = folder("parquet_out");
    write_results(&portfolio, &dir, &WriteOptions::new()).unwrap();
    write_results(&portfolio, &dir, &WriteOptions::new().format(AccountsFormat::Parquet)).unwrap();

    let file = fs::File::open(dir.join("accounts.parquet")).unwrap();
    let mut batches = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
    let batch = batches.next().unwrap().unwrap();
    let csv = fs::read_to_string(dir.join("accounts.csv")).unwrap();
    let mut lines = csv.lines();
    let names: Vec<_> = batch.schema().fields().iter().map(|field| field.name().clone()).collect();
    assert_eq!(names, fields(lines.next().unwrap()));
    let hours = names.iter().position(|name| name == "support_hours").unwrap();
    let mut rows = 0;
    for (row, line) in lines.enumerate() {
        for (at, expected) in fields(line).iter().enumerate() {
            let found = cell(batch.column(at), row);
            let same =
                found == *expected || at == hours && found.trim_end_matches('0').trim_end_matches('.') == *expected;
            assert!(same, "{}: {found:?}, {expected:?}", names[at]);
        }
        rows += 1;
    }
    assert_eq!(rows, batch.num_rows());
    let money = batch.schema().field(2).data_type().clone();
    assert!(matches!(money, DataType::Decimal64(18, 4) | DataType::Decimal128(18, 4)), "{money}");
}
