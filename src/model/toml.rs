//! Reading a model from TOML.

use super::{MatrixRules, Model, Weights};
use crate::cost::{Activity, Capacity, CostLine, CostToServe, Driver, Pool};
use crate::error::{Code, Problem, Result};
use crate::facts::{CreditsDated, ReturnsFrom, RushFrom};
use crate::money::{Quantity, Rate};
use crate::score::{Component, CostMeasure, GrowthMeasure, Normalisation, Side};
use crate::segment::{
    ConfidenceRules, Crossing, Cut, CutOn, DRAWS_MAX, Hysteresis, Labels, TierCut, TierMeasure, TierRules,
};
use crate::settings::{Section, Settings, Value};
use std::collections::BTreeMap;

impl Model {
    /// Reads a model from TOML and checks it; the error lists all faults, each with its line and key. `file` names the
    /// text in messages.
    ///
    /// ```
    /// use portefeuille::{Driver, Model, money};
    ///
    /// let model = Model::from_toml("[cost_to_serve]\norder = \"45.00\"", "model.toml")?;
    /// assert_eq!(model.cost_to_serve.rates[&Driver::Order], money("45"));
    ///
    /// let error = Model::from_toml("histroy_years = 2", "model.toml").unwrap_err();
    /// assert_eq!(error.problem().hint.as_deref(), Some("did you mean history_years?"));
    /// # Ok::<(), portefeuille::Error>(())
    /// ```
    pub fn from_toml(text: &str, file: &str) -> Result<Self> {
        Settings::read_checked(text, file, read_model, Self::faults)
    }
}

fn read_model(root: &Section<'_>) -> Model {
    let mut model = Model::default();
    set(&mut model.currency, root.get("currency", |v| v.text().map(str::to_owned)));
    model.as_of = root.get("as_of", Value::date);
    set(&mut model.history_years, root.get("history_years", |v| v.whole(0..=50).map(|n| n as u32)));
    model.history_from = root.get("history_from", Value::date);
    let month = root.get("fiscal_year_start_month", |v| v.whole(1..=12).map(|n| n as u8));
    set(&mut model.fiscal_year_start_month, month);
    let rush = [("orders", RushFrom::Orders), ("events", RushFrom::Events), ("sum", RushFrom::Sum)];
    model.rush = root.get("rush", |v| v.choice(&rush));
    let returns =
        [("events", ReturnsFrom::Events), ("credit_notes", ReturnsFrom::CreditNotes), ("sum", ReturnsFrom::Sum)];
    model.returns = root.get("returns", |v| v.choice(&returns));
    let dated = [("own", CreditsDated::Own), ("order", CreditsDated::Order)];
    set(&mut model.credits_dated, root.get("credits_dated", |v| v.choice(&dated)));
    model.default_margin_rate = root.get("default_margin_rate", Value::rate);
    let growth = [
        ("year_on_year", GrowthMeasure::YearOnYear),
        ("least_squares", GrowthMeasure::LeastSquares),
        ("theil_sen", GrowthMeasure::TheilSen),
    ];
    set(&mut model.growth_measure, root.get("growth_measure", |v| v.choice(&growth)));
    let cost = [("ratio", CostMeasure::Ratio), ("expected", CostMeasure::Expected)];
    set(&mut model.cost_measure, root.get("cost_measure", |v| v.choice(&cost)));
    set(&mut model.normalisation, normalisation(root));
    set(&mut model.seed, root.get("seed", |v| v.whole(0..=i64::MAX).map(|n| n as u64)));
    model.cost_to_serve = costs(root);
    model.value = weights(root, Side::Value);
    model.complexity = weights(root, Side::Complexity);
    if let Some(section) = root.section("matrix") {
        model.matrix = matrix(&section);
        section.finish();
    }
    if let Some(section) = root.section("tiers") {
        model.tiers = tier_rules(&section);
        section.finish();
    }
    if let Some(section) = root.section("confidence") {
        model.confidence = Some(confidence(&section));
        section.finish();
    }
    model
}

fn set<T>(setting: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *setting = value;
    }
}

