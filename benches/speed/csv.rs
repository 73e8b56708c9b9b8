//! Text into checked records.

use crate::support::{Records, Shape, size};
use divan::Bencher;
use divan::counter::BytesCount;
use portefeuille::io::{ReadOptions, read_table};
use portefeuille::{Ledger, Table};
use std::fmt::Write;

/// How the text is written.
const QUOTED: [bool; 2] = [false, true];

fn orders(quoted: bool) -> String {
    let quote = if quoted { "\"" } else { "" };
    let mut text = "order_id,customer_id,ordered_on,revenue,cost_of_goods,rush\n".to_owned();
    for order in Records::new(Shape::Flat, size(500_000)).orders {
        let (id, customer, day) = (&order.order_id, &order.customer_id, order.ordered_on);
        let (revenue, cost, rush) = (order.revenue.unwrap(), order.cost_of_goods.unwrap(), order.rush.unwrap());
        writeln!(text, "{id},{quote}{customer}{quote},{day},{quote}{revenue}{quote},{cost},{rush}").unwrap();
    }
    text
}

#[divan::bench(args = QUOTED)]
fn orders_quoted(bencher: Bencher<'_, '_>, quoted: bool) {
    let text = orders(quoted);
    let customers = Records::new(Shape::Flat, size(500_000)).customers;
    let ledger = || {
        let mut ledger = Ledger::new();
        ledger.add_customers(customers.iter().cloned()).unwrap();
        ledger
    };
    bencher.counter(BytesCount::of_str(&text)).with_inputs(ledger).bench_local_values(|mut ledger| {
        read_table(&mut ledger, Table::Orders, "orders.csv", text.as_bytes(), &ReadOptions::default()).unwrap();
        ledger
    });
}
