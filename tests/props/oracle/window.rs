//! The days that count, by scanning quarters and years one by one.

use portefeuille::{Date, Model};

#[derive(Clone, Debug)]
pub(crate) struct Window {
    pub(crate) as_of: Date,
    pub(crate) start: Date,
    pub(crate) first_year: i32,
    pub(crate) last_year: i32,
    month: u8,
    /// First and last day of each complete quarter.
    pub(crate) complete_quarters: Vec<(Date, Date)>,
}

fn day(year: i32, month: u8, day: u8) -> Date {
    Date::new(year, month, day).unwrap()
}

fn before(date: Date) -> Date {
    Date::from_days(date.days() - 1).unwrap()
}

/// The first day of the fiscal year that ends in `year`.
pub(crate) fn year_start(year: i32, month: u8) -> Date {
    if month == 1 { day(year, 1, 1) } else { day(year - 1, month, 1) }
}

pub(crate) fn year_end(year: i32, month: u8) -> Date {
    before(year_start(year + 1, month))
}

/// The fiscal year of a day: the one between whose first and last day it lies.
pub(crate) fn fiscal_year(date: Date, month: u8) -> i32 {
    let found = (1902..2199).find(|year| year_start(*year, month) <= date && date <= year_end(*year, month));
    found.unwrap()
}

/// First and last days of the four quarters of a fiscal year.
fn quarters_of(year: i32, month: u8) -> Vec<(Date, Date)> {
    let (first, start_month, _) = year_start(year, month).ymd();
    let start = |quarter: u8| {
        let months = start_month - 1 + 3 * quarter;
        day(first + i32::from(months / 12), months % 12 + 1, 1)
    };
    let mut starts: Vec<Date> = (0..4).map(start).collect();
    starts.push(year_start(year + 1, month));
    starts.windows(2).map(|w| (w[0], before(w[1]))).collect()
}

/// The same day one year earlier; 29 February becomes 28 February.
fn year_earlier(date: Date, years: i32) -> Date {
    let (year, month, of_month) = date.ymd();
    Date::new(year - years, month, of_month).unwrap_or_else(|| day(year - years, 2, 28))
}

impl Window {
    pub(crate) fn new(model: &Model, as_of: Date, earliest_order: Option<Date>) -> Self {
        let month = model.fiscal_year_start_month;
        let last_year = fiscal_year(as_of, month);
        let first_year = last_year - model.history_years as i32;
        let quarter_start = |date: Date| {
            let quarters = quarters_of(fiscal_year(date, month), month);
            quarters.iter().find(|(start, end)| *start <= date && date <= *end).unwrap().0
        };
        let history_from = model.history_from.or(earliest_order.map(quarter_start));
        let start = history_from.map_or(year_start(first_year, month), |d| d.max(year_start(first_year, month)));
        let all = (first_year..=last_year).flat_map(|year| quarters_of(year, month));
        let complete_quarters = all.filter(|(first, last)| *first >= start && *last <= as_of).collect();
        Self { as_of, start, first_year, last_year, month, complete_quarters }
    }

    pub(crate) fn holds(&self, date: Date) -> bool {
        self.start <= date && date <= self.as_of
    }

    pub(crate) fn years(&self) -> impl Iterator<Item = i32> + use<> {
        self.first_year..=self.last_year
    }

    /// The years that have a day that counts, or that would if the window were not empty.
    pub(crate) fn years_touched(&self) -> Vec<i32> {
        self.years().filter(|year| self.span(*year).1 >= self.start).collect()
    }

    pub(crate) fn year(&self, date: Date) -> i32 {
        fiscal_year(date, self.month)
    }

    /// First and last day of a fiscal year.
    pub(crate) fn span(&self, year: i32) -> (Date, Date) {
        (year_start(year, self.month), year_end(year, self.month))
    }

    /// A number that is the same for the days of one period only: periods are cut at quarters and at the days after the
    /// anniversaries of `as_of`.
    pub(crate) fn period(&self, date: Date) -> usize {
        let quarters = (self.first_year..=self.last_year).flat_map(|year| quarters_of(year, self.month));
        let anniversaries = (1..=6).map(|years| year_earlier(self.as_of, years).next_day());
        quarters.map(|(start, _)| start).chain(anniversaries).filter(|cut| *cut <= date).count()
    }

    /// The first of the last twelve months, or `None` when they start before the first day that counts.
    pub(crate) fn twelve_months_start(&self) -> Option<Date> {
        Some(year_earlier(self.as_of, 1).next_day()).filter(|start| *start >= self.start)
    }
}
