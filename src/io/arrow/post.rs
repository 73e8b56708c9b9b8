//! From the values of a batch to the ledger.

use super::read::{Dates, Ids, Numbers, Reader, Texts};
use crate::error::{Code, Error, Problem, Result, Table};
use crate::io::csv::Fault;
use crate::io::csv::shared::{Findings, IdText, currency, customer, event, line, order};
use crate::ledger::{CustomerFields, EventFields, Ledger, LineFields, OrderFields, Rejected, Word, WordTable, check};
use crate::money::{Money, Quantity};
use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Range;

/// Decimals of amounts and quantities.
const MONEY: u32 = 4;
/// Decimals of rates.
const RATE: u32 = 9;

/// Posts rows of one file to a ledger, and counts what is told once.
pub(crate) struct Poster {
    pub(super) file: u16,
    pub(super) findings: Findings,
    pub(super) currency: Currency,
}

impl Poster {
    /// Begins a file, whose number [`Shape::tell`](super::Shape::tell) gives.
    pub(crate) fn new(file: u16) -> Self {
        Self { file, findings: Findings::default(), currency: Currency::default() }
    }

    /// What was counted, to be told with that of other rows.
    pub(in crate::io) fn into_findings(self) -> Findings {
        self.findings
    }

    /// Ends the file: tells what was counted.
    pub(crate) fn finish(self, ledger: &mut Ledger, table: Table) {
        self.findings.tell(ledger, table);
    }
}

/// The currency of the row before.
#[derive(Default)]
pub(super) struct Currency(String);

impl Currency {
    /// Posts rows of a batch.
    pub(super) fn post(&mut self, ledger: &mut Ledger, reader: &Reader<'_>, rows: Range<usize>) -> Result<()> {
        match reader.shape.table() {
            Table::Customers => self.each(ledger, reader, rows, customer),
            Table::Orders => {
                let columns = Orders::of(reader);
                self.each(ledger, reader, rows, |ledger, reader, row| columns.post(ledger, reader, row))
            }
            Table::OrderLines => {
                let columns = Lines::of(reader);
                self.each(ledger, reader, rows, |ledger, reader, row| columns.post(ledger, reader, row))
            }
            Table::ServiceEvents => {
                let columns = Events::of(reader);
                self.each(ledger, reader, rows, |ledger, reader, row| columns.post(ledger, reader, row))
            }
        }
    }

    #[inline]
    fn each(
        &mut self,
        ledger: &mut Ledger,
        reader: &Reader<'_>,
        rows: Range<usize>,
        post: impl Fn(&mut Ledger, &Reader<'_>, usize) -> Result<(), Fault>,
    ) -> Result<()> {
        let plan = &reader.shape.plan;
        let has_currency = plan.has(currency(plan.table));
        for row in rows {
            if has_currency && let Some(fault) = self.check(ledger, reader, row)? {
                refuse(ledger, reader, row, *fault);
                continue;
            }
            if let Some((name, _)) = plan.aside.iter().find(|(_, cell)| reader.is_empty(cell, row)) {
                let problem = Problem::new(Code::EmptyAside, "empty, and the mapping sets such records aside");
                refuse(ledger, reader, row, problem.column(name.clone()));
                continue;
            }
            if let Err(fault) = post(ledger, reader, row) {
                refuse(ledger, reader, row, *fault);
            }
        }
        Ok(())
    }

    /// A record without its currency is at fault; another currency than before is an error.
    fn check(&mut self, ledger: &mut Ledger, reader: &Reader<'_>, row: usize) -> Result<Option<Fault>> {
        let plan = &reader.shape.plan;
        let column = currency(plan.table);
        let Some(code) = reader.text(reader.texts(column), row) else { return Ok(Some(reader.missing(column))) };
        if *code != *self.0 {
            ledger.state_currency(&code).map_err(|problem| {
                let problem = problem.column(plan.column_name(column));
                Error::new(ledger.quality().locate(plan.table, reader.place(row), problem))
            })?;
            self.0 = code.into_owned();
        }
        Ok(None)
    }
}

/// Refuses a record, or sets it aside. Its lines and events follow an order that cannot be used.
#[cold]
fn refuse(ledger: &mut Ledger, reader: &Reader<'_>, row: usize, problem: Problem) {
    let quiet = Findings::default();
    let reader = &Reader { findings: &quiet, ..*reader };
    let table = reader.shape.table();
    let (customer, money) = (readable_customer(reader, row), readable_money(reader, row));
    ledger.quality_mut().count_read(table, money);
    let rejected = Rejected::new(table, reader.place(row), problem);
    ledger.reject(rejected.of(customer.as_ref().map(IdText::get), money));
    if table == Table::Orders
        && let Some(id) = reader.id(reader.ids(order::ORDER_ID), row).some()
    {
        ledger.exclude_order(id);
    }
}

/// The customer of a record that cannot be used, when it can be read.
fn readable_customer<'a>(reader: &Reader<'a>, row: usize) -> Option<IdText<'a>> {
    let column = match reader.shape.table() {
        Table::Customers => customer::CUSTOMER_ID,
        Table::Orders => order::CUSTOMER_ID,
        Table::ServiceEvents => event::CUSTOMER_ID,
        Table::OrderLines => return None,
    };
    let id = reader.id(reader.ids(column), row);
    id.some().is_some_and(|id| check::id(id, "").is_ok()).then_some(id)
}

