//! What makes an account what it is: the numbers from which its history is drawn.
//!
//! Amounts are whole cents and rates are thousandths. Floats draw sizes and factors, by `libm`, and end there: what is
//! shared out, discounted and credited is whole numbers.

use super::calendar::{FIRST, LAST, Rhythm};
use super::catalogue::{FAMILIES_LEN, Rep};
use crate::date::Date;
use crate::records::{EventKind, Friction};

/// How an account behaves with those who serve it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Temper {
    /// Orders, pays, is never heard of.
    Easy,
    /// A question or a complaint now and then.
    Ordinary,
    /// Asks for much and pays for it.
    Demanding,
    /// Asks for much at a low price.
    Draining,
}

/// The kinds of service events drawn, in the order of [`Service::mix`].
pub(super) const KINDS: [&str; 10] = [
    "special_shipment",
    "last_minute_change",
    "special_request",
    "return",
    "claim",
    "rework",
    "technical_support",
    "coordination",
    "follow_up",
    "site_audit",
];

/// The kind at a position of [`KINDS`].
pub(super) fn kind(at: usize) -> EventKind {
    EventKind::new(KINDS[at])
}

/// What an account sends for in service.
#[derive(Clone, Debug)]
pub(super) struct Service {
    /// About what its service events cost, in thousandths of its revenue.
    pub(super) ratio: i64,
    /// Events of an order whatever its amount, in thousandths.
    pub(super) floor: i64,
    /// How heavy its events are: 100 is the usual.
    pub(super) weight: i64,
    /// How likely each kind is.
    pub(super) mix: [i64; KINDS.len()],
}

/// One of the four years.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Year {
    /// What it buys at list price, in cents.
    pub(super) list: i64,
    /// In how many orders.
    pub(super) orders: i64,
}

/// Who the account is.
#[derive(Clone, Debug)]
pub(super) struct Identity {
    pub(super) name: String,
    pub(super) industry: &'static str,
    pub(super) region: &'static str,
    pub(super) size: &'static str,
    pub(super) reason: &'static str,
    pub(super) decider: &'static str,
    /// Joined by `;`, none when unknown.
    pub(super) certifications: Option<String>,
    pub(super) rep: Rep,
    pub(super) acquired_on: Date,
    pub(super) friction: Friction,
    pub(super) payment_days: u32,
    pub(super) accepts_terms: bool,
    /// What it could spend in a year, in whole euros.
    pub(super) potential: Option<i64>,
}

/// A credit note that no order of the sample explains.
#[derive(Clone, Copy, Debug)]
pub(super) struct OldCredit {
    pub(super) on: Date,
    /// Revenue given back, in cents.
    pub(super) revenue: i64,
    /// Cost of the goods that came back, in cents.
    pub(super) cost: i64,
}

/// An account, before its history.
#[derive(Clone, Debug)]
pub(super) struct Profile {
    pub(super) story: Option<super::Telling>,
    pub(super) identity: Identity,
    /// The first day on which it can order.
    pub(super) from: Date,
    /// The last one.
    pub(super) until: Date,
    pub(super) years: [Year; 4],
    /// How much larger orders are at the end of a year than at its start.
    pub(super) ramp: i64,
    pub(super) rhythm: Rhythm,
    /// How unequal its orders are: standard deviation of the logarithm.
    pub(super) spread: i64,
    /// How many of its orders are tiny.
    pub(super) tiny: i64,
    /// Lines of an order beyond the first, on average.
    pub(super) more_lines: i64,
    pub(super) families: [i64; FAMILIES_LEN],
    /// Discount at the start of each year and at the end of the last; in between it moves evenly.
    pub(super) discount: [i64; 5],
    pub(super) negotiated: i64,
    /// What its goods cost above or below the usual, of list price.
    pub(super) cost: i64,
    pub(super) freight: i64,
    pub(super) rush: i64,
    /// Orders of which goods come back.
    pub(super) goods_back: i64,
    /// Orders of which the price is corrected.
    pub(super) price_back: i64,
    pub(super) service: Service,
    /// True when its sales rep takes all its orders.
    pub(super) one_rep: bool,
    pub(super) old_credits: Vec<OldCredit>,
    /// Events that come from no order, over the four years.
    pub(super) loose_events: i64,
}

/// The usual mix of service events.
pub(super) const USUAL_MIX: [i64; KINDS.len()] = [14, 12, 8, 8, 7, 3, 18, 12, 17, 1];

impl Profile {
    /// A plain account of that identity, which buys nothing yet.
    pub(super) fn new(identity: Identity, families: [i64; FAMILIES_LEN]) -> Self {
        Self {
            story: None,
            from: identity.acquired_on.max(FIRST),
            identity,
            until: LAST,
            years: [Year::default(); 4],
            ramp: 0,
            rhythm: Rhythm::Usual,
            spread: 500,
            tiny: 0,
            more_lines: 1800,
            families,
            discount: [60; 5],
            negotiated: 60,
            cost: 0,
            freight: 14,
            rush: 80,
            goods_back: 10,
            price_back: 8,
            service: Service { ratio: 15, floor: 60, weight: 100, mix: USUAL_MIX },
            one_rep: false,
            old_credits: Vec::new(),
            loose_events: 0,
        }
    }

    /// The discount on a day of one of the years, `position` thousandths into it.
    pub(super) fn discount_at(&self, year: usize, position: i64) -> i64 {
        let (start, end) = (self.discount[year], self.discount[year + 1]);
        start + (end - start) * position / 1000
    }
}

/// `permille` thousandths of an amount in cents, rounded to the nearest, halves up.
pub(super) fn part(cents: i64, permille: i64) -> i64 {
    (cents * permille + 500).div_euclid(1000)
}

/// Shares an amount out in proportion to weights, to the last cent.
pub(super) fn share_out(cents: i64, weights: &[i64]) -> Vec<i64> {
    let total = i128::from(weights.iter().sum::<i64>().max(1));
    let (mut before, mut given) = (0i128, 0i64);
    weights
        .iter()
        .map(|weight| {
            before += i128::from(*weight);
            let until_here = (i128::from(cents) * before / total) as i64;
            let share = until_here - given;
            given = until_here;
            share
        })
        .collect()
}