fn normalisation(root: &Section<'_>) -> Option<Normalisation> {
    if root.value("normalisation")?.is_table() {
        let section = root.section("normalisation")?;
        let bounds = section.get("winsorised", |v| {
            let bounds = v.list(Value::number)?;
            <[f64; 2]>::try_from(bounds).map_err(|_| Problem::new(Code::BadSetting, "two quantiles were expected"))
        });
        section.finish();
        return bounds.map(|[low, high]| Normalisation::Winsorised { low, high });
    }
    let words = [
        ("mid_rank", Normalisation::MidRank),
        ("min_max", Normalisation::MinMax),
        ("robust_z", Normalisation::RobustZ),
        ("winsorised", Normalisation::Winsorised { low: 0.05, high: 0.95 }),
    ];
    root.get("normalisation", |v| v.choice(&words))
}

fn costs(root: &Section<'_>) -> CostToServe {
    let mut costs = CostToServe::default();
    if let Some(section) = root.section("cost_to_serve") {
        for driver in Driver::BUILT_IN {
            if let Some(rate) = section.get(driver.name(), Value::money) {
                costs.rates.insert(driver, rate);
            }
        }
        costs.small_order_below = section.get("small_order_below", Value::money);
        costs.cost_of_capital = section.get("cost_of_capital", Value::rate);
        costs.account_management = section.get("account_management", Value::money);
        set(&mut costs.allow_credit, section.get("allow_credit", Value::flag));
        if let Some(custom) = section.section("custom") {
            for kind in custom.other_keys() {
                if !matches!(Driver::new(&kind), Driver::Custom(_)) {
                    let problem = Problem::new(Code::Contradiction, "a built-in driver has its key in [cost_to_serve]");
                    custom.fault(&kind, problem.value(&kind));
                }
                if let Some(rate) = custom.get(&kind, Value::money) {
                    costs.rates.insert(Driver::new(&kind), rate);
                }
            }
        }
        section.finish();
    }
    costs.pools = root.sections("pools").iter().map(pool).collect();
    costs.capacities = root.sections("capacities").iter().map(capacity).collect();
    if let Some(section) = root.section("avoidable") {
        for line in section.other_keys() {
            let named = CostLine::new(&line);
            if matches!(&named, CostLine::Driver(driver @ Driver::Custom(_)) if !costs.prices(driver)) {
                let problem = Problem::new(Code::UnknownKey, "not a line of the cost to serve").value(&line);
                section.fault(&line, problem.hint("a custom kind needs a rate in [cost_to_serve.custom]"));
            }
            if let Some(share) = section.get(&line, Value::rate) {
                costs.avoidable.insert(named, share);
            }
        }
    }
    costs
}

fn driver(section: &Section<'_>) -> Driver {
    let named = section.get("driver", Value::text);
    if named.is_none() && section.value("driver").is_none() {
        section.fault("driver", Problem::new(Code::BadSetting, "a driver is expected, such as \"order\""));
    }
    Driver::new(named.unwrap_or("order"))
}

fn pool(section: &Section<'_>) -> Pool {
    let driver = driver(section);
    let name = section.get("name", Value::text).unwrap_or_else(|| driver.name()).to_owned();
    let pool = Pool { name, driver, cost: by_year(section, "cost", Value::money) };
    section.finish();
    pool
}

fn capacity(section: &Section<'_>) -> Capacity {
    let activities = section.sections("activities").iter().map(activity).collect();
    let capacity = Capacity {
        name: section.get("name", Value::text).unwrap_or("capacity").to_owned(),
        cost: by_year(section, "cost", Value::money),
        minutes: by_year(section, "minutes", quantity),
        activities,
    };
    section.finish();
    capacity
}

fn activity(section: &Section<'_>) -> Activity {
    let mut plus = BTreeMap::new();
    if let Some(others) = section.section("plus") {
        for name in others.other_keys() {
            if let Some(minutes) = others.get(&name, quantity) {
                plus.insert(Driver::new(&name), minutes);
            }
        }
    }
    let minutes = section.get("minutes", quantity).unwrap_or_default();
    let activity = Activity { driver: driver(section), minutes, plus };
    section.finish();
    activity
}

