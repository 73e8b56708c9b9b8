//! Where an axis is cut in two.

use super::Quadrant;
use super::natural::natural_floors;
use crate::money::{Money, Rate};
use crate::score::{Component, quantile_sorted, round9};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What an absolute cut is made on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CutOn {
    /// Net margin, money.
    NetMargin,
    /// Cost to serve, money.
    CostToServe,
    /// A component's measured value.
    #[serde(untagged)]
    Component(Component),
}

impl CutOn {
    /// The measure of a name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "net_margin" => Some(Self::NetMargin),
            "cost_to_serve" => Some(Self::CostToServe),
            other => Component::parse(other).map(Self::Component),
        }
    }

    /// True for amounts of money, which take a [`Cut::Money`]; the others take a [`Cut::Rate`].
    pub const fn is_money(self) -> bool {
        matches!(
            self,
            Self::NetMargin | Self::CostToServe | Self::Component(Component::GrossMargin | Component::Potential)
        )
    }

    /// The name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Component(component) => component.name(),
            Self::NetMargin => "net_margin",
            Self::CostToServe => "cost_to_serve",
        }
    }
}

impl fmt::Display for CutOn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Where an axis is cut: at or above it is the high side.
///
/// Relative cuts (median, quantile, natural break) always find accounts on both sides, and move with the portfolio; a fixed
/// cut on mid-ranks nearly so. An absolute cut on a measure is a real break-even: it finds as many as there are.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Cut {
    /// A score.
    Fixed(f64),
    /// The median score.
    Median,
    /// A quantile of the scores (type 7).
    Quantile(f64),
    /// The natural break of the scores ([`natural_breaks`](super::natural_breaks), two classes): the smallest score of the upper class, or the
    /// only score where all are equal, who are then on the high side.
    Jenks,
    /// An amount of money, on a measure in money.
    Money {
        /// The amount.
        money: Money,
        /// The measure.
        of: CutOn,
    },
    /// A rate, on a measure that is a rate.
    Rate {
        /// The rate.
        rate: Rate,
        /// The measure.
        of: CutOn,
    },
}

impl Default for Cut {
    fn default() -> Self {
        Self::Fixed(0.5)
    }
}

/// A cut as a number.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ResolvedCut {
    /// What it is compared with: a measure, or the score.
    pub of: Option<CutOn>,
    /// The number; money is in its unit.
    pub at: f64,
}

impl Cut {
    /// The cut as a number, given the scores of the active accounts (NaN where there is none). `None` without scores.
    pub(crate) fn resolve(self, scores: &[f64]) -> Option<ResolvedCut> {
        let quantile = |p: f64| {
            let mut known: Vec<f64> = scores.iter().copied().filter(|s| !s.is_nan()).collect();
            known.sort_unstable_by(f64::total_cmp);
            quantile_sorted(&known, p).map(|at| ResolvedCut { of: None, at: round9(at) })
        };
        match self {
            Self::Fixed(at) => Some(ResolvedCut { of: None, at }),
            Self::Median => quantile(0.5),
            Self::Quantile(p) => quantile(p),
            Self::Jenks => {
                // Whole billionths are what scores are: equal gaps then tie, which those of floats do not.
                let billionths = scores.iter().filter(|s| !s.is_nan()).map(|s| (s * 1e9).round() as i64).collect();
                let upper = *natural_floors(billionths, 2).last()?;
                Some(ResolvedCut { of: None, at: upper as f64 / 1e9 })
            }
            Self::Money { money, of } => {
                Some(ResolvedCut { of: Some(of), at: money.units() as f64 / crate::money::SCALE as f64 })
            }
            Self::Rate { rate, of } => Some(ResolvedCut { of: Some(of), at: rate.to_f64() }),
        }
    }

    /// The measure that it cuts, or `None` for the score.
    pub const fn of(self) -> Option<CutOn> {
        match self {
            Self::Money { of, .. } | Self::Rate { of, .. } => Some(of),
            Self::Fixed(_) | Self::Median | Self::Quantile(_) | Self::Jenks => None,
        }
    }
}

/// Where an account stands: how far above the cuts of value and complexity, and its cell. `measure` gives what an absolute
/// cut is made on; an account without the score or the measure has no distance, and then no cell.
pub(crate) fn place(
    cuts: &[Option<ResolvedCut>; 2],
    scores: [Option<f64>; 2],
    measure: impl Fn(CutOn) -> Option<f64>,
) -> ([Option<f64>; 2], Option<Quadrant>) {
    let distance = |side: usize| {
        let cut = cuts[side]?;
        Some(cut.distance(cut.of.map_or(scores[side], &measure)?))
    };
    let distances = [distance(0), distance(1)];
    let quadrant = match distances {
        [Some(value), Some(complexity)] => Some(Quadrant::of(value >= 0.0, complexity >= 0.0)),
        _ => None,
    };
    (distances, quadrant)
}

impl ResolvedCut {
    /// How far a value lies above the cut; negative below it. On the cut, and so on the high side, is 0.
    pub fn distance(&self, value: f64) -> f64 {
        round9(value - self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_cuts_follow_the_scores() {
        let scores = [0.1, f64::NAN, 0.2, 0.9, 0.4];
        assert_eq!(Cut::Median.resolve(&scores).unwrap().at, 0.3);
        assert_eq!(Cut::Quantile(1.0).resolve(&scores).unwrap().at, 0.9);
        assert_eq!(Cut::Median.resolve(&[f64::NAN]), None);
        assert_eq!(Cut::Jenks.resolve(&scores).unwrap().at, 0.9);
        assert_eq!(Cut::Jenks.resolve(&[0.4, 0.4]).unwrap().at, 0.4);
        assert_eq!(Cut::Jenks.resolve(&[0.9, 0.5, 0.1]).unwrap().at, 0.5, "of two equal gaps the lower");
        assert_eq!(Cut::Jenks.resolve(&[f64::NAN]), None);
    }
}
