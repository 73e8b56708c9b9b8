//! Bad values, each by its number in the catalogue: refused with place, value and the setting that would read it.

use crate::common::*;
use portefeuille::io::{Mapping, ReadOptions};
use portefeuille::{Code, Policy, Table};

#[test]
fn bad_36_amount_empty() {
    let lines = "order_id,product_family,revenue\no-0,tea,100\no-0,tea,\n";
    refuses(Table::OrderLines, lines, Expected(Code::ValueMissing, 3, "revenue", ""));
    takes(Table::Orders, "order_id,customer_id,ordered_on,revenue,freight\no-1,C1,2025-01-31,10,\n");
    // An order may take its revenue from its lines: whether it does is known at the end.
    takes(Table::Orders, "order_id,customer_id,ordered_on,revenue\no-1,C1,2025-01-31,\n");
}

#[test]
fn bad_37_amount_in_words() {
    refuses_value("revenue", "ten", Code::BadMoney, "");
}

#[test]
fn bad_38_nan() {
    refuses_value("revenue", "NaN", Code::BadMoney, "csv.null = [\"NaN\"]");
}

#[test]
fn bad_39_infinity() {
    refuses_value("revenue", "inf", Code::BadMoney, "csv.null");
}

#[test]
fn bad_40_exponent() {
    refuses_value("revenue", "1e3", Code::BadMoney, "an exponent");
    refuses_value("revenue", "1.5E+03", Code::BadMoney, "an exponent");
}

#[test]
fn bad_41_thousands() {
    refuses_value("revenue", "1,234.56", Code::BadMoney, "csv.thousands = \",\"");
    refuses_value("revenue", "1 234.56", Code::BadMoney, "csv.thousands = \" \"");
    refuses_value("revenue", "1,234", Code::BadMoney, "csv.thousands = \",\"");
    refuses_value("revenue", "1'234.56", Code::BadMoney, "csv.thousands = \"'\"");
}

#[test]
fn bad_42_decimal_comma() {
    refuses_value("revenue", "1234,56", Code::BadMoney, "csv.decimal = \",\"");
    refuses_value("revenue", "1\u{202F}234,56", Code::BadMoney, "csv.decimal = \",\" and csv.thousands = \" \"");
    refuses_value("revenue", "1.234,56", Code::BadMoney, "csv.decimal = \",\" and csv.thousands = \".\"");
}

#[test]
fn bad_43_currency_sign() {
    refuses_value("revenue", "$10.00", Code::BadMoney, "currency");
    refuses_value("revenue", "10 €", Code::BadMoney, "currency");
}

#[test]
fn bad_44_parentheses() {
    refuses_value("revenue", "(10.00)", Code::BadMoney, "parentheses");
}

#[test]
fn bad_45_another_minus() {
    refuses_value("revenue", "\u{2212}10.00", Code::BadMoney, "minus");
    refuses_value("revenue", "10.00-", Code::BadMoney, "minus");
}

#[test]
fn bad_46_full_width_digits() {
    refuses_value("revenue", "１０", Code::BadMoney, "full-width");
}

#[test]
fn bad_47_spaces_around() {
    let text = "order_id,customer_id,ordered_on,revenue\no-1,C1, 2025-01-31,\" 10 \"\no-2,C1,2025-01-31, 10\n";
    let ledger = finds(Table::Orders, text, Code::Trimmed, 3);
    let example = &ledger.quality().examples()[0];
    assert_eq!((example.location.line, example.location.column.as_deref()), (Some(2), Some("ordered_on")));
}

#[test]
fn bad_48_underscore() {
    refuses_value("revenue", "1_000.00", Code::BadMoney, "underscores");
}

#[test]
fn bad_49_plus() {
    refuses_value("revenue", "+10.00", Code::BadMoney, "sign +");
}

#[test]
fn bad_50_fifth_decimal() {
    refuses_value("revenue", "10.00005", Code::BadMoney, "csv.round_money = true");
    let options = ReadOptions::default().mapping(Mapping::from_toml("[csv]\nround_money = true", "m").unwrap());
    let text = "order_id,customer_id,ordered_on,revenue\no-1,C1,2025-01-31,10.00005\n";
    let ledger = read_with(Table::Orders, text, Policy::new(), &options).unwrap();
    assert_eq!(ledger.quality().read(Table::Orders).money.to_string(), "10.00");
    assert_eq!(ledger.quality().count(Code::MoneyRounded), 1);
    takes(Table::Orders, "order_id,customer_id,ordered_on,revenue\no-1,C1,2025-01-31,10.000500000\n");
}

