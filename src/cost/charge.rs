//! Charging costs to accounts: rates, pools, time, actual costs, freight, payment terms and account management.

use super::volume::AccountVolumes;
use super::{Capacity, CostLine, CostToServe, Driver, Pool};
use crate::date::Date;
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

/// What one account costs to serve. It is filled again for each account, so that accounts cost no allocation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Charge {
    /// By line.
    pub(crate) lines: Vec<i128>,
    /// By step of the cascade and fiscal year.
    pub(crate) years: Vec<ByStep>,
    /// Cost and minutes of each capacity in each of its fiscal years.
    capacities: Vec<(i128, i128)>,
}

/// What some accounts cost to serve together.
#[derive(Clone, Debug)]
pub(crate) struct CostSums {
    lines: Vec<i128>,
    /// By driver: how often it happened, whether it happened to any account, and whether any event states its cost.
    volumes: Vec<i128>,
    happened: Vec<bool>,
    any_actual: bool,
    capacities: Vec<(i128, i128)>,
}

/// What serving all accounts costs, by line, and the prices behind it.
#[derive(Clone, Debug)]
pub struct CostTable {
    pub(crate) card: RateCard,
    /// By line.
    totals: Vec<i128>,
    /// By driver: whether it happened to any account.
    happened: Vec<bool>,
    /// True when any event states its own cost.
    pub(crate) any_actual: bool,
    /// How capacities were used, by fiscal year.
    pub capacities: Vec<CapacityUse>,
    /// Drivers that happened and have no price.
    pub not_priced: Vec<Driver>,
}

impl CostTable {
    /// The table of a card and what it charged to all accounts.
    pub(crate) fn new(model: &CostToServe, card: RateCard, sums: CostSums, calendar: &Calendar) -> Result<Self> {
        let used = card.capacities.iter().zip(&sums.capacities);
        let capacities = used.map(|(capacity, sums)| capacity.used(*sums, calendar)).collect::<Result<_>>()?;
        let drivers = card.drivers.iter().zip(&sums.volumes);
        let unpriced = drivers.filter(|(driver, volume)| !model.prices(driver) && **volume > 0);
        let not_priced = unpriced.map(|(driver, _)| driver.clone()).collect();
        let CostSums { lines: totals, happened, any_actual, .. } = sums;
        Ok(Self { card, totals, happened, any_actual, capacities, not_priced })
    }

    /// Whether a driver of the card happened to any account.
    pub(crate) fn happened(&self, driver: usize) -> bool {
        self.happened[driver]
    }

    /// The lines, in their order.
    pub fn lines(&self) -> &[CostLine] {
        &self.card.lines
    }

    /// The amount of each line over all accounts, exact, in 1/10,000.
    pub(crate) fn totals(&self) -> &[i128] {
        &self.totals
    }
}

impl CostSums {
    /// The sums over no account.
    pub(crate) fn new(card: &RateCard) -> Self {
        Self {
            lines: vec![0; card.lines.len()],
            volumes: vec![0; card.drivers.len()],
            happened: vec![false; card.drivers.len()],
            any_actual: false,
            capacities: vec![(0, 0); card.capacities.len()],
        }
    }

    /// Adds an account; an error when what it cost cannot be held.
    pub(crate) fn add(&mut self, account: &AccountVolumes, charge: &Charge) -> Result<()> {
        for (sum, amount) in self.lines.iter_mut().zip(&charge.lines) {
            *sum += i128::from(narrow_or(*amount, "an account's cost to serve")?.units());
        }
        for (sum, (cost, minutes)) in self.capacities.iter_mut().zip(&charge.capacities) {
            *sum = (sum.0 + cost, sum.1 + minutes);
        }
        for (driver, (sum, happened)) in self.volumes.iter_mut().zip(&mut self.happened).enumerate() {
            let (volume, actual) = account.over_the_window(driver)?;
            *sum += i128::from(volume.units());
            *happened |= volume != Quantity::ZERO || actual != Money::ZERO;
            self.any_actual |= actual != Money::ZERO;
        }
        Ok(())
    }

    /// Adds the sums over other accounts.
    pub(crate) fn merge(&mut self, other: &Self) {
        let add = |sums: &mut [i128], other: &[i128]| sums.iter_mut().zip(other).for_each(|(sum, more)| *sum += more);
        add(&mut self.lines, &other.lines);
        add(&mut self.volumes, &other.volumes);
        self.happened.iter_mut().zip(&other.happened).for_each(|(any, more)| *any |= more);
        self.any_actual |= other.any_actual;
        for (sum, more) in self.capacities.iter_mut().zip(&other.capacities) {
            *sum = (sum.0 + more.0, sum.1 + more.1);
        }
    }
}

impl AccountVolumes {
    /// How often a driver happened over the window, without events that state their own cost, and what those cost.
    #[inline]
    pub(crate) fn over_the_window(&self, driver: usize) -> Result<(Quantity, Money)> {
        let years = self.freight.len();
        let span = driver * years..(driver + 1) * years;
        let volume = Quantity::from_units(self.volume[span.clone()].iter().sum());
        if !self.any_actual {
            return Ok((volume, Money::ZERO));
        }
        let actual = self.actual[span].iter().map(|cost| i128::from(*cost)).sum();
        Ok((volume, narrow_or(actual, "an account's event cost")?))
    }
}

/// What finding the prices takes: each account's volume of one driver in one fiscal year, and its id.
pub(crate) trait Weights {
    fn of(&self, driver: usize, year: usize) -> Result<Vec<i64>>;
    fn id(&self, position: usize) -> &Id;
}

