//! Charging costs to accounts: rates, pools, time, actual costs, freight, payment terms and account management.

use super::volume::AccountVolumes;
use super::{Capacity, CostLine, CostToServe, Driver, Pool, Volumes};
use crate::error::{Code, Error, Problem, Result};
use crate::facts::Calendar;
use crate::money::{Money, Quantity, Rate, SCALE, div_half_even, narrow_or, share_again, split_exactly};
use crate::records::Id;
use serde::{Deserialize, Serialize};

/// Days of a year, for payment terms.
const DAYS: i128 = 365;

/// Freight, payment terms and the other costs to serve: what the margin cascade keeps apart.
pub(crate) type ByStep = [i128; 3];
const FREIGHT: usize = 0;
const TERMS: usize = 1;
const OTHER: usize = 2;

/// How a capacity was used in a fiscal year. Assigned + unused = supplied, to the last unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CapacityUse {
    /// The capacity.
    pub name: String,
    /// The fiscal year.
    pub year: i32,
    /// Its cost.
    pub supplied: Money,
    /// What was charged to accounts.
    pub assigned: Money,
    /// What was not; negative when the capacity was overloaded.
    pub unused: Money,
    /// Practical capacity, minutes.
    pub minutes: Quantity,
    /// Minutes that the activities took.
    pub minutes_used: Quantity,
}

impl CapacityUse {
    /// True when the activities took more than the practical capacity.
    pub fn is_overloaded(&self) -> bool {
        self.minutes_used > self.minutes
    }
}

/// Prices in force once pools have met their volumes: it charges one account without the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct RateCard {
    pub(crate) drivers: Vec<Driver>,
    pub(crate) lines: Vec<CostLine>,
    rates: Vec<Option<Money>>,
    pools: Vec<PricedPool>,
    capacities: Vec<PricedCapacity>,
    cost_of_capital: Option<Rate>,
    account_management: Option<Money>,
    /// First and last day that count, and days in all, of each fiscal year.
    years: Vec<YearDays>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct YearDays {
    start: i32,
    end: i32,
    days: i32,
}

/// A pool in one fiscal year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct PricedPool {
    driver: usize,
    year: usize,
    cost: Money,
    #[serde(with = "crate::money::as_text")]
    volume: i128,
    /// The remainder and the id of the last account that got a unit left over.
    cutoff: Option<PoolCutoff>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct PoolCutoff {
    #[serde(with = "crate::money::as_text")]
    remainder: i128,
    id: Id,
}

/// A capacity in one fiscal year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct PricedCapacity {
    name: String,
    year: usize,
    cost: Money,
    minutes: Quantity,
    activities: Vec<PricedActivity>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct PricedActivity {
    driver: usize,
    minutes: Quantity,
    plus: Vec<(usize, Quantity)>,
}

/// What one account costs to serve, by line, and by step of the cascade and fiscal year.
#[derive(Clone, Debug, Default)]
pub(crate) struct Charge {
    pub(crate) lines: Vec<i128>,
    pub(crate) years: Vec<ByStep>,
}

/// Cost to serve of all accounts, in id order.
#[derive(Clone, Debug)]
pub struct CostTable {
    pub(crate) card: RateCard,
    /// Accounts × lines.
    pub(crate) amounts: Vec<Money>,
    /// Accounts × fiscal years.
    pub(crate) by_step: Vec<ByStep>,
    /// Accounts × drivers: what happened over the window, without events that state their own cost.
    volumes: Vec<Quantity>,
    /// Accounts × drivers: actual costs over the window.
    actual: Vec<Money>,
    /// True when any event states its own cost.
    pub(crate) any_actual: bool,
    /// How capacities were used, by fiscal year.
    pub capacities: Vec<CapacityUse>,
    /// Drivers that happened and have no price.
    pub not_priced: Vec<Driver>,
}

