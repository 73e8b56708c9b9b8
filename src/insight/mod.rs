//! What the placed accounts show together.

mod concentration;

pub use concentration::{WhaleCurve, gini, hhi};
