//! What the analysis finds about its own ground.

use super::{AccountRow, Portfolio, Status};
use crate::cost::Driver;
use crate::error::{Code, Problem, Result, Table};
use crate::money::Money;
use crate::score::LeftOut;
use crate::settings::nearest;

/// A rank correlation beyond this, either way, is a finding.
const SIZE_CORRELATION: f64 = 0.5;

impl Portfolio {
    /// Notes what a reader must know before trusting the figures.
    pub(crate) fn find(&mut self) -> Result<()> {
        let mut found = Vec::new();
        self.find_accounts(&mut found);
        self.find_prices(&mut found);
        self.find_axes(&mut found);
        self.find_window(&mut found);
        // At or below zero, or under 5 % of what the profitable accounts earn.
        if self.sums.net_margins().is_some_and(|(total, positive)| total * 20 < positive) {
            let reason = "the total net margin is close to zero or below it: shares of it are hard to read";
            found.push(Problem::new(Code::SmallTotal, reason));
        }
        self.findings = found;
        Ok(())
    }

    fn find_accounts(&self, found: &mut Vec<Problem>) {
        let count = |belongs: fn(&&AccountRow) -> bool| self.rows.iter().filter(belongs).count();
        let mut note = |code: Code, accounts: usize, what: &str, hint: &'static str| {
            if accounts > 0 {
                let s = if accounts == 1 { "account" } else { "accounts" };
                found.push(Problem::new(code, format!("{accounts} {s} {what}")).hint(hint));
            }
        };
        let net_credit = self.sums.count(Status::NetCredit);
        note(
            Code::NetCredit,
            net_credit,
            "credited at least what was bought: costs are kept, no score, quadrant or tier",
            "look at them by hand",
        );
        let estimated = count(|row| row.estimated_revenue != Money::ZERO && row.cost_of_goods_known);
        note(
            Code::CostEstimated,
            estimated,
            "with an estimated cost of goods",
            "give cost_of_goods on orders or lines",
        );
        let unknown = count(|row| !row.cost_of_goods_known);
        note(
            Code::MarginUnknown,
            unknown,
            "without a margin: no cost of goods is known or can be estimated",
            "give cost_of_goods on orders or lines, or default_margin_rate in the model",
        );
        let blank = self.blank_values();
        if blank > 0 {
            let reason = format!("{blank} values are blank in columns that are given");
            found.push(Problem::new(Code::ValueBlank, reason).hint("data_grade says which accounts they touch"));
        }
    }

    fn find_prices(&self, found: &mut Vec<Problem>) {
        let names: Vec<&str> = self.costs.not_priced.iter().map(Driver::name).collect();
        if !names.is_empty() {
            let reason = format!("not priced, and so at no cost: {}", names.join(", "));
            found.push(Problem::new(Code::KindUnpriced, reason).hint("give them a rate under [cost_to_serve]"));
        }
        self.find_years(found);
        self.find_never_happened(found);
        for used in self.costs.capacities.iter().filter(|c| c.is_overloaded()) {
            let (name, year) = (&used.name, used.year);
            let reason = format!("{name:?} took {} of {} minutes in {year}", used.minutes_used, used.minutes);
            found
                .push(Problem::new(Code::Overload, reason).hint("check the time equations and the practical capacity"));
        }
    }

    /// A price for something that never happened may be meant for something else.
    fn find_never_happened(&self, found: &mut Vec<Problem>) {
        let drivers = &self.costs.card.drivers;
        let priced = |driver: &Driver| self.model.cost_to_serve.drivers().any(|d| d == driver);
        for (at, driver) in drivers.iter().enumerate() {
            if !matches!(driver, Driver::Custom(_)) || !priced(driver) || self.costs.happened(at) {
                continue;
            }
            let reason = format!("{:?} has a price or takes time, and never happened", driver.name());
            let problem = Problem::new(Code::DriverNeverHappened, reason);
            let known: Vec<&str> =
                drivers.iter().chain(&Driver::BUILT_IN).filter(|d| *d != driver).map(Driver::name).collect();
            found.push(match nearest(driver.name(), &known) {
                Some(near) => problem.hint(format!("did you mean {near}?")),
                None => problem.hint("check the kinds of service_events"),
            });
        }
    }

    /// A pool that is silent on a year charges nothing for it, while the year's revenue counts.
    fn find_years(&self, found: &mut Vec<Problem>) {
        let costs = &self.model.cost_to_serve;
        let pools = costs.pools.iter().map(|p| (&p.name, &p.cost));
        for (name, cost) in pools.chain(costs.capacities.iter().map(|c| (&c.name, &c.cost))) {
            let silent = self.window.years.iter().filter(|year| !cost.contains_key(year));
            let silent: Vec<String> = silent.map(ToString::to_string).collect();
            if !silent.is_empty() {
                let reason = format!("{name:?} has no cost in {}: those years carry none of it", silent.join(", "));
                let hint = "give it a cost for each fiscal year of the window, or shorten history_years";
                found.push(Problem::new(Code::YearsWithoutCost, reason).hint(hint));
            }
        }
    }

    fn find_axes(&self, found: &mut Vec<Problem>) {
        if self.sums.count(Status::Active) == 0 {
            return;
        }
        for axis in &self.axes {
            for c in &axis.components {
                let reason = match c.left_out {
                    None => continue,
                    Some(LeftOut::MissingForAll) => format!("{} is missing for all accounts", c.component),
                    Some(LeftOut::EqualForAll) => format!("{} is the same for all accounts", c.component),
                };
                let reason = format!("{reason}: left out, its weight shared out");
                let problem = Problem::new(Code::ComponentLeftOut, reason).column(c.component.name());
                found.push(match c.left_out {
                    Some(LeftOut::MissingForAll) => problem.hint(format!("it needs {}", c.component.needs())),
                    _ => problem,
                });
            }
            if axis.is_empty() {
                let side = axis.side.name();
                let needs = axis.components.first().map_or("weights", |c| c.component.needs());
                let reason = format!("the {side} axis has no component left: there is no quadrant");
                found.push(Problem::new(Code::AxisEmpty, reason).column(side).hint(format!("add {needs}")));
            }
        }
        let rho = self.correlations();
        for (between, value) in [
            ("the two scores", rho.value_complexity),
            ("the value score and revenue", rho.value_revenue),
            ("the complexity score and revenue", rho.complexity_revenue),
        ] {
            if let Some(value) = value.filter(|v| v.abs() > SIZE_CORRELATION) {
                let reason = format!("the matrix mostly ranks size: Spearman's ρ between {between} is {value:.2}");
                let hint = "less weight on gross_margin in [value], or cost_measure = \"expected\"";
                found.push(Problem::new(Code::RanksSize, reason).hint(hint));
            }
        }
    }

    fn find_window(&self, found: &mut Vec<Problem>) {
        if !self.window.as_of_stated {
            let reason = format!("as_of is not stated: the latest order date is taken, {}", self.window.as_of);
            found.push(Problem::new(Code::AsOfAssumed, reason).hint("state as_of in the model, or --as-of"));
        }
        if self.credits_that_stay > 0 {
            let reason = format!("credit notes that name no order that is used: {}", self.credits_that_stay);
            let problem = Problem::new(Code::CreditStays, reason).table(Table::Orders).column("credits_order_id");
            found.push(problem.hint("they count on their own date"));
        }
        for (table, outside) in Table::ALL.into_iter().zip(self.outside) {
            if outside.records > 0 {
                let (start, end) = (self.window.start, self.window.as_of);
                let reason = format!("records dated outside the window {start} to {end}: {}", outside.records);
                found.push(Problem::new(Code::OutsideWindow, reason).table(table));
            }
        }
    }
}
