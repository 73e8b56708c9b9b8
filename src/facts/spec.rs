//! What the facts depend on.

use crate::date::Date;
use crate::error::{Code, Error, Problem, Result};
use crate::money::Money;
use serde::{Deserialize, Serialize};

/// The date on which a credit note counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CreditsDated {
    /// Its own date: a year that is closed stays as it was.
    #[default]
    Own,
    /// The date of the order that it corrects, where it names one: margins belong to their sale.
    Order,
}

/// What facts depend on; it travels with them, and facts of different specifications do not mix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FactSpec {
    /// The last day that counts.
    pub as_of: Date,
    /// Fiscal years of history before the one of `as_of`.
    pub history_years: u32,
    /// The first day that counts; by default the first day of the fiscal quarter of the earliest order read.
    #[serde(default)]
    pub history_from: Option<Date>,
    /// The month in which fiscal years start, 1 to 12.
    pub fiscal_year_start_month: u8,
    /// An order with less revenue is small; without it no order is.
    #[serde(default)]
    pub small_order_below: Option<Money>,
    /// The date on which a credit note counts.
    #[serde(default)]
    pub credits_dated: CreditsDated,
}

impl FactSpec {
    /// Facts up to a day, with three fiscal years before, fiscal years being calendar years.
    pub fn new(as_of: Date) -> Self {
        Self {
            as_of,
            history_years: 3,
            history_from: None,
            fiscal_year_start_month: 1,
            small_order_below: None,
            credits_dated: CreditsDated::Own,
        }
    }

    /// Fails with the name of the first field that differs.
    pub fn must_equal(&self, other: &Self) -> Result<()> {
        let Self { as_of, history_years, history_from, fiscal_year_start_month, small_order_below, credits_dated } =
            self;
        let field = if *as_of != other.as_of {
            "as_of"
        } else if *history_years != other.history_years {
            "history_years"
        } else if *history_from != other.history_from {
            "history_from"
        } else if *fiscal_year_start_month != other.fiscal_year_start_month {
            "fiscal_year_start_month"
        } else if *small_order_below != other.small_order_below {
            "small_order_below"
        } else if *credits_dated != other.credits_dated {
            "credits_dated"
        } else {
            return Ok(());
        };
        Err(Error::new(
            Problem::new(Code::SpecDiffers, "facts of different specifications do not mix")
                .column(field)
                .hint("make both with the same model and the same as_of"),
        ))
    }
}
