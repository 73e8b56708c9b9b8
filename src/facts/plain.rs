//! What records as columns add to the facts: the same as a ledger of them would.

use super::batch::{Batch, EventEntry, Scope};
use super::table::{EventKey, FamilyTotal};
use crate::error::Table;
use crate::ledger::{CheckedLines, PlainEvents, SettledOrder};
use crate::money::Money;
use std::ops::Range;

/// Small amounts that are added up before their sums are moved: those of one piece more still fit.
const SMALL_ROWS_MAX: usize = 1 << 20;

/// Turns plain orders with their lines into a batch.
pub(crate) struct PlainBatcher<'a> {
    scope: Scope<'a>,
    pieces: &'a [CheckedLines<'a>],
    batch: Batch,
    /// Revenue and cost by family, of small amounts: they fit in 64 bits.
    small: Vec<[i64; 2]>,
    /// Of how many lines.
    small_rows: usize,
    /// What makes these counts of 1/10,000.
    factor: i64,
}

impl<'a> PlainBatcher<'a> {
    /// Begins with some orders and the pieces of their lines, which number so many families alike.
    pub(crate) fn new(scope: Scope<'a>, orders: usize, families: usize, pieces: &'a [CheckedLines<'a>]) -> Self {
        let mut batch = Batch::default();
        batch.orders.reserve(orders);
        batch.family_totals.resize(families, FamilyTotal::default());
        let factor = pieces.first().map_or(1, CheckedLines::factor);
        Self { scope, pieces, batch, small: vec![[0; 2]; families], small_rows: 0, factor }
    }

    /// Adds an order with its lines: the position of each piece, and the rows.
    #[inline]
    pub(crate) fn order(&mut self, order: &SettledOrder, own: &[(usize, Range<usize>)]) {
        let slot = self.batch.add_order(self.scope, order, 1, order.ordered_on);
        let mut bought = 0;
        for (piece, rows) in own {
            let lines = &self.pieces[*piece];
            let families = lines.families(rows);
            if slot.is_outside() {
                let revenues = rows.clone().map(|row| Money::from_units(lines.amounts(row).0));
                revenues.for_each(|revenue| self.batch.outside(Table::OrderLines).count(Some(revenue)));
                continue;
            }
            for family in families {
                match family {
                    few @ 0..64 => bought |= 1 << few,
                    more => self.batch.bought_more.push((slot.account, *more)),
                }
            }
            match lines.small_amounts(rows).filter(|_| lines.factor() == self.factor) {
                Some((revenue, cost)) => {
                    self.small_rows += revenue.len();
                    for ((family, revenue), cost) in families.iter().zip(revenue).zip(cost) {
                        let total = &mut self.small[*family as usize];
                        total[0] += revenue;
                        total[1] += cost;
                    }
                }
                None => {
                    for (family, row) in families.iter().zip(rows.clone()) {
                        let (revenue, cost) = lines.amounts(row);
                        self.batch.add_line(slot, *family, revenue, cost);
                    }
                }
            }
        }
        if self.small_rows > SMALL_ROWS_MAX {
            self.flush();
        }
        if let Some(entry) = self.batch.orders.last_mut().filter(|_| !slot.is_outside()) {
            entry.families = bought;
        }
    }

    /// Moves the sums of small amounts to where they cannot overflow.
    fn flush(&mut self) {
        for (total, small) in self.batch.family_totals.iter_mut().zip(&mut self.small) {
            let [revenue, cost] = std::mem::take(small).map(|sum| i128::from(sum) * i128::from(self.factor));
            total.add(&FamilyTotal { revenue, revenue_with_cost: revenue, cost_of_goods: cost });
        }
        self.small_rows = 0;
    }

    /// What all of them add.
    pub(crate) fn finish(mut self) -> Batch {
        self.flush();
        self.batch
    }
}

impl Batch {
    /// Adds events, by the indices of their customers.
    pub(crate) fn add_plain_events(&mut self, scope: Scope<'_>, events: &PlainEvents, customers: &[u32]) {
        self.events.reserve(customers.len());
        for (row, (customer, day)) in customers.iter().zip(&events.days).enumerate() {
            let (quantity, cost, credit) = events.amounts(row);
            let Some(period) = scope.calendar.period(*day) else {
                let money = Money::from_units(cost.unwrap_or(0)).checked_add(Money::from_units(credit));
                self.outside(Table::ServiceEvents).count(money);
                continue;
            };
            let key = EventKey { account: scope.account(*customer), kind: events.kinds[row], period: period as u16 };
            self.events.push(EventEntry { key, quantity, cost, credit });
        }
    }
}
