//! Facts of one account.

use super::shard::{EventSums, Shard};
use super::table::EventKey;
use super::view::EventTotal;
use super::view::{Common, UnknownCell};
use super::{Calendar, FactSpec, FactsView, Field, Terms};
use crate::date::Date;
use crate::ledger::{Given, Total};
use crate::money::{Money, Quantity};
use crate::records::{EventKind, Friction, Id};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What happened to an account of one kind in one fiscal year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EventSum {
    /// The kind.
    pub kind: EventKind,
    /// The fiscal year, named after the year in which it ends.
    pub year: i32,
    /// How many events.
    pub events: i64,
    /// Their quantity: times, or hours.
    pub quantity: Quantity,
    /// The quantity of those without an actual cost: what a rate prices.
    pub quantity_without_cost: Quantity,
    /// The actual costs.
    pub cost: Money,
}

/// Facts of one account: what a [`crate::Scorer`] scores.
#[derive(Clone, Debug)]
pub struct Facts {
    pub(super) id: Id,
    pub(super) common: Arc<Common>,
    /// Its facts, as those of all accounts are kept.
    pub(super) shard: Shard,
    pub(super) implied: u16,
    pub(super) early: Vec<(EventKey, EventSums)>,
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
        self.view().order_dates()
    }

    /// How many product families were bought.
    pub fn families(&self) -> u32 {
        self.families
    }

    /// What happened, by kind and fiscal year.
    pub fn events(&self) -> Vec<EventSum> {
        let mut sums: BTreeMap<(&EventKind, usize), EventTotal> = BTreeMap::new();
        self.view().each_event(|kind, year, total| {
            sums.entry((self.common.kind(kind), year)).or_default().add(total);
        });
        let sum = |((kind, year), total): ((&EventKind, usize), EventTotal)| EventSum {
            kind: kind.clone(),
            year: self.common.calendar.year_name(year),
            events: total.events,
            quantity: Quantity::from_units(total.quantity),
            quantity_without_cost: Quantity::from_units(total.quantity_without_cost),
            cost: Money::from_units(total.cost as i64),
        };
        sums.into_iter().map(sum).collect()
    }

    /// What events gave back.
    pub fn event_credits(&self) -> Total {
        Total::from_units(self.view().sum(Field::EventCredits))
    }

    /// The same, borrowed, for all that is derived.
    pub(crate) fn view(&self) -> FactsView<'_> {
        FactsView {
            id: &self.id,
            common: &self.common,
            shard: &self.shard,
            at: 0,
            implied: self.implied,
            early: &self.early,
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
