//! Facts of all accounts.

use super::sums::Sums;
use super::{Calendar, FactSpec, Facts, SealedFacts};
use crate::date::Date;
use crate::error::{Code, Problem, Result, Table};
use crate::ledger::{Given, Tally, Total, WordTable};
use crate::records::{EventKind, Id, IdTable};
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A core fact of an account. Amounts are in 1/10,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is defined by its name in the guide to the method")]
#[non_exhaustive]
pub enum Field {
    Invoiced,
    Credits,
    RevenueWithCost,
    CostOfGoods,
    Discount,
    Freight,
    Orders,
    Lines,
    SmallOrders,
    RushOrders,
    CreditNotes,
    MissingCost,
    MissingDiscount,
    MissingFreight,
    MissingLines,
    MissingRush,
}

/// Facts that are kept by period; all others are kept by fiscal year.
const BY_PERIOD: usize = 2;
/// The number of core facts.
const FIELDS: usize = Field::MissingRush as usize + 1;

/// Where the facts of one account stand in its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) periods: usize,
    pub(super) years: usize,
}

impl Layout {
    pub(super) fn width(self) -> usize {
        BY_PERIOD * self.periods + (FIELDS - BY_PERIOD) * self.years
    }

    /// Where a field starts, and in how many pieces it is kept.
    pub(super) fn span(self, field: Field) -> (usize, usize) {
        let at = field as usize;
        if at < BY_PERIOD {
            (at * self.periods, self.periods)
        } else {
            (BY_PERIOD * self.periods + (at - BY_PERIOD) * self.years, self.years)
        }
    }

    pub(super) const fn is_by_period(field: Field) -> bool {
        (field as usize) < BY_PERIOD
    }
}

/// The measures of an event cell.
pub(super) const EVENT_MEASURES: usize = 5;
/// Positions in an event cell.
pub(super) const EVENTS: usize = 0;
pub(super) const QUANTITY: usize = 1;
pub(super) const UNCOSTED: usize = 2;
pub(super) const COST: usize = 3;
pub(super) const CREDIT: usize = 4;

/// What happened to one account: kind and period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct EventKey {
    pub(super) account: u32,
    pub(super) kind: u32,
    pub(super) period: u16,
}

/// Revenue of one account whose cost of goods is not known, by family and period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Unknown {
    pub(super) account: u32,
    /// The family, or [`WordTable::NONE`] for what no line allocates.
    pub(super) family: u32,
    pub(super) period: u16,
}

/// What the known lines of one family say, over all accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FamilyTotal {
    pub(crate) revenue: i128,
    pub(crate) revenue_with_cost: i128,
    pub(crate) cost_of_goods: i128,
}

/// Facts of all accounts: built once, merged at will.
#[derive(Clone, Debug)]
pub struct FactTable {
    pub(super) spec: Arc<FactSpec>,
    pub(super) calendar: Arc<Calendar>,
    pub(super) layout: Layout,
    pub(super) given: Given,
    pub(super) ids: IdTable,
    pub(super) core: Sums,
    pub(super) first_order: Vec<Date>,
    pub(super) last_order: Vec<Date>,
    pub(super) kinds: WordTable,
    pub(super) event_index: FxHashMap<EventKey, u32>,
    pub(super) event_keys: Vec<EventKey>,
    pub(super) event_sums: Sums,
    pub(super) families: WordTable,
    pub(super) bought: FxHashSet<(u32, u32)>,
    pub(super) family_totals: Vec<FamilyTotal>,
    pub(super) unknown: FxHashMap<Unknown, i128>,
    pub(super) first_order_read: Option<Date>,
    pub(super) outside: BTreeMap<Table, Tally>,
    /// Credit notes that should count on the date of their order, and name none that is used.
    pub(super) credits_that_stay: u64,
}

impl FactTable {
    /// An empty table.
    pub fn new(spec: FactSpec) -> Self {
        let calendar = Calendar::new(&spec);
        let layout = Layout { periods: calendar.periods().len(), years: calendar.year_count() };
        let mut kinds = WordTable::default();
        for kind in EventKind::BUILT_IN {
            kinds.intern(kind.name());
        }
        Self {
            spec: Arc::new(spec),
            calendar: Arc::new(calendar),
            layout,
            given: Given::default(),
            ids: IdTable::default(),
            core: Sums::default(),
            first_order: Vec::new(),
            last_order: Vec::new(),
            kinds,
            event_index: FxHashMap::default(),
            event_keys: Vec::new(),
            event_sums: Sums::default(),
            families: WordTable::default(),
            bought: FxHashSet::default(),
            family_totals: Vec::new(),
            unknown: FxHashMap::default(),
            first_order_read: None,
            outside: BTreeMap::new(),
            credits_that_stay: 0,
        }
    }

    /// What the facts depend on.
    pub fn spec(&self) -> &FactSpec {
        &self.spec
    }

    /// The periods of the window.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// Which tables and columns were given.
    pub fn given(&self) -> Given {
        self.given
    }

    /// The number of accounts.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// True without accounts.
    pub fn is_empty(&self) -> bool {
        self.ids.len() == 0
    }

    /// The first day that counts: that of the window, or of the fiscal quarter of the earliest order read. It lies after
    /// `as_of`, and nothing counts, when all orders do.
    pub fn window_start(&self) -> Date {
        let start = self.calendar.start();
        match (self.spec.history_from, self.first_order_read) {
            (None, Some(first)) => self.calendar.quarter_start(first).max(start),
            _ => start,
        }
    }

