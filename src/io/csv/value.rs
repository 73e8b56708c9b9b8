//! Single values, from bytes, exactly. Nothing passes through floating point.

use super::{DateFormat, Format, Thousands};
use crate::date::Date;
use crate::money::{Money, NumberFault, div_half_even, parse_fixed};

/// Numbers with thousands separators are rewritten in a buffer of this size; none that can be held is longer.
const NUMBER_BYTES_MAX: usize = 96;

/// A decimal number as its digits and how many of them are decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    digits: i64,
    decimals: u32,
}

#[cfg(feature = "parquet")]
impl Decimal {
    /// A number that was never text.
    pub(in crate::io) fn new(digits: i64, decimals: u32) -> Self {
        Self { digits, decimals }
    }
}

/// Reads a number with `decimals` decimals, as a count of the smallest unit.
#[inline]
pub(in crate::io) fn fixed(text: &[u8], decimals: u32, format: &Format) -> Result<i64, NumberFault> {
    if format.is_plain() {
        return quick(text, decimals).map_or_else(|| parse_fixed(text, decimals), Ok);
    }
    let mut buffer = [0; NUMBER_BYTES_MAX];
    parse_fixed(plain(text, format, &mut buffer)?, decimals)
}

/// The number that most are: short and well written. `None` says nothing.
#[inline]
fn quick(text: &[u8], decimals: u32) -> Option<i64> {
    const POWERS: [i64; 10] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];
    let (sign, digits) = match text {
        [b'-', digits @ ..] => (-1, digits),
        digits => (1, digits),
    };
    if digits.is_empty() || digits.len() > 15 {
        return None;
    }
    let mut value = 0;
    let mut dot = None;
    for (at, byte) in digits.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            value = value * 10 + i64::from(digit);
        } else if *byte == b'.' && dot.is_none() && at > 0 {
            dot = Some(at + 1);
        } else {
            return None;
        }
    }
    let kept = dot.map_or(0, |first| digits.len() - first);
    if dot.is_some() && kept == 0 {
        return None;
    }
    let missing = (decimals as usize).checked_sub(kept)?;
    POWERS.get(missing)?.checked_mul(sign * value)
}

/// Reads an amount, rounded half to even where the caller allows that. True: it was rounded.
#[inline]
pub(in crate::io) fn money(text: &[u8], format: &Format) -> Result<(Money, bool), NumberFault> {
    match fixed(text, 4, format) {
        Ok(units) => Ok((Money::from_units(units), false)),
        Err(NumberFault::TooPrecise) if format.round_money => rounded(text, format).map(|m| (m, true)),
        Err(fault) => Err(fault),
    }
}

/// An amount with more decimals than can be kept, rounded half to even.
fn rounded(text: &[u8], format: &Format) -> Result<Money, NumberFault> {
    let mut buffer = [0; NUMBER_BYTES_MAX];
    let text = if format.is_plain() { text } else { plain(text, format, &mut buffer)? };
    let dot = text.iter().position(|b| *b == b'.').ok_or(NumberFault::NotANumber)?;
    let (kept, rest) = text.split_at_checked(dot + 5).ok_or(NumberFault::NotANumber)?;
    let down = parse_fixed(kept, 4)?;
    let half = rest.first().map_or(std::cmp::Ordering::Less, |first| {
        first.cmp(&b'5').then(rest[1..].iter().any(|d| *d != b'0').cmp(&false))
    });
    let up = half.is_gt() || (half.is_eq() && down % 2 != 0);
    let away = if text.first() == Some(&b'-') { -1 } else { 1 };
    let units = if up { down.checked_add(away) } else { Some(down) };
    units.map(Money::from_units).ok_or(NumberFault::OutOfRange)
}

