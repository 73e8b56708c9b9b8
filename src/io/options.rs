//! How tables are read.

use super::Mapping;
use super::csv::BLOCK_BYTES;
use super::progress::{Progress, ProgressHook};
use crate::error::{Code, Error, Problem, Table};
use crate::ledger::Policy;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// A format of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InputFormat {
    /// Delimited text: `.csv` and `.csv.gz`.
    Csv,
    /// Apache Parquet, with the feature `parquet`: `.parquet`.
    Parquet,
}

impl InputFormat {
    /// The endings of its files.
    pub(super) const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Csv => &[".csv", ".csv.gz"],
            Self::Parquet => &[".parquet"],
        }
    }

    /// Whether this build reads it.
    pub(in crate::io) const fn is_on(self) -> bool {
        matches!(self, Self::Csv) || cfg!(feature = "parquet")
    }

    /// The error of a file in a format that this build does not read.
    pub(in crate::io) fn off(self, name: &str) -> Error {
        let reason = format!("this build has not the feature `{}`", format!("{self:?}").to_lowercase());
        let problem = Problem::new(Code::FeatureOff, reason).file(name);
        problem.hint("build it with the feature, or export the table as CSV, UTF-8").into()
    }

    /// The format of a file, by its name.
    pub(super) fn of(name: &str) -> Self {
        let ending = name.len().checked_sub(".parquet".len()).and_then(|at| name.get(at..));
        if ending.is_some_and(|e| e.eq_ignore_ascii_case(".parquet")) { Self::Parquet } else { Self::Csv }
    }
}

/// How tables are read.
///
/// ```
/// use portefeuille::{OnReject, Policy, Table, io::ReadOptions};
///
/// let options = ReadOptions::default().policy(Policy::new().on_reject(OnReject::Aside)).expect_rows(Table::Orders, 1_000);
/// ```
#[derive(Clone, Debug)]
pub struct ReadOptions {
    pub(crate) policy: Policy,
    pub(crate) mapping: Mapping,
    pub(crate) expect_rows: BTreeMap<Table, u64>,
    pub(crate) block_bytes: usize,
    pub(crate) progress: Option<ProgressHook>,
    pub(crate) input: Option<InputFormat>,
    pub(crate) orders_optional: bool,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            policy: Policy::default(),
            mapping: Mapping::default(),
            expect_rows: BTreeMap::new(),
            block_bytes: BLOCK_BYTES,
            progress: None,
            input: None,
            orders_optional: false,
        }
    }
}

impl ReadOptions {
    /// What [`read_folder`](super::read_folder) does with records that do not fit. [`read_table`](super::read_table)
    /// goes by the policy of its ledger.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// The policy in force.
    pub fn read_policy(&self) -> &Policy {
        &self.policy
    }

    /// How files of other origin are read.
    #[must_use]
    pub fn mapping(mut self, mapping: Mapping) -> Self {
        self.mapping = mapping;
        self
    }

    /// How many rows a table must have: a file that was cut between two rows cannot be told otherwise.
    #[must_use]
    pub fn expect_rows(mut self, table: Table, rows: u64) -> Self {
        self.expect_rows.insert(table, rows);
        self
    }

    /// Reads tables of this format only, where a folder holds tables in several. Files that a mapping names are read
    /// whatever their format.
    #[must_use]
    pub fn input(mut self, format: InputFormat) -> Self {
        self.input = Some(format);
        self
    }

    /// Does not ask for orders, where facts stand for them: see
    /// [`Model::analyze_folder_with`](crate::Model::analyze_folder_with).
    #[must_use]
    pub fn orders_optional(mut self, yes: bool) -> Self {
        self.orders_optional = yes;
        self
    }

    /// How many bytes are read at a time, 256 KiB by default. It changes the speed, never the result.
    #[must_use]
    pub fn block_bytes(mut self, bytes: usize) -> Self {
        self.block_bytes = bytes;
        self
    }

    /// Has a hook told how far reading has come, about every 256 KiB of input and from whatever thread read them. When it
    /// breaks, reading ends with an error of the code `cancelled`.
    ///
    /// ```
    /// use portefeuille::io::{ReadOptions, read_table};
    /// use portefeuille::{Code, Ledger, Table};
    /// use std::ops::ControlFlow;
    ///
    /// let enough = ReadOptions::default().progress(|at| match at.rows {
    ///     0..50_000 => ControlFlow::Continue(()),
    ///     _ => ControlFlow::Break(()),
    /// });
    /// let customers = (0..100_000).fold("customer_id\n".to_owned(), |text, id| text + &format!("customer-{id}\n"));
    /// let ended = read_table(&mut Ledger::new(), Table::Customers, "customers.csv", customers.as_bytes(), &enough);
    /// assert_eq!(ended.unwrap_err().code(), Code::Cancelled);
    /// ```
    #[must_use]
    pub fn progress(mut self, hook: impl Fn(&Progress<'_>) -> ControlFlow<()> + Send + Sync + 'static) -> Self {
        self.progress = Some(ProgressHook::new(hook));
        self
    }
}
