//! The result: every account with its margin, its cost to serve, its place and why.

mod account;
mod attention;
mod confidence;
mod findings;
mod summary;
mod sums;
mod terms;
mod why;

pub(crate) use account::AccountRow;
pub use account::{Account, Contribution, CostItem, Status};
pub use attention::{Attention, Reason};
pub use summary::{Correlations, Group, Reconciliation, Window};
pub(crate) use sums::Sums;
pub(crate) use terms::{TermsColumns, TermsTable};
pub use why::Why;

use crate::cost::{CapacityUse, CostTable, Driver, driver_of_kind};
use crate::error::{Code, Problem, Result};
use crate::facts::{Counting, SealedFacts};
use crate::ledger::{Given, Quality, Tally};
use crate::margin::MarginRates;
use crate::model::{Draft, Drafting, Model};
use crate::records::Id;
use crate::score::{Axis, ExpectedCost, Side};
use crate::segment::{Confidence, ResolvedCut, TierLimits};
use std::ops::Range;
use std::sync::Arc;

/// An analysed portfolio. Accounts are in id order.
///
/// ```
/// use portefeuille::{Customer, Ledger, Model, Order, date, money};
///
/// let mut ledger = Ledger::new();
/// ledger.add_customers([Customer::new("ayala"), Customer::new("brunel")])?;
/// ledger.add_orders([Order::new("o-1", "ayala", date(2025, 1, 31), money("9000")).cost_of_goods(money("5400"))])?;
/// let portfolio = Model::new().analyze(&ledger)?;
///
/// let ids: Vec<_> = portfolio.accounts().map(|a| a.id().to_string()).collect();
/// assert_eq!(ids, ["ayala", "brunel"]);
/// # Ok::<(), portefeuille::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Portfolio {
    pub(crate) model: Model,
    pub(crate) window: Window,
    pub(crate) given: Given,
    pub(crate) counting: Counting,
    pub(crate) margins: MarginRates,
    pub(crate) facts: Arc<SealedFacts<'static>>,
    pub(crate) terms: TermsTable,
    pub(crate) rows: Vec<AccountRow>,
    pub(crate) sums: Sums,
    pub(crate) correlations: Correlations,
    pub(crate) costs: CostTable,
    pub(crate) axes: [Axis; 2],
    pub(crate) cuts: [Option<ResolvedCut>; 2],
    pub(crate) expected: Option<ExpectedCost>,
    pub(crate) tier_limits: TierLimits,
    pub(crate) outside: [Tally; 4],
    pub(crate) credits_that_stay: u64,
    pub(crate) quality: Quality,
    pub(crate) findings: Vec<Problem>,
    pub(crate) priced: bool,
    pub(crate) confidence: Option<Confidence>,
}

impl Portfolio {
    /// The accounts, in id order.
    pub fn accounts(&self) -> impl ExactSizeIterator<Item = Account<'_>> {
        (0..self.rows.len()).map(|position| Account { portfolio: self, position })
    }

    /// The accounts at some positions of the id order.
    pub(crate) fn range(&self, range: Range<usize>) -> impl Iterator<Item = Account<'_>> {
        let range = range.start..range.end.min(self.len());
        range.map(|position| Account { portfolio: self, position })
    }

    /// An account by its id.
    pub fn account(&self, id: impl Into<Id>) -> Result<Account<'_>> {
        let id = id.into();
        match self.facts.position(&id) {
            Some(position) => Ok(Account { portfolio: self, position }),
            None => {
                let problem = Problem::new(Code::NoSuchAccount, "there is no such account").value(id.to_string());
                Err(problem.into())
            }
        }
    }

    /// The number of accounts.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// True without accounts.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The model that made it.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The days that count.
    pub fn window(&self) -> &Window {
        &self.window
    }

    /// Which tables and optional columns were given.
    pub fn given(&self) -> Given {
        self.given
    }

    /// How rush orders and returns were counted.
    pub fn counting(&self) -> Counting {
        self.counting
    }

    /// An axis of the matrix, with its components.
    pub fn axis(&self, side: Side) -> &Axis {
        &self.axes[side as usize]
    }

    /// Where an axis is cut, or `None` when it has no score.
    pub fn cut(&self, side: Side) -> Option<ResolvedCut> {
        self.cuts[side as usize]
    }

    /// The smallest measures of tiers A and B.
    pub fn tier_limits(&self) -> TierLimits {
        self.tier_limits
    }

    /// The line of expected cost, where the model asks for it and there are enough accounts.
    pub fn expected_cost(&self) -> Option<ExpectedCost> {
        self.expected
    }

    /// How time-driven capacities were used.
    pub fn capacities(&self) -> &[CapacityUse] {
        &self.costs.capacities
    }

    /// Drivers that happened and have no price.
    pub fn not_priced(&self) -> &[Driver] {
        &self.costs.not_priced
    }

    /// True when a driver has a price, or events state their own costs: the cost ratio can then count.
    pub fn is_priced(&self) -> bool {
        self.priced
    }

    /// The lines of the cost to serve, and what was found in charging them.
    pub fn costs(&self) -> &CostTable {
        &self.costs
    }

    /// What was read, set aside and found in the records.
    pub fn quality(&self) -> &Quality {
        &self.quality
    }

    /// What the analysis itself found.
    pub fn findings(&self) -> &[Problem] {
        &self.findings
    }

    /// Works the account at a position out again, costs included.
    fn draft(&self, position: usize, draft: &mut Draft) -> Result<()> {
        let card = &self.costs.card;
        let with = Drafting {
            counting: self.counting,
            given: self.given,
            drivers: &card.drivers,
            margins: &self.margins,
            growth: self.model.growth_measure,
        };
        let (view, terms) = (self.facts.view(position), self.terms.terms(position));
        let driver_of = |kind| driver_of_kind(&card.drivers, self.facts.common().kind(kind));
        draft.fill(&view, &terms, &with, driver_of)?;
        draft.charge(card, view.id())
    }
}