/// A quantity such as minutes: exact to four decimals, as a number or a text.
fn quantity(value: Value<'_>) -> Result<Quantity, Problem> {
    let units = value.rate()?.units();
    let per_unit = Rate::SCALE / crate::money::SCALE;
    if units % per_unit != 0 {
        return Err(Problem::new(Code::BadSetting, "at most four decimals are expected"));
    }
    Ok(Quantity::from_units(units / per_unit))
}

/// A table of fiscal years, such as `{ 2024 = "120000", 2025 = "90000" }`.
fn by_year<'s, T>(
    section: &Section<'s>,
    key: &str,
    read: impl Fn(Value<'s>) -> Result<T, Problem>,
) -> BTreeMap<i32, T> {
    let Some(years) = section.section(key) else { return BTreeMap::new() };
    let mut found = BTreeMap::new();
    for name in years.other_keys() {
        match name.parse::<i32>().ok().filter(|year| (1900..=2200).contains(year)) {
            Some(year) => {
                if let Some(value) = years.get(&name, &read) {
                    found.insert(year, value);
                }
            }
            None => {
                let _ = years.value(&name);
                years.fault(&name, Problem::new(Code::BadSetting, "a fiscal year such as 2025 is expected"));
            }
        }
    }
    found
}

fn weights(root: &Section<'_>, side: Side) -> Option<Weights> {
    let section = root.section(side.name())?;
    let mut weights = Weights::new();
    for component in Component::ALL.into_iter().filter(|c| c.side() == side) {
        if let Some(weight) = section.get(component.name(), Value::number) {
            weights.insert(component, weight);
        }
    }
    section.finish();
    Some(weights)
}

fn matrix(section: &Section<'_>) -> MatrixRules {
    let mut rules = MatrixRules::default();
    set(&mut rules.value_threshold, cut(section, "value_threshold"));
    set(&mut rules.complexity_threshold, cut(section, "complexity_threshold"));
    let labels = [("fr", Labels::Fr), ("en", Labels::En), ("shapiro", Labels::Shapiro), ("naw", Labels::Naw)];
    set(&mut rules.labels, section.get("labels", |v| v.choice(&labels)));
    set(&mut rules.hysteresis, hysteresis(section));
    rules
}

fn hysteresis(section: &Section<'_>) -> Option<Hysteresis> {
    if !section.value("hysteresis")?.is_table() {
        return section.get("hysteresis", |v| v.number().map(Hysteresis::both));
    }
    let table = section.section("hysteresis")?;
    let mut found = Hysteresis::default();
    set(&mut found.value, table.get("value", Value::number));
    set(&mut found.complexity, table.get("complexity", Value::number));
    table.finish();
    Some(found)
}

fn cut(section: &Section<'_>, key: &str) -> Option<Cut> {
    let value = section.value(key)?;
    if value.is_text() {
        return section.get(key, |v| v.choice(&[("median", Cut::Median), ("jenks", Cut::Jenks)]));
    }
    if !value.is_table() {
        return section.get(key, |v| v.number().map(Cut::Fixed));
    }
    let table = section.section(key)?;
    let of = table.get("of", |v| {
        let name = v.text()?;
        CutOn::parse(name).ok_or_else(|| {
            Problem::new(Code::BadSetting, "a component, net_margin or cost_to_serve was expected").value(name)
        })
    });
    let quantile = table.get("quantile", Value::number).map(Cut::Quantile);
    let money = table.get("money", Value::money);
    let rate = table.get("rate", Value::rate);
    let absolute = match (money, rate, of) {
        (Some(money), None, Some(of)) => Some(Cut::Money { money, of }),
        (None, Some(rate), Some(of)) => Some(Cut::Rate { rate, of }),
        _ => None,
    };
    table.finish();
    let found = quantile.xor(absolute);
    if found.is_none() {
        let expected = "{ quantile = 0.7 }, { money = \"50000\", of = \"gross_margin\" } or { rate = 0.3, of = \
                        \"margin_rate\" } was expected";
        section.fault(key, Problem::new(Code::BadSetting, expected));
    }
    found
}

