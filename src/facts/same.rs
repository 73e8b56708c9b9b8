//! When two tables hold the same facts.

use super::table::{EVENT_MEASURES, FamilyTotal};
use super::{FactSpec, FactTable};
use crate::date::Date;
use crate::error::Table;
use crate::ledger::{Given, Tally};
use crate::records::Id;
use std::collections::{BTreeMap, BTreeSet};

/// All facts of a table, by the names of things and not by where they happen to stand.
#[derive(PartialEq)]
struct Contents<'a> {
    spec: &'a FactSpec,
    given: Given,
    first_order_read: Option<Date>,
    outside: BTreeMap<Table, Tally>,
    accounts: BTreeMap<&'a Id, (Vec<i128>, Date, Date)>,
    events: BTreeMap<(&'a Id, Option<&'a str>, u16), Vec<i128>>,
    bought: BTreeSet<(&'a Id, Option<&'a str>)>,
    families: BTreeMap<&'a str, FamilyTotal>,
    unknown: BTreeMap<(&'a Id, Option<&'a str>, u16), i128>,
}

impl<'a> Contents<'a> {
    fn of(table: &'a FactTable) -> Self {
        let width = table.layout.width();
        let account = |at: u32| {
            let row = at as usize * width;
            let sums = (row..row + width).map(|slot| table.core.exact(slot)).collect();
            (table.ids.id(at), (sums, table.first_order[at as usize], table.last_order[at as usize]))
        };
        let event = |(cell, key): (usize, &super::table::EventKey)| {
            let sums = (0..EVENT_MEASURES).map(|m| table.event_sums.exact(cell * EVENT_MEASURES + m)).collect();
            ((table.ids.id(key.account), table.kinds.word(key.kind), key.period), sums)
        };
        let unknown = table.unknown.iter().filter(|(_, revenue)| **revenue != 0);
        let outside = table.outside.iter().filter(|(_, tally)| tally.records > 0);
        Self {
            spec: &table.spec,
            given: table.given,
            first_order_read: table.first_order_read,
            outside: outside.map(|(of, tally)| (*of, *tally)).collect(),
            accounts: (0..table.len() as u32).map(account).collect(),
            events: table.event_keys.iter().enumerate().map(event).collect(),
            bought: table.bought.iter().map(|(a, f)| (table.ids.id(*a), table.families.word(*f))).collect(),
            families: table.families().filter(|(_, total)| *total != FamilyTotal::default()).collect(),
            unknown: unknown
                .map(|(key, revenue)| {
                    ((table.ids.id(key.account), table.families.word(key.family), key.period), *revenue)
                })
                .collect(),
        }
    }
}

/// Two tables are equal when they hold the same facts of the same accounts, whatever the order in which the records
/// came and the parts were merged.
impl PartialEq for FactTable {
    fn eq(&self, other: &Self) -> bool {
        Contents::of(self) == Contents::of(other)
    }
}
