//! Which files hold which table, and reading them.

use super::csv::TableReader;
use super::progress::{ProgressMeter, Stage};
use super::{InputFormat, ReadOptions};
use crate::error::{Code, Error, Problem, Result, Table};
use crate::ledger::Ledger;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The formats in which a table is looked for.
const FORMATS: [InputFormat; 2] = [InputFormat::Csv, InputFormat::Parquet];
/// The endings of files that may well be a table, but that are not read.
const UNREAD_ENDINGS: [&str; 5] = [".xlsx", ".xls", ".xlsm", ".ods", ".txt"];
/// The names of other files that an error lists.
const NAMES_LISTED_MAX: usize = 10;

/// A file to read, and its name in messages and results: relative to the folder.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(super) path: PathBuf,
    pub(crate) name: String,
    pub(super) format: InputFormat,
}

/// What a file is like: when that changes, it was written to.
pub(super) type Stamp = (u64, Option<std::time::SystemTime>);

/// Reads the tables of a folder.
///
/// A table is a file named after it (`orders.csv`, `orders.csv.gz`, with the feature `parquet` `orders.parquet`) or a
/// folder of parts (`orders/*.csv`), which are read in the order of their names. Other files are ignored. A mapping may
/// name any other file. Customers and orders are required, customers not where the policy makes them of unknown ids or
/// the mapping takes them from the orders.
///
/// Reading goes on after records that do not fit, so that the error lists up to a hundred of them.
pub fn read_folder(folder: &Path, options: &ReadOptions) -> Result<Ledger> {
    let found = find_tables(folder, options)?;
    let meter = ProgressMeter::new(options.progress.as_ref(), Stage::Reading, || Some(total_bytes(&found)));
    let mut ledger = Ledger::with_policy(options.policy.clone());
    for (table, parts) in &found {
        read_parts(&mut ledger, *table, parts, options, &meter)?;
    }
    check_tables(&ledger, options)?;
    ledger.quality().fail()?;
    Ok(ledger)
}

/// Reads the files of one table into a ledger.
pub(crate) fn read_parts(
    ledger: &mut Ledger,
    table: Table,
    parts: &[Part],
    options: &ReadOptions,
    meter: &ProgressMeter,
) -> Result<()> {
    let mut reader = TableReader::new(ledger, table, options, meter);
    parts.iter().try_for_each(|part| part.read(&mut reader))?;
    reader.finish()
}

/// Fails when a table or a column is missing without which the others are of no use.
pub(super) fn check_tables(ledger: &Ledger, options: &ReadOptions) -> Result<()> {
    let given = ledger.quality().given();
    let is_given = |table: Table| match table {
        Table::Customers => given.customers,
        Table::Orders => given.orders,
        Table::OrderLines => given.order_lines,
        Table::ServiceEvents => given.service_events,
    };
    for (table, expected) in &options.expect_rows {
        if *expected > 0 && !is_given(*table) {
            let reason = format!("0 rows, since there is no {table}.csv; {expected} were expected");
            return Err(Problem::new(Code::RowsUnexpected, reason).table(*table).into());
        }
    }
    if given.orders && !given.order_lines && !given.revenue {
        let reason = "the orders have no revenue, and there are no order lines to give it";
        let problem = Problem::new(Code::ColumnMissing, reason).table(Table::Orders).column("revenue");
        return Err(problem.hint("add the column, or order_lines").into());
    }
    Ok(())
}

/// The files that [`read_folder`] would read.
pub fn input_files(folder: &Path, options: &ReadOptions) -> Result<Vec<PathBuf>> {
    let found = find_tables(folder, options)?;
    Ok(found.into_values().flatten().map(|part| part.path).collect())
}

/// Reads one table from any reader; `name` stands for it in messages, and ends in `.gz` for gzip data.
///
/// Read the tables in the order customers, orders, lines, events. Call it once per table: rows that a mapping groups
/// into orders must come together. Where the mapping takes the customers from the orders, give it the orders twice, as
/// [`Table::Customers`] first. It fails when a record does not fit, unless the policy of the ledger sets it aside.
///
/// The result does not depend on how the reader hands out its bytes.
pub fn read_table(
    ledger: &mut Ledger,
    table: Table,
    name: &str,
    reader: impl Read,
    options: &ReadOptions,
) -> Result<()> {
    let before = ledger.quality().failures();
    let meter = ProgressMeter::new(options.progress.as_ref(), Stage::Reading, || None);
    let mut table_reader = TableReader::new(ledger, table, options, &meter);
    let read = table_reader.part(name, Box::new(reader)).and_then(|()| table_reader.finish());
    if let Err(error) = read {
        // What was read so far is no whole table: nothing is to be analysed from it.
        ledger.quality_mut().spoil(error.problem().clone());
        return Err(error);
    }
    if ledger.quality().failures() > before { ledger.quality().fail() } else { Ok(()) }
}

