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
use std::borrow::Cow;
use std::ops::Range;

/// Stands for no value in a column of amounts.
pub(crate) const NO_AMOUNT: i64 = i64::MIN;
/// Stands for no value in a column of counts.
pub(crate) const NO_COUNT: u32 = u32::MAX;
/// Stands for no value in a column of ids. Ids of columns are numbers up to [`i64::MAX`].
pub(crate) const NO_ID: u64 = u64::MAX;
/// Below this, in 1/10,000, any [`ROWS_MAX`] amounts add up within 64 bits.
const SMALL: u64 = 1 << 42;
/// Lines of some orders that are added up together.
const ROWS_MAX: usize = 1 << 20;

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

/// Amounts of a column, borrowed where they lie as they are needed: 1/10,000 is their count of 1/`factor`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Amounts<'a> {
    pub(crate) values: Cow<'a, [i64]>,
    pub(crate) factor: i64,
    /// Some may be [`NO_AMOUNT`].
    pub(crate) gaps: bool,
}

/// Order lines as columns. An optional column that was not given is empty.
#[derive(Debug, Default)]
pub(crate) struct PlainLines<'a> {
    /// Ids up to [`i64::MAX`].
    pub(crate) orders: Cow<'a, [i64]>,
    /// By their numbers among the words.
    pub(crate) families: Cow<'a, [u32]>,
    pub(crate) words: Cow<'a, WordTable>,
    pub(crate) revenue: Amounts<'a>,
    pub(crate) cost_of_goods: Amounts<'a>,
    pub(crate) discount: Amounts<'a>,
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
        lines: &[CheckedLines<'_>],
        quality: &mut Quality,
        mut used: impl FnMut(&SettledOrder, &[(usize, Range<usize>)]),
    ) -> Option<()> {
        let mut cursor = Cursor { lines, piece: 0, row: 0 };
        let mut own = Vec::new();
        for (row, (id, customer)) in self.ids.iter().zip(customers).enumerate() {
            own.clear();
            let mut sums = LineSums::default();
            while let Some(rows) = cursor.take(*id as i64) {
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
    lines: &'a [CheckedLines<'a>],
    piece: usize,
    row: usize,
}

impl Cursor<'_> {
    /// The next lines, if they are of an order: some rows of one piece.
    #[inline]
    fn take(&mut self, order: i64) -> Option<(usize, Range<usize>)> {
        let orders = &self.lines.get(self.piece)?.lines.orders;
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

impl Amounts<'_> {
    fn is_absent(&self) -> bool {
        self.values.is_empty()
    }

    fn rows(&self, rows: &Range<usize>) -> Amounts<'_> {
        let values = Cow::Borrowed(self.values.get(rows.clone()).unwrap_or_default());
        Amounts { values, ..*self }
    }

    /// In 1/10,000.
    #[inline]
    fn units(&self, row: usize) -> Option<i64> {
        let value = at(&self.values, row, NO_AMOUNT);
        (value != NO_AMOUNT).then(|| value * self.factor)
    }

    /// The sum of some rows without gaps, in 1/10,000, where all amounts are small.
    #[inline]
    fn sum_small(&self, rows: &Range<usize>) -> i64 {
        self.values.get(rows.clone()).unwrap_or_default().iter().sum::<i64>() * self.factor
    }

    /// Bits of which none is beyond those of the largest amount either way.
    fn bits(&self) -> u64 {
        let bits = |value: &i64| (value ^ (value >> 63)) as u64;
        if self.gaps {
            return self.values.iter().filter(|value| **value != NO_AMOUNT).fold(0, |all, value| all | bits(value));
        }
        self.values.iter().fold(0, |all, value| all | bits(value))
    }

    /// Whether all amounts are within what one record may hold, given their bits.
    fn fits(&self, bits: u64) -> bool {
        let most = (AMOUNT_MAX.units() / self.factor.max(1)).unsigned_abs();
        let beyond = |value: &i64| value.unsigned_abs() > most && (*value != NO_AMOUNT || !self.gaps);
        bits < most || !self.values.iter().any(beyond)
    }

    fn sum(&self) -> i128 {
        let values = self.values.iter().filter(|value| **value != NO_AMOUNT);
        values.map(|value| i128::from(*value)).sum::<i128>() * i128::from(self.factor)
    }
}

/// Lines that were checked.
#[derive(Debug)]
pub(crate) struct CheckedLines<'a> {
    lines: PlainLines<'a>,
    /// No amount is missing in a column that is given, and all are below [`SMALL`].
    small: bool,
}

