//! Accounts that are alike: the clusters of a portfolio, with what they earn and where they stand in the matrix.

use super::{Account, Group, Portfolio};
use crate::score::Component;
use crate::segment::Quadrant;
use crate::segment::cluster::{Clustering, Stability};

#[cfg(feature = "clustering")]
mod find;

/// The clusters of the active accounts.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Clusters {
    /// The components on which accounts were compared: those that count on either axis.
    pub components: Vec<Component>,
    /// What was found; its rows are the active accounts in id order, its columns the components.
    pub found: Clustering,
    /// Each cluster with its accounts, the best by value first. Empty where the data have no clusters.
    pub profiles: Vec<ClusterProfile>,
    /// The seed of starts, samples and bootstraps.
    pub seed: u64,
}

/// One cluster: its accounts, what they earn, and what sets them apart.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ClusterProfile {
    /// Its number, from 1.
    pub number: usize,
    /// Its accounts, added up.
    pub group: Group,
    /// How many of them stand in each cell of the matrix, in the order of [`Quadrant::ALL`].
    pub quadrants: [usize; 4],
    /// How many of them stand in none.
    pub without_cell: usize,
    /// The components that set it apart, at most three, the foremost first: how far its centroid lies from the mean of all,
    /// in standard deviations, half of one at least.
    pub apart: Vec<(Component, f64)>,
    /// Its centroid, by component.
    pub centroid: Vec<f64>,
    /// The mean silhouette of its accounts.
    pub silhouette: Option<f64>,
    /// The mean Jaccard similarity to the most similar cluster of each bootstrap.
    pub jaccard: Option<f64>,
}

impl ClusterProfile {
    /// How many of its accounts stand in a cell of the matrix.
    pub fn quadrant(&self, quadrant: Quadrant) -> usize {
        self.quadrants[quadrant as usize]
    }

    /// How far it can be trusted.
    pub fn stability(&self) -> Option<Stability> {
        self.jaccard.map(Stability::of)
    }
}

impl Portfolio {
    /// The clusters of the active accounts, where the model asks for them.
    pub fn clusters(&self) -> Option<&Clusters> {
        self.clusters.as_ref()
    }

    /// Groups the accounts, when the model asks for it.
    #[cfg(not(feature = "clustering"))]
    pub(crate) fn find_clusters(&mut self) -> crate::error::Result<()> {
        Ok(())
    }
}

impl<'a> Account<'a> {
    /// The number of its cluster, from 1, where the model asks for clusters; `None` for accounts that are not active, for
    /// noise, and where the data have no clusters.
    pub fn cluster(self) -> Option<usize> {
        self.profile().map(|profile| profile.number)
    }

    /// Its cluster.
    pub(crate) fn profile(self) -> Option<&'a ClusterProfile> {
        let clusters = self.portfolio.clusters.as_ref()?;
        clusters.profiles.get(clusters.found.label(self.row().active()?)?)
    }
}