impl Part {
    fn read(&self, reader: &mut TableReader<'_>) -> Result<()> {
        let before = self.stamp()?;
        let read = match self.format {
            InputFormat::Csv => {
                let failed = |e| Error::io(self.path.display(), "cannot be read", e);
                reader.part(&self.name, Box::new(File::open(&self.path).map_err(failed)?))
            }
            InputFormat::Parquet => reader.parquet_part(&self.path, &self.name),
        };
        self.check_unchanged(&before)?;
        read
    }

    /// What the file is like now; an error when it is none.
    pub(super) fn stamp(&self) -> Result<Stamp> {
        let failed = |e| Error::io(self.path.display(), "cannot be read", e);
        let metadata = std::fs::metadata(&self.path).map_err(failed)?;
        if !metadata.is_file() {
            let what = if metadata.is_dir() { "a folder" } else { "not a regular file" };
            return Err(failed(std::io::Error::new(std::io::ErrorKind::InvalidInput, format!("it is {what}"))));
        }
        Ok((metadata.len(), metadata.modified().ok()))
    }

    /// Fails when the file is not what it was before.
    pub(super) fn check_unchanged(&self, before: &Stamp) -> Result<()> {
        if self.stamp()? == *before {
            return Ok(());
        }
        let problem = Problem::new(Code::Changed, "the file changed while it was read").file(self.name.as_str());
        Err(problem.hint("read it when nothing writes it").into())
    }
}

/// The bytes of all files together. One that cannot be looked at says so when it is read.
pub(super) fn total_bytes(found: &BTreeMap<Table, Vec<Part>>) -> u64 {
    found.values().flatten().filter_map(|part| std::fs::metadata(&part.path).ok()).map(|m| m.len()).sum()
}

/// The files of each table that is there.
pub(super) fn find_tables(folder: &Path, options: &ReadOptions) -> Result<BTreeMap<Table, Vec<Part>>> {
    if let Some(input) = options.input.filter(|input| !input.is_on()) {
        return Err(input.off(&folder.display().to_string()));
    }
    let mut found = BTreeMap::new();
    let entries = names(folder)?;
    for table in Table::ALL {
        if let Some(parts) = find_table(folder, &entries, table, options)? {
            found.insert(table, parts);
        }
    }
    let makes_customers = options.policy.makes_customers();
    // Orders first: customers may be taken from them.
    for table in [Table::Orders, Table::Customers] {
        let optional = if table == Table::Orders { options.orders_optional } else { makes_customers };
        if !(found.contains_key(&table) || optional) {
            return Err(missing(folder, &entries, table, options));
        }
    }
    Ok(found)
}

fn find_table(folder: &Path, entries: &[String], table: Table, options: &ReadOptions) -> Result<Option<Vec<Part>>> {
    let columns = options.mapping.columns(table);
    if columns.is_some_and(|c| c.from_orders) {
        return find_table(folder, entries, Table::Orders, options);
    }
    if let Some(file) = columns.and_then(|c| c.file.as_deref()) {
        return parts(folder, file, None).map(Some);
    }
    let is_of = |entry: &str, format: InputFormat| match entry.strip_prefix(table.name()) {
        Some("") => folder.join(entry).is_dir(),
        Some(rest) => format.endings().contains(&rest),
        None => false,
    };
    let wanted = |format: &InputFormat| options.input.is_none_or(|input| input == *format);
    let mut present =
        entries.iter().filter(|entry| FORMATS.iter().filter(|f| f.is_on() && wanted(f)).any(|f| is_of(entry, *f)));
    let Some(first) = present.next() else {
        let off = entries.iter().find(|entry| FORMATS.iter().any(|f| !f.is_on() && is_of(entry, *f)));
        return off.map_or(Ok(None), |entry| Err(InputFormat::of(entry).off(entry)));
    };
    if let Some(second) = present.next() {
        let problem = Problem::new(Code::TableTwice, format!("the table {table} is there as {first} and as {second}"));
        return Err(problem.table(table).hint(which(first, second)).into());
    }
    parts(folder, first, options.input).map(Some)
}

