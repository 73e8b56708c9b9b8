//! The facts of a table one by one, to be written down, and put back exactly.

use super::shard::{EventSums, SHARD_ACCOUNTS, optional};
use super::table::{EventKey, FamilyTotal, Unknown, earlier};
use super::{FactTable, Field};
use crate::date::Date;
use crate::error::Table;
use crate::ledger::{Given, Tally, WordTable};
use crate::records::{EventKind, Id};
use rustc_hash::FxHashMap;

/// Over what a fact is summed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Span {
    Account,
    /// A fiscal year, named by the first period that it has in the window.
    Year,
    Period,
}

/// What a core fact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    /// The account is there.
    Present,
    FirstOrder,
    LastOrder,
    Fact(Field),
}

/// A core fact by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CoreKey {
    pub(crate) name: &'static str,
    pub(crate) span: Span,
    /// False for what counts, and for amounts that have no sign.
    pub(crate) signed: bool,
    what: What,
}

const fn key(name: &'static str, span: Span, signed: bool, field: Field) -> CoreKey {
    CoreKey { name, span, signed, what: What::Fact(field) }
}

const fn of_account(name: &'static str, what: What) -> CoreKey {
    CoreKey { name, span: Span::Account, signed: false, what }
}

/// The core facts, by name.
pub(crate) const CORE_KEYS: [CoreKey; 20] = [
    of_account("account", What::Present),
    key("cost_of_goods", Span::Year, true, Field::CostOfGoods),
    key("credit_notes", Span::Year, false, Field::CreditNotes),
    key("credits", Span::Period, false, Field::Credits),
    key("discount", Span::Year, true, Field::Discount),
    key("event_credits", Span::Period, false, Field::EventCredits),
    of_account("first_order", What::FirstOrder),
    key("freight", Span::Year, true, Field::Freight),
    key("invoiced", Span::Period, false, Field::Invoiced),
    of_account("last_order", What::LastOrder),
    key("lines", Span::Year, false, Field::Lines),
    key("missing_cost_of_goods", Span::Account, false, Field::MissingCost),
    key("missing_discount", Span::Account, false, Field::MissingDiscount),
    key("missing_freight", Span::Account, false, Field::MissingFreight),
    key("missing_lines", Span::Account, false, Field::MissingLines),
    key("missing_rush", Span::Account, false, Field::MissingRush),
    key("orders", Span::Year, false, Field::Orders),
    key("rush_orders", Span::Year, false, Field::RushOrders),
    key("small_orders", Span::Year, false, Field::SmallOrders),
    key("unknown_revenue", Span::Year, true, Field::UnknownRevenue),
];

impl CoreKey {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        CORE_KEYS.into_iter().find(|key| key.name == name)
    }

    /// True for a date, which is written as the number YYYYMMDD.
    pub(crate) fn is_date(self) -> bool {
        matches!(self.what, What::FirstOrder | What::LastOrder)
    }

    /// True for what counts orders or lines.
    pub(crate) fn is_count(self) -> bool {
        !self.signed && !matches!(self.what, What::Fact(Field::Invoiced | Field::Credits | Field::EventCredits))
    }
}

/// A core fact of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CoreFact {
    pub(crate) period: Option<u16>,
    pub(crate) name: &'static str,
    pub(crate) value: i128,
}

/// Events of an account, of one kind. `by_year`: they count for sure.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct EventFact<'a> {
    pub(crate) period: u16,
    pub(crate) by_year: bool,
    pub(crate) kind: &'a str,
    pub(crate) events: i64,
    pub(crate) quantity: i128,
    pub(crate) quantity_without_cost: i128,
    pub(crate) cost: i128,
    pub(crate) credit: i128,
}

impl EventFact<'_> {
    fn sums(&self) -> EventSums {
        let Self { events, quantity, quantity_without_cost, cost, credit, .. } = *self;
        EventSums { events, quantity, quantity_without_cost, cost, credit }
    }
}

/// What an account has of a family: bought it, or revenue of it without a known cost, by period. No family: what no line
/// allocates.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FamilyFact<'a> {
    /// `None`: it was bought.
    pub(crate) period: Option<u16>,
    pub(crate) family: Option<&'a str>,
    pub(crate) value: i128,
}

