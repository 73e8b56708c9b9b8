//! The service events of one account.

use super::calendar::{FIRST, later};
use super::history::DraftOrder;
use super::profile::{KINDS, Profile, kind, part};
use super::rng::Rng;
use crate::date::Date;

/// An event before it has an id: hours in quarters, amounts in cents.
pub(super) struct DraftEvent {
    pub(super) on: Date,
    /// Its position in [`KINDS`].
    pub(super) kind: usize,
    /// Quarter hours, for the kinds that count hours.
    pub(super) quarters: Option<i64>,
    pub(super) cost: Option<i64>,
    pub(super) credit: Option<i64>,
    /// The position of its order.
    pub(super) order: Option<usize>,
}

const RETURN: usize = 3;
const FOLLOW_UP: usize = 8;

/// How long after the order each kind comes, at the latest, in days.
const LATEST: [i64; KINDS.len()] = [15, 8, 12, 50, 60, 45, 90, 25, 30, 90];

/// How often the actual cost of each kind is known, in thousandths, and from and to how much it is, in cents.
const ACTUAL: [(i64, i64, i64); KINDS.len()] = [
    (350, 4_500, 26_000),
    (0, 0, 0),
    (150, 9_000, 48_000),
    (120, 4_000, 16_000),
    (550, 9_000, 42_000),
    (400, 11_000, 60_000),
    (0, 0, 0),
    (0, 0, 0),
    (0, 0, 0),
    (300, 18_000, 65_000),
];

/// What an event of usual weight costs on average, in cents: it turns a part of revenue into a number of events.
const TYPICAL: i64 = 18_200;

/// All events of an account: of its orders, of the goods that came back, and of no order.
pub(super) fn events(rng: &mut Rng, profile: &Profile, orders: &[DraftOrder]) -> Vec<DraftEvent> {
    let mut events = Vec::new();
    for (at, order) in orders.iter().enumerate() {
        let revenue = order.revenue();
        if revenue < 0 {
            // Goods that come back are received, checked and stored again.
            if let Some(credited) = order.credits.filter(|_| order.goods_back) {
                events.push(event(rng, RETURN, order.on, Some(credited), (0, 100)));
            }
            continue;
        }
        // Large orders bring heavier events rather than ever more of them.
        let weight = profile.service.weight + revenue / 25_000;
        let mean = profile.service.floor + part(revenue, profile.service.ratio) * 100_000 / (TYPICAL * weight);
        for _ in 0..rng.count(mean).min(120) {
            let kind = rng.weighted(&profile.service.mix);
            if let Some(on) = later(order.on, rng.range(0, LATEST[kind])) {
                let related = kind < 6 || rng.chance(850);
                events.push(event(rng, kind, on, related.then_some(at), (revenue, weight)));
            }
        }
    }
    for _ in 0..profile.loose_events {
        let kind = if rng.chance(600) { FOLLOW_UP } else { rng.range(6, 7) as usize };
        let since = i64::from(profile.from.max(FIRST).days() - FIRST.days());
        if let Some(on) = later(FIRST, rng.range(since, 1450)) {
            events.push(event(rng, kind, on, None, (0, 100)));
        }
    }
    events
}

fn event(rng: &mut Rng, at: usize, on: Date, order: Option<usize>, (revenue, weight): (i64, i64)) -> DraftEvent {
    let quarters = kind(at).is_hours().then(|| (rng.range(2, 18) * weight / 100).clamp(1, 64));
    let (often, least, most) = ACTUAL[at];
    let cost = rng.chance(often).then(|| rng.range(least, most) * weight / 100);
    // A claim, now and then, is settled by a gesture.
    let gesture = KINDS[at] == "claim" && revenue > 40_000 && rng.chance(140);
    let credit = gesture.then(|| part(revenue, rng.range(8, 30)));
    DraftEvent { on, kind: at, quarters, cost, credit, order }
}
