//! From a ledger to a portfolio: each step takes the one before.

use super::Model;
use super::accounts::{CHUNK, Worked, Workshop};
use crate::cost::{CostTable, RateCard, drivers_of};
use crate::date::Date;
use crate::error::{Code, Error, Problem, Result, Table};
use crate::facts::{Counting, FactTable, ReturnsFrom, RushFrom, SealedFacts};
use crate::ledger::{Customers, Ledger, Quality};
use crate::margin::MarginRates;
use crate::money::Money;
use crate::parallel;
use crate::portfolio::{AccountRow, Correlations, Portfolio, Status, Sums, TermsTable, Window};
use crate::records::EventKind;
use crate::score::{AxisInput, Component, CostMeasure, ExpectedCost, Side, axes};
use crate::segment::{Tier, TierLimits, tiers};
use std::borrow::Cow;
use std::sync::Arc;

/// What remains of records when their facts are taken.
#[cfg(feature = "csv")]
pub(crate) struct Taken {
    pub(crate) customers: Arc<Customers>,
    pub(crate) facts: FactTable,
    pub(crate) quality: Quality,
    pub(crate) currency: Option<String>,
    /// The dates of the first and the last order that is used.
    pub(crate) order_dates: Option<(Date, Date)>,
}

impl Model {
    /// Analyses a ledger: cost to serve, margin, scores, matrix and tiers of each account.
    pub fn analyze(&self, ledger: &Ledger) -> Result<Portfolio> {
        self.check()?;
        let quality = ledger.settle()?;
        self.check_currency(ledger.currency())?;
        let (as_of, stated) = self.as_of_for(ledger.order_dates())?;
        let table = FactTable::from_settled(ledger, self.fact_spec(as_of));
        self.analyze_facts(table, ledger.customer_table(), quality, stated)
    }

    /// Analyses facts that were read in pieces, up to the day for which they were taken.
    #[cfg(feature = "csv")]
    pub(crate) fn analyze_taken(&self, taken: Taken) -> Result<Portfolio> {
        self.check_currency(taken.currency.as_deref())?;
        let (_, stated) = self.as_of_for(taken.order_dates)?;
        self.analyze_facts(taken.facts, &taken.customers, taken.quality, stated)
    }

    pub(crate) fn analyze_facts(
        &self,
        table: FactTable,
        customers: &Customers,
        quality: Quality,
        as_of_stated: bool,
    ) -> Result<Portfolio> {
        let window = Window::new(&table, as_of_stated);
        let facts = SealedFacts::of(Cow::Owned(table))?;
        Analysis::new(self, facts, customers)?.finish(quality, window)
    }

    pub(crate) fn check_currency(&self, currency: Option<&str>) -> Result<()> {
        match currency {
            Some(stated) if stated != self.currency => Err(Error::new(
                Problem::new(
                    Code::OtherCurrency,
                    format!("the records are in {stated}, the model is in {}", self.currency),
                )
                .hint(format!("set currency = \"{stated}\" in the model; there is no conversion")),
            )),
            _ => Ok(()),
        }
    }

    /// The last day that counts, and whether the model states it, for orders of which some count.
    fn as_of_for(&self, order_dates: Option<(Date, Date)>) -> Result<(Date, bool)> {
        let (as_of, stated) = self.last_day(order_dates)?;
        self.check_first_order(as_of, order_dates)?;
        Ok((as_of, stated))
    }

    /// Fails when all orders come after the last day that counts.
    pub(crate) fn check_first_order(&self, as_of: Date, order_dates: Option<(Date, Date)>) -> Result<()> {
        if let Some((first, _)) = order_dates.filter(|(first, _)| *first > as_of) {
            let reason = format!("as_of {as_of} comes before the first order, {first}: nothing would be analysed");
            return Err(Problem::new(Code::Contradiction, reason).column("as_of").into());
        }
        Ok(())
    }

    /// The last day that counts, and whether the model states it.
    pub(crate) fn last_day(&self, order_dates: Option<(Date, Date)>) -> Result<(Date, bool)> {
        let (as_of, stated) = match (self.as_of, order_dates) {
            (Some(day), _) => (day, true),
            (None, Some((_, last))) => (last, false),
            (None, None) => {
                let problem = Problem::new(Code::NoAsOf, "there is no order, and so no date to analyse at")
                    .hint("state as_of in the model, or --as-of");
                return Err(problem.table(Table::Orders).into());
            }
        };
        if let Some(from) = self.history_from.filter(|from| *from >= as_of) {
            let reason = format!("history_from {from} is not before the last day that counts, {as_of}");
            return Err(Problem::new(Code::Contradiction, reason).column("history_from").into());
        }
        Ok((as_of, stated))
    }

    fn counting(&self, table: &FactTable) -> Counting {
        let returned = table.kinds_that_happened().any(|kind| kind == EventKind::Return);
        Counting {
            rush: self.rush.unwrap_or(if table.given().rush { RushFrom::Orders } else { RushFrom::Events }),
            returns: self.returns.unwrap_or(if returned { ReturnsFrom::Events } else { ReturnsFrom::CreditNotes }),
        }
    }
}

/// The accounts between facts and result, in id order.
struct Analysis<'a> {
    model: &'a Model,
    facts: SealedFacts<'static>,
    counting: Counting,
    margins: MarginRates,
    costs: CostTable,
    terms: TermsTable,
    rows: Vec<AccountRow>,
    sums: Sums,
    /// True when a driver has a price, or events state their own costs.
    priced: bool,
    /// The position of each active account.
    active: Vec<u32>,
    /// What the axes are made of: components × chunks.
    components: Vec<(Component, Vec<Vec<f64>>)>,
}

