//! Building facts from a ledger.

use super::batch::{Batch, Batcher, Scope};
use super::{FactSpec, FactTable};
use crate::error::Result;
use crate::ledger::Ledger;
use std::sync::Arc;

/// Records that become facts together.
const CHUNK: usize = 1 << 16;

impl FactTable {
    /// The facts of all records of a ledger. Fails when one of them failed and was not set aside.
    pub fn from_ledger(ledger: &Ledger, spec: FactSpec) -> Result<Self> {
        ledger.settle()?;
        Ok(Self::from_settled(ledger, spec))
    }

    /// The facts of a ledger that was settled without an error.
    pub(crate) fn from_settled(ledger: &Ledger, spec: FactSpec) -> Self {
        let mut table = Self::new(spec);
        table.given = ledger.quality().given();
        let accounts = table.take_accounts(ledger);
        let (spec, calendar) = (Arc::clone(&table.spec), Arc::clone(&table.calendar));
        let shards = table.shards.len();
        let scope = Scope { spec: &spec, calendar: &calendar, accounts: accounts.as_deref(), shards };
        let words = table.words(ledger.family_names(), ledger.kind_names());
        let mut batcher = Batcher::new(ledger, scope);
        let mut add = |batch: Batch| table.add(&[(batch.sorted(scope.shards), words.clone())]);
        for range in chunks(ledger.order_slots()) {
            let mut batch = Batch::default();
            batcher.orders(range, &mut batch);
            add(batch);
        }
        for range in chunks(ledger.line_slots()) {
            let mut batch = Batch::default();
            batcher.lines(range, &mut batch);
            add(batch);
        }
        for range in chunks(ledger.event_slots()) {
            let mut batch = Batch::default();
            batcher.events(range, &mut batch);
            add(batch);
        }
        table
    }

    /// What making batches for this table takes besides a ledger.
    #[cfg(feature = "csv")]
    pub(crate) fn scope<'a>(&'a self, accounts: Option<&'a [u32]>) -> Scope<'a> {
        Scope { spec: &self.spec, calendar: &self.calendar, accounts, shards: self.shards.len() }
    }

    /// Notes which tables and columns were given.
    #[cfg(feature = "csv")]
    pub(crate) fn take_given(&mut self, given: crate::ledger::Given) {
        self.given = given;
    }

    /// Makes the customers of a ledger the accounts; their indices, where those set aside make them differ.
    pub(crate) fn take_accounts(&mut self, ledger: &Ledger) -> Option<Vec<u32>> {
        let customers = ledger.customer_table();
        if let Some(ids) = customers.ids_of_all() {
            self.share_accounts(ids);
            return None;
        }
        let account = |at| customers.get(at).map_or(u32::MAX, |customer| self.account(customer.id()));
        Some((0..customers.len() as u32).map(account).collect())
    }
}

fn chunks(len: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
    (0..len).step_by(CHUNK).map(move |start| start..len.min(start + CHUNK))
}