#[test]
fn bad_51_thirty_decimals() {
    refuses_value("revenue", "0.123456789012345678901234567890", Code::BadMoney, "csv.round_money");
}

#[test]
fn bad_52_out_of_range() {
    refuses_value("revenue", "1".repeat(32), Code::OutOfRange, "");
    refuses_value("revenue", "100000000000.0001", Code::OutOfRange, "");
}

#[test]
fn bad_53_hexadecimal() {
    refuses_value("revenue", "0x10", Code::BadMoney, "hexadecimal");
}

#[test]
fn bad_54_minus_zero() {
    let text = "order_id,customer_id,ordered_on,revenue\no-1,C1,2025-01-31,-0.00\n";
    let ledger = takes(Table::Orders, text);
    assert_eq!(ledger.quality().read(Table::Orders).money.to_string(), "0.00");
}

#[test]
fn bad_55_no_such_day() {
    refuses_value("ordered_on", "2025-02-30", Code::BadDate, "no such day");
}

#[test]
fn bad_56_slashes() {
    refuses_value("ordered_on", "02/01/2025", Code::BadDate, "csv.date_format");
    refuses_value("ordered_on", "31/01/2025", Code::BadDate, "csv.date_format = \"dd/mm/yyyy\"");
    refuses_value("ordered_on", "20250131", Code::BadDate, "csv.date_format = \"yyyymmdd\"");
}

#[test]
fn bad_57_day_number() {
    refuses_value("ordered_on", "45659", Code::BadDate, "spreadsheet");
}

#[test]
fn bad_58_timestamps() {
    refuses_value("ordered_on", "2025-01-31T23:30:00-05:00", Code::BadDate, "zone");
    refuses_value("ordered_on", "2025-01-31T23:30:00Z", Code::BadDate, "zone");
    refuses_value("ordered_on", "2025-01-31 23:30:00", Code::BadDate, "date_of");
}

#[test]
fn bad_59_zero_date() {
    refuses_value("ordered_on", "0000-00-00", Code::BadDate, "csv.null = [\"0000-00-00\"]");
}

#[test]
fn bad_60_year_99999() {
    refuses_value("ordered_on", "99999-01-01", Code::BadDate, "");
    refuses_value("ordered_on", "1899-12-31", Code::BadDate, "1900 to 2200");
}

#[test]
fn bad_61_two_digit_year() {
    refuses_value("ordered_on", "25-01-02", Code::BadDate, "two digits");
}

#[test]
fn bad_62_date_empty() {
    refuses_value("ordered_on", "", Code::ValueMissing, "");
    takes(Table::Customers, "customer_id,acquired_on\nC1,\n");
}

#[test]
fn bad_63_id_empty() {
    refuses_value("order_id", "", Code::ValueMissing, "");
    refuses_value("customer_id", "", Code::ValueMissing, "aside_when_empty");
    refuses(Table::Customers, "customer_id,name\n  ,x\n", Expected(Code::ValueMissing, 2, "customer_id", ""));
}

#[test]
fn bad_64_leading_zeros() {
    let ledger = takes(Table::Customers, "customer_id\n00042\n42\n");
    let ids: Vec<String> = ledger.customers().map(|c| c.id().to_string()).collect();
    assert_eq!(ids, ["00042", "42"]);
}

#[test]
fn bad_65_spaces_belong_to_an_id() {
    let text = "customer_id\nC1\nC1 \n";
    assert_eq!(takes(Table::Customers, text).customer_count(), 2);
    let options = ReadOptions::default().mapping(Mapping::from_toml("[csv]\ntrim_ids = true", "m").unwrap());
    let ledger = read_with(Table::Customers, text, Policy::new(), &options).unwrap();
    assert_eq!((ledger.customer_count(), ledger.quality().count(Code::CustomerRepeated)), (1, 1));
}

#[test]
fn bad_66_two_compositions() {
    assert_eq!(takes(Table::Customers, "customer_id\ncaf\u{E9}\ncafe\u{301}\n").customer_count(), 2);
}

