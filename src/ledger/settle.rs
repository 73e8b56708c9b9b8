//! What only the whole ledger shows: orders completed by their lines, and the findings that need all records.

use super::orders::{LineSums, OrderRow, Partly, cost_sign};
use super::{Ledger, Place, Quality, Rejected, check};
use crate::date::Date;
use crate::error::{Code, Problem, Result, Table};
use crate::money::{Money, Quantity, SCALE, narrow};
use crate::records::{Id, IdRef};
use std::ops::Range;

/// One cent per line: what lines may differ from their order without a word.
const CENT_UNITS: i128 = SCALE as i128 / 100;

/// What an order states of itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stated {
    pub(super) customer: u32,
    pub(super) ordered_on: Date,
    pub(super) revenue: Option<Money>,
    pub(super) cost_of_goods: Option<Money>,
    pub(super) discount: Option<Money>,
    pub(super) freight: Option<Money>,
    pub(super) lines: Option<u32>,
    pub(super) rush: Option<bool>,
}

/// An order with what its lines say where it says nothing itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SettledOrder {
    pub(crate) customer: u32,
    pub(crate) ordered_on: Date,
    pub(crate) revenue: Money,
    /// The part of the revenue whose cost of goods is known.
    pub(crate) revenue_with_cost: Money,
    pub(crate) cost_of_goods: Money,
    /// Whether the order states its own cost of goods.
    pub(crate) own_cost: bool,
    /// Whether its cost of goods, or that of one of its lines, is blank.
    pub(crate) cost_missing: bool,
    pub(crate) discount: Option<Money>,
    /// The discount is not known, or not of all lines.
    pub(crate) discount_missing: bool,
    pub(crate) freight: Option<Money>,
    /// `None` when neither the order nor its lines say: 0 where lines are given, else missing.
    pub(crate) lines: Option<u32>,
    pub(crate) rush: Option<bool>,
}

/// A line that belongs to a used order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SettledLine {
    pub(crate) order: u32,
    pub(crate) family: u32,
    pub(crate) revenue: Money,
    pub(crate) cost_of_goods: Option<Money>,
}

/// An event that is used.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SettledEvent {
    pub(crate) customer: u32,
    pub(crate) occurred_on: Date,
    pub(crate) kind: u32,
    pub(crate) quantity: Quantity,
    pub(crate) cost: Option<Money>,
    pub(crate) credit: Option<Money>,
}

impl Ledger {
    /// Checks what only the whole shows; an error when a record fails and is not set aside.
    pub(crate) fn settle(&self) -> Result<Quality> {
        let mut quality = self.quality.clone();
        for near in self.customers.near_ids() {
            quality.find_all(near, 1);
        }
        self.reclassify(&mut quality);
        let all_used = self.settle_orders(&mut quality, |_, _| ());
        if !all_used {
            self.settle_lines(&mut quality);
        }
        self.settle_events(&mut quality);
        self.settle_credits(&mut quality);
        quality.fail()?;
        Ok(quality)
    }

