//! Records checked against each other.
//!
//! The ledger takes records in the order customers, orders, lines and events, refuses or sets aside those that do not
//! fit, and counts everything. It knows no window and no model: those begin with the facts.

pub(crate) mod check;
mod customers;
mod events;
mod orders;
#[cfg(feature = "csv")]
mod plain;
mod policy;
mod quality;
#[cfg(feature = "csv")]
mod reading;
mod settle;
#[cfg_attr(not(feature = "csv"), allow(dead_code, reason = "only files are read in slices"))]
mod slice;
mod words;

pub(crate) use check::is_invisible;
pub use customers::CustomerView;
pub(crate) use customers::{CustomerFields, Customers};
#[cfg(feature = "csv")]
pub(crate) use events::EventFields;
#[cfg(feature = "csv")]
pub(crate) use orders::OrderFields;
pub(crate) use orders::{LineFields, Partly};
#[cfg(feature = "csv")]
pub(crate) use plain::{
    Amounts, CheckedLines, NO_AMOUNT, NO_COUNT, NO_ID, PlainEvents, PlainLines, PlainOrders, PlainPlace, is_plain_word,
};
pub use policy::{OnReject, Policy};
#[cfg(feature = "csv")]
pub(crate) use quality::Counted;
pub use quality::{Given, Grouped, Quality, SetAside, Tally, Total};
pub(crate) use quality::{Place, Rejected};
pub(crate) use settle::SettledOrder;
pub(crate) use words::{Word, WordTable};

use crate::date::Date;
use crate::error::{Result, Table};
use crate::records::{Customer, Id, IdTable, Order, OrderLine, ServiceEvent};
use events::EventRow;
use orders::{LineRow, LineSums, OrderRow};
#[cfg(feature = "csv")]
pub(crate) use slice::OrderIndex;
use slice::Slice;
use std::sync::Arc;

/// Records whose ids are looked up together where the tables of ids are larger than the caches.
const BLOCK: usize = 256;

/// Records for which room is made beforehand, at most: a wrong count must not ask for all of the memory.
const EXPECTED_MAX: usize = 1 << 24;

/// How many there will be, where that is known: 0 where it is not.
fn exact_count(records: &impl Iterator) -> usize {
    match records.size_hint() {
        (least, Some(most)) if least == most => least.min(EXPECTED_MAX),
        _ => 0,
    }
}

/// Customers, orders, lines and events that fit together.
///
/// Records that do not fit make the call that adds them fail, unless the [`Policy`] sets them aside. Either way they
/// are kept in [`Ledger::quality`], and nothing is analysed while a failing one is there.
///
/// ```
/// use portefeuille::{Customer, Ledger, Order, date, money};
///
/// let mut ledger = Ledger::new();
/// ledger.add_customers([Customer::new("ayala")])?;
/// ledger.add_orders([Order::new("o-1", "ayala", date(2025, 1, 31), money("9000"))])?;
/// let error = ledger.add_orders([Order::new("o-2", "brunel", date(2025, 2, 3), money("2500"))]).unwrap_err();
/// assert_eq!(error.code().as_str(), "unknown_customer");
/// # Ok::<(), portefeuille::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    policy: Policy,
    quality: Quality,
    /// Shared with the slices of files that are read apart.
    customers: Arc<Customers>,
    order_ids: IdTable,
    orders: Vec<OrderRow>,
    /// Which order a credit note corrects, for those that say so.
    credited: Vec<(u32, Id)>,
    /// Orders of rows some of which lack a cost or a discount.
    partly: rustc_hash::FxHashMap<u32, Partly>,
    lines: Vec<LineRow>,
    /// By order; empty while there are no lines.
    line_sums: Vec<LineSums>,
    families: WordTable,
    channels: WordTable,
    people: WordTable,
    event_ids: IdTable,
    event_by_id: Vec<u32>,
    events: Vec<EventRow>,
    kinds: WordTable,
    currency: Option<String>,
    /// Some of the records, read apart from the others.
    slice: Option<Box<Slice>>,
}

impl Ledger {
    /// An empty ledger that fails on the first record that does not fit.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty ledger with a policy of what to do with records that do not fit.
    pub fn with_policy(policy: Policy) -> Self {
        Self { policy, ..Self::default() }
    }

    /// Adds customers. Add them before their orders and events.
    pub fn add_customers(&mut self, customers: impl IntoIterator<Item = Customer>) -> Result<()> {
        self.quality.given.customers = true;
        let start = self.quality.failures();
        for customer in customers {
            let at = self.quality.next_record(Table::Customers);
            self.note_given_by_customer(&customer);
            self.post_customer(&CustomerFields::of(&customer), at);
        }
        self.failed_since(start)
    }

