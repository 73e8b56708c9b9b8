//! Facts ready to be read account by account, in id order.

use super::table::{COST, CREDIT, EVENT_MEASURES, EVENTS, QUANTITY, UNCOSTED};
use super::view::{Common, EventCell, UnknownCell};
use super::{FactTable, Facts, FactsView, Field};
use crate::error::{Error, Result};
use crate::money::overflow;
use crate::parallel;
use crate::records::Id;
use std::borrow::Cow;
use std::sync::Arc;

/// Accounts that are read together.
const CHUNK: usize = 4_096;

/// Facts whose sums all fit, by account in id order.
#[derive(Clone, Debug)]
pub(crate) struct SealedFacts<'a> {
    table: Cow<'a, FactTable>,
    common: Arc<Common>,
    /// The index of each account, in id order.
    order: Vec<u32>,
    /// Where the cells of each account start, by its index.
    cell_start: Vec<u32>,
    cells: Vec<EventCell>,
    /// Where the unknown revenue of each account starts, by its index; empty without any.
    unknown_start: Vec<u32>,
    unknown: Vec<UnknownCell>,
    families: Vec<u32>,
}

impl<'a> SealedFacts<'a> {
    /// Seals a table; an error when an account's sum cannot be held.
    pub(crate) fn of(table: Cow<'a, FactTable>) -> Result<Self> {
        let too_large =
            |account: usize| -> Error { overflow(&format!("a total of the account {}", table.ids.id(account as u32))) };
        table.core.narrow().map_err(|at| too_large(at / table.layout.width()))?;
        let sums = table
            .event_sums
            .narrow()
            .map_err(|at| too_large(table.event_keys[at / EVENT_MEASURES].account as usize))?;
        let words = (&table.kinds, &table.families);
        let common = Common::new(&table.spec, &table.calendar, table.window_start(), table.given, words);
        let (cell_start, cells) = cells(&table, sums, &common);
        let (unknown_start, unknown) = unknown(&table);
        let mut families = vec![0u32; table.len()];
        for (account, _) in &table.bought {
            families[*account as usize] += 1;
        }
        let order = table.ids.sorted();
        Ok(Self { common: Arc::new(common), order, cell_start, cells, unknown_start, unknown, families, table })
    }

    pub(crate) fn table(&self) -> &FactTable {
        &self.table
    }

    pub(crate) fn common(&self) -> &Common {
        &self.common
    }

    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }

    /// The id of the account at a position of the id order.
    pub(crate) fn id(&self, position: usize) -> &Id {
        self.table.ids.id(self.order[position])
    }

    /// The position of an account in the id order.
    pub(crate) fn position(&self, id: &Id) -> Option<usize> {
        self.order.binary_search_by(|at| self.table.ids.id(*at).cmp(id)).ok()
    }

    /// The facts of the account at a position of the id order, borrowed.
    #[inline]
    pub(crate) fn view(&self, position: usize) -> FactsView<'_> {
        let (account, table) = (self.order[position], &*self.table);
        let at = account as usize;
        let width = table.layout.width();
        let span = |starts: &[u32]| match starts.get(at..at + 2) {
            Some(ends) => ends[0] as usize..ends[1] as usize,
            None => 0..0,
        };
        let bought = table.first_order[at] <= table.last_order[at];
        FactsView {
            id: table.ids.id(account),
            common: &self.common,
            row: &table.core.low()[at * width..][..width],
            cells: &self.cells[span(&self.cell_start)],
            order_dates: bought.then(|| (table.first_order[at], table.last_order[at])),
            families: self.families[at],
            unknown: &self.unknown[span(&self.unknown_start)],
        }
    }

    /// The facts of the account at a position of the id order.
    pub(crate) fn facts(&self, position: usize) -> Facts {
        let view = self.view(position);
        Facts {
            id: view.id.clone(),
            common: self.common.clone(),
            row: view.row.to_vec(),
            cells: view.cells.to_vec(),
            order_dates: view.order_dates,
            families: view.families,
            unknown: view.unknown.to_vec(),
            friction: None,
            payment_days: None,
            annual_potential: None,
        }
    }

    /// Revenue and cost of the orders whose cost is known, over the portfolio.
    pub(crate) fn known_orders(&self) -> (i128, i128) {
        let sums = parallel::map_ranges(self.len(), CHUNK, |range| {
            range.fold((0, 0), |(revenue, cost), at| {
                let view = self.view(at);
                (revenue + view.sum(Field::RevenueWithCost), cost + view.sum(Field::CostOfGoods))
            })
        });
        sums.into_iter().fold((0, 0), |sum, part| (sum.0 + part.0, sum.1 + part.1))
    }
}

/// The event cells by account, those of one account by kind and period; and where each account's start. By kind, not by
/// the order in which kinds were met: that depends on the order of the records.
fn cells(table: &FactTable, sums: &[i64], common: &Common) -> (Vec<u32>, Vec<EventCell>) {
    let live = table.first_live();
    let in_window = || table.event_keys.iter().enumerate().filter(|(_, key)| key.period >= live);
    let mut starts = vec![0u32; table.len() + 2];
    in_window().for_each(|(_, key)| starts[key.account as usize + 2] += 1);
    accumulate(&mut starts);
    let empty = EventCell { kind: 0, period: 0, events: 0, quantity: 0, quantity_without_cost: 0, cost: 0, credit: 0 };
    let mut cells = vec![empty; starts.last().map_or(0, |n| *n as usize)];
    for (at, key) in in_window() {
        let sums = &sums[at * EVENT_MEASURES..][..EVENT_MEASURES];
        let place = &mut starts[key.account as usize + 1];
        cells[*place as usize] = EventCell {
            kind: key.kind,
            period: key.period,
            events: sums[EVENTS],
            quantity: sums[QUANTITY],
            quantity_without_cost: sums[UNCOSTED],
            cost: sums[COST],
            credit: sums[CREDIT],
        };
        *place += 1;
    }
    starts.pop();
    for ends in starts.windows(2) {
        let own = &mut cells[ends[0] as usize..ends[1] as usize];
        own.sort_unstable_by(|a, b| {
            let kind = |cell: &EventCell| &common.kinds[cell.kind as usize];
            (kind(a), a.period).cmp(&(kind(b), b.period))
        });
    }
    (starts, cells)
}

/// Revenue without a known cost by account, that of one account by family and period; and where each account's starts.
fn unknown(table: &FactTable) -> (Vec<u32>, Vec<UnknownCell>) {
    let mut found: Vec<_> = table.unknown.iter().filter(|(_, revenue)| **revenue != 0).collect();
    if found.is_empty() {
        return (Vec::new(), Vec::new());
    }
    found.sort_unstable_by_key(|(key, _)| **key);
    let mut starts = vec![0u32; table.len() + 1];
    found.iter().for_each(|(key, _)| starts[key.account as usize + 1] += 1);
    accumulate(&mut starts);
    let cell = |(key, revenue): (&super::table::Unknown, &i128)| UnknownCell {
        family: key.family,
        period: key.period,
        revenue: *revenue,
    };
    (starts, found.into_iter().map(cell).collect())
}

fn accumulate(counts: &mut [u32]) {
    let mut sum = 0;
    for count in counts {
        sum += *count;
        *count = sum;
    }
}
