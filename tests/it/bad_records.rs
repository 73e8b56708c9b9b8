//! Records that do not fit together, each by its number in the catalogue.

use crate::common::*;
use Table::{Customers, OrderLines, Orders, ServiceEvents};
use portefeuille::io::{ReadOptions, read_folder, read_table};
use portefeuille::{Code, Ledger, OnReject, Policy, Table};

fn orders(rows: &str) -> String {
    format!("{ORDERS}\n{rows}")
}

fn lenient(table: Table, text: &str) -> Ledger {
    read_with(table, text, aside(), &ReadOptions::default()).unwrap()
}

#[test]
fn bad_100_more_customers_than_allowed_are_refused_before_memory_runs_out() {
    let mut ledger = Ledger::with_policy(Policy::new().on_reject(OnReject::Aside).max_customers(2));
    let error = ledger.add_customers(["a", "b", "c"].map(portefeuille::Customer::new)).unwrap_err();
    assert_eq!(error.code(), Code::Limit);
    assert_eq!(error.location().line, Some(3));
}

#[test]
fn bad_75_the_same_order_again() {
    let text = orders("o-1,C1,2025-01-31,10\no-1,C1,2025-01-31,10.0\n");
    let ledger = finds(Orders, text, Code::OrderRepeated, 1);
    assert_eq!((ledger.order_count(), used(&ledger, Orders)), (1, 1));
    assert_eq!(ledger.quality().set_aside()[0].problem.location.line, Some(3));
}

#[test]
fn bad_76_the_same_order_with_another_amount() {
    let text = orders("o-1,C1,2025-01-31,10\no-2,C1,2025-01-31,10\no-1,C1,2025-01-31,11\n");
    let error = refused(read(Orders, &text));
    let lines: Vec<_> = error.problems().map(|p| (p.code, p.location.line)).collect();
    assert_eq!(lines, [(Code::OrderConflict, Some(2)), (Code::OrderConflict, Some(4))]);
    assert!(error.problem().hint.as_deref().unwrap().contains("join"));
    let ledger = lenient(Orders, &text);
    assert_eq!((ledger.order_count(), used(&ledger, Orders)), (1, 1));
}

#[test]
fn bad_77_order_of_an_unknown_customer() {
    let text = orders("o-1,C9,2025-01-31,10\n");
    refuses(Orders, &text, Expected(Code::UnknownCustomer, 2, "customer_id", "--implicit-customers"));
    let policy = Policy::new().implicit_customers(true);
    let ledger = read_with(Orders, &text, policy, &ReadOptions::default()).unwrap();
    assert_eq!((ledger.order_count(), ledger.customer_count()), (1, 3));
}

#[test]
fn bad_78_event_of_an_unknown_customer() {
    let text = "customer_id,occurred_on,kind\nC9,2025-02-01,return\n";
    refuses(ServiceEvents, text, Expected(Code::UnknownCustomer, 2, "customer_id", ""));
}

#[test]
fn bad_79_a_customer_twice() {
    let text = "customer_id,name\nC1,A\nC2,B\nC1,C\n";
    let error = refused(read(Customers, text));
    let lines: Vec<_> = error.problems().map(|p| (p.code, p.location.line)).collect();
    assert_eq!(lines, [(Code::CustomerConflict, Some(2)), (Code::CustomerConflict, Some(4))]);
    finds(Customers, "customer_id,name\nC1,A\nC1,A\n", Code::CustomerRepeated, 1);
}

#[test]
fn bad_80_customer_without_orders() {
    let ledger = takes(Orders, orders("o-1,C1,2025-01-31,10\n"));
    assert_eq!(ledger.customer_count(), 2);
}

#[test]
fn bad_81_order_before_its_customer() {
    let customers = "customer_id,acquired_on\nC1,2025-02-01\n";
    let text = orders("o-1,C1,2025-01-31,10\n");
    let tables = [(Customers, customers.as_bytes()), (Orders, text.as_bytes())];
    let ledger = read_all(&tables, Policy::new(), &ReadOptions::default()).unwrap();
    assert_eq!(ledger.quality().count(Code::OrderBeforeCustomer), 1);
    assert_eq!(ledger.quality().examples()[0].location.line, Some(2));
}

