//! What comes in: customers, orders, order lines and service events, and the ids that join them.
//!
//! A record is plain data. Whether it fits the others is the ledger's business.

mod customer;
mod event;
mod hashed;
mod id;
mod ids;
mod order;

pub use customer::{Customer, Friction};
pub use event::{EventKind, ServiceEvent};
pub use id::Id;
pub(crate) use id::IdRef;
pub(crate) use ids::{IdTable, NOT_FOUND};
pub use order::{Order, OrderLine};
