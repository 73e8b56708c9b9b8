//! Models of all sorts, made to fit some records.

use crate::oracle::{Records, fiscal_year};
use crate::strategy::{FIRST_DAY, KINDS, amount, any_day};
use portefeuille::cost::{Activity, Capacity, CostToServe, Pool};
use portefeuille::facts::{CreditsDated, ReturnsFrom, RushFrom};
use portefeuille::model::Weights;
use portefeuille::score::{CostMeasure, GrowthMeasure, Normalisation};
use portefeuille::segment::{ConfidenceRules, Crossing, Cut, CutOn, TierCut, TierMeasure, TierRules};
use portefeuille::{Component, Driver, Model, Money, Quantity, Rate, Side};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// A pool or a capacity before its fiscal year is known: how many years before the last one it is.
#[derive(Clone, Debug)]
struct YearSeed {
    driver: Driver,
    cost: i64,
    years_ago: u32,
    minutes: i64,
    per_unit: i64,
    plus: Option<(Driver, i64)>,
}

#[derive(Clone, Debug)]
pub(crate) struct ModelSeed {
    model: Model,
    pools: Vec<YearSeed>,
    capacities: Vec<YearSeed>,
}

fn driver() -> impl Strategy<Value = Driver> {
    // A custom kind cannot be priced under the name of another driver or line.
    let kinds = (0..KINDS.len() - 2).prop_map(|k| Driver::new(KINDS[k]));
    prop_oneof![
        4 => Just(Driver::Order),
        1 => Just(Driver::OrderLine),
        1 => Just(Driver::SmallOrder),
        1 => Just(Driver::RushOrder),
        5 => kinds,
    ]
}

fn rates() -> impl Strategy<Value = BTreeMap<Driver, Money>> {
    prop::collection::btree_map(driver(), (0i64..3_000_000).prop_map(Money::from_units), 0..5)
}

fn year_seed() -> impl Strategy<Value = YearSeed> {
    let minutes = 1i64..9_000_000_000;
    let plus = prop::option::of((driver(), 0i64..900_000));
    (driver(), amount(), 0u32..2, minutes, 0i64..900_000, plus).prop_map(
        |(driver, cost, years_ago, minutes, per_unit, plus)| YearSeed {
            driver,
            cost,
            years_ago,
            minutes,
            per_unit,
            plus,
        },
    )
}

fn cost_to_serve() -> impl Strategy<Value = CostToServe> {
    let share = |most: i64| prop::option::of((0..most).prop_map(Rate::from_units));
    let money = |most: i64| prop::option::of((1..most).prop_map(Money::from_units));
    (rates(), money(30_000_000), share(200_000_000), money(40_000_000)).prop_map(
        |(mut rates, small_order_below, cost_of_capital, account_management)| {
            if small_order_below.is_none() {
                rates.remove(&Driver::SmallOrder);
            }
            CostToServe { rates, small_order_below, cost_of_capital, account_management, ..CostToServe::default() }
        },
    )
}

/// Random weights of one axis, of which at least one counts and friction weighs little.
fn weights(side: Side) -> impl Strategy<Value = Option<Weights>> {
    let of_side: Vec<Component> = Component::ALL.into_iter().filter(|c| c.side() == side).collect();
    let count = of_side.len();
    prop::option::of(prop::collection::vec(0u32..5, count)).prop_map(move |weights| {
        let mut named: Weights =
            of_side.iter().copied().zip(weights?.into_iter().map(|w| f64::from(w) / 4.0)).collect();
        let others: f64 = named.iter().filter(|(c, _)| **c != Component::Friction).map(|(_, w)| w).sum();
        if others == 0.0 {
            named.insert(of_side[0], 1.0);
        }
        named.entry(Component::Friction).and_modify(|w| *w = (*w * 0.2).min(others * 0.2));
        Some(named)
    })
}

