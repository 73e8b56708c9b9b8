//! Lines grouped into orders: for exports that have one row per line and no table of orders.
//!
//! Amounts are summed. Where some rows have a cost of goods and others none, the cost covers the revenue of those that
//! have it, as for order lines; a discount or a freight is the sum of what the rows have. Lines are counted, the earliest date and the smallest text hold,
//! and an order is a rush order when a row is. Reading and setting aside are counted in rows.

use super::Fault;
use super::columns::order;
use super::row::Row;
use crate::date::Date;
use crate::error::{Code, Problem, Table};
use crate::ledger::{Ledger, OrderFields, Partly, Place, Rejected};
use crate::limits::LINES_PER_ORDER_MAX;
use crate::money::{Money, narrow};
use crate::records::{IdRef, IdTable};

/// The orders found so far.
#[derive(Default)]
pub(super) struct Groups {
    order_ids: IdTable,
    customer_ids: IdTable,
    groups: Vec<Group>,
}

/// A sum, and how many rows have a part in it.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    units: i128,
    rows: u32,
}

impl Sum {
    fn add(&mut self, amount: Option<Money>) {
        if let Some(amount) = amount {
            self.units += i128::from(amount.units());
            self.rows += 1;
        }
    }
}

#[derive(Clone, Debug, Default)]
struct Group {
    at: Place,
    rows: u32,
    customer: u32,
    ordered_on: Option<Date>,
    revenue: Sum,
    cost_of_goods: Sum,
    /// The revenue of the rows with a cost.
    costed_revenue: Sum,
    discount: Sum,
    freight: Sum,
    rush: Option<bool>,
    /// Channel, owner, credited order.
    texts: [Option<Box<str>>; 3],
    dates_differ: bool,
    texts_differ: bool,
    customers_differ: bool,
    /// A row could not be read: what is left is not the order.
    broken: bool,
}

/// The columns of [`Group::texts`].
const TEXTS: [usize; 3] = [order::CHANNEL, order::OWNER, order::CREDITS_ORDER_ID];

impl Groups {
    fn group(&mut self, id: IdRef<'_>, at: Place) -> &mut Group {
        let (index, new) = self.order_ids.intern(id);
        if new {
            self.groups.push(Group { at, ..Group::default() });
        }
        &mut self.groups[index as usize]
    }

    /// Remembers the order of a row that was set aside by the mapping.
    pub(super) fn set_aside(&mut self, row: &Row<'_>) {
        if let Ok(id) = row.id(order::ORDER_ID) {
            self.group(id.get(), row.place());
        }
    }

    /// Remembers that a row of an order could not be read.
    pub(super) fn break_order(&mut self, id: IdRef<'_>, at: Place) {
        self.group(id, at).broken = true;
    }

    /// Takes one row, and gives its money, which is read.
    pub(super) fn add(&mut self, row: &Row<'_>) -> Result<Option<Money>, Fault> {
        let order_id = row.id(order::ORDER_ID)?;
        let customer_id = row.id(order::CUSTOMER_ID)?;
        for (column, id) in [(order::ORDER_ID, &order_id), (order::CUSTOMER_ID, &customer_id)] {
            if id.some().is_none() {
                let hint = "name the column in aside_when_empty of the mapping to set such rows aside";
                return Err(Box::new(row.missing(column).hint(hint)));
            }
        }
        let date = row.required_date(order::ORDERED_ON)?;
        let revenue = row.money(order::REVENUE)?;
        if revenue.is_none() && row.plan.has(order::REVENUE) {
            return Err(row.missing(order::REVENUE));
        }
        let (cost, discount) = (row.money(order::COST_OF_GOODS)?, row.money(order::DISCOUNT)?);
        let freight = row.money(order::FREIGHT)?;
        let rush = row.flag(order::RUSH)?;
        let texts = [row.text(TEXTS[0])?, row.text(TEXTS[1])?, row.text(TEXTS[2])?];
        let (customer, _) = self.customer_ids.intern(customer_id.get());
        let group = self.group(order_id.get(), row.place());
        if group.rows == 0 {
            group.at = row.place();
            group.customer = customer;
        } else if group.rows >= LINES_PER_ORDER_MAX {
            let reason = format!("an order has at most {LINES_PER_ORDER_MAX} lines");
            return Err(row.problem(order::ORDER_ID, Code::OutOfRange, reason));
        }
        group.rows += 1;
        group.customers_differ |= group.customer != customer;
        group.dates_differ |= group.ordered_on.is_some_and(|d| d != date);
        group.ordered_on = Some(group.ordered_on.map_or(date, |d| d.min(date)));
        group.revenue.add(revenue);
        group.cost_of_goods.add(cost);
        group.costed_revenue.add(revenue.filter(|_| cost.is_some()));
        group.discount.add(discount);
        group.freight.add(freight);
        group.rush = group.rush.max(rush);
        for (known, text) in group.texts.iter_mut().zip(texts) {
            let Some(text) = text else { continue };
            let differs = known.as_deref().is_some_and(|k| k != text);
            group.texts_differ |= differs;
            if known.as_deref().is_none_or(|k| *text < *k) {
                *known = Some(text.as_ref().into());
            }
        }
        Ok(revenue)
    }

