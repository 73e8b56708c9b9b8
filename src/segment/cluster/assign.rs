//! To which cluster a row belongs, once clusters are found: what a fitted model keeps of them.

use super::gaussian::Gaussian;
use crate::error::{Code, Problem, Result};
use serde::{Deserialize, Serialize};

/// Clusters, frozen so that another row can be assigned. Labels count from 0.
///
/// A missing value is NaN: what is not known of a row is left out of the comparison. A row of which nothing is known is in
/// no cluster.
///
/// ```
/// use portefeuille::segment::cluster::Assigner;
///
/// let assigner = Assigner::Nearest { centres: vec![vec![0.9, 0.1], vec![0.2, 0.8]] };
/// assert_eq!(assigner.assign(&[0.7, 0.3])?, Some(0));
/// assert_eq!(assigner.assign(&[f64::NAN, 0.9])?, Some(1));
/// assert_eq!(assigner.assign(&[f64::NAN, f64::NAN])?, None);
/// assert!(assigner.assign(&[0.7]).is_err());
/// # Ok::<(), portefeuille::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Assigner {
    /// k-means: the nearest centre by the mean squared difference over the columns known; the lowest label of equally near
    /// ones.
    Nearest {
        /// By label, the centre's columns.
        centres: Vec<Vec<f64>>,
    },
    /// A mixture: the Gaussian that is most likely, by its weight and its density over the columns known; the lowest label
    /// of equally likely ones.
    Mixture {
        /// By label.
        gaussians: Vec<Gaussian>,
    },
    /// DBSCAN: the cluster of the nearest core row within the distance; the lowest label of equally near ones. In no cluster
    /// when there is none. Where columns are missing, the square of the distance is scaled up by their share.
    Density {
        /// How near a core must be.
        distance: f64,
        /// By label, the columns of its core rows, row after row.
        cores: Vec<Vec<f64>>,
        /// The number of columns.
        columns: usize,
    },
}

/// The sum of squared differences over the columns that both have, and how many those are.
fn squares(row: &[f64], other: &[f64]) -> (f64, usize) {
    let gaps = row.iter().zip(other).map(|(a, b)| a - b).filter(|gap| !gap.is_nan());
    gaps.fold((0.0, 0), |(sum, known), gap| (sum + gap * gap, known + 1))
}

impl Assigner {
    /// The number of columns that a row must have.
    pub fn columns(&self) -> usize {
        match self {
            Self::Nearest { centres } => centres.first().map_or(0, Vec::len),
            Self::Mixture { gaussians } => gaussians.first().map_or(0, |g| g.mean.len()),
            Self::Density { columns, .. } => *columns,
        }
    }

    /// The number of clusters.
    pub fn clusters(&self) -> usize {
        match self {
            Self::Nearest { centres } => centres.len(),
            Self::Mixture { gaussians } => gaussians.len(),
            Self::Density { cores, .. } => cores.len(),
        }
    }

    /// The label of a row. Fails when it has not the columns that the clusters have.
    pub fn assign(&self, row: &[f64]) -> Result<Option<usize>> {
        if row.len() != self.columns() {
            let reason = format!("a row of {} columns is expected, not of {}", self.columns(), row.len());
            return Err(Problem::new(Code::BadUse, reason).into());
        }
        Ok(self.place(row))
    }

    /// The label of a row of the right width.
    pub(crate) fn place(&self, row: &[f64]) -> Option<usize> {
        let known = row.iter().filter(|value| !value.is_nan()).count();
        if known == 0 {
            return None;
        }
        match self {
            Self::Nearest { centres } => {
                let near = |best: Option<(usize, f64)>, (label, centre): (usize, &Vec<f64>)| {
                    let (square, _) = squares(row, centre);
                    if best.is_none_or(|(_, least)| square < least) { Some((label, square)) } else { best }
                };
                centres.iter().enumerate().fold(None, near).map(|(label, _)| label)
            }
            Self::Mixture { gaussians } => {
                let likely = |best: Option<(usize, f64)>, (label, gaussian): (usize, &Gaussian)| {
                    let density = gaussian.log_weighted_density(row);
                    if best.is_none_or(|(_, most)| density > most) { Some((label, density)) } else { best }
                };
                gaussians.iter().enumerate().fold(None, likely).map(|(label, _)| label)
            }
            Self::Density { distance, cores, columns } => {
                let limit = distance * distance;
                let share = *columns as f64 / known as f64;
                let mut best: Option<(usize, f64)> = None;
                for (label, cores) in cores.iter().enumerate() {
                    for core in cores.chunks_exact(*columns) {
                        let square = squares(row, core).0 * share;
                        if square <= limit && best.is_none_or(|(_, least)| square < least) {
                            best = Some((label, square));
                        }
                    }
                }
                best.map(|(label, _)| label)
            }
        }
    }

    /// Whether its parts fit each other and can be compared with rows of a number of columns.
    pub(crate) fn is_sound(&self, columns: usize) -> bool {
        let finite = |values: &[f64]| values.iter().all(|value| value.is_finite());
        self.columns() == columns
            && columns > 0
            && match self {
                Self::Nearest { centres } => centres.iter().all(|centre| centre.len() == columns && finite(centre)),
                Self::Mixture { gaussians } => gaussians.iter().all(|gaussian| gaussian.is_sound(columns)),
                Self::Density { distance, cores, .. } => {
                    let whole = |core: &Vec<f64>| core.len().is_multiple_of(columns) && finite(core);
                    *distance > 0.0 && cores.iter().all(whole)
                }
            }
    }
}
