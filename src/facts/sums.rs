//! Sums of 64-bit integers that stay exact beyond 64 bits, whatever the order in which they are added.

use rustc_hash::FxHashMap;

/// A vector of sums. The rare sum that leaves 64 bits keeps its carry aside, so that a sum costs eight bytes and its
/// value never depends on the order of the additions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums {
    low: Vec<i64>,
    carries: FxHashMap<usize, i64>,
}

impl Sums {
    pub(super) fn grow(&mut self, len: usize) {
        if len > self.low.len() {
            self.low.resize(len, 0);
        }
    }

    #[inline]
    pub(super) fn add(&mut self, at: usize, value: i64) {
        let (sum, carried) = self.low[at].overflowing_add(value);
        self.low[at] = sum;
        if carried {
            *self.carries.entry(at).or_default() += value.signum();
        }
    }

    pub(super) fn exact(&self, at: usize) -> i128 {
        i128::from(self.low[at]) + (i128::from(self.carries.get(&at).copied().unwrap_or(0)) << 64)
    }

    /// Adds another sum to this one.
    pub(super) fn add_from(&mut self, at: usize, other: &Self, from: usize) {
        self.add(at, other.low[from]);
        if let Some(carry) = other.carries.get(&from) {
            *self.carries.entry(at).or_default() += carry;
        }
    }

    /// The values, once [`Sums::narrow`] has found that all fit.
    pub(super) fn low(&self) -> &[i64] {
        &self.low
    }

    /// The values, when all fit in 64 bits; else the position of one that does not.
    pub(super) fn narrow(&self) -> Result<&[i64], usize> {
        match self.carries.iter().filter(|(_, carry)| **carry != 0).map(|(at, _)| *at).min() {
            None => Ok(&self.low),
            Some(at) => Err(at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_96_a_partial_sum_may_pass_64_bits_in_any_order() {
        let values = [i64::MAX, i64::MAX, -i64::MAX, i64::MIN, 5, -i64::MAX, i64::MAX];
        let exact: i128 = values.iter().map(|v| i128::from(*v)).sum();
        for turn in 0..values.len() {
            let mut sums = Sums::default();
            sums.grow(1);
            values.iter().cycle().skip(turn).take(values.len()).for_each(|v| sums.add(0, *v));
            assert_eq!(sums.exact(0), exact);
            assert_eq!(sums.narrow().is_ok(), i64::try_from(exact).is_ok());
        }
    }
}
