//! The counts of what was read, without what names records.

use super::{Given, Grouped, Quality, Tally};
use crate::error::{Code, Table};
use std::collections::BTreeMap;

/// What was read and set aside, and how often each code occurred.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) read: [Tally; 4],
    pub(crate) set_aside: [Tally; 4],
    pub(crate) grouped: Grouped,
    pub(crate) codes: BTreeMap<Code, u64>,
}

impl Quality {
    pub(crate) fn counted(&self) -> Counted {
        Counted {
            read: Table::ALL.map(|table| self.read(table)),
            set_aside: Table::ALL.map(|table| self.set_aside_tally(table)),
            grouped: self.grouped,
            codes: self.counts.clone(),
        }
    }

    /// Adds the counts of other records.
    pub(crate) fn add_counted(&mut self, more: &Counted) {
        for table in Table::ALL {
            self.read[table as usize].add(more.read[table as usize]);
            self.aside[table as usize].add(more.set_aside[table as usize]);
        }
        self.grouped.rows += more.grouped.rows;
        self.grouped.orders += more.grouped.orders;
        for (code, count) in &more.codes {
            *self.counts.entry(*code).or_default() += count;
        }
    }

    /// Says how often a code occurred.
    pub(crate) fn set_count(&mut self, code: Code, count: u64) {
        if count == 0 {
            self.counts.remove(&code);
        } else {
            self.counts.insert(code, count);
        }
    }
}

impl Tally {
    /// Adds another one.
    pub(crate) fn add(&mut self, other: Self) {
        self.records += other.records;
        self.money = self.money + other.money;
    }
}

impl Given {
    /// Without what is given of customers.
    pub(crate) fn without_customers(self) -> Self {
        Self { customers: false, name: false, friction: false, payment_days: false, annual_potential: false, ..self }
    }
}