    /// Repetitions of records that turned out to be in conflict are part of the conflict.
    pub(super) fn reclassify(&self, quality: &mut Quality) {
        let order_excluded = |id: IdRef<'_>| self.order_ids.get(id).is_some_and(|at| self.orders[at as usize].excluded);
        let customer_excluded =
            |id: IdRef<'_>| self.customers.ids.get(id).is_some_and(|at| self.customers.excluded(at));
        let event_excluded = |id: IdRef<'_>| {
            let event = self.event_ids.get(id).map(|at| self.event_by_id[at as usize]);
            event.is_some_and(|at| self.events[at as usize].excluded)
        };
        quality.reclassify(Table::Orders, &order_excluded, Code::OrderRepeated, Code::OrderConflict);
        quality.reclassify(Table::Customers, &customer_excluded, Code::CustomerRepeated, Code::CustomerConflict);
        quality.reclassify(Table::ServiceEvents, &event_excluded, Code::EventRepeated, Code::EventConflict);
    }

    /// What was read, set aside and found, with what only the whole shows: an analysis starts from it.
    pub fn settled_quality(&self) -> Result<Quality> {
        self.settle()
    }

    /// Completes the orders; true when all of them are used.
    pub(super) fn settle_orders(&self, quality: &mut Quality, mut used: impl FnMut(u32, &SettledOrder)) -> bool {
        let mut all_used = true;
        for (index, row) in self.orders.iter().enumerate() {
            if row.excluded {
                all_used = false;
                continue;
            }
            let verdict = if self.customers.excluded(row.customer) {
                Err(Problem::new(Code::UnknownCustomer, "its customer was set aside").column("customer_id").into())
            } else {
                self.settled(index as u32)
            };
            match verdict {
                // Its money was not known when it was read, and is counted as read now, so that tables still add up.
                Ok(order) => {
                    if row.revenue.get().is_none() {
                        quality.count_money(Table::Orders, order.revenue);
                    }
                    used(index as u32, &order);
                }
                Err(problem) => {
                    all_used = false;
                    let mut problem = problem;
                    problem.reason = format!("order {}: {}", self.order_ids.id(index as u32), problem.reason).into();
                    let rejected = Rejected::new(Table::Orders, row.place(), problem);
                    let customer = Some(self.customers.id(row.customer).as_ref());
                    row.uncount_grouped(quality);
                    quality.reject(&self.policy, rejected.of(customer, row.revenue.get()).records(row.records()));
                    continue;
                }
            }
            if let Some(problem) = self.lines_differ(index as u32, row) {
                quality.find(Table::Orders, row.place(), problem);
            }
        }
        all_used
    }

    /// Lines whose order was set aside follow it.
    pub(super) fn settle_lines(&self, quality: &mut Quality) {
        for line in self.lines.iter().filter(|l| self.settled(l.order).is_err()) {
            let order = self.order_ids.id(line.order).to_string();
            let problem = Problem::new(Code::OrderSetAside, "its order was set aside").column("order_id").value(order);
            let rejected = Rejected::new(Table::OrderLines, Place::default(), problem);
            quality.reject(&self.policy, rejected.of(None, Some(line.revenue)));
        }
    }

    /// Events of a customer that was set aside after they were read follow it.
    fn settle_events(&self, quality: &mut Quality) {
        for event in self.events.iter().filter(|e| !e.excluded && self.customers.excluded(e.customer)) {
            let id = self.customers.id(event.customer);
            let problem = Problem::new(Code::UnknownCustomer, "its customer was set aside").column("customer_id");
            let rejected = Rejected::new(Table::ServiceEvents, Place::default(), problem.value(id.to_string()));
            quality.reject(&self.policy, rejected.of(Some(id.as_ref()), event.money()));
        }
    }

    fn settle_credits(&self, quality: &mut Quality) {
        let unknown = self.credited.iter().map(|(_, id)| id).filter(|id| self.order_ids.get(id.as_ref()).is_none());
        quality.find_credited_unknown(unknown.clone().min(), unknown.count() as u64);
    }

    /// An order completed by its lines, or why it cannot be used.
    fn settled(&self, index: u32) -> Result<SettledOrder, Box<Problem>> {
        let row = &self.orders[index as usize];
        if row.excluded || self.customers.excluded(row.customer) {
            return Err(Problem::new(Code::OrderSetAside, "the order was set aside").into());
        }
        complete(&row.stated(), self.sums(index), self.partly.get(&index))
    }

    /// The sums of the lines of an order, if it has any.
    fn sums(&self, index: u32) -> Option<&LineSums> {
        self.line_sums.get(index as usize).filter(|s| s.lines > 0)
    }

    fn lines_differ(&self, index: u32, row: &OrderRow) -> Option<Problem> {
        lines_differ(self.order_ids.id(index).as_ref(), &row.stated(), self.sums(index)?)
    }

    /// An order by its index, or `None` when it is not used.
    #[inline]
    pub(crate) fn settled_order(&self, index: u32) -> Option<SettledOrder> {
        self.settled(index).ok()
    }

    /// The used orders with their index.
    pub(crate) fn settled_orders(&self) -> impl Iterator<Item = (u32, SettledOrder)> {
        (0..self.orders.len() as u32).filter_map(|index| Some((index, self.settled_order(index)?)))
    }

    /// How many records an order stands for: one, or the rows that a mapping grouped into it.
    pub(crate) fn order_records(&self, index: u32) -> u64 {
        self.orders[index as usize].records()
    }

    /// How many orders there are, used or not: their indices are below this.
    pub(crate) fn order_slots(&self) -> usize {
        self.orders.len()
    }

    /// How many lines there are.
    pub(crate) fn line_slots(&self) -> usize {
        self.lines.len()
    }

    /// How many events there are, used or not.
    pub(crate) fn event_slots(&self) -> usize {
        self.events.len()
    }

    /// The lines at some positions; whether one is used is for its order to say.
    pub(crate) fn settled_lines(&self, range: Range<usize>) -> impl Iterator<Item = SettledLine> {
        self.lines[range].iter().map(|l| SettledLine {
            order: l.order,
            family: l.family,
            revenue: l.revenue,
            cost_of_goods: l.cost_of_goods.get(),
        })
    }

    /// The used events at some positions.
    pub(crate) fn settled_events(&self, range: Range<usize>) -> impl Iterator<Item = SettledEvent> {
        let used = |e: &&super::events::EventRow| !e.excluded && !self.customers.excluded(e.customer);
        self.events[range].iter().filter(used).map(|e| SettledEvent {
            customer: e.customer,
            occurred_on: e.occurred_on,
            kind: e.kind,
            quantity: e.quantity,
            cost: e.cost.get(),
            credit: e.credit.get(),
        })
    }

    /// Credit notes with the date of the order that they correct, where it is known.
    pub(crate) fn credited_dates(&self) -> rustc_hash::FxHashMap<u32, Date> {
        let date_of = |id: &Id| {
            let order = self.settled(self.order_ids.get(id.as_ref())?).ok()?;
            Some(order.ordered_on)
        };
        self.credited.iter().filter_map(|(note, id)| Some((*note, date_of(id)?))).collect()
    }

    pub(crate) fn kind_names(&self) -> impl Iterator<Item = &str> {
        self.kinds.iter()
    }

    pub(crate) fn family_count(&self) -> usize {
        self.families.len()
    }

    pub(crate) fn family_names(&self) -> impl Iterator<Item = &str> {
        self.families.iter()
    }
}

