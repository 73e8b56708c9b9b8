//! Computed ABC analysis: limits that follow from the shape of the curve.

use crate::money::Money;
use crate::parallel;
use crate::score::round9;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// A point of the ABC curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AbcPoint {
    /// The share of the accounts, the largest first: a hundredth.
    pub x: f64,
    /// The share of the measure that they make, at most 1.
    pub y: f64,
}

/// The computed ABC analysis of some measures.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ComputedAbc {
    /// The point nearest to (0, 1), all of the measure from none of the accounts; or the break-even point `b`, where that
    /// one comes first.
    pub a: AbcPoint,
    /// The break-even point, whose slope is nearest to 1: beyond it an account brings less than the mean; or the other
    /// one, where this one comes first.
    pub b: AbcPoint,
    /// The submarginal point, nearest to (x of `b`, 1).
    pub c: AbcPoint,
    /// The measure at the rank of `a`: A is above it.
    pub a_above: Money,
    /// The measure at the rank of `c`: C is below it.
    pub c_below: Money,
}

/// The grid of the curve: hundredths.
const STEPS: usize = 100;

/// Computed ABC analysis (Ultsch & Lötsch 2015): limits between A, B and C that follow from the measures and not from a
/// stated share.
///
/// The curve goes through (0, 0) and (i/n, share of the i largest), as a natural cubic spline read at 0, .01 … 1, where no
/// height is above 1. Its points `a`, `b` and `c` are those of [`ComputedAbc`], the first of equally near ones; heights,
/// slopes and squared distances are rounded to nine decimals first. A limit is the measure at rank x·n, rounded, half up,
/// and at least the first. Measures ≤ 0 add nothing and do not count in n. `None` when none is positive.
///
/// ```
/// use portefeuille::{money, segment::computed_abc};
///
/// let measures = ["1", "15", "25", "17", "2", "3", "5", "6", "2", "3", "22"].map(money);
/// let abc = computed_abc(&measures).unwrap();
/// assert_eq!((abc.a.x, abc.b.x, abc.c.x), (0.35, 0.37, 0.45));
/// assert_eq!((abc.a_above, abc.c_below), (money("15"), money("6"))); // 25, 22 and 17 are A, 15 and 6 are B
/// ```
pub fn computed_abc(measures: &[Money]) -> Option<ComputedAbc> {
    let mut sorted: Vec<Money> = measures.iter().copied().filter(|m| *m > Money::ZERO).collect();
    parallel::sort_unstable_by_key(&mut sorted, |measure| Reverse(*measure));
    if sorted.is_empty() {
        return None;
    }
    let grid = Curve::of(&sorted).grid();
    let point = |at: usize| AbcPoint { x: at as f64 / STEPS as f64, y: grid[at].0 };
    let nearest_to = |x: usize| {
        first_least((0..=STEPS).map(|at| {
            let (AbcPoint { x: across, y }, x) = (point(at), x as f64 / STEPS as f64);
            round9((across - x) * (across - x) + (1.0 - y) * (1.0 - y))
        }))
    };
    let (pareto, break_even) = (nearest_to(0), first_least(grid.iter().map(|(_, slope)| round9((slope - 1.0).abs()))));
    let (a, b) = (pareto.min(break_even), pareto.max(break_even));
    let c = nearest_to(b);
    let at_rank = |at: usize| {
        let rank = (at * sorted.len() * 2 + STEPS) / (STEPS * 2);
        sorted[rank.clamp(1, sorted.len()) - 1]
    };
    Some(ComputedAbc { a: point(a), b: point(b), c: point(c), a_above: at_rank(a), c_below: at_rank(c) })
}

/// The position of the least, the first of equal ones.
fn first_least(values: impl Iterator<Item = f64>) -> usize {
    let least = values.enumerate().reduce(|least, next| if next.1 < least.1 { next } else { least });
    least.map_or(0, |(at, _)| at)
}

