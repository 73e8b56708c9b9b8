//! The four years of the sample, their working days, and the season.

use super::rng::Rng;
use crate::date::{Date, date};

/// The first working day of the sample.
pub(super) const FIRST: Date = date(2022, 1, 3);
/// The last day of the sample; one order falls on it, so that the last quarter is complete by any reckoning.
pub(super) const LAST: Date = date(2025, 12, 31);
/// The first of the four years.
pub(super) const FIRST_YEAR: i32 = 2022;

/// How busy each month is: workshops close in August and count their stock in December.
const SEASON: [i64; 12] = [92, 98, 114, 104, 96, 112, 96, 42, 116, 118, 108, 88];

/// Holidays that fall on the same day every year.
const HOLIDAYS: [(u8, u8); 8] = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)];

/// How an account spreads its orders over a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rhythm {
    /// At even intervals, the last order on the last working day of the span.
    Clockwork,
    /// At nearly even intervals.
    Regular,
    /// Whenever the need comes.
    Usual,
    /// By bursts, as projects go.
    Bursts,
}

/// True on a day when orders are taken.
fn works(day: Date) -> bool {
    let (_, month, of_month) = day.ymd();
    // 1970-01-01 was a Thursday.
    (day.days() + 3).rem_euclid(7) < 5 && !HOLIDAYS.contains(&(month, of_month))
}

/// The working day `days` after `day`, or the next one; `None` after the sample's last day.
pub(super) fn later(day: Date, days: i64) -> Option<Date> {
    let mut day = Date::from_days(day.days().checked_add(i32::try_from(days).ok()?)?)?;
    while !works(day) {
        day = day.next_day();
    }
    (day <= LAST).then_some(day)
}

/// The part of one of the four years that lies from `from` to `until`.
pub(super) fn span(year: usize, from: Date, until: Date) -> Option<(Date, Date)> {
    let calendar_year = FIRST_YEAR + i32::try_from(year).ok()?;
    let first = Date::new(calendar_year, 1, 1)?.max(from).max(FIRST);
    let last = Date::new(calendar_year, 12, 31)?.min(until);
    (first <= last).then_some((first, last))
}

/// The part of a year's business that a span usually sees, in thousandths.
pub(super) fn share_of_year((first, last): (Date, Date)) -> i64 {
    let days = i64::from(last.days_since(first)) + 1;
    (days * 1000 / 365).clamp(1, 1000)
}

/// The days of `count` orders in a span, in order, each with how far into the span it lies, in thousandths.
pub(super) fn order_days(rng: &mut Rng, rhythm: Rhythm, (first, last): (Date, Date), count: i64) -> Vec<(Date, i64)> {
    let mut days = Vec::new();
    let mut ends = Vec::new();
    let mut end = 0;
    let mut day = first;
    while day <= last {
        if works(day) {
            end += SEASON[usize::from(day.month()) - 1];
            days.push(day);
            ends.push(end);
        }
        day = day.next_day();
    }
    let centres: Vec<i64> = (0..=count / 9).map(|_| rng.range(80, 920)).collect();
    let mut positions: Vec<i64> = (0..count)
        .map(|at| match rhythm {
            Rhythm::Clockwork => (at + 1) * 1000 / count,
            Rhythm::Regular => (at * 1000 + rng.range(320, 680)) / count,
            Rhythm::Usual => rng.range(0, 999),
            Rhythm::Bursts => (rng.pick(&centres) + rng.range(-45, 45)).clamp(0, 999),
        })
        .collect();
    positions.sort_unstable();
    let place = |position: i64| ends.partition_point(|e| *e <= end * position / 1000).min(days.len().saturating_sub(1));
    positions.into_iter().filter_map(|p| days.get(place(p)).map(|day| (*day, p))).collect()
}
