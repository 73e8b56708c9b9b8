//! The model: every choice in one struct, checked as a whole before anything runs.

mod accounts;
mod analyze;
mod check;
mod describe;
mod draft;
mod toml;

pub(crate) use draft::{Draft, Drafting};

use crate::cost::{CostToServe, Driver};
use crate::date::Date;
use crate::facts::{CreditsDated, FactSpec, ReturnsFrom, RushFrom};
use crate::money::{Money, Rate};
use crate::score::{Component, CostMeasure, GrowthMeasure, Normalisation, Side};
use crate::segment::{ConfidenceRules, Cut, CutOn, Hysteresis, Labels, ResolvedCut, TierRules};
#[cfg(feature = "csv")]
pub(crate) use analyze::Taken;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Weights of the components of one axis. They need not sum to 1.
pub type Weights = BTreeMap<Component, f64>;

/// How the matrix is cut and named.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MatrixRules {
    /// Where the value axis is cut.
    pub value_threshold: Cut,
    /// Where the complexity axis is cut.
    pub complexity_threshold: Cut,
    /// How the cells are named.
    pub labels: Labels,
    /// How far beyond a cut an account must go to change sides between two dates; an analysis of one date has no use for it.
    pub hysteresis: Hysteresis,
}

impl MatrixRules {
    /// The two cuts as numbers, given the scores on the two axes. Where no driver is priced the cost to serve is not known,
    /// and no ground to place anyone on.
    pub(crate) fn resolve(&self, scores: [&[f64]; 2], priced: bool) -> [Option<ResolvedCut>; 2] {
        let cuts = [self.value_threshold.resolve(scores[0]), self.complexity_threshold.resolve(scores[1])];
        let on_cost = [CutOn::Component(Component::CostToServeRatio), CutOn::CostToServe];
        cuts.map(|cut| cut.filter(|c| priced || c.of.is_none_or(|of| !on_cost.contains(&of))))
    }
}

/// Every choice of an analysis. All have defaults but the costs, which nobody can know but you.
///
/// ```
/// use portefeuille::{Customer, Ledger, Model, Order, cost::Driver, date, money};
///
/// let mut ledger = Ledger::new();
/// ledger.add_customers([Customer::new("ayala")])?;
/// ledger.add_orders([Order::new("o-1", "ayala", date(2025, 1, 31), money("9000")).cost_of_goods(money("5400"))])?;
///
/// let portfolio = Model::new().rate(Driver::Order, money("12.50")).analyze(&ledger)?;
/// assert_eq!(portfolio.account("ayala")?.net_margin(), Some(money("3587.50")));
/// # Ok::<(), portefeuille::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Model {
    /// The last day that counts; by default the latest order date.
    pub as_of: Option<Date>,
    /// The currency's code.
    pub currency: String,
    /// Fiscal years of history before the one of `as_of`.
    pub history_years: u32,
    /// The first day that counts; by default the first day of the fiscal quarter of the earliest order read.
    pub history_from: Option<Date>,
    /// The month in which fiscal years start, 1 to 12.
    pub fiscal_year_start_month: u8,
    /// What counts as a rush order; by default flagged orders when the column is given, else events.
    pub rush: Option<RushFrom>,
    /// What counts as a return; by default `return` events when there are any, else credit notes.
    pub returns: Option<ReturnsFrom>,
    /// The date on which a credit note counts.
    pub credits_dated: CreditsDated,
    /// The margin rate of goods of which no cost is known at all.
    pub default_margin_rate: Option<Rate>,
    /// How growth is measured.
    pub growth_measure: GrowthMeasure,
    /// How the cost to serve is compared between accounts.
    pub cost_measure: CostMeasure,
    /// How components become 0…1.
    pub normalisation: Normalisation,
    /// What serving costs.
    pub cost_to_serve: CostToServe,
    /// Weights of the value axis; by default those of [`Component::default_weight`].
    pub value: Option<Weights>,
    /// Weights of the complexity axis; by default those of [`Component::default_weight`], and where no driver is
    /// priced disruptions and claims take a quarter each in the place of the cost ratio.
    pub complexity: Option<Weights>,
    /// How the matrix is cut and named.
    pub matrix: MatrixRules,
    /// How tiers are cut.
    pub tiers: TierRules,
    /// The seed of everything random. The same seed gives the same bits.
    pub seed: u64,
    /// How sure the labels are; not asked by default.
    pub confidence: Option<ConfidenceRules>,
}

