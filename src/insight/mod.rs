//! What the placed accounts show together.

mod concentration;
mod migration;

pub use concentration::{WhaleCurve, gini, hhi};
pub use migration::{Flow, Place, Standing, Transitions, Worth};
