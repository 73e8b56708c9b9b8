//! One account of a portfolio.

use super::{Portfolio, Why};
use crate::cost::CostLine;
use crate::date::Date;
use crate::error::Result;
use crate::facts::Figures;
use crate::margin::{Cascade, CascadeParts, DataGrade, EstimatedFrom, Parts};
use crate::model::Draft;
use crate::money::{Money, Quantity, narrow, narrow_or};
use crate::parallel;
use crate::records::Id;
use crate::score::{Component, Side, ratio};
use crate::segment::{CutOn, Quadrant, Tier, TierMeasure, place};
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

/// An account as the portfolio keeps it: what it takes to add accounts up and to place them. All else is worked out again
/// from the facts when it is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AccountRow {
    pub(crate) parts: Parts,
    pub(crate) estimated_revenue: Money,
    /// Its position among the active accounts, or [`AccountRow::NONE`].
    pub(crate) active: u32,
    /// The line on which it costs most to serve, or [`AccountRow::NONE`].
    pub(crate) main_cost: u32,
    pub(crate) status: Status,
    pub(crate) cost_of_goods_known: bool,
    pub(crate) estimated_from: Option<EstimatedFrom>,
    pub(crate) grade: DataGrade,
    /// Whether optional values are left blank in columns that are given.
    pub(crate) blanks: bool,
    pub(crate) quadrant: Option<Quadrant>,
    pub(crate) tier: Option<Tier>,
}

impl AccountRow {
    pub(crate) const NONE: u32 = u32::MAX;

    /// An account that is not worked out yet.
    pub(crate) fn empty() -> Self {
        Self {
            parts: Parts::default(),
            estimated_revenue: Money::ZERO,
            active: Self::NONE,
            main_cost: Self::NONE,
            status: Status::Dormant,
            cost_of_goods_known: true,
            estimated_from: None,
            grade: DataGrade::Good,
            blanks: false,
            quadrant: None,
            tier: None,
        }
    }

    /// An account with its costs; an error when a step of its cascade cannot be held.
    pub(crate) fn new(draft: &Draft) -> Result<Self> {
        let parts = draft.total()?;
        let total = draft.known(&parts);
        if !parts.is_small() {
            total.cascade()?;
        }
        let estimated_revenue = narrow_or(draft.estimate.revenue, "the revenue with estimated cost")?;
        Ok(Self {
            parts,
            estimated_revenue,
            main_cost: main_cost(&draft.charge.lines).map_or(Self::NONE, |line| line as u32),
            status: Status::of(&draft.figures),
            cost_of_goods_known: total.cost_of_goods.is_some(),
            estimated_from: draft.estimate.from,
            blanks: draft.figures.missing_values > 0,
            grade: grade(&total, estimated_revenue, draft.figures.missing_values),
            ..Self::empty()
        })
    }

    /// Net revenue less cost of goods, where that is known.
    pub(crate) fn gross_margin(&self) -> Option<Money> {
        narrow(self.parts.known(false, self.cost_of_goods_known).gross_margin()?)
    }

    /// Gross margin less cost to serve, where it is known.
    pub(crate) fn net_margin(&self) -> Option<Money> {
        narrow(self.parts.known(false, self.cost_of_goods_known).net_margin()?)
    }

    /// What tiers are made of, where it is known.
    pub(crate) fn tier_measure(&self, measure: TierMeasure) -> Option<Money> {
        match measure {
            TierMeasure::GrossMargin => self.gross_margin(),
            TierMeasure::Revenue => Some(self.parts.revenue_and_cost().0),
            TierMeasure::NetMargin => self.net_margin(),
        }
    }

    /// Its position among the active accounts.
    pub(crate) fn active(&self) -> Option<usize> {
        (self.active != Self::NONE).then_some(self.active as usize)
    }
}

/// The line with the largest amount above 0; the first of equal ones.
fn main_cost(lines: &[i128]) -> Option<usize> {
    let largest = lines.iter().enumerate().rev().max_by_key(|(_, amount)| **amount)?;
    (*largest.1 > 0).then_some(largest.0)
}

