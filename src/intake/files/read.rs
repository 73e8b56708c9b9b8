//! Facts from files, every value checked.

use super::about::{COUNT_MAX, Described, UNITS_MAX};
use super::records::Records;
use super::{CORE, EVENTS, FAMILIES};
use crate::date::Date;
use crate::error::Result;
use crate::facts::{CoreKey, EventFact, FactTable, FamilyFact, FamilyTotal, Span, date_of};
use crate::io::progress::ProgressMeter;
use crate::records::Id;
use std::path::Path;

/// Reads the facts of a folder whose `fact_spec.json` was read.
pub(super) fn read(folder: &Path, described: &Described, meter: &ProgressMeter) -> Result<FactTable> {
    let mut table = FactTable::new(described.spec.clone());
    table.put_tallies(&described.tallies);
    for ((name, header), fill) in [(CORE, core as Fill), (EVENTS, events as Fill), (FAMILIES, families as Fill)] {
        let mut records = Records::open(&folder.join(name), header, meter)?;
        fill(&mut table, &mut records)?;
        let expected = described.rows.get(name).copied();
        if expected != Some(records.rows()) {
            let stated = expected.map_or("no number".to_owned(), |rows| rows.to_string());
            let reason = format!("{} rows; fact_spec.json states {stated}", records.rows());
            return Err(records.bad_file(reason));
        }
    }
    Ok(table)
}