/// The money of a record that cannot be used, as far as it can be read.
fn readable_money(reader: &Reader<'_>, row: usize) -> Option<Money> {
    let read = |column| reader.money(reader.numbers(column, MONEY), row).ok().flatten();
    match reader.shape.table() {
        Table::Customers => None,
        Table::Orders => read(order::REVENUE),
        Table::OrderLines => read(line::REVENUE),
        Table::ServiceEvents => match (read(event::COST), read(event::CREDIT)) {
            (None, None) => None,
            (cost, credit) => cost.unwrap_or_default().checked_add(credit.unwrap_or_default()),
        },
    }
}

fn customer(ledger: &mut Ledger, reader: &Reader<'_>, row: usize) -> Result<(), Fault> {
    let id = reader.id(reader.ids(customer::CUSTOMER_ID), row);
    let text = |column| reader.text(reader.texts(column), row);
    let (name, owner, team) = (text(customer::NAME), text(customer::OWNER), text(customer::TEAM));
    let money = |column| reader.money(reader.numbers(column, MONEY), row);
    let attributes: Vec<_> = reader
        .shape
        .plan
        .attributes
        .iter()
        .filter_map(|(name, cell)| Some((name.as_str(), reader.cell_text(cell, row)?)))
        .collect();
    let fields = CustomerFields {
        customer_id: id.get(),
        name: name.as_deref(),
        friction: reader.friction(customer::FRICTION, row)?,
        payment_days: reader.integer(reader.numbers(customer::PAYMENT_DAYS, 0), row)?,
        negotiated_discount: reader.rate(reader.numbers(customer::NEGOTIATED_DISCOUNT, RATE), row)?,
        acquired_on: reader.date(reader.dates(customer::ACQUIRED_ON), row)?,
        acquisition_cost: money(customer::ACQUISITION_COST)?,
        annual_potential: money(customer::ANNUAL_POTENTIAL)?,
        accepts_terms: reader.flag(customer::ACCEPTS_TERMS, row)?,
        owner: owner.as_deref(),
        team: team.as_deref(),
        attributes: attributes.iter().map(|(name, value)| (*name, value.as_ref())).collect(),
    };
    ledger.post_customer(&fields, reader.place(row));
    Ok(())
}

