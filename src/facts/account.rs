//! Facts of one account.

use super::view::{Common, EventCell, UnknownCell};
use super::{Calendar, FactSpec, FactsView, Terms};
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

/// Facts of one account: what a [`crate::Scorer`] scores.
#[derive(Clone, Debug)]
pub struct Facts {
    pub(super) id: Id,
    pub(super) common: Arc<Common>,
    pub(super) row: Vec<i64>,
    pub(super) cells: Vec<EventCell>,
    pub(super) order_dates: Option<(Date, Date)>,
    pub(super) families: u32,
    pub(super) unknown: Vec<UnknownCell>,
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
        &self.common.spec
    }

    /// The periods of the window.
    pub fn calendar(&self) -> &Calendar {
        &self.common.calendar
    }

    /// Which tables and columns were given.
    pub fn given(&self) -> Given {
        self.common.given
    }

    /// The first day that counts.
    pub fn window_start(&self) -> Date {
        self.common.window_start
    }

    /// The first and last order dates in the window.
    pub fn order_dates(&self) -> Option<(Date, Date)> {
        self.order_dates
    }

    /// How many product families were bought.
    pub fn families(&self) -> u32 {
        self.families
    }

    /// What happened, by kind and period.
    pub fn events(&self) -> Vec<EventSum> {
        self.cells.iter().map(|cell| cell.sum(&self.common.kinds)).collect()
    }

    /// The same, borrowed, for all that is derived.
    pub(crate) fn view(&self) -> FactsView<'_> {
        FactsView {
            id: &self.id,
            common: &self.common,
            row: &self.row,
            cells: &self.cells,
            order_dates: self.order_dates,
            families: self.families,
            unknown: &self.unknown,
        }
    }

    /// What the customer's own record says.
    pub(crate) fn terms(&self) -> Terms {
        let Self { friction, payment_days, annual_potential, .. } = *self;
        Terms { friction, payment_days, annual_potential }
    }
}
