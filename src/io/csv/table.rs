//! One table, from one file or several, into the ledger.

use super::columns::{self, customer, event, line, order};
use super::findings::Findings;
use super::gather::Gather;
use super::group::Groups;
use super::header::{self, Plan};
use super::row::{IdText, Row};
use super::split::Lines;
use super::{Fault, Source, Splitter, Step, post};
use crate::error::{Code, Error, Problem, Result, Table};
use crate::io::ReadOptions;
use crate::io::progress::{ProgressMeter, Untold};
use crate::ledger::{Ledger, Place, Rejected, check};
use crate::limits::RECORD_BYTES_MAX;
use crate::money::Money;
use std::io::Read;
use std::path::Path;

/// Fails when a table lacks rows that it must have, given how many records of it there were before.
pub(crate) fn check_rows(ledger: &Ledger, table: Table, before: u64, options: &ReadOptions) -> Result<()> {
    let records = ledger.quality().read(table).records - before;
    if table == Table::Orders && records == 0 && !options.orders_optional {
        return Err(Problem::new(Code::NoRows, "there are no orders").table(table).into());
    }
    match options.expect_rows.get(&table) {
        Some(expected) if *expected != records => {
            let reason = format!("{records} rows; {expected} were expected");
            Err(Problem::new(Code::RowsUnexpected, reason).table(table).into())
        }
        _ => Ok(()),
    }
}

/// Reads one table, part by part.
pub(crate) struct TableReader<'a> {
    ledger: &'a mut Ledger,
    options: &'a ReadOptions,
    meter: &'a ProgressMeter,
    table: Table,
    mode: Mode,
    currency: String,
    records_before: u64,
}

/// What becomes of rows.
enum Mode {
    /// Each is a record.
    Records,
    /// Lines become orders.
    Grouped(Box<Groups>),
    /// Rows of orders become customers.
    Gathered(Box<Gather>),
}

impl<'a> TableReader<'a> {
    /// Begins a table.
    pub(crate) fn new(
        ledger: &'a mut Ledger,
        table: Table,
        options: &'a ReadOptions,
        meter: &'a ProgressMeter,
    ) -> Self {
        let columns = options.mapping.columns(table);
        let mode = if columns.is_some_and(|c| c.from_orders) {
            Mode::Gathered(Box::default())
        } else if columns.is_some_and(|c| c.grouped) {
            Mode::Grouped(Box::default())
        } else {
            Mode::Records
        };
        let records_before = ledger.quality().read(table).records;
        ledger.ready_for(table);
        Self { ledger, options, meter, table, mode, currency: String::new(), records_before }
    }

