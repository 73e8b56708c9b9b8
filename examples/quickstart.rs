//! The library in twenty lines: two customers, what serving them cost, and why they stand where they stand.
#![allow(clippy::print_stdout, reason = "an example prints")]

use portefeuille::{Customer, Driver, EventKind, Friction, Ledger, Model, Order, Quadrant, ServiceEvent, date, money};

fn main() -> portefeuille::Result<()> {
    let mut ledger = Ledger::new();
    ledger.add_customers([Customer::new("ayala").friction(Friction::Easy), Customer::new("brunel")])?;
    ledger.add_orders([
        Order::new("o-1", "ayala", date(2025, 1, 31), money("9000")).cost_of_goods(money("5400")),
        Order::new("o-2", "brunel", date(2025, 2, 3), money("2500")).cost_of_goods(money("1900")).rush(),
    ])?;
    ledger.add_events([ServiceEvent::new("brunel", date(2025, 2, 9), EventKind::Return)])?;

    let model =
        Model::new().as_of(date(2025, 3, 31)).rate(Driver::Order, money("12.50")).rate(Driver::Return, money("38"));
    let portfolio = model.analyze(&ledger)?;
    let brunel = portfolio.account("brunel")?;
    assert_eq!(brunel.cost_to_serve(), money("50.50")); // 12.50 + 38.00
    assert_eq!(brunel.quadrant(), Some(Quadrant::Toxique));
    println!("{}", brunel.why()); // the events, rates and cuts behind the label
    Ok(())
}
