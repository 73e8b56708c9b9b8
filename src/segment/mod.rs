//! Placing accounts: cuts, the value × complexity matrix, and tiers.

mod computed;
mod confidence;
mod cut;
mod double;
mod hysteresis;
mod matrix;
mod natural;
mod tier;

pub use computed::{AbcPoint, ComputedAbc, computed_abc};
pub use confidence::{Confidence, ConfidenceRules, Lever, Odds, Swing, Turn};
pub(crate) use confidence::{DRAWS_MAX, TurnAt};
pub(crate) use cut::place;
pub use cut::{Cut, CutOn, ResolvedCut};
pub use hysteresis::Hysteresis;
pub use matrix::{Labels, Quadrant};
pub use natural::{NaturalBreaks, NaturalClass, natural_breaks};
pub use tier::{Crossing, Tier, TierCut, TierLimits, TierMeasure, TierRules, tiers};
