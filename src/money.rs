//! Money: an exact count of 1/10,000 of the currency unit, and the one place where amounts are rounded or shared out.
//!
//! ```
//! use portefeuille::{Money, money};
//!
//! let price: Money = "1234.5".parse()?;
//! assert_eq!(price, money("1234.50"));
//! assert_eq!(price.to_string(), "1234.50");
//! # Ok::<(), portefeuille::Error>(())
//! ```

use crate::error::{Code, Error, Problem};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// Units of [`Money`] and [`Quantity`] in one: four decimals.
pub(crate) const SCALE: i64 = 10_000;

/// The largest amount, either way, that one record may hold: 10¹¹.
pub const AMOUNT_MAX: Money = Money(100_000_000_000 * SCALE);

/// An exact amount of money, in 1/10,000 of the currency unit.
///
/// It is never rounded on reading: a fifth significant decimal is refused. It prints with two decimals, or as many as
/// it needs up to four.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i64);

/// A count or a number of hours, exact to four decimals like [`Money`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(i64);

/// A rate such as 0.06 (six per cent), exact to nine decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(i64);

/// Why a text is not a number of the wanted kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NumberFault {
    /// There is nothing to read.
    Empty,
    /// It is not a plain decimal number: an optional minus, digits, and at most one dot.
    NotANumber,
    /// It has more significant decimals than can be kept.
    TooPrecise,
    /// It is outside what can be held.
    OutOfRange,
}

/// Reads `-?digits[.digits]` as a count of 10^-`decimals`, exactly.
///
/// Trailing zeros beyond `decimals` are harmless and accepted; anything else beyond is [`NumberFault::TooPrecise`].
pub(crate) fn parse_fixed(text: &[u8], decimals: u32) -> Result<i64, NumberFault> {
    let (negative, digits) = match text {
        [] => return Err(NumberFault::Empty),
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    let mut value: i64 = 0; // kept negative, so that i64::MIN can be read
    let mut whole = 0usize;
    let mut at = 0usize;
    while let Some(d) = digits.get(at).copied().filter(u8::is_ascii_digit) {
        value = push_digit(value, d)?;
        whole += 1;
        at += 1;
    }
    if whole == 0 {
        return Err(NumberFault::NotANumber);
    }
    let mut kept = 0u32;
    if digits.get(at) == Some(&b'.') {
        at += 1;
        let start = at;
        while let Some(d) = digits.get(at).copied().filter(u8::is_ascii_digit) {
            if kept < decimals {
                value = push_digit(value, d)?;
                kept += 1;
            } else if d != b'0' {
                return Err(too_precise_or_garbage(&digits[at..]));
            }
            at += 1;
        }
        if at == start {
            return Err(NumberFault::NotANumber);
        }
    }
    if at != digits.len() {
        return Err(NumberFault::NotANumber);
    }
    while kept < decimals {
        value = value.checked_mul(10).ok_or(NumberFault::OutOfRange)?;
        kept += 1;
    }
    if negative { Ok(value) } else { value.checked_neg().ok_or(NumberFault::OutOfRange) }
}

fn too_precise_or_garbage(rest: &[u8]) -> NumberFault {
    if rest.iter().all(u8::is_ascii_digit) { NumberFault::TooPrecise } else { NumberFault::NotANumber }
}

#[inline]
fn push_digit(value: i64, digit: u8) -> Result<i64, NumberFault> {
    value.checked_mul(10).and_then(|v| v.checked_sub(i64::from(digit - b'0'))).ok_or(NumberFault::OutOfRange)
}

/// Prints a count of 10^-`decimals` with at least `least` decimals and no more than it needs.
fn write_fixed(f: &mut fmt::Formatter<'_>, value: i64, decimals: u32, least: usize) -> fmt::Result {
    let scale = 10u64.pow(decimals);
    let magnitude = value.unsigned_abs();
    let width = decimals as usize;
    let mut fraction = format!("{:0width$}", magnitude % scale);
    while fraction.len() > least && fraction.ends_with('0') {
        fraction.pop();
    }
    let sign = if value < 0 { "-" } else { "" };
    let dot = if fraction.is_empty() { "" } else { "." };
    f.pad(&format!("{sign}{}{dot}{fraction}", magnitude / scale))
}

/// `numerator / denominator` rounded half to even; `None` when the denominator is zero.
///
/// This is the only rounding of money in the library.
#[inline]
pub(crate) fn div_half_even(numerator: i128, denominator: i128) -> Option<i128> {
    // Division of 64 bits is several times faster, and nearly all amounts fit.
    match (i64::try_from(numerator), i64::try_from(denominator)) {
        (Ok(numerator), Ok(denominator)) if denominator > 0 => Some(div_half_even_short(numerator, denominator).into()),
        _ => div_half_even_long(numerator, denominator),
    }
}

/// The same by a positive number, in 64 bits.
#[inline]
fn div_half_even_short(numerator: i64, denominator: i64) -> i64 {
    let (quotient, remainder) = (numerator.div_euclid(denominator), numerator.rem_euclid(denominator));
    // remainder > denominator − remainder says that twice the remainder is larger, and does not overflow.
    let up = match remainder.cmp(&(denominator - remainder)) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => quotient & 1 == 1,
    };
    quotient + i64::from(up)
}