fn confidence(section: &Section<'_>) -> ConfidenceRules {
    let mut rules = ConfidenceRules::default();
    set(&mut rules.draws, section.get("draws", |v| v.whole(1..=DRAWS_MAX.into()).map(|n| n as u32)));
    set(&mut rules.concentration, section.get("concentration", Value::number));
    set(&mut rules.rate_spread, section.get("rate_spread", Value::number));
    let by_grade = section.get("grade_spread", |v| {
        let spreads = v.list(Value::number)?;
        <[f64; 3]>::try_from(spreads)
            .map_err(|_| Problem::new(Code::BadSetting, "three numbers were expected: good, fair and poor data"))
    });
    set(&mut rules.grade_spread, by_grade);
    set(&mut rules.margin_spread, section.get("margin_spread", Value::number));
    set(&mut rules.bootstrap, section.get("bootstrap", Value::flag));
    set(&mut rules.undecided_below, section.get("undecided_below", Value::number));
    rules
}

fn tier_rules(section: &Section<'_>) -> TierRules {
    let mut rules = TierRules::default();
    let measures = [
        ("gross_margin", TierMeasure::GrossMargin),
        ("revenue", TierMeasure::Revenue),
        ("net_margin", TierMeasure::NetMargin),
    ];
    set(&mut rules.measure, section.get("measure", |v| v.choice(&measures)));
    set(&mut rules.a, tier_cut(section, "a"));
    set(&mut rules.b, tier_cut(section, "b"));
    set(&mut rules.crossing, section.get("crossing", |v| v.choice(&[("in", Crossing::In), ("out", Crossing::Out)])));
    rules
}

