//! Parquet tables give what the same tables in CSV give, or say why not.

mod faults;
mod make;
mod out;
mod types;

use crate::common::*;
use arrow_array::ArrayRef;
use arrow_array::types::TimestampMicrosecondType;
use make::*;
use portefeuille::io::{
    InputFormat, Mapping, ReadOptions, WriteOptions, arrow, read_folder, write_results, write_tables,
};
use portefeuille::sample::Sample;
use portefeuille::{Code, Ledger, Model, Result, Table, date};
use std::path::Path;
use std::sync::Arc;

/// Reads tables from a folder of Parquet files.
fn read_tables(name: &str, tables: &[(Table, &[(&'static str, ArrayRef)])], options: &ReadOptions) -> Result<Ledger> {
    read_folder(&make::tables(name, tables).0, options)
}

/// Reads orders after the two customers.
fn read_orders(name: &str, orders: &[(&'static str, ArrayRef)], options: &ReadOptions) -> Result<Ledger> {
    read_tables(name, &[(Table::Customers, &customers()), (Table::Orders, orders)], options)
}

/// The results of a folder of tables, as bytes.
fn results(tables: &Path, model: &Model) -> (String, String) {
    let ledger = read_folder(tables, &ReadOptions::default()).unwrap();
    let out = tables.join("out");
    write_results(&model.analyze(&ledger).unwrap(), &out, &WriteOptions::new()).unwrap();
    let read = |name: &str| std::fs::read_to_string(out.join(name)).unwrap();
    (read("accounts.csv"), read("rejects.csv"))
}

/// Writes the CSV tables of a folder as Parquet into another.
fn as_parquet(from: &Path, name: &str, group_rows: usize) -> Folder {
    let mut files = Vec::new();
    for table in Table::ALL {
        let Ok(text) = std::fs::read_to_string(from.join(format!("{table}.csv"))) else { continue };
        files.push((format!("{table}.parquet"), file_of(&of_csv(&text), group_rows)));
    }
    let files: Vec<_> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    Folder::new(name, &files)
}

#[test]
fn the_sample_gives_the_same_accounts() {
    let (sample, dir) = (Sample::new(0), crate::common::folder("parquet_sample"));
    write_tables(&dir, &sample.customers, &sample.orders, &sample.order_lines, &sample.events).unwrap();
    for group_rows in [100_000, 777] {
        let parquet = as_parquet(&dir, "parquet-sample", group_rows);
        assert_eq!(results(&parquet.0, &Sample::model()), results(&dir, &Sample::model()));
    }
}

#[test]
fn real_portfolios_give_the_same_accounts() {
    for name in ["adventureworks", "classicmodels", "online_retail"] {
        let Some(folder) = data(name) else { return };
        let copy = crate::common::folder(&format!("parquet_{name}"));
        for table in Table::ALL {
            let file = format!("{table}.csv");
            let _ = std::fs::copy(folder.join(&file), copy.join(&file));
        }
        let parquet = as_parquet(&copy, &format!("parquet-{name}"), 10_000);
        assert_eq!(results(&parquet.0, &Model::new()), results(&copy, &Model::new()), "{name}");
    }
}

#[test]
fn several_files_are_read_in_the_order_of_their_names() {
    let second = with(orders(), "order_id", texts(&["o-3", "o-1"]));
    let (customers, first, second) = (file(&customers()), file(&orders()), file(&second));
    let files: [(&str, &[u8]); 4] = [
        ("customers/all.parquet", &customers),
        ("orders/part-1.parquet", &first),
        ("orders/part-2.parquet", &second),
        ("orders/_delta.parquet", b"not read"),
    ];
    let folder = Folder::new("parquet-parts", &files);
    let options = ReadOptions::default().policy(aside());
    let ledger = read_folder(&folder.0, &options).unwrap();
    let files: Vec<_> = ledger.quality().files().collect();
    assert_eq!(files, ["customers/all.parquet", "orders/part-1.parquet", "orders/part-2.parquet"]);
    assert_eq!((ledger.order_count(), ledger.quality().count(Code::OrderConflict)), (2, 2));
    let shown = ledger.quality().set_aside()[1].problem.to_string();
    assert!(shown.starts_with("orders/part-2.parquet, row 2, order_id"), "{shown}");
}

#[test]
fn a_table_in_two_formats_is_refused_unless_one_is_chosen() {
    let (parquet, csv) = (file(&orders()), format!("{ORDERS}\no-9,C1,2025-01-31,10\n"));
    let base: [(&str, &[u8]); 3] =
        [("customers.csv", CUSTOMERS.as_bytes()), ("orders.csv", csv.as_bytes()), ("orders.parquet", &parquet)];
    let folder = Folder::new("parquet-twice", &base);
    let error = refused(read_folder(&folder.0, &ReadOptions::default()));
    assert_eq!(error.code(), Code::TableTwice);
    assert!(error.to_string().contains("orders.csv and as orders.parquet"), "{error}");
    let ledger = read_folder(&folder.0, &ReadOptions::default().input(InputFormat::Csv)).unwrap();
    assert_eq!(ledger.order_count(), 1);
    let only = ReadOptions::default().input(InputFormat::Parquet);
    assert_eq!(refused(read_folder(&folder.0, &only)).code(), Code::TableMissing);
    let implicit = only.policy(portefeuille::Policy::new().implicit_customers(true));
    assert_eq!(read_folder(&folder.0, &implicit).unwrap().order_count(), 2);

    let mixed: [(&str, &[u8]); 3] =
        [("customers.csv", CUSTOMERS.as_bytes()), ("orders/1.csv", csv.as_bytes()), ("orders/2.parquet", &parquet)];
    let folder = Folder::new("parquet-mixed", &mixed);
    assert_eq!(refused(read_folder(&folder.0, &ReadOptions::default())).code(), Code::TableTwice);
    let ledger = read_folder(&folder.0, &ReadOptions::default().input(InputFormat::Csv)).unwrap();
    assert_eq!(ledger.order_count(), 1);
}

#[test]
fn a_mapping_renames_joins_and_multiplies() {
    let moment = |day: i64| Some((day * 86_400 + 3_600) * 1_000_000);
    let times = [moment(20_000), moment(20_001), moment(20_002)];
    let export: Columns = vec![
        ("Year", numbers([Some(2024), Some(2025), Some(2025)])),
        ("No", numbers([Some(7), Some(7), Some(8)])),
        ("Client", some_texts([Some("C1"), Some("C2"), None])),
        ("At", Arc::new(arrow_array::PrimitiveArray::<TimestampMicrosecondType>::from_iter(times))),
        ("Units", numbers([Some(3), Some(-2), Some(1)])),
        ("Price", amounts([Some(portefeuille::money("1.25")), Some(portefeuille::money("9.99")), None])),
        ("Blob", Arc::new(arrow_array::BinaryArray::from_iter_values([b"a", b"b", b"c"]))),
    ];
    let text = r#"
        [orders]
        file = "export.parquet"
        order_id = { join = ["Year", "No"], by = "/" }
        customer_id = "Client"
        ordered_on = { date_of = "At" }
        revenue = { product = ["Units", "Price"] }
        channel = { constant = "web" }
        aside_when_empty = ["customer_id"]
    "#;
    let (customers, export) = (file(&customers()), file(&export));
    let files: [(&str, &[u8]); 2] = [("customers.parquet", &customers), ("export.parquet", &export)];
    let options = ReadOptions::default().mapping(Mapping::from_toml(text, "mapping.toml").unwrap());
    let ledger = read_folder(&Folder::new("parquet-mapping", &files).0, &options).unwrap();
    assert_eq!((ledger.order_count(), ledger.quality().count(Code::EmptyAside)), (2, 1));
    assert_eq!(ledger.order_dates(), Some((date(2024, 10, 4), date(2024, 10, 5))));
    assert_eq!(ledger.quality().read(Table::Orders).money.units(), 37_500 - 199_800);

    for (key, value) in [("group_by", "group_by = \"order_id\""), ("csv.skip_lines", "csv = { skip_lines = 1 }")] {
        let text = format!("[orders]\n{value}\n");
        let mapping = Mapping::from_toml(&text, "mapping.toml").unwrap();
        let error = refused(read_orders(
            &format!("refused-{}", key.len()),
            &orders(),
            &ReadOptions::default().mapping(mapping),
        ));
        assert_eq!((error.code(), error.location().column.as_deref()), (Code::BadMapping, Some(key)), "{error}");
    }
}

#[test]
fn settings_of_values_hold_for_columns_of_text() {
    let text =
        "[csv]\ndecimal = \",\"\ndate_format = \"dd/mm/yyyy\"\nnull = [\"-\"]\ntrim_ids = true\nskip_lines = 3\n";
    let options = ReadOptions::default().mapping(Mapping::from_toml(text, "mapping.toml").unwrap());
    let orders: Columns = vec![
        ("order_id", texts(&["o-1", "o-2 "])),
        ("customer_id", texts(&["C1 ", "C2"])),
        ("ordered_on", texts(&["31/01/2025", "01/02/2025"])),
        ("revenue", texts(&["100,5", "-1"])),
        ("discount", texts(&["-", "0,25"])),
        ("freight", amounts([Some(portefeuille::money("1.5")), None])),
    ];
    let ledger = read_orders("written", &orders, &options).unwrap();
    assert_eq!(ledger.quality().read(Table::Orders).money.units(), 1_005_000 - 10_000);
    assert_eq!(ledger.order_dates(), Some((date(2025, 1, 31), date(2025, 2, 1))));
}

#[test]
fn columns_that_are_not_known_are_attributes_of_customers_only() {
    let customers: Columns = vec![
        ("customer_id", texts(&["C1", "C2"])),
        ("region", some_texts([Some("north"), None])),
        ("size", numbers([None, Some(12)])),
        ("raw", Arc::new(arrow_array::BinaryArray::from_iter_values([b"a", b"b"]))),
    ];
    let orders = with(orders(), "colour", texts(&["red", "blue"]));
    let ledger =
        read_tables("attributes", &[(Table::Customers, &customers), (Table::Orders, &orders)], &ReadOptions::default())
            .unwrap();
    let attributes: Vec<Vec<_>> =
        ledger.customers().map(|c| c.attributes().map(|(name, value)| format!("{name}={value}")).collect()).collect();
    assert_eq!(attributes, [["region=north"], ["size=12"]]);
    let found: Vec<_> = ledger.quality().examples().iter().map(ToString::to_string).collect();
    assert_eq!(ledger.quality().count(Code::ColumnUnknown), 2);
    assert!(found[1].starts_with("orders.parquet, colour: not a column of orders: not read"), "{found:?}");
}

#[test]
fn batches_in_memory_are_read_like_files() {
    let mut ledger = Ledger::new();
    let options = ReadOptions::default();
    arrow::read_batches(&mut ledger, Table::Customers, "customers", [batch(&customers())], &options).unwrap();
    let second = with(orders(), "order_id", texts(&["o-3", "o-4"]));
    let batches = [batch(&orders()), batch(&second)];
    arrow::read_batches(&mut ledger, Table::Orders, "orders", batches.clone(), &options).unwrap();
    assert_eq!(ledger.order_count(), 4);

    let mut ledger = Ledger::with_policy(portefeuille::Policy::new().implicit_customers(true));
    let other = with(orders(), "revenue", numbers([Some(1), Some(2)]));
    let mixed = [batch(&orders()), batch(&other)];
    let error = arrow::read_batches(&mut ledger, Table::Orders, "orders", mixed, &options).unwrap_err();
    assert_eq!(error.code(), Code::UnreadableFile);
    assert_eq!(Model::new().analyze(&ledger).unwrap_err().code(), Code::UnreadableFile);

    let mut ledger = Ledger::new();
    let error = arrow::read_batches(&mut ledger, Table::Orders, "orders", batches, &options).unwrap_err();
    assert_eq!((error.code(), error.location().line), (Code::UnknownCustomer, Some(1)));
}

#[test]
fn expected_rows_and_empty_tables_are_checked() {
    let options = ReadOptions::default().expect_rows(Table::Orders, 3);
    assert_eq!(refused(read_orders("expected", &orders(), &options)).code(), Code::RowsUnexpected);
    let none: Vec<_> = orders().iter().map(|(name, array)| (*name, array.slice(0, 0))).collect();
    assert_eq!(refused(read_orders("none", &none, &ReadOptions::default())).code(), Code::NoRows);
}
