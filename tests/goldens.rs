//! The method's golden numbers, through the public interface from records to result.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use portefeuille::cost::{Activity, Capacity, Pool};
use portefeuille::segment::{Cut, TierCut, TierRules, natural_breaks};
use portefeuille::{
    CostLine, Customer, Driver, EventKind, Ledger, Model, Money, Order, Portfolio, Quantity, ServiceEvent, Side, Tier,
    date, money,
};
use std::collections::BTreeMap;

const ORDERS: u64 = 49_000;
const INQUIRIES: i64 = 1_400;
const CREDIT_CHECKS: i64 = 2_500;

/// The customer service department of Kaplan & Anderson (2004): most of its work for one customer, and one order, one
/// inquiry and one credit check for another, so that the rates can be seen.
fn department() -> Ledger {
    let day = date(2004, 6, 30);
    let mut ledger = Ledger::new();
    ledger.add_customers([Customer::new("many"), Customer::new("one")]).unwrap();
    let customer = |n: u64| if n == 0 { "one" } else { "many" };
    ledger.add_orders((0..ORDERS).map(|n| Order::new(n, customer(n), day, money("100")))).unwrap();
    let events = [("inquiry", INQUIRIES), ("credit_check", CREDIT_CHECKS)];
    for (kind, count) in events {
        let event = |customer, count| {
            ServiceEvent::new(customer, day, EventKind::new(kind)).quantity(Quantity::whole(count).unwrap())
        };
        ledger.add_events([event("one", 1), event("many", count - 1)]).unwrap();
    }
    ledger
}

fn line(name: &str) -> CostLine {
    CostLine::Driver(Driver::new(name))
}

fn total(portfolio: &Portfolio, name: &str) -> i128 {
    let lines = portfolio.cost_lines();
    lines.iter().find(|(l, _)| **l == line(name)).map(|(_, total)| total.units()).unwrap()
}

fn of_one(portfolio: &Portfolio, name: &str) -> Money {
    let costs = portfolio.account("one").unwrap().costs();
    costs.iter().find(|c| *c.line == line(name)).map(|c| c.amount).unwrap()
}

fn units(money: Money) -> i128 {
    money.units().into()
}

/// Would break with unused capacity that is charged, or a rate that is rounded before it is multiplied.
#[test]
fn g1_time_driven_costs_leave_unused_capacity_uncharged() {
    let year = |minutes| BTreeMap::from([(2004, Quantity::whole(minutes).unwrap())]);
    let activity = |driver: &str, minutes| Activity {
        driver: Driver::new(driver),
        minutes: Quantity::whole(minutes).unwrap(),
        plus: BTreeMap::new(),
    };
    let mut model = Model::new();
    model.cost_to_serve.capacities.push(Capacity {
        name: "customer service".into(),
        cost: BTreeMap::from([(2004, money("560000"))]),
        minutes: year(700_000),
        activities: vec![activity("order", 8), activity("inquiry", 44), activity("credit_check", 50)],
    });
    let portfolio = model.analyze(&department()).unwrap();
    assert_eq!(of_one(&portfolio, "order"), money("6.40"));
    assert_eq!(of_one(&portfolio, "inquiry"), money("35.20"));
    assert_eq!(of_one(&portfolio, "credit_check"), money("40"));
    assert_eq!(total(&portfolio, "order"), units(money("313600")));
    assert_eq!(total(&portfolio, "inquiry"), units(money("49280")));
    assert_eq!(total(&portfolio, "credit_check"), units(money("100000")));
    let [used] = portfolio.capacities() else { panic!("one capacity in one year") };
    assert_eq!(used.minutes_used, Quantity::whole(578_600).unwrap());
    assert_eq!((used.supplied, used.assigned), (money("560000"), money("462880")));
    assert_eq!(used.unused, money("97120"));
    assert!(!used.is_overloaded());
}

/// Would break with a pool that is not shared out to the last unit.
#[test]
fn g2_pools_by_survey_charge_the_unused_capacity_too() {
    let mut model = Model::new();
    for (driver, cost) in [("order", "392000"), ("inquiry", "56000"), ("credit_check", "112000")] {
        let cost = BTreeMap::from([(2004, cost.parse().unwrap())]);
        model.cost_to_serve.pools.push(Pool { name: driver.into(), driver: Driver::new(driver), cost });
    }
    let portfolio = model.analyze(&department()).unwrap();
    assert_eq!(of_one(&portfolio, "order"), money("8"));
    assert_eq!(of_one(&portfolio, "inquiry"), money("40"));
    assert_eq!(of_one(&portfolio, "credit_check"), money("44.80"));
    assert_eq!(portfolio.total().unwrap().cascade.cost_to_serve, money("560000"));
}

/// Would break with a credit note whose cost of goods is added, or left where it was.
#[test]
fn g22_a_return_by_credit_note_takes_its_cost_back() {
    let mut ledger = Ledger::new();
    ledger.add_customers([Customer::new("ayala")]).unwrap();
    let sale = |n: u64| Order::new(n, "ayala", date(2025, 3, 1), money("1000")).cost_of_goods(money("800"));
    let note = Order::new("credit", "ayala", date(2025, 3, 9), money("-1000")).cost_of_goods(money("-800")).credits(3);
    ledger.add_orders((0..15).map(sale).chain([note])).unwrap();
    let portfolio = Model::new().analyze(&ledger).unwrap();
    let ayala = portfolio.account("ayala").unwrap();
    assert_eq!(ayala.revenue(), money("14000"));
    assert_eq!(ayala.cascade().cost_of_goods, Some(money("11200")));
    assert_eq!(ayala.gross_margin(), Some(money("2800")));
    assert_eq!((ayala.figures().orders, ayala.figures().credit_notes), (15, 1));
    assert_eq!(ayala.figures().returns, 1, "no return event: credit notes say what came back");
}

