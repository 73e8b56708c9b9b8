//! How sure the labels are, against probabilities worked out apart (`scripts/reference_confidence.py`).

use portefeuille::sample::Sample;
use portefeuille::score::GrowthMeasure;
use portefeuille::segment::{ConfidenceRules, Cut, CutOn, Lever};
use portefeuille::{Account, Code, Lang, date, money};
use portefeuille::{Component, CostLine, Customer, Driver, Ledger, Model, Money, Order, Portfolio, Quadrant, Rate};

/// Draws with a standard error of at most .0025.
const DRAWS: u32 = 40_000;
/// Four of them.
const NEAR: f64 = 0.01;

fn rules() -> ConfidenceRules {
    let mut rules = ConfidenceRules::default();
    (rules.draws, rules.concentration) = (DRAWS, 10.0);
    rules
}

fn rate(value: f64) -> Rate {
    Rate::from_f64(value).unwrap()
}

fn on(component: Component, value: f64) -> Cut {
    Cut::Rate { rate: rate(value), of: CutOn::Component(component) }
}

/// An account of one order a quarter.
fn ledger(accounts: &[(&str, &str, Option<&str>)]) -> Ledger {
    let mut ledger = Ledger::new();
    ledger.add_customers(accounts.iter().map(|(id, ..)| Customer::new(*id))).unwrap();
    let orders = accounts.iter().map(|(id, revenue, cost)| {
        let mut order = Order::new(format!("o-{id}"), *id, date(2025, 2, 1), money(revenue));
        order.cost_of_goods = cost.map(money);
        order
    });
    ledger.add_orders(orders).unwrap();
    ledger
}

fn probability(portfolio: &Portfolio, id: &str, cell: Quadrant) -> f64 {
    portfolio.account(id).unwrap().odds().unwrap().probability(cell)
}

/// The cost of a cost ratio is an order's: with a revenue of 100 and a rate of 10 the ratio is .10.
fn costs() -> Model {
    Model::new()
        .rate(Driver::Order, money("10"))
        .thresholds(
            Cut::Money { money: Money::ZERO, of: CutOn::Component(Component::GrossMargin) },
            on(Component::CostToServeRatio, 0.12),
        )
        .confidence(rules())
}

#[test]
fn weights_are_drawn_from_their_dirichlet_distribution() {
    // Places by gross margin are .1 to .9 in the order of the ids, by margin rate the other way round but for b, which is first.
    let accounts = [
        ("a", "10", Some("5")),
        ("b", "100", Some("10")),
        ("c", "200", Some("100")),
        ("d", "400", Some("280")),
        ("e", "1000", Some("850")),
    ];
    let model = Model::new()
        .weight(Component::GrossMargin, 0.7)
        .weight(Component::MarginRate, 0.3)
        .weight(Component::Friction, 0.0)
        .weight(Component::ReturnRate, 1.0)
        .thresholds(Cut::Fixed(0.5), Cut::Rate { rate: rate(0.5), of: CutOn::Component(Component::ReturnRate) })
        .confidence(rules());
    let portfolio = model.analyze(&ledger(&accounts)).unwrap();
    let account = portfolio.account("b").unwrap();
    let places: Vec<f64> = account.contributions(portefeuille::Side::Value).iter().filter_map(|c| c.scaled).collect();
    assert_eq!(places, [0.3, 0.9]);
    assert!((probability(&portfolio, "b", Quadrant::Or) - 0.377178).abs() < NEAR);
    assert_eq!(account.is_undecided(), Some(false), "Efficace in 62 draws of a hundred");
}

#[test]
fn rates_are_drawn_lognormal_and_wider_where_data_are_poor() {
    // The second account's cost of goods is estimated by the first one's margin rate: poor data.
    let portfolio = costs().analyze(&ledger(&[("good", "100", Some("70")), ("poor", "100", None)])).unwrap();
    assert!((probability(&portfolio, "good", Quadrant::Strategique) - 0.180988).abs() < NEAR);
    assert!((probability(&portfolio, "poor", Quadrant::Strategique) - 0.284516).abs() < NEAR);
}

#[test]
fn estimated_margins_are_drawn_normal() {
    let mut model = costs().thresholds(on(Component::MarginRate, 0.32), on(Component::CostToServeRatio, 9.0));
    model.confidence = Some(rules());
    let portfolio = model.analyze(&ledger(&[("known", "100", Some("70")), ("estimated", "100", None)])).unwrap();
    assert!((probability(&portfolio, "estimated", Quadrant::Or) - 0.344578).abs() < NEAR);
    assert_eq!(probability(&portfolio, "known", Quadrant::Efficace), 1.0);
    let tornado = &portfolio.confidence().unwrap().tornado;
    let margin = tornado.iter().find(|swing| swing.lever == Lever::EstimatedMargin).unwrap();
    assert_eq!((margin.low, margin.high), (0, 1));
}

