//! The measured value of each component: exact integers until one last division.

use super::Component;
use crate::facts::{FactsView, Field, Figures};
use crate::money::{Money, SCALE};
use serde::{Deserialize, Serialize};

/// How growth is measured. All three need eight complete quarters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrowthMeasure {
    /// 2(R₁ − R₀)/(R₁ + R₀), R₁ the last four complete quarters and R₀ the four before, within ±2: it knows no
    /// season and no outlier dominates it. Missing when R₁ + R₀ ≤ 0.
    #[default]
    YearOnYear,
    /// The slope per year of quarterly net revenue by least squares, over its mean. Missing when the mean is ≤ 0.
    LeastSquares,
    /// The median of the pairwise slopes per year, over the mean; of an even number the mean of the middle two. It is
    /// 0 for most intermittent buyers. Missing when the mean is ≤ 0.
    TheilSen,
}

/// How the cost to serve is compared between accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CostMeasure {
    /// Cost to serve / net revenue.
    #[default]
    Ratio,
    /// The residual of ln(cost to serve) on ln(net revenue), by least squares over at least 20 active accounts: small
    /// accounts are dearer to serve in % by nature.
    Expected,
}

/// The line of expected cost: ln(cost) = intercept + slope · ln(net revenue).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ExpectedCost {
    /// The intercept.
    pub intercept: f64,
    /// The slope: under 1 when large accounts are cheaper to serve in %.
    pub slope: f64,
}

/// Accounts that the line of expected cost needs.
const EXPECTED_MIN: usize = 20;

/// Rounds to nine decimals, so that values that are equal in mathematics tie whatever the arithmetic. Never −0.
#[inline]
pub(crate) fn round9(value: f64) -> f64 {
    let scaled = value * 1e9;
    // Below 2⁵² the part after the point is exact, and no call is needed to round it half away from zero.
    let whole = if scaled.abs() < (1u64 << 52) as f64 {
        let whole = (scaled as i64) as f64;
        let part = scaled - whole;
        whole + f64::from(i8::from(part >= 0.5) - i8::from(part <= -0.5))
    } else {
        scaled.round()
    };
    whole / 1e9 + 0.0
}

/// One division of two exact integers, rounded to nine decimals.
#[inline]
pub(crate) fn ratio(numerator: i128, denominator: i128) -> Option<f64> {
    // Integers of 64 bits become the same floats, faster.
    let float = |integer: i128| i64::try_from(integer).map_or(integer as f64, |short| short as f64);
    (denominator != 0).then(|| round9(float(numerator) / float(denominator)))
}

/// A product, by one instruction where the second factor has 64 bits as well.
#[inline]
fn times(small: i64, large: i128) -> i128 {
    i64::try_from(large).map_or_else(|_| i128::from(small) * large, |large| i128::from(small) * i128::from(large))
}

/// Net revenue of the complete quarters of one account, empty ones included. It is filled again for each account.
#[derive(Clone, Debug, Default)]
pub(crate) struct Quarters {
    net: Vec<i128>,
    total: i128,
}

impl Quarters {
    /// Sets them to those of an account.
    pub(crate) fn fill(&mut self, view: &FactsView<'_>) {
        self.net.clear();
        self.net.resize(view.quarters(), 0);
        for (quarter, units) in view.period_quarters().iter().zip(view.by_period(Field::Invoiced)) {
            if let Some(quarter) = quarter {
                self.net[usize::from(*quarter)] += i128::from(*units);
            }
        }
        for (quarter, units) in view.period_quarters().iter().zip(view.by_period(Field::Credits)) {
            if let Some(quarter) = quarter {
                self.net[usize::from(*quarter)] -= i128::from(*units);
            }
        }
        for (period, credit) in view.event_credits() {
            if let Some(quarter) = view.period_quarters()[period] {
                self.net[usize::from(quarter)] -= credit;
            }
        }
        self.total = self.net.iter().sum();
    }

    /// Sets them to amounts, in 1/10,000.
    pub(crate) fn set(&mut self, quarters: impl Iterator<Item = i64>) {
        self.net.clear();
        self.net.extend(quarters.map(i128::from));
        self.total = self.net.iter().sum();
    }

    /// The amounts, in 1/10,000.
    pub(crate) fn amounts(&self) -> &[i128] {
        &self.net
    }

    #[cfg(test)]
    pub(crate) fn from_units(quarters: &[i64]) -> Self {
        let mut own = Self::default();
        own.set(quarters.iter().copied());
        own
    }

