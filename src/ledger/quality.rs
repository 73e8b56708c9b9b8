//! What was read, what was set aside and why, and what was found.

#[cfg(feature = "csv")]
mod counted;

#[cfg(feature = "csv")]
pub(crate) use counted::Counted;

use super::Policy;
use crate::error::{Code, Error, Problem, Result, Table};
use crate::limits::PROBLEMS_LISTED_MAX;
use crate::money::Money;
use crate::records::{Id, IdRef};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// An exact total of money that may be larger than one [`Money`] can hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Total(i128);

impl Total {
    /// The count of 1/10,000.
    pub const fn units(self) -> i128 {
        self.0
    }

    /// A total from its count of 1/10,000.
    pub const fn from_units(units: i128) -> Self {
        Self(units)
    }

    pub(crate) fn add(&mut self, amount: Money) {
        self.0 += i128::from(amount.units());
    }
}

impl std::ops::Add for Total {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl fmt::Display for Total {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.0.unsigned_abs();
        let fraction = format!("{:04}", magnitude % 10_000);
        let kept = if fraction.ends_with("00") { &fraction[..2] } else { fraction.trim_end_matches('0') };
        f.pad(&format!("{}{}.{kept}", if self.0 < 0 { "-" } else { "" }, magnitude / 10_000))
    }
}

impl Serialize for Total {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Records and their money. For orders and lines the money is revenue; for events it is cost given plus credit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// How many records.
    pub records: u64,
    /// Their money, as far as it could be read.
    pub money: Total,
}

impl Tally {
    pub(crate) fn count(&mut self, money: Option<Money>) {
        self.count_many(1, money);
    }

    pub(crate) fn count_many(&mut self, records: u64, money: Option<Money>) {
        self.records += records;
        self.money.add(money.unwrap_or_default());
    }
}

/// Rows that a mapping grouped into orders. Reading and setting aside are counted in rows then:
/// rows read = rows of orders + rows set aside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Grouped {
    /// How many rows.
    pub rows: u64,
    /// How many orders they became, without those set aside.
    pub orders: u64,
}

/// Which tables and optional columns were given. What was not given is missing for all; a blank in a given column is
/// missing for that record alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
#[allow(missing_docs, reason = "each field is the table or column of that name")]
pub struct Given {
    pub customers: bool,
    pub orders: bool,
    pub order_lines: bool,
    pub service_events: bool,
    pub name: bool,
    pub friction: bool,
    pub payment_days: bool,
    pub annual_potential: bool,
    pub revenue: bool,
    pub cost_of_goods: bool,
    pub discount: bool,
    pub freight: bool,
    pub lines: bool,
    pub rush: bool,
    pub line_cost_of_goods: bool,
    pub line_discount: bool,
}

impl Given {
    /// True when discounts are given on orders or on lines.
    pub fn any_discount(self) -> bool {
        self.discount || self.line_discount
    }

    /// What was given to either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            customers: self.customers || other.customers,
            orders: self.orders || other.orders,
            order_lines: self.order_lines || other.order_lines,
            service_events: self.service_events || other.service_events,
            name: self.name || other.name,
            friction: self.friction || other.friction,
            payment_days: self.payment_days || other.payment_days,
            annual_potential: self.annual_potential || other.annual_potential,
            revenue: self.revenue || other.revenue,
            cost_of_goods: self.cost_of_goods || other.cost_of_goods,
            discount: self.discount || other.discount,
            freight: self.freight || other.freight,
            lines: self.lines || other.lines,
            rush: self.rush || other.rush,
            line_cost_of_goods: self.line_cost_of_goods || other.line_cost_of_goods,
            line_discount: self.line_discount || other.line_discount,
        }
    }
}

/// Where a record stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// Position in the list of files, plus one; 0 for records given in memory.
    pub(crate) file: u16,
    /// The line from 1, or the record's position in memory.
    pub(crate) line: u32,
    /// The first byte, or [`Place::BYTE_UNKNOWN`].
    pub(crate) byte: u64,
}

impl Place {
    /// Stands for a byte that was not kept.
    pub(crate) const BYTE_UNKNOWN: u64 = u64::MAX;
}

/// A record that cannot be used, on its way to being refused or set aside.
#[derive(Clone, Debug)]
pub(crate) struct Rejected {
    pub(crate) table: Table,
    pub(crate) at: Place,
    pub(crate) problem: Box<Problem>,
    pub(crate) customer: Option<Id>,
    pub(crate) money: Option<Money>,
    pub(crate) records: u64,
}