fn div_half_even_long(numerator: i128, denominator: i128) -> Option<i128> {
    if denominator == 0 {
        return None;
    }
    let quotient = numerator.div_euclid(denominator);
    let remainder = numerator.rem_euclid(denominator);
    let magnitude = denominator.abs();
    let up = match (remainder.checked_mul(2)?).cmp(&magnitude) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => quotient.rem_euclid(2) == 1,
    };
    // With a negative denominator `div_euclid` rounds up, so the correction goes the other way.
    Some(quotient + if up { denominator.signum() } else { 0 })
}

impl Money {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// An amount from its count of 1/10,000.
    pub const fn from_units(units: i64) -> Self {
        Self(units)
    }

    /// The count of 1/10,000.
    pub const fn units(self) -> i64 {
        self.0
    }

    /// Reads a plain decimal amount (`-12.50`) from bytes, exactly.
    pub fn parse_bytes(text: &[u8]) -> Result<Self, NumberFault> {
        parse_fixed(text, 4).map(Self)
    }

    /// The sum, or `None` when it cannot be held.
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(v) => Some(Self(v)),
            None => None,
        }
    }

    /// The difference, or `None` when it cannot be held.
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(v) => Some(Self(v)),
            None => None,
        }
    }

    /// `self × quantity`, rounded half to even, or `None` when it cannot be held.
    pub fn checked_mul(self, quantity: Quantity) -> Option<Self> {
        narrow(div_half_even(i128::from(self.0) * i128::from(quantity.0), i128::from(SCALE))?)
    }

    /// True below zero.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// The ratio of two amounts as one division, or `None` when `self / whole` has no value (`whole` is zero).
    pub fn ratio(self, whole: Self) -> Option<f64> {
        (whole.0 != 0).then(|| self.0 as f64 / whole.0 as f64)
    }
}

/// Narrows an exact total of units to money; `None` when it cannot be held.
#[inline]
pub(crate) fn narrow(units: i128) -> Option<Money> {
    i64::try_from(units).ok().map(Money)
}

/// Narrows an exact total, with an error that names what overflowed.
#[inline]
pub(crate) fn narrow_or(units: i128, what: &str) -> Result<Money, Error> {
    narrow(units).ok_or_else(|| overflow(what))
}

/// The error for a total that cannot be held.
#[cold]
pub(crate) fn overflow(what: &str) -> Error {
    Error::new(
        Problem::new(
            Code::Overflow,
            format!("{what} passes ±922,337,203,685,477.5807, the most that can be held exactly"),
        )
        .hint("check the amounts, or analyse in a larger currency unit"),
    )
}

