//! Writing records as the tables from which they can be read again.

use super::atomic::Folder;
use super::cells::{CsvStyle, Rows};
use crate::error::Result;
use crate::records::{Customer, Friction, Order, OrderLine, ServiceEvent};
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;

/// Writes records as `customers.csv`, `orders.csv`, `order_lines.csv` and `service_events.csv` into a folder, whole or
/// not at all. A table without records is not written. What is written reads back as the same records, so texts are not
/// guarded against spreadsheets here.
pub fn write_tables(
    folder: &Path,
    customers: &[Customer],
    orders: &[Order],
    lines: &[OrderLine],
    events: &[ServiceEvent],
) -> Result<()> {
    let mut folder = Folder::open(folder)?;
    if !customers.is_empty() {
        folder.write("customers.csv", |out| write_customers(customers, out))?;
    }
    if !orders.is_empty() {
        folder.write("orders.csv", |out| write_orders(orders, out))?;
    }
    if !lines.is_empty() {
        folder.write("order_lines.csv", |out| write_lines(lines, out))?;
    }
    if !events.is_empty() {
        folder.write("service_events.csv", |out| write_events(events, out))?;
    }
    folder.commit()
}

/// How a value of a record is written.
type WriteCell<'a, R> = Box<dyn Fn(&mut Rows<'_>, &R) + 'a>;

/// A column: its name, whether any record has a value, and how a value is written.
struct Column<'a, R> {
    name: &'a str,
    given: bool,
    write: WriteCell<'a, R>,
}

/// The columns of a table. One that no record has a value in is not written: it was not given, which is not blank.
struct Columns<'a, R> {
    records: &'a [R],
    columns: Vec<Column<'a, R>>,
}

impl<'a, R> Columns<'a, R> {
    fn new(records: &'a [R]) -> Self {
        Self { records, columns: Vec::new() }
    }

    /// A column that every record has.
    fn always(mut self, name: &'a str, write: impl Fn(&mut Rows<'_>, &R) + 'a) -> Self {
        self.columns.push(Column { name, given: true, write: Box::new(write) });
        self
    }

    /// A column that records may have.
    fn optional<T>(
        mut self,
        name: &'a str,
        value: impl Fn(&R) -> Option<T> + 'a,
        write: impl Fn(&mut Rows<'_>, T) + 'a,
    ) -> Self {
        let given = self.records.iter().any(|record| value(record).is_some());
        let write = move |rows: &mut Rows<'_>, record: &R| match value(record) {
            Some(value) => write(rows, value),
            None => rows.empty(),
        };
        self.columns.push(Column { name, given, write: Box::new(write) });
        self
    }

    fn write(mut self, out: &mut dyn Write) -> io::Result<()> {
        self.columns.retain(|column| column.given);
        let header: Vec<&str> = self.columns.iter().map(|column| column.name).collect();
        let mut rows = Rows::new(out, CsvStyle::Plain, &header)?;
        for record in self.records {
            for column in &self.columns {
                (column.write)(&mut rows, record);
            }
            rows.end()?;
        }
        Ok(())
    }
}

fn text(rows: &mut Rows<'_>, text: impl AsRef<str>) {
    rows.exact(text.as_ref());
}

fn write_customers(customers: &[Customer], out: &mut dyn Write) -> io::Result<()> {
    let attributes: BTreeSet<&str> = customers.iter().flat_map(|c| c.attributes.keys().map(String::as_str)).collect();
    let friction = |rows: &mut Rows<'_>, friction: Friction| {
        rows.word(match friction {
            Friction::Easy => "easy",
            Friction::Moderate => "moderate",
            Friction::Hard => "hard",
        });
    };
    let mut columns = Columns::new(customers)
        .always("customer_id", |rows, c| rows.exact(&c.customer_id.text()))
        .optional("name", |c| c.name.clone(), text)
        .optional("friction", |c| c.friction, friction)
        .optional("payment_days", |c| c.payment_days, |rows, days| rows.count(i64::from(days)))
        .optional("negotiated_discount", |c| c.negotiated_discount, |rows, rate| rows.word(&rate.to_string()))
        .optional("acquired_on", |c| c.acquired_on, |rows, day| rows.date(Some(day)))
        .optional("acquisition_cost", |c| c.acquisition_cost, |rows, amount| rows.money(amount))
        .optional("annual_potential", |c| c.annual_potential, |rows, amount| rows.money(amount))
        .optional("accepts_terms", |c| c.accepts_terms, |rows, yes| rows.word(if yes { "yes" } else { "no" }))
        .optional("owner", |c| c.owner.clone(), text)
        .optional("team", |c| c.team.clone(), text);
    for name in attributes {
        columns = columns.optional(name, move |c: &Customer| c.attributes.get(name).cloned(), text);
    }
    columns.write(out)
}

fn write_orders(orders: &[Order], out: &mut dyn Write) -> io::Result<()> {
    Columns::new(orders)
        .always("order_id", |rows, o| rows.exact(&o.order_id.text()))
        .always("customer_id", |rows, o| rows.exact(&o.customer_id.text()))
        .always("ordered_on", |rows, o| rows.date(Some(o.ordered_on)))
        .optional("revenue", |o| o.revenue, |rows, amount| rows.money(amount))
        .optional("cost_of_goods", |o| o.cost_of_goods, |rows, amount| rows.money(amount))
        .optional("discount", |o| o.discount, |rows, amount| rows.money(amount))
        .optional("freight", |o| o.freight, |rows, amount| rows.money(amount))
        .optional("lines", |o| o.lines, |rows, lines| rows.count(i64::from(lines)))
        .optional("rush", |o| o.rush, |rows, flag| rows.flag(flag))
        .optional("channel", |o| o.channel.clone(), text)
        .optional("owner", |o| o.owner.clone(), text)
        .optional("credits_order_id", |o| o.credits_order_id.as_ref().map(ToString::to_string), text)
        .write(out)
}

fn write_lines(lines: &[OrderLine], out: &mut dyn Write) -> io::Result<()> {
    Columns::new(lines)
        .always("order_id", |rows, l| rows.exact(&l.order_id.text()))
        .always("product_family", |rows, l| rows.exact(&l.product_family))
        .optional("quantity", |l| l.quantity, |rows, quantity| rows.quantity(Some(quantity)))
        .always("revenue", |rows, l| rows.money(l.revenue))
        .optional("cost_of_goods", |l| l.cost_of_goods, |rows, amount| rows.money(amount))
        .optional("discount", |l| l.discount, |rows, amount| rows.money(amount))
        .write(out)
}

fn write_events(events: &[ServiceEvent], out: &mut dyn Write) -> io::Result<()> {
    Columns::new(events)
        .optional("event_id", |e| e.event_id.as_ref().map(ToString::to_string), text)
        .always("customer_id", |rows, e| rows.exact(&e.customer_id.text()))
        .always("occurred_on", |rows, e| rows.date(Some(e.occurred_on)))
        .always("kind", |rows, e| rows.exact(e.kind.name()))
        .always("quantity", |rows, e| rows.quantity(Some(e.quantity)))
        .optional("cost", |e| e.cost, |rows, amount| rows.money(amount))
        .optional("credit", |e| e.credit, |rows, amount| rows.money(amount))
        .optional("order_id", |e| e.order_id.as_ref().map(ToString::to_string), text)
        .write(out)
}
