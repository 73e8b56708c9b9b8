//! Orders and credit notes, each id once, and their lines.

use super::settle::Stated;
use super::{Ledger, Place, Quality, Rejected, Word, WordTable, check};
use crate::date::Date;
use crate::error::{Code, Problem, Table};
use crate::limits::{LINES_PER_ORDER_MAX, ORDERS_MAX, WORDS_MAX};
use crate::money::Money;
use crate::records::{IdRef, NOT_FOUND, Order, OrderLine};

/// An order's fields, borrowed from wherever they come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OrderFields<'a> {
    pub(crate) order_id: IdRef<'a>,
    pub(crate) customer_id: IdRef<'a>,
    pub(crate) ordered_on: Date,
    pub(crate) revenue: Option<Money>,
    pub(crate) cost_of_goods: Option<Money>,
    pub(crate) discount: Option<Money>,
    pub(crate) freight: Option<Money>,
    pub(crate) lines: Option<u32>,
    pub(crate) rush: Option<bool>,
    pub(crate) channel: Option<&'a str>,
    pub(crate) owner: Option<&'a str>,
    pub(crate) credits_order_id: Option<IdRef<'a>>,
    /// What the cost and the discount cover, where that is not all of the order.
    pub(crate) partly: Option<Partly>,
}

/// What the stated cost and discount of an order cover, where some of the rows that make it lack them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Partly {
    /// The revenue of the rows with a cost.
    pub(crate) revenue_with_cost: Money,
    /// Some row has no cost.
    pub(crate) cost_missing: bool,
    /// Some row has no discount.
    pub(crate) discount_missing: bool,
}

impl<'a> OrderFields<'a> {
    pub(crate) fn of(order: &'a Order) -> Self {
        Self {
            order_id: order.order_id.as_ref(),
            customer_id: order.customer_id.as_ref(),
            ordered_on: order.ordered_on,
            revenue: order.revenue,
            cost_of_goods: order.cost_of_goods,
            discount: order.discount,
            freight: order.freight,
            lines: order.lines,
            rush: order.rush,
            channel: order.channel.as_deref(),
            owner: order.owner.as_deref(),
            credits_order_id: order.credits_order_id.as_ref().map(|id| id.as_ref()),
            partly: None,
        }
    }
}

/// A line's fields, borrowed from wherever they come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LineFields<'a> {
    pub(crate) order_id: IdRef<'a>,
    pub(crate) product_family: Word<'a>,
    pub(crate) revenue: Money,
    pub(crate) cost_of_goods: Option<Money>,
    pub(crate) discount: Option<Money>,
}

impl<'a> LineFields<'a> {
    pub(crate) fn of(line: &'a OrderLine) -> Self {
        Self {
            order_id: line.order_id.as_ref(),
            product_family: Word::Text(&line.product_family),
            revenue: line.revenue,
            cost_of_goods: line.cost_of_goods,
            discount: line.discount,
        }
    }
}

/// An optional amount in eight bytes. No amount of a record comes near the value that stands for none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Amount(i64);

impl From<Option<Money>> for Amount {
    fn from(amount: Option<Money>) -> Self {
        amount.map_or(Self::NONE, |m| Self(m.units()))
    }
}

impl Amount {
    pub(super) const NONE: Self = Self(i64::MIN);

    pub(super) fn get(self) -> Option<Money> {
        (self.0 != i64::MIN).then_some(Money::from_units(self.0))
    }
}

/// An order as the ledger keeps it: 64 bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct OrderRow {
    pub(super) revenue: Amount,
    pub(super) cost_of_goods: Amount,
    pub(super) discount: Amount,
    pub(super) freight: Amount,
    pub(super) customer: u32,
    pub(super) ordered_on: Date,
    lines: u32,
    channel: u32,
    owner: u32,
    line: u32,
    file: u16,
    pub(super) rush: Option<bool>,
    /// Set aside: its content is in doubt, or its customer is.
    pub(super) excluded: bool,
    /// Made of rows, which `lines` counts.
    grouped: bool,
}

