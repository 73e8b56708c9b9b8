//! Sums over the accounts, found once.

use super::{AccountRow, Group, Status};
use crate::error::Result;
use crate::margin::CascadeParts;
use crate::money::narrow;
use crate::parallel;
use crate::segment::{Quadrant, Tier};

/// Accounts that are added up together.
const CHUNK: usize = 8_192;

/// Some accounts added up.
#[derive(Clone, Copy, Debug)]
pub(super) struct GroupSum {
    accounts: usize,
    losing: usize,
    parts: CascadeParts,
}

impl GroupSum {
    pub(super) fn new() -> Self {
        Self { accounts: 0, losing: 0, parts: CascadeParts::zero() }
    }

    #[inline]
    pub(super) fn add(&mut self, parts: &CascadeParts) {
        self.accounts += 1;
        self.losing += usize::from(parts.net_margin().is_some_and(|margin| margin < 0));
        self.parts.add(parts);
    }

    fn merge(&mut self, other: &Self) {
        self.accounts += other.accounts;
        self.losing += other.losing;
        self.parts.add(&other.parts);
    }

    pub(super) fn group(&self) -> Result<Group> {
        Ok(Group { accounts: self.accounts, losing: self.losing, cascade: self.parts.cascade()? })
    }
}

/// The cells and the tiers, each with a place for accounts without one.
const CELLS: usize = Quadrant::ALL.len() + 1;
const TIERS: usize = Tier::ALL.len() + 1;

/// Accounts added up by status, cell and tier at once, so that each is added once and not to all sums that it is in.
struct Spots {
    sums: Vec<GroupSum>,
    positive: i128,
}

impl Spots {
    fn of(rows: &[AccountRow], discount: bool) -> Self {
        let mut spots = Self { sums: vec![GroupSum::new(); 3 * CELLS * TIERS], positive: 0 };
        for row in rows {
            let parts = row.parts.known(discount, row.cost_of_goods_known);
            let cell = row.quadrant.map_or(CELLS - 1, |quadrant| quadrant as usize);
            let tier = row.tier.map_or(TIERS - 1, |tier| tier as usize);
            spots.sums[(row.status as usize * CELLS + cell) * TIERS + tier].add(&parts);
            spots.positive += parts.net_margin().unwrap_or_default().max(0);
        }
        spots
    }
}

/// The accounts of each status, cell and tier, and what all of them earned in each fiscal year.
#[derive(Clone, Debug)]
pub(crate) struct Sums {
    pub(super) total: GroupSum,
    statuses: [GroupSum; 3],
    quadrants: [GroupSum; 4],
    tiers: [GroupSum; 3],
    /// The net margin of those that earn money.
    pub(super) positive: i128,
    /// By fiscal year.
    pub(crate) years: Vec<CascadeParts>,
    /// Optional values left blank in columns that are given.
    pub(crate) missing_values: i64,
}

impl Sums {
    pub(crate) fn new(years: Vec<CascadeParts>, missing_values: i64) -> Self {
        let none = GroupSum::new();
        Self {
            total: none,
            statuses: [none; 3],
            quadrants: [none; 4],
            tiers: [none; 3],
            positive: 0,
            years,
            missing_values,
        }
    }

    /// Adds placed accounts. `discount` says whether discounts are known.
    pub(crate) fn add(&mut self, rows: &[AccountRow], discount: bool) {
        for spots in parallel::map_ranges(rows.len(), CHUNK, |range| Spots::of(&rows[range], discount)) {
            self.positive += spots.positive;
            for (at, sum) in spots.sums.iter().enumerate() {
                self.total.merge(sum);
                self.statuses[at / (CELLS * TIERS)].merge(sum);
                if let Some(quadrant) = self.quadrants.get_mut(at / TIERS % CELLS) {
                    quadrant.merge(sum);
                }
                if let Some(tier) = self.tiers.get_mut(at % TIERS) {
                    tier.merge(sum);
                }
            }
        }
    }

    pub(super) fn status(&self, status: Status) -> &GroupSum {
        &self.statuses[status as usize]
    }

    pub(super) fn quadrant(&self, quadrant: Quadrant) -> &GroupSum {
        &self.quadrants[quadrant as usize]
    }

    pub(super) fn tier(&self, tier: Tier) -> &GroupSum {
        &self.tiers[tier as usize]
    }

    /// The total net margin and that of those that earn money, when all are known, any is positive, and both can be held.
    pub(super) fn net_margins(&self) -> Option<(i128, i128)> {
        let (total, positive) = (self.total.parts.net_margin()?, self.positive);
        [total, positive, positive - total].into_iter().try_for_each(|units| narrow(units).map(|_| ()))?;
        (positive > 0).then_some((total, positive))
    }

    /// How many accounts of a status there are.
    pub(super) fn count(&self, status: Status) -> usize {
        self.status(status).accounts
    }
}
