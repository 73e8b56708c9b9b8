//! Records as columns, where nothing about them is out of the ordinary.
//!
//! Most pieces of most files hold nothing but numbers as ids, amounts within their limits and known customers. What a
//! ledger would make of such records is known without posting them one by one, and is the same. Anything else, be it
//! one value, makes a piece not plain: then it is posted, which says what is wrong and where.

use super::orders::LineSums;
use super::settle::{Stated, complete, lines_differ};
use super::{Customers, Ledger, OrderIndex, Place, Quality, SettledOrder, WordTable};
use crate::date::Date;
use crate::error::Table;
use crate::limits::{EVENT_QUANTITY_MAX, LINES_PER_ORDER_MAX, WORDS_MAX};
use crate::money::{AMOUNT_MAX, Money, SCALE};
use crate::records::{EventKind, IdRef};
use std::ops::Range;

/// Stands for no value in a column of amounts.
pub(crate) const NO_AMOUNT: i64 = i64::MIN;
/// Stands for no value in a column of counts.
pub(crate) const NO_COUNT: u32 = u32::MAX;
/// Stands for no value in a column of ids. Ids of columns are numbers up to [`i64::MAX`].
pub(crate) const NO_ID: u64 = u64::MAX;

/// Where the records of a piece stand: in one file, on lines that follow each other.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PlainPlace {
    pub(crate) file: u16,
    /// The line of the first record, from 1.
    pub(crate) first: u64,
}

impl PlainPlace {
    fn of(self, row: usize) -> Place {
        let line = u32::try_from(self.first + row as u64).unwrap_or(u32::MAX);
        Place { file: self.file, line, byte: Place::BYTE_UNKNOWN }
    }
}

/// Orders as columns. An optional column that was not given is empty.
#[derive(Debug, Default)]
pub(crate) struct PlainOrders {
    pub(crate) place: PlainPlace,
    pub(crate) ids: Vec<u64>,
    pub(crate) customers: Vec<u64>,
    pub(crate) days: Vec<Date>,
    /// Amounts in 1/10,000.
    pub(crate) revenue: Vec<i64>,
    pub(crate) cost_of_goods: Vec<i64>,
    pub(crate) discount: Vec<i64>,
    pub(crate) freight: Vec<i64>,
    pub(crate) lines: Vec<u32>,
    pub(crate) rush: Vec<Option<bool>>,
}

/// Order lines as columns. An optional column that was not given is empty.
#[derive(Debug, Default)]
pub(crate) struct PlainLines {
    pub(crate) orders: Vec<u64>,
    /// By their numbers among the words.
    pub(crate) families: Vec<u32>,
    pub(crate) words: WordTable,
    /// Amounts in 1/10,000.
    pub(crate) revenue: Vec<i64>,
    pub(crate) cost_of_goods: Vec<i64>,
    pub(crate) discount: Vec<i64>,
}

/// Service events as columns. An optional column that was not given is empty.
#[derive(Debug, Default)]
pub(crate) struct PlainEvents {
    pub(crate) customers: Vec<u64>,
    pub(crate) days: Vec<Date>,
    /// By their numbers among the words.
    pub(crate) kinds: Vec<u32>,
    pub(crate) words: WordTable,
    /// Its own ids, if it has any.
    pub(crate) ids: Vec<u64>,
    /// In 1/10,000, as the amounts; a blank is one.
    pub(crate) quantity: Vec<i64>,
    pub(crate) cost: Vec<i64>,
    pub(crate) credit: Vec<i64>,
    pub(crate) orders: Vec<u64>,
}

/// A value of an optional column.
#[inline]
fn at<T: Copy>(column: &[T], row: usize, none: T) -> T {
    column.get(row).copied().unwrap_or(none)
}

/// An amount of an optional column.
#[inline]
fn amount(column: &[i64], row: usize) -> Option<Money> {
    let units = at(column, row, NO_AMOUNT);
    (units != NO_AMOUNT).then_some(Money::from_units(units))
}

/// Whether all amounts are within what one record may hold. Without a branch in the loop: it is read by vectors.
fn amounts_fit(column: &[i64]) -> bool {
    let most = AMOUNT_MAX.units().unsigned_abs();
    let beyond = |units: &i64| (units.unsigned_abs() > most) & (*units != NO_AMOUNT);
    !column.iter().fold(false, |any, units| any | beyond(units))
}

/// Whether no cost has the sign opposite to its revenue.
fn cost_signs_fit(revenue: &[i64], cost: &[i64]) -> bool {
    let opposite = |(revenue, cost): (&i64, &i64)| {
        ((revenue ^ cost) < 0) & (*revenue != 0) & (*cost != 0) & (*revenue != NO_AMOUNT) & (*cost != NO_AMOUNT)
    };
    !revenue.iter().zip(cost).fold(false, |any, pair| any | opposite(pair))
}