impl Rejected {
    pub(crate) fn new(table: Table, at: Place, problem: impl Into<Box<Problem>>) -> Self {
        Self { table, at, problem: problem.into(), customer: None, money: None, records: 1 }
    }

    /// Says for how many records it stands: the rows of a grouped order.
    pub(crate) fn records(mut self, records: u64) -> Self {
        self.records = records;
        self
    }

    pub(crate) fn of(mut self, customer: Option<IdRef<'_>>, money: Option<Money>) -> Self {
        self.customer = customer.map(IdRef::to_id);
        self.money = money;
        self
    }
}

/// A record that was set aside, or a repeated one that was counted once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SetAside {
    /// Why and where.
    pub problem: Problem,
    /// The customer, when it could be read.
    pub customer_id: Option<Id>,
    /// The money, when it could be read.
    pub money: Option<Money>,
    /// How many records: more than one for rows that were grouped into an order.
    pub records: u64,
}

impl SetAside {
    fn of(rejected: Rejected, problem: Problem) -> Self {
        let Rejected { customer, money, records, .. } = rejected;
        Self { problem, customer_id: customer, money, records }
    }
}

/// What was read, what was set aside and why, and what was found.
#[derive(Clone, Debug, Default)]
pub struct Quality {
    pub(crate) given: Given,
    pub(super) files: Vec<Arc<str>>,
    pub(super) read: [Tally; 4],
    pub(super) aside: [Tally; 4],
    pub(super) set_aside: Vec<SetAside>,
    /// Of those set aside, how many count against the limit.
    pub(super) limited: u64,
    pub(super) counts: BTreeMap<Code, u64>,
    pub(super) examples: Vec<Problem>,
    pub(super) failing: Vec<Problem>,
    pub(super) failures: u64,
    pub(super) grouped: Grouped,
    /// Of a slice that is read apart: what becomes of these depends on those of the slices before.
    pub(super) deferred: Option<Vec<Deferred>>,
}

/// A record that cannot be used, to be judged when the slices before are.
#[derive(Clone, Debug)]
pub(super) enum Deferred {
    Rejected(Rejected),
    Repeated(Rejected),
}

/// Findings of one code that are kept as examples; all are counted.
const EXAMPLES_MAX: u64 = 5;

impl Quality {
    /// Which tables and optional columns were given.
    pub fn given(&self) -> Given {
        self.given
    }

