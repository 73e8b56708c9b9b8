//! Monotonic trends: Mann–Kendall, its seasonal form, and Theil–Sen slopes. All pairs of a season are compared: they are for
//! series of quarters, not for millions of values.

use crate::score::quantile_sorted;
use serde::{Deserialize, Serialize};

/// A test for a monotonic trend. It asks whether later values tend to lie above earlier ones, whatever the shape, and no
/// outlier weighs more than any other value.
///
/// Source: Mann 1945, Kendall 1975; for seasons Hirsch, Slack & Smith 1982.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct KendallTest {
    /// Pairs in which the later value is larger, less those in which it is smaller.
    pub s: i64,
    /// The variance of `s` without a trend, ties taken into account; 0 when all values are equal.
    pub variance: f64,
    /// (s ∓ 1) / √variance, a step towards 0: the continuity correction. 0 when `s` or the variance is 0.
    pub z: f64,
    /// The two-sided p-value of `z` by the normal distribution.
    pub p: f64,
}

/// Where a series goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Up.
    Rising,
    /// Down.
    Falling,
    /// Neither, as far as the test can tell.
    Stable,
}

impl KendallTest {
    fn of(s: i64, variance: f64) -> Self {
        let z = if s == 0 || variance <= 0.0 { 0.0 } else { (s - s.signum()) as f64 / variance.sqrt() };
        Self { s, variance, z, p: libm::erfc(z.abs() / std::f64::consts::SQRT_2) }
    }

    /// The direction, when p is below a level such as .05: the sign of `s`.
    pub fn direction(&self, level: f64) -> Direction {
        match self.s.signum() {
            1 if self.p < level => Direction::Rising,
            -1 if self.p < level => Direction::Falling,
            _ => Direction::Stable,
        }
    }
}

/// The Mann–Kendall test of values in order of time: S with the variance
/// (n(n−1)(2n+5) − Σt(t−1)(2t+5)) / 18 over groups of t equal values. The normal distribution is a fair guide from about
/// eight values on. `None` with fewer than two values, or when one is no finite number.
///
/// ```
/// use portefeuille::insight::{Direction, mann_kendall};
///
/// let test = mann_kendall(&[5.0, 5.0, 4.0, 6.0, 7.0, 7.0, 9.0, 8.0]).unwrap();
/// assert_eq!((test.s, test.direction(0.05)), (20, Direction::Rising));
/// ```
pub fn mann_kendall(values: &[f64]) -> Option<KendallTest> {
    seasonal_kendall(values, 1)
}

/// The seasonal Kendall test: each season is compared with itself alone, S and its variance summed over the seasons, so that
/// a steady season is no trend. The first value is of the first season; `period` seasons make a year. `None` without a
/// period, when no season has two values, or when one is no finite number.
pub fn seasonal_kendall(values: &[f64], period: usize) -> Option<KendallTest> {
    if !can_compare(values, period) {
        return None;
    }
    let (mut s, mut variance) = (0, 0.0);
    for season in 0..period {
        let own: Vec<f64> = values.iter().copied().skip(season).step_by(period).collect();
        s += concordance(&own);
        variance += variance_of(own);
    }
    Some(KendallTest::of(s, variance))
}

/// Whether there are seasons, one of them has two values, and all are finite numbers.
fn can_compare(values: &[f64], period: usize) -> bool {
    period > 0 && values.len() > period && values.iter().all(|value| value.is_finite())
}

/// Pairs in which the later value is larger, less those in which it is smaller.
fn concordance(values: &[f64]) -> i64 {
    let of = |(at, first): (usize, &f64)| {
        let later = &values[at + 1..];
        later.iter().map(|later| i64::from(later > first) - i64::from(later < first)).sum::<i64>()
    };
    values.iter().enumerate().map(of).sum()
}

fn variance_of(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let term = |n: usize| {
        let n = n as f64;
        n * (n - 1.0) * (2.0 * n + 5.0)
    };
    let ties: f64 = values.chunk_by(|a, b| a == b).map(|group| term(group.len())).sum();
    (term(values.len()) - ties) / 18.0
}

/// A line by Theil and Sen: robust against up to 29 % of wild values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TheilSen {
    /// The median of the slopes between all pairs of values, per step.
    pub slope: f64,
    /// The median value less the slope times the median position, positions counted from 0.
    pub intercept: f64,
}

/// The Theil–Sen line of values at the positions 0, 1, 2 … `None` with fewer than two values, or when one is no finite number.
pub fn theil_sen(values: &[f64]) -> Option<TheilSen> {
    let slope = seasonal_slope(values, 1)?;
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let middle = (values.len() - 1) as f64 / 2.0;
    Some(TheilSen { slope, intercept: quantile_sorted(&sorted, 0.5)? - slope * middle })
}

