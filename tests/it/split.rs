//! Splitting records, on random text.

use crate::common::*;
use portefeuille::io::{ReadOptions, read_table};
use portefeuille::{Ledger, Table};
use proptest::prelude::*;

fn read_names(text: &[u8], block: usize) -> Result<String, String> {
    let mut ledger = Ledger::with_policy(aside());
    let options = ReadOptions::default().block_bytes(block);
    read_table(&mut ledger, Table::Customers, "customers.csv", text, &options).map_err(|e| e.to_string())?;
    let quality = ledger.quality();
    let customers: Vec<_> = ledger.customers().map(|c| (c.id().to_string(), c.name())).collect();
    Ok(format!("{customers:?} {:?} {:?} {:?}", quality.counts(), quality.set_aside(), quality.examples()))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Garbage is refused or read alike however it arrives, and never panics.
    #[test]
    fn p15_any_text_is_read_alike_whatever_the_block(text in "[ab,;\"\n\r \u{e9}\0]{0,60}", crlf: bool) {
        let header = if crlf { "customer_id,name\r\n" } else { "customer_id,name\n" };
        let text = format!("{header}{text}");
        let expected = read_names(text.as_bytes(), 1 << 18);
        for block in [1, 2, 3, 7, 8, 16, 33] {
            prop_assert_eq!(&read_names(text.as_bytes(), block), &expected);
        }
    }

    /// What is written by the rules is read as it was.
    #[test]
    fn p36_what_is_quoted_is_read_back(names in prop::collection::vec("[ab,;\"\n\r=é]{0,20}", 1..8), quote: bool, crlf: bool) {
        let end = if crlf { "\r\n" } else { "\n" };
        let mut text = format!("customer_id,name{end}");
        for (n, name) in names.iter().enumerate() {
            let quoted = quote || name.contains([',', '"', '\n', '\r']);
            let name = if quoted { format!("\"{}\"", name.replace('"', "\"\"")) } else { name.clone() };
            text.push_str(&format!("{n},{name}{end}"));
        }
        for block in [1, 5, 1 << 18] {
            let mut ledger = Ledger::new();
            let options = ReadOptions::default().block_bytes(block);
            read_table(&mut ledger, Table::Customers, "customers.csv", text.as_bytes(), &options).unwrap();
            let read: Vec<String> = ledger.customers().map(|c| c.name().unwrap_or_default().to_owned()).collect();
            prop_assert_eq!(&read, &names);
        }
    }
}
