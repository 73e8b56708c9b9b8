//! The values of one column of a batch, in the few forms that a reader needs to know.

use super::text::Text;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, Float32Type, Float64Type,
    Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrowPrimitiveType, BooleanArray, Date32Array, Float64Array, Int64Array, PrimitiveArray, StringArray,
};
use arrow_schema::{DataType, TimeUnit};
use std::borrow::Cow;
use std::fmt::Display;

/// Seconds of a day.
const DAY: i64 = 86_400;
/// The most decimals of a number kept as an integer: ten to their power fits in 64 bits.
const SCALE_MAX: u32 = 18;

/// The values of a column.
pub(super) enum Values {
    /// Not read, or null throughout.
    Missing,
    Whole(Int64Array),
    /// Counts of 10^-`scale`.
    Fixed {
        units: Int64Array,
        scale: u32,
    },
    Text(Text),
    /// Texts made of other values, which follow no format of the caller's.
    Written(Text),
    Flag(BooleanArray),
    Days(Date32Array),
    /// Times without a zone, so many ticks since 1970.
    Ticks {
        at: Int64Array,
        per_second: i64,
    },
    Float(Float64Array),
}

/// What a type is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Null,
    Whole,
    Fixed,
    Text,
    Flag,
    Day,
    Time,
    Zoned,
    Float,
    Other,
}

impl Form {
    pub(super) fn of(data_type: &DataType) -> Self {
        match data_type {
            DataType::Null => Self::Null,
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Self::Text,
            DataType::Dictionary(_, values) if Self::of(values) == Self::Text => Self::Text,
            DataType::Boolean => Self::Flag,
            DataType::Date32 => Self::Day,
            DataType::Date64 | DataType::Timestamp(_, None) => Self::Time,
            DataType::Timestamp(_, Some(_)) => Self::Zoned,
            DataType::Float16 | DataType::Float32 | DataType::Float64 => Self::Float,
            whole if whole.is_integer() => Self::Whole,
            DataType::Decimal32(_, scale)
            | DataType::Decimal64(_, scale)
            | DataType::Decimal128(_, scale)
            | DataType::Decimal256(_, scale) => {
                if *scale <= 0 {
                    Self::Whole
                } else {
                    Self::Fixed
                }
            }
            _ => Self::Other,
        }
    }
}

