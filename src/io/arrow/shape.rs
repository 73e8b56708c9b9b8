//! Which columns of a schema are read as what, checked once for all batches.

use super::values::Form;
use crate::error::{Code, Error, Problem, Result, Table};
use crate::io::csv::shared::{Cell, Plan, event, line, note_given, of_names};
use crate::io::csv::{Encoding, Format, Kind, columns};
use crate::io::mapping::Mapping;
use crate::ledger::Ledger;
use arrow_schema::{Field, Fields};
use std::sync::Arc;

/// How the columns of a table are read.
pub(crate) struct Shape {
    pub(super) plan: Plan,
    /// How texts are written.
    pub(super) format: Format,
    /// How numbers and dates that never were texts are written in messages.
    pub(super) plain: Format,
    /// By column of the schema, whether its values are needed.
    needed: Vec<bool>,
    name: Arc<str>,
    findings: Vec<Problem>,
}

impl Shape {
    /// The shape of a table with these columns; `name` stands for it in messages.
    pub(crate) fn new(fields: &Fields, table: Table, mapping: &Mapping, name: &str) -> Result<Self> {
        let located = |problem: Problem| problem.table(table).file(name);
        check_mapping(table, mapping).map_err(|problem| Error::new(located(problem)))?;
        let names = fields.iter().map(|field| field.name().clone()).collect();
        let (mut plan, mut findings) = of_names(names, table, mapping).map_err(|fault| Error::new(located(*fault)))?;
        drop_attributes(&mut plan, fields, &mut findings);
        let faults = faults(&plan, fields);
        let count = faults.len() as u64;
        if let Some(error) = Error::all(faults.into_iter().map(located).collect(), count) {
            return Err(error);
        }
        let needed = (0..fields.len()).map(|at| is_needed(&plan, at as u32)).collect();
        let format = mapping.format(table).clone();
        let plain = Format { round_money: format.round_money, ..Format::default() };
        Ok(Self { plan, format, plain, needed, name: name.into(), findings })
    }

    pub(crate) fn table(&self) -> Table {
        self.plan.table
    }

    pub(crate) fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// By column of the schema, whether its values are needed.
    pub(crate) fn needed(&self) -> &[bool] {
        &self.needed
    }

    /// Whether a column holds words that occur again and again.
    pub(crate) fn is_words(&self, at: usize) -> bool {
        let known = columns(self.table()).iter().zip(&self.plan.cells);
        let mut words = known.filter(|(c, _)| c.kind == Kind::Text && !matches!(c.name, "name" | "note"));
        words.any(|(_, cell)| matches!(cell, Cell::Column(column) if *column as usize == at))
    }

    /// Notes the table and its columns as given, tells what was found in them, and gives the number of the file.
    pub(crate) fn tell(&self, ledger: &mut Ledger) -> u16 {
        let quality = ledger.quality_mut();
        note_given(&mut quality.given, &self.plan, false);
        for finding in &self.findings {
            quality.find_all(finding.clone().table(self.table()).file(self.name.clone()), 1);
        }
        quality.open_file(&self.name)
    }
}

/// Refuses what a mapping can ask of lines of text only.
fn check_mapping(table: Table, mapping: &Mapping) -> Result<(), Problem> {
    let Some(columns) = mapping.columns(table) else { return Ok(()) };
    let refused = |key: &'static str| {
        let reason = format!("the mapping has {table}.{key}, which works for CSV only, and this table is typed");
        Err(Problem::new(Code::BadMapping, reason).column(key))
    };
    let text = columns.own_format().filter(|f| f.skip_lines > 0 || f.encoding != Encoding::Utf8);
    if columns.from_orders {
        refused("from")
    } else if columns.grouped {
        refused("group_by")
    } else if let Some(format) = text {
        refused(if format.skip_lines > 0 { "csv.skip_lines" } else { "csv.encoding" })
    } else {
        Ok(())
    }
}

