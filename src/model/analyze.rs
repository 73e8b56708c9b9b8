//! From a ledger to a portfolio: each step takes the one before.

use super::{Draft, Drafting, Model};
use crate::cost::{CostTable, Volumes, drivers_of};
use crate::date::Date;
use crate::error::{Code, Error, Problem, Result, Table};
use crate::facts::{Counting, FactTable, Field, ReturnsFrom, RushFrom, SealedFacts};
#[cfg(feature = "csv")]
use crate::intake::Intake;
use crate::ledger::{CustomerView, Customers, Ledger, Quality};
use crate::margin::{CascadeParts, MarginRates, YearParts};
use crate::portfolio::{AccountRow, Portfolio, Status, Window};
use crate::records::{EventKind, Id};
use crate::score::{Axis, AxisInput, Component, CostMeasure, ExpectedCost, Measures, Side};
use crate::segment::{CutOn, place, tiers};

impl Model {
    /// Analyses a ledger: cost to serve, margin, scores, matrix and tiers of each account.
    pub fn analyze(&self, ledger: &Ledger) -> Result<Portfolio> {
        self.check()?;
        let quality = ledger.settle()?;
        self.check_currency(ledger.currency())?;
        let (as_of, stated) = self.as_of_for(ledger.order_dates())?;
        let table = FactTable::from_settled(ledger, self.fact_spec(as_of));
        Analysis::new(self, &table, ledger.customer_table())?.finish(quality, ledger.customer_table(), stated)
    }

    /// Analyses facts that were read in pieces, up to the day for which they were taken.
    #[cfg(feature = "csv")]
    pub(crate) fn analyze_intake(&self, intake: Intake) -> Result<Portfolio> {
        self.check_currency(intake.currency.as_deref())?;
        let (_, stated) = self.as_of_for(intake.order_dates)?;
        let customers = &intake.customers;
        Analysis::new(self, &intake.facts, customers)?.finish(intake.quality, customers, stated)
    }

