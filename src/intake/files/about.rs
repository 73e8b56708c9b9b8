//! `fact_spec.json`: what facts depend on, and what an analysis needs of the records that they were made of.

use super::FORMAT_VERSION;
use super::records::bad_facts;
use crate::date::Date;
use crate::error::{Code, Error, Result, Table};
use crate::facts::{FactSpec, Tallies};
use crate::ledger::{Counted, Given, Grouped, Tally, Total};
use crate::limits::HISTORY_YEARS_MAX;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// The name of the file.
pub(super) const NAME: &str = crate::io::FACTS_FILES[3];
/// The longest file that is read: it names all custom kinds.
const BYTES_MAX: usize = 1 << 28;
/// The largest count that is read: far more than there can be, and little enough to add up.
pub(super) const COUNT_MAX: u64 = 1 << 48;
/// The largest amount that is read, in 1/10,000.
pub(super) const UNITS_MAX: i128 = 1 << 100;

/// What is known of records besides their facts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct About {
    /// Whether the last day that counts was stated.
    pub(super) as_of_stated: bool,
    /// The currency, where the records state it.
    pub(super) currency: Option<String>,
    pub(super) last_order: Option<Date>,
    /// What was read of all tables but the customers, which every analysis reads itself.
    pub(super) counted: Counted,
}

/// A folder of facts, as its `fact_spec.json` describes it.
#[derive(Clone, Debug)]
pub(super) struct Described {
    pub(super) spec: FactSpec,
    pub(super) about: About,
    pub(super) tallies: Tallies,
    /// How many rows each file has.
    pub(super) rows: BTreeMap<String, u64>,
}

#[derive(Deserialize)]
struct Version {
    format_version: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AboutFile {
    format_version: u32,
    spec: FactSpec,
    as_of_stated: bool,
    currency: Option<String>,
    first_order: Option<Date>,
    last_order: Option<Date>,
    given: Given,
    custom_kinds: Vec<String>,
    credits_that_stay: u64,
    orders: TableFile,
    order_lines: TableFile,
    service_events: TableFile,
    grouped: GroupedFile,
    codes: BTreeMap<String, u64>,
    rows: BTreeMap<String, u64>,
}

/// What became of the records of a table.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TableFile {
    read: TallyFile,
    outside: TallyFile,
    set_aside: TallyFile,
}

/// Records and their money in 1/10,000: a text, since it may be larger than what readers of JSON hold exactly.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TallyFile {
    records: u64,
    money: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupedFile {
    rows: u64,
    orders: u64,
}

impl TallyFile {
    fn of(tally: Tally) -> Self {
        Self { records: tally.records, money: tally.money.units().to_string() }
    }

    fn read(&self) -> Result<Tally, String> {
        let units = self.money.parse::<i128>().ok().filter(|units| units.to_string() == self.money);
        let units = units.filter(|units| units.unsigned_abs() <= UNITS_MAX.unsigned_abs());
        let units = units.ok_or_else(|| format!("{:?}: a whole number is expected", self.money))?;
        Ok(Tally { records: count(self.records)?, money: Total::from_units(units) })
    }
}

fn count(count: u64) -> Result<u64, String> {
    if count <= COUNT_MAX { Ok(count) } else { Err(format!("{count} is larger than {COUNT_MAX}")) }
}

impl Described {
    /// The text of the file.
    pub(super) fn text(&self) -> Result<String, serde_json::Error> {
        let counted = &self.about.counted;
        let table = |table: Table| TableFile {
            read: TallyFile::of(counted.read[table as usize]),
            outside: TallyFile::of(self.tallies.outside[table as usize]),
            set_aside: TallyFile::of(counted.set_aside[table as usize]),
        };
        let file = AboutFile {
            format_version: FORMAT_VERSION,
            spec: self.spec.clone(),
            as_of_stated: self.about.as_of_stated,
            currency: self.about.currency.clone(),
            first_order: self.tallies.first_order,
            last_order: self.about.last_order,
            given: self.tallies.given,
            custom_kinds: self.tallies.custom_kinds.clone(),
            credits_that_stay: self.tallies.credits_that_stay,
            orders: table(Table::Orders),
            order_lines: table(Table::OrderLines),
            service_events: table(Table::ServiceEvents),
            grouped: GroupedFile { rows: counted.grouped.rows, orders: counted.grouped.orders },
            codes: counted.codes.iter().map(|(code, count)| (code.as_str().to_owned(), *count)).collect(),
            rows: self.rows.clone(),
        };
        serde_json::to_string_pretty(&file).map(|text| text + "\n")
    }

