//! k-means from given centres: Lloyd's passes until nothing moves.
//!
//! Distances are floats, each found in the order of the columns; sums of rows are whole numbers, so that neither threads nor
//! the order of the rows can matter, and a row that changes its cluster is subtracted from one sum and added to the other.

use super::NOWHERE;
use super::fixed::Fixed;
use super::points::Rows;
use crate::parallel;

/// Passes at most, and passes at most where there are many rows.
const PASSES_MAX: usize = 300;
const PASSES_OF_MANY: usize = 80;
/// Rows up to which passes go on until no row changes its cluster; beyond, there are many: until centres hardly move.
const EXACT_ROWS_MAX: usize = 50_000;
/// The square by which centres may still move where there are many rows, in mean variances of a column.
const TOLERANCE: f64 = 1e-6;
/// Rows that are assigned together.
const CHUNK: usize = 8_192;

/// Clusters around centres.
#[derive(Clone, Debug)]
pub(super) struct Fitted {
    /// By row: the nearest of the centres, the lowest of equally near ones.
    pub(super) labels: Vec<u16>,
    /// Centre by centre: the exact means of the rows around each, once no row changes its cluster.
    pub(super) centres: Vec<f64>,
    /// The sum of squared distances to the centres.
    pub(super) inertia: f64,
}

/// Units in which rows and squared distances are summed.
#[derive(Clone, Copy, Debug)]
struct Units {
    values: Fixed,
    squares: Fixed,
}

impl Units {
    fn of(rows: Rows<'_>) -> Self {
        let (largest, count) = (rows.largest(), rows.len());
        let square = 4.0 * largest * largest * rows.columns as f64;
        Self { values: Fixed::new(largest, count), squares: Fixed::new(square, count) }
    }
}

/// Rows by cluster, added up; or how that changed.
#[derive(Clone, Debug, Default)]
struct Sums {
    values: Vec<i64>,
    counts: Vec<i64>,
    squares: i64,
    changed: usize,
}

impl Sums {
    fn none(clusters: usize, columns: usize) -> Self {
        Self { values: vec![0; clusters * columns], counts: vec![0; clusters], squares: 0, changed: 0 }
    }

    fn add(&mut self, change: &Self) {
        self.values.iter_mut().zip(&change.values).for_each(|(sum, units)| *sum += units);
        self.counts.iter_mut().zip(&change.counts).for_each(|(sum, count)| *sum += count);
    }
}

/// Centres side by side, so that the distances to several are found at once: by block of centres and column.
struct Lanes<const L: usize>(Vec<[f64; L]>);

impl<const L: usize> Lanes<L> {
    fn of(centres: &[f64], columns: usize) -> Self {
        let count = centres.len() / columns;
        let blocks = count.div_ceil(L);
        let mut lanes = vec![[f64::INFINITY; L]; blocks * columns];
        for (at, centre) in centres.chunks_exact(columns).enumerate() {
            for (column, value) in centre.iter().enumerate() {
                lanes[at / L * columns + column][at % L] = *value;
            }
        }
        Self(lanes)
    }

    /// The nearest centre, the lowest of equally near ones, and the square of its distance.
    #[inline]
    fn nearest(&self, row: &[f64]) -> (usize, f64) {
        let (mut best, mut least) = (0, f64::INFINITY);
        for (block, lanes) in self.0.chunks_exact(row.len()).enumerate() {
            let mut squares = [0.0; L];
            for (value, centres) in row.iter().zip(lanes) {
                for (square, centre) in squares.iter_mut().zip(centres) {
                    let gap = value - centre;
                    *square += gap * gap;
                }
            }
            for (lane, square) in squares.iter().enumerate() {
                (best, least) = if *square < least { (block * L + lane, *square) } else { (best, least) };
            }
        }
        (best, least)
    }

    /// Assigns rows, and says how the sums change.
    fn assign(&self, rows: Rows<'_>, labels: &mut [u16], clusters: usize, units: Units) -> Sums {
        let columns = rows.columns;
        let mut change = Sums::none(clusters, columns);
        for (row, label) in rows.iter().zip(labels) {
            let (best, square) = self.nearest(row);
            change.squares += units.squares.units(square);
            let before = std::mem::replace(label, best as u16);
            if *label == before {
                continue;
            }
            change.changed += 1;
            change.counts[best] += 1;
            let to = &mut change.values[best * columns..][..columns];
            to.iter_mut().zip(row).for_each(|(sum, value)| *sum += units.values.units(*value));
            if before != NOWHERE {
                let before = usize::from(before);
                change.counts[before] -= 1;
                let from = &mut change.values[before * columns..][..columns];
                from.iter_mut().zip(row).for_each(|(sum, value)| *sum -= units.values.units(*value));
            }
        }
        change
    }
}