/// Sen's slope by season: the median over all pairs of values of the same season of their difference by the years between
/// them. With a period of 1 it is the slope per step. `None` as for [`seasonal_kendall`].
pub fn seasonal_slope(values: &[f64], period: usize) -> Option<f64> {
    if !can_compare(values, period) {
        return None;
    }
    let mut slopes = Vec::new();
    for (at, first) in values.iter().enumerate() {
        let later = values.iter().skip(at + period).step_by(period).zip(1u32..);
        slopes.extend(later.map(|(later, years)| (later - first) / f64::from(years)));
    }
    slopes.sort_unstable_by(f64::total_cmp);
    quantile_sorted(&slopes, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(found: f64, expected: f64) -> bool {
        (found - expected).abs() <= 1e-12 * expected.abs().max(1.0)
    }

    /// Values of pymannkendall and scipy (`scripts/reference_trends.py`).
    #[test]
    fn g16_mann_kendall_with_ties_and_theil_sen() {
        let values = [5.0, 5.0, 4.0, 6.0, 7.0, 7.0, 9.0, 8.0];
        let test = mann_kendall(&values).unwrap();
        assert_eq!(test.s, 20);
        assert!(near(test.variance, 63.333_333_333_333_336) && near(test.z, 2.387_467_277_262_664_4), "{test:?}");
        assert!(near(test.p, 0.016_964_912_953_587_152), "{test:?}");
        assert_eq!(theil_sen(&values), Some(TheilSen { slope: 0.5, intercept: 4.75 }));
    }

    #[test]
    fn g26_seasonal_kendall_sees_what_the_plain_test_does_not() {
        let values = [10.0, 20.0, 5.0, 8.0, 12.0, 22.0, 6.0, 9.0, 14.0, 25.0, 7.0, 9.0, 15.0, 26.0];
        let test = seasonal_kendall(&values, 4).unwrap();
        assert_eq!(test.s, 17);
        assert!(near(test.variance, 23.666_666_666_666_668) && near(test.z, 3.288_905_807_172_152), "{test:?}");
        assert!((test.p - 0.001_005_776_771_655_586_5).abs() < 1e-14, "{test:?}");
        assert!(near(seasonal_slope(&values, 4).unwrap(), 19.0 / 12.0));
        assert_eq!(mann_kendall(&values).unwrap().direction(0.05), Direction::Stable);
    }

    #[test]
    fn what_cannot_be_tested_has_no_test() {
        assert_eq!(mann_kendall(&[1.0]), None);
        assert_eq!(mann_kendall(&[1.0, f64::NAN, 2.0]), None);
        assert_eq!(theil_sen(&[f64::INFINITY, f64::INFINITY]), None);
        assert_eq!(seasonal_kendall(&[1.0, 2.0, 3.0, 4.0], 4), None);
        assert_eq!(seasonal_kendall(&[1.0, 2.0], 0), None);
        let equal = mann_kendall(&[3.0; 9]).unwrap();
        assert_eq!((equal.s, equal.variance, equal.z, equal.p), (0, 0.0, 0.0, 1.0));
        assert_eq!(theil_sen(&[1.0]), None);
    }

    proptest! {
        /// Against all pairs and a count of ties by hand.
        #[test]
        fn seasons_are_tests_of_their_own_added_up(values in prop::collection::vec(-9i32..9, 5..40), period in 1usize..5) {
            let values: Vec<f64> = values.into_iter().map(f64::from).collect();
            let test = seasonal_kendall(&values, period).unwrap();
            let (mut s, mut ties) = (0i64, 0.0);
            for i in 0..values.len() {
                for j in i + 1..values.len() {
                    if (j - i) % period == 0 {
                        s += (values[j] - values[i]).signum() as i64 * i64::from(values[j] != values[i]);
                    }
                }
            }
            for season in 0..period {
                let own: Vec<f64> = values.iter().copied().skip(season).step_by(period).collect();
                let n = own.len() as f64;
                ties += n * (n - 1.0) * (2.0 * n + 5.0);
                for value in -9..9 {
                    let t = own.iter().filter(|v| **v == f64::from(value)).count() as f64;
                    ties -= t * (t - 1.0) * (2.0 * t + 5.0);
                }
            }
            prop_assert_eq!(test.s, s);
            prop_assert!((test.variance - ties / 18.0).abs() < 1e-9);
            let reversed: Vec<f64> = values.iter().rev().copied().collect();
            if values.len().is_multiple_of(period) {
                prop_assert_eq!(seasonal_kendall(&reversed, period).unwrap().s, -s);
            }
        }
    }
}
