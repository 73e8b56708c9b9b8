//! How well rows fit their clusters: silhouettes (Rousseeuw 1987).

use super::points::{Points, Rows};
use crate::parallel;

/// Rows up to which silhouettes are exact; beyond, they are those of a seeded sample of so many rows.
pub const SILHOUETTE_ROWS_MAX: usize = 5_000;
/// Rows whose silhouettes are found together.
const CHUNK: usize = 64;

/// The mean silhouettes of a clustering.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Silhouettes {
    /// Over all rows in a cluster.
    pub mean: f64,
    /// By cluster; `None` where the sample holds none of its rows.
    pub by_cluster: Vec<Option<f64>>,
    /// How many rows were looked at.
    pub rows: usize,
}

/// The silhouettes of rows by their labels, `None` for rows in no cluster, which are left out, as are rows with a missing
/// value. `None` with fewer than two clusters: there is nothing to compare with.
///
/// The silhouette of a row is (b − a) / max(a, b), with a its mean Euclidean distance to the other rows of its cluster and b
/// the least mean distance to the rows of another cluster; 0 for a row alone in its cluster, and where a = b = 0. Exact up to
/// [`SILHOUETTE_ROWS_MAX`] rows; beyond, over a seeded sample of so many rows, which are compared with each other.
///
/// ```
/// use portefeuille::segment::cluster::{Points, silhouettes};
///
/// let points = Points::new(1, vec![0.0, 1.0, 5.0])?;
/// // The first is 1 from its own and 5 from the other: 4/5. The second 1 and 4: 3/4. The third is alone: 0.
/// let found = silhouettes(&points, &[Some(0), Some(0), Some(1)], 0).unwrap();
/// assert!((found.mean - (0.8 + 0.75 + 0.0) / 3.0).abs() < 1e-15);
/// # Ok::<(), portefeuille::Error>(())
/// ```
pub fn silhouettes(points: &Points, labels: &[Option<usize>], seed: u64) -> Option<Silhouettes> {
    let (positions, values) = points.complete();
    let rows = Rows { values: &values, columns: points.columns() };
    let label = |at: usize| {
        let at = positions.as_ref().map_or(at, |positions| positions[at] as usize);
        labels.get(at).copied().flatten()
    };
    let placed: Vec<u32> = (0..rows.len()).filter(|at| label(*at).is_some()).map(|at| at as u32).collect();
    let own: Vec<usize> = placed.iter().filter_map(|at| label(*at as usize)).collect();
    let values = rows.gather(&placed);
    let rows = Rows { values: &values, columns: rows.columns };
    let sample = rows.sample(seed, SILHOUETTE_ROWS_MAX);
    let clusters = own.iter().max()? + 1;
    let own: Vec<u16> = sample.iter().map(|at| own[*at as usize] as u16).collect();
    let values = rows.gather(&sample);
    of_all(Rows { values: &values, columns: rows.columns }, &[&own]).into_iter().next()?.map(|mut found| {
        found.by_cluster.resize(clusters, None);
        found
    })
}

/// The silhouettes of several clusterings of the same rows, whose distances are found once. A row in no cluster is
/// [`NOWHERE`](super::NOWHERE).
pub(super) fn of_all(rows: Rows<'_>, clusterings: &[&[u16]]) -> Vec<Option<Silhouettes>> {
    let shapes: Vec<Vec<usize>> = clusterings.iter().map(|labels| counts(labels)).collect();
    let parts = parallel::map_ranges(rows.len(), CHUNK, |range| {
        let mut sums: Vec<Vec<f64>> = shapes.iter().map(|counts| vec![0.0; counts.len() + 1]).collect();
        range.map(|at| of_row(rows, at, clusterings, &shapes, &mut sums)).collect::<Vec<_>>()
    });
    let by_row: Vec<Vec<Option<f64>>> = parts.concat();
    let means = |(at, labels): (usize, &&[u16])| {
        let placed = |cluster: Option<usize>| {
            let rows = by_row.iter().zip(*labels);
            let own = rows.filter(move |(_, label)| cluster.is_none_or(|c| usize::from(**label) == c));
            own.filter_map(move |(found, _)| found[at])
        };
        let mean = |cluster: Option<usize>| {
            let count = placed(cluster).count();
            (count > 0).then(|| placed(cluster).sum::<f64>() / count as f64)
        };
        let clusters = shapes[at].len();
        let met = shapes[at].iter().filter(|count| **count > 0).count();
        let by_cluster = (0..clusters).map(|cluster| mean(Some(cluster))).collect();
        let rows = shapes[at].iter().sum();
        (met > 1).then(|| mean(None)).flatten().map(|mean| Silhouettes { mean, by_cluster, rows })
    };
    clusterings.iter().enumerate().map(means).collect()
}

/// How many rows each cluster has.
fn counts(labels: &[u16]) -> Vec<usize> {
    let placed = || labels.iter().filter(|label| **label != super::NOWHERE).map(|label| usize::from(*label));
    let mut counts = vec![0; placed().max().map_or(0, |most| most + 1)];
    placed().for_each(|label| counts[label] += 1);
    counts
}

