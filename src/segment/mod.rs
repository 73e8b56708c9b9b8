//! Placing accounts: cuts, the value × complexity matrix, and tiers.

pub mod cluster;
mod confidence;
mod cut;
mod matrix;
mod tier;

pub(crate) use confidence::DRAWS_MAX;
pub use confidence::{Confidence, ConfidenceRules, Lever, Odds, Swing};
pub(crate) use cut::place;
pub use cut::{Cut, CutOn, ResolvedCut};
pub use matrix::{Labels, Quadrant};
pub use tier::{Crossing, Tier, TierCut, TierLimits, TierMeasure, TierRules, tiers};
