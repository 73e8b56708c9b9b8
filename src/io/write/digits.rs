//! Numbers and dates as digits, in the form in which they print, without the machinery of formatting.

use crate::date::Date;
use crate::money::SCALE;
use std::io::Write;

/// Two digits of each number below a hundred.
const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut at = 0;
    while at < 100 {
        pairs[at] = [b'0' + (at / 10) as u8, b'0' + (at % 10) as u8];
        at += 1;
    }
    pairs
};

fn pair(number: u64) -> [u8; 2] {
    PAIRS[(number % 100) as usize]
}

/// A number without a sign.
pub(super) fn push_number(bytes: &mut Vec<u8>, mut number: u64) {
    let mut digits = [0; 20];
    let mut start = digits.len();
    while number >= 10 {
        start -= 2;
        digits[start..start + 2].copy_from_slice(&pair(number));
        number /= 100;
    }
    if number > 0 || start == digits.len() {
        start -= 1;
        digits[start] = b'0' + number as u8;
    }
    bytes.extend_from_slice(&digits[start..]);
}

fn push_sign(bytes: &mut Vec<u8>, value: i64) -> u64 {
    if value < 0 {
        bytes.push(b'-');
    }
    value.unsigned_abs()
}

/// A number with its sign.
pub(super) fn push_integer(bytes: &mut Vec<u8>, value: i64) {
    let magnitude = push_sign(bytes, value);
    push_number(bytes, magnitude);
}

/// A count of 1/10,000 with at least `least` decimals, 0 or 2, and no more than it needs.
pub(super) fn push_fixed(bytes: &mut Vec<u8>, point: u8, value: i64, least: usize) {
    let magnitude = push_sign(bytes, value);
    let (whole, fraction) = (magnitude / SCALE as u64, magnitude % SCALE as u64);
    push_number(bytes, whole);
    push_fraction(bytes, point, &[pair(fraction / 100), pair(fraction)], least);
}

/// Decimals, at least so many, without the zeros at their end.
fn push_fraction(bytes: &mut Vec<u8>, point: u8, pairs: &[[u8; 2]], least: usize) {
    let digits = pairs.as_flattened();
    let needed = digits.iter().rposition(|digit| *digit != b'0').map_or(0, |last| last + 1);
    if needed.max(least) > 0 {
        bytes.push(point);
        bytes.extend_from_slice(&digits[..needed.max(least)]);
    }
}

/// The shortest decimal number that reads back as the same float.
///
/// What is a whole number of 10⁻⁹ below a million has at most fifteen digits. No two such decimals are the same float, so
/// that none is shorter, and it is written digit by digit.
pub(super) fn push_float(bytes: &mut Vec<u8>, point: u8, value: f64) {
    let billionths = (value * 1e9).round();
    if billionths.abs() < 1e15 && billionths / 1e9 == value && !(value == 0.0 && value.is_sign_negative()) {
        let magnitude = push_sign(bytes, billionths as i64);
        let (whole, fraction) = (magnitude / 1_000_000_000, magnitude % 1_000_000_000);
        push_number(bytes, whole);
        // Nine decimals, and a zero to make them even.
        let tenths = fraction * 10;
        let pairs = [100_000_000, 1_000_000, 10_000, 100, 1].map(|unit| pair(tenths / unit));
        push_fraction(bytes, point, &pairs, 0);
        return;
    }
    let start = bytes.len();
    // Writing into memory does not fail.
    let _ = write!(bytes, "{value}");
    bytes[start..].iter_mut().filter(|byte| **byte == b'.').for_each(|byte| *byte = point);
}

/// A date as YYYY-MM-DD.
pub(super) fn push_date(bytes: &mut Vec<u8>, date: Date) {
    let (year, month, day) = date.ymd();
    let (year, [m0, m1], [d0, d1]) = (year.unsigned_abs().into(), pair(month.into()), pair(day.into()));
    let ([y0, y1], [y2, y3]) = (pair(year / 100), pair(year));
    bytes.extend_from_slice(&[y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::{Money, Quantity};
    use proptest::prelude::*;

    fn written(push: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut bytes = Vec::new();
        push(&mut bytes);
        String::from_utf8(bytes).unwrap()
    }

    proptest! {
        /// Would break with any number that is not written as it prints.
        #[test]
        fn numbers_are_written_as_they_print(value in any::<i64>(), shift in 0u32..64, day in 0i32..109_900) {
            let value = value >> shift;
            prop_assert_eq!(written(|b| push_integer(b, value)), value.to_string());
            prop_assert_eq!(written(|b| push_number(b, value as u64)), (value as u64).to_string());
            prop_assert_eq!(written(|b| push_fixed(b, b'.', value, 2)), Money::from_units(value).to_string());
            prop_assert_eq!(written(|b| push_fixed(b, b'.', value, 0)), Quantity::from_units(value).to_string());
            let date = Date::from_days(Date::MIN.days() + day).unwrap();
            prop_assert_eq!(written(|b| push_date(b, date)), date.to_string());
        }

        /// Would break with a decimal that is not the shortest, or not the same number.
        #[test]
        fn floats_are_written_as_they_print(bits in any::<u64>(), billionths in any::<i64>(), shift in 0u32..64) {
            let rounded = (billionths >> shift) as f64 / 1e9;
            for value in [f64::from_bits(bits), rounded, rounded * 1e-5, rounded.trunc(), f64::from_bits(rounded.to_bits() + 1)] {
                prop_assert_eq!(written(|b| push_float(b, b'.', value)), value.to_string());
            }
        }
    }

    #[test]
    fn the_ends_are_written_as_they_print() {
        for value in [0, 1, -1, 9, 10, 99, 100, 9_999, 10_000, i64::MAX, i64::MIN] {
            assert_eq!(written(|b| push_integer(b, value)), value.to_string());
            assert_eq!(written(|b| push_fixed(b, b'.', value, 2)), Money::from_units(value).to_string());
        }
        let floats = [0.0, -0.0, 1.0, -0.5, 0.1, 1e-9, -1e-9, 999_999.999_999_999, 1e6, 1e300, f64::MIN_POSITIVE];
        for value in floats.into_iter().chain([f64::NAN, f64::INFINITY, f64::NEG_INFINITY]) {
            assert_eq!(written(|b| push_float(b, b'.', value)), value.to_string());
        }
        assert_eq!(written(|b| push_float(b, b',', -1.5)), "-1,5");
        assert_eq!(written(|b| push_float(b, b',', 1e-10)), "0,0000000001");
    }
}