/// An order completed by its lines, or why it cannot be used.
#[inline]
pub(super) fn complete(
    stated: &Stated,
    sums: Option<&LineSums>,
    partly: Option<&Partly>,
) -> Result<SettledOrder, Box<Problem>> {
    let revenue = match (stated.revenue, sums) {
        (Some(revenue), _) => revenue,
        (None, Some(sums)) => total(sums.revenue, "revenue")?,
        (None, None) => {
            let problem = Problem::new(Code::ValueMissing, "an order needs its revenue, or lines that give it");
            return Err(problem.column("revenue").into());
        }
    };
    let (cost_of_goods, revenue_with_cost) = match (stated.cost_of_goods, sums) {
        (Some(cost), _) => (cost, partly.map_or(revenue, |p| p.revenue_with_cost)),
        (None, Some(sums)) => cost_from_lines(revenue, sums)?,
        (None, None) => (Money::ZERO, Money::ZERO),
    };
    cost_sign(revenue, Some(cost_of_goods))?;
    let cost_missing = match stated.cost_of_goods {
        Some(_) => partly.is_some_and(|p| p.cost_missing),
        None => sums.is_none_or(|s| s.lines_with_cost < s.lines),
    };
    let (discount, discount_missing) = match (stated.discount, sums) {
        (Some(discount), _) => (Some(discount), partly.is_some_and(|p| p.discount_missing)),
        (None, Some(sums)) if sums.lines_with_discount > 0 => {
            (Some(total(sums.discount, "discount")?), sums.lines_with_discount < sums.lines)
        }
        (None, _) => (None, true),
    };
    Ok(SettledOrder {
        customer: stated.customer,
        ordered_on: stated.ordered_on,
        revenue,
        revenue_with_cost,
        cost_of_goods,
        own_cost: stated.cost_of_goods.is_some(),
        cost_missing,
        discount,
        discount_missing,
        freight: stated.freight,
        lines: stated.lines.or(sums.map(|s| s.lines)),
        rush: stated.rush,
    })
}

