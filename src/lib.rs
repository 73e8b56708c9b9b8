//! Which customers to protect, develop, correct, simplify or leave, and the proof.

mod date;
mod error;
mod money;
pub mod records;
pub mod sample;

pub use date::{Date, date};
pub use error::{Class, Code, Error, ErrorKind, Location, Problem, Result, Table};
pub use money::{AMOUNT_MAX, Money, NumberFault, Quantity, Rate, money, split};
pub use records::{Customer, EventKind, Friction, Id, Order, OrderLine, ServiceEvent};
