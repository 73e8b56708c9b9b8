//! What happened to one account, counted by going through all records.

use super::clean::{Clean, Records, UsedOrder, units};
use super::numbers::{fraction, half_even};
use super::window::Window;
use num_rational::BigRational;
use num_traits::Zero;
use portefeuille::facts::{ReturnsFrom, RushFrom};
use portefeuille::{Customer, Date, EventKind, Model, ServiceEvent};
use std::collections::{BTreeMap, BTreeSet};

/// Which optional columns and tables the records have.
pub(crate) struct Given {
    pub(crate) lines: bool,
    pub(crate) line_column: bool,
    pub(crate) events: bool,
    pub(crate) rush: bool,
    pub(crate) cost: bool,
    pub(crate) discount: bool,
    pub(crate) freight: bool,
    pub(crate) friction: bool,
    pub(crate) terms: bool,
    pub(crate) potential: bool,
}

impl Given {
    pub(crate) fn new(records: &Records) -> Self {
        let (orders, customers) = (&records.orders, &records.customers);
        let lines = records.lines.as_deref().unwrap_or_default();
        Self {
            lines: records.lines.is_some(),
            line_column: orders.iter().any(|o| o.lines.is_some()),
            events: records.events.is_some(),
            rush: orders.iter().any(|o| o.rush.is_some()),
            cost: orders.iter().any(|o| o.cost_of_goods.is_some()) || lines.iter().any(|l| l.cost_of_goods.is_some()),
            discount: orders.iter().any(|o| o.discount.is_some()) || lines.iter().any(|l| l.discount.is_some()),
            freight: orders.iter().any(|o| o.freight.is_some()),
            friction: customers.iter().any(|c| c.friction.is_some()),
            terms: customers.iter().any(|c| c.payment_days.is_some()),
            potential: customers.iter().any(|c| c.annual_potential.is_some()),
        }
    }
}

/// All that one account did in the window.
pub(crate) struct Deeds<'a> {
    pub(crate) customer: &'a Customer,
    pub(crate) window: &'a Window,
    model: &'a Model,
    given: &'a Given,
    /// Orders of 0 and more.
    pub(crate) sales: Vec<&'a UsedOrder>,
    /// Credit notes.
    pub(crate) notes: Vec<&'a UsedOrder>,
    pub(crate) events: Vec<&'a ServiceEvent>,
}

impl<'a> Deeds<'a> {
    pub(crate) fn new(
        customer: &'a Customer,
        clean: &'a Clean,
        window: &'a Window,
        model: &'a Model,
        given: &'a Given,
    ) -> Self {
        let own = clean.orders.iter().filter(|o| o.order.customer_id == customer.customer_id);
        let inside = own.filter(|o| window.holds(o.counts_on));
        let (sales, notes) = inside.partition(|o| o.revenue >= 0);
        let own = clean.events.iter().filter(|e| e.customer_id == customer.customer_id);
        let events = own.filter(|e| window.holds(e.occurred_on)).collect();
        Self { customer, window, model, given, sales, notes, events }
    }

