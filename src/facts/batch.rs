//! Records on their way into the facts: what each adds, and to which account.

use super::CreditsDated;
use super::table::{EventKey, FamilyTotal, Unknown};
use super::{Calendar, FactSpec};
use crate::date::Date;
use crate::error::Table;
use crate::ledger::{Ledger, SettledOrder, Tally, WordTable};
use crate::money::Money;
use std::ops::Range;

/// Fields of an order that may be missing.
pub(super) const OPTIONAL: usize = 5;
pub(super) const COST: usize = 0;
pub(super) const DISCOUNT: usize = 1;
pub(super) const FREIGHT: usize = 2;
pub(super) const LINES: usize = 3;
pub(super) const RUSH: usize = 4;

/// Set beside the bits of missing fields: what an order is.
const CREDIT_NOTE: u16 = 1 << 8;
const IS_RUSH: u16 = 1 << 9;
const IS_SMALL: u16 = 1 << 10;

/// What an order or a credit note adds.
#[derive(Clone, Copy, Debug)]
pub(super) struct OrderEntry {
    pub(super) account: u32,
    pub(super) period: u16,
    flags: u16,
    pub(super) lines: u32,
    pub(super) ordered_on: Date,
    /// Negative for a credit note.
    pub(super) revenue: i64,
    /// The part of the revenue whose cost is not known.
    pub(super) unknown: i64,
    pub(super) cost_of_goods: i64,
    pub(super) discount: i64,
    pub(super) freight: i64,
    /// Families of its lines, where these came with it: the first 64 as bits.
    pub(super) families: u64,
}

impl OrderEntry {
    fn of(order: &SettledOrder, account: u32, period: u16, small_below: Option<Money>) -> Self {
        let note = order.revenue.is_negative();
        let bit = |yes: bool, bit: u16| if yes { bit } else { 0 };
        // A credit note counts neither lines nor rush.
        let flags = bit(order.cost_missing, 1 << COST)
            | bit(order.discount_missing, 1 << DISCOUNT)
            | bit(order.freight.is_none(), 1 << FREIGHT)
            | bit(!note && order.lines.is_none(), 1 << LINES)
            | bit(!note && order.rush.is_none(), 1 << RUSH)
            | bit(note, CREDIT_NOTE)
            | bit(!note && order.rush == Some(true), IS_RUSH)
            | bit(!note && small_below.is_some_and(|below| order.revenue < below), IS_SMALL);
        Self {
            account,
            period,
            flags,
            lines: if note { 0 } else { order.lines.unwrap_or(0) },
            ordered_on: order.ordered_on,
            revenue: order.revenue.units(),
            unknown: order.revenue.units() - order.revenue_with_cost.units(),
            cost_of_goods: order.cost_of_goods.units(),
            discount: order.discount.unwrap_or_default().units(),
            freight: order.freight.unwrap_or_default().units(),
            families: 0,
        }
    }

    #[inline]
    pub(super) fn is_credit_note(&self) -> bool {
        self.flags & CREDIT_NOTE != 0
    }

    #[inline]
    pub(super) fn is_rush(&self) -> bool {
        self.flags & IS_RUSH != 0
    }

    #[inline]
    pub(super) fn is_small(&self) -> bool {
        self.flags & IS_SMALL != 0
    }

    /// Bits of the missing fields.
    #[inline]
    pub(super) fn missing(&self) -> u16 {
        self.flags & 0xFF
    }

    /// Whether it adds more than nearly all orders do, given the fields that all orders lack.
    #[inline]
    pub(super) fn has_rare(&self, implied: u16) -> bool {
        self.is_credit_note() || (self.unknown | self.freight) != 0 || self.missing() & !implied != 0
    }

    /// Bits of the fields that are there.
    fn known(&self) -> u16 {
        let not_of_notes = if self.is_credit_note() { 1 << LINES | 1 << RUSH } else { 0 };
        !self.flags & 0xFF & !not_of_notes
    }
}

