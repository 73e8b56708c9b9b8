//! Printing a model: every setting with its value, its default and the reason for it.

use super::{Model, Weights};
use crate::cost::{Capacity, Driver, Pool};
use crate::facts::{CreditsDated, ReturnsFrom, RushFrom};
use crate::score::{Component, CostMeasure, GrowthMeasure, Normalisation, Side};
use crate::segment::{Crossing, Cut, Hysteresis, Labels, TierCut, TierMeasure};
use std::fmt::{Display, Write};

/// Text in the making: settings as lines of TOML, unset ones as comments.
#[derive(Default)]
struct Page(String);

impl Page {
    fn section(&mut self, name: &str, about: &str) {
        let _ = write!(self.0, "\n[{name}]\n");
        self.note(about);
    }

    /// A section that may not be there: its name is then a comment, as its settings are.
    fn optional_section(&mut self, name: &str, there: bool, about: &str) {
        if there {
            return self.section(name, about);
        }
        let _ = write!(self.0, "\n# [{name}]\n");
        self.note(about);
    }

    fn note(&mut self, about: &str) {
        for line in about.lines() {
            let _ = writeln!(self.0, "# {line}");
        }
    }

    fn set(&mut self, key: &str, value: impl Display, about: &str) {
        self.line(&format!("{key} = {value}"), about);
    }

    /// A setting without a value: an example, commented out.
    fn or_example<T: Display>(&mut self, key: &str, value: Option<T>, example: &str, about: &str) {
        match value {
            Some(value) => self.set(key, value, about),
            None => self.line(&format!("# {key} = {example}"), about),
        }
    }

    fn line(&mut self, setting: &str, about: &str) {
        let _ = writeln!(self.0, "{setting:<40} # {about}");
    }
}

fn quoted(value: impl Display) -> String {
    toml::Value::String(value.to_string()).to_string()
}

impl Model {
    /// The model as TOML, every setting with its default and its reason. It reads back as the same model.
    pub fn describe(&self) -> String {
        let mut page = Page::default();
        page.note("The model: every choice of an analysis. A line that starts with # is not set.");
        self.describe_window(&mut page);
        self.describe_measures(&mut page);
        self.describe_costs(&mut page);
        self.describe_weights(&mut page, Side::Value, &self.value);
        self.describe_weights(&mut page, Side::Complexity, &self.complexity);
        self.describe_places(&mut page);
        self.describe_confidence(&mut page);
        for pool in &self.cost_to_serve.pools {
            describe_pool(&mut page, pool);
        }
        for capacity in &self.cost_to_serve.capacities {
            describe_capacity(&mut page, capacity);
        }
        page.0
    }

    fn describe_window(&self, page: &mut Page) {
        page.or_example(
            "as_of",
            self.as_of.map(quoted),
            "\"2025-12-31\"",
            "the last day that counts; default: the latest order date, never today",
        );
        page.set("currency", quoted(&self.currency), "default EUR; one ledger holds one currency");
        page.set("history_years", self.history_years, "default 3: fiscal years before the one of as_of");
        page.or_example(
            "history_from",
            self.history_from.map(quoted),
            "\"2022-01-01\"",
            "default: the first day of the fiscal quarter of the earliest order read",
        );
        page.set("fiscal_year_start_month", self.fiscal_year_start_month, "default 1: fiscal years are calendar years");
    }

