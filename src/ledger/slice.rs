//! A ledger of some of the records, read apart from the others.
//!
//! Where orders come in the order of their ids, and lines too, files need not be held: some orders with their lines are
//! a ledger of their own, whose facts add to those of the others. What only the whole shows is put together afterwards.

use super::quality::Deferred;
use super::{Customers, Ledger, Policy, Quality, Rejected, SettledOrder};
use crate::date::Date;
use crate::error::Code;
use crate::limits::PROBLEMS_LISTED_MAX;
use crate::records::{Id, IdRef};
use std::sync::Arc;

/// The dates of all orders, in the order of their ids: twelve bytes for an order whose id is a number.
#[derive(Clone, Debug, Default)]
pub(crate) struct OrderIndex {
    numbers: Vec<u64>,
    texts: String,
    /// Where each text ends.
    ends: Vec<u64>,
    dates: Vec<Date>,
}

impl OrderIndex {
    /// Adds an order whose id is larger than all before. No date: it was set aside.
    fn push(&mut self, id: &Id, date: Option<Date>) {
        match id.as_ref() {
            IdRef::Number(number) => self.numbers.push(number),
            IdRef::Text(text) => {
                self.texts.push_str(text);
                self.ends.push(self.texts.len() as u64);
            }
        }
        self.dates.push(date.unwrap_or(Date::MIN));
    }

    /// Adds orders with ids that are numbers and rise, all larger than those before. All of them are used.
    pub(super) fn extend(&mut self, ids: &[u64], dates: &[Date]) {
        // Numbers come before texts: where there are texts already, larger ids are no numbers.
        self.numbers.extend_from_slice(ids);
        self.dates.extend_from_slice(dates);
    }

    /// Whether there is an order of this id.
    pub(crate) fn holds(&self, id: &Id) -> bool {
        self.date(id.as_ref(), &mut 0).is_some()
    }

    /// The date of an order; that of one that was set aside comes before all others. `near` is where the last one was.
    pub(crate) fn date(&self, id: IdRef<'_>, near: &mut usize) -> Option<Date> {
        let at = match id {
            IdRef::Number(number) => search(&self.numbers, number, near)?,
            IdRef::Text(text) => {
                let of = |at: usize| {
                    let start = at.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
                    &self.texts[start..self.ends[at] as usize]
                };
                let (mut low, mut high) = (0, self.ends.len());
                while low < high {
                    let middle = low.midpoint(high);
                    if of(middle) < text { low = middle + 1 } else { high = middle }
                }
                (low < self.ends.len() && of(low) == text).then_some(self.numbers.len() + low)?
            }
        };
        self.dates.get(at).copied()
    }
}

/// Finds a number among ascending ones, from where the last one was found outwards.
fn search(numbers: &[u64], wanted: u64, near: &mut usize) -> Option<usize> {
    let start = (*near).min(numbers.len());
    let (mut low, mut high) = if numbers.get(start).is_some_and(|n| *n <= wanted) {
        let mut step = 1;
        while numbers.get(start + step).is_some_and(|n| *n <= wanted) {
            step *= 2;
        }
        (start + step / 2, (start + step).min(numbers.len()))
    } else {
        (0, start)
    };
    while low < high {
        let middle = low.midpoint(high);
        if numbers[middle] < wanted { low = middle + 1 } else { high = middle }
    }
    *near = low;
    (numbers.get(low) == Some(&wanted)).then_some(low)
}

/// How a slice stands to the whole.
#[derive(Clone, Debug, Default)]
pub(super) struct Slice {
    /// The orders of all slices, for events.
    pub(super) orders: Option<Arc<OrderIndex>>,
    /// Where the last order of an event was found.
    pub(super) near: usize,
    /// The largest order id of a line that was not found.
    unknown: Option<Id>,
    /// The order of the last line that was found.
    last_order: u32,
    /// Orders that a line may belong to: none of them is in another slice.
    bounds: (Option<Id>, Option<Id>),
    /// Lines do not come in the order of their orders.
    unordered: bool,
}

impl Slice {
    /// Follows the order of a line, by its id and its index.
    #[inline]
    pub(super) fn follow(&mut self, id: IdRef<'_>, order: Option<u32>, near: bool) {
        if near && self.unknown.is_none() {
            self.last_order = order.unwrap_or_default();
            return;
        }
        self.follow_far(id, order);
    }

    fn follow_far(&mut self, id: IdRef<'_>, order: Option<u32>) {
        let back = self.unknown.as_ref().is_some_and(|before| id < before.as_ref());
        self.unordered |= back;
        match order {
            Some(order) => {
                self.unordered |= order < self.last_order;
                self.last_order = order;
            }
            None => {
                let (after, up_to) = &self.bounds;
                let foreign = after.as_ref().is_some_and(|after| id <= after.as_ref())
                    || up_to.as_ref().is_some_and(|up_to| id > up_to.as_ref());
                self.unordered |= foreign;
                self.unknown = Some(id.to_id());
            }
        }
    }
}

impl Ledger {
    /// A ledger without customers of its own, of the same policy and files as this one.
    pub(crate) fn slice(&self, orders: Option<Arc<OrderIndex>>) -> Self {
        Self {
            policy: self.policy.clone(),
            quality: self.quality.slice(),
            customers: Arc::clone(&self.customers),
            slice: Some(Box::new(Slice { orders, ..Slice::default() })),
            ..Self::default()
        }
    }

    /// What is found in records that are read apart, as columns: nothing so far.
    #[cfg(feature = "csv")]
    pub(crate) fn quality_of_slice(&self) -> Quality {
        self.quality.slice()
    }

