//! The facts of some thousands of accounts, each fact in a column of its own that takes no memory while it is 0 for all.

#[cfg(feature = "csv")]
mod parts;
mod runs;

use super::Field;
use super::batch::{Bought, COST, DISCOUNT, EventEntry, FREIGHT, LINES, OPTIONAL, OrderEntry, RUSH};
use super::sums::{Counts, Sums};
use super::table::{EventKey, Words, local};
use crate::date::Date;
use crate::money::SCALE;
use rustc_hash::{FxHashMap, FxHashSet};

/// Accounts of one shard: their facts mostly stay in the second-level cache of a core.
pub(super) const SHARD_ACCOUNTS: usize = 4_096;

/// How the facts of an account are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) periods: usize,
    pub(super) years: usize,
}

/// What every order adds to, together: 32 bytes.
#[derive(Clone, Copy, Debug, Default)]
struct YearCell {
    cost_of_goods: i64,
    discount: i64,
    orders: u32,
    lines: u32,
    small_orders: u32,
    rush_orders: u32,
}

/// The first and the last order of an account, and the families that it bought: 16 bytes, since orders change all of it.
#[derive(Clone, Copy, Debug)]
struct Head {
    first: Date,
    last: Date,
    /// The first 64 as bits.
    families: u64,
}

impl Head {
    const NOTHING: Self = Self { first: Date::MAX, last: Date::MIN, families: 0 };

    #[inline]
    fn take_dates(&mut self, first: Date, last: Date) {
        (self.first, self.last) = (self.first.min(first), self.last.max(last));
    }
}

/// Events of one kind, by account and fiscal year. Most have a quantity of one and no cost of their own, and so need
/// no more than their count.
#[derive(Clone, Debug, Default)]
struct KindColumns {
    without_cost: Counts,
    with_cost: Counts,
    /// Quantity beyond one per event.
    more_without_cost: Sums,
    more_with_cost: Sums,
    cost: Sums,
}

/// Events added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct EventSums {
    pub(super) events: i64,
    pub(super) quantity: i128,
    pub(super) quantity_without_cost: i128,
    pub(super) cost: i128,
    pub(super) credit: i128,
}

impl EventSums {
    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            events: self.events + other.events,
            quantity: self.quantity + other.quantity,
            quantity_without_cost: self.quantity_without_cost + other.quantity_without_cost,
            cost: self.cost + other.cost,
            credit: self.credit + other.credit,
        }
    }

    fn of(event: &EventEntry) -> Self {
        let quantity = i128::from(event.quantity);
        Self {
            events: 1,
            quantity,
            quantity_without_cost: if event.cost.is_none() { quantity } else { 0 },
            cost: event.cost.unwrap_or(0).into(),
            credit: event.credit.into(),
        }
    }
}

/// Facts of up to [`SHARD_ACCOUNTS`] accounts.
#[derive(Clone, Debug, Default)]
pub(super) struct Shard {
    /// For how many accounts columns are made.
    room: usize,
    invoiced: Sums,
    years: Vec<YearCell>,
    /// Carries of the sums in `years`.
    carries: FxHashMap<(u32, bool), i64>,
    heads: Vec<Head>,
    /// By period.
    credits: Sums,
    event_credits: Sums,
    /// By fiscal year.
    unknown: Sums,
    freight: Sums,
    credit_notes: Sums,
    /// By account.
    missing: [Sums; OPTIONAL],
    more_families: FxHashSet<(u32, u32)>,
    kinds: Vec<KindColumns>,
    /// Events before the first day that counts, as far as it was known when they were added.
    early: FxHashMap<EventKey, EventSums>,
}

impl Shard {
    pub(super) fn len(&self) -> usize {
        self.heads.len()
    }