    /// Adds orders and credit notes. Add them before their lines.
    pub fn add_orders(&mut self, orders: impl IntoIterator<Item = Order>) -> Result<()> {
        self.ready_for(Table::Orders);
        self.quality.given.orders = true;
        let start = self.quality.failures();
        let mut orders = orders.into_iter();
        self.expect_orders(exact_count(&orders));
        let mut block = Vec::new();
        while let Some(first) = orders.next() {
            block.push(first);
            if self.customers.ids.is_far() || self.order_ids.is_far() {
                block.extend(orders.by_ref().take(BLOCK - 1));
            }
            self.take_orders(&block);
            block.clear();
        }
        self.failed_since(start)
    }

    /// Adds the lines of orders.
    pub fn add_order_lines(&mut self, lines: impl IntoIterator<Item = OrderLine>) -> Result<()> {
        self.ready_for(Table::OrderLines);
        self.quality.given.order_lines = true;
        let start = self.quality.failures();
        for line in lines {
            let at = self.quality.next_record(Table::OrderLines);
            let given = &mut self.quality.given;
            given.line_cost_of_goods |= line.cost_of_goods.is_some();
            given.line_discount |= line.discount.is_some();
            self.post_line(&LineFields::of(&line), at);
        }
        self.failed_since(start)
    }

    /// Adds service events.
    pub fn add_events(&mut self, events: impl IntoIterator<Item = ServiceEvent>) -> Result<()> {
        self.ready_for(Table::ServiceEvents);
        self.quality.given.service_events = true;
        let start = self.quality.failures();
        let mut events = events.into_iter();
        self.events.reserve(exact_count(&events));
        let mut block = Vec::new();
        while let Some(first) = events.next() {
            block.push(first);
            if self.customers.ids.is_far() || self.order_ids.is_far() || self.event_ids.is_far() {
                block.extend(events.by_ref().take(BLOCK - 1));
            }
            self.take_events(&block);
            block.clear();
        }
        self.failed_since(start)
    }

    /// What was read, set aside and found.
    pub fn quality(&self) -> &Quality {
        &self.quality
    }

    /// The policy of what to do with records that do not fit.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The number of customers.
    pub fn customer_count(&self) -> usize {
        self.customers().count()
    }

    /// The number of orders and credit notes.
    pub fn order_count(&self) -> usize {
        self.orders.iter().filter(|o| !o.excluded).count()
    }

    /// The customers in the order in which they came, without those set aside.
    pub fn customers(&self) -> impl Iterator<Item = CustomerView<'_>> {
        (0..self.customers.len() as u32).filter_map(|at| self.customers.get(at))
    }

    /// The customers, those set aside included.
    pub(crate) fn customer_table(&self) -> &Customers {
        &self.customers
    }

    /// The first and last dates of the orders that are used, or `None` without any.
    pub fn order_dates(&self) -> Option<(Date, Date)> {
        let mut dates = self.settled_orders().map(|(_, o)| o.ordered_on);
        let first = dates.next()?;
        Some(dates.fold((first, first), |(low, high), d| (low.min(d), high.max(d))))
    }

    /// The currency that the records state, if any does.
    pub fn currency(&self) -> Option<&str> {
        self.currency.as_deref()
    }

    /// The product families met so far.
    #[cfg(feature = "csv")]
    pub(crate) fn family_words(&self) -> &WordTable {
        &self.families
    }

    /// The event kinds met so far.
    #[cfg(feature = "csv")]
    pub(crate) fn kind_words(&self) -> &WordTable {
        &self.kinds
    }

    /// Makes ready to look up what the records of a table refer to.
    pub(crate) fn ready_for(&mut self, table: Table) {
        if self.slice.is_some() {
            return;
        }
        match table {
            Table::Customers => {}
            Table::Orders => Arc::make_mut(&mut self.customers).prepare(),
            Table::OrderLines => self.order_ids.prepare(),
            Table::ServiceEvents => {
                Arc::make_mut(&mut self.customers).prepare();
                self.order_ids.prepare();
            }
        }
    }

    /// Records that cannot be used: fails or sets aside, as the policy says.
    pub(crate) fn reject(&mut self, rejected: Rejected) {
        self.quality.reject(&self.policy, rejected);
    }

    fn failed_since(&self, start: u64) -> Result<()> {
        if self.quality.failures() == start { Ok(()) } else { self.quality.fail() }
    }
}