/// The facts that are of no account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tallies {
    pub(crate) given: Given,
    pub(crate) first_order: Option<Date>,
    pub(crate) outside: [Tally; 4],
    pub(crate) credits_that_stay: u64,
    /// All custom kinds, those of events outside the window too, sorted.
    pub(crate) custom_kinds: Vec<String>,
}

/// A table whose facts are looked at account by account.
pub(crate) struct AccountFacts<'a> {
    table: &'a FactTable,
    order: Vec<u32>,
    /// The first period of each fiscal year that has one.
    year_starts: Vec<Option<u16>>,
    early: FxHashMap<u32, Vec<(EventKey, EventSums)>>,
    bought_more: FxHashMap<u32, Vec<u32>>,
    unknown: FxHashMap<u32, Vec<(Unknown, i128)>>,
}

impl<'a> AccountFacts<'a> {
    pub(crate) fn of(table: &'a FactTable) -> Self {
        let mut early: FxHashMap<u32, Vec<_>> = FxHashMap::default();
        table.early().for_each(|(key, sums)| early.entry(key.account).or_default().push((key, sums)));
        let mut bought_more: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
        for (at, shard) in table.shards.iter().enumerate() {
            for (account, family) in shard.more_families() {
                bought_more.entry(account + (at * SHARD_ACCOUNTS) as u32).or_default().push(family);
            }
        }
        let mut unknown: FxHashMap<u32, Vec<_>> = FxHashMap::default();
        for (key, revenue) in table.unknown.iter().filter(|(_, revenue)| **revenue != 0) {
            unknown.entry(key.account).or_default().push((*key, *revenue));
        }
        let order = table.ids.sorted();
        Self { table, order, year_starts: table.year_starts(), early, bought_more, unknown }
    }