/// Whether each id is larger than the one before it.
fn rises(ids: &[u64]) -> bool {
    !ids.iter().zip(ids.get(1..).unwrap_or_default()).fold(false, |any, (a, b)| any | (a >= b))
}

fn sum(column: &[i64]) -> i128 {
    column.iter().filter(|units| **units != NO_AMOUNT).map(|units| i128::from(*units)).sum()
}

/// The indices of customers, unless one of them is unknown or set aside.
fn find_customers(customers: &Customers, ids: &[u64]) -> Option<Vec<u32>> {
    let found = ids.iter().map(|id| customers.ids.get(IdRef::Number(*id)).filter(|at| !customers.excluded(*at)));
    found.collect()
}

impl PlainOrders {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// The indices of the customers, if all records are such as a ledger takes without a word and in the order of their ids.
    pub(crate) fn check(&self, ledger: &Ledger) -> Option<Vec<u32>> {
        let customers = &*ledger.customers;
        let money = [&self.revenue, &self.cost_of_goods, &self.discount, &self.freight];
        let lines = self.lines.iter().all(|lines| *lines <= LINES_PER_ORDER_MAX || *lines == NO_COUNT);
        let free = |(revenue, cost): (&i64, &i64)| *revenue == 0 && *cost < 0 && *cost != NO_AMOUNT;
        let plain = rises(&self.ids)
            && lines
            && money.into_iter().all(|column| amounts_fit(column))
            && cost_signs_fit(&self.revenue, &self.cost_of_goods)
            && !self.revenue.iter().zip(&self.cost_of_goods).any(free);
        if !plain {
            return None;
        }
        let found = find_customers(customers, &self.customers)?;
        let early = |(at, day): (&u32, &Date)| customers.acquired_on(*at).is_some_and(|acquired| *day < acquired);
        let any_early = customers.any_acquired_on() && found.iter().zip(&self.days).any(early);
        (!any_early).then_some(found)
    }

    /// Counts them as read.
    pub(crate) fn count_read(&self, quality: &mut Quality) {
        quality.count_all_read(Table::Orders, self.len(), sum(&self.revenue));
    }

    /// Adds them to an index of all.
    pub(crate) fn index(&self, index: &mut OrderIndex) {
        index.extend(&self.ids, &self.days);
    }

    #[inline]
    fn stated(&self, row: usize, customer: u32) -> Stated {
        Stated {
            customer,
            ordered_on: self.days[row],
            revenue: amount(&self.revenue, row),
            cost_of_goods: amount(&self.cost_of_goods, row),
            discount: amount(&self.discount, row),
            freight: amount(&self.freight, row),
            lines: Some(at(&self.lines, row, NO_COUNT)).filter(|lines| *lines != NO_COUNT),
            rush: at(&self.rush, row, None),
        }
    }

    /// Completes the orders by their lines, which come in the same order, and hands each on with its lines: the position
    /// of the piece and the rows. `None`: they must be posted, since a line has no order or an order cannot be used.
    pub(crate) fn settle(
        &self,
        customers: &[u32],
        lines: &[PlainLines],
        quality: &mut Quality,
        mut used: impl FnMut(&SettledOrder, &[(usize, Range<usize>)]),
    ) -> Option<()> {
        let mut cursor = Cursor { lines, piece: 0, row: 0 };
        let mut own = Vec::new();
        for (row, (id, customer)) in self.ids.iter().zip(customers).enumerate() {
            own.clear();
            let mut sums = LineSums::default();
            while let Some(rows) = cursor.take(*id) {
                lines[rows.0].add_to(&mut sums, rows.1.clone());
                own.push(rows);
            }
            let stated = self.stated(row, *customer);
            let sums = Some(&sums).filter(|sums| sums.lines > 0);
            let order = complete(&stated, sums, None).ok()?;
            if stated.revenue.is_none() {
                quality.count_money(Table::Orders, order.revenue);
            }
            used(&order, &own);
            if let Some(problem) = sums.and_then(|sums| lines_differ(IdRef::Number(*id), &stated, sums)) {
                quality.find(Table::Orders, self.place.of(row), problem);
            }
        }
        cursor.is_at_end().then_some(())
    }
}

/// Where reading the lines of some orders has come.
struct Cursor<'a> {
    lines: &'a [PlainLines],
    piece: usize,
    row: usize,
}