    fn describe_measures(&self, page: &mut Page) {
        let rush = self.rush.map(|r| match r {
            RushFrom::Orders => "\"orders\"",
            RushFrom::Events => "\"events\"",
            RushFrom::Sum => "\"sum\"",
        });
        page.or_example(
            "rush",
            rush,
            "\"sum\"",
            "orders, events or sum; default: flagged orders when given, else events",
        );
        let returns = self.returns.map(|r| match r {
            ReturnsFrom::Events => "\"events\"",
            ReturnsFrom::CreditNotes => "\"credit_notes\"",
            ReturnsFrom::Sum => "\"sum\"",
        });
        page.or_example(
            "returns",
            returns,
            "\"sum\"",
            "events, credit_notes or sum; default: events when there are any, else credit notes",
        );
        let dated = match self.credits_dated {
            CreditsDated::Own => "\"own\"",
            CreditsDated::Order => "\"order\"",
        };
        page.set("credits_dated", dated, "own (default: a closed year stays as it was) or order");
        page.or_example(
            "default_margin_rate",
            self.default_margin_rate,
            "0.35",
            "no default: an invented margin is not a margin",
        );
        let growth = match self.growth_measure {
            GrowthMeasure::YearOnYear => "\"year_on_year\"",
            GrowthMeasure::LeastSquares => "\"least_squares\"",
            GrowthMeasure::TheilSen => "\"theil_sen\"",
        };
        page.set("growth_measure", growth, "year_on_year (default: no season disturbs it), least_squares, theil_sen");
        let cost = match self.cost_measure {
            CostMeasure::Ratio => "\"ratio\"",
            CostMeasure::Expected => "\"expected\"",
        };
        page.set("cost_measure", cost, "ratio (default: % of revenue) or expected (against accounts of that size)");
        let normalisation = match self.normalisation {
            Normalisation::MidRank => "\"mid_rank\"".to_owned(),
            Normalisation::MinMax => "\"min_max\"".to_owned(),
            Normalisation::RobustZ => "\"robust_z\"".to_owned(),
            Normalisation::Winsorised { low, high } => format!("{{ winsorised = [{low}, {high}] }}"),
        };
        page.set(
            "normalisation",
            normalisation,
            "mid_rank (default: no outlier dominates), min_max, robust_z, { winsorised = [0.05, 0.95] }",
        );
        page.set("seed", self.seed, "default 0: of everything random; the same seed gives the same bits");
    }

    fn describe_costs(&self, page: &mut Page) {
        let costs = &self.cost_to_serve;
        page.section(
            "cost_to_serve",
            "Money per unit of the driver. No rate has a default: an invented constant is not a cost.\n\
             A driver without a rate costs 0 and is listed as not priced.",
        );
        for driver in Driver::BUILT_IN {
            let unit = if driver.is_hours() { "per hour" } else { "each" };
            page.or_example(driver.name(), costs.rates.get(&driver).map(quoted), "\"0.00\"", unit);
        }
        page.or_example(
            "small_order_below",
            costs.small_order_below.map(quoted),
            "\"500.00\"",
            "an order with less revenue is small; unset: no such component",
        );
        page.or_example("cost_of_capital", costs.cost_of_capital, "0.06", "a year, for the payment terms granted");
        page.or_example(
            "account_management",
            costs.account_management.map(quoted),
            "\"600.00\"",
            "per account and year, from its first order",
        );
        page.set("allow_credit", costs.allow_credit, "default false: negative rates are refused");
        let custom: Vec<_> = costs.rates.iter().filter(|(d, _)| matches!(d, Driver::Custom(_))).collect();
        if !custom.is_empty() {
            page.section("cost_to_serve.custom", "Event kinds of your own.");
            for (driver, rate) in custom {
                page.set(&quoted(driver), quoted(rate), "per unit");
            }
        }
        if !costs.avoidable.is_empty() {
            page.section("avoidable", "How much of a line goes away if the account leaves, 0 to 1.");
            for (line, share) in &costs.avoidable {
                page.set(&quoted(line), share, "");
            }
        }
    }

    fn describe_weights(&self, page: &mut Page, side: Side, named: &Option<Weights>) {
        let about = "Weights; naming one replaces them all. They are divided by the sum of those present.";
        page.optional_section(side.name(), named.is_some(), about);
        for component in Component::ALL.into_iter().filter(|c| c.side() == side) {
            let default = format!("default {:.2}", component.default_weight());
            let weight = named.as_ref().and_then(|w| w.get(&component).copied());
            let example = format!("{:?}", if named.is_some() { 0.0 } else { component.default_weight() });
            page.or_example(component.name(), weight.map(|w| format!("{w:?}")), &example, &default);
        }
    }

