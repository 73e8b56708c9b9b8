//! Tiers A, B and C.

use crate::margin::Cascade;
use crate::money::{Money, Rate};
use crate::parallel;
use crate::score::quantile_sorted;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::fmt;

/// A tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Tier {
    /// The few that make most of the measure.
    A,
    /// The next.
    B,
    /// The others.
    C,
}

impl Tier {
    /// The three tiers.
    pub const ALL: [Self; 3] = [Self::A, Self::B, Self::C];

    /// The letter.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
        }
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What tiers are made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TierMeasure {
    /// Gross margin: what the account brings before it is served.
    #[default]
    GrossMargin,
    /// Net revenue.
    Revenue,
    /// Net margin, after cost to serve.
    NetMargin,
}

impl TierMeasure {
    /// The measure of an account, where it is known.
    pub(crate) fn of(self, cascade: &Cascade) -> Option<Money> {
        match self {
            Self::GrossMargin => cascade.gross_margin,
            Self::Revenue => Some(cascade.net_revenue),
            Self::NetMargin => cascade.net_margin,
        }
    }
}

/// The account that crosses a limit: 80 % is reached within it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Crossing {
    /// It belongs to the higher tier: the share of those before it is under the limit.
    #[default]
    In,
    /// It belongs to the lower tier: only accounts wholly within the limit are in.
    Out,
}

/// Where a tier ends.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TierCut {
    /// A share of the positive total (Pareto).
    Share(Rate),
    /// At least this amount.
    Money(Money),
    /// At least this quantile of the active accounts' measures (type 7).
    Quantile(f64),
}

/// How tiers are cut. Both cuts are of one sort.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TierRules {
    /// What tiers are made of.
    pub measure: TierMeasure,
    /// Where A ends.
    pub a: TierCut,
    /// Where B ends.
    pub b: TierCut,
    /// On which side the account that crosses a Pareto limit falls.
    pub crossing: Crossing,
}

impl Default for TierRules {
    /// A up to 80 % and B up to 95 % of gross margin, the crossing account in.
    fn default() -> Self {
        Self {
            measure: TierMeasure::GrossMargin,
            a: TierCut::Share(Rate::from_units(800_000_000)),
            b: TierCut::Share(Rate::from_units(950_000_000)),
            crossing: Crossing::In,
        }
    }
}

/// The limits that a portfolio gave: the smallest measure of A and of B.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TierLimits {
    /// The smallest measure in A, if any is.
    pub a: Option<Money>,
    /// The smallest measure in A or B, if any is.
    pub b: Option<Money>,
}

impl TierLimits {
    /// The tier of a measure by these limits.
    pub fn tier(&self, measure: Money) -> Tier {
        if measure <= Money::ZERO {
            Tier::C
        } else if self.a.is_some_and(|a| measure >= a) {
            Tier::A
        } else if self.b.is_some_and(|b| measure >= b) {
            Tier::B
        } else {
            Tier::C
        }
    }
}

/// The tier of each measure, and the limits. Order the measures by id: equal ones are taken in this order.
///
/// With Pareto shares: by the measure descending, an account is A while the share of those before it is under `a`, B
/// while it is under `b`, else C, compared exactly. A measure ≤ 0 is C and adds nothing; shares are of the positive
/// total.
///
/// ```
/// use portefeuille::segment::{Tier, TierRules, tiers};
/// use portefeuille::money;
///
/// let (found, _) = tiers(&[money("70"), money("20"), money("10"), money("-5")], &TierRules::default());
/// assert_eq!(found, [Tier::A, Tier::A, Tier::B, Tier::C]);
/// ```
pub fn tiers(measures: &[Money], rules: &TierRules) -> (Vec<Tier>, TierLimits) {
    let found = match (rules.a, rules.b) {
        (TierCut::Share(a), TierCut::Share(b)) => by_share(measures, a, b, rules.crossing),
        (a, b) => {
            let (a, b) = (floor(measures, a), floor(measures, b));
            let limits = TierLimits { a, b };
            measures.iter().map(|m| limits.tier(*m)).collect()
        }
    };
    let smallest = |worst: Tier| measures.iter().zip(&found).filter(|(_, t)| **t <= worst).map(|(m, _)| *m).min();
    let limits = TierLimits { a: smallest(Tier::A), b: smallest(Tier::B) };
    (found, limits)
}

