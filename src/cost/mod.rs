//! Cost to serve, kept by driver so that each account's cost unfolds.

mod charge;
mod driver;
mod model;
mod volume;

pub use charge::{CapacityUse, CostTable};
pub(crate) use charge::{FREIGHT, OTHER, RateCard, TERMS};
pub use driver::{CostLine, Driver};
pub use model::{Activity, Capacity, CostToServe, Pool};
pub(crate) use volume::{Volumes, account_volumes, drivers_of};
