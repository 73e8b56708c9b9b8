//! The header of a file: which column is which.

use super::row::{Row, trim};
use super::split::{Splitter, Step};
use super::{Column, Fault, columns};
use crate::error::{Code, Error, Problem, Result, Table};
use crate::io::mapping::{Columns, Mapping, Shape};
use crate::ledger::{Ledger, Place};
use crate::limits::COLUMNS_MAX;
use crate::settings::{edits, nearest};

/// Lines in which a header is looked for, to say how many to skip.
const HEADER_LINES_MAX: usize = 10;

/// Where the value of a known column or an attribute comes from.
#[derive(Clone, Debug)]
pub(in crate::io) enum Cell {
    Absent,
    Column(u32),
    Product(Box<[u32]>),
    DateOf(u32),
    Join(Box<[u32]>, Box<str>),
    /// Written in the mapping, in the library's own format.
    Constant(Box<str>),
    /// Taken from the file before, in the file's format.
    Gathered(Box<str>),
}

/// Where in a file the values of a table are.
#[derive(Clone, Debug)]
pub(in crate::io) struct Plan {
    pub(in crate::io) table: Table,
    /// The names in the header, trimmed.
    pub(in crate::io) header: Vec<String>,
    /// By position of the known column.
    pub(in crate::io) cells: Vec<Cell>,
    /// The attributes of customers.
    pub(in crate::io) attributes: Vec<(String, Cell)>,
    /// A record without one of these is set aside, with the name by which it was asked for.
    pub(in crate::io) aside: Vec<(String, Cell)>,
    /// By column of the file, whether a line break may stand in it.
    pub(super) break_allowed: Vec<bool>,
}

impl Plan {
    pub(in crate::io) fn has(&self, column: usize) -> bool {
        !matches!(self.cells[column], Cell::Absent)
    }

    /// The column as the file names it, else as the table does.
    pub(in crate::io) fn column_name(&self, column: usize) -> String {
        match self.cells.get(column) {
            Some(Cell::Column(at) | Cell::DateOf(at)) => self.header[*at as usize].clone(),
            Some(_) => columns(self.table)[column].name.to_owned(),
            None => self.attributes.get(column - self.cells.len()).map(|(name, _)| name.clone()).unwrap_or_default(),
        }
    }
}

/// Passes over what stands before the header, and over the header. An error says why there is none.
pub(super) fn read(
    splitter: &mut Splitter<'_>,
    table: Table,
    mapping: &Mapping,
    ledger: &mut Ledger,
    file: u16,
) -> Result<Plan> {
    prologue(splitter, mapping.format(table).skip_lines)?;
    let mut planner = Planner::new(table, mapping);
    let header = header_names(splitter, &planner, mapping)?;
    let record = splitter.record();
    let spaced =
        header.iter().enumerate().filter(|(at, name)| record.get(*at).len() > name.len() && planner.knows(name));
    planner.folded = spaced.map(|(_, name)| name.clone()).collect();
    let place = Place { file, line: u32::try_from(record.line).unwrap_or(u32::MAX), byte: record.byte };
    let located = |fault: Fault| Error::new(ledger.quality().locate(table, place, *fault));
    planner.check_names(&header).map_err(located)?;
    let plan = planner.plan(header).map_err(located)?;
    for finding in planner.findings(&plan) {
        let finding = ledger.quality().locate(table, place, finding);
        ledger.quality_mut().find_all(finding, 1);
    }
    Ok(plan)
}

/// The plan of columns that come with their names instead of a header line, and the findings about them.
#[cfg(feature = "parquet")]
pub(in crate::io) fn of_names(
    names: Vec<String>,
    table: Table,
    mapping: &Mapping,
) -> Result<(Plan, Vec<Problem>), Fault> {
    let mut planner = Planner::new(table, mapping);
    let refused = |code, reason: String| Err(Box::new(Problem::new(code, reason)));
    if names.len() > COLUMNS_MAX {
        return refused(Code::Limit, format!("{} columns; the limit is {COLUMNS_MAX}", names.len()));
    }
    if !names.iter().any(|name| planner.knows(name)) {
        let reason = format!("no column of {table} here; expected were {}", planner.wanted());
        return refused(Code::UnknownHeader, reason);
    }
    planner.check_names(&names)?;
    let plan = planner.plan(names)?;
    let findings = planner.findings(&plan);
    Ok((plan, findings))
}

