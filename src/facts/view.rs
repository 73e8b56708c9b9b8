//! The facts of one account, borrowed: what all that is derived afterwards reads.

use super::shard::{EventSums, Layout, Shard, optional};
use super::table::EventKey;
use super::{Calendar, FactSpec, Field};
use crate::date::Date;
use crate::ledger::{Given, WordTable};
use crate::money::Money;
use crate::records::{EventKind, Friction, Id};

/// What all accounts of a table have in common.
#[derive(Clone, Debug)]
pub(crate) struct Common {
    pub(super) spec: FactSpec,
    pub(super) calendar: Calendar,
    pub(super) layout: Layout,
    pub(super) given: Given,
    pub(super) window_start: Date,
    pub(super) kinds: Vec<EventKind>,
    pub(super) families: WordTable,
    /// The fiscal year of each period.
    pub(super) year_of: Vec<u16>,
    /// The position of the first complete quarter, and how many there are.
    pub(super) quarters: (usize, usize),
    /// The complete quarter of each period, counted from the first one.
    pub(super) quarter_of: Vec<Option<u16>>,
    /// The first period of the last twelve months, unless those start before the first day that counts.
    pub(super) recent: Option<usize>,
}

impl Common {
    pub(super) fn new(
        spec: &FactSpec,
        calendar: &Calendar,
        window_start: Date,
        given: Given,
        words: (&WordTable, &WordTable),
    ) -> Self {
        let periods = calendar.periods();
        let (first, count) = calendar.complete_quarters(window_start);
        let complete = |quarter: usize| quarter.checked_sub(first).filter(|q| *q < count).map(|q| q as u16);
        let start = calendar.twelve_months_start();
        Self {
            spec: spec.clone(),
            layout: Layout { periods: periods.len(), years: calendar.year_count() },
            given,
            window_start,
            kinds: words.0.iter().map(EventKind::new).collect(),
            families: words.1.clone(),
            year_of: periods.iter().map(|p| p.year as u16).collect(),
            quarters: (first, count),
            quarter_of: periods.iter().map(|p| complete(p.quarter)).collect(),
            recent: (start >= window_start).then(|| periods.partition_point(|p| p.start < start)),
            calendar: calendar.clone(),
        }
    }

    /// The kind at a position.
    pub(crate) fn kind(&self, at: KindAt) -> &EventKind {
        &self.kinds[at.index()]
    }

    /// The kinds by their positions.
    pub(crate) fn kinds(&self) -> &[EventKind] {
        &self.kinds
    }
}

/// The position of an event kind, found once for all accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KindAt(pub(super) u32);

impl KindAt {
    #[inline]
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }

    /// The position of a built-in kind, which is the same in all tables: the built-in ones come first, in their order.
    #[inline]
    pub(crate) fn built_in(kind: &EventKind) -> Option<Self> {
        Some(Self(match kind {
            EventKind::RushOrder => 0,
            EventKind::SpecialShipment => 1,
            EventKind::LastMinuteChange => 2,
            EventKind::SpecialRequest => 3,
            EventKind::Return => 4,
            EventKind::Claim => 5,
            EventKind::Rework => 6,
            EventKind::TechnicalSupport => 7,
            EventKind::Coordination => 8,
            EventKind::FollowUp => 9,
            EventKind::Custom(_) => return None,
        }))
    }
}

/// Events of one kind, added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct EventTotal {
    pub(crate) events: i64,
    /// In 1/10,000, as all that follows.
    pub(crate) quantity: i64,
    pub(crate) quantity_without_cost: i64,
    pub(crate) cost: i128,
}

impl EventTotal {
    pub(crate) fn add(&mut self, other: Self) {
        self.events += other.events;
        self.quantity += other.quantity;
        self.quantity_without_cost += other.quantity_without_cost;
        self.cost += other.cost;
    }

    /// What fits, as sealing the facts made sure of.
    fn of(sums: EventSums) -> Self {
        Self {
            events: sums.events,
            quantity: sums.quantity as i64,
            quantity_without_cost: sums.quantity_without_cost as i64,
            cost: sums.cost,
        }
    }
}

/// Revenue whose cost of goods is not known, as it is kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct UnknownCell {
    pub(super) family: u32,
    pub(super) period: u16,
    pub(super) revenue: i128,
}

/// Revenue whose cost of goods is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UnknownRevenue<'a> {
    /// The product family, or `None` for what no line allocates.
    pub(crate) family: Option<&'a str>,
    pub(crate) year: usize,
    pub(crate) revenue: i128,
}

/// What the customer's own record says of an account, apart from what happened to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Terms {
    pub(crate) friction: Option<Friction>,
    pub(crate) payment_days: Option<u32>,
    pub(crate) annual_potential: Option<Money>,
}

/// The facts of one account, borrowed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FactsView<'a> {
    pub(super) id: &'a Id,
    pub(super) common: &'a Common,
    /// Where its facts are kept, and at which place there.
    pub(super) shard: &'a Shard,
    pub(super) at: usize,
    /// Bits of the optional fields that all orders lack.
    pub(super) implied: u16,
    /// Its events that were kept apart until it was known that they count.
    pub(super) early: &'a [(EventKey, EventSums)],
    pub(super) families: u32,
    pub(super) unknown: &'a [UnknownCell],
}

