//! Facts as files.

use super::about::{About, Described, NAME};
use super::{CORE, EVENTS, FAMILIES};
use crate::error::Result;
use crate::facts::{AccountFacts, FactTable};
use crate::io::progress::{ProgressMeter, Watched};
use crate::io::{CsvStyle, Folder, Rows};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// Writes all files, whole or not at all.
pub(super) fn write(table: &FactTable, about: &About, folder: &Path, meter: &ProgressMeter) -> Result<()> {
    let facts = AccountFacts::of(table);
    let mut folder = Folder::open(folder)?;
    let mut rows = BTreeMap::new();
    for (name, header, fill) in [
        (CORE.0, CORE.1, core as Fill),
        (EVENTS.0, EVENTS.1, events as Fill),
        (FAMILIES.0, FAMILIES.1, families as Fill),
    ] {
        let mut count = 0;
        folder.write(name, |out| {
            let mut out = Watched::new(out, meter, name);
            let mut file = FactRows { rows: Rows::new(&mut out, CsvStyle::Plain, header)?, count: 0 };
            fill(table, &facts, &mut file)?;
            count = file.count;
            Ok(())
        })?;
        rows.insert(name.to_owned(), count);
    }
    let described = Described { spec: table.spec().clone(), about: about.clone(), tallies: table.tallies(), rows };
    folder.write(NAME, |out| out.write_all(described.text()?.as_bytes()))?;
    folder.commit()
}

type Fill = fn(&FactTable, &AccountFacts<'_>, &mut FactRows<'_>) -> io::Result<()>;

/// Rows of facts on their way into a file.
struct FactRows<'w> {
    rows: Rows<'w>,
    count: u64,
}

impl FactRows<'_> {
    fn texts(&mut self, texts: [&str; 2]) {
        texts.into_iter().for_each(|text| self.rows.exact(text));
    }

    fn number(&mut self, number: impl ToString) {
        self.rows.word(&number.to_string());
    }

    fn end(&mut self) -> io::Result<()> {
        self.count += 1;
        self.rows.end()
    }
}

/// The first day of a period, or nothing.
fn start(table: &FactTable, period: Option<u16>) -> String {
    period.map(|period| table.period_start(period).to_string()).unwrap_or_default()
}

fn core(table: &FactTable, facts: &AccountFacts<'_>, out: &mut FactRows<'_>) -> io::Result<()> {
    for (account, id) in facts.accounts() {
        for fact in facts.core(account) {
            out.texts([&id.text(), &start(table, fact.period)]);
            out.rows.word(fact.name);
            out.number(fact.value);
            out.end()?;
        }
    }
    Ok(())
}

fn events(table: &FactTable, facts: &AccountFacts<'_>, out: &mut FactRows<'_>) -> io::Result<()> {
    for (account, id) in facts.accounts() {
        for fact in facts.events(account) {
            out.texts([&id.text(), &start(table, Some(fact.period))]);
            out.texts([if fact.by_year { "year" } else { "period" }, fact.kind]);
            out.number(fact.events);
            out.number(fact.quantity);
            out.number(fact.quantity_without_cost);
            out.number(fact.cost);
            out.number(fact.credit);
            out.end()?;
        }
    }
    Ok(())
}

fn families(table: &FactTable, facts: &AccountFacts<'_>, out: &mut FactRows<'_>) -> io::Result<()> {
    for (family, total) in facts.family_totals() {
        for (key, value) in [
            ("cost_of_goods", total.cost_of_goods),
            ("revenue", total.revenue),
            ("revenue_with_cost", total.revenue_with_cost),
        ] {
            if value != 0 {
                out.texts(["", ""]);
                out.texts([family, key]);
                out.number(value);
                out.end()?;
            }
        }
    }
    for (account, id) in facts.accounts() {
        for fact in facts.families(account) {
            let key = if fact.period.is_some() { "unknown_revenue" } else { "bought" };
            out.texts([&id.text(), &start(table, fact.period)]);
            out.texts([fact.family.unwrap_or_default(), key]);
            out.number(fact.value);
            out.end()?;
        }
    }
    Ok(())
}
