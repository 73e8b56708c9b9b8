//! Facts per account: exact integers that merge.
//!
//! Whatever builds them (records in memory, files, many threads), the integers are the same: sums add, dates take the
//! smaller or the larger, sets unite. Nothing is divided, rounded or subtracted here; all that is derived afterwards.

mod account;
mod batch;
mod build;
mod calendar;
mod figures;
#[cfg(feature = "csv")]
mod parts;
#[cfg(feature = "csv")]
mod plain;
mod same;
mod sealed;
mod shard;
mod sorted;
mod spec;
mod sums;
mod table;
mod view;

pub use account::{EventSum, Facts};
#[cfg(feature = "csv")]
pub(crate) use batch::Scope;
#[cfg(feature = "csv")]
pub(crate) use batch::{Batch, Batcher};
pub use calendar::{Calendar, fiscal_quarter_start, fiscal_year};
pub(crate) use figures::Happened;
pub use figures::{Counting, Figures, ReturnsFrom, RushFrom};
#[cfg(feature = "csv")]
pub(crate) use parts::{AccountFacts, CoreKey, EventFact, FamilyFact, Span, Tallies, date_of};
#[cfg(feature = "csv")]
pub(crate) use plain::PlainBatcher;
pub(crate) use sealed::SealedFacts;
#[cfg(feature = "csv")]
pub(crate) use sorted::SortedBatch;
pub use spec::{CreditsDated, FactSpec};
#[cfg(feature = "csv")]
pub(crate) use table::FamilyTotal;
#[cfg(feature = "csv")]
pub(crate) use table::Words;
pub use table::{FactTable, Field};
pub(crate) use view::{FactsView, KindAt, Terms, UnknownRevenue};
