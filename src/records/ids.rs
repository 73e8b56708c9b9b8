//! Ids by dense index.

use super::hashed::HashIndex;
use super::{Id, IdRef};

/// Above this, in bytes, an index and what it points to are taken to lie beyond the caches of a core, where it pays to
/// look up many ids together.
const NEAR_BYTES_MAX: usize = 1 << 18;

/// Stands for an id that was not found, or not looked for.
pub(crate) const NOT_FOUND: u32 = u32::MAX;

/// Ids by dense index, and back.
///
/// While ids come in rising order none needs to be hashed: that is what exports mostly look like, and it saves half of
/// the memory. The index is built with the first id that does not.
#[derive(Clone, Debug, Default)]
pub(crate) struct IdTable {
    ids: Vec<Id>,
    /// Of all ids, or of none while they rise.
    index: HashIndex,
    unsorted: bool,
    texts: bool,
    /// The first id, while ids are consecutive numbers.
    consecutive_from: Option<u64>,
}

impl IdTable {
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// True when no id is a text.
    pub(crate) fn all_numbers(&self) -> bool {
        !self.texts
    }

    /// True when each id is larger than the one before it.
    pub(crate) fn is_sorted(&self) -> bool {
        !self.unsorted
    }

    /// The id that came first.
    pub(crate) fn first(&self) -> Option<&Id> {
        self.ids.first()
    }

    /// The id that came last.
    pub(crate) fn last(&self) -> Option<&Id> {
        self.ids.last()
    }

    /// Whether an index, in use or not, is that of an id.
    #[inline]
    pub(crate) fn is(&self, at: u32, id: IdRef<'_>) -> bool {
        self.ids.get(at as usize).is_some_and(|known| known.as_ref() == id)
    }

    #[inline]
    pub(crate) fn get(&self, id: IdRef<'_>) -> Option<u32> {
        if let (Some(first), IdRef::Number(number)) = (self.consecutive_from, id) {
            let at = number.checked_sub(first).filter(|at| *at < self.ids.len() as u64);
            return at.map(|at| at as u32);
        }
        if self.index.is_empty() {
            return self.ids.binary_search_by(|known| known.as_ref().cmp(&id)).ok().map(|at| at as u32);
        }
        self.index.find(id.hash32(), |at| self.ids[at as usize].as_ref() == id)
    }

    /// Whether looking up ids one by one would wait for the memory each time.
    #[inline]
    pub(crate) fn is_far(&self) -> bool {
        self.index.bytes() > NEAR_BYTES_MAX
    }