    /// The files read, as they were named.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(AsRef::as_ref)
    }

    /// What was read of a table, set aside or not.
    pub fn read(&self, table: Table) -> Tally {
        self.read[table as usize]
    }

    /// What of a table was set aside, repeated records included.
    pub fn set_aside_tally(&self, table: Table) -> Tally {
        self.aside[table as usize]
    }

    /// The rows that were grouped into orders, where a mapping asked for that.
    pub fn grouped(&self) -> Option<Grouped> {
        (self.grouped.orders > 0).then_some(self.grouped)
    }

    /// The records set aside and the repeated ones, sorted by table, file and line.
    pub fn set_aside(&self) -> Vec<&SetAside> {
        let mut all: Vec<_> = self.set_aside.iter().collect();
        all.sort_by(|a, b| (&a.problem.location, a.problem.code).cmp(&(&b.problem.location, b.problem.code)));
        all
    }

    /// How often each code occurred, findings and set-aside records alike. Rows that were grouped into an order that is
    /// set aside count each.
    pub fn counts(&self) -> &BTreeMap<Code, u64> {
        &self.counts
    }

    /// How often a code occurred.
    pub fn count(&self, code: Code) -> u64 {
        self.counts.get(&code).copied().unwrap_or(0)
    }

    /// Examples of findings: the first few of each code, in the order of the input.
    pub fn examples(&self) -> &[Problem] {
        &self.examples
    }

    pub(crate) fn failures(&self) -> u64 {
        self.failures
    }

    /// Fails when a record failed.
    pub(crate) fn fail(&self) -> Result<()> {
        Error::all(self.failing.clone(), self.failures).map_or(Ok(()), Err)
    }

    /// Names a file from which records come.
    #[cfg(feature = "csv")]
    pub(crate) fn open_file(&mut self, name: &str) -> u16 {
        let known = self.files.iter().position(|file| &**file == name);
        let at = known.unwrap_or_else(|| {
            self.files.push(name.into());
            self.files.len() - 1
        });
        u16::try_from(at + 1).unwrap_or(u16::MAX)
    }

    /// Counts an order made of rows that were counted one by one.
    pub(crate) fn count_grouped(&mut self, rows: u64) {
        self.grouped.rows += rows;
        self.grouped.orders += 1;
    }

    /// Takes back an order made of rows, whose rows are set aside after all.
    pub(crate) fn uncount_grouped(&mut self, rows: u64) {
        self.grouped.rows -= rows;
        self.grouped.orders -= 1;
    }

    /// The place of the next record given in memory.
    pub(crate) fn next_record(&self, table: Table) -> Place {
        Place { file: 0, line: self.read(table).records as u32 + 1, byte: 0 }
    }

    #[inline]
    pub(crate) fn count_read(&mut self, table: Table, money: Option<Money>) {
        self.read[table as usize].count(money);
    }

    /// Counts many records of a table as read.
    #[cfg(feature = "csv")]
    pub(super) fn count_all_read(&mut self, table: Table, records: usize, units: i128) {
        let tally = &mut self.read[table as usize];
        tally.records += records as u64;
        tally.money = tally.money + Total(units);
    }

    /// Adds money to what was read of a table, for a record that was counted without it.
    pub(super) fn count_money(&mut self, table: Table, money: Money) {
        self.read[table as usize].money.add(money);
    }

    pub(crate) fn locate(&self, table: Table, at: Place, mut problem: Problem) -> Problem {
        problem.location.table = Some(table);
        if at.file > 0 {
            problem.location.file = self.files.get(usize::from(at.file) - 1).cloned();
            problem.location.byte = Some(at.byte).filter(|byte| at.line > 0 && *byte != Place::BYTE_UNKNOWN);
        }
        if at.line > 0 {
            problem.location.line = Some(at.line.into());
        }
        problem
    }

    pub(crate) fn reject(&mut self, policy: &Policy, rejected: Rejected) {
        if let Some(deferred) = &mut self.deferred {
            return deferred.push(Deferred::Rejected(rejected));
        }
        let table = rejected.table;
        let problem = self.locate(table, rejected.at, (*rejected.problem).clone());
        let code = problem.code;
        // The rows of a grouped order go together: all of them must be within the limit.
        if policy.sets_aside(code, self.limited + rejected.records.saturating_sub(1)) {
            if !matches!(code, Code::EmptyAside | Code::OrderSetAside) {
                self.limited += rejected.records;
            }
            self.put_aside(table, SetAside::of(rejected, problem));
        } else {
            self.refuse(problem);
        }
    }

    /// Keeps a fault that leaves a table half read.
    #[cfg(feature = "csv")]
    pub(crate) fn spoil(&mut self, problem: Problem) {
        self.refuse(problem);
    }

    fn refuse(&mut self, problem: Problem) {
        self.failures += 1;
        if self.failing.len() < PROBLEMS_LISTED_MAX {
            self.failing.push(problem);
        }
    }

    /// Refuses whatever the policy says.
    pub(crate) fn reject_always(&mut self, table: Table, at: Place, problem: Problem) {
        let problem = self.locate(table, at, problem);
        self.refuse(problem);
    }

    /// Counts a repeated record once: the repetition goes aside, and is a finding only.
    pub(crate) fn repeated(&mut self, rejected: Rejected) {
        if let Some(deferred) = &mut self.deferred {
            return deferred.push(Deferred::Repeated(rejected));
        }
        let table = rejected.table;
        let problem = self.locate(table, rejected.at, (*rejected.problem).clone());
        self.put_aside(table, SetAside::of(rejected, problem));
    }

    fn put_aside(&mut self, table: Table, item: SetAside) {
        *self.counts.entry(item.problem.code).or_default() += item.records;
        self.aside[table as usize].count_many(item.records, item.money);
        self.set_aside.push(item);
    }

    /// Counts a finding and keeps it as an example while there are few of its code.
    pub(crate) fn find(&mut self, table: Table, at: Place, problem: Problem) {
        let problem = self.locate(table, at, problem);
        self.find_all(problem, 1);
    }

    /// Counts many findings of one code, with one example.
    pub(crate) fn find_all(&mut self, example: Problem, count: u64) {
        let seen = self.counts.entry(example.code).or_default();
        // Which kinds are new to all slices is known when they are put together.
        let all = self.deferred.is_some() && example.code == Code::KindCustom;
        if *seen < EXAMPLES_MAX || all {
            self.examples.push(example);
        }
        *seen += count;
    }
}