    /// Reads one file of the table. Records that cannot be used do not make it fail.
    pub(crate) fn part<'r>(&mut self, name: &str, reader: Box<dyn Read + 'r>) -> Result<()> {
        let mapping = &self.options.mapping;
        let source = Source::new(reader, name, self.table, mapping.format(self.table).encoding);
        let mut splitter = Splitter::new(source, self.options.block_bytes);
        let file = self.ledger.quality_mut().open_file(name);
        let plan = header::read(&mut splitter, self.table, mapping, self.ledger, file)?;
        let grouped = matches!(self.mode, Mode::Grouped(_));
        post::note_given(&mut self.ledger.quality_mut().given, &plan, grouped);
        let told = self.rows(&mut splitter, &plan, file, Untold::new(self.meter, self.table, name))?;
        if !matches!(self.mode, Mode::Gathered(_)) {
            told.tell(self.ledger, self.table, file);
        }
        Ok(())
    }

    /// Reads the records of a file.
    fn rows(&mut self, splitter: &mut Splitter<'_>, plan: &Plan, file: u16, mut untold: Untold<'_>) -> Result<Told> {
        let format = self.options.mapping.format(self.table);
        let findings = Findings::default();
        loop {
            let step = splitter.advance()?;
            let record = match step {
                Step::Record => splitter.record(),
                Step::TooLong => splitter.skipped(),
                Step::End => break,
            };
            let row = Row { record, plan, format, findings: &findings, file };
            match step {
                Step::Record => self.take(&row)?,
                _ => self.too_long(&row),
            }
            untold.row(splitter.taken())?;
        }
        untold.tell(splitter.taken())?;
        Ok(Told { findings, lines: splitter.lines })
    }

    /// Reads one Parquet file of the table.
    pub(crate) fn parquet_part(&mut self, path: &Path, name: &str) -> Result<()> {
        #[cfg(feature = "parquet")]
        return crate::io::parquet::read_file(self.ledger, self.table, path, name, self.options);
        #[cfg(not(feature = "parquet"))]
        return Err(crate::io::InputFormat::Parquet.off(&format!("{name} ({})", path.display())));
    }

    /// Ends the table: an error when it lacks rows that it must have.
    pub(crate) fn finish(self) -> Result<()> {
        match self.mode {
            Mode::Records => {}
            Mode::Grouped(groups) => groups.finish(self.ledger),
            Mode::Gathered(gather) => {
                let findings = Findings::default();
                gather.finish(self.ledger, self.options.mapping.format(self.table), &findings);
                findings.tell(self.ledger, self.table);
            }
        }
        check_rows(self.ledger, self.table, self.records_before, self.options)
    }

    #[inline]
    fn take(&mut self, row: &Row<'_>) -> Result<()> {
        let record = &row.record;
        let odd = record.len() != row.plan.header.len() || record.bad_quote.is_some() || record.has_break;
        if (odd || record.get(0) == row.plan.header[0].as_bytes())
            && let Some(fault) = self.misshapen(row)?
        {
            self.refuse_misshapen(row, *fault);
            return Ok(());
        }
        if row.plan.has(columns::currency(self.table))
            && let Some(fault) = self.check_currency(row)?
        {
            self.refuse(row, *fault);
            return Ok(());
        }
        if let Some((name, _)) = row.plan.aside.iter().find(|(_, cell)| row.is_empty(cell)) {
            self.set_aside(row, name);
            return Ok(());
        }
        let posted = match (&mut self.mode, self.table) {
            (Mode::Gathered(gather), _) => gather.add(row),
            (Mode::Grouped(groups), _) => {
                groups.add(row).map(|money| self.ledger.quality_mut().count_read(self.table, money))
            }
            (Mode::Records, Table::Customers) => post::customer(self.ledger, row),
            (Mode::Records, Table::Orders) => post::order(self.ledger, row),
            (Mode::Records, Table::OrderLines) => post::line(self.ledger, row),
            (Mode::Records, Table::ServiceEvents) => post::event(self.ledger, row),
        };
        if let Err(fault) = posted {
            self.refuse(row, *fault);
        }
        Ok(())
    }

    /// Why a record is not one of this table. An error: the file looks cut.
    #[cold]
    fn misshapen(&self, row: &Row<'_>) -> Result<Option<Fault>> {
        let record = &row.record;
        let (fields, wanted) = (record.len(), row.plan.header.len());
        let name = |at: usize| row.plan.header.get(at).cloned().unwrap_or_default();
        let problem = if let Some(bad) = record.bad_quote {
            let reason = if bad.after_closing {
                "text stands after a closing quote"
            } else {
                "a quote stands inside a field that does not begin with one"
            };
            let hint = if bad.backslash {
                "a quote inside a quoted field is doubled, not escaped by a backslash"
            } else {
                "quote the whole field, and double each quote that belongs to the text"
            };
            Problem::new(Code::BadQuoting, reason).column(name(bad.field)).value(self.shown(row, bad.field)).hint(hint)
        } else if header::is_header(row) {
            Problem::new(Code::HeaderAgain, "the header stands here again").hint("files were joined: remove this line")
        } else if fields < wanted && record.at_file_end {
            let reason = format!("the last line has {fields} of {wanted} fields and no line break: the file looks cut");
            let problem = Problem::new(Code::FieldMissing, reason).column(name(fields)).hint("fetch the file again");
            return Err(self.located(row, problem));
        } else if fields < wanted {
            Problem::new(Code::FieldMissing, format!("{fields} fields; the header has {wanted}")).column(name(fields))
        } else if fields > wanted {
            let trailing = (wanted..fields).all(|at| record.get(at).is_empty());
            let hint = if trailing {
                "a delimiter too many at the end: the header needs it too, or the line must not have it"
            } else {
                "a field that holds the delimiter must be quoted"
            };
            let reason = format!("{fields} fields; the header has {wanted}");
            Problem::new(Code::FieldExtra, reason).value(self.shown(row, wanted)).hint(hint)
        } else {
            let broken = (0..fields).find(|at| record.field_has_break(*at) && !row.plan.break_allowed[*at]);
            let Some(at) = broken else { return Ok(None) };
            Problem::new(Code::NewlineInField, "a line break stands inside a field")
                .column(name(at))
                .value(self.shown(row, at))
                .hint("only names, notes and attributes may have one: a quote may be missing")
        };
        Ok(Some(Box::new(problem)))
    }

    fn shown(&self, row: &Row<'_>, field: usize) -> String {
        String::from_utf8_lossy(row.record.get(field)).into_owned()
    }

    fn located(&self, row: &Row<'_>, problem: Problem) -> Error {
        self.ledger.quality().locate(self.table, row.place(), problem).into()
    }

    /// A record without its currency is at fault; another currency than before is an error.
    fn check_currency(&mut self, row: &Row<'_>) -> Result<Option<Fault>> {
        let column = columns::currency(self.table);
        let code = match row.text(column) {
            Ok(Some(code)) => code,
            Ok(None) => return Ok(Some(row.missing(column))),
            Err(fault) => return Ok(Some(fault)),
        };
        if *code != *self.currency {
            let stated = self.ledger.state_currency(&code);
            stated.map_err(|problem| self.located(row, problem.column(row.plan.column_name(column))))?;
            self.currency = code.into_owned();
        }
        Ok(None)
    }

    /// Sets a record aside because the mapping says so.
    fn set_aside(&mut self, row: &Row<'_>, name: &str) {
        match &mut self.mode {
            Mode::Gathered(_) => return,
            Mode::Grouped(groups) => groups.set_aside(row),
            Mode::Records => {}
        }
        let quiet = Findings::default();
        let row = &Row { findings: &quiet, ..*row };
        let problem = Problem::new(Code::EmptyAside, "empty, and the mapping sets such records aside");
        let (customer, money) = (self.customer(row), self.money(row));
        self.ledger.quality_mut().count_read(self.table, money);
        let rejected = Rejected::new(self.table, row.place(), problem.column(name.to_owned()));
        self.ledger.reject(rejected.of(customer.as_ref().map(IdText::get), money));
        if matches!(self.mode, Mode::Records) {
            self.exclude_order(row);
        }
    }

    /// Refuses a record with a value that cannot be used.
    #[cold]
    fn refuse(&mut self, row: &Row<'_>, problem: Problem) {
        if matches!(self.mode, Mode::Gathered(_)) {
            // The same row is refused as an order.
            return;
        }
        let quiet = Findings::default();
        let row = &Row { findings: &quiet, ..*row };
        let (customer, money) = (self.customer(row), self.money(row));
        self.ledger.quality_mut().count_read(self.table, money);
        let rejected = Rejected::new(self.table, row.place(), problem);
        self.ledger.reject(rejected.of(customer.as_ref().map(IdText::get), money));
        self.exclude_order(row);
    }

    /// Refuses a record whose values may not stand where they should: none of them is used but an order id in front.
    #[cold]
    fn refuse_misshapen(&mut self, row: &Row<'_>, problem: Problem) {
        if matches!(self.mode, Mode::Gathered(_)) {
            return;
        }
        let quiet = Findings::default();
        let row = &Row { findings: &quiet, ..*row };
        let again = problem.code == Code::HeaderAgain;
        self.ledger.quality_mut().count_read(self.table, None);
        self.ledger.reject(Rejected::new(self.table, row.place(), problem));
        if !again && matches!(row.plan.cells[order::ORDER_ID], header::Cell::Column(0)) {
            self.exclude_order(row);
        }
    }

    #[cold]
    fn too_long(&mut self, row: &Row<'_>) {
        let reason = format!("a record of more than {RECORD_BYTES_MAX} bytes");
        let problem = Problem::new(Code::RecordTooLong, reason).hint("a quote or a line break may be missing");
        self.refuse_misshapen(row, problem);
    }

    /// Its lines and events follow an order that cannot be used.
    fn exclude_order(&mut self, row: &Row<'_>) {
        if self.table != Table::Orders {
            return;
        }
        let Ok(id) = row.id(order::ORDER_ID) else { return };
        match (&mut self.mode, id.some()) {
            (_, None) => {}
            (Mode::Grouped(groups), Some(id)) => groups.break_order(id, row.place()),
            (_, Some(id)) => self.ledger.exclude_order(id),
        }
    }

    /// The customer of a record that cannot be used, when it can be read.
    fn customer<'r>(&self, row: &Row<'r>) -> Option<IdText<'r>> {
        let column = match self.table {
            Table::Customers => customer::CUSTOMER_ID,
            Table::Orders => order::CUSTOMER_ID,
            Table::ServiceEvents => event::CUSTOMER_ID,
            Table::OrderLines => return None,
        };
        row.id(column).ok().filter(|id| id.some().is_some_and(|id| check::id(id, "").is_ok()))
    }

    /// The money of a record that cannot be used, as far as it can be read.
    fn money(&self, row: &Row<'_>) -> Option<Money> {
        let read = |column| row.money(column).ok().flatten();
        match self.table {
            Table::Customers => None,
            Table::Orders => read(order::REVENUE),
            Table::OrderLines => read(line::REVENUE),
            Table::ServiceEvents => match (read(event::COST), read(event::CREDIT)) {
                (None, None) => None,
                (cost, credit) => cost.unwrap_or_default().checked_add(credit.unwrap_or_default()),
            },
        }
    }
}

