//! What changed between two dates: who moved from cell to cell and from tier to tier, what moved each, and how many cells
//! would change if the data ended a month earlier.

mod axis;
mod snapshots;
mod stability;

pub use axis::{AxisMove, ComponentMove};
pub use snapshots::Snapshots;
pub use stability::{CellStability, Stability};

use crate::error::{Code, Problem, Result};
use crate::insight::{Standing, Transitions, Worth};
use crate::model::Model;
use crate::money::Money;
use crate::parallel;
use crate::portfolio::{Account, Portfolio, Status};
use crate::records::Id;
use crate::score::Side;
use crate::segment::{Hysteresis, Quadrant, Tier};
use axis::EarlierAxis;
use std::cmp::{Ordering, Reverse};

/// Accounts that are compared together.
const CHUNK: usize = 4_096;

/// Two portfolios of one ledger at two dates, account by account.
///
/// An account is *absent* at a date when it bought nothing in that date's window; *not placed* when it bought and has no
/// cell. One that is absent at the first date and not at the second is new, or back; one that is absent at the second and
/// was not at the first is gone.
///
/// ```
/// use portefeuille::insight::Standing;
/// use portefeuille::migration::Migration;
/// use portefeuille::segment::Hysteresis;
/// use portefeuille::{Customer, Ledger, Model, Order, Quadrant, date, money};
///
/// let mut ledger = Ledger::new();
/// ledger.add_customers([Customer::new("ayala"), Customer::new("brunel"), Customer::new("carme")])?;
/// let order = |id: &str, customer: &str, day, cost| {
///     Order::new(id, customer, day, money("900")).cost_of_goods(money(cost))
/// };
/// ledger.add_orders([
///     order("o-1", "ayala", date(2024, 5, 2), "300").rush(),
///     order("o-2", "brunel", date(2024, 5, 9), "600"),
///     order("o-3", "brunel", date(2025, 5, 5), "100"),
///     order("o-4", "carme", date(2025, 6, 6), "800"),
/// ])?;
/// let before = Model::new().as_of(date(2024, 12, 31)).analyze(&ledger)?;
/// let after = Model::new().as_of(date(2025, 12, 31)).analyze(&ledger)?;
/// let migration = Migration::between(&before, &after, Hysteresis::default())?;
/// let brunel = migration.account("brunel")?;
/// assert_eq!(brunel.from(), Standing::At(Quadrant::Efficace)); // a margin of 300, under ayala's 600
/// assert_eq!(brunel.to(), Standing::At(Quadrant::Or)); // 1,100 by now
/// assert_eq!(migration.account("carme")?.from(), Standing::Absent);
/// # Ok::<(), portefeuille::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Migration<'a> {
    before: &'a Portfolio,
    after: &'a Portfolio,
    hysteresis: Hysteresis,
    rows: Vec<Row<'a>>,
    /// The axes of the first date, on which new values are placed.
    earlier: [EarlierAxis; 2],
    quadrants: Transitions<Quadrant>,
    held: Transitions<Quadrant>,
    tiers: Transitions<Tier>,
}

/// An account at both dates.
#[derive(Clone, Copy, Debug)]
struct Row<'a> {
    /// The account at the second date, or at the first when it is in that portfolio alone.
    any: Account<'a>,
    before: Option<Account<'a>>,
    after: Option<Account<'a>>,
    from: Standing<Quadrant>,
    to: Standing<Quadrant>,
    held: Standing<Quadrant>,
}

/// What happened to one account between the two dates.
#[derive(Clone, Copy, Debug)]
pub struct AccountMove<'m> {
    migration: &'m Migration<'m>,
    row: &'m Row<'m>,
}

/// Where an account stands, given its place.
fn standing<'a, P>(account: Option<Account<'a>>, place: impl Fn(Account<'a>) -> Option<P>) -> Standing<P> {
    match account.filter(|account| account.status() != Status::Dormant) {
        None => Standing::Absent,
        Some(account) => place(account).map_or(Standing::NotPlaced, Standing::At),
    }
}

fn worth(account: Option<Account<'_>>) -> Worth {
    account.map_or(Worth::ZERO, |account| Worth::of(account.revenue(), account.net_margin()))
}