#[test]
fn bad_83_two_currencies() {
    let text = "order_id,customer_id,ordered_on,revenue,currency\no-1,C1,2025-01-31,10,EUR\no-2,C1,2025-01-31,10,USD\n";
    refuses(Orders, text, Expected(Code::OtherCurrency, 3, "currency", "one currency"));
    assert_eq!(refused(read_with(Orders, text, aside(), &ReadOptions::default())).code(), Code::OtherCurrency);
    let blank = text.replace("USD", "");
    refuses(Orders, blank, Expected(Code::ValueMissing, 3, "currency", ""));
    let ledger = takes(Orders, text.replace("USD", "EUR"));
    assert_eq!(ledger.currency(), Some("EUR"));
}

#[test]
fn bad_83_two_currencies_in_two_tables() {
    let customers = "customer_id,currency\nC1,EUR\n";
    let orders = "order_id,customer_id,ordered_on,revenue,currency\no-1,C1,2025-01-31,10,USD\n";
    let tables = [(Customers, customers.as_bytes()), (Orders, orders.as_bytes())];
    let error = refused(read_all(&tables, Policy::new(), &ReadOptions::default()));
    check(error.problem(), Orders, &Expected(Code::OtherCurrency, 2, "currency", ""));
}

#[test]
fn bad_88_negative_cost_of_goods() {
    let header = format!("{ORDERS},cost_of_goods");
    let sale = format!("{header}\no-1,C1,2025-01-31,10,-5\n");
    refuses(Orders, sale, Expected(Code::CostSign, 2, "cost_of_goods", "credit note"));
    finds(Orders, format!("{header}\no-1,C1,2025-01-31,0,-5\n"), Code::CostNegative, 1);
    takes(Orders, format!("{header}\no-1,C1,2025-01-31,-10,-5\n"));
}

#[test]
fn bad_89_goods_dearer_than_revenue() {
    takes(Orders, format!("{ORDERS},cost_of_goods\no-1,C1,2025-01-31,10,50\n"));
}

#[test]
fn bad_90_negative_quantity() {
    let text = "customer_id,occurred_on,kind,quantity\nC1,2025-02-01,return,-1\n";
    refuses(ServiceEvents, text, Expected(Code::OutOfRange, 2, "quantity", ""));
}

#[test]
fn bad_91_quantity_beyond_the_limit() {
    let text = "customer_id,occurred_on,kind,quantity\nC1,2025-02-01,coordination,1000000000\n";
    refuses(ServiceEvents, text, Expected(Code::OutOfRange, 2, "quantity", ""));
}

#[test]
fn bad_92_kind_that_is_not_built_in() {
    let text = "customer_id,occurred_on,kind\nC1,2025-02-01,retrun\nC1,2025-02-01,retrun\nC1,2025-02-01, return \nC1,2025-02-01,training\n";
    let ledger = read(ServiceEvents, text).unwrap();
    let quality = ledger.quality();
    assert_eq!((quality.count(Code::KindCustom), quality.count(Code::Trimmed)), (2, 1));
    let kinds: Vec<_> = quality.examples().iter().filter(|e| e.code == Code::KindCustom).collect();
    assert_eq!(kinds[0].hint.as_deref(), Some("did you mean return?"));
    assert_eq!((kinds[0].location.line, kinds[1].location.line), (Some(2), Some(5)));
    assert_eq!(kinds[1].hint, None);
}

#[test]
fn bad_93_events_of_a_customer_without_orders() {
    takes(ServiceEvents, "customer_id,occurred_on,kind\nC2,2025-02-01,return\n");
}

#[test]
fn bad_96_totals_beyond_64_bits() {
    let mut text = orders("");
    for n in 0..10_000 {
        text.push_str(&format!("o-{n},C1,2025-01-31,100000000000\n"));
    }
    let ledger = takes(Orders, text);
    assert_eq!(ledger.quality().read(Orders).money.to_string(), "1000000000000000.00");
}

