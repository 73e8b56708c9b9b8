//! Who went from where to where between two dates: the transition matrix.

use crate::ledger::Total;
use crate::money::Money;
use crate::segment::{Quadrant, Tier};
use serde::Serialize;
use std::fmt::Debug;
use std::marker::PhantomData;

/// A set of places that accounts stand in: the cells of the matrix, or the tiers.
pub trait Place: Copy + Debug + PartialEq + 'static {
    /// The places, in reading order.
    const ALL: &'static [Self];

    /// The word in files.
    fn name(self) -> &'static str;
}

impl Place for Quadrant {
    const ALL: &'static [Self] = &Quadrant::ALL;

    fn name(self) -> &'static str {
        self.as_str()
    }
}

impl Place for Tier {
    const ALL: &'static [Self] = &Tier::ALL;

    fn name(self) -> &'static str {
        self.as_str()
    }
}

/// Where an account stands at a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing<P> {
    /// In a place.
    At(P),
    /// It bought, and has no place: credited at least as much, or a score or a measure is missing.
    NotPlaced,
    /// Nothing was bought in the window of the date, or there was no such customer. At the first date an account that then
    /// comes is *new* (or back), at the second one that was there before is *gone*.
    Absent,
}

impl<P: Place> Standing<P> {
    /// All of them: the places in reading order, then the other two.
    pub fn all() -> impl Iterator<Item = Self> {
        P::ALL.iter().map(|place| Self::At(*place)).chain([Self::NotPlaced, Self::Absent])
    }

    /// The place, where there is one.
    pub fn place(self) -> Option<P> {
        match self {
            Self::At(place) => Some(place),
            Self::NotPlaced | Self::Absent => None,
        }
    }

    /// The word in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::At(place) => place.name(),
            Self::NotPlaced => "not_placed",
            Self::Absent => "absent",
        }
    }

    fn index(self) -> usize {
        let place = |of: P| P::ALL.iter().position(|place| *place == of).unwrap_or_default();
        match self {
            Self::At(of) => place(of),
            Self::NotPlaced => P::ALL.len(),
            Self::Absent => P::ALL.len() + 1,
        }
    }
}

/// What some accounts make at one date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Worth {
    /// Net revenue.
    pub revenue: Total,
    /// Net margin; `None` where one account's is not known.
    pub net_margin: Option<Total>,
}

impl Worth {
    /// Nothing.
    pub const ZERO: Self = Self { revenue: Total::from_units(0), net_margin: Some(Total::from_units(0)) };

    /// What one account makes.
    pub fn of(revenue: Money, net_margin: Option<Money>) -> Self {
        let total = |amount: Money| Total::from_units(amount.units().into());
        Self { revenue: total(revenue), net_margin: net_margin.map(total) }
    }

    fn add(&mut self, other: &Self) {
        self.revenue = self.revenue + other.revenue;
        self.net_margin = self.net_margin.zip(other.net_margin).map(|(own, its)| own + its);
    }
}

/// The accounts that went from one standing to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Flow {
    /// How many.
    pub accounts: usize,
    /// What they made at the first date.
    pub before: Worth,
    /// What they make at the second.
    pub after: Worth,
}

impl Flow {
    const ZERO: Self = Self { accounts: 0, before: Worth::ZERO, after: Worth::ZERO };

    fn add(&mut self, other: &Self) {
        self.accounts += other.accounts;
        self.before.add(&other.before);
        self.after.add(&other.after);
    }
}

/// The transition matrix between two dates: from each standing to each, in accounts and in money. Each account is counted
/// once, so that it adds up to all of them.
///
/// ```
/// use portefeuille::insight::{Standing, Transitions, Worth};
/// use portefeuille::{Quadrant, money};
///
/// let mut transitions = Transitions::new();
/// let (or, toxique) = (Standing::At(Quadrant::Or), Standing::At(Quadrant::Toxique));
/// transitions.add(or, toxique, Worth::of(money("900"), None), Worth::of(money("400"), None));
/// transitions.add(Standing::Absent, or, Worth::ZERO, Worth::of(money("50"), None));
/// assert_eq!((transitions.flow(or, toxique).accounts, transitions.moved().accounts), (1, 1));
/// assert_eq!(transitions.to(or).accounts, 1); // the new one
/// assert_eq!(transitions.total().accounts, 2);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transitions<P> {
    /// From × to.
    flows: Vec<Flow>,
    places: PhantomData<P>,
}

impl<P: Place> Default for Transitions<P> {
    fn default() -> Self {
        Self::new()
    }
}

impl<P: Place> Transitions<P> {
    /// How many standings there are.
    const SIZE: usize = P::ALL.len() + 2;

    /// A matrix without accounts.
    pub fn new() -> Self {
        Self { flows: vec![Flow::ZERO; Self::SIZE * Self::SIZE], places: PhantomData }
    }

    /// Adds an account: its standing and what it made at both dates.
    pub fn add(&mut self, from: Standing<P>, to: Standing<P>, before: Worth, after: Worth) {
        self.flows[from.index() * Self::SIZE + to.index()].add(&Flow { accounts: 1, before, after });
    }

    /// The accounts that went from one standing to another.
    pub fn flow(&self, from: Standing<P>, to: Standing<P>) -> Flow {
        self.flows[from.index() * Self::SIZE + to.index()]
    }

    /// The accounts of a standing at the first date.
    pub fn from(&self, from: Standing<P>) -> Flow {
        self.sum(|own, _| own == from)
    }

    /// The accounts of a standing at the second date.
    pub fn to(&self, to: Standing<P>) -> Flow {
        self.sum(|_, own| own == to)
    }

    /// All accounts.
    pub fn total(&self) -> Flow {
        self.sum(|_, _| true)
    }

    /// The accounts with a place at both dates.
    pub fn placed_twice(&self) -> Flow {
        self.sum(|from, to| from.place().is_some() && to.place().is_some())
    }

    /// Those of them with another place at the second.
    pub fn moved(&self) -> Flow {
        self.sum(|from, to| from.place().is_some() && to.place().is_some() && from != to)
    }

    /// The accounts of some pairs of standings.
    pub fn sum(&self, belongs: impl Fn(Standing<P>, Standing<P>) -> bool) -> Flow {
        let mut sum = Flow::ZERO;
        for from in Standing::all() {
            Standing::all().filter(|to| belongs(from, *to)).for_each(|to| sum.add(&self.flow(from, to)));
        }
        sum
    }
}