/// What an event adds.
#[derive(Clone, Copy, Debug)]
pub(super) struct EventEntry {
    pub(super) key: EventKey,
    pub(super) quantity: i64,
    /// `None`: a rate prices its quantity.
    pub(super) cost: Option<i64>,
    pub(super) credit: i64,
}

/// Families that an account bought: the first 64 as bits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bought {
    pub(super) account: u32,
    pub(super) families: u64,
}

/// Where an order stands in the facts, for its lines.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    pub(super) account: u32,
    /// `OUTSIDE` when the order lies outside the window.
    period: u16,
    used: bool,
    own_cost: bool,
}

const OUTSIDE: u16 = u16::MAX;

impl Slot {
    /// Outside the window.
    #[inline]
    pub(super) fn is_outside(self) -> bool {
        self.period == OUTSIDE
    }
}

/// What depends on neither the records nor the accounts.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) spec: &'a FactSpec,
    pub(crate) calendar: &'a Calendar,
    /// The account of each customer, or `None` where they are the same.
    pub(crate) accounts: Option<&'a [u32]>,
    /// How many shards the table has.
    pub(crate) shards: usize,
}

impl Scope<'_> {
    #[inline]
    pub(super) fn account(&self, customer: u32) -> u32 {
        self.accounts.map_or(customer, |accounts| accounts[customer as usize])
    }
}

/// What some records of a ledger add to the facts. Families and kinds are those of the ledger, by its numbers.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub(super) orders: Vec<OrderEntry>,
    pub(super) bought: Vec<Bought>,
    /// Account and family, for families beyond the first 64.
    pub(super) bought_more: Vec<(u32, u32)>,
    pub(super) events: Vec<EventEntry>,
    pub(super) unknown: Vec<(Unknown, i64)>,
    pub(super) family_totals: Vec<FamilyTotal>,
    /// Bits of the fields that some order has.
    pub(super) known: u16,
    /// The dates of the first and the last order read, outside the window or not.
    pub(crate) order_dates: Option<(Date, Date)>,
    pub(super) outside: [Tally; 4],
    pub(super) credits_that_stay: u64,
}

impl Batch {
    pub(super) fn outside(&mut self, table: Table) -> &mut Tally {
        &mut self.outside[table as usize]
    }

    /// Adds an order that counts on a day, and stands for some records.
    #[inline]
    pub(super) fn add_order(&mut self, scope: Scope<'_>, order: &SettledOrder, records: u64, counts_on: Date) -> Slot {
        let day = order.ordered_on;
        self.order_dates = Some(self.order_dates.map_or((day, day), |(a, b)| (a.min(day), b.max(day))));
        let account = scope.account(order.customer);
        let period = scope.calendar.period(counts_on).map_or(OUTSIDE, |p| p as u16);
        if period == OUTSIDE {
            self.outside(Table::Orders).count_many(records, Some(order.revenue));
        } else {
            let entry = OrderEntry::of(order, account, period, scope.spec.small_order_below);
            self.known |= entry.known();
            if entry.unknown != 0 {
                // What the order's own lines say about it replaces this, line by line.
                self.push_unknown(account, WordTable::NONE, period, entry.unknown);
            }
            self.orders.push(entry);
        }
        Slot { account, period, used: true, own_cost: order.own_cost }
    }

    /// Adds a line of an order in the window to the totals of its family, and what is not known of its cost.
    #[inline]
    pub(super) fn add_line(&mut self, slot: Slot, family: u32, revenue: i64, cost_of_goods: Option<i64>) {
        let total = &mut self.family_totals[family as usize];
        total.revenue += i128::from(revenue);
        match cost_of_goods {
            Some(cost) => {
                total.revenue_with_cost += i128::from(revenue);
                total.cost_of_goods += i128::from(cost);
            }
            None if !slot.own_cost => {
                self.push_unknown(slot.account, family, slot.period, revenue);
                self.push_unknown(slot.account, WordTable::NONE, slot.period, -revenue);
            }
            None => {}
        }
    }