impl Quantity {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// One.
    pub const ONE: Self = Self(SCALE);

    /// A quantity from its count of 1/10,000.
    pub const fn from_units(units: i64) -> Self {
        Self(units)
    }

    /// A whole quantity, or `None` when it cannot be held.
    pub const fn whole(count: i64) -> Option<Self> {
        match count.checked_mul(SCALE) {
            Some(v) => Some(Self(v)),
            None => None,
        }
    }

    /// The count of 1/10,000.
    pub const fn units(self) -> i64 {
        self.0
    }

    /// Reads a plain decimal quantity from bytes, exactly.
    pub fn parse_bytes(text: &[u8]) -> Result<Self, NumberFault> {
        parse_fixed(text, 4).map(Self)
    }
}

impl Rate {
    /// Units of a rate in one: nine decimals.
    pub const SCALE: i64 = 1_000_000_000;
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The whole.
    pub const ONE: Self = Self(Self::SCALE);

    /// A rate from its count of 10⁻⁹.
    pub const fn from_units(units: i64) -> Self {
        Self(units)
    }

    /// The count of 10⁻⁹.
    pub const fn units(self) -> i64 {
        self.0
    }

    /// Reads a plain decimal rate from bytes, exactly.
    pub fn parse_bytes(text: &[u8]) -> Result<Self, NumberFault> {
        parse_fixed(text, 9).map(Self)
    }

    /// The nearest rate to a finite number within ±9 × 10⁹.
    pub fn from_f64(value: f64) -> Option<Self> {
        let units = (value * 1e9).round();
        (units.abs() < 9e18).then_some(Self(units as i64))
    }

    /// The nearest floating-point number.
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / Self::SCALE as f64
    }
}

/// Splits `pool` in proportion to `weights` so that the shares add up to it exactly.
///
/// Each share is the exact one rounded down, then the units left over go to the largest remainders, ties to the lowest
/// position: order the weights by id. A share is less than one unit away from the exact one, a weight of 0 gets 0, and
/// equal weights differ by at most one unit.
///
/// `None` when the weights do not add up to a positive number, or one is negative.
///
/// ```
/// use portefeuille::{money, split};
///
/// assert_eq!(split(money("1"), &[1, 1, 1]).unwrap(), [money("0.3334"), money("0.3333"), money("0.3333")]);
/// ```
pub fn split(pool: Money, weights: &[i64]) -> Option<Vec<Money>> {
    if weights.iter().any(|w| *w < 0) {
        return None;
    }
    let total: i128 = weights.iter().map(|w| i128::from(*w)).sum();
    split_exactly(pool, weights, total).map(|(shares, _)| shares)
}

/// The last share that got one of the units left over: shares of a larger remainder, or of the same one at a lower
/// position, got one too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cutoff {
    pub(crate) remainder: i128,
    pub(crate) position: usize,
}

/// The exact share of a weight rounded down, and the remainder. At most 2⁶³ × 2⁶³: it fits.
fn share_down(magnitude: i128, weight: i64, total: i128) -> (i128, i128) {
    let product = magnitude * i128::from(weight);
    (product / total, product % total)
}

/// [`split`] with the cutoff, so that one share can be found again without the others.
pub(crate) fn split_exactly(pool: Money, weights: &[i64], total: i128) -> Option<(Vec<Money>, Option<Cutoff>)> {
    if total <= 0 {
        return None;
    }
    let magnitude = i128::from(pool.0.unsigned_abs());
    let mut shares = Vec::with_capacity(weights.len());
    let mut remainders = Vec::new();
    for (position, weight) in weights.iter().enumerate() {
        let (share, remainder) = share_down(magnitude, *weight, total);
        shares.push(share);
        if remainder > 0 {
            remainders.push((remainder, position));
        }
    }
    let left = usize::try_from(magnitude - shares.iter().sum::<i128>()).ok()?;
    remainders.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    remainders.truncate(left);
    for (_, position) in &remainders {
        shares[*position] += 1;
    }
    let cutoff = remainders.last().map(|(remainder, position)| Cutoff { remainder: *remainder, position: *position });
    let sign = if pool.is_negative() { -1 } else { 1 };
    Some((shares.into_iter().map(|s| narrow(sign * s)).collect::<Option<_>>()?, cutoff))
}

