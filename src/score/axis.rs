//! One axis: its components on their scales, weighed and summed.

use super::scale::Placing;
use super::{Component, Normalisation, Scale, Side, round9};
use crate::parallel;
use serde::{Deserialize, Serialize};

/// Why a component does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LeftOut {
    /// No account has it.
    MissingForAll,
    /// It is the same for all accounts that have it, and carries no information.
    EqualForAll,
}

/// A component with its values over the active accounts.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ScoredComponent {
    /// Which one.
    pub component: Component,
    /// Its weight as stated; weights are divided by the sum of those present.
    pub weight: f64,
    /// Why it does not count, if it does not.
    pub left_out: Option<LeftOut>,
    /// `None` when it does not count.
    placing: Option<Placing>,
    how: Normalisation,
    /// By active account; NaN where missing. Empty when missing for all.
    values: Vec<f64>,
}

/// One axis of the matrix over the active accounts.
#[derive(Clone, Debug)]
pub struct Axis {
    /// Which one.
    pub side: Side,
    /// Its components with a weight, in the order in which they are summed.
    pub components: Vec<ScoredComponent>,
    scores: Vec<f64>,
}

/// A component to score: its weight and its values by active account, chunk by chunk, NaN where missing. No chunk at all
/// is missing for all.
pub(crate) struct AxisInput {
    pub(crate) component: Component,
    pub(crate) weight: f64,
    pub(crate) chunks: Vec<Vec<f64>>,
}

/// Accounts that are scored together.
const CHUNK: usize = 4_096;

fn present(value: f64) -> Option<f64> {
    (!value.is_nan()).then_some(value)
}

impl ScoredComponent {
    pub(crate) fn new(input: AxisInput, how: Normalisation) -> Self {
        let AxisInput { component, weight, chunks } = input;
        let mut values = chunks.concat();
        drop(chunks);
        let mut known = values.iter().filter(|v| !v.is_nan());
        let left_out = match known.next() {
            None => Some(LeftOut::MissingForAll),
            Some(first) if known.all(|v| v == first) => Some(LeftOut::EqualForAll),
            Some(_) => None,
        };
        let placing = match (left_out, component) {
            (Some(_), _) => None,
            (None, Component::Friction) => Some(Placing::Identity),
            (None, _) => Placing::fit(&values, how),
        };
        if left_out == Some(LeftOut::MissingForAll) {
            values = Vec::new();
        }
        Self { component, weight, left_out, placing, how, values }
    }

    /// The measured value of an active account.
    pub fn value(&self, account: usize) -> Option<f64> {
        present(*self.values.get(account)?)
    }

    /// Its place from 0 to 1.
    pub fn scaled(&self, account: usize) -> Option<f64> {
        let (placing, value) = (self.placing.as_ref()?, *self.values.get(account)?);
        present(placing.place(account, value))
    }

    /// The places of all active accounts, NaN where it is missing; `None` when it does not count.
    pub(crate) fn places(&self) -> Option<impl Iterator<Item = f64> + '_> {
        let placing = self.placing.as_ref()?;
        Some(self.values.iter().enumerate().map(move |(account, value)| placing.place(account, *value)))
    }

    /// The scale on which it is placed, unless it was left out.
    pub fn scale(&self) -> Option<Scale> {
        match self.placing.as_ref()? {
            Placing::Identity => Some(Scale::Identity),
            Placing::Linear { low, high } => Some(Scale::Linear { low: *low, high: *high }),
            Placing::Ranks(_) => Scale::fit(&self.values, self.how),
        }
    }
}

/// The two axes of the matrix, value and complexity. Components without weight are not looked at. `may_score` says which
/// active accounts may have a score on an axis.
pub(crate) fn axes(
    inputs: Vec<AxisInput>,
    how: Normalisation,
    accounts: usize,
    may_score: impl Fn(Side, usize) -> bool + Sync,
) -> [Axis; 2] {
    let mut scored = parallel::map_items(inputs, |input| ScoredComponent::new(input, how));
    let complexity = scored.split_off(scored.partition_point(|c| c.component.side() == Side::Value));
    let axis = |side: Side, components| Axis::new(side, components, accounts, |account| may_score(side, account));
    [axis(Side::Value, scored), axis(Side::Complexity, complexity)]
}