impl<'a> FactsView<'a> {
    #[inline]
    pub(crate) fn id(&self) -> &'a Id {
        self.id
    }

    #[inline]
    pub(crate) fn spec(&self) -> &'a FactSpec {
        &self.common.spec
    }

    #[inline]
    pub(crate) fn common(&self) -> &'a Common {
        self.common
    }

    /// How many fiscal years there are.
    #[inline]
    pub(crate) fn years(&self) -> usize {
        self.common.layout.years
    }

    /// The fiscal year of each period.
    #[inline]
    pub(crate) fn period_years(&self) -> &'a [u16] {
        &self.common.year_of
    }

    /// How many complete quarters the window has.
    #[inline]
    pub(crate) fn quarters(&self) -> usize {
        self.common.quarters.1
    }

    /// The complete quarter of each period, of those that lie in one.
    #[inline]
    pub(crate) fn period_quarters(&self) -> &'a [Option<u16>] {
        &self.common.quarter_of
    }

    /// The first period of the last twelve months, unless those start before the first day that counts.
    #[inline]
    pub(crate) fn recent(&self) -> Option<usize> {
        self.common.recent
    }

    /// A field over the window, exact.
    #[inline]
    pub(crate) fn sum(&self, field: Field) -> i128 {
        if let Some(field) = optional(field) {
            return self.shard.missing(field, self.at, self.implied, self.common.layout).into();
        }
        let by_period = |field| self.by_period(field).iter().map(|units| i128::from(*units)).sum::<i128>();
        let by_year = |field| self.by_year(field).map(i128::from).sum::<i128>();
        match field {
            Field::Invoiced | Field::Credits => by_period(field),
            Field::EventCredits => self.event_credits().map(|(_, credit)| credit).sum(),
            Field::RevenueWithCost => {
                by_period(Field::Invoiced) - by_period(Field::Credits) - by_year(Field::UnknownRevenue)
            }
            _ => by_year(field),
        }
    }

    /// The number of a field over the window: counts always fit.
    #[inline]
    pub(crate) fn count(&self, field: Field) -> i64 {
        self.sum(field) as i64
    }

    /// A field in each fiscal year. Revenue and credits are kept by period: see [`FactsView::by_period`].
    #[inline]
    pub(crate) fn by_year(&self, field: Field) -> impl Iterator<Item = i64> + use<'a> {
        self.shard.by_year(self.at, field, self.common.layout)
    }

    /// Revenue or the credits of notes in each period; nothing at all while they are 0 for many accounts. For those of
    /// events see [`FactsView::event_credits`].
    #[inline]
    pub(crate) fn by_period(&self, field: Field) -> &'a [i64] {
        self.shard.by_period(self.at, field, self.common.layout)
    }

    /// What events gave back, by period, where they gave anything; a period may come again.
    #[inline]
    pub(crate) fn event_credits(&self) -> impl Iterator<Item = (usize, i128)> + use<'a> {
        let own = self.by_period(Field::EventCredits).iter().map(|credit| i128::from(*credit)).enumerate();
        let early = self.early.iter().map(|(key, events)| (usize::from(key.period), events.credit));
        own.chain(early).filter(|(_, credit)| *credit != 0)
    }

    /// Hands on what happened, piece by piece: the kind, the fiscal year, and how much; a kind may come again for a year.
    #[inline]
    pub(crate) fn each_event(&self, mut each: impl FnMut(KindAt, usize, EventTotal)) {
        self.shard.each_event(self.at, self.common.layout, |kind, year, total| each(KindAt(kind), year, total));
        for (key, sums) in self.early {
            let year = self.common.year_of[usize::from(key.period)];
            each(KindAt(key.kind), year.into(), EventTotal::of(*sums));
        }
    }

    #[inline]
    pub(crate) fn order_dates(&self) -> Option<(Date, Date)> {
        let (first, last) = self.shard.order_dates(self.at);
        (first <= last).then_some((first, last))
    }

    #[inline]
    pub(crate) fn families(&self) -> u32 {
        self.families
    }

    /// Revenue whose cost of goods is not known, by family and period.
    #[inline]
    pub(crate) fn unknown(&self) -> impl Iterator<Item = UnknownRevenue<'a>> + use<'a> {
        let common = self.common;
        self.unknown.iter().map(move |cell| UnknownRevenue {
            family: common.families.word(cell.family),
            year: usize::from(common.year_of[usize::from(cell.period)]),
            revenue: cell.revenue,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_kinds_stand_in_their_order() {
        for (at, kind) in EventKind::BUILT_IN.iter().enumerate() {
            assert_eq!(KindAt::built_in(kind).map(KindAt::index), Some(at));
        }
        assert_eq!(KindAt::built_in(&EventKind::new("visit")), None);
    }
}