impl<'a> Row<'a> {
    fn new(any: Account<'a>, before: Option<Account<'a>>, after: Option<Account<'a>>, hysteresis: Hysteresis) -> Self {
        let [from, to] = [before, after].map(|account| standing(account, Account::quadrant));
        let distances = |account: Account<'_>| [Side::Value, Side::Complexity].map(|side| account.distance(side));
        let held = match (to, after) {
            (Standing::At(_), Some(account)) if !hysteresis.is_none() => {
                hysteresis.cell(from.place(), distances(account)).map_or(to, Standing::At)
            }
            _ => to,
        };
        Self { any, before, after, from, to, held }
    }
}

/// Pairs the accounts of two portfolios, both in id order.
fn pairs<'a>(before: &'a Portfolio, after: &'a Portfolio) -> Vec<(Option<Account<'a>>, Option<Account<'a>>)> {
    let (mut before, mut after) = (before.accounts().peekable(), after.accounts().peekable());
    let mut pairs = Vec::with_capacity(before.len().max(after.len()));
    loop {
        let order = match (before.peek(), after.peek()) {
            (None, None) => return pairs,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(b), Some(a)) => b.id().cmp(a.id()),
        };
        let first = if order == Ordering::Greater { None } else { before.next() };
        pairs.push((first, if order == Ordering::Less { None } else { after.next() }));
    }
}

/// Fails unless two portfolios can be told apart by their dates alone.
fn must_compare(before: &Portfolio, after: &Portfolio) -> Result<()> {
    let (from, to) = (before.window().as_of, after.window().as_of);
    if from > to {
        let reason = format!("the first date, {from}, comes after the second, {to}");
        return Err(Problem::new(Code::BadUse, reason).hint("give the earlier portfolio first").into());
    }
    // Costs of fiscal years differ where the windows do; how sure a label is, who is alike, and the seed of
    // both move nobody.
    let rest = |portfolio: &Portfolio| {
        let mut model = Model { as_of: None, confidence: None, clusters: None, seed: 0, ..portfolio.model().clone() };
        (model.cost_to_serve.pools, model.cost_to_serve.capacities) = (Vec::new(), Vec::new());
        model
    };
    if rest(before) != rest(after) {
        let reason = "the two portfolios come of different models: what moved an account would be the model";
        return Err(Problem::new(Code::SpecDiffers, reason).hint("make both with the same model, at two dates").into());
    }
    Ok(())
}

impl<'a> Migration<'a> {
    /// Compares two portfolios of one ledger, the earlier one first. The plain cells are theirs; `hysteresis` makes the held
    /// ones. Fails when the first date is after the second, or the models differ in more than the date and the costs of
    /// fiscal years.
    pub fn between(before: &'a Portfolio, after: &'a Portfolio, hysteresis: Hysteresis) -> Result<Self> {
        must_compare(before, after)?;
        let pairs = pairs(before, after);
        let rows = parallel::map_ranges(pairs.len(), CHUNK, |range| {
            let pairs = pairs[range].iter();
            let row = |(before, after): &(Option<Account<'a>>, Option<Account<'a>>)| {
                Some(Row::new((*after).or(*before)?, *before, *after, hysteresis))
            };
            pairs.filter_map(row).collect::<Vec<_>>()
        });
        let (mut quadrants, mut held, mut tiers) = (Transitions::new(), Transitions::new(), Transitions::new());
        let rows: Vec<Row<'a>> = rows.concat();
        for row in &rows {
            let worth = [row.before, row.after].map(worth);
            quadrants.add(row.from, row.to, worth[0], worth[1]);
            held.add(row.from, row.held, worth[0], worth[1]);
            let [from, to] = [row.before, row.after].map(|account| standing(account, Account::tier));
            tiers.add(from, to, worth[0], worth[1]);
        }
        let earlier = [Side::Value, Side::Complexity].map(|side| EarlierAxis::of(before.axis(side)));
        Ok(Self { before, after, hysteresis, rows, earlier, quadrants, held, tiers })
    }

