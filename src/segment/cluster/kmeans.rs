//! k-means: where to start, and in which order clusters are numbered.
//!
//! linfa draws the starts (k-means++) and moves them once; the passes are ours (`lloyd`). Its own loop is left alone: it
//! counts the members of the last run and not of the best, draws other `k-means||` starts on other numbers of threads, and
//! stops at means that depend on the order of the rows.

use super::lloyd::{Fitted, again, lloyd};
use super::points::Rows;
use crate::parallel;
use crate::random::Random;
use crate::score::round9;
use linfa::DatasetBase;
use linfa::traits::Fit;
use linfa_clustering::{KMeans, KMeansInit};
use ndarray::ArrayView2;
use std::cmp::Ordering;

/// Rows among which starts are drawn, and compete where there are more.
pub(super) const START_ROWS_MAX: usize = 8_192;
/// Starts when all rows are drawn from.
const STARTS: u32 = 10;
/// Starts when a sample is.
const STARTS_OF_MANY: u32 = 4;
/// The stream of the first start.
const STREAM: u64 = 0x6b6d_6561_6e73_0000;

/// Our generator under linfa's name for it.
#[derive(Clone)]
pub(super) struct Draws(pub(super) Random);

impl rand::RngCore for Draws {
    fn next_u32(&mut self) -> u32 {
        (self.0.bits() >> 32) as u32
    }

    fn next_u64(&mut self) -> u64 {
        self.0.bits()
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.0.bits().to_le_bytes()[..chunk.len()]);
        }
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rand::Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

/// Clusters of rows, of which at least as many differ as there are clusters. They are numbered by the score of their
/// centres, weighed by `weights`. The same rows in any order give the same centres.
pub(super) fn kmeans(rows: Rows<'_>, clusters: usize, starts: Option<u32>, seed: u64, weights: &[f64]) -> Fitted {
    let sample = rows.sample(seed, START_ROWS_MAX);
    let all = sample.len() == rows.len();
    let values = rows.gather(&sample);
    let drawn = Rows { values: &values, columns: rows.columns };
    let starts = starts.unwrap_or(if all { STARTS } else { STARTS_OF_MANY });
    let fits =
        parallel::map_items((0..starts.max(1)).collect(), |start| lloyd(drawn, begin(drawn, clusters, seed, start)));
    // The first of equally good ones.
    let best = fits.into_iter().reduce(|best, next| if next.inertia < best.inertia { next } else { best });
    let centres = best.map_or_else(|| drawn.values[..clusters * rows.columns].to_vec(), |fitted| fitted.centres);
    settled(rows, centres, weights)
}

/// The centres of a start.
fn begin(rows: Rows<'_>, clusters: usize, seed: u64, start: u32) -> Vec<f64> {
    // Without a start of linfa's, the first rows of a sample that is in no order that means anything.
    let first = || rows.values[..clusters * rows.columns].to_vec();
    let Ok(values) = ArrayView2::from_shape((rows.len(), rows.columns), rows.values) else { return first() };
    let draws = Draws(Random::stream(seed, STREAM + u64::from(start)));
    let params = KMeans::params_with_rng(clusters, draws).init_method(KMeansInit::KMeansPlusPlus);
    match params.n_runs(1).max_n_iterations(1).fit(&DatasetBase::from(values)) {
        Ok(fitted) if fitted.centroids().iter().all(|value| value.is_finite()) => {
            fitted.centroids().iter().copied().collect()
        }
        _ => first(),
    }
}

/// Passes from centres, until the clusters stand in their order as well. A row that is as near to two centres goes with the
/// lower label, so that another order may move it.
fn settled(rows: Rows<'_>, centres: Vec<f64>, weights: &[f64]) -> Fitted {
    let mut fitted = lloyd(rows, ordered(centres, weights));
    for _ in 0..10 {
        let centres = ordered(fitted.centres.clone(), weights);
        if centres == fitted.centres {
            break;
        }
        fitted = again(rows, centres);
    }
    fitted
}

/// Centres in the order of their labels.
fn ordered(centres: Vec<f64>, weights: &[f64]) -> Vec<f64> {
    let mut rows: Vec<&[f64]> = centres.chunks_exact(weights.len()).collect();
    rows.sort_by(|a, b| canonical(a, b, weights));
    rows.concat()
}

/// The order of clusters: by the weighed mean of their centres, the best first; of equal ones by the centres, column by
/// column, the larger first.
pub(super) fn canonical(a: &[f64], b: &[f64], weights: &[f64]) -> Ordering {
    let total: f64 = weights.iter().sum();
    let score = |centre: &[f64]| {
        let sum: f64 = centre.iter().zip(weights).map(|(value, weight)| value * weight).sum();
        if total > 0.0 { round9(sum / total) } else { 0.0 }
    };
    let by_column = || b.iter().zip(a).map(|(b, a)| b.total_cmp(a)).find(|order| order.is_ne());
    score(b).total_cmp(&score(a)).then_with(|| by_column().unwrap_or(Ordering::Equal))
}
