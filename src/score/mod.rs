//! Components of value and of complexity, made comparable, weighed and summed.

mod axis;
mod component;
mod measures;
mod ranks;
mod scale;
mod statistics;

pub use axis::{Axis, LeftOut, ScoredComponent};
pub(crate) use axis::{AxisInput, ScoreSums, axes, score_one};
pub use component::{Component, Side};
pub use measures::{CostMeasure, ExpectedCost, GrowthMeasure};
pub(crate) use measures::{Measures, Quarters, ratio, round9};
pub(crate) use ranks::Ranks;
pub(crate) use scale::quantile_sorted;
pub use scale::{Normalisation, Scale};
pub use statistics::spearman;
pub(crate) use statistics::spearman_ranked;