/// The share of one weight, given whether it stands before the cutoff among equal remainders.
pub(crate) fn share_again(pool: Money, weight: i64, total: i128, gets_unit: impl Fn(i128) -> bool) -> Option<Money> {
    if total <= 0 {
        return None;
    }
    let (share, remainder) = share_down(i128::from(pool.0.unsigned_abs()), weight, total);
    let share = share + i128::from(remainder > 0 && gets_unit(remainder));
    narrow(if pool.is_negative() { -share } else { share })
}

/// An amount written in the program's text. For amounts that come from outside, use [`str::parse`].
///
/// # Panics
/// When `text` is not an amount: `money("ten")`. In a `const` that is a compile error.
pub const fn money(text: &str) -> Money {
    let bytes = text.as_bytes();
    let negative = !bytes.is_empty() && bytes[0] == b'-';
    let mut at = if negative { 1 } else { 0 };
    let mut value: i64 = 0;
    let mut digits = 0;
    let mut decimals = 0;
    let mut dot = false;
    while at < bytes.len() {
        match bytes[at] {
            b'.' if !dot && digits > 0 => dot = true,
            b'0'..=b'9' if decimals < 4 => {
                value = match value.checked_mul(10) {
                    Some(v) if v <= i64::MAX - 9 => v + (bytes[at] - b'0') as i64,
                    _ => literal_fault(),
                };
                digits += 1;
                if dot {
                    decimals += 1;
                }
            }
            _ => literal_fault(),
        }
        at += 1;
    }
    if digits == 0 || (dot && decimals == 0) {
        literal_fault();
    }
    while decimals < 4 {
        value = match value.checked_mul(10) {
            Some(v) => v,
            None => literal_fault(),
        };
        decimals += 1;
    }
    Money(if negative { -value } else { value })
}

#[allow(clippy::panic, reason = "documented: a literal that is not an amount is the program's bug")]
const fn literal_fault() -> ! {
    panic!("not an amount such as \"12.50\"")
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_fixed(f, self.0, 4, 2)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_fixed(f, self.0, 4, 0)
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_fixed(f, self.0, 9, 0)
    }
}

impl fmt::Display for NumberFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "empty",
            Self::NotANumber => "not a plain decimal number such as -1234.50",
            Self::TooPrecise => "more decimals than can be kept exactly",
            Self::OutOfRange => "out of range",
        })
    }
}

/// The three fixed-point types read, print and travel through serde in the same way: as text, exactly.
macro_rules! fixed_point {
    ($type:ident, $code:ident, $what:literal) => {
        impl FromStr for $type {
            type Err = Error;
            fn from_str(text: &str) -> Result<Self, Error> {
                Self::parse_bytes(text.as_bytes()).map_err(|fault| {
                    Error::new(Problem::new(Code::$code, format!(concat!($what, ": {}"), fault)).value(text))
                })
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

fixed_point!(Money, BadMoney, "an amount");
fixed_point!(Quantity, BadQuantity, "a quantity");
fixed_point!(Rate, BadRate, "a rate");

/// Exact integers beyond 64 bits travel as text.
pub(crate) mod as_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(crate) fn serialize<S: Serializer>(value: &i128, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i128, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// A rate of an amount, rounded half to even.
pub(crate) fn share_of(amount: Money, rate: Rate) -> Money {
    let product = i128::from(amount.0) * i128::from(rate.0);
    div_half_even(product, i128::from(Rate::SCALE)).and_then(narrow).unwrap_or(amount)
}
