//! Scoring one account against a fitted model, without the portfolio.

use crate::cost::{RateCard, driver_of_kind};
use crate::error::{Code, Error, Problem, Result};
use crate::facts::{Counting, FactSpec, Facts};
use crate::ledger::{Given, Ledger};
use crate::margin::{Cascade, MarginRates};
use crate::model::{Draft, Drafting, Model};
use crate::portfolio::{Portfolio, Status};
use crate::score::{Axis, Component, ExpectedCost, Scale, Side, score_one};
use crate::segment::cluster::Assigner;
use crate::segment::{Quadrant, ResolvedCut, Tier, TierLimits, TierMeasure, place};
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// The version of a scorer's form. A scorer of another version is refused.
const FORMAT: u32 = 2;

/// A fitted model with its rates, distributions, cuts and tier limits frozen. It scores one account, is valid for one
/// `as_of`, and travels through serde (with a format that keeps every bit of a number, such as JSON with
/// `float_roundtrip`).
///
/// A scored account is ranked against the frozen distribution, and is not added to it. An account of the portfolio that
/// it was fitted on gets its own scores back; where a component has more than 4,096 distinct values, within
/// [`Scale`]'s stated error. Tiers are by the frozen limits: accounts that equal a limit are in, where the portfolio
/// may have cut between equals by id.
///
/// ```
/// use portefeuille::{Customer, FactTable, Ledger, Model, Order, Scorer, date, money};
///
/// let mut ledger = Ledger::new();
/// ledger.add_customers([Customer::new("ayala"), Customer::new("brunel")])?;
/// ledger.add_orders([
///     Order::new("o-1", "ayala", date(2025, 1, 31), money("9000")).cost_of_goods(money("5400")),
///     Order::new("o-2", "brunel", date(2025, 2, 3), money("2500")).cost_of_goods(money("1900")),
/// ])?;
/// let model = Model::new();
/// let scorer = model.fit(&ledger)?;
///
/// let facts = FactTable::from_ledger(&ledger, scorer.spec().clone())?.facts("ayala")?;
/// let verdict = scorer.score(&facts)?;
/// assert_eq!(verdict.value_score, model.analyze(&ledger)?.account("ayala")?.score(portefeuille::Side::Value));
/// # Ok::<(), portefeuille::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scorer {
    format: u32,
    currency: String,
    spec: FactSpec,
    counting: Counting,
    given: Given,
    margins: MarginRates,
    card: RateCard,
    measures: MeasureRules,
    axes: [FrozenAxis; 2],
    cuts: [Option<ResolvedCut>; 2],
    tier_measure: TierMeasure,
    tier_limits: TierLimits,
    /// Where accounts were grouped: what assigns another one, by the components of both axes.
    clusters: Option<Assigner>,
    #[serde(skip)]
    checked: Checked,
}

/// Set once the parts were found to fit each other, which need not be asked again: nothing changes them. It is no part of
/// what a scorer is.
#[derive(Clone, Debug, Default)]
struct Checked(OnceLock<()>);

impl PartialEq for Checked {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct MeasureRules {
    growth: crate::score::GrowthMeasure,
    expected: Option<ExpectedCost>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct FrozenAxis {
    components: Vec<FrozenComponent>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct FrozenComponent {
    component: Component,
    weight: f64,
    scale: Scale,
}

/// What a [`Scorer`] says of one account.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Verdict {
    /// Whether it is placed.
    pub status: Status,
    /// The steps from list revenue to net margin.
    pub cascade: Cascade,
    /// The value score.
    pub value_score: Option<f64>,
    /// The complexity score.
    pub complexity_score: Option<f64>,
    /// How far above the value cut; negative below it.
    pub value_distance: Option<f64>,
    /// How far above the complexity cut; negative below it.
    pub complexity_distance: Option<f64>,
    /// The cell of the matrix.
    pub quadrant: Option<Quadrant>,
    /// The tier.
    pub tier: Option<Tier>,
    /// The number of its cluster, from 1, where the portfolio's accounts were grouped.
    pub cluster: Option<usize>,
}

impl Model {
    /// Analyses a ledger and freezes what it takes to score one account.
    pub fn fit(&self, ledger: &Ledger) -> Result<Scorer> {
        Ok(self.analyze(ledger)?.scorer())
    }
}

impl Portfolio {
    /// Freezes what it takes to score one account.
    pub fn scorer(&self) -> Scorer {
        let mut spec = self.model.fact_spec(self.window.as_of);
        spec.history_from = Some(self.window.start);
        Scorer {
            format: FORMAT,
            currency: self.model.currency.clone(),
            spec,
            counting: self.counting,
            given: self.given,
            margins: self.margins.clone(),
            card: self.costs.card.clone(),
            measures: MeasureRules { growth: self.model.growth_measure, expected: self.expected },
            axes: [Side::Value, Side::Complexity].map(|side| FrozenAxis::of(self.axis(side))),
            cuts: self.cuts,
            tier_measure: self.model.tiers.measure,
            tier_limits: self.tier_limits,
            clusters: self.clusters.as_ref().and_then(|clusters| clusters.found.assigner.clone()),
            checked: Checked::default(),
        }
    }
}

impl FrozenAxis {
    fn of(axis: &Axis) -> Self {
        let kept = axis.components.iter().filter_map(|c| {
            Some(FrozenComponent { component: c.component, weight: c.weight, scale: c.scale()?.frozen() })
        });
        Self { components: kept.collect() }
    }

