//! Making components comparable: each becomes 0…1.

use super::Ranks;
use serde::{Deserialize, Serialize};

/// How components other than friction become 0…1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Normalisation {
    /// (#smaller + ½·#equal, itself included) / n: no outlier dominates, and ties stay ties.
    #[default]
    MidRank,
    /// (x − min) / (max − min).
    MinMax,
    /// ½ + z/6 within 0…1, z = (x − median) / (1.4826 · MAD); mid-rank when the MAD is 0.
    RobustZ,
    /// Min–max between two quantiles; what lies beyond is 0 or 1.
    Winsorised {
        /// The lower quantile.
        low: f64,
        /// The upper quantile.
        high: f64,
    },
}

/// Distinct values that a frozen distribution keeps exactly; beyond, it keeps knots.
const EXACT_MAX: usize = 4_096;

/// Measured values turned into 0…1, frozen so that another account can be placed among them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Scale {
    /// As it is: the friction note.
    Identity,
    /// Mid-ranks among the distinct values: (#smaller + ½·#equal) / n.
    MidRank {
        /// The distinct values, ascending; of more than 4,096 every so many.
        values: Vec<f64>,
        /// How many are smaller than each.
        below: Vec<u32>,
        /// How many are not larger than each.
        up_to: Vec<u32>,
        /// How many there are.
        count: u32,
        /// The largest error of a place read between two kept values; 0 when all distinct values are kept.
        error_max: f64,
    },
    /// Linear between two values.
    Linear {
        /// What becomes 0.
        low: f64,
        /// What becomes 1.
        high: f64,
    },
}

/// How the values of a component become 0…1, without the values themselves.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Placing {
    /// As they are: the friction note.
    Identity,
    /// By their mid-ranks.
    Ranks(Ranks),
    /// Linear between two values.
    Linear {
        /// What becomes 0.
        low: f64,
        /// What becomes 1.
        high: f64,
    },
}

impl Placing {
    /// How some values are placed, or `None` when they are all equal or there is none. A missing value is NaN.
    pub(crate) fn fit(values: &[f64], how: Normalisation) -> Option<Self> {
        if how == Normalisation::MidRank {
            let mut known = values.iter().filter(|v| !v.is_nan());
            let first = known.next()?;
            return known.any(|v| v != first).then(|| Self::Ranks(Ranks::of(values)));
        }
        Some(match Scale::fit(values, how)? {
            Scale::Linear { low, high } => Self::Linear { low, high },
            _ => Self::Ranks(Ranks::of(values)),
        })
    }

    /// The place of the value at a position.
    pub(crate) fn place(&self, at: usize, value: f64) -> f64 {
        match self {
            _ if value.is_nan() => value,
            Self::Identity => value,
            Self::Ranks(ranks) => (f64::from(ranks.doubled[at]) - 1.0) / (2.0 * f64::from(ranks.count)),
            Self::Linear { low, high } => linear(value, *low, *high),
        }
    }
}

fn linear(value: f64, low: f64, high: f64) -> f64 {
    ((value - low) / (high - low)).clamp(0.0, 1.0)
}

impl Scale {
    /// The scale of some values, or `None` when they are all equal or there is none. A missing value is NaN.
    pub(crate) fn fit(values: &[f64], how: Normalisation) -> Option<Self> {
        let mut sorted: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let (low, high) = (*sorted.first()?, *sorted.last()?);
        if low == high {
            return None;
        }
        let linear = |low: f64, high: f64| (low < high).then_some(Self::Linear { low, high });
        let scale = match how {
            Normalisation::MidRank => None,
            Normalisation::MinMax => linear(low, high),
            Normalisation::RobustZ => robust(&sorted),
            Normalisation::Winsorised { low, high } => {
                linear(quantile_sorted(&sorted, low)?, quantile_sorted(&sorted, high)?)
            }
        };
        Some(scale.unwrap_or_else(|| mid_ranks(&sorted)))
    }