/// What an order states that its lines do not add up to, if anything.
#[inline]
pub(super) fn lines_differ(id: IdRef<'_>, stated: &Stated, sums: &LineSums) -> Option<Problem> {
    let allowed = CENT_UNITS * i128::from(sums.lines);
    let differs = |own: Option<Money>, lines: i128, complete: bool| {
        complete && own.is_some_and(|own| (i128::from(own.units()) - lines).abs() > allowed)
    };
    let column = if differs(stated.revenue, sums.revenue, true) {
        "revenue"
    } else if differs(stated.cost_of_goods, sums.cost_of_goods, sums.lines_with_cost == sums.lines) {
        "cost_of_goods"
    } else if differs(stated.discount, sums.discount, sums.lines_with_discount == sums.lines) {
        "discount"
    } else {
        return None;
    };
    let reason = "the lines of this order do not add up to it; the order holds, the rest is (unallocated)";
    Some(Problem::new(Code::LinesDiffer, reason).column(column).value(id.to_string()))
}

/// The cost that lines give to an order, and the revenue that it covers.
fn cost_from_lines(revenue: Money, sums: &LineSums) -> Result<(Money, Money), Box<Problem>> {
    if sums.lines_with_cost == 0 {
        return Ok((Money::ZERO, Money::ZERO));
    }
    let all_costed = sums.lines_with_cost == sums.lines;
    let unallocated = (i128::from(revenue.units()) - sums.revenue).abs();
    let covered = if all_costed && unallocated <= CENT_UNITS * i128::from(sums.lines) {
        revenue
    } else {
        // What no line allocates has no known cost either: it is estimated, not sold at a cost of 0.
        total(sums.revenue - sums.revenue_without_cost, "revenue")?
    };
    Ok((total(sums.cost_of_goods, "cost_of_goods")?, covered))
}

fn total(units: i128, column: &'static str) -> Result<Money, Box<Problem>> {
    let sum = narrow(units).filter(|m| check::amount(Some(*m), column).is_ok());
    sum.ok_or_else(|| {
        Problem::new(Code::OutOfRange, "the lines add up to more than 100,000,000,000, the most for one order")
            .column(column)
            .into()
    })
}

impl Quality {
    /// Tells of credit notes that name orders that are not there, by the smallest of these.
    pub(crate) fn find_credited_unknown(&mut self, smallest: Option<&Id>, count: u64) {
        if let Some(smallest) = smallest {
            let problem = Problem::new(Code::CreditedOrderUnknown, "credit notes name orders that are not in orders")
                .table(Table::Orders)
                .column("credits_order_id")
                .value(smallest.to_string());
            self.find_all(problem, count);
        }
    }

    /// Repetitions of a record that turned out to be in conflict are part of the conflict, whichever came first.
    fn reclassify(&mut self, table: Table, excluded: &dyn Fn(IdRef<'_>) -> bool, from: Code, to: Code) {
        for rejected in self.deferred_repetitions() {
            let of_table = rejected.table == table && rejected.problem.code == from;
            if of_table && rejected.problem.value.as_deref().is_some_and(|id| excluded(IdRef::new(id))) {
                rejected.problem.code = to;
            }
        }
        if self.count(from) == 0 {
            return;
        }
        let mut moved = 0;
        for item in &mut self.set_aside {
            let of_table = item.problem.location.table == Some(table) && item.problem.code == from;
            if of_table && item.problem.value.as_deref().is_some_and(|id| excluded(IdRef::new(id))) {
                item.problem.code = to;
                moved += item.records;
            }
        }
        if moved > 0 {
            *self.counts.entry(to).or_default() += moved;
            let left = self.count(from) - moved;
            if left == 0 {
                self.counts.remove(&from)
            } else {
                self.counts.insert(from, left)
            };
        }
    }
}
