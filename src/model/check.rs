//! Checking a model as a whole: all faults at once, in positive form, so that NaN fails.

use super::{Model, Weights};
use crate::cost::{Driver, Pool};
use crate::error::{Code, Error, Problem, Result};
use crate::limits::HISTORY_YEARS_MAX;
use crate::money::{Money, Quantity, Rate};
use crate::score::{Component, Normalisation, Side};
use crate::segment::{ConfidenceRules, Cut, DRAWS_MAX, TierCut};
use std::collections::BTreeMap;

/// The most that an opinion may weigh on an axis.
const FRICTION_SHARE_MAX: f64 = 0.20;

/// The largest standard deviation of a setting that is still an estimate: a rate may be threefold or a third.
const SPREAD_MAX: f64 = 1.0;

/// Collects faults.
#[derive(Default)]
struct Faults(Vec<Problem>);

impl Faults {
    fn unless(&mut self, fine: bool, key: impl Into<String>, expected: impl Into<String>) {
        if !fine {
            self.0.push(Problem::new(Code::BadSetting, expected.into()).column(key.into()));
        }
    }
}

impl Model {
    /// Checks every setting; the error lists all faults.
    pub fn check(&self) -> Result<()> {
        Error::all(self.faults(), 0).map_or(Ok(()), Err)
    }

    /// Every fault, each under its key.
    pub(super) fn faults(&self) -> Vec<Problem> {
        let mut faults = Faults::default();
        let currency = self.currency.as_bytes();
        let code = currency.len() == 3 && currency.iter().all(u8::is_ascii_uppercase);
        faults.unless(code, "currency", "three capital letters such as EUR are expected");
        faults.unless(
            (1..=12).contains(&self.fiscal_year_start_month),
            "fiscal_year_start_month",
            "a month from 1 to 12 is expected",
        );
        let seed = i64::try_from(self.seed).is_ok();
        faults.unless(seed, "seed", format!("a number from 0 to {} is expected", i64::MAX));
        let years = format!("0 to {HISTORY_YEARS_MAX} years are expected");
        faults.unless(self.history_years <= HISTORY_YEARS_MAX, "history_years", years);
        if let (Some(from), Some(as_of)) = (self.history_from, self.as_of) {
            faults.unless(from < as_of, "history_from", format!("a day before as_of {as_of} is expected, not {from}"));
        }
        if let Some(rate) = self.default_margin_rate {
            let fine = rate > Rate::from_units(-Rate::SCALE) && rate < Rate::ONE;
            faults.unless(fine, "default_margin_rate", "a margin rate between -1 and 1 is expected, such as 0.35");
        }
        if let Normalisation::Winsorised { low, high } = self.normalisation {
            let fine = 0.0 <= low && low < high && high <= 1.0;
            faults.unless(fine, "normalisation", "two quantiles 0 <= low < high <= 1 are expected");
        }
        self.check_weights(&mut faults);
        self.check_costs(&mut faults);
        check_cut(&mut faults, "matrix.value_threshold", self.matrix.value_threshold);
        check_cut(&mut faults, "matrix.complexity_threshold", self.matrix.complexity_threshold);
        let hysteresis = self.matrix.hysteresis;
        let fine = [hysteresis.value, hysteresis.complexity].iter().all(|delta| *delta >= 0.0 && delta.is_finite());
        faults.unless(fine, "matrix.hysteresis", "a distance from the cut of 0 or more is expected, such as 0.03");
        self.check_tiers(&mut faults);
        if let Some(rules) = &self.confidence {
            check_confidence(&mut faults, rules);
        }
        faults.0
    }

    fn check_weights(&self, faults: &mut Faults) {
        for (side, weights) in [(Side::Value, &self.value), (Side::Complexity, &self.complexity)] {
            let Some(weights) = weights else { continue };
            for (component, weight) in weights {
                let key = format!("{}.{component}", side.name());
                faults.unless(component.side() == side, &key, "a component of the other axis");
                faults.unless(*weight >= 0.0 && weight.is_finite(), &key, "a weight of 0 or more is expected");
            }
            let sum: f64 = weights.values().sum();
            faults.unless(sum > 0.0, side.name(), "at least one weight above 0 is expected");
            let finite = sum.is_finite() || !weights.values().all(|w| w.is_finite());
            faults.unless(finite, side.name(), "weights with a sum that is a number are expected");
            self.check_friction(faults, weights, sum);
        }
    }

    fn check_friction(&self, faults: &mut Faults, weights: &Weights, sum: f64) {
        if let Some(weight) = weights.get(&Component::Friction) {
            let fine = *weight <= FRICTION_SHARE_MAX * sum + 1e-12;
            faults.unless(
                fine,
                "complexity.friction",
                format!("at most {FRICTION_SHARE_MAX} of the weights is expected: an opinion never decides alone"),
            );
        }
    }

    fn check_costs(&self, faults: &mut Faults) {
        let costs = &self.cost_to_serve;
        for (driver, rate) in &costs.rates {
            let fine = *rate >= Money::ZERO || costs.allow_credit;
            let key = format!("cost_to_serve.{driver}");
            faults.unless(fine, key, "a rate of 0 or more is expected (allow_credit = true for one that saves money)");
        }
        let small = costs.small_order_below.is_none_or(|m| m > Money::ZERO);
        faults.unless(small, "cost_to_serve.small_order_below", "an amount above 0 is expected");
        let management = costs.account_management.is_none_or(|m| m >= Money::ZERO);
        faults.unless(management, "cost_to_serve.account_management", "an amount of 0 or more is expected");
        let unit = |rate: Rate| rate >= Rate::ZERO && rate <= Rate::ONE;
        faults.unless(
            costs.cost_of_capital.is_none_or(unit),
            "cost_to_serve.cost_of_capital",
            "a yearly rate from 0 to 1 is expected: 0.06 is six per cent",
        );
        for (line, share) in &costs.avoidable {
            faults.unless(unit(*share), format!("avoidable.{line}"), "a share from 0 to 1 is expected");
        }
        for (at, pool) in costs.pools.iter().enumerate() {
            check_pool(faults, at, pool);
        }
        self.check_capacities(faults);
        self.check_small_orders(faults);
    }

