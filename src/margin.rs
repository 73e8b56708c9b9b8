//! The margin cascade: list revenue − discount = invoiced − credits = net revenue − cost of goods = gross margin −
//! freight − payment terms = pocket margin − the other costs to serve = net margin.

use crate::cost::ByStep;
use crate::error::{Error, Result};
use crate::facts::{FactTable, FactsView, UnknownRevenue};
use crate::money::{Money, Rate, div_half_even, narrow_or, overflow};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The steps from list revenue to net margin, in money. A step that cannot be known is `None`, and so are those after
/// it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Cascade {
    /// Revenue at list prices: invoiced plus discount.
    pub list_revenue: Option<Money>,
    /// Discount off list prices.
    pub discount: Option<Money>,
    /// Revenue of orders.
    pub invoiced: Money,
    /// Credit notes and event credits.
    pub credits: Money,
    /// Invoiced less credits.
    pub net_revenue: Money,
    /// Cost of goods, known and estimated.
    pub cost_of_goods: Option<Money>,
    /// Net revenue less cost of goods.
    pub gross_margin: Option<Money>,
    /// Freight borne by us; 0 when it is not given.
    pub freight: Money,
    /// The cost of the payment terms granted.
    pub payment_terms: Money,
    /// Gross margin less freight and payment terms.
    pub pocket_margin: Option<Money>,
    /// The other costs to serve.
    pub other_cost_to_serve: Money,
    /// All costs to serve: freight, payment terms and the others.
    pub cost_to_serve: Money,
    /// Pocket margin less the other costs to serve: the customer's contribution.
    pub net_margin: Option<Money>,
}

/// What an error calls a step that cannot be held.
const STEP: &str = "a step of the margin cascade";

/// The error for a step that cannot be held.
pub(crate) fn step_too_large() -> Error {
    overflow(STEP)
}

/// What a cascade starts from.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CascadeParts {
    pub(crate) discount: Option<i128>,
    pub(crate) invoiced: i128,
    pub(crate) credits: i128,
    pub(crate) cost_of_goods: Option<i128>,
    pub(crate) freight: i128,
    pub(crate) payment_terms: i128,
    pub(crate) other_cost_to_serve: i128,
}

impl CascadeParts {
    /// Adds another to a total. What is unknown in one is unknown in the sum.
    #[inline]
    pub(crate) fn add(&mut self, other: &Self) {
        let both = |a: Option<i128>, b: Option<i128>| Some(a? + b?);
        self.discount = both(self.discount, other.discount);
        self.invoiced += other.invoiced;
        self.credits += other.credits;
        self.cost_of_goods = both(self.cost_of_goods, other.cost_of_goods);
        self.freight += other.freight;
        self.payment_terms += other.payment_terms;
        self.other_cost_to_serve += other.other_cost_to_serve;
    }

    /// The start of a sum.
    pub(crate) fn zero() -> Self {
        Self { discount: Some(0), cost_of_goods: Some(0), ..Self::default() }
    }

    /// Net revenue less cost of goods.
    pub(crate) fn gross_margin(&self) -> Option<i128> {
        Some(self.invoiced - self.credits - self.cost_of_goods?)
    }

    /// Gross margin less costs to serve.
    pub(crate) fn net_margin(&self) -> Option<i128> {
        Some(self.gross_margin()? - self.freight - self.payment_terms - self.other_cost_to_serve)
    }

    /// The cascade, when all its steps can be held.
    pub(crate) fn cascade(self) -> Result<Cascade> {
        let money = |units: i128| narrow_or(units, STEP);
        let optional = |units: Option<i128>| units.map(money).transpose();
        let net_revenue = self.invoiced - self.credits;
        let gross = self.cost_of_goods.map(|cost| net_revenue - cost);
        let pocket = gross.map(|margin| margin - self.freight - self.payment_terms);
        Ok(Cascade {
            list_revenue: optional(self.discount.map(|d| self.invoiced + d))?,
            discount: optional(self.discount)?,
            invoiced: money(self.invoiced)?,
            credits: money(self.credits)?,
            net_revenue: money(net_revenue)?,
            cost_of_goods: optional(self.cost_of_goods)?,
            gross_margin: optional(gross)?,
            freight: money(self.freight)?,
            payment_terms: money(self.payment_terms)?,
            pocket_margin: optional(pocket)?,
            other_cost_to_serve: money(self.other_cost_to_serve)?,
            cost_to_serve: money(self.freight + self.payment_terms + self.other_cost_to_serve)?,
            net_margin: optional(pocket.map(|margin| margin - self.other_cost_to_serve))?,
        })
    }
}

/// The parts of a cascade of one account, in eight bytes each. Whether the discount and the cost of goods are known is
/// kept apart.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Parts {
    pub(crate) discount: i64,
    pub(crate) invoiced: i64,
    pub(crate) credits: i64,
    pub(crate) cost_of_goods: i64,
    pub(crate) freight: i64,
    pub(crate) payment_terms: i64,
    pub(crate) other_cost_to_serve: i64,
}

impl Parts {
    /// The sum of some; an error when it cannot be held.
    pub(crate) fn sum(all: &[Self]) -> Result<Self> {
        let sum = |part: fn(&Self) -> i64| {
            let units = all.iter().map(|parts| i128::from(part(parts))).sum();
            narrow_or(units, STEP).map(Money::units)
        };
        Ok(Self {
            discount: sum(|parts| parts.discount)?,
            invoiced: sum(|parts| parts.invoiced)?,
            credits: sum(|parts| parts.credits)?,
            cost_of_goods: sum(|parts| parts.cost_of_goods)?,
            freight: sum(|parts| parts.freight)?,
            payment_terms: sum(|parts| parts.payment_terms)?,
            other_cost_to_serve: sum(|parts| parts.other_cost_to_serve)?,
        })
    }

