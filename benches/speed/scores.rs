//! A ledger into a portfolio: facts, cost to serve, margins, scores, matrix, tiers.

use crate::support::{Records, Shape, items, model, size};
use divan::Bencher;

#[divan::bench(args = Shape::ALL)]
fn analyze(bencher: Bencher<'_, '_>, shape: Shape) {
    let records = Records::new(shape, size(200_000));
    let count = records.count();
    let (ledger, model) = (records.ledger(), model(shape));
    bencher.counter(items(count)).bench_local(|| model.analyze(&ledger).unwrap());
}