fn cut() -> impl Strategy<Value = Cut> {
    prop_oneof![
        4 => Just(Cut::default()),
        1 => (0u32..=100).prop_map(|c| Cut::Fixed(f64::from(c) / 100.0)),
        1 => Just(Cut::Median),
        1 => Just(Cut::Jenks),
        1 => (1u32..100).prop_map(|q| Cut::Quantile(f64::from(q) / 100.0)),
    ]
}

fn value_cut() -> impl Strategy<Value = Cut> {
    let of = prop_oneof![
        Just(CutOn::NetMargin),
        Just(CutOn::Component(Component::GrossMargin)),
        Just(CutOn::Component(Component::Potential)),
    ];
    let money = (-20_000_000i64..50_000_000).prop_map(Money::from_units);
    let rate = (-500i64..900)
        .prop_map(|r| Cut::Rate { rate: Rate::from_units(r * 1_000_000), of: CutOn::Component(Component::MarginRate) });
    prop_oneof![3 => cut(), 1 => (money, of).prop_map(|(money, of)| Cut::Money { money, of }), 1 => rate]
}

fn complexity_cut() -> impl Strategy<Value = Cut> {
    let money = (0i64..5_000_000).prop_map(|m| Cut::Money { money: Money::from_units(m), of: CutOn::CostToServe });
    let rate = (0i64..900).prop_map(|r| Cut::Rate {
        rate: Rate::from_units(r * 1_000_000),
        of: CutOn::Component(Component::CostToServeRatio),
    });
    prop_oneof![3 => cut(), 1 => money, 1 => rate]
}

fn tier_rules() -> impl Strategy<Value = TierRules> {
    let measure = prop_oneof![Just(TierMeasure::GrossMargin), Just(TierMeasure::Revenue), Just(TierMeasure::NetMargin)];
    let crossing = prop_oneof![Just(Crossing::In), Just(Crossing::Out)];
    let share = |percent: i64| TierCut::Share(Rate::from_units(percent * 10_000_000));
    let cuts = prop_oneof![
        3 => Just((share(80), share(95))),
        2 => (1i64..50, 50i64..=100).prop_map(move |(a, b)| (share(a), share(b))),
        1 => (1i64..30_000_000, 1i64..30_000_000).prop_map(|(a, b)| {
            (TierCut::Money(Money::from_units(a + b)), TierCut::Money(Money::from_units(b)))
        }),
        1 => (51u32..100, 1u32..50).prop_map(|(a, b)| {
            (TierCut::Quantile(f64::from(a) / 100.0), TierCut::Quantile(f64::from(b) / 100.0))
        }),
        1 => Just((TierCut::Jenks, TierCut::Jenks)),
        1 => Just((TierCut::Computed, TierCut::Computed)),
    ];
    (measure, crossing, cuts).prop_map(|(measure, crossing, (a, b))| TierRules { measure, a, b, crossing })
}

fn normalisation() -> impl Strategy<Value = Normalisation> {
    prop_oneof![
        4 => Just(Normalisation::MidRank),
        1 => Just(Normalisation::MinMax),
        1 => Just(Normalisation::RobustZ),
        1 => (0u32..40, 60u32..=100).prop_map(|(low, high)| Normalisation::Winsorised {
            low: f64::from(low) / 100.0,
            high: f64::from(high) / 100.0,
        }),
    ]
}