    /// Hands the orders to the ledger, in the order in which they came.
    pub(super) fn finish(self, ledger: &mut Ledger) {
        for (index, group) in self.groups.iter().enumerate() {
            let id = self.order_ids.id(index as u32).as_ref();
            let customer = self.customer_ids.len() > group.customer as usize;
            match group.ordered_on {
                Some(date) if group.rows > 0 && customer => {
                    let customer = self.customer_ids.id(group.customer).as_ref();
                    group.post(ledger, id, customer, date);
                }
                _ => ledger.exclude_order(id),
            }
        }
    }
}

impl Group {
    fn post(&self, ledger: &mut Ledger, id: IdRef<'_>, customer: IdRef<'_>, date: Date) {
        let money = self.revenue.units;
        let refused = if self.broken {
            let reason = "another row of this order could not be used";
            Some(Problem::new(Code::OrderSetAside, reason))
        } else if self.customers_differ {
            let hint = "if the order id starts again for every customer, join it with another column in the mapping";
            Some(Problem::new(Code::OrderConflict, "the rows of this order name different customers").hint(hint))
        } else {
            None
        };
        if let Some(problem) = refused {
            let problem = problem.column("order_id").value(id.to_string());
            let rejected = Rejected::new(Table::Orders, self.at, problem).of(Some(customer), narrow(money));
            ledger.reject(rejected.records(self.rows.into()));
            ledger.exclude_order(id);
            return;
        }
        self.find_differences(ledger, id);
        let some = |sum: Sum| if sum.rows > 0 { narrow(sum.units) } else { None };
        let lacking = |sum: Sum| sum.rows > 0 && sum.rows < self.rows;
        let (cost_missing, discount_missing) = (lacking(self.cost_of_goods), lacking(self.discount));
        let partly = (cost_missing || discount_missing).then(|| Partly {
            revenue_with_cost: narrow(if cost_missing { self.costed_revenue.units } else { money }).unwrap_or_default(),
            cost_missing,
            discount_missing,
        });
        let fields = OrderFields {
            order_id: id,
            customer_id: customer,
            ordered_on: date,
            revenue: some(self.revenue),
            cost_of_goods: some(self.cost_of_goods),
            discount: some(self.discount),
            freight: some(self.freight),
            lines: Some(self.rows),
            rush: self.rush,
            channel: self.texts[0].as_deref(),
            owner: self.texts[1].as_deref(),
            credits_order_id: self.texts[2].as_deref().map(IdRef::new),
            partly,
        };
        ledger.post_grouped(&fields, self.at);
    }

    fn find_differences(&self, ledger: &mut Ledger, id: IdRef<'_>) {
        let dates = (self.dates_differ, Code::GroupDates, "the rows of this order differ in date: the earliest holds");
        let texts = (self.texts_differ, Code::GroupValues, "the rows of this order differ: the smallest value holds");
        for (differ, code, reason) in [dates, texts] {
            if differ {
                let problem = Problem::new(code, reason).column("order_id").value(id.to_string());
                ledger.quality_mut().find(Table::Orders, self.at, problem);
            }
        }
    }
}