/// The silhouette of a row in each clustering.
fn of_row(
    rows: Rows<'_>,
    at: usize,
    clusterings: &[&[u16]],
    shapes: &[Vec<usize>],
    sums: &mut [Vec<f64>],
) -> Vec<Option<f64>> {
    sums.iter_mut().for_each(|sums| sums.fill(0.0));
    let row = rows.row(at);
    for (other, values) in rows.iter().enumerate() {
        let square: f64 = row.iter().zip(values).map(|(a, b)| (a - b) * (a - b)).sum();
        let distance = square.sqrt();
        for (labels, sums) in clusterings.iter().zip(&mut *sums) {
            // Rows in no cluster are summed beyond the last one, which nobody reads.
            let label = usize::from(labels[other]).min(sums.len() - 1);
            sums[label] += distance;
        }
    }
    let silhouette = |((labels, sums), counts): ((&&[u16], &Vec<f64>), &Vec<usize>)| {
        let own = usize::from(labels[at]);
        let alone = *counts.get(own)? == 1;
        let mean = |cluster: usize, count: usize| sums[cluster] / count as f64;
        let others = counts.iter().enumerate().filter(|(cluster, count)| *cluster != own && **count > 0);
        let nearest = others.map(|(cluster, count)| mean(cluster, *count)).fold(f64::INFINITY, f64::min);
        let inside = if alone { 0.0 } else { mean(own, counts[own] - 1) };
        let widest = inside.max(nearest);
        Some(if alone || widest == 0.0 || widest.is_infinite() { 0.0 } else { (nearest - inside) / widest })
    };
    clusterings.iter().zip(&*sums).zip(shapes).map(silhouette).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The formula as it is written.
    fn naive(values: &[Vec<f64>], labels: &[usize]) -> f64 {
        let distance =
            |a: usize, b: usize| values[a].iter().zip(&values[b]).map(|(x, y)| (x - y).powi(2)).sum::<f64>().sqrt();
        let mean = |at: usize, cluster: usize| {
            let others: Vec<usize> = (0..labels.len()).filter(|o| labels[*o] == cluster && *o != at).collect();
            others.iter().map(|o| distance(at, *o)).sum::<f64>() / others.len() as f64
        };
        let of = |at: usize| {
            if labels.iter().filter(|l| **l == labels[at]).count() == 1 {
                return 0.0;
            }
            let a = mean(at, labels[at]);
            let others = labels.iter().filter(|l| **l != labels[at]);
            let b = others.map(|l| mean(at, *l)).fold(f64::INFINITY, f64::min);
            if a.max(b) == 0.0 { 0.0 } else { (b - a) / a.max(b) }
        };
        (0..labels.len()).map(of).sum::<f64>() / labels.len() as f64
    }

    /// Would break with a singleton that counts as a perfect cluster.
    #[test]
    fn g24_a_singleton_has_silhouette_0() {
        let points = Points::new(1, vec![1.0, 1.1, 0.9, 1.05, 0.95, 1.02, 5.0, 5.1, 4.9, 5.05, 100.0]).unwrap();
        let labels = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2].map(Some);
        let found = silhouettes(&points, &labels, 0).unwrap();
        assert!((found.mean - 0.88727).abs() < 5e-6, "{}", found.mean);
        assert_eq!((found.by_cluster[2], found.rows), (Some(0.0), 11));
    }

    /// Would break with a cluster alone that counts as perfect.
    #[test]
    fn trap_7_one_cluster_has_no_silhouette() {
        let points = Points::new(1, vec![1.0, 2.0, 3.0]).unwrap();
        assert_eq!(silhouettes(&points, &[Some(0); 3], 0), None);
        assert_eq!(silhouettes(&points, &[None; 3], 0), None);
        let apart = silhouettes(&points, &[Some(3), None, Some(0)], 0).unwrap();
        assert_eq!((apart.mean, apart.rows, apart.by_cluster.len()), (0.0, 2, 4));
    }

    #[test]
    fn silhouettes_are_the_naive_ones_in_any_order() {
        let mut random = crate::random::Random::stream(11, 0);
        for _ in 0..30 {
            let (count, clusters) = (2 + random.below(60) as usize, 2 + random.below(5));
            let rows: Vec<Vec<f64>> = (0..count).map(|_| (0..3).map(|_| random.below(9) as f64).collect()).collect();
            let labels: Vec<usize> = (0..count).map(|_| random.below(clusters) as usize).collect();
            let found = |order: &[usize]| {
                let values = order.iter().flat_map(|at| rows[*at].clone()).collect();
                let labels: Vec<_> = order.iter().map(|at| Some(labels[*at])).collect();
                silhouettes(&Points::new(3, values).unwrap(), &labels, 0)
            };
            let mut order: Vec<usize> = (0..count).collect();
            let first = found(&order);
            random.shuffle(&mut order);
            // Equal rows of different clusters may change places in the sums.
            match (first, found(&order)) {
                (Some(first), Some(second)) => {
                    assert!((first.mean - second.mean).abs() < 1e-12);
                    assert!((first.mean - naive(&rows, &labels)).abs() < 1e-12);
                }
                (first, second) => assert_eq!(first, second),
            }
        }
    }

    /// A sample must tell what all rows tell.
    #[test]
    fn beyond_the_stated_size_a_sample_is_looked_at() {
        let mut random = crate::random::Random::stream(5, 0);
        let count = 3 * SILHOUETTE_ROWS_MAX;
        let labels: Vec<Option<usize>> = (0..count).map(|at| Some(at % 3)).collect();
        let values = labels.iter().flatten().flat_map(|l| [*l as f64 + 0.1 * random.normal(), random.unit()]);
        let points = Points::new(2, values.collect()).unwrap();
        let first = silhouettes(&points, &labels, 1).unwrap();
        assert_eq!(first.rows, SILHOUETTE_ROWS_MAX);
        let all: Vec<u16> = labels.iter().flatten().map(|l| *l as u16).collect();
        let rows = Rows { values: &(0..count).flat_map(|at| points.row(at).to_vec()).collect::<Vec<_>>(), columns: 2 };
        let exact = of_all(rows, &[&all]).remove(0).unwrap();
        assert!((first.mean - exact.mean).abs() < 0.01, "{} {}", first.mean, exact.mean);
        assert_ne!(first.mean, silhouettes(&points, &labels, 2).unwrap().mean);
    }
}