impl OrderRow {
    /// How many records it stands for.
    pub(super) fn records(&self) -> u64 {
        if self.grouped { self.lines.into() } else { 1 }
    }

    /// An order that is set aside after all takes its rows along.
    pub(super) fn uncount_grouped(&self, quality: &mut Quality) {
        if self.grouped {
            quality.uncount_grouped(self.records());
        }
    }

    pub(super) fn lines(&self) -> Option<u32> {
        (self.lines != u32::MAX).then_some(self.lines)
    }

    pub(super) fn place(&self) -> Place {
        Place { file: self.file, line: self.line, byte: Place::BYTE_UNKNOWN }
    }

    /// What it states of itself.
    #[inline]
    pub(super) fn stated(&self) -> Stated {
        Stated {
            customer: self.customer,
            ordered_on: self.ordered_on,
            revenue: self.revenue.get(),
            cost_of_goods: self.cost_of_goods.get(),
            discount: self.discount.get(),
            freight: self.freight.get(),
            lines: self.lines(),
            rush: self.rush,
        }
    }

    fn same_content(&self, other: &Self) -> bool {
        let other = Self { line: self.line, file: self.file, ..*other };
        self.revenue == other.revenue
            && self.cost_of_goods == other.cost_of_goods
            && self.discount == other.discount
            && self.freight == other.freight
            && self.customer == other.customer
            && self.ordered_on == other.ordered_on
            && self.lines == other.lines
            && self.channel == other.channel
            && self.owner == other.owner
            && self.rush == other.rush
    }
}

/// A line as the ledger keeps it: 24 bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct LineRow {
    pub(super) order: u32,
    pub(super) family: u32,
    pub(super) revenue: Money,
    pub(super) cost_of_goods: Amount,
}

/// The sums of the lines of one order.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LineSums {
    pub(super) lines: u32,
    pub(super) lines_with_cost: u32,
    pub(super) lines_with_discount: u32,
    pub(super) revenue: i128,
    /// Revenue of the lines without a cost.
    pub(super) revenue_without_cost: i128,
    pub(super) cost_of_goods: i128,
    pub(super) discount: i128,
}

impl LineSums {
    /// Adds a line.
    #[inline]
    pub(super) fn add(&mut self, revenue: Money, cost_of_goods: Option<Money>, discount: Option<Money>) {
        let revenue = i128::from(revenue.units());
        self.lines = self.lines.saturating_add(1);
        self.revenue += revenue;
        match cost_of_goods {
            Some(cost) => {
                self.lines_with_cost += 1;
                self.cost_of_goods += i128::from(cost.units());
            }
            None => self.revenue_without_cost += revenue,
        }
        if let Some(discount) = discount {
            self.lines_with_discount += 1;
            self.discount += i128::from(discount.units());
        }
    }
}

impl Ledger {
    pub(super) fn note_given_by_order(&mut self, order: &Order) {
        let given = &mut self.quality.given;
        given.revenue |= order.revenue.is_some();
        given.cost_of_goods |= order.cost_of_goods.is_some();
        given.discount |= order.discount.is_some();
        given.freight |= order.freight.is_some();
        given.lines |= order.lines.is_some();
        given.rush |= order.rush.is_some();
    }

    pub(super) fn reject_limit(&mut self, table: Table, at: Place, problem: Problem) {
        // A limit is fatal whatever the policy: it is refused like a failing record.
        self.quality.reject_always(table, at, problem);
    }

    /// Makes room for orders to come.
    pub(super) fn expect_orders(&mut self, count: usize) {
        self.orders.reserve(count);
        self.order_ids.reserve(count);
    }

