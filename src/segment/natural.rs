//! Natural breaks: classes whose values lie as close together as they can.

use super::double::Double;
use crate::score::round9;
use serde::{Deserialize, Serialize};

/// One class of natural breaks.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NaturalClass {
    /// Its smallest value: a cut there, "at or above", gives the class and those above it.
    pub smallest: f64,
    /// Its largest value.
    pub largest: f64,
    /// How many values it has.
    pub count: usize,
}

/// Values in classes, the lowest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NaturalBreaks {
    /// The classes, the lowest first; fewer than asked for when there are fewer distinct values.
    pub classes: Vec<NaturalClass>,
    /// The goodness of variance fit, 1 − SS within classes / SS about the mean, rounded to nine decimals: 1 when each
    /// class is one value.
    pub fit: f64,
}

/// Natural breaks (Jenks & Caspall 1971; Fisher 1958): the classes with the least sum of squared deviations from their own
/// means, exactly and not by improvement from a guess. With two classes it is Otsu's threshold (1979).
///
/// - Equal values stay together. With fewer distinct values than classes, each distinct value is a class.
/// - Of several best solutions the one with the lowest cuts is taken, the highest cut deciding first. Sums of squares
///   count as equal when they differ by less than 2⁻⁷⁰ of the whole.
/// - Values are taken as the floats are: of .1, .5 and .9 the first two are a hair closer together.
/// - Values that are no finite numbers are missing, and left out. `None` without values or without classes.
///
/// O(k n log n) for k classes of n values, with 4 bytes for each class and distinct value. The values may come in any
/// order.
///
/// ```
/// use portefeuille::segment::natural_breaks;
///
/// let breaks = natural_breaks(&[1.0, 2.0, 9.0, 10.0, 11.0], 2).unwrap();
/// assert_eq!((breaks.classes[0].largest, breaks.classes[1].smallest), (2.0, 9.0));
/// assert_eq!(breaks.fit, 0.971973094); // 1 − 2.5 / 89.2: what is left within the classes, of what there is about the mean
/// ```
pub fn natural_breaks(values: &[f64], classes: usize) -> Option<NaturalBreaks> {
    let mut sorted: Vec<f64> = values.iter().filter(|v| v.is_finite()).map(|v| v + 0.0).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let (least, most) = (*sorted.first()?, *sorted.last()?);
    // Powers of two change no digit, and keep squares within what a float holds.
    let exponent = libm::ilogb(least.abs().max(most.abs()).max(f64::MIN_POSITIVE)) + 1;
    let scaled = |value: f64| libm::scalbn(value, -exponent);
    let middle = scaled(sorted[sorted.len() / 2]);
    let groups = Groups::of(&sorted);
    let points = groups.points(|value| Double::difference(scaled(value), middle));
    let starts = points.starts(classes)?;
    let fit = points.fit(&starts);
    let ends = starts.iter().skip(1).copied().chain([groups.values.len()]);
    let class = |(start, end): (&usize, usize)| NaturalClass {
        smallest: groups.values[*start],
        largest: groups.values[end - 1],
        count: groups.ends[end] - groups.ends[*start],
    };
    Some(NaturalBreaks { classes: starts.iter().zip(ends).map(class).collect(), fit })
}

/// The smallest of each natural class of some whole numbers, the lowest class first.
pub(super) fn natural_floors(mut units: Vec<i64>, classes: usize) -> Vec<i64> {
    units.sort_unstable();
    let middle = units.get(units.len() / 2).map_or(Double::ZERO, |unit| Double::whole(*unit));
    let groups = Groups::of(&units);
    let points = groups.points(|unit| Double::whole(unit) - middle);
    points.starts(classes).unwrap_or_default().into_iter().map(|start| groups.values[start]).collect()
}

/// Distinct values, ascending, and how many values lie before each and before the end.
struct Groups<T> {
    values: Vec<T>,
    ends: Vec<usize>,
}

impl<T: Copy + PartialEq> Groups<T> {
    fn of(sorted: &[T]) -> Self {
        let mut groups = Self { values: Vec::new(), ends: vec![0] };
        for group in sorted.chunk_by(|a, b| a == b) {
            groups.values.push(group[0]);
            groups.ends.push(groups.ends[groups.ends.len() - 1] + group.len());
        }
        groups
    }