    /// The accounts, in id order.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = (u32, &'a Id)> {
        let ids = &self.table.ids;
        self.order.iter().map(|account| (*account, ids.id(*account)))
    }

    /// The core facts of an account, sorted, without zeros.
    pub(crate) fn core(&self, account: u32) -> Vec<CoreFact> {
        let mut found = Vec::new();
        for key in CORE_KEYS {
            let mut tell = |period: Option<u16>, value: i128| {
                if value != 0 {
                    found.push(CoreFact { period, name: key.name, value });
                }
            };
            match key.span {
                Span::Account => tell(None, self.of_account(account, key.what)),
                Span::Year => {
                    for (year, start) in self.year_starts.iter().enumerate() {
                        tell(*start, self.in_year(account, key.what, year));
                    }
                }
                Span::Period => {
                    for period in 0..self.table.layout.periods {
                        tell(Some(period as u16), self.in_period(account, key.what, period));
                    }
                }
            }
        }
        found.sort_unstable();
        found
    }

    fn of_account(&self, account: u32, what: What) -> i128 {
        let (shard, at) = FactTable::place(account);
        let shard = &self.table.shards[shard];
        let (first, last) = shard.order_dates(at);
        match what {
            What::Present => 1,
            What::FirstOrder if first <= last => number(first),
            What::LastOrder if first <= last => number(last),
            What::FirstOrder | What::LastOrder => 0,
            What::Fact(field) => optional(field)
                .map_or(0, |field| shard.missing(field, at, self.table.implied, self.table.layout).into()),
        }
    }

    fn in_year(&self, account: u32, what: What, year: usize) -> i128 {
        let What::Fact(field) = what else { return 0 };
        let (shard, at) = FactTable::place(account);
        self.table.shards[shard].exact_in_year(at, field, year, self.table.layout)
    }

    fn in_period(&self, account: u32, what: What, period: usize) -> i128 {
        let What::Fact(field) = what else { return 0 };
        let (shard, at) = FactTable::place(account);
        let sum = self.table.shards[shard].exact_in_period(at, field, period, self.table.layout);
        if field != Field::EventCredits {
            return sum;
        }
        // What early events gave back counts with the others once they do.
        let early = self.early_of(account).filter(|(key, _)| self.is_sure(key) && usize::from(key.period) == period);
        sum + early.map(|(_, sums)| sums.credit).sum::<i128>()
    }

    fn early_of(&self, account: u32) -> impl Iterator<Item = &(EventKey, EventSums)> {
        self.early.get(&account).into_iter().flatten()
    }

    fn is_sure(&self, key: &EventKey) -> bool {
        key.period >= self.table.first_sure()
    }

    /// The events of an account, sorted: by fiscal year where they count for sure, else by period.
    pub(crate) fn events(&self, account: u32) -> Vec<EventFact<'a>> {
        let (table, layout) = (self.table, self.table.layout);
        let (shard, at) = FactTable::place(account);
        let shard = &table.shards[shard];
        let mut sure: std::collections::BTreeMap<(u32, usize), EventSums> = std::collections::BTreeMap::new();
        let mut found = Vec::new();
        let fact = |kind: u32, period: u16, by_year: bool, sums: EventSums| EventFact {
            period,
            by_year,
            kind: table.kinds.word(kind).unwrap_or_default(),
            events: sums.events,
            quantity: sums.quantity,
            quantity_without_cost: sums.quantity_without_cost,
            cost: sums.cost,
            credit: sums.credit,
        };
        for kind in 0..shard.kind_count() {
            for year in 0..layout.years {
                sure.insert((kind as u32, year), shard.exact_events(at, kind, year, layout));
            }
        }
        for (key, sums) in self.early_of(account) {
            if self.is_sure(key) {
                let year = table.calendar.periods()[usize::from(key.period)].year;
                let sum = sure.entry((key.kind, year)).or_default();
                *sum = sum.plus(EventSums { credit: 0, ..*sums });
            } else {
                found.push(fact(key.kind, key.period, false, *sums));
            }
        }
        for ((kind, year), sums) in sure {
            if let Some(start) = self.year_starts[year].filter(|_| sums != EventSums::default()) {
                found.push(fact(kind, start, true, sums));
            }
        }
        found.sort_unstable();
        found
    }

    /// What an account has of families, sorted.
    pub(crate) fn families(&self, account: u32) -> Vec<FamilyFact<'a>> {
        let (shard, at) = FactTable::place(account);
        let (words, few) = (&self.table.families, self.table.shards[shard].bought(at).families);
        let few = (0..64).filter(|family| few & (1 << family) != 0);
        let more = self.bought_more.get(&account).into_iter().flatten().copied();
        let bought = few.chain(more).map(|family| FamilyFact { period: None, family: words.word(family), value: 1 });
        let unknown = self.unknown.get(&account).into_iter().flatten().map(|(key, revenue)| FamilyFact {
            period: Some(key.period),
            family: words.word(key.family),
            value: *revenue,
        });
        let mut found: Vec<_> = bought.chain(unknown).collect();
        found.sort_unstable();
        found
    }

    /// The totals of the families, sorted by name, without those of which there is nothing.
    pub(crate) fn family_totals(&self) -> Vec<(&'a str, FamilyTotal)> {
        let mut totals: Vec<_> = self.table.families().filter(|(_, total)| *total != FamilyTotal::default()).collect();
        totals.sort_unstable_by_key(|(name, _)| *name);
        totals
    }
}

/// A date as the number YYYYMMDD.
fn number(date: Date) -> i128 {
    let (year, month, day) = date.ymd();
    i128::from(year) * 10_000 + i128::from(month) * 100 + i128::from(day)
}

/// The date of a number YYYYMMDD.
pub(crate) fn date_of(number: i128) -> Option<Date> {
    let number = u32::try_from(number).ok()?;
    Date::new((number / 10_000) as i32, (number / 100 % 100) as u8, (number % 100) as u8)
}

/// The facts of accounts are put into a table that has them by [`FactTable::put_account`], the words of others first.
impl FactTable {
    fn year_starts(&self) -> Vec<Option<u16>> {
        let periods = self.calendar.periods();
        (0..self.layout.years).map(|year| periods.iter().position(|p| p.year == year).map(|at| at as u16)).collect()
    }

    /// The period that starts on a day, and whether it is the first one of its fiscal year.
    pub(crate) fn period_at(&self, start: Date) -> Option<(u16, bool)> {
        let periods = self.calendar.periods();
        let at = periods.binary_search_by_key(&start, |period| period.start).ok()?;
        let first = at == 0 || periods[at - 1].year != periods[at].year;
        Some((at as u16, first))
    }

