//! From rows to clusters: the inputs checked, a method run, its clusters measured.

use super::density::{DENSITY_ROWS_MAX, dbscan, knee};
use super::fixed::Fixed;
use super::kmeans::kmeans;
use super::mixture::mixture;
use super::points::Rows;
use super::silhouette::{SILHOUETTE_ROWS_MAX, of_all};
use super::stability::{STABILITY_ROWS_MAX, stability};
use super::{
    AUTO_MAX, Assigner, Cluster, ClusterCount, ClusterMethod, ClusterRules, Clustering, NO_CLUSTERS_BELOW, NOWHERE,
    Points, silhouettes,
};
use crate::error::{Code, Error, Problem, Result};
use crate::parallel;
use crate::score::round9;

/// Rows that are assigned together.
const CHUNK: usize = 4_096;

/// Groups rows. Clusters are made of the rows without a missing value; the others are then assigned by what is known of them.
///
/// `weights` say by which columns clusters are ordered: those with the largest Σ wᵢcᵢ / Σ wᵢ of their centroid come first,
/// ties by the centroid, column by column. They have no part in the distances, in which all columns count the same; a column
/// that is equal for all carries nothing.
///
/// `seed` is that of starts, samples and bootstraps. The same rows in any order get the same labels, on any number of
/// threads. Fails when the rules are faulty, when
/// `weights` are not one finite number of 0 or more for each column, and when fewer complete rows differ than clusters are
/// asked for.
///
/// ```
/// use portefeuille::segment::cluster::{ClusterRules, Points, cluster};
///
/// let points = Points::new(2, vec![0.9, 0.1, 0.8, 0.1, 0.1, 0.7, 0.2, 0.9, f64::NAN, 0.2])?;
/// let found = cluster(&points, &[1.0, 0.0], &ClusterRules::k(2), 0)?;
/// assert_eq!(found.labels().collect::<Vec<_>>(), [Some(0), Some(0), Some(1), Some(1), Some(0)]);
/// assert_eq!((found.clusters[0].rows, found.clusters[1].rows), (3, 2));
/// # Ok::<(), portefeuille::Error>(())
/// ```
pub fn cluster(points: &Points, weights: &[f64], rules: &ClusterRules, seed: u64) -> Result<Clustering> {
    let task = Task::new(points, weights, rules, seed)?;
    let mut clustering = task.group(points)?;
    judge(&mut clustering, points, &task);
    Ok(clustering)
}

/// The same without judging what was found: clusters have neither silhouettes nor stability, which take most of the time.
pub fn group(points: &Points, weights: &[f64], rules: &ClusterRules, seed: u64) -> Result<Clustering> {
    Task::new(points, weights, rules, seed)?.group(points)
}

/// What is to be done.
#[derive(Clone, Copy)]
struct Task<'a> {
    rules: &'a ClusterRules,
    weights: &'a [f64],
    seed: u64,
}

/// How many clusters to look for, none where the data have none, and the numbers tried with their mean silhouettes.
type Chosen = (Option<usize>, Vec<(usize, f64)>);

/// What a method gives.
#[derive(Default)]
struct Found {
    labels: Vec<u16>,
    assigner: Option<Assigner>,
    inertia: Option<f64>,
    log_likelihood: Option<f64>,
    distance: Option<f64>,
}

impl<'a> Task<'a> {
    /// What is asked, checked.
    fn new(points: &Points, weights: &'a [f64], rules: &'a ClusterRules, seed: u64) -> Result<Self> {
        if weights.len() != points.columns() || !weights.iter().all(|w| 0.0 <= *w && *w < f64::INFINITY) {
            let reason = format!("{} weights of 0 or more are expected, one for each column", points.columns());
            return Err(Problem::new(Code::BadUse, reason).into());
        }
        let fault = |(key, expected)| Problem::new(Code::BadSetting, expected).column(format!("clusters.{key}"));
        match Error::all(rules.faults().into_iter().map(fault).collect(), 0) {
            Some(error) => Err(error),
            None => Ok(Self { rules, weights, seed }),
        }
    }