fn grade(total: &CascadeParts, estimated: Money, missing_values: i64) -> DataGrade {
    let estimated = i128::from(estimated.units());
    if total.cost_of_goods.is_none() {
        DataGrade::Poor
    } else if estimated == 0 && missing_values == 0 {
        DataGrade::Good
    } else if estimated * 10 <= (total.invoiced - total.credits).max(0) {
        DataGrade::Fair
    } else {
        DataGrade::Poor
    }
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

    pub(crate) fn portfolio(self) -> &'a Portfolio {
        self.portfolio
    }

    /// Works it out again, costs included.
    pub(super) fn draft(self) -> Draft {
        let mut draft = Draft::default();
        self.draft_into(&mut draft);
        draft
    }

    /// The same into a draft that is there already. What could not be held was found when the portfolio was analysed.
    pub(super) fn draft_into(self, draft: &mut Draft) {
        let _checked = self.portfolio.draft(self.position, draft);
    }

    /// The id.
    pub fn id(self) -> &'a Id {
        self.portfolio.facts.id(self.position)
    }

    /// The name that people know.
    pub fn name(self) -> Option<&'a str> {
        self.portfolio.terms.name(self.position)
    }

    /// Whether it is placed.
    pub fn status(self) -> Status {
        self.row().status
    }

    /// Counts and amounts over the window.
    pub fn figures(self) -> Figures {
        let portfolio = self.portfolio;
        let terms = portfolio.terms.terms(self.position);
        portfolio.facts.view(self.position).figures(portfolio.counting, portfolio.given, &terms).unwrap_or_default()
    }

    /// The steps from list revenue to net margin.
    pub fn cascade(self) -> Cascade {
        self.parts().cascade().unwrap_or_default()
    }

    pub(super) fn parts(self) -> CascadeParts {
        let row = self.row();
        row.parts.known(self.portfolio.given.any_discount(), row.cost_of_goods_known)
    }

    /// The steps in one fiscal year, or `None` outside the window.
    pub fn cascade_in(self, fiscal_year: i32) -> Option<Result<Cascade>> {
        let year = self.portfolio.window.year(fiscal_year)?;
        Some(self.draft().years().nth(year)?.cascade())
    }

    /// Net revenue: invoiced less credits.
    pub fn revenue(self) -> Money {
        self.row().parts.revenue_and_cost().0
    }

    /// Net revenue less cost of goods, or `None` when the cost of goods cannot be known.
    pub fn gross_margin(self) -> Option<Money> {
        self.row().gross_margin()
    }

    /// All costs to serve.
    pub fn cost_to_serve(self) -> Money {
        self.row().parts.revenue_and_cost().1
    }

    /// Gross margin less cost to serve: the customer's contribution.
    pub fn net_margin(self) -> Option<Money> {
        self.row().net_margin()
    }

    /// True when the net margin is below zero, whatever the quadrant: "Toxique by score" is another fact.
    pub fn loses_money(self) -> bool {
        self.net_margin().is_some_and(Money::is_negative)
    }

    /// The first and last order dates in the window.
    pub fn order_dates(self) -> Option<(Date, Date)> {
        self.portfolio.facts.view(self.position).order_dates()
    }

    /// Gross margin / net revenue.
    pub fn margin_rate(self) -> Option<f64> {
        self.row().active()?;
        ratio(self.gross_margin()?.units().into(), self.revenue().units().into())
    }

    /// Cost to serve / net revenue.
    pub fn cost_to_serve_ratio(self) -> Option<f64> {
        self.row().active()?;
        let (revenue, cost) = self.row().parts.revenue_and_cost();
        ratio(cost.units().into(), revenue.units().into())
    }

    /// Discount / list revenue, rounded to nine decimals.
    pub fn discount_rate(self) -> Option<f64> {
        let parts = self.parts();
        ratio(parts.discount?, parts.invoiced + parts.discount?)
    }

    /// Net margin / net revenue, rounded to nine decimals, for active accounts.
    pub fn net_margin_rate(self) -> Option<f64> {
        self.row().active()?;
        ratio(self.net_margin()?.units().into(), self.revenue().units().into())
    }

    /// The line on which it costs most to serve; the first of equal ones.
    pub fn main_cost(self) -> Option<&'a CostLine> {
        self.portfolio.costs.lines().get(self.row().main_cost as usize)
    }

    /// Less the coefficient of variation of quarterly net revenue.
    pub fn stability(self) -> Option<f64> {
        self.measured(Component::Stability, |draft| draft.stability)
    }

    /// Growth, by the model's measure.
    pub fn growth(self) -> Option<f64> {
        self.measured(Component::Growth, |draft| draft.growth)
    }

    /// A component of the value axis: as it was scored, or worked out again when it has no weight.
    fn measured(self, component: Component, again: impl Fn(&Draft) -> Option<f64>) -> Option<f64> {
        let active = self.row().active()?;
        let mut weighed = self.portfolio.axis(Side::Value).components.iter();
        match weighed.find(|c| c.component == component) {
            Some(found) => found.value(active),
            None => again(&self.draft()),
        }
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
        self.portfolio.axis(side).score(self.row().active()?)
    }

    /// How far above the cut of an axis; negative below it, 0 on it and so on the high side.
    pub fn distance(self, side: Side) -> Option<f64> {
        self.row().active()?;
        let cut = self.portfolio.cut(side)?;
        Some(cut.distance(cut.of.map_or_else(|| self.score(side), |of| self.measure(of))?))
    }

    /// Its cell: an account without a score or a measure that is cut has none.
    fn cell(self) -> Option<Quadrant> {
        let cuts = &self.portfolio.cuts;
        self.row().active()?;
        place(cuts, [self.score(Side::Value), self.score(Side::Complexity)], |of| self.measure(of)).1
    }

    /// What an absolute cut is made on.
    fn measure(self, of: CutOn) -> Option<f64> {
        let (draft, cascade) = (self.draft(), self.cascade());
        draft.measures(cascade.gross_margin, cascade.cost_to_serve).on(of, &draft.figures, &cascade)
    }

    /// What each component adds to the score on an axis.
    pub fn contributions(self, side: Side) -> Vec<Contribution> {
        let Some(active) = self.row().active() else { return Vec::new() };
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
        let (draft, costs) = (self.draft(), &self.portfolio.costs);
        let model = &self.portfolio.model.cost_to_serve;
        let amounts = draft.charge.lines.iter().zip(costs.lines()).enumerate();
        let items = amounts.map(|(at, (amount, line))| {
            let driver = matches!(line, CostLine::Driver(_));
            let happened = if driver { draft.volumes.over_the_window(at).ok() } else { None };
            let (volume, actual) = happened.unwrap_or_default();
            let amount = narrow(*amount).unwrap_or_default();
            CostItem {
                line,
                amount,
                volume: driver.then_some(volume),
                rate: if driver { costs.card.rate(at) } else { None },
                actual,
                avoidable: crate::money::share_of(amount, model.avoidable_share(line)),
            }
        });
        items.filter(|i| i.amount != Money::ZERO || i.volume.is_some_and(|v| v != Quantity::ZERO)).collect()
    }

    /// Days of payment term granted.
    pub fn payment_days(self) -> Option<u32> {
        self.portfolio.terms.terms(self.position).payment_days
    }

    /// What it could spend with us in a year.
    pub fn annual_potential(self) -> Option<Money> {
        self.portfolio.terms.terms(self.position).annual_potential
    }

    /// What it could spend with us in a year, less its net revenue of the last twelve months.
    pub fn untapped_potential(self) -> Option<Money> {
        self.annual_potential()?;
        self.draft().potential
    }

    /// Net revenue whose cost of goods is estimated, either way.
    pub fn estimated_revenue(self) -> Money {
        self.row().estimated_revenue
    }

    /// Where the weakest margin rate of its estimates came from.
    pub fn estimated_from(self) -> Option<EstimatedFrom> {
        self.row().estimated_from
    }

    /// Whether optional values are left blank in columns that are given.
    pub(crate) fn has_blanks(self) -> bool {
        self.row().blanks
    }

    /// How far its figures rest on complete data.
    pub fn data_grade(self) -> DataGrade {
        self.row().grade
    }

    /// Why it stands where it stands: the label unfolded to components, drivers, events and cuts.
    pub fn why(self) -> Why<'a> {
        Why::of(self)
    }
}

/// Accounts that are placed together.
const CHUNK: usize = 4_096;

impl Portfolio {
    /// Gives each account its cell and its tier, and adds them up.
    pub(crate) fn place(&mut self, tiers: &[(u32, Tier)]) {
        let cells =
            parallel::map_ranges(self.len(), CHUNK, |range| self.range(range).map(Account::cell).collect::<Vec<_>>());
        self.rows.iter_mut().zip(cells.iter().flatten()).for_each(|(row, cell)| row.quadrant = *cell);
        tiers.iter().for_each(|(position, tier)| self.rows[*position as usize].tier = Some(*tier));
        self.sums.add(&self.rows, self.given.any_discount());
    }
}
