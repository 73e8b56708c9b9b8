//! Mid-ranks and tiers of many accounts, with and without ties.

use crate::support::{Rng, items, size};
use divan::Bencher;
use portefeuille::Money;
use portefeuille::score::spearman;
use portefeuille::segment::{TierCut, TierRules, natural_breaks, tiers};

/// Distinct values among a million: nearly all, few, one.
const DISTINCT: [usize; 3] = [1_000_000_000, 100, 1];

fn amounts(distinct: usize) -> Vec<i64> {
    let mut rng = Rng(11);
    (0..size(1_000_000)).map(|_| 1 + (rng.below(1_000_000_000) % distinct) as i64).collect()
}

/// Two rankings, and what they have in common.
#[divan::bench(args = DISTINCT)]
fn mid_ranks(bencher: Bencher<'_, '_>, distinct: usize) {
    let x: Vec<f64> = amounts(distinct).into_iter().map(|a| a as f64).collect();
    let y: Vec<f64> = x.iter().rev().copied().collect();
    bencher.counter(items(2 * x.len())).bench_local(|| spearman(&x, &y));
}

#[divan::bench(args = DISTINCT)]
fn tiers_by_share(bencher: Bencher<'_, '_>, distinct: usize) {
    let measures: Vec<Money> = amounts(distinct).into_iter().map(Money::from_units).collect();
    bencher.counter(items(measures.len())).bench_local(|| tiers(&measures, &TierRules::default()));
}

/// Three classes of floats: the cost grows with the distinct values, not with the ties.
#[divan::bench(args = DISTINCT)]
fn three_natural_classes(bencher: Bencher<'_, '_>, distinct: usize) {
    let values: Vec<f64> = amounts(distinct).into_iter().map(|a| a as f64).collect();
    bencher.counter(items(values.len())).bench_local(|| natural_breaks(&values, 3));
}

#[divan::bench(args = DISTINCT)]
fn tiers_by_curve(bencher: Bencher<'_, '_>, distinct: usize) {
    let measures: Vec<Money> = amounts(distinct).into_iter().map(Money::from_units).collect();
    let rules = TierRules { a: TierCut::Computed, b: TierCut::Computed, ..TierRules::default() };
    bencher.counter(items(measures.len())).bench_local(|| tiers(&measures, &rules));
}