#[test]
fn bad_97_id_beyond_the_limit() {
    let text = orders(&format!("{},C1,2025-01-31,10\n", "x".repeat(300)));
    refuses(Orders, text, Expected(Code::IdTooLong, 2, "order_id", ""));
    let text = orders(&format!("{},C1,2025-01-31,10\n", "x".repeat(10 << 20)));
    refuses(Orders, text, Expected(Code::RecordTooLong, 2, "", ""));
}

#[test]
fn bad_98_characters_that_cannot_be_seen() {
    refuses(Orders, orders("\"o\n1\",C1,2025-01-31,10\n"), Expected(Code::NewlineInField, 2, "order_id", ""));
    refuses(Orders, orders("o\t1,C1,2025-01-31,10\n"), Expected(Code::ControlCharacter, 2, "order_id", ""));
    let ledger = finds(Customers, "customer_id\nC\u{202E}1\nC\u{200B}2\n", Code::InvisibleCharacter, 2);
    assert_eq!(ledger.customer_count(), 2);
}

#[test]
fn bad_99_text_is_data() {
    let names = ["<script>", "\"\"><img onerror>", "=HYPERLINK(1)", "a;b"];
    let rows: String = names.iter().enumerate().map(|(n, name)| format!("C{n},\"{name}\"\n")).collect();
    let ledger = takes(Customers, format!("customer_id,name\n{rows}"));
    let read: Vec<_> = ledger.customers().map(|c| c.name().unwrap().to_owned()).collect();
    assert_eq!(read, ["<script>", "\"><img onerror>", "=HYPERLINK(1)", "a;b"]);
}

#[test]
fn lines_and_events_follow_an_order_that_cannot_be_read() {
    let mut ledger = lenient(Orders, &orders("o-1,C1,bad,10\no-2,C1,2025-01-31,20\n"));
    let options = ReadOptions::default();
    let lines = "order_id,product_family,revenue\no-1,tea,10\no-2,tea,20\n";
    read_table(&mut ledger, OrderLines, "order_lines.csv", lines.as_bytes(), &options).unwrap();
    let quality = ledger.quality();
    assert_eq!(quality.count(Code::UnknownOrder), 0);
    let set_aside = quality.set_aside();
    assert_eq!(set_aside.len(), 2);
    assert_eq!(set_aside[1].problem.code, Code::OrderSetAside);
    assert_eq!(
        (set_aside[0].money, set_aside[0].customer_id.clone()),
        (Some(portefeuille::money("10")), Some("C1".into()))
    );
    let (read, aside) = (quality.read(Orders), quality.set_aside_tally(Orders));
    assert_eq!((read.money.to_string(), aside.money.to_string()), ("30.00".into(), "10.00".into()));
}

#[test]
fn all_faults_are_listed_up_to_a_hundred() {
    let rows: String = (0..150).map(|n| format!("o-{n},C1,bad,10\n")).collect();
    let error = refused(read(Orders, orders(&rows)));
    assert_eq!((error.problems().count(), error.total()), (100, 150));
    assert_eq!(error.problems().last().unwrap().location.line, Some(101));
    let policy = Policy::new().on(Code::BadDate, OnReject::Aside).max_rejects(149);
    let error = refused(read_with(Orders, orders(&rows), policy, &ReadOptions::default()));
    assert_eq!(error.total(), 1);
}

#[test]
fn p11_order_of_records_does_not_matter() {
    let rows = ["o-1,C1,2025-01-31,10\n", "o-1,C1,bad,10\n", "o-2,C1,2025-01-31,x\n", "o-3,C1,2025-01-31,30\n"];
    let forwards = lenient(Orders, &orders(&rows.concat()));
    let backwards = lenient(Orders, &orders(&rows.iter().rev().copied().collect::<String>()));
    for ledger in [&forwards, &backwards] {
        assert_eq!((ledger.order_count(), used(ledger, Orders)), (1, 1));
        assert_eq!(ledger.quality().set_aside_tally(Orders).money.to_string(), "20.00");
    }
}

