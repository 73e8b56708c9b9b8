//! Nothing is lost, nothing is counted twice, and what one customer does touches no other.

use crate::build::{analyze, ledger};
use crate::models::models;
use crate::oracle::{Records, fiscal_year};
use crate::strategy::{amount, config, day, faulty_records, last_day, records};
use portefeuille::cost::{CostToServe, Pool};
use portefeuille::facts::{Counting, Figures, ReturnsFrom, RushFrom};
use portefeuille::margin::Cascade;
use portefeuille::{
    Code, CostLine, Driver, EventKind, FactSpec, FactTable, Model, Money, Order, Portfolio, Quadrant, Quantity,
    ServiceEvent, Status, Tier, money,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn units(money: Money) -> i128 {
    money.units().into()
}

/// Amounts and counts that two windows side by side must add up to.
fn amounts(figures: &Figures) -> [i128; 12] {
    let f = figures;
    [
        units(f.invoiced),
        units(f.credits),
        units(f.net_revenue),
        units(f.discount.unwrap_or_default()),
        units(f.freight.unwrap_or_default()),
        f.orders.into(),
        f.credit_notes.into(),
        f.lines.unwrap_or(0).into(),
        f.rush_orders.unwrap_or(0).into(),
        f.returns.into(),
        f.claims.unwrap_or(0).into(),
        f.support_hours.map_or(0, Quantity::units).into(),
    ]
}

/// Rates on what happens often, so that costs are of some size.
fn rates() -> impl Strategy<Value = BTreeMap<Driver, Money>> {
    let drivers = [Driver::Order, Driver::OrderLine, Driver::RushOrder, Driver::Return, Driver::TechnicalSupport];
    prop::collection::vec(0i64..2_000_000, drivers.len())
        .prop_map(move |rates| drivers.iter().cloned().zip(rates.into_iter().map(Money::from_units)).collect())
}

fn priced(rates: BTreeMap<Driver, Money>) -> Model {
    let mut model = Model::new();
    model.cost_to_serve = CostToServe { rates, ..CostToServe::default() };
    model
}

fn line_total(portfolio: &Portfolio, line: &CostLine) -> i128 {
    portfolio.accounts().flat_map(|a| a.costs()).filter(|c| c.line == line).map(|c| units(c.amount)).sum()
}

/// Adds one record of a customer that is there.
fn with_one_more(records: &Records, at: prop::sample::Index, of_events: bool, revenue: i64) -> Records {
    let mut records = records.clone();
    let customer = at.get(&records.customers).customer_id.clone();
    if of_events {
        let event = ServiceEvent::new(customer, day(600), EventKind::Claim).credit(Money::from_units(revenue));
        records.events.get_or_insert_default().push(event);
    } else {
        records.orders.push(Order::new("one more", customer, day(600), Money::from_units(revenue)).freight(money("3")));
    }
    records
}

proptest! {
    #![proptest_config(config())]

    /// Would break with a record on a boundary that is counted twice, or not at all.
    #[test]
    fn p17_windows_add_up(records in records(), cut in 10i32..1_200, month in 1u8..=12) {
        let spec = |from: i32, to: i32| {
            let mut spec = FactSpec::new(day(to));
            (spec.history_years, spec.history_from, spec.fiscal_year_start_month) = (20, Some(day(from)), month);
            spec
        };
        let ledger = ledger(&records);
        let table = |from: i32, to: i32| FactTable::from_ledger(&ledger, spec(from, to)).unwrap();
        let [early, late, all] = [table(0, cut), table(cut + 1, 1_290), table(0, 1_290)];
        let counting = Counting { rush: RushFrom::Orders, returns: ReturnsFrom::Sum };
        for customer in &records.customers {
            let figures = |t: &FactTable| t.facts(&customer.customer_id).unwrap().figures(counting).unwrap();
            let [a, b, both] = [&early, &late, &all].map(figures);
            for (parts, whole) in amounts(&a).iter().zip(amounts(&b)).zip(amounts(&both)) {
                prop_assert_eq!(parts.0 + parts.1, whole);
            }
        }
    }

    /// Would break with a record that disappears between reading and the figures.
    #[test]
    fn p18_what_was_read_is_used_outside_or_set_aside(records in faulty_records(), seed in models()) {
        let model = seed.plain();
        let Ok(portfolio) = analyze(&records, &model) else { return Ok(()) };
        let outcome = crate::oracle::analyze(&records, &model).unwrap();
        for (table, [_, used, ..]) in portfolio.reconciliation().iter().zip(&outcome.tallies) {
            prop_assert_eq!(table.read.records, used.records + table.outside.records + table.set_aside.records);
            let parts = used.money + table.outside.money.units() + table.set_aside.money.units();
            prop_assert_eq!(table.read.money.units(), parts, "{}", table.table);
        }
        // The figures themselves rest on the orders that are said to be used.
        let [_, orders, ..] = portfolio.reconciliation()[..] else { unreachable!() };
        let table = FactTable::from_ledger(&ledger(&records), model.fact_spec(portfolio.window().as_of)).unwrap();
        let (mut count, mut revenue) = (0, 0);
        for account in portfolio.accounts() {
            let figures = account.figures();
            count += figures.orders + figures.credit_notes;
            let facts = table.facts(account.id()).unwrap();
            let event_credits = facts.event_credits().units();
            revenue += units(figures.invoiced) - units(figures.credits) + event_credits;
        }
        prop_assert_eq!((count as u64, revenue), (orders.used.records, orders.used.money.units()));
    }

    /// Would break with a sum that leaks from one account into another.
    #[test]
    fn p19_a_record_of_one_customer_leaves_the_others_as_they_were(
        records in records(), at in any::<prop::sample::Index>(), of_events in any::<bool>(), revenue in amount(),
        rates in rates(),
    ) {
        let mut model = priced(rates).as_of(last_day());
        model.history_from = Some(day(0));
        (model.rush, model.returns) = (Some(RushFrom::Sum), Some(ReturnsFrom::Sum));
        let more = with_one_more(&records, at, of_events, revenue);
        let (before, after) = (analyze(&records, &model).unwrap(), analyze(&more, &model).unwrap());
        let touched = &at.get(&records.customers).customer_id;
        for (a, b) in before.accounts().zip(after.accounts()) {
            let direct = |account: portefeuille::Account<'_>| {
                let f = account.figures();
                (f.invoiced, f.credits, f.orders, f.credit_notes, f.returns, account.cost_to_serve())
            };
            if a.id() == touched {
                prop_assert_ne!(direct(a), direct(b), "the record itself counts");
            } else {
                prop_assert_eq!(direct(a), direct(b));
            }
        }
    }

    /// Would break with a cost that is charged to nobody, or twice.
    #[test]
    fn p21_costs_in_are_costs_out(records in records(), rates in rates(), pool in amount(), seed in models()) {
        let mut model = seed.plain();
        model.cost_to_serve.rates = rates;
        let year = fiscal_year(day(1_200), model.fiscal_year_start_month);
        model.as_of = Some(last_day());
        model.history_from = Some(day(0));
        model.history_years = 4;
        let Ok(without) = analyze(&records, &model) else { return Ok(()) };
        let name = "pool".to_owned();
        let cost = BTreeMap::from([(year, Money::from_units(pool))]);
        model.cost_to_serve.pools = vec![Pool { name, driver: Driver::Order, cost }];
        let Ok(with) = analyze(&records, &model) else { return Ok(()) };
        let line = CostLine::Driver(Driver::Order);
        prop_assert_eq!(line_total(&with, &line) - line_total(&without, &line), i128::from(pool));

        let total = with.total().unwrap().cascade;
        let by_line: i128 = with.accounts().flat_map(|a| a.costs()).map(|c| units(c.amount)).sum();
        prop_assert_eq!(units(total.cost_to_serve), by_line);
        let groups = |all: Vec<portefeuille::portfolio::Group>| {
            all.iter().map(|g| (g.accounts, units(g.cascade.cost_to_serve))).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1))
        };
        let rest = |placed: &dyn Fn(portefeuille::Account<'_>) -> bool| with.group(|a| !placed(a)).unwrap();
        let everything = (with.len(), units(total.cost_to_serve));
        let statuses = [Status::Active, Status::Dormant, Status::NetCredit].map(|s| with.status(s).unwrap());
        prop_assert_eq!(groups(statuses.to_vec()), everything);
        let mut quadrants = Quadrant::ALL.map(|q| with.quadrant(q).unwrap()).to_vec();
        quadrants.push(rest(&|a| a.quadrant().is_some()));
        prop_assert_eq!(groups(quadrants), everything);
        let mut tiers = Tier::ALL.map(|t| with.tier(t).unwrap()).to_vec();
        tiers.push(rest(&|a| a.tier().is_some()));
        prop_assert_eq!(groups(tiers), everything);
        let years: i128 =
            with.window().years.iter().map(|y| units(with.total_in(*y).unwrap().unwrap().cost_to_serve)).sum();
        prop_assert_eq!(years, units(total.cost_to_serve));
    }

    /// Would break with a step of the cascade that does not follow from the one before.
    #[test]
    fn p22_each_step_follows_from_the_one_before(records in faulty_records(), seed in models()) {
        let model = seed.plain();
        let Ok(portfolio) = analyze(&records, &model) else { return Ok(()) };
        let follows = |c: &Cascade| {
            let step = |a: Money, b: Money| a.checked_sub(b).unwrap();
            assert_eq!(step(c.invoiced, c.credits), c.net_revenue);
            assert_eq!(c.list_revenue.map(|l| step(l, c.discount.unwrap())), c.list_revenue.map(|_| c.invoiced));
            assert_eq!(c.cost_of_goods.map(|cost| step(c.net_revenue, cost)), c.gross_margin);
            assert_eq!(c.gross_margin.map(|m| step(step(m, c.freight), c.payment_terms)), c.pocket_margin);
            assert_eq!(c.pocket_margin.map(|m| step(m, c.other_cost_to_serve)), c.net_margin);
            assert_eq!(step(step(c.cost_to_serve, c.freight), c.payment_terms), c.other_cost_to_serve);
        };
        for account in portfolio.accounts() {
            follows(&account.cascade());
            portfolio.window().years.iter().for_each(|y| follows(&account.cascade_in(*y).unwrap().unwrap()));
        }
        follows(&portfolio.total().unwrap().cascade);
    }

    /// Would break with a price that lowers a cost.
    #[test]
    fn p23_a_rate_up_lowers_no_cost(records in records(), rates in rates(), which in 0usize..5, more in 1i64..900_000) {
        let model = priced(rates);
        let mut dearer = model.clone();
        let rate = dearer.cost_to_serve.rates.values_mut().nth(which).unwrap();
        *rate = Money::from_units(rate.units() + more);
        let (Ok(before), Ok(after)) = (analyze(&records, &model), analyze(&records, &dearer)) else { return Ok(()) };
        for (a, b) in before.accounts().zip(after.accounts()) {
            prop_assert!(b.cost_to_serve() >= a.cost_to_serve());
        }
    }

    /// Would break with a rate that is rounded before it is multiplied.
    #[test]
    fn p24_rates_times_k_are_costs_times_k(records in records(), rates in rates(), k in 2i64..9) {
        let model = priced(rates);
        let mut scaled = model.clone();
        scaled.cost_to_serve.rates.values_mut().for_each(|r| *r = Money::from_units(r.units() * k));
        let (Ok(before), Ok(after)) = (analyze(&records, &model), analyze(&records, &scaled)) else { return Ok(()) };
        // Each product is rounded once per driver and year: k times half a unit off, and half a unit.
        let allowed = (i128::from(k) + 1) / 2 * before.window().years.len() as i128;
        for (a, b) in before.accounts().zip(after.accounts()) {
            for item in a.costs().iter().filter(|c| c.rate.is_some()) {
                let same = b.costs().into_iter().find(|c| c.line == item.line).map_or(Money::ZERO, |c| c.amount);
                let by_rate = units(item.amount) - units(item.actual);
                let off = units(same) - units(item.actual) - i128::from(k) * by_rate;
                prop_assert!(off.abs() <= allowed, "{off} units on {}", item.line);
            }
        }
    }

    /// Would break with a pool that is lost, or spread evenly in silence.
    #[test]
    fn p25_a_pool_without_volume_is_refused(records in records(), pool in amount()) {
        let year = fiscal_year(last_day(), 1);
        let pools = |cost: i64| {
            let cost = BTreeMap::from([(year, Money::from_units(cost))]);
            vec![Pool { name: "visits".into(), driver: Driver::new("visit"), cost }]
        };
        let mut model = Model::new().as_of(last_day());
        model.cost_to_serve.pools = pools(pool);
        let error = analyze(&records, &model).unwrap_err();
        prop_assert_eq!(error.code(), Code::PoolWithoutVolume);
        prop_assert!(error.to_string().contains("visits"));
        model.cost_to_serve.pools = pools(0);
        prop_assert!(analyze(&records, &model).is_ok(), "nothing to share out");
    }
}
