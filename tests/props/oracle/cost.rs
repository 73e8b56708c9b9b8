//! Cost to serve by line and fiscal year: rates, pools, time, actual costs, freight, terms and account management.

use super::clean::units;
use super::facts::Deeds;
use super::numbers::{fraction, half_even};
use super::window::Window;
use num_rational::BigRational;
use num_traits::{ToPrimitive, Zero};
use portefeuille::cost::{Capacity, Pool};
use portefeuille::facts::RushFrom;
use portefeuille::{Code, Driver, EventKind, Model};
use std::collections::{BTreeMap, BTreeSet};

/// Cost by line and fiscal year. Lines have their driver's name, `freight`, `payment_terms` or `account_management`;
/// an event kind that is called as one of these is told apart by a mark.
pub(crate) type Costs = BTreeMap<(String, i32), i128>;

/// How a capacity was used in a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Used {
    pub(crate) name: String,
    pub(crate) year: i32,
    pub(crate) supplied: i128,
    pub(crate) assigned: i128,
    pub(crate) unused: i128,
    pub(crate) minutes_used: i128,
}

/// A driver as the oracle sees it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Counts {
    Orders,
    Lines,
    Small,
    Rush,
    Kind(String),
}

impl Counts {
    pub(crate) fn of(driver: &Driver) -> Self {
        match driver {
            Driver::Order => Self::Orders,
            Driver::OrderLine => Self::Lines,
            Driver::SmallOrder => Self::Small,
            Driver::RushOrder => Self::Rush,
            other => Self::Kind(other.name().to_owned()),
        }
    }

    pub(crate) fn of_kind(kind: &EventKind) -> Self {
        if *kind == EventKind::RushOrder { Self::Rush } else { Self::Kind(kind.name().to_owned()) }
    }

    pub(crate) fn line(&self) -> String {
        match self {
            Self::Orders => "order".to_owned(),
            Self::Lines => "order_line".to_owned(),
            Self::Small => "small_order".to_owned(),
            Self::Rush => "rush_order".to_owned(),
            Self::Kind(name) => kind_line(name),
        }
    }

    pub(crate) fn kind(&self) -> Option<EventKind> {
        match self {
            Self::Rush => Some(EventKind::RushOrder),
            Self::Kind(name) => Some(EventKind::new(name)),
            _ => None,
        }
    }
}

/// The line of an event kind.
pub(crate) fn kind_line(name: &str) -> String {
    let taken = ["order", "order_line", "small_order", "freight", "payment_terms", "account_management"];
    if taken.contains(&name) { format!("kind {name}") } else { name.to_owned() }
}

/// The costs of all accounts, by the records and the model alone.
pub(crate) struct Charging<'a> {
    pub(crate) deeds: &'a [Deeds<'a>],
    pub(crate) window: &'a Window,
    pub(crate) model: &'a Model,
    pub(crate) rush: RushFrom,
}

