//! Sums of integers that stay exact whatever the order in which they are added, in as few bytes as they need.

use rustc_hash::FxHashMap;
use std::ops::Range;

/// A vector of sums. It takes no memory while all of them are 0. The rare sum that leaves 64 bits keeps its carry aside,
/// so that a sum costs eight bytes and its value never depends on the order of the additions.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    low: Vec<i64>,
    carries: FxHashMap<u32, i64>,
}

impl Sums {
    /// Adds to one sum of `len`.
    #[inline]
    pub(super) fn add(&mut self, len: usize, at: usize, value: i64) {
        if value == 0 {
            return;
        }
        if self.low.len() < len {
            grow(&mut self.low, len);
        }
        let (sum, carried) = self.low[at].overflowing_add(value);
        self.low[at] = sum;
        if carried {
            *self.carries.entry(at as u32).or_default() += value.signum();
        }
    }

    /// The sum, as far as 64 bits hold it.
    #[inline]
    pub(super) fn get(&self, at: usize) -> i64 {
        self.low.get(at).copied().unwrap_or(0)
    }

    /// Neighbouring sums, as far as 64 bits hold them; nothing while all are 0.
    #[inline]
    pub(super) fn run(&self, range: Range<usize>) -> &[i64] {
        self.low.get(range).unwrap_or_default()
    }

    pub(super) fn exact(&self, at: usize) -> i128 {
        let carry = self.carries.get(&(at as u32)).copied().unwrap_or(0);
        i128::from(self.get(at)) + (i128::from(carry) << 64)
    }

    /// Adds a value of any size to one sum of `len`.
    #[cfg(feature = "csv")]
    pub(super) fn add_exact(&mut self, len: usize, at: usize, value: i128) {
        let low = value as i64;
        self.add(len, at, low);
        let carry = ((value - i128::from(low)) >> 64) as i64;
        if carry != 0 {
            grow(&mut self.low, len);
            *self.carries.entry(at as u32).or_default() += carry;
        }
    }

    /// Adds another sum to this one.
    pub(super) fn add_from(&mut self, len: usize, at: usize, other: &Self, from: usize) {
        self.add(len, at, other.get(from));
        if let Some(carry) = other.carries.get(&(from as u32)) {
            grow(&mut self.low, len);
            *self.carries.entry(at as u32).or_default() += carry;
        }
    }

    /// The position of the first sum of which something is true, as far as 64 bits hold it.
    pub(super) fn position(&self, is: impl Fn(i64) -> bool) -> Option<usize> {
        self.low.iter().position(|sum| is(*sum))
    }

    /// The position of a sum that does not fit in 64 bits.
    pub(super) fn too_large(&self) -> Option<usize> {
        let carried = self.carries.iter().filter(|(_, carry)| **carry != 0);
        carried.map(|(at, _)| *at as usize).min()
    }
}

/// Counts in four bytes each; none at all while all of them are 0. A count that would leave 32 bits stays at their end,
/// which is an error when the facts are read.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts(Vec<u32>);

impl Counts {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds to one count of `len`.
    #[inline]
    pub(super) fn add(&mut self, len: usize, at: usize, count: u32) {
        if count == 0 {
            return;
        }
        if self.0.len() < len {
            grow(&mut self.0, len);
        }
        self.0[at] = self.0[at].saturating_add(count);
    }

    #[inline]
    pub(super) fn get(&self, at: usize) -> u32 {
        self.0.get(at).copied().unwrap_or(0)
    }

    /// Neighbouring counts; nothing while all are 0.
    #[inline]
    pub(super) fn run(&self, range: Range<usize>) -> &[u32] {
        self.0.get(range).unwrap_or_default()
    }

    pub(super) fn too_large(&self) -> Option<usize> {
        self.0.iter().position(|count| *count == u32::MAX)
    }
}

/// Lengthens a vector with zeros, by no more than is asked for.
pub(super) fn grow<T: Clone + Default>(values: &mut Vec<T>, len: usize) {
    if len > values.len() {
        values.reserve_exact(len - values.len());
        values.resize(len, T::default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overflow_does_not_depend_on_order() {
        let values = [i64::MAX, i64::MAX, i64::MIN, 7, i64::MIN];
        let total: i128 = values.iter().map(|v| i128::from(*v)).sum();
        let mut forward = Sums::default();
        let mut backward = Sums::default();
        values.iter().for_each(|v| forward.add(1, 0, *v));
        values.iter().rev().for_each(|v| backward.add(1, 0, *v));
        assert_eq!((forward.exact(0), backward.exact(0)), (total, total));
        assert_eq!((forward.too_large(), backward.too_large()), (None, None));
        forward.add_from(1, 0, &backward.clone(), 0);
        assert_eq!(forward.exact(0), 2 * total);
        let mut large = Sums::default();
        large.add(2, 1, i64::MAX);
        large.add(2, 1, 1);
        assert_eq!((large.too_large(), large.exact(1)), (Some(1), 1i128 << 63));
    }

    #[test]
    fn nothing_takes_no_memory() {
        let mut sums = Sums::default();
        let mut counts = Counts::default();
        sums.add(1_000, 3, 0);
        counts.add(1_000, 3, 0);
        assert!(sums.low.is_empty() && counts.is_empty());
        assert_eq!((sums.get(3), counts.get(3)), (0, 0));
        counts.add(10, 9, u32::MAX);
        counts.add(10, 9, 5);
        assert_eq!(counts.too_large(), Some(9));
    }
}
