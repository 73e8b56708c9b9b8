//! The accounts as a study needs them: what of their costs and margins may move, and what stays as it is.

use super::scenario::Scenario;
use crate::cost::CostLine;
use crate::error::Result;
use crate::facts::UnknownRevenue;
use crate::model::Draft;
use crate::money::{SCALE, narrow_or};
use crate::parallel;
use crate::portfolio::{AccountRow, Portfolio};
use crate::random::{Random, key};
use crate::records::{Id, IdRef};
use crate::score::{
    AxisInput, Component, CostMeasure, ExpectedCost, Quarters, ScoreSums, ScoredComponent, Side, round9,
};
use crate::segment::{ConfidenceRules, CutOn, Quadrant, place};
use std::collections::{BTreeMap, BTreeSet};

/// Accounts that are gathered together.
const CHUNK: usize = 2_048;
/// Quarters of a year.
const YEAR: usize = 4;

/// The active accounts of a portfolio, in columns. Amounts are in 1/10,000.
pub(super) struct Study<'a> {
    portfolio: &'a Portfolio,
    /// The lines of the cost to serve that rest on a rate.
    lines: Vec<&'a CostLine>,
    /// The product families of which some revenue has no cost of goods.
    families: Vec<Option<&'a str>>,
    components: Vec<Measured<'a>>,
    revenue: Vec<f64>,
    /// NaN where it is not known.
    gross_margin: Vec<f64>,
    /// What it costs whatever the rates.
    fixed_cost: Vec<f64>,
    /// Accounts × lines: what it costs at the rates as they are.
    rated_cost: Vec<f64>,
    /// Account, family, and its revenue without a cost of goods.
    estimated: Vec<(u32, u32, f64)>,
    /// What σ the account's own factor has, by its data grade.
    spread: Vec<f64>,
    /// The key of its id, by which it draws the same whatever other accounts there are.
    keys: Vec<u64>,
    /// Accounts × complete quarters of net revenue, where they are drawn again.
    quarters: Vec<i64>,
    quarter_count: usize,
    /// What an absolute cut is made on, as it is.
    cut_on: [Vec<f64>; 2],
    /// The cell of each account as it is.
    cells: Vec<Option<Quadrant>>,
}

/// A component of an axis.
struct Measured<'a> {
    component: &'a ScoredComponent,
    /// Whether it is measured afresh.
    varies: bool,
    /// Its places when it is not; empty where it does not count.
    places: Vec<f64>,
}

/// What some accounts give.
#[derive(Default)]
struct Gathered<'a> {
    fixed_cost: Vec<f64>,
    rated_cost: Vec<f64>,
    estimated: Vec<(u32, Option<&'a str>, f64)>,
    quarters: Vec<i64>,
    cut_on: [Vec<f64>; 2],
}

/// Room for placing all accounts. It is filled again for each draw.
#[derive(Default)]
pub(super) struct Room {
    /// The cell of each account.
    pub(super) cells: Vec<Option<Quadrant>>,
    cost: Vec<f64>,
    gross_margin: Vec<f64>,
    stability: Vec<f64>,
    growth: Vec<f64>,
    sums: ScoreSums,
    scores: [Vec<f64>; 2],
}

