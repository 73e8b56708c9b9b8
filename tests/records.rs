//! Records that do not fit together, given in memory: each by its number in the catalogue of bad inputs, with the code,
//! the place and the hint that its maker needs.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use portefeuille::{
    Code, Customer, Error, EventKind, Ledger, Model, Money, OnReject, Order, OrderLine, Policy, Portfolio, Quantity,
    ServiceEvent, Side, Status, Table, date, money,
};

fn customers() -> [Customer; 2] {
    [Customer::new("ayala").acquired_on(date(2024, 5, 1)), Customer::new("brunel")]
}

fn order(id: &str, revenue: &str) -> Order {
    Order::new(id, "ayala", date(2025, 1, 31), revenue.parse().unwrap())
}

fn ledger(policy: Policy) -> Ledger {
    let mut ledger = Ledger::with_policy(policy);
    ledger.add_customers(customers()).unwrap();
    ledger
}

fn strict() -> Ledger {
    ledger(Policy::new())
}

/// A ledger that sets aside what does not fit.
fn lenient() -> Ledger {
    ledger(Policy::new().on_reject(OnReject::Aside))
}

fn with_orders(orders: impl IntoIterator<Item = Order>) -> Ledger {
    let mut ledger = strict();
    ledger.add_orders(orders).unwrap();
    ledger
}

fn analyzed(ledger: &Ledger) -> Portfolio {
    Model::new().analyze(ledger).unwrap()
}

/// Checks the first problem: its code, its place and, in its words, what helps.
fn is(error: &Error, code: Code, place: (Table, u64, &str), helps: &str) {
    let problem = error.problem();
    let location = error.location();
    assert_eq!(error.code(), code, "{error}");
    assert_eq!((location.table, location.line), (Some(place.0), Some(place.1)), "{error}");
    assert_eq!(location.column.as_deref(), Some(place.2), "{error}");
    let words = format!("{} {}", problem.reason, problem.hint.as_deref().unwrap_or_default());
    assert!(words.contains(helps), "{words:?} says nothing of {helps:?}");
}

/// The one finding of a code, with its place.
fn found(ledger: &Ledger, code: Code, table: Table, line: u64) -> String {
    assert_eq!(ledger.quality().count(code), 1, "{code}");
    let problem = ledger.quality().examples().iter().find(|p| p.code == code).unwrap();
    assert_eq!((problem.location.table, problem.location.line), (Some(table), Some(line)));
    problem.to_string()
}

fn aside(ledger: &Ledger, table: Table) -> u64 {
    ledger.quality().set_aside_tally(table).records
}

#[test]
fn bad_75_the_same_order_again_is_counted_once() {
    let ledger = with_orders([order("o-1", "10"), order("o-1", "10.00")]);
    let [again] = ledger.quality().set_aside()[..] else { panic!("one record is set aside") };
    assert_eq!((again.problem.code, again.problem.location.line), (Code::OrderRepeated, Some(2)));
    assert_eq!(analyzed(&ledger).account("ayala").unwrap().revenue(), money("10"));
}

#[test]
fn bad_76_the_same_order_with_another_amount() {
    let orders = [order("o-1", "10"), order("o-2", "7"), order("o-1", "11")];
    let error = strict().add_orders(orders.clone()).unwrap_err();
    is(&error, Code::OrderConflict, (Table::Orders, 1, "order_id"), "keep one of them");
    let lines: Vec<_> = error.problems().map(|p| p.location.line).collect();
    assert_eq!(lines, [Some(1), Some(3)]);
    let mut ledger = lenient();
    ledger.add_orders(orders).unwrap();
    assert_eq!(aside(&ledger, Table::Orders), 2);
    assert_eq!(analyzed(&ledger).account("ayala").unwrap().revenue(), money("7"), "neither can be trusted");
}

