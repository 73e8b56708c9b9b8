//! What clustering finds.

use super::{Assigner, ClusterMethod};

/// A row that is in no cluster.
pub(super) const NOWHERE: u16 = u16::MAX;

/// Clusters of rows. Labels count from 0: the cluster with the best centroid first.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Clustering {
    /// How they were grouped.
    pub method: ClusterMethod,
    /// In the order of their labels. None where the data have no clusters.
    pub clusters: Vec<Cluster>,
    /// Where the number of clusters was chosen: each number tried, with its mean silhouette.
    pub tried: Vec<(usize, f64)>,
    /// The mean silhouette; `None` with fewer than two clusters.
    pub silhouette: Option<f64>,
    /// Rows whose silhouettes were looked at.
    pub silhouette_rows: usize,
    /// k-means: the sum of squared distances of complete rows to the centres.
    pub inertia: Option<f64>,
    /// Gaussian mixtures: the mean logarithm of the likelihood of a complete row.
    pub log_likelihood: Option<f64>,
    /// DBSCAN: how near neighbours are.
    pub distance: Option<f64>,
    /// Rows without a missing value: clusters are made of these.
    pub complete_rows: usize,
    /// Rows of which nothing is known.
    pub unknown_rows: usize,
    /// DBSCAN: rows in no dense place.
    pub noise_rows: usize,
    /// The means of the columns over the complete rows.
    pub means: Vec<f64>,
    /// The standard deviations of the columns over the complete rows; 0 for a column that is equal for all.
    pub deviations: Vec<f64>,
    /// What assigns another row; `None` where there are no clusters.
    pub assigner: Option<Assigner>,
    pub(crate) labels: Vec<u16>,
}

/// One cluster.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Cluster {
    /// Its rows, those with missing values included.
    pub rows: usize,
    /// Its rows without a missing value.
    pub complete_rows: usize,
    /// The means of the columns over its complete rows.
    pub centroid: Vec<f64>,
    /// The mean silhouette of its rows.
    pub silhouette: Option<f64>,
    /// The mean Jaccard similarity to the most similar cluster of each bootstrap.
    pub stability: Option<f64>,
}

/// How far a cluster can be trusted, by its mean Jaccard similarity over bootstraps (Hennig 2007).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stability {
    /// Below .60: not to be trusted.
    Untrusted,
    /// From .60: there is something, but which accounts belong to it is doubtful.
    Doubtful,
    /// From .75: stable.
    Stable,
    /// From .85: highly stable.
    HighlyStable,
}

impl Stability {
    /// That of a mean Jaccard similarity.
    ///
    /// ```
    /// use portefeuille::segment::cluster::Stability;
    ///
    /// assert_eq!([0.59, 0.6, 0.75, 0.85].map(Stability::of), [
    ///     Stability::Untrusted,
    ///     Stability::Doubtful,
    ///     Stability::Stable,
    ///     Stability::HighlyStable,
    /// ]);
    /// ```
    pub fn of(jaccard: f64) -> Self {
        match jaccard {
            j if j >= 0.85 => Self::HighlyStable,
            j if j >= 0.75 => Self::Stable,
            j if j >= 0.60 => Self::Doubtful,
            _ => Self::Untrusted,
        }
    }

    /// The word in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Untrusted => "untrusted",
            Self::Doubtful => "doubtful",
            Self::Stable => "stable",
            Self::HighlyStable => "highly_stable",
        }
    }
}

impl Clustering {
    /// No clusters of no rows.
    #[cfg(feature = "clustering")]
    pub(crate) fn none(method: ClusterMethod) -> Self {
        Self {
            method,
            clusters: Vec::new(),
            tried: Vec::new(),
            silhouette: None,
            silhouette_rows: 0,
            inertia: None,
            log_likelihood: None,
            distance: None,
            complete_rows: 0,
            unknown_rows: 0,
            noise_rows: 0,
            means: Vec::new(),
            deviations: Vec::new(),
            assigner: None,
            labels: Vec::new(),
        }
    }

    /// The label of a row, `None` in no cluster.
    pub fn label(&self, row: usize) -> Option<usize> {
        self.labels.get(row).filter(|label| **label != NOWHERE).map(|label| usize::from(*label))
    }

    /// The labels of all rows.
    pub fn labels(&self) -> impl DoubleEndedIterator<Item = Option<usize>> + ExactSizeIterator + '_ {
        (0..self.labels.len()).map(|row| self.label(row))
    }

    /// How far the centroid of a cluster lies from the mean of all, column by column, in standard deviations; 0 in a column
    /// that is equal for all.
    pub fn apart(&self, cluster: usize) -> Vec<f64> {
        let Some(cluster) = self.clusters.get(cluster) else { return Vec::new() };
        let columns = cluster.centroid.iter().zip(&self.means).zip(&self.deviations);
        let apart =
            columns.map(|((own, mean), deviation)| if *deviation > 0.0 { (own - mean) / deviation } else { 0.0 });
        apart.collect()
    }
}