/// What is told once of a file, when all of it was read.
#[derive(Default)]
pub(crate) struct Told {
    pub(in crate::io) findings: Findings,
    pub(in crate::io) lines: Lines,
}

/// Reads records of a file of one table into a ledger.
pub(super) fn rows(
    ledger: &mut Ledger,
    options: &ReadOptions,
    plan: &Plan,
    file: u16,
    splitter: &mut Splitter<'_>,
) -> Result<Told> {
    let meter = ProgressMeter::default();
    TableReader::new(ledger, plan.table, options, &meter).rows(
        splitter,
        plan,
        file,
        Untold::new(&meter, plan.table, ""),
    )
}

impl Told {
    /// Adds what is told of the records that follow.
    pub(in crate::io) fn append(&mut self, next: Self) {
        self.findings.append(next.findings);
        self.lines.append(next.lines);
    }

    /// Tells it.
    pub(in crate::io) fn tell(self, ledger: &mut Ledger, table: Table, file: u16) {
        self.findings.tell(ledger, table);
        let lines = self.lines;
        let mut find = |code: Code, reason: String, line: u64, count: u64| {
            let place = Place { file, line: u32::try_from(line).unwrap_or(u32::MAX), byte: Place::BYTE_UNKNOWN };
            let problem = ledger.quality().locate(table, place, Problem::new(code, reason));
            ledger.quality_mut().find_all(problem, count);
        };
        if let Some(line) = lines.first_mixed {
            find(Code::MixedLineEnds, "from this line on, lines end in another way".into(), line, 1);
        } else if lines.cr > 0 {
            find(Code::CrLineEnds, "lines end in a bare carriage return".into(), 0, 1);
        }
        if lines.blank > 0 {
            find(
                Code::BlankLines,
                "blank lines were skipped; this is the first".into(),
                lines.first_blank,
                lines.blank,
            );
        }
        if lines.no_final_newline {
            find(Code::NoFinalNewline, "the file does not end in a line break: it may be cut".into(), 0, 1);
        }
    }
}