    /// The position of the first period that counts. What lies before it are events: the first order is not yet known
    /// when they are added.
    pub(super) fn first_live(&self) -> u16 {
        let start = self.window_start();
        self.calendar.periods().partition_point(|p| p.start < start) as u16
    }

    /// The index of an account, new or not.
    pub(super) fn account(&mut self, id: &Id) -> u32 {
        let (at, new) = self.ids.intern(id.as_ref());
        if new {
            self.core.grow((at as usize + 1) * self.layout.width());
            self.first_order.push(Date::MAX);
            self.last_order.push(Date::MIN);
        }
        at
    }

    #[inline]
    pub(super) fn add(&mut self, account: u32, field: Field, period: usize, value: i64) {
        if value != 0 {
            let (start, _) = self.layout.span(field);
            let piece = if Layout::is_by_period(field) { period } else { self.calendar.periods()[period].year };
            self.core.add(account as usize * self.layout.width() + start + piece, value);
        }
    }

    pub(super) fn event_cell(&mut self, key: EventKey) -> usize {
        let next = self.event_keys.len() as u32;
        let at = *self.event_index.entry(key).or_insert(next);
        if at == next {
            self.event_keys.push(key);
            self.event_sums.grow((next as usize + 1) * EVENT_MEASURES);
        }
        at as usize * EVENT_MEASURES
    }

    pub(super) fn count_outside(&mut self, table: Table, tally: Tally) {
        let outside = self.outside.entry(table).or_default();
        outside.records += tally.records;
        outside.money = outside.money + tally.money;
    }

    /// Adds the facts of other records of the same specification. The records must not be the same ones.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        self.spec.must_equal(&other.spec)?;
        self.given = self.given.or(other.given);
        let accounts: Vec<u32> = other.ids.iter().map(|id| self.account(id)).collect();
        let kinds: Vec<u32> = other.kinds.iter().map(|word| self.kinds.intern(word)).collect();
        let families: Vec<u32> = other.families.iter().map(|word| self.families.intern(word)).collect();
        let family = |f: u32| families.get(f as usize).copied().unwrap_or(WordTable::NONE);
        let width = self.layout.width();
        for (from, to) in accounts.iter().enumerate() {
            let (from, to) = (from, *to as usize);
            for slot in 0..width {
                self.core.add_from(to * width + slot, &other.core, from * width + slot);
            }
            self.first_order[to] = self.first_order[to].min(other.first_order[from]);
            self.last_order[to] = self.last_order[to].max(other.last_order[from]);
        }
        for (at, key) in other.event_keys.iter().enumerate() {
            let account = accounts[key.account as usize];
            let cell = self.event_cell(EventKey { account, kind: kinds[key.kind as usize], period: key.period });
            for measure in 0..EVENT_MEASURES {
                self.event_sums.add_from(cell + measure, &other.event_sums, at * EVENT_MEASURES + measure);
            }
        }
        self.bought.extend(other.bought.iter().map(|(a, f)| (accounts[*a as usize], family(*f))));
        self.family_totals.resize(self.families.len(), FamilyTotal::default());
        for (from, total) in other.family_totals.iter().enumerate() {
            let sum = &mut self.family_totals[families[from] as usize];
            sum.revenue += total.revenue;
            sum.revenue_with_cost += total.revenue_with_cost;
            sum.cost_of_goods += total.cost_of_goods;
        }
        for (key, revenue) in &other.unknown {
            let account = accounts[key.account as usize];
            let key = Unknown { account, family: family(key.family), period: key.period };
            *self.unknown.entry(key).or_default() += revenue;
        }
        self.first_order_read = match (self.first_order_read, other.first_order_read) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        self.credits_that_stay += other.credits_that_stay;
        for (table, tally) in &other.outside {
            self.count_outside(*table, *tally);
        }
        Ok(())
    }

    /// How many credit notes should count on the date of their order, and name none that is used.
    pub fn credits_that_stay(&self) -> u64 {
        self.credits_that_stay
    }

    /// What lay outside the window. Events before the window's start are counted here once that start is known.
    pub fn outside(&self, table: Table) -> Tally {
        let mut tally = self.outside.get(&table).copied().unwrap_or_default();
        if table == Table::ServiceEvents {
            let live = self.first_live();
            for (at, key) in self.event_keys.iter().enumerate() {
                if key.period < live {
                    let cell = at * EVENT_MEASURES;
                    tally.records += self.event_sums.exact(cell + EVENTS) as u64;
                    let money = self.event_sums.exact(cell + COST) + self.event_sums.exact(cell + CREDIT);
                    tally.money = tally.money + Total::from_units(money);
                }
            }
        }
        tally
    }

    /// The facts of one account, without its customer's friction, terms and potential.
    pub fn facts(&self, id: impl Into<Id>) -> Result<Facts> {
        let id = id.into();
        let sealed = SealedFacts::of(Cow::Borrowed(self))?;
        let position = sealed.position(&id);
        position
            .map(|at| sealed.facts(at))
            .ok_or_else(|| Problem::new(Code::NoSuchAccount, "there is no such account").value(id.to_string()).into())
    }

    /// The kinds of the events in the window.
    pub(crate) fn kinds_that_happened(&self) -> impl Iterator<Item = EventKind> {
        let live = self.first_live();
        let in_window = self.event_keys.iter().filter(|key| key.period >= live);
        let happened: std::collections::BTreeSet<u32> = in_window.map(|key| key.kind).collect();
        happened.into_iter().filter_map(|kind| self.kinds.word(kind).map(EventKind::new))
    }

    /// What the known lines of each family say.
    pub(crate) fn families(&self) -> impl Iterator<Item = (&str, FamilyTotal)> {
        self.families.iter().zip(self.family_totals.iter().copied())
    }
}