    /// Lines to come belong to orders after one and up to another.
    pub(crate) fn bound_lines(&mut self, after: Option<Id>, up_to: Option<Id>) {
        if let Some(slice) = &mut self.slice {
            slice.bounds = (after, up_to);
        }
    }

    /// What was found since the last time.
    pub(super) fn take_quality(&mut self) -> Quality {
        self.quality.take_slice()
    }

    /// Adds what was found in a slice; the words of new custom kinds become those of this ledger.
    pub(crate) fn absorb(&mut self, slice: Quality) {
        let Self { policy, quality, kinds, .. } = self;
        quality.absorb(policy, slice, |word| {
            let before = kinds.len();
            kinds.intern(word);
            kinds.len() > before
        });
    }

    /// The first and the last order, when each comes after the one before it.
    pub(crate) fn order_span(&self) -> Option<(&Id, &Id)> {
        let ids = &self.order_ids;
        if !ids.is_sorted() {
            return None;
        }
        Some((ids.first()?, ids.last()?))
    }

    /// The same for the ids of events; `Some(None)` without any.
    pub(crate) fn event_span(&self) -> Option<Option<(&Id, &Id)>> {
        let ids = &self.event_ids;
        ids.is_sorted().then(|| Some((ids.first()?, ids.last()?)))
    }

    /// Whether lines and orders came in the order of the orders' ids.
    pub(crate) fn is_ordered(&self) -> bool {
        self.order_ids.is_sorted() && self.slice.as_ref().is_none_or(|slice| !slice.unordered)
    }

    /// Adds the orders to an index of all.
    pub(crate) fn index_orders(&self, index: &mut OrderIndex) {
        for (id, row) in self.order_ids.iter().zip(&self.orders) {
            index.push(id, (!row.excluded).then_some(row.ordered_on));
        }
    }

    /// The orders that credit notes say they correct.
    pub(crate) fn credited_orders(&self) -> impl Iterator<Item = &Id> {
        self.credited.iter().map(|(_, id)| id)
    }

    /// The latest date of an order that is not set aside.
    pub(crate) fn latest_ordered_on(&self) -> Option<Date> {
        self.orders.iter().filter(|row| !row.excluded).map(|row| row.ordered_on).max()
    }

    /// All that was found.
    pub(crate) fn take_all(&mut self) -> Quality {
        std::mem::take(&mut self.quality)
    }

    /// The customers, to be shared.
    pub(crate) fn share_customers(&self) -> Arc<Customers> {
        Arc::clone(&self.customers)
    }

    /// What was found since the last time in the records of a slice.
    pub(crate) fn take_found(&mut self) -> Quality {
        let mut found = self.take_quality();
        self.reclassify(&mut found);
        found
    }

    /// What only the orders of a slice and their lines show together: of the orders, and of the lines. Used orders are
    /// handed on.
    pub(crate) fn settle_slice(&self, used: impl FnMut(u32, &SettledOrder)) -> [Quality; 2] {
        let [mut orders, mut lines] = [self.quality.slice(), self.quality.slice()];
        if !self.settle_orders(&mut orders, used) {
            self.settle_lines(&mut lines);
        }
        [orders, lines]
    }

    /// What only all customers show.
    pub(crate) fn settle_customers(&mut self) {
        for near in self.customers.near_ids() {
            self.quality.find_all(near, 1);
        }
        let mut quality = std::mem::take(&mut self.quality);
        self.reclassify(&mut quality);
        self.quality = quality;
    }
}

impl Quality {
    /// The quality of a slice that is read apart, of the same files.
    pub(super) fn slice(&self) -> Self {
        Self { files: self.files.clone(), given: self.given, deferred: Some(Vec::new()), ..Self::default() }
    }

    /// Takes what was found so far, and goes on as a slice.
    pub(super) fn take_slice(&mut self) -> Self {
        let next = self.slice();
        std::mem::replace(self, next)
    }

    /// The repetitions of a slice that are not judged yet.
    pub(super) fn deferred_repetitions(&mut self) -> impl Iterator<Item = &mut Rejected> {
        self.deferred.iter_mut().flatten().filter_map(|deferred| match deferred {
            Deferred::Repeated(rejected) => Some(rejected),
            Deferred::Rejected(_) => None,
        })
    }

    /// Adds what was found in a slice, in the order of the slices. `is_new` says whether a custom kind was not in those
    /// before.
    pub(crate) fn absorb(&mut self, policy: &Policy, slice: Self, mut is_new: impl FnMut(&str) -> bool) {
        self.given = self.given.or(slice.given);
        for (sum, read) in self.read.iter_mut().zip(slice.read) {
            sum.records += read.records;
            sum.money = sum.money + read.money;
        }
        self.grouped.rows += slice.grouped.rows;
        self.grouped.orders += slice.grouped.orders;
        let mut seen = slice.counts;
        for example in slice.examples {
            let known = example.code == Code::KindCustom && !is_new(example.value.as_deref().unwrap_or_default());
            if let Some(left) = seen.get_mut(&example.code) {
                *left = left.saturating_sub(1);
            }
            if !known {
                self.find_all(example, 1);
            }
        }
        for (code, count) in seen.into_iter().filter(|(_, count)| *count > 0) {
            *self.counts.entry(code).or_default() += count;
        }
        for deferred in slice.deferred.unwrap_or_default() {
            match deferred {
                Deferred::Rejected(rejected) => self.reject(policy, rejected),
                Deferred::Repeated(rejected) => self.repeated(rejected),
            }
        }
        self.failing.extend(slice.failing);
        self.failing.truncate(PROBLEMS_LISTED_MAX);
        self.failures += slice.failures;
    }
}
