//! A fitted model gives each account back what the portfolio gave it.

use portefeuille::cost::Pool;
use portefeuille::sample::Sample;
use portefeuille::segment::{Cut, TierCut, TierRules};
use portefeuille::{Code, Driver, FactTable, Ledger, Model, Scorer, Side, money};

fn ledger() -> Ledger {
    Sample::new(0).into_ledger().unwrap()
}

/// The sample's model with a pool, whose shares depend on all accounts.
fn pooled() -> Model {
    let mut model = Sample::model();
    model.cost_to_serve.rates.remove(&Driver::Order);
    let cost = (2022..=2025).map(|year| (year, money("100000.01"))).collect();
    model.cost_to_serve.pools.push(Pool { name: "desk".to_owned(), driver: Driver::Order, cost });
    model
}

fn every_account_scores_as_in_the_portfolio(model: &Model) {
    let ledger = ledger();
    let portfolio = model.analyze(&ledger).unwrap();
    let text = serde_json::to_string(&portfolio.scorer()).unwrap();
    let scorer: Scorer = serde_json::from_str(&text).unwrap();
    assert_eq!(scorer, portfolio.scorer());
    assert_eq!(scorer.rank_error_max(), 0.0);
    let table = FactTable::from_ledger(&ledger, scorer.spec().clone()).unwrap();
    for account in portfolio.accounts() {
        let mut facts = table.facts(account.id()).unwrap();
        let customer = ledger.customer_by_id(account.id()).unwrap();
        facts.friction = customer.friction();
        facts.payment_days = customer.payment_days();
        facts.annual_potential = customer.annual_potential();
        let verdict = scorer.score(&facts).unwrap();
        assert_eq!(verdict.cascade, account.cascade(), "{}", account.id());
        assert_eq!(verdict.value_score, account.score(Side::Value), "{}", account.id());
        assert_eq!(verdict.complexity_score, account.score(Side::Complexity), "{}", account.id());
        assert_eq!(verdict.value_distance, account.distance(Side::Value));
        assert_eq!((verdict.quadrant, verdict.tier), (account.quadrant(), account.tier()));
    }
}

#[test]
fn fitted_accounts_get_their_own_scores_back() {
    every_account_scores_as_in_the_portfolio(&Sample::model());
}

/// Would break with a cut or a limit that a scorer keeps by its method and not by its number.
#[test]
fn g9_g15_cuts_that_follow_from_the_values_are_frozen_as_numbers() {
    for cut in [TierCut::Jenks, TierCut::Computed] {
        let rules = TierRules { a: cut, b: cut, ..TierRules::default() };
        every_account_scores_as_in_the_portfolio(&Sample::model().thresholds(Cut::Jenks, Cut::Jenks).tiers(rules));
    }
}

#[test]
fn pools_share_to_the_last_unit_for_one_account_too() {
    every_account_scores_as_in_the_portfolio(&pooled());
}

#[test]
fn facts_of_another_specification_are_refused_by_name() {
    let ledger = ledger();
    let scorer = Sample::model().fit(&ledger).unwrap();
    let mut spec = scorer.spec().clone();
    spec.small_order_below = Some(money("1"));
    let facts = FactTable::from_ledger(&ledger, spec).unwrap().facts("C001").unwrap();
    let error = scorer.score(&facts).unwrap_err();
    assert_eq!(error.code(), Code::SpecDiffers);
    assert_eq!(error.location().column.as_deref(), Some("small_order_below"));
}

#[test]
fn one_account_scores_the_same_from_its_own_records_alone() {
    let sample = Sample::new(0);
    let scorer = Sample::model().fit(&ledger()).unwrap();
    let portfolio = Sample::model().analyze(&ledger()).unwrap();
    for account in portfolio.accounts() {
        let mine = |id: &portefeuille::Id| id == account.id();
        let customer = sample.customers.iter().find(|c| mine(&c.customer_id)).unwrap().clone();
        let orders: Vec<_> = sample.orders.iter().filter(|o| mine(&o.customer_id)).cloned().collect();
        let events: Vec<_> = sample.events.iter().filter(|e| mine(&e.customer_id)).cloned().collect();
        let mut own = Ledger::new();
        own.add_customers([customer.clone()]).unwrap();
        own.add_orders(orders).unwrap();
        if !events.is_empty() {
            own.add_events(events).unwrap();
        }
        let mut facts = FactTable::from_ledger(&own, scorer.spec().clone()).unwrap().facts(account.id()).unwrap();
        facts.friction = customer.friction;
        facts.payment_days = customer.payment_days;
        facts.annual_potential = customer.annual_potential;
        let verdict = scorer.score(&facts).unwrap();
        assert_eq!(verdict.cascade, account.cascade(), "{}", account.id());
        assert_eq!(verdict.complexity_score, account.score(Side::Complexity), "{}", account.id());
    }
}

#[test]
fn a_scorer_that_someone_edited_is_refused() {
    let scorer = Sample::model().fit(&ledger()).unwrap();
    let mut json = serde_json::to_value(&scorer).unwrap();
    json["card"]["rates"].as_array_mut().unwrap().pop();
    let edited: Scorer = serde_json::from_value(json).unwrap();
    assert_eq!(edited.check().unwrap_err().code(), Code::SpecDiffers);
}
