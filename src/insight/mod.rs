//! What the placed accounts show together.

mod concentration;
mod fisher;
mod kendall;
mod migration;

pub use concentration::{WhaleCurve, gini, hhi};
pub use fisher::{Contingency, FisherTest, benjamini_hochberg};
pub use kendall::{Direction, KendallTest, TheilSen, mann_kendall, seasonal_kendall, seasonal_slope, theil_sen};
pub use migration::{Flow, Place, Standing, Transitions, Worth};