#[test]
fn bad_102_folder_instead_of_a_file() {
    let folder = Folder::new("b102", &[("customers.csv", CUSTOMERS.as_bytes())]);
    for name in ["missing", "customers.csv"] {
        let error = refused(read_folder(&folder.0.join(name), &ReadOptions::default()));
        assert!(error.is_io(), "{error}");
    }
    let error = refused(read_folder(&folder.0, &ReadOptions::default()));
    assert_eq!(error.code(), Code::TableMissing);
    assert!(error.to_string().contains("the folder holds: customers.csv"), "{error}");
}

#[cfg(unix)]
#[test]
fn bad_102_pipe_instead_of_a_file() {
    let folder = Folder::new("b102p", &[("customers.csv", CUSTOMERS.as_bytes())]);
    let made = std::process::Command::new("mkfifo").arg(folder.0.join("orders.csv")).status();
    if !made.is_ok_and(|status| status.success()) {
        println!("skipped: mkfifo is not there");
        return;
    }
    let error = refused(read_folder(&folder.0, &ReadOptions::default()));
    assert!(error.is_io() && error.to_string().contains("regular file"), "{error}");
}

#[test]
fn bad_84_another_currency_than_the_models_is_refused() {
    let orders = "order_id,customer_id,ordered_on,revenue,currency\no-1,C1,2025-01-31,10,USD\n";
    let ledger = lenient(Orders, orders);
    let error = portefeuille::Model::new().analyze(&ledger).unwrap_err();
    assert_eq!((error.code(), error.is_input()), (Code::OtherCurrency, true));
    assert_eq!(error.problem().hint.as_deref(), Some("set currency = \"USD\" in the model; there is no conversion"));
    let model = portefeuille::Model { currency: "USD".to_owned(), ..portefeuille::Model::new() };
    assert_eq!(model.analyze(&ledger).unwrap().len(), 2);
}

#[test]
fn rows_expected_of_a_table_that_is_not_there() {
    let text = orders("o-1,C1,2025-01-31,10\n");
    let folder = Folder::new("expected", &[("customers.csv", CUSTOMERS.as_bytes()), ("orders.csv", text.as_bytes())]);
    let expect = |rows| read_folder(&folder.0, &ReadOptions::default().expect_rows(ServiceEvents, rows));
    let error = refused(expect(10));
    assert_eq!((error.code(), error.location().table), (Code::RowsUnexpected, Some(ServiceEvents)));
    assert!(error.to_string().contains("0 rows"), "{error}");
    assert!(expect(0).is_ok());
}

#[test]
fn a_byte_is_named_only_where_it_is_known() {
    let text = orders(
        "o-1,C1,2025-01-31,10\no-1,C1,2025-01-31,10\no-2,C1,2025-01-31,10\no-2,C1,2025-01-31,20\no-3,C1,2025-01-31,\n",
    );
    let byte_of = |line: usize| text.lines().take(line - 1).map(|l| l.len() as u64 + 1).sum::<u64>();
    let quality = lenient(Orders, &text).settled_quality().unwrap();
    let found: Vec<_> =
        quality.set_aside().iter().map(|s| (s.problem.location.line, s.problem.location.byte)).collect();
    let expected = [(3, Some(byte_of(3))), (4, None), (5, Some(byte_of(5))), (6, None)];
    assert_eq!(found, expected.map(|(line, byte)| (Some(line), byte)));
    let missing = &quality.set_aside()[3].problem;
    assert_eq!((missing.code, missing.value.as_deref()), (Code::ValueMissing, None));
    assert!(missing.reason.contains("o-3") && missing.location.column.as_deref() == Some("revenue"), "{missing}");
}

#[test]
fn bad_102_a_workbook_instead_of_a_table() {
    let folder = Folder::new("b102x", &[("customers.csv", CUSTOMERS.as_bytes()), ("orders.XLSX", b"PK")]);
    let error = refused(read_folder(&folder.0, &ReadOptions::default()));
    assert_eq!(error.code(), Code::TableMissing);
    assert!(error.to_string().contains("export orders.XLSX as CSV"), "{error}");
}
