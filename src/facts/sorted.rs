//! A batch with its entries by the shard of their account, one after the other: a shard then reads its own in one go.

use super::batch::{Batch, Bought, EventEntry, OrderEntry};
use super::shard::SHARD_ACCOUNTS;

/// Entries by shard.
#[derive(Debug)]
pub(super) struct ByShard<T> {
    entries: Vec<T>,
    /// Where those of each shard start, and where the last ones end.
    starts: Vec<u32>,
}

impl<T: Copy> ByShard<T> {
    fn of(entries: &[T], shards: usize, account: impl Fn(&T) -> u32) -> Self {
        let shard = |entry: &T| account(entry) as usize / SHARD_ACCOUNTS;
        let mut starts = vec![0u32; shards + 1];
        entries.iter().for_each(|entry| starts[shard(entry) + 1] += 1);
        (0..shards).for_each(|at| starts[at + 1] += starts[at]);
        let mut next = starts.clone();
        let mut order = vec![0u32; entries.len()];
        for (at, entry) in entries.iter().enumerate() {
            let slot = &mut next[shard(entry)];
            order[*slot as usize] = at as u32;
            *slot += 1;
        }
        Self { entries: order.iter().map(|at| entries[*at as usize]).collect(), starts }
    }

    /// The entries of a shard, in the order in which they came.
    #[inline]
    pub(super) fn of_shard(&self, shard: usize) -> &[T] {
        &self.entries[self.starts[shard] as usize..self.starts[shard + 1] as usize]
    }
}

/// A batch whose entries are sorted.
#[derive(Debug)]
pub(crate) struct SortedBatch {
    /// What is not kept by account, and no entries.
    pub(crate) rest: Batch,
    pub(super) orders: ByShard<OrderEntry>,
    pub(super) bought: ByShard<Bought>,
    pub(super) events: ByShard<EventEntry>,
}

impl Batch {
    /// Sorts the entries for a table with so many shards.
    pub(crate) fn sorted(mut self, shards: usize) -> SortedBatch {
        let orders = ByShard::of(&std::mem::take(&mut self.orders), shards, |order| order.account);
        let bought = ByShard::of(&std::mem::take(&mut self.bought), shards, |bought| bought.account);
        let events = ByShard::of(&std::mem::take(&mut self.events), shards, |event| event.key.account);
        SortedBatch { rest: self, orders, bought, events }
    }
}
