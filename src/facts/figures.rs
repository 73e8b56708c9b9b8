//! What is derived at once from the facts of one account: the counts and amounts that costs and components read.

use super::view::EventTotal;
use super::{Facts, FactsView, Field, KindAt, Terms};
use crate::error::Result;
use crate::ledger::Given;
use crate::money::{Money, Quantity, SCALE, narrow_or};
use crate::records::EventKind;
use serde::{Deserialize, Serialize};

/// What counts as a rush order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RushFrom {
    /// Orders flagged as rush.
    Orders,
    /// `rush_order` events, at most as many as there are orders.
    Events,
    /// Both added, at most as many as there are orders.
    Sum,
}

/// What counts as a return.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnsFrom {
    /// `return` events.
    Events,
    /// Credit notes.
    CreditNotes,
    /// Both added.
    Sum,
}

/// How rush orders and returns are counted, once the data have settled what the model leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counting {
    /// What counts as a rush order.
    pub rush: RushFrom,
    /// What counts as a return.
    pub returns: ReturnsFrom,
}

/// Counts and amounts of one account over the window. What was not given is `None`, which is not zero.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Figures {
    /// Revenue of orders.
    pub invoiced: Money,
    /// Credit notes and event credits, as a positive amount.
    pub credits: Money,
    /// Invoiced less credits.
    pub net_revenue: Money,
    /// Discount off list prices.
    pub discount: Option<Money>,
    /// Freight borne by us.
    pub freight: Option<Money>,
    /// Orders, credit notes aside.
    pub orders: i64,
    /// Credit notes.
    pub credit_notes: i64,
    /// Order lines.
    pub lines: Option<i64>,
    /// Orders under `small_order_below`.
    pub small_orders: Option<i64>,
    /// Rush orders.
    pub rush_orders: Option<i64>,
    /// Returns.
    pub returns: i64,
    /// Claims.
    pub claims: Option<i64>,
    /// Works done again.
    pub reworks: Option<i64>,
    /// Technical support, coordination and follow-up, hours.
    pub support_hours: Option<Quantity>,
    /// Special shipments, last-minute changes and special requests.
    pub disruptions: Option<i64>,
    /// Product families bought.
    pub families: Option<u32>,
    /// Optional values left blank in columns that are given.
    pub missing_values: i64,
}

impl Facts {
    /// Derives the counts and amounts.
    pub fn figures(&self, counting: Counting) -> Result<Figures> {
        self.view().figures(counting, self.given(), &self.terms())
    }
}

/// Events of the built-in kinds over the window, and their quantity.
#[derive(Clone, Debug, Default)]
pub(crate) struct Happened([(i64, i64); EventKind::BUILT_IN.len()]);

impl Happened {
    fn of(view: &FactsView<'_>) -> Self {
        let mut happened = Self::default();
        view.each_event(|kind, _, total| happened.add(kind, &total));
        happened
    }

    /// Adds events of a kind; those of the user's own kinds do not count here.
    #[inline]
    pub(crate) fn add(&mut self, kind: KindAt, total: &EventTotal) {
        if let Some((events, quantity)) = self.0.get_mut(kind.index()) {
            *events += total.events;
            *quantity += total.quantity;
        }
    }

    #[inline]
    fn of_kind(&self, kind: &EventKind) -> (i64, i64) {
        KindAt::built_in(kind).and_then(|at| self.0.get(at.index()).copied()).unwrap_or_default()
    }

    #[inline]
    fn events<const N: usize>(&self, kinds: [EventKind; N]) -> i64 {
        kinds.iter().map(|kind| self.of_kind(kind).0).sum()
    }

    #[inline]
    fn quantity<const N: usize>(&self, kinds: [EventKind; N]) -> i64 {
        kinds.iter().map(|kind| self.of_kind(kind).1).sum()
    }
}

