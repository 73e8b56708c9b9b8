//! Sums that do not depend on their order: floats as whole numbers of a small unit, which is the same for all of them.

/// One and a half times 2⁵²: added to a smaller number it leaves the nearest whole one in the low bits.
const MAGIC: f64 = 6_755_399_441_055_744.0;

/// The unit: a power of two, so small that a sum has at least thirty-odd bits for each of its terms, and so large that none
/// can overflow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Fixed {
    scale: f64,
    unit: f64,
}

impl Fixed {
    /// The unit for sums of a number of terms, none of which is larger than `largest` either way.
    pub(super) fn new(largest: f64, terms: usize) -> Self {
        let (_, exponent) = libm::frexp(largest);
        let room = terms.max(1).next_power_of_two().trailing_zeros() as i32;
        // Beyond a thousand bits a power of two is no number; what is that small is rounded to nothing.
        let shift = ((62 - room).min(40) - exponent).clamp(-1_000, 1_000);
        Self { scale: libm::ldexp(1.0, shift), unit: libm::ldexp(1.0, -shift) }
    }

    /// A term in units, rounded half to even.
    #[inline]
    pub(super) fn units(self, value: f64) -> i64 {
        (value * self.scale + MAGIC).to_bits().wrapping_sub(MAGIC.to_bits()) as i64
    }

    /// A sum of units.
    pub(super) fn value(self, units: i64) -> f64 {
        units as f64 * self.unit
    }

    /// The mean of a number of terms.
    pub(super) fn mean(self, units: i64, terms: i64) -> f64 {
        units as f64 / terms as f64 * self.unit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p35_sums_are_the_same_in_any_order_and_as_exact_as_stated() {
        let values: Vec<f64> = (0..1_000).map(|i| f64::from(i * 7_919 % 1_009) / 1_009.0 - 0.5).collect();
        let fixed = Fixed::new(0.5, values.len());
        let forth: i64 = values.iter().map(|v| fixed.units(*v)).sum();
        let back: i64 = values.iter().rev().map(|v| fixed.units(*v)).sum();
        assert_eq!(forth, back);
        let plain: f64 = values.iter().sum();
        assert!((fixed.value(forth) - plain).abs() < 1e-9, "{} {plain}", fixed.value(forth));
        assert!((fixed.mean(forth, 1_000) - plain / 1e3).abs() < 1e-12);
    }

    #[test]
    fn any_size_of_numbers_has_a_unit() {
        for largest in [0.0, 1e-200, 1e-9, 1.0, 3.0, 1e9, 1e100] {
            let fixed = Fixed::new(largest, 1 << 24);
            let sum = (0..1_000).map(|_| fixed.units(largest)).sum::<i64>();
            assert!((fixed.value(sum) - largest * 1e3).abs() <= largest * 1e3 * 1e-9, "{largest}");
            assert_eq!(fixed.units(-largest), -fixed.units(largest));
        }
        // The most terms that there may be do not overflow.
        let fixed = Fixed::new(1.0, 1 << 30);
        assert!(fixed.units(1.0).checked_mul(1 << 30).is_some());
    }
}