impl<'a> Study<'a> {
    /// Gathers the accounts. An error when an amount of one quarter cannot be held.
    pub(super) fn new(portfolio: &'a Portfolio, rules: &ConfidenceRules) -> Result<Self> {
        let rated: Vec<usize> = (0..portfolio.costs.lines().len()).filter(|line| is_rated(portfolio, *line)).collect();
        let active: Vec<usize> = (0..portfolio.len()).filter(|at| portfolio.rows[*at].active().is_some()).collect();
        let chunks = parallel::map_ranges(active.len(), CHUNK, |range| {
            gather(portfolio, &active[range.clone()], range.start, &rated, rules.bootstrap)
        });
        let mut all = Gathered::default();
        for chunk in chunks {
            all.append(chunk?);
        }
        let rows = || active.iter().map(|at| &portfolio.rows[*at]);
        let names: BTreeSet<Option<&str>> = all.estimated.iter().map(|(_, family, _)| *family).collect();
        let families: Vec<Option<&str>> = names.into_iter().collect();
        let family = |name: &Option<&str>| families.binary_search(name).unwrap_or_default() as u32;
        let estimated = all.estimated.iter().map(|(account, name, revenue)| (*account, family(name), *revenue));
        let mut study = Self {
            portfolio,
            lines: rated.iter().map(|line| &portfolio.costs.lines()[*line]).collect(),
            estimated: estimated.collect(),
            families,
            components: Vec::new(),
            revenue: rows().map(|row| row.parts.revenue_and_cost().0.units() as f64).collect(),
            gross_margin: rows().map(|row| row.gross_margin().map_or(f64::NAN, |m| m.units() as f64)).collect(),
            fixed_cost: all.fixed_cost,
            rated_cost: all.rated_cost,
            spread: rows().map(|row| rules.grade_spread[row.grade as usize]).collect(),
            keys: active.iter().map(|at| key_of(portfolio.facts.id(*at))).collect(),
            quarter_count: portfolio.window.complete_quarters,
            quarters: all.quarters,
            cut_on: all.cut_on,
            cells: rows().map(|row| row.quadrant).collect(),
        };
        let components = portfolio.axes.iter().flat_map(|axis| &axis.components);
        study.components = components.map(|component| study.measured(component)).collect();
        Ok(study)
    }

