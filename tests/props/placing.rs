//! Scores, quadrants, tiers and the whale curve.

use crate::build::analyze;
use crate::models::models;
use crate::oracle::{self, Records, fraction};
use crate::strategy::{amount, config, day, faulty_records, last_day, records};
use portefeuille::facts::{ReturnsFrom, RushFrom};
use portefeuille::insight::WhaleCurve;
use portefeuille::segment::{Crossing, Cut, CutOn, TierCut, TierRules, tiers};
use portefeuille::{
    Component, Customer, Driver, EventKind, Model, Money, Order, Portfolio, Quadrant, Rate, ServiceEvent, Side, Status,
    Tier, date,
};
use proptest::prelude::*;
use proptest::sample::Index;

/// Records of which every cost of goods is known, so that no account's margin depends on the others'.
fn costed(mut records: Records) -> Records {
    records.lines = None;
    records.events.get_or_insert_default();
    records.orders.retain(|o| o.revenue.is_some());
    for order in &mut records.orders {
        let half = order.revenue.map(|r| Money::from_units(r.units() / 2));
        order.cost_of_goods = order.cost_of_goods.or(half);
    }
    records
}

/// A model that leaves nothing for the data to decide, with two rates.
fn settled() -> Model {
    let mut model = Model::new().as_of(last_day()).rate(Driver::Order, Money::from_units(120_000));
    model = model.rate(Driver::TechnicalSupport, Money::from_units(700_000));
    model.history_from = Some(day(0));
    (model.rush, model.returns) = (Some(RushFrom::Sum), Some(ReturnsFrom::Sum));
    model
}

fn times(money: &mut Option<Money>, k: i64) {
    *money = money.map(|m| Money::from_units(m.units() * k));
}

fn in_another_currency(records: &Records, k: i64) -> Records {
    let mut records = records.clone();
    records.customers.iter_mut().for_each(|c| times(&mut c.annual_potential, k));
    for order in &mut records.orders {
        let Order { revenue, cost_of_goods, discount, freight, .. } = order;
        [revenue, cost_of_goods, discount, freight].into_iter().for_each(|m| times(m, k));
    }
    for event in records.events.iter_mut().flatten() {
        times(&mut event.cost, k);
        times(&mut event.credit, k);
    }
    records
}

/// Which components count on each axis.
fn counting(portfolio: &Portfolio) -> Vec<bool> {
    let axes = [Side::Value, Side::Complexity].map(|side| portfolio.axis(side));
    axes.iter().flat_map(|axis| &axis.components).map(|c| c.left_out.is_none()).collect()
}

/// Measures with ties, zeros and losses, and sums that end exactly on a limit.
fn measures() -> impl Strategy<Value = Vec<i64>> {
    let some = prop_oneof![-3i64..20, (1i64..20).prop_map(|n| n * 5), any::<i32>().prop_map(i64::from)];
    let of_hundred = Just(vec![60i64, 20, 10, 5, 5, 0, -5]);
    prop_oneof![4 => prop::collection::vec(some, 0..30), 1 => of_hundred]
}

fn monies(units: &[i64]) -> Vec<Money> {
    units.iter().map(|u| Money::from_units(*u)).collect()
}

fn shares() -> impl Strategy<Value = (Rate, Rate)> {
    let percent = |p: i64| Rate::from_units(p * 10_000_000);
    prop_oneof![
        Just((percent(80), percent(95))),
        (1i64..60, 60i64..=100).prop_map(move |(a, b)| (percent(a), percent(b)))
    ]
}

fn rules((a, b): (Rate, Rate)) -> TierRules {
    TierRules { a: TierCut::Share(a), b: TierCut::Share(b), ..TierRules::default() }
}

