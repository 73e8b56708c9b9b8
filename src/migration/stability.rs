//! How far the cells hold when a little time is taken away.

use super::Migration;
use crate::date::Date;
use crate::segment::Quadrant;
use serde::Serialize;

/// The accounts of one cell at the later date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CellStability {
    /// The cell, by the plain cut at the later date.
    pub quadrant: Quadrant,
    /// How many of its accounts had a cell at the earlier date too.
    pub placed: usize,
    /// How many of these had another cell there.
    pub flips: usize,
    /// How many of them leave the cell of the earlier date with hysteresis too.
    pub held_flips: usize,
}

/// How many accounts have another cell when the data end a little earlier: what of the segmentation is noise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Stability {
    /// Where the data ended at the earlier date.
    pub earlier: Date,
    /// Where they end.
    pub later: Date,
    /// By cell at the later date.
    pub quadrants: [CellStability; 4],
}

impl Stability {
    /// That of two portfolios a little apart.
    pub fn of(migration: &Migration<'_>) -> Self {
        let none = |quadrant| CellStability { quadrant, placed: 0, flips: 0, held_flips: 0 };
        let mut quadrants = Quadrant::ALL.map(none);
        for account in migration.accounts() {
            let (Some(from), Some(to)) = (account.from().place(), account.to().place()) else { continue };
            let cell = &mut quadrants[to as usize];
            cell.placed += 1;
            cell.flips += usize::from(from != to);
            cell.held_flips += usize::from(account.held().place() != Some(from));
        }
        let [earlier, later] = [migration.before(), migration.after()].map(|portfolio| portfolio.window().as_of);
        Self { earlier, later, quadrants }
    }

    /// All cells together: how many were placed at both dates, how many flip, and how many with hysteresis.
    pub fn total(&self) -> (usize, usize, usize) {
        let add = |sum: (usize, usize, usize), cell: &CellStability| {
            (sum.0 + cell.placed, sum.1 + cell.flips, sum.2 + cell.held_flips)
        };
        self.quadrants.iter().fold((0, 0, 0), add)
    }
}
