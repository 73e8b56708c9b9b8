//! Facts of all accounts.

use super::batch::{Batch, OPTIONAL};
use super::shard::{EventSums, Layout, SHARD_ACCOUNTS, Shard};
use super::sorted::SortedBatch;
use super::{Calendar, FactSpec, Facts, SealedFacts};
use crate::date::Date;
use crate::error::{Code, Error, Problem, Result, Table};
use crate::ledger::{Given, Tally, Total, WordTable};
use crate::money::overflow;
use crate::parallel;
use crate::records::{EventKind, Id, IdTable};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::sync::Arc;

/// A core fact of an account. Amounts are in 1/10,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is defined by its name in the guide to the method")]
#[non_exhaustive]
pub enum Field {
    Invoiced,
    /// By credit notes.
    Credits,
    /// By events.
    EventCredits,
    RevenueWithCost,
    /// Revenue invoiced less credit notes, as far as its cost of goods is not known.
    UnknownRevenue,
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

impl FamilyTotal {
    pub(super) fn add(&mut self, other: &Self) {
        self.revenue += other.revenue;
        self.revenue_with_cost += other.revenue_with_cost;
        self.cost_of_goods += other.cost_of_goods;
    }
}

/// Facts of all accounts: built once, merged at will.
#[derive(Clone, Debug)]
pub struct FactTable {
    pub(super) spec: Arc<FactSpec>,
    pub(super) calendar: Arc<Calendar>,
    pub(super) layout: Layout,
    pub(super) given: Given,
    /// Shared with the customers, where there are any and all of them are accounts.
    pub(super) ids: Arc<IdTable>,
    pub(super) shards: Vec<Shard>,
    /// Bits of the optional fields that all orders so far lack.
    pub(super) implied: u16,
    pub(super) kinds: WordTable,
    pub(super) families: WordTable,
    pub(super) family_totals: Vec<FamilyTotal>,
    pub(super) unknown: FxHashMap<Unknown, i128>,
    pub(super) first_order_read: Option<Date>,
    pub(super) outside: [Tally; 4],
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
            ids: Arc::default(),
            shards: Vec::new(),
            implied: (1 << OPTIONAL) - 1,
            kinds,
            families: WordTable::default(),
            family_totals: Vec::new(),
            unknown: FxHashMap::default(),
            first_order_read: None,
            outside: [Tally::default(); 4],
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

    /// The first period that counts whatever is merged later: an earlier order may still come.
    pub(super) fn first_sure(&self) -> u16 {
        match (self.spec.history_from, self.first_order_read) {
            (None, None) => u16::MAX,
            _ => self.first_live(),
        }
    }

    /// The shard of an account and its place there.
    #[inline]
    pub(super) fn place(account: u32) -> (usize, usize) {
        (account as usize / SHARD_ACCOUNTS, local(account))
    }

    /// The index of an account, new or not.
    pub(super) fn account(&mut self, id: &Id) -> u32 {
        let (at, new) = Arc::make_mut(&mut self.ids).intern(id.as_ref());
        if new {
            self.make_room();
        }
        at
    }

    /// Takes the accounts of an empty table from another one, at their indices there.
    pub(super) fn share_accounts(&mut self, ids: &Arc<IdTable>) {
        self.ids = Arc::clone(ids);
        let (accounts, layout) = (ids.len(), self.layout);
        self.shards.resize_with(accounts.div_ceil(SHARD_ACCOUNTS), Shard::default);
        parallel::for_each_chunk_mut(&mut self.shards, 1, |at, shards| {
            let accounts = SHARD_ACCOUNTS.min(accounts - at * SHARD_ACCOUNTS);
            shards.iter_mut().for_each(|shard| shard.grow(accounts, layout));
        });
    }

    fn make_room(&mut self) {
        let accounts = self.ids.len();
        self.shards.resize_with(accounts.div_ceil(SHARD_ACCOUNTS), Shard::default);
        let full = accounts / SHARD_ACCOUNTS;
        let grown = self.shards.iter().rposition(|shard| shard.len() == SHARD_ACCOUNTS).map_or(0, |at| at + 1);
        for (at, shard) in self.shards.iter_mut().enumerate().skip(grown) {
            let accounts = if at < full { SHARD_ACCOUNTS } else { accounts % SHARD_ACCOUNTS };
            shard.grow(accounts, self.layout);
        }
    }