    fn check_capacities(&self, faults: &mut Faults) {
        for (at, capacity) in self.cost_to_serve.capacities.iter().enumerate() {
            let key = |name: &str| format!("capacities[{at}].{name}");
            check_years(faults, &key("cost"), &capacity.cost);
            let missing: Vec<String> = capacity
                .cost
                .keys()
                .filter(|year| capacity.minutes.get(*year).is_none_or(|m| *m <= Quantity::ZERO))
                .map(ToString::to_string)
                .collect();
            let expected = format!("minutes above 0 are expected for {}", missing.join(", "));
            faults.unless(missing.is_empty(), key("minutes"), expected);
            faults.unless(!capacity.activities.is_empty(), key("activities"), "at least one activity is expected");
            let all = capacity.activities.iter().flat_map(|a| std::iter::once(&a.minutes).chain(a.plus.values()));
            let fine = all.into_iter().all(|m| *m >= Quantity::ZERO);
            faults.unless(fine, key("activities"), "minutes of 0 or more are expected");
        }
    }

    fn check_small_orders(&self, faults: &mut Faults) {
        let uses = self.cost_to_serve.drivers().any(|d| *d == Driver::SmallOrder);
        faults.unless(
            !uses || self.cost_to_serve.small_order_below.is_some(),
            "cost_to_serve.small_order",
            "small_order_below is expected beside a price of small orders: it says what is small",
        );
    }

    fn check_tiers(&self, faults: &mut Faults) {
        let inside = |p: f64| 0.0 < p && p < 1.0;
        let (fine, expected) = match (self.tiers.a, self.tiers.b) {
            (TierCut::Share(a), TierCut::Share(b)) => (
                Rate::ZERO < a && a < b && b <= Rate::ONE,
                "shares with 0 < a < b <= 1 are expected, such as 0.80 and 0.95",
            ),
            (TierCut::Money(a), TierCut::Money(b)) => (a > b && b > Money::ZERO, "amounts with a > b > 0 are expected"),
            (TierCut::Quantile(a), TierCut::Quantile(b)) => {
                (inside(a) && inside(b) && a > b, "quantiles with 1 > a > b > 0 are expected")
            }
            (TierCut::Jenks, TierCut::Jenks) | (TierCut::Computed, TierCut::Computed) => (true, ""),
            _ => (
                false,
                "a and b of one sort are expected: both shares, both amounts, both quantiles, both \"jenks\" or both \
                 \"computed\"",
            ),
        };
        faults.unless(fine, "tiers", expected);
    }
}

fn check_cut(faults: &mut Faults, key: &str, cut: Cut) {
    match cut {
        Cut::Fixed(at) => faults.unless((0.0..=1.0).contains(&at), key, "a score from 0 to 1 is expected"),
        Cut::Quantile(p) => faults.unless(0.0 < p && p < 1.0, key, "a quantile between 0 and 1 is expected"),
        Cut::Median | Cut::Jenks => {}
        Cut::Money { of, .. } => faults.unless(of.is_money(), key, format!("{of} is not money: a rate is expected")),
        Cut::Rate { of, .. } => faults.unless(!of.is_money(), key, format!("{of} is money: an amount is expected")),
    }
}

fn check_confidence(faults: &mut Faults, rules: &ConfidenceRules) {
    let ConfidenceRules { draws, concentration, rate_spread, grade_spread, margin_spread, undecided_below, .. } = rules;
    let within = |value: f64, most: f64| (0.0..=most).contains(&value);
    let mut unless = |fine, key: &str, expected: String| faults.unless(fine, format!("confidence.{key}"), expected);
    unless((1..=DRAWS_MAX).contains(draws), "draws", format!("1 to {DRAWS_MAX} draws are expected"));
    let sure = (1.0..=1e9).contains(concentration);
    unless(sure, "concentration", "a number from 1 (weights may be anything) to a billion is expected".to_owned());
    let spread = format!("a standard deviation from 0 to {SPREAD_MAX} is expected");
    unless(within(*rate_spread, SPREAD_MAX), "rate_spread", spread.clone());
    unless(grade_spread.iter().all(|s| within(*s, SPREAD_MAX)), "grade_spread", format!("{spread} for each grade"));
    unless(within(*margin_spread, SPREAD_MAX), "margin_spread", spread);
    unless(within(*undecided_below, 1.0), "undecided_below", "a probability from 0 to 1 is expected".to_owned());
}

fn check_pool(faults: &mut Faults, at: usize, pool: &Pool) {
    check_years(faults, &format!("pools[{at}].cost"), &pool.cost);
    let revenue =
        matches!(&pool.driver, Driver::Custom(name) if matches!(&**name, "revenue" | "net_revenue" | "invoiced"));
    faults.unless(
        !revenue,
        format!("pools[{at}].driver"),
        "a driver that counts what happens is expected: sharing out by revenue only repaints the revenue ranking",
    );
}

fn check_years(faults: &mut Faults, key: &str, cost: &BTreeMap<i32, Money>) {
    faults.unless(!cost.is_empty(), key, "the cost of at least one fiscal year is expected");
    faults.unless(cost.values().all(|m| *m >= Money::ZERO), key, "costs of 0 or more are expected");
}
