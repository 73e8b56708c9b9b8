//! Bad files, each by its number in the catalogue: refused with code, place and hint, or taken with a finding.

use crate::common::*;
use Table::{Customers, OrderLines, Orders, ServiceEvents};
use portefeuille::io::{Mapping, ReadOptions, read_table};
use portefeuille::{Code, Ledger, Policy, Table};
use std::io::Write;

fn orders(rows: &str) -> String {
    format!("{ORDERS}\n{rows}")
}

#[test]
fn bad_01_no_byte() {
    for table in Table::ALL {
        refuses(table, "", Expected(Code::EmptyFile, 0, "", ""));
    }
}

#[test]
fn bad_02_header_only() {
    assert_eq!(refused(read(Orders, orders(""))).code(), Code::NoRows);
    takes(ServiceEvents, "customer_id,occurred_on,kind\n");
    takes(OrderLines, "order_id,product_family,revenue\n");
    takes(Customers, "customer_id\n");
}

#[test]
fn bad_03_header_only_without_a_line_end() {
    assert_eq!(refused(read(Orders, ORDERS)).code(), Code::NoRows);
    finds(ServiceEvents, "customer_id,occurred_on,kind", Code::NoFinalNewline, 1);
}

#[test]
fn bad_04_spaces_only() {
    refuses(Orders, "   \n  \n   ", Expected(Code::NoHeader, 0, "", ""));
    refuses(Orders, "\n\n", Expected(Code::NoHeader, 0, "", ""));
}

#[test]
fn bad_05_mark_of_utf_8() {
    let ledger = takes(Orders, format!("\u{FEFF}{}", orders("o-1,C1,2025-01-31,10\n")));
    assert_eq!(ledger.order_count(), 1);
}

#[test]
fn bad_06_utf_16() {
    let text = orders("o-1,C1,2025-01-31,10\n");
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for start in [&b"\xFF\xFE"[..], b""] {
        refuses(Orders, [start, &little].concat(), Expected(Code::Utf16, 0, "", "UTF-8"));
    }
    for start in [&b"\xFE\xFF"[..], b""] {
        refuses(Orders, [start, &big].concat(), Expected(Code::Utf16, 0, "", "UTF-8"));
    }
}

#[test]
fn bad_07_latin_1_in_an_id() {
    refuses_value("order_id", b"o-\xE9", Code::BadUtf8, "csv.encoding = \"windows-1252\"");
    refuses_value("customer_id", b"caf\xE9", Code::BadUtf8, "csv.encoding");
}

#[test]
fn bad_07_latin_1_is_read_when_stated() {
    let mapping = Mapping::from_toml("[csv]\nencoding = \"windows-1252\"", "m").unwrap();
    let options = ReadOptions::default().mapping(mapping);
    let text = b"customer_id,name,r\xE9gion\n1,\x8Cuvre \x80,\xCEle\n2,\x81,x\n";
    let ledger = read_with(Customers, text, aside(), &options).unwrap();
    let customer = ledger.customers().next().unwrap();
    assert_eq!(customer.name(), Some("Œuvre €"));
    assert_eq!(customer.attributes().next(), Some(("région", "Île")));
    // A byte that stands for no character is still refused.
    assert_eq!(ledger.quality().count(Code::BadUtf8), 1);
    // The mark of UTF-8 goes before what is stated.
    let marked = "\u{FEFF}customer_id,name\n1,Œuvre\n";
    let ledger = read_with(Customers, marked, Policy::new(), &options).unwrap();
    assert_eq!(ledger.customers().next().unwrap().name(), Some("Œuvre"));
}

#[test]
fn bad_08_bad_byte_in_a_number() {
    refuses_value("revenue", b"1\xFF0", Code::BadUtf8, "UTF-8");
    refuses_value("ordered_on", b"2025-01-3\xE9", Code::BadUtf8, "UTF-8");
}

#[test]
fn bad_09_nul_in_an_id() {
    refuses_value("order_id", b"o\0", Code::ControlCharacter, "");
    refuses_value("customer_id", b"C\x001", Code::ControlCharacter, "");
}