impl<'a> Analysis<'a> {
    fn new(model: &'a Model, facts: SealedFacts<'static>, customers: &Customers) -> Result<Self> {
        let table = facts.table();
        let counting = model.counting(table);
        let drivers = drivers_of(&model.cost_to_serve, table);
        let margins = MarginRates::new(table, || facts.known_orders(), model.default_margin_rate);
        let workshop = Workshop::new(model, customers, &facts, counting, &margins, &drivers);
        let card = RateCard::new(&model.cost_to_serve, table.calendar(), drivers.clone(), &workshop)?;
        let components = model.components_needed();
        let mut rows = vec![AccountRow::empty(); facts.len()];
        let Worked { costs, years, missing_values, terms, active, values } =
            workshop.work(&card, &components, &mut rows)?;
        let costs = CostTable::new(&model.cost_to_serve, card, costs, table.calendar())?;
        let active = number_active(&mut rows, active);
        Ok(Self {
            model,
            priced: model.cost_to_serve.prices_any_driver() || costs.any_actual,
            counting,
            margins,
            costs,
            terms: TermsTable::new(CHUNK, terms),
            rows,
            sums: Sums::new(years, missing_values),
            active,
            components: components.into_iter().zip(values).collect(),
            facts,
        })
    }

    fn finish(mut self, quality: Quality, window: Window) -> Result<Portfolio> {
        let expected = self.expected();
        let inputs = self.inputs(expected.as_ref());
        let rows = &self.rows;
        let row = |active: u32| &rows[active as usize];
        // Value before anything else is margin: an account without gross margin has no value score.
        let may_score = |side: Side, at: usize| side == Side::Complexity || row(self.active[at]).cost_of_goods_known;
        let how = self.model.normalisation;
        let revenue = || {
            let revenue = |at: &u32| row(*at).parts.revenue_and_cost().0.units() as f64;
            self.active.iter().map(revenue).collect::<Vec<f64>>()
        };
        let (axes, (tiers, tier_limits)) =
            parallel::join(|| axes(inputs, how, self.active.len(), may_score), || self.tiers());
        let cuts = self.model.matrix.resolve([axes[0].scores(), axes[1].scores()], self.priced);
        let correlations = Correlations::of(&axes, &revenue());
        let table = self.facts.table();
        let mut portfolio = Portfolio {
            model: self.model.clone(),
            window,
            given: table.given(),
            counting: self.counting,
            margins: self.margins,
            rows: self.rows,
            sums: self.sums,
            correlations,
            terms: self.terms,
            costs: self.costs,
            axes,
            cuts,
            expected,
            tier_limits,
            outside: Table::ALL.map(|t| table.outside(t)),
            credits_that_stay: table.credits_that_stay(),
            quality,
            findings: Vec::new(),
            priced: self.priced,
            facts: Arc::new(self.facts),
            confidence: None,
        };
        portfolio.place(&tiers);
        portfolio.find()?;
        portfolio.find_confidence()?;
        Ok(portfolio)
    }

    fn expected(&self) -> Option<ExpectedCost> {
        (self.model.cost_measure == CostMeasure::Expected).then(|| {
            let accounts = self.active.iter().map(|at| self.rows[*at as usize].parts.revenue_and_cost());
            ExpectedCost::fit(accounts.map(|(revenue, cost)| (cost.units() as f64, revenue.units() as f64)))
        })?
    }

    /// The components of both axes with their weights and values.
    fn inputs(&mut self, expected: Option<&ExpectedCost>) -> Vec<AxisInput> {
        let no_cost_ratio = !self.priced || (self.model.cost_measure == CostMeasure::Expected && expected.is_none());
        let weights = [Side::Value, Side::Complexity].map(|side| self.model.weights(side, self.priced)).concat();
        let mut measured = std::mem::take(&mut self.components);
        let mut chunks = |component: Component| {
            let found = measured.iter_mut().find(|(of, _)| *of == component);
            found.map(|(_, chunks)| std::mem::take(chunks)).unwrap_or_default()
        };
        let input = |(component, weight)| AxisInput {
            component,
            weight,
            chunks: match (component, expected) {
                (Component::CostToServeRatio, _) if no_cost_ratio => Vec::new(),
                (Component::CostToServeRatio, Some(line)) => vec![self.residuals(line)],
                _ => chunks(component),
            },
        };
        weights.into_iter().map(input).collect()
    }

    fn residuals(&self, line: &ExpectedCost) -> Vec<f64> {
        let residual = |at: &u32| {
            let (revenue, cost) = self.rows[*at as usize].parts.revenue_and_cost();
            line.residual(cost, revenue).unwrap_or(f64::NAN)
        };
        self.active.iter().map(residual).collect()
    }

    /// The tier of each active account whose measure is known, with its position.
    fn tiers(&self) -> (Vec<(u32, Tier)>, TierLimits) {
        let measure = |at: &u32| Some((*at, self.rows[*at as usize].tier_measure(self.model.tiers.measure)?));
        let (positions, measures): (Vec<u32>, Vec<Money>) = self.active.iter().filter_map(measure).unzip();
        let (found, limits) = tiers(&measures, &self.model.tiers);
        (positions.into_iter().zip(found).collect(), limits)
    }
}

/// Numbers the active accounts, of which there are so many, and returns their positions.
fn number_active(rows: &mut [AccountRow], count: usize) -> Vec<u32> {
    let mut active = Vec::with_capacity(count);
    for (row, position) in rows.iter_mut().zip(0u32..) {
        if row.status == Status::Active {
            row.active = active.len() as u32;
            active.push(position);
        }
    }
    active
}
