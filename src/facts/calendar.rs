//! The window cut into periods, so that years, quarters, the comparable year to date and the last twelve months are
//! all sums of whole periods.

use super::FactSpec;
use crate::date::Date;
use crate::limits::HISTORY_YEARS_MAX;

/// The fiscal year of a day, named after the year in which it ends.
pub fn fiscal_year(day: Date, start_month: u8) -> i32 {
    let (year, month, _) = day.ymd();
    if start_month > 1 && month >= start_month { year + 1 } else { year }
}

/// The first day of a fiscal year.
fn fiscal_year_start(year: i32, start_month: u8) -> Date {
    let calendar_year = if start_month > 1 { year - 1 } else { year };
    Date::new(calendar_year, start_month, 1).unwrap_or(Date::MIN)
}

/// The first day of the fiscal quarter of a day.
pub fn fiscal_quarter_start(day: Date, start_month: u8) -> Date {
    let (year, month, _) = day.ymd();
    let into = (i32::from(month) - i32::from(start_month)).rem_euclid(3);
    let month = i32::from(month) - into;
    let (year, month) = if month < 1 { (year - 1, month + 12) } else { (year, month) };
    Date::new(year, month as u8, 1).unwrap_or(Date::MIN)
}

/// A period: the grain of the facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Its first day.
    pub start: Date,
    /// Its last day.
    pub end: Date,
    /// Position of its fiscal year, 0 for the first of the window.
    pub year: usize,
    /// Position of its fiscal quarter, 0 for the first of the window.
    pub quarter: usize,
}

/// The window of a [`FactSpec`] cut at fiscal quarters and at the days after the anniversaries of `as_of`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    periods: Vec<Period>,
    /// The period of each day of the window.
    by_day: Vec<u16>,
    first_year: i32,
    start_month: u8,
    as_of: Date,
}

impl Calendar {
    /// The calendar of a specification.
    pub fn new(spec: &FactSpec) -> Self {
        let start_month = spec.fiscal_year_start_month.clamp(1, 12);
        let history_years = spec.history_years.min(HISTORY_YEARS_MAX);
        let last_year = fiscal_year(spec.as_of, start_month);
        let first = fiscal_year_start(last_year - history_years as i32, start_month);
        let start = spec.history_from.map_or(first, |from| from.max(first)).min(spec.as_of);
        let mut cuts = vec![start];
        let mut quarter = fiscal_quarter_start(start, start_month);
        while quarter <= spec.as_of {
            cuts.push(quarter);
            let (year, month, _) = quarter.ymd();
            let (year, month) = if month > 9 { (year + 1, month - 9) } else { (year, month + 3) };
            match Date::new(year, month, 1) {
                Some(next) => quarter = next,
                None => break,
            }
        }
        cuts.extend((1..=history_years + 1).map(|years| spec.as_of.years_before(years).next_day()));
        cuts.retain(|day| (start..=spec.as_of).contains(day));
        cuts.sort_unstable();
        cuts.dedup();
        // Years keep their positions whether or not history_from cuts the first ones off.
        Self::from_cuts(&cuts, start_month, last_year - history_years as i32, spec.as_of)
    }

    fn from_cuts(cuts: &[Date], start_month: u8, first_year: i32, as_of: Date) -> Self {
        let mut periods: Vec<Period> = Vec::with_capacity(cuts.len());
        let mut by_day = Vec::new();
        for (at, start) in cuts.iter().enumerate() {
            let end = cuts.get(at + 1).map_or(as_of, |next| next.previous_day());
            let quarter = match periods.last() {
                None => 0,
                Some(p) if fiscal_quarter_start(p.start, start_month) == fiscal_quarter_start(*start, start_month) => {
                    p.quarter
                }
                Some(p) => p.quarter + 1,
            };
            let year = (fiscal_year(*start, start_month) - first_year) as usize;
            periods.push(Period { start: *start, end, year, quarter });
            by_day.resize((end.days_since(cuts[0]) + 1) as usize, at as u16);
        }
        Self { periods, by_day, first_year, start_month, as_of }
    }

    /// The periods, in order.
    pub fn periods(&self) -> &[Period] {
        &self.periods
    }

    /// The period of a day, or `None` outside the window.
    #[inline]
    pub fn period(&self, day: Date) -> Option<usize> {
        let offset = usize::try_from(day.days_since(self.start())).ok()?;
        self.by_day.get(offset).map(|p| usize::from(*p))
    }