#[test]
fn bad_10_padded_with_nul() {
    let text = orders("o-1,C1,2025-01-31,10\n");
    for (start, line) in [(text.clone(), 3), (format!("{text}o-2,C1,20"), 3)] {
        let error = refused(read(Orders, [start.as_bytes(), &[0; 64]].concat()));
        check(error.problem(), Orders, &Expected(Code::NulPadding, line, "", "fetch"));
        assert_eq!(error.location().byte, Some(start.len() as u64));
    }
    let error = refused(read(Orders, [text.as_bytes(), &vec![0; 3 << 20]].concat()));
    assert_eq!((error.code(), error.location().byte), (Code::NulPadding, Some(text.len() as u64)));
}

#[test]
fn bad_11_crlf() {
    let rows = "o-1,C1,2025-01-31,10\n\"o-2\",C1,2025-01-31,10\n";
    assert_eq!(takes(Orders, orders(rows).replace('\n', "\r\n")).order_count(), 2);
}

#[test]
fn bad_12_carriage_returns_only() {
    let rows = "o-1,C1,2025-01-31,10\n\"o-2\",C1,2025-01-31,10\n";
    assert_eq!(finds(Orders, orders(rows).replace('\n', "\r"), Code::CrLineEnds, 1).order_count(), 2);
}

#[test]
fn bad_13_mixed_line_ends() {
    let text = format!("{ORDERS}\r\no-1,C1,2025-01-31,10\no-2,C1,2025-01-31,10\r\n");
    let ledger = finds(Orders, text, Code::MixedLineEnds, 1);
    assert_eq!(ledger.quality().examples()[0].location.line, Some(2));
}

#[test]
fn bad_14_blank_lines() {
    let ledger = finds(Orders, orders("\no-1,C1,2025-01-31,10\n\n  \no-2,C1,2025-01-31,10\n\n"), Code::BlankLines, 4);
    assert_eq!(ledger.order_count(), 2);
    assert_eq!(ledger.quality().examples()[0].location.line, Some(2));
    refuses(Orders, orders("\n\no-1,C1,2025-01-31,x\n"), Expected(Code::BadMoney, 4, "revenue", ""));
}

#[test]
fn bad_14_rows_of_empty_fields() {
    let text = orders(",,,\no-1,C1,2025-01-31,10\n , ,,\n\"\",,,\n,,\n");
    let ledger = finds(Orders, &text, Code::BlankLines, 4);
    assert_eq!((ledger.order_count(), ledger.quality().read(Orders).records), (1, 1));
    assert_eq!(finds(Orders, text.replace(',', ";"), Code::BlankLines, 4).order_count(), 1);
}

#[test]
fn bad_15_no_final_newline() {
    finds(Orders, orders("o-1,C1,2025-01-31,10"), Code::NoFinalNewline, 1);
}

#[test]
fn bad_16_field_missing() {
    refuses(
        Orders,
        orders("o-1,C1,2025-01-31\no-2,C1,2025-01-31,10\n"),
        Expected(Code::FieldMissing, 2, "revenue", ""),
    );
}

#[test]
fn bad_17_field_extra() {
    let text = orders("o-1,C1,2025-01-31,10,20\n");
    refuses(Orders, text, Expected(Code::FieldExtra, 2, "", "must be quoted"));
}

#[test]
fn bad_18_trailing_comma() {
    let text = orders("o-1,C1,2025-01-31,10,\n");
    refuses(Orders, text, Expected(Code::FieldExtra, 2, "", "a delimiter too many at the end"));
}

#[test]
fn bad_19_open_quote_on_the_last_row() {
    let text = orders("o-1,C1,2025-01-31,10\no-2,\"C1,2025-01-31,10\n");
    refuses(Orders, text, Expected(Code::UnclosedQuote, 3, "", "close it"));
}

#[test]
fn bad_20_open_quote_swallows_rows() {
    let rows = "o-1,\"C1,2025-01-31,10\no-2,C1,2025-01-31,10\no-3,C1,2025-01-31,10\n";
    refuses(Orders, orders(rows), Expected(Code::UnclosedQuote, 2, "", "close it"));
    // A later quote does not close it: text follows.
    let rows = "o-1,\"C1,2025-01-31,10\no-2,C1,2025-01-31,10\no-3,\"C1\",2025-01-31,10\n";
    refuses(Orders, orders(rows), Expected(Code::UnclosedQuote, 2, "", "close it"));
    let policy = |text: &str| read_with(Orders, text, aside(), &ReadOptions::default());
    assert_eq!(refused(policy(&orders(rows))).code(), Code::UnclosedQuote);
}

