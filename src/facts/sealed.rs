//! Facts ready to be read account by account, in id order.

use super::shard::{EventSums, SHARD_ACCOUNTS, optional};
use super::table::{EventKey, Unknown};
use super::{EventSum, FactTable, Facts, Field, UnknownRevenue};
use crate::error::{Code, Problem, Result};
use crate::money::{Money, Quantity};
use crate::records::{EventKind, Id};

const FIELDS: [Field; 18] = [
    Field::Invoiced,
    Field::Credits,
    Field::EventCredits,
    Field::RevenueWithCost,
    Field::UnknownRevenue,
    Field::CostOfGoods,
    Field::Discount,
    Field::Freight,
    Field::Orders,
    Field::Lines,
    Field::SmallOrders,
    Field::RushOrders,
    Field::CreditNotes,
    Field::MissingCost,
    Field::MissingDiscount,
    Field::MissingFreight,
    Field::MissingLines,
    Field::MissingRush,
];

pub(crate) struct SealedFacts<'a> {
    pub(crate) table: &'a FactTable,
    order: Vec<u32>,
    unknown: Vec<(Unknown, i128)>,
    families: Vec<u32>,
    early: Vec<(EventKey, EventSums)>,
    kinds: Vec<EventKind>,
}

impl FactTable {
    pub(crate) fn seal(&self) -> Result<SealedFacts<'_>> {
        for (at, shard) in self.shards.iter().enumerate() {
            if let Some(account) = shard.too_large(self.layout) {
                return Err(self.too_large(at * SHARD_ACCOUNTS + account));
            }
        }
        let mut unknown: Vec<(Unknown, i128)> = self.unknown.iter().map(|(key, sum)| (*key, *sum)).collect();
        unknown.retain(|(_, sum)| *sum != 0);
        unknown.sort_unstable_by_key(|(key, _)| *key);
        let mut families: Vec<u32> = (0..self.len() as u32)
            .map(|account| {
                let (shard, account) = Self::place(account);
                self.shards[shard].bought(account).families.count_ones()
            })
            .collect();
        for (at, shard) in self.shards.iter().enumerate() {
            shard.more_families().for_each(|(account, _)| families[at * SHARD_ACCOUNTS + account as usize] += 1);
        }
        let live = self.first_live();
        let mut early: Vec<_> = self.early().filter(|(key, _)| key.period >= live).collect();
        early.sort_unstable_by_key(|(key, _)| *key);
        let kinds = self.kinds.iter().map(EventKind::new).collect();
        Ok(SealedFacts { table: self, order: self.ids.sorted(), unknown, families, early, kinds })
    }

    /// The facts of one account, without its customer's friction, terms and potential.
    pub fn facts(&self, id: impl Into<Id>) -> Result<Facts> {
        let id = id.into();
        let sealed = self.seal()?;
        let position = sealed.order.binary_search_by(|at| self.ids.id(*at).cmp(&id));
        position
            .map(|at| sealed.facts(at))
            .map_err(|_| Problem::new(Code::NoSuchAccount, "there is no such account").value(id.to_string()).into())
    }
}

impl<'a> SealedFacts<'a> {
    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }

    pub(crate) fn id(&self, position: usize) -> &'a Id {
        self.table.ids.id(self.order[position])
    }

    pub(crate) fn sum(&self, position: usize, field: Field) -> i128 {
        self.facts(position).sum(field)
    }

    fn row(&self, account: u32, field: Field) -> Vec<i64> {
        let table = self.table;
        let (shard, at) = FactTable::place(account);
        let (shard, layout) = (&table.shards[shard], table.layout);
        if let Some(field) = optional(field) {
            return vec![shard.missing(field, at, table.implied, layout)];
        }
        match field {
            Field::Invoiced | Field::Credits | Field::EventCredits => {
                (0..layout.periods).map(|p| shard.in_period(at, field, p, layout)).collect()
            }
            Field::RevenueWithCost => {
                let mut row: Vec<i64> =
                    (0..layout.years).map(|y| -shard.in_year(at, Field::UnknownRevenue, y, layout)).collect();
                for (p, period) in table.calendar.periods().iter().enumerate() {
                    row[period.year] += shard.in_period(at, Field::Invoiced, p, layout)
                        - shard.in_period(at, Field::Credits, p, layout);
                }
                row
            }
            _ => (0..layout.years).map(|y| shard.in_year(at, field, y, layout)).collect(),
        }
    }

    pub(crate) fn facts(&self, position: usize) -> Facts {
        let account = self.order[position];
        let table = self.table;
        let (shard, at) = FactTable::place(account);
        let shard = &table.shards[shard];
        let (first, last) = shard.order_dates(at);
        let mut event_credits: Vec<i64> = self.row(account, Field::EventCredits);
        let mut events = Vec::new();
        let first_early = self.early.partition_point(|(key, _)| key.account < account);
        let early = || self.early[first_early..].iter().take_while(|(key, _)| key.account == account);
        for (key, sums) in early() {
            event_credits[usize::from(key.period)] += sums.credit as i64;
        }
        for (kind, name) in self.kinds.iter().enumerate() {
            for year in 0..table.layout.years {
                let mut sums = shard.events(at, kind, year, table.layout);
                for (_, more) in early().filter(|(key, _)| {
                    key.kind as usize == kind && table.calendar.periods()[usize::from(key.period)].year == year
                }) {
                    sums = sums.plus(*more);
                }
                if sums.events > 0 {
                    let period = table.calendar.periods().iter().position(|p| p.year == year).unwrap_or(0) as u16;
                    events.push(EventSum {
                        kind: name.clone(),
                        period,
                        events: sums.events,
                        quantity: Quantity::from_units(sums.quantity as i64),
                        quantity_without_cost: Quantity::from_units(sums.quantity_without_cost as i64),
                        cost: Money::from_units(sums.cost as i64),
                        credit: Money::ZERO,
                    });
                }
            }
        }
        events.sort_by(|a, b| (&a.kind, a.period).cmp(&(&b.kind, b.period)));
        Facts {
            id: table.ids.id(account).clone(),
            spec: table.spec.clone(),
            calendar: table.calendar.clone(),
            window_start: table.window_start(),
            given: table.given,
            rows: FIELDS.iter().map(|field| self.row(account, *field)).collect(),
            event_credits,
            events,
            order_dates: (first <= last).then_some((first, last)),
            families: self.families[account as usize],
            unknown: self.unknown_of(account).map(|(key, revenue)| self.unknown_revenue(key, *revenue)).collect(),
            friction: None,
            payment_days: None,
            annual_potential: None,
        }
    }

    fn unknown_revenue(&self, key: &Unknown, revenue: i128) -> UnknownRevenue {
        let family = self.table.families.word(key.family).map(Into::into);
        UnknownRevenue { family, period: key.period, revenue }
    }

    fn unknown_of(&self, account: u32) -> impl Iterator<Item = &(Unknown, i128)> {
        let first = self.unknown.partition_point(|(key, _)| key.account < account);
        self.unknown[first..].iter().take_while(move |(key, _)| key.account == account)
    }
}
