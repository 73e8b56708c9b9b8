//! The settings that are opinions or estimates: as they are, drawn afresh, or one of them moved.

use super::study::Study;
use crate::cost::CostLine;
use crate::random::{Random, key};
use crate::score::{Component, Side};
use crate::segment::{ConfidenceRules, Lever};

/// Values that the settings take together.
#[derive(Clone)]
pub(super) struct Scenario {
    /// What the rated cost of each line is multiplied with.
    pub(super) rates: Vec<f64>,
    /// What is added to the margin rate at which each product family is estimated.
    pub(super) margins: Vec<f64>,
    /// The weight of each component, as the study lists them.
    pub(super) weights: Vec<f64>,
    /// The seed of what is drawn for each account; none where nothing is.
    pub(super) own: Option<u64>,
}

/// The settings and how far they may move.
pub(super) struct Settings<'a> {
    rules: &'a ConfidenceRules,
    seed: u64,
    lines: Vec<&'a CostLine>,
    components: Vec<Component>,
    /// The weights as parts of their axis, which sum to 1.
    shares: Vec<f64>,
    /// The settings as they are.
    neutral: Scenario,
    /// By what each setting has a stream of its own, so that it draws the same whatever else the model holds.
    keys: Keys,
}

struct Keys {
    rates: Vec<u64>,
    margins: Vec<u64>,
    weights: Vec<u64>,
}

/// The stream of the seed that accounts share in a draw.
const ACCOUNTS: &[u8] = b"accounts";

impl<'a> Settings<'a> {
    pub(super) fn new(study: &Study<'a>, rules: &'a ConfidenceRules, seed: u64) -> Self {
        let (components, weights): (Vec<Component>, Vec<f64>) = study.components().unzip();
        let sum_of = |side: Side| {
            let own = components.iter().zip(&weights).filter(|(component, _)| component.side() == side);
            own.map(|(_, weight)| weight).sum::<f64>()
        };
        let sums = [Side::Value, Side::Complexity].map(sum_of);
        let shares = components.iter().zip(&weights).map(|(c, weight)| weight / sums[c.side() as usize]).collect();
        let lines = study.lines().to_vec();
        let name = |lever: Lever| key(lever.name().as_bytes());
        let margin = |family: &Option<&str>| key(format!("margin:{}", family.unwrap_or_default()).as_bytes());
        let keys = Keys {
            rates: lines.iter().map(|line| name(Lever::Rate((*line).clone()))).collect(),
            margins: study.families().iter().map(margin).collect(),
            weights: components.iter().map(|component| name(Lever::Weight(*component))).collect(),
        };
        let (rates, margins) = (vec![1.0; lines.len()], vec![0.0; keys.margins.len()]);
        let neutral = Scenario { rates, margins, weights, own: None };
        Self { rules, seed, lines, components, shares, neutral, keys }
    }

    /// The settings as they are.
    pub(super) fn neutral(&self) -> &Scenario {
        &self.neutral
    }

    /// The settings of a draw.
    pub(super) fn draw(&self, at: u64) -> Scenario {
        let seed = Random::stream(self.seed, at).bits();
        let stream = |key: u64| Random::stream(seed, key);
        let rate = |key: &u64| libm::exp(self.rules.rate_spread * stream(*key).normal());
        let margin = |key: &u64| self.rules.margin_spread * stream(*key).normal();
        let weight = |(key, share): (&u64, &f64)| stream(*key).gamma(self.rules.concentration * share);
        Scenario {
            rates: self.keys.rates.iter().map(rate).collect(),
            margins: self.keys.margins.iter().map(margin).collect(),
            weights: self.keys.weights.iter().zip(&self.shares).map(weight).collect(),
            own: Some(stream(key(ACCOUNTS)).bits()),
        }
    }

    /// All that can be moved alone.
    pub(super) fn levers(&self) -> Vec<Lever> {
        let rates = self.lines.iter().map(|line| Lever::Rate((*line).clone()));
        let weights = self.components.iter().map(|component| Lever::Weight(*component));
        let margin = (!self.keys.margins.is_empty()).then_some(Lever::EstimatedMargin);
        rates.chain(weights).chain(margin).collect()
    }

    /// The settings with one of them a standard deviation lower, and higher.
    pub(super) fn moved(&self, lever: &Lever) -> [Scenario; 2] {
        [-1.0, 1.0].map(|step| {
            let mut scenario = self.neutral.clone();
            match lever {
                Lever::Rate(line) => {
                    let rates = scenario.rates.iter_mut().zip(&self.lines).filter(|(_, of)| **of == line);
                    rates.for_each(|(rate, _)| *rate = libm::exp(step * self.rules.rate_spread));
                }
                Lever::Weight(component) => self.move_weight(*component, step, &mut scenario.weights),
                Lever::EstimatedMargin => scenario.margins.fill(step * self.rules.margin_spread),
            }
            scenario
        })
    }

    /// Moves a weight by standard deviations within 0…1; the others of its axis share what it gives up or takes.
    fn move_weight(&self, component: Component, step: f64, weights: &mut [f64]) {
        let Some(at) = self.components.iter().position(|c| *c == component) else { return };
        let share = self.shares[at];
        let deviation = (share * (1.0 - share) / (self.rules.concentration + 1.0)).sqrt();
        let new = (share + step * deviation).clamp(0.0, 1.0);
        let others = if share < 1.0 { (1.0 - new) / (1.0 - share) } else { 1.0 };
        for ((weight, of), share) in weights.iter_mut().zip(&self.components).zip(&self.shares) {
            if of.side() == component.side() {
                *weight = share * others;
            }
        }
        weights[at] = new;
    }
}