#[test]
fn bad_77_an_order_of_an_unknown_customer() {
    let order = || Order::new("o-1", "nobody", date(2025, 1, 31), money("10"));
    let error = strict().add_orders([order()]).unwrap_err();
    is(&error, Code::UnknownCustomer, (Table::Orders, 1, "customer_id"), "--implicit-customers");
    assert_eq!(error.problem().value.as_deref(), Some("nobody"));
    let mut ledger = ledger(Policy::new().implicit_customers(true));
    ledger.add_orders([order()]).unwrap();
    assert_eq!(analyzed(&ledger).account("nobody").unwrap().revenue(), money("10"));
}

#[test]
fn bad_78_an_event_of_an_unknown_customer() {
    let event = ServiceEvent::new("nobody", date(2025, 1, 31), EventKind::Return);
    let error = strict().add_events([event.clone()]).unwrap_err();
    is(&error, Code::UnknownCustomer, (Table::ServiceEvents, 1, "customer_id"), "add it to customers");
    let mut ledger = lenient();
    ledger.add_events([event]).unwrap();
    assert_eq!(aside(&ledger, Table::ServiceEvents), 1);
}

#[test]
fn bad_79_a_customer_twice_with_other_content() {
    let error = strict().add_customers([Customer::new("brunel").name("Brunel SA")]).unwrap_err();
    is(&error, Code::CustomerConflict, (Table::Customers, 2, "customer_id"), "keep one of them");
    let lines: Vec<_> = error.problems().map(|p| p.location.line).collect();
    assert_eq!(lines, [Some(2), Some(3)]);
    let mut ledger = strict();
    ledger.add_customers([Customer::new("brunel")]).unwrap();
    assert_eq!((ledger.customer_count(), ledger.quality().count(Code::CustomerRepeated)), (2, 1));
}

#[test]
fn bad_80_a_customer_without_orders_is_dormant() {
    let portfolio = analyzed(&with_orders([order("o-1", "10")]));
    let brunel = portfolio.account("brunel").unwrap();
    assert_eq!((brunel.status(), brunel.figures().orders, brunel.tier()), (Status::Dormant, 0, None));
}

#[test]
fn bad_81_an_order_before_its_customer() {
    let ledger = with_orders([Order { ordered_on: date(2024, 4, 30), ..order("o-1", "10") }]);
    let words = found(&ledger, Code::OrderBeforeCustomer, Table::Orders, 1);
    assert!(words.contains("ordered_on") && words.contains("2024-04-30"), "{words}");
    assert_eq!(analyzed(&ledger).account("ayala").unwrap().figures().orders, 1, "it is used all the same");
}

#[test]
fn bad_82_an_order_after_the_last_day_is_outside_the_window() {
    let late = Order { ordered_on: date(2025, 4, 1), ..order("o-2", "90") };
    let ledger = with_orders([order("o-1", "10"), late]);
    let portfolio = Model::new().as_of(date(2025, 3, 31)).analyze(&ledger).unwrap();
    assert_eq!(portfolio.account("ayala").unwrap().revenue(), money("10"));
    let orders = portfolio.reconciliation().into_iter().find(|r| r.table == Table::Orders).unwrap();
    assert_eq!((orders.read.records, orders.used.records, orders.outside.records), (2, 1, 1));
    assert_eq!(orders.outside.money.to_string(), "90.00");
    assert!(portfolio.findings().iter().any(|f| f.code == Code::OutsideWindow));
}

#[test]
fn bad_86_more_refunded_than_bought() {
    let portfolio = analyzed(&with_orders([order("o-1", "10"), order("credit", "-25")]));
    let ayala = portfolio.account("ayala").unwrap();
    assert_eq!((ayala.status(), ayala.revenue()), (Status::NetCredit, money("-15")));
    assert_eq!((ayala.tier(), ayala.quadrant(), ayala.score(Side::Value)), (None, None, None));
    let finding = portfolio.findings().iter().find(|f| f.code == Code::NetCredit).unwrap();
    assert!(finding.hint.is_some(), "{finding}");
}

