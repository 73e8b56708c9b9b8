//! Positions by the hash of what stands there.

/// Slots of an index that begins to be used.
const SLOTS_MIN: usize = 8;

/// Positions by 32 bits of a hash, which stand beside each position in one slot.
///
/// A slot is the only memory that looking for something absent reads, and an index grows without looking at what it
/// points to. Slots are in the order of their hashes but for collisions, so that growing reads and writes from front to
/// back.
#[derive(Clone, Debug, Default)]
pub(super) struct HashIndex {
    /// The hash, and the position plus one; 0 where there is none. At most three in four are used.
    slots: Vec<u64>,
    len: usize,
}

impl HashIndex {
    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The memory that it takes.
    pub(super) fn bytes(&self) -> usize {
        self.slots.len() * size_of::<u64>()
    }

    /// Where a hash would stand if no other wanted the place. Larger hashes stand later.
    #[inline]
    fn home(hash: u32, slots: usize) -> usize {
        ((u64::from(hash) * slots as u64) >> 32) as usize
    }

    /// The slot where a hash would stand, only to have it read. The caller sees to it that there is one.
    #[inline]
    pub(super) fn touch(&self, hash: u32) -> u64 {
        self.slots[Self::home(hash, self.slots.len())]
    }

    /// The position with this hash of which `is` holds.
    #[inline]
    pub(super) fn find(&self, hash: u32, is: impl Fn(u32) -> bool) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        self.probe(hash, is).ok()
    }

    /// The same, or the empty slot where it would stand. There must be slots.
    #[inline]
    fn probe(&self, hash: u32, is: impl Fn(u32) -> bool) -> Result<u32, usize> {
        let mut place = Self::home(hash, self.slots.len());
        loop {
            let slot = self.slots[place];
            if slot == 0 {
                return Err(place);
            }
            let at = slot as u32 - 1;
            if (slot >> 32) as u32 == hash && is(at) {
                return Ok(at);
            }
            place += 1;
            if place == self.slots.len() {
                place = 0;
            }
        }
    }

    /// The position with this hash of which `is` holds; where there is none, `at` is added.
    #[inline]
    pub(super) fn find_or_insert(&mut self, hash: u32, at: u32, is: impl Fn(u32) -> bool) -> Option<u32> {
        if 4 * (self.len + 1) > 3 * self.slots.len() {
            self.grow(self.slots.len() * 2);
        }
        match self.probe(hash, is) {
            Ok(found) => Some(found),
            Err(place) => {
                self.slots[place] = (u64::from(hash) << 32) | (u64::from(at) + 1);
                self.len += 1;
                None
            }
        }
    }

    /// Adds a position that is not there yet.
    #[inline]
    pub(super) fn insert(&mut self, hash: u32, at: u32) {
        self.find_or_insert(hash, at, |_| false);
    }

    /// Makes room for more.
    pub(super) fn reserve(&mut self, more: usize) {
        let slots = (self.len + more).div_ceil(3) * 4;
        if slots > self.slots.len() {
            self.grow(slots);
        }
    }

    #[cold]
    fn grow(&mut self, slots: usize) {
        let old = std::mem::replace(&mut self.slots, vec![0; slots.max(SLOTS_MIN)]);
        for slot in old.into_iter().filter(|slot| *slot != 0) {
            if let Err(place) = self.probe((slot >> 32) as u32, |_| false) {
                self.slots[place] = slot;
            }
        }
    }
}
