//! Single facts of a shard, taken out and put in exactly.

use super::super::Field;
use super::super::shard::{EventSums, Layout, Shard};
use super::super::sums::{Counts, Sums};
use crate::date::Date;
use crate::money::SCALE;

impl Shard {
    /// A fact that is kept by period.
    pub(in crate::facts) fn exact_in_period(
        &self,
        account: usize,
        field: Field,
        period: usize,
        layout: Layout,
    ) -> i128 {
        let at = account * layout.periods + period;
        match field {
            Field::Invoiced => self.invoiced.exact(at),
            Field::Credits => self.credits.exact(at),
            Field::EventCredits => self.event_credits.exact(at),
            _ => 0,
        }
    }

    /// A fact that is kept by fiscal year.
    pub(in crate::facts) fn exact_in_year(&self, account: usize, field: Field, year: usize, layout: Layout) -> i128 {
        let at = account * layout.years + year;
        let carry = |which| i128::from(self.carries.get(&(at as u32, which)).copied().unwrap_or(0)) << 64;
        match field {
            Field::CostOfGoods => i128::from(self.years[at].cost_of_goods) + carry(false),
            Field::Discount => i128::from(self.years[at].discount) + carry(true),
            Field::Freight => self.freight.exact(at),
            Field::CreditNotes => self.credit_notes.exact(at),
            Field::UnknownRevenue => self.unknown.exact(at),
            counted => self.by_year(account, counted, layout).nth(year).unwrap_or(0).into(),
        }
    }

    /// Adds to a fact that is kept by period.
    pub(in crate::facts) fn put_in_period(
        &mut self,
        account: usize,
        field: Field,
        period: usize,
        value: i128,
        layout: Layout,
    ) {
        let (len, at) = (self.room * layout.periods, account * layout.periods + period);
        match field {
            Field::Invoiced => self.invoiced.add_exact(len, at, value),
            Field::Credits => self.credits.add_exact(len, at, value),
            Field::EventCredits => self.event_credits.add_exact(len, at, value),
            _ => {}
        }
    }

    /// Adds to a fact that is kept by fiscal year.
    pub(in crate::facts) fn put_in_year(
        &mut self,
        account: usize,
        field: Field,
        year: usize,
        value: i128,
        layout: Layout,
    ) {
        let (len, at) = (self.room * layout.years, account * layout.years + year);
        let cell = &mut self.years[at];
        let count = |count: &mut u32| *count = count.saturating_add(u32::try_from(value).unwrap_or(u32::MAX));
        let (sum, which) = match field {
            Field::CostOfGoods => (&mut cell.cost_of_goods, false),
            Field::Discount => (&mut cell.discount, true),
            Field::Freight => return self.freight.add_exact(len, at, value),
            Field::CreditNotes => return self.credit_notes.add_exact(len, at, value),
            Field::UnknownRevenue => return self.unknown.add_exact(len, at, value),
            Field::Orders => return count(&mut cell.orders),
            Field::Lines => return count(&mut cell.lines),
            Field::SmallOrders => return count(&mut cell.small_orders),
            Field::RushOrders => return count(&mut cell.rush_orders),
            _ => return,
        };
        let exact = i128::from(*sum) + value;
        *sum = exact as i64;
        let carry = ((exact - i128::from(*sum)) >> 64) as i64;
        if carry != 0 {
            *self.carries.entry((at as u32, which)).or_default() += carry;
        }
    }

    /// Notes the dates of an account's first and last order.
    pub(in crate::facts) fn put_dates(&mut self, account: usize, first: Date, last: Date) {
        self.heads[account].take_dates(first, last);
    }

    /// Events of a kind in a fiscal year, exact.
    pub(in crate::facts) fn exact_events(&self, account: usize, kind: usize, year: usize, layout: Layout) -> EventSums {
        let Some(columns) = self.kinds.get(kind) else { return EventSums::default() };
        let at = account * layout.years + year;
        let quantity = |counts: &Counts, more: &Sums| i128::from(counts.get(at)) * i128::from(SCALE) + more.exact(at);
        let quantity_without_cost = quantity(&columns.without_cost, &columns.more_without_cost);
        EventSums {
            events: i64::from(columns.without_cost.get(at)) + i64::from(columns.with_cost.get(at)),
            quantity: quantity_without_cost + quantity(&columns.with_cost, &columns.more_with_cost),
            quantity_without_cost,
            cost: columns.cost.exact(at),
            credit: 0,
        }
    }

    /// Adds events of a kind in a fiscal year; what they gave back is kept by period. Their number is kept with that of
    /// events without a cost, as far as it has room there: what is read of events is the sum of both.
    pub(in crate::facts) fn put_events(
        &mut self,
        account: usize,
        kind: usize,
        year: usize,
        sums: EventSums,
        layout: Layout,
    ) {
        let (len, at) = (self.room * layout.years, account * layout.years + year);
        let columns = self.kind(kind);
        let events = u64::try_from(sums.events).unwrap_or(0);
        let room = u64::from(u32::MAX - 1 - columns.without_cost.get(at).min(u32::MAX - 1));
        let without = events.min(room);
        let with = u32::try_from(events - without).unwrap_or(u32::MAX);
        columns.without_cost.add(len, at, without as u32);
        columns.with_cost.add(len, at, with);
        let more = |quantity: i128, count: i128| quantity - count * i128::from(SCALE);
        columns.more_without_cost.add_exact(len, at, more(sums.quantity_without_cost, without.into()));
        columns.more_with_cost.add_exact(len, at, more(sums.quantity - sums.quantity_without_cost, with.into()));
        columns.cost.add_exact(len, at, sums.cost);
    }
}