#[test]
fn bad_20_open_quote_beyond_the_limits() {
    let lines = format!("customer_id,name\nC1,\"a\n{}", "b\n".repeat(1_100));
    let error = refused(read(Customers, lines));
    assert_eq!((error.code(), error.location().line), (Code::UnclosedQuote, Some(2)));
    let bytes = format!("customer_id,name\nC1,\"{}\nC2,x\n", "b".repeat(1 << 20));
    let error = refused(read(Customers, bytes));
    assert_eq!((error.code(), error.location().line), (Code::UnclosedQuote, Some(2)));
}

#[test]
fn bad_21_text_after_a_closing_quote() {
    refuses(
        Orders,
        orders("\"o-1\"x,C1,2025-01-31,10\n"),
        Expected(Code::BadQuoting, 2, "order_id", "quote the whole"),
    );
    refuses(Orders, orders("o-1,\"C1\" ,2025-01-31,10\n"), Expected(Code::BadQuoting, 2, "customer_id", ""));
}

#[test]
fn bad_22_bare_quote() {
    let text = orders("o-1,C\"1,2025-01-31,10\no-2,C1,2025-01-31,10\n");
    refuses(Orders, &text, Expected(Code::BadQuoting, 2, "customer_id", "double"));
    let ledger = read_with(Orders, &text, aside(), &ReadOptions::default()).unwrap();
    assert_eq!((ledger.order_count(), used(&ledger, Orders)), (1, 1));
    // Its lines follow it.
    let mut ledger = ledger;
    let lines = "order_id,product_family,revenue\no-1,tea,4\no-2,tea,10\n";
    read_table(&mut ledger, OrderLines, "order_lines.csv", lines.as_bytes(), &ReadOptions::default()).unwrap();
}

#[test]
fn bad_23_newline_in_an_id() {
    refuses(Orders, orders("o-1,\"C\n1\",2025-01-31,10\n"), Expected(Code::NewlineInField, 2, "customer_id", "names"));
    let text = "customer_id,name,address\nC1,\"A\nB\",\"1 rue X\r\nParis\"\nC2,B,\n";
    let ledger = takes(Customers, text);
    let customer = ledger.customers().next().unwrap();
    assert_eq!(customer.name(), Some("A\nB"));
    assert_eq!(customer.attributes().next(), Some(("address", "1 rue X\r\nParis")));
    let events = "customer_id,occurred_on,kind,note\nC1,2025-01-31,return,\"a\nb\"\nC1,x,return,c\n";
    refuses(ServiceEvents, events, Expected(Code::BadDate, 4, "occurred_on", ""));
}

#[test]
fn bad_24_doubled_quotes() {
    let ledger = takes(Customers, "customer_id,name\nC1,\"the \"\"big\"\" one\"\nC2,\"\"\"\"\nC3,\"\"\nC4,\"a\"\n");
    let names: Vec<_> = ledger.customers().map(|c| c.name()).collect();
    assert_eq!(names, [Some("the \"big\" one"), Some("\""), None, Some("a")]);
}

#[test]
fn bad_25_backslash_escape() {
    let text = "customer_id,name\nC1,\"the \\\"big\\\" one\"\n";
    refuses(Customers, text, Expected(Code::BadQuoting, 2, "name", "not escaped by a backslash"));
}

#[test]
fn bad_26_semicolons() {
    let text = orders("o-1,C1,2025-01-31,10\n").replace(',', ";");
    assert_eq!(takes(Orders, text).order_count(), 1);
}

#[test]
fn bad_27_tabs_and_bars() {
    for delimiter in ["\t", "|"] {
        let text = orders("o-1,C1,2025-01-31,10\n").replace(',', delimiter);
        assert_eq!(takes(Orders, text).order_count(), 1);
    }
}

#[test]
fn bad_27_quoted_names_under_any_delimiter() {
    let rows = "\"o-1\",\"C1\",\"2025-01-31\",\"10\"\no-2,C1,2025-01-31,10\n";
    let all = "\"order_id\",\"customer_id\",\"ordered_on\",\"revenue\"";
    for header in [all, "order_id,\"customer_id\",ordered_on,revenue", "order_id,customer_id,ordered_on,\"revenue\""] {
        for delimiter in [",", ";", "\t", "|"] {
            for (mark, end) in [("", "\n"), ("\u{FEFF}", "\n"), ("", "\r\n"), ("\u{FEFF}", "\r\n")] {
                let text = format!("{mark}{header}\n{rows}").replace(',', delimiter).replace('\n', end);
                assert_eq!(takes(Orders, text).order_count(), 2);
            }
        }
    }
    // Only when no delimiter fits is the quoting at fault, and a header of other names is not.
    refuses(Orders, "\"order_id\"x;\"customer_id\";b\n", Expected(Code::BadQuoting, 1, "", "mend"));
    refuses(Orders, "\"Num\";\"Client\"\n", Expected(Code::UnknownHeader, 1, "", "map EXPORT"));
    // A name with a line break is no quote left open.
    takes(Customers, "\"customer_id\";\"the\nregion\"\nC1;x\n");
}

