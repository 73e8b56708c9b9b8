//! Which customers to protect, develop, correct, simplify or leave, and the proof.

pub mod cost;
mod date;
mod error;
pub mod facts;
pub mod insight;
mod lang;
pub mod ledger;
pub mod limits;
pub mod margin;
pub mod model;
mod money;
pub mod portfolio;
pub mod records;
pub mod report;
pub mod sample;
pub mod score;
pub mod segment;
mod settings;

pub use cost::{CostLine, Driver};
pub use date::{Date, date};
pub use error::{Class, Code, Error, ErrorKind, Location, Problem, Result, Table};
pub use facts::{FactSpec, FactTable, Facts};
pub use lang::Lang;
pub use ledger::{CustomerView, Ledger, OnReject, Policy, Quality};
pub use model::Model;
pub use money::{AMOUNT_MAX, Money, NumberFault, Quantity, Rate, money, split};
pub use portfolio::{Account, Attention, Portfolio, Reason, Status, Why};
pub use records::{Customer, EventKind, Friction, Id, Order, OrderLine, ServiceEvent};
pub use score::{Component, Side};
pub use segment::{Quadrant, Tier};
