//! SplitMix64 (Steele, Lea & Flood 2014): small, fast, and the same on every platform.

/// A seeded generator, with the few draws that the sample needs.
pub(super) struct Rng(u64);

const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Rng {
    /// The generator of one stream of a seed: an account keeps its own, so that changing one leaves the others alone.
    pub(super) fn stream(seed: u64, stream: u64) -> Self {
        Self(mix(seed.wrapping_add(GAMMA)) ^ mix(stream.wrapping_mul(GAMMA).wrapping_add(1)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GAMMA);
        mix(self.0)
    }

    /// A whole number from `low` to `high`, both included.
    pub(super) fn range(&mut self, low: i64, high: i64) -> i64 {
        let width = u64::try_from(high - low).map_or(1, |w| w + 1);
        // The high bits of a 64 × 64 product: without a division, and the bias is far below anything visible here.
        low + ((u128::from(self.next()) * u128::from(width)) >> 64) as i64
    }

    /// True `permille` times in a thousand.
    pub(super) fn chance(&mut self, permille: i64) -> bool {
        self.range(0, 999) < permille
    }

    /// A number from 0 to 1, 1 excluded.
    pub(super) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A normal draw, drawn again beyond two standard deviations: a sample needs no freak.
    pub(super) fn normal(&mut self) -> f64 {
        loop {
            let radius = libm::sqrt(-2.0 * libm::log(1.0 - self.unit()));
            let z = radius * libm::cos(std::f64::consts::TAU * self.unit());
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
        let mut product = self.unit();
        let mut count = 0;
        while product > floor {
            product *= self.unit();
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
        for end in (1..items.len()).rev() {
            items.swap(end, self.range(0, end as i64) as usize);
        }
    }
}
