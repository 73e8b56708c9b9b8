//! Facts ready to be read account by account, in id order.

use super::shard::{EventSums, SHARD_ACCOUNTS};
use super::table::{EventKey, Unknown};
use super::view::{Common, UnknownCell};
use super::{FactTable, Facts, FactsView, Field};
use crate::error::Result;
use crate::parallel;
use crate::records::Id;
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::sync::Arc;

/// Accounts that are read together.
const CHUNK: usize = 4_096;

/// Facts whose sums all fit, by account in id order.
#[derive(Clone, Debug)]
pub(crate) struct SealedFacts<'a> {
    table: Cow<'a, FactTable>,
    common: Arc<Common>,
    /// The index of each account in id order, unless that is the order in which they are kept.
    order: Option<Vec<u32>>,
    /// Events that count after all, by account.
    early: Vec<(EventKey, EventSums)>,
    /// Where the unknown revenue of each account starts, by its index; empty without any.
    unknown_start: Vec<u32>,
    unknown: Vec<UnknownCell>,
    /// How many families beyond the first 64 an account bought, where it did.
    more_families: FxHashMap<u32, u32>,
}

impl<'a> SealedFacts<'a> {
    /// Seals a table; an error when an account's sum cannot be held.
    pub(crate) fn of(table: Cow<'a, FactTable>) -> Result<Self> {
        let mut more_families = FxHashMap::default();
        let too_large = |at: usize| table.shards[at].too_large(table.layout).map(|own| at * SHARD_ACCOUNTS + own);
        let too_large = parallel::map_items((0..table.shards.len()).collect(), too_large);
        if let Some(account) = too_large.into_iter().flatten().next() {
            return Err(table.too_large(account));
        }
        for (at, shard) in table.shards.iter().enumerate() {
            for (account, _) in shard.more_families() {
                *more_families.entry((at * SHARD_ACCOUNTS) as u32 + account).or_default() += 1;
            }
        }
        let live = table.first_live();
        let mut early: Vec<_> = table.early().filter(|(key, _)| key.period >= live).collect();
        early.sort_unstable_by_key(|(key, _)| *key);
        let words = (&table.kinds, &table.families);
        let common = Common::new(&table.spec, &table.calendar, table.window_start(), table.given, words);
        let (unknown_start, unknown) = unknown(&table);
        let order = (!table.ids.is_sorted()).then(|| table.ids.sorted());
        Ok(Self { common: Arc::new(common), order, early, unknown_start, unknown, more_families, table })
    }

    pub(crate) fn table(&self) -> &FactTable {
        &self.table
    }

    pub(crate) fn common(&self) -> &Common {
        &self.common
    }

    pub(crate) fn len(&self) -> usize {
        self.table.len()
    }

    /// The index of the account at a position of the id order.
    #[inline]
    pub(crate) fn account(&self, position: usize) -> u32 {
        self.order.as_ref().map_or(position as u32, |order| order[position])
    }

    /// The id of the account at a position of the id order.
    #[inline]
    pub(crate) fn id(&self, position: usize) -> &Id {
        self.table.ids.id(self.account(position))
    }

    /// The position of an account in the id order.
    pub(crate) fn position(&self, id: &Id) -> Option<usize> {
        let account = self.table.ids.get(id.as_ref())?;
        match &self.order {
            None => Some(account as usize),
            Some(order) => order.binary_search_by(|at| self.table.ids.id(*at).cmp(id)).ok(),
        }
    }

    /// The facts of the account at a position of the id order, borrowed.
    #[inline]
    pub(crate) fn view(&self, position: usize) -> FactsView<'_> {
        let (account, table) = (self.account(position), &*self.table);
        let (shard, at) = FactTable::place(account);
        let shard = &table.shards[shard];
        let own = account as usize;
        let unknown = match self.unknown_start.get(own..own + 2) {
            Some(ends) => ends[0] as usize..ends[1] as usize,
            None => 0..0,
        };
        let more =
            if self.more_families.is_empty() { 0 } else { self.more_families.get(&account).copied().unwrap_or(0) };
        FactsView {
            id: table.ids.id(account),
            common: &self.common,
            shard,
            at,
            implied: table.implied,
            early: self.early_of(account),
            families: shard.bought(at).families.count_ones() + more,
            unknown: &self.unknown[unknown],
        }
    }

    fn early_of(&self, account: u32) -> &[(EventKey, EventSums)] {
        if self.early.is_empty() {
            return &[];
        }
        let first = self.early.partition_point(|(key, _)| key.account < account);
        let count = self.early[first..].partition_point(|(key, _)| key.account == account);
        &self.early[first..first + count]
    }

    /// The facts of the account at a position of the id order.
    pub(crate) fn facts(&self, position: usize) -> Facts {
        let view = self.view(position);
        Facts {
            id: view.id.clone(),
            common: self.common.clone(),
            shard: view.shard.account(view.at, view.implied, self.table.layout),
            implied: view.implied,
            early: view.early.to_vec(),
            families: view.families,
            unknown: view.unknown.to_vec(),
            friction: None,
            payment_days: None,
            annual_potential: None,
        }
    }

    /// Revenue and cost of the orders whose cost is known, over the portfolio.
    pub(crate) fn known_orders(&self) -> (i128, i128) {
        let sums = parallel::map_ranges(self.len(), CHUNK, |range| {
            range.fold((0, 0), |(revenue, cost), at| {
                let view = self.view(at);
                (revenue + view.sum(Field::RevenueWithCost), cost + view.sum(Field::CostOfGoods))
            })
        });
        sums.into_iter().fold((0, 0), |sum, part| (sum.0 + part.0, sum.1 + part.1))
    }
}

/// Revenue without a known cost by account, that of one account by family and period; and where each account's starts.
fn unknown(table: &FactTable) -> (Vec<u32>, Vec<UnknownCell>) {
    let mut found: Vec<_> = table.unknown.iter().filter(|(_, revenue)| **revenue != 0).collect();
    if found.is_empty() {
        return (Vec::new(), Vec::new());
    }
    found.sort_unstable_by_key(|(key, _)| **key);
    let mut starts = vec![0u32; table.len() + 1];
    found.iter().for_each(|(key, _)| starts[key.account as usize + 1] += 1);
    let mut sum = 0;
    for count in &mut starts {
        sum += *count;
        *count = sum;
    }
    let cell =
        |(key, revenue): (&Unknown, &i128)| UnknownCell { family: key.family, period: key.period, revenue: *revenue };
    (starts, found.into_iter().map(cell).collect())
}
