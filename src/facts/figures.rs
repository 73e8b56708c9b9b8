//! What is derived at once from the facts of one account: the counts and amounts that costs and components read.

use super::{Facts, Field};
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
    /// Events of a kind over the window.
    pub(crate) fn events_of(&self, kind: &EventKind) -> i64 {
        self.events.iter().filter(|e| e.kind == *kind).map(|e| e.events).sum()
    }

    fn quantity_of(&self, kind: &EventKind) -> i64 {
        self.events.iter().filter(|e| e.kind == *kind).map(|e| e.quantity.units()).sum()
    }

    /// The number of a field over the window: counts always fit.
    pub(crate) fn count(&self, field: Field) -> i64 {
        self.sum(field) as i64
    }

    /// Net revenue by fiscal year, exact.
    pub(crate) fn net_revenue_in(&self, year: usize) -> i128 {
        let own = self.in_year(Field::Invoiced, year) - self.in_year(Field::Credits, year);
        own - self.event_credits(Some(year))
    }

    /// Event credits of one fiscal year, or of all.
    pub(crate) fn event_credits(&self, year: Option<usize>) -> i128 {
        let all = self.event_credits.iter().enumerate();
        let chosen = all.filter(|(at, _)| year.is_none_or(|y| self.calendar.periods()[*at].year == y));
        chosen.map(|(_, credit)| i128::from(*credit)).sum()
    }

    /// Derives the counts and amounts.
    pub fn figures(&self, counting: Counting) -> Result<Figures> {
        self.figures_as(counting, self.given)
    }

    /// The same, with what was given to the portfolio: an account that has no row in a table that is given has 0.
    pub(crate) fn figures_as(&self, counting: Counting, given: Given) -> Result<Figures> {
        let invoiced = self.sum(Field::Invoiced);
        let credits = self.sum(Field::Credits) + self.event_credits(None);
        let events = |kinds: &[EventKind]| -> Option<i64> {
            given.service_events.then(|| kinds.iter().map(|k| self.events_of(k)).sum())
        };
        let orders = self.count(Field::Orders);
        let hours = [EventKind::TechnicalSupport, EventKind::Coordination, EventKind::FollowUp];
        let disruptions = [EventKind::SpecialShipment, EventKind::LastMinuteChange, EventKind::SpecialRequest];
        Ok(Figures {
            invoiced: narrow_or(invoiced, "an account's revenue")?,
            credits: narrow_or(credits, "an account's credits")?,
            net_revenue: narrow_or(invoiced - credits, "an account's net revenue")?,
            discount: self.optional_money(given.any_discount(), Field::Discount)?,
            freight: self.optional_money(given.freight, Field::Freight)?,
            orders,
            credit_notes: self.count(Field::CreditNotes),
            lines: (given.lines || given.order_lines).then(|| self.count(Field::Lines)),
            small_orders: self.spec.small_order_below.is_some().then(|| self.count(Field::SmallOrders)),
            rush_orders: self.rush_orders(counting.rush, orders, given),
            returns: self.returns(counting.returns),
            claims: events(&[EventKind::Claim]),
            reworks: events(&[EventKind::Rework]),
            support_hours: given
                .service_events
                .then(|| Quantity::from_units(hours.iter().map(|k| self.quantity_of(k)).sum())),
            disruptions: events(&disruptions),
            families: given.order_lines.then_some(self.families),
            missing_values: self.missing_values(given),
        })
    }

    fn optional_money(&self, given: bool, field: Field) -> Result<Option<Money>> {
        given.then(|| narrow_or(self.sum(field), "an account's total")).transpose()
    }

    fn rush_orders(&self, from: RushFrom, orders: i64, given: Given) -> Option<i64> {
        let flagged = given.rush.then(|| self.count(Field::RushOrders));
        let events = given.service_events.then(|| self.events_of(&EventKind::RushOrder));
        match from {
            RushFrom::Orders => flagged,
            RushFrom::Events => events.map(|n| n.min(orders)),
            RushFrom::Sum => match (flagged, events) {
                (None, None) => None,
                (a, b) => Some((a.unwrap_or(0) + b.unwrap_or(0)).min(orders)),
            },
        }
    }

    fn returns(&self, from: ReturnsFrom) -> i64 {
        let events = || self.events_of(&EventKind::Return);
        let notes = || self.count(Field::CreditNotes);
        match from {
            ReturnsFrom::Events => events(),
            ReturnsFrom::CreditNotes => notes(),
            ReturnsFrom::Sum => events() + notes(),
        }
    }

    fn missing_values(&self, given: Given) -> i64 {
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
            + i64::from(given.friction && self.friction.is_none())
            + i64::from(given.payment_days && self.payment_days.is_none())
            + i64::from(given.annual_potential && self.annual_potential.is_none())
    }

    /// The rush orders of each fiscal year: their events fill the years up to the cap in order of time, so that the
    /// years add up to the window.
    pub(crate) fn rush_volume(&self, from: RushFrom, years: usize) -> Vec<i64> {
        let mut left = self.count(Field::Orders) * SCALE;
        let mut volumes = Vec::with_capacity(years);
        for year in 0..years {
            let flagged = self.in_year(Field::RushOrders, year) as i64 * SCALE;
            let events = || -> i64 {
                let rush = self.events.iter().filter(|e| e.kind == EventKind::RushOrder && self.year_of(e) == year);
                rush.map(|e| e.quantity_without_cost.units()).sum()
            };
            let wanted = match from {
                RushFrom::Orders => flagged,
                RushFrom::Events => events(),
                RushFrom::Sum => flagged + events(),
            };
            let counted = wanted.min(left);
            left -= counted;
            volumes.push(counted);
        }
        volumes
    }
}