/// Where the values of orders are.
struct Orders<'a> {
    order_id: Ids<'a>,
    customer_id: Ids<'a>,
    ordered_on: Dates<'a>,
    revenue: Numbers<'a>,
    cost_of_goods: Numbers<'a>,
    discount: Numbers<'a>,
    freight: Numbers<'a>,
    lines: Numbers<'a>,
    channel: Texts<'a>,
    owner: Texts<'a>,
    credits_order_id: Ids<'a>,
}

impl<'a> Orders<'a> {
    fn of(reader: &Reader<'a>) -> Self {
        Self {
            order_id: reader.ids(order::ORDER_ID),
            customer_id: reader.ids(order::CUSTOMER_ID),
            ordered_on: reader.dates(order::ORDERED_ON),
            revenue: reader.numbers(order::REVENUE, MONEY),
            cost_of_goods: reader.numbers(order::COST_OF_GOODS, MONEY),
            discount: reader.numbers(order::DISCOUNT, MONEY),
            freight: reader.numbers(order::FREIGHT, MONEY),
            lines: reader.numbers(order::LINES, 0),
            channel: reader.texts(order::CHANNEL),
            owner: reader.texts(order::OWNER),
            credits_order_id: reader.ids(order::CREDITS_ORDER_ID),
        }
    }

    #[inline]
    fn post(&self, ledger: &mut Ledger, reader: &Reader<'a>, row: usize) -> Result<(), Fault> {
        let (order_id, customer_id) = (reader.id(self.order_id, row), reader.id(self.customer_id, row));
        let credits = reader.id(self.credits_order_id, row);
        let (channel, owner) = (reader.text(self.channel, row), reader.text(self.owner, row));
        let date = reader.date(self.ordered_on, row)?;
        let fields = OrderFields {
            order_id: order_id.get(),
            customer_id: customer_id.get(),
            ordered_on: date.ok_or_else(|| reader.missing(order::ORDERED_ON))?,
            revenue: reader.money(self.revenue, row)?,
            cost_of_goods: reader.money(self.cost_of_goods, row)?,
            discount: reader.money(self.discount, row)?,
            freight: reader.money(self.freight, row)?,
            lines: reader.integer(self.lines, row)?,
            rush: reader.flag(order::RUSH, row)?,
            channel: channel.as_deref(),
            owner: owner.as_deref(),
            credits_order_id: credits.some(),
            partly: None,
        };
        ledger.post_order(&fields, reader.place(row));
        Ok(())
    }
}

/// Where the words of a column are, and the numbers that a ledger gave to those that come by index.
struct Words<'a> {
    texts: Texts<'a>,
    numbers: RefCell<Vec<u32>>,
}

/// A word of a row.
enum Found<'a> {
    Known(u32),
    Text(Cow<'a, str>),
}

impl Found<'_> {
    fn word(&self) -> Word<'_> {
        match self {
            Self::Known(number) => Word::Known(*number),
            Self::Text(text) => Word::Text(text),
        }
    }
}

impl<'a> Words<'a> {
    fn of(texts: Texts<'a>) -> Self {
        Self { texts, numbers: RefCell::default() }
    }

    /// The index of a row's word in its column.
    #[inline]
    fn key(&self, row: usize) -> Option<usize> {
        if let Texts::Column(texts, _) = self.texts { texts.key(row) } else { None }
    }

    #[inline]
    fn get(&self, reader: &Reader<'a>, row: usize) -> Option<Found<'a>> {
        let known = self.key(row).and_then(|key| self.numbers.borrow().get(key).copied());
        match known.filter(|number| *number != WordTable::NONE) {
            Some(number) => Some(Found::Known(number)),
            None => reader.text(self.texts, row).map(Found::Text),
        }
    }

    /// Keeps the number of a word, unless it was trimmed, which counts in each row.
    #[inline]
    fn learn(&self, found: Option<Found<'a>>, row: usize, known: &WordTable) {
        let (Some(Found::Text(text)), Some(key)) = (found, self.key(row)) else { return };
        let as_it_is = matches!(self.texts, Texts::Column(texts, _) if texts.get(row) == Some(&*text));
        if let Some(number) = known.get(&text).filter(|_| as_it_is) {
            let mut numbers = self.numbers.borrow_mut();
            if numbers.len() <= key {
                numbers.resize(key + 1, WordTable::NONE);
            }
            numbers[key] = number;
        }
    }
}

/// Where the values of order lines are.
struct Lines<'a> {
    order_id: Ids<'a>,
    product_family: Words<'a>,
    revenue: Numbers<'a>,
    cost_of_goods: Numbers<'a>,
    discount: Numbers<'a>,
}