    fn describe_places(&self, page: &mut Page) {
        page.section("matrix", "");
        let cuts =
            "default 0.5; \"median\", \"jenks\", { quantile = 0.7 }, { money = \"50000\", of = \"gross_margin\" }";
        page.set("value_threshold", cut(self.matrix.value_threshold), cuts);
        page.set("complexity_threshold", cut(self.matrix.complexity_threshold), "at or above it is the high side");
        let labels = match self.matrix.labels {
            Labels::Fr => "\"fr\"",
            Labels::En => "\"en\"",
            Labels::Shapiro => "\"shapiro\"",
            Labels::Naw => "\"naw\"",
        };
        page.set("labels", labels, "fr (default), en, shapiro, naw");
        let held = "default 0, the plain cut: beyond a cut by as much, an account changes sides between two dates";
        page.set("hysteresis", hysteresis(self.matrix.hysteresis), held);
        page.section("tiers", "");
        let measure = match self.tiers.measure {
            TierMeasure::GrossMargin => "\"gross_margin\"",
            TierMeasure::Revenue => "\"revenue\"",
            TierMeasure::NetMargin => "\"net_margin\"",
        };
        page.set("measure", measure, "gross_margin (default), revenue, net_margin");
        let cuts = "default 0.80 of the positive total; { money = … }, { quantile = … }, \"jenks\", \"computed\"";
        page.set("a", tier_cut(self.tiers.a), cuts);
        page.set("b", tier_cut(self.tiers.b), "default 0.95");
        let crossing = match self.tiers.crossing {
            Crossing::In => "\"in\"",
            Crossing::Out => "\"out\"",
        };
        page.set("crossing", crossing, "in (default): the account that crosses a limit belongs to the higher tier");
    }

    fn describe_confidence(&self, page: &mut Page) {
        let about = "How sure each label is, found by drawing opinions and estimates again and again.";
        page.optional_section("confidence", self.confidence.is_some(), about);
        let rules = self.confidence.clone().unwrap_or_default();
        let mut set = |key: &str, value: String, about: &str| {
            page.or_example(key, self.confidence.as_ref().map(|_| &value), &value, about);
        };
        set("draws", rules.draws.to_string(), "default 200: the standard error of a probability is at most .036");
        set("concentration", format!("{:?}", rules.concentration), "default 50: a weight of .50 is .50 ± .07");
        set("rate_spread", format!("{:?}", rules.rate_spread), "default 0.2: σ of the logarithm of a rate");
        let grades = rules.grade_spread.map(|spread| format!("{spread:?}")).join(", ");
        set("grade_spread", format!("[{grades}]"), "σ of an account's own factor: good, fair and poor data");
        set("margin_spread", format!("{:?}", rules.margin_spread), "default 0.05: σ of an estimated margin rate");
        set("bootstrap", rules.bootstrap.to_string(), "default false: true also draws each account's quarters again");
        set("undecided_below", format!("{:?}", rules.undecided_below), "default 0.6: no cell is more likely than that");
    }
}

fn cut(cut: Cut) -> String {
    match cut {
        Cut::Fixed(at) => format!("{at:?}"),
        Cut::Median => "\"median\"".to_owned(),
        Cut::Jenks => "\"jenks\"".to_owned(),
        Cut::Quantile(p) => format!("{{ quantile = {p:?} }}"),
        Cut::Money { money, of } => format!("{{ money = \"{money}\", of = \"{of}\" }}"),
        Cut::Rate { rate, of } => format!("{{ rate = {rate}, of = \"{of}\" }}"),
    }
}

fn hysteresis(hysteresis: Hysteresis) -> String {
    let Hysteresis { value, complexity } = hysteresis;
    if value == complexity {
        return format!("{value:?}");
    }
    format!("{{ value = {value:?}, complexity = {complexity:?} }}")
}

