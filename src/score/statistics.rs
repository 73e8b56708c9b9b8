//! Rank correlation.

/// Spearman's ρ of two measures: Pearson's correlation of their mid-ranks. `None` with fewer than two pairs, or when
/// one measure is the same for all. A pair with a missing (NaN) value is left out.
///
/// ```
/// assert_eq!(portefeuille::score::spearman(&[1.0, 2.0, 3.0], &[10.0, 20.0, 15.0]), Some(0.5));
/// ```
pub fn spearman(x: &[f64], y: &[f64]) -> Option<f64> {
    let pairs: Vec<(f64, f64)> =
        x.iter().zip(y).filter(|(a, b)| !a.is_nan() && !b.is_nan()).map(|(a, b)| (*a, *b)).collect();
    let n = pairs.len() as i128;
    if n < 2 {
        return None;
    }
    let rx = doubled_ranks(pairs.iter().map(|p| p.0));
    let ry = doubled_ranks(pairs.iter().map(|p| p.1));
    // Sums of doubled mid-ranks are exact integers.
    let sum = |r: &[i128]| r.iter().sum::<i128>();
    let product = |a: &[i128], b: &[i128]| a.iter().zip(b).map(|(p, q)| p * q).sum::<i128>();
    let covariance = n * product(&rx, &ry) - sum(&rx) * sum(&ry);
    let spread = |r: &[i128]| n * product(r, r) - sum(r) * sum(r);
    let (sx, sy) = (spread(&rx), spread(&ry));
    (sx > 0 && sy > 0).then(|| super::round9(covariance as f64 / ((sx as f64).sqrt() * (sy as f64).sqrt())))
}

fn doubled_ranks(values: impl Iterator<Item = f64>) -> Vec<i128> {
    let mut sorted: Vec<(f64, usize)> = values.zip(0..).collect();
    sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let mut ranks = vec![0; sorted.len()];
    let mut below = 0i128;
    for group in sorted.chunk_by(|a, b| a.0 == b.0) {
        let count = group.len() as i128;
        group.iter().for_each(|(_, at)| ranks[*at] = 2 * below + count + 1);
        below += count;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_take_their_mid_rank() {
        // scipy.stats.spearmanr([1, 2, 2, 4, 5], [5, 6, 7, 8, 7]).statistic
        assert_eq!(spearman(&[1.0, 2.0, 2.0, 4.0, 5.0], &[5.0, 6.0, 7.0, 8.0, 7.0]), Some(0.763157895));
        assert_eq!(spearman(&[1.0, 2.0], &[3.0, 3.0]), None);
        assert_eq!(spearman(&[1.0, f64::NAN, 3.0], &[3.0, 2.0, 1.0]), Some(-1.0));
    }
}
