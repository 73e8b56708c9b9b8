//! Cost to serve, kept by driver so that each account's cost unfolds.

mod charge;
mod driver;
mod model;
mod volume;

pub(crate) use charge::{ByStep, Charge, CostSums, RateCard, Weights};
pub use charge::{CapacityUse, CostTable};
pub use driver::{CostLine, Driver};
pub use model::{Activity, Capacity, CostToServe, Pool};
pub(crate) use volume::{AccountVolumes, driver_of_kind, drivers_of};
