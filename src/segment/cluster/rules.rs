//! What is asked of clustering.

use serde::{Deserialize, Serialize};

/// The most clusters that may be asked for.
pub const CLUSTERS_MAX: u32 = 100;
/// The most starts of k-means.
pub(crate) const STARTS_MAX: u32 = 1_000;
/// The most neighbours that make a core.
pub(crate) const MIN_POINTS_MAX: u32 = 10_000;
/// The largest number of clusters that is tried where the data choose it.
pub const AUTO_MAX: u32 = 10;
/// The mean silhouette below which the data have no clusters worth the name (Kaufman & Rousseeuw 1990).
pub const NO_CLUSTERS_BELOW: f64 = 0.25;

/// How accounts are grouped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ClusterMethod {
    /// k-means (Lloyd 1982) from k-means++ starts (Arthur & Vassilvitskii 2007): round groups of about the same width.
    #[default]
    KMeans,
    /// A mixture of Gaussians with full covariances, by expectation–maximisation (Dempster, Laird & Rubin 1977): long
    /// groups, and groups of different widths.
    GaussianMixture,
    /// DBSCAN (Ester, Kriegel, Sander & Xu 1996): dense groups of any form. What lies in none is noise, and in no cluster.
    Dbscan,
}

impl ClusterMethod {
    /// The word in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::KMeans => "k_means",
            Self::GaussianMixture => "gaussian_mixture",
            Self::Dbscan => "dbscan",
        }
    }
}

/// How many clusters there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClusterCount {
    /// The number from 2 to 10 with the best mean silhouette; none at all when that is below .25. DBSCAN finds its own.
    #[default]
    Auto,
    /// This many, from 2 to 100.
    Fixed(u32),
}

/// How accounts are grouped by what they are like on all components.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClusterRules {
    /// How accounts are grouped.
    pub method: ClusterMethod,
    /// How many clusters there are.
    pub k: ClusterCount,
    /// How often k-means starts anew, the best kept; by default 10 times, and 4 times beyond 8,192 rows.
    pub starts: Option<u32>,
    /// DBSCAN: how near neighbours are; by default the knee of the sorted distances to the `min_points`-th nearest row.
    pub distance: Option<f64>,
    /// DBSCAN: the neighbours, itself included, that make a row a core; by default twice the number of columns (Sander,
    /// Ester, Kriegel & Xu 1998).
    pub min_points: Option<u32>,
}

impl ClusterRules {
    /// The default rules for a number of clusters.
    pub fn k(k: u32) -> Self {
        Self { k: ClusterCount::Fixed(k), ..Self::default() }
    }

    /// DBSCAN: the neighbours that make a core among rows of a number of columns.
    #[cfg(feature = "clustering")]
    pub(super) fn min_points(&self, columns: usize) -> usize {
        self.min_points.map_or(2 * columns, |points| points as usize)
    }

    /// The rules for some of all rows, which lie less densely: neighbours count in proportion, two at least.
    #[cfg(feature = "clustering")]
    pub(super) fn among(&self, some: usize, all: usize, columns: usize, distance: Option<f64>) -> Self {
        let share = (self.min_points(columns) * some + all / 2) / all.max(1);
        Self { min_points: Some(share.max(2) as u32), distance: distance.or(self.distance), ..self.clone() }
    }

    /// Every fault: the key, and what is expected.
    pub(crate) fn faults(&self) -> Vec<(&'static str, String)> {
        let mut faults = Vec::new();
        let mut unless = |fine: bool, key: &'static str, expected: String| {
            if !fine {
                faults.push((key, expected));
            }
        };
        if let ClusterCount::Fixed(k) = self.k {
            let fine = (2..=CLUSTERS_MAX).contains(&k);
            unless(fine, "k", format!("\"auto\" or a number from 2 to {CLUSTERS_MAX} is expected, not {k}"));
            let own = self.method != ClusterMethod::Dbscan;
            unless(own, "k", "dbscan finds the number of clusters itself: \"auto\" is expected".to_owned());
        }
        if let Some(starts) = self.starts {
            unless(
                (1..=STARTS_MAX).contains(&starts),
                "starts",
                format!("a number from 1 to {STARTS_MAX} is expected"),
            );
        }
        if let Some(distance) = self.distance {
            let fine = 0.0 < distance && distance < f64::INFINITY;
            unless(fine, "distance", "a distance above 0 is expected".to_owned());
        }
        if let Some(min_points) = self.min_points {
            let fine = (1..=MIN_POINTS_MAX).contains(&min_points);
            unless(fine, "min_points", format!("a number from 1 to {MIN_POINTS_MAX} is expected"));
        }
        faults
    }
}