/// Leaves out attributes whose values are no texts, with a word about each.
fn drop_attributes(plan: &mut Plan, fields: &Fields, findings: &mut Vec<Problem>) {
    plan.attributes.retain(|(name, cell)| {
        let Cell::Column(at) = cell else { return true };
        let field = &fields[*at as usize];
        let reads = !matches!(Form::of(field.data_type()), Form::Zoned | Form::Other);
        if !reads {
            let reason = format!("values of type {} are no texts: not read", field.data_type());
            findings.push(Problem::new(Code::ColumnUnknown, reason).column(name.clone()));
        }
        reads
    });
}

/// No figure needs the quantity of a line or the note of an event.
fn is_needed(plan: &Plan, at: u32) -> bool {
    let unused = match plan.table {
        Table::OrderLines => Some(line::QUANTITY),
        Table::ServiceEvents => Some(event::NOTE),
        _ => None,
    };
    let known = plan.cells.iter().enumerate().filter(|(column, _)| Some(*column) != unused).map(|(_, cell)| cell);
    let more = plan.attributes.iter().chain(&plan.aside).map(|(_, cell)| cell);
    known.chain(more).any(|cell| cell.reads(at))
}

/// The columns whose types cannot be read as what they hold.
fn faults(plan: &Plan, fields: &Fields) -> Vec<Problem> {
    let mut faults = Vec::new();
    let mut check = |cell: &Cell, kind: Kind| {
        let (sources, kind): (&[u32], Kind) = match cell {
            Cell::Column(at) | Cell::DateOf(at) => (std::slice::from_ref(at), kind),
            Cell::Product(factors) => (factors, Kind::Money),
            Cell::Join(parts, _) => (parts, Kind::Id),
            Cell::Absent | Cell::Constant(_) | Cell::Gathered(_) => (&[], kind),
        };
        for at in sources {
            faults.extend(fault(&fields[*at as usize], kind));
        }
    };
    for (known, cell) in columns(plan.table).iter().zip(&plan.cells) {
        check(cell, known.kind);
    }
    for (_, cell) in plan.attributes.iter().filter(|(_, cell)| matches!(cell, Cell::Join(..))) {
        check(cell, Kind::Text);
    }
    faults
}

/// Why a column cannot be read as what it holds.
fn fault(field: &Field, kind: Kind) -> Option<Problem> {
    let form = Form::of(field.data_type());
    let (wanted, reads) = match kind {
        Kind::Id => ("an id: a whole number or a text", matches!(form, Form::Whole | Form::Text)),
        Kind::Text => ("a text", !matches!(form, Form::Float | Form::Zoned | Form::Other)),
        Kind::Money => ("an amount: a decimal", matches!(form, Form::Whole | Form::Fixed | Form::Text)),
        Kind::Quantity => ("a quantity: a decimal", matches!(form, Form::Whole | Form::Fixed | Form::Text)),
        Kind::Rate => ("a rate: a decimal", matches!(form, Form::Whole | Form::Fixed | Form::Text)),
        Kind::Integer => ("a whole number", matches!(form, Form::Whole | Form::Fixed | Form::Text)),
        Kind::Date => ("a date", matches!(form, Form::Day | Form::Time | Form::Text)),
        Kind::Flag => ("yes or no", matches!(form, Form::Flag | Form::Whole | Form::Text)),
    };
    if reads || form == Form::Null {
        return None;
    }
    let reason = format!("values of type {} cannot be read as {wanted}", field.data_type());
    let hint = match form {
        Form::Float => "a float is not exact: write it as a decimal, such as DECIMAL(18, 4), or as text",
        Form::Zoned => "a time with a zone may be another day elsewhere: write the date",
        _ => "convert it when the file is written, or take another column in a mapping",
    };
    Some(Problem::new(Code::ColumnType, reason).column(field.name().clone()).hint(hint))
}
