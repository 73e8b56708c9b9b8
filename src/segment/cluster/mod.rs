//! Segments beyond the matrix: accounts that are alike on all components at once.
//!
//! Three ways to group: k-means, Gaussian mixtures and DBSCAN. Whatever the way, rows are checked first, clusters are made of
//! complete rows and have a fixed order, and each is judged by its silhouette and by whether it comes again when the data
//! are drawn again. Grouping takes the feature `clustering`; what was found, and assigning another row to it, does not.

mod assign;
mod found;
mod gaussian;
mod rules;

#[cfg(feature = "clustering")]
mod density;
#[cfg(feature = "clustering")]
mod fit;
#[cfg(feature = "clustering")]
mod fixed;
#[cfg(feature = "clustering")]
mod kmeans;
#[cfg(feature = "clustering")]
mod lloyd;
#[cfg(feature = "clustering")]
mod mixture;
#[cfg(feature = "clustering")]
mod points;
#[cfg(feature = "clustering")]
mod silhouette;
#[cfg(feature = "clustering")]
mod stability;

pub use assign::Assigner;
#[cfg(feature = "clustering")]
pub use fit::{cluster, group};
#[cfg(feature = "clustering")]
use found::NOWHERE;
pub use found::{Cluster, Clustering, Stability};
pub use gaussian::Gaussian;
#[cfg(feature = "clustering")]
pub use points::Points;
pub use rules::{AUTO_MAX, CLUSTERS_MAX, ClusterCount, ClusterMethod, ClusterRules, NO_CLUSTERS_BELOW};
pub(crate) use rules::{MIN_POINTS_MAX, STARTS_MAX};
#[cfg(feature = "clustering")]
pub use silhouette::{SILHOUETTE_ROWS_MAX, Silhouettes, silhouettes};
#[cfg(feature = "clustering")]
pub use stability::{BOOTSTRAPS, STABILITY_ROWS_MAX};
