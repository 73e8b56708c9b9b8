//! How sure a label is, when weights and rates are opinions and some data are estimates.

use super::Quadrant;
use crate::cost::CostLine;
use crate::score::Component;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::cmp::Reverse;

/// How sure the labels are is found by drawing: in each draw the weights, the rates and the estimated margins take other
/// values that are as plausible, every account is ranked, cut and placed afresh, and it is counted where it fell.
///
/// All spreads at 0, an infinite concentration and no bootstrap would give every account its label in every draw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ConfidenceRules {
    /// How many draws, 1 to 100,000. The standard error of a probability is at most ½/√draws: .036 with 200, the default.
    pub draws: u32,
    /// Weights are drawn from Dirichlet(concentration · w), w summing to 1: the standard deviation of a weight is
    /// √(w(1 − w)/(concentration + 1)). By default 50, under which a weight of .50 is .50 ± .07. A weight of 0 stays 0.
    pub concentration: f64,
    /// Each rate is multiplied by exp(σz) in a draw, z standard normal: this σ, by default .20, so that a rate lies within
    /// −18 % and +22 % two times in three.
    pub rate_spread: f64,
    /// σ of a second factor on all rated costs of one account, by its data grade: good, fair, poor. By default 0, .10 and
    /// .25.
    pub grade_spread: [f64; 3],
    /// Standard deviation of the margin rate at which the revenue of a product family without a cost of goods is
    /// estimated, by default .05: five points.
    pub margin_spread: f64,
    /// Also draws each account's complete quarters again, with replacement among the quarters of the same year counted
    /// back from the last: how much of stability and growth is chance. By default it does not.
    pub bootstrap: bool,
    /// An account is undecided when its most likely cell has less than this probability, by default .60.
    pub undecided_below: f64,
}

impl Default for ConfidenceRules {
    fn default() -> Self {
        Self {
            draws: 200,
            concentration: 50.0,
            rate_spread: 0.20,
            grade_spread: [0.0, 0.10, 0.25],
            margin_spread: 0.05,
            bootstrap: false,
            undecided_below: 0.60,
        }
    }
}

/// The most draws of a study.
pub(crate) const DRAWS_MAX: u32 = 100_000;

/// Where the draws placed one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Odds {
    counts: [u32; 4],
    draws: u32,
}

impl Odds {
    pub(crate) fn new(counts: [u32; 4], draws: u32) -> Self {
        Self { counts, draws }
    }

    /// The probability of a cell: the share of the draws that placed the account there. The four sum to 1, less the draws
    /// in which an axis had no score.
    pub fn probability(&self, quadrant: Quadrant) -> f64 {
        f64::from(self.counts[quadrant as usize]) / f64::from(self.draws)
    }

    /// How many draws placed the account in a cell.
    pub fn count(&self, quadrant: Quadrant) -> u32 {
        self.counts[quadrant as usize]
    }

    /// The most likely cell; the first in reading order of equal ones.
    pub fn most_likely(&self) -> Quadrant {
        Quadrant::ALL.into_iter().rev().max_by_key(|q| self.count(*q)).unwrap_or(Quadrant::Or)
    }

    /// True when the most likely cell has less than this probability: "we cannot tell" is an answer.
    pub fn is_undecided(&self, below: f64) -> bool {
        self.probability(self.most_likely()) < below
    }
}

/// A setting that is an opinion or an estimate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lever {
    /// The rate of a line of the cost to serve.
    Rate(CostLine),
    /// The weight of a component.
    Weight(Component),
    /// The margin rate of all goods of which no cost is known.
    EstimatedMargin,
}

impl Lever {
    /// The name in files: `rate:order`, `weight:growth`, `estimated_margin`.
    pub fn name(&self) -> Cow<'static, str> {
        match self {
            Self::Rate(line) => format!("rate:{}", line.name()).into(),
            Self::Weight(component) => format!("weight:{}", component.name()).into(),
            Self::EstimatedMargin => "estimated_margin".into(),
        }
    }
}