/// Refuses what is not delimited text, and passes over the mark of UTF-8 and the lines to skip.
fn prologue(splitter: &mut Splitter<'_>, skip_lines: u64) -> Result<()> {
    let start: Vec<u8> = splitter.peek(8)?.to_vec();
    let refused = match start.as_slice() {
        [] => Some((Code::EmptyFile, "the file is empty", None)),
        [0x1F, 0x8B, ..] => Some((Code::GzipUnnamed, "these are gzip data", Some("name the file .csv.gz"))),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, 1..=0x7F, ..] | [1..=0x7F, 0, ..] => {
            Some((Code::Utf16, "the file is UTF-16", Some("save it as UTF-8")))
        }
        [b'P', b'K', 3, 4, ..] | [0xD0, 0xCF, 0x11, 0xE0, ..] => {
            Some((Code::UnknownHeader, "this is a workbook or a zip file, not CSV", Some("export it as CSV, UTF-8")))
        }
        [b'P', b'A', b'R', b'1', 0x15, ..] => {
            Some((Code::UnknownHeader, "this is a Parquet file, not CSV", Some("name the file .parquet")))
        }
        _ => None,
    };
    if let Some((code, reason, hint)) = refused {
        let mut problem = splitter.problem(code, reason);
        problem.hint = hint.map(Into::into);
        return Err(problem.into());
    }
    splitter.skip_mark()?;
    for _ in 0..skip_lines {
        splitter.skip_line()?;
    }
    let first = splitter.peek(5)?;
    let first = first.strip_prefix(b"\"").unwrap_or(first);
    if first.len() >= 4 && first[..4].eq_ignore_ascii_case(b"sep=") {
        let problem = splitter.problem(Code::SepLine, "the first line is a sep= hint for spreadsheets, not the header");
        let lines = 1 + skip_lines;
        return Err(problem.line(lines).hint(format!("csv.skip_lines = {lines} in the mapping skips it")).into());
    }
    Ok(())
}

/// The names of the header, split at the delimiter that is stated or that yields the most known names.
fn header_names(splitter: &mut Splitter<'_>, planner: &Planner<'_>, mapping: &Mapping) -> Result<Vec<String>> {
    let candidates: &[u8] = match &mapping.format(planner.table).delimiter {
        Some(stated) => std::slice::from_ref(stated),
        None => b",;\t|",
    };
    splitter.set_delimiter(candidates[0]);
    // Quotes that do not match under one delimiter rule out that delimiter, not the header.
    let mut unfit = None;
    match splitter.advance() {
        Ok(Step::Record) => {}
        Ok(_) => return Err(splitter.problem(Code::NoHeader, "there is no header line").into()),
        Err(error) if error.code() == Code::UnclosedQuote => unfit = Some(error),
        Err(error) => return Err(error),
    }
    let mut best: Option<(usize, u8)> = None;
    for delimiter in candidates {
        splitter.set_delimiter(*delimiter);
        let read = match splitter.find() {
            Ok(Step::Record) => names(splitter),
            Ok(_) => continue,
            Err(error) => Err(error),
        };
        match read {
            Ok(names) => {
                let known = names.iter().filter(|n| planner.knows(n)).count();
                if best.is_none_or(|(most, _)| known > most) {
                    best = Some((known, *delimiter));
                }
            }
            Err(error) if matches!(error.code(), Code::BadQuoting | Code::UnclosedQuote) => {
                unfit.get_or_insert(error);
            }
            Err(error) => return Err(error),
        }
    }
    let (known, delimiter) = match (best, unfit) {
        (Some(best), _) => best,
        (None, Some(error)) => return Err(error),
        (None, None) => (0, candidates[0]),
    };
    splitter.set_delimiter(delimiter);
    splitter.find()?;
    if known == 0 {
        return Err(unknown_header(splitter, planner, candidates));
    }
    names(splitter)
}