fn tier_cut(cut: TierCut) -> String {
    match cut {
        TierCut::Share(share) => share.to_string(),
        TierCut::Money(money) => format!("{{ money = \"{money}\" }}"),
        TierCut::Quantile(p) => format!("{{ quantile = {p:?} }}"),
        TierCut::Jenks => "\"jenks\"".to_owned(),
        TierCut::Computed => "\"computed\"".to_owned(),
    }
}

fn by_year<T: Display>(years: &std::collections::BTreeMap<i32, T>) -> String {
    let entries: Vec<String> = years.iter().map(|(year, value)| format!("{year} = \"{value}\"")).collect();
    format!("{{ {} }}", entries.join(", "))
}

fn describe_pool(page: &mut Page, pool: &Pool) {
    let _ = write!(page.0, "\n[[pools]]\n");
    page.set("name", quoted(&pool.name), "");
    page.set("driver", quoted(&pool.driver), "what it is shared out by");
    page.set("cost", by_year(&pool.cost), "by fiscal year");
}

fn describe_capacity(page: &mut Page, capacity: &Capacity) {
    let _ = write!(page.0, "\n[[capacities]]\n");
    page.set("name", quoted(&capacity.name), "");
    page.set("cost", by_year(&capacity.cost), "by fiscal year");
    page.set("minutes", by_year(&capacity.minutes), "practical capacity by fiscal year");
    for activity in &capacity.activities {
        let _ = writeln!(page.0, "[[capacities.activities]]");
        page.set("driver", quoted(&activity.driver), "");
        page.set("minutes", quoted(activity.minutes), "per unit of the driver");
        let plus: Vec<String> = activity.plus.iter().map(|(d, m)| format!("{} = \"{m}\"", quoted(d))).collect();
        page.set("plus", format!("{{ {} }}", plus.join(", ")), "further minutes per unit of other drivers");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::{Activity, CostLine};
    use crate::date::date;
    use crate::money::{Money, Quantity, Rate, money};
    use crate::segment::{ConfidenceRules, CutOn};

    #[test]
    fn the_page_reads_back_as_the_same_model() {
        let plain = Model::new();
        assert_eq!(Model::from_toml(&plain.describe(), "model.toml").unwrap(), plain);

        let mut full = Model::new()
            .as_of(date(2025, 12, 31))
            .rate(Driver::Order, money("45"))
            .rate("site audit", money("300"))
            .weight(Component::GrossMargin, 1.0)
            .weight(Component::CostToServeRatio, 0.9)
            .weight(Component::Friction, 0.1)
            .small_order_below(money("500"))
            .thresholds(Cut::Money { money: Money::ZERO, of: CutOn::NetMargin }, Cut::Quantile(0.7));
        full.confidence = Some(ConfidenceRules { draws: 500, bootstrap: true, ..ConfidenceRules::default() });
        full.normalisation = Normalisation::Winsorised { low: 0.05, high: 0.95 };
        full.rush = Some(RushFrom::Sum);
        full.cost_to_serve.cost_of_capital = Some(Rate::from_units(60_000_000));
        full.cost_to_serve.avoidable.insert(CostLine::Freight, Rate::from_units(500_000_000));
        full.cost_to_serve.pools.push(Pool {
            name: "desk \"A\"".to_owned(),
            driver: Driver::Order,
            cost: [(2025, money("120000"))].into(),
        });
        full.cost_to_serve.capacities.push(Capacity {
            name: "support".to_owned(),
            cost: [(2025, money("560000"))].into(),
            minutes: [(2025, Quantity::from_units(7_000_000_000))].into(),
            activities: vec![Activity {
                driver: Driver::Claim,
                minutes: Quantity::from_units(85_000),
                plus: [(Driver::new("site audit"), Quantity::ONE)].into(),
            }],
        });
        assert_eq!(Model::from_toml(&full.describe(), "model.toml").unwrap(), full);
    }
}
