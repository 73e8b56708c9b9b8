//! What serving costs, as the user states it. No rate and no cost of capital has a default: an invented constant is not
//! a cost.

use super::{CostLine, Driver};
use crate::money::{Money, Quantity, Rate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What serving costs: rates, pools and time, which may be mixed driver by driver.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CostToServe {
    /// Money per unit of a driver.
    pub rates: BTreeMap<Driver, Money>,
    /// An order with less revenue is small; without it there is no such driver and no such component.
    pub small_order_below: Option<Money>,
    /// Yearly cost of capital, for the payment terms granted: 0.06 is six per cent.
    pub cost_of_capital: Option<Rate>,
    /// Account management, money per account and year, from its first order.
    pub account_management: Option<Money>,
    /// Allows negative rates, for drivers that save money.
    pub allow_credit: bool,
    /// Costs of fiscal years, shared out in proportion to a driver.
    pub pools: Vec<Pool>,
    /// Costs of capacity, charged by the minute.
    pub capacities: Vec<Capacity>,
    /// How much of a line goes away if the account leaves, 0 to 1. By default 1 for rates, actual costs, freight and
    /// payment terms, which stop with the account, and 0 for account management and for lines fed by pools or capacity
    /// alone, which stay until someone cuts them.
    pub avoidable: BTreeMap<CostLine, Rate>,
}

/// A cost per fiscal year that is shared out to the accounts in proportion to a driver, to the last unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pool {
    /// Its name.
    pub name: String,
    /// What it is shared out by.
    pub driver: Driver,
    /// Its cost by fiscal year; the current year's is to date.
    pub cost: BTreeMap<i32, Money>,
}

/// A group of people or machines whose time is charged (time-driven costing, Kaplan & Anderson 2004).
///
/// The rate of a minute is cost / practical capacity. Time that no activity uses is shown and never charged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capacity {
    /// Its name.
    pub name: String,
    /// Its cost by fiscal year; the current year's is to date.
    pub cost: BTreeMap<i32, Money>,
    /// Its practical capacity by fiscal year, minutes.
    pub minutes: BTreeMap<i32, Quantity>,
    /// What takes its time.
    pub activities: Vec<Activity>,
}

/// A time equation: minutes per unit of the driver, plus minutes per unit of others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activity {
    /// What it is done for; its cost goes to this driver's line.
    pub driver: Driver,
    /// Minutes per unit of the driver (β₀).
    pub minutes: Quantity,
    /// Further minutes per unit of other drivers (βᵢ).
    #[serde(default)]
    pub plus: BTreeMap<Driver, Quantity>,
}

impl CostToServe {
    /// True when any driver has a price: a rate, a pool or a capacity.
    pub fn prices_any_driver(&self) -> bool {
        !self.rates.is_empty() || !self.pools.is_empty() || !self.capacities.is_empty()
    }

    /// True when a driver has a price.
    pub fn prices(&self, driver: &Driver) -> bool {
        self.rates.contains_key(driver)
            || self.pools.iter().any(|p| p.driver == *driver)
            || self
                .capacities
                .iter()
                .flat_map(|c| &c.activities)
                .any(|a| a.driver == *driver || a.plus.contains_key(driver))
    }

    /// The drivers that have a price, or feed a time equation.
    pub(crate) fn drivers(&self) -> impl Iterator<Item = &Driver> {
        let activities = || self.capacities.iter().flat_map(|c| &c.activities);
        self.rates
            .keys()
            .chain(self.pools.iter().map(|p| &p.driver))
            .chain(activities().map(|a| &a.driver))
            .chain(activities().flat_map(|a| a.plus.keys()))
    }

    /// How much of a line goes away if the account leaves.
    pub fn avoidable_share(&self, line: &CostLine) -> Rate {
        if let Some(share) = self.avoidable.get(line) {
            return *share;
        }
        match line {
            CostLine::Driver(driver) if !self.rates.contains_key(driver) && self.prices(driver) => Rate::ZERO,
            CostLine::AccountManagement => Rate::ZERO,
            _ => Rate::ONE,
        }
    }
}
