//! A mixture of Gaussians by expectation–maximisation.
//!
//! linfa fits one on a sample; the passes over all rows are ours: its own take the exponential of a density before they add
//! densities up, which is 0 for a row far from all of them, and they depend on the order of the rows.

use super::NOWHERE;
use super::fixed::Fixed;
use super::gaussian::Gaussian;
use super::kmeans::{Draws, START_ROWS_MAX, canonical, kmeans};
use super::points::Rows;
use crate::parallel;
use crate::random::Random;
use crate::score::round9;
use linfa::DatasetBase;
use linfa::traits::Fit;
use linfa_clustering::GaussianMixtureModel;
use ndarray::ArrayView2;

/// Added to variances, so that rows on one line make a Gaussian too.
const VARIANCE_MIN: f64 = 1e-6;
/// What a pass must add to the mean logarithm of the likelihood for another to follow.
const GAIN: f64 = 1e-5;
/// Passes at most, and passes at most beyond the rows among which starts are drawn.
const PASSES_MAX: usize = 200;
const PASSES_OF_MANY: usize = 30;
/// Rows that are looked at together.
const CHUNK: usize = 2_048;
/// The stream of linfa's start.
const STREAM: u64 = 0x6d69_7874_7572_6500;

/// A fitted mixture.
#[derive(Clone, Debug)]
pub(super) struct Mixture {
    /// In the order of the labels.
    pub(super) gaussians: Vec<Gaussian>,
    pub(super) labels: Vec<u16>,
    /// The mean logarithm of the likelihood of a row.
    pub(super) log_likelihood: f64,
}

/// Fits a mixture. Gaussians that are the most likely of no row are left out.
pub(super) fn mixture(rows: Rows<'_>, clusters: usize, starts: Option<u32>, seed: u64, weights: &[f64]) -> Mixture {
    let sample = rows.sample(seed, START_ROWS_MAX);
    let values = rows.gather(&sample);
    let drawn = Rows { values: &values, columns: rows.columns };
    let groups = kmeans(drawn, clusters, starts, seed, weights);
    let from_groups = Moments::of_groups(drawn, &groups.labels, clusters).gaussians();
    let begun = [Some(from_groups), linfa(drawn, clusters, seed)].into_iter().flatten();
    let fitted = begun.map(|gaussians| climb(drawn, gaussians, PASSES_MAX));
    // The first of equally likely ones.
    let best = fitted.reduce(|best, next| if next.1 > best.1 { next } else { best });
    let mut gaussians = best.map(|(gaussians, _)| gaussians).unwrap_or_default();
    if drawn.len() < rows.len() {
        gaussians = climb(rows, gaussians, PASSES_OF_MANY).0;
    }
    finish(rows, gaussians, weights)
}

/// linfa's fit, where it finds one.
fn linfa(rows: Rows<'_>, clusters: usize, seed: u64) -> Option<Vec<Gaussian>> {
    let values = ArrayView2::from_shape((rows.len(), rows.columns), rows.values).ok()?;
    let draws = Draws(Random::stream(seed, STREAM));
    let params = GaussianMixtureModel::params(clusters).with_rng(draws).reg_covariance(VARIANCE_MIN);
    let fitted = params.fit(&DatasetBase::from(values)).ok()?;
    let gaussian = |at: usize| Gaussian {
        weight: fitted.weights()[at],
        mean: fitted.means().row(at).to_vec(),
        covariance: fitted.covariances().index_axis(ndarray::Axis(0), at).iter().copied().collect(),
    };
    let found: Vec<Gaussian> = (0..clusters).map(gaussian).collect();
    found.iter().all(|gaussian| gaussian.is_sound(rows.columns)).then_some(found)
}

/// Passes until the likelihood hardly rises: the Gaussians, and the mean logarithm of the likelihood.
fn climb(rows: Rows<'_>, mut gaussians: Vec<Gaussian>, passes: usize) -> (Vec<Gaussian>, f64) {
    let mut before = f64::NEG_INFINITY;
    for _ in 0..passes {
        let moments = Moments::of(rows, &gaussians);
        let likelihood = moments.log_likelihood();
        if likelihood - before <= GAIN {
            break;
        }
        before = likelihood;
        gaussians = moments.gaussians();
    }
    let likelihood = Moments::of(rows, &gaussians).log_likelihood();
    (gaussians, likelihood)
}

/// Numbers the Gaussians, rounds what they are, so that the last bits of another processor do not matter, and assigns.
fn finish(rows: Rows<'_>, mut gaussians: Vec<Gaussian>, weights: &[f64]) -> Mixture {
    for gaussian in &mut gaussians {
        gaussian.weight = round9(gaussian.weight).max(1e-9);
        gaussian.mean.iter_mut().chain(&mut gaussian.covariance).for_each(|value| *value = round9(*value));
    }
    gaussians.sort_by(|a, b| canonical(&a.mean, &b.mean, weights));
    let labels = assign(rows, &gaussians);
    let met = |label: usize| labels.iter().any(|l| usize::from(*l) == label);
    let kept: Vec<Gaussian> = gaussians.iter().enumerate().filter(|(at, _)| met(*at)).map(|(_, g)| g.clone()).collect();
    let labels = if kept.len() == gaussians.len() { labels } else { assign(rows, &kept) };
    let log_likelihood = Moments::of(rows, &kept).log_likelihood();
    Mixture { gaussians: kept, labels, log_likelihood }
}

