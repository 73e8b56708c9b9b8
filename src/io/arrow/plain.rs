//! From the values of a batch to columns of records, where nothing about them is out of the ordinary.

use super::shape::Shape;
use super::text::Text;
use super::values::{Values, get};
use crate::date::Date;
use crate::io::csv::shared::{Cell, currency, event, line, order};
use crate::ledger::{
    Amounts, NO_AMOUNT, NO_COUNT, NO_ID, PlainEvents, PlainLines, PlainOrders, WordTable, is_plain_word,
};
use crate::money::SCALE;
use arrow_array::{Array, Int64Array};
use std::borrow::Cow;
use std::ops::Range;

/// Decimals of amounts and quantities.
const MONEY: u32 = 4;

/// Some rows of a batch. Each method adds a column of them, or gives `None` when a value is not plain.
pub(super) struct Rows<'a> {
    shape: &'a Shape,
    values: &'a [Values],
    rows: Range<usize>,
}

impl<'a> Rows<'a> {
    /// Rows of a batch, unless the table is read in a way that needs a look at each record.
    pub(super) fn new(shape: &'a Shape, values: &'a [Values], rows: Range<usize>) -> Option<Self> {
        let plan = &shape.plan;
        let simple = plan.aside.is_empty()
            && !plan.has(currency(plan.table))
            && shape.format.null.is_empty()
            && plan.cells.iter().all(|cell| matches!(cell, Cell::Absent | Cell::Column(_)));
        simple.then_some(Self { shape, values, rows })
    }