    /// Looks up many ids together: the index of each, in their order, or [`NOT_FOUND`]. None at all where there is
    /// nothing to wait for.
    ///
    /// Slot, id and text of each are read in loops of their own, so short that a core waits for the memory of many ids at
    /// once. What is looked for comes after, and finds all of it near.
    pub(crate) fn get_all<'a>(&self, ids: impl Iterator<Item = IdRef<'a>> + Clone) -> Vec<u32> {
        if self.index.is_empty() {
            return Vec::new();
        }
        let hashes = self.touch(ids.clone());
        let found = hashes.iter().map(|hash| self.index.find(*hash, |_| true).unwrap_or(NOT_FOUND));
        let mut found: Vec<u32> = found.collect();
        let candidates = || found.iter().filter_map(|at| self.ids.get(*at as usize));
        std::hint::black_box(candidates().fold(0, |all, id| all ^ id.touch()));
        std::hint::black_box(candidates().fold(0, |all, id| all ^ id.touch_text()));
        for ((at, hash), id) in found.iter_mut().zip(&hashes).zip(ids) {
            if *at != NOT_FOUND && !self.is(*at, id) {
                *at = self.index.find(*hash, |at| self.is(at, id)).unwrap_or(NOT_FOUND);
            }
        }
        found
    }

    /// Reads where many ids stand in the index, or would stand, so that interning them finds it near; their hashes.
    pub(crate) fn touch<'a>(&self, ids: impl Iterator<Item = IdRef<'a>>) -> Vec<u32> {
        let hashes: Vec<u32> = ids.map(IdRef::hash32).collect();
        if !self.index.is_empty() {
            std::hint::black_box(hashes.iter().fold(0, |all, hash| all ^ self.index.touch(*hash)));
        }
        hashes
    }

    /// Makes room for more ids.
    pub(crate) fn reserve(&mut self, more: usize) {
        self.ids.reserve(more);
        if self.unsorted {
            self.index.reserve(more);
        }
    }

    /// The index of an id, new or not, and whether it is new.
    #[inline]
    pub(crate) fn intern(&mut self, id: IdRef<'_>) -> (u32, bool) {
        let at = self.ids.len() as u32;
        if !self.unsorted && self.ids.last().is_none_or(|last| last.as_ref() < id) {
            self.push(id);
            if !self.index.is_empty() {
                self.index.insert(id.hash32(), at);
            }
            return (at, true);
        }
        self.intern_unsorted(id)
    }

    fn intern_unsorted(&mut self, id: IdRef<'_>) -> (u32, bool) {
        self.build_index(self.ids.capacity());
        let (at, ids) = (self.ids.len() as u32, &self.ids);
        if let Some(at) = self.index.find_or_insert(id.hash32(), at, |at| ids[at as usize].as_ref() == id) {
            return (at, false);
        }
        self.unsorted = true;
        self.push(id);
        (at, true)
    }

    #[inline]
    fn push(&mut self, id: IdRef<'_>) {
        self.consecutive_from = match id {
            IdRef::Number(number) if self.ids.is_empty() => Some(number),
            IdRef::Number(number) => {
                self.consecutive_from.filter(|first| first.checked_add(self.ids.len() as u64) == Some(number))
            }
            IdRef::Text(_) => None,
        };
        self.texts |= matches!(id, IdRef::Text(_));
        self.ids.push(id.to_id());
    }

    /// Hashes all ids, with room for so many.
    fn build_index(&mut self, room: usize) {
        if !self.index.is_empty() {
            return;
        }
        self.index.reserve(room);
        for (at, id) in (0..).zip(&self.ids) {
            self.index.insert(id.as_ref().hash32(), at);
        }
    }

    /// Makes ready for many lookups: ids that are consecutive numbers need no index.
    pub(crate) fn prepare(&mut self) {
        if self.consecutive_from.is_none() {
            self.build_index(self.ids.len());
        }
    }

    #[inline]
    pub(crate) fn id(&self, at: u32) -> &Id {
        &self.ids[at as usize]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Id> {
        self.ids.iter()
    }

    /// The indices in id order.
    pub(crate) fn sorted(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.ids.len() as u32).collect();
        if self.unsorted {
            order.sort_unstable_by(|a, b| self.ids[*a as usize].cmp(&self.ids[*b as usize]));
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// Ids that come again, of both sorts, now and then in rising order.
    fn ids() -> impl Strategy<Value = Vec<Id>> {
        let id = prop_oneof![
            (0u64..60).prop_map(Id::from),
            any::<u64>().prop_map(Id::from),
            "[a-c]{0,3}".prop_map(|text| Id::from(text.as_str())),
        ];
        (prop::collection::vec(id, 0..300), any::<bool>()).prop_map(|(mut ids, rising)| {
            if rising {
                ids.sort();
            }
            ids
        })
    }

    proptest! {
        /// Against a map of the standard library: interned, looked for, and looked for together, with room made or not.
        #[test]
        fn ids_have_the_index_at_which_they_first_came(
            ids in ids(), others in ids(), room in 0usize..500, prepared in any::<bool>(),
        ) {
            let (mut table, mut naive) = (IdTable::default(), BTreeMap::new());
            for (at, id) in ids.iter().enumerate() {
                if at == ids.len() / 2 {
                    table.reserve(room);
                    if prepared {
                        table.prepare();
                    }
                }
                let next = naive.len() as u32;
                let new = !naive.contains_key(id);
                let expected = *naive.entry(id.clone()).or_insert(next);
                prop_assert_eq!(table.intern(id.as_ref()), (expected, new));
            }
            prop_assert_eq!(table.len(), naive.len());
            let asked: Vec<&Id> = ids.iter().chain(&others).collect();
            for id in &asked {
                prop_assert_eq!(table.get(id.as_ref()), naive.get(*id).copied());
            }
            let together = table.get_all(asked.iter().map(|id| id.as_ref()));
            for (id, found) in asked.iter().zip(&together) {
                prop_assert_eq!(*found, naive.get(*id).copied().unwrap_or(NOT_FOUND));
            }
            prop_assert!(together.is_empty() || together.len() == asked.len());
        }
    }
}
