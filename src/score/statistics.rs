//! Rank correlation.

use super::Ranks;

/// Values that can be ranked together.
const RANKED_MAX: usize = 1 << 30;

impl Ranks {
    /// Spearman's ρ with other ranks. `None` when it takes other ranks: a value is missing here and not there.
    fn correlation(&self, other: &Self) -> Option<Option<f64>> {
        let n = i128::from(self.count);
        let (mut sums, mut squares, mut products) = ((0u64, 0u64), (0u128, 0u128), 0u128);
        for (a, b) in self.doubled.iter().zip(&other.doubled) {
            if (*a == 0) != (*b == 0) {
                return None;
            }
            let (a, b) = (u64::from(*a), u64::from(*b));
            sums = (sums.0 + a, sums.1 + b);
            squares = (squares.0 + u128::from(a * a), squares.1 + u128::from(b * b));
            products += u128::from(a * b);
        }
        let (sum_a, sum_b) = (i128::from(sums.0), i128::from(sums.1));
        let covariance = n * products as i128 - sum_a * sum_b;
        let (sa, sb) = (n * squares.0 as i128 - sum_a * sum_a, n * squares.1 as i128 - sum_b * sum_b);
        let known = n >= 2 && sa > 0 && sb > 0;
        Some(known.then(|| super::round9(covariance as f64 / ((sa as f64).sqrt() * (sb as f64).sqrt()))))
    }
}

/// Spearman's ρ of two measures: Pearson's correlation of their mid-ranks. `None` with fewer than two pairs, or when
/// one measure is the same for all. A pair with a missing (NaN) value is left out. At most 2³⁰ pairs are looked at.
///
/// ```
/// assert_eq!(portefeuille::score::spearman(&[1.0, 2.0, 3.0], &[10.0, 20.0, 15.0]), Some(0.5));
/// ```
pub fn spearman(x: &[f64], y: &[f64]) -> Option<f64> {
    let pairs = || x.iter().zip(y).filter(|(a, b)| !a.is_nan() && !b.is_nan()).take(RANKED_MAX);
    let (x, y): (Vec<f64>, Vec<f64>) = pairs().map(|(a, b)| (*a, *b)).unzip();
    Ranks::of(&x).correlation(&Ranks::of(&y)).flatten()
}

/// The same from ranks that are there already, where they serve.
pub(crate) fn spearman_ranked(x: (&[f64], &Ranks), y: (&[f64], &Ranks)) -> Option<f64> {
    x.1.correlation(y.1).unwrap_or_else(|| spearman(x.0, y.0))
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
        assert_eq!(spearman(&[1.0], &[3.0]), None);
    }

    /// Would break with ranks over all accounts where only pairs count.
    #[test]
    fn ranks_that_are_there_serve_where_the_same_values_are_missing() {
        let (x, y, z) = ([1.0, f64::NAN, 3.0, 2.0], [3.0, 2.0, 1.0, 5.0], [4.0, f64::NAN, 1.0, 9.0]);
        let of = |v: &[f64]| Ranks::of(v);
        assert_eq!(spearman_ranked((&x, &of(&x)), (&y, &of(&y))), spearman(&x, &y));
        assert_eq!(spearman_ranked((&x, &of(&x)), (&z, &of(&z))), spearman(&x, &z));
    }
}
