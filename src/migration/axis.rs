//! What moved an account on an axis: component by component, by its own doing and by that of the others.

use super::Migration;
use crate::portfolio::{Account, Contribution};
use crate::score::{Axis, Component, Scale, Side, round9, score_one};

/// An axis of the first date, with its distributions as scales: new values are placed among the old ones.
#[derive(Clone, Debug)]
pub(super) struct EarlierAxis(Vec<(Component, f64, Scale)>);

/// How an account moved on one axis.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AxisMove {
    /// The axis.
    pub side: Side,
    /// The score at the first date.
    pub score_before: f64,
    /// The score at the second date.
    pub score_after: f64,
    /// How far above the cut at the first date: of the score, or of the measure that is cut.
    pub distance_before: Option<f64>,
    /// How far above the cut at the second date.
    pub distance_after: Option<f64>,
    /// How far the cut itself rose.
    pub cut_shift: Option<f64>,
    /// The part of the score's change that is its own doing: the score of its new values among the old ones of all, less
    /// the old score.
    pub own: f64,
    /// The rest of the change: the others moved, and with them the scale, or the components that count.
    pub others: f64,
    /// The components that count at either date, in the order in which they are summed. Their changes sum to the score's.
    pub components: Vec<ComponentMove>,
}

/// How a component moved.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct ComponentMove {
    /// The component.
    pub component: Component,
    /// Its measured value at the first date.
    pub value_before: Option<f64>,
    /// Its measured value at the second date.
    pub value_after: Option<f64>,
    /// What it added to the score at the first date; `None` where it did not count.
    pub adds_before: Option<f64>,
    /// What it adds at the second date.
    pub adds_after: Option<f64>,
}

impl EarlierAxis {
    pub(super) fn of(axis: &Axis) -> Self {
        let scaled = axis.components.iter().filter_map(|c| Some((c.component, c.weight, c.scale()?)));
        Self(scaled.collect())
    }

    /// The score of some values.
    fn score(&self, value: impl Fn(Component) -> Option<f64>) -> Option<f64> {
        score_one(self.0.iter().map(|(of, weight, scale)| (*of, *weight, value(*of).map(|v| scale.place(v)))))
    }
}

impl ComponentMove {
    /// What it adds now less what it added; what does not count adds nothing.
    pub fn change(&self) -> f64 {
        self.adds_after.unwrap_or(0.0) - self.adds_before.unwrap_or(0.0)
    }
}

impl AxisMove {
    pub(super) fn of(migration: &Migration<'_>, before: Account<'_>, after: Account<'_>, side: Side) -> Option<Self> {
        let (score_before, score_after) = (before.score(side)?, after.score(side)?);
        let (old, new) = (before.contributions(side), after.contributions(side));
        let find = |of: Component, all: &[Contribution]| all.iter().find(|c| c.component == of).copied();
        let component = |component: Component| {
            let (old, new) = (find(component, &old), find(component, &new));
            let found = ComponentMove {
                component,
                value_before: old.and_then(|c| c.value),
                value_after: new.and_then(|c| c.value),
                adds_before: old.and_then(|c| c.adds),
                adds_after: new.and_then(|c| c.adds),
            };
            (found.adds_before.is_some() || found.adds_after.is_some()).then_some(found)
        };
        let line = migration.before.expected_cost();
        let own = migration.earlier[side as usize].score(|of| match (of, line) {
            // What a cost is against the expected one takes the earlier line as well: the new one is the others' doing.
            (Component::CostToServeRatio, Some(line)) => line.residual(after.cost_to_serve(), after.revenue()),
            _ => find(of, &new)?.value,
        });
        // Without a value that counted then, nothing of the change is its own doing.
        let own = own.map_or(0.0, |score| round9(score - score_before));
        let cuts = migration.before.cut(side).zip(migration.after.cut(side)).filter(|(old, new)| old.of == new.of);
        Some(Self {
            side,
            score_before,
            score_after,
            distance_before: before.distance(side),
            distance_after: after.distance(side),
            cut_shift: cuts.map(|(old, new)| round9(new.at - old.at)),
            own,
            others: round9(score_after - score_before - own),
            components: Component::ALL.into_iter().filter_map(component).collect(),
        })
    }

    /// How far the score rose.
    pub fn change(&self) -> f64 {
        round9(self.score_after - self.score_before)
    }

    /// Which side of the cut it changed to: `Some(true)` for the high one. `None` when it stayed on its side.
    pub fn crossed(&self) -> Option<bool> {
        let (before, after) = (self.distance_before? >= 0.0, self.distance_after? >= 0.0);
        (before != after).then_some(after)
    }

    /// The component that did most in the direction of the move, which is that of the crossing, or where there is none
    /// that of the score; the first of equal ones. `None` when no component went that way: the cut, or the measure that
    /// is cut, moved alone.
    pub fn main(&self) -> Option<&ComponentMove> {
        let up = self.crossed().unwrap_or(self.change() >= 0.0);
        let along = |c: &ComponentMove| round9(if up { c.change() } else { -c.change() });
        let forward = self.components.iter().filter(|c| along(c) > 0.0);
        forward.reduce(|most, next| if along(next) > along(most) { next } else { most })
    }
}