    /// The first day of a period.
    pub(crate) fn period_start(&self, period: u16) -> Date {
        self.calendar.periods()[usize::from(period)].start
    }

    /// All ids of accounts, in no order.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &Id> {
        self.ids.iter()
    }

    /// The index of an account.
    pub(crate) fn index_of(&self, id: &Id) -> Option<u32> {
        self.ids.get(id.as_ref())
    }

    /// The facts that are of no account.
    pub(crate) fn tallies(&self) -> Tallies {
        let mut custom_kinds: Vec<String> =
            self.kinds.iter().filter(|kind| EventKind::new(kind).is_custom()).map(str::to_owned).collect();
        custom_kinds.sort_unstable();
        Tallies {
            given: self.given,
            first_order: self.first_order_read,
            outside: self.outside,
            credits_that_stay: self.credits_that_stay,
            custom_kinds,
        }
    }

    /// Adds facts that are of no account.
    pub(crate) fn put_tallies(&mut self, tallies: &Tallies) {
        self.given = self.given.or(tallies.given);
        self.first_order_read = earlier(self.first_order_read, tallies.first_order);
        Table::ALL.into_iter().for_each(|table| self.count_outside(table, tallies.outside[table as usize]));
        self.credits_that_stay += tallies.credits_that_stay;
        tallies.custom_kinds.iter().for_each(|kind| {
            self.kinds.intern(kind);
        });
    }

    /// Makes room for an account. What its orders lack will be written down.
    pub(crate) fn put_account(&mut self, id: &Id) -> u32 {
        self.implied = 0;
        self.account(id)
    }

    /// Adds a core fact. The period is one, and that of a year its first one.
    pub(crate) fn put_core(&mut self, account: u32, key: CoreKey, period: Option<u16>, value: i128) {
        let layout = self.layout;
        let year = period.map(|period| self.calendar.periods()[usize::from(period)].year);
        let (shard, at) = Self::place(account);
        let shard = &mut self.shards[shard];
        match (key.what, key.span, period, year) {
            (What::FirstOrder, ..) => shard.put_dates(at, date_of(value).unwrap_or(Date::MAX), Date::MIN),
            (What::LastOrder, ..) => shard.put_dates(at, Date::MAX, date_of(value).unwrap_or(Date::MIN)),
            (What::Fact(field), Span::Period, Some(period), _) => {
                shard.put_in_period(at, field, period.into(), value, layout);
            }
            (What::Fact(field), Span::Year, _, Some(year)) => shard.put_in_year(at, field, year, value, layout),
            (What::Fact(field), ..) => {
                if let Some(field) = optional(field) {
                    shard.merge_missing(field, at, value as i64);
                }
            }
            (What::Present, ..) => {}
        }
    }

    /// Adds events.
    pub(crate) fn put_events(&mut self, account: u32, fact: &EventFact<'_>) {
        let kind = self.kinds.intern(fact.kind);
        let (shard, at) = Self::place(account);
        if fact.by_year {
            let year = self.calendar.periods()[usize::from(fact.period)].year;
            self.shards[shard].put_events(at, kind as usize, year, fact.sums(), self.layout);
        } else {
            let key = EventKey { account: at as u32, kind, period: fact.period };
            self.shards[shard].merge_early(key, fact.sums());
        }
    }

    /// Adds what an account has of a family.
    pub(crate) fn put_family(&mut self, account: u32, fact: &FamilyFact<'_>) {
        let family = self.families.intern_optional(fact.family);
        self.family_totals.resize(self.families.len(), FamilyTotal::default());
        match fact.period {
            Some(period) => *self.unknown.entry(Unknown { account, family, period }).or_default() += fact.value,
            None if family == WordTable::NONE => {}
            None => {
                let (shard, at) = Self::place(account);
                self.shards[shard].add_family(at, family);
            }
        }
    }

    /// Adds to the total of a family.
    pub(crate) fn put_family_total(&mut self, family: &str, total: &FamilyTotal) {
        let family = self.families.intern(family) as usize;
        self.family_totals.resize(self.families.len(), FamilyTotal::default());
        self.family_totals[family].add(total);
    }
}
