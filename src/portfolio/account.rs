//! One account of a portfolio.

use super::{Portfolio, Why};
use crate::cost::CostLine;
use crate::date::Date;
use crate::error::Result;
use crate::facts::Figures;
use crate::margin::{Cascade, DataGrade, EstimatedFrom, YearParts};
use crate::money::{Money, Quantity};
use crate::records::Id;
use crate::score::{Component, Side, ratio};
use crate::segment::{Quadrant, Tier};
use serde::{Deserialize, Serialize};

/// Whether an account is placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Net revenue above 0: scored and placed.
    Active,
    /// No order in the window. It keeps its costs, and gets no score, quadrant or tier.
    Dormant,
    /// Orders, but credited at least as much. It keeps its costs, and gets no score, quadrant or tier.
    NetCredit,
}

impl Status {
    pub(crate) fn of(figures: &Figures) -> Self {
        if figures.net_revenue > Money::ZERO {
            Self::Active
        } else if figures.orders == 0 && figures.credit_notes == 0 {
            Self::Dormant
        } else {
            Self::NetCredit
        }
    }

    /// The word in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Dormant => "dormant",
            Self::NetCredit => "net_credit",
        }
    }
}

/// An account as the portfolio keeps it.
#[derive(Clone, Debug)]
pub(crate) struct AccountRow {
    pub(crate) id: Id,
    pub(crate) name: Option<Box<str>>,
    pub(crate) figures: Figures,
    pub(crate) cascade: Cascade,
    /// By fiscal year.
    pub(crate) years: Box<[YearParts]>,
    pub(crate) status: Status,
    pub(crate) order_dates: Option<(Date, Date)>,
    pub(crate) estimated_revenue: Money,
    pub(crate) estimated_from: Option<EstimatedFrom>,
    pub(crate) payment_days: Option<u32>,
    pub(crate) annual_potential: Option<Money>,
    /// Annual potential less the net revenue of the last twelve months.
    pub(crate) potential: Option<Money>,
    /// Its position among the active accounts.
    pub(crate) active: Option<u32>,
    /// How far above the cuts of value and complexity.
    pub(crate) distances: [Option<f64>; 2],
    pub(crate) quadrant: Option<Quadrant>,
    pub(crate) tier: Option<Tier>,
    /// Margin rate, cost to serve / net revenue, stability, growth.
    pub(crate) measured: [Option<f64>; 4],
}

/// One account of a [`Portfolio`].
#[derive(Clone, Copy, Debug)]
pub struct Account<'a> {
    pub(super) portfolio: &'a Portfolio,
    pub(super) position: usize,
}

/// A line of an account's cost to serve.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CostItem<'a> {
    /// What it is for.
    pub line: &'a CostLine,
    /// What it cost.
    pub amount: Money,
    /// How often the driver happened without stating its own cost; `None` for lines without a driver.
    pub volume: Option<Quantity>,
    /// The rate of one unit, for drivers that have one.
    pub rate: Option<Money>,
    /// The part of the amount that the events state themselves.
    pub actual: Money,
    /// The part of the amount that goes away if the account leaves.
    pub avoidable: Money,
}

/// What a component adds to a score.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Contribution {
    /// The component.
    pub component: Component,
    /// The measured value.
    pub value: Option<f64>,
    /// Its place from 0 to 1 among the active accounts.
    pub scaled: Option<f64>,
    /// What it adds: wᵢcᵢ / Σw over the components present. Contributions sum to the score.
    pub adds: Option<f64>,
}