    pub(crate) fn all_orders(&self) -> impl Iterator<Item = &'a UsedOrder> {
        self.sales.iter().chain(&self.notes).copied()
    }

    /// Sums something over orders and credit notes, in one fiscal year or in all.
    pub(crate) fn sum(&self, year: Option<i32>, of: impl Fn(&UsedOrder) -> i128) -> i128 {
        let orders = self.all_orders().filter(|o| year.is_none_or(|y| self.window.year(o.counts_on) == y));
        orders.map(of).sum()
    }

    pub(crate) fn event_credits(&self, when: impl Fn(Date) -> bool) -> i128 {
        self.events.iter().filter(|e| when(e.occurred_on)).map(|e| units(e.credit)).sum()
    }

    pub(crate) fn invoiced(&self, year: Option<i32>) -> i128 {
        self.sum(year, |o| o.revenue.max(0))
    }

    pub(crate) fn credits(&self, year: Option<i32>) -> i128 {
        let in_year = |date: Date| year.is_none_or(|y| self.window.year(date) == y);
        self.sum(year, |o| (-o.revenue).max(0)) + self.event_credits(in_year)
    }

    /// Net revenue of the days that are chosen.
    pub(crate) fn net_revenue_when(&self, when: impl Fn(Date) -> bool) -> i128 {
        let orders: i128 = self.all_orders().filter(|o| when(o.counts_on)).map(|o| o.revenue).sum();
        orders - self.event_credits(when)
    }

    pub(crate) fn quarters(&self) -> Vec<i128> {
        let quarters = self.window.complete_quarters.iter();
        quarters.map(|(first, last)| self.net_revenue_when(|d| *first <= d && d <= *last)).collect()
    }

    pub(crate) fn first_order(&self) -> Option<Date> {
        self.sales.iter().map(|o| o.order.ordered_on).min()
    }

    pub(crate) fn last_order(&self) -> Option<Date> {
        self.sales.iter().map(|o| o.order.ordered_on).max()
    }

    pub(crate) fn is_small(&self, order: &UsedOrder) -> bool {
        self.model.cost_to_serve.small_order_below.is_some_and(|below| order.revenue < below.units().into())
    }

    pub(crate) fn small_orders(&self) -> Option<i64> {
        self.model.cost_to_serve.small_order_below?;
        Some(self.sales.iter().filter(|o| self.is_small(o)).count() as i64)
    }

    pub(crate) fn lines(&self) -> Option<i64> {
        let lines = self.sales.iter().map(|o| o.line_count.unwrap_or(0)).sum::<i128>();
        (self.given.lines || self.given.line_column).then_some(lines as i64)
    }

    pub(crate) fn events_of(&self, kinds: &[EventKind]) -> Option<i64> {
        self.given.events.then(|| self.events.iter().filter(|e| kinds.contains(&e.kind)).count() as i64)
    }

    pub(crate) fn support_hours(&self) -> Option<i64> {
        let kinds = [EventKind::TechnicalSupport, EventKind::Coordination, EventKind::FollowUp];
        let hours = self.events.iter().filter(|e| kinds.contains(&e.kind)).map(|e| e.quantity.units());
        self.given.events.then(|| hours.sum())
    }

    fn flagged(&self) -> i64 {
        self.sales.iter().filter(|o| o.order.rush == Some(true)).count() as i64
    }

    pub(crate) fn rush_orders(&self, from: RushFrom) -> Option<i64> {
        let orders = self.sales.len() as i64;
        let events = self.events_of(&[EventKind::RushOrder]);
        match from {
            RushFrom::Orders => self.given.rush.then(|| self.flagged()),
            RushFrom::Events => events.map(|n| n.min(orders)),
            RushFrom::Sum if !self.given.rush && !self.given.events => None,
            RushFrom::Sum => Some((self.flagged() + events.unwrap_or(0)).min(orders)),
        }
    }

    pub(crate) fn returns(&self, from: ReturnsFrom) -> i64 {
        let events = self.events.iter().filter(|e| e.kind == EventKind::Return).count() as i64;
        let notes = self.notes.len() as i64;
        match from {
            ReturnsFrom::Events => events,
            ReturnsFrom::CreditNotes => notes,
            ReturnsFrom::Sum => events + notes,
        }
    }

    pub(crate) fn families(&self) -> Option<u32> {
        let families: BTreeSet<&str> =
            self.all_orders().flat_map(|o| &o.lines).map(|l| l.product_family.as_str()).collect();
        self.given.lines.then_some(families.len() as u32)
    }

    pub(crate) fn missing_values(&self) -> i64 {
        let given = self.given;
        let count = |given: bool, missing: &dyn Fn(&UsedOrder) -> bool| {
            if given { self.all_orders().filter(|o| missing(o)).count() as i64 } else { 0 }
        };
        let customer = self.customer;
        count(given.cost, &|o| o.cost_missing)
            + count(given.discount, &|o| o.discount_missing)
            + count(given.freight, &|o| o.order.freight.is_none())
            + count(given.lines || given.line_column, &|o| o.revenue >= 0 && o.line_count.is_none())
            + count(given.rush, &|o| o.revenue >= 0 && o.order.rush.is_none())
            + i64::from(given.friction && customer.friction.is_none())
            + i64::from(given.terms && customer.payment_days.is_none())
            + i64::from(given.potential && customer.annual_potential.is_none())
    }

    /// Revenue without a known cost of goods, by family (`None`: no line allocates it) and period.
    pub(crate) fn unknown(&self) -> BTreeMap<(Option<String>, usize), (i128, i32)> {
        let mut cells = BTreeMap::new();
        for order in self.all_orders().filter(|o| o.order.cost_of_goods.is_none()) {
            let (period, year) = (self.window.period(order.counts_on), self.window.year(order.counts_on));
            let mut add = |family: Option<String>, revenue: i128| {
                cells.entry((family, period)).or_insert((0, year)).0 += revenue;
            };
            let mut left = order.revenue - order.revenue_with_cost;
            for line in order.lines.iter().filter(|l| l.cost_of_goods.is_none()) {
                add(Some(line.product_family.clone()), line.revenue.units().into());
                left -= i128::from(line.revenue.units());
            }
            add(None, left);
        }
        cells.retain(|_, (revenue, _)| *revenue != 0);
        cells
    }

    /// Units of rush orders that a rate prices, by fiscal year: together at most the orders, in order of time.
    pub(crate) fn rush_volume(&self, from: RushFrom, until: i32) -> i128 {
        let mut left = self.sales.len() as i128 * 10_000;
        let mut last = 0;
        for year in self.window.first_year..=until {
            let sales = self.sales.iter().filter(|o| self.window.year(o.counts_on) == year);
            let flagged = sales.filter(|o| o.order.rush == Some(true)).count() as i128 * 10_000;
            let events = self.volume_of(&EventKind::RushOrder, year);
            let wanted = match from {
                RushFrom::Orders => flagged,
                RushFrom::Events => events,
                RushFrom::Sum => flagged + events,
            };
            last = wanted.min(left);
            left -= last;
        }
        last
    }

    /// What a rate prices of an event kind in a fiscal year: the quantity of the events without an actual cost.
    pub(crate) fn volume_of(&self, kind: &EventKind, year: i32) -> i128 {
        let events = self.events.iter().filter(|e| e.kind == *kind && self.window.year(e.occurred_on) == year);
        events.filter(|e| e.cost.is_none()).map(|e| i128::from(e.quantity.units())).sum()
    }

    pub(crate) fn actual_cost_of(&self, kind: &EventKind, year: Option<i32>) -> i128 {
        let events = self.events.iter().filter(|e| e.kind == *kind);
        let events = events.filter(|e| year.is_none_or(|y| self.window.year(e.occurred_on) == y));
        events.map(|e| units(e.cost)).sum()
    }
}