impl RateCard {
    /// The prices of a model. Pools meet their volumes here.
    pub(crate) fn new(
        model: &CostToServe,
        calendar: &Calendar,
        drivers: Vec<Driver>,
        weights: &impl Weights,
    ) -> Result<Self> {
        let mut lines: Vec<CostLine> = drivers.iter().cloned().map(CostLine::Driver).collect();
        lines.extend([CostLine::Freight, CostLine::PaymentTerms, CostLine::AccountManagement]);
        let years = (0..calendar.year_count()).map(|year| {
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
            card.add_pool(pool, calendar, weights)?;
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

    fn add_pool(&mut self, pool: &Pool, calendar: &Calendar, weights: &impl Weights) -> Result<()> {
        let driver = self.driver(&pool.driver);
        for (name, cost) in &pool.cost {
            let year = year_of(calendar, *name, &pool.name)?;
            if *cost == Money::ZERO {
                continue;
            }
            let volumes = weights.of(driver, year)?;
            let volume: i128 = volumes.iter().map(|w| i128::from(*w)).sum();
            let (_, cutoff) = split_exactly(*cost, &volumes, volume).ok_or_else(|| {
                let reason =
                    format!("the pool {:?} costs {cost} in {name}, and no account has any {}", pool.name, pool.driver);
                Error::new(
                    Problem::new(Code::PoolWithoutVolume, reason).hint("choose another driver, or leave the pool out"),
                )
            })?;
            let cutoff = cutoff.map(|c| PoolCutoff { remainder: c.remainder, id: weights.id(c.position).clone() });
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
    pub(crate) fn charge(&self, account: &AccountVolumes, id: &Id, charge: &mut Charge) -> Result<()> {
        let years = self.years.len();
        charge.clear(self);
        for (driver, rate) in self.rates.iter().enumerate() {
            let cells = driver * years..(driver + 1) * years;
            if account.any_actual {
                charge.put_years(driver, account.actual[cells.clone()].iter().map(|cost| (*cost).into()));
            }
            if let Some(rate) = rate {
                charge.put_years(driver, account.volume[cells].iter().map(|volume| at_rate(*volume, *rate)));
            }
        }
        for pool in &self.pools {
            let share = pool.share(account.volume[pool.driver * years + pool.year], id);
            charge.put(pool.driver, pool.year, OTHER, share);
        }
        for (at, capacity) in self.capacities.iter().enumerate() {
            for activity in &capacity.activities {
                let minutes = activity.minutes_of(account, years, capacity.year);
                let cost = capacity.cost_of(minutes)?;
                charge.put(activity.driver, capacity.year, OTHER, cost);
                charge.capacities[at].0 += cost;
                charge.capacities[at].1 += minutes;
            }
        }
        let after = self.drivers.len();
        for (year, freight) in account.freight.iter().enumerate().filter(|(_, freight)| **freight != 0) {
            charge.put(after, year, FREIGHT, *freight);
        }
        if let (Some(capital), Some(days)) = (self.cost_of_capital, account.payment_days) {
            for (year, revenue) in account.net_revenue.iter().enumerate() {
                charge.put(after + 1, year, TERMS, payment_terms(*revenue, capital, days));
            }
        }
        if let (Some(rate), Some(first)) = (self.account_management, account.first_order) {
            charge.put_years(after + 2, self.years.iter().map(|year| year.management(rate, first)));
        }
        Ok(())
    }
}

/// What the payment term of a customer costs in a fiscal year.
fn payment_terms(net_revenue: i128, capital: Rate, days: u32) -> i128 {
    let product = net_revenue.max(0) * i128::from(days) * i128::from(capital.units());
    div_half_even(product, DAYS * i128::from(Rate::SCALE)).unwrap_or_default()
}

impl YearDays {
    /// What managing an account costs in the year, from its first order.
    fn management(&self, rate: Money, first: Date) -> i128 {
        let days = (self.end - self.start.max(first.days()) + 1).max(0);
        div_half_even(i128::from(rate.units()) * i128::from(days), self.days.into()).unwrap_or_default()
    }
}

impl Charge {
    fn clear(&mut self, card: &RateCard) {
        self.lines.clear();
        self.lines.resize(card.lines.len(), 0);
        self.years.clear();
        self.years.resize(card.years.len(), [0; 3]);
        self.capacities.clear();
        self.capacities.resize(card.capacities.len(), (0, 0));
    }

    /// Puts the other costs of each fiscal year on a line.
    #[inline]
    fn put_years(&mut self, line: usize, amounts: impl Iterator<Item = i128>) {
        let mut sum = 0;
        for (steps, amount) in self.years.iter_mut().zip(amounts) {
            sum += amount;
            steps[OTHER] += amount;
        }
        self.lines[line] += sum;
    }

    fn put(&mut self, line: usize, year: usize, step: usize, amount: i128) {
        self.lines[line] += amount;
        self.years[year][step] += amount;
    }
}

/// What a volume costs at a rate, rounded once. It comes out even as a rule, and then takes one division.
#[inline]
fn at_rate(volume: i64, rate: Money) -> i128 {
    match volume.checked_mul(rate.units()) {
        Some(product) if product % SCALE == 0 => (product / SCALE).into(),
        _ => {
            let product = i128::from(volume) * i128::from(rate.units());
            div_half_even(product, SCALE.into()).unwrap_or_default()
        }
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

    fn used(&self, (assigned, minutes): (i128, i128), calendar: &Calendar) -> Result<CapacityUse> {
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
