//! One ledger seen at two dates.

use super::{Migration, Stability};
use crate::date::Date;
use crate::error::{Code, Problem, Result};
use crate::facts::fiscal_year;
use crate::ledger::Ledger;
use crate::model::Model;
use crate::portfolio::Portfolio;
use std::collections::BTreeMap;

/// One ledger analysed at two dates, and a month before the second.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Snapshots {
    /// At the first date.
    pub before: Portfolio,
    /// At the second date.
    pub after: Portfolio,
    /// A calendar month before the second date; `None` where there was no order yet, or the window does not reach back.
    pub month_earlier: Option<Portfolio>,
}

impl Model {
    /// Analyses a ledger at two dates and a calendar month before the second ([`Date::month_before`]), with this model but
    /// for its `as_of`. Costs of fiscal years that the window of a date does not touch are left out at that date; a year
    /// that a date cuts keeps its whole cost, which the model states to date.
    ///
    /// Fails when the first date is not before the second, or comes before all orders.
    pub fn at_two_dates(&self, ledger: &Ledger, from: Date, to: Date) -> Result<Snapshots> {
        if from >= to {
            let reason = format!("from {from} to {to}: the first date must come before the second");
            return Err(Problem::new(Code::BadUse, reason).hint("such as --from 2024-12-31 --to 2025-12-31").into());
        }
        if let Some((first, _)) = ledger.order_dates().filter(|(first, _)| from < *first) {
            let reason = format!("from {from}: the first order is of {first}, and there is nothing to compare with");
            return Err(Problem::new(Code::Contradiction, reason).hint("choose a later first date").into());
        }
        let before = self.at(from).analyze(ledger)?;
        let after = self.at(to).analyze(ledger)?;
        let earlier = to.month_before();
        let within = ledger.order_dates().is_some_and(|(first, _)| first <= earlier);
        let within = within && self.history_from.is_none_or(|start| start < earlier);
        let month_earlier = if within { Some(self.at(earlier).analyze(ledger)?) } else { None };
        Ok(Snapshots { before, after, month_earlier })
    }

    /// The model at a date, with the costs of the fiscal years that its window touches. How sure labels are changes none, and
    /// is not asked three times.
    fn at(&self, day: Date) -> Self {
        let mut model = Self { as_of: Some(day), confidence: None, ..self.clone() };
        let last = fiscal_year(day, self.fiscal_year_start_month);
        let years = last - i32::try_from(self.history_years).unwrap_or(i32::MAX).min(last)..=last;
        let costs = &mut model.cost_to_serve;
        costs.pools.retain_mut(|pool| touches(&mut pool.cost, &years));
        costs.capacities.retain_mut(|capacity| touches(&mut capacity.cost, &years));
        model
    }
}

/// Keeps the years within some, and says whether any is left.
fn touches<T>(by_year: &mut BTreeMap<i32, T>, years: &std::ops::RangeInclusive<i32>) -> bool {
    by_year.retain(|year, _| years.contains(year));
    !by_year.is_empty()
}

impl Snapshots {
    /// What changed between the two dates, with the model's hysteresis.
    pub fn migration(&self) -> Result<Migration<'_>> {
        Migration::between(&self.before, &self.after, self.after.model().matrix.hysteresis)
    }

    /// How many cells would be other ones if the data ended a month earlier.
    pub fn stability(&self) -> Result<Option<Stability>> {
        let hysteresis = self.after.model().matrix.hysteresis;
        let earlier = self.month_earlier.as_ref();
        earlier.map(|earlier| Ok(Stability::of(&Migration::between(earlier, &self.after, hysteresis)?))).transpose()
    }
}
