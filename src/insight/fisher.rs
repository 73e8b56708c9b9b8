//! Whether two properties go together: Fisher's exact test, and what many tests at once are worth.

use serde::{Deserialize, Serialize};

/// How often two properties were met together: accounts with the value that belong to the target and that do not, then
/// accounts without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contingency {
    /// With the value, in the target.
    pub a: u32,
    /// With the value, not in the target.
    pub b: u32,
    /// Without the value, in the target.
    pub c: u32,
    /// Without the value, not in the target.
    pub d: u32,
}

/// Probabilities of a table by chance, given its margins.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FisherTest {
    /// Of a table that is no likelier than this one.
    pub two_sided: f64,
    /// Of a table with as many or more in `a`.
    pub greater: f64,
}

/// Probabilities that differ by less than this factor are equal: they come from sums of logarithms.
const EQUAL: f64 = 1.0 + 1e-7;

impl Contingency {
    /// Fisher's exact test (Fisher 1922), by the hypergeometric distribution with both margins fixed. Two-sided: the tables
    /// no likelier than this one.
    ///
    /// ```
    /// use portefeuille::insight::Contingency;
    ///
    /// let table = Contingency { a: 8, b: 2, c: 1, d: 5 };
    /// assert_eq!(table.odds_ratio(), Some(20.0));
    /// assert!((table.fisher().two_sided - 0.034965).abs() < 1e-6);
    /// ```
    pub fn fisher(self) -> FisherTest {
        let [a, b, c, d] = [self.a, self.b, self.c, self.d].map(u64::from);
        let (row, column, all) = (a + b, a + c, a + b + c + d);
        // All tables with these margins, by their first cell.
        let (low, high) = ((row + column).saturating_sub(all), row.min(column));
        let tables = ln_choose(all, column);
        let probability = |first| libm::exp(ln_choose(row, first) + ln_choose(all - row, column - first) - tables);
        let own = probability(a) * EQUAL;
        let (mut two_sided, mut greater) = (0.0, 0.0);
        for first in low..=high {
            let probability = probability(first);
            two_sided += if probability <= own { probability } else { 0.0 };
            greater += if first >= a { probability } else { 0.0 };
        }
        FisherTest { two_sided: f64::min(two_sided, 1.0), greater: f64::min(greater, 1.0) }
    }

    /// The sample odds ratio ad / bc. `None` when that divides by 0.
    pub fn odds_ratio(self) -> Option<f64> {
        let [a, b, c, d] = [self.a, self.b, self.c, self.d].map(f64::from);
        (b * c > 0.0).then(|| a * d / (b * c))
    }

    /// P(value | target) / P(value): how much more often the value is met in the target than at large. `None` when the target
    /// is empty or nobody has the value.
    pub fn lift(self) -> Option<f64> {
        let [a, b, c, d] = [self.a, self.b, self.c, self.d].map(f64::from);
        let (with, target) = (a + b, a + c);
        (with > 0.0 && target > 0.0).then(|| a * (a + b + c + d) / (target * with))
    }
}

/// The logarithm of the binomial coefficient.
fn ln_choose(n: u64, k: u64) -> f64 {
    let ln_factorial = |n: u64| libm::lgamma(n as f64 + 1.0);
    ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k)
}

/// The p-values of many tests at once, adjusted so that calling those below a level, such as .10, makes at most that share of
/// the calls false on average (Benjamini & Hochberg 1995): p·m / rank, made monotonic from the largest down, at most 1. In
/// the order given; equal p-values get equal results.
///
/// ```
/// use portefeuille::insight::benjamini_hochberg;
///
/// let adjusted = benjamini_hochberg(&[0.01, 0.04, 0.03, 0.005, 0.55]);
/// assert_eq!(adjusted, [0.025, 0.05, 0.05, 0.025, 0.55]);
/// ```
pub fn benjamini_hochberg(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|a, b| p_values[*b].total_cmp(&p_values[*a]));
    let (count, mut least) = (p_values.len() as f64, 1.0f64);
    let mut adjusted = vec![1.0; p_values.len()];
    for (above, at) in order.into_iter().enumerate() {
        least = least.min(p_values[at] * (count / (count - above as f64)));
        adjusted[at] = least;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Values of scipy (`scripts/reference_trends.py`).
    #[test]
    fn g18_fisher_exact_and_benjamini_hochberg() {
        let cases = [
            ([8, 2, 1, 5], 0.034_965_034_965_034_975, 0.024_475_524_475_524_483),
            ([3, 1, 1, 3], 0.485_714_285_714_285_65, 0.242_857_142_857_142_83),
            ([10, 90, 40, 60], 1.243_340_557_387_740_2e-6, 0.999_999_902_615_662_7),
            ([0, 10, 12, 30], 0.092_380_841_500_380_48, 1.0),
            ([120, 880, 90, 910], 0.034_202_509_706_968_705, 0.017_101_254_853_484_352),
        ];
        for ([a, b, c, d], two_sided, greater) in cases {
            let test = Contingency { a, b, c, d }.fisher();
            assert!((test.two_sided / two_sided - 1.0).abs() < 1e-9, "{test:?}");
            assert!((test.greater / greater - 1.0).abs() < 1e-9, "{test:?}");
        }
        assert_eq!(benjamini_hochberg(&[0.01, 0.04, 0.03, 0.005, 0.55]), [0.025, 0.05, 0.05, 0.025, 0.55]);
        assert!(benjamini_hochberg(&[]).is_empty());
    }

    #[test]
    fn lift_and_odds() {
        let table = Contingency { a: 8, b: 2, c: 1, d: 5 };
        assert_eq!((table.odds_ratio(), table.lift()), (Some(20.0), Some(8.0 * 16.0 / 90.0)));
        let empty = Contingency { a: 0, b: 0, c: 0, d: 4 };
        assert_eq!((empty.odds_ratio(), empty.lift()), (None, None));
        assert_eq!(empty.fisher(), FisherTest { two_sided: 1.0, greater: 1.0 });
    }

    proptest! {
        /// By whole numbers: binomial coefficients of small tables are exact.
        #[test]
        fn fisher_counts_the_tables_with_the_same_margins(a in 0u32..9, b in 0u32..9, c in 0u32..9, d in 0u32..9) {
            let choose = |n: u32, k: u32| (0..k).fold(1u64, |sum, i| sum * u64::from(n - i) / u64::from(i + 1));
            let (row, column, all) = (a + b, a + c, a + b + c + d);
            let ways = |first: u32| choose(row, first) * choose(all - row, column - first);
            let firsts = (row + column).saturating_sub(all)..=row.min(column);
            let total: u64 = firsts.clone().map(ways).sum();
            let unlikely: u64 = firsts.clone().map(ways).filter(|w| *w <= ways(a)).sum();
            let more: u64 = firsts.filter(|first| *first >= a).map(ways).sum();
            let test = Contingency { a, b, c, d }.fisher();
            prop_assert!((test.two_sided - unlikely as f64 / total as f64).abs() < 1e-9);
            prop_assert!((test.greater - more as f64 / total as f64).abs() < 1e-9);
        }

        #[test]
        fn adjusted_p_values_keep_their_order(p in prop::collection::vec(0.0f64..1.0, 0..30)) {
            let adjusted = benjamini_hochberg(&p);
            for (i, j) in (0..p.len()).flat_map(|i| (0..p.len()).map(move |j| (i, j))) {
                prop_assert!(p[i] > p[j] || adjusted[i] <= adjusted[j]);
                prop_assert!(adjusted[i] >= p[i] && adjusted[i] <= 1.0);
            }
        }
    }
}
