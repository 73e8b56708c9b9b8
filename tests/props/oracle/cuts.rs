//! Natural breaks and computed ABC as their definitions say: all ways to cut are tried, and all numbers are fractions.

use super::numbers::{fraction, nine};
use num_rational::BigRational;
use num_traits::{ToPrimitive, Zero};

/// The squared deviations from their mean.
fn within(values: &[i128]) -> BigRational {
    let mean = fraction(values.iter().sum(), values.len() as i128);
    values.iter().map(|v| (fraction(*v, 1) - &mean).pow(2)).sum()
}

/// The smallest value of each class of the best way to cut sorted values into some classes, and what it leaves within them.
/// Of equally good ways the one with the lowest cuts, the highest deciding first.
fn best(sorted: &[i128], classes: usize) -> Option<(BigRational, Vec<i128>)> {
    if classes == 1 {
        return Some((within(sorted), vec![*sorted.first()?]));
    }
    let mut found: Option<(BigRational, Vec<i128>)> = None;
    for at in (1..sorted.len()).filter(|at| sorted[at - 1] < sorted[*at]) {
        let Some((left, mut smallest)) = best(&sorted[..at], classes - 1) else { continue };
        let left = left + within(&sorted[at..]);
        smallest.push(sorted[at]);
        if found.as_ref().is_none_or(|(least, _)| left < *least) {
            found = Some((left, smallest));
        }
    }
    found
}

/// The smallest value of each natural class, the lowest first.
pub(crate) fn natural_floors(values: &[i128], classes: usize) -> Vec<i128> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let mut distinct = sorted.clone();
    distinct.dedup();
    let classes = classes.min(distinct.len());
    if classes == 0 { Vec::new() } else { best(&sorted, classes).unwrap().1 }
}

/// What is above the first limit of the computed ABC analysis is A, what is below the second is C.
pub(crate) fn computed_limits(measures: &[i128]) -> Option<(i128, i128)> {
    let mut sorted: Vec<i128> = measures.iter().copied().filter(|m| *m > 0).collect();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    let count = sorted.len();
    if count == 0 {
        return None;
    }
    let total: i128 = sorted.iter().sum();
    let shares: Vec<BigRational> = (0..=count).map(|n| fraction(sorted[..n].iter().sum(), total)).collect();
    let bends = second_derivatives(&shares);
    let curve: Vec<(f64, f64)> = (0..=100).map(|step| read(&shares, &bends, step)).collect();
    let first_least = |distance: &dyn Fn(usize) -> f64| {
        let distances: Vec<f64> = (0..=100).map(|at| nine(distance(at))).collect();
        let least = distances.iter().copied().fold(f64::INFINITY, f64::min);
        distances.iter().position(|d| *d == least).unwrap()
    };
    let from = |x: usize, at: usize| {
        let (across, up) = ((at as f64 - x as f64) / 100.0, 1.0 - curve[at].0);
        across * across + up * up
    };
    let pareto = first_least(&|at| from(0, at));
    let even = first_least(&|at| (curve[at].1 - 1.0).abs());
    let (a, b) = (pareto.min(even), pareto.max(even));
    let c = first_least(&|at| from(b, at));
    let at_rank = |at: usize| {
        let rank = (fraction((at * count) as i128, 100) + fraction(1, 2)).floor().to_integer().to_usize().unwrap();
        sorted[rank.max(1) - 1]
    };
    Some((at_rank(a), at_rank(c)))
}

/// The second derivatives of the natural spline at knots that are 1 apart: 0 at both ends, and m₋ + 4m + m₊ = six times the
/// second difference between, by Gauss's elimination.
fn second_derivatives(y: &[BigRational]) -> Vec<BigRational> {
    let n = y.len() - 1;
    let zero = BigRational::zero();
    let mut rows: Vec<Vec<BigRational>> = (0..=n)
        .map(|i| {
            let mut row = vec![zero.clone(); n + 2];
            if i == 0 || i == n {
                row[i] = fraction(1, 1);
            } else {
                row[i - 1] = fraction(1, 1);
                row[i] = fraction(4, 1);
                row[i + 1] = fraction(1, 1);
                row[n + 1] = (&y[i + 1] - &y[i] - &y[i] + &y[i - 1]) * fraction(6, 1);
            }
            row
        })
        .collect();
    for column in 0..=n {
        for below in column + 1..=n {
            if rows[below][column].is_zero() {
                continue;
            }
            let factor = &rows[below][column] / &rows[column][column];
            let pivot = rows[column].clone();
            for (own, above) in rows[below].iter_mut().zip(&pivot) {
                *own -= above * &factor;
            }
        }
    }
    let mut solved = vec![zero; n + 1];
    for row in (0..=n).rev() {
        let known: BigRational = (row + 1..=n).map(|at| &rows[row][at] * &solved[at]).sum();
        solved[row] = (&rows[row][n + 1] - known) / &rows[row][row];
    }
    solved
}

/// Height, at most 1, and slope of the spline at so many hundredths of the accounts.
fn read(y: &[BigRational], m: &[BigRational], step: usize) -> (f64, f64) {
    let n = y.len() - 1;
    let t = fraction((step * n) as i128, 100);
    let j = t.floor().to_integer().to_usize().unwrap().min(n - 1);
    let u = t - fraction(j as i128, 1);
    let sixth = fraction(1, 6);
    let b = &y[j + 1] - &y[j] - (&m[j] * fraction(2, 1) + &m[j + 1]) * &sixth;
    let (c, d) = (&m[j] * fraction(1, 2), (&m[j + 1] - &m[j]) * &sixth);
    let height = &y[j] + &u * (&b + &u * (&c + &u * &d));
    let slope = &b + &u * (&c * fraction(2, 1) + &u * &d * fraction(3, 1));
    let slope = slope * fraction(n as i128, 1);
    (nine(height.to_f64().unwrap().min(1.0)), nine(slope.to_f64().unwrap()))
}
