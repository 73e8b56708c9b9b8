//! Ledgers from records, and everything that a portfolio shows as text, to compare.

use crate::oracle::Records;
use portefeuille::{Ledger, Model, OnReject, Policy, Portfolio, Side};
use std::fmt::Write;

/// A ledger that sets aside what does not fit.
pub(crate) fn ledger(records: &Records) -> Ledger {
    ledger_with(records, Policy::new().on_reject(OnReject::Aside))
}

pub(crate) fn ledger_with(records: &Records, policy: Policy) -> Ledger {
    let mut ledger = Ledger::with_policy(policy);
    ledger.add_customers(records.customers.clone()).unwrap();
    ledger.add_orders(records.orders.clone()).unwrap();
    if let Some(lines) = &records.lines {
        ledger.add_order_lines(lines.clone()).unwrap();
    }
    if let Some(events) = &records.events {
        ledger.add_events(events.clone()).unwrap();
    }
    ledger
}

pub(crate) fn analyze(records: &Records, model: &Model) -> portefeuille::Result<Portfolio> {
    model.analyze(&ledger(records))
}

/// Everything that does not name rows of the input, to the last bit.
pub(crate) fn shown(portfolio: &Portfolio) -> String {
    let mut text = String::new();
    for account in portfolio.accounts() {
        write!(
            text,
            "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
            account.id(),
            account.name(),
            account.status(),
            account.figures(),
            account.cascade(),
            account.order_dates(),
            account.quadrant(),
            account.tier(),
            account.data_grade(),
            (account.estimated_revenue(), account.estimated_from()),
        )
        .unwrap();
        for year in &portfolio.window().years {
            write!(text, " {:?}", account.cascade_in(*year)).unwrap();
        }
        for side in [Side::Value, Side::Complexity] {
            let score = (account.score(side), account.distance(side));
            write!(text, " {score:?} {:?}", account.contributions(side)).unwrap();
        }
        writeln!(text, " {:?}", account.costs()).unwrap();
    }
    write!(
        text,
        "{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}",
        portfolio.window(),
        portfolio.counting(),
        portfolio.given(),
        portfolio.reconciliation(),
        [portfolio.cut(Side::Value), portfolio.cut(Side::Complexity)],
        portfolio.tier_limits(),
        portfolio.capacities(),
        portfolio.not_priced(),
        portfolio.findings(),
        (portfolio.whale_curve(), portfolio.correlations(), portfolio.gini_revenue(), portfolio.hhi_revenue()),
    )
    .unwrap();
    text
}
