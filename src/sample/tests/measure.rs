//! What the sample's accounts earn and cost, reckoned apart from the library and roughly: in euros and floats.

use crate::Money;
use crate::records::Id;
use crate::sample::Sample;
use crate::sample::calendar::LAST;
use std::collections::BTreeMap;

/// What is known of an account.
#[derive(Clone, Debug, Default)]
pub(crate) struct Account {
    pub(crate) revenue: f64,
    pub(crate) cost_of_goods: f64,
    pub(crate) discount: f64,
    pub(crate) cost_to_serve: f64,
    /// By year.
    pub(crate) years: [Year; 4],
    pub(crate) quarters: [f64; 16],
    pub(crate) orders: f64,
    pub(crate) small: f64,
    pub(crate) rush: f64,
    pub(crate) returns: f64,
    pub(crate) hours: f64,
    pub(crate) events: usize,
    pub(crate) friction: f64,
}

/// What is known of an account in a year.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Year {
    pub(crate) revenue: f64,
    pub(crate) margin: f64,
    pub(crate) discount: f64,
}

impl Account {
    pub(crate) fn margin(&self) -> f64 {
        self.revenue - self.cost_of_goods
    }

    pub(crate) fn net(&self) -> f64 {
        self.margin() - self.cost_to_serve
    }
}

pub(crate) fn euros(amount: Option<Money>) -> f64 {
    amount.unwrap().units() as f64 / 10_000.0
}

fn price(kind: &str) -> f64 {
    match kind {
        "return" => 85.0,
        "special_shipment" => 60.0,
        "last_minute_change" => 40.0,
        "special_request" => 150.0,
        "claim" => 180.0,
        "rework" => 220.0,
        "technical_support" => 70.0,
        "coordination" => 55.0,
        "follow_up" => 45.0,
        "site_audit" => 300.0,
        _ => panic!("{kind} has no price"),
    }
}

/// All accounts by id, with the costs of METHOD §4 at invented rates.
pub(crate) fn accounts(sample: &Sample) -> BTreeMap<Id, Account> {
    let mut accounts: BTreeMap<Id, Account> =
        sample.customers.iter().map(|customer| (customer.customer_id.clone(), Account::default())).collect();
    for order in &sample.orders {
        let account = accounts.get_mut(&order.customer_id).unwrap();
        let (revenue, cost) = (euros(order.revenue), euros(order.cost_of_goods));
        let year = (order.ordered_on.year() - 2022) as usize;
        account.revenue += revenue;
        account.cost_of_goods += cost;
        account.discount += euros(order.discount);
        account.years[year].revenue += revenue;
        account.years[year].margin += revenue - cost;
        account.years[year].discount += euros(order.discount);
        account.quarters[year * 4 + usize::from(order.ordered_on.month() - 1) / 3] += revenue;
        account.cost_to_serve += euros(order.freight);
        if revenue >= 0.0 {
            let rush = if order.rush == Some(true) { 1.0 } else { 0.0 };
            account.orders += 1.0;
            account.small += if revenue < 500.0 { 1.0 } else { 0.0 };
            account.rush += rush;
            account.cost_to_serve += 45.0 + 3.2 * f64::from(order.lines.unwrap()) + 120.0 * rush;
        }
    }
    for event in &sample.events {
        let account = accounts.get_mut(&event.customer_id).unwrap();
        let quantity = event.quantity.units() as f64 / 10_000.0;
        account.events += 1;
        account.hours += if event.kind.is_hours() { quantity } else { 0.0 };
        account.returns += if event.kind.name() == "return" { 1.0 } else { 0.0 };
        account.revenue -= event.credit.map_or(0.0, |credit| euros(Some(credit)));
        account.cost_to_serve += event.cost.map_or(price(event.kind.name()) * quantity, |cost| euros(Some(cost)));
    }
    for customer in &sample.customers {
        let account = accounts.get_mut(&customer.customer_id).unwrap();
        account.friction = customer.friction.unwrap().level();
        let days = f64::from(customer.payment_days.unwrap());
        account.cost_to_serve += account.revenue.max(0.0) * days / 365.0 * 0.06;
        let first = sample.orders.iter().find(|order| order.customer_id == customer.customer_id);
        account.cost_to_serve += first.map_or(0.0, |o| 600.0 * f64::from(LAST.days_since(o.ordered_on)) / 365.0);
    }
    accounts
}

/// Mid-ranks, 0 to 1.
pub(crate) fn ranks(values: &[f64]) -> Vec<f64> {
    let count = |f: &dyn Fn(&&f64) -> bool| values.iter().filter(|v| f(v)).count() as f64;
    values.iter().map(|x| (count(&|v| *v < x) + 0.5 * count(&|v| *v == x)) / values.len() as f64).collect()
}

type Component<'a> = (f64, &'a dyn Fn(&Account) -> f64);

/// Weighted sums of the ranks of components.
fn score(accounts: &[&Account], components: &[Component<'_>]) -> Vec<f64> {
    let mut scores = vec![0.0; accounts.len()];
    for (weight, measure) in components {
        let values: Vec<f64> = accounts.iter().map(|account| measure(account)).collect();
        for (score, rank) in scores.iter_mut().zip(ranks(&values)) {
            *score += weight * rank;
        }
    }
    scores
}

fn stability(account: &Account) -> f64 {
    let mean = account.quarters.iter().sum::<f64>() / 16.0;
    -(account.quarters.iter().map(|q| (q - mean) * (q - mean)).sum::<f64>() / 16.0).sqrt() / mean
}

fn growth(account: &Account) -> f64 {
    let (after, before) = (account.years[3].revenue, account.years[2].revenue);
    if after + before <= 0.0 { 0.0 } else { (2.0 * (after - before) / (after + before)).clamp(-2.0, 2.0) }
}

/// Value and complexity of each account, with the default weights.
pub(crate) fn scores(accounts: &[&Account]) -> Vec<(f64, f64)> {
    let value = score(
        accounts,
        &[(0.5, &Account::margin), (0.2, &|a| a.margin() / a.revenue), (0.15, &stability), (0.15, &growth)],
    );
    let mut complexity = score(
        accounts,
        &[
            (0.5, &|a| a.cost_to_serve / a.revenue),
            (0.1, &|a| a.small / a.orders),
            (0.1, &|a| a.rush / a.orders),
            (0.1, &|a| a.returns / a.orders),
            (0.1, &|a| a.hours / a.orders),
        ],
    );
    for (score, account) in complexity.iter_mut().zip(accounts) {
        *score += 0.1 * account.friction;
    }
    value.into_iter().zip(complexity).collect()
}