#[test]
fn bad_28_sep_line() {
    for line in ["sep=,", "SEP=;", "\"sep=,\""] {
        let text = format!("{line}\n{}", orders("o-1,C1,2025-01-31,10\n"));
        refuses(Orders, &text, Expected(Code::SepLine, 1, "", "csv.skip_lines = 1"));
        let options = ReadOptions::default().mapping(Mapping::from_toml("[csv]\nskip_lines = 1", "m").unwrap());
        assert_eq!(read_with(Orders, &text, Policy::new(), &options).unwrap().order_count(), 1);
    }
}

#[test]
fn bad_29_header_case_and_spaces() {
    let text = "Order_ID, customer_id ,ordered_on,REVENUE\no-1,C1,2025-01-31,10\n";
    let ledger = finds(Orders, text, Code::HeaderFolded, 3);
    assert_eq!(ledger.quality().examples()[0].location.line, Some(1));
}

#[test]
fn bad_30_column_missing() {
    let text = "order_id,customer_id,orderd_on,revenue\no-1,C1,2025-01-31,10\n";
    let error = refused(read(Orders, text));
    check(error.problem(), Orders, &Expected(Code::ColumnMissing, 1, "ordered_on", "orderd_on"));
    assert!(error.problem().reason.contains("order_id, customer_id, orderd_on, revenue"));
}

#[test]
fn bad_31_column_twice() {
    let text = "order_id,customer_id,ordered_on,revenue,Revenue\no-1,C1,2025-01-31,10,10\n";
    refuses(Orders, text, Expected(Code::ColumnTwice, 1, "Revenue", "rename"));
}

#[test]
fn bad_32_unknown_column() {
    let text = "order_id,customer_id,ordered_on,revenue,weather\no-1,C1,2025-01-31,10,fine\n";
    let ledger = finds(Orders, text, Code::ColumnUnknown, 1);
    assert_eq!(ledger.quality().examples()[0].location.column.as_deref(), Some("weather"));
    takes(Customers, "customer_id,weather\nC1,fine\n");
    let ledger = finds(Customers, "customer_id,payement_days\nC1,30\n", Code::ColumnNear, 1);
    assert!(ledger.quality().examples()[0].hint.as_deref().unwrap().contains("payment_days"));
    assert_eq!(ledger.customers().next().unwrap().attributes().next(), Some(("payement_days", "30")));
}

#[test]
fn bad_33_columns_in_another_order() {
    let ledger = takes(Orders, "revenue,ordered_on,customer_id,order_id\n10,2025-01-31,C1,o-1\n");
    assert_eq!(ledger.quality().read(Orders).money.to_string(), "10.00");
}

#[test]
fn bad_34_header_again() {
    let text = orders(&format!("o-1,C1,2025-01-31,10\n{ORDERS}\no-2,C1,2025-01-31,10\n"));
    refuses(Orders, text, Expected(Code::HeaderAgain, 3, "", "joined"));
    refuses(Customers, "customer_id,name\nC1,x\ncustomer_id,name\n", Expected(Code::HeaderAgain, 3, "", "joined"));
}

#[test]
fn bad_35_no_header() {
    refuses(Orders, "o-1,C1,2025-01-31,10\n", Expected(Code::UnknownHeader, 1, "", "names the columns"));
    let titled = format!("Orders of 2025\n\n{}", orders("o-1,C1,2025-01-31,10\n").replace(',', ";"));
    refuses(Orders, titled, Expected(Code::UnknownHeader, 1, "", "csv.skip_lines = 2"));
}