impl<'a> Account<'a> {
    pub(super) fn row(self) -> &'a AccountRow {
        &self.portfolio.rows[self.position]
    }

    pub(super) fn portfolio(self) -> &'a Portfolio {
        self.portfolio
    }

    /// The id.
    pub fn id(self) -> &'a Id {
        &self.row().id
    }

    /// The name that people know.
    pub fn name(self) -> Option<&'a str> {
        self.row().name.as_deref()
    }

    /// Whether it is placed.
    pub fn status(self) -> Status {
        self.row().status
    }

    /// Counts and amounts over the window.
    pub fn figures(self) -> &'a Figures {
        &self.row().figures
    }

    /// The steps from list revenue to net margin.
    pub fn cascade(self) -> &'a Cascade {
        &self.row().cascade
    }

    /// The steps in one fiscal year, or `None` outside the window.
    pub fn cascade_in(self, fiscal_year: i32) -> Option<Result<Cascade>> {
        let year = self.portfolio.window.year(fiscal_year)?;
        Some(self.row().years[year].parts(self.cascade()).cascade())
    }

    /// Net revenue: invoiced less credits.
    pub fn revenue(self) -> Money {
        self.row().cascade.net_revenue
    }

    /// Net revenue less cost of goods, or `None` when the cost of goods cannot be known.
    pub fn gross_margin(self) -> Option<Money> {
        self.row().cascade.gross_margin
    }

    /// All costs to serve.
    pub fn cost_to_serve(self) -> Money {
        self.row().cascade.cost_to_serve
    }

    /// Gross margin less cost to serve: the customer's contribution.
    pub fn net_margin(self) -> Option<Money> {
        self.row().cascade.net_margin
    }

    /// True when the net margin is below zero, whatever the quadrant: "Toxique by score" is another fact.
    pub fn loses_money(self) -> bool {
        self.net_margin().is_some_and(Money::is_negative)
    }

    /// The first and last order dates in the window.
    pub fn order_dates(self) -> Option<(Date, Date)> {
        self.row().order_dates
    }

    /// Gross margin / net revenue.
    pub fn margin_rate(self) -> Option<f64> {
        self.row().measured[0]
    }

    /// Cost to serve / net revenue.
    pub fn cost_to_serve_ratio(self) -> Option<f64> {
        self.row().measured[1]
    }

    /// Discount / list revenue, rounded to nine decimals.
    pub fn discount_rate(self) -> Option<f64> {
        let cascade = self.cascade();
        ratio(cascade.discount?.units().into(), cascade.list_revenue?.units().into())
    }

    /// Net margin / net revenue, rounded to nine decimals, for active accounts.
    pub fn net_margin_rate(self) -> Option<f64> {
        self.row().active?;
        ratio(self.net_margin()?.units().into(), self.revenue().units().into())
    }

    /// The line on which it costs most to serve; the first of equal ones.
    pub fn main_cost(self) -> Option<&'a CostLine> {
        let costs = self.portfolio.costs.of(self.position).iter().zip(self.portfolio.costs.lines());
        let largest = costs.rev().max_by_key(|(amount, _)| **amount)?;
        (*largest.0 > Money::ZERO).then_some(largest.1)
    }

    /// Less the coefficient of variation of quarterly net revenue.
    pub fn stability(self) -> Option<f64> {
        self.row().measured[2]
    }

    /// Growth, by the model's measure.
    pub fn growth(self) -> Option<f64> {
        self.row().measured[3]
    }

    /// The cell of the matrix; `None` for dormant and net-credit accounts, and where an axis has no score.
    pub fn quadrant(self) -> Option<Quadrant> {
        self.row().quadrant
    }

    /// The tier; `None` for dormant and net-credit accounts, and where the measure is not known.
    pub fn tier(self) -> Option<Tier> {
        self.row().tier
    }

    /// The score on an axis, 0 to 1.
    pub fn score(self, side: Side) -> Option<f64> {
        self.portfolio.axis(side).score(self.row().active? as usize)
    }

    /// How far above the cut of an axis; negative below it, 0 on it and so on the high side.
    pub fn distance(self, side: Side) -> Option<f64> {
        self.row().distances[side as usize]
    }

    /// What each component adds to the score on an axis.
    pub fn contributions(self, side: Side) -> Vec<Contribution> {
        let Some(active) = self.row().active.map(|a| a as usize) else { return Vec::new() };
        let axis = self.portfolio.axis(side);
        let of = axis.components.iter().enumerate().map(|(at, c)| Contribution {
            component: c.component,
            value: c.value(active),
            scaled: c.scaled(active),
            adds: axis.contribution(at, active),
        });
        of.collect()
    }

    /// The lines of its cost to serve that are not 0, or whose driver happened.
    pub fn costs(self) -> Vec<CostItem<'a>> {
        let costs = &self.portfolio.costs;
        let model = &self.portfolio.model.cost_to_serve;
        let amounts = costs.of(self.position).iter().zip(costs.lines()).enumerate();
        let items = amounts.map(|(at, (amount, line))| {
            let driver = matches!(line, CostLine::Driver(_));
            let (volume, actual) = if driver { costs.happened(self.position, at) } else { Default::default() };
            CostItem {
                line,
                amount: *amount,
                volume: driver.then_some(volume),
                rate: if driver { costs.card.rate(at) } else { None },
                actual,
                avoidable: crate::money::share_of(*amount, model.avoidable_share(line)),
            }
        });
        items.filter(|i| i.amount != Money::ZERO || i.volume.is_some_and(|v| v != Quantity::ZERO)).collect()
    }

    /// Days of payment term granted.
    pub fn payment_days(self) -> Option<u32> {
        self.row().payment_days
    }

    /// What it could spend with us in a year.
    pub fn annual_potential(self) -> Option<Money> {
        self.row().annual_potential
    }

    /// What it could spend with us in a year, less its net revenue of the last twelve months.
    pub fn untapped_potential(self) -> Option<Money> {
        self.row().potential
    }

    /// Net revenue whose cost of goods is estimated, either way.
    pub fn estimated_revenue(self) -> Money {
        self.row().estimated_revenue
    }

    /// Where the weakest margin rate of its estimates came from.
    pub fn estimated_from(self) -> Option<EstimatedFrom> {
        self.row().estimated_from
    }

    /// How far its figures rest on complete data.
    pub fn data_grade(self) -> DataGrade {
        let row = self.row();
        if row.cascade.cost_of_goods.is_none() {
            return DataGrade::Poor;
        }
        let estimated = i128::from(row.estimated_revenue.units());
        let revenue = i128::from(row.figures.net_revenue.units()).max(0);
        if estimated == 0 && row.figures.missing_values == 0 {
            DataGrade::Good
        } else if estimated * 10 <= revenue {
            DataGrade::Fair
        } else {
            DataGrade::Poor
        }
    }

    /// Why it stands where it stands: the label unfolded to components, drivers, events and cuts.
    pub fn why(self) -> Why<'a> {
        Why::of(self)
    }
}