    /// A value on the scale. One that was not seen has the share of those below it. NaN stays NaN.
    pub fn place(&self, value: f64) -> f64 {
        if value.is_nan() {
            return value;
        }
        match self {
            Self::Identity => value,
            Self::Linear { low, high } => linear(value, *low, *high),
            Self::MidRank { values, below, up_to, count, error_max } => {
                let n = f64::from(*count);
                let at = values.partition_point(|v| *v < value);
                match values.get(at) {
                    Some(found) if *found == value => (f64::from(below[at]) + f64::from(up_to[at])) / (2.0 * n),
                    None => 1.0,
                    Some(_) if at == 0 => 0.0,
                    // Between two distinct values lies none.
                    Some(_) if *error_max == 0.0 => f64::from(up_to[at - 1]) / n,
                    Some(next) => {
                        let part = (value - values[at - 1]) / (next - values[at - 1]);
                        (f64::from(up_to[at - 1]) + f64::from(below[at] - up_to[at - 1]) * part) / n
                    }
                }
            }
        }
    }

    /// A smaller copy to keep, when there are too many distinct values; the largest error of a place is in it.
    pub(crate) fn frozen(self) -> Self {
        let Self::MidRank { values, below, up_to, count, .. } = &self else { return self };
        if values.len() <= EXACT_MAX {
            return self;
        }
        let last = values.len() - 1;
        let knots: Vec<usize> = (0..=EXACT_MAX).map(|k| k * last / EXACT_MAX).collect();
        let of = |all: &[u32]| knots.iter().map(|k| all[*k]).collect::<Vec<u32>>();
        // Between two knots a place lies between theirs: the widest step is the most that it can be wrong by.
        let widest = knots.windows(2).map(|w| below[w[1]] - up_to[w[0]]).max().unwrap_or(0);
        let kept = knots.iter().map(|k| values[*k]).collect();
        let error_max = f64::from(widest) / f64::from(*count);
        Self::MidRank { values: kept, below: of(below), up_to: of(up_to), count: *count, error_max }
    }

    /// Whether it is one that [`Scale::fit`] and [`Scale::frozen`] could have made.
    pub(crate) fn is_sound(&self) -> bool {
        match self {
            Self::Identity => true,
            Self::Linear { low, high } => low < high,
            Self::MidRank { values, below, up_to, count, error_max } => {
                let same = values.len() == below.len() && values.len() == up_to.len();
                let rising = below.iter().zip(up_to).all(|(b, u)| b < u && u <= count) && up_to.is_sorted();
                let apart = up_to.iter().zip(below.iter().skip(1)).all(|(u, b)| u <= b);
                same && rising && apart && !values.is_empty() && values.is_sorted_by(|a, b| a < b) && *error_max >= 0.0
            }
        }
    }
}

/// Median and 1.4826·MAD as a linear scale of three deviations to each side.
fn robust(sorted: &[f64]) -> Option<Scale> {
    let median = quantile_sorted(sorted, 0.5)?;
    let mut deviations: Vec<f64> = sorted.iter().map(|v| (v - median).abs()).collect();
    deviations.sort_unstable_by(f64::total_cmp);
    let spread = 1.4826 * quantile_sorted(&deviations, 0.5)?;
    (spread > 0.0).then_some(Scale::Linear { low: median - 3.0 * spread, high: median + 3.0 * spread })
}

fn mid_ranks(sorted: &[f64]) -> Scale {
    let (mut values, mut below, mut up_to) = (Vec::new(), Vec::new(), Vec::new());
    let mut count = 0u32;
    for group in sorted.chunk_by(|a, b| a == b) {
        values.push(group[0]);
        below.push(count);
        count += group.len() as u32;
        up_to.push(count);
    }
    Scale::MidRank { values, below, up_to, count, error_max: 0.0 }
}