    /// Less the coefficient of variation.
    pub(crate) fn stability(&self) -> Option<f64> {
        let (n, total) = (self.net.len() as i128, self.total);
        if n < 4 || total <= 0 {
            return None;
        }
        let spread = match self.spread(n, total) {
            Some(exact) => exact as f64,
            // Amounts beyond any real portfolio: the exact integer would not fit, the float still says it well.
            None => {
                let n = n as f64;
                n * self.net.iter().map(|x| (*x as f64) * (*x as f64)).sum::<f64>() - (total as f64) * (total as f64)
            }
        };
        Some(round9(-spread.max(0.0).sqrt() / total as f64))
    }

    /// n·Σx² − (Σx)², when it fits.
    fn spread(&self, n: i128, total: i128) -> Option<i128> {
        // Below 2⁵⁰ a square is below 2¹⁰⁰, and nothing can leave 128 bits in the quarters of two centuries.
        let small = 1i128 << 50;
        if self.net.iter().all(|x| (-small..small).contains(x)) {
            let square = |x: &i128| i128::from(*x as i64) * i128::from(*x as i64);
            return Some(n * self.net.iter().map(square).sum::<i128>() - total * total);
        }
        let squares = self.net.iter().try_fold(0i128, |sum, x| sum.checked_add(x.checked_mul(*x)?));
        squares.and_then(|s| n.checked_mul(s)?.checked_sub(total.checked_mul(total)?))
    }

    pub(crate) fn growth(&self, measure: GrowthMeasure) -> Option<f64> {
        let n = self.net.len();
        if n < 8 {
            return None;
        }
        match measure {
            GrowthMeasure::YearOnYear => {
                let last: i128 = self.net[n - 4..].iter().sum();
                let before: i128 = self.net[n - 8..n - 4].iter().sum();
                let sum = last + before;
                (sum > 0).then(|| round9((2 * (last - before)) as f64 / sum as f64).clamp(-2.0, 2.0))
            }
            GrowthMeasure::LeastSquares => {
                let n = n as i128;
                let total = self.total;
                let weighted: i128 = self.net.iter().zip(0..).map(|(x, i)| times(i, *x)).sum();
                let (sum_i, sum_ii) = (n * (n - 1) / 2, (n - 1) * n * (2 * n - 1) / 6);
                let numerator = 4 * n * (n * weighted - sum_i * total);
                let denominator = (n * sum_ii - sum_i * sum_i) * total;
                (total > 0).then(|| ratio(numerator, denominator)).flatten()
            }
            GrowthMeasure::TheilSen => {
                let total = self.total;
                if total <= 0 {
                    return None;
                }
                let mut slopes = Vec::with_capacity(n * (n - 1) / 2);
                for (i, x) in self.net.iter().enumerate() {
                    slopes.extend(self.net[i + 1..].iter().zip(1i128..).map(|(y, gap)| (y - x) as f64 / gap as f64));
                }
                slopes.sort_unstable_by(f64::total_cmp);
                let median = super::quantile_sorted(&slopes, 0.5)?;
                Some(round9(4.0 * median * n as f64 / total as f64))
            }
        }
    }
}

/// What the components of one account are measured from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Measures {
    pub(crate) net_revenue: Money,
    pub(crate) gross_margin: Option<Money>,
    pub(crate) cost_to_serve: Money,
    pub(crate) stability: Option<f64>,
    pub(crate) growth: Option<f64>,
    pub(crate) potential: Option<Money>,
    pub(crate) friction: Option<f64>,
}

impl Measures {
    /// An amount as a number.
    pub(crate) fn money(amount: Money) -> f64 {
        amount.units() as f64 / SCALE as f64
    }

    /// The value of a component, or `None` when it cannot be measured for this account.
    pub(crate) fn value(
        &self,
        component: Component,
        figures: &Figures,
        expected: Option<&ExpectedCost>,
    ) -> Option<f64> {
        let revenue = i128::from(self.net_revenue.units());
        let per_order = |count: Option<i64>| ratio(count?.into(), figures.orders.into());
        match component {
            Component::GrossMargin => self.gross_margin.map(Self::money),
            Component::MarginRate => ratio(self.gross_margin?.units().into(), revenue),
            Component::Stability => self.stability,
            Component::Growth => self.growth,
            Component::Potential => self.potential.map(Self::money),
            Component::CostToServeRatio => match expected {
                Some(line) => line.residual(self.cost_to_serve, self.net_revenue),
                None => ratio(self.cost_to_serve.units().into(), revenue),
            },
            Component::SmallOrderShare => per_order(figures.small_orders),
            Component::RushShare => per_order(figures.rush_orders),
            Component::ReturnRate => per_order(Some(figures.returns)),
            Component::SupportIntensity => {
                let hours = figures.support_hours?.units().into();
                ratio(hours, i128::from(figures.orders) * i128::from(SCALE))
            }
            Component::Friction => self.friction,
            Component::DisruptionRate => per_order(figures.disruptions),
            Component::ClaimRate => match (figures.claims, figures.reworks) {
                (None, None) => None,
                (claims, reworks) => per_order(Some(claims.unwrap_or(0) + reworks.unwrap_or(0))),
            },
        }
    }
}

