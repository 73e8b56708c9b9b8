//! Tiers A, B and C.

use super::computed_abc;
use super::natural::natural_floors;
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
    /// At a natural break ([`natural_breaks`](super::natural_breaks)): three classes of the positive measures, the upper
    /// one A and the next one B. With fewer distinct measures there are fewer tiers, from A on.
    Jenks,
    /// At a limit of the computed ABC analysis ([`computed_abc`]): A above the first, C below the second. Where all
    /// measures are equal, or there is one, all are B: none stands above another.
    Computed,
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
            let limits = match (a, b) {
                (TierCut::Jenks, TierCut::Jenks) => by_nature(measures),
                (TierCut::Computed, TierCut::Computed) => by_curve(measures),
                (a, b) => TierLimits { a: floor(measures, a), b: floor(measures, b) },
            };
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
        TierCut::Share(_) | TierCut::Jenks | TierCut::Computed => None,
    }
}

/// The floors of the upper two natural classes of the positive measures.
fn by_nature(measures: &[Money]) -> TierLimits {
    let positive = measures.iter().filter(|m| **m > Money::ZERO).map(|m| m.units()).collect();
    let mut floors = natural_floors(positive, Tier::ALL.len()).into_iter().rev().map(Money::from_units);
    TierLimits { a: floors.next(), b: floors.next() }
}

/// The floors of A and B by computed ABC: above the one limit is the next unit of money.
fn by_curve(measures: &[Money]) -> TierLimits {
    let Some(abc) = computed_abc(measures) else { return TierLimits::default() };
    TierLimits { a: abc.a_above.units().checked_add(1).map(Money::from_units), b: Some(abc.c_below) }
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
    fn g9_computed_abc_has_three_a_two_b_six_c() {
        let measures = monies(&[1, 15, 25, 17, 2, 3, 5, 6, 2, 3, 22, 0, -4]);
        let rules = TierRules { a: TierCut::Computed, b: TierCut::Computed, ..TierRules::default() };
        let (found, limits) = tiers(&measures, &rules);
        let count = |tier: Tier| found.iter().filter(|t| **t == tier).count();
        assert_eq!(Tier::ALL.map(count), [3, 2, 6 + 2]);
        // The smallest of A stands above the first limit, the smallest of B on the second.
        assert_eq!((limits.a, limits.b), (Some(money("17")), Some(money("6"))));
        assert_eq!(tiers(&monies(&[5, 5, 0]), &rules).0, [Tier::B, Tier::B, Tier::C]);
    }

    #[test]
    fn g15_natural_breaks_make_three_tiers() {
        let units = [13, 71, 73, 23, 39, 41, 78, 12, 43, 73, 50, 43, -90, 0];
        let rules = TierRules { a: TierCut::Jenks, b: TierCut::Jenks, ..TierRules::default() };
        let (found, limits) = tiers(&units.map(Money::from_units), &rules);
        assert_eq!((limits.a, limits.b), (Some(Money::from_units(71)), Some(Money::from_units(39))));
        assert_eq!((found[0], found[4], found[10], found[1]), (Tier::C, Tier::B, Tier::B, Tier::A));
        // Fewer distinct measures than tiers: from A on.
        assert_eq!(tiers(&monies(&[5, 9, 5]), &rules).0, [Tier::B, Tier::A, Tier::B]);
        assert_eq!(tiers(&monies(&[3, 3, 0]), &rules).0, [Tier::A, Tier::A, Tier::C]);
        assert_eq!(tiers(&monies(&[0, -1]), &rules), (vec![Tier::C; 2], TierLimits::default()));
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
