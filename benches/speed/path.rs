//! Records in memory into a portfolio, by size. The rate must not fall by more than 15 % from one size to the next.

use crate::support::{Records, Shape, items, model, size};
use divan::Bencher;

/// Orders and events. The largest size needs some gigabytes and minutes: it runs when `PORTEFEUILLE_BENCH_LARGE` is set.
fn sizes() -> Vec<usize> {
    let mut sizes = vec![1_000_000];
    if std::env::var_os("PORTEFEUILLE_BENCH_LARGE").is_some() {
        sizes.push(10_000_000);
    }
    sizes
}

#[divan::bench(args = sizes())]
fn records_to_portfolio(bencher: Bencher<'_, '_>, records: usize) {
    let model = model(Shape::Flat);
    let records = || Records::new(Shape::Flat, size(records));
    bencher
        .with_inputs(records)
        .input_counter(|records| items(records.count()))
        .bench_local_values(|records| model.analyze(&records.ledger()).unwrap());
}