    fn check_currency(&self, currency: Option<&str>) -> Result<()> {
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

    /// The last day that counts, and whether the model states it.
    fn as_of_for(&self, order_dates: Option<(Date, Date)>) -> Result<(Date, bool)> {
        let (as_of, stated) = match (self.as_of, order_dates) {
            (Some(day), _) => (day, true),
            (None, Some((_, last))) => (last, false),
            (None, None) => {
                let problem = Problem::new(Code::NoAsOf, "there is no order, and so no date to analyse at")
                    .hint("state as_of in the model, or --as-of");
                return Err(problem.table(Table::Orders).into());
            }
        };
        if let Some((first, _)) = order_dates.filter(|(first, _)| *first > as_of) {
            let reason = format!("as_of {as_of} comes before the first order, {first}: nothing would be analysed");
            return Err(Problem::new(Code::Contradiction, reason).column("as_of").into());
        }
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
    table: &'a FactTable,
    ids: Vec<&'a Id>,
    counting: Counting,
    margins: MarginRates,
    drafts: Vec<Draft>,
    order_dates: Vec<Option<(Date, Date)>>,
    costs: CostTable,
}

impl<'a> Analysis<'a> {
    fn new(model: &'a Model, table: &'a FactTable, customers: &Customers) -> Result<Self> {
        let sealed = table.seal()?;
        let ids: Vec<&Id> = (0..sealed.len()).map(|at| sealed.id(at)).collect();
        let counting = model.counting(table);
        let drivers = drivers_of(&model.cost_to_serve, table);
        let margins = MarginRates::new(table, known_orders(&sealed), model.default_margin_rate);
        let mut drafts = Vec::with_capacity(ids.len());
        let mut order_dates = Vec::with_capacity(ids.len());
        let drafting = Drafting {
            counting,
            given: table.given(),
            drivers: &drivers,
            margins: &margins,
            growth: model.growth_measure,
        };
        for (at, id) in ids.iter().enumerate() {
            let mut facts = sealed.facts(at);
            if let Some(customer) = customers.by_id(id) {
                facts.friction = customer.friction();
                facts.payment_days = customer.payment_days();
                facts.annual_potential = customer.annual_potential();
            }
            order_dates.push(facts.order_dates());
            drafts.push(Draft::of(&facts, &drafting)?);
        }
        let mut volumes = Volumes::new(drivers, table.calendar().year_count());
        volumes.accounts = drafts.iter_mut().map(|d| std::mem::take(&mut d.volumes)).collect();
        let costs = CostTable::charge(&model.cost_to_serve, table.calendar(), &volumes, &ids)?;
        Ok(Self { model, table, ids, counting, margins, drafts, order_dates, costs })
    }

    fn finish(mut self, quality: Quality, customers: &Customers, as_of_stated: bool) -> Result<Portfolio> {
        let priced = self.model.cost_to_serve.prices_any_driver() || self.costs.any_actual;
        let mut rows = self.rows(customers)?;
        let active: Vec<usize> = (0..rows.len()).filter(|at| rows[*at].status == Status::Active).collect();
        let expected = self.expected(&rows, &active);
        let measures: Vec<Measures> = active
            .iter()
            .map(|at| self.drafts[*at].measures(rows[*at].cascade.gross_margin, rows[*at].cascade.cost_to_serve))
            .collect();
        let no_cost_ratio = !priced || (self.model.cost_measure == CostMeasure::Expected && expected.is_none());
        let axis = |side: Side| {
            let inputs = self.model.weights(side, priced).into_iter().map(|(component, weight)| {
                let absent = no_cost_ratio && component == Component::CostToServeRatio;
                let value = |(at, m): (&usize, &Measures)| {
                    let known = if absent { None } else { m.value(component, &rows[*at].figures, expected.as_ref()) };
                    known.unwrap_or(f64::NAN)
                };
                AxisInput { component, weight, values: active.iter().zip(&measures).map(value).collect() }
            });
            // Value before anything else is margin: an account without gross margin has no value score.
            let may_score = |m: &Measures| side == Side::Complexity || m.gross_margin.is_some();
            let may_score: Vec<bool> = measures.iter().map(may_score).collect();
            Axis::new(side, inputs.collect(), self.model.normalisation, &may_score)
        };
        let (value, complexity) = (axis(Side::Value), axis(Side::Complexity));
        let cuts = [
            self.model.matrix.value_threshold.resolve(value.scores()),
            self.model.matrix.complexity_threshold.resolve(complexity.scores()),
        ];
        // Where no driver is priced the cost to serve is not known, and no ground to place anyone on.
        let on_cost = [CutOn::Component(Component::CostToServeRatio), CutOn::CostToServe];
        let cuts = cuts.map(|cut| cut.filter(|c| priced || c.of.is_none_or(|of| !on_cost.contains(&of))));
        for (position, (at, measures)) in active.iter().zip(&measures).enumerate() {
            let row = &mut rows[*at];
            row.active = Some(position as u32);
            row.measured = measures.fixed(&row.figures, expected.as_ref());
            let scores = [value.score(position), complexity.score(position)];
            let on = |of| measures.on(of, &row.figures, &row.cascade);
            (row.distances, row.quadrant) = place(&cuts, scores, on);
        }
        let tier_limits = self.tier(&mut rows, &active);
        let window = Window::new(self.table, as_of_stated);
        let mut portfolio = Portfolio {
            model: self.model.clone(),
            window,
            given: self.table.given(),
            counting: self.counting,
            margins: self.margins,
            rows,
            costs: self.costs,
            axes: [value, complexity],
            cuts,
            expected,
            tier_limits,
            outside: Table::ALL.map(|t| self.table.outside(t)),
            credits_that_stay: self.table.credits_that_stay(),
            quality,
            findings: Vec::new(),
            priced,
        };
        portfolio.find()?;
        Ok(portfolio)
    }

    fn rows(&mut self, customers: &Customers) -> Result<Vec<AccountRow>> {
        let years = self.table.calendar().year_count();
        let mut rows = Vec::with_capacity(self.ids.len());
        for (at, (id, draft)) in self.ids.iter().zip(&mut self.drafts).enumerate() {
            let customer = customers.by_id(id);
            let steps = &self.costs.by_step[at * years..][..years];
            let parts = std::mem::take(&mut draft.years).into_iter().zip(steps);
            let by_year: Vec<CascadeParts> = parts.map(|(part, step)| part.with_costs(step)).collect();
            let total = by_year.iter().fold(CascadeParts::zero(), |sum, year| sum.plus(*year));
            rows.push(AccountRow {
                id: (*id).clone(),
                name: customer.and_then(CustomerView::name).map(Into::into),
                cascade: total.cascade()?,
                years: by_year.iter().map(YearParts::new).collect::<Result<_>>()?,
                status: Status::of(&draft.figures),
                estimated_revenue: crate::money::narrow_or(draft.estimate.revenue, "the revenue with estimated cost")?,
                estimated_from: draft.estimate.from,
                payment_days: customer.and_then(CustomerView::payment_days),
                annual_potential: customer.and_then(CustomerView::annual_potential),
                potential: draft.potential,
                figures: draft.figures.clone(),
                order_dates: self.order_dates[at],
                active: None,
                distances: [None, None],
                quadrant: None,
                tier: None,
                measured: Default::default(),
            });
        }
        Ok(rows)
    }

    fn expected(&self, rows: &[AccountRow], active: &[usize]) -> Option<ExpectedCost> {
        (self.model.cost_measure == CostMeasure::Expected).then(|| {
            ExpectedCost::fit(active.iter().map(|at| (rows[*at].cascade.cost_to_serve, rows[*at].cascade.net_revenue)))
        })?
    }

    fn tier(&self, rows: &mut [AccountRow], active: &[usize]) -> crate::segment::TierLimits {
        let measure = self.model.tiers.measure;
        let measured: Vec<(usize, crate::money::Money)> =
            active.iter().filter_map(|at| Some((*at, measure.of(&rows[*at].cascade)?))).collect();
        let values: Vec<_> = measured.iter().map(|(_, m)| *m).collect();
        let (found, limits) = tiers(&values, &self.model.tiers);
        for ((at, _), tier) in measured.iter().zip(found) {
            rows[*at].tier = Some(tier);
        }
        limits
    }
}

/// Revenue and cost of the orders whose cost is known, over the portfolio.
fn known_orders(sealed: &SealedFacts<'_>) -> (i128, i128) {
    (0..sealed.len()).fold((0, 0), |(revenue, cost), at| {
        (revenue + sealed.sum(at, Field::RevenueWithCost), cost + sealed.sum(at, Field::CostOfGoods))
    })
}