/// Assigns all rows to the nearest centre.
fn pass(rows: Rows<'_>, centres: &[f64], labels: &mut [u16], units: Units) -> Sums {
    let clusters = centres.len() / rows.columns;
    // As few lanes as there are centres leave none idle.
    match clusters.div_ceil(clusters.div_ceil(8)) {
        0..=2 => pass_by::<2>(rows, centres, labels, units),
        3..=4 => pass_by::<4>(rows, centres, labels, units),
        5..=6 => pass_by::<6>(rows, centres, labels, units),
        _ => pass_by::<8>(rows, centres, labels, units),
    }
}

fn pass_by<const L: usize>(rows: Rows<'_>, centres: &[f64], labels: &mut [u16], units: Units) -> Sums {
    let (columns, clusters) = (rows.columns, centres.len() / rows.columns);
    let lanes = Lanes::<L>::of(centres, columns);
    let chunks = rows.values.chunks(CHUNK * columns).zip(labels.chunks_mut(CHUNK)).collect();
    let changes =
        parallel::map_items(chunks, |(values, labels)| lanes.assign(Rows { values, columns }, labels, clusters, units));
    let mut total = Sums::none(clusters, columns);
    for change in &changes {
        total.add(change);
        total.squares += change.squares;
        total.changed += change.changed;
    }
    total
}

/// Moves centres to the means of their rows until that changes nothing. Fewer different rows than centres are for the
/// caller to refuse.
pub(super) fn lloyd(rows: Rows<'_>, centres: Vec<f64>) -> Fitted {
    passes(rows, centres, if is_many(rows) { PASSES_OF_MANY } else { PASSES_MAX })
}

/// The same from centres where passes ended already, in another order: only rows that are as near to two of them can move.
pub(super) fn again(rows: Rows<'_>, centres: Vec<f64>) -> Fitted {
    passes(rows, centres, if is_many(rows) { 1 } else { PASSES_MAX })
}

fn is_many(rows: Rows<'_>) -> bool {
    rows.len() > EXACT_ROWS_MAX
}

fn passes(rows: Rows<'_>, mut centres: Vec<f64>, most: usize) -> Fitted {
    let (columns, clusters) = (rows.columns, centres.len() / rows.columns);
    let units = Units::of(rows);
    let mut labels = vec![NOWHERE; rows.len()];
    let mut sums = Sums::none(clusters, columns);
    let still = if is_many(rows) { TOLERANCE * mean_variance(rows, units) } else { 0.0 };
    let mut passes = 0;
    loop {
        let change = pass(rows, &centres, &mut labels, units);
        sums.add(&change);
        passes += 1;
        let mut means = centres.clone();
        for (at, mean) in means.iter_mut().enumerate().filter(|(at, _)| sums.counts[at / columns] > 0) {
            *mean = units.values.mean(sums.values[at], sums.counts[at / columns]);
        }
        let empty = sums.counts.iter().position(|count| *count == 0);
        let moved: f64 = means.iter().zip(&centres).map(|(mean, centre)| (mean - centre) * (mean - centre)).sum();
        if passes == most || (empty.is_none() && (change.changed == 0 || moved <= still)) {
            let inertia = units.squares.value(change.squares);
            return Fitted { labels, centres, inertia };
        }
        if let Some(empty) = empty {
            let row = farthest(rows, &centres, &labels);
            means[empty * columns..][..columns].copy_from_slice(rows.row(row));
        }
        centres = means;
    }
}

/// The mean over the columns of their variances.
fn mean_variance(rows: Rows<'_>, units: Units) -> f64 {
    let columns = rows.columns;
    let parts = parallel::map_ranges(rows.len(), CHUNK, |range| {
        let mut sums = vec![(0i64, 0i64); columns];
        let part = Rows { values: &rows.values[range.start * columns..range.end * columns], columns };
        for row in part.iter() {
            for ((sum, square), value) in sums.iter_mut().zip(row) {
                *sum += units.values.units(*value);
                *square += units.squares.units(value * value);
            }
        }
        sums
    });
    let count = rows.len() as i64;
    let variance = |column: usize| {
        let sum: i64 = parts.iter().map(|sums| sums[column].0).sum();
        let square: i64 = parts.iter().map(|sums| sums[column].1).sum();
        let mean = units.values.mean(sum, count);
        (units.squares.mean(square, count) - mean * mean).max(0.0)
    };
    (0..columns).map(variance).sum::<f64>() / columns as f64
}