    /// Makes room for more accounts.
    pub(super) fn grow(&mut self, accounts: usize, layout: Layout) {
        if self.heads.len() >= accounts {
            return;
        }
        if self.room < accounts {
            self.room = (2 * accounts).clamp(1, SHARD_ACCOUNTS);
            self.heads.reserve_exact(self.room - self.heads.len());
            self.years.reserve_exact(self.room * layout.years - self.years.len());
        }
        self.heads.resize(accounts, Head::NOTHING);
        self.years.resize(accounts * layout.years, YearCell::default());
    }

    /// Adds orders and credit notes. Each kind of sum has a loop of its own, so short that a core waits for the memory of
    /// many orders at once.
    pub(super) fn add_orders(&mut self, orders: &[OrderEntry], year_of: &[usize], implied: u16, layout: Layout) {
        let year = |order: &OrderEntry| year_of[usize::from(order.period)];
        let by_period = self.room * layout.periods;
        self.touch(orders, year_of, layout);
        for order in orders.iter().filter(|order| !order.is_credit_note()) {
            let at = local(order.account) * layout.periods + usize::from(order.period);
            self.invoiced.add(by_period, at, order.revenue);
        }
        for order in orders {
            self.add_to_year(local(order.account) * layout.years + year(order), order);
        }
        for order in orders.iter().filter(|order| !order.is_credit_note()) {
            self.heads[local(order.account)].take_dates(order.ordered_on, order.ordered_on);
        }
        for order in orders.iter().filter(|order| order.has_rare(implied)) {
            self.add_rare(order, year(order), layout);
            self.add_missing(local(order.account), order.missing(), implied);
        }
    }

    /// Reads what orders will be added to. The loads do not wait for each other, and what comes after finds all of it
    /// near.
    fn touch(&self, orders: &[OrderEntry], year_of: &[usize], layout: Layout) {
        let read = orders.iter().fold(0, |all, order| {
            let (account, period) = (local(order.account), usize::from(order.period));
            let cell = &self.years[account * layout.years + year_of[period]];
            let head = self.heads[account].families as i64;
            all ^ head ^ cell.cost_of_goods ^ self.invoiced.get(account * layout.periods + period)
        });
        std::hint::black_box(read);
    }

    #[inline]
    fn add_to_year(&mut self, at: usize, order: &OrderEntry) {
        let cell = &mut self.years[at];
        let (cost, cost_carried) = cell.cost_of_goods.overflowing_add(order.cost_of_goods);
        let (discount, discount_carried) = cell.discount.overflowing_add(order.discount);
        (cell.cost_of_goods, cell.discount) = (cost, discount);
        if !order.is_credit_note() {
            cell.orders = cell.orders.saturating_add(1);
            cell.lines = cell.lines.saturating_add(order.lines);
            cell.small_orders = cell.small_orders.saturating_add(order.is_small().into());
            cell.rush_orders = cell.rush_orders.saturating_add(order.is_rush().into());
        }
        if cost_carried {
            *self.carries.entry((at as u32, false)).or_default() += order.cost_of_goods.signum();
        }
        if discount_carried {
            *self.carries.entry((at as u32, true)).or_default() += order.discount.signum();
        }
    }

    /// Adds what few orders have.
    fn add_rare(&mut self, order: &OrderEntry, year: usize, layout: Layout) {
        let (by_period, by_year) = (self.room * layout.periods, self.room * layout.years);
        let account = local(order.account);
        let (at_period, at_year) =
            (account * layout.periods + usize::from(order.period), account * layout.years + year);
        if order.is_credit_note() {
            self.credits.add(by_period, at_period, order.revenue.saturating_neg());
            self.credit_notes.add(by_year, at_year, 1);
        }
        self.unknown.add(by_year, at_year, order.unknown);
        self.freight.add(by_year, at_year, order.freight);
    }

    /// Counts missing fields, those of `implied` left out: they are missing in all orders.
    #[inline]
    fn add_missing(&mut self, account: usize, missing: u16, implied: u16) {
        let mut left = missing & !implied;
        while left != 0 {
            self.missing[left.trailing_zeros() as usize].add(self.room, account, 1);
            left &= left - 1;
        }
    }

