//! Models that cannot be right, each by its number in the catalogue of bad inputs: what is refused, under which key, and
//! what is expected there.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use portefeuille::cost::Pool;
use portefeuille::score::Normalisation;
use portefeuille::segment::{Cut, CutOn, TierCut, TierRules};
use portefeuille::{Code, Component, Customer, Driver, ErrorKind, Ledger, Model, Order, Rate, Side, date, money};
use std::collections::BTreeMap;

/// The keys that a model is refused for, in order.
fn faults(model: &Model) -> Vec<String> {
    let Err(error) = model.check() else { return Vec::new() };
    assert_eq!(error.kind(), ErrorKind::Model);
    error.problems().map(|p| p.location.column.clone().unwrap().into_owned()).collect()
}

/// Refused for one key, with what is expected there; and refused by an analysis too.
fn refused(model: &Model, key: &str, expected: &str) {
    assert_eq!(faults(model), [key]);
    let error = model.check().unwrap_err();
    assert_eq!(error.code(), Code::BadSetting);
    assert!(error.to_string().contains(expected), "{error} says nothing of {expected:?}");
    assert_eq!(model.analyze(&ledger()).unwrap_err().to_string(), error.to_string());
}

fn ledger() -> Ledger {
    let mut ledger = Ledger::new();
    ledger.add_customers(["ayala", "brunel"].map(Customer::new)).unwrap();
    let order = |id: &str, customer: &str, revenue: &str| {
        Order::new(id, customer, date(2025, 1, 31), revenue.parse().unwrap()).cost_of_goods(money("100"))
    };
    ledger.add_orders([order("o-1", "ayala", "900"), order("o-2", "brunel", "400")]).unwrap();
    ledger
}

fn share(percent: i64) -> TierCut {
    TierCut::Share(Rate::from_units(percent * 10_000_000))
}

fn cut(a: TierCut, b: TierCut) -> Model {
    Model::new().tiers(TierRules { a, b, ..TierRules::default() })
}

#[test]
fn bad_105_thresholds_that_are_no_numbers() {
    let expected = "from 0 to 1";
    for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.1, 1.1] {
        let half = Cut::default();
        refused(&Model::new().thresholds(Cut::Fixed(odd), half), "matrix.value_threshold", expected);
        refused(&Model::new().thresholds(half, Cut::Fixed(odd)), "matrix.complexity_threshold", expected);
        let quantile = Model::new().thresholds(Cut::Quantile(odd), half);
        refused(&quantile, "matrix.value_threshold", "a quantile between 0 and 1");
        let winsorised = Normalisation::Winsorised { low: odd, high: 0.9 };
        refused(&Model { normalisation: winsorised, ..Model::new() }, "normalisation", "0 <= low < high <= 1");
    }
}

#[test]
fn bad_105_a_cut_in_money_on_what_is_no_money() {
    let margin_rate = CutOn::Component(Component::MarginRate);
    let in_money = Cut::Money { money: money("50000"), of: margin_rate };
    refused(&Model::new().thresholds(in_money, Cut::default()), "matrix.value_threshold", "a rate is expected");
    let as_rate = Cut::Rate { rate: Rate::ONE, of: CutOn::NetMargin };
    refused(&Model::new().thresholds(as_rate, Cut::default()), "matrix.value_threshold", "an amount is expected");
}

#[test]
fn bad_106_tier_cuts_in_the_wrong_order() {
    let expected = "0 < a < b <= 1";
    for (a, b) in [(95, 80), (80, 80), (0, 95), (80, 101), (-5, 95)] {
        refused(&cut(share(a), share(b)), "tiers", expected);
    }
    refused(&cut(TierCut::Money(money("10")), TierCut::Money(money("20"))), "tiers", "a > b > 0");
    refused(&cut(TierCut::Quantile(f64::NAN), TierCut::Quantile(0.5)), "tiers", "1 > a > b > 0");
    refused(&cut(share(80), TierCut::Money(money("20"))), "tiers", "of one sort");
    refused(&cut(TierCut::Jenks, TierCut::Computed), "tiers", "both \"jenks\" or both");
    assert_eq!(faults(&cut(TierCut::Jenks, TierCut::Jenks)), [""; 0]);
    assert_eq!(faults(&cut(TierCut::Computed, TierCut::Computed)), [""; 0]);
    assert_eq!(faults(&cut(share(80), share(100))), [""; 0]);
}