    /// Reads the file of a folder.
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(NAME);
        let failed = |e| Error::io(path.display(), "cannot be read", e);
        let mut bytes = Vec::new();
        let file = std::fs::File::open(&path).map_err(failed)?;
        file.take(BYTES_MAX as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
        let name = path.display().to_string();
        if bytes.len() > BYTES_MAX {
            return Err(bad_facts(&name, format!("it is longer than {BYTES_MAX} bytes")).into());
        }
        let wrong = |e: serde_json::Error| {
            let reason = e.to_string();
            let reason = reason.split(" at line ").next().unwrap_or_default().to_owned();
            Error::from(bad_facts(&name, reason).line(e.line() as u64))
        };
        let version = serde_json::from_slice::<Version>(&bytes).map_err(wrong)?.format_version;
        if version != FORMAT_VERSION {
            let reason = format!("these facts are of format {version}; this version reads format {FORMAT_VERSION}");
            return Err(bad_facts(&name, reason).column("format_version").into());
        }
        let file = serde_json::from_slice::<AboutFile>(&bytes).map_err(wrong)?;
        file.described().map_err(|(key, reason)| bad_facts(&name, reason).column(key).into())
    }
}

impl AboutFile {
    /// What it says, or the key and the reason of what it cannot say.
    fn described(self) -> Result<Described, (&'static str, String)> {
        let spec = &self.spec;
        if !(1..=12).contains(&spec.fiscal_year_start_month) || spec.history_years > HISTORY_YEARS_MAX {
            return Err((
                "spec",
                "a month from 1 to 12 and a number of years that can be kept are expected".to_owned(),
            ));
        }
        let mut counted = Counted::default();
        let mut outside = [Tally::default(); 4];
        let tables = [Table::Orders, Table::OrderLines, Table::ServiceEvents];
        for (table, file) in tables.into_iter().zip([&self.orders, &self.order_lines, &self.service_events]) {
            let read = |tally: &TallyFile| tally.read().map_err(|reason| (table.name(), reason));
            counted.read[table as usize] = read(&file.read)?;
            counted.set_aside[table as usize] = read(&file.set_aside)?;
            outside[table as usize] = read(&file.outside)?;
        }
        let grouped = |of| count(of).map_err(|reason| ("grouped", reason));
        counted.grouped = Grouped { rows: grouped(self.grouped.rows)?, orders: grouped(self.grouped.orders)? };
        for (name, occurred) in &self.codes {
            let code = Code::parse(name).ok_or_else(|| ("codes", format!("{name:?} is no code")))?;
            counted.codes.insert(code, count(*occurred).map_err(|reason| ("codes", reason))?);
        }
        if self.custom_kinds.windows(2).any(|pair| pair[0] >= pair[1]) {
            return Err(("custom_kinds", "they are not sorted".to_owned()));
        }
        if self.first_order.zip(self.last_order).is_some_and(|(first, last)| first > last) {
            return Err(("first_order", "it comes after last_order".to_owned()));
        }
        let tallies = Tallies {
            given: self.given,
            first_order: self.first_order,
            outside,
            credits_that_stay: count(self.credits_that_stay).map_err(|reason| ("credits_that_stay", reason))?,
            custom_kinds: self.custom_kinds,
        };
        let about =
            About { as_of_stated: self.as_of_stated, currency: self.currency, last_order: self.last_order, counted };
        Ok(Described { spec: self.spec, about, tallies, rows: self.rows })
    }
}