    /// The portfolio at the first date.
    pub fn before(&self) -> &'a Portfolio {
        self.before
    }

    /// The portfolio at the second date.
    pub fn after(&self) -> &'a Portfolio {
        self.after
    }

    /// How far beyond a cut an account had to go to change sides.
    pub fn hysteresis(&self) -> Hysteresis {
        self.hysteresis
    }

    /// From cell to cell, by the plain cuts.
    pub fn quadrants(&self) -> &Transitions<Quadrant> {
        &self.quadrants
    }

    /// From cell to cell with hysteresis: from the plain cell at the first date to the held one at the second.
    pub fn held(&self) -> &Transitions<Quadrant> {
        &self.held
    }

    /// From tier to tier.
    pub fn tiers(&self) -> &Transitions<Tier> {
        &self.tiers
    }

    /// All accounts, in id order: those that are absent at both dates too.
    pub fn accounts(&self) -> impl ExactSizeIterator<Item = AccountMove<'_>> {
        self.rows.iter().map(|row| AccountMove { migration: self, row })
    }

    /// An account by its id.
    pub fn account(&self, id: impl Into<Id>) -> Result<AccountMove<'_>> {
        let id = id.into();
        match self.rows.binary_search_by(|row| row.any.id().cmp(&id)) {
            Ok(at) => Ok(AccountMove { migration: self, row: &self.rows[at] }),
            Err(_) => Err(Problem::new(Code::NoSuchAccount, "there is no such account").value(id.to_string()).into()),
        }
    }

    /// The accounts with a cell at both dates and another one at the second, by net revenue at the second date
    /// descending, ties by id.
    pub fn moved(&self) -> Vec<AccountMove<'_>> {
        self.ranked(|account| account.has_moved())
    }

    /// The accounts that are absent at the first date and not at the second, ranked alike.
    pub fn new_accounts(&self) -> Vec<AccountMove<'_>> {
        self.ranked(|account| account.from() == Standing::Absent && account.to() != Standing::Absent)
    }

    /// The accounts that are absent at the second date and were not at the first, by their net revenue at the first.
    pub fn gone(&self) -> Vec<AccountMove<'_>> {
        self.ranked(|account| account.from() != Standing::Absent && account.to() == Standing::Absent)
    }

    fn ranked(&self, belongs: impl Fn(&AccountMove<'_>) -> bool) -> Vec<AccountMove<'_>> {
        let mut found: Vec<AccountMove<'_>> = self.accounts().filter(belongs).collect();
        // Accounts come in id order, and the sort is stable.
        found.sort_by_key(|account| Reverse(account.stake()));
        found
    }
}

impl<'m> AccountMove<'m> {
    /// The id.
    pub fn id(self) -> &'m Id {
        self.row.any.id()
    }

    /// The name that people know.
    pub fn name(self) -> Option<&'m str> {
        self.row.any.name()
    }

    /// The account at the first date, where it is in that portfolio.
    pub fn before(self) -> Option<Account<'m>> {
        self.row.before
    }

    /// The account at the second date, where it is in that portfolio.
    pub fn after(self) -> Option<Account<'m>> {
        self.row.after
    }

    /// Where it stood at the first date.
    pub fn from(self) -> Standing<Quadrant> {
        self.row.from
    }

    /// Where it stands at the second date, by the plain cut.
    pub fn to(self) -> Standing<Quadrant> {
        self.row.to
    }

    /// Where it stands at the second date with hysteresis.
    pub fn held(self) -> Standing<Quadrant> {
        self.row.held
    }

    /// Its tier at the first date.
    pub fn tier_from(self) -> Standing<Tier> {
        standing(self.row.before, Account::tier)
    }

    /// Its tier at the second date.
    pub fn tier_to(self) -> Standing<Tier> {
        standing(self.row.after, Account::tier)
    }

    /// True when it is in either portfolio: absent at both dates it is in neither.
    pub fn is_in_either(&self) -> bool {
        self.from() != Standing::Absent || self.to() != Standing::Absent
    }

    /// True when it has a cell at both dates, and another one at the second.
    pub fn has_moved(&self) -> bool {
        self.from().place().is_some() && self.to().place().is_some() && self.from() != self.to()
    }

    /// The money by which moves are ranked: net revenue at the second date, at the first for an account that is gone.
    pub fn stake(self) -> Money {
        let at = if self.to() == Standing::Absent { self.row.before } else { self.row.after };
        at.map_or(Money::ZERO, Account::revenue)
    }

    /// What moved it on an axis, or `None` when it has no score there at one of the dates.
    pub fn axis(self, side: Side) -> Option<AxisMove> {
        AxisMove::of(self.migration, self.row.before?, self.row.after?, side)
    }
}
