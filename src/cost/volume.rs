//! How often each driver happened, by account and fiscal year.

use super::{CostToServe, Driver};
use crate::date::Date;
use crate::error::Result;
use crate::facts::{Counting, FactTable, FactsView, Field, Happened, KindAt, Terms};
use crate::money::{SCALE, overflow};
use crate::records::EventKind;
use std::collections::BTreeSet;

/// What one account's costs depend on. It is filled again for each account, so that accounts cost no allocation.
#[derive(Clone, Debug, Default)]
pub(crate) struct AccountVolumes {
    /// Volumes by driver and fiscal year, in 1/10,000: what a rate prices.
    pub(crate) volume: Vec<i64>,
    /// Actual costs by driver and fiscal year, in 1/10,000.
    pub(crate) actual: Vec<i64>,
    /// False while no actual cost is known, as of most accounts.
    pub(crate) any_actual: bool,
    pub(crate) freight: Vec<i128>,
    /// By fiscal year; it is set apart, since payment terms alone take it.
    pub(crate) net_revenue: Vec<i128>,
    pub(crate) first_order: Option<Date>,
    pub(crate) payment_days: Option<u32>,
    /// What the figures count of the same events, gone through once for both.
    pub(crate) happened: Happened,
}

/// The drivers that have a price, or that happened.
pub(crate) fn drivers_of(model: &CostToServe, table: &FactTable) -> Vec<Driver> {
    let given = table.given();
    let mut drivers: BTreeSet<Driver> = model.drivers().cloned().collect();
    drivers.insert(Driver::Order);
    if given.lines || given.order_lines {
        drivers.insert(Driver::OrderLine);
    }
    if given.rush {
        drivers.insert(Driver::RushOrder);
    }
    drivers.extend(table.kinds_that_happened().map(|kind| Driver::of_kind(&kind)));
    drivers.into_iter().collect()
}

/// The position of the driver that counts events of a kind, among sorted drivers.
pub(crate) fn driver_of_kind(drivers: &[Driver], kind: &EventKind) -> Option<usize> {
    drivers.binary_search_by(|driver| driver.cmp_kind(kind)).ok()
}

impl AccountVolumes {
    /// Sets them to those of an account. `driver_of` says which driver counts a kind of events.
    pub(crate) fn fill(
        &mut self,
        drivers: &[Driver],
        driver_of: impl Fn(KindAt) -> Option<usize>,
        view: &FactsView<'_>,
        terms: &Terms,
        counting: Counting,
    ) -> Result<()> {
        let years = view.years();
        self.volume.clear();
        self.volume.resize(drivers.len() * years, 0);
        if self.any_actual || self.actual.len() != self.volume.len() {
            self.actual.clear();
            self.actual.resize(self.volume.len(), 0);
            self.any_actual = false;
        }
        let events = self.add_events(years, driver_of, view);
        for (at, driver) in drivers.iter().enumerate() {
            let volumes = &mut self.volume[at * years..][..years];
            let field = match driver {
                Driver::Order => Field::Orders,
                Driver::OrderLine => Field::Lines,
                Driver::SmallOrder => Field::SmallOrders,
                Driver::RushOrder => {
                    view.rush_volume(counting.rush, volumes);
                    continue;
                }
                _ => continue,
            };
            volumes.iter_mut().zip(view.by_year(field)).for_each(|(volume, count)| *volume = count * SCALE);
        }
        self.freight.clear();
        self.freight.extend(view.by_year(Field::Freight).map(i128::from));
        self.first_order = view.order_dates().map(|(first, _)| first);
        self.payment_days = terms.payment_days;
        events
    }

    fn add_events(
        &mut self,
        years: usize,
        driver_of: impl Fn(KindAt) -> Option<usize>,
        view: &FactsView<'_>,
    ) -> Result<()> {
        self.happened = Happened::default();
        let mut last = None;
        let mut fits = true;
        view.each_event(|kind, year, total| {
            self.happened.add(kind, &total);
            // Those of one kind follow each other.
            let driver = match last {
                Some((known, driver)) if known == kind => driver,
                _ => driver_of(kind),
            };
            last = Some((kind, driver));
            let Some(driver) = driver else { return };
            let cell = driver * years + year;
            self.volume[cell] += total.quantity_without_cost;
            if total.cost != 0 {
                let cost = i64::try_from(total.cost).ok().and_then(|cost| self.actual[cell].checked_add(cost));
                fits &= cost.is_some();
                self.actual[cell] = cost.unwrap_or_default();
                self.any_actual = true;
            }
        });
        if fits { Ok(()) } else { Err(overflow("an account's event cost")) }
    }
}
