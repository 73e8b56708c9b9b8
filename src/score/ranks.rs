//! Mid-ranks of many values at once.

/// Mid-ranks of some values, each doubled so that it is an integer: 2·#smaller + #equal + 1, itself included.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Ranks {
    /// By value; 0 where it is missing.
    pub(crate) doubled: Vec<u32>,
    /// How many are not missing.
    pub(crate) count: u32,
}

/// A key that sorts like the value, and the value's position.
type Entry = (u64, u32);

impl Ranks {
    /// The ranks of some values; NaN is missing. At most 2³⁰ values.
    pub(crate) fn of(values: &[f64]) -> Self {
        let key = if values.iter().all(|value| value.is_nan() || billionths(*value).is_some()) {
            |value| billionths(value).unwrap_or_default()
        } else {
            float_key
        };
        let known = values.iter().zip(0u32..).filter(|(value, _)| !value.is_nan());
        let sorted = sorted(known.map(|(value, at)| (key(*value), at)).collect());
        let mut doubled = vec![0; values.len()];
        let mut below = 0;
        for group in sorted.chunk_by(|a, b| a.0 == b.0) {
            let count = group.len() as u32;
            group.iter().for_each(|(_, at)| doubled[*at as usize] = 2 * below + count + 1);
            below += count;
        }
        Self { doubled, count: below }
    }
}

/// The sign bit: keys of negative numbers lie below those of others.
const SIGN: u64 = 1 << 63;

/// A number as an integer that sorts like it. −0 is 0.
fn float_key(value: f64) -> u64 {
    let bits = (value + 0.0).to_bits();
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

/// The same of a whole number of 10⁻⁹, which takes fewer digits to sort. Measures are rounded to such numbers.
fn billionths(value: f64) -> Option<u64> {
    let scaled = value * 1e9;
    // Beyond 2⁵¹ the nearest whole number is not found by the next line.
    let whole = if scaled.abs() < (1u64 << 51) as f64 { scaled + 0.5f64.copysign(scaled) } else { return None };
    let whole = whole as i64;
    (whole as f64 / 1e9 == value).then_some(whole as u64 ^ SIGN)
}

/// The bits that one pass sorts by.
const DIGIT: u32 = 11;
/// Entries below which comparing them is faster.
const FEW: usize = 1 << 11;

/// Sorted by key; the order of equal keys is that of before, or any when there are few.
fn sorted(mut entries: Vec<Entry>) -> Vec<Entry> {
    if entries.len() <= FEW {
        entries.sort_unstable_by_key(|entry| entry.0);
        return entries;
    }
    let low = entries.iter().map(|entry| entry.0).min().unwrap_or_default();
    let high = entries.iter().map(|entry| entry.0).max().unwrap_or_default();
    let bits = u64::BITS - (high - low).leading_zeros();
    let mut other = vec![(0, 0); entries.len()];
    for pass in 0..bits.div_ceil(DIGIT) {
        let digit = |entry: &Entry| ((entry.0 - low) >> (pass * DIGIT)) as usize & ((1 << DIGIT) - 1);
        let mut starts = [0u32; 1 << DIGIT];
        entries.iter().for_each(|entry| starts[digit(entry)] += 1);
        let mut sum = 0;
        for start in &mut starts {
            (*start, sum) = (sum, sum + *start);
        }
        for entry in &entries {
            let place = &mut starts[digit(entry)];
            other[*place as usize] = *entry;
            *place += 1;
        }
        std::mem::swap(&mut entries, &mut other);
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ranks_are_doubled_mid_ranks() {
        let ranks = Ranks::of(&[-1.0, 5.0, f64::NAN, 5.0, -7.5, 0.0, -0.0]);
        assert_eq!(ranks.doubled, [4, 11, 0, 11, 2, 7, 7]);
        assert_eq!(ranks.count, 6);
    }

    /// The same by counting.
    fn counted(values: &[f64]) -> Vec<u32> {
        let mut sorted: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let rank = |v: &f64| match v.is_nan() {
            true => 0,
            false => (sorted.partition_point(|o| o < v) + sorted.partition_point(|o| o <= v) + 1) as u32,
        };
        values.iter().map(rank).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// Would break with a key that does not sort like its value, or a digit that is left out.
        #[test]
        fn p14_ranks_are_those_found_by_counting(
            rounded in prop::collection::vec(-3_000i64..3_000, 0..5_000), scale in 0u32..12, any in prop::collection::vec(any::<f64>(), 0..3_000),
        ) {
            let of = |n: &i64| super::super::round9(*n as f64 * 10f64.powi(scale as i32 - 9));
            let rounded: Vec<f64> = rounded.iter().map(of).collect();
            prop_assert_eq!(Ranks::of(&rounded).doubled, counted(&rounded));
            let mixed: Vec<f64> = any.into_iter().chain(rounded).collect();
            prop_assert_eq!(Ranks::of(&mixed).doubled, counted(&mixed));
        }
    }
}