impl Values {
    /// The values of an array; `None` for one whose type is not read.
    pub(super) fn of(array: &dyn Array) -> Option<Self> {
        let per_second = |unit: &TimeUnit| match unit {
            TimeUnit::Second => 1,
            TimeUnit::Millisecond => 1_000,
            TimeUnit::Microsecond => 1_000_000,
            TimeUnit::Nanosecond => 1_000_000_000,
        };
        Some(match array.data_type() {
            DataType::Null => Self::Missing,
            DataType::Int8 => Self::Whole(widen::<Int8Type>(array)?),
            DataType::Int16 => Self::Whole(widen::<Int16Type>(array)?),
            DataType::Int32 => Self::Whole(widen::<Int32Type>(array)?),
            DataType::Int64 => Self::Whole(array.as_primitive_opt::<Int64Type>()?.clone()),
            DataType::UInt8 => Self::Whole(widen::<UInt8Type>(array)?),
            DataType::UInt16 => Self::Whole(widen::<UInt16Type>(array)?),
            DataType::UInt32 => Self::Whole(widen::<UInt32Type>(array)?),
            DataType::UInt64 => {
                let numbers = array.as_primitive_opt::<UInt64Type>()?;
                narrowed(numbers, |n| i64::try_from(n).ok())
                    .map_or_else(|| Self::Written(written(numbers, |n| n.to_string())), Self::Whole)
            }
            DataType::Decimal32(_, scale) => {
                fixed(array.as_primitive_opt::<Decimal32Type>()?, *scale, |n| Some(n.into()))
            }
            DataType::Decimal64(_, scale) => {
                let numbers = array.as_primitive_opt::<Decimal64Type>()?;
                match u32::try_from(*scale) {
                    Ok(0) => Self::Whole(numbers.reinterpret_cast()),
                    Ok(scale) if scale <= SCALE_MAX => Self::Fixed { units: numbers.reinterpret_cast(), scale },
                    _ => fixed(numbers, *scale, Some),
                }
            }
            DataType::Decimal128(_, scale) => {
                fixed(array.as_primitive_opt::<Decimal128Type>()?, *scale, |n| i64::try_from(n).ok())
            }
            DataType::Decimal256(_, scale) => {
                let narrow =
                    |n: <Decimal256Type as ArrowPrimitiveType>::Native| n.to_i128().and_then(|n| i64::try_from(n).ok());
                fixed(array.as_primitive_opt::<Decimal256Type>()?, *scale, narrow)
            }
            DataType::Boolean => Self::Flag(array.as_boolean_opt()?.clone()),
            DataType::Date32 => Self::Days(array.as_primitive_opt::<Date32Type>()?.clone()),
            DataType::Date64 => {
                let at = array.as_primitive_opt::<Date64Type>()?.reinterpret_cast();
                Self::Ticks { at, per_second: per_second(&TimeUnit::Millisecond) }
            }
            DataType::Timestamp(unit, None) => Self::Ticks { at: ticks(array, unit)?, per_second: per_second(unit) },
            DataType::Float32 => Self::Float(array.as_primitive_opt::<Float32Type>()?.unary(f64::from)),
            DataType::Float64 => Self::Float(array.as_primitive_opt::<Float64Type>()?.clone()),
            _ => Self::Text(Text::of(array)?),
        })
    }

    /// A value as the text that it would be in CSV; `None` when there is none.
    pub(super) fn text(&self, row: usize) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::Missing => return None,
            Self::Whole(numbers) => Cow::Owned(get(numbers, row)?.to_string()),
            Self::Fixed { units, scale } => Cow::Owned(decimal_text(&get(units, row)?.to_string(), *scale as i8)),
            Self::Text(text) | Self::Written(text) => Cow::Borrowed(text.get(row)?),
            Self::Flag(flags) if flags.is_null(row) => return None,
            Self::Flag(flags) => Cow::Borrowed(if flags.value(row) { "true" } else { "false" }),
            Self::Days(days) => Cow::Owned(day_text(get(days, row)?.into())),
            Self::Ticks { at, per_second } => Cow::Owned(time_text(get(at, row)?, *per_second)),
            Self::Float(numbers) => Cow::Owned(get(numbers, row)?.to_string()),
        })
    }

    /// True when there is no value, be it an empty text.
    pub(super) fn is_null(&self, row: usize) -> bool {
        match self {
            Self::Missing => true,
            Self::Whole(a) | Self::Fixed { units: a, .. } | Self::Ticks { at: a, .. } => a.is_null(row),
            Self::Text(text) | Self::Written(text) => text.get(row).is_none(),
            Self::Flag(flags) => flags.is_null(row),
            Self::Days(days) => days.is_null(row),
            Self::Float(numbers) => numbers.is_null(row),
        }
    }
}

/// A value, or `None` for null.
#[inline]
pub(super) fn get<T: ArrowPrimitiveType>(array: &PrimitiveArray<T>, row: usize) -> Option<T::Native> {
    if array.is_null(row) { None } else { Some(array.value(row)) }
}

fn widen<T: ArrowPrimitiveType<Native: Into<i64>>>(array: &dyn Array) -> Option<Int64Array> {
    Some(array.as_primitive_opt::<T>()?.unary(Into::into))
}

/// The same numbers in 64 bits, if all fit.
fn narrowed<T: ArrowPrimitiveType>(
    array: &PrimitiveArray<T>,
    narrow: impl Fn(T::Native) -> Option<i64>,
) -> Option<Int64Array> {
    array.try_unary::<_, Int64Type, _>(|n| narrow(n).ok_or(())).ok()
}

