//! All accounts worked out, chunk by chunk: costs, margins and what the components measure.

use super::{Draft, Drafting, Model};
use crate::cost::{AccountVolumes, CostSums, Driver, RateCard, Weights, driver_of_kind};
use crate::error::Result;
use crate::facts::{Counting, KindAt, SealedFacts, Terms};
use crate::ledger::Customers;
use crate::margin::{CascadeParts, MarginRates};
use crate::parallel;
use crate::portfolio::{AccountRow, Status, TermsColumns};
use crate::records::Id;
use crate::score::Component;

/// Accounts that are worked out together. It never depends on the number of threads.
pub(super) const CHUNK: usize = 2_048;

/// What it takes to work accounts out.
pub(super) struct Workshop<'a> {
    pub(super) model: &'a Model,
    pub(super) customers: &'a Customers,
    pub(super) facts: &'a SealedFacts<'static>,
    pub(super) counting: Counting,
    pub(super) margins: &'a MarginRates,
    pub(super) drivers: &'a [Driver],
    /// Which driver counts a kind of events.
    pub(super) by_kind: Vec<Option<usize>>,
}

/// What accounts give together.
pub(super) struct Worked {
    pub(super) costs: CostSums,
    /// By fiscal year.
    pub(super) years: Vec<CascadeParts>,
    pub(super) missing_values: i64,
    pub(super) terms: Vec<TermsColumns>,
    /// How many accounts are active.
    pub(super) active: usize,
    /// Components × chunks: the values of the active accounts, NaN where missing.
    pub(super) values: Vec<Vec<Vec<f64>>>,
}

/// The same of one chunk.
struct Chunk {
    costs: CostSums,
    years: Vec<CascadeParts>,
    missing_values: i64,
    terms: TermsColumns,
    active: usize,
    values: Vec<Vec<f64>>,
}

impl<'a> Workshop<'a> {
    pub(super) fn new(
        model: &'a Model,
        customers: &'a Customers,
        facts: &'a SealedFacts<'static>,
        counting: Counting,
        margins: &'a MarginRates,
        drivers: &'a [Driver],
    ) -> Self {
        let by_kind = facts.common().kinds().iter().map(|kind| driver_of_kind(drivers, kind)).collect();
        Self { model, customers, facts, counting, margins, drivers, by_kind }
    }

    fn driver_of(&self, kind: KindAt) -> Option<usize> {
        self.by_kind.get(kind.index()).copied().flatten()
    }

    fn drafting(&self) -> Drafting<'_> {
        Drafting {
            counting: self.counting,
            given: self.facts.table().given(),
            drivers: self.drivers,
            margins: self.margins,
            growth: self.model.growth_measure,
        }
    }

    /// Works all accounts out into their rows. The first error in id order is the one returned.
    pub(super) fn work(&self, card: &RateCard, components: &[Component], rows: &mut [AccountRow]) -> Result<Worked> {
        let chunks: Vec<(usize, &mut [AccountRow])> = rows.chunks_mut(CHUNK).enumerate().collect();
        let chunks = parallel::map_items(chunks, |(at, rows)| self.chunk(at * CHUNK, rows, card, components));
        let years = vec![CascadeParts::zero(); self.facts.table().calendar().year_count()];
        let mut all = Worked {
            costs: CostSums::new(card),
            years,
            missing_values: 0,
            terms: Vec::with_capacity(chunks.len()),
            active: 0,
            values: vec![Vec::with_capacity(chunks.len()); components.len()],
        };
        for chunk in chunks {
            let chunk = chunk?;
            all.costs.merge(&chunk.costs);
            all.years.iter_mut().zip(&chunk.years).for_each(|(sum, year)| sum.add(year));
            all.missing_values += chunk.missing_values;
            all.terms.push(chunk.terms);
            all.active += chunk.active;
            all.values.iter_mut().zip(chunk.values).for_each(|(all, values)| all.push(values));
        }
        Ok(all)
    }

    fn chunk(&self, start: usize, rows: &mut [AccountRow], card: &RateCard, components: &[Component]) -> Result<Chunk> {
        let with = self.drafting();
        let mut chunk = Chunk {
            costs: CostSums::new(card),
            years: vec![CascadeParts::zero(); self.facts.table().calendar().year_count()],
            missing_values: 0,
            terms: TermsColumns::default(),
            active: 0,
            values: vec![Vec::with_capacity(rows.len()); components.len()],
        };
        let mut draft = Draft::default();
        for (position, row) in (start..).zip(rows) {
            let view = self.facts.view(position);
            // Accounts are mostly the customers in their order.
            let customer = self.customers.by_id_near(view.id(), self.facts.account(position));
            let terms = chunk.terms.push(customer);
            draft.fill(&view, &terms, &with, |kind| self.driver_of(kind))?;
            draft.charge(card, view.id())?;
            *row = AccountRow::new(&draft)?;
            chunk.costs.add(&draft.volumes, &draft.charge)?;
            chunk.years.iter_mut().zip(draft.years()).for_each(|(sum, year)| sum.add(&year));
            chunk.missing_values += draft.figures.missing_values;
            if row.status == Status::Active {
                chunk.active += 1;
                chunk.measure(&draft, row, components);
            }
        }
        chunk.terms.shrink();
        Ok(chunk)
    }
}

impl Chunk {
    fn measure(&mut self, draft: &Draft, row: &AccountRow, components: &[Component]) {
        let (_, cost_to_serve) = row.parts.revenue_and_cost();
        let measures = draft.measures(row.gross_margin(), cost_to_serve);
        for (values, component) in self.values.iter_mut().zip(components) {
            values.push(measures.value(*component, &draft.figures, None).unwrap_or(f64::NAN));
        }
    }
}

/// The volumes by which pools are shared out.
impl Weights for Workshop<'_> {
    fn of(&self, driver: usize, year: usize) -> Result<Vec<i64>> {
        let cell = driver * self.facts.table().calendar().year_count() + year;
        let chunks = parallel::map_ranges(self.facts.len(), CHUNK, |range| -> Result<Vec<i64>> {
            let mut volumes = AccountVolumes::default();
            let volume = |at: usize| {
                let (view, terms) = (self.facts.view(at), Terms::default());
                volumes.fill(self.drivers, |kind| self.driver_of(kind), &view, &terms, self.counting)?;
                Ok(volumes.volume[cell])
            };
            range.map(volume).collect()
        });
        chunks.into_iter().collect::<Result<Vec<_>>>().map(|chunks| chunks.concat())
    }

    fn id(&self, position: usize) -> &Id {
        self.facts.id(position)
    }
}