#[test]
fn bad_87_all_revenue_is_zero() {
    let gift = order("o-1", "0").cost_of_goods(money("3"));
    let portfolio = analyzed(&with_orders([gift]));
    let ayala = portfolio.account("ayala").unwrap();
    assert_eq!((ayala.gross_margin(), ayala.figures().orders), (Some(money("-3")), 1));
    assert_eq!((ayala.margin_rate(), ayala.cost_to_serve_ratio(), ayala.discount_rate()), (None, None, None));
    assert_eq!((portfolio.gini_revenue(), portfolio.whale_curve()), (None, None));
}

#[test]
fn bad_88_a_negative_cost_of_goods() {
    let error = strict().add_orders([order("o-1", "10").cost_of_goods(money("-4"))]).unwrap_err();
    is(&error, Code::CostSign, (Table::Orders, 1, "cost_of_goods"), "a sale's cost is positive");
    let error = strict().add_orders([order("credit", "-10").cost_of_goods(money("4"))]).unwrap_err();
    is(&error, Code::CostSign, (Table::Orders, 1, "cost_of_goods"), "when goods came back");
    let ledger = with_orders([order("o-1", "0").cost_of_goods(money("-4"))]);
    found(&ledger, Code::CostNegative, Table::Orders, 1);
}

#[test]
fn bad_88_a_line_with_a_cost_of_the_opposite_sign() {
    let mut ledger = with_orders([order("o-1", "10")]);
    let line = OrderLine::new("o-1", "tools", money("10")).cost_of_goods(money("-4"));
    let error = ledger.add_order_lines([line]).unwrap_err();
    is(&error, Code::CostSign, (Table::OrderLines, 1, "cost_of_goods"), "a sale's cost is positive");
}

#[test]
fn bad_89_goods_dearer_than_their_revenue_are_a_loss() {
    let portfolio = analyzed(&with_orders([order("o-1", "10").cost_of_goods(money("14"))]));
    let ayala = portfolio.account("ayala").unwrap();
    assert_eq!((ayala.gross_margin(), ayala.loses_money()), (Some(money("-4")), true));
}

fn visit(quantity: i64) -> ServiceEvent {
    ServiceEvent::new("ayala", date(2025, 2, 1), EventKind::TechnicalSupport)
        .quantity(Quantity::whole(quantity).unwrap())
}

#[test]
fn bad_90_a_negative_quantity() {
    let error = strict().add_events([visit(-1)]).unwrap_err();
    is(&error, Code::OutOfRange, (Table::ServiceEvents, 1, "quantity"), "from 0 to 1000000");
}

#[test]
fn bad_91_a_quantity_beyond_the_limit() {
    let error = strict().add_events([visit(1_000_000_000)]).unwrap_err();
    is(&error, Code::OutOfRange, (Table::ServiceEvents, 1, "quantity"), "from 0 to 1000000");
    assert!(strict().add_events([visit(1_000_000)]).is_ok());
}

#[test]
fn bad_92_an_event_kind_of_ones_own() {
    let mut ledger = with_orders([order("o-1", "10")]);
    ledger.add_events([ServiceEvent::new("ayala", date(2025, 1, 20), EventKind::new("claims"))]).unwrap();
    let words = found(&ledger, Code::KindCustom, Table::ServiceEvents, 1);
    assert!(words.contains("did you mean claim?"), "{words}");
    let portfolio = analyzed(&ledger);
    let not_priced: Vec<_> = portfolio.not_priced().iter().map(ToString::to_string).collect();
    assert_eq!(not_priced, ["order", "claims"]);
    assert_eq!(portfolio.account("ayala").unwrap().figures().claims, Some(0));
    let unpriced = portfolio.findings().iter().find(|f| f.code == Code::KindUnpriced).unwrap();
    assert!(unpriced.hint.as_deref().unwrap().contains("cost_to_serve"), "{unpriced}");
}