#[test]
fn bad_67_field_of_three_megabytes() {
    let long = "x".repeat(3 << 20);
    let text = orders(&format!("o-1,C1,2025-01-31,10\no-2,{long},2025-01-31,10\no-3,C1,2025-01-31,10\n"));
    refuses(Orders, &text, Expected(Code::RecordTooLong, 3, "", ""));
    let ledger = read_with(Orders, &text, aside(), &ReadOptions::default()).unwrap();
    assert_eq!((ledger.order_count(), used(&ledger, Orders)), (2, 2));
    refuses(
        Orders,
        text.replace("o-3,C1,2025-01-31,10", "o-3,C1,2025-01-31,x").replace(&long, "C1"),
        Expected(Code::BadMoney, 4, "", ""),
    );
}

#[test]
fn bad_68_ten_thousand_columns() {
    let header: String = (0..10_000).map(|n| format!(",c{n}")).collect();
    let error = refused(read(Customers, format!("customer_id{header}\n")));
    check(error.problem(), Customers, &Expected(Code::Limit, 1, "", ""));
}

#[test]
fn bad_69_cut_in_mid_row() {
    let text = orders("o-1,C1,2025-01-31,10\no-2,C1,20");
    refuses(Orders, &text, Expected(Code::FieldMissing, 3, "revenue", "fetch"));
    let error = refused(read_with(Orders, &text, aside(), &ReadOptions::default()));
    assert!(error.to_string().contains("looks cut"), "{error}");
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn read_gzip(content: &[u8]) -> portefeuille::Result<Ledger> {
    let mut ledger = Ledger::new();
    let options = ReadOptions::default();
    read_table(&mut ledger, Customers, "customers.csv.gz", content, &options).map(|()| ledger)
}

#[test]
fn bad_70_gzip_under_another_name() {
    let packed = gzip(CUSTOMERS.as_bytes());
    refuses(Customers, &packed, Expected(Code::GzipUnnamed, 0, "", "name the file .csv.gz"));
    assert_eq!(read_gzip(&packed).unwrap().customer_count(), 2);
    // Two members, as when files are joined.
    let two = [packed.clone(), gzip(b"C3\n")].concat();
    assert_eq!(read_gzip(&two).unwrap().customer_count(), 3);
}

#[test]
fn bad_70_gzip_damaged_or_cut() {
    let packed = gzip(CUSTOMERS.as_bytes());
    for len in 1..packed.len() {
        assert_eq!(read_gzip(&packed[..len]).unwrap_err().code(), Code::GzipDamaged, "{len}");
    }
    assert_eq!(read_gzip(b"").unwrap_err().code(), Code::EmptyFile);
    assert_eq!(read_gzip(CUSTOMERS.as_bytes()).unwrap_err().code(), Code::GzipDamaged);
    let mut damaged = packed;
    let last = damaged.len() - 6;
    damaged[last] ^= 1;
    assert_eq!(read_gzip(&damaged).unwrap_err().code(), Code::GzipDamaged);
}

#[test]
fn f20_gzip_bomb() {
    let packed = gzip(&[b"customer_id\n".to_vec(), vec![b'\n'; 200 << 20]].concat());
    let error = read_gzip(&packed).unwrap_err();
    assert_eq!(error.code(), Code::Limit, "{error}");
}

#[test]
fn bad_71_html_page() {
    let text = "<!DOCTYPE html>\n<html><body>502 Bad Gateway</body></html>\n";
    refuses(Orders, text, Expected(Code::UnknownHeader, 1, "", "mapping"));
    refuses(Customers, "PK\x03\x04rest", Expected(Code::UnknownHeader, 0, "", "CSV"));
}

#[test]
fn bad_73_open_quote_in_the_last_text_column() {
    let header = "order_id,customer_id,ordered_on,revenue,channel";
    let rows =
        "o-1,C1,2025-01-31,10,web\no-2,C1,2025-01-31,10,\"shop\no-3,C1,2025-01-31,10,web\no-4,C1,2025-01-31,10,web\n";
    refuses(Orders, format!("{header}\n{rows}"), Expected(Code::UnclosedQuote, 3, "", "close it"));
}

#[test]
fn bad_74_cut_in_the_last_number() {
    let text = orders("o-1,C1,2025-01-31,10\no-2,C1,2025-01-31,1");
    finds(Orders, &text, Code::NoFinalNewline, 1);
    let options = ReadOptions::default().expect_rows(Orders, 3);
    let error = refused(read_with(Orders, &text, Policy::new(), &options));
    assert_eq!(error.code(), Code::RowsUnexpected);
}