/// Where a margin rate comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    Family,
    Portfolio,
    Default,
}

/// Margin rates of what is known, by family, of the portfolio, and the model's own.
pub(crate) struct MarginRates {
    families: BTreeMap<String, BigRational>,
    portfolio: Option<BigRational>,
    default: Option<BigRational>,
}

impl MarginRates {
    pub(crate) fn new(clean: &Clean, window: &Window, model: &Model) -> Self {
        let orders: Vec<&UsedOrder> = clean.orders.iter().filter(|o| window.holds(o.counts_on)).collect();
        let known: Vec<(&str, i128, i128)> = orders
            .iter()
            .flat_map(|o| &o.lines)
            .filter_map(|l| {
                Some((l.product_family.as_str(), l.revenue.units().into(), l.cost_of_goods?.units().into()))
            })
            .collect();
        let rate = |pairs: &mut dyn Iterator<Item = (i128, i128)>| {
            let (revenue, cost) = pairs.fold((0, 0), |(r, c), (revenue, cost)| (r + revenue, c + cost));
            (revenue > 0).then(|| fraction(revenue - cost, revenue))
        };
        let names: BTreeSet<&str> = known.iter().map(|k| k.0).collect();
        let of_family = |name: &str| rate(&mut known.iter().filter(|k| k.0 == name).map(|k| (k.1, k.2)));
        let families = names.into_iter().filter_map(|name| Some((name.to_owned(), of_family(name)?))).collect();
        let by_lines = rate(&mut known.iter().map(|k| (k.1, k.2)));
        let by_orders = || rate(&mut orders.iter().map(|o| (o.revenue_with_cost, o.cost)));
        let default = model.default_margin_rate.map(|r| fraction(r.units().into(), 1_000_000_000));
        Self { families, portfolio: by_lines.or_else(by_orders), default }
    }

    fn rate(&self, family: Option<&String>) -> Option<(&BigRational, Source)> {
        let own = family.and_then(|f| self.families.get(f)).map(|r| (r, Source::Family));
        let portfolio = self.portfolio.as_ref().map(|r| (r, Source::Portfolio));
        own.or(portfolio).or_else(|| self.default.as_ref().map(|r| (r, Source::Default)))
    }

    /// Estimated cost of goods by fiscal year, or `None` when some of it has no rate; and the weakest source.
    pub(crate) fn estimate(&self, deeds: &Deeds<'_>) -> (Option<BTreeMap<i32, i128>>, Option<Source>) {
        let (mut by_year, mut weakest) = (Some(BTreeMap::new()), None);
        for ((family, _), (revenue, year)) in deeds.unknown() {
            let Some((rate, source)) = self.rate(family.as_ref()) else {
                by_year = None;
                continue;
            };
            weakest = weakest.max(Some(source));
            let cost = fraction(revenue, 1) * (fraction(1, 1) - rate);
            debug_assert!(!fraction(revenue, 1).is_zero());
            if let Some(by_year) = &mut by_year {
                *by_year.entry(year).or_insert(0) += half_even(&cost);
            }
        }
        (by_year, weakest)
    }
}
