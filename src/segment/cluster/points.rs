//! The rows that are grouped, checked, and the orders in which they are looked at.

use crate::error::{Code, Error, Problem, Result};
use crate::parallel;
use crate::random::Random;

/// The largest value: its square, and sums of many of them, are still numbers.
const VALUE_MAX: f64 = 1e100;
/// Rows that are hashed together.
const CHUNK: usize = 8_192;

/// Rows of numbers to group: rows × columns, row by row, NaN where a value is missing.
///
/// ```
/// use portefeuille::segment::cluster::Points;
///
/// let points = Points::new(2, vec![0.1, 0.9, 0.2, f64::NAN])?;
/// assert_eq!((points.len(), points.columns()), (2, 2));
/// assert!(Points::new(2, vec![0.1, f64::INFINITY]).is_err());
/// # Ok::<(), portefeuille::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Points {
    columns: usize,
    values: Vec<f64>,
}

impl Points {
    /// Takes rows of a number of columns. Fails without columns, when the values do not fill whole rows, and on a value
    /// that is infinite or beyond 10¹⁰⁰ either way.
    pub fn new(columns: usize, mut values: Vec<f64>) -> Result<Self> {
        let refuse = |reason: String| Err(Error::new(Problem::new(Code::BadUse, reason)));
        if columns == 0 || !values.len().is_multiple_of(columns) {
            return refuse(format!("{} values do not fill rows of {columns} columns", values.len()));
        }
        for (at, value) in values.iter_mut().enumerate() {
            if !(value.is_nan() || value.abs() <= VALUE_MAX) {
                return refuse(format!("row {}, column {}: {value} cannot be grouped", at / columns, at % columns));
            }
            // The two zeros are one value.
            *value += 0.0;
        }
        Ok(Self { columns, values })
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.values.len() / self.columns
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// A row.
    pub fn row(&self, at: usize) -> &[f64] {
        &self.values[at * self.columns..(at + 1) * self.columns]
    }

    /// The rows without a missing value: their positions and their values. `None` for the positions means all of them.
    pub(super) fn complete(&self) -> (Option<Vec<u32>>, std::borrow::Cow<'_, [f64]>) {
        if !self.values.iter().any(|v| v.is_nan()) {
            return (None, (&self.values).into());
        }
        let rows = self.values.chunks_exact(self.columns).zip(0u32..);
        let whole: Vec<u32> = rows.filter(|(row, _)| !row.iter().any(|v| v.is_nan())).map(|(_, at)| at).collect();
        let rows = Rows { values: &self.values, columns: self.columns };
        let values = rows.gather(&whole);
        (Some(whole), values.into())
    }
}

/// Complete rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rows<'a> {
    pub(super) values: &'a [f64],
    pub(super) columns: usize,
}

impl<'a> Rows<'a> {
    pub(super) fn len(self) -> usize {
        self.values.len() / self.columns
    }

    pub(super) fn row(self, at: usize) -> &'a [f64] {
        &self.values[at * self.columns..(at + 1) * self.columns]
    }

    pub(super) fn iter(self) -> impl ExactSizeIterator<Item = &'a [f64]> {
        self.values.chunks_exact(self.columns)
    }

    /// Some of the rows.
    pub(super) fn gather(self, positions: &[u32]) -> Vec<f64> {
        let mut values = Vec::with_capacity(positions.len() * self.columns);
        positions.iter().for_each(|at| values.extend_from_slice(self.row(*at as usize)));
        values
    }

    /// The largest value, without its sign.
    pub(super) fn largest(self) -> f64 {
        let chunk = CHUNK * self.columns;
        let largest = |values: &[f64]| values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
        let parts = parallel::map_ranges(self.values.len(), chunk, |range| largest(&self.values[range]));
        largest(&parts)
    }

    /// At most so many rows, in an order that depends on the seed and on what the rows are, not on where they stand: the
    /// same rows in another order give the same sample. Of equal rows as many are taken as are their due.
    pub(super) fn sample(self, seed: u64, most: usize) -> Vec<u32> {
        let salt = Random::stream(seed, 0x0063_6c75_7374_6572).bits();
        let parts = parallel::map_ranges(self.len(), CHUNK, |range| {
            let keyed = |at: usize| (hash(self.row(at), salt), at as u32);
            range.map(keyed).collect::<Vec<_>>()
        });
        let mut keys = parts.concat();
        parallel::sort_unstable_by_key(&mut keys, |key| *key);
        let (count, taken) = (keys.len(), keys.len().min(most));
        (0..taken).map(|at| keys[at * count / taken].1).collect()
    }

    /// How many different rows there are, counted up to a number.
    pub(super) fn distinct(self, enough: usize) -> usize {
        let mut found: Vec<&[f64]> = Vec::new();
        for row in self.iter() {
            if !found.contains(&row) {
                found.push(row);
                if found.len() >= enough {
                    break;
                }
            }
        }
        found.len()
    }
}

/// A number for what a row is.
fn hash(row: &[f64], salt: u64) -> u64 {
    let mixed = row.iter().fold(salt, |hash, value| {
        let hash = (hash ^ value.to_bits()).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        hash ^ (hash >> 29)
    });
    let mixed = (mixed ^ (mixed >> 32)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed ^ (mixed >> 32)
}
