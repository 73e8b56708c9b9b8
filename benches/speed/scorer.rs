//! A fitted model scores one account. The goal is 2 µs.

use crate::support::{Records, Shape, model, size};
use divan::Bencher;
use portefeuille::FactTable;

/// Accounts of the portfolio that it was fitted on: below and above what it keeps exactly.
const ACCOUNTS: [usize; 2] = [1_000, 100_000];

#[divan::bench(args = ACCOUNTS)]
fn one_account(bencher: Bencher<'_, '_>, accounts: usize) {
    let ledger = Records::new(Shape::Flat, 10 * size(accounts)).ledger();
    let scorer = model(Shape::Flat).fit(&ledger).unwrap();
    let id = ledger.customers().next().unwrap().id().clone();
    let facts = FactTable::from_ledger(&ledger, scorer.spec().clone()).unwrap().facts(id).unwrap();
    bencher.bench_local(|| scorer.score(&facts).unwrap());
}