    fn measured(&self, component: &'a ScoredComponent) -> Measured<'a> {
        let varies = component.left_out.is_none() && self.varies(component.component);
        let places = if varies { None } else { component.places() };
        Measured { component, varies, places: places.map(Iterator::collect).unwrap_or_default() }
    }

    fn varies(&self, component: Component) -> bool {
        match component {
            Component::GrossMargin | Component::MarginRate => !self.families.is_empty(),
            Component::CostToServeRatio => !self.lines.is_empty(),
            Component::Stability | Component::Growth => !self.quarters.is_empty(),
            _ => false,
        }
    }

    pub(super) fn accounts(&self) -> usize {
        self.cells.len()
    }

    pub(super) fn lines(&self) -> &[&'a CostLine] {
        &self.lines
    }

    pub(super) fn families(&self) -> &[Option<&'a str>] {
        &self.families
    }

    /// The components that have a weight, those of value first, and the weight.
    pub(super) fn components(&self) -> impl Iterator<Item = (Component, f64)> {
        self.components.iter().map(|measured| (measured.component.component, measured.component.weight))
    }

    /// The cell of each account as it is.
    pub(super) fn cells(&self) -> &[Option<Quadrant>] {
        &self.cells
    }

    /// Places all accounts with some settings.
    pub(super) fn place(&self, scenario: &Scenario, room: &mut Room) {
        self.fill_costs(scenario, room);
        self.fill_margins(scenario, room);
        self.fill_quarters(scenario, room);
        for (side, count) in [(Side::Value, 0), (Side::Complexity, 1)] {
            room.sums.clear(self.accounts());
            let own = |measured: &Measured<'_>| measured.component.component.side() == side;
            for (measured, weight) in self.components.iter().zip(&scenario.weights).filter(|(m, _)| own(m)) {
                let component = measured.component.component;
                if !measured.varies {
                    room.sums.add(component, *weight, measured.places.iter().copied());
                } else if let Some(places) = self.fresh(component, room).places() {
                    room.sums.add(component, *weight, places);
                }
            }
            room.scores[count].clear();
            room.scores[count].extend(room.sums.scores());
        }
        // Value before anything else is margin: an account without gross margin has no value score.
        for (score, margin) in room.scores[0].iter_mut().zip(&self.gross_margin) {
            if margin.is_nan() {
                *score = f64::NAN;
            }
        }
        self.fill_cells(room);
    }

    fn fill_costs(&self, scenario: &Scenario, room: &mut Room) {
        room.cost.clear();
        if self.lines.is_empty() {
            room.cost.extend(&self.fixed_cost);
            return;
        }
        let accounts = self.fixed_cost.iter().zip(self.rated_cost.chunks_exact(self.lines.len())).enumerate();
        room.cost.extend(accounts.map(|(account, (fixed, lines))| {
            let rated: f64 = lines.iter().zip(&scenario.rates).map(|(cost, rate)| cost * rate).sum();
            fixed + self.own_factor(account, scenario) * rated
        }));
    }

    /// What all rated costs of an account are multiplied with besides.
    fn own_factor(&self, account: usize, scenario: &Scenario) -> f64 {
        match (scenario.own, self.spread[account]) {
            (Some(seed), spread) if spread > 0.0 => {
                libm::exp(spread * Random::stream(seed, self.keys[account]).normal())
            }
            _ => 1.0,
        }
    }

    /// A margin rate that is higher by some leaves as much more of the revenue.
    fn fill_margins(&self, scenario: &Scenario, room: &mut Room) {
        room.gross_margin.clone_from(&self.gross_margin);
        for (account, family, revenue) in &self.estimated {
            room.gross_margin[*account as usize] += revenue * scenario.margins[*family as usize];
        }
    }

    /// Draws the quarters of each account again: each from those of the same year, counted back from the last quarter.
    fn fill_quarters(&self, scenario: &Scenario, room: &mut Room) {
        if self.quarters.is_empty() {
            return;
        }
        let (count, growth) = (self.quarter_count, self.portfolio.model.growth_measure);
        let mut drawn = Quarters::default();
        room.stability.clear();
        room.growth.clear();
        for (own, key) in self.quarters.chunks_exact(count).zip(&self.keys) {
            match scenario.own {
                None => drawn.set(own.iter().copied()),
                // The account's own factor comes from the same key: another stream of it.
                Some(seed) => {
                    let mut random = Random::stream(!seed, *key);
                    drawn.set((0..count).map(|quarter| {
                        let end = count - (count - 1 - quarter) / YEAR * YEAR;
                        let start = end.saturating_sub(YEAR);
                        own[start + random.below((end - start) as u64) as usize]
                    }));
                }
            }
            room.stability.push(drawn.stability().unwrap_or(f64::NAN));
            room.growth.push(drawn.growth(growth).unwrap_or(f64::NAN));
        }
    }

    /// A component measured afresh, and placed.
    fn fresh(&self, component: Component, room: &Room) -> ScoredComponent {
        let values = match component {
            Component::GrossMargin => room.gross_margin.iter().map(|margin| margin / SCALE as f64).collect(),
            Component::MarginRate => ratios(&room.gross_margin, &self.revenue),
            Component::Stability => room.stability.clone(),
            Component::Growth => room.growth.clone(),
            _ => self.cost_ratios(room),
        };
        ScoredComponent::new(
            AxisInput { component, weight: 0.0, chunks: vec![values] },
            self.portfolio.model.normalisation,
        )
    }

    /// What the cost to serve is scored by.
    fn cost_ratios(&self, room: &Room) -> Vec<f64> {
        if self.portfolio.model.cost_measure == CostMeasure::Ratio {
            return ratios(&room.cost, &self.revenue);
        }
        let accounts = || room.cost.iter().copied().zip(self.revenue.iter().copied());
        let Some(line) = ExpectedCost::fit(accounts()) else { return vec![f64::NAN; self.accounts()] };
        accounts().map(|(cost, revenue)| line.residual_of(cost, revenue).unwrap_or(f64::NAN)).collect()
    }

    fn fill_cells(&self, room: &mut Room) {
        let cuts = self.portfolio.model.matrix.resolve([&room.scores[0], &room.scores[1]], self.portfolio.priced);
        let measures = [0, 1].map(|side| cuts[side].and_then(|cut| Some(self.cut_on(side, cut.of?, room))));
        room.cells.clear();
        let known = |value: f64| (!value.is_nan()).then_some(value);
        for account in 0..self.accounts() {
            let scores = [known(room.scores[0][account]), known(room.scores[1][account])];
            let of = |on: CutOn| {
                let side = usize::from(cuts[0].and_then(|cut| cut.of) != Some(on));
                known(measures[side].as_ref()?[account])
            };
            room.cells.push(place(&cuts, scores, of).1);
        }
    }

    /// What an absolute cut is made on.
    fn cut_on(&self, side: usize, of: CutOn, room: &Room) -> Vec<f64> {
        let money = |units: f64| units / SCALE as f64;
        match of {
            CutOn::NetMargin => {
                room.gross_margin.iter().zip(&room.cost).map(|(margin, cost)| money(margin - cost)).collect()
            }
            CutOn::CostToServe => room.cost.iter().map(|cost| money(*cost)).collect(),
            CutOn::Component(Component::GrossMargin) => room.gross_margin.iter().map(|m| money(*m)).collect(),
            CutOn::Component(Component::MarginRate) => ratios(&room.gross_margin, &self.revenue),
            CutOn::Component(Component::CostToServeRatio) => ratios(&room.cost, &self.revenue),
            CutOn::Component(Component::Stability) if !self.quarters.is_empty() => room.stability.clone(),
            CutOn::Component(Component::Growth) if !self.quarters.is_empty() => room.growth.clone(),
            CutOn::Component(_) => self.cut_on[side].clone(),
        }
    }
}

fn ratios(parts: &[f64], wholes: &[f64]) -> Vec<f64> {
    parts.iter().zip(wholes).map(|(part, whole)| round9(part / whole)).collect()
}

/// The key of an id.
fn key_of(id: &Id) -> u64 {
    match id.as_ref() {
        IdRef::Number(number) => number,
        IdRef::Text(text) => key(text.as_bytes()),
    }
}

/// Whether a line of the cost to serve rests on a rate; freight and the events' own costs are what was paid.
fn is_rated(portfolio: &Portfolio, line: usize) -> bool {
    let of_any = portfolio.costs.totals()[line] != 0;
    of_any
        && match &portfolio.costs.lines()[line] {
            CostLine::Driver(driver) => portfolio.model.cost_to_serve.prices(driver),
            CostLine::Freight => false,
            CostLine::PaymentTerms | CostLine::AccountManagement => true,
        }
}

/// Gathers some active accounts, of which the first has a number.
fn gather<'a>(
    portfolio: &'a Portfolio,
    positions: &[usize],
    first: usize,
    rated: &[usize],
    quarters: bool,
) -> Result<Gathered<'a>> {
    let mut found = Gathered::default();
    let mut draft = Draft::default();
    let cuts = portfolio.cuts.map(|cut| cut.and_then(|cut| cut.of));
    for (position, account) in positions.iter().zip(first as u32..) {
        portfolio.draft(*position, &mut draft)?;
        let row: &AccountRow = &portfolio.rows[*position];
        let mut fixed = i128::from(row.parts.revenue_and_cost().1.units());
        for line in rated {
            // Lines of drivers come first, in the order of the drivers.
            let actual = match &portfolio.costs.lines()[*line] {
                CostLine::Driver(_) => draft.volumes.over_the_window(*line)?.1.units(),
                _ => 0,
            };
            let amount = draft.charge.lines[*line] - i128::from(actual);
            fixed -= amount;
            found.rated_cost.push(amount as f64);
        }
        found.fixed_cost.push(fixed as f64);
        let mut families: BTreeMap<Option<&str>, i128> = BTreeMap::new();
        for UnknownRevenue { family, revenue, .. } in portfolio.facts.view(*position).unknown() {
            *families.entry(family).or_default() += revenue;
        }
        found.estimated.extend(families.into_iter().map(|(family, revenue)| (account, family, revenue as f64)));
        if quarters {
            for amount in draft.quarters().amounts() {
                found.quarters.push(narrow_or(*amount, "the net revenue of a quarter")?.units());
            }
        }
        let cascade = draft.known(&row.parts).cascade()?;
        let measures = draft.measures(cascade.gross_margin, cascade.cost_to_serve);
        for (column, of) in found.cut_on.iter_mut().zip(cuts) {
            column.extend(of.map(|of| measures.on(of, &draft.figures, &cascade).unwrap_or(f64::NAN)));
        }
    }
    Ok(found)
}

impl<'a> Gathered<'a> {
    fn append(&mut self, other: Gathered<'a>) {
        self.fixed_cost.extend(other.fixed_cost);
        self.rated_cost.extend(other.rated_cost);
        self.estimated.extend(other.estimated);
        self.quarters.extend(other.quarters);
        self.cut_on.iter_mut().zip(other.cut_on).for_each(|(all, more)| all.extend(more));
    }
}
