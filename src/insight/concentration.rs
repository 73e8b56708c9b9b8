//! Concentration: the whale curve, Gini and Herfindahl–Hirschman.

use crate::error::{Code, Error, Problem, Result};
use crate::money::Money;
use crate::parallel;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// The cumulative profit of accounts from the best to the worst, dormant and net-credit ones included.
///
/// It rises while net margin is positive, falls after, and ends at exactly the total. What lies between its peak and its
/// end is destroyed by accounts that lose money (Kaplan & Narayanan 2001).
///
/// ```
/// use portefeuille::{insight::WhaleCurve, money};
///
/// let curve = WhaleCurve::new(&[money("80"), money("40"), money("-20")]).unwrap();
/// assert_eq!(curve.points, [0.8, 1.2, 1.0]);
/// assert_eq!(curve.destroyed, money("20"));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WhaleCurve {
    /// Cumulative share of the base after each account, best first.
    pub points: Vec<f64>,
    /// The highest point.
    pub peak: f64,
    /// How many accounts it takes to get there.
    pub peak_accounts: usize,
    /// The peak in money: what the profitable accounts earn.
    pub peak_money: Money,
    /// Peak less total: what the accounts that lose money destroy.
    pub destroyed: Money,
    /// The total net margin.
    pub total: Money,
    /// What shares are of: the total, or what the profitable accounts earn when the total is not positive.
    pub base: Money,
    /// True when the total is not positive, so that shares are of what the profitable accounts earn.
    pub of_positive: bool,
    /// True when the total is under 5 % of what the profitable accounts earn: shares are then hard to read.
    pub small_total: bool,
    /// The share that the best fifth of the accounts (⌈n/5⌉) makes.
    pub best_fifth: f64,
}

impl WhaleCurve {
    /// The curve of some net margins, in any order. `None` when none of them is positive.
    pub fn new(net_margins: &[Money]) -> Option<Self> {
        Self::of(net_margins.to_vec())
    }

    /// The same of net margins that are not needed any more.
    pub(crate) fn of(mut sorted: Vec<Money>) -> Option<Self> {
        parallel::sort_unstable_by_key(&mut sorted, |margin| Reverse(*margin));
        let positive: i128 = sorted.iter().map(|m| i128::from(m.units().max(0))).sum();
        let total: i128 = sorted.iter().map(|m| i128::from(m.units())).sum();
        if positive <= 0 {
            return None;
        }
        let base = if total > 0 { total } else { positive };
        let mut cumulative = 0i128;
        let points: Vec<f64> = sorted
            .iter()
            .map(|m| {
                cumulative += i128::from(m.units());
                cumulative as f64 / base as f64
            })
            .collect();
        let fifth = sorted.len().div_ceil(5);
        let money = |units: i128| crate::money::narrow(units);
        Some(Self {
            peak: positive as f64 / base as f64,
            peak_accounts: sorted.iter().filter(|m| **m > Money::ZERO).count(),
            peak_money: money(positive)?,
            destroyed: money(positive - total)?,
            total: money(total)?,
            base: money(base)?,
            of_positive: total <= 0,
            small_total: total > 0 && total * 20 < positive,
            best_fifth: points.get(fifth - 1).copied()?,
            points,
        })
    }
}

/// The Gini coefficient: 0 when all are equal, near 1 when one has everything.
///
/// 2Σi·xᵢ/(nΣx) − (n+1)/n, xᵢ ascending. `Ok(None)` for no values or all zeros; negative values are refused, since the
/// coefficient then has no bounds.
///
/// ```
/// use portefeuille::{insight::gini, money};
///
/// let gini = gini(&[money("0"), money("0"), money("0"), money("1")])?;
/// assert_eq!(gini, Some(0.75));
/// # Ok::<(), portefeuille::Error>(())
/// ```
pub fn gini(values: &[Money]) -> Result<Option<f64>> {
    let mut sorted = values.to_vec();
    parallel::sort_unstable_by_key(&mut sorted, |amount| *amount);
    let total = checked_total("Gini coefficient", &sorted)?;
    if total == 0 {
        return Ok(None);
    }
    let n = sorted.len() as f64;
    let weighted: i128 = sorted.iter().zip(1i128..).map(|(m, i)| i * i128::from(m.units())).sum();
    Ok(Some(2.0 * weighted as f64 / (n * total as f64) - (n + 1.0) / n))
}

/// The Herfindahl–Hirschman index: the sum of squared shares, 1/n when all are equal, 1 for one alone.
///
/// `Ok(None)` for no values or all zeros; negative values are refused.
pub fn hhi(values: &[Money]) -> Result<Option<f64>> {
    let total = checked_total("Herfindahl-Hirschman index", values)?;
    if total == 0 {
        return Ok(None);
    }
    let mut sorted = values.to_vec();
    parallel::sort_unstable_by_key(&mut sorted, |amount| *amount);
    let share = |m: &Money| m.units() as f64 / total as f64;
    Ok(Some(sorted.iter().map(|m| share(m) * share(m)).sum()))
}

fn checked_total(what: &str, values: &[Money]) -> Result<i128> {
    match values.iter().filter(|m| m.is_negative()).min() {
        Some(negative) => Err(Error::new(
            Problem::new(Code::NoValue, format!("the {what} has no meaning with negative amounts"))
                .value(negative.to_string()),
        )),
        None => Ok(values.iter().map(|m| i128::from(m.units())).sum()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::money;

    fn near(a: f64, b: f64, tolerance: f64) -> bool {
        (a - b).abs() < tolerance
    }

    #[test]
    fn g3_the_whale_curve_of_the_spring_distribution_exercise() {
        let incomes = ["38720", "41856", "11545", "2012", "-3346"].map(money);
        let curve = WhaleCurve::new(&incomes).unwrap();
        assert_eq!(curve.total, money("90787"));
        for (point, expected) in curve.points.iter().zip([46.10, 88.75, 101.47, 103.69, 100.0]) {
            assert!(near(point * 100.0, expected, 0.005), "{point} {expected}");
        }
        assert_eq!((curve.peak_accounts, curve.destroyed), (4, money("3346")));
        assert_eq!(curve.best_fifth, curve.points[0]);
    }

    #[test]
    fn a_total_at_or_below_zero_is_said() {
        let curve = WhaleCurve::new(&[money("10"), money("-30")]).unwrap();
        assert!(curve.of_positive);
        assert_eq!(curve.points, [1.0, -2.0]);
        assert!(WhaleCurve::new(&[money("100"), money("-99")]).unwrap().small_total);
        assert_eq!(WhaleCurve::new(&[money("-1"), Money::ZERO]), None);
        assert_eq!(WhaleCurve::new(&[]), None);
    }

    #[test]
    fn g17_gini_and_hhi() {
        let one_to_five = [1, 2, 3, 4, 5].map(|n| Money::from_units(n * 10_000));
        assert!(near(gini(&one_to_five).unwrap().unwrap(), 0.266667, 1e-6));
        assert_eq!(gini(&[Money::ZERO, Money::ZERO, Money::ZERO, money("1")]).unwrap(), Some(0.75));
        let shares = ["40", "30", "20", "10"].map(money);
        assert!(near(hhi(&shares).unwrap().unwrap(), 0.30, 1e-12));
        assert_eq!(gini(&[Money::ZERO]).unwrap(), None);
        assert_eq!(hhi(&[]).unwrap(), None);
        assert_eq!(gini(&[money("-1")]).unwrap_err().code(), Code::NoValue);
        assert_eq!(hhi(&[money("-1")]).unwrap_err().code(), Code::NoValue);
    }
}
