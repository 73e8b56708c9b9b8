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
        let entries = SCALES.iter().find_map(|scale| entries(values, |value| whole(value, *scale)));
        let entries = entries.or_else(|| entries_of_floats(values)).unwrap_or_default();
        let low = entries.iter().map(|entry| entry.0).min().unwrap_or_default();
        let high = entries.iter().map(|entry| entry.0).max().unwrap_or_default();
        if high - low > u64::from(u32::MAX) {
            let key = |entry: &Entry| entry.0 - low;
            return Self::of_sorted(&sorted(entries, high - low, key), values.len(), key, |entry| entry.1);
        }
        // Key and position together take half the memory, and the time goes into moving them.
        let packed = entries.into_iter().map(|(key, at)| (key - low) << 32 | u64::from(at)).collect();
        let key = |entry: &u64| *entry >> 32;
        Self::of_sorted(&sorted(packed, high - low, key), values.len(), key, |entry| *entry as u32)
    }

    fn of_sorted<E>(sorted: &[E], len: usize, key: impl Fn(&E) -> u64, at: impl Fn(&E) -> u32) -> Self {
        let mut doubled = vec![0; len];
        let mut below = 0;
        for group in sorted.chunk_by(|a, b| key(a) == key(b)) {
            let count = group.len() as u32;
            group.iter().for_each(|entry| doubled[at(entry) as usize] = 2 * below + count + 1);
            below += count;
        }
        Self { doubled, count: below }
    }
}

/// What measures are whole numbers of, as a rule: ratios of 10⁻⁹, amounts of 10⁻⁴. Whole numbers take fewer digits to
/// sort than floats.
const SCALES: [f64; 3] = [1e9, 1e4, 1.0];

/// The known values with their keys; `None` when one has no key.
fn entries(values: &[f64], key: impl Fn(f64) -> Option<u64>) -> Option<Vec<Entry>> {
    let mut entries = Vec::with_capacity(values.len());
    for (value, at) in values.iter().zip(0u32..).filter(|(value, _)| !value.is_nan()) {
        entries.push((key(*value)?, at));
    }
    Some(entries)
}

/// The sign bit: keys of negative numbers lie below those of others.
const SIGN: u64 = 1 << 63;

fn entries_of_floats(values: &[f64]) -> Option<Vec<Entry>> {
    // −0 is 0.
    entries(values, |value| {
        let bits = (value + 0.0).to_bits();
        Some(if bits & SIGN == 0 { bits | SIGN } else { !bits })
    })
}

/// A number as the whole number that it is when it is scaled. Two of them are equal where the numbers are, and else stand
/// in the same order.
fn whole(value: f64, scale: f64) -> Option<u64> {
    let scaled = value * scale;
    // Beyond 2⁵¹ the nearest whole number is not found by the next line.
    let whole = if scaled.abs() < (1u64 << 51) as f64 { scaled + 0.5f64.copysign(scaled) } else { return None };
    let whole = whole as i64;
    (whole as f64 / scale == value).then_some(whole as u64 ^ SIGN)
}

/// The bits that one pass sorts by.
const DIGIT: u32 = 11;
/// Entries below which comparing them is faster.
const FEW: usize = 1 << 11;

/// Sorted by keys from 0 to `high`; the order of equal keys is that of before, or any when there are few.
fn sorted<E: Copy + Default>(mut entries: Vec<E>, high: u64, key: impl Fn(&E) -> u64) -> Vec<E> {
    if entries.len() <= FEW {
        entries.sort_unstable_by_key(|entry| key(entry));
        return entries;
    }
    let bits = u64::BITS - high.leading_zeros();
    let mut other = vec![E::default(); entries.len()];
    for pass in 0..bits.div_ceil(DIGIT) {
        let digit = |entry: &E| (key(entry) >> (pass * DIGIT)) as usize & ((1 << DIGIT) - 1);
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