    /// The first day of the window.
    pub fn start(&self) -> Date {
        self.periods[0].start
    }

    /// The last day of the window.
    pub fn as_of(&self) -> Date {
        self.as_of
    }

    /// How many fiscal years the window touches.
    pub fn year_count(&self) -> usize {
        self.periods.last().map_or(0, |p| p.year + 1)
    }

    /// The name of a fiscal year of the window.
    pub fn year_name(&self, year: usize) -> i32 {
        self.first_year + year as i32
    }

    /// The position of a named fiscal year, or `None` outside the window.
    pub fn year_position(&self, name: i32) -> Option<usize> {
        usize::try_from(name - self.first_year).ok().filter(|y| *y < self.year_count())
    }

    /// The first and the last day of a fiscal year, the window aside.
    pub fn year_span(&self, year: usize) -> (Date, Date) {
        let name = self.year_name(year);
        let end = fiscal_year_start(name + 1, self.start_month).previous_day();
        (fiscal_year_start(name, self.start_month), end)
    }

    /// The position of the first complete quarter and how many follow up to the last one: their first day is not
    /// before `from`, their last day not after `as_of`.
    pub fn complete_quarters(&self, from: Date) -> (usize, usize) {
        let complete = |p: &&Period| {
            let start = fiscal_quarter_start(p.start, self.start_month);
            start == p.start && start >= from && self.quarter_end(start) <= self.as_of
        };
        let mut found = self.periods.iter().filter(complete).map(|p| p.quarter);
        match found.next() {
            Some(first) => (first, 1 + found.count()),
            None => (0, 0),
        }
    }

    fn quarter_end(&self, start: Date) -> Date {
        let (year, month, _) = start.ymd();
        let (year, month) = if month > 9 { (year + 1, month - 9) } else { (year, month + 3) };
        Date::new(year, month, 1).map_or(Date::MAX, Date::previous_day)
    }

    /// The first day of the fiscal quarter of a day, in this calendar's fiscal years.
    pub fn quarter_start(&self, day: Date) -> Date {
        fiscal_quarter_start(day, self.start_month)
    }

    /// The first of the last twelve months.
    pub fn twelve_months_start(&self) -> Date {
        self.as_of.years_before(1).next_day()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::date;

    #[test]
    fn fiscal_years_are_named_after_their_end() {
        assert_eq!(fiscal_year(date(2025, 3, 31), 4), 2025);
        assert_eq!(fiscal_year(date(2025, 4, 1), 4), 2026);
        assert_eq!(fiscal_year(date(2025, 4, 1), 1), 2025);
        assert_eq!(fiscal_quarter_start(date(2025, 2, 10), 4), date(2025, 1, 1));
        assert_eq!(fiscal_quarter_start(date(2025, 1, 10), 12), date(2024, 12, 1));
    }

    #[test]
    fn the_peers_window_has_fourteen_complete_quarters() {
        let calendar = Calendar::new(&FactSpec::new(date(1998, 8, 2)));
        assert_eq!(calendar.start(), date(1995, 1, 1));
        assert_eq!(calendar.complete_quarters(date(1992, 1, 1)), (0, 14));
        assert_eq!(calendar.year_count(), 4);
        assert_eq!(calendar.periods().len(), 15 + 3);
        assert_eq!(calendar.period(date(1998, 8, 3)), None);
        assert_eq!(calendar.period(date(1994, 12, 31)), None);
    }

    #[test]
    fn a_leap_day_compares_with_28_february() {
        let calendar = Calendar::new(&FactSpec::new(date(2024, 2, 29)));
        assert!(calendar.periods().iter().any(|p| p.end == date(2023, 2, 28)));
        assert_eq!(calendar.twelve_months_start(), date(2023, 3, 1));
    }

    #[test]
    fn every_day_of_the_window_lies_in_its_period() {
        let mut spec = FactSpec::new(date(2025, 5, 17));
        spec.fiscal_year_start_month = 7;
        spec.history_from = Some(date(2023, 2, 14));
        let calendar = Calendar::new(&spec);
        assert_eq!(calendar.start(), date(2023, 2, 14));
        for days in calendar.start().days()..=spec.as_of.days() {
            let day = Date::from_days(days).unwrap();
            let period = calendar.periods()[calendar.period(day).unwrap()];
            assert!(period.start <= day && day <= period.end);
        }
        // The quarter cut by history_from is not complete.
        assert_eq!(calendar.complete_quarters(calendar.start()), (1, 8));
    }
}