    /// Takes orders from memory. The ids of many are looked up together.
    pub(super) fn take_orders(&mut self, orders: &[Order]) {
        let mut customers = Vec::new();
        if orders.len() > 1 {
            customers = self.customers.ids.get_all(orders.iter().map(|order| order.customer_id.as_ref()));
            self.order_ids.touch(orders.iter().map(|order| order.order_id.as_ref()));
        }
        for (position, order) in orders.iter().enumerate() {
            let at = self.quality.next_record(Table::Orders);
            self.note_given_by_order(order);
            let fields = OrderFields::of(order);
            self.quality.count_read(Table::Orders, fields.revenue);
            let customer = customers.get(position).copied().unwrap_or(NOT_FOUND);
            self.take_order(&fields, customer, at, 1, false);
        }
    }

    /// Takes one order from a file.
    #[cfg(feature = "csv")]
    pub(crate) fn post_order(&mut self, fields: &OrderFields<'_>, at: Place) {
        self.quality.count_read(Table::Orders, fields.revenue);
        self.take_order(fields, NOT_FOUND, at, 1, false);
    }

    /// Takes one order made of rows, which were counted one by one and which `lines` counts.
    #[cfg(feature = "csv")]
    pub(crate) fn post_grouped(&mut self, fields: &OrderFields<'_>, at: Place) {
        self.take_order(fields, NOT_FOUND, at, fields.lines.unwrap_or(1).into(), true);
    }

    /// Takes one order; `customer` is its customer's index, where that was looked up.
    fn take_order(&mut self, fields: &OrderFields<'_>, customer: u32, at: Place, records: u64, grouped: bool) {
        if self.orders.len() >= ORDERS_MAX {
            self.reject_limit(Table::Orders, at, Problem::new(Code::Limit, format!("more than {ORDERS_MAX} orders")));
            return;
        }
        let customer = match self.check_order(fields, customer) {
            Ok(customer) => customer,
            Err(problem) => {
                let rejected = Rejected::new(Table::Orders, at, problem);
                self.reject(rejected.of(Some(fields.customer_id), fields.revenue).records(records));
                self.exclude_order(fields.order_id);
                return;
            }
        };
        let row = OrderRow {
            revenue: fields.revenue.into(),
            cost_of_goods: fields.cost_of_goods.into(),
            discount: fields.discount.into(),
            freight: fields.freight.into(),
            customer,
            ordered_on: fields.ordered_on,
            lines: fields.lines.unwrap_or(u32::MAX),
            channel: self.channels.intern_optional(fields.channel),
            owner: self.people.intern_optional(fields.owner),
            line: at.line,
            file: at.file,
            rush: fields.rush,
            excluded: false,
            grouped,
        };
        let (index, new) = self.order_ids.intern(fields.order_id);
        if !new {
            self.order_again(index, &row, fields, at);
            return;
        }
        self.orders.push(row);
        if grouped {
            self.quality.count_grouped(records);
        }
        if let Some(id) = fields.credits_order_id {
            self.credited.push((index, id.to_id()));
        }
        if let Some(partly) = fields.partly {
            self.partly.insert(index, partly);
        }
        self.find_in_order(fields, customer, at);
    }

    fn check_order(&mut self, fields: &OrderFields<'_>, customer: u32) -> Result<u32, Box<Problem>> {
        check::id(fields.order_id, "order_id")?;
        if fields.customer_id.is_empty() {
            return Err(Problem::new(Code::ValueMissing, "an order needs its customer")
                .column("customer_id")
                .hint("set such orders aside, or name the column in aside_when_empty of the mapping")
                .into());
        }
        check::id(fields.customer_id, "customer_id")?;
        check::amount(fields.revenue, "revenue")?;
        check::amount(fields.cost_of_goods, "cost_of_goods")?;
        check::amount(fields.discount, "discount")?;
        check::amount(fields.freight, "freight")?;
        for (column, value) in [("channel", fields.channel), ("owner", fields.owner)] {
            value.map_or(Ok(false), |v| check::text(v, column))?;
        }
        if let Some(count) = fields.lines.filter(|n| *n > LINES_PER_ORDER_MAX) {
            let reason = format!("an order has at most {LINES_PER_ORDER_MAX} lines");
            return Err(Problem::new(Code::OutOfRange, reason).column("lines").value(count.to_string()).into());
        }
        if let Some(revenue) = fields.revenue {
            cost_sign(revenue, fields.cost_of_goods)?;
        }
        self.find_customer(fields.customer_id, customer)
    }