    fn push_bought(&mut self, bought: Bought) {
        if bought.families != 0 {
            self.bought.push(bought);
        }
    }

    fn push_unknown(&mut self, account: u32, family: u32, period: u16, revenue: i64) {
        self.unknown.push((Unknown { account, family, period }, revenue));
    }
}

/// Turns a ledger into batches, some orders at a time.
pub(crate) struct Batcher<'a> {
    ledger: &'a Ledger,
    scope: Scope<'a>,
    /// The dates on which credit notes count, where that is not their own.
    moved: rustc_hash::FxHashMap<u32, Date>,
    /// By order, where there are lines.
    slots: Vec<Slot>,
}

impl<'a> Batcher<'a> {
    pub(crate) fn new(ledger: &'a Ledger, scope: Scope<'a>) -> Self {
        let nowhere = Slot { account: 0, period: OUTSIDE, used: false, own_cost: false };
        let moved = match scope.spec.credits_dated {
            CreditsDated::Own => rustc_hash::FxHashMap::default(),
            CreditsDated::Order => ledger.credited_dates(),
        };
        let slots = if ledger.line_slots() > 0 { vec![nowhere; ledger.order_slots()] } else { Vec::new() };
        Self { ledger, scope, moved, slots }
    }

    /// Adds the orders at some positions of the ledger.
    pub(crate) fn orders(&mut self, range: Range<usize>, batch: &mut Batch) {
        batch.orders.reserve(range.len());
        for index in range {
            if let Some(order) = self.ledger.settled_order(index as u32) {
                self.order(index as u32, &order, batch);
            }
        }
    }

    /// Adds an order.
    #[inline]
    pub(crate) fn order(&mut self, index: u32, order: &SettledOrder, batch: &mut Batch) {
        let note = order.revenue.is_negative();
        let moved = if note { self.moved.get(&index).copied() } else { None };
        let stays = self.scope.spec.credits_dated == CreditsDated::Order && note && moved.is_none();
        batch.credits_that_stay += u64::from(stays);
        let records = self.ledger.order_records(index);
        let slot = batch.add_order(self.scope, order, records, moved.unwrap_or(order.ordered_on));
        if let Some(own) = self.slots.get_mut(index as usize) {
            *own = slot;
        }
    }

    /// Adds the lines at some positions of the ledger. Their orders come before.
    pub(crate) fn lines(&self, range: Range<usize>, batch: &mut Batch) {
        let families = self.ledger.family_count();
        batch.family_totals.resize(families, FamilyTotal::default());
        let mut bought = Bought { account: u32::MAX, families: 0 };
        for line in self.ledger.settled_lines(range) {
            let slot = self.slots[line.order as usize];
            if !slot.used {
                continue;
            }
            if slot.is_outside() {
                batch.outside(Table::OrderLines).count(Some(line.revenue));
                continue;
            }
            if bought.account != slot.account {
                batch.push_bought(bought);
                bought = Bought { account: slot.account, families: 0 };
            }
            match line.family {
                few @ 0..64 => bought.families |= 1 << few,
                more => batch.bought_more.push((slot.account, more)),
            }
            batch.add_line(slot, line.family, line.revenue.units(), line.cost_of_goods.map(Money::units));
        }
        batch.push_bought(bought);
    }

    /// Adds the events at some positions of the ledger.
    pub(crate) fn events(&self, range: Range<usize>, batch: &mut Batch) {
        batch.events.reserve(range.len());
        for event in self.ledger.settled_events(range) {
            let Some(period) = self.scope.calendar.period(event.occurred_on) else {
                let money = event.cost.unwrap_or_default().checked_add(event.credit.unwrap_or_default());
                batch.outside(Table::ServiceEvents).count(money);
                continue;
            };
            let account = self.scope.account(event.customer);
            batch.events.push(EventEntry {
                key: EventKey { account, kind: event.kind, period: period as u16 },
                quantity: event.quantity.units(),
                cost: event.cost.map(Money::units),
                credit: event.credit.unwrap_or_default().units(),
            });
        }
    }
}
