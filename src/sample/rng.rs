//! The few draws that the sample needs.

use crate::random::Random;

/// A seeded generator.
pub(super) struct Rng(Random);

impl Rng {
    /// The generator of one stream of a seed: an account keeps its own, so that changing one leaves the others alone.
    pub(super) fn stream(seed: u64, stream: u64) -> Self {
        Self(Random::stream(seed, stream))
    }

    /// A whole number from `low` to `high`, both included.
    pub(super) fn range(&mut self, low: i64, high: i64) -> i64 {
        self.0.range(low, high)
    }

    /// True `permille` times in a thousand.
    pub(super) fn chance(&mut self, permille: i64) -> bool {
        self.range(0, 999) < permille
    }

    /// A normal draw, drawn again beyond two standard deviations: a sample needs no freak.
    pub(super) fn normal(&mut self) -> f64 {
        loop {
            let z = self.0.normal();
            if z.abs() <= 2.0 {
                return z;
            }
        }
    }

    /// A lognormal factor around 1000, of which `spread` thousandths is the standard deviation of the logarithm.
    pub(super) fn factor(&mut self, spread: i64) -> i64 {
        (1000.0 * libm::exp(self.normal() * spread as f64 / 1000.0)) as i64
    }

    /// A Poisson count whose mean is `milli` thousandths.
    pub(super) fn count(&mut self, milli: i64) -> i64 {
        let floor = libm::exp(-(milli as f64) / 1000.0);
        let mut product = self.0.unit();
        let mut count = 0;
        while product > floor {
            product *= self.0.unit();
            count += 1;
        }
        count
    }

    /// One of `items`, all as likely; the default value when there is none.
    pub(super) fn pick<T: Copy + Default>(&mut self, items: &[T]) -> T {
        let last = i64::try_from(items.len()).unwrap_or(0) - 1;
        items.get(self.range(0, last.max(0)) as usize).copied().unwrap_or_default()
    }

    /// The position of one of `weights`, in proportion to them; 0 when they are all zero.
    pub(super) fn weighted(&mut self, weights: &[i64]) -> usize {
        let mut left = self.range(0, (weights.iter().sum::<i64>() - 1).max(0));
        for (at, weight) in weights.iter().enumerate() {
            if left < *weight {
                return at;
            }
            left -= weight;
        }
        0
    }

    /// Puts `items` into a random order.
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        self.0.shuffle(items);
    }
}