    /// The values of a column; `None` where there are none.
    fn column(&self, column: usize) -> Option<&'a Values> {
        match &self.shape.plan.cells[column] {
            Cell::Column(at) => Some(&self.values[*at as usize]).filter(|values| !matches!(values, Values::Missing)),
            _ => None,
        }
    }

    /// Adds the ids of a column.
    fn ids(&self, column: usize, required: bool, ids: &mut Vec<u64>) -> Option<()> {
        let Some(values) = self.column(column) else { return (!required).then_some(()) };
        let Values::Whole(numbers) = values else { return None };
        let own = &numbers.values()[self.rows.clone()];
        if numbers.null_count() == 0 {
            let negative = own.iter().fold(false, |any, number| any | (*number < 0));
            ids.extend(own.iter().map(|number| *number as u64));
            return (!negative).then_some(());
        }
        for row in self.rows.clone() {
            match get(numbers, row) {
                Some(number) => ids.push(u64::try_from(number).ok()?),
                None if required => return None,
                None => ids.push(NO_ID),
            }
        }
        Some(())
    }

    /// The numbers of a column, and what makes them counts of 1/10,000; `Some(None)` where there are none.
    #[allow(clippy::option_option, reason = "a column that is not there is plain")]
    fn numbers(&self, column: usize) -> Option<Option<(&'a Int64Array, i64)>> {
        let (numbers, scale) = match self.column(column) {
            None => return Some(None),
            Some(Values::Whole(numbers)) => (numbers, 0),
            Some(Values::Fixed { units, scale }) => (units, *scale),
            Some(_) => return None,
        };
        Some(Some((numbers, 10i64.pow(MONEY.checked_sub(scale)?))))
    }

    /// Adds the amounts of a column in 1/10,000, `none` where there is none.
    fn amounts(&self, column: usize, none: i64, amounts: &mut Vec<i64>) -> Option<()> {
        let Some((numbers, factor)) = self.numbers(column)? else { return Some(()) };
        let most = (i64::MAX / factor).unsigned_abs();
        let own = &numbers.values()[self.rows.clone()];
        if numbers.null_count() == 0 {
            let beyond = own.iter().fold(false, |any, number| any | (number.unsigned_abs() > most));
            amounts.extend(own.iter().map(|number| number.wrapping_mul(factor)));
            return (!beyond).then_some(());
        }
        let mut beyond = false;
        amounts.extend(own.iter().zip(self.rows.clone()).map(|(number, row)| {
            let null = numbers.is_null(row);
            beyond |= !null & (number.unsigned_abs() > most);
            if null { none } else { number.wrapping_mul(factor) }
        }));
        (!beyond).then_some(())
    }

    fn counts(&self, column: usize, counts: &mut Vec<u32>) -> Option<()> {
        let Some(values) = self.column(column) else { return Some(()) };
        let Values::Whole(numbers) = values else { return None };
        for row in self.rows.clone() {
            let count = if numbers.is_null(row) { NO_COUNT } else { u32::try_from(numbers.value(row)).ok()? };
            counts.push(count);
        }
        Some(())
    }

    fn days(&self, column: usize, days: &mut Vec<Date>) -> Option<()> {
        let Some(Values::Days(numbers)) = self.column(column) else { return None };
        let own = &numbers.values()[self.rows.clone()];
        let none = numbers.null_count() > 0 && self.rows.clone().any(|row| numbers.is_null(row));
        let (first, last) = (Date::MIN.days(), Date::MAX.days());
        let beyond = own.iter().fold(false, |any, day| any | (*day < first) | (*day > last));
        days.extend(own.iter().map(|day| Date::from_days(*day).unwrap_or(Date::MIN)));
        (!none && !beyond).then_some(())
    }

    fn flags(&self, column: usize, flags: &mut Vec<Option<bool>>) -> Option<()> {
        let Some(values) = self.column(column) else { return Some(()) };
        let Values::Flag(own) = values else { return None };
        flags.extend(self.rows.clone().map(|row| (!own.is_null(row)).then(|| own.value(row))));
        Some(())
    }

    /// Adds the words of a column by their numbers; `None` when one is missing.
    fn words(&self, column: usize, words: &mut WordTable, numbers: &mut Vec<u32>) -> Option<()> {
        let Some(Values::Text(Text::Words { keys, words: texts })) = self.column(column) else { return None };
        let mut known = vec![WordTable::NONE; texts.len()];
        for row in self.rows.clone() {
            if keys.is_null(row) {
                return None;
            }
            let key = keys.value(row) as usize;
            let mut number = *known.get(key)?;
            if number == WordTable::NONE {
                number = words.intern(texts.get(key).filter(|word| is_plain_word(word))?);
                known[key] = number;
            }
            numbers.push(number);
        }
        Some(())
    }

    /// Looks at the words of a column that no figure needs.
    fn look_at_words(&self, column: usize) -> Option<()> {
        let Some(values) = self.column(column) else { return Some(()) };
        let Values::Text(Text::Words { keys, words }) = values else { return None };
        let mut seen = vec![false; words.len()];
        for row in self.rows.clone().filter(|row| !keys.is_null(*row)) {
            let key = keys.value(row) as usize;
            if !*seen.get(key)? {
                words.get(key).filter(|word| is_plain_word(word))?;
                seen[key] = true;
            }
        }
        Some(())
    }

    /// No row has a value in a column.
    fn empty(&self, column: usize) -> Option<()> {
        match self.column(column) {
            None => Some(()),
            Some(values) => self.rows.clone().all(|row| values.is_null(row)).then_some(()),
        }
    }

    pub(super) fn orders(&self, to: &mut PlainOrders) -> Option<()> {
        self.ids(order::ORDER_ID, true, &mut to.ids)?;
        self.ids(order::CUSTOMER_ID, true, &mut to.customers)?;
        self.days(order::ORDERED_ON, &mut to.days)?;
        self.amounts(order::REVENUE, NO_AMOUNT, &mut to.revenue)?;
        self.amounts(order::COST_OF_GOODS, NO_AMOUNT, &mut to.cost_of_goods)?;
        self.amounts(order::DISCOUNT, NO_AMOUNT, &mut to.discount)?;
        self.amounts(order::FREIGHT, NO_AMOUNT, &mut to.freight)?;
        self.counts(order::LINES, &mut to.lines)?;
        self.flags(order::RUSH, &mut to.rush)?;
        self.look_at_words(order::CHANNEL)?;
        self.look_at_words(order::OWNER)?;
        self.empty(order::CREDITS_ORDER_ID)
    }

    /// The lines, whose numbers stay where they are.
    pub(super) fn lines(&self) -> Option<PlainLines<'a>> {
        let Some(Values::Whole(orders)) = self.column(line::ORDER_ID) else { return None };
        if orders.null_count() > 0 || orders.values()[self.rows.clone()].iter().any(|id| *id < 0) {
            return None;
        }
        let (mut words, mut families) = (WordTable::default(), Vec::with_capacity(self.rows.len()));
        self.words(line::PRODUCT_FAMILY, &mut words, &mut families)?;
        self.column(line::REVENUE)?;
        Some(PlainLines {
            orders: Cow::Borrowed(&orders.values()[self.rows.clone()]),
            families: Cow::Owned(families),
            words: Cow::Owned(words),
            revenue: self.borrowed(line::REVENUE)?,
            cost_of_goods: self.borrowed(line::COST_OF_GOODS)?,
            discount: self.borrowed(line::DISCOUNT)?,
        })
    }

    /// The amounts of a column where they are, unless some are missing.
    fn borrowed(&self, column: usize) -> Option<Amounts<'a>> {
        let Some((numbers, factor)) = self.numbers(column)? else { return Some(Amounts::default()) };
        let own = &numbers.values()[self.rows.clone()];
        let gaps = numbers.null_count() > 0;
        let values = if gaps {
            let value = |row| get(numbers, row).unwrap_or(NO_AMOUNT);
            Cow::Owned(self.rows.clone().map(value).collect())
        } else {
            Cow::Borrowed(own)
        };
        Some(Amounts { values, factor, gaps })
    }

    pub(super) fn events(&self, to: &mut PlainEvents) -> Option<()> {
        self.ids(event::CUSTOMER_ID, true, &mut to.customers)?;
        self.days(event::OCCURRED_ON, &mut to.days)?;
        self.words(event::KIND, &mut to.words, &mut to.kinds)?;
        self.ids(event::EVENT_ID, false, &mut to.ids)?;
        self.amounts(event::QUANTITY, SCALE, &mut to.quantity)?;
        self.amounts(event::COST, NO_AMOUNT, &mut to.cost)?;
        self.amounts(event::CREDIT, NO_AMOUNT, &mut to.credit)?;
        self.ids(event::ORDER_ID, false, &mut to.orders)
    }
}