/// The row that is farthest from its centre; of equally far ones the largest, column by column.
fn farthest(rows: Rows<'_>, centres: &[f64], labels: &[u16]) -> usize {
    let columns = rows.columns;
    let far = |at: usize| {
        let centre = &centres[usize::from(labels[at]) * columns..][..columns];
        rows.row(at).iter().zip(centre).map(|(value, centre)| (value - centre) * (value - centre)).sum::<f64>()
    };
    let order = |a: usize, b: usize| {
        let by_value = || rows.row(a).iter().zip(rows.row(b)).map(|(a, b)| a.total_cmp(b)).find(|o| o.is_ne());
        far(a).total_cmp(&far(b)).then_with(|| by_value().unwrap_or(std::cmp::Ordering::Equal))
    };
    (0..rows.len()).max_by(|a, b| order(*a, *b)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One step as it is defined, without a thought of speed.
    fn naive(values: &[f64], columns: usize, centres: &[f64]) -> (Vec<u16>, Vec<f64>) {
        let square = |row: &[f64], centre: &[f64]| row.iter().zip(centre).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
        let nearest = |row: &[f64]| {
            let squares = centres.chunks(columns).map(|centre| square(row, centre)).enumerate();
            squares.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap().0 as u16
        };
        let labels: Vec<u16> = values.chunks(columns).map(nearest).collect();
        let mean = |cluster: usize, column: usize| {
            let of: Vec<f64> = values
                .chunks(columns)
                .zip(&labels)
                .filter(|(_, l)| usize::from(**l) == cluster)
                .map(|(row, _)| row[column])
                .collect();
            of.iter().sum::<f64>() / of.len() as f64
        };
        let means = (0..centres.len()).map(|at| mean(at / columns, at % columns)).collect();
        (labels, means)
    }

    fn drawn(count: usize, columns: usize, seed: u64) -> Vec<f64> {
        let mut random = crate::random::Random::stream(seed, 1);
        (0..count * columns).map(|_| random.unit()).collect()
    }

    #[test]
    fn a_pass_is_the_naive_one_for_any_number_of_centres_and_columns() {
        for clusters in [1, 2, 3, 5, 6, 8, 9, 10, 13, 17] {
            for columns in [1, 3, 8] {
                let values = drawn(700, columns, clusters as u64);
                let rows = Rows { values: &values, columns };
                let centres = values[..clusters * columns].to_vec();
                let mut labels = vec![NOWHERE; rows.len()];
                let units = Units::of(rows);
                let sums = pass(rows, &centres, &mut labels, units);
                let (expected, means) = naive(&values, columns, &centres);
                assert_eq!(labels, expected);
                for (at, mean) in means.iter().enumerate() {
                    let found = units.values.mean(sums.values[at], sums.counts[at / columns]);
                    assert!((found - mean).abs() < 1e-11, "{found} {mean}");
                }
            }
        }
    }

    #[test]
    fn p35_the_end_is_a_fixed_point_with_exact_means_and_no_empty_cluster() {
        for seed in 0..20 {
            let columns = 3;
            let values = drawn(500, columns, seed);
            // Two centres beyond all rows, which would stay empty.
            let mut start = values[..4 * columns].to_vec();
            start.extend([9.0; 3]);
            start.extend([9.0; 3]);
            let fitted = lloyd(Rows { values: &values, columns }, start);
            let (labels, means) = naive(&values, columns, &fitted.centres);
            assert_eq!(fitted.labels, labels);
            // An empty cluster has no mean at all.
            assert!(means.iter().zip(&fitted.centres).all(|(a, b)| (a - b).abs() < 1e-11));
        }
    }

    #[test]
    fn ties_go_to_the_lowest_label() {
        let values = [0.0, 1.0, 2.0];
        let mut labels = [NOWHERE; 3];
        let rows = Rows { values: &values, columns: 1 };
        pass(rows, &[0.0, 2.0], &mut labels, Units::of(rows));
        assert_eq!(labels, [0, 0, 1]);
    }
}
