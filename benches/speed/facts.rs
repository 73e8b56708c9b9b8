//! Records of a ledger into facts.

use crate::support::{Records, Shape, items, model, size};
use divan::Bencher;
use portefeuille::{FactTable, date};

#[divan::bench(args = Shape::ALL)]
fn from_ledger(bencher: Bencher<'_, '_>, shape: Shape) {
    let records = Records::new(shape, size(200_000));
    let count = records.count();
    let ledger = records.ledger();
    let spec = model(shape).fact_spec(date(2025, 12, 31));
    bencher.counter(items(count)).bench_local(|| FactTable::from_ledger(&ledger, spec.clone()).unwrap());
}