    /// Adds what batches hold; families and kinds are those of the table at the given places. The shards share the work.
    pub(crate) fn add(&mut self, batches: &[(SortedBatch, Words)]) {
        let known = batches.iter().fold(0, |bits, (batch, _)| bits | batch.rest.known);
        self.write_missing(self.implied & known);
        for (batch, words) in batches {
            self.add_common(&batch.rest, words);
        }
        let (layout, implied, live) = (self.layout, self.implied, self.first_sure());
        let year_of: Vec<usize> = self.calendar.periods().iter().map(|period| period.year).collect();
        parallel::for_each_chunk_mut(&mut self.shards, 1, |at, shards| {
            let Some(shard) = shards.first_mut() else { return };
            for (batch, words) in batches {
                let orders = batch.orders.of_shard(at);
                shard.add_orders(orders, &year_of, implied, layout);
                let with_families = orders.iter().filter(|order| order.families != 0);
                with_families.for_each(|order| words.add_families(shard, local(order.account), order.families));
                for bought in batch.bought.of_shard(at) {
                    words.add_families(shard, local(bought.account), bought.families);
                }
                let events = batch.events.of_shard(at);
                shard.touch_events(events, words, &year_of, layout);
                for event in events {
                    let event = words.event(event);
                    if event.key.period < live {
                        shard.add_early(local(event.key.account), &event);
                    } else {
                        let year = year_of[usize::from(event.key.period)];
                        shard.add_event(local(event.key.account), &event, year, layout);
                    }
                }
            }
        });
    }

    /// Adds what is not kept by account.
    fn add_common(&mut self, batch: &Batch, words: &Words) {
        for (account, family) in &batch.bought_more {
            let (shard, account) = Self::place(*account);
            self.shards[shard].add_family(account, words.families[*family as usize]);
        }
        self.family_totals.resize(self.families.len(), FamilyTotal::default());
        for (family, total) in batch.family_totals.iter().enumerate() {
            self.family_totals[words.families[family] as usize].add(total);
        }
        for (key, revenue) in &batch.unknown {
            let family = words.families.get(key.family as usize).copied().unwrap_or(WordTable::NONE);
            *self.unknown.entry(Unknown { family, ..*key }).or_default() += i128::from(*revenue);
        }
        self.first_order_read = earlier(self.first_order_read, batch.order_dates.map(|(first, _)| first));
        self.credits_that_stay += batch.credits_that_stay;
        for table in Table::ALL {
            self.count_outside(table, batch.outside[table as usize]);
        }
    }

    /// Writes down which orders lack fields that are about to come.
    fn write_missing(&mut self, fields: u16) {
        let layout = self.layout;
        for field in (0..OPTIONAL).filter(|field| fields & (1 << field) != 0) {
            self.shards.iter_mut().for_each(|shard| shard.write_missing(field, layout));
        }
        self.implied &= !fields;
    }

    /// Makes words of others the table's own.
    pub(crate) fn words<'w>(
        &mut self,
        families: impl Iterator<Item = &'w str>,
        kinds: impl Iterator<Item = &'w str>,
    ) -> Words {
        let families: Vec<u32> = families.map(|word| self.families.intern(word)).collect();
        let kinds: Vec<u32> = kinds.map(|word| self.kinds.intern(word)).collect();
        Words { same_families: families.iter().take(64).zip(0..).all(|(own, at)| *own == at), families, kinds }
    }

    pub(super) fn count_outside(&mut self, table: Table, tally: Tally) {
        let outside = &mut self.outside[table as usize];
        outside.records += tally.records;
        outside.money = outside.money + tally.money;
    }