/// The most likely Gaussian of each row, the lowest label of equally likely ones.
fn assign(rows: Rows<'_>, gaussians: &[Gaussian]) -> Vec<u16> {
    let factored: Vec<_> = gaussians.iter().map(Gaussian::factored).collect();
    let parts = parallel::map_ranges(rows.len(), CHUNK, |range| {
        let mut solved = vec![0.0; rows.columns];
        let mut label = |at: usize| {
            let densities = factored.iter().map(|g| g.log_weighted_density(rows.row(at), &mut solved)).zip(0u16..);
            let best = densities.reduce(|best, next| if next.0 > best.0 { next } else { best });
            best.map_or(NOWHERE, |(_, label)| label)
        };
        range.map(&mut label).collect::<Vec<u16>>()
    });
    parts.concat()
}

/// Sums of responsibilities, and of rows and their products weighed by these: whole numbers, so that no order matters.
struct Moments {
    units: [Fixed; 4],
    count: usize,
    columns: usize,
    weights: Vec<i64>,
    sums: Vec<i64>,
    products: Vec<i64>,
    likelihood: i64,
}

/// Likelihoods are summed within ± e^(this): a row that no Gaussian reaches counts as this unlikely.
const LOG_MAX: f64 = 1e5;

impl Moments {
    fn none(rows: Rows<'_>, clusters: usize) -> Self {
        let (largest, count, columns) = (rows.largest(), rows.len(), rows.columns);
        let unit = |largest: f64| Fixed::new(largest, count);
        Self {
            units: [unit(1.0), unit(largest), unit(largest * largest), unit(LOG_MAX)],
            count,
            columns,
            weights: vec![0; clusters],
            sums: vec![0; clusters * columns],
            products: vec![0; clusters * columns * columns],
            likelihood: 0,
        }
    }

    fn like(&self) -> Self {
        Self {
            weights: vec![0; self.weights.len()],
            sums: vec![0; self.sums.len()],
            products: vec![0; self.products.len()],
            likelihood: 0,
            ..*self
        }
    }

    /// Those of rows under Gaussians.
    fn of(rows: Rows<'_>, gaussians: &[Gaussian]) -> Self {
        let factored: Vec<_> = gaussians.iter().map(Gaussian::factored).collect();
        Self::summed(rows, gaussians.len(), |at, shares, solved| {
            for (share, gaussian) in shares.iter_mut().zip(&factored) {
                *share = gaussian.log_weighted_density(rows.row(at), solved);
            }
            let most = shares.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            if most == f64::NEG_INFINITY {
                shares.fill(0.0);
                return -LOG_MAX;
            }
            let sum: f64 = shares.iter().map(|log| libm::exp(log - most)).sum();
            shares.iter_mut().for_each(|share| *share = libm::exp(*share - most) / sum);
            most + libm::log(sum)
        })
    }

    /// Those of rows that are wholly in one group each.
    fn of_groups(rows: Rows<'_>, labels: &[u16], clusters: usize) -> Self {
        Self::summed(rows, clusters, |at, shares, _| {
            shares.fill(0.0);
            shares[usize::from(labels[at])] = 1.0;
            0.0
        })
    }

    /// Sums over the rows. `share` fills in the responsibilities for a row and gives the logarithm of its likelihood.
    fn summed(
        rows: Rows<'_>,
        clusters: usize,
        share: impl Fn(usize, &mut [f64], &mut [f64]) -> f64 + Send + Sync,
    ) -> Self {
        let mut total = Self::none(rows, clusters);
        let parts = parallel::map_ranges(rows.len(), CHUNK, |range| {
            let mut part = total.like();
            let (mut shares, mut solved) = (vec![0.0; clusters], vec![0.0; rows.columns]);
            for at in range {
                let likelihood = share(at, &mut shares, &mut solved);
                part.likelihood += part.units[3].units(likelihood.clamp(-LOG_MAX, LOG_MAX));
                part.add_row(rows.row(at), &shares);
            }
            part
        });
        for part in parts {
            let add = |sums: &mut [i64], others: &[i64]| sums.iter_mut().zip(others).for_each(|(a, b)| *a += b);
            add(&mut total.weights, &part.weights);
            add(&mut total.sums, &part.sums);
            add(&mut total.products, &part.products);
            total.likelihood += part.likelihood;
        }
        total
    }

    fn add_row(&mut self, row: &[f64], shares: &[f64]) {
        let columns = self.columns;
        for (cluster, share) in shares.iter().enumerate().filter(|(_, share)| **share > 0.0) {
            self.weights[cluster] += self.units[0].units(*share);
            for (a, value) in row.iter().enumerate() {
                let weighed = share * value;
                self.sums[cluster * columns + a] += self.units[1].units(weighed);
                let products = &mut self.products[(cluster * columns + a) * columns..][..=a];
                for (product, other) in products.iter_mut().zip(row) {
                    *product += self.units[2].units(weighed * other);
                }
            }
        }
    }

    fn log_likelihood(&self) -> f64 {
        self.units[3].value(self.likelihood) / self.count as f64
    }

    /// The Gaussians of these moments. One without weight is left out.
    fn gaussians(&self) -> Vec<Gaussian> {
        let columns = self.columns;
        let weights = self.weights.iter().map(|units| self.units[0].value(*units)).enumerate();
        let gaussian = |(at, weight): (usize, f64)| {
            let mean: Vec<f64> =
                self.sums[at * columns..][..columns].iter().map(|units| self.units[1].value(*units) / weight).collect();
            let mut covariance = vec![0.0; columns * columns];
            for a in 0..columns {
                for b in 0..=a {
                    let product = self.units[2].value(self.products[(at * columns + a) * columns + b]) / weight;
                    let own = product - mean[a] * mean[b];
                    let own = if a == b { own.max(0.0) + VARIANCE_MIN } else { own };
                    (covariance[a * columns + b], covariance[b * columns + a]) = (own, own);
                }
            }
            Gaussian { weight: weight / self.count as f64, mean, covariance }
        };
        weights.filter(|(_, weight)| *weight > 1e-9).map(gaussian).collect()
    }
}