/// A natural cubic spline through the cumulative shares of measures, the largest first. Knots are one account apart.
struct Curve {
    /// The share of the first so many measures.
    shares: Vec<f64>,
    /// The second derivative at each knot, a sixth of it.
    bends: Vec<f64>,
}

impl Curve {
    fn of(sorted: &[Money]) -> Self {
        let total: i128 = sorted.iter().map(|m| i128::from(m.units())).sum();
        let mut cumulative = 0i128;
        let mut shares = vec![0.0];
        shares.extend(sorted.iter().map(|m| {
            cumulative += i128::from(m.units());
            cumulative as f64 / total as f64
        }));
        // The second differences of the shares are differences of neighbours, which are exact.
        let second = |at: usize| {
            let (before, after) = (i128::from(sorted[at - 1].units()), i128::from(sorted[at].units()));
            (after - before) as f64 / total as f64
        };
        // bend of the knot before + 4 · bend + bend of the next = second difference, and 0 at both ends: elimination from
        // the first on, then back.
        let count = sorted.len();
        let (mut factors, mut bends) = (vec![0.0; count + 1], vec![0.0; count + 1]);
        for at in 1..count {
            let pivot = 4.0 - factors[at - 1];
            factors[at] = 1.0 / pivot;
            bends[at] = (second(at) - bends[at - 1]) / pivot;
        }
        for at in (1..count).rev() {
            bends[at] -= factors[at] * bends[at + 1];
        }
        Self { shares, bends }
    }

    /// The curve and its slope at each hundredth of the accounts.
    fn grid(&self) -> Vec<(f64, f64)> {
        (0..=STEPS).map(|at| self.at(at)).collect()
    }

    fn at(&self, step: usize) -> (f64, f64) {
        let count = self.shares.len() - 1;
        let knot = (step * count / STEPS).min(count - 1);
        let after = (step * count - knot * STEPS) as f64 / STEPS as f64;
        let before = 1.0 - after;
        let (from, to) = (self.shares[knot], self.shares[knot + 1]);
        let (bend_from, bend_to) = (self.bends[knot], self.bends[knot + 1]);
        let line = from * before + to * after;
        let height = line + (before * before - 1.0) * before * bend_from + (after * after - 1.0) * after * bend_to;
        let slope = to - from + (1.0 - 3.0 * before * before) * bend_from + (3.0 * after * after - 1.0) * bend_to;
        (round9(height.min(1.0)), round9(slope * count as f64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::money;

    const PAPER: [&str; 11] = ["1", "15", "25", "17", "2", "3", "5", "6", "2", "3", "22"];

    #[test]
    fn g9_the_three_points_of_computed_abc() {
        let abc = computed_abc(&PAPER.map(money)).unwrap();
        let four = |y: f64| (y * 1e4).round() / 1e4;
        assert_eq!((abc.a.x, four(abc.a.y)), (0.35, 0.7651));
        assert_eq!((abc.b.x, four(abc.b.y)), (0.37, 0.7891));
        assert_eq!((abc.c.x, four(abc.c.y)), (0.45, 0.8393));
        assert_eq!((abc.a_above, abc.c_below), (money("15"), money("6")));
    }

    /// Would break with a curve that losses pull down, or that counts them.
    #[test]
    fn measures_at_or_below_zero_change_nothing() {
        let plain = computed_abc(&PAPER.map(money));
        let more: Vec<Money> = PAPER.iter().chain(&["0", "-7", "-1000"]).rev().map(|m| money(m)).collect();
        assert_eq!(computed_abc(&more), plain);
        assert_eq!(computed_abc(&[money("0"), money("-1")]), None);
    }

    #[test]
    fn one_measure_and_equal_ones_lie_on_a_line() {
        for count in [1, 2, 7] {
            let abc = computed_abc(&vec![money("3"); count]).unwrap();
            assert_eq!((abc.a_above, abc.c_below), (money("3"), money("3")));
            assert!((abc.b.x - abc.b.y).abs() < 1e-12);
        }
    }
}