    /// Writes down what was implied: that all orders so far lack a field.
    pub(super) fn write_missing(&mut self, field: usize, layout: Layout) {
        for account in 0..self.len() {
            let orders = self.orders_that_may_miss(field, account, layout);
            self.missing[field].add(self.room, account, orders);
        }
    }

    fn orders_that_may_miss(&self, field: usize, account: usize, layout: Layout) -> i64 {
        let years = account * layout.years..(account + 1) * layout.years;
        let orders: i64 = self.years[years.clone()].iter().map(|cell| i64::from(cell.orders)).sum();
        let notes: i64 = if field < LINES { years.map(|at| self.credit_notes.get(at)).sum() } else { 0 };
        orders + notes
    }

    /// How many orders of an account lack a field.
    pub(super) fn missing(&self, field: usize, account: usize, implied: u16, layout: Layout) -> i64 {
        if implied & (1 << field) == 0 {
            self.missing[field].get(account)
        } else {
            self.orders_that_may_miss(field, account, layout)
        }
    }

    /// Adds families by their numbers in the table.
    #[inline]
    pub(super) fn add_families(&mut self, account: usize, families: u64) {
        self.heads[account].families |= families;
    }

    #[inline]
    pub(super) fn add_family(&mut self, account: usize, family: u32) {
        match family {
            few @ 0..64 => self.add_families(account, 1 << few),
            more => {
                self.more_families.insert((account as u32, more));
            }
        }
    }

    pub(super) fn bought(&self, account: usize) -> Bought {
        Bought { account: account as u32, families: self.heads[account].families }
    }

    pub(super) fn more_families(&self) -> impl Iterator<Item = (u32, u32)> {
        self.more_families.iter().copied()
    }

    fn kind(&mut self, kind: usize) -> &mut KindColumns {
        if self.kinds.len() <= kind {
            self.kinds.resize(kind + 1, KindColumns::default());
        }
        &mut self.kinds[kind]
    }

    /// Reads what events will be added to, as [`Shard::touch`] does.
    pub(super) fn touch_events(&self, events: &[EventEntry], words: &Words, year_of: &[usize], layout: Layout) {
        let read = events.iter().fold(0, |all, event| {
            let at = local(event.key.account) * layout.years + year_of[usize::from(event.key.period)];
            let Some(columns) = self.kinds.get(words.kind(event.key.kind)) else { return all };
            all ^ if event.cost.is_none() { columns.without_cost.get(at) } else { columns.with_cost.get(at) }
        });
        std::hint::black_box(read);
    }

    #[inline]
    pub(super) fn add_event(&mut self, account: usize, event: &EventEntry, year: usize, layout: Layout) {
        let (len, at) = (self.room * layout.years, account * layout.years + year);
        let columns = self.kind(event.key.kind as usize);
        let more = event.quantity - SCALE;
        match event.cost {
            None => {
                columns.without_cost.add(len, at, 1);
                columns.more_without_cost.add(len, at, more);
            }
            Some(cost) => {
                columns.with_cost.add(len, at, 1);
                columns.more_with_cost.add(len, at, more);
                columns.cost.add(len, at, cost);
            }
        }
        let at_period = account * layout.periods + usize::from(event.key.period);
        self.event_credits.add(self.room * layout.periods, at_period, event.credit);
    }

    /// Keeps an event that comes before the first day that counts, until that day is known for good.
    pub(super) fn add_early(&mut self, account: usize, event: &EventEntry) {
        self.merge_early(EventKey { account: account as u32, ..event.key }, EventSums::of(event));
    }

    pub(super) fn merge_early(&mut self, key: EventKey, sums: EventSums) {
        let known = self.early.entry(key).or_default();
        *known = known.plus(sums);
    }

    pub(super) fn early(&self) -> impl Iterator<Item = (EventKey, EventSums)> {
        self.early.iter().map(|(key, sums)| (*key, *sums))
    }

    pub(super) fn order_dates(&self, account: usize) -> (Date, Date) {
        (self.heads[account].first, self.heads[account].last)
    }