impl Charging<'_> {
    /// What a driver counts for an account in a fiscal year, in 1/10,000.
    pub(crate) fn volume(&self, account: &Deeds<'_>, driver: &Counts, year: i32) -> i128 {
        let sales = || account.sales.iter().filter(|o| self.window.year(o.counts_on) == year);
        match driver {
            Counts::Orders => sales().count() as i128 * 10_000,
            Counts::Lines => sales().map(|o| o.line_count.unwrap_or(0)).sum::<i128>() * 10_000,
            Counts::Small => sales().filter(|o| account.is_small(o)).count() as i128 * 10_000,
            Counts::Rush => account.rush_volume(self.rush, year),
            Counts::Kind(name) => account.volume_of(&EventKind::new(name), year),
        }
    }

    pub(crate) fn volume_in_all(&self, account: &Deeds<'_>, driver: &Counts) -> i128 {
        self.window.years().map(|year| self.volume(account, driver, year)).sum()
    }

    /// The costs of each account and how capacities were used, or the code of the error that the model deserves.
    pub(crate) fn charge(&self) -> Result<(Vec<Costs>, Vec<Used>), Code> {
        let mut costs: Vec<Costs> = self.deeds.iter().map(|account| self.own_costs(account)).collect();
        for pool in &self.model.cost_to_serve.pools {
            self.share_out(pool, &mut costs)?;
        }
        let mut used = Vec::new();
        for capacity in &self.model.cost_to_serve.capacities {
            used.extend(self.charge_time(capacity, &mut costs)?);
        }
        Ok((costs, used))
    }

    fn own_costs(&self, account: &Deeds<'_>) -> Costs {
        let mut costs = Costs::new();
        let model = &self.model.cost_to_serve;
        let kinds: BTreeSet<Counts> = account.events.iter().map(|e| Counts::of_kind(&e.kind)).collect();
        for year in self.window.years() {
            let mut add = |line: String, cost: i128| *costs.entry((line, year)).or_insert(0) += cost;
            for (driver, rate) in &model.rates {
                let driver = Counts::of(driver);
                let volume = self.volume(account, &driver, year);
                add(driver.line(), half_even(&fraction(volume * i128::from(rate.units()), 10_000)));
            }
            for kind in &kinds {
                let cost = kind.kind().map_or(0, |k| account.actual_cost_of(&k, Some(year)));
                add(kind.line(), cost);
            }
            add("freight".to_owned(), account.sum(Some(year), |o| units(o.order.freight)));
            add("payment_terms".to_owned(), self.terms(account, year));
            add("account_management".to_owned(), self.management(account, year));
        }
        costs
    }

    fn terms(&self, account: &Deeds<'_>, year: i32) -> i128 {
        let days = account.customer.payment_days;
        let (Some(capital), Some(days)) = (self.model.cost_to_serve.cost_of_capital, days) else { return 0 };
        let revenue = account.net_revenue_when(|d| self.window.year(d) == year).max(0);
        let cost = fraction(revenue, 1) * fraction(days.into(), 365) * fraction(capital.units().into(), 1_000_000_000);
        half_even(&cost)
    }

    fn management(&self, account: &Deeds<'_>, year: i32) -> i128 {
        let first = account.first_order();
        let (Some(rate), Some(first)) = (self.model.cost_to_serve.account_management, first) else { return 0 };
        let (start, end) = self.window.span(year);
        let days = (start.days()..=end.days()).filter(|d| first.days() <= *d && *d <= self.window.as_of.days()).count();
        let of_year = i128::from(end.days() - start.days() + 1);
        half_even(&(fraction(rate.units().into(), 1) * fraction(days as i128, of_year)))
    }

    fn share_out(&self, pool: &Pool, costs: &mut [Costs]) -> Result<(), Code> {
        let driver = Counts::of(&pool.driver);
        for (year, cost) in &pool.cost {
            if !self.window.years().any(|y| y == *year) {
                return Err(Code::Contradiction);
            }
            let volumes: Vec<i128> = self.deeds.iter().map(|a| self.volume(a, &driver, *year)).collect();
            let cost: i128 = cost.units().into();
            if cost == 0 {
                continue;
            }
            if volumes.iter().sum::<i128>() == 0 {
                return Err(Code::PoolWithoutVolume);
            }
            for (costs, share) in costs.iter_mut().zip(largest_remainder(cost, &volumes)) {
                *costs.entry((driver.line(), *year)).or_insert(0) += share;
            }
        }
        Ok(())
    }

    fn charge_time(&self, capacity: &Capacity, costs: &mut [Costs]) -> Result<Vec<Used>, Code> {
        let mut used = Vec::new();
        for (year, cost) in &capacity.cost {
            if !self.window.years().any(|y| y == *year) {
                return Err(Code::Contradiction);
            }
            let practical = fraction(capacity.minutes[year].units().into(), 10_000);
            let rate = fraction(cost.units().into(), 1) / practical;
            let (mut assigned, mut minutes_used) = (0, BigRational::zero());
            for (account, costs) in self.deeds.iter().zip(costs.iter_mut()) {
                for activity in &capacity.activities {
                    let take = |driver: &Driver, minutes: portefeuille::Quantity| {
                        let volume = self.volume(account, &Counts::of(driver), *year);
                        fraction(volume, 10_000) * fraction(minutes.units().into(), 10_000)
                    };
                    let further = activity.plus.iter().map(|(driver, minutes)| take(driver, *minutes));
                    let minutes = further.fold(take(&activity.driver, activity.minutes), |sum, m| sum + m);
                    let charged = half_even(&(&minutes * &rate));
                    *costs.entry((Counts::of(&activity.driver).line(), *year)).or_insert(0) += charged;
                    assigned += charged;
                    minutes_used += minutes;
                }
            }
            let supplied: i128 = cost.units().into();
            used.push(Used {
                name: capacity.name.clone(),
                year: *year,
                supplied,
                assigned,
                unused: supplied - assigned,
                minutes_used: half_even(&(minutes_used * fraction(10_000, 1))),
            });
        }
        Ok(used)
    }
}

/// Shares that add up: each rounded down, the units left over to the largest remainders, ties to the first.
pub(crate) fn largest_remainder(pool: i128, weights: &[i128]) -> Vec<i128> {
    let total: i128 = weights.iter().sum();
    let exact: Vec<BigRational> = weights.iter().map(|w| fraction(pool.abs() * w, total)).collect();
    let mut shares: Vec<i128> = exact.iter().map(|e| e.floor().to_integer().to_i128().unwrap()).collect();
    let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
    by_remainder.sort_by(|a, b| exact[*b].fract().cmp(&exact[*a].fract()).then(a.cmp(b)));
    let left = pool.abs() - shares.iter().sum::<i128>();
    for at in by_remainder.into_iter().take(left as usize) {
        shares[at] += 1;
    }
    shares.into_iter().map(|s| s * pool.signum()).collect()
}
