//! What records as columns add to the facts: the same as a ledger of them would.

use super::batch::{Batch, EventEntry, Scope};
use super::table::{EventKey, FamilyTotal};
use crate::error::Table;
use crate::ledger::{PlainEvents, PlainLines, SettledOrder};
use crate::money::Money;
use std::ops::Range;

impl Batch {
    /// Makes room for orders and the totals of families.
    pub(crate) fn reserve(&mut self, orders: usize, families: usize) {
        self.orders.reserve(orders);
        self.family_totals.resize(families, FamilyTotal::default());
    }

    /// Adds an order with its lines: the position of each piece, and the rows. Families are numbered alike in all pieces.
    #[inline]
    pub(crate) fn add_plain_order(
        &mut self,
        scope: Scope<'_>,
        order: &SettledOrder,
        pieces: &[PlainLines],
        own: &[(usize, Range<usize>)],
    ) {
        let slot = self.add_order(scope, order, 1, order.ordered_on);
        let mut families = 0;
        for (piece, rows) in own {
            let lines = &pieces[*piece];
            for row in rows.clone() {
                let (family, (revenue, cost)) = (lines.families[row], lines.amounts(row));
                if slot.is_outside() {
                    self.outside(Table::OrderLines).count(Some(Money::from_units(revenue)));
                    continue;
                }
                match family {
                    few @ 0..64 => families |= 1 << few,
                    more => self.bought_more.push((slot.account, more)),
                }
                self.add_line(slot, family, revenue, cost);
            }
        }
        if let Some(entry) = self.orders.last_mut().filter(|_| !slot.is_outside()) {
            entry.families = families;
        }
    }

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
