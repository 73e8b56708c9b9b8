//! What to do with records that do not fit.

use crate::error::{Class, Code};
use crate::limits::CUSTOMERS_MAX;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What to do with a record that does not fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnReject {
    /// Stop, listing what was found.
    #[default]
    Fail,
    /// Set it aside, count it, and go on.
    Aside,
}

/// What to do with records that do not fit, by code.
///
/// The default is to fail, because a number that silently leaves records out is worse than none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    default: OnReject,
    by_code: BTreeMap<Code, OnReject>,
    rejects_max: Option<u64>,
    implicit_customers: bool,
    customers_max: Option<usize>,
}

impl Policy {
    /// Fail on every record that does not fit.
    pub fn new() -> Self {
        Self::default()
    }

    /// What to do with codes that are not named one by one.
    #[must_use]
    pub fn on_reject(mut self, action: OnReject) -> Self {
        self.default = action;
        self
    }

    /// What to do with one code. Codes that are not of a record ([`Class::Record`]) are not concerned.
    #[must_use]
    pub fn on(mut self, code: Code, action: OnReject) -> Self {
        self.by_code.insert(code, action);
        self
    }

    /// Set aside at most this many records, then fail. It holds for failing codes too: with `max_rejects(5)`, five
    /// failing records are set aside and the sixth fails.
    #[must_use]
    pub fn max_rejects(mut self, count: u64) -> Self {
        self.rejects_max = Some(count);
        self
    }

    /// Makes a customer of each unknown id in orders and events, instead of refusing them.
    #[must_use]
    pub fn implicit_customers(mut self, yes: bool) -> Self {
        self.implicit_customers = yes;
        self
    }

    /// Refuses more customers than this; by default [`limits::CUSTOMERS_MAX`](crate::limits::CUSTOMERS_MAX).
    #[must_use]
    pub fn max_customers(mut self, count: usize) -> Self {
        self.customers_max = Some(count);
        self
    }

    pub(crate) fn customers_max(&self) -> usize {
        self.customers_max.unwrap_or(CUSTOMERS_MAX)
    }

    /// Whether unknown ids become customers.
    pub fn makes_customers(&self) -> bool {
        self.implicit_customers
    }

    /// Whether a record with this code is set aside, given how many already are.
    pub fn sets_aside(&self, code: Code, already: u64) -> bool {
        debug_assert_eq!(code.class(), Class::Record);
        // The mapping asked for these two by name, or they follow from a record that was already judged.
        if matches!(code, Code::EmptyAside | Code::OrderSetAside) {
            return true;
        }
        let action = self.by_code.get(&code).copied().unwrap_or(self.default);
        match (action, self.rejects_max) {
            (_, Some(most)) => already < most,
            (action, None) => action == OnReject::Aside,
        }
    }
}