    /// The kinds of which anything happened in the periods that count for sure.
    pub(super) fn kinds_that_happened(&self) -> impl Iterator<Item = u32> {
        let happened = |columns: &KindColumns| !columns.without_cost.is_empty() || !columns.with_cost.is_empty();
        self.kinds.iter().enumerate().filter(move |(_, c)| happened(c)).map(|(kind, _)| kind as u32)
    }

    pub(super) fn kind_count(&self) -> usize {
        self.kinds.len()
    }

    /// Events of a kind in a fiscal year.
    #[inline]
    pub(super) fn events(&self, account: usize, kind: usize, year: usize, layout: Layout) -> EventSums {
        let Some(columns) = self.kinds.get(kind) else { return EventSums::default() };
        let at = account * layout.years + year;
        let (without, with) = (columns.without_cost.get(at).into(), columns.with_cost.get(at).into());
        let quantity = |count: i64, more: &Sums| i128::from(count) * i128::from(SCALE) + i128::from(more.get(at));
        let quantity_without_cost = quantity(without, &columns.more_without_cost);
        EventSums {
            events: without + with,
            quantity: quantity_without_cost + quantity(with, &columns.more_with_cost),
            quantity_without_cost,
            cost: columns.cost.get(at).into(),
            credit: 0,
        }
    }

    /// An account whose sum cannot be held.
    pub(super) fn too_large(&self, layout: Layout) -> Option<usize> {
        let by_year = [&self.unknown, &self.freight, &self.credit_notes].map(Sums::too_large);
        let by_period = [&self.invoiced, &self.credits, &self.event_credits].map(Sums::too_large);
        let kinds = self.kinds.iter().flat_map(|c| {
            let counts = [c.without_cost.too_large(), c.with_cost.too_large()];
            let sums = [c.more_without_cost.too_large(), c.more_with_cost.too_large(), c.cost.too_large()];
            counts.into_iter().chain(sums)
        });
        let carried = self.carries.iter().filter(|(_, carry)| **carry != 0).map(|((at, _), _)| Some(*at as usize));
        let full = |cell: &YearCell| cell.orders.max(cell.lines) == u32::MAX;
        let counted = self.years.iter().position(full);
        let years =
            by_year.into_iter().chain(kinds).chain(carried).chain([counted, self.quantity_too_large()]).flatten();
        let periods = by_period.into_iter().flatten().map(|at| at / layout.periods);
        years.map(|at| at / layout.years).chain(periods).min()
    }

    /// The facts of one account apart from the others, families beyond the first 64 left out.
    pub(super) fn account(&self, account: usize, implied: u16, layout: Layout) -> Self {
        let mut own = Self::default();
        own.grow(1, layout);
        let kinds: Vec<u32> = (0..self.kinds.len() as u32).collect();
        own.merge(0, self, account, &kinds, layout);
        for field in (0..OPTIONAL).filter(|field| implied & (1 << field) == 0) {
            own.merge_missing(field, 0, self.missing(field, account, implied, layout));
        }
        own
    }

    /// Adds the facts of an account of another shard, missing fields and families left out.
    pub(super) fn merge(&mut self, to: usize, other: &Self, from: usize, kinds: &[u32], layout: Layout) {
        for year in 0..layout.years {
            self.merge_year(to * layout.years + year, other, from * layout.years + year, layout);
        }
        let len = self.room * layout.periods;
        for period in 0..layout.periods {
            let (at, from) = (to * layout.periods + period, from * layout.periods + period);
            self.invoiced.add_from(len, at, &other.invoiced, from);
            self.credits.add_from(len, at, &other.credits, from);
            self.event_credits.add_from(len, at, &other.event_credits, from);
        }
        self.heads[to].take_dates(other.heads[from].first, other.heads[from].last);
        for (kind, columns) in other.kinds.iter().enumerate() {
            let len = self.room * layout.years;
            let own = self.kind(kinds[kind] as usize);
            for year in 0..layout.years {
                let (at, from) = (to * layout.years + year, from * layout.years + year);
                own.without_cost.add(len, at, columns.without_cost.get(from));
                own.with_cost.add(len, at, columns.with_cost.get(from));
                own.more_without_cost.add_from(len, at, &columns.more_without_cost, from);
                own.more_with_cost.add_from(len, at, &columns.more_with_cost, from);
                own.cost.add_from(len, at, &columns.cost, from);
            }
        }
    }

