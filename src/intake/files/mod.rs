//! Facts as files: written once for some records, added up with others by a later analysis.

mod about;
mod read;
mod records;
mod write;

use super::read as read_pieces;
use crate::date::Date;
use crate::error::{Code, Error, Problem, Result, Table};
use crate::facts::{FactSpec, FactTable};
use crate::io::pieces::customer_parts;
use crate::io::progress::{ProgressHook, ProgressMeter, Stage};
use crate::io::{FACTS_FILES, ReadOptions, pieces, read_folder};
use crate::ledger::{Counted, Ledger, Tally};
use crate::limits::PROBLEMS_LISTED_MAX;
use crate::model::{Model, Taken};
use crate::portfolio::Portfolio;
use about::{About, Described};
use std::path::{Path, PathBuf};

/// The version of the files' shape.
const FORMAT_VERSION: u32 = 1;
/// The files of facts, with their columns.
const CORE: (&str, &[&str]) = (FACTS_FILES[0], &["customer_id", "period_start", "key", "value"]);
const EVENTS: (&str, &[&str]) = (
    FACTS_FILES[1],
    &["customer_id", "period_start", "span", "kind", "events", "quantity", "quantity_without_cost", "cost", "credit"],
);
const FAMILIES: (&str, &[&str]) = (FACTS_FILES[2], &["customer_id", "period_start", "family", "key", "value"]);

impl FactTable {
    /// Writes the facts as `facts_core.csv`, `facts_events.csv`, `facts_families.csv` and `fact_spec.json` into a folder,
    /// whole or not at all. Equal tables give the same bytes. What was read of the records is not known here, and so not
    /// written: [`Model::write_facts`] writes it too.
    ///
    /// ```
    /// use portefeuille::{Customer, FactSpec, FactTable, Ledger, Order, date, money};
    ///
    /// let mut ledger = Ledger::new();
    /// ledger.add_customers([Customer::new("ayala")])?;
    /// ledger.add_orders([Order::new("o-1", "ayala", date(2025, 1, 31), money("9000"))])?;
    /// let facts = FactTable::from_ledger(&ledger, FactSpec::new(date(2025, 3, 31)))?;
    ///
    /// let folder = std::env::temp_dir().join(format!("facts-of-one-{}", std::process::id()));
    /// facts.write_folder(&folder)?;
    /// assert!(FactTable::read_folder(&folder)? == facts);
    /// # std::fs::remove_dir_all(&folder).ok();
    /// # Ok::<(), portefeuille::Error>(())
    /// ```
    pub fn write_folder(&self, folder: &Path) -> Result<()> {
        let about = About { as_of_stated: true, ..About::default() };
        write::write(self, &about, folder, &ProgressMeter::default())
    }

    /// Reads the facts that a folder holds. Every value is checked: what is damaged, cut or of another format is an error
    /// with its file and line.
    pub fn read_folder(folder: &Path) -> Result<Self> {
        read::read(folder, &Described::read(folder)?, &ProgressMeter::default())
    }
}

impl Model {
    /// Reads the tables of a folder and writes their facts into another one, for [`Model::analyze_folder_with`]. Orders
    /// may be missing where there are events and the model states `as_of`. Gives the facts.
    ///
    /// ```no_run
    /// use portefeuille::{Model, date, io::ReadOptions};
    ///
    /// let (model, options) = (Model::new().as_of(date(2025, 3, 31)), ReadOptions::default());
    /// model.write_facts("until-yesterday".as_ref(), "facts".as_ref(), &options)?;
    /// // The customers, and what came since.
    /// let portfolio = model.analyze_folder_with("today".as_ref(), &["facts"], &options)?;
    /// # Ok::<(), portefeuille::Error>(())
    /// ```
    pub fn write_facts(&self, folder: &Path, out: &Path, options: &ReadOptions) -> Result<FactTable> {
        self.check()?;
        let options = ReadOptions { orders_optional: true, ..options.clone() };
        let taken = match read_pieces(folder, &options, self.as_of, |as_of| self.fact_spec(as_of))? {
            Some(taken) => taken,
            None => {
                let ledger = read_folder(folder, &options)?;
                let (as_of, _) = self.last_day(ledger.order_dates())?;
                take(&ledger, self.fact_spec(as_of))?
            }
        };
        let given = taken.quality.given();
        if !given.orders && !given.service_events {
            let problem = Problem::new(Code::TableMissing, "there are neither orders nor service_events: no facts");
            return Err(problem.table(Table::Orders).file(folder.display().to_string()).hint("add orders").into());
        }
        self.check_currency(taken.currency.as_deref())?;
        let (_, as_of_stated) = self.last_day(taken.order_dates)?;
        let about = About {
            as_of_stated,
            currency: taken.currency,
            last_order: taken.order_dates.map(|(_, last)| last),
            counted: without_customers(taken.quality.counted(), folder, &options)?,
        };
        let meter = ProgressMeter::new(options.progress.as_ref(), Stage::Writing, || None);
        write::write(&taken.facts, &about, out, &meter)?;
        Ok(taken.facts)
    }