/// Reads a decimal number of up to eighteen digits, whatever its decimals.
pub(crate) fn decimal(text: &[u8], format: &Format) -> Result<Decimal, NumberFault> {
    let mut buffer = [0; NUMBER_BYTES_MAX];
    let text = if format.is_plain() { text } else { plain(text, format, &mut buffer)? };
    let decimals = text.iter().position(|b| *b == b'.').map_or(0, |dot| text.len() - dot - 1);
    let decimals = u32::try_from(decimals).map_err(|_| NumberFault::TooPrecise)?;
    if decimals > 18 {
        return Err(NumberFault::TooPrecise);
    }
    parse_fixed(text, decimals).map(|digits| Decimal { digits, decimals })
}

/// The exact product of two numbers as an amount. True: it was rounded, where the caller allows that.
pub(in crate::io) fn product(a: Decimal, b: Decimal, format: &Format) -> Result<(Money, bool), NumberFault> {
    let digits = i128::from(a.digits) * i128::from(b.digits);
    let decimals = a.decimals + b.decimals;
    let units = if decimals <= 4 {
        digits.checked_mul(10i128.pow(4 - decimals)).ok_or(NumberFault::OutOfRange)?
    } else {
        let divisor = 10i128.pow(decimals - 4);
        if digits % divisor != 0 && !format.round_money {
            return Err(NumberFault::TooPrecise);
        }
        div_half_even(digits, divisor).ok_or(NumberFault::OutOfRange)?
    };
    let was_rounded = decimals > 4 && digits % 10i128.pow(decimals - 4) != 0;
    let units = i64::try_from(units).map_err(|_| NumberFault::OutOfRange)?;
    Ok((Money::from_units(units), was_rounded))
}

/// Rewrites a number as `-?digits[.digits]`. Separators of thousands must stand where they belong.
fn plain<'b>(text: &[u8], format: &Format, buffer: &'b mut [u8]) -> Result<&'b [u8], NumberFault> {
    let mut len = 0;
    let mut push = |byte: u8| {
        *buffer.get_mut(len).ok_or(NumberFault::OutOfRange)? = byte;
        len += 1;
        Ok(())
    };
    let mut rest = text;
    if let Some(digits) = rest.strip_prefix(b"-") {
        push(b'-')?;
        rest = digits;
    }
    let whole_len = rest.iter().position(|b| *b == format.decimal).unwrap_or(rest.len());
    let (whole, fraction) = rest.split_at(whole_len);
    for digit in ungrouped(whole, format.thousands)? {
        push(digit)?;
    }
    if let Some((_, digits)) = fraction.split_first() {
        push(b'.')?;
        digits.iter().filter(|d| d.is_ascii_digit()).try_for_each(|d| push(*d))?;
        if digits.iter().any(|d| !d.is_ascii_digit()) {
            return Err(NumberFault::NotANumber);
        }
    }
    Ok(&buffer[..len])
}

/// The digits of a whole number without its separators of thousands.
fn ungrouped(whole: &[u8], thousands: Option<Thousands>) -> Result<impl Iterator<Item = u8>, NumberFault> {
    let mut at = 0;
    let mut group = 0;
    let mut groups = 0;
    while at < whole.len() {
        let separator = thousands.map_or(0, |t| t.starts(&whole[at..]));
        if separator > 0 {
            if group == 0 || group > 3 || (groups > 0 && group != 3) {
                return Err(NumberFault::NotANumber);
            }
            groups += 1;
            group = 0;
            at += separator;
        } else if whole[at].is_ascii_digit() {
            group += 1;
            at += 1;
        } else {
            return Err(NumberFault::NotANumber);
        }
    }
    if groups > 0 && group != 3 {
        return Err(NumberFault::NotANumber);
    }
    Ok(whole.iter().copied().filter(u8::is_ascii_digit))
}