impl CostTable {
    /// Charges all accounts. Pools find their rate here, and add up to their cost exactly.
    pub(crate) fn charge(model: &CostToServe, calendar: &Calendar, volumes: &Volumes, ids: &[&Id]) -> Result<Self> {
        let card = RateCard::new(model, calendar, volumes, ids)?;
        let mut amounts = Vec::with_capacity(volumes.accounts.len() * card.lines.len());
        let mut by_step = Vec::with_capacity(volumes.accounts.len() * volumes.years);
        for (account, id) in volumes.accounts.iter().zip(ids) {
            let charge = card.charge(account, id)?;
            for amount in &charge.lines {
                amounts.push(narrow_or(*amount, "an account's cost to serve")?);
            }
            by_step.extend(charge.years);
        }
        let capacities = card.capacities.iter().map(|c| c.used(volumes, calendar)).collect::<Result<_>>()?;
        let unpriced = |at: &usize| !model.prices(&volumes.drivers[*at]) && volumes.total(*at) > 0;
        let not_priced = (0..volumes.drivers.len()).filter(unpriced).map(|at| volumes.drivers[at].clone()).collect();
        let (actual, volumes) = over_the_window(volumes)?;
        let any_actual = actual.iter().any(|m| *m != Money::ZERO);
        Ok(Self { card, amounts, by_step, volumes, actual, any_actual, capacities, not_priced })
    }

    /// How often a driver of the card happened to the account at a position, and what it actually cost.
    pub(crate) fn happened(&self, position: usize, driver: usize) -> (Quantity, Money) {
        let at = position * self.card.drivers.len() + driver;
        (self.volumes[at], self.actual[at])
    }

    /// The lines, in their order.
    pub fn lines(&self) -> &[CostLine] {
        &self.card.lines
    }

    /// The amounts of the account at a position, by line; empty beyond the last.
    pub fn of(&self, position: usize) -> &[Money] {
        self.amounts.chunks(self.card.lines.len()).nth(position).unwrap_or_default()
    }
}

/// Actual costs and volumes of all accounts and drivers, the years added up.
fn over_the_window(volumes: &Volumes) -> Result<(Vec<Money>, Vec<Quantity>)> {
    let (mut actual, mut happened) = (Vec::new(), Vec::new());
    for account in &volumes.accounts {
        for costs in account.actual.chunks(volumes.years) {
            actual.push(narrow_or(costs.iter().map(|c| i128::from(*c)).sum(), "an account's event cost")?);
        }
        happened.extend(account.volume.chunks(volumes.years).map(|v| Quantity::from_units(v.iter().sum())));
    }
    Ok((actual, happened))
}

impl RateCard {
    fn new(model: &CostToServe, calendar: &Calendar, volumes: &Volumes, ids: &[&Id]) -> Result<Self> {
        let drivers = volumes.drivers.clone();
        let mut lines: Vec<CostLine> = drivers.iter().cloned().map(CostLine::Driver).collect();
        lines.extend([CostLine::Freight, CostLine::PaymentTerms, CostLine::AccountManagement]);
        let years = (0..volumes.years).map(|year| {
            let (start, end) = calendar.year_span(year);
            YearDays {
                start: start.max(calendar.start()).days(),
                end: end.min(calendar.as_of()).days(),
                days: end.days_since(start) + 1,
            }
        });
        let mut card = Self {
            lines,
            rates: drivers.iter().map(|d| model.rates.get(d).copied()).collect(),
            pools: Vec::new(),
            capacities: Vec::new(),
            cost_of_capital: model.cost_of_capital,
            account_management: model.account_management,
            years: years.collect(),
            drivers,
        };
        for pool in &model.pools {
            card.add_pool(pool, calendar, volumes, ids)?;
        }
        for capacity in &model.capacities {
            card.add_capacity(capacity, calendar)?;
        }
        Ok(card)
    }

    /// How many fiscal years it prices.
    pub(crate) fn year_count(&self) -> usize {
        self.years.len()
    }