    /// Analyses the tables of a folder together with facts that [`Model::write_facts`] wrote. The folder holds the customers;
    /// the records that it holds besides are added to the facts, and orders may be missing. The result is that of all
    /// records at once, as long as no record is in two places and each order is where its lines are. What is said of single
    /// records, [`Quality::set_aside`](crate::Quality::set_aside) among it, is about those read now.
    ///
    /// The last day that counts is that of the facts. An account of the facts that is not among the customers becomes one
    /// without a name where the policy makes customers of unknown ids; else it is an error.
    pub fn analyze_folder_with(
        &self,
        folder: &Path,
        facts: &[impl AsRef<Path>],
        options: &ReadOptions,
    ) -> Result<Portfolio> {
        self.check()?;
        let Some(parts) = Parts::read(self, facts, options.progress.as_ref())? else {
            return self.analyze_folder(folder, options);
        };
        let options = ReadOptions { orders_optional: true, ..options.clone() };
        let spec = parts.facts.spec().clone();
        let mut taken = match read_pieces(folder, &options, Some(spec.as_of), |_| spec.clone())? {
            Some(taken) => taken,
            None => {
                let mut ledger = read_folder(folder, &options)?;
                if options.policy.makes_customers() {
                    ledger.make_customers(parts.facts.ids());
                }
                take(&ledger, spec)?
            }
        };
        check_known(&parts.facts, &taken)?;
        self.check_currency(taken.currency.as_deref())?;
        taken.order_dates = union(taken.order_dates, parts.order_dates);
        let stated = self.as_of.is_some() || parts.as_of_stated;
        parts.add_to(&mut taken)?;
        self.check_first_order(taken.facts.spec().as_of, taken.order_dates)?;
        self.analyze_facts(taken.facts, &taken.customers, taken.quality, stated)
    }
}

/// The facts of a ledger that was read whole.
fn take(ledger: &Ledger, spec: FactSpec) -> Result<Taken> {
    let quality = ledger.settle()?;
    Ok(Taken {
        customers: ledger.share_customers(),
        facts: FactTable::from_settled(ledger, spec),
        quality,
        currency: ledger.currency().map(str::to_owned),
        order_dates: ledger.order_dates(),
    })
}

/// What was counted of all tables but the customers, and without what all records together show: that is counted when all
/// are together.
fn without_customers(mut counted: Counted, folder: &Path, options: &ReadOptions) -> Result<Counted> {
    let mut customers = Ledger::with_policy(options.policy.clone());
    let parts = customer_parts(folder, options)?;
    if !parts.is_empty() {
        pieces::read_parts(&mut customers, Table::Customers, &parts, options, &ProgressMeter::default())?;
    }
    for (code, count) in customers.settle()?.counted().codes {
        if let Some(left) = counted.codes.get_mut(&code) {
            *left = left.saturating_sub(count);
        }
    }
    counted.codes.retain(|code, count| *count > 0 && !matches!(code, Code::IdNear | Code::KindCustom));
    for tallies in [&mut counted.read, &mut counted.set_aside] {
        tallies[Table::Customers as usize] = Tally::default();
    }
    Ok(counted)
}

