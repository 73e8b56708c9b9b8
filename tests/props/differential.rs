//! The library against the naive oracle, figure by figure.

use crate::build::{analyze, shown};
use crate::models::models;
use crate::oracle::{self, Expected, Outcome, Records, Source, Steps, kind_line};
use crate::strategy::{config, faulty_records};
use portefeuille::margin::{Cascade, EstimatedFrom};
use portefeuille::{Account, CostLine, EventKind, Model, Money, Portfolio, Quantity, Side};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn units(money: Money) -> i128 {
    money.units().into()
}

fn optional(money: Option<Money>) -> Option<i128> {
    money.map(units)
}

/// The name of a line; an event kind that is called as another line is told apart as the oracle does.
fn name(line: &CostLine) -> String {
    match line {
        CostLine::Driver(driver) if matches!(driver.kind(), Some(EventKind::Custom(_))) => kind_line(driver.name()),
        other => other.name().to_owned(),
    }
}

fn compare(records: &Records, model: &Model) -> Option<Portfolio> {
    let found = analyze(records, model);
    let expected = oracle::analyze(records, model);
    let (portfolio, outcome) = match (found, expected) {
        (Ok(portfolio), Ok(outcome)) => (portfolio, outcome),
        (Err(error), Err(code)) => {
            assert_eq!(error.code(), code, "{error}");
            return None;
        }
        (Err(error), Ok(_)) => panic!("refused: {error}"),
        (Ok(_), Err(code)) => panic!("not refused, though {code}"),
    };
    whole(&portfolio, &outcome);
    assert_eq!(portfolio.len(), outcome.accounts.len());
    for (account, expected) in portfolio.accounts().zip(&outcome.accounts) {
        assert_eq!(account.id().to_string(), expected.id);
        counts(account, expected);
        money(account, expected);
        costs(account, expected);
        places(account, expected);
    }
    Some(portfolio)
}

fn whole(portfolio: &Portfolio, outcome: &Outcome) {
    let window = portfolio.window();
    assert_eq!((window.as_of, window.start), (outcome.window.as_of, outcome.window.start));
    assert_eq!(window.complete_quarters, outcome.window.complete_quarters.len());
    assert_eq!(window.years, outcome.window.years_touched());
    assert_eq!(portfolio.counting(), outcome.counting);
    for (table, [read, used, outside, aside]) in portfolio.reconciliation().iter().zip(&outcome.tallies) {
        for (found, expected) in
            [(table.read, read), (table.used, used), (table.outside, outside), (table.set_aside, aside)]
        {
            assert_eq!((found.records, found.money.units()), (expected.records, expected.money), "{table:?}");
        }
    }
    let capacities: Vec<oracle::Used> = portfolio
        .capacities()
        .iter()
        .map(|c| oracle::Used {
            name: c.name.clone(),
            year: c.year,
            supplied: units(c.supplied),
            assigned: units(c.assigned),
            unused: units(c.unused),
            minutes_used: c.minutes_used.units().into(),
        })
        .collect();
    assert_eq!(capacities, outcome.capacities);
    let not_priced = portfolio.not_priced().iter().map(|d| name(&CostLine::Driver(d.clone()))).collect();
    assert_eq!(outcome.not_priced, not_priced);
}

fn counts(account: Account<'_>, expected: &Expected) {
    let figures = account.figures();
    assert_eq!(Some(account.status()), expected.status, "status");
    assert_eq!(figures.orders, expected.orders, "orders");
    assert_eq!(figures.credit_notes, expected.credit_notes, "credit notes");
    assert_eq!(figures.lines, expected.lines, "lines");
    assert_eq!(figures.small_orders, expected.small_orders, "small orders");
    assert_eq!(figures.rush_orders, expected.rush_orders, "rush orders");
    assert_eq!(figures.returns, expected.returns, "returns");
    assert_eq!(figures.claims, expected.claims, "claims");
    assert_eq!(figures.reworks, expected.reworks, "reworks");
    assert_eq!(figures.support_hours.map(Quantity::units), expected.support_hours, "support hours");
    assert_eq!(figures.disruptions, expected.disruptions, "disruptions");
    assert_eq!(figures.families, expected.families, "families");
    assert_eq!(figures.missing_values, expected.missing_values, "missing values");
    assert_eq!(account.order_dates(), expected.order_dates, "order dates");
}

