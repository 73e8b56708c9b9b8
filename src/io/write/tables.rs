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

fn write_customers(customers: &[Customer], out: &mut dyn Write) -> io::Result<()> {
    let attributes: BTreeSet<&str> = customers.iter().flat_map(|c| c.attributes.keys().map(String::as_str)).collect();
    let mut header = vec![
        "customer_id",
        "name",
        "friction",
        "payment_days",
        "negotiated_discount",
        "acquired_on",
        "acquisition_cost",
        "annual_potential",
        "accepts_terms",
        "owner",
        "team",
    ];
    header.extend(&attributes);
    let mut rows = Rows::new(out, CsvStyle::Plain, &header)?;
    for customer in customers {
        rows.exact(&customer.customer_id.text());
        rows.exact(customer.name.as_deref().unwrap_or_default());
        rows.word(customer.friction.map_or("", |f| match f {
            Friction::Easy => "easy",
            Friction::Moderate => "moderate",
            Friction::Hard => "hard",
        }));
        rows.count(customer.payment_days.map(i64::from));
        rows.word(&customer.negotiated_discount.map(|r| r.to_string()).unwrap_or_default());
        rows.date(customer.acquired_on);
        rows.money(customer.acquisition_cost);
        rows.money(customer.annual_potential);
        rows.word(customer.accepts_terms.map_or("", |yes| if yes { "yes" } else { "no" }));
        rows.exact(customer.owner.as_deref().unwrap_or_default());
        rows.exact(customer.team.as_deref().unwrap_or_default());
        for name in &attributes {
            rows.exact(customer.attributes.get(*name).map(String::as_str).unwrap_or_default());
        }
        rows.end()?;
    }
    Ok(())
}

fn write_orders(orders: &[Order], out: &mut dyn Write) -> io::Result<()> {
    let header = [
        "order_id",
        "customer_id",
        "ordered_on",
        "revenue",
        "cost_of_goods",
        "discount",
        "freight",
        "lines",
        "rush",
        "channel",
        "owner",
        "credits_order_id",
    ];
    let mut rows = Rows::new(out, CsvStyle::Plain, &header)?;
    for order in orders {
        rows.exact(&order.order_id.text());
        rows.exact(&order.customer_id.text());
        rows.date(Some(order.ordered_on));
        rows.money(order.revenue);
        rows.money(order.cost_of_goods);
        rows.money(order.discount);
        rows.money(order.freight);
        rows.count(order.lines.map(i64::from));
        rows.word(order.rush.map_or("", |rush| if rush { "true" } else { "false" }));
        rows.exact(order.channel.as_deref().unwrap_or_default());
        rows.exact(order.owner.as_deref().unwrap_or_default());
        rows.exact(&order.credits_order_id.as_ref().map(ToString::to_string).unwrap_or_default());
        rows.end()?;
    }
    Ok(())
}

fn write_lines(lines: &[OrderLine], out: &mut dyn Write) -> io::Result<()> {
    let header = ["order_id", "product_family", "quantity", "revenue", "cost_of_goods", "discount"];
    let mut rows = Rows::new(out, CsvStyle::Plain, &header)?;
    for line in lines {
        rows.exact(&line.order_id.text());
        rows.exact(&line.product_family);
        rows.quantity(line.quantity);
        rows.money(line.revenue);
        rows.money(line.cost_of_goods);
        rows.money(line.discount);
        rows.end()?;
    }
    Ok(())
}

fn write_events(events: &[ServiceEvent], out: &mut dyn Write) -> io::Result<()> {
    let header = ["event_id", "customer_id", "occurred_on", "kind", "quantity", "cost", "credit", "order_id"];
    let mut rows = Rows::new(out, CsvStyle::Plain, &header)?;
    for event in events {
        rows.exact(&event.event_id.as_ref().map(ToString::to_string).unwrap_or_default());
        rows.exact(&event.customer_id.text());
        rows.date(Some(event.occurred_on));
        rows.exact(event.kind.name());
        rows.quantity(Some(event.quantity));
        rows.money(event.cost);
        rows.money(event.credit);
        rows.exact(&event.order_id.as_ref().map(ToString::to_string).unwrap_or_default());
        rows.end()?;
    }
    Ok(())
}