#[test]
fn bad_72_null() {
    refuses_value("revenue", "NULL", Code::BadMoney, "csv.null = [\"NULL\"]");
    refuses_value("ordered_on", "NULL", Code::BadDate, "csv.null = [\"NULL\"]");
    let options = ReadOptions::default().mapping(Mapping::from_toml("[csv]\nnull = [\"NULL\"]", "m").unwrap());
    let text = "order_id,customer_id,ordered_on,revenue,freight\no-1,C1,2025-01-31,10,NULL\n";
    read_with(Table::Orders, text, Policy::new(), &options).unwrap();
}

#[test]
fn other_values_that_cannot_be_read() {
    refuses_value("cost_of_goods", "n/a", Code::BadMoney, "csv.null");
    refuses_value("lines", "1.0", Code::BadInteger, "without decimals");
    refuses_value("lines", "-1", Code::BadInteger, "");
    refuses_value("lines", "99999999999", Code::OutOfRange, "");
    refuses_value("rush", "maybe", Code::BadFlag, "");
    for (column, value, code) in [
        ("friction", "awful", Code::BadChoice),
        ("payment_days", "30 days", Code::BadInteger),
        ("payment_days", "4000", Code::OutOfRange),
        ("negotiated_discount", "5%", Code::BadRate),
        ("negotiated_discount", "5", Code::OutOfRange),
        ("accepts_terms", "2", Code::BadFlag),
        ("acquired_on", "x", Code::BadDate),
        ("annual_potential", "1 k", Code::BadMoney),
    ] {
        refuses(Table::Customers, format!("customer_id,{column}\nC1,{value}\n"), Expected(code, 2, column, ""));
    }
}

#[test]
fn flags_and_notes_are_read_in_both_languages() {
    let header = "order_id,customer_id,ordered_on,revenue,rush\n";
    let words = ["true", "No", "1", "0", "OUI", "non", "Vrai", "faux", "yes", "false", ""];
    let rows: String = words.iter().enumerate().map(|(n, w)| format!("o-{n},C1,2025-01-31,1,{w}\n")).collect();
    assert_eq!(takes(Table::Orders, format!("{header}{rows}")).order_count(), words.len());
    let ledger = takes(Table::Customers, "customer_id,friction\n1,Modéré\n2,HARD\n3,facile\n4,\n");
    assert_eq!(ledger.customers().filter(|c| c.friction().is_some()).count(), 3);
}

#[test]
fn a_french_file_is_read_as_stated() {
    let toml = "[csv]\nformat = \"fr\"\nthousands = \" \"";
    let options = ReadOptions::default().mapping(Mapping::from_toml(toml, "m").unwrap());
    let text = "order_id;customer_id;ordered_on;revenue;freight\r\no-1;C1;31/01/2025;1 234,56;\"0,5\"\r\no-2;C2;01/02/2025;-12;\r\n";
    let ledger = read_with(Table::Orders, text, Policy::new(), &options).unwrap();
    assert_eq!(ledger.quality().read(Table::Orders).money.to_string(), "1222.56");
    assert_eq!(ledger.order_dates().unwrap().1.to_string(), "2025-02-01");
}

#[test]
fn what_no_setting_reads_is_not_given_one() {
    for value in [".5", "1.", "-.5"] {
        refuses_value("revenue", value, Code::BadMoney, "0.5 and 1.0");
    }
    for value in ["12 34,5", "1,23,456.7", "1.2.3"] {
        refuses_value("revenue", value, Code::BadMoney, "not grouped by three");
    }
    refuses_value("revenue", "n.c.", Code::BadMoney, "csv.null = [\"n.c.\"]");
    refuses_value("lines", "n.c.", Code::BadInteger, "csv.null = [\"n.c.\"]");
    refuses_value("ordered_on", "9999-12-31", Code::BadDate, "a placeholder?");
    let mapping = Mapping::from_toml("[csv]\nformat = \"fr\"\nthousands = \" \"", "m").unwrap();
    let text = "order_id;customer_id;ordered_on;revenue\no-1;C1;31/01/2025;12 34,5\n";
    let error = refused(read_with(Table::Orders, text, Policy::new(), &ReadOptions::default().mapping(mapping)));
    assert!(error.to_string().contains("not grouped by three"), "{error}");
}
