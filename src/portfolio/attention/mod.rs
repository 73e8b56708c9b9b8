//! The accounts to look at first, and why: each rule is a comparison that a reader can check, and a stake in money.

mod rules;
#[cfg(test)]
mod tests;
mod words;

use super::{Account, Portfolio};
use crate::date::Date;
use crate::lang::Lang;
use crate::model::Draft;
use crate::money::Money;
use crate::parallel;
use rules::Ground;
use std::collections::BTreeMap;

/// An account to look at, why, and how much money is at stake.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Attention<'a> {
    /// The account.
    pub account: Account<'a>,
    /// Why.
    pub reason: Reason,
    /// How much money is at stake, by the rule of the reason: over the window for what serving the account has cost so
    /// far, a year's for what is at risk or could be won.
    pub stake: Money,
}

/// Why an account needs attention, with the figures that say so.
///
/// Each rule reads active accounts only. Its thresholds are the public constants of this type.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Reason {
    /// Its net margin is below zero. Stake: what it loses over the window.
    LosesMoney {
        /// Its gross margin.
        gross_margin: Money,
        /// What serving it costs.
        cost_to_serve: Money,
    },
    /// Of the last two complete fiscal years, the later has more than [`Reason::DRIFT_GROWTH`] more net revenue and a
    /// gross margin rate more than [`Reason::DRIFT_RATE`] lower. Stake: the fall of the rate × the revenue of the year.
    MarginDrift {
        /// The later year.
        year: i32,
        /// Growth of net revenue.
        growth: f64,
        /// By how much the margin rate fell.
        fall: f64,
        /// How much of the fall comes from discount, where discount is given: the cost of goods at list prices held as it
        /// was.
        by_discount: Option<f64>,
    },
    /// Its last order is older than [`Reason::SILENT_GAPS`] times its mean gap between orders and than
    /// [`Reason::SILENT_DAYS`], and it has at least [`Reason::SILENT_ORDERS`] orders. Stake: its mean gross margin a year,
    /// over the fiscal years in which it bought.
    GoneSilent {
        /// Its last order.
        last_order: Date,
        /// Days since then.
        days: i32,
        /// Mean days between its orders.
        usual_gap: f64,
    },
    /// High value, high complexity, not losing money, and serving it takes more than [`Reason::COSTLY_SHARE`] of its gross
    /// margin. Stake: what it costs above the portfolio's median ratio of cost to serve to net revenue.
    CostlyToServe {
        /// Its cost to serve / net revenue.
        ratio: f64,
        /// The median ratio of the active accounts.
        median: f64,
        /// Its cost to serve / gross margin.
        share_of_margin: f64,
    },
    /// Returns, claims and rework are more than [`Reason::RETURNS_PER_ORDER`] an order, and [`Reason::RETURNS_TIMES`]
    /// times what is usual in the portfolio. Stake: what they cost to serve.
    ManyReturns {
        /// Returns, claims and rework / orders.
        per_order: f64,
        /// The same for all active accounts together.
        usual: f64,
    },
    /// More than [`Reason::SMALL_SHARE`] of its orders are small, and orders and their lines cost more than
    /// [`Reason::SMALL_HANDLING`] of its gross margin. Stake: what handling costs × the share of small orders.
    SmallOrders {
        /// Its small orders.
        small: i64,
        /// Its orders.
        orders: i64,
        /// What orders, order lines and small orders cost.
        handling: Money,
    },
    /// It could spend more than [`Reason::POTENTIAL_TIMES`] times its net revenue of the last twelve months, and is of high
    /// value and low complexity, or of low value and growing by more than [`Reason::POTENTIAL_GROWTH`]. Stake: its margin
    /// rate × what it does not spend with us, at most its net revenue of the last twelve months: doubling is enough for a
    /// year.
    UntappedPotential {
        /// What it could spend in a year.
        potential: Money,
        /// Its net revenue of the last twelve months.
        revenue: Money,
    },
    /// High value, low complexity, tier A: nothing is wrong, and much would be lost. Stake: its net margin over the
    /// window.
    Protect {
        /// Its cost to serve / net revenue.
        ratio: f64,
    },
}

