//! `summary.json`: the portfolio as a whole, with everything that made it. It names no row of the input, so that it is
//! the same whatever the order of the rows.

use crate::cost::{CapacityUse, Driver};
use crate::error::{Code, Error, Problem};
use crate::facts::Counting;
use crate::insight::WhaleCurve;
use crate::ledger::{Given, Total};
use crate::margin::Cascade;
use crate::model::Model;
use crate::money::Money;
use crate::portfolio::{Account, Correlations, Group, Portfolio, Reconciliation, Status, Window};
use crate::random::key;
use crate::score::{Axis, ExpectedCost, LeftOut, Side};
use crate::segment::{ComputedAbc, Confidence, ConfidenceRules, Quadrant, ResolvedCut, Swing, Tier, TierLimits};
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The version of the file's shape: it changes when a field is renamed, moved or removed.
const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct SummaryFile<'a> {
    schema_version: u32,
    portefeuille: &'static str,
    model_hash: String,
    seed: u64,
    currency: &'a str,
    window: &'a Window,
    accounts: Counts,
    total: Cascade,
    years: Vec<Year>,
    quadrants: Vec<Cell<'a>>,
    tiers: Vec<Cell<'a>>,
    tier_limits: TierLimits,
    #[serde(skip_serializing_if = "Option::is_none")]
    computed_abc: Option<ComputedAbc>,
    cost_to_serve: Vec<CostLineTotal<'a>>,
    not_priced: &'a [Driver],
    capacities: &'a [CapacityUse],
    axes: Vec<AxisFile>,
    counting: Counting,
    correlations: Correlations,
    expected_cost: Option<ExpectedCost>,
    whale_curve: Option<Whale>,
    gini_revenue: Option<f64>,
    hhi_revenue: Option<f64>,
    confidence: Option<ConfidenceFile<'a>>,
    given: Given,
    reconciliation: Vec<Reconciliation>,
    codes: BTreeMap<Code, u64>,
    findings: &'a [Problem],
    model: &'a Model,
}

#[derive(Serialize)]
struct Counts {
    all: usize,
    active: usize,
    dormant: usize,
    net_credit: usize,
    losing_money: usize,
}

#[derive(Serialize)]
struct Year {
    fiscal_year: i32,
    #[serde(flatten)]
    cascade: Cascade,
}

#[derive(Serialize)]
struct Cell<'a> {
    key: &'a str,
    label: &'a str,
    accounts: usize,
    losing_money: usize,
    #[serde(flatten)]
    cascade: Cascade,
}

#[derive(Serialize)]
struct CostLineTotal<'a> {
    line: &'a str,
    amount: Total,
}

#[derive(Serialize)]
struct AxisFile {
    axis: Side,
    cut: Option<ResolvedCut>,
    components: Vec<ComponentFile>,
}

#[derive(Serialize)]
struct ComponentFile {
    component: &'static str,
    weight: f64,
    left_out: Option<LeftOut>,
}

/// The whale curve without its points: those follow from the net margins in `accounts.csv`.
#[derive(Serialize)]
struct Whale {
    peak: f64,
    peak_accounts: usize,
    peak_money: Money,
    destroyed: Money,
    total: Money,
    of_positive: bool,
    best_fifth: f64,
}

/// How sure the labels are. The draws of each account are in the accounts.
#[derive(Serialize)]
struct ConfidenceFile<'a> {
    #[serde(flatten)]
    rules: &'a ConfidenceRules,
    standard_error_max: f64,
    undecided: usize,
    undecided_net_revenue: Money,
    /// Accounts that are most often placed in another cell than their own.
    other_cell_likelier: usize,
    tornado: Vec<SwingFile<'a>>,
}

#[derive(Serialize)]
struct SwingFile<'a> {
    setting: Cow<'a, str>,
    lower: usize,
    higher: usize,
}

impl<'a> ConfidenceFile<'a> {
    fn of(portfolio: &'a Portfolio, confidence: &'a Confidence) -> io::Result<Self> {
        let undecided = portfolio.group(|account| account.is_undecided() == Some(true)).map_err(other)?;
        let elsewhere = |account: &Account<'_>| {
            let own = account.quadrant().zip(account.odds());
            own.is_some_and(|(own, odds)| odds.count(own) < odds.count(odds.most_likely()))
        };
        let swing = |swing: &'a Swing| SwingFile { setting: swing.lever.name(), lower: swing.low, higher: swing.high };
        Ok(Self {
            rules: &confidence.rules,
            standard_error_max: confidence.standard_error_max(),
            undecided: undecided.accounts,
            undecided_net_revenue: undecided.cascade.net_revenue,
            other_cell_likelier: portfolio.accounts().filter(elsewhere).count(),
            tornado: confidence.tornado.iter().map(swing).collect(),
        })
    }
}