    /// Adds the facts of other records of the same specification. The records must not be the same ones.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        self.spec.must_equal(&other.spec)?;
        self.given = self.given.or(other.given);
        let accounts: Vec<u32> = other.ids.iter().map(|id| self.account(id)).collect();
        let words = self.words(other.families.iter(), other.kinds.iter());
        self.write_missing(self.implied & !other.implied);
        for (from, to) in accounts.iter().enumerate() {
            self.merge_account(*to, other, from as u32, &words);
        }
        for (at, shard) in other.shards.iter().enumerate() {
            for (account, family) in shard.more_families() {
                let (shard, account) = Self::place(accounts[at * SHARD_ACCOUNTS + account as usize]);
                self.shards[shard].add_family(account, words.families[family as usize]);
            }
            for (key, sums) in shard.early() {
                let (shard, account) = Self::place(accounts[at * SHARD_ACCOUNTS + key.account as usize]);
                let kind = words.kinds[key.kind as usize];
                self.shards[shard].merge_early(EventKey { account: account as u32, kind, ..key }, sums);
            }
        }
        self.family_totals.resize(self.families.len(), FamilyTotal::default());
        for (from, total) in other.family_totals.iter().enumerate() {
            self.family_totals[words.families[from] as usize].add(total);
        }
        for (key, revenue) in &other.unknown {
            let family = words.families.get(key.family as usize).copied().unwrap_or(WordTable::NONE);
            let key = Unknown { account: accounts[key.account as usize], family, period: key.period };
            *self.unknown.entry(key).or_default() += revenue;
        }
        self.first_order_read = earlier(self.first_order_read, other.first_order_read);
        self.credits_that_stay += other.credits_that_stay;
        for table in Table::ALL {
            self.count_outside(table, other.outside[table as usize]);
        }
        Ok(())
    }

    fn merge_account(&mut self, to: u32, other: &Self, from: u32, words: &Words) {
        let ((shard, to), (from_shard, from)) = (Self::place(to), Self::place(from));
        let (own, theirs) = (&mut self.shards[shard], &other.shards[from_shard]);
        for field in (0..OPTIONAL).filter(|field| self.implied & (1 << field) == 0) {
            own.merge_missing(field, to, theirs.missing(field, from, other.implied, self.layout));
        }
        own.merge(to, theirs, from, &words.kinds, self.layout);
        words.add_families(own, to, theirs.bought(from).families);
    }

    /// How many credit notes should count on the date of their order, and name none that is used.
    pub fn credits_that_stay(&self) -> u64 {
        self.credits_that_stay
    }

    /// What lay outside the window. Events before the window's start are counted here once that start is known.
    pub fn outside(&self, table: Table) -> Tally {
        let mut tally = self.outside[table as usize];
        if table == Table::ServiceEvents {
            let live = self.first_live();
            for (_, sums) in self.early().filter(|(key, _)| key.period < live) {
                tally.records += sums.events as u64;
                tally.money = tally.money + Total::from_units(sums.cost + sums.credit);
            }
        }
        tally
    }

    /// Events that came before the first day that counts was known for good, by account.
    pub(super) fn early(&self) -> impl Iterator<Item = (EventKey, EventSums)> {
        self.shards.iter().enumerate().flat_map(|(at, shard)| {
            let account = move |key: EventKey| EventKey { account: key.account + (at * SHARD_ACCOUNTS) as u32, ..key };
            shard.early().map(move |(key, sums)| (account(key), sums))
        })
    }

    pub(super) fn too_large(&self, account: usize) -> Error {
        overflow(&format!("a total of the account {}", self.ids.id(account as u32)))
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
        let sure = self.shards.iter().flat_map(Shard::kinds_that_happened);
        let early = self.early().filter(move |(key, _)| key.period >= live).map(|(key, _)| key.kind);
        let happened: std::collections::BTreeSet<u32> = sure.chain(early).collect();
        happened.into_iter().filter_map(|kind| self.kinds.word(kind).map(EventKind::new))
    }

    /// What the known lines of each family say.
    pub(crate) fn families(&self) -> impl Iterator<Item = (&str, FamilyTotal)> {
        self.families.iter().zip(self.family_totals.iter().copied())
    }
}

/// The place of an account in its shard.
#[inline]
pub(super) fn local(account: u32) -> usize {
    account as usize % SHARD_ACCOUNTS
}

pub(super) fn earlier(a: Option<Date>, b: Option<Date>) -> Option<Date> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// The table's numbers of the families and kinds of a batch.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    families: Vec<u32>,
    kinds: Vec<u32>,
    /// The first 64 families have the same numbers in both.
    same_families: bool,
}

impl Words {
    #[inline]
    fn add_families(&self, shard: &mut Shard, account: usize, families: u64) {
        if self.same_families {
            return shard.add_families(account, families);
        }
        let mut left = families;
        while left != 0 {
            shard.add_family(account, self.families[left.trailing_zeros() as usize]);
            left &= left - 1;
        }
    }

    /// The table's number of a kind.
    #[inline]
    pub(super) fn kind(&self, kind: u32) -> usize {
        self.kinds[kind as usize] as usize
    }

    #[inline]
    fn event(&self, event: &super::batch::EventEntry) -> super::batch::EventEntry {
        let kind = self.kinds[event.key.kind as usize];
        super::batch::EventEntry { key: EventKey { kind, ..event.key }, ..*event }
    }
}
