//! The facts of one account as runs of neighbouring numbers: what all that is derived reads.

use super::super::Field;
use super::super::shard::{Layout, Shard};
use super::super::view::EventTotal;
use crate::money::SCALE;

impl Shard {
    /// A fact that is kept by period, in each of them; nothing at all while it is 0 for all accounts.
    #[inline]
    pub(in crate::facts) fn by_period(&self, account: usize, field: Field, layout: Layout) -> &[i64] {
        let periods = account * layout.periods..(account + 1) * layout.periods;
        match field {
            Field::Invoiced => self.invoiced.run(periods),
            Field::Credits => self.credits.run(periods),
            Field::EventCredits => self.event_credits.run(periods),
            _ => &[],
        }
    }

    /// A fact that is kept by fiscal year, in each of them.
    #[inline]
    pub(in crate::facts) fn by_year(
        &self,
        account: usize,
        field: Field,
        layout: Layout,
    ) -> impl Iterator<Item = i64> + use<'_> {
        let years = account * layout.years..(account + 1) * layout.years;
        let run = match field {
            Field::Freight => self.freight.run(years.clone()),
            Field::CreditNotes => self.credit_notes.run(years.clone()),
            Field::UnknownRevenue => self.unknown.run(years.clone()),
            _ => &[],
        };
        self.years[years].iter().enumerate().map(move |(year, cell)| match field {
            Field::CostOfGoods => cell.cost_of_goods,
            Field::Discount => cell.discount,
            Field::Orders => cell.orders.into(),
            Field::Lines => cell.lines.into(),
            Field::SmallOrders => cell.small_orders.into(),
            Field::RushOrders => cell.rush_orders.into(),
            _ => run.get(year).copied().unwrap_or(0),
        })
    }

    /// Hands on the events of each kind and fiscal year in which there are any. Quantities fit, as sealing the facts made
    /// sure of.
    #[inline]
    pub(in crate::facts) fn each_event(
        &self,
        account: usize,
        layout: Layout,
        mut each: impl FnMut(u32, usize, EventTotal),
    ) {
        let start = account * layout.years;
        for (columns, kind) in self.kinds.iter().zip(0..) {
            let years = start..start + layout.years;
            let (without, with) = (columns.without_cost.run(years.clone()), columns.with_cost.run(years));
            for year in 0..without.len().max(with.len()) {
                let of = |counts: &[u32]| counts.get(year).map_or(0, |count| i64::from(*count));
                let (without, with) = (of(without), of(with));
                if without + with == 0 {
                    continue;
                }
                let at = start + year;
                let quantity_without_cost = without * SCALE + columns.more_without_cost.get(at);
                let quantity_with_cost = with * SCALE + columns.more_with_cost.get(at);
                let total = EventTotal {
                    events: without + with,
                    quantity: quantity_without_cost + quantity_with_cost,
                    quantity_without_cost,
                    cost: columns.cost.get(at).into(),
                };
                each(kind, year, total);
            }
        }
    }
}
