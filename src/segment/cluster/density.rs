//! DBSCAN: rows that are dense together, in any form; what lies in no dense place is noise.
//!
//! The parts of the definition that depend on no order are kept: which rows are cores, and which cores hang together. A row
//! at the border of two clusters goes to the nearest core, and not to the cluster that came first.

use super::NOWHERE;
use super::assign::Assigner;
use super::fixed::Fixed;
use super::kmeans::canonical;
use super::points::Rows;
use crate::parallel;

/// Rows that DBSCAN takes: it compares each with each.
pub(super) const DENSITY_ROWS_MAX: usize = 20_000;
/// Rows that are looked at together.
const CHUNK: usize = 64;

fn square(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

/// How near neighbours are, where nobody says it: the knee of the distances of the rows to their `min_points`-th nearest row,
/// themselves included, in ascending order. The knee is the point that lies farthest below the straight line from the first
/// to the last (after Ester et al. 1996, who look for it by eye). `None` when all distances are 0.
pub(super) fn knee(rows: Rows<'_>, min_points: usize) -> Option<f64> {
    let nth = min_points.clamp(1, rows.len()) - 1;
    let parts = parallel::map_ranges(rows.len(), CHUNK, |range| {
        let mut squares = Vec::with_capacity(rows.len());
        let mut nearest = |at: usize| {
            squares.clear();
            squares.extend(rows.iter().map(|other| square(rows.row(at), other)));
            *squares.select_nth_unstable_by(nth, f64::total_cmp).1
        };
        range.map(&mut nearest).collect::<Vec<f64>>()
    });
    let mut distances: Vec<f64> = parts.concat().into_iter().map(f64::sqrt).collect();
    distances.sort_unstable_by(f64::total_cmp);
    let (first, last) = (*distances.first()?, *distances.last()?);
    let step = (last - first) / (distances.len() - 1).max(1) as f64;
    let below = |at: usize| first + step * at as f64 - distances[at];
    let mut best = distances.len() - 1;
    for at in (0..distances.len()).rev() {
        if below(at) > below(best) {
            best = at;
        }
    }
    Some(distances[best]).filter(|distance| *distance > 0.0).or(Some(last).filter(|last| *last > 0.0))
}

/// The clusters of rows, and the labels of these.
pub(super) fn dbscan(rows: Rows<'_>, distance: f64, min_points: usize, weights: &[f64]) -> (Assigner, Vec<u16>) {
    let limit = distance * distance;
    let parts = parallel::map_ranges(rows.len(), CHUNK, |range| {
        let neighbours = |at: usize| rows.iter().filter(|other| square(rows.row(at), other) <= limit).count();
        range.filter(|at| neighbours(*at) >= min_points).map(|at| at as u32).collect::<Vec<u32>>()
    });
    let mut clusters = connected(rows, parts.concat(), limit);
    let units = Fixed::new(rows.largest(), rows.len());
    let centre = |cores: &[u32]| {
        let sum = |column: usize| cores.iter().map(|at| units.units(rows.row(*at as usize)[column])).sum::<i64>();
        (0..rows.columns).map(|column| units.mean(sum(column), cores.len() as i64)).collect::<Vec<f64>>()
    };
    clusters.sort_by_cached_key(|cores| ByCentre(centre(cores), weights.to_vec()));
    let mut labels = vec![NOWHERE; rows.len()];
    for (cores, label) in clusters.iter().zip(0u16..) {
        cores.iter().for_each(|at| labels[*at as usize] = label);
    }
    let cores = clusters.iter().map(|cores| rows.gather(cores)).collect();
    let assigner = Assigner::Density { distance, cores, columns: rows.columns };
    let mut items: Vec<(usize, &mut u16)> = labels.iter_mut().enumerate().filter(|(_, l)| **l == NOWHERE).collect();
    parallel::for_each_chunk_mut(&mut items, CHUNK, |_, items| {
        for (at, label) in items {
            **label = assigner.place(rows.row(*at)).map_or(NOWHERE, |label| label as u16);
        }
    });
    (assigner, labels)
}

/// A key by which clusters stand in their order.
struct ByCentre(Vec<f64>, Vec<f64>);

impl Ord for ByCentre {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        canonical(&self.0, &other.0, &self.1)
    }
}

impl PartialOrd for ByCentre {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for ByCentre {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for ByCentre {}

/// Cores that hang together: from each to the next there is a chain of cores, none of whose links is longer than the limit.
fn connected(rows: Rows<'_>, mut left: Vec<u32>, limit: f64) -> Vec<Vec<u32>> {
    let mut clusters = Vec::new();
    while let Some(first) = left.pop() {
        let (mut cluster, mut next) = (vec![first], 0);
        while next < cluster.len() {
            let row = rows.row(cluster[next] as usize);
            let (near, far) = left.iter().partition(|at| square(row, rows.row(**at as usize)) <= limit);
            left = far;
            cluster.extend::<Vec<u32>>(near);
            next += 1;
        }
        cluster.sort_unstable();
        clusters.push(cluster);
    }
    clusters
}