impl Axis {
    fn new(
        side: Side,
        components: Vec<ScoredComponent>,
        accounts: usize,
        may_score: impl Fn(usize) -> bool + Sync,
    ) -> Self {
        let mut scores = vec![f64::NAN; accounts];
        parallel::for_each_chunk_mut(&mut scores, CHUNK, |start, scores| {
            for (account, score) in (start..).zip(scores) {
                if may_score(account) {
                    let parts = components.iter().map(|c| (c.component, c.weight, c.scaled(account)));
                    *score = score_one(parts).unwrap_or(f64::NAN);
                }
            }
        });
        Self { side, components, scores }
    }

    /// The score of an active account, rounded to nine decimals.
    pub fn score(&self, account: usize) -> Option<f64> {
        present(*self.scores.get(account)?)
    }

    /// The scores by active account; NaN where there is none.
    pub(crate) fn scores(&self) -> &[f64] {
        &self.scores
    }

    /// True when no component is left but, it may be, the friction note, which never decides alone.
    pub fn is_empty(&self) -> bool {
        self.components.iter().all(|c| c.left_out.is_some() || c.component == Component::Friction)
    }

    /// What a component adds to the score of an account: wᵢcᵢ / Σw over the components present.
    pub fn contribution(&self, component: usize, account: usize) -> Option<f64> {
        let weights: f64 = self.components.iter().filter(|c| c.scaled(account).is_some()).map(|c| c.weight).sum();
        let c = self.components.get(component)?;
        Some(c.weight * c.scaled(account)? / weights)
    }
}

/// Σ wᵢcᵢ / Σ wᵢ over the components present, in table order, rounded to nine decimals. `None` when none is, or none but
/// the friction note: an opinion never decides alone.
pub(crate) fn score_one(parts: impl Iterator<Item = (Component, f64, Option<f64>)>) -> Option<f64> {
    let (mut sum, mut weights, mut measured) = (0.0, 0.0, false);
    for (component, weight, scaled) in parts {
        if let Some(c) = scaled {
            sum += weight * c;
            weights += weight;
            measured |= component != Component::Friction;
        }
    }
    (measured && weights > 0.0).then(|| round9(sum / weights))
}

/// The scores of many accounts on one axis in the making: components are added one after the other, in table order. Each
/// account gets what [`score_one`] gives it, to the bit.
#[derive(Clone, Debug, Default)]
pub(crate) struct ScoreSums {
    sums: Vec<f64>,
    weights: Vec<f64>,
    measured: Vec<bool>,
}

impl ScoreSums {
    /// Starts again, for a number of accounts.
    pub(crate) fn clear(&mut self, accounts: usize) {
        self.sums.clear();
        self.sums.resize(accounts, 0.0);
        self.weights.clear();
        self.weights.resize(accounts, 0.0);
        self.measured.clear();
        self.measured.resize(accounts, false);
    }

    /// Adds a component: its places by account, NaN where it is missing.
    pub(crate) fn add(&mut self, component: Component, weight: f64, places: impl Iterator<Item = f64>) {
        let opinion = component == Component::Friction;
        let sums = self.sums.iter_mut().zip(&mut self.weights).zip(&mut self.measured);
        for (((sum, weights), measured), place) in sums.zip(places) {
            if !place.is_nan() {
                *sum += weight * place;
                *weights += weight;
                *measured |= !opinion;
            }
        }
    }

    /// The score of each account, NaN where there is none.
    pub(crate) fn scores(&self) -> impl Iterator<Item = f64> {
        let sums = self.sums.iter().zip(&self.weights).zip(&self.measured);
        sums.map(
            |((sum, weights), measured)| {
                if *measured && *weights > 0.0 { round9(sum / weights) } else { f64::NAN }
            },
        )
    }
}
