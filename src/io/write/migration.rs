//! What changed between two dates, as files: a row for each account, and the whole.

use super::cells::{CsvStyle, Rows};
use super::summary::fingerprint;
use crate::date::Date;
use crate::error::Code;
use crate::insight::{Flow, Place, Standing, Transitions};
use crate::migration::{AccountMove, AxisMove, Migration, Stability};
use crate::money::Money;
use crate::portfolio::{Account, Window};
use crate::score::{Component, Side, round9};
use crate::segment::{Hysteresis, ResolvedCut};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The version of the JSON file's shape.
const SCHEMA_VERSION: u32 = 1;

/// The columns before those of the two axes.
const HEADER: [&str; 16] = [
    "customer_id",
    "name",
    "quadrant_before",
    "quadrant_after",
    "quadrant_held",
    "moved",
    "tier_before",
    "tier_after",
    "revenue_before",
    "revenue_after",
    "gross_margin_before",
    "gross_margin_after",
    "cost_to_serve_before",
    "cost_to_serve_after",
    "net_margin_before",
    "net_margin_after",
];

/// The columns of an axis, after its name.
const OF_AXIS: [&str; 8] =
    ["score_before", "score_after", "distance_before", "distance_after", "cut_shift", "own", "others", "main"];

const SIDES: [Side; 2] = [Side::Value, Side::Complexity];

/// Writes a row for each account that is in either portfolio, in id order.
pub(super) fn write_rows(migration: &Migration<'_>, style: CsvStyle, out: &mut dyn Write) -> io::Result<()> {
    let of_axes = SIDES.iter().flat_map(|side| OF_AXIS.map(|column| format!("{}_{column}", side.name())));
    let of_components = Component::ALL.map(|component| format!("{component}_change"));
    let more: Vec<String> = of_axes.chain(of_components).collect();
    let header: Vec<&str> = HEADER.into_iter().chain(more.iter().map(String::as_str)).collect();
    let mut rows = Rows::new(out, style, &header)?;
    for account in migration.accounts().filter(AccountMove::is_in_either) {
        fill(&mut rows, account);
        rows.end()?;
    }
    Ok(())
}

fn fill(rows: &mut Rows<'_>, account: AccountMove<'_>) {
    match account.id().number() {
        Some(number) => rows.word(&number.to_string()),
        None => rows.text(&account.id().text()),
    }
    rows.text(account.name().unwrap_or_default());
    for standing in [account.from(), account.to(), account.held()] {
        rows.word(standing.name());
    }
    rows.flag(account.has_moved());
    rows.word(account.tier_from().name());
    rows.word(account.tier_to().name());
    let mut at_both = |amount: &dyn Fn(Account<'_>) -> Option<Money>| {
        [account.before(), account.after()].iter().for_each(|at| rows.money(at.and_then(amount)));
    };
    at_both(&|account| Some(account.revenue()));
    at_both(&|account| account.gross_margin());
    at_both(&|account| Some(account.cost_to_serve()));
    at_both(&|account| account.net_margin());
    let axes = SIDES.map(|side| account.axis(side));
    for (side, axis) in SIDES.into_iter().zip(&axes) {
        fill_axis(rows, account, side, axis.as_ref());
    }
    for component in Component::ALL {
        let moves = axes.iter().flatten().flat_map(|axis| &axis.components);
        let own = moves.into_iter().find(|c| c.component == component);
        rows.float(own.map(|c| round9(c.change())));
    }
}

fn fill_axis(rows: &mut Rows<'_>, account: AccountMove<'_>, side: Side, axis: Option<&AxisMove>) {
    let dates = [account.before(), account.after()];
    dates.iter().for_each(|at| rows.float(at.and_then(|at| at.score(side))));
    dates.iter().for_each(|at| rows.float(at.and_then(|at| at.distance(side))));
    rows.float(axis.and_then(|axis| axis.cut_shift));
    rows.float(axis.map(|axis| axis.own));
    rows.float(axis.map(|axis| axis.others));
    rows.word(axis.and_then(AxisMove::main).map_or("", |main| main.component.name()));
}

#[derive(Serialize)]
struct File<'a> {
    schema_version: u32,
    portefeuille: &'a str,
    model_hash: String,
    currency: &'a str,
    from: Date,
    to: Date,
    windows: AtBoth<&'a Window>,
    cuts: [CutMove; 2],
    hysteresis: Hysteresis,
    accounts: Counts,
    quadrants: Vec<FlowFile>,
    held: Vec<FlowFile>,
    tiers: Vec<FlowFile>,
    stability: Option<&'a Stability>,
    codes: &'a BTreeMap<Code, u64>,
}

#[derive(Serialize)]
struct AtBoth<T> {
    before: T,
    after: T,
}

#[derive(Serialize)]
struct CutMove {
    axis: Side,
    #[serde(flatten)]
    cuts: AtBoth<Option<ResolvedCut>>,
}

#[derive(Serialize)]
struct Counts {
    placed_twice: usize,
    moved: usize,
    held_moved: usize,
    new: usize,
    gone: usize,
}

#[derive(Serialize)]
struct FlowFile {
    from: &'static str,
    to: &'static str,
    #[serde(flatten)]
    flow: Flow,
}

/// The pairs of standings between which there is anyone, absent at both dates aside.
fn flows<P: Place + Eq>(transitions: &Transitions<P>) -> Vec<FlowFile> {
    let pairs = Standing::all().flat_map(|from| Standing::all().map(move |to| (from, to)));
    let there = pairs.filter(|pair| *pair != (Standing::Absent, Standing::Absent));
    let flow = |(from, to): (Standing<P>, Standing<P>)| FlowFile {
        from: from.name(),
        to: to.name(),
        flow: transitions.flow(from, to),
    };
    there.map(flow).filter(|file| file.flow.accounts > 0).collect()
}

/// Writes the whole as JSON.
pub(super) fn write_whole(
    migration: &Migration<'_>,
    stability: Option<&Stability>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (before, after, quadrants) = (migration.before(), migration.after(), migration.quadrants());
    let file = File {
        schema_version: SCHEMA_VERSION,
        portefeuille: env!("CARGO_PKG_VERSION"),
        model_hash: fingerprint(&serde_json::to_vec(after.model())?),
        currency: &after.model().currency,
        from: before.window().as_of,
        to: after.window().as_of,
        windows: AtBoth { before: before.window(), after: after.window() },
        cuts: SIDES.map(|axis| CutMove { axis, cuts: AtBoth { before: before.cut(axis), after: after.cut(axis) } }),
        hysteresis: migration.hysteresis(),
        accounts: Counts {
            placed_twice: quadrants.placed_twice().accounts,
            moved: quadrants.moved().accounts,
            held_moved: migration.held().moved().accounts,
            new: quadrants.sum(|from, to| from == Standing::Absent && to != Standing::Absent).accounts,
            gone: quadrants.sum(|from, to| from != Standing::Absent && to == Standing::Absent).accounts,
        },
        quadrants: flows(quadrants),
        held: flows(migration.held()),
        tiers: flows(migration.tiers()),
        stability,
        codes: after.quality().counts(),
    };
    serde_json::to_writer_pretty(&mut *out, &file)?;
    out.write_all(b"\n")
}
