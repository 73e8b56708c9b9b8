//! How often each driver happened, by account and fiscal year.

use super::{CostToServe, Driver};
use crate::date::Date;
use crate::error::Result;
use crate::facts::{Counting, FactTable, Facts, Field};
use crate::money::{SCALE, overflow};
use std::collections::BTreeSet;

/// What one account's costs depend on.
#[derive(Clone, Debug, Default)]
pub(crate) struct AccountVolumes {
    /// Volumes by driver and fiscal year, in 1/10,000: what a rate prices.
    pub(crate) volume: Vec<i64>,
    /// Actual costs by driver and fiscal year, in 1/10,000.
    pub(crate) actual: Vec<i64>,
    pub(crate) freight: Vec<i64>,
    pub(crate) net_revenue: Vec<i128>,
    pub(crate) first_order: Option<Date>,
    pub(crate) payment_days: Option<u32>,
}

/// Volumes of all accounts, in id order.
#[derive(Clone, Debug)]
pub(crate) struct Volumes {
    pub(crate) drivers: Vec<Driver>,
    pub(crate) years: usize,
    pub(crate) accounts: Vec<AccountVolumes>,
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

impl Volumes {
    pub(crate) fn new(drivers: Vec<Driver>, years: usize) -> Self {
        Self { drivers, years, accounts: Vec::new() }
    }

    /// All accounts' volumes of one driver in one year.
    pub(crate) fn of(&self, driver: usize, year: usize) -> Vec<i64> {
        let at = driver * self.years + year;
        self.accounts.iter().map(|a| a.volume[at]).collect()
    }

    /// The volume of one driver over all accounts and years.
    pub(crate) fn total(&self, driver: usize) -> i128 {
        let span = driver * self.years..(driver + 1) * self.years;
        self.accounts.iter().flat_map(|a| &a.volume[span.clone()]).map(|v| i128::from(*v)).sum()
    }
}

/// The volumes of one account.
pub(crate) fn account_volumes(
    drivers: &[Driver],
    years: usize,
    facts: &Facts,
    counting: Counting,
) -> Result<AccountVolumes> {
    let mut volume = vec![0i64; drivers.len() * years];
    let mut actual = vec![0i64; drivers.len() * years];
    for (at, driver) in drivers.iter().enumerate() {
        let field = match driver {
            Driver::Order => Field::Orders,
            Driver::OrderLine => Field::Lines,
            Driver::SmallOrder => Field::SmallOrders,
            Driver::RushOrder => {
                let rush = facts.rush_volume(counting.rush, years);
                volume[at * years..(at + 1) * years].copy_from_slice(&rush);
                continue;
            }
            _ => continue,
        };
        for year in 0..years {
            volume[at * years + year] = facts.in_year(field, year) as i64 * SCALE;
        }
    }
    for event in facts.events() {
        let Some(at) = drivers.iter().position(|d| d.name() == event.kind.name()) else { continue };
        let cell = at * years + facts.year_of(event);
        actual[cell] =
            actual[cell].checked_add(event.cost.units()).ok_or_else(|| overflow("an account's event cost"))?;
        if drivers[at] != Driver::RushOrder {
            volume[cell] += event.quantity_without_cost.units();
        }
    }
    Ok(AccountVolumes {
        volume,
        actual,
        freight: (0..years).map(|y| facts.in_year(Field::Freight, y) as i64).collect(),
        net_revenue: (0..years).map(|y| facts.net_revenue_in(y)).collect(),
        first_order: facts.order_dates().map(|(first, _)| first),
        payment_days: facts.payment_days,
    })
}