#[test]
fn bad_107_a_negative_rate() {
    let mut model = Model::new().rate(Driver::Order, money("-1"));
    refused(&model, "cost_to_serve.order", "allow_credit");
    model.cost_to_serve.allow_credit = true;
    assert_eq!(faults(&model), [""; 0]);
    let mut model = Model::new();
    model.cost_to_serve.account_management = Some(money("-1"));
    refused(&model, "cost_to_serve.account_management", "0 or more");
    let mut model = Model::new();
    model.cost_to_serve.cost_of_capital = Some("6".parse().unwrap());
    refused(&model, "cost_to_serve.cost_of_capital", "0.06 is six per cent");
}

fn pool(driver: &str, year: i32) -> Model {
    let mut model = Model::new();
    let cost = BTreeMap::from([(year, money("500"))]);
    model.cost_to_serve.pools.push(Pool { name: "visits".into(), driver: Driver::new(driver), cost });
    model
}

#[test]
fn bad_108_a_pool_that_nobody_can_pay_for() {
    let error = pool("visit", 2025).analyze(&ledger()).unwrap_err();
    assert_eq!((error.code(), error.kind()), (Code::PoolWithoutVolume, ErrorKind::Model));
    assert!(error.to_string().contains("\"visits\" costs 500.00 in 2025"), "{error}");
    assert!(error.problem().hint.as_deref().unwrap().contains("another driver"), "{error}");
    let error = pool("order", 2019).analyze(&ledger()).unwrap_err();
    assert_eq!(error.code(), Code::Contradiction);
    assert!(error.to_string().contains("2019"), "{error}");
    refused(&pool("revenue", 2025), "pools[0].driver", "repaints the revenue ranking");
}

#[test]
fn bad_109_weights_that_weigh_nothing() {
    for odd in [-0.1, f64::NAN, f64::INFINITY] {
        let model = Model::new().weight(Component::Growth, odd).weight(Component::MarginRate, 1.0);
        assert!(faults(&model).contains(&"value.growth".to_owned()), "{odd}");
        assert!(model.analyze(&ledger()).is_err());
    }
    refused(&Model::new().weight(Component::Growth, 0.0), "value", "at least one weight above 0");
    let mut model = Model::new().weight(Component::MarginRate, 1.0);
    model.value.as_mut().unwrap().insert(Component::RushShare, 1.0);
    refused(&model, "value.rush_share", "of the other axis");
    let opinion = Model::new().weight(Component::Friction, 0.3).weight(Component::RushShare, 0.7);
    refused(&opinion, "complexity.friction", "an opinion never decides alone");
}

/// Would break with weights that must sum to 1, or scores that are not divided by their sum.
#[test]
fn bad_109_weights_need_not_sum_to_one() {
    let model = |k: f64| Model::new().weight(Component::GrossMargin, 3.0 * k).weight(Component::MarginRate, k);
    let scores = |k: f64| {
        let portfolio = model(k).analyze(&ledger()).unwrap();
        portfolio.accounts().map(|a| a.score(Side::Value)).collect::<Vec<_>>()
    };
    assert_eq!(scores(1.0), [Some(0.75), Some(0.25)]);
    assert_eq!(scores(0.25), scores(1.0));
    // Weights of which each is a number, and their sum is not.
    let model = Model::new().weight(Component::GrossMargin, f64::MAX).weight(Component::MarginRate, f64::MAX);
    refused(&model, "value", "a sum that is a number");
}