/// The quantile of ascending values (type 7: linear between the order statistics); `None` without values.
pub(crate) fn quantile_sorted(sorted: &[f64], p: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let h = p.clamp(0.0, 1.0) * last as f64;
    let low = h.floor() as usize;
    let (a, b) = (sorted[low], sorted[(low + 1).min(last)]);
    Some(a + (h - low as f64) * (b - a))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The places of some values, which the scale that is kept gives too.
    fn fit(values: &[f64], how: Normalisation) -> Vec<f64> {
        let (placing, scale) = (Placing::fit(values, how).unwrap(), Scale::fit(values, how).unwrap());
        let places: Vec<f64> = values.iter().enumerate().map(|(at, v)| placing.place(at, *v)).collect();
        assert_eq!(places, values.iter().map(|v| scale.place(*v)).collect::<Vec<_>>());
        places
    }

    #[test]
    fn mid_ranks_share_ties() {
        assert_eq!(fit(&[10.0, 20.0, 20.0, 30.0], Normalisation::MidRank), [0.125, 0.5, 0.5, 0.875]);
        for how in [Normalisation::MidRank, Normalisation::MinMax] {
            assert!(Placing::fit(&[1.0, 1.0, f64::NAN], how).is_none() && Scale::fit(&[1.0, 1.0], how).is_none());
            assert!(Placing::fit(&[], how).is_none() && Scale::fit(&[], how).is_none());
        }
    }

    #[test]
    fn other_normalisations_keep_their_formulas() {
        assert_eq!(fit(&[0.0, 5.0, 10.0], Normalisation::MinMax), [0.0, 0.5, 1.0]);
        // Median 3, MAD 1: z of 4 is 1/1.4826.
        let z = fit(&[1.0, 2.0, 3.0, 4.0, 100.0], Normalisation::RobustZ);
        assert!((z[3] - (0.5 + 1.0 / 1.4826 / 6.0)).abs() < 1e-12);
        assert_eq!(z[4], 1.0);
        // The MAD is 0: mid-ranks.
        assert_eq!(fit(&[1.0, 1.0, 1.0, 9.0], Normalisation::RobustZ)[3], 0.875);
        let w = fit(&[0.0, 1.0, 2.0, 3.0, 1000.0], Normalisation::Winsorised { low: 0.0, high: 0.75 });
        assert_eq!(w, [0.0, 1.0 / 3.0, 2.0 / 3.0, 1.0, 1.0]);
    }

    #[test]
    fn a_newcomer_lies_between_its_neighbours() {
        let scale = Scale::fit(&[1.0, 2.0, 3.0, 4.0], Normalisation::MidRank).unwrap();
        assert_eq!(scale.place(0.0), 0.0);
        assert_eq!((scale.place(2.1), scale.place(2.5)), (0.5, 0.5));
        assert_eq!(scale.place(9.0), 1.0);
        let mut mostly_zero = vec![0.0; 90];
        mostly_zero.extend((1..=10).map(|i| f64::from(i) / 10.0));
        let scale = Scale::fit(&mostly_zero, Normalisation::MidRank).unwrap();
        assert_eq!((scale.place(0.0), scale.place(0.001)), (0.45, 0.9));
    }

    #[test]
    fn quantiles_are_of_type_7() {
        assert_eq!(quantile_sorted(&[1.0, 2.0, 3.0, 4.0], 0.5), Some(2.5));
        assert_eq!(quantile_sorted(&[1.0, 2.0, 3.0, 4.0], 0.9), Some(3.7));
        assert_eq!(quantile_sorted(&[7.0], 0.3), Some(7.0));
    }

    #[test]
    fn a_frozen_scale_states_its_largest_error() {
        let values: Vec<f64> = (0..20_000).map(|i| f64::from(i) * f64::from(i)).collect();
        let ranks = fit(&values, Normalisation::MidRank);
        let frozen = Scale::fit(&values, Normalisation::MidRank).unwrap().frozen();
        let Scale::MidRank { values: knots, error_max, .. } = &frozen else { panic!("mid-ranks") };
        assert_eq!(knots.len(), 4_097);
        assert!(*error_max > 0.0 && *error_max < 1e-3);
        for (value, rank) in values.iter().zip(&ranks) {
            assert!((frozen.place(*value) - rank).abs() <= *error_max);
        }
    }
}