pub(crate) fn models() -> impl Strategy<Value = ModelSeed> {
    let rush = prop_oneof![Just(RushFrom::Orders), Just(RushFrom::Events), Just(RushFrom::Sum)];
    let returns = prop_oneof![Just(ReturnsFrom::Events), Just(ReturnsFrom::CreditNotes), Just(ReturnsFrom::Sum)];
    let growth =
        prop_oneof![Just(GrowthMeasure::YearOnYear), Just(GrowthMeasure::LeastSquares), Just(GrowthMeasure::TheilSen)];
    let window = (
        prop::option::weighted(0.6, any_day(-40, 1_400)),
        0u32..=4,
        prop::option::weighted(0.3, any_day(-200, 900)),
        prop_oneof![2 => Just(1u8), 3 => 1u8..=12],
    );
    let counting = (prop::option::of(rush), prop::option::of(returns), any::<bool>());
    let estimate = prop::option::of((-200i64..900).prop_map(|r| Rate::from_units(r * 1_000_000)));
    let sure = (1u32..4, any::<bool>()).prop_map(|(draws, bootstrap)| ConfidenceRules {
        draws,
        bootstrap,
        ..ConfidenceRules::default()
    });
    let sure = (any::<u32>(), prop::option::weighted(0.3, sure));
    let measures = (growth, prop::bool::weighted(0.15), normalisation(), estimate, sure);
    let segments = (weights(Side::Value), weights(Side::Complexity), value_cut(), complexity_cut(), tier_rules());
    let years = || prop::collection::vec(year_seed(), 0..2);
    (window, counting, measures, cost_to_serve(), segments, years(), years()).prop_map(
        |(window, counting, measures, cost_to_serve, segments, pools, capacities)| {
            let mut model = Model::new().thresholds(segments.2, segments.3).tiers(segments.4);
            (model.as_of, model.history_years, model.history_from, model.fiscal_year_start_month) = window;
            (model.rush, model.returns) = (counting.0, counting.1);
            model.credits_dated = if counting.2 { CreditsDated::Order } else { CreditsDated::Own };
            model.growth_measure = measures.0;
            model.cost_measure = if measures.1 { CostMeasure::Expected } else { CostMeasure::Ratio };
            (model.normalisation, model.default_margin_rate) = (measures.2, measures.3);
            (model.seed, model.confidence) = (measures.4.0.into(), measures.4.1);
            model.cost_to_serve = cost_to_serve;
            (model.value, model.complexity) = (segments.0, segments.1);
            if let (Some(from), Some(as_of)) = (model.history_from, model.as_of) {
                model.history_from = (from < as_of).then_some(from);
            }
            ModelSeed { model, pools, capacities }
        },
    )
}

impl ModelSeed {
    /// The model with its pools and capacities in fiscal years of the records' window, and without them.
    pub(crate) fn models(self, records: &Records) -> [Model; 2] {
        let plain = self.model.clone();
        let mut model = self.model;
        let last = records.orders.iter().map(|o| o.ordered_on).max().unwrap_or(FIRST_DAY);
        let last_year = fiscal_year(model.as_of.unwrap_or(last), model.fiscal_year_start_month);
        let year = |seed: &YearSeed| last_year - seed.years_ago.min(model.history_years) as i32;
        let small = model.cost_to_serve.small_order_below.is_some();
        let usable = |driver: &Driver| small || *driver != Driver::SmallOrder;
        for seed in self.pools.iter().filter(|s| usable(&s.driver)) {
            let cost = BTreeMap::from([(year(seed), Money::from_units(seed.cost))]);
            model.cost_to_serve.pools.push(Pool { name: "pool".into(), driver: seed.driver.clone(), cost });
        }
        for seed in self.capacities.iter().filter(|s| usable(&s.driver)) {
            let plus = seed.plus.iter().filter(|(d, _)| usable(d));
            let activity = Activity {
                driver: seed.driver.clone(),
                minutes: Quantity::from_units(seed.per_unit),
                plus: plus.map(|(d, m)| (d.clone(), Quantity::from_units(*m))).collect(),
            };
            let order = Activity { driver: Driver::Order, ..activity.clone() };
            model.cost_to_serve.capacities.push(Capacity {
                name: "capacity".into(),
                cost: BTreeMap::from([(year(seed), Money::from_units(seed.cost))]),
                minutes: BTreeMap::from([(year(seed), Quantity::from_units(seed.minutes))]),
                activities: vec![activity, order],
            });
        }
        [model, plain]
    }

    pub(crate) fn plain(self) -> Model {
        self.model
    }
}
