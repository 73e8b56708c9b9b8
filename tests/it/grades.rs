//! Data grades and avoidable costs, worked out by hand.

use portefeuille::cost::Pool;
use portefeuille::margin::DataGrade;
use portefeuille::{CostLine, Customer, Driver, Ledger, Model, Money, Order, Rate, date, money};

/// An order of revenue 100 each, with or without a cost of goods.
fn ledger(accounts: &[(&str, usize, usize, usize)]) -> Ledger {
    let mut ledger = Ledger::new();
    ledger.add_customers(accounts.iter().map(|(id, ..)| Customer::new(*id))).unwrap();
    let mut orders = Vec::new();
    for (id, known, blank, credited) in accounts {
        let order = |n: usize, revenue| Order::new(format!("{id}-{n}"), *id, date(2025, 1, 31), revenue);
        orders.extend((0..*known).map(|n| order(n, money("100")).cost_of_goods(money("60"))));
        orders.extend((0..*blank).map(|n| order(1_000 + n, money("100"))));
        orders.extend((0..*credited).map(|n| order(2_000 + n, money("-100")).cost_of_goods(Money::ZERO)));
    }
    ledger.add_orders(orders).unwrap();
    ledger
}

#[test]
fn a_grade_is_fair_up_to_a_tenth_of_net_revenue() {
    // Known, blank and credited orders: 9 + 1 is exactly a tenth; with one credited it is 100 of 900.
    let accounts = [("complete", 10, 0, 0), ("tenth", 9, 1, 0), ("credited", 9, 1, 1), ("more", 8, 2, 0)];
    let portfolio = Model::new().analyze(&ledger(&accounts)).unwrap();
    let grade = |id: &str| portfolio.account(id).unwrap().data_grade();
    assert_eq!(grade("complete"), DataGrade::Good);
    assert_eq!(grade("tenth"), DataGrade::Fair);
    assert_eq!(grade("credited"), DataGrade::Poor);
    assert_eq!(grade("more"), DataGrade::Poor);
}

#[test]
fn without_any_margin_the_grade_is_poor() {
    let portfolio = Model::new().analyze(&ledger(&[("blank", 0, 2, 0)])).unwrap();
    let account = portfolio.account("blank").unwrap();
    assert_eq!((account.gross_margin(), account.data_grade()), (None, DataGrade::Poor));
}

#[test]
fn what_goes_away_with_an_account_is_its_avoidable_part() {
    let mut model = Model::new().rate(Driver::Order, money("12.50"));
    let pool = Pool { name: "lines".to_owned(), driver: Driver::OrderLine, cost: [(2025, money("30"))].into() };
    model.cost_to_serve.pools.push(pool);
    let mut ledger = Ledger::new();
    ledger.add_customers([Customer::new("a")]).unwrap();
    ledger.add_orders([Order::new("o", "a", date(2025, 1, 31), money("100")).lines(3)]).unwrap();
    let avoidable = |model: &Model| {
        let portfolio = model.analyze(&ledger).unwrap();
        let costs = portfolio.account("a").unwrap().costs();
        costs.iter().map(|item| (item.amount, item.avoidable)).collect::<Vec<_>>()
    };
    // A rate stops with the account; a pool stays until someone cuts it.
    let (order, lines) = ((money("12.50"), money("12.50")), (money("30"), Money::ZERO));
    assert_eq!(avoidable(&model), [order, lines]);
    let half = Rate::from_units(Rate::SCALE / 2);
    model.cost_to_serve.avoidable.insert(CostLine::Driver(Driver::Order), half);
    assert_eq!(avoidable(&model), [(money("12.50"), money("6.25")), lines]);
}