fn names(splitter: &Splitter<'_>) -> Result<Vec<String>> {
    let record = splitter.record();
    let located = |code, reason: String, hint: &'static str| {
        let mut problem = splitter.problem(code, reason).line(record.line).hint(hint);
        problem.location.byte = Some(record.byte);
        Error::new(problem)
    };
    if record.bad_quote.is_some() {
        return Err(located(Code::BadQuoting, "the quotes of the header do not match".into(), "mend its quotes"));
    }
    if record.len() > COLUMNS_MAX {
        let reason = format!("a header of {} columns; the limit is {COLUMNS_MAX}", record.len());
        return Err(located(Code::Limit, reason, "keep the columns that are needed"));
    }
    let name = |at: usize| {
        std::str::from_utf8(trim(record.get(at))).map(str::to_owned).map_err(|_| {
            let shown = String::from_utf8_lossy(record.get(at)).into_owned();
            let hint = "save the file as UTF-8, or state csv.encoding = \"windows-1252\" in the mapping";
            located(Code::BadUtf8, format!("the name {shown:?} in the header is not UTF-8"), hint)
        })
    };
    (0..record.len()).map(name).collect()
}

#[cold]
fn unknown_header(splitter: &mut Splitter<'_>, planner: &Planner<'_>, candidates: &[u8]) -> Error {
    let record = splitter.record();
    let mut problem = splitter
        .problem(
            Code::UnknownHeader,
            format!("no column of {} here; expected were {}", planner.table, planner.wanted()),
        )
        .line(record.line)
        .value(String::from_utf8_lossy(record.whole()))
        .hint("the first line names the columns; a mapping reads other names (portefeuille map EXPORT proposes one)");
    problem.location.byte = Some(record.byte);
    if let Some(line) = later_header(splitter, planner, candidates) {
        let lines = line - 1;
        problem = problem.hint(format!("line {line} holds names of columns: csv.skip_lines = {lines} in the mapping"));
    }
    problem.into()
}

/// A line among the first ones that names columns, after a title or a remark.
fn later_header(splitter: &mut Splitter<'_>, planner: &Planner<'_>, candidates: &[u8]) -> Option<u64> {
    let least = columns(planner.table).iter().filter(|c| c.required).count().min(2);
    for _ in 0..HEADER_LINES_MAX {
        if splitter.advance().ok()? != Step::Record {
            return None;
        }
        for delimiter in candidates {
            splitter.set_delimiter(*delimiter);
            let Ok(Step::Record) = splitter.find() else { continue };
            let known = names(splitter).map_or(0, |names| names.iter().filter(|n| planner.knows(n)).count());
            if known >= least {
                return Some(splitter.record().line);
            }
        }
    }
    None
}

/// Finds columns by name, as the mapping and the table know them.
struct Planner<'m> {
    table: Table,
    columns: Option<&'m Columns>,
    /// Customers are taken from the orders.
    from_orders: bool,
    /// Where the orders find the customer's id: customers taken from them find it there too.
    orders_customer: Option<&'m Shape>,
    /// Names that were recognised after folding, as they stand in the header.
    folded: Vec<String>,
}

impl<'m> Planner<'m> {
    fn new(table: Table, mapping: &'m Mapping) -> Self {
        let columns = mapping.columns(table);
        let from_orders = columns.is_some_and(|c| c.from_orders);
        let of_orders = mapping.columns(Table::Orders).filter(|_| from_orders);
        let orders_customer = of_orders.and_then(|c| c.source("customer_id"));
        Self { table, columns, from_orders, orders_customer, folded: Vec::new() }
    }

