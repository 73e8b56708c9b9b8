//! From the values of a row to the ledger.

use super::columns::{customer, event, line, order};
use super::row::Row;
use super::{Fault, columns};
use crate::error::Code;
use crate::ledger::{CustomerFields, EventFields, Given, Ledger, LineFields, OrderFields};
use crate::money::Quantity;
use crate::records::Friction;

/// Posts a customer.
pub(super) fn customer(ledger: &mut Ledger, row: &Row<'_>) -> Result<(), Fault> {
    let id = row.id(customer::CUSTOMER_ID)?;
    let name = row.text(customer::NAME)?;
    let owner = row.text(customer::OWNER)?;
    let team = row.text(customer::TEAM)?;
    let first = columns(row.plan.table).len();
    let mut attributes = Vec::with_capacity(row.plan.attributes.len());
    for (at, (name, cell)) in row.plan.attributes.iter().enumerate() {
        if let Some(value) = row.cell_text(cell, first + at)? {
            attributes.push((name.as_str(), value));
        }
    }
    let fields = CustomerFields {
        customer_id: id.get(),
        name: name.as_deref(),
        friction: friction(row)?,
        payment_days: row.integer(customer::PAYMENT_DAYS)?,
        negotiated_discount: row.rate(customer::NEGOTIATED_DISCOUNT)?,
        acquired_on: row.date(customer::ACQUIRED_ON)?,
        acquisition_cost: row.money(customer::ACQUISITION_COST)?,
        annual_potential: row.money(customer::ANNUAL_POTENTIAL)?,
        accepts_terms: row.flag(customer::ACCEPTS_TERMS)?,
        owner: owner.as_deref(),
        team: team.as_deref(),
        attributes: attributes.iter().map(|(name, value)| (*name, value.as_ref())).collect(),
    };
    ledger.post_customer(&fields, row.place());
    Ok(())
}

pub(super) fn friction(row: &Row<'_>) -> Result<Option<Friction>, Fault> {
    let Some(word) = row.text(customer::FRICTION)? else { return Ok(None) };
    Friction::parse(&word).map(Some).ok_or_else(|| {
        let reason = "one of easy, moderate, hard, facile, modéré, difficile was expected";
        let mut fault = row.problem(customer::FRICTION, Code::BadChoice, reason);
        fault.value = Some(word.chars().take(80).collect());
        fault
    })
}

/// Posts an order.
pub(super) fn order(ledger: &mut Ledger, row: &Row<'_>) -> Result<(), Fault> {
    let order_id = row.id(order::ORDER_ID)?;
    let customer_id = row.id(order::CUSTOMER_ID)?;
    let credits = row.id(order::CREDITS_ORDER_ID)?;
    let channel = row.text(order::CHANNEL)?;
    let owner = row.text(order::OWNER)?;
    let fields = OrderFields {
        order_id: order_id.get(),
        customer_id: customer_id.get(),
        ordered_on: row.required_date(order::ORDERED_ON)?,
        revenue: row.money(order::REVENUE)?,
        cost_of_goods: row.money(order::COST_OF_GOODS)?,
        discount: row.money(order::DISCOUNT)?,
        freight: row.money(order::FREIGHT)?,
        lines: row.integer(order::LINES)?,
        rush: row.flag(order::RUSH)?,
        channel: channel.as_deref(),
        owner: owner.as_deref(),
        credits_order_id: credits.some(),
        partly: None,
    };
    ledger.post_order(&fields, row.place());
    Ok(())
}

/// Posts a line of an order.
pub(super) fn line(ledger: &mut Ledger, row: &Row<'_>) -> Result<(), Fault> {
    let order_id = row.id(line::ORDER_ID)?;
    let family =
        row.word(line::PRODUCT_FAMILY, ledger.family_words())?.ok_or_else(|| row.missing(line::PRODUCT_FAMILY))?;
    // No figure needs the quantity of a line; it must be readable all the same.
    row.quantity(line::QUANTITY)?;
    let fields = LineFields {
        order_id: order_id.get(),
        product_family: family.get(),
        revenue: row.money(line::REVENUE)?.ok_or_else(|| row.missing(line::REVENUE))?,
        cost_of_goods: row.money(line::COST_OF_GOODS)?,
        discount: row.money(line::DISCOUNT)?,
    };
    ledger.post_line(&fields, row.place());
    Ok(())
}

/// Posts a service event.
pub(super) fn event(ledger: &mut Ledger, row: &Row<'_>) -> Result<(), Fault> {
    let customer_id = row.id(event::CUSTOMER_ID)?;
    let event_id = row.id(event::EVENT_ID)?;
    let order_id = row.id(event::ORDER_ID)?;
    let kind = row.word(event::KIND, ledger.kind_words())?.ok_or_else(|| row.missing(event::KIND))?;
    let fields = EventFields {
        customer_id: customer_id.get(),
        occurred_on: row.required_date(event::OCCURRED_ON)?,
        kind: kind.get(),
        event_id: event_id.some(),
        quantity: row.quantity(event::QUANTITY)?.unwrap_or(Quantity::ONE),
        cost: row.money(event::COST)?,
        credit: row.money(event::CREDIT)?,
        order_id: order_id.some(),
    };
    ledger.post_event(&fields, row.place());
    Ok(())
}

/// Notes the table and its columns as given, be they blank.
pub(in crate::io) fn note_given(given: &mut Given, plan: &super::header::Plan, grouped: bool) {
    use crate::error::Table;
    match plan.table {
        Table::Customers => {
            given.customers = true;
            given.name |= plan.has(customer::NAME);
            given.friction |= plan.has(customer::FRICTION);
            given.payment_days |= plan.has(customer::PAYMENT_DAYS);
            given.annual_potential |= plan.has(customer::ANNUAL_POTENTIAL);
        }
        Table::Orders => {
            given.orders = true;
            given.revenue |= plan.has(order::REVENUE);
            given.cost_of_goods |= plan.has(order::COST_OF_GOODS);
            given.discount |= plan.has(order::DISCOUNT);
            given.freight |= plan.has(order::FREIGHT);
            given.lines |= grouped || plan.has(order::LINES);
            given.rush |= plan.has(order::RUSH);
        }
        Table::OrderLines => {
            given.order_lines = true;
            given.line_cost_of_goods |= plan.has(line::COST_OF_GOODS);
            given.line_discount |= plan.has(line::DISCOUNT);
        }
        Table::ServiceEvents => given.service_events = true,
    }
}
