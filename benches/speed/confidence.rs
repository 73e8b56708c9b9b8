//! How sure labels are: draws over a portfolio that is there already.

use crate::support::{Records, Shape, items, model, size};
use divan::Bencher;
use portefeuille::segment::ConfidenceRules;

/// As many draws as by default, over a hundred thousand accounts: with and without their quarters drawn again.
#[divan::bench(args = [false, true])]
fn draws(bencher: Bencher<'_, '_>, bootstrap: bool) {
    let ledger = Records::new(Shape::Flat, size(1_000_000)).ledger();
    let portfolio = model(Shape::Flat).analyze(&ledger).unwrap();
    let rules = ConfidenceRules { bootstrap, ..ConfidenceRules::default() };
    let accounts = items(portfolio.len() * rules.draws as usize);
    bencher
        .with_inputs(|| (portfolio.clone(), rules.clone()))
        .counter(accounts)
        .bench_local_values(|(portfolio, rules)| portfolio.with_confidence(rules).unwrap());
}