    /// Groups the complete rows, and assigns the others.
    fn group(self, points: &Points) -> Result<Clustering> {
        let (positions, values) = points.complete();
        let rows = Rows { values: &values, columns: points.columns() };
        let (clusters, tried) = self.count(rows)?;
        let found = match clusters {
            Some(clusters) => self.fit(rows, clusters)?,
            None => Found { labels: vec![NOWHERE; rows.len()], ..Found::default() },
        };
        let mut clustering = self.measured(rows, found);
        clustering.tried = tried;
        assign_all(&mut clustering, points, positions.as_deref());
        Ok(clustering)
    }

    /// How many clusters to look for.
    fn count(self, rows: Rows<'_>) -> Result<Chosen> {
        if self.rules.method == ClusterMethod::Dbscan {
            if rows.len() > DENSITY_ROWS_MAX {
                let reason = format!("dbscan takes {DENSITY_ROWS_MAX} rows at most, not {}", rows.len());
                let problem = Problem::new(Code::BadSetting, reason).column("clusters.method");
                return Err(problem.hint("k_means and gaussian_mixture group any number").into());
            }
            return Ok(((rows.len() > 1).then_some(0), Vec::new()));
        }
        match self.rules.k {
            ClusterCount::Fixed(k) => {
                let distinct = rows.distinct(k as usize);
                if distinct < k as usize {
                    let reason = format!("{k} clusters cannot be made of {distinct} different rows");
                    let problem = Problem::new(Code::BadSetting, reason).column("clusters.k");
                    return Err(problem.hint("rows with a missing value are not counted").into());
                }
                Ok((Some(k as usize), Vec::new()))
            }
            ClusterCount::Auto => {
                let values = rows.gather(&rows.sample(self.seed, SILHOUETTE_ROWS_MAX));
                self.choose(Rows { values: &values, columns: rows.columns })
            }
        }
    }

    /// The number with the best mean silhouette over a sample, the smallest of equally good ones.
    fn choose(self, sample: Rows<'_>) -> Result<Chosen> {
        let most = sample.distinct(AUTO_MAX as usize).min(sample.len().saturating_sub(1));
        let fits = parallel::map_items((2..=most).collect(), |k| self.fit(sample, k).map(|found| (k, found.labels)));
        let fits = fits.into_iter().collect::<Result<Vec<_>>>()?;
        let labels: Vec<&[u16]> = fits.iter().map(|(_, labels)| labels.as_slice()).collect();
        let found = of_all(sample, &labels).into_iter().zip(&fits);
        let tried: Vec<(usize, f64)> = found.filter_map(|(s, (k, _))| Some((*k, round9(s?.mean)))).collect();
        let best = tried.iter().copied().reduce(|best, next| if next.1 > best.1 { next } else { best });
        Ok((best.filter(|(_, mean)| *mean >= NO_CLUSTERS_BELOW).map(|(k, _)| k), tried))
    }

    /// Runs the method.
    fn fit(self, rows: Rows<'_>, clusters: usize) -> Result<Found> {
        let Self { rules, weights, seed } = self;
        let starts = rules.starts;
        Ok(match rules.method {
            ClusterMethod::KMeans => {
                let fitted = kmeans(rows, clusters, starts, seed, weights);
                let centres = fitted.centres.chunks_exact(rows.columns).map(<[f64]>::to_vec).collect();
                Found {
                    labels: fitted.labels,
                    assigner: Some(Assigner::Nearest { centres }),
                    inertia: Some(fitted.inertia),
                    ..Found::default()
                }
            }
            ClusterMethod::GaussianMixture => {
                let mixture = mixture(rows, clusters, starts, seed, weights);
                Found {
                    labels: mixture.labels,
                    assigner: Some(Assigner::Mixture { gaussians: mixture.gaussians }),
                    log_likelihood: Some(mixture.log_likelihood),
                    ..Found::default()
                }
            }
            ClusterMethod::Dbscan => {
                let min_points = rules.min_points(rows.columns);
                let Some(distance) = rules.distance.or_else(|| knee(rows, min_points)) else {
                    return Ok(Found { labels: vec![NOWHERE; rows.len()], ..Found::default() });
                };
                let (assigner, labels) = dbscan(rows, distance, min_points, weights);
                let assigner = Some(assigner).filter(|assigner| assigner.clusters() > 0);
                Found { labels, assigner, distance: Some(distance), ..Found::default() }
            }
        })
    }