fn tier_cut(section: &Section<'_>, key: &str) -> Option<TierCut> {
    if !section.value(key)?.is_table() {
        return section.get(key, |v| match v.text() {
            Ok("jenks") => Ok(TierCut::Jenks),
            Ok("computed") => Ok(TierCut::Computed),
            _ => v.rate().map(TierCut::Share).map_err(|fault| fault.hint("or \"jenks\", or \"computed\"")),
        });
    }
    let table = section.section(key)?;
    let money = table.get("money", Value::money).map(TierCut::Money);
    let found = table.get("quantile", Value::number).map(TierCut::Quantile).xor(money);
    table.finish();
    if found.is_none() {
        let expected = "a share such as 0.80, { money = \"50000\" }, { quantile = 0.8 }, \"jenks\" or \"computed\" was \
                        expected";
        section.fault(key, Problem::new(Code::BadSetting, expected));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::date;
    use crate::money::{Money, money};

    fn faults(text: &str) -> Vec<String> {
        let error = Model::from_toml(text, "model.toml").unwrap_err();
        assert!(error.is_model());
        error.problems().map(|p| p.to_string()).collect()
    }

    #[test]
    fn every_form_of_a_setting_is_read() {
        let text = r#"
            as_of = 2025-12-31
            normalisation = { winsorised = [0.05, 0.95] }
            default_margin_rate = 0.35
            [cost_to_serve]
            order = 45
            cost_of_capital = 0.06
            custom = { site_audit = "300" }
            [avoidable]
            order = 0.5
            [[pools]]
            driver = "order_line"
            cost = { 2024 = "120000", 2025 = "90000" }
            [[capacities]]
            name = "desk"
            cost = { 2025 = "560000" }
            minutes = { 2025 = 700000 }
            activities = [{ driver = "order", minutes = 8.5, plus = { rush_order = 12 } }]
            [matrix]
            value_threshold = { money = "0", of = "net_margin" }
            complexity_threshold = { quantile = 0.7 }
            labels = "naw"
            [tiers]
            a = { money = "50000" }
            b = { money = "10000" }
        "#;
        let model = Model::from_toml(text, "model.toml").unwrap();
        assert_eq!(model.as_of, Some(date(2025, 12, 31)));
        assert_eq!(model.normalisation, Normalisation::Winsorised { low: 0.05, high: 0.95 });
        assert_eq!(model.cost_to_serve.rates[&Driver::new("site_audit")], money("300"));
        assert_eq!(model.cost_to_serve.pools[0].cost[&2025], money("90000"));
        let activity = &model.cost_to_serve.capacities[0].activities[0];
        assert_eq!(activity.minutes, Quantity::from_units(85_000));
        assert_eq!(activity.plus[&Driver::RushOrder], Quantity::from_units(120_000));
        assert_eq!(model.matrix.value_threshold, Cut::Money { money: Money::ZERO, of: CutOn::NetMargin });
        assert_eq!(model.matrix.labels, Labels::Naw);
        assert_eq!(model.tiers.a, TierCut::Money(money("50000")));
    }

    #[test]
    fn cuts_that_follow_from_the_values_are_words_and_hysteresis_a_distance() {
        let text = "[matrix]\nvalue_threshold = \"jenks\"\n[tiers]\na = \"computed\"\nb = \"computed\"";
        let model = Model::from_toml(text, "model.toml").unwrap();
        assert_eq!((model.matrix.value_threshold, model.tiers.a), (Cut::Jenks, TierCut::Computed));
        assert_eq!(Model::from_toml(&model.describe(), "model.toml").unwrap(), model);
        let model = Model::from_toml("[tiers]\na = \"jenks\"\nb = \"jenks\"", "model.toml").unwrap();
        assert_eq!(Model::from_toml(&model.describe(), "model.toml").unwrap(), model);
        let both = Model::from_toml("[matrix]\nhysteresis = 0.03", "model.toml").unwrap();
        assert_eq!(both.matrix.hysteresis, Hysteresis::both(0.03));
        let apart = Model::from_toml("[matrix]\nhysteresis = { value = 2000 }", "model.toml").unwrap();
        assert_eq!(apart.matrix.hysteresis, Hysteresis { value: 2000.0, complexity: 0.0 });
        assert_eq!(Model::from_toml(&apart.describe(), "model.toml").unwrap(), apart);
        assert!(faults("[matrix]\nhysteresis = -0.1")[0].contains("of 0 or more"));
        assert!(faults("[tiers]\na = \"jenk\"")[0].contains("or \"jenks\", or \"computed\""));
    }

    #[test]
    fn bad_103_an_unknown_key_names_the_nearest() {
        let found = faults("[tiers]\nmesure = \"revenue\"");
        assert_eq!(
            found,
            ["model.toml:2, tiers.mesure: \"mesure\": an unknown key (did you mean measure?) [unknown_key]"]
        );
    }

    #[test]
    fn bad_104_a_key_twice_is_refused() {
        let found = faults("history_years = 3\nhistory_years = 4");
        assert!(found[0].starts_with("model.toml:2: not valid TOML"), "{found:?}");
    }

    #[test]
    fn bad_105_nan_and_inf_are_no_numbers() {
        for value in ["nan", "inf", "-inf"] {
            let found = faults(&format!("[matrix]\nvalue_threshold = {value}"));
            assert!(found[0].contains("a finite number was expected"), "{found:?}");
        }
    }

    #[test]
    fn money_as_a_float_is_refused_with_the_text_to_write() {
        let found = faults("[cost_to_serve]\norder = 45.10");
        assert!(found[0].contains("write \"45.10\""), "{found:?}");
    }

    #[test]
    fn bad_119_all_faults_are_listed_at_once() {
        let found = faults("history_years = -1\nrush = \"often\"\n[cost_to_serve]\norder = \"ten\"\n[nope]\n");
        assert_eq!(found.len(), 4, "{found:#?}");
        let found = faults("currency = \"eur\"\n[tiers]\na = 0.95\nb = 0.80\n[cost_to_serve]\nreturn = \"-1\"");
        assert_eq!(found.len(), 3, "{found:#?}");
    }

    #[test]
    fn bad_116_settings_have_a_limit_of_size_and_depth() {
        assert!(faults(&"#".repeat(2 << 20))[0].contains("the limit is"));
        let deep = format!("a = {}1{}", "[".repeat(10_000), "]".repeat(10_000));
        assert!(!faults(&deep).is_empty());
    }
}
