//! Civil dates, 1900-01-01 to 2200-12-31, read strictly as `YYYY-MM-DD`.

use crate::error::{Code, Error, Problem};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A civil date: a day count in four bytes, no time of day and no zone.
///
/// ```
/// use portefeuille::{Date, date};
///
/// let day: Date = "2024-02-29".parse()?;
/// assert_eq!(day.years_before(1), date(2023, 2, 28));
/// assert_eq!(day.next_day(), date(2024, 3, 1));
/// # Ok::<(), portefeuille::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i32);

/// Days from 0000-03-01 to 1970-01-01, of the proleptic Gregorian calendar.
const EPOCH: i32 = 719_468;

impl Date {
    /// The first date that can be held.
    pub const MIN: Self = Self(day_count(1900, 1, 1));
    /// The last date that can be held.
    pub const MAX: Self = Self(day_count(2200, 12, 31));

    /// The date of a year, month and day, or `None` when there is no such date from 1900 to 2200.
    pub const fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        if year < 1900 || year > 2200 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month) {
            return None;
        }
        Some(Self(day_count(year, month, day)))
    }

    /// The same as [`Date::new`], from a table of all months.
    #[cfg(feature = "csv")]
    #[inline]
    pub(crate) fn looked_up(year: i32, month: u8, day: u8) -> Option<Self> {
        let month = usize::from(month).checked_sub(1).filter(|month| *month < 12)?;
        let at = usize::try_from(year.checked_sub(1900)?).ok()? * 12 + month;
        let (first, next) = (*MONTHS.get(at)?, *MONTHS.get(at + 1)?);
        let date = first + i32::from(day.checked_sub(1)?);
        (date < next).then_some(Self(date))
    }

    /// Reads exactly ten bytes, `YYYY-MM-DD`.
    pub fn parse_bytes(text: &[u8]) -> Option<Self> {
        match text {
            [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] => {
                let year = two(*y1, *y2)? * 100 + two(*y3, *y4)?;
                Self::new(year, two(*m1, *m2)? as u8, two(*d1, *d2)? as u8)
            }
            _ => None,
        }
    }

    /// Days since 1970-01-01.
    pub const fn days(self) -> i32 {
        self.0
    }

    /// The date of a count of days since 1970-01-01, or `None` outside 1900 to 2200.
    pub const fn from_days(days: i32) -> Option<Self> {
        if days < Self::MIN.0 || days > Self::MAX.0 { None } else { Some(Self(days)) }
    }

    /// Year, month 1–12, day 1–31.
    pub const fn ymd(self) -> (i32, u8, u8) {
        let z = self.0 + EPOCH;
        let era = z / 146_097;
        let day_of_era = z % 146_097;
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
        (year, month as u8, day as u8)
    }

    /// The year.
    pub const fn year(self) -> i32 {
        self.ymd().0
    }

    /// The month, 1 to 12.
    pub const fn month(self) -> u8 {
        self.ymd().1
    }

    /// The day after; the last date stays.
    pub const fn next_day(self) -> Self {
        if self.0 >= Self::MAX.0 { Self::MAX } else { Self(self.0 + 1) }
    }

    /// The day before; the first date stays.
    pub const fn previous_day(self) -> Self {
        if self.0 <= Self::MIN.0 { Self::MIN } else { Self(self.0 - 1) }
    }

    /// The same day `years` earlier: 29 February becomes 28 February. Stops at [`Date::MIN`].
    pub const fn years_before(self, years: u32) -> Self {
        let (year, month, day) = self.ymd();
        let year = year as i64 - years as i64;
        if year < 1900 {
            return Self::MIN;
        }
        let last = days_in_month(year as i32, month);
        Self(day_count(year as i32, month, if day > last { last } else { day }))
    }

    /// The same day of the month before; the last day of a month becomes the last day of the month before it. Stops at
    /// [`Date::MIN`].
    ///
    /// ```
    /// use portefeuille::date;
    ///
    /// assert_eq!(date(2025, 6, 15).month_before(), date(2025, 5, 15));
    /// assert_eq!(date(2025, 2, 28).month_before(), date(2025, 1, 31)); // the end of a month stays one
    /// assert_eq!(date(2024, 3, 30).month_before(), date(2024, 2, 29));
    /// ```
    pub const fn month_before(self) -> Self {
        let (year, month, day) = self.ymd();
        let (to_year, to_month) = if month == 1 { (year - 1, 12) } else { (year, month - 1) };
        if to_year < 1900 {
            return Self::MIN;
        }
        let last = days_in_month(to_year, to_month);
        let ends = day == days_in_month(year, month) || day > last;
        Self(day_count(to_year, to_month, if ends { last } else { day }))
    }

    /// Days from `earlier` to this date.
    pub const fn days_since(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }
}

/// The day counts of the first days of all months from January 1900, and of the month after the last.
#[cfg(feature = "csv")]
static MONTHS: [i32; 301 * 12 + 1] = {
    let mut months = [0; 301 * 12 + 1];
    let mut at = 0;
    while at < months.len() {
        months[at] = day_count(1900 + at as i32 / 12, (at % 12) as u8 + 1, 1);
        at += 1;
    }
    months
};

const fn day_count(year: i32, month: u8, day: u8) -> i32 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y / 400;
    let year_of_era = y % 400;
    let shifted = if month > 2 { month as i32 - 3 } else { month as i32 + 9 };
    let day_of_year = (153 * shifted + 2) / 5 + day as i32 - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - EPOCH
}

const fn days_in_month(year: i32, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

#[inline]
fn two(tens: u8, ones: u8) -> Option<i32> {
    (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| i32::from(tens - b'0') * 10 + i32::from(ones - b'0'))
}

/// A date written in the program's text. For dates that come from outside, use [`Date::new`] or [`str::parse`].
///
/// # Panics
/// When there is no such date from 1900 to 2200. In a `const` that is a compile error.
#[allow(clippy::panic, reason = "documented: a literal that is not a date is the program's bug")]
pub const fn date(year: i32, month: u8, day: u8) -> Date {
    match Date::new(year, month, day) {
        Some(date) => date,
        None => panic!("no such date from 1900 to 2200"),
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        f.pad(&format!("{year:04}-{month:02}-{day:02}"))
    }
}

impl FromStr for Date {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse_bytes(text.as_bytes()).ok_or_else(|| {
            Error::new(Problem::new(Code::BadDate, "a date YYYY-MM-DD from 1900-01-01 to 2200-12-31").value(text))
        })
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