    fn points(&self, place: impl Fn(T) -> Double) -> Points {
        let (mut sums, mut squares) = (vec![Double::ZERO], Double::ZERO);
        for (value, ends) in self.values.iter().zip(self.ends.windows(2)) {
            let (place, count) = (place(*value), (ends[1] - ends[0]) as f64);
            sums.push(sums[sums.len() - 1] + place.times(count));
            squares = squares + place.square().times(count);
        }
        Points { counts: self.ends.iter().map(|end| *end as f64).collect(), sums, squares }
    }
}

/// Distinct places, ascending, as sums up to each. Places are taken from the median: it lies within one standard deviation
/// of the mean, so that no digit is lost to an origin that is far away.
struct Points {
    counts: Vec<f64>,
    sums: Vec<Double>,
    squares: Double,
}

/// The best solutions of one number of classes.
struct Layer<'a> {
    points: &'a Points,
    /// What the classes before the last one explain at best, by where they end.
    before: &'a [Double],
    /// Differences below this are none.
    tolerance: f64,
    best: Vec<Double>,
    /// Where the last class starts.
    start: Vec<u32>,
}

impl Points {
    /// How many distinct places there are.
    fn len(&self) -> usize {
        self.sums.len() - 1
    }

    /// What a class explains: (Σx)² / n. The squares of all values less that is what it leaves, so that the most explained
    /// is the least left.
    #[inline]
    fn explained(&self, start: usize, end: usize) -> Double {
        (self.sums[end] - self.sums[start]).square().over(self.counts[end] - self.counts[start])
    }

    /// Where each class of the best solution starts.
    fn starts(&self, classes: usize) -> Option<Vec<usize>> {
        let (count, classes) = (self.len(), classes.min(self.len()));
        let tolerance = self.squares.high * (0.5f64).powi(70);
        let mut best: Vec<Double> =
            (0..=count).map(|end| if end == 0 { Double::ZERO } else { self.explained(0, end) }).collect();
        let mut layers: Vec<Vec<u32>> = Vec::new();
        for class in 1..classes.checked_sub(1)? + 1 {
            let mut layer = Layer {
                points: self,
                before: &best,
                tolerance,
                best: vec![Double::ZERO; count + 1],
                start: vec![0; count + 1],
            };
            // Of the last number of classes only the solution for all values is asked for.
            let first = if class + 1 == classes { count } else { class + 1 };
            layer.solve((first, count), (class, count - 1));
            let Layer { best: found, start, .. } = layer;
            best = found;
            layers.push(start);
        }
        let mut starts = vec![count];
        for layer in layers.iter().rev() {
            starts.push(layer[starts[starts.len() - 1]] as usize);
        }
        starts.push(0);
        starts.reverse();
        starts.pop();
        Some(starts)
    }

    /// The part of the squared deviations from the mean that classes explain.
    fn fit(&self, starts: &[usize]) -> f64 {
        let count = self.len();
        let mean = self.explained(0, count);
        let whole = self.squares - mean;
        let ends = starts.iter().skip(1).copied().chain([count]);
        let explained = starts.iter().zip(ends).map(|(start, end)| self.explained(*start, end));
        let explained = explained.fold(Double::ZERO, |sum, class| sum + class) - mean;
        if whole.high > 0.0 { round9((explained.high / whole.high).clamp(0.0, 1.0)) } else { 1.0 }
    }
}

impl Layer<'_> {
    /// Solves for the ends in a range, whose last classes start in another range: the more values there are, the later the
    /// last class starts, so that the solution for the middle end parts the starts for those on both sides.
    fn solve(&mut self, ends: (usize, usize), starts: (usize, usize)) {
        if ends.0 > ends.1 {
            return;
        }
        let end = usize::midpoint(ends.0, ends.1);
        let with = |start: usize| self.before[start] + self.points.explained(start, end);
        let (mut best, mut found) = (with(starts.0), starts.0);
        for start in starts.0 + 1..=starts.1.min(end - 1) {
            let explained = with(start);
            if (explained - best).high > self.tolerance {
                (best, found) = (explained, start);
            }
        }
        (self.best[end], self.start[end]) = (best, found as u32);
        self.solve((ends.0, end - 1), (starts.0, found));
        self.solve((end + 1, ends.1), (found, starts.1));
    }
}