    fn score(&self, value: impl Fn(Component) -> Option<f64>) -> Option<f64> {
        score_one(self.components.iter().map(|c| (c.component, c.weight, value(c.component).map(|v| c.scale.place(v)))))
    }
}

impl Scorer {
    /// What facts must be made with to be scored.
    pub fn spec(&self) -> &FactSpec {
        &self.spec
    }

    /// The currency of the amounts.
    pub fn currency(&self) -> &str {
        &self.currency
    }

    /// The largest error of a component's place, over all components: 0 unless one has more than 4,096 distinct values.
    pub fn rank_error_max(&self) -> f64 {
        let scales = self.axes.iter().flat_map(|a| &a.components).map(|c| match &c.scale {
            Scale::MidRank { error_max, .. } => *error_max,
            _ => 0.0,
        });
        scales.fold(0.0, f64::max)
    }

    /// Fails when this scorer was written by another version of the library, or is damaged.
    pub fn check(&self) -> Result<()> {
        if self.checked.0.get().is_some() {
            return Ok(());
        }
        let mut components = self.axes.iter().flat_map(|a| &a.components);
        let columns = components.clone().count();
        let fits = |clusters: &Assigner| columns <= Component::ALL.len() && clusters.is_sound(columns);
        let sound =
            self.card.is_sound() && components.all(|c| c.scale.is_sound()) && self.clusters.as_ref().is_none_or(fits);
        if self.format == FORMAT && sound {
            self.checked.0.get_or_init(|| ());
            return Ok(());
        }
        if self.format == FORMAT {
            return Err(self.damaged());
        }
        let reason = format!("a scorer of format {}; this version reads format {FORMAT}", self.format);
        Err(Error::new(Problem::new(Code::SpecDiffers, reason).column("format").hint("fit the model again")))
    }

    fn damaged(&self) -> Error {
        let problem = Problem::new(Code::SpecDiffers, "the scorer is damaged: its parts do not fit each other");
        problem.hint("fit the model again").into()
    }

    fn check_facts(&self, facts: &Facts) -> Result<()> {
        self.check()?;
        let mut spec = facts.spec().clone();
        // Facts of the whole portfolio find the same first day without stating it.
        if spec.history_from.is_none() && Some(facts.window_start()) == self.spec.history_from {
            spec.history_from = self.spec.history_from;
        }
        self.spec.must_equal(&spec)?;
        if facts.calendar().year_count() != self.card.year_count() {
            return Err(self.damaged());
        }
        Ok(())
    }

    /// Scores one account. Fails when the facts were made with another specification.
    pub fn score(&self, facts: &Facts) -> Result<Verdict> {
        self.check_facts(facts)?;
        let drafting = Drafting {
            counting: self.counting,
            given: self.given,
            drivers: &self.card.drivers,
            margins: &self.margins,
            growth: self.measures.growth,
        };
        let (view, mut draft) = (facts.view(), Draft::default());
        let driver_of = |kind| driver_of_kind(&self.card.drivers, view.common().kind(kind));
        draft.fill(&view, &facts.terms(), &drafting, driver_of)?;
        draft.charge(&self.card, facts.id())?;
        let cascade = draft.known(&draft.total()?).cascade()?;
        let status = Status::of(&draft.figures);
        let mut verdict = Verdict {
            status,
            cascade,
            value_score: None,
            complexity_score: None,
            value_distance: None,
            complexity_distance: None,
            quadrant: None,
            tier: None,
            cluster: None,
        };
        if status == Status::Active {
            self.place(&mut verdict, &draft);
        }
        Ok(verdict)
    }

    /// The number of the cluster of an account with these components.
    fn cluster(&self, value: impl Fn(Component) -> Option<f64>) -> Option<usize> {
        let clusters = self.clusters.as_ref()?;
        let mut places = [f64::NAN; Component::ALL.len()];
        let components = self.axes.iter().flat_map(|a| &a.components);
        let mut columns = 0;
        for (place, c) in places.iter_mut().zip(components) {
            *place = value(c.component).map_or(f64::NAN, |value| c.scale.place(value));
            columns += 1;
        }
        clusters.place(&places[..columns]).map(|label| label + 1)
    }

    fn place(&self, verdict: &mut Verdict, draft: &Draft) {
        let cascade = verdict.cascade;
        let measures = draft.measures(cascade.gross_margin, cascade.cost_to_serve);
        let value = |c| measures.value(c, &draft.figures, self.measures.expected.as_ref());
        let value_score = cascade.gross_margin.and_then(|_| self.axes[0].score(value));
        let scores = [value_score, self.axes[1].score(value)];
        let (distances, quadrant) = place(&self.cuts, scores, |of| measures.on(of, &draft.figures, &cascade));
        [verdict.value_score, verdict.complexity_score] = scores;
        [verdict.value_distance, verdict.complexity_distance] = distances;
        verdict.quadrant = quadrant;
        verdict.cluster = self.cluster(value);
        verdict.tier = self.tier_measure.of(&cascade).map(|m| self.tier_limits.tier(m));
    }
}