    /// The clusters of complete rows with their exact means.
    fn measured(self, rows: Rows<'_>, found: Found) -> Clustering {
        let columns = rows.columns;
        let clusters = found.assigner.as_ref().map_or(0, Assigner::clusters);
        let sums = Sums::of(rows, &found.labels, clusters);
        let cluster = |at: usize| Cluster {
            rows: 0,
            complete_rows: sums.counts[at] as usize,
            centroid: sums.centroid(at, columns),
            silhouette: None,
            stability: None,
        };
        let (means, deviations) = sums.all(columns);
        Clustering {
            clusters: (0..clusters).map(cluster).collect(),
            inertia: found.inertia,
            log_likelihood: found.log_likelihood,
            distance: found.distance,
            complete_rows: rows.len(),
            means,
            deviations,
            assigner: found.assigner,
            labels: found.labels,
            ..Clustering::none(self.rules.method)
        }
    }
}

/// Exact sums of complete rows, by cluster and of all.
struct Sums {
    units: [Fixed; 2],
    counts: Vec<i64>,
    values: Vec<i64>,
    squares: Vec<i64>,
    rows: i64,
    total: Vec<i64>,
}

impl Sums {
    fn of(rows: Rows<'_>, labels: &[u16], clusters: usize) -> Self {
        let (columns, largest) = (rows.columns, rows.largest());
        let units = [Fixed::new(largest, rows.len()), Fixed::new(largest * largest, rows.len())];
        let none = || (vec![0i64; clusters], vec![0i64; clusters * columns], vec![0i64; columns], vec![0i64; columns]);
        let parts = parallel::map_ranges(rows.len(), CHUNK, |range| {
            let (mut counts, mut values, mut squares, mut total) = none();
            for at in range {
                let own = usize::from(labels[at]);
                for (column, value) in rows.row(at).iter().enumerate() {
                    let value_units = units[0].units(*value);
                    total[column] += value_units;
                    squares[column] += units[1].units(value * value);
                    if own < clusters {
                        values[own * columns + column] += value_units;
                    }
                }
                if own < clusters {
                    counts[own] += 1;
                }
            }
            (counts, values, squares, total)
        });
        let (mut counts, mut values, mut squares, mut total) = none();
        let add = |sums: &mut [i64], others: &[i64]| sums.iter_mut().zip(others).for_each(|(a, b)| *a += b);
        for part in &parts {
            add(&mut counts, &part.0);
            add(&mut values, &part.1);
            add(&mut squares, &part.2);
            add(&mut total, &part.3);
        }
        Self { units, counts, values, squares, rows: rows.len() as i64, total }
    }

    fn centroid(&self, cluster: usize, columns: usize) -> Vec<f64> {
        let sums = &self.values[cluster * columns..][..columns];
        sums.iter().map(|units| self.units[0].mean(*units, self.counts[cluster].max(1))).collect()
    }