impl Cursor<'_> {
    /// The next lines, if they are of an order: some rows of one piece.
    #[inline]
    fn take(&mut self, order: u64) -> Option<(usize, Range<usize>)> {
        let orders = &self.lines.get(self.piece)?.orders;
        let start = self.row;
        let count = orders.get(start..)?.iter().take_while(|id| **id == order).count();
        let taken = (self.piece, start..start + count);
        self.row += count;
        if self.row == orders.len() {
            (self.piece, self.row) = (self.piece + 1, 0);
        }
        (count > 0).then_some(taken)
    }

    fn is_at_end(&self) -> bool {
        self.piece == self.lines.len()
    }
}

impl PlainLines {
    /// Whether all records are such as a ledger takes without a word, if their orders are there.
    pub(crate) fn check(&self) -> bool {
        let money = [&self.revenue, &self.cost_of_goods, &self.discount];
        !self.orders.is_empty()
            && self.words.len() <= WORDS_MAX
            && money.into_iter().all(|column| amounts_fit(column))
            && !self.revenue.contains(&NO_AMOUNT)
            && cost_signs_fit(&self.revenue, &self.cost_of_goods)
    }

    /// Counts them as read.
    pub(crate) fn count_read(&self, quality: &mut Quality) {
        quality.count_all_read(Table::OrderLines, self.orders.len(), sum(&self.revenue));
    }

    /// Numbers the families as other words do, which learn those that they lack.
    pub(crate) fn adopt(&mut self, words: &mut WordTable) {
        let numbers: Vec<u32> = self.words.iter().map(|word| words.intern(word)).collect();
        if !numbers.iter().zip(0..).all(|(number, own)| *number == own) {
            self.families.iter_mut().for_each(|family| *family = numbers[*family as usize]);
        }
    }

    /// Adds rows to the sums of their order.
    #[inline]
    fn add_to(&self, sums: &mut LineSums, rows: Range<usize>) {
        for row in rows {
            let revenue = Money::from_units(self.revenue[row]);
            sums.add(revenue, amount(&self.cost_of_goods, row), amount(&self.discount, row));
        }
    }

    /// Revenue and cost of a row, for the totals of families.
    #[inline]
    pub(crate) fn amounts(&self, row: usize) -> (i64, Option<i64>) {
        (self.revenue[row], amount(&self.cost_of_goods, row).map(Money::units))
    }
}

impl PlainEvents {
    /// The indices of the customers, if all records are such as a ledger takes without a word. Custom kinds must be known
    /// already, since each is told of once.
    pub(crate) fn check(&self, ledger: &Ledger, orders: &OrderIndex, kinds: &WordTable) -> Option<Vec<u32>> {
        let quantities = 0..=EVENT_QUANTITY_MAX * SCALE;
        let known = |word: &str| !EventKind::new(word).is_custom() || kinds.get(word).is_some();
        let negative = |units: &i64| (*units < 0) & (*units != NO_AMOUNT);
        let plain = !self.customers.is_empty()
            && rises(&self.ids)
            && self.words.iter().all(known)
            && self.quantity.iter().all(|units| quantities.contains(units))
            && amounts_fit(&self.cost)
            && amounts_fit(&self.credit)
            && !self.cost.iter().any(negative)
            && !self.credit.iter().any(negative)
            && self.orders_fit(orders);
        if plain { find_customers(&ledger.customers, &self.customers) } else { None }
    }

    /// Whether the orders that they name are there and came before.
    fn orders_fit(&self, orders: &OrderIndex) -> bool {
        let mut near = 0;
        let mut last = (NO_ID, Date::MIN);
        self.orders.iter().zip(&self.days).all(|(id, day)| {
            if *id != last.0 && *id != NO_ID {
                let Some(date) = orders.date(IdRef::Number(*id), &mut near) else { return false };
                last = (*id, date);
            }
            *id == NO_ID || last.1 <= *day
        })
    }

    /// Counts them as read.
    pub(crate) fn count_read(&self, quality: &mut Quality) {
        quality.count_all_read(Table::ServiceEvents, self.customers.len(), sum(&self.cost) + sum(&self.credit));
    }

    /// Quantity, cost and credit of a row.
    #[inline]
    pub(crate) fn amounts(&self, row: usize) -> (i64, Option<i64>, i64) {
        let cost = amount(&self.cost, row).map(Money::units);
        (at(&self.quantity, row, SCALE), cost, amount(&self.credit, row).unwrap_or_default().units())
    }
}

/// Whether a text needs no look at it: short, and nothing but visible ASCII characters and spaces inside.
pub(crate) fn is_plain_word(word: &str) -> bool {
    let bytes = word.as_bytes();
    !bytes.is_empty()
        && bytes.len() <= 256
        && bytes.iter().all(|byte| (0x20..0x7F).contains(byte))
        && bytes[0] != b' '
        && bytes[bytes.len() - 1] != b' '
}
