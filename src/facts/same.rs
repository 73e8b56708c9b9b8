//! When two tables hold the same facts.

use super::shard::EventSums;
use super::table::FamilyTotal;
use super::{FactSpec, FactTable};
use crate::date::Date;
use crate::error::Table;
use crate::ledger::{Given, Tally};
use crate::records::Id;
use std::collections::{BTreeMap, BTreeSet};

/// All facts of a table, by the names of things and not by where they happen to stand.
#[derive(PartialEq)]
struct Contents<'a> {
    spec: &'a FactSpec,
    given: Given,
    first_order_read: Option<Date>,
    outside: [Tally; 4],
    accounts: BTreeMap<&'a Id, (Vec<i128>, (Date, Date))>,
    events: BTreeMap<(&'a Id, Option<&'a str>, usize), EventSums>,
    event_credits: BTreeMap<(&'a Id, usize), i128>,
    bought: BTreeSet<(&'a Id, Option<&'a str>)>,
    families: BTreeMap<&'a str, FamilyTotal>,
    unknown: BTreeMap<(&'a Id, Option<&'a str>, u16), i128>,
}

impl<'a> Contents<'a> {
    fn of(table: &'a FactTable) -> Self {
        let unknown = table.unknown.iter().filter(|(_, revenue)| **revenue != 0);
        Self {
            spec: &table.spec,
            given: table.given,
            first_order_read: table.first_order_read,
            outside: Table::ALL.map(|of| table.outside(of)),
            accounts: table.exact_accounts().collect(),
            events: table.exact_events(),
            event_credits: table.exact_event_credits(),
            bought: table.bought().map(|(a, f)| (table.ids.id(a), table.families.word(f))).collect(),
            families: table.families().filter(|(_, total)| *total != FamilyTotal::default()).collect(),
            unknown: unknown
                .map(|(key, revenue)| {
                    ((table.ids.id(key.account), table.families.word(key.family), key.period), *revenue)
                })
                .collect(),
        }
    }
}

impl FactTable {
    fn exact_accounts(&self) -> impl Iterator<Item = (&Id, (Vec<i128>, (Date, Date)))> {
        (0..self.len() as u32).map(|account| {
            let (shard, at) = Self::place(account);
            let shard = &self.shards[shard];
            let mut facts = shard.exact(at, self.layout);
            let missing = (0..super::batch::OPTIONAL).map(|field| shard.missing(field, at, self.implied, self.layout));
            facts.extend(missing.map(i128::from));
            (self.ids.id(account), (facts, shard.order_dates(at)))
        })
    }

    /// What events of the window gave back, by account and period.
    fn exact_event_credits(&self) -> BTreeMap<(&Id, usize), i128> {
        let mut credits = BTreeMap::new();
        let mut add = |account: u32, period: usize, credit: i128| {
            if credit != 0 {
                *credits.entry((self.ids.id(account), period)).or_default() += credit;
            }
        };
        for account in 0..self.len() as u32 {
            let (shard, at) = Self::place(account);
            (0..self.layout.periods)
                .for_each(|period| add(account, period, self.shards[shard].event_credits(at, period, self.layout)));
        }
        let live = self.first_live();
        for (key, sums) in self.early().filter(|(key, _)| key.period >= live) {
            add(key.account, key.period.into(), sums.credit);
        }
        credits
    }

    /// Events of the window by account, kind and fiscal year.
    fn exact_events(&self) -> BTreeMap<(&Id, Option<&str>, usize), EventSums> {
        let mut events = BTreeMap::new();
        let mut add = |account: u32, kind: u32, year: usize, sums: EventSums| {
            let sums = EventSums { credit: 0, ..sums };
            if sums != EventSums::default() {
                let sum: &mut EventSums =
                    events.entry((self.ids.id(account), self.kinds.word(kind), year)).or_default();
                *sum = sum.plus(sums);
            }
        };
        for account in 0..self.len() as u32 {
            let (shard, at) = Self::place(account);
            for kind in 0..self.shards[shard].kind_count() {
                for year in 0..self.layout.years {
                    add(account, kind as u32, year, self.shards[shard].events(at, kind, year, self.layout));
                }
            }
        }
        let live = self.first_live();
        for (key, sums) in self.early().filter(|(key, _)| key.period >= live) {
            add(key.account, key.kind, self.calendar.periods()[usize::from(key.period)].year, sums);
        }
        events
    }

    /// Which account bought which family.
    pub(super) fn bought(&self) -> impl Iterator<Item = (u32, u32)> {
        let few = (0..self.len() as u32).flat_map(|account| {
            let (shard, at) = Self::place(account);
            let families = self.shards[shard].bought(at).families;
            (0..64).filter(move |family| families & (1 << family) != 0).map(move |family| (account, family))
        });
        let more = self.shards.iter().enumerate().flat_map(|(at, shard)| {
            shard
                .more_families()
                .map(move |(account, family)| (account + (at * super::shard::SHARD_ACCOUNTS) as u32, family))
        });
        few.chain(more)
    }
}

/// Two tables are equal when they hold the same facts of the same accounts, whatever the order in which the records
/// came and the parts were merged.
impl PartialEq for FactTable {
    fn eq(&self, other: &Self) -> bool {
        Contents::of(self) == Contents::of(other)
    }
}