    /// Whether its parts fit each other, as they do unless someone edited them.
    pub(crate) fn is_sound(&self) -> bool {
        let (drivers, years) = (self.drivers.len(), self.years.len());
        let activities = self.capacities.iter().flat_map(|c| &c.activities);
        let used = activities.flat_map(|a| std::iter::once(a.driver).chain(a.plus.iter().map(|(driver, _)| *driver)));
        self.rates.len() == drivers
            && self.lines.len() == drivers + 3
            && self.pools.iter().all(|p| p.driver < drivers && p.year < years)
            && self.capacities.iter().all(|c| c.year < years && c.minutes > Quantity::ZERO)
            && used.into_iter().all(|driver| driver < drivers)
    }

    /// The rate of a driver of the card.
    pub(crate) fn rate(&self, driver: usize) -> Option<Money> {
        self.rates[driver]
    }

    fn driver(&self, driver: &Driver) -> usize {
        self.drivers.binary_search(driver).unwrap_or_default()
    }

    fn add_pool(&mut self, pool: &Pool, calendar: &Calendar, volumes: &Volumes, ids: &[&Id]) -> Result<()> {
        let driver = self.driver(&pool.driver);
        for (name, cost) in &pool.cost {
            let year = year_of(calendar, *name, &pool.name)?;
            let weights = volumes.of(driver, year);
            let volume: i128 = weights.iter().map(|w| i128::from(*w)).sum();
            if *cost == Money::ZERO {
                continue;
            }
            let (_, cutoff) = split_exactly(*cost, &weights, volume).ok_or_else(|| {
                let reason =
                    format!("the pool {:?} costs {cost} in {name}, and no account has any {}", pool.name, pool.driver);
                Error::new(
                    Problem::new(Code::PoolWithoutVolume, reason).hint("choose another driver, or leave the pool out"),
                )
            })?;
            let cutoff = cutoff.map(|c| PoolCutoff { remainder: c.remainder, id: ids[c.position].clone() });
            self.pools.push(PricedPool { driver, year, cost: *cost, volume, cutoff });
        }
        Ok(())
    }

    fn add_capacity(&mut self, capacity: &Capacity, calendar: &Calendar) -> Result<()> {
        let activities: Vec<PricedActivity> = capacity
            .activities
            .iter()
            .map(|a| PricedActivity {
                driver: self.driver(&a.driver),
                minutes: a.minutes,
                plus: a.plus.iter().map(|(driver, minutes)| (self.driver(driver), *minutes)).collect(),
            })
            .collect();
        for (name, cost) in &capacity.cost {
            let year = year_of(calendar, *name, &capacity.name)?;
            let minutes = capacity.minutes.get(name).copied().unwrap_or_default();
            let name = capacity.name.clone();
            self.capacities.push(PricedCapacity { name, year, cost: *cost, minutes, activities: activities.clone() });
        }
        Ok(())
    }

    /// Charges one account.
    pub(crate) fn charge(&self, account: &AccountVolumes, id: &Id) -> Result<Charge> {
        let years = self.years.len();
        let mut charge = Charge { lines: vec![0; self.lines.len()], years: vec![[0; 3]; years] };
        let mut put = |line: usize, year: usize, step: usize, amount: i128| {
            charge.lines[line] += amount;
            charge.years[year][step] += amount;
        };
        for driver in 0..self.drivers.len() {
            for year in 0..years {
                let cell = driver * years + year;
                put(driver, year, OTHER, account.actual[cell].into());
                if let Some(rate) = self.rates[driver] {
                    let product = i128::from(account.volume[cell]) * i128::from(rate.units());
                    put(driver, year, OTHER, div_half_even(product, SCALE.into()).unwrap_or_default());
                }
            }
        }
        for pool in &self.pools {
            let share = pool.share(account.volume[pool.driver * years + pool.year], id);
            put(pool.driver, pool.year, OTHER, share);
        }
        for capacity in &self.capacities {
            for activity in &capacity.activities {
                let cost = capacity.cost_of(activity.minutes_of(account, years, capacity.year));
                put(activity.driver, capacity.year, OTHER, cost?);
            }
        }
        let after = self.drivers.len();
        for (year, days) in self.years.iter().enumerate() {
            put(after, year, FREIGHT, account.freight[year].into());
            put(after + 1, year, TERMS, self.payment_terms(account, year));
            put(after + 2, year, OTHER, self.management(account, days));
        }
        Ok(charge)
    }

