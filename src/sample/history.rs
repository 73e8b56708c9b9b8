//! The orders and credit notes of one account.

use super::calendar::{LAST, later, order_days, span};
use super::catalogue::{FAMILIES, REPS};
use super::profile::{OldCredit, Profile, part, share_out};
use super::rng::Rng;
use crate::date::Date;

/// A line before it has an id: amounts in cents, negative in a credit note.
pub(super) struct DraftLine {
    pub(super) family: usize,
    pub(super) revenue: i64,
    pub(super) cost: i64,
    pub(super) discount: i64,
    pub(super) quantity: i64,
}

/// An order or a credit note before it has an id.
pub(super) struct DraftOrder {
    pub(super) on: Date,
    pub(super) lines: Vec<DraftLine>,
    pub(super) freight: i64,
    pub(super) rush: bool,
    pub(super) channel: &'static str,
    pub(super) owner: &'static str,
    /// The position of the order that it credits.
    pub(super) credits: Option<usize>,
    /// True when goods came back.
    pub(super) goods_back: bool,
}

impl DraftOrder {
    /// Revenue, in cents.
    pub(super) fn revenue(&self) -> i64 {
        self.lines.iter().map(|line| line.revenue).sum()
    }
}

/// Prices of goods rise faster than the list in the first years, and the list catches up, in thousandths of list price.
const INFLATION: [i64; 4] = [0, 12, 8, 2];

/// All orders of an account, then its credit notes.
pub(super) fn orders(rng: &mut Rng, profile: &Profile) -> Vec<DraftOrder> {
    let mut orders = Vec::new();
    for (at, year) in profile.years.iter().enumerate() {
        let Some(span) = span(at, profile.from, profile.until).filter(|_| year.orders > 0) else { continue };
        let days = order_days(rng, profile.rhythm, span, year.orders);
        let weights: Vec<i64> = days
            .iter()
            .map(|(_, position)| {
                let level = rng.factor(profile.spread) * (2000 + profile.ramp * (2 * position - 1000) / 1000);
                if rng.chance(profile.tiny) { level / 16 } else { level }
            })
            .collect();
        for ((on, position), list) in days.into_iter().zip(share_out(year.list, &weights)) {
            orders.push(order(rng, profile, on, (at, position), list.max(1_800)));
        }
    }
    let mut notes = Vec::new();
    for (at, order) in orders.iter().enumerate() {
        if rng.chance(profile.goods_back) {
            notes.extend(credit_note(rng, order, at, true));
        } else if rng.chance(profile.price_back) {
            notes.extend(credit_note(rng, order, at, false));
        }
    }
    notes.extend(profile.old_credits.iter().map(|credit| old_credit(profile, credit)));
    orders.extend(notes);
    orders
}

fn order(rng: &mut Rng, profile: &Profile, on: Date, (year, position): (usize, i64), list: i64) -> DraftOrder {
    let count = 1 + if list < 15_000 { rng.range(0, 1) } else { rng.count(profile.more_lines).min(14) };
    let weights: Vec<i64> = (0..count).map(|_| rng.range(300, 1000)).collect();
    let discount = profile.discount_at(year, position);
    let lines: Vec<DraftLine> =
        share_out(list, &weights).into_iter().map(|list| line(rng, profile, INFLATION[year], discount, list)).collect();
    let revenue: i64 = lines.iter().map(|line| line.revenue).sum();
    // A parcel has a price of its own, whatever is in it; some customers fetch their goods.
    let freight =
        if rng.chance(25) { 0 } else { rng.range(380, 1400) + part(revenue, profile.freight + rng.range(-3, 3)) };
    let colleague = REPS.iter().find(|r| r.team == profile.identity.rep.team && r.name != profile.identity.rep.name);
    let owner = if !profile.one_rep && rng.chance(110) { colleague } else { None };
    let channel = ["edi", "web", "commercial", "téléphone"][rng.weighted(&match list {
        ..60_000 => [4, 52, 10, 34],
        60_000..800_000 => [18, 34, 26, 22],
        _ => [30, 6, 52, 12],
    })];
    DraftOrder {
        on,
        lines,
        freight,
        rush: rng.chance(profile.rush),
        channel,
        owner: owner.map_or(profile.identity.rep.name, |rep| rep.name),
        credits: None,
        goods_back: false,
    }
}

fn line(rng: &mut Rng, profile: &Profile, inflation: i64, discount: i64, list: i64) -> DraftLine {
    let mut families = profile.families;
    for (weight, family) in families.iter_mut().zip(&FAMILIES) {
        *weight = if family.heavy && list < 250_000 { 0 } else { *weight };
    }
    let at = rng.weighted(&families);
    let family = &FAMILIES[at];
    let discount = part(list, (discount + rng.range(-12, 12)).clamp(0, 180));
    let cost = part(list, family.cost + profile.cost + inflation + rng.range(-30, 30));
    DraftLine { family: at, revenue: list - discount, cost, discount, quantity: (list / family.unit).max(1) }
}

/// A credit note for one line of an order: part of the goods come back, or part of the price is given back.
fn credit_note(rng: &mut Rng, order: &DraftOrder, at: usize, goods_back: bool) -> Option<DraftOrder> {
    let on = later(order.on, rng.range(6, 55))?;
    let line = order.lines.get(rng.range(0, order.lines.len() as i64 - 1) as usize)?;
    let share = if goods_back { rng.range(4, 10) * 100 } else { rng.range(30, 150) };
    let credited = if goods_back {
        DraftLine {
            family: line.family,
            revenue: -part(line.revenue, share),
            cost: -part(line.cost, share),
            discount: -part(line.discount, share),
            quantity: -(line.quantity * share / 1000).max(1),
        }
    } else {
        DraftLine { family: line.family, revenue: -part(line.revenue, share), cost: 0, discount: 0, quantity: 0 }
    };
    // A return travels at our expense.
    let freight = if goods_back { rng.range(900, 2600) + part(-credited.revenue, 10) } else { 0 };
    let (channel, owner) = (order.channel, order.owner);
    let lines = vec![credited];
    Some(DraftOrder { on, lines, freight, rush: false, channel, owner, credits: Some(at), goods_back })
}

fn old_credit(profile: &Profile, credit: &OldCredit) -> DraftOrder {
    let on = later(credit.on, 0).unwrap_or(LAST);
    DraftOrder {
        on,
        lines: vec![DraftLine { family: 0, revenue: -credit.revenue, cost: -credit.cost, discount: 0, quantity: -1 }],
        freight: 18_000,
        rush: false,
        channel: "commercial",
        owner: profile.identity.rep.name,
        credits: None,
        goods_back: true,
    }
}
