//! Numbers and dates as digits, in the form in which they print, without the machinery of formatting.

use crate::date::Date;
use crate::money::SCALE;
use std::io::Write;

/// What makes a digit of each of eight small numbers.
const ZEROS: u64 = u64::from_le_bytes([b'0'; 8]);
/// Numbers from here on have more than eight digits.
const EIGHT_DIGITS: u64 = 100_000_000;

/// The eight digits of a number below 10⁸ as numbers, a byte each, the first in the lowest. All are found at once: two
/// halves of four digits, four pairs, eight digits. The factors stand for divisions, exact for so few digits.
#[inline]
const fn eight(number: u64) -> u64 {
    let halves = (number / 10_000) | (number % 10_000) << 32;
    let hundreds = ((halves * 5_243) >> 19) & 0x0000_007f_0000_007f;
    let pairs = hundreds | (halves - hundreds * 100) << 16;
    let tens = ((pairs * 103) >> 10) & 0x000f_000f_000f_000f;
    tens | (pairs - tens * 10) << 8
}

/// How many bytes of a word are 0 before the first digit that is not.
#[inline]
const fn zeros_before(digits: u64) -> usize {
    digits.trailing_zeros() as usize / 8
}

/// How many bytes of a word it takes up to the last digit that is not 0.
#[inline]
const fn needed(digits: u64) -> usize {
    8 - digits.leading_zeros() as usize / 8
}

/// The first bytes of a short text, the first in the lowest. All of it is copied, which takes one instruction, and then
/// cut.
#[inline]
fn push_first(bytes: &mut Vec<u8>, text: u64, count: usize) {
    let end = bytes.len() + count;
    bytes.extend_from_slice(&text.to_le_bytes());
    bytes.truncate(end);
}

/// A number without a sign.
#[inline]
pub(super) fn push_number(bytes: &mut Vec<u8>, number: u64) {
    if number < 10 {
        bytes.push(b'0' + number as u8);
    } else if number < EIGHT_DIGITS {
        let digits = eight(number);
        let skip = zeros_before(digits);
        push_first(bytes, (digits | ZEROS) >> (8 * skip), 8 - skip);
    } else {
        push_long(bytes, number);
    }
}

/// A number of more than eight digits.
fn push_long(bytes: &mut Vec<u8>, number: u64) {
    push_number(bytes, number / EIGHT_DIGITS);
    bytes.extend_from_slice(&(eight(number % EIGHT_DIGITS) | ZEROS).to_le_bytes());
}

#[inline]
fn push_sign(bytes: &mut Vec<u8>, value: i64) -> u64 {
    if value < 0 {
        bytes.push(b'-');
    }
    value.unsigned_abs()
}

/// A number with its sign.
#[inline]
pub(super) fn push_integer(bytes: &mut Vec<u8>, value: i64) {
    let magnitude = push_sign(bytes, value);
    push_number(bytes, magnitude);
}

/// A count of 1/10,000 with at least `least` decimals, 0 or 2, and no more than it needs.
#[inline]
pub(super) fn push_fixed(bytes: &mut Vec<u8>, point: u8, value: i64, least: usize) {
    let magnitude = push_sign(bytes, value);
    push_number(bytes, magnitude / SCALE as u64);
    // Four decimals are the first half of eight.
    let digits = eight(magnitude % SCALE as u64 * SCALE as u64);
    let decimals = needed(digits).max(least);
    if decimals > 0 {
        push_first(bytes, (digits | ZEROS) << 8 | u64::from(point), 1 + decimals);
    }
}

/// The shortest decimal number that reads back as the same float.
///
/// What is a whole number of 10⁻⁹ below a million has at most fifteen digits. No two such decimals are the same float, so
/// that none is shorter, and it is written digit by digit.
#[inline]
pub(super) fn push_float(bytes: &mut Vec<u8>, point: u8, value: f64) {
    let scaled = value * 1e9;
    if scaled.abs() < 1e15 {
        // The nearest whole number, if any is near enough to be the value.
        let billionths = (scaled + 0.5f64.copysign(scaled)) as i64;
        if billionths as f64 / 1e9 == value && (billionths != 0 || value.is_sign_positive()) {
            return push_billionths(bytes, point, billionths);
        }
    }
    push_any_float(bytes, point, value);
}

/// A whole number of 10⁻⁹, with as many decimals as it needs.
#[inline]
fn push_billionths(bytes: &mut Vec<u8>, point: u8, value: i64) {
    const UNIT: u64 = 1_000_000_000;
    let magnitude = push_sign(bytes, value);
    let (whole, fraction) = (magnitude / UNIT, magnitude % UNIT);
    // Most are below ten: the last digit before the point goes with those after it.
    if whole >= 10 {
        push_number(bytes, whole / 10);
    }
    let (digits, ninth) = (eight(fraction / 10), fraction % 10);
    let decimals = if ninth > 0 { 9 } else { needed(digits) };
    let end = bytes.len() + 1 + if decimals > 0 { 1 + decimals } else { 0 };
    let (unit, digits) = (u64::from(b'0') + whole % 10, digits | ZEROS);
    bytes.extend_from_slice(&(unit | u64::from(point) << 8 | digits << 16).to_le_bytes());
    bytes.extend_from_slice(&((digits >> 48 | (u64::from(b'0') + ninth) << 16) as u32).to_le_bytes());
    bytes.truncate(end);
}

/// Any float, as it prints.
#[cold]
fn push_any_float(bytes: &mut Vec<u8>, point: u8, value: f64) {
    let start = bytes.len();
    // Writing into memory does not fail.
    let _ = write!(bytes, "{value}");
    bytes[start..].iter_mut().filter(|byte| **byte == b'.').for_each(|byte| *byte = point);
}

/// A date as YYYY-MM-DD.
#[inline]
pub(super) fn push_date(bytes: &mut Vec<u8>, date: Date) {
    let (year, month, day) = date.ymd();
    let digits = eight(u64::from(year.unsigned_abs()) * 10_000 + u64::from(month) * 100 + u64::from(day)) | ZEROS;
    let (year, month, day) = (digits & 0xffff_ffff, digits >> 32 & 0xffff, digits >> 48);
    let hyphen = u64::from(b'-');
    bytes.extend_from_slice(&(year | hyphen << 32 | month << 40 | hyphen << 56).to_le_bytes());
    bytes.extend_from_slice(&(day as u16).to_le_bytes());
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
