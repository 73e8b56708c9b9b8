//! Exact numbers, and the few floating-point formulas that the method writes out.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, ToPrimitive, Zero};

/// `numerator / denominator`, exactly.
pub(crate) fn fraction(numerator: i128, denominator: i128) -> BigRational {
    BigRational::new(BigInt::from(numerator), BigInt::from(denominator))
}

/// Half to even, of an exact number.
pub(crate) fn half_even(exact: &BigRational) -> i128 {
    let floor = exact.floor();
    let rest = exact - &floor;
    let half = fraction(1, 2);
    let even = (floor.to_integer() % BigInt::from(2)).is_zero();
    let up = rest > half || (rest == half && !even);
    let rounded = floor.to_integer() + if up { BigInt::one() } else { BigInt::zero() };
    rounded.to_i128().unwrap()
}

/// Rounding to nine decimals as the method writes it: (x·10⁹).round()/10⁹.
pub(crate) fn nine(value: f64) -> f64 {
    (value * 1e9).round() / 1e9
}

/// One division of two exact integers, rounded to nine decimals; checked against the exact fraction.
pub(crate) fn ratio(numerator: i128, denominator: i128) -> Option<f64> {
    if denominator == 0 {
        return None;
    }
    let value = nine(numerator as f64 / denominator as f64);
    let exact = fraction(numerator, denominator);
    let error = BigRational::from_float(value).unwrap() - &exact;
    let error = error.to_f64().unwrap().abs();
    let allowed = 0.5e-9 + 4.0 * f64::EPSILON * exact.to_f64().unwrap().abs();
    assert!(error <= allowed, "{numerator} / {denominator} is {error} away from {value}");
    Some(value)
}

/// The quantile of type 7.
pub(crate) fn quantile(values: &[f64], p: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| a.partial_cmp(b).unwrap());
    let h = p * (sorted.len() - 1) as f64;
    let below = h.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (h - below as f64) * (sorted[above] - sorted[below])
}

/// (#smaller + ½·#equal, itself included) / n.
pub(crate) fn mid_rank(values: &[f64], own: f64) -> f64 {
    let smaller = values.iter().filter(|v| **v < own).count() as f64;
    let equal = values.iter().filter(|v| **v == own).count() as f64;
    (smaller + 0.5 * equal) / values.len() as f64
}