    /// Sets its costs to serve; false when one cannot be held.
    #[inline]
    pub(crate) fn set_costs(&mut self, costs: &ByStep) -> bool {
        [self.freight, self.payment_terms, self.other_cost_to_serve] = costs.map(|units| units as i64);
        costs.iter().all(|units| i64::try_from(*units).is_ok())
    }

    /// The parts, where the discount and the cost of goods are known.
    #[inline]
    pub(crate) fn known(&self, discount: bool, cost_of_goods: bool) -> CascadeParts {
        CascadeParts {
            discount: discount.then_some(self.discount.into()),
            invoiced: self.invoiced.into(),
            credits: self.credits.into(),
            cost_of_goods: cost_of_goods.then_some(self.cost_of_goods.into()),
            freight: self.freight.into(),
            payment_terms: self.payment_terms.into(),
            other_cost_to_serve: self.other_cost_to_serve.into(),
        }
    }

    /// True when no step of the cascade can leave 64 bits: each is a sum of at most these seven.
    pub(crate) fn is_small(&self) -> bool {
        let Self { discount, invoiced, credits, cost_of_goods, freight, payment_terms, other_cost_to_serve } = *self;
        let parts = [discount, invoiced, credits, cost_of_goods, freight, payment_terms, other_cost_to_serve];
        parts.iter().all(|units| units.unsigned_abs() < 1 << 60)
    }

    /// Net revenue, and all costs to serve: of an account whose cascade was checked.
    pub(crate) fn revenue_and_cost(&self) -> (Money, Money) {
        let cost = self.freight + self.payment_terms + self.other_cost_to_serve;
        (Money::from_units(self.invoiced - self.credits), Money::from_units(cost))
    }
}

/// Where the margin rate of an estimate came from, from the best to the weakest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EstimatedFrom {
    /// The known lines of the same product family.
    Family,
    /// All known lines, or all known orders where there are no lines.
    Portfolio,
    /// The model's `default_margin_rate`.
    Default,
}

/// How far an account's figures rest on complete data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataGrade {
    /// Nothing is missing.
    Good,
    /// Something is missing, and at most 10 % of the revenue has an estimated cost of goods.
    Fair,
    /// More is estimated, or cannot be.
    Poor,
}

impl DataGrade {
    /// The word in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Fair => "fair",
            Self::Poor => "poor",
        }
    }
}

/// An account's estimated cost of goods. It is filled again for each account.
#[derive(Clone, Debug, Default)]
pub(crate) struct Estimate {
    /// By fiscal year.
    pub(crate) by_year: Vec<i128>,
    /// The revenue whose cost is estimated, either way.
    pub(crate) revenue: i128,
    pub(crate) from: Option<EstimatedFrom>,
    /// Some of it has no rate at all.
    pub(crate) impossible: bool,
}

/// Revenue and cost of what is known, in 1/10,000; the margin rate is 1 − cost / revenue.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Known {
    #[serde(with = "crate::money::as_text")]
    revenue: i128,
    #[serde(with = "crate::money::as_text")]
    cost: i128,
}

impl Known {
    fn usable(revenue: i128, cost: i128) -> Option<Self> {
        (revenue > 0).then_some(Self { revenue, cost })
    }
}

/// The rates at which unknown costs of goods are estimated.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct MarginRates {
    families: BTreeMap<Box<str>, Known>,
    portfolio: Option<Known>,
    default: Option<Rate>,
}

impl MarginRates {
    /// The rates that a portfolio gives: revenue and cost of its known lines by family, else of its known orders, which
    /// are added up only then.
    pub(crate) fn new(table: &FactTable, known_orders: impl FnOnce() -> (i128, i128), default: Option<Rate>) -> Self {
        let (mut families, mut revenue, mut cost) = (BTreeMap::new(), 0, 0);
        for (family, total) in table.families() {
            if let Some(known) = Known::usable(total.revenue_with_cost, total.cost_of_goods) {
                families.insert(family.into(), known);
            }
            revenue += total.revenue_with_cost;
            cost += total.cost_of_goods;
        }
        let portfolio = Known::usable(revenue, cost).or_else(|| {
            let (revenue, cost) = known_orders();
            Known::usable(revenue, cost)
        });
        Self { families, portfolio, default }
    }

    /// Estimates the cost of goods of one account's unknown revenue, each family and period rounded once.
    pub(crate) fn estimate(&self, view: &FactsView<'_>, estimate: &mut Estimate) {
        estimate.by_year.clear();
        estimate.by_year.resize(view.years(), 0);
        (estimate.revenue, estimate.from, estimate.impossible) = (0, None, false);
        for UnknownRevenue { family, year, revenue } in view.unknown() {
            estimate.revenue += revenue.abs();
            match self.cost(revenue, family) {
                Some((cost, from)) => {
                    estimate.by_year[year] += cost;
                    estimate.from = estimate.from.max(Some(from));
                }
                None => estimate.impossible = true,
            }
        }
    }

    fn cost(&self, revenue: i128, family: Option<&str>) -> Option<(i128, EstimatedFrom)> {
        let by = |known: &Known| div_half_even(revenue.checked_mul(known.cost)?, known.revenue);
        if let Some(cost) = family.and_then(|f| self.families.get(f)).and_then(by) {
            return Some((cost, EstimatedFrom::Family));
        }
        if let Some(cost) = self.portfolio.as_ref().and_then(by) {
            return Some((cost, EstimatedFrom::Portfolio));
        }
        let scale = i128::from(Rate::SCALE);
        let left = scale - i128::from(self.default?.units());
        Some((div_half_even(revenue.checked_mul(left)?, scale)?, EstimatedFrom::Default))
    }
}
