//! From drafts to records: ids in the order of time, cents to money.

use super::catalogue::FAMILIES;
use super::history::DraftOrder;
use super::profile::{Profile, kind};
use super::service::DraftEvent;
use super::{Sample, Story};
use crate::money::{Money, Quantity, Rate, SCALE};
use crate::records::{Customer, Id, Order, OrderLine, ServiceEvent};

/// An account with its history.
pub(super) struct Account {
    pub(super) profile: Profile,
    pub(super) orders: Vec<DraftOrder>,
    pub(super) events: Vec<DraftEvent>,
}

fn cents(amount: i64) -> Money {
    Money::from_units(amount * (SCALE / 100))
}

/// The records of all accounts.
pub(super) fn records(accounts: &[Account]) -> Sample {
    let ids: Vec<Id> = (1..=accounts.len()).map(|number| Id::from(format!("C{number:03}"))).collect();
    let mut sample = Sample {
        customers: accounts.iter().zip(&ids).map(|(account, id)| customer(account, id)).collect(),
        orders: Vec::new(),
        order_lines: Vec::new(),
        events: Vec::new(),
        stories: Vec::new(),
    };
    for (account, id) in accounts.iter().zip(&ids) {
        if let Some(story) = &account.profile.story {
            let customer_id = id.clone();
            sample.stories.push(Story { customer_id, name: story.name, fr: story.fr, en: story.en });
        }
    }
    let order_ids = emit_orders(&mut sample, accounts, &ids);
    emit_events(&mut sample, accounts, &ids, &order_ids);
    sample
}

fn customer(account: &Account, id: &Id) -> Customer {
    let who = &account.profile.identity;
    let mut customer = Customer::new(id)
        .name(&who.name)
        .friction(who.friction)
        .payment_days(who.payment_days)
        .acquired_on(who.acquired_on)
        .accepts_terms(who.accepts_terms)
        .owner(who.rep.name)
        .team(who.rep.team)
        .attribute("industry", who.industry)
        .attribute("region", who.region)
        .attribute("size", who.size)
        .attribute("purchase_reason", who.reason)
        .attribute("decision_maker", who.decider);
    customer.negotiated_discount = Some(Rate::from_units(account.profile.negotiated * (Rate::SCALE / 1000)));
    customer.annual_potential = who.potential.map(|euros| cents(euros * 100));
    if let Some(certifications) = &who.certifications {
        customer = customer.attribute("certifications", certifications);
    }
    customer
}

/// Writes the orders by date, and returns their ids by account and position.
fn emit_orders(sample: &mut Sample, accounts: &[Account], ids: &[Id]) -> Vec<Vec<Id>> {
    let mut places: Vec<(usize, usize)> = Vec::new();
    for (at, account) in accounts.iter().enumerate() {
        places.extend((0..account.orders.len()).map(|order| (at, order)));
    }
    // A stable sort: on a day, by account.
    places.sort_by_key(|(at, order)| accounts[*at].orders[*order].on);
    let mut order_ids: Vec<Vec<Id>> =
        accounts.iter().map(|account| vec![Id::from(0u32); account.orders.len()]).collect();
    let (mut year, mut invoices, mut notes) = (0, 0, 0);
    for (at, position) in places.iter().copied() {
        let draft = &accounts[at].orders[position];
        if draft.on.year() != year {
            (year, invoices, notes) = (draft.on.year(), 0, 0);
        }
        let id = if draft.revenue() < 0 {
            notes += 1;
            format!("A{:02}-{notes:05}", year % 100)
        } else {
            invoices += 1;
            format!("F{:02}-{invoices:06}", year % 100)
        };
        order_ids[at][position] = Id::from(id);
    }
    for (at, position) in places {
        let draft = &accounts[at].orders[position];
        emit_order(sample, draft, &order_ids[at][position], &ids[at], draft.credits.map(|o| &order_ids[at][o]));
    }
    order_ids
}

fn emit_order(sample: &mut Sample, draft: &DraftOrder, id: &Id, customer: &Id, credited: Option<&Id>) {
    let cost = draft.lines.iter().map(|line| line.cost).sum();
    let discount = draft.lines.iter().map(|line| line.discount).sum();
    let mut order = Order::new(id, customer, draft.on, cents(draft.revenue()))
        .cost_of_goods(cents(cost))
        .discount(cents(discount))
        .freight(cents(draft.freight))
        .lines(draft.lines.len() as u32)
        .rushed(draft.rush)
        .channel(draft.channel)
        .owner(draft.owner);
    order.credits_order_id = credited.cloned();
    sample.orders.push(order);
    for line in &draft.lines {
        sample.order_lines.push(
            OrderLine::new(id, FAMILIES[line.family].name, cents(line.revenue))
                .cost_of_goods(cents(line.cost))
                .discount(cents(line.discount))
                .quantity(Quantity::from_units(line.quantity * SCALE)),
        );
    }
}

fn emit_events(sample: &mut Sample, accounts: &[Account], ids: &[Id], order_ids: &[Vec<Id>]) {
    let mut places: Vec<(usize, &DraftEvent)> = Vec::new();
    for (at, account) in accounts.iter().enumerate() {
        places.extend(account.events.iter().map(|event| (at, event)));
    }
    places.sort_by_key(|(_, event)| event.on);
    for (number, (at, draft)) in (1..).zip(places) {
        let mut event = ServiceEvent::new(&ids[at], draft.on, kind(draft.kind)).id(format!("E{number:06}"));
        if let Some(quarters) = draft.quarters {
            event.quantity = Quantity::from_units(quarters * (SCALE / 4));
        }
        event.cost = draft.cost.map(cents);
        event.credit = draft.credit.map(cents);
        event.order_id = draft.order.map(|order| order_ids[at][order].clone());
        sample.events.push(event);
    }
}