#[test]
fn bad_111_a_window_that_ends_before_it_starts() {
    let mut model = Model::new().as_of(date(2025, 3, 31));
    for from in [date(2025, 3, 31), date(2025, 4, 1)] {
        model.history_from = Some(from);
        refused(&model, "history_from", "before as_of 2025-03-31");
    }
    // Where as_of is the latest order, only the records show it.
    let late = Model { history_from: Some(date(2025, 1, 31)), ..Model::new() };
    let error = late.analyze(&ledger()).unwrap_err();
    assert_eq!((error.code(), error.location().column.as_deref()), (Code::Contradiction, Some("history_from")));
    let years = Model { history_years: 51, ..Model::new() };
    refused(&years, "history_years", "0 to 50 years");
    let month = Model { fiscal_year_start_month: 13, ..Model::new() };
    refused(&month, "fiscal_year_start_month", "from 1 to 12");
}

#[test]
fn bad_112_no_last_day_is_the_latest_order() {
    let portfolio = Model::new().analyze(&ledger()).unwrap();
    assert_eq!((portfolio.window().as_of, portfolio.window().as_of_stated), (date(2025, 1, 31), false));
    let assumed = portfolio.findings().iter().find(|f| f.code == Code::AsOfAssumed).unwrap();
    assert!(assumed.hint.as_deref().unwrap().contains("as_of"), "{assumed}");
    let mut nothing = Ledger::new();
    nothing.add_customers([Customer::new("ayala")]).unwrap();
    let error = Model::new().analyze(&nothing).unwrap_err();
    assert_eq!(error.code(), Code::NoAsOf);
    assert!(error.problem().hint.as_deref().unwrap().contains("--as-of"), "{error}");
    assert!(Model::new().as_of(date(2025, 1, 31)).analyze(&nothing).is_ok());
}

#[test]
fn bad_113_a_cut_on_an_axis_that_tells_nobody_apart() {
    let portfolio = Model::new().rate(Driver::Order, money("0")).analyze(&ledger()).unwrap();
    let axis = |code: Code| {
        let of = portfolio.findings().iter().filter(|f| f.code == code);
        of.map(|f| f.location.column.as_deref().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(axis(Code::AxisEmpty), ["complexity"]);
    assert!(axis(Code::ComponentLeftOut).contains(&"cost_to_serve_ratio"));
    assert!(portfolio.accounts().all(|a| a.quadrant().is_none() && a.score(Side::Value).is_some()));
}

#[test]
fn bad_119_all_faults_at_once() {
    let mut model = Model::new()
        .rate(Driver::Order, money("-1"))
        .thresholds(Cut::Fixed(2.0), Cut::Fixed(f64::NAN))
        .weight(Component::Growth, -1.0);
    model.currency = "euro".into();
    model.history_years = 99;
    model.default_margin_rate = Some(Rate::ONE);
    model.tiers.a = share(99);
    let expected = [
        "currency",
        "history_years",
        "default_margin_rate",
        "value.growth",
        "value",
        "cost_to_serve.order",
        "matrix.value_threshold",
        "matrix.complexity_threshold",
        "tiers",
    ];
    assert_eq!(faults(&model), expected);
    let error = model.analyze(&ledger()).unwrap_err();
    assert_eq!(error.total(), expected.len() as u64);
    assert!(expected.iter().all(|key| error.to_string().contains(key)));
}

/// A feature that is not there is named; a model that asks for it is not taken for another one.
#[cfg(not(feature = "clustering"))]
#[test]
fn bad_117_clusters_without_the_feature_name_it() {
    let model = Model::new().clusters(portefeuille::segment::cluster::ClusterRules::k(3));
    let error = model.check().unwrap_err();
    assert_eq!(error.code(), Code::FeatureOff);
    assert!(error.to_string().contains("`clustering`"), "{error}");
}
