//! Faults of values that come typed: those of the same value written in CSV.

use super::columns::customer;
use super::findings::Findings;
use super::header::{Cell, Plan};
use super::row::Row;
use super::split::Record;
use super::{Fault, Format, Kind, columns, hints, post};
use crate::error::{Code, Problem, Table};
use crate::money::NumberFault;

/// Calls `read` with a row in which a column holds a text.
fn with_row<T>(plan: &Plan, format: &Format, column: usize, text: &str, read: impl FnOnce(&Row<'_>) -> T) -> T {
    let mut plan = plan.clone();
    plan.cells[column] = Cell::Gathered(text.into());
    let findings = Findings::default();
    read(&Row { record: Record::empty(0, 0), plan: &plan, format, findings: &findings, file: 0 })
}

/// Why a value cannot be read, given as the text that it would be in CSV.
#[cold]
pub(in crate::io) fn fault(plan: &Plan, format: &Format, column: usize, text: &str) -> Fault {
    let read = with_row(plan, format, column, text, |row| match columns(plan.table)[column].kind {
        Kind::Money => row.money(column).err(),
        Kind::Quantity => row.quantity(column).err(),
        Kind::Rate => row.rate(column).err(),
        Kind::Integer => row.integer(column).err(),
        Kind::Flag => row.flag(column).err(),
        Kind::Date => row.date(column).err(),
        Kind::Text if plan.table == Table::Customers && column == customer::FRICTION => post::friction(row).err(),
        Kind::Id | Kind::Text => None,
    });
    let mut fault = read.unwrap_or_else(|| {
        // A time of day where the mapping does not ask for the date of a time.
        let mut problem =
            Problem::new(Code::BadDate, format!("a date {} from 1900 to 2200 was expected", format.date.name()))
                .value(text);
        problem.hint = hints::date(text, format.date, false);
        Box::new(problem)
    });
    fault.location.column = Some(plan.column_name(column).into());
    fault
}

/// The fault of a required value that is not there.
#[cold]
pub(in crate::io) fn missing(plan: &Plan, format: &Format, column: usize) -> Fault {
    let mut fault = with_row(plan, format, column, "", |row| row.missing(column));
    fault.location.column = Some(plan.column_name(column).into());
    fault
}

/// Why a product, or one of its factors, is no amount.
#[cold]
pub(in crate::io) fn product_fault(
    plan: &Plan,
    format: &Format,
    column: usize,
    text: &str,
    fault: NumberFault,
) -> Fault {
    let what = if text.contains(" * ") { "a product that is an amount" } else { "a factor of an amount" };
    with_row(plan, format, column, text, |row| row.bad_number(column, Code::BadMoney, what, text.as_bytes(), fault))
}
