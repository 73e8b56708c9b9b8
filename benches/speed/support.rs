//! Seeded records in the shapes that portfolios have.

use divan::counter::ItemsCount;
use portefeuille::{
    Customer, Date, Driver, EventKind, Friction, Ledger, Model, Money, Order, ServiceEvent, date, money,
};
use std::fmt;

/// How often each benchmark is measured, unless `--sample-count` says otherwise.
pub(crate) const SAMPLES: u32 = 10;

/// A full size, or a tiny one where benchmarks are only tried: without `--bench` (`cargo test`), or with `--test`.
pub(crate) fn size(full: usize) -> usize {
    let given = |flag: &str| std::env::args().any(|arg| arg == flag);
    if given("--bench") && !given("--test") { full } else { full.min(500) }
}

pub(crate) fn items(count: usize) -> ItemsCount {
    ItemsCount::new(count)
}

/// SplitMix64: the same numbers for the same seed everywhere.
pub(crate) struct Rng(pub(crate) u64);

impl Rng {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }

    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// How records spread over accounts and days.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// Ten orders an account, as alike as chance makes them: what the others are compared with.
    Flat,
    /// One account has nine tenths of the orders: work split by account would not spread.
    Skewed,
    /// Accounts by Zipf's law, as portfolios mostly are.
    Zipf1,
    /// The same, steeper: a few accounts, and a long tail of tiny ones.
    Zipf15,
    /// Every account has one order, as in retail: as many accounts as orders.
    OneOrder,
    /// All accounts have the same figures: sorting and ranking must not slow down on ties.
    Ties,
    /// Orders over thirty years, all in the window: 120 quarters an account.
    ThirtyYears,
    /// Fifty service events for each order.
    Events,
}

impl Shape {
    pub(crate) const ALL: [Self; 8] = [
        Self::Flat,
        Self::Skewed,
        Self::Zipf1,
        Self::Zipf15,
        Self::OneOrder,
        Self::Ties,
        Self::ThirtyYears,
        Self::Events,
    ];

    fn accounts(self, records: usize) -> usize {
        if matches!(self, Self::OneOrder) { records } else { (records / 10).max(1) }
    }

    fn years(self) -> u32 {
        if matches!(self, Self::ThirtyYears) { 30 } else { 3 }
    }

    fn events(self, records: usize) -> usize {
        if matches!(self, Self::Events) { records - records / 51 } else { records / 10 }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

/// Draws the account of the next record.
struct Draw {
    shape: Shape,
    accounts: usize,
    /// Cumulative weights, for Zipf's law.
    weights: Vec<f64>,
}

impl Draw {
    fn new(shape: Shape, accounts: usize) -> Self {
        let exponent = match shape {
            Shape::Zipf1 => Some(1.0),
            Shape::Zipf15 => Some(1.5),
            _ => None,
        };
        let mut sum = 0.0;
        let weights = exponent.map_or_else(Vec::new, |exponent| {
            (1..=accounts).map(|rank| (sum += (rank as f64).powf(-exponent), sum).1).collect()
        });
        Self { shape, accounts, weights }
    }

    fn account(&self, rng: &mut Rng, record: usize) -> usize {
        match self.shape {
            Shape::Skewed if rng.below(10) < 9 => 0,
            Shape::Zipf1 | Shape::Zipf15 => {
                let at = rng.unit() * self.weights.last().unwrap();
                self.weights.partition_point(|sum| *sum < at).min(self.accounts - 1)
            }
            Shape::OneOrder | Shape::Ties => record % self.accounts,
            _ => rng.below(self.accounts),
        }
    }
}

/// The records of a portfolio.
pub(crate) struct Records {
    pub(crate) customers: Vec<Customer>,
    pub(crate) orders: Vec<Order>,
    pub(crate) events: Vec<ServiceEvent>,
}

impl Records {
    /// So many orders and events together, a tenth of them events unless the shape says otherwise.
    pub(crate) fn new(shape: Shape, records: usize) -> Self {
        let accounts = shape.accounts(records);
        let (draw, mut rng) = (Draw::new(shape, accounts), Rng(7));
        let customers = (0..accounts)
            .map(|n| {
                let friction = [Friction::Easy, Friction::Moderate, Friction::Hard][rng.below(3)];
                Customer::new(format!("C{n:08}")).friction(friction)
            })
            .collect();
        let events = shape.events(records);
        let ties = matches!(shape, Shape::Ties);
        let days = 365 * shape.years() as usize;
        let day = |rng: &mut Rng| {
            let back = if ties { 100 } else { rng.below(days) };
            Date::from_days(date(2025, 12, 31).days() - back as i32).unwrap()
        };
        let id = |account: usize| format!("C{account:08}");
        let orders = (0..records - events)
            .map(|n| {
                let account = draw.account(&mut rng, n);
                let cents = if ties { 100_000 } else { 1_000 + rng.below(1_000_000) as i64 };
                let cost = if ties { 60_000 } else { cents * (400 + rng.below(500) as i64) / 1_000 };
                Order::new(format!("o-{n}"), id(account), day(&mut rng), Money::from_units(cents * 100))
                    .cost_of_goods(Money::from_units(cost * 100))
                    .rushed(!ties && rng.below(10) == 0)
            })
            .collect();
        let kinds = [EventKind::Return, EventKind::Claim, EventKind::TechnicalSupport];
        let events = (0..events)
            .map(|n| {
                let kind = kinds[if ties { 0 } else { rng.below(3) }].clone();
                ServiceEvent::new(id(draw.account(&mut rng, n)), day(&mut rng), kind)
            })
            .collect();
        Self { customers, orders, events }
    }

    pub(crate) fn count(&self) -> usize {
        self.orders.len() + self.events.len()
    }

    pub(crate) fn ledger(self) -> Ledger {
        let mut ledger = Ledger::new();
        ledger.add_customers(self.customers).unwrap();
        ledger.add_orders(self.orders).unwrap();
        ledger.add_events(self.events).unwrap();
        ledger
    }
}

/// A model that prices what happens.
pub(crate) fn model(shape: Shape) -> Model {
    let rates = [
        (Driver::Order, "45"),
        (Driver::RushOrder, "120"),
        (Driver::Return, "85"),
        (Driver::Claim, "180"),
        (Driver::TechnicalSupport, "70"),
    ];
    let model = rates.into_iter().fold(Model::new(), |model, (driver, rate)| model.rate(driver, money(rate)));
    let mut model = model.as_of(date(2025, 12, 31)).small_order_below(money("500"));
    model.history_years = shape.years();
    model
}
