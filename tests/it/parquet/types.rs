//! Every type that a column may have.

use super::make::*;
use super::{read_orders, read_tables};
use crate::common::*;
use arrow_array::types::{
    Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, Int8Type, Int32Type,
    TimestampMillisecondType, TimestampNanosecondType, UInt16Type,
};
use arrow_array::{
    Array, ArrayRef, DictionaryArray, Float64Array, Int8Array, Int16Array, Int32Array, LargeStringArray, NullArray,
    PrimitiveArray, RecordBatch, StringViewArray, UInt8Array, UInt16Array, UInt32Array, UInt64Array,
};
use portefeuille::io::{ReadOptions, arrow};
use portefeuille::{Code, Ledger, Policy, Result, Table, date, money};
use std::sync::Arc;

/// Reads a table from one batch in memory, which may have types that no file has.
fn read_batch(table: Table, columns: &[(&'static str, ArrayRef)], policy: Policy) -> Result<Ledger> {
    let mut ledger = Ledger::with_policy(policy.implicit_customers(true));
    let batch: RecordBatch = batch(columns);
    arrow::read_batches(&mut ledger, table, &format!("{table}.parquet"), [batch], &ReadOptions::default())?;
    Ok(ledger)
}

/// Reads one column of the two orders, in memory and from a file; both must give the same.
fn read_column(name: &'static str, array: ArrayRef, policy: &Policy) -> Result<Ledger> {
    let columns = with(orders(), name, array.clone());
    let memory = read_batch(Table::Orders, &columns, policy.clone());
    let hash = format!("{name}-{:?}-{:?}", array.data_type(), array)
        .bytes()
        .fold(7u64, |h, b| h.wrapping_mul(31) + u64::from(b));
    let implicit = ReadOptions::default().policy(policy.clone().implicit_customers(true));
    let file = read_tables(&format!("type-{hash}"), &[(Table::Orders, &columns)], &implicit);
    let told = |read: &Result<Ledger>| match read {
        Ok(ledger) => format!("{:?} {:?}", ledger.quality().read(Table::Orders), ledger.quality().set_aside()),
        Err(error) => error.problem().code.to_string(),
    };
    assert_eq!(told(&memory), told(&file), "{:?}", array.data_type());
    memory
}

fn revenue(array: ArrayRef) -> i128 {
    read_column("revenue", array, &Policy::new()).unwrap().quality().read(Table::Orders).money.units()
}

/// A column that must be refused as a whole.
#[track_caller]
fn refuses_type(name: &'static str, array: ArrayRef, hint: &str) {
    let error = refused(read_column(name, array, &Policy::new()));
    assert_eq!((error.code(), error.location().column.as_deref()), (Code::ColumnType, Some(name)), "{error}");
    assert!(error.to_string().contains(hint), "{error}");
}

/// A value that must be refused in its row, be it with others.
#[track_caller]
fn refuses(name: &'static str, array: ArrayRef, code: Code, value: Option<&str>) {
    let error = refused(read_column(name, array.clone(), &Policy::new()));
    assert_eq!((error.code(), error.location().column.as_deref()), (code, Some(name)), "{error}");
    assert_eq!((error.location().line, error.total()), (Some(2), 1), "{error}");
    assert!(error.to_string().starts_with(&format!("orders.parquet, row 2, {name}: ")), "{error}");
    assert_eq!(error.problem().value.as_deref(), value, "{error}");
    let ledger = read_column(name, array, &aside()).unwrap();
    assert_eq!((ledger.order_count(), ledger.quality().count(code), used(&ledger, Table::Orders)), (1, 1, 1));
}

fn decimal128(units: [i128; 2], precision: u8, scale: i8) -> ArrayRef {
    let array = PrimitiveArray::<Decimal128Type>::from_iter_values(units);
    Arc::new(array.with_precision_and_scale(precision, scale).unwrap())
}

#[test]
fn ids_of_whole_numbers_and_of_texts_are_the_same() {
    let ids: [ArrayRef; 12] = [
        Arc::new(Int8Array::from(vec![7, 42])),
        Arc::new(Int16Array::from(vec![7, 42])),
        Arc::new(Int32Array::from(vec![7, 42])),
        numbers([Some(7), Some(42)]),
        Arc::new(UInt8Array::from(vec![7, 42])),
        Arc::new(UInt16Array::from(vec![7, 42])),
        Arc::new(UInt32Array::from(vec![7, 42])),
        Arc::new(UInt64Array::from(vec![7, 42])),
        decimal128([7, 42], 38, 0),
        texts(&["7", "42"]),
        Arc::new(LargeStringArray::from(vec!["7", "42"])),
        Arc::new(StringViewArray::from(vec!["7", "42"])),
    ];
    for array in ids {
        let shown = format!("{:?}", array.data_type());
        let ledger = read_column("customer_id", array, &Policy::new()).unwrap();
        let ids: Vec<_> = ledger.customers().map(|c| c.id().clone()).collect();
        assert_eq!(ids, [7.into(), 42.into()], "{shown}");
    }
}

#[test]
fn odd_ids_are_those_of_the_same_text() {
    let large = UInt64Array::from(vec![u64::MAX, 1]);
    let ids = |array: ArrayRef| {
        let ledger = read_column("customer_id", array, &Policy::new()).unwrap();
        ledger.customers().map(|c| c.id().clone()).collect::<Vec<_>>()
    };
    assert_eq!(ids(Arc::new(large)), [u64::MAX.into(), 1.into()]);
    assert_eq!(ids(numbers([Some(-5), Some(0)])), ["-5".into(), 0.into()]);
    assert_eq!(ids(decimal128([10i128.pow(30), 3], 38, 0)), [format!("1{}", "0".repeat(30)).into(), 3.into()]);
    assert_eq!(ids(texts(&["00042", " x"])), ["00042".into(), " x".into()]);
    refuses("customer_id", some_texts([Some("a"), None]), Code::ValueMissing, None);
    refuses("customer_id", texts(&["a", "  "]), Code::ValueMissing, None);
    refuses("customer_id", numbers([Some(1), None]), Code::ValueMissing, None);
    refuses("customer_id", texts(&["a", "b\u{1}"]), Code::ControlCharacter, Some("b\u{1}"));
    refuses_type("customer_id", Arc::new(Float64Array::from(vec![1.0, 2.0])), "not exact");
    refuses_type("order_id", decimal128([1, 2], 10, 2), "whole number");
    refuses_type("order_id", flags([Some(true), Some(false)]), "whole number");
}

#[test]
fn words_by_index_are_words() {
    let channel: DictionaryArray<Int8Type> = ["web", "shop"].into_iter().collect();
    let ids: DictionaryArray<UInt16Type> = ["C1", "42"].into_iter().collect();
    let columns = with(with(orders(), "customer_id", Arc::new(ids)), "channel", Arc::new(channel));
    let ledger = read_batch(Table::Orders, &columns, Policy::new()).unwrap();
    let found: Vec<_> = ledger.customers().map(|c| c.id().to_string()).collect();
    assert_eq!(found, ["C1", "42"]);
    let empty: DictionaryArray<Int32Type> = [Some("x"), None].into_iter().collect();
    refuses("customer_id", Arc::new(empty), Code::ValueMissing, None);
}

#[test]
fn amounts_are_read_exactly_from_any_decimal() {
    assert_eq!(revenue(Arc::new(Int8Array::from(vec![7, -2]))), 50_000);
    assert_eq!(revenue(Arc::new(UInt64Array::from(vec![7, 2]))), 90_000);
    assert_eq!(revenue(texts(&["1.5", " 2.25 "])), 37_500);
    let d32 = PrimitiveArray::<Decimal32Type>::from_iter_values([150, 225]).with_precision_and_scale(9, 2).unwrap();
    assert_eq!(revenue(Arc::new(d32)), 37_500);
    let d64 = PrimitiveArray::<Decimal64Type>::from_iter_values([15, 5]).with_precision_and_scale(18, 1).unwrap();
    assert_eq!(revenue(Arc::new(d64)), 20_000);
    let wide = [15_000, 5].map(arrow_buffer_i256);
    let d256 = PrimitiveArray::<Decimal256Type>::from_iter_values(wide).with_precision_and_scale(60, 4).unwrap();
    assert_eq!(revenue(Arc::new(d256)), 15_005);
    for (precision, scale, units) in
        [(5, 0, [3, 1]), (15, 2, [300, 100]), (25, 2, [300, 100]), (38, 4, [30_000, 10_000])]
    {
        assert_eq!(revenue(decimal128(units, precision, scale)), 40_000, "{precision}, {scale}");
    }
    // More decimals than are kept do no harm while they are zero.
    assert_eq!(revenue(decimal128([3 * 10i128.pow(10), 15 * 10i128.pow(8)], 38, 10)), 31_500);
    assert_eq!(revenue(decimal128([3 * 10i128.pow(20), 15 * 10i128.pow(18)], 38, 20)), 31_500);
}

fn arrow_buffer_i256(value: i128) -> <Decimal256Type as arrow_array::ArrowPrimitiveType>::Native {
    <Decimal256Type as arrow_array::ArrowPrimitiveType>::Native::from_i128(value)
}

#[test]
fn amounts_that_cannot_be_held_are_refused_in_their_row() {
    refuses("revenue", decimal128([3_000_000, 1_000_005], 20, 5), Code::BadMoney, Some("10.00005"));
    refuses("revenue", decimal128([1, 10i128.pow(15)], 18, 2), Code::OutOfRange, Some("10000000000000.00"));
    refuses("revenue", decimal128([1, i128::from(i64::MAX) / 10], 18, 0), Code::OutOfRange, Some("922337203685477580"));
    refuses(
        "revenue",
        decimal128([1, 10i128.pow(37)], 38, 2),
        Code::OutOfRange,
        Some(&format!("1{}.00", "0".repeat(35))),
    );
    refuses("revenue", texts(&["1", "ten"]), Code::BadMoney, Some("ten"));
    refuses("cost_of_goods", numbers([None, Some(-1)]), Code::CostSign, Some("-1.00"));
    refuses_type("revenue", Arc::new(Float64Array::from(vec![1.0, 2.0])), "DECIMAL");
    refuses_type("freight", flags([Some(true), Some(false)]), "an amount");
    refuses_type("discount", dates([None, None]), "an amount");
}

#[test]
fn amounts_are_rounded_only_where_the_mapping_allows() {
    let mapping = portefeuille::io::Mapping::from_toml("[csv]\nround_money = true\n", "mapping.toml").unwrap();
    let columns = with(orders(), "revenue", decimal128([100_005, 100_015], 20, 5));
    let ledger = read_orders("rounded", &columns, &ReadOptions::default().mapping(mapping)).unwrap();
    assert_eq!(ledger.quality().read(Table::Orders).money.units(), 10_000 + 10_002);
    assert_eq!(ledger.quality().count(Code::MoneyRounded), 2);
}

#[test]
fn nulls_are_missing_values() {
    let blank = with(orders(), "cost_of_goods", amounts([Some(money("1")), None]));
    let ledger = read_batch(Table::Orders, &blank, Policy::new()).unwrap();
    assert!(ledger.quality().given().cost_of_goods && !ledger.quality().given().discount);
    let none = with(orders(), "freight", Arc::new(NullArray::new(2)));
    assert!(read_batch(Table::Orders, &none, Policy::new()).unwrap().quality().given().freight);
    refuses("ordered_on", dates([Some(date(2025, 1, 31)), None]), Code::ValueMissing, None);
}

#[test]
fn dates_have_no_time_and_no_zone() {
    let last = |array| read_column("ordered_on", array, &Policy::new()).unwrap().order_dates().unwrap().1;
    let day = i64::from(date(2025, 1, 31).days());
    assert_eq!(last(dates([Some(date(2025, 1, 30)), Some(date(2025, 1, 31))])), date(2025, 1, 31));
    assert_eq!(last(texts(&["2025-01-30", "2025-01-31"])), date(2025, 1, 31));
    let ms = [day - 1, day].map(|d| d * 86_400_000);
    assert_eq!(last(Arc::new(PrimitiveArray::<TimestampMillisecondType>::from_iter_values(ms))), date(2025, 1, 31));
    assert_eq!(last(Arc::new(PrimitiveArray::<Date64Type>::from_iter_values(ms))), date(2025, 1, 31));
    let ns = [day * 86_400_000_000_000, (day * 86_400 + 30_600) * 1_000_000_000];
    let noon: ArrayRef = Arc::new(PrimitiveArray::<TimestampNanosecondType>::from_iter_values(ns));
    refuses("ordered_on", noon, Code::BadDate, Some("2025-01-31 08:30:00"));
    let far = arrow_array::Date32Array::from(vec![0, -719_162]);
    refuses("ordered_on", Arc::new(far), Code::BadDate, Some("0001-01-01"));
    refuses("ordered_on", texts(&["2025-01-30", "31/01/2025"]), Code::BadDate, Some("31/01/2025"));
    let zoned = PrimitiveArray::<TimestampMillisecondType>::from_iter_values(ms).with_timezone("UTC");
    refuses_type("ordered_on", Arc::new(zoned), "another day elsewhere");
    refuses_type("ordered_on", numbers([Some(20_250_131), Some(20_250_131)]), "a date");
}

#[test]
fn flags_and_whole_numbers() {
    let rush = |array| read_column("rush", array, &Policy::new()).unwrap();
    for array in [flags([Some(true), None]), texts(&["oui", ""]), numbers([Some(1), None])] {
        assert!(rush(array).quality().given().rush);
    }
    refuses("rush", numbers([Some(1), Some(2)]), Code::BadFlag, Some("2"));
    refuses("lines", numbers([Some(1), Some(-1)]), Code::BadInteger, Some("-1"));
    refuses("lines", numbers([Some(1), Some(1 << 40)]), Code::OutOfRange, Some("1099511627776"));
    refuses("lines", texts(&["1", "2.50"]), Code::BadInteger, Some("2.50"));
    refuses_type("lines", Arc::new(Float64Array::from(vec![1.0, 2.0])), "not exact");
}

#[test]
fn customers_have_rates_words_and_attributes_of_any_type() {
    let rate = PrimitiveArray::<Decimal64Type>::from_iter_values([50, 1_001]).with_precision_and_scale(10, 3).unwrap();
    let customers: Columns = vec![
        ("customer_id", texts(&["C1", "C2"])),
        ("friction", texts(&["easy", "so-so"])),
        ("share", Arc::new(Float64Array::from(vec![0.1, 2.0]))),
        ("since", dates([Some(date(2020, 2, 29)), None])),
        ("price", decimal128([1_250, 0], 10, 2)),
    ];
    let error = refused(read_batch(Table::Customers, &customers, Policy::new()));
    assert_eq!((error.code(), error.location().column.as_deref()), (Code::BadChoice, Some("friction")));
    let ledger = read_batch(Table::Customers, &customers, aside()).unwrap();
    let attributes: Vec<_> = ledger.customers().next().unwrap().attributes().map(|(_, v)| v.to_owned()).collect();
    assert_eq!(attributes, ["0.1", "2020-02-29", "12.50"]);
    let rated = vec![customers[0].clone(), ("negotiated_discount", Arc::new(rate) as ArrayRef)];
    let error = refused(read_batch(Table::Customers, &rated, Policy::new()));
    assert_eq!((error.code(), error.problem().value.as_deref()), (Code::OutOfRange, Some("1.001")), "{error}");
}

#[test]
fn a_line_needs_no_readable_quantity_since_no_figure_does() {
    let lines: Columns = vec![
        ("order_id", texts(&["o-1", "o-2"])),
        ("product_family", some_texts([Some("tea"), None])),
        ("revenue", amounts([Some(money("100")), Some(money("20.5"))])),
        ("quantity", texts(&["ten", ""])),
    ];
    let tables: [(Table, &[(&'static str, ArrayRef)]); 3] =
        [(Table::Customers, &customers()), (Table::Orders, &orders()), (Table::OrderLines, &lines)];
    let error = refused(read_tables("lines", &tables, &ReadOptions::default()));
    assert_eq!((error.code(), error.total()), (Code::ValueMissing, 1), "{error}");
    assert_eq!(error.location().column.as_deref(), Some("product_family"));
}

#[test]
fn all_columns_of_a_wrong_type_are_listed_at_once() {
    let floats: ArrayRef = Arc::new(Float64Array::from(vec![1.0, 2.0]));
    let columns = with(with(orders(), "revenue", floats.clone()), "freight", floats);
    let error = refused(read_batch(Table::Orders, &columns, Policy::new()));
    assert_eq!((error.code(), error.total()), (Code::ColumnType, 2));
}
