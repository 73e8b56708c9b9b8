//! The portfolio as a whole.

use super::sums::GroupSum;
use super::{Account, AccountRow, Portfolio, Status};
use crate::cost::CostLine;
use crate::date::Date;
use crate::error::{Result, Table};
use crate::facts::FactTable;
use crate::insight::{WhaleCurve, gini, hhi};
use crate::ledger::{Grouped, Tally, Total};
use crate::margin::Cascade;
use crate::money::Money;
use crate::parallel;
use crate::score::{Axis, Ranks, spearman_ranked};
use crate::segment::{ComputedAbc, Quadrant, Tier, TierCut, computed_abc};
use serde::{Deserialize, Serialize};

/// The days that count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Window {
    /// The last day.
    pub as_of: Date,
    /// True when the model states it; else it is the latest order date.
    pub as_of_stated: bool,
    /// The first day.
    pub start: Date,
    /// The fiscal years that it touches, by name.
    pub years: Vec<i32>,
    /// How many fiscal years of history lie wholly before the first day.
    #[serde(skip)]
    pub(crate) years_before: usize,
    /// How many complete quarters it has.
    pub complete_quarters: usize,
}

impl Window {
    pub(crate) fn new(table: &FactTable, as_of_stated: bool) -> Self {
        let calendar = table.calendar();
        let start = table.window_start();
        let years_before = (0..calendar.year_count()).filter(|y| calendar.year_span(*y).1 < start).count();
        Self {
            as_of: calendar.as_of(),
            as_of_stated,
            start,
            years: (years_before..calendar.year_count()).map(|y| calendar.year_name(y)).collect(),
            years_before,
            complete_quarters: calendar.complete_quarters(start).1,
        }
    }

    /// The position of a named fiscal year in what is kept by year.
    pub(crate) fn year(&self, name: i32) -> Option<usize> {
        Some(self.years_before + self.years.iter().position(|y| *y == name)?)
    }
}

/// Some accounts together.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Group {
    /// How many.
    pub accounts: usize,
    /// How many of them lose money.
    pub losing: usize,
    /// Their cascade, added up.
    pub cascade: Cascade,
}

/// Rank correlations: above ½ either way, the matrix mostly ranks size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Correlations {
    /// Between the two scores.
    pub value_complexity: Option<f64>,
    /// Between the value score and net revenue.
    pub value_revenue: Option<f64>,
    /// Between the complexity score and net revenue.
    pub complexity_revenue: Option<f64>,
}

impl Correlations {
    /// Those of scores and net revenue by active account; NaN where there is no score.
    pub(crate) fn of(axes: &[Axis; 2], revenue: &[f64]) -> Self {
        let measures = [axes[0].scores(), axes[1].scores(), revenue];
        let ranks = parallel::map_items(measures.to_vec(), Ranks::of);
        let pairs = parallel::map_items(vec![(0, 1), (0, 2), (1, 2)], |(a, b): (usize, usize)| {
            spearman_ranked((measures[a], &ranks[a]), (measures[b], &ranks[b]))
        });
        Self { value_complexity: pairs[0], value_revenue: pairs[1], complexity_revenue: pairs[2] }
    }
}

/// A table accounted for: read = used + outside the window + set aside, in money and in records. Where a mapping groups
/// rows into orders, records are rows, and `grouped` says how many became how many orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Reconciliation {
    /// The table.
    pub table: Table,
    /// What was read.
    pub read: Tally,
    /// What the figures rest on.
    pub used: Tally,
    /// What lay outside the window.
    pub outside: Tally,
    /// What was set aside, repeated records included.
    pub set_aside: Tally,
    /// How many rows became how many orders, where a mapping groups them.
    pub grouped: Option<Grouped>,
}

impl Portfolio {
    /// All accounts, dormant and net-credit ones included.
    pub fn total(&self) -> Result<Group> {
        self.sums.total.group()
    }

    /// The accounts of a cell of the matrix.
    pub fn quadrant(&self, quadrant: Quadrant) -> Result<Group> {
        self.sums.quadrant(quadrant).group()
    }

    /// The accounts of a tier.
    pub fn tier(&self, tier: Tier) -> Result<Group> {
        self.sums.tier(tier).group()
    }

    /// The points and limits of the computed ABC analysis, where the model's tiers are cut by it and a measure is positive.
    pub fn computed_abc(&self) -> Option<ComputedAbc> {
        let rules = self.model.tiers;
        let asked = rules.a == TierCut::Computed;
        let active = self.rows.iter().filter(|row| asked && row.active().is_some());
        computed_abc(&active.filter_map(|row| row.tier_measure(rules.measure)).collect::<Vec<_>>())
    }

    /// The accounts of a status.
    pub fn status(&self, status: Status) -> Result<Group> {
        self.sums.status(status).group()
    }

    /// Any accounts together.
    pub fn group(&self, belongs: impl Fn(Account<'_>) -> bool) -> Result<Group> {
        let mut sum = GroupSum::new();
        self.accounts().filter(|a| belongs(*a)).for_each(|account| sum.add(&account.parts()));
        sum.group()
    }

    /// The cascade of all accounts in one fiscal year of the window.
    pub fn total_in(&self, fiscal_year: i32) -> Option<Result<Cascade>> {
        let year = self.window.year(fiscal_year)?;
        Some(self.sums.years.get(year)?.cascade())
    }

    /// The whale curve over all accounts, or `None` when a net margin is not known or none is positive.
    pub fn whale_curve(&self) -> Option<WhaleCurve> {
        self.sums.net_margins()?;
        let margins: Option<Vec<Money>> = self.rows.iter().map(AccountRow::net_margin).collect();
        WhaleCurve::of(margins?)
    }

    /// The Gini coefficient of the active accounts' net revenue.
    pub fn gini_revenue(&self) -> Option<f64> {
        gini(&self.active_revenue()).ok().flatten()
    }

    /// The Herfindahl–Hirschman index of the active accounts' net revenue.
    pub fn hhi_revenue(&self) -> Option<f64> {
        hhi(&self.active_revenue()).ok().flatten()
    }

    fn active_revenue(&self) -> Vec<Money> {
        let active = self.rows.iter().filter(|row| row.active().is_some());
        active.map(|row| row.parts.revenue_and_cost().0).collect()
    }

    /// Rank correlations between the scores and net revenue.
    pub fn correlations(&self) -> Correlations {
        self.correlations
    }

    /// Cost to serve by line, over all accounts.
    pub fn cost_lines(&self) -> Vec<(&CostLine, Total)> {
        let totals = self.costs.totals().iter().map(|units| Total::from_units(*units));
        self.costs.lines().iter().zip(totals).collect()
    }

    /// Optional values left blank in columns that are given.
    pub(crate) fn blank_values(&self) -> i64 {
        self.sums.missing_values
    }

    /// Each table accounted for. Customers are all used, dormant ones too.
    pub fn reconciliation(&self) -> Vec<Reconciliation> {
        let tables = Table::ALL.into_iter().zip(self.outside);
        tables
            .map(|(table, outside)| {
                let (read, set_aside) = (self.quality.read(table), self.quality.set_aside_tally(table));
                let grouped = self.quality.grouped().filter(|_| table == Table::Orders);
                let money = read.money.units() - outside.money.units() - set_aside.money.units();
                let used = Tally {
                    records: read.records.saturating_sub(outside.records + set_aside.records),
                    money: Total::from_units(money),
                };
                Reconciliation { table, read, used, outside, set_aside, grouped }
            })
            .collect()
    }
}
