//! Customers taken from the rows of the orders: each once, with what the rows say of it.

use super::columns::customer;
use super::findings::Findings;
use super::header::{Cell, Plan};
use super::post::customer as post;
use super::row::Row;
use super::split::Record;
use super::{Fault, Format};
use crate::error::{Code, Problem, Table};
use crate::ledger::{Ledger, Place, Rejected};
use crate::records::IdTable;

/// The customers found so far.
#[derive(Default)]
pub(super) struct Gather {
    ids: IdTable,
    customers: Vec<Gathered>,
    plan: Option<Plan>,
}

struct Gathered {
    at: Place,
    /// By known column, then by attribute: the smallest value, and whether another was there.
    values: Vec<Option<(Box<str>, bool)>>,
}

impl Gather {
    /// Takes what one row says of its customer. A row without one says nothing.
    pub(super) fn add(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        let id = row.id(customer::CUSTOMER_ID)?;
        if id.some().is_none() || row.plan.aside.iter().any(|(_, cell)| row.is_empty(cell)) {
            return Ok(());
        }
        if self.plan.is_none() {
            self.plan = Some(row.plan.clone());
        }
        let cells = row.plan.cells.iter().chain(row.plan.attributes.iter().map(|(_, cell)| cell));
        let values =
            cells.enumerate().map(|(column, cell)| row.cell_text(cell, column)).collect::<Result<Vec<_>, _>>()?;
        let (at, new) = self.ids.intern(id.get());
        if new {
            let values = values.into_iter().map(|v| v.map(|v| (v.as_ref().into(), false))).collect();
            self.customers.push(Gathered { at: row.place(), values });
            return Ok(());
        }
        for (known, value) in self.customers[at as usize].values.iter_mut().zip(values) {
            match (known, value) {
                (known @ None, Some(value)) => *known = Some((value.as_ref().into(), false)),
                (Some((smallest, differ)), Some(value)) if **smallest != *value => {
                    *differ = true;
                    if *value < **smallest {
                        *smallest = value.as_ref().into();
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Hands the customers to the ledger, in the order in which they came.
    pub(super) fn finish(self, ledger: &mut Ledger, format: &Format, findings: &Findings) {
        let Some(mut plan) = self.plan else { return };
        for (index, gathered) in self.customers.into_iter().enumerate() {
            let id = self.ids.id(index as u32);
            let known = plan.cells.len();
            for (at, value) in gathered.values.into_iter().enumerate() {
                if let Some((_, true)) = &value {
                    let problem = Problem::new(
                        Code::GroupValues,
                        format!("the rows of customer {id} differ: the smallest value holds"),
                    );
                    let problem = problem.column(plan.column_name(at)).value(value.as_ref().map_or("", |(v, _)| v));
                    let problem = ledger.quality().locate(Table::Customers, gathered.at, problem);
                    ledger.quality_mut().find_all(problem, 1);
                }
                let cell = if at < known { &mut plan.cells[at] } else { &mut plan.attributes[at - known].1 };
                *cell = value.map_or(Cell::Absent, |(text, _)| Cell::Gathered(text));
            }
            plan.cells[customer::CUSTOMER_ID] = Cell::Gathered(id.text().into());
            let record = Record::empty(gathered.at.line.into(), gathered.at.byte);
            let row = Row { record, plan: &plan, format, findings, file: gathered.at.file };
            if let Err(fault) = post(ledger, &row) {
                ledger.quality_mut().count_read(Table::Customers, None);
                ledger.reject(Rejected::new(Table::Customers, gathered.at, *fault).of(Some(id.as_ref()), None));
            }
        }
    }
}
