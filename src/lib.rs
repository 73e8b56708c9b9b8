//! Which customers to protect, develop, correct, simplify or leave, and the proof.

mod date;
mod error;
#[cfg(feature = "csv")]
pub mod io;
pub mod ledger;
pub mod limits;
mod money;
pub mod records;
mod settings;

pub use date::{Date, date};
pub use error::{Class, Code, Error, ErrorKind, Location, Problem, Result, Table};
pub use ledger::{CustomerView, Ledger, OnReject, Policy, Quality};
pub use money::{AMOUNT_MAX, Money, NumberFault, Quantity, Rate, money, split};
pub use records::{Customer, EventKind, Friction, Id, Order, OrderLine, ServiceEvent};