/// One order for each account, its net margin given.
fn accounts(margins: &[i64]) -> Portfolio {
    analyzed(margins, &Model::new())
}

fn analyzed(margins: &[i64], model: &Model) -> Portfolio {
    let mut ledger = Ledger::new();
    let id = |n: usize| format!("account {n}");
    ledger.add_customers((0..margins.len()).map(|n| Customer::new(id(n)))).unwrap();
    let order = |(n, margin): (usize, &i64)| {
        let margin = Money::from_units(margin * 10_000);
        let cost = money("50000").checked_sub(margin).unwrap();
        Order::new(n as u64, id(n), date(2025, 6, 30), money("50000")).cost_of_goods(cost)
    };
    ledger.add_orders(margins.iter().enumerate().map(order)).unwrap();
    model.analyze(&ledger).unwrap()
}

/// Would break with a curve in another order than that of net margin.
#[test]
fn g3_the_whale_curve_of_a_portfolio() {
    let curve = accounts(&[38_720, 41_856, 11_545, 2_012, -3_346]).whale_curve().unwrap();
    assert_eq!(curve.total, money("90787"));
    let percent: Vec<f64> = curve.points.iter().map(|p| (p * 10_000.0).round() / 100.0).collect();
    assert_eq!(percent, [46.10, 88.75, 101.47, 103.69, 100.0]);
}

/// Would break with a share that counts the account itself, or one that is not of gross margin.
#[test]
fn g23_the_account_that_crosses_80_percent_is_in_a() {
    let portfolio = accounts(&[9_000, 8_125, 900, 900, 800, 600, 500, 375, 200, 10]);
    let tiers: Vec<_> = portfolio.accounts().map(|a| a.tier().unwrap()).collect();
    assert_eq!(tiers[..4], [Tier::A, Tier::A, Tier::A, Tier::B]);
    assert_eq!(portfolio.tier_limits().a, Some(money("900")));
}

/// Would break with breaks that are improved from a guess, or a class that ends before its largest value.
#[test]
fn g15_natural_breaks_are_those_of_jenkspy() {
    let values = [1.3, 7.1, 7.3, 2.3, 3.9, 4.1, 7.8, 1.2, 4.3, 7.3, 5.0, 4.3];
    let found = natural_breaks(&values, 3).unwrap();
    let largest: Vec<f64> = found.classes.iter().map(|class| class.largest).collect();
    assert_eq!((found.classes[0].smallest, &largest[..]), (1.2, &[2.3, 5.0, 7.8][..]));
    assert_eq!(found.classes.iter().map(|class| class.count).collect::<Vec<_>>(), [3, 5, 4]);

    // scripts/reference_breaks.py: how many values, the factor of the series, the largest value of each class.
    type Series = (u64, u64, &'static [f64]);
    const JENKSPY: [Series; 6] = [
        (50, 7919, &[45117.125, 124851.25]),
        (50, 7919, &[22258.125, 63904.25, 124851.25]),
        (200, 1234567, &[31959.25, 76921.375, 128428.125]),
        (200, 99991, &[27398.5, 58627.5, 93171.375, 128556.875]),
        (500, 104729, &[15516.5, 40095.375, 68936.25, 98325.0, 128762.875]),
        (500, 15485863, &[11055.375, 27410.375, 44403.125, 62442.625, 83052.5, 104915.625, 127734.375]),
    ];
    for (count, factor, expected) in JENKSPY {
        let series = |n: u64| ((n * n * factor % 10_007).pow(2) / 97) as f64 / 8.0;
        let values: Vec<f64> = (0..count).map(series).collect();
        let found = natural_breaks(&values, expected.len()).unwrap();
        assert_eq!(found.classes.iter().map(|class| class.largest).collect::<Vec<_>>(), expected);
    }
}

/// Would break with a limit that is no account's measure, or a point of another curve.
#[test]
fn g9_computed_abc_of_a_portfolio() {
    let rules = TierRules { a: TierCut::Computed, b: TierCut::Computed, ..TierRules::default() };
    let mut portfolio = accounts(&[1, 15, 25, 17, 2, 3, 5, 6, 2, 3, 22]);
    assert_eq!(portfolio.computed_abc(), None, "the model does not ask for it");
    portfolio = analyzed(&[1, 15, 25, 17, 2, 3, 5, 6, 2, 3, 22], &Model::new().tiers(rules));
    assert_eq!(Tier::ALL.map(|tier| portfolio.tier(tier).unwrap().accounts), [3, 2, 6]);
    let abc = portfolio.computed_abc().unwrap();
    assert_eq!((abc.a_above, abc.c_below), (money("15"), money("6")));
    assert_eq!((abc.a.x, abc.b.x, abc.c.x), (0.35, 0.37, 0.45));
}

/// Would break with a cut between two scores, which the scores on both sides would not say.
#[test]
fn g15_a_natural_cut_is_the_smallest_score_of_the_upper_class() {
    let model = Model::new().thresholds(Cut::Jenks, Cut::default());
    let portfolio = analyzed(&[100, 110, 120, 130, 9_000, 9_100], &model);
    let cut = portfolio.cut(Side::Value).unwrap();
    assert!(portfolio.accounts().any(|a| a.score(Side::Value) == Some(cut.at)));
    let scores: Vec<f64> = portfolio.accounts().map(|a| a.score(Side::Value).unwrap()).collect();
    assert_eq!(natural_breaks(&scores, 2).unwrap().classes[1].smallest, cut.at);
}