impl FactsView<'_> {
    /// Derives the counts and amounts, with what was given to the portfolio: an account that has no row in a table that
    /// is given has 0.
    pub(crate) fn figures(&self, counting: Counting, given: Given, terms: &Terms) -> Result<Figures> {
        self.figures_of(&Happened::of(self), counting, given, terms)
    }

    /// The same where the events have been gone through already.
    pub(crate) fn figures_of(
        &self,
        happened: &Happened,
        counting: Counting,
        given: Given,
        terms: &Terms,
    ) -> Result<Figures> {
        let invoiced = self.sum(Field::Invoiced);
        let credits = self.sum(Field::Credits) + self.sum(Field::EventCredits);
        let orders = self.count(Field::Orders);
        let events = given.service_events;
        let hours = || happened.quantity([EventKind::TechnicalSupport, EventKind::Coordination, EventKind::FollowUp]);
        let disruptions =
            || happened.events([EventKind::SpecialShipment, EventKind::LastMinuteChange, EventKind::SpecialRequest]);
        Ok(Figures {
            invoiced: narrow_or(invoiced, "an account's revenue")?,
            credits: narrow_or(credits, "an account's credits")?,
            net_revenue: narrow_or(invoiced - credits, "an account's net revenue")?,
            discount: self.optional_money(given.any_discount(), Field::Discount)?,
            freight: self.optional_money(given.freight, Field::Freight)?,
            orders,
            credit_notes: self.count(Field::CreditNotes),
            lines: (given.lines || given.order_lines).then(|| self.count(Field::Lines)),
            small_orders: self.spec().small_order_below.is_some().then(|| self.count(Field::SmallOrders)),
            rush_orders: self.rush_orders(counting.rush, orders, given, happened),
            returns: self.returns(counting.returns, happened),
            claims: events.then(|| happened.events([EventKind::Claim])),
            reworks: events.then(|| happened.events([EventKind::Rework])),
            support_hours: events.then(|| Quantity::from_units(hours())),
            disruptions: events.then(disruptions),
            families: given.order_lines.then_some(self.families()),
            missing_values: self.missing_values(given, terms),
        })
    }

    fn optional_money(&self, given: bool, field: Field) -> Result<Option<Money>> {
        given.then(|| narrow_or(self.sum(field), "an account's total")).transpose()
    }

    fn rush_orders(&self, from: RushFrom, orders: i64, given: Given, happened: &Happened) -> Option<i64> {
        let flagged = given.rush.then(|| self.count(Field::RushOrders));
        let events = given.service_events.then(|| happened.events([EventKind::RushOrder]));
        match from {
            RushFrom::Orders => flagged,
            RushFrom::Events => events.map(|n| n.min(orders)),
            RushFrom::Sum => match (flagged, events) {
                (None, None) => None,
                (a, b) => Some((a.unwrap_or(0) + b.unwrap_or(0)).min(orders)),
            },
        }
    }

    fn returns(&self, from: ReturnsFrom, happened: &Happened) -> i64 {
        let events = || happened.events([EventKind::Return]);
        let notes = || self.count(Field::CreditNotes);
        match from {
            ReturnsFrom::Events => events(),
            ReturnsFrom::CreditNotes => notes(),
            ReturnsFrom::Sum => events() + notes(),
        }
    }

    fn missing_values(&self, given: Given, terms: &Terms) -> i64 {
        let mut missing = 0;
        for (column, field) in [
            (given.cost_of_goods || given.line_cost_of_goods, Field::MissingCost),
            (given.any_discount(), Field::MissingDiscount),
            (given.freight, Field::MissingFreight),
            (given.lines && !given.order_lines, Field::MissingLines),
            (given.rush, Field::MissingRush),
        ] {
            missing += if column { self.count(field) } else { 0 };
        }
        missing
            + i64::from(given.friction && terms.friction.is_none())
            + i64::from(given.payment_days && terms.payment_days.is_none())
            + i64::from(given.annual_potential && terms.annual_potential.is_none())
    }

    /// The rush orders of each fiscal year: their events fill the years up to the cap in order of time, so that the
    /// years add up to the window. `volumes` holds what events without an actual cost count for each year, and takes
    /// what counts of them.
    pub(crate) fn rush_volume(&self, from: RushFrom, volumes: &mut [i64]) {
        let mut left = self.count(Field::Orders) * SCALE;
        for (volume, flagged) in volumes.iter_mut().zip(self.by_year(Field::RushOrders)) {
            let wanted = match from {
                RushFrom::Orders => flagged * SCALE,
                RushFrom::Events => *volume,
                RushFrom::Sum => flagged * SCALE + *volume,
            };
            *volume = wanted.min(left);
            left -= *volume;
        }
    }
}