    /// The means and the standard deviations of all rows.
    fn all(&self, columns: usize) -> (Vec<f64>, Vec<f64>) {
        if self.rows == 0 {
            return (vec![0.0; columns], vec![0.0; columns]);
        }
        let mean = |column: usize| self.units[0].mean(self.total[column], self.rows);
        let deviation = |column: usize| {
            let variance = self.units[1].mean(self.squares[column], self.rows) - mean(column) * mean(column);
            // Less than what the units can tell is nothing.
            if variance > 1e-9 * self.units[1].mean(self.squares[column], self.rows) { variance.sqrt() } else { 0.0 }
        };
        ((0..columns).map(mean).collect(), (0..columns).map(deviation).collect())
    }
}

/// Spreads the labels of the complete rows over all of them, and assigns the others by what is known of them.
fn assign_all(clustering: &mut Clustering, points: &Points, positions: Option<&[u32]>) {
    if let Some(positions) = positions {
        let mut labels = vec![NOWHERE; points.len()];
        positions.iter().zip(&clustering.labels).for_each(|(at, label)| labels[*at as usize] = *label);
        let assigner = clustering.assigner.as_ref();
        parallel::for_each_chunk_mut(&mut labels, CHUNK, |start, labels| {
            for (at, label) in (start..).zip(labels) {
                let row = points.row(at);
                if row.iter().any(|value| value.is_nan()) {
                    *label = assigner.and_then(|a| a.place(row)).map_or(NOWHERE, |label| label as u16);
                }
            }
        });
        clustering.labels = labels;
    }
    let nothing = |at: &usize| points.row(*at).iter().all(|value| value.is_nan());
    clustering.unknown_rows = if positions.is_some() { (0..points.len()).filter(nothing).count() } else { 0 };
    // Counted from the labels themselves.
    for label in &clustering.labels {
        match clustering.clusters.get_mut(usize::from(*label)) {
            Some(cluster) => cluster.rows += 1,
            None => clustering.noise_rows += 1,
        }
    }
    clustering.noise_rows -= clustering.unknown_rows;
    if clustering.clusters.is_empty() && clustering.method != ClusterMethod::Dbscan {
        clustering.noise_rows = 0;
    }
}

/// Finds silhouettes and stability.
fn judge(clustering: &mut Clustering, points: &Points, task: &Task<'_>) {
    let labels: Vec<Option<usize>> = clustering.labels().collect();
    if let Some(found) = silhouettes(points, &labels, task.seed) {
        clustering.silhouette = Some(round9(found.mean));
        clustering.silhouette_rows = found.rows;
        let by_cluster = clustering.clusters.iter_mut().zip(found.by_cluster);
        by_cluster.for_each(|(cluster, silhouette)| cluster.silhouette = silhouette.map(round9));
    }
    let found = stabilities(clustering, points, task);
    for (cluster, jaccard) in clustering.clusters.iter_mut().zip(found) {
        cluster.stability = jaccard.map(round9);
    }
}

/// The stability of each cluster, over draws from at most so many complete rows.
fn stabilities(clustering: &Clustering, points: &Points, task: &Task<'_>) -> Vec<Option<f64>> {
    let clusters = clustering.clusters.len();
    if clusters == 0 {
        return Vec::new();
    }
    let (positions, values) = points.complete();
    let rows = Rows { values: &values, columns: points.columns() };
    let sample = rows.sample(task.seed, STABILITY_ROWS_MAX);
    let own = |at: &u32| {
        let at = positions.as_ref().map_or(*at, |positions| positions[*at as usize]);
        clustering.labels[at as usize]
    };
    let labels: Vec<u16> = sample.iter().map(own).collect();
    let again = |drawn: Rows<'_>| {
        let rules = task.rules.among(drawn.len(), rows.len(), rows.columns, clustering.distance);
        if rules.method != ClusterMethod::Dbscan && drawn.distinct(clusters) < clusters {
            return None;
        }
        Task { rules: &rules, ..*task }.fit(drawn, clusters).ok().map(|found| found.labels)
    };
    let sampled = Rows { values: &rows.gather(&sample), columns: rows.columns };
    stability(sampled, &labels, clusters, task.seed, again)
}

#[cfg(test)]
mod tests;