    fn shape(&self, column: &Column) -> Option<&'m Shape> {
        let own = self.columns.and_then(|c| c.source(column.name));
        own.or_else(|| self.orders_customer.filter(|_| column.name == "customer_id"))
    }

    /// The columns that are read by their own name.
    fn own_names(&self) -> impl Iterator<Item = &'static str> {
        let only_mapped = self.columns.is_some_and(|c| c.only_mapped);
        let own = move |c: &&Column| if self.from_orders { c.required } else { !only_mapped };
        columns(self.table).iter().filter(own).filter(|c| self.shape(c).is_none()).map(|c| c.name)
    }

    fn sources(&self) -> impl Iterator<Item = &str> {
        let of_orders = self.orders_customer.into_iter().flat_map(Shape::sources);
        self.columns.into_iter().flat_map(|c| c.sources()).chain(of_orders)
    }

    fn knows(&self, name: &str) -> bool {
        self.own_names().any(|own| name.eq_ignore_ascii_case(own))
            || self.sources().any(|source| name.eq_ignore_ascii_case(source.trim_matches(' ')))
    }

    fn wanted(&self) -> String {
        let wanted: Vec<String> =
            self.sources().map(str::to_owned).chain(self.own_names().map(str::to_owned)).collect();
        wanted.join(", ")
    }

    fn check_names(&self, header: &[String]) -> Result<(), Fault> {
        let mut seen = std::collections::BTreeSet::new();
        for name in header.iter().filter(|n| !n.is_empty()) {
            if !seen.insert(name.to_ascii_lowercase()) {
                let problem = Problem::new(Code::ColumnTwice, "this column is in the header twice")
                    .column(name.clone())
                    .hint("rename or remove one of them");
                return Err(Box::new(problem));
            }
        }
        Ok(())
    }

    /// The position of a name in the header: as it is, else with its case folded.
    fn find(&mut self, header: &[String], name: &str) -> Option<u32> {
        if let Some(at) = header.iter().position(|h| h == name) {
            return Some(at as u32);
        }
        let at = header.iter().position(|h| h.eq_ignore_ascii_case(name.trim_matches(' ')))?;
        self.folded.push(header[at].clone());
        Some(at as u32)
    }

    fn mapped(&mut self, header: &[String], key: &str, source: &str) -> Result<u32, Fault> {
        self.find(header, source).ok_or_else(|| {
            let names: Vec<&str> = header.iter().map(String::as_str).collect();
            let near = nearest(source, &names).map(|near| format!("did you mean {near:?}? "));
            Box::new(
                Problem::new(
                    Code::BadMapping,
                    format!("the mapping takes {}.{key} from a column that is not there", self.table),
                )
                .column(key.to_owned())
                .value(source)
                .hint(format!("{}the file has: {}", near.unwrap_or_default(), names.join(", "))),
            )
        })
    }

    fn cell(&mut self, header: &[String], key: &str, shape: &Shape) -> Result<Cell, Fault> {
        let mut all =
            |sources: &[String]| sources.iter().map(|s| self.mapped(header, key, s)).collect::<Result<_, _>>();
        Ok(match shape {
            Shape::Column(source) => Cell::Column(self.mapped(header, key, source)?),
            Shape::DateOf(source) => Cell::DateOf(self.mapped(header, key, source)?),
            Shape::Product(factors) => Cell::Product(all(factors)?),
            Shape::Join(parts, by) => Cell::Join(all(parts)?, by.as_str().into()),
            Shape::Constant(text) => Cell::Constant(text.as_str().into()),
        })
    }

    fn plan(&mut self, header: Vec<String>) -> Result<Plan, Fault> {
        let mut cells = Vec::new();
        let own: Vec<&str> = self.own_names().collect();
        for known in columns(self.table) {
            let cell = match self.shape(known) {
                Some(shape) => self.cell(&header, known.name, shape)?,
                None if own.contains(&known.name) => self.find(&header, known.name).map_or(Cell::Absent, Cell::Column),
                None => Cell::Absent,
            };
            if known.required && matches!(cell, Cell::Absent) {
                return Err(Box::new(missing(&header, known.name)));
            }
            cells.push(cell);
        }
        let mut plan = Plan {
            table: self.table,
            break_allowed: vec![false; header.len()],
            header,
            cells,
            attributes: Vec::new(),
            aside: Vec::new(),
        };
        self.add_attributes(&mut plan)?;
        self.add_aside(&mut plan)?;
        plan.allow_breaks();
        Ok(plan)
    }

    fn add_attributes(&mut self, plan: &mut Plan) -> Result<(), Fault> {
        if self.table != Table::Customers {
            return Ok(());
        }
        for (name, shape) in self.columns.into_iter().flat_map(|c| c.attributes()) {
            let cell = self.cell(&plan.header, name, shape)?;
            plan.attributes.push((name.to_owned(), cell));
        }
        if self.from_orders || self.columns.is_some_and(|c| c.only_mapped) {
            return Ok(());
        }
        for (at, name) in plan.header.iter().enumerate() {
            let taken = plan.attributes.iter().any(|(other, _)| other == name);
            if !name.is_empty() && !taken && !plan.reads(at as u32) {
                plan.attributes.push((name.clone(), Cell::Column(at as u32)));
            }
        }
        Ok(())
    }

    fn add_aside(&mut self, plan: &mut Plan) -> Result<(), Fault> {
        for name in self.columns.into_iter().flat_map(|c| &c.aside_when_empty) {
            let known = columns(self.table).iter().position(|c| c.name == name).filter(|at| plan.has(*at));
            let cell = match known {
                Some(at) => plan.cells[at].clone(),
                None => Cell::Column(self.mapped(&plan.header, "aside_when_empty", name)?),
            };
            plan.aside.push((name.clone(), cell));
        }
        Ok(())
    }

    /// Findings about the names.
    fn findings(&mut self, plan: &Plan) -> Vec<Problem> {
        let folded =
            |name| Problem::new(Code::HeaderFolded, "recognised after trimming it and folding its case").column(name);
        let mut found: Vec<Problem> = self.folded.drain(..).map(folded).collect();
        let known: Vec<&str> = columns(self.table).iter().map(|c| c.name).collect();
        if self.from_orders {
            return found;
        }
        for (at, name) in plan.header.iter().enumerate() {
            let near = nearest(name, &known).filter(|near| edits(&name.to_ascii_lowercase(), near) <= 1);
            let is_attribute = plan.attributes.iter().any(|(_, c)| matches!(c, Cell::Column(a) if *a as usize == at));
            let problem = if is_attribute {
                let Some(near) = near else { continue };
                Problem::new(Code::ColumnNear, "kept as an attribute").hint(format!("if it is {near}, rename it"))
            } else if plan.reads(at as u32) || self.columns.is_some() {
                continue;
            } else {
                let problem = Problem::new(Code::ColumnUnknown, format!("not a column of {}: not read", self.table));
                match near {
                    Some(near) => problem.hint(format!("if it is {near}, rename it")),
                    None => problem,
                }
            };
            found.push(problem.column(name.clone()));
        }
        found
    }
}

