//! Blocks read into columns against the same blocks posted record by record.

use super::*;
use crate::io::csv::Blocks;
use crate::ledger::Ledger;
use crate::{Customer, Order, date};
use proptest::prelude::*;

/// A ledger with ten customers and twenty orders.
fn ledger() -> Ledger {
    let mut ledger = Ledger::new();
    ledger.add_customers((0u64..10).map(Customer::new)).unwrap();
    ledger.add_orders((0u64..20).map(|id| Order::new(id, id % 10, date(2020, 1, 1), Default::default()))).unwrap();
    ledger.ready_for(Table::OrderLines);
    ledger
}

/// The blocks of a file, and the ledger that knows its header.
fn blocks(table: Table, text: &str, ledger: &mut Ledger) -> Vec<Block> {
    let (options, mut found) = (ReadOptions::default(), Vec::new());
    let reader = Box::new(std::io::Cursor::new(text.to_owned().into_bytes()));
    let Ok(mut blocks) = Blocks::open(reader, "file", table, &options, ledger) else { return found };
    while let Ok(Some(block)) = blocks.next() {
        found.push(block.ready());
    }
    found
}

const LINES: &str = "order_id,product_family,quantity,revenue,cost_of_goods,discount";

fn odd_or(plain: &'static str, odd: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop_oneof![
        60 => proptest::string::string_regex(plain).unwrap(),
        1 => proptest::sample::select(odd).prop_map(str::to_owned)
    ]
}

/// A record of lines, mostly plain.
fn record() -> impl Strategy<Value = String> {
    const NUMBERS: &[&str] =
        &["+1", "1.", ".5", "1e3", "", " 7", "\"7\"", "12345678901234567", "-0.00", "1.23456", "x\0"];
    const IDS: &[&str] = &["007", "", " 3", "+3", "99", "\"4\"", "9999999999999999999", "é"];
    const WORDS: &[&str] = &["", "\"a, b\"", "\"a \"\"b\"\"\"", " a", "é", "a\tb", "a\"b", "product_family"];
    let amount = || odd_or("[0-9]{1,6}(\\.[0-9]{1,4})?", NUMBERS);
    let order = odd_or("1?[0-9]", IDS);
    let ends = prop_oneof![40 => Just("\n"), 1 => Just("\r\n"), 1 => Just(",\n"), 1 => Just("\n\n"), 1 => Just("\r")];
    (order, odd_or("[a-c]{1,3}", WORDS), amount(), amount(), amount(), amount(), ends)
        .prop_map(|(order, family, q, r, c, d, end)| format!("{order},{family},{q},{r},{c},{d}{end}"))
}

proptest! {
    /// Would break with a record of a plain block that posting reads otherwise, or has a word to say about.
    #[test]
    fn plain_blocks_hold_what_posting_finds(records in prop::collection::vec(record(), 1..8)) {
        let text = format!("{LINES}\n{}", records.concat());
        let mut ledger = ledger();
        for block in blocks(Table::OrderLines, &text, &mut ledger) {
            let options = ReadOptions::default();
            let Some((columns, lines)) = block.plain_lines(&options) else { continue };
            let known = columns.orders.iter().all(|id| *id < 20);
            let Some(columns) = columns.check().filter(|_| known) else { continue };
            let before = ledger.quality().counts().clone();
            let told = block.post(&mut ledger, &options).unwrap();
            prop_assert_eq!(ledger.quality().failures(), 0);
            prop_assert_eq!(ledger.quality().counts(), &before);
            prop_assert_eq!(format!("{:?}", told.lines), format!("{lines:?}"));
            let mut counted = crate::ledger::Quality::default();
            columns.count_read(&mut counted);
            prop_assert_eq!(counted.read(Table::OrderLines), ledger.quality().read(Table::OrderLines));
            let posted: Vec<_> = ledger.settled_lines(0..ledger.line_slots()).collect();
            prop_assert_eq!(posted.len(), columns.len());
            for (row, line) in posted.iter().enumerate() {
                let (revenue, cost) = columns.amounts(row);
                prop_assert_eq!((line.revenue.units(), line.cost_of_goods.map(|cost| cost.units())), (revenue, cost));
            }
        }
    }
}

#[test]
fn most_exports_are_plain() {
    let options = ReadOptions::default();
    for text in
        ["1,a,1,2.5,1,0\n2,b,,2,,\n", "\"1\",\"a, b\",\"1\",\"2.50\",\"1\",\"\"\n", "1,a,1,2.5,1,0\r\n2,b,1,-2,0,1\r\n"]
    {
        let end = if text.contains('\r') { "\r\n" } else { "\n" };
        let found = blocks(Table::OrderLines, &format!("{LINES}{end}{text}"), &mut ledger());
        assert!(found[0].plain_lines(&options).and_then(|(lines, _)| lines.check()).is_some(), "{text}");
    }
    let orders = "order_id;customer_id;ordered_on;revenue;rush;channel;more\n21;3;2025-01-31;12.5;true;web;x y\n";
    let mut own = ledger();
    let found = blocks(Table::Orders, orders, &mut own);
    let (orders, _) = found[0].plain_orders(&options).unwrap();
    assert!(orders.check(&own).is_some());
    assert_eq!((orders.ids, orders.revenue, orders.rush), (vec![21], vec![125_000], vec![Some(true)]));
    let events = "customer_id,occurred_on,kind,quantity,cost,order_id,note\n3,2025-02-01,return,,,7,\"so, so\"\n";
    let found = blocks(Table::ServiceEvents, events, &mut own);
    let (events, _) = found[0].plain_events(&options).unwrap();
    assert_eq!((events.customers, events.quantity, events.orders), (vec![3], vec![10_000], vec![7]));
}