impl ExpectedCost {
    /// Fits the line over accounts with a cost and a revenue; `None` with fewer than 20, or all of one size.
    /// Amounts are in 1/10,000.
    pub(crate) fn fit(accounts: impl Iterator<Item = (f64, f64)>) -> Option<Self> {
        let points: Vec<(f64, f64)> = accounts.filter_map(|(cost, revenue)| Some((ln(revenue)?, ln(cost)?))).collect();
        let first = points.first()?.0;
        if points.len() < EXPECTED_MIN || points.iter().all(|p| p.0 == first) {
            return None;
        }
        let n = points.len() as f64;
        let mean_x = points.iter().map(|p| p.0).sum::<f64>() / n;
        let mean_y = points.iter().map(|p| p.1).sum::<f64>() / n;
        let covariance: f64 = points.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
        let variance: f64 = points.iter().map(|(x, _)| (x - mean_x) * (x - mean_x)).sum();
        let slope = covariance / variance;
        slope.is_finite().then_some(Self { intercept: mean_y - slope * mean_x, slope })
    }

    /// How much ln(cost) lies above what the revenue lets expect.
    pub fn residual(&self, cost: Money, revenue: Money) -> Option<f64> {
        self.residual_of(cost.units() as f64, revenue.units() as f64)
    }

    /// The same of amounts in 1/10,000, which need not be whole.
    pub(crate) fn residual_of(&self, cost: f64, revenue: f64) -> Option<f64> {
        Some(round9(ln(cost)? - self.intercept - self.slope * ln(revenue)?))
    }
}

/// The natural logarithm of a positive amount in 1/10,000, the same on every platform.
fn ln(amount: f64) -> Option<f64> {
    (amount > 0.0).then(|| libm::log(amount / SCALE as f64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Would break with a rounding that is not to the nearest, half away from zero.
        #[test]
        fn values_are_rounded_to_the_nearest_billionth(bits in any::<u64>(), halves in any::<i64>(), shift in 8u32..64) {
            let half = (halves >> shift) as f64 / 2.0;
            for value in [f64::from_bits(bits), half, half / 1e9, half * 1e-3, f64::from_bits((half / 1e9).to_bits() ^ 1)] {
                let plain = (value * 1e9).round() / 1e9 + 0.0;
                prop_assert_eq!(round9(value).to_bits(), plain.to_bits());
            }
        }
    }

    #[test]
    fn stability_is_less_the_coefficient_of_variation() {
        let quarters = Quarters::from_units(&[1, 2, 3, 4]);
        // Mean 2.5, population standard deviation √1.25.
        assert_eq!(quarters.stability(), Some(round9(-(1.25f64.sqrt()) / 2.5)));
        assert_eq!(Quarters::from_units(&[5, 5, 5, 5]).stability(), Some(0.0));
        assert_eq!(Quarters::from_units(&[5, 5, 5]).stability(), None);
        assert_eq!(Quarters::from_units(&[5, -5, 5, -5]).stability(), None);
    }

    #[test]
    fn growth_compares_the_last_four_quarters_with_the_four_before() {
        let quarters = Quarters::from_units(&[10, 10, 10, 10, 15, 15, 15, 15]);
        assert_eq!(quarters.growth(GrowthMeasure::YearOnYear), Some(0.4));
        let from_nothing = Quarters::from_units(&[0, 0, 0, 0, 1, 0, 0, 0]);
        assert_eq!(from_nothing.growth(GrowthMeasure::YearOnYear), Some(2.0));
        assert_eq!(Quarters::from_units(&[1; 7]).growth(GrowthMeasure::YearOnYear), None);
    }

    #[test]
    fn a_straight_line_grows_by_its_slope() {
        // 1, 2 … 8: slope 1 a quarter, 4 a year, mean 4.5.
        let quarters = Quarters::from_units(&[1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(quarters.growth(GrowthMeasure::LeastSquares), Some(round9(4.0 / 4.5)));
        assert_eq!(quarters.growth(GrowthMeasure::TheilSen), Some(round9(4.0 / 4.5)));
    }
}