type Fill = fn(&mut FactTable, &mut Records<'_>) -> Result<()>;

/// The accounts of a file, which come in the order of their ids, and what sorts the rows of each.
struct Order<K> {
    last: Option<(Id, u32)>,
    key: Option<K>,
}

impl<K: PartialOrd> Order<K> {
    fn new() -> Self {
        Self { last: None, key: None }
    }

    /// Whether the row is of the account before.
    fn stays(&self, id: &str) -> Option<u32> {
        self.last.as_ref().filter(|(last, _)| last.text() == id).map(|(_, account)| *account)
    }

    /// Takes the next row; false where it is out of order.
    fn follows(&mut self, id: Id, account: u32, key: K) -> bool {
        let rises = match (&self.last, &self.key) {
            (Some((last, _)), Some(before)) if *last == id => *before < key,
            (Some((last, _)), _) => *last < id,
            _ => true,
        };
        (self.last, self.key) = (Some((id, account)), Some(key));
        rises
    }
}

fn out_of_order(records: &Records<'_>) -> crate::error::Error {
    records.bad(None, "the row is out of order, or there twice".to_owned())
}

/// The account of a row that must be in the core facts.
fn known(table: &FactTable, records: &Records<'_>, before: Option<u32>) -> Result<u32> {
    let found = before.or_else(|| table.index_of(&Id::new(records.cell(0))));
    found.ok_or_else(|| records.bad(Some(0), format!("this account is not in {}", CORE.0)))
}

/// The period of a row, and whether it is the first one of its year.
fn period(table: &FactTable, records: &Records<'_>) -> Result<Option<(u16, bool)>> {
    let text = records.cell(1);
    if text.is_empty() {
        return Ok(None);
    }
    let found = Date::parse_bytes(text.as_bytes()).and_then(|start| table.period_at(start));
    match found {
        Some(period) => Ok(Some(period)),
        None => Err(records.bad(Some(1), "no period of the window starts on that day".to_owned())),
    }
}

fn core(table: &mut FactTable, records: &mut Records<'_>) -> Result<()> {
    let mut order = Order::new();
    let mut dates: [Option<i128>; 2] = [None; 2];
    while records.next()? {
        let key = CoreKey::parse(records.cell(2)).ok_or_else(|| records.bad(Some(2), "an unknown key".to_owned()))?;
        let period = period(table, records)?;
        let fits = match key.span {
            Span::Account => period.is_none(),
            Span::Period => period.is_some(),
            Span::Year => period.is_some_and(|(_, first)| first),
        };
        if !fits {
            return Err(records.bad(Some(1), format!("{} does not stand at such a period", key.name)));
        }
        let most = if key.is_count() { COUNT_MAX.into() } else { UNITS_MAX };
        let value = records.integer(3, key.signed, most)?;
        if value == 0 || (key.name == "account" && value != 1) || (key.is_date() && date_of(value).is_none()) {
            return Err(records.bad(Some(3), "such a value is never written".to_owned()));
        }
        let account = match (order.stays(records.cell(0)), key.name) {
            (Some(account), _) => account,
            // The first row of an account says that it is there.
            (None, "account") if !records.cell(0).is_empty() => table.put_account(&Id::new(records.cell(0))),
            (None, _) => return Err(records.bad(Some(2), "an account starts with the key account".to_owned())),
        };
        let id = Id::new(records.cell(0));
        if !order.follows(id, account, (period, key.name)) {
            return Err(out_of_order(records));
        }
        check_dates(&mut dates, key, value).map_err(|reason| records.bad(Some(3), reason))?;
        table.put_core(account, key, period.map(|(period, _)| period), value);
    }
    Ok(())
}

/// The last order of an account comes after its first.
fn check_dates(dates: &mut [Option<i128>; 2], key: CoreKey, value: i128) -> Result<(), String> {
    match key.name {
        "account" => *dates = [None; 2],
        "first_order" => dates[0] = Some(value),
        "last_order" if dates[0].is_none_or(|first| first > value) => {
            return Err("it comes before first_order".to_owned());
        }
        _ => {}
    }
    Ok(())
}

fn events(table: &mut FactTable, records: &mut Records<'_>) -> Result<()> {
    let mut order = Order::new();
    while records.next()? {
        let (period, first) =
            period(table, records)?.ok_or_else(|| records.bad(Some(1), "events stand at a period".to_owned()))?;
        let by_year = match records.cell(2) {
            "year" if first => true,
            "period" => false,
            _ => return Err(records.bad(Some(2), "year, at the first period of one, or period is expected".to_owned())),
        };
        let kind = records.cell(3).to_owned();
        if kind.is_empty() {
            return Err(records.bad(Some(3), "a kind is expected".to_owned()));
        }
        let fact = EventFact {
            period,
            by_year,
            kind: &kind,
            events: records.integer(4, false, COUNT_MAX.into())? as i64,
            quantity: records.integer(5, false, UNITS_MAX)?,
            quantity_without_cost: records.integer(6, false, UNITS_MAX)?,
            cost: records.integer(7, true, UNITS_MAX)?,
            credit: records.integer(8, false, UNITS_MAX)?,
        };
        if fact.events == 0 || fact.quantity_without_cost > fact.quantity || by_year && fact.credit != 0 {
            return Err(records.bad(None, "these sums do not fit each other".to_owned()));
        }
        let account = known(table, records, order.stays(records.cell(0)))?;
        if !order.follows(Id::new(records.cell(0)), account, (period, by_year, kind.clone())) {
            return Err(out_of_order(records));
        }
        table.put_events(account, &fact);
    }
    Ok(())
}

fn families(table: &mut FactTable, records: &mut Records<'_>) -> Result<()> {
    let mut order = Order::new();
    let mut total: Option<(String, String)> = None;
    while records.next()? {
        let value = records.integer(4, true, UNITS_MAX)?;
        if value == 0 {
            return Err(records.bad(Some(4), "such a value is never written".to_owned()));
        }
        let (family, key) = (records.cell(2).to_owned(), records.cell(3));
        if records.cell(0).is_empty() {
            let this = Some((family.clone(), key.to_owned()));
            if order.last.is_some() || total >= this {
                return Err(out_of_order(records));
            }
            table.put_family_total(&family, &family_total(records, value)?);
            total = this;
            continue;
        }
        let period = period(table, records)?.map(|(period, _)| period);
        let fits = match key {
            "bought" => period.is_none() && value == 1 && !family.is_empty(),
            "unknown_revenue" => period.is_some(),
            _ => return Err(records.bad(Some(3), "an unknown key".to_owned())),
        };
        if !fits {
            return Err(records.bad(None, format!("{key} does not stand so")));
        }
        let account = known(table, records, order.stays(records.cell(0)))?;
        if !order.follows(Id::new(records.cell(0)), account, (period, family.clone())) {
            return Err(out_of_order(records));
        }
        let family = Some(family.as_str()).filter(|family| !family.is_empty());
        table.put_family(account, &FamilyFact { period, family, value });
    }
    Ok(())
}

/// One of the totals of a family.
fn family_total(records: &Records<'_>, value: i128) -> Result<FamilyTotal> {
    if !records.cell(1).is_empty() || records.cell(2).is_empty() {
        return Err(records.bad(None, "a total is of a family and of no period".to_owned()));
    }
    let mut total = FamilyTotal::default();
    match records.cell(3) {
        "cost_of_goods" => total.cost_of_goods = value,
        "revenue" => total.revenue = value,
        "revenue_with_cost" => total.revenue_with_cost = value,
        _ => return Err(records.bad(Some(3), "an unknown key".to_owned())),
    }
    Ok(total)
}
