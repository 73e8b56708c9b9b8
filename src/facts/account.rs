//! Facts of one account.

use super::{Calendar, FactSpec, Field};
use crate::date::Date;
use crate::ledger::Given;
use crate::money::{Money, Quantity};
use crate::records::{EventKind, Friction, Id};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What happened to an account of one kind in one period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EventSum {
    /// The kind.
    pub kind: EventKind,
    /// The position of the period in the calendar.
    pub period: u16,
    /// How many events.
    pub events: i64,
    /// Their quantity: times, or hours.
    pub quantity: Quantity,
    /// The quantity of those without an actual cost: what a rate prices.
    pub quantity_without_cost: Quantity,
    /// The actual costs.
    pub cost: Money,
    /// Revenue given back.
    pub credit: Money,
}

/// Revenue whose cost of goods is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UnknownRevenue {
    /// The product family, or `None` for what no line allocates.
    pub(crate) family: Option<Box<str>>,
    pub(crate) period: u16,
    pub(crate) revenue: i128,
}

/// Facts of one account: what a [`crate::Scorer`] scores.
#[derive(Clone, Debug)]
pub struct Facts {
    pub(super) id: Id,
    pub(super) spec: Arc<FactSpec>,
    pub(super) calendar: Arc<Calendar>,
    pub(super) window_start: Date,
    pub(super) given: Given,
    pub(super) rows: Vec<Vec<i64>>,
    pub(super) event_credits: Vec<i64>,
    pub(super) events: Vec<EventSum>,
    pub(super) order_dates: Option<(Date, Date)>,
    pub(super) families: u32,
    pub(super) unknown: Vec<UnknownRevenue>,
    /// How hard the customer is to work with.
    pub friction: Option<Friction>,
    /// The customer's payment term.
    pub payment_days: Option<u32>,
    /// What the customer could spend with us in a year.
    pub annual_potential: Option<Money>,
}

impl Facts {
    /// Whose facts they are.
    pub fn id(&self) -> &Id {
        &self.id
    }

    /// What the facts depend on.
    pub fn spec(&self) -> &FactSpec {
        &self.spec
    }

    /// The periods of the window.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// Which tables and columns were given.
    pub fn given(&self) -> Given {
        self.given
    }

    /// The first day that counts.
    pub fn window_start(&self) -> Date {
        self.window_start
    }

    /// The first and last order dates in the window.
    pub fn order_dates(&self) -> Option<(Date, Date)> {
        self.order_dates
    }

    /// How many product families were bought.
    pub fn families(&self) -> u32 {
        self.families
    }

    /// Revenue whose cost of goods is not known, by family and period.
    pub(crate) fn unknown(&self) -> &[UnknownRevenue] {
        &self.unknown
    }

    /// What happened, by kind and period.
    pub fn events(&self) -> &[EventSum] {
        &self.events
    }

    /// A field's pieces: by period for revenue and credits, by fiscal year for the others.
    pub(crate) fn pieces(&self, field: Field) -> &[i64] {
        &self.rows[field as usize]
    }

    /// A field over the window, exact.
    pub(crate) fn sum(&self, field: Field) -> i128 {
        self.pieces(field).iter().map(|v| i128::from(*v)).sum()
    }

    /// A field in one fiscal year, exact.
    pub(crate) fn in_year(&self, field: Field, year: usize) -> i128 {
        let pieces = self.pieces(field);
        if matches!(field, Field::Invoiced | Field::Credits | Field::EventCredits) {
            let periods = self.calendar.periods().iter().zip(pieces);
            periods.filter(|(p, _)| p.year == year).map(|(_, v)| i128::from(*v)).sum()
        } else {
            i128::from(pieces[year])
        }
    }

    /// Net revenue by period, exact: invoiced less credits, event credits included.
    pub(crate) fn net_revenue(&self, period: usize) -> i128 {
        let own = i128::from(self.pieces(Field::Invoiced)[period]) - i128::from(self.pieces(Field::Credits)[period]);
        own - i128::from(self.event_credits[period])
    }

    /// The fiscal year of a period.
    pub(crate) fn year_of_period(&self, period: u16) -> usize {
        self.calendar.periods()[usize::from(period)].year
    }

    /// The fiscal year of an event sum.
    pub(crate) fn year_of(&self, event: &EventSum) -> usize {
        self.year_of_period(event.period)
    }
}