impl<'a> Lines<'a> {
    fn of(reader: &Reader<'a>) -> Self {
        Self {
            order_id: reader.ids(line::ORDER_ID),
            product_family: Words::of(reader.texts(line::PRODUCT_FAMILY)),
            revenue: reader.numbers(line::REVENUE, MONEY),
            cost_of_goods: reader.numbers(line::COST_OF_GOODS, MONEY),
            discount: reader.numbers(line::DISCOUNT, MONEY),
        }
    }

    #[inline]
    fn post(&self, ledger: &mut Ledger, reader: &Reader<'a>, row: usize) -> Result<(), Fault> {
        let order_id = reader.id(self.order_id, row);
        let family = self.product_family.get(reader, row);
        let missing = || reader.missing(line::PRODUCT_FAMILY);
        let fields = LineFields {
            order_id: order_id.get(),
            product_family: family.as_ref().ok_or_else(missing)?.word(),
            revenue: reader.money(self.revenue, row)?.ok_or_else(|| reader.missing(line::REVENUE))?,
            cost_of_goods: reader.money(self.cost_of_goods, row)?,
            discount: reader.money(self.discount, row)?,
        };
        ledger.post_line(&fields, reader.place(row));
        self.product_family.learn(family, row, ledger.family_words());
        Ok(())
    }
}

/// Where the values of service events are.
struct Events<'a> {
    customer_id: Ids<'a>,
    occurred_on: Dates<'a>,
    kind: Words<'a>,
    event_id: Ids<'a>,
    quantity: Numbers<'a>,
    cost: Numbers<'a>,
    credit: Numbers<'a>,
    order_id: Ids<'a>,
}

impl<'a> Events<'a> {
    fn of(reader: &Reader<'a>) -> Self {
        Self {
            customer_id: reader.ids(event::CUSTOMER_ID),
            occurred_on: reader.dates(event::OCCURRED_ON),
            kind: Words::of(reader.texts(event::KIND)),
            event_id: reader.ids(event::EVENT_ID),
            quantity: reader.numbers(event::QUANTITY, MONEY),
            cost: reader.numbers(event::COST, MONEY),
            credit: reader.numbers(event::CREDIT, MONEY),
            order_id: reader.ids(event::ORDER_ID),
        }
    }

    #[inline]
    fn post(&self, ledger: &mut Ledger, reader: &Reader<'a>, row: usize) -> Result<(), Fault> {
        let (customer_id, event_id) = (reader.id(self.customer_id, row), reader.id(self.event_id, row));
        let order_id = reader.id(self.order_id, row);
        let kind = self.kind.get(reader, row);
        let date = reader.date(self.occurred_on, row)?;
        let fields = EventFields {
            customer_id: customer_id.get(),
            occurred_on: date.ok_or_else(|| reader.missing(event::OCCURRED_ON))?,
            kind: kind.as_ref().ok_or_else(|| reader.missing(event::KIND))?.word(),
            event_id: event_id.some(),
            quantity: reader.quantity(self.quantity, row)?.unwrap_or(Quantity::ONE),
            cost: reader.money(self.cost, row)?,
            credit: reader.money(self.credit, row)?,
            order_id: order_id.some(),
        };
        ledger.post_event(&fields, reader.place(row));
        self.kind.learn(kind, row, ledger.kind_words());
        Ok(())
    }
}
