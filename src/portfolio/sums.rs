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

    pub(super) fn add(&mut self, parts: CascadeParts) {
        self.accounts += 1;
        self.losing += usize::from(parts.net_margin().is_some_and(|margin| margin < 0));
        self.parts = self.parts.plus(parts);
    }

    fn merge(&mut self, other: &Self) {
        self.accounts += other.accounts;
        self.losing += other.losing;
        self.parts = self.parts.plus(other.parts);
    }

    pub(super) fn group(&self) -> Result<Group> {
        Ok(Group { accounts: self.accounts, losing: self.losing, cascade: self.parts.cascade()? })
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
        let parts = parallel::map_ranges(rows.len(), CHUNK, |range| {
            let mut sums = Self::new(Vec::new(), 0);
            rows[range].iter().for_each(|row| sums.add_row(row, discount));
            sums
        });
        for part in parts {
            self.total.merge(&part.total);
            let merge = |to: &mut [GroupSum], from: &[GroupSum]| to.iter_mut().zip(from).for_each(|(a, b)| a.merge(b));
            merge(&mut self.statuses, &part.statuses);
            merge(&mut self.quadrants, &part.quadrants);
            merge(&mut self.tiers, &part.tiers);
            self.positive += part.positive;
        }
    }

    fn add_row(&mut self, row: &AccountRow, discount: bool) {
        let parts = row.parts.known(discount, row.cost_of_goods_known);
        self.total.add(parts);
        self.statuses[row.status as usize].add(parts);
        if let Some(quadrant) = row.quadrant {
            self.quadrants[quadrant as usize].add(parts);
        }
        if let Some(tier) = row.tier {
            self.tiers[tier as usize].add(parts);
        }
        self.positive += parts.net_margin().unwrap_or_default().max(0);
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