/// Every way to draw eight quarters, four of each year, is gone through.
#[test]
fn quarters_are_drawn_within_their_year() {
    let quarters = [100i64, 50, 80, 20, 120, 40, 90, 60];
    let mut ledger = Ledger::new();
    ledger.add_customers([Customer::new("a")]).unwrap();
    let orders = quarters.iter().enumerate().map(|(at, amount)| {
        let day = date(2024 + (at / 4) as i32, (at % 4 * 3 + 1) as u8, 15);
        Order::new(format!("o-{at}"), "a", day, Money::from_units(amount * 10_000)).cost_of_goods(money("1"))
    });
    ledger.add_orders(orders).unwrap();
    let cut = 0.20;
    let mut model = costs().thresholds(on(Component::Growth, cut), on(Component::CostToServeRatio, 9.0));
    model.growth_measure = GrowthMeasure::YearOnYear;
    model.as_of = Some(date(2025, 12, 31));
    model.confidence = Some(ConfidenceRules { bootstrap: true, ..rules() });
    let portfolio = model.analyze(&ledger).unwrap();

    let (mut high, mut all) = (0u32, 0u32);
    for way in 0..65_536usize {
        let sum =
            |year: usize| (0..4).map(|q| quarters[year * 4 + (way >> (2 * (year * 4 + q)) & 3)]).sum::<i64>() as f64;
        let growth = 2.0 * (sum(1) - sum(0)) / (sum(1) + sum(0));
        high += u32::from(growth >= cut);
        all += 1;
    }
    let exact = f64::from(high) / f64::from(all);
    assert!((0.2..0.8).contains(&exact), "{exact} would show little");
    let found = probability(&portfolio, "a", Quadrant::Or);
    assert!((found - exact).abs() < NEAR, "{found} against {exact}");
}

#[test]
fn the_tornado_counts_who_moves() {
    // Ratios of .10, .11 and .05 against a cut at .12: e^.20 lifts the first two over it.
    let portfolio = costs()
        .analyze(&ledger(&[("a", "100", Some("70")), ("b", "91", Some("70")), ("c", "200", Some("70"))]))
        .unwrap();
    let swings = &portfolio.confidence().unwrap().tornado;
    assert_eq!(swings[0].lever, Lever::Rate(CostLine::Driver(Driver::Order)));
    assert_eq!((swings[0].low, swings[0].high), (0, 2));
    assert_eq!(swings[0].lever.name(), "rate:order");
    let turns = |id: &str| portfolio.account(id).unwrap().turns();
    let turn = turns("b")[0];
    assert_eq!((turn.lever, turn.higher, turn.cell), (&swings[0].lever, true, Some(Quadrant::Strategique)));
    assert!(turns("c").is_empty());
    let why = portfolio.account("b").unwrap().why().lang(Lang::En).to_string();
    let why = why.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        why.contains(
            "Would change its cell, one setting at a time by one standard deviation: rate of orders higher (Strategic)"
        ),
        "{why}"
    );
}

/// Would break with a turn that is lost, or that is another account's.
#[test]
fn turns_of_accounts_add_up_to_the_tornado() {
    let ledger = Sample::new(1).into_ledger().unwrap();
    let rules = ConfidenceRules { draws: 2, ..ConfidenceRules::default() };
    let portfolio = Sample::model().confidence(rules).analyze(&ledger).unwrap();
    let mut any = 0;
    for swing in &portfolio.confidence().unwrap().tornado {
        let count = |higher: bool| {
            let own = |account: Account<'_>| {
                account.turns().iter().filter(|t| *t.lever == swing.lever && t.higher == higher).count()
            };
            portfolio.accounts().map(own).sum::<usize>()
        };
        assert_eq!((count(false), count(true)), (swing.low, swing.high), "{}", swing.lever.name());
        any += swing.low + swing.high;
    }
    assert!(any > 20, "{any} turns would show little");
    assert!(portfolio.accounts().all(|account| account.turns().iter().all(|turn| turn.cell != account.quadrant())));
}

#[test]
fn the_seed_decides_and_another_one_says_about_the_same() {
    let ledger = ledger(&[("a", "100", Some("70")), ("b", "91", Some("70"))]);
    let with = |seed: u64| costs().seed(seed).analyze(&ledger).unwrap().account("b").unwrap().odds().unwrap();
    assert_eq!(with(1), with(1));
    assert_ne!(with(1), with(2));
    let (one, other) = (with(1).probability(Quadrant::Strategique), with(2).probability(Quadrant::Strategique));
    assert!((one - other).abs() < NEAR, "{one} {other}");
}

/// An account's own draws come from its id: others may come and go, where cuts are absolute.
#[test]
fn an_account_draws_the_same_whoever_else_is_there() {
    let odds = |accounts: &[(&str, &str, Option<&str>)]| {
        costs().analyze(&ledger(accounts)).unwrap().account("poor").unwrap().odds().unwrap()
    };
    let alone = odds(&[("good", "100", Some("70")), ("poor", "100", None)]);
    assert_eq!(odds(&[("a", "50", Some("35")), ("good", "100", Some("70")), ("poor", "100", None)]), alone);
}

#[test]
fn rules_that_mean_nothing_are_refused_all_at_once() {
    let mut model = Model::new();
    let mut rules = ConfidenceRules::default();
    (rules.draws, rules.concentration, rules.rate_spread) = (0, f64::NAN, -1.0);
    (rules.grade_spread, rules.margin_spread, rules.undecided_below) = ([0.0, 2.0, 0.1], f64::INFINITY, 1.5);
    model.confidence = Some(rules);
    let error = model.check().unwrap_err();
    assert_eq!(error.problems().count(), 6);
    assert!(
        error
            .problems()
            .all(|p| p.code == Code::BadSetting && p.location.column.as_deref().unwrap().starts_with("confidence."))
    );
}