impl From<WhaleCurve> for Whale {
    fn from(curve: WhaleCurve) -> Self {
        let WhaleCurve { peak, peak_accounts, peak_money, destroyed, total, of_positive, best_fifth, .. } = curve;
        Self { peak, peak_accounts, peak_money, destroyed, total, of_positive, best_fifth }
    }
}

fn axis_file(axis: &Axis, cut: Option<ResolvedCut>) -> AxisFile {
    let components = axis.components.iter().map(|c| ComponentFile {
        component: c.component.name(),
        weight: c.weight,
        left_out: c.left_out,
    });
    AxisFile { axis: axis.side, cut, components: components.collect() }
}

/// Enough to see that two results came from different models.
pub(super) fn fingerprint(bytes: &[u8]) -> String {
    format!("{:016x}", key(bytes))
}

pub(super) fn write(portfolio: &Portfolio, out: &mut dyn Write) -> io::Result<()> {
    let file = summary(portfolio)?;
    serde_json::to_writer_pretty(&mut *out, &file)?;
    out.write_all(b"\n")
}

fn other(error: Error) -> io::Error {
    io::Error::other(error.to_string())
}

fn summary(portfolio: &Portfolio) -> io::Result<SummaryFile<'_>> {
    let total = portfolio.total().map_err(other)?;
    let count = |status| portfolio.status(status).map(|g| g.accounts).map_err(other);
    let cell = |key, label, group: Group| Cell {
        key,
        label,
        accounts: group.accounts,
        losing_money: group.losing,
        cascade: group.cascade,
    };
    let labels = portfolio.model().matrix.labels;
    let quadrants = Quadrant::ALL.map(|q| Ok(cell(q.as_str(), q.label(labels), portfolio.quadrant(q).map_err(other)?)));
    let tiers = Tier::ALL.map(|t| Ok(cell(t.as_str(), t.as_str(), portfolio.tier(t).map_err(other)?)));
    let years = portfolio.window().years.iter().filter_map(|year| {
        let cascade = portfolio.total_in(*year)?;
        Some(cascade.map(|cascade| Year { fiscal_year: *year, cascade }).map_err(other))
    });
    let axes = [Side::Value, Side::Complexity].map(|side| axis_file(portfolio.axis(side), portfolio.cut(side)));
    Ok(SummaryFile {
        schema_version: SCHEMA_VERSION,
        portefeuille: env!("CARGO_PKG_VERSION"),
        model_hash: fingerprint(&serde_json::to_vec(portfolio.model())?),
        seed: portfolio.model().seed,
        currency: &portfolio.model().currency,
        window: portfolio.window(),
        accounts: Counts {
            all: portfolio.len(),
            active: count(Status::Active)?,
            dormant: count(Status::Dormant)?,
            net_credit: count(Status::NetCredit)?,
            losing_money: total.losing,
        },
        total: total.cascade,
        years: years.collect::<io::Result<_>>()?,
        quadrants: quadrants.into_iter().collect::<io::Result<_>>()?,
        tiers: tiers.into_iter().collect::<io::Result<_>>()?,
        tier_limits: portfolio.tier_limits(),
        computed_abc: portfolio.computed_abc(),
        cost_to_serve: cost_lines(portfolio),
        not_priced: portfolio.not_priced(),
        capacities: portfolio.capacities(),
        axes: axes.into(),
        counting: portfolio.counting(),
        correlations: portfolio.correlations(),
        expected_cost: portfolio.expected_cost(),
        whale_curve: portfolio.whale_curve().map(Whale::from),
        gini_revenue: portfolio.gini_revenue(),
        hhi_revenue: portfolio.hhi_revenue(),
        confidence: portfolio.confidence().map(|found| ConfidenceFile::of(portfolio, found)).transpose()?,
        given: portfolio.given(),
        reconciliation: portfolio.reconciliation(),
        codes: portfolio.quality().counts().clone(),
        findings: portfolio.findings(),
        model: portfolio.model(),
    })
}

fn cost_lines(portfolio: &Portfolio) -> Vec<CostLineTotal<'_>> {
    let totals = portfolio.cost_lines().into_iter();
    totals.map(|(line, amount)| CostLineTotal { line: line.name(), amount }).collect()
}