/// Reads a date in the stated format only.
#[inline]
pub(crate) fn date(text: &[u8], format: DateFormat) -> Option<Date> {
    let (year, month, day) = match (format, text) {
        (DateFormat::YearMonthDay, _) => return Date::parse_bytes(text),
        (DateFormat::DayMonthYearSlash, [d1, d2, b'/', m1, m2, b'/', y @ ..])
        | (DateFormat::DayMonthYearDot, [d1, d2, b'.', m1, m2, b'.', y @ ..])
        | (DateFormat::DayMonthYearDash, [d1, d2, b'-', m1, m2, b'-', y @ ..])
        | (DateFormat::MonthDayYearSlash, [m1, m2, b'/', d1, d2, b'/', y @ ..]) => (y, [*m1, *m2], [*d1, *d2]),
        (DateFormat::YearMonthDaySlash, [y @ .., b'/', m1, m2, b'/', d1, d2])
        | (DateFormat::Compact, [y @ .., m1, m2, d1, d2]) => (y, [*m1, *m2], [*d1, *d2]),
        _ => return None,
    };
    let [y1, y2, y3, y4] = *year else { return None };
    Date::parse_bytes(&[y1, y2, y3, y4, b'-', month[0], month[1], b'-', day[0], day[1]])
}

/// Reads the date of a date with a time of day. A time with a zone is refused: it may be another day elsewhere.
pub(crate) fn date_of(text: &[u8], format: DateFormat) -> Option<Date> {
    let (day, time) = text.split_at_checked(format.name().len())?;
    if !time.is_empty() && !is_time(time) {
        return None;
    }
    date(day, format)
}

/// True for `T` or a space, then `h:mm`, `hh:mm:ss` and the like with decimals of seconds or AM and PM, without a zone.
fn is_time(text: &[u8]) -> bool {
    let [b' ' | b'T', rest @ ..] = text else { return false };
    let clock = match rest {
        [clock @ .., b' ', b'A' | b'P' | b'a' | b'p', b'M' | b'm'] => clock,
        _ => rest,
    };
    let mut parts = clock.split(|b| *b == b':');
    let (hours, minutes, seconds) = (parts.next(), parts.next(), parts.next());
    let below = |part: Option<&[u8]>, least: usize, limit: u8| {
        part.is_some_and(|p| {
            (least..=2).contains(&p.len())
                && p.iter().all(u8::is_ascii_digit)
                && p.iter().fold(0, |n, d| n * 10 + (d - b'0')) < limit
        })
    };
    let whole_seconds = seconds.map(|s| s.split(|b| *b == b'.').next().unwrap_or(s));
    let decimals = seconds.and_then(|s| s.iter().position(|b| *b == b'.').map(|dot| &s[dot + 1..]));
    below(hours, 1, 24)
        && below(minutes, 2, 60)
        && (seconds.is_none() || below(whole_seconds, 2, 61))
        && decimals.is_none_or(|d| !d.is_empty() && d.iter().all(u8::is_ascii_digit))
        && parts.next().is_none()
}

/// Reads yes or no, in English or French.
pub(in crate::io) fn flag(text: &[u8]) -> Option<bool> {
    const YES: [&str; 5] = ["true", "yes", "1", "oui", "vrai"];
    const NO: [&str; 5] = ["false", "no", "0", "non", "faux"];
    let is = |word: &&str| text.eq_ignore_ascii_case(word.as_bytes());
    if YES.iter().any(is) { Some(true) } else { NO.iter().any(is).then_some(false) }
}