impl Reason {
    /// Growth of net revenue beyond which a falling margin rate is a drift.
    pub const DRIFT_GROWTH: f64 = 0.05;
    /// The fall of the margin rate beyond which it is a drift: one point.
    pub const DRIFT_RATE: f64 = 0.01;
    /// How many mean gaps without an order are a silence.
    pub const SILENT_GAPS: f64 = 2.0;
    /// The days below which nothing is a silence: a quarter, since holidays and stocktaking are none.
    pub const SILENT_DAYS: i32 = 90;
    /// The orders that make a rhythm.
    pub const SILENT_ORDERS: i64 = 3;
    /// The share of gross margin beyond which an account of high value is costly to serve: a third. Beyond the whole it
    /// loses money, which is another reason.
    pub const COSTLY_SHARE: f64 = 1.0 / 3.0;
    /// Returns, claims and rework an order beyond which they are many.
    pub const RETURNS_PER_ORDER: f64 = 0.2;
    /// How many times the usual they then are.
    pub const RETURNS_TIMES: f64 = 2.0;
    /// The share of small orders beyond which they are the rule.
    pub const SMALL_SHARE: f64 = 0.5;
    /// The share of gross margin that handling them then takes.
    pub const SMALL_HANDLING: f64 = 0.5;
    /// How many times its revenue an account could spend with us, for its potential to be untapped.
    pub const POTENTIAL_TIMES: f64 = 2.0;
    /// The growth, by the model's measure, of an account of low value that is worth developing.
    pub const POTENTIAL_GROWTH: f64 = 0.05;
    /// How many of the largest accounts to protect are named, whatever else there is to say.
    pub const PROTECTED: usize = 2;

    /// The name in files.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::LosesMoney { .. } => "loses_money",
            Self::MarginDrift { .. } => "margin_drift",
            Self::GoneSilent { .. } => "gone_silent",
            Self::CostlyToServe { .. } => "costly_to_serve",
            Self::ManyReturns { .. } => "many_returns",
            Self::SmallOrders { .. } => "small_orders",
            Self::UntappedPotential { .. } => "untapped_potential",
            Self::Protect { .. } => "protect",
        }
    }
}

impl Attention<'_> {
    /// The reason in one sentence, with its figures.
    pub fn text(&self, lang: Lang) -> String {
        words::sentence(self, lang)
    }
}

impl Portfolio {
    /// The accounts to look at first and why, at most `limit` of them.
    ///
    /// An account has at most one reason: the one with the largest stake. Reasons are served in turn, the largest stake of
    /// each, then the second of each, so that one kind of trouble does not hide the others; those chosen are then ranked by
    /// money at stake, ties by id. Accounts to protect have no other reason; they come after the others, and the
    /// [`Reason::PROTECTED`] largest are always among those chosen (half of `limit` at most): a list of troubles alone
    /// would forget who pays for them.
    ///
    /// ```
    /// use portefeuille::{Customer, Driver, Ledger, Model, Order, Reason, date, money};
    ///
    /// let mut ledger = Ledger::new();
    /// ledger.add_customers([Customer::new("ayala"), Customer::new("brunel")])?;
    /// ledger.add_orders([
    ///     Order::new("o-1", "ayala", date(2025, 1, 31), money("9000")).cost_of_goods(money("5400")),
    ///     Order::new("o-2", "brunel", date(2025, 2, 3), money("100")).cost_of_goods(money("90")),
    /// ])?;
    /// let portfolio = Model::new().rate(Driver::Order, money("12.50")).analyze(&ledger)?;
    /// let first = portfolio.attention(1)[0];
    /// assert_eq!(first.account.id().to_string(), "brunel");
    /// assert_eq!(first.stake, money("2.50")); // 12.50 of cost to serve, 10 of margin
    /// assert!(matches!(first.reason, Reason::LosesMoney { .. }));
    /// # Ok::<(), portefeuille::Error>(())
    /// ```
    pub fn attention(&self, limit: usize) -> Vec<Attention<'_>> {
        let ground = Ground::of(self);
        let found = parallel::map_ranges(self.len(), rules::CHUNK, |range| {
            let (mut troubles, mut protect, mut draft) = (Vec::new(), Vec::new(), Draft::default());
            for account in self.range(range) {
                if let Some(found) = ground.trouble(account, &mut draft) {
                    troubles.push(found);
                } else if let Some(found) = rules::protect(account) {
                    protect.push(found);
                }
            }
            (troubles, protect)
        });
        let (troubles, protect): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        let (mut troubles, mut protect) = (troubles.concat(), protect.concat());
        // Accounts come in id order, and the sorts are stable.
        let by_stake = |a: &Attention<'_>, b: &Attention<'_>| b.stake.cmp(&a.stake);
        troubles.sort_by(by_stake);
        protect.sort_by(by_stake);
        let kept = Reason::PROTECTED.min(limit / 2).min(protect.len());
        let mut chosen = in_turn(&troubles, limit - kept);
        protect.truncate(limit - chosen.len());
        chosen.extend(protect);
        chosen
    }
}

/// The first of each reason, then the second of each, until there are enough; in each turn by stake.
fn in_turn<'a>(sorted: &[Attention<'a>], limit: usize) -> Vec<Attention<'a>> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let turn = |found: &Attention<'_>| {
        let turns = seen.entry(found.reason.as_str()).or_default();
        *turns += 1;
        *turns
    };
    let turns: Vec<usize> = sorted.iter().map(turn).collect();
    let mut order: Vec<usize> = (0..sorted.len()).collect();
    order.sort_by_key(|at| turns[*at]);
    order.truncate(limit);
    // Back to the order by stake and id.
    order.sort_unstable();
    order.into_iter().map(|at| sorted[at]).collect()
}