#[test]
fn bad_92_an_event_kind_that_is_called_as_something_else() {
    let mut ledger = with_orders([order("o-1", "10")]);
    let event = |kind: &str| ServiceEvent::new("ayala", date(2025, 1, 20), EventKind::new(kind));
    ledger.add_events([event("order"), event("freight").cost(money("4"))]).unwrap();
    let portfolio = Model::new().rate("order", money("3")).analyze(&ledger).unwrap();
    let ayala = portfolio.account("ayala").unwrap();
    assert_eq!(ayala.cost_to_serve(), money("7"), "one order and one event's own cost");
    assert_eq!(ayala.cascade().freight, Money::ZERO);
}

#[test]
fn bad_93_events_of_a_customer_without_orders() {
    let mut ledger = with_orders([order("o-1", "10")]);
    ledger.add_events([ServiceEvent::new("brunel", date(2025, 1, 20), EventKind::Claim).cost(money("8"))]).unwrap();
    let portfolio = analyzed(&ledger);
    let brunel = portfolio.account("brunel").unwrap();
    assert_eq!((brunel.status(), brunel.revenue(), brunel.cost_to_serve()), (Status::Dormant, Money::ZERO, money("8")));
    assert_eq!((brunel.net_margin(), brunel.quadrant(), brunel.tier()), (Some(money("-8")), None, None));
}

/// No component tells the accounts apart: no quadrant, with the reason; tiers and whale curve are still there.
fn tells_nobody_apart(ledger: &Ledger) {
    let model = Model::new().rate("order", money("1"));
    let portfolio = model.analyze(ledger).unwrap();
    let buyers: Vec<_> = portfolio.accounts().filter(|a| a.status() == Status::Active).collect();
    assert!(!buyers.is_empty() && buyers.iter().all(|a| a.quadrant().is_none() && a.tier().is_some()));
    for side in [Side::Value, Side::Complexity] {
        assert!(portfolio.axis(side).is_empty() && buyers.iter().all(|a| a.score(side).is_none()));
        let axis = |f: &&portefeuille::Problem| f.location.column.as_deref() == Some(side.name());
        let empty = portfolio.findings().iter().filter(axis).find(|f| f.code == Code::AxisEmpty).unwrap();
        assert!(empty.hint.is_some(), "{empty}");
    }
    assert!(portfolio.findings().iter().any(|f| f.code == Code::ComponentLeftOut));
    assert_eq!(portfolio.whale_curve().unwrap().points.len(), portfolio.len());
}

#[test]
fn bad_94_one_customer_alone() {
    tells_nobody_apart(&with_orders([order("o-1", "10").cost_of_goods(money("4"))]));
}

#[test]
fn bad_95_all_customers_alike() {
    let of = |id: &str| Order { customer_id: id.into(), ..order(id, "10").cost_of_goods(money("4")) };
    tells_nobody_apart(&with_orders([of("ayala"), of("brunel")]));
}

#[test]
fn bad_96_a_total_beyond_64_bits() {
    let most = Money::from_units(portefeuille::AMOUNT_MAX.units());
    let orders = |customer: &'static str, count: u64| {
        (0..count).map(move |n| {
            Order::new(format!("{customer} {n}"), customer, date(2025, 1, 31), most).cost_of_goods(Money::ZERO)
        })
    };
    // 9,223 such orders fit, one more does not.
    let ledger = with_orders(orders("ayala", 9_224));
    let error = Model::new().analyze(&ledger).unwrap_err();
    assert_eq!(error.code(), Code::Overflow);
    assert!(error.to_string().contains("ayala") && error.problem().hint.is_some(), "{error}");
    // Each account fits; together they do not, and only the question of their total fails.
    let ledger = with_orders(orders("ayala", 9_000).chain(orders("brunel", 9_000)));
    let portfolio = analyzed(&ledger);
    assert_eq!(portfolio.total().unwrap_err().code(), Code::Overflow);
    assert_eq!(portfolio.account("brunel").unwrap().revenue().to_string(), "900000000000000.00");
    let orders = portfolio.reconciliation().into_iter().find(|r| r.table == Table::Orders).unwrap();
    assert_eq!(orders.used.money.to_string(), "1800000000000000.00");
}
