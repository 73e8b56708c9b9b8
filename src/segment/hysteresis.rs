//! Cells that do not flicker: an account must go beyond a cut to change sides.

use super::Quadrant;
use serde::{Deserialize, Serialize};

/// How far beyond a cut an account must go to change sides: it enters the high side at the cut + δ and leaves it at the
/// cut − δ. Distances are those of [`Account::distance`](crate::Account::distance): of scores where the cut is on the
/// score, of the measure where it is on one.
///
/// By default 0, the plain cut: the same figures then always give the same cell, whatever was said of the account before.
/// With a δ above 0 a label depends on its past, which is a choice that somebody must have made.
///
/// ```
/// use portefeuille::{Quadrant, segment::Hysteresis};
///
/// let held = Hysteresis::both(0.03);
/// let slightly_below = [Some(-0.02), Some(-0.2)];
/// assert_eq!(held.cell(Some(Quadrant::Or), slightly_below), Some(Quadrant::Or));
/// assert_eq!(held.cell(None, slightly_below), Some(Quadrant::Efficace)); // nothing to hold on to: the plain cut
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Hysteresis {
    /// δ of the value axis.
    pub value: f64,
    /// δ of the complexity axis.
    pub complexity: f64,
}

impl Hysteresis {
    /// The same δ for both axes.
    pub const fn both(delta: f64) -> Self {
        Self { value: delta, complexity: delta }
    }

    /// True for the plain cut.
    pub fn is_none(self) -> bool {
        self == Self::default()
    }

    /// The cell of an account that stood in another one before, given how far it lies above the cuts of value and
    /// complexity. Without a cell before it is the plain one; without a distance there is none.
    pub fn cell(self, before: Option<Quadrant>, distances: [Option<f64>; 2]) -> Option<Quadrant> {
        let [value, complexity] = distances;
        let sides = before.map(Quadrant::sides);
        let high = |was_high: Option<bool>, distance: f64, delta: f64| match was_high {
            Some(true) => distance >= -delta,
            Some(false) => distance >= delta,
            None => distance >= 0.0,
        };
        let high_value = high(sides.map(|s| s.0), value?, self.value);
        Some(Quadrant::of(high_value, high(sides.map(|s| s.1), complexity?, self.complexity)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Would break with a band that is open on the wrong side.
    #[test]
    fn an_account_enters_at_the_cut_plus_and_leaves_below_the_cut_minus() {
        let held = Hysteresis { value: 0.1, complexity: 0.2 };
        let cell = |before, value, complexity| held.cell(Some(before), [Some(value), Some(complexity)]).unwrap();
        assert_eq!(cell(Quadrant::Efficace, 0.099, 0.199), Quadrant::Efficace);
        assert_eq!(cell(Quadrant::Efficace, 0.1, 0.2), Quadrant::Strategique);
        assert_eq!(cell(Quadrant::Strategique, -0.1, -0.2), Quadrant::Strategique);
        assert_eq!(cell(Quadrant::Strategique, -0.101, -0.201), Quadrant::Efficace);
        assert_eq!(held.cell(Some(Quadrant::Or), [None, Some(1.0)]), None);
    }
}
