//! How tables are read.

use super::Mapping;
use super::csv::BLOCK_BYTES;
use crate::error::Table;
use crate::ledger::Policy;
use std::collections::BTreeMap;

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
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            policy: Policy::default(),
            mapping: Mapping::default(),
            expect_rows: BTreeMap::new(),
            block_bytes: BLOCK_BYTES,
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

    /// How many bytes are read at a time, 256 KiB by default. It changes the speed, never the result.
    #[must_use]
    pub fn block_bytes(mut self, bytes: usize) -> Self {
        self.block_bytes = bytes;
        self
    }
}