impl Default for Model {
    fn default() -> Self {
        Self {
            as_of: None,
            currency: "EUR".to_owned(),
            history_years: 3,
            history_from: None,
            fiscal_year_start_month: 1,
            rush: None,
            returns: None,
            credits_dated: CreditsDated::Own,
            default_margin_rate: None,
            growth_measure: GrowthMeasure::default(),
            cost_measure: CostMeasure::default(),
            normalisation: Normalisation::default(),
            cost_to_serve: CostToServe::default(),
            value: None,
            complexity: None,
            matrix: MatrixRules::default(),
            tiers: TierRules::default(),
            seed: 0,
            confidence: None,
        }
    }
}

impl Model {
    /// The model with all its defaults, and no cost.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the last day that counts.
    #[must_use]
    pub fn as_of(mut self, day: Date) -> Self {
        self.as_of = Some(day);
        self
    }

    /// Sets the cost of one unit of a driver.
    #[must_use]
    pub fn rate(mut self, driver: impl Into<Driver>, cost: Money) -> Self {
        self.cost_to_serve.rates.insert(driver.into(), cost);
        self
    }

    /// Sets the revenue under which an order is small.
    #[must_use]
    pub fn small_order_below(mut self, revenue: Money) -> Self {
        self.cost_to_serve.small_order_below = Some(revenue);
        self
    }

    /// Sets the weight of a component. The first weight named for an axis replaces all its default ones.
    #[must_use]
    pub fn weight(mut self, component: Component, weight: f64) -> Self {
        let weights = match component.side() {
            Side::Value => &mut self.value,
            Side::Complexity => &mut self.complexity,
        };
        weights.get_or_insert_default().insert(component, weight);
        self
    }

    /// Sets where the two axes are cut.
    #[must_use]
    pub fn thresholds(mut self, value: Cut, complexity: Cut) -> Self {
        self.matrix.value_threshold = value;
        self.matrix.complexity_threshold = complexity;
        self
    }

    /// Sets how tiers are cut.
    #[must_use]
    pub fn tiers(mut self, rules: TierRules) -> Self {
        self.tiers = rules;
        self
    }

    /// Sets the seed of everything random.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Asks how sure the labels are.
    #[must_use]
    pub fn confidence(mut self, rules: ConfidenceRules) -> Self {
        self.confidence = Some(rules);
        self
    }

    /// What the facts depend on, at a date.
    pub fn fact_spec(&self, as_of: Date) -> FactSpec {
        FactSpec {
            as_of,
            history_years: self.history_years,
            history_from: self.history_from,
            fiscal_year_start_month: self.fiscal_year_start_month,
            small_order_below: self.cost_to_serve.small_order_below,
            credits_dated: self.credits_dated,
        }
    }

    /// The weights of an axis with its defaults filled in, in the order in which they are summed, zeros left out.
    pub fn weights(&self, side: Side, any_driver_priced: bool) -> Vec<(Component, f64)> {
        let named = match side {
            Side::Value => &self.value,
            Side::Complexity => &self.complexity,
        };
        let weight = |component: Component| match named {
            Some(weights) => weights.get(&component).copied().unwrap_or(0.0),
            None if any_driver_priced || side == Side::Value => component.default_weight(),
            None => match component {
                Component::CostToServeRatio => 0.0,
                Component::DisruptionRate | Component::ClaimRate => 0.25,
                other => other.default_weight(),
            },
        };
        let of_side = Component::ALL.into_iter().filter(|c| c.side() == side);
        of_side.map(|c| (c, weight(c))).filter(|(_, w)| *w > 0.0).collect()
    }

    /// The components that may have a weight: whether any driver is priced may depend on the events.
    fn components_needed(&self) -> Vec<Component> {
        let priced = if self.cost_to_serve.prices_any_driver() { vec![true] } else { vec![true, false] };
        let weighed = priced.iter().flat_map(|priced| {
            [Side::Value, Side::Complexity].into_iter().flat_map(|side| self.weights(side, *priced))
        });
        weighed.map(|(component, _)| component).collect::<BTreeSet<_>>().into_iter().collect()
    }
}