fn missing(header: &[String], name: &'static str) -> Problem {
    let names: Vec<&str> = header.iter().map(String::as_str).collect();
    let problem = Problem::new(Code::ColumnMissing, format!("the header has: {}", names.join(", "))).column(name);
    match nearest(name, &names) {
        Some(near) => problem.hint(format!("if {near:?} is it, rename it or map it")),
        None => problem.hint("add it, or say in a mapping which column it is (portefeuille map EXPORT proposes one)"),
    }
}

impl Cell {
    /// Whether a value is made of a column of the file.
    pub(in crate::io) fn reads(&self, at: u32) -> bool {
        match self {
            Self::Column(column) | Self::DateOf(column) => *column == at,
            Self::Product(parts) | Self::Join(parts, _) => parts.contains(&at),
            Self::Absent | Self::Constant(_) | Self::Gathered(_) => false,
        }
    }
}

impl Plan {
    fn reads(&self, at: u32) -> bool {
        let attributes = self.attributes.iter().map(|(_, cell)| cell);
        let aside = self.aside.iter().map(|(_, cell)| cell);
        self.cells.iter().chain(attributes).chain(aside).any(|cell| cell.reads(at))
    }

    /// Line breaks belong into names, notes and attributes only: elsewhere they are the mark of a quote left open.
    fn allow_breaks(&mut self) {
        let known = columns(self.table).iter().zip(&self.cells);
        let texts = known.filter(|(c, _)| matches!(c.name, "name" | "note")).map(|(_, cell)| cell);
        for cell in texts.chain(self.attributes.iter().map(|(_, cell)| cell)) {
            if let Cell::Column(at) = cell {
                self.break_allowed[*at as usize] = true;
            }
        }
    }
}

/// True when a record is the header again, as in files that were joined.
pub(super) fn is_header(row: &Row<'_>) -> bool {
    let header = &row.plan.header;
    row.record.len() == header.len()
        && header.iter().enumerate().all(|(at, name)| trim(row.record.get(at)) == name.as_bytes())
}