fn written<T: ArrowPrimitiveType>(array: &PrimitiveArray<T>, text: impl Fn(T::Native) -> String) -> Text {
    Text::Small((0..array.len()).map(|row| get(array, row).map(&text)).collect::<StringArray>())
}

/// Decimal numbers, as integers where 64 bits and the decimals allow that.
fn fixed<T: ArrowPrimitiveType<Native: Display>>(
    array: &PrimitiveArray<T>,
    scale: i8,
    narrow: impl Fn(T::Native) -> Option<i64>,
) -> Values {
    let scale_fits = u32::try_from(scale).ok().filter(|s| *s <= SCALE_MAX);
    let units = scale_fits.and_then(|s| Some((s, narrowed(array, narrow)?)));
    match units {
        Some((0, units)) => Values::Whole(units),
        Some((scale, units)) => Values::Fixed { units, scale },
        // The text that the array gives of a value is cut to its stated precision.
        None => Values::Written(written(array, |n| decimal_text(&n.to_string(), scale))),
    }
}

/// The text of an integer that counts 10^-`scale`.
fn decimal_text(digits: &str, scale: i8) -> String {
    let width = usize::from(scale.unsigned_abs());
    if scale <= 0 {
        return if digits == "0" { digits.to_owned() } else { format!("{digits}{}", "0".repeat(width)) };
    }
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let padded = format!("{digits:0>least$}", least = width + 1);
    let (whole, decimals) = padded.split_at(padded.len() - width);
    format!("{sign}{whole}.{decimals}")
}

fn ticks(array: &dyn Array, unit: &TimeUnit) -> Option<Int64Array> {
    Some(match unit {
        TimeUnit::Second => array.as_primitive_opt::<TimestampSecondType>()?.reinterpret_cast(),
        TimeUnit::Millisecond => array.as_primitive_opt::<TimestampMillisecondType>()?.reinterpret_cast(),
        TimeUnit::Microsecond => array.as_primitive_opt::<TimestampMicrosecondType>()?.reinterpret_cast(),
        TimeUnit::Nanosecond => array.as_primitive_opt::<TimestampNanosecondType>()?.reinterpret_cast(),
    })
}

/// The day of a time, and whether it begins then.
#[inline]
pub(super) fn day_of(ticks: i64, per_second: i64) -> (i64, bool) {
    let per_day = DAY * per_second;
    (ticks.div_euclid(per_day), ticks.rem_euclid(per_day) == 0)
}

/// A day count since 1970 as a date, in whatever year it lies.
fn day_text(days: i64) -> String {
    // 719,468 days from 0000-03-01; an era is the 146,097 days of 400 years.
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let shifted = (5 * day + 2) / 153;
    let day = day - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

fn time_text(ticks: i64, per_second: i64) -> String {
    let seconds = ticks.div_euclid(per_second);
    let (day, second) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    let date = day_text(day);
    if day_of(ticks, per_second).1 {
        return date;
    }
    format!("{date} {:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_in_csv() {
        for (units, scale, text) in [
            ("-1005", 2, "-10.05"),
            ("7", 0, "7"),
            ("5", 4, "0.0005"),
            ("-5", 1, "-0.5"),
            ("12", -3, "12000"),
            ("0", -3, "0"),
        ] {
            assert_eq!(decimal_text(units, scale), text);
        }
        for (days, text) in [(0, "1970-01-01"), (-1, "1969-12-31"), (19_782, "2024-02-29"), (-719_162, "0001-01-01")] {
            assert_eq!(day_text(days), text);
        }
        assert_eq!(time_text(-1, 1_000), "1969-12-31 23:59:59");
        assert_eq!(time_text(86_400_000, 1_000), "1970-01-02");
    }
}