impl<'a> PlainLines<'a> {
    /// Some of them, where they are.
    pub(crate) fn rows(&self, rows: Range<usize>) -> PlainLines<'_> {
        PlainLines {
            orders: Cow::Borrowed(&self.orders[rows.clone()]),
            families: Cow::Borrowed(&self.families[rows.clone()]),
            words: Cow::Borrowed(&self.words),
            revenue: self.revenue.rows(&rows),
            cost_of_goods: self.cost_of_goods.rows(&rows),
            discount: self.discount.rows(&rows),
        }
    }

    /// The lines, if all are such as a ledger takes without a word, should their orders be there.
    pub(crate) fn check(self) -> Option<CheckedLines<'a>> {
        let columns = [&self.revenue, &self.cost_of_goods, &self.discount];
        let bits = columns.map(Amounts::bits);
        let fit = columns.iter().zip(bits).all(|(column, bits)| column.fits(bits));
        let (revenue, cost) = (&*self.revenue.values, &*self.cost_of_goods.values);
        // Where no two signs differ, none of the others need a look.
        let alike = revenue.iter().zip(cost).fold(0, |all, (revenue, cost)| all | (revenue ^ cost)) >= 0;
        let plain = fit
            && !self.orders.is_empty()
            && self.orders.len() <= ROWS_MAX
            && self.words.len() <= WORDS_MAX
            && !(self.revenue.gaps && revenue.contains(&NO_AMOUNT))
            && (alike || cost_signs_fit(revenue, cost));
        let small = columns.iter().zip(bits).all(|(column, bits)| !column.gaps && bits < SMALL / factor(column));
        plain.then_some(CheckedLines { lines: self, small })
    }
}

fn factor(column: &Amounts<'_>) -> u64 {
    column.factor.max(1).unsigned_abs()
}

impl CheckedLines<'_> {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.lines.orders.len()
    }

    /// Counts them as read.
    pub(crate) fn count_read(&self, quality: &mut Quality) {
        let money =
            if self.small { self.lines.revenue.sum_small(&(0..self.len())).into() } else { self.lines.revenue.sum() };
        quality.count_all_read(Table::OrderLines, self.len(), money);
    }

    /// Numbers the families as other words do, which learn those that they lack.
    pub(crate) fn adopt(&mut self, words: &mut WordTable) {
        let numbers: Vec<u32> = self.lines.words.iter().map(|word| words.intern(word)).collect();
        if !numbers.iter().zip(0..).all(|(number, own)| *number == own) {
            self.lines.families.to_mut().iter_mut().for_each(|family| *family = numbers[*family as usize]);
        }
    }

    /// Adds rows to the sums of their order.
    #[inline]
    fn add_to(&self, sums: &mut LineSums, rows: Range<usize>) {
        let PlainLines { revenue, cost_of_goods, discount, .. } = &self.lines;
        if !self.small {
            for row in rows {
                let money = |column: &Amounts<'_>| column.units(row).map(Money::from_units);
                sums.add(money(revenue).unwrap_or_default(), money(cost_of_goods), money(discount));
            }
            return;
        }
        let (count, own) = (rows.len() as u32, i128::from(revenue.sum_small(&rows)));
        sums.lines += count;
        sums.revenue += own;
        if cost_of_goods.is_absent() {
            sums.revenue_without_cost += own;
        } else {
            sums.lines_with_cost += count;
            sums.cost_of_goods += i128::from(cost_of_goods.sum_small(&rows));
        }
        if !discount.is_absent() {
            sums.lines_with_discount += count;
            sums.discount += i128::from(discount.sum_small(&rows));
        }
    }

    /// The families of some rows.
    #[inline]
    pub(crate) fn families(&self, rows: &Range<usize>) -> &[u32] {
        self.lines.families.get(rows.clone()).unwrap_or_default()
    }

    /// Revenue and cost of a row in 1/10,000, for the totals of families.
    #[inline]
    pub(crate) fn amounts(&self, row: usize) -> (i64, Option<i64>) {
        (self.lines.revenue.units(row).unwrap_or(0), self.lines.cost_of_goods.units(row))
    }

    /// Revenue and cost of some rows, if all lines have a cost and none of their amounts is large: counts of 1/10,000 by
    /// the factors that come with them.
    #[inline]
    pub(crate) fn small_amounts(&self, rows: &Range<usize>) -> Option<(&[i64], &[i64])> {
        let PlainLines { revenue, cost_of_goods, .. } = &self.lines;
        let own = |column: &'_ Amounts<'_>| column.factor;
        let usable = self.small && !cost_of_goods.is_absent() && own(revenue) == own(cost_of_goods);
        usable.then(|| revenue.values.get(rows.clone()).zip(cost_of_goods.values.get(rows.clone())))?
    }

    /// What makes small amounts counts of 1/10,000.
    pub(crate) fn factor(&self) -> i64 {
        self.lines.revenue.factor
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