    fn merge_year(&mut self, at: usize, other: &Self, from: usize, layout: Layout) {
        let (own, theirs) = (&mut self.years[at], &other.years[from]);
        let (cost, cost_carried) = own.cost_of_goods.overflowing_add(theirs.cost_of_goods);
        let (discount, discount_carried) = own.discount.overflowing_add(theirs.discount);
        *own = YearCell {
            cost_of_goods: cost,
            discount,
            orders: own.orders.saturating_add(theirs.orders),
            lines: own.lines.saturating_add(theirs.lines),
            small_orders: own.small_orders.saturating_add(theirs.small_orders),
            rush_orders: own.rush_orders.saturating_add(theirs.rush_orders),
        };
        let carried = [(false, cost_carried, theirs.cost_of_goods), (true, discount_carried, theirs.discount)];
        for (which, carried, value) in carried {
            let before = other.carries.get(&(from as u32, which)).copied().unwrap_or(0);
            let carry = before + if carried { value.signum() } else { 0 };
            if carry != 0 {
                *self.carries.entry((at as u32, which)).or_default() += carry;
            }
        }
        let len = self.room * layout.years;
        self.unknown.add_from(len, at, &other.unknown, from);
        self.freight.add_from(len, at, &other.freight, from);
        self.credit_notes.add_from(len, at, &other.credit_notes, from);
    }

    /// Adds to the orders that lack a field.
    pub(super) fn merge_missing(&mut self, field: usize, account: usize, orders: i64) {
        self.missing[field].add(self.room, account, orders);
    }

    /// An event quantity that cannot be held.
    fn quantity_too_large(&self) -> Option<usize> {
        let limit = i64::MAX / 4;
        let large = |sums: &Sums| sums.position(|more| more.unsigned_abs() > limit.unsigned_abs());
        self.kinds.iter().find_map(|c| large(&c.more_without_cost).or_else(|| large(&c.more_with_cost)))
    }

    /// What events gave back in a period, exact.
    pub(super) fn event_credits(&self, account: usize, period: usize, layout: Layout) -> i128 {
        self.event_credits.exact(account * layout.periods + period)
    }

    /// The exact facts of an account, events left out, for comparison.
    pub(super) fn exact(&self, account: usize, layout: Layout) -> Vec<i128> {
        let mut all = Vec::new();
        for year in 0..layout.years {
            let at = account * layout.years + year;
            let carry = |which| i128::from(self.carries.get(&(at as u32, which)).copied().unwrap_or(0)) << 64;
            let cell = &self.years[at];
            all.extend([i128::from(cell.cost_of_goods) + carry(false), i128::from(cell.discount) + carry(true)]);
            all.extend([cell.orders, cell.lines, cell.small_orders, cell.rush_orders].map(i128::from));
            all.extend([&self.unknown, &self.freight, &self.credit_notes].map(|sums| sums.exact(at)));
        }
        for period in 0..layout.periods {
            let at = account * layout.periods + period;
            all.extend([&self.invoiced, &self.credits].map(|sums| sums.exact(at)));
        }
        all
    }
}

/// The position among optional fields of the field that counts how often it is missing.
pub(super) const fn optional(field: Field) -> Option<usize> {
    match field {
        Field::MissingCost => Some(COST),
        Field::MissingDiscount => Some(DISCOUNT),
        Field::MissingFreight => Some(FREIGHT),
        Field::MissingLines => Some(LINES),
        Field::MissingRush => Some(RUSH),
        _ => None,
    }
}