/// The smallest measure that a cut lets in.
fn floor(measures: &[Money], cut: TierCut) -> Option<Money> {
    match cut {
        TierCut::Money(money) => Some(money),
        TierCut::Quantile(p) => {
            let mut sorted: Vec<f64> = measures.iter().map(|m| m.units() as f64).collect();
            sorted.sort_unstable_by(f64::total_cmp);
            quantile_sorted(&sorted, p).map(|units| Money::from_units(units.ceil() as i64))
        }
        // Cuts of two sorts are refused with the model.
        TierCut::Share(_) => None,
    }
}

fn by_share(measures: &[Money], a: Rate, b: Rate, crossing: Crossing) -> Vec<Tier> {
    // A measure at or below 0 is C. The largest first, of equal ones in the order given.
    let positive = measures.iter().zip(0u32..).filter(|(measure, _)| **measure > Money::ZERO);
    let mut order: Vec<(Reverse<Money>, u32)> = positive.map(|(measure, at)| (Reverse(*measure), at)).collect();
    parallel::sort_unstable_by_key(&mut order, |entry| *entry);
    let total: i128 = order.iter().map(|(measure, _)| i128::from(measure.0.units())).sum();
    let mut found = vec![Tier::C; measures.len()];
    let mut before = 0i128;
    for (measure, at) in order {
        let own = i128::from(measure.0.units());
        let scale = i128::from(Rate::SCALE);
        let within = |limit: Rate| {
            let limit = i128::from(limit.units()) * total;
            match crossing {
                Crossing::In => before * scale < limit,
                Crossing::Out => (before + own) * scale <= limit,
            }
        };
        found[at as usize] = if within(a) {
            Tier::A
        } else if within(b) {
            Tier::B
        } else {
            Tier::C
        };
        before += own;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::money;

    fn monies(values: &[i64]) -> Vec<Money> {
        values.iter().map(|v| Money::from_units(v * 10_000)).collect()
    }

    #[test]
    fn g23_the_account_that_crosses_80_percent_is_in_a() {
        let measures = monies(&[9000, 8125, 900, 900, 800, 600, 500, 375, 200, 10]);
        let (found, limits) = tiers(&measures, &TierRules::default());
        assert_eq!(found[..4], [Tier::A, Tier::A, Tier::A, Tier::B]);
        assert_eq!(limits.a, Some(money("900")));
        let strict = TierRules { crossing: Crossing::Out, ..TierRules::default() };
        assert_eq!(tiers(&measures, &strict).0[..3], [Tier::A, Tier::A, Tier::B]);
    }

    #[test]
    fn absolute_cuts_and_quantiles_have_floors() {
        let measures = monies(&[100, 50, 10, -5]);
        let by_money =
            TierRules { a: TierCut::Money(money("100")), b: TierCut::Money(money("50")), ..TierRules::default() };
        assert_eq!(tiers(&measures, &by_money).0, [Tier::A, Tier::B, Tier::C, Tier::C]);
        let by_rank = TierRules { a: TierCut::Quantile(0.9), b: TierCut::Quantile(0.5), ..TierRules::default() };
        assert_eq!(tiers(&measures, &by_rank).0, [Tier::A, Tier::B, Tier::C, Tier::C]);
    }

    #[test]
    fn p31_tiers_keep_their_promises() {
        let rules = TierRules::default();
        assert_eq!(tiers(&[], &rules).0, []);
        assert_eq!(tiers(&monies(&[0, -1]), &rules).0, [Tier::C, Tier::C]);
        // One account alone is A whatever its weight.
        assert_eq!(tiers(&monies(&[3]), &rules).0, [Tier::A]);
        // A zero-value newcomer moves nobody.
        let (before, _) = tiers(&monies(&[70, 20, 10]), &rules);
        assert_eq!(tiers(&monies(&[70, 20, 10, 0]), &rules).0[..3], before);
    }
}
