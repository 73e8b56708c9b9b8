//! One account on its way from facts to a place: everything that needs no other account.

use crate::cost::{AccountVolumes, Driver, account_volumes};
use crate::error::Result;
use crate::facts::{Counting, Facts, Field, Figures};
use crate::ledger::Given;
use crate::margin::{Cascade, CascadeParts, Estimate, MarginRates};
use crate::money::Money;
use crate::money::narrow_or;
use crate::score::{GrowthMeasure, Measures, Quarters};
use crate::segment::CutOn;

/// What drafting an account takes besides its facts.
pub(crate) struct Drafting<'a> {
    pub(crate) counting: Counting,
    pub(crate) given: Given,
    pub(crate) drivers: &'a [Driver],
    pub(crate) margins: &'a MarginRates,
    pub(crate) growth: GrowthMeasure,
}

/// One account before its costs are known.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) figures: Figures,
    pub(crate) volumes: AccountVolumes,
    pub(crate) estimate: Estimate,
    /// The cascade's parts by fiscal year, costs to serve still empty.
    pub(crate) years: Vec<CascadeParts>,
    stability: Option<f64>,
    growth: Option<f64>,
    pub(crate) potential: Option<Money>,
    friction: Option<f64>,
}

impl Draft {
    pub(crate) fn of(facts: &Facts, with: &Drafting<'_>) -> Result<Self> {
        let years = facts.calendar().year_count();
        let estimate = with.margins.estimate(facts);
        let figures = facts.figures_as(with.counting, with.given)?;
        let quarters = Quarters::of(facts);
        let given_discount = with.given.any_discount();
        let parts = (0..years).map(|year| CascadeParts {
            discount: given_discount.then(|| facts.in_year(Field::Discount, year)),
            invoiced: facts.in_year(Field::Invoiced, year),
            credits: facts.in_year(Field::Credits, year) + facts.event_credits(Some(year)),
            cost_of_goods: (!estimate.impossible)
                .then(|| facts.in_year(Field::CostOfGoods, year) + estimate.by_year[year]),
            ..CascadeParts::default()
        });
        Ok(Self {
            volumes: account_volumes(with.drivers, years, facts, with.counting)?,
            years: parts.collect(),
            stability: quarters.stability(),
            growth: quarters.growth(with.growth),
            potential: potential(facts)?,
            friction: facts.friction.map(|f| f.level()),
            estimate,
            figures,
        })
    }

    /// What the components are measured from, once the costs are known.
    pub(crate) fn measures(&self, gross_margin: Option<Money>, cost_to_serve: Money) -> Measures {
        Measures {
            net_revenue: self.figures.net_revenue,
            gross_margin,
            cost_to_serve,
            stability: self.stability,
            growth: self.growth,
            potential: self.potential,
            friction: self.friction,
        }
    }
}

impl Measures {
    /// What an absolute cut is made on. A cut on the cost ratio is a share of revenue, whatever the ratio is scored by.
    pub(crate) fn on(&self, of: CutOn, figures: &Figures, cascade: &Cascade) -> Option<f64> {
        match of {
            CutOn::Component(component) => self.value(component, figures, None),
            CutOn::NetMargin => cascade.net_margin.map(Self::money),
            CutOn::CostToServe => Some(Self::money(cascade.cost_to_serve)),
        }
    }
}

/// Annual potential less the net revenue of the last twelve months; not known when those start before the first day that
/// counts.
fn potential(facts: &Facts) -> Result<Option<Money>> {
    let Some(annual) = facts.annual_potential else { return Ok(None) };
    let calendar = facts.calendar();
    let start = calendar.twelve_months_start();
    if start < facts.window_start() {
        return Ok(None);
    }
    let recent = calendar.periods().iter().enumerate().filter(|(_, p)| p.start >= start);
    let revenue: i128 = recent.map(|(at, _)| facts.net_revenue(at)).sum();
    narrow_or(i128::from(annual.units()) - revenue, "an account's potential").map(Some)
}