/// What moving one setting alone would do: a bar of the tornado.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Swing {
    /// The setting.
    pub lever: Lever,
    /// Accounts whose cell changes when it is one standard deviation lower: a rate × e^−σ, a weight − its deviation with
    /// the others sharing what it gives up, a margin rate − its deviation.
    pub low: usize,
    /// Accounts whose cell changes when it is one standard deviation higher.
    pub high: usize,
}

/// A setting that, moved alone by one standard deviation, gives an account another cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Turn<'a> {
    /// The setting.
    pub lever: &'a Lever,
    /// Whether it is higher, or else lower.
    pub higher: bool,
    /// The cell that the account then has; `None` when an axis has no score then.
    pub cell: Option<Quadrant>,
}

/// The same, with the account and the setting by their positions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TurnAt {
    pub(crate) account: u32,
    pub(crate) lever: u32,
    pub(crate) higher: bool,
    pub(crate) cell: Option<Quadrant>,
}

/// What a study of the labels found.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Confidence {
    /// How it was made.
    pub rules: ConfidenceRules,
    /// The seed of the draws: the same seed gives the same bits.
    pub seed: u64,
    /// The settings by how many accounts they move, most first; those that move none are there too.
    pub tornado: Vec<Swing>,
    /// By active account.
    counts: Vec<[u32; 4]>,
    /// By account, and then in the order of the tornado.
    turns: Vec<TurnAt>,
}

impl Confidence {
    /// `turns` are those of each setting, in the order in which settings are listed.
    pub(crate) fn new(
        rules: ConfidenceRules,
        seed: u64,
        counts: Vec<[u32; 4]>,
        mut turns: Vec<(Lever, Vec<TurnAt>)>,
    ) -> Self {
        let swing = |(lever, turns): &(Lever, Vec<TurnAt>)| {
            let high = turns.iter().filter(|turn| turn.higher).count();
            Swing { lever: lever.clone(), low: turns.len() - high, high }
        };
        // Of equal ones the first stays first.
        turns.sort_by_cached_key(|turns| {
            let Swing { low, high, .. } = swing(turns);
            Reverse((low.max(high), low + high))
        });
        let tornado = turns.iter().map(swing).collect();
        let ranked = turns.into_iter().zip(0u32..);
        let mut turns: Vec<TurnAt> = ranked
            .flat_map(|((_, turns), lever)| turns.into_iter().map(move |turn| TurnAt { lever, ..turn }))
            .collect();
        turns.sort_by_key(|turn| turn.account);
        Self { rules, seed, tornado, counts, turns }
    }

    /// What alone gives an active account another cell.
    pub(crate) fn turns(&self, active: usize) -> impl Iterator<Item = Turn<'_>> {
        let first = self.turns.partition_point(|turn| (turn.account as usize) < active);
        let own = self.turns[first..].iter().take_while(move |turn| turn.account as usize == active);
        own.map(|turn| Turn { lever: &self.tornado[turn.lever as usize].lever, higher: turn.higher, cell: turn.cell })
    }

    /// Where the draws placed an active account; `None` when none of them placed it anywhere.
    pub(crate) fn odds(&self, active: usize) -> Option<Odds> {
        let counts = self.counts.get(active).filter(|counts| counts.iter().any(|count| *count > 0))?;
        Some(Odds::new(*counts, self.rules.draws))
    }

    /// The standard error of a probability, at most: ½/√draws.
    pub fn standard_error_max(&self) -> f64 {
        0.5 / f64::from(self.rules.draws).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odds_say_what_is_most_likely_and_whether_that_is_enough() {
        let odds = Odds::new([20, 56, 0, 124], 200);
        assert_eq!(odds.most_likely(), Quadrant::Toxique);
        assert_eq!(odds.probability(Quadrant::Toxique), 0.62);
        assert!(!odds.is_undecided(0.60) && odds.is_undecided(0.63));
        assert_eq!(Odds::new([50, 100, 100, 0], 250).most_likely(), Quadrant::Strategique);
        assert!(!Odds::new([120, 80, 0, 0], 200).is_undecided(0.60));
    }
}
