//! Building facts from a ledger.

use super::table::{COST, CREDIT, EVENTS, EventKey, FamilyTotal, QUANTITY, UNCOSTED, Unknown};
use super::{CreditsDated, FactSpec, FactTable, Field};
use crate::date::Date;
use crate::error::{Result, Table};
use crate::ledger::{Ledger, SettledOrder, Tally, WordTable};
use crate::money::Money;

/// An order's place in the facts, for its lines.
#[derive(Clone, Copy)]
struct Slot {
    account: u32,
    /// `NONE` when the order lies outside the window or was set aside.
    period: u16,
    used: bool,
    own_cost: bool,
}

const OUTSIDE: u16 = u16::MAX;

impl FactTable {
    /// The facts of all records of a ledger. Fails when one of them failed and was not set aside.
    pub fn from_ledger(ledger: &Ledger, spec: FactSpec) -> Result<Self> {
        ledger.settle()?;
        Ok(Self::from_settled(ledger, spec))
    }

    /// The facts of a ledger that was settled without an error.
    pub(crate) fn from_settled(ledger: &Ledger, spec: FactSpec) -> Self {
        let mut table = Self::new(spec);
        table.given = ledger.quality().given();
        let customers = ledger.customer_table();
        let accounts: Vec<u32> = (0..customers.len() as u32)
            .map(|at| customers.get(at).map_or(u32::MAX, |customer| table.account(customer.id())))
            .collect();
        let with_lines = table.given.order_lines;
        let slots = table.add_orders(ledger, &accounts, with_lines);
        if with_lines {
            table.add_lines(ledger, &slots);
        }
        table.add_events(ledger, &accounts);
        table
    }

    fn add_orders(&mut self, ledger: &Ledger, accounts: &[u32], with_lines: bool) -> Vec<Slot> {
        let nowhere = Slot { account: 0, period: OUTSIDE, used: false, own_cost: false };
        let mut slots = if with_lines { vec![nowhere; ledger.order_slots()] } else { Vec::new() };
        let moved = match self.spec.credits_dated {
            CreditsDated::Own => rustc_hash::FxHashMap::default(),
            CreditsDated::Order => ledger.credited_dates(),
        };
        let mut outside = Tally::default();
        for (index, order) in ledger.settled_orders() {
            self.first_order_read = Some(self.first_order_read.map_or(order.ordered_on, |d| d.min(order.ordered_on)));
            let account = accounts[order.customer as usize];
            let day = if order.revenue.is_negative() { moved.get(&index).copied() } else { None };
            let stays = self.spec.credits_dated == CreditsDated::Order && order.revenue.is_negative() && day.is_none();
            self.credits_that_stay += u64::from(stays);
            let period = self.calendar.period(day.unwrap_or(order.ordered_on));
            match period {
                Some(period) => self.add_order(account, period, &order),
                None => outside.count_many(ledger.order_records(index), Some(order.revenue)),
            }
            if with_lines {
                let period = period.map_or(OUTSIDE, |p| p as u16);
                slots[index as usize] = Slot { account, period, used: true, own_cost: order.own_cost };
            }
        }
        self.count_outside(Table::Orders, outside);
        slots
    }

    fn add_order(&mut self, account: u32, period: usize, order: &SettledOrder) {
        let revenue = order.revenue.units();
        if order.revenue.is_negative() {
            self.add(account, Field::Credits, period, -revenue);
            self.add(account, Field::CreditNotes, period, 1);
        } else {
            self.add(account, Field::Invoiced, period, revenue);
            self.add(account, Field::Orders, period, 1);
            self.add(account, Field::Lines, period, order.lines.unwrap_or(0).into());
            self.add(account, Field::MissingLines, period, order.lines.is_none().into());
            self.add(account, Field::RushOrders, period, (order.rush == Some(true)).into());
            self.add(account, Field::MissingRush, period, order.rush.is_none().into());
            let small = self.spec.small_order_below.is_some_and(|below| order.revenue < below);
            self.add(account, Field::SmallOrders, period, small.into());
            let at = account as usize;
            self.first_order[at] = self.first_order[at].min(order.ordered_on);
            self.last_order[at] = self.last_order[at].max(order.ordered_on);
        }
        self.add(account, Field::RevenueWithCost, period, order.revenue_with_cost.units());
        self.add(account, Field::CostOfGoods, period, order.cost_of_goods.units());
        self.add(account, Field::MissingCost, period, order.cost_missing.into());
        let mut optional = |field, missing_field, amount: Option<Money>, missing: bool| {
            self.add(account, field, period, amount.unwrap_or_default().units());
            self.add(account, missing_field, period, missing.into());
        };
        optional(Field::Discount, Field::MissingDiscount, order.discount, order.discount_missing);
        optional(Field::Freight, Field::MissingFreight, order.freight, order.freight.is_none());
        let unknown = order.revenue.units() - order.revenue_with_cost.units();
        if unknown != 0 {
            // What the order's own lines say about it replaces this, line by line.
            self.add_unknown(account, WordTable::NONE, period, unknown);
        }
    }

    fn add_unknown(&mut self, account: u32, family: u32, period: usize, revenue: i64) {
        let key = Unknown { account, family, period: period as u16 };
        *self.unknown.entry(key).or_default() += i128::from(revenue);
    }

    fn add_lines(&mut self, ledger: &Ledger, slots: &[Slot]) {
        for family in ledger.family_names() {
            self.families.intern(family);
        }
        self.family_totals.resize(self.families.len(), FamilyTotal::default());
        let mut outside = Tally::default();
        for line in ledger.settled_lines() {
            let slot = slots[line.order as usize];
            if !slot.used {
                continue;
            }
            if slot.period == OUTSIDE {
                outside.count(Some(line.revenue));
                continue;
            }
            self.bought.insert((slot.account, line.family));
            let total = &mut self.family_totals[line.family as usize];
            let revenue = i128::from(line.revenue.units());
            total.revenue += revenue;
            match line.cost_of_goods {
                Some(cost) => {
                    total.revenue_with_cost += revenue;
                    total.cost_of_goods += i128::from(cost.units());
                }
                None if !slot.own_cost => {
                    let period = usize::from(slot.period);
                    self.add_unknown(slot.account, line.family, period, line.revenue.units());
                    self.add_unknown(slot.account, WordTable::NONE, period, -line.revenue.units());
                }
                None => {}
            }
        }
        self.count_outside(Table::OrderLines, outside);
    }

    fn add_events(&mut self, ledger: &Ledger, accounts: &[u32]) {
        let kinds: Vec<u32> = ledger.kind_names().map(|word| self.kinds.intern(word)).collect();
        let mut outside = Tally::default();
        for event in ledger.settled_events() {
            let day: Date = event.occurred_on;
            let Some(period) = self.calendar.period(day) else {
                let money = event.cost.unwrap_or_default().checked_add(event.credit.unwrap_or_default());
                outside.count(money);
                continue;
            };
            let key = EventKey {
                account: accounts[event.customer as usize],
                kind: kinds[event.kind as usize],
                period: period as u16,
            };
            let cell = self.event_cell(key);
            self.event_sums.add(cell + EVENTS, 1);
            self.event_sums.add(cell + QUANTITY, event.quantity.units());
            match event.cost {
                Some(cost) => self.event_sums.add(cell + COST, cost.units()),
                None => self.event_sums.add(cell + UNCOSTED, event.quantity.units()),
            }
            self.event_sums.add(cell + CREDIT, event.credit.unwrap_or_default().units());
        }
        self.count_outside(Table::ServiceEvents, outside);
    }
}