proptest! {
    #![proptest_config(config())]

    /// Would break with a threshold in money that nobody stated.
    #[test]
    fn p26_in_another_currency_everyone_stands_where_they_stood(records in records(), seed in models(), k in 2i64..8) {
        let records = costed(records);
        let seed = seed.plain();
        let mut model = settled();
        (model.value, model.complexity, model.growth_measure) = (seed.value, seed.complexity, seed.growth_measure);
        let mut other = model.clone();
        other.cost_to_serve.rates.values_mut().for_each(|r| *r = Money::from_units(r.units() * k));
        let before = analyze(&records, &model).unwrap();
        let after = analyze(&in_another_currency(&records, k), &other).unwrap();
        for (a, b) in before.accounts().zip(after.accounts()) {
            prop_assert_eq!(a.net_margin().map(|m| m.units() * k), b.net_margin().map(Money::units));
            for side in [Side::Value, Side::Complexity] {
                prop_assert_eq!(a.score(side), b.score(side));
            }
            prop_assert_eq!((a.quadrant(), a.tier(), a.status()), (b.quadrant(), b.tier(), b.status()));
        }
    }

    /// Would break with an account in two cells, or a scored one in none.
    #[test]
    fn p27_each_scored_account_stands_in_one_quadrant(records in faulty_records(), seed in models()) {
        let model = seed.plain();
        let Ok(portfolio) = analyze(&records, &model) else { return Ok(()) };
        let by_score = model.matrix.value_threshold.of().is_none() && model.matrix.complexity_threshold.of().is_none();
        for account in portfolio.accounts() {
            let [value, complexity] = [Side::Value, Side::Complexity].map(|side| account.distance(side));
            let cell = value.zip(complexity).map(|(v, c)| Quadrant::of(v >= 0.0, c >= 0.0));
            prop_assert_eq!(account.quadrant(), cell);
            if account.status() != Status::Active {
                prop_assert_eq!((cell, account.tier(), account.score(Side::Value)), (None, None, None));
            } else if by_score {
                let scored = account.score(Side::Value).is_some() && account.score(Side::Complexity).is_some();
                prop_assert_eq!(cell.is_some(), scored);
            }
        }
        let placed = portfolio.accounts().filter(|a| a.quadrant().is_some()).count();
        let cells: usize = Quadrant::ALL.iter().map(|q| portfolio.quadrant(*q).unwrap().accounts).sum();
        prop_assert_eq!(cells, placed);
    }

    /// Would break with a scale that falls where its measure rises.
    #[test]
    fn p28_more_margin_never_leaves_the_high_side(records in records(), at in any::<Index>(), less in 1i64..99) {
        let records = costed(records);
        if records.orders.is_empty() {
            return Ok(());
        }
        let mut better = records.clone();
        let order = at.index(records.orders.len());
        let cost = better.orders[order].cost_of_goods.unwrap().units();
        // A sale costs less, a credit note brings more goods back.
        let lower = if better.orders[order].revenue.unwrap() < Money::ZERO { cost * 2 } else { cost / 100 * less };
        better.orders[order].cost_of_goods = Some(Money::from_units(lower));
        let (before, after) = (analyze(&records, &settled()).unwrap(), analyze(&better, &settled()).unwrap());
        // A component that is the same for all counts for nobody: scores with and without it do not compare.
        if counting(&before) == counting(&after) {
            let id = &records.orders[order].customer_id;
            let (a, b) = (before.account(id).unwrap(), after.account(id).unwrap());
            prop_assert!(b.gross_margin() >= a.gross_margin());
            prop_assert!(b.score(Side::Value) >= a.score(Side::Value));
            prop_assert!(b.distance(Side::Value) >= a.distance(Side::Value));
        }
    }

    /// Would break with a scale that falls where its measure rises.
    #[test]
    fn p28_more_complexity_never_returns_to_the_low_side(records in records(), at in any::<Index>(), cost in amount()) {
        let records = costed(records);
        let id = at.get(&records.customers).customer_id.clone();
        let mut harder = records.clone();
        let event = ServiceEvent::new(&id, day(600), EventKind::new("audit")).cost(Money::from_units(cost));
        harder.events.get_or_insert_default().push(event);
        let (before, after) = (analyze(&records, &settled()).unwrap(), analyze(&harder, &settled()).unwrap());
        if counting(&before) == counting(&after) {
            let (a, b) = (before.account(&id).unwrap(), after.account(&id).unwrap());
            prop_assert!(b.cost_to_serve() > a.cost_to_serve());
            prop_assert!(b.score(Side::Complexity) >= a.score(Side::Complexity));
            prop_assert!(b.distance(Side::Complexity) >= a.distance(Side::Complexity));
        }
    }

    /// Would break with a `>` in the place of a `≥`, or a score that is rounded after it met the cut.
    #[test]
    fn p29_a_score_on_the_cut_is_on_the_high_side(records in records(), seed in models(), at in any::<Index>()) {
        let mut model = seed.plain();
        let Ok(portfolio) = analyze(&records, &model) else { return Ok(()) };
        let scored: Vec<_> = portfolio
            .accounts()
            .filter_map(|a| Some((a.id().clone(), a.score(Side::Value)?, a.score(Side::Complexity)?)))
            .collect();
        if scored.is_empty() {
            return Ok(());
        }
        let (id, value, complexity) = at.get(&scored);
        model.matrix.value_threshold = Cut::Fixed(*value);
        model.matrix.complexity_threshold = Cut::Fixed(*complexity);
        let on_the_cut = analyze(&records, &model).unwrap();
        prop_assert_eq!(on_the_cut.account(id).unwrap().quadrant(), Some(Quadrant::Strategique));
        prop_assert_eq!(on_the_cut.account(id).unwrap().distance(Side::Value), Some(0.0));
    }

    /// Would break with a cut on a measure that reads ranks after all.
    #[test]
    fn p30_cuts_on_measures_place_each_account_alone(
        records in records(), margin in amount(), rate in -200i64..900, by_rate in any::<bool>(), sold in amount(),
    ) {
        let records = costed(records);
        let rate = Rate::from_units(rate * 1_000_000);
        let of = |component| CutOn::Component(component);
        let model = if by_rate {
            let complexity = Cut::Rate { rate, of: of(Component::CostToServeRatio) };
            settled().thresholds(Cut::Rate { rate, of: of(Component::MarginRate) }, complexity)
        } else {
            let money = Money::from_units(margin);
            let complexity = Cut::Money { money, of: CutOn::CostToServe };
            settled().thresholds(Cut::Money { money, of: of(Component::GrossMargin) }, complexity)
        };
        let mut more = records.clone();
        more.customers.push(Customer::new("newcomer"));
        let order = Order::new("first", "newcomer", day(800), Money::from_units(sold)).cost_of_goods(Money::ZERO);
        more.orders.push(order);
        let (before, after) = (analyze(&records, &model).unwrap(), analyze(&more, &model).unwrap());
        for account in before.accounts() {
            prop_assert_eq!(account.quadrant(), after.account(account.id()).unwrap().quadrant());
            prop_assert_eq!(account.quadrant().is_some(), account.status() == Status::Active);
        }
    }

    /// Would break with tiers that are cut by count, or that a newcomer without value moves.
    #[test]
    fn p31_tiers_follow_the_measure(measures in measures(), shares in shares(), at in any::<Index>(), more in 1i64..90) {
        let rules = rules(shares);
        let (found, limits) = tiers(&monies(&measures), &rules);
        let ranked = |a: usize, b: usize| measures[a] > measures[b] || (measures[a] == measures[b] && a < b);
        for a in 0..measures.len() {
            prop_assert!(measures[a] > 0 || found[a] == Tier::C);
            prop_assert!((0..measures.len()).all(|b| !ranked(a, b) || found[a] <= found[b]));
            prop_assert!(limits.tier(Money::from_units(measures[a])) <= found[a], "a limit lets its own tier in");
        }
        let positive = |tier: Option<Tier>| {
            let chosen = found.iter().zip(&measures).filter(|(t, m)| **m > 0 && tier.is_none_or(|tier| **t == tier));
            chosen.map(|(_, m)| i128::from(*m)).sum::<i128>()
        };
        if positive(None) > 0 {
            let share = fraction(shares.0.units().into(), 1_000_000_000);
            prop_assert!(fraction(positive(Some(Tier::A)), positive(None)) >= share);
        }
        let mut with_zero = measures.clone();
        with_zero.push(0);
        prop_assert_eq!(&tiers(&monies(&with_zero), &rules).0[..measures.len()], &found[..]);
        if !measures.is_empty() {
            let at = at.index(measures.len());
            let mut richer = measures.clone();
            richer[at] += more;
            prop_assert!(tiers(&monies(&richer), &rules).0[at] <= found[at]);
        }
    }

    /// Would break with a curve whose end is not the sum, or whose peak is not where losses begin.
    #[test]
    fn p32_the_whale_curve_rises_falls_and_ends_at_the_total(margins in measures()) {
        let total: i128 = margins.iter().map(|m| i128::from(*m)).sum();
        let gains: i128 = margins.iter().map(|m| i128::from((*m).max(0))).sum();
        let Some(curve) = WhaleCurve::new(&monies(&margins)) else {
            prop_assert_eq!(gains, 0);
            return Ok(());
        };
        prop_assert_eq!(i128::from(curve.total.units()), total);
        prop_assert_eq!(i128::from(curve.destroyed.units()), gains - total);
        let mut sorted = margins.clone();
        sorted.sort_by(|a, b| b.cmp(a));
        let mut before = 0.0;
        for (point, margin) in curve.points.iter().zip(&sorted) {
            prop_assert_eq!(point.partial_cmp(&before), Some(margin.cmp(&0)));
            before = *point;
        }
        let base = if total > 0 { total } else { gains };
        prop_assert_eq!(curve.points.last().copied(), Some(total as f64 / base as f64));
        prop_assert_eq!(curve.peak_accounts, margins.iter().filter(|m| **m > 0).count());
        prop_assert_eq!(curve.points[curve.peak_accounts - 1], curve.peak);
    }

    /// Would break with a quantile between two measures that lets the lower one in.
    #[test]
    fn p34_quantiles_lie_between_measures(measures in measures(), a in 50u32..100, b in 1u32..50) {
        let quantile = |percent: u32| TierCut::Quantile(f64::from(percent) / 100.0);
        let rules = TierRules { a: quantile(a), b: quantile(b), ..TierRules::default() };
        let exact: Vec<i128> = measures.iter().map(|m| i128::from(*m)).collect();
        prop_assert_eq!(tiers(&monies(&measures), &rules).0, oracle::tiers(&exact, &rules));
    }

    /// Would break with shares that meet their limit as floats: a sum that is exactly 80 % is not under it.
    #[test]
    fn p34_shares_meet_their_limits_exactly(
        measures in measures(), shares in shares(), scale in prop_oneof![Just(1i64), Just(100_000_007)], out in any::<bool>(),
    ) {
        let measures: Vec<i64> = measures.iter().map(|m| m.saturating_mul(scale)).collect();
        let rules = TierRules { crossing: if out { Crossing::Out } else { Crossing::In }, ..rules(shares) };
        let exact: Vec<i128> = measures.iter().map(|m| i128::from(*m)).collect();
        prop_assert_eq!(tiers(&monies(&measures), &rules).0, oracle::tiers(&exact, &rules));
    }
}

/// Would break with a twelvemonth of 366 days: the anniversary itself belongs to the year before.
#[test]
fn p34_the_last_twelve_months_begin_after_the_anniversary() {
    let customer = Customer::new("ayala").annual_potential(Money::from_units(1_000));
    let sale = |id: &str, on, units| Order::new(id, "ayala", on, Money::from_units(units));
    let records = Records {
        customers: vec![customer],
        // The anniversary is a period of its own: a quarter begins with it, and the year after it is cut there.
        orders: vec![sale("before", date(2024, 4, 1), 100), sale("after", date(2024, 4, 2), 10)],
        ..Records::default()
    };
    let portfolio = analyze(&records, &Model::new().as_of(date(2025, 4, 1))).unwrap();
    let untapped = portfolio.account("ayala").unwrap().untapped_potential();
    assert_eq!(untapped, Some(Money::from_units(990)));
}

/// Would break with `<=` in the place of `<`: who comes after exactly 80 % is not in A.
#[test]
fn p34_a_share_of_exactly_the_limit_is_over_it() {
    let (found, _) = tiers(&monies(&[60, 20, 10, 5, 5]), &TierRules::default());
    assert_eq!(found, [Tier::A, Tier::A, Tier::B, Tier::B, Tier::C]);
}