/// Facts of several folders, added up.
struct Parts {
    facts: FactTable,
    counted: Vec<Counted>,
    as_of_stated: bool,
    order_dates: Option<(Date, Date)>,
}

impl Parts {
    /// Reads and adds up the facts of some folders; `None` without any.
    fn read(model: &Model, folders: &[impl AsRef<Path>], hook: Option<&ProgressHook>) -> Result<Option<Self>> {
        let folders: Vec<&Path> = folders.iter().map(AsRef::as_ref).collect();
        check_different(&folders)?;
        let described: Vec<Described> = folders.iter().map(|folder| Described::read(folder)).collect::<Result<_>>()?;
        let Some(first) = described.first() else { return Ok(None) };
        let own = model.fact_spec(model.as_of.unwrap_or(first.spec.as_of));
        for (folder, part) in folders.iter().zip(&described) {
            let at = |error: Error| Error::from(error.problem().clone().file(folder.display().to_string()));
            part.spec.must_equal(&own).map_err(at)?;
            model.check_currency(part.about.currency.as_deref()).map_err(at)?;
        }
        let meter = ProgressMeter::new(hook, Stage::Reading, || Some(total_bytes(&folders)));
        let mut facts = FactTable::new(own);
        for (folder, part) in folders.iter().zip(&described) {
            facts.merge(&read::read(folder, part, &meter)?)?;
        }
        facts.take_given(facts.given().without_customers());
        let dates =
            |part: &Described| part.tallies.first_order.map(|first| (first, part.about.last_order.unwrap_or(first)));
        Ok(Some(Self {
            facts,
            as_of_stated: described.iter().all(|part| part.about.as_of_stated),
            order_dates: described.iter().map(dates).fold(None, union),
            counted: described.into_iter().map(|part| part.about.counted).collect(),
        }))
    }

    /// Adds the facts, and what was counted of their records, to what was read now.
    fn add_to(self, taken: &mut Taken) -> Result<()> {
        taken.facts.merge(&self.facts)?;
        let quality = &mut taken.quality;
        self.counted.iter().for_each(|counted| quality.add_counted(counted));
        quality.given = taken.facts.given();
        quality.set_count(Code::KindCustom, taken.facts.tallies().custom_kinds.len() as u64);
        Ok(())
    }
}

fn union(a: Option<(Date, Date)>, b: Option<(Date, Date)>) -> Option<(Date, Date)> {
    match (a, b) {
        (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
        (a, b) => a.or(b),
    }
}

/// Facts that are given twice would count twice.
fn check_different(folders: &[&Path]) -> Result<()> {
    let mut known: Vec<PathBuf> = Vec::with_capacity(folders.len());
    for folder in folders {
        let real = folder.canonicalize().map_err(|e| Error::io(folder.display(), "the folder cannot be read", e))?;
        if known.contains(&real) {
            let problem = Problem::new(Code::BadUse, "the same facts are given twice: they would count twice");
            return Err(problem.file(folder.display().to_string()).hint("give each folder of facts once").into());
        }
        known.push(real);
    }
    Ok(())
}

/// Fails when facts are of accounts that are not among the customers.
fn check_known(facts: &FactTable, taken: &Taken) -> Result<()> {
    let mut unknown: Vec<_> = facts.ids().filter(|id| taken.customers.by_id(id).is_none()).collect();
    unknown.sort_unstable();
    let problem = |id: &&crate::records::Id| {
        Problem::new(Code::UnknownCustomer, "facts are of an account that is not in customers")
            .table(Table::Customers)
            .column("customer_id")
            .value(id.to_string())
            .hint("add it to customers, or make customers of unknown ids (--implicit-customers)")
    };
    let listed = unknown.iter().take(PROBLEMS_LISTED_MAX).map(problem).collect();
    Error::all(listed, unknown.len() as u64).map_or(Ok(()), Err)
}

/// The bytes of the files of facts.
fn total_bytes(folders: &[&Path]) -> u64 {
    let files = folders.iter().flat_map(|folder| [CORE, EVENTS, FAMILIES].map(|(name, _)| folder.join(name)));
    files.filter_map(|file| std::fs::metadata(file).ok()).map(|metadata| metadata.len()).sum()
}