    fn payment_terms(&self, account: &AccountVolumes, year: usize) -> i128 {
        let (Some(capital), Some(days)) = (self.cost_of_capital, account.payment_days) else { return 0 };
        let revenue = account.net_revenue[year].max(0);
        let product = revenue * i128::from(days) * i128::from(capital.units());
        div_half_even(product, DAYS * i128::from(Rate::SCALE)).unwrap_or_default()
    }

    fn management(&self, account: &AccountVolumes, year: &YearDays) -> i128 {
        let (Some(rate), Some(first)) = (self.account_management, account.first_order) else { return 0 };
        let days = (year.end - year.start.max(first.days()) + 1).max(0);
        div_half_even(i128::from(rate.units()) * i128::from(days), year.days.into()).unwrap_or_default()
    }
}

fn year_of(calendar: &Calendar, name: i32, what: &str) -> Result<usize> {
    calendar.year_position(name).ok_or_else(|| {
        let (first, last) = (calendar.year_name(0), calendar.year_name(calendar.year_count() - 1));
        let reason = format!("{what:?} has a cost in the fiscal year {name}; the window has {first} to {last}");
        Error::new(Problem::new(Code::Contradiction, reason))
    })
}

impl PricedPool {
    fn share(&self, weight: i64, id: &Id) -> i128 {
        let gets_unit = |remainder: i128| {
            let cutoff = self.cutoff.as_ref();
            cutoff.is_some_and(|c| remainder > c.remainder || (remainder == c.remainder && *id <= c.id))
        };
        share_again(self.cost, weight, self.volume, gets_unit).map_or(0, |m| m.units().into())
    }
}

impl PricedActivity {
    /// Minutes, in 10⁻⁸: two factors of four decimals.
    fn minutes_of(&self, account: &AccountVolumes, years: usize, year: usize) -> i128 {
        let times = |driver: usize, minutes: Quantity| {
            i128::from(account.volume[driver * years + year]) * i128::from(minutes.units())
        };
        let own = times(self.driver, self.minutes);
        own + self.plus.iter().map(|(driver, minutes)| times(*driver, *minutes)).sum::<i128>()
    }
}

impl PricedCapacity {
    fn cost_of(&self, minutes: i128) -> Result<i128> {
        let capacity = i128::from(self.minutes.units()) * i128::from(SCALE);
        let product = minutes.checked_mul(self.cost.units().into());
        product
            .and_then(|p| div_half_even(p, capacity))
            .ok_or_else(|| crate::money::overflow(&format!("the time of {:?}", self.name)))
    }

    fn used(&self, volumes: &Volumes, calendar: &Calendar) -> Result<CapacityUse> {
        let (mut assigned, mut minutes) = (0i128, 0i128);
        for account in &volumes.accounts {
            for activity in &self.activities {
                let taken = activity.minutes_of(account, volumes.years, self.year);
                assigned += self.cost_of(taken)?;
                minutes += taken;
            }
        }
        let supplied = self.cost;
        let minutes = div_half_even(minutes, SCALE.into()).unwrap_or_default();
        let minutes_used = narrow_or(minutes, "the minutes used")?;
        Ok(CapacityUse {
            name: self.name.clone(),
            year: calendar.year_name(self.year),
            supplied,
            assigned: narrow_or(assigned, "the cost assigned")?,
            unused: narrow_or(i128::from(supplied.units()) - assigned, "the cost unused")?,
            minutes: self.minutes,
            minutes_used: Quantity::from_units(minutes_used.units()),
        })
    }
}