    fn find_in_order(&mut self, fields: &OrderFields<'_>, customer: u32, at: Place) {
        if fields.revenue == Some(Money::ZERO) && fields.cost_of_goods.is_some_and(Money::is_negative) {
            let problem = Problem::new(Code::CostNegative, "a negative cost of goods").column("cost_of_goods");
            self.quality.find(Table::Orders, at, problem);
        }
        if self.customers.acquired_on(customer).is_some_and(|day| fields.ordered_on < day) {
            let problem = Problem::new(Code::OrderBeforeCustomer, "before its customer was acquired")
                .column("ordered_on")
                .value(fields.ordered_on.to_string());
            self.quality.find(Table::Orders, at, problem);
        }
    }

    /// The same order id again: counted once when the content is the same, else neither can be trusted.
    fn order_again(&mut self, index: u32, row: &OrderRow, fields: &OrderFields<'_>, at: Place) {
        let first = self.orders[index as usize];
        let again = Rejected::new(
            Table::Orders,
            at,
            Problem::new(
                Code::OrderRepeated,
                format!("the same order again, first on line {}: counted once", first.line),
            )
            .column("order_id")
            .id(fields.order_id),
        )
        .of(Some(fields.customer_id), fields.revenue)
        .records(row.records());
        // Orders come with rising indices, and so do the credit notes among them.
        let credited = self.credited.binary_search_by_key(&index, |(order, _)| *order);
        let same_credited = credited.ok().map(|at| self.credited[at].1.as_ref());
        if !first.excluded && first.same_content(row) && same_credited == fields.credits_order_id {
            self.quality.repeated(again);
            return;
        }
        let conflict = |other: u32| {
            let reason = if other == 0 {
                "this order stands again, and could not be read".to_owned()
            } else {
                format!("this order stands again, with other content, on line {other}")
            };
            Problem::new(Code::OrderConflict, reason).column("order_id").value(fields.order_id.to_string()).hint(
                "keep one of them; if the order id starts again every year or for every customer, join it with another \
                 column in the mapping",
            )
        };
        if !first.excluded {
            self.orders[index as usize].excluded = true;
            first.uncount_grouped(&mut self.quality);
            let customer = self.customers.id(first.customer).clone();
            let rejected = Rejected::new(Table::Orders, first.place(), conflict(row.line));
            self.reject(rejected.of(Some(customer.as_ref()), first.revenue.get()).records(first.records()));
        }
        self.reject(Rejected { problem: Box::new(conflict(first.line)), ..again });
    }

    /// Remembers an order that was set aside, so that its lines and events follow it.
    pub(crate) fn exclude_order(&mut self, id: IdRef<'_>) {
        if check::id(id, "order_id").is_err() {
            return;
        }
        let (index, new) = self.order_ids.intern(id);
        if new {
            self.orders.push(OrderRow {
                revenue: None.into(),
                cost_of_goods: None.into(),
                discount: None.into(),
                freight: None.into(),
                customer: 0,
                ordered_on: Date::MIN,
                lines: u32::MAX,
                channel: WordTable::NONE,
                owner: WordTable::NONE,
                line: 0,
                file: 0,
                rush: None,
                excluded: true,
                grouped: false,
            });
        } else if !self.orders[index as usize].excluded {
            let first = self.orders[index as usize];
            self.orders[index as usize].excluded = true;
            first.uncount_grouped(&mut self.quality);
            let customer = self.customers.id(first.customer).clone();
            let problem = Problem::new(Code::OrderConflict, "this order stands again in a record that cannot be used")
                .column("order_id")
                .value(id.to_string());
            let rejected = Rejected::new(Table::Orders, first.place(), problem);
            self.reject(rejected.of(Some(customer.as_ref()), first.revenue.get()).records(first.records()));
        }
    }

