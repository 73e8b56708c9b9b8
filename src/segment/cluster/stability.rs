//! Whether clusters come again when the data are drawn again (Hennig 2007).

use super::NOWHERE;
use super::points::Rows;
use crate::parallel;
use crate::random::Random;

/// Draws.
pub const BOOTSTRAPS: usize = 100;
/// Rows that are drawn from; beyond, a seeded sample of so many.
pub const STABILITY_ROWS_MAX: usize = 2_000;
/// The stream of the first draw.
const STREAM: u64 = 0x626f_6f74_0000_0000;

/// The mean Jaccard similarity of each cluster to the most similar cluster of each bootstrap: as many rows are drawn with
/// replacement, each counted once, and grouped again; a cluster is compared by those of its rows that were drawn. Draws that
/// hold none of its rows, or that cannot be grouped, say nothing of it; `None` when no draw says anything.
pub(super) fn stability(
    rows: Rows<'_>,
    labels: &[u16],
    clusters: usize,
    seed: u64,
    again: impl Fn(Rows<'_>) -> Option<Vec<u16>> + Send + Sync,
) -> Vec<Option<f64>> {
    let draws = parallel::map_items((0..BOOTSTRAPS as u64).collect(), |draw| {
        let mut random = Random::stream(seed, STREAM + draw);
        let mut drawn: Vec<u32> = (0..rows.len()).map(|_| random.below(rows.len() as u64) as u32).collect();
        drawn.sort_unstable();
        drawn.dedup();
        let values = rows.gather(&drawn);
        let found = again(Rows { values: &values, columns: rows.columns })?;
        let before: Vec<u16> = drawn.iter().map(|at| labels[*at as usize]).collect();
        Some(jaccards(&before, &found, clusters))
    });
    let mean = |cluster: usize| {
        let said: Vec<f64> = draws.iter().flatten().filter_map(|found| found[cluster]).collect();
        (!said.is_empty()).then(|| said.iter().sum::<f64>() / said.len() as f64)
    };
    (0..clusters).map(mean).collect()
}

/// |C ∩ D| / |C ∪ D| of each cluster C before with the cluster D found for which it is largest; 0 where nothing was found, and
/// `None` for a cluster without rows.
fn jaccards(before: &[u16], found: &[u16], clusters: usize) -> Vec<Option<f64>> {
    let others = found.iter().filter(|l| **l != NOWHERE).max().map_or(0, |most| usize::from(*most) + 1);
    let mut both = vec![0usize; clusters * others];
    let (mut own, mut other) = (vec![0usize; clusters], vec![0usize; others]);
    for (a, b) in before.iter().zip(found) {
        let (a, b) = ((*a != NOWHERE).then_some(usize::from(*a)), (*b != NOWHERE).then_some(usize::from(*b)));
        a.into_iter().for_each(|a| own[a] += 1);
        b.into_iter().for_each(|b| other[b] += 1);
        if let (Some(a), Some(b)) = (a, b) {
            both[a * others + b] += 1;
        }
    }
    let best = |cluster: usize| {
        let jaccard = |b: usize| {
            let both = both[cluster * others + b];
            both as f64 / (own[cluster] + other[b] - both) as f64
        };
        (own[cluster] > 0).then(|| (0..others).map(jaccard).fold(0.0, f64::max))
    };
    (0..clusters).map(best).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// With sets, as it is defined.
    fn naive(before: &[u16], found: &[u16], clusters: usize) -> Vec<Option<f64>> {
        let set = |labels: &[u16], label: u16| -> BTreeSet<usize> {
            labels.iter().enumerate().filter(|(_, l)| **l == label).map(|(at, _)| at).collect()
        };
        let best = |label: u16| {
            let own = set(before, label);
            let found = (0..100).map(|other| set(found, other)).filter(|other| !other.is_empty());
            let jaccard =
                |other: BTreeSet<usize>| own.intersection(&other).count() as f64 / own.union(&other).count() as f64;
            (!own.is_empty()).then(|| found.map(jaccard).fold(0.0, f64::max))
        };
        (0..clusters as u16).map(best).collect()
    }

    #[test]
    fn jaccards_are_those_of_sets() {
        let mut random = Random::stream(3, 0);
        for _ in 0..200 {
            let count = 1 + random.below(40) as usize;
            let mut draw = |labels: u64| -> Vec<u16> {
                let noise = |label: u64| if label == labels { NOWHERE } else { label as u16 };
                (0..count).map(|_| noise(random.below(labels + 1))).collect()
            };
            let (before, found) = (draw(4), draw(3));
            assert_eq!(jaccards(&before, &found, 4), naive(&before, &found, 4));
        }
    }

    #[test]
    fn what_comes_again_is_stable_and_what_is_split_by_chance_is_not() {
        let values: Vec<f64> = (0..200).map(|at| f64::from(at % 2) + f64::from(at) * 1e-4).collect();
        let labels: Vec<u16> = (0..200).map(|at| at % 2).collect();
        let rows = Rows { values: &values, columns: 1 };
        let by_half = |rows: Rows<'_>| Some(rows.iter().map(|row| u16::from(row[0] < 0.5)).collect());
        assert_eq!(stability(rows, &labels, 2, 0, by_half), [Some(1.0), Some(1.0)]);
        let by_chance = |rows: Rows<'_>| {
            let mut random = Random::stream(rows.len() as u64, 9);
            Some(rows.iter().map(|_| random.below(2) as u16).collect())
        };
        let found = stability(rows, &labels, 2, 0, by_chance);
        assert!(found.iter().all(|jaccard| jaccard.unwrap() < 0.5), "{found:?}");
        assert_eq!(stability(rows, &labels, 2, 0, |_| None), [None, None]);
    }
}