fn money(account: Account<'_>, expected: &Expected) {
    let figures = account.figures();
    assert_eq!(units(figures.invoiced), expected.invoiced, "invoiced");
    assert_eq!(units(figures.credits), expected.credits, "credits");
    assert_eq!(units(figures.net_revenue), expected.invoiced - expected.credits, "net revenue");
    assert_eq!(optional(figures.discount), expected.discount, "discount");
    assert_eq!(optional(figures.freight), expected.freight, "freight");
    assert_eq!(units(account.estimated_revenue()), expected.estimated_revenue, "estimated revenue");
    let source = account.estimated_from().map(|from| match from {
        EstimatedFrom::Family => Source::Family,
        EstimatedFrom::Portfolio => Source::Portfolio,
        EstimatedFrom::Default => Source::Default,
    });
    assert_eq!(source, expected.estimated_from, "estimated from");
    assert_eq!(steps(&account.cascade()), expected.total, "cascade");
    for (year, expected) in &expected.years {
        let found = account.cascade_in(*year).map_or_else(Steps::default, |c| steps(&c.unwrap()));
        let nothing = expected.net_revenue == 0 && expected.cost_to_serve == 0;
        assert!(
            found == *expected || (nothing && account.cascade_in(*year).is_none()),
            "{year}: {found:?} {expected:?}"
        );
    }
}

fn steps(cascade: &Cascade) -> Steps {
    Steps {
        list_revenue: optional(cascade.list_revenue),
        net_revenue: units(cascade.net_revenue),
        cost_of_goods: optional(cascade.cost_of_goods),
        gross_margin: optional(cascade.gross_margin),
        freight: units(cascade.freight),
        payment_terms: units(cascade.payment_terms),
        pocket_margin: optional(cascade.pocket_margin),
        cost_to_serve: units(cascade.cost_to_serve),
        net_margin: optional(cascade.net_margin),
    }
}

fn costs(account: Account<'_>, expected: &Expected) {
    let mut by_line: BTreeMap<String, i128> = BTreeMap::new();
    for ((line, _), cost) in &expected.costs {
        *by_line.entry(line.clone()).or_insert(0) += cost;
    }
    let found: BTreeMap<String, i128> = account.costs().iter().map(|c| (name(c.line), units(c.amount))).collect();
    assert_eq!(found.len(), account.costs().len(), "a line stands once");
    for line in by_line.keys().chain(found.keys()) {
        let amount = |of: &BTreeMap<String, i128>| of.get(line).copied().unwrap_or(0);
        assert_eq!(amount(&found), amount(&by_line), "cost of {line}");
    }
    for item in account.costs().iter().filter(|c| c.volume.is_some()) {
        let (volume, actual) = expected.happened[&name(item.line)];
        assert_eq!(item.volume.map(|v| i128::from(v.units())), Some(volume), "volume of {}", item.line);
        assert_eq!(units(item.actual), actual, "actual cost of {}", item.line);
    }
}

fn places(account: Account<'_>, expected: &Expected) {
    for (at, side) in [Side::Value, Side::Complexity].into_iter().enumerate() {
        let mut sum = 0.0;
        for part in account.contributions(side) {
            assert_eq!(part.value, expected.values.get(&part.component).copied(), "{}", part.component);
            assert_eq!(part.scaled, expected.scaled.get(&part.component).copied(), "scaled {}", part.component);
            sum += part.adds.unwrap_or(0.0);
        }
        assert_eq!(account.score(side), expected.scores[at], "{} score", side.name());
        if let Some(score) = account.score(side) {
            assert!((sum - score).abs() < 1e-9, "contributions sum to {sum}, the score is {score}");
        }
    }
    assert_eq!(account.quadrant(), expected.quadrant, "quadrant");
    assert_eq!(account.tier(), expected.tier, "tier");
}

proptest! {
    #![proptest_config(config())]

    /// Would break with any figure that is not what the method says.
    #[test]
    fn p40_the_library_agrees_with_the_naive_oracle(records in faulty_records(), seed in models()) {
        let [with_pools, plain] = seed.models(&records);
        if compare(&records, &with_pools).is_none() {
            compare(&records, &plain);
        }
    }

    /// Would break with a clock, a random hash or an address in a result.
    #[test]
    fn p20_the_same_records_give_the_same_result(records in faulty_records(), seed in models()) {
        let [model, _] = seed.models(&records);
        match (analyze(&records, &model), analyze(&records, &model)) {
            (Ok(a), Ok(b)) => prop_assert_eq!(shown(&a), shown(&b)),
            (a, b) => prop_assert_eq!(a.err().map(|e| e.to_string()), b.err().map(|e| e.to_string())),
        }
    }
}