    /// Takes one line of an order, from memory or from a file.
    pub(crate) fn post_line(&mut self, fields: &LineFields<'_>, at: Place) {
        self.quality.count_read(Table::OrderLines, Some(fields.revenue));
        match self.check_line(fields) {
            Ok((order, family)) => self.add_line(fields, order, family),
            Err(problem) => {
                self.reject(Rejected::new(Table::OrderLines, at, problem).of(None, Some(fields.revenue)));
            }
        }
    }

    fn check_line(&mut self, fields: &LineFields<'_>) -> Result<(u32, u32), Box<Problem>> {
        check::id(fields.order_id, "order_id")?;
        check::amount(Some(fields.revenue), "revenue")?;
        check::amount(fields.cost_of_goods, "cost_of_goods")?;
        check::amount(fields.discount, "discount")?;
        cost_sign(fields.revenue, fields.cost_of_goods)?;
        let (family, new) = match fields.product_family {
            Word::Known(family) => (Some(family), ""),
            Word::Text(text) => (self.families.get(text), text),
        };
        if family.is_none() {
            self.check_family(new)?;
        }
        let order = self.order_of_line(fields.order_id).ok_or_else(|| {
            Problem::new(Code::UnknownOrder, "not in orders").column("order_id").value(fields.order_id.to_string())
        })?;
        if self.orders[order as usize].excluded {
            let problem = Problem::new(Code::OrderSetAside, "its order was set aside").column("order_id");
            return Err(problem.value(fields.order_id.to_string()).into());
        }
        Ok((order, family.unwrap_or_else(|| self.families.intern(new))))
    }

    /// Checks a family that was not met before.
    fn check_family(&self, family: &str) -> Result<(), Box<Problem>> {
        if family.is_empty() {
            let problem = Problem::new(Code::ValueMissing, "a line needs its product family");
            return Err(problem.column("product_family").into());
        }
        check::text(family, "product_family")?;
        if self.families.len() >= WORDS_MAX {
            let reason = format!("more than {WORDS_MAX} product families");
            return Err(Problem::new(Code::OutOfRange, reason).column("product_family").into());
        }
        Ok(())
    }

    /// The order of a line. Lines mostly come in the order of their orders: the same order as before, or the one after it.
    #[inline]
    fn order_of_line(&mut self, id: IdRef<'_>) -> Option<u32> {
        let last = self.lines.last().map_or(0, |line| line.order);
        let near = [last, last + 1].into_iter().find(|at| self.order_ids.is(*at, id));
        let order = near.or_else(|| self.order_ids.get(id));
        if let Some(slice) = &mut self.slice {
            slice.follow(id, order, near.is_some());
        }
        order
    }

    fn add_line(&mut self, fields: &LineFields<'_>, order: u32, family: u32) {
        if self.line_sums.len() < self.orders.len() {
            self.line_sums.resize(self.orders.len(), LineSums::default());
        }
        self.line_sums[order as usize].add(fields.revenue, fields.cost_of_goods, fields.discount);
        let cost_of_goods = fields.cost_of_goods.into();
        self.lines.push(LineRow { order, family, revenue: fields.revenue, cost_of_goods });
    }
}

/// Refuses a cost of goods with the sign opposite to its revenue.
pub(super) fn cost_sign(revenue: Money, cost: Option<Money>) -> Result<(), Box<Problem>> {
    match cost {
        Some(cost) if revenue.units().signum() * cost.units().signum() < 0 => {
            let reason = format!("the cost of goods has the sign opposite to the revenue {revenue}");
            let problem = Problem::new(Code::CostSign, reason).column("cost_of_goods").value(cost.to_string());
            let hint = "a sale's cost is positive; a credit note's is negative when goods came back, else 0";
            Err(problem.hint(hint).into())
        }
        _ => Ok(()),
    }
}