/// Reads a whole number.
pub(in crate::io) fn integer(text: &[u8]) -> Result<u32, NumberFault> {
    if text.is_empty() {
        return Err(NumberFault::Empty);
    }
    text.iter().try_fold(0u32, |value, byte| {
        let digit = byte.is_ascii_digit().then(|| u32::from(byte - b'0')).ok_or(NumberFault::NotANumber)?;
        value.checked_mul(10).and_then(|v| v.checked_add(digit)).ok_or(NumberFault::OutOfRange)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{date as day, money as amount};

    fn french() -> Format {
        Format { decimal: b',', thousands: Some(Thousands::Space), ..Format::default() }
    }

    #[test]
    fn numbers_are_read_only_as_stated() {
        let read = |text: &str| money(text.as_bytes(), &french()).map(|(m, _)| m);
        assert_eq!(read("-1 234 567,89"), Ok(amount("-1234567.89")));
        assert_eq!(read("1\u{202F}234,5"), Ok(amount("1234.5")));
        assert_eq!(read("1234,5"), Ok(amount("1234.5")));
        for wrong in ["1 23,5", "12 34", " 123", "1234 567", "1.5", "1,5 ", "1 234 ", "--1", ",5", "1,", "", "1,2,3"] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn rounding_is_half_to_even_and_only_when_allowed() {
        let allowed = Format { round_money: true, ..Format::default() };
        for (text, expected) in [
            ("1.00005", "1"),
            ("1.00015", "1.0002"),
            ("1.000150001", "1.0002"),
            ("1.000050001", "1.0001"),
            ("-0.00015", "-0.0002"),
            ("-0.00014999", "-0.0001"),
            ("2.99999", "3"),
        ] {
            assert_eq!(money(text.as_bytes(), &allowed), Ok((amount(expected), true)), "{text}");
            assert_eq!(money(text.as_bytes(), &Format::default()), Err(NumberFault::TooPrecise));
        }
    }

    #[test]
    fn products_are_exact() {
        let plain = Format::default();
        let times = |a: &str, b: &str, format: &Format| {
            product(decimal(a.as_bytes(), format).unwrap(), decimal(b.as_bytes(), format).unwrap(), format)
        };
        assert_eq!(times("-3", "2.55", &plain), Ok((amount("-7.65"), false)));
        assert_eq!(times("0.125", "0.08", &plain), Ok((amount("0.01"), false)));
        assert_eq!(times("0.333", "0.33", &plain), Err(NumberFault::TooPrecise));
        let allowed = Format { round_money: true, ..plain };
        assert_eq!(times("0.333", "0.33", &allowed), Ok((amount("0.1099"), true)));
        assert_eq!(times("0.5", "0.0001", &allowed), Ok((amount("0"), true)));
        assert_eq!(times("-1.5", "0.0001", &allowed), Ok((amount("-0.0002"), true)));
    }

    #[test]
    fn dates_are_read_only_as_stated() {
        let wanted = Some(day(2025, 1, 2));
        for (format, text) in [
            (DateFormat::YearMonthDay, "2025-01-02"),
            (DateFormat::DayMonthYearSlash, "02/01/2025"),
            (DateFormat::MonthDayYearSlash, "01/02/2025"),
            (DateFormat::DayMonthYearDot, "02.01.2025"),
            (DateFormat::DayMonthYearDash, "02-01-2025"),
            (DateFormat::YearMonthDaySlash, "2025/01/02"),
            (DateFormat::Compact, "20250102"),
        ] {
            assert_eq!(date(text.as_bytes(), format), wanted, "{text}");
            assert_eq!(text.len(), format.name().len());
            for (_, other) in DateFormat::NAMES {
                let ambiguous = text.as_bytes()[2] == b'/' && other.name().ends_with("/yyyy");
                assert!(other == format || ambiguous || date(text.as_bytes(), other).is_none(), "{text} {other:?}");
            }
        }
        for wrong in ["2/1/2025", "02/01/25", "02/01/2025 ", "32/01/2025", "02/13/2025", "02/01/12025"] {
            assert_eq!(date(wrong.as_bytes(), DateFormat::DayMonthYearSlash), None, "{wrong}");
        }
    }

    #[test]
    fn the_date_of_a_time_has_no_zone() {
        let read = |text: &str| date_of(text.as_bytes(), DateFormat::YearMonthDay);
        for right in
            ["2010-12-01", "2010-12-01 08:26:00", "2010-12-01T23:59:60.25", "2010-12-01 8:26", "2010-12-01 8:26 PM"]
        {
            assert_eq!(read(right), Some(day(2010, 12, 1)), "{right}");
        }
        for wrong in [
            "2010-12-01 ",
            "2010-12-01Z",
            "2010-12-01 08:26:00Z",
            "2010-12-01T08:26+01:00",
            "2010-12-01 24:00",
            "2010-12-01x8:26",
            "2010-12-01 08",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
