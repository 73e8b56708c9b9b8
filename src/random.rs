//! Random numbers from a seed, the same on every platform and any number of threads.
//!
//! The generator is SplitMix64 (Steele, Lea & Flood 2014); transcendental functions are those of `libm`.

/// A seeded generator. Whatever is drawn for has a stream of its own, so that drawing for one leaves the others alone.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A number for a name, by which it has a stream of its own (FNV-1a, 64 bits).
pub(crate) fn key(name: &[u8]) -> u64 {
    name.iter().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x100_0000_01b3))
}

impl Random {
    /// The generator of one stream of a seed.
    pub(crate) fn stream(seed: u64, stream: u64) -> Self {
        Self(mix(seed.wrapping_add(GAMMA)) ^ mix(stream.wrapping_mul(GAMMA).wrapping_add(1)))
    }

    /// Sixty-four random bits.
    #[inline]
    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GAMMA);
        mix(self.0)
    }

    /// A whole number below `end`, which is at least 1.
    #[inline]
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        // The high bits of a 64 × 64 product: without a division, and the bias is far below anything visible here.
        ((u128::from(self.bits()) * u128::from(end)) >> 64) as u64
    }

    /// A whole number from `low` to `high`, both included.
    pub(crate) fn range(&mut self, low: i64, high: i64) -> i64 {
        let width = u64::try_from(high - low).map_or(1, |w| w + 1);
        low + self.below(width) as i64
    }

    /// A number from 0 to 1, 1 excluded.
    #[inline]
    pub(crate) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A draw from the normal distribution (Box & Muller 1958).
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = libm::sqrt(-2.0 * libm::log(1.0 - self.unit()));
        radius * libm::cos(std::f64::consts::TAU * self.unit())
    }

    /// A draw from the gamma distribution of a shape above 0 and scale 1 (Marsaglia & Tsang 2000).
    pub(crate) fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let power = libm::pow(1.0 - self.unit(), 1.0 / shape);
            return self.gamma(shape + 1.0) * power;
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / libm::sqrt(9.0 * d);
        loop {
            let x = self.normal();
            let v = 1.0 + c * x;
            if v <= 0.0 {
                continue;
            }
            let v = v * v * v;
            if libm::log(1.0 - self.unit()) < 0.5 * x * x + d - d * v + d * libm::log(v) {
                return d * v;
            }
        }
    }

    /// Puts `items` into a random order.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (1..items.len()).rev() {
            items.swap(end, self.range(0, end as i64) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mean and the variance of many draws.
    fn moments(draws: impl Iterator<Item = f64>) -> (f64, f64) {
        let draws: Vec<f64> = draws.collect();
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        (mean, draws.iter().map(|d| (d - mean) * (d - mean)).sum::<f64>() / draws.len() as f64)
    }

    const DRAWS: usize = 200_000;

    /// Five standard errors: a wrong distribution fails, a right one does not with any seed that is likely to be met.
    #[test]
    fn draws_have_the_moments_of_their_distribution() {
        let near = |found: f64, expected: f64, error: f64| (found - expected).abs() < 5.0 * error;
        let root = (DRAWS as f64).sqrt();
        let mut random = Random::stream(7, 0);
        let (mean, variance) = moments((0..DRAWS).map(|_| random.normal()));
        assert!(near(mean, 0.0, 1.0 / root) && near(variance, 1.0, 1.5 / root), "{mean} {variance}");
        for shape in [0.25, 1.0, 5.0, 25.0] {
            let (mean, variance) = moments((0..DRAWS).map(|_| random.gamma(shape)));
            assert!(near(mean, shape, shape.sqrt() / root), "{shape}: {mean}");
            // The variance of the variance of a gamma distribution is shape² (2 + 6 / shape) / n.
            assert!(near(variance, shape, shape * (2.0 + 6.0 / shape).sqrt() / root), "{shape}: {variance}");
        }
    }

    #[test]
    fn streams_of_one_seed_differ_and_come_again() {
        let first = |seed, stream| Random::stream(seed, stream).bits();
        assert_eq!(first(1, 2), first(1, 2));
        assert!(first(1, 2) != first(1, 3) && first(1, 2) != first(2, 2));
    }
}
