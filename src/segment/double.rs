//! Numbers of twice the digits.

use std::ops::{Add, Sub};

/// A number as the unevaluated sum of two floats (Dekker 1971): about 32 digits. Sums of squares of a million values then
/// differ only where they do in mathematics.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Double {
    pub(super) high: f64,
    low: f64,
}

/// 2²⁷ + 1: cuts the 53 digits of a float into two halves.
const HALVES: f64 = 134_217_729.0;

/// A sum of two floats, exactly.
#[inline]
fn sum(a: f64, b: f64) -> Double {
    let high = a + b;
    let of_b = high - a;
    Double { high, low: (a - (high - of_b)) + (b - of_b) }
}

/// The same where the first is the larger.
#[inline]
fn quick_sum(a: f64, b: f64) -> Double {
    let high = a + b;
    Double { high, low: b - (high - a) }
}

/// A product of two floats, exactly.
#[inline]
fn product(a: f64, b: f64) -> Double {
    let halves = |x: f64| {
        let part = HALVES * x;
        let high = part - (part - x);
        (high, x - high)
    };
    let ((a1, a2), (b1, b2)) = (halves(a), halves(b));
    let high = a * b;
    Double { high, low: ((a1 * b1 - high) + a1 * b2 + a2 * b1) + a2 * b2 }
}

impl Double {
    pub(super) const ZERO: Self = Self { high: 0.0, low: 0.0 };

    /// The difference of two floats, exactly.
    pub(super) fn difference(a: f64, b: f64) -> Self {
        sum(a, -b)
    }

    /// A whole number, exactly.
    pub(super) fn whole(units: i64) -> Self {
        let high = units as f64;
        // What was rounded off is small, and the difference of two whole numbers.
        Self { high, low: (i128::from(units) - high as i128) as f64 }
    }

    #[inline]
    pub(super) fn square(self) -> Self {
        let square = product(self.high, self.high);
        quick_sum(square.high, square.low + 2.0 * self.high * self.low)
    }

    #[inline]
    pub(super) fn times(self, factor: f64) -> Self {
        let times = product(self.high, factor);
        quick_sum(times.high, times.low + self.low * factor)
    }

    #[inline]
    pub(super) fn over(self, divisor: f64) -> Self {
        let first = self.high / divisor;
        let whole = product(first, divisor);
        quick_sum(first, ((self.high - whole.high) - whole.low + self.low) / divisor)
    }
}

impl Add for Double {
    type Output = Self;

    #[inline]
    fn add(self, other: Self) -> Self {
        let (high, low) = (sum(self.high, other.high), sum(self.low, other.low));
        let first = quick_sum(high.high, high.low + low.high);
        quick_sum(first.high, first.low + low.low)
    }
}

impl Sub for Double {
    type Output = Self;

    #[inline]
    fn sub(self, other: Self) -> Self {
        self + Self { high: -other.high, low: -other.low }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Would break with a step that loses the second float.
    #[test]
    fn thirty_digits_are_kept() {
        let large = Double::whole(i64::MAX);
        assert_eq!(large - Double::whole(i64::MAX - 1), Double::whole(1));
        assert_eq!(Double::whole(i64::MIN) + large, Double::whole(-1));
        // (2⁵² + 1)² − (2⁵²)² = 2⁵³ + 1.
        let (a, b) = (Double::whole((1 << 52) + 1), Double::whole(1 << 52));
        assert_eq!(a.square() - b.square(), Double::whole((1 << 53) + 1));
        // Three thirds are one, to 30 digits.
        let third = Double::whole(1).over(3.0);
        assert!((third.times(3.0) - Double::whole(1)).high.abs() < 1e-31);
        assert!(third.low != 0.0);
    }
}