/// What helps when a table is there twice.
fn which(first: &str, second: &str) -> &'static str {
    if InputFormat::of(first) == InputFormat::of(second) {
        "keep one of them"
    } else {
        "keep one of them, or say which to read (--input)"
    }
}

/// A file by itself, or the files of a folder in the order of their names.
fn parts(folder: &Path, name: &str, input: Option<InputFormat>) -> Result<Vec<Part>> {
    let path = folder.join(name);
    let part = |path: PathBuf, name: String| match InputFormat::of(&name) {
        format if format.is_on() => Ok(Part { path, name, format }),
        format => Err(format.off(&name)),
    };
    if !path.is_dir() {
        return Ok(vec![part(path, name.to_owned())?]);
    }
    let wanted = |entry: &str| input.is_none_or(|input| InputFormat::of(entry) == input);
    let is_part = |entry: &String| {
        let known = FORMATS.iter().flat_map(|f| f.endings()).any(|ending| entry.ends_with(ending));
        known && wanted(entry) && !entry.starts_with(['.', '_'])
    };
    let found = names(&path)?
        .into_iter()
        .filter(is_part)
        .map(|entry| part(path.join(&entry), format!("{}/{entry}", name.trim_end_matches('/'))))
        .collect::<Result<Vec<Part>>>()?;
    let twice = found.windows(2).find(|w| w[0].format != w[1].format || format!("{}.gz", w[0].name) == w[1].name);
    if let Some(twice) = twice {
        let (first, second) = (&twice[0].name, &twice[1].name);
        let reason = match which(first, second) {
            "keep one of them" => format!("{first} and {second} are two forms of one part"),
            _ => format!("{first} and {second} are of two formats"),
        };
        return Err(Problem::new(Code::TableTwice, reason).file(name).hint(which(first, second)).into());
    }
    if found.is_empty() {
        let looked: Vec<String> = FORMATS
            .iter()
            .filter(|f| f.is_on() && input.is_none_or(|input| input == **f))
            .flat_map(|f| f.endings())
            .map(|ending| format!("no *{ending}"))
            .collect();
        let reason = format!("the folder holds {}", looked.join(" and "));
        return Err(Problem::new(Code::TableMissing, reason).file(name).into());
    }
    Ok(found)
}

/// The names in a folder, sorted. Names that are not UTF-8 are of no table.
fn names(folder: &Path) -> Result<Vec<String>> {
    let failed = |e| Error::io(folder.display(), "the folder cannot be read", e);
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        names.extend(entry.map_err(failed)?.file_name().into_string().ok());
    }
    names.sort_unstable();
    Ok(names)
}

fn missing(folder: &Path, entries: &[String], table: Table, options: &ReadOptions) -> Error {
    let ending = options.input.unwrap_or(InputFormat::Csv).endings()[0];
    let mut there = entries.iter().take(NAMES_LISTED_MAX).map(String::as_str).collect::<Vec<_>>().join(", ");
    if entries.len() > NAMES_LISTED_MAX {
        there.push_str(", …");
    }
    let reason = if there.is_empty() {
        format!("there is no {table}{ending}; the folder is empty")
    } else {
        format!("there is no {table}{ending}; the folder holds: {there}")
    };
    let unread = entries.iter().find(|entry| {
        let rest = entry.strip_prefix(table.name()).unwrap_or_default();
        UNREAD_ENDINGS.iter().any(|ending| rest.eq_ignore_ascii_case(ending))
    });
    if let Some(unread) = unread {
        let problem = Problem::new(Code::TableMissing, reason).table(table).file(folder.display().to_string());
        return problem.hint(format!("export {unread} as CSV, UTF-8: this build does not read it")).into();
    }
    let hint = match table {
        Table::Customers => {
            "add it, take the customers from the orders (a mapping with [customers] from = \"orders\"), or make them \
             of unknown ids (--implicit-customers)"
        }
        _ => "add it, or say in a mapping which file it is (portefeuille map EXPORT proposes one)",
    };
    Problem::new(Code::TableMissing, reason).table(table).file(folder.display().to_string()).hint(hint).into()
}
