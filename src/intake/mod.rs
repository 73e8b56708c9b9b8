//! From files to facts, without holding the records.
//!
//! Where orders come in the order of their ids, and lines in the order of their orders, some orders with their lines are
//! a slice: a ledger of its own, whose facts add to those of the others and which is then let go. Slices are read by
//! several threads. What they find is put together as one ledger of all records would have found it; where that cannot
//! be, because nothing comes in order or a file is at fault, there is one ledger of all records.

mod files;
mod slice;
#[cfg(test)]
mod tests;
#[cfg(test)]
#[cfg(feature = "parquet")]
mod typed_tests;

use crate::date::Date;
use crate::error::{Result, Table};
use crate::facts::{CreditsDated, FactSpec, FactTable, SortedBatch, Words};
use crate::io::pieces::{Log, NotPieces, Part, Piece, Pieces, Raw, check_complete, find, meter, read_parts};
use crate::io::progress::ProgressMeter;
use crate::io::{ReadOptions, read_folder};
use crate::ledger::{Ledger, OrderIndex, Quality, WordTable};
use crate::model::{Model, Taken};
use crate::parallel;
use crate::portfolio::Portfolio;
use crate::records::Id;
use slice::{Desk, Events, EventsTaken, Orders, Settled, Slice, Taken as TakenAs};
use std::collections::{BTreeMap, VecDeque};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Slices that are worked on together.
const WAVE: usize = 16;
/// About how many bytes of lines are held at a time, if the orders of one slice have not more.
const LINES_HELD: usize = 16 << 20;
/// Portions of Parquet files that are decoded together.
const PORTIONS: usize = 4;
/// Blocks of CSV files that are read while those before them are decoded.
const AHEAD: usize = 8;
/// Pieces of orders that wait for the customers at most.
const ORDERS_AHEAD: usize = 64;

/// Reads the tables of a folder in pieces. `None`: they must be read as a whole.
pub(crate) fn read(
    folder: &Path,
    options: &ReadOptions,
    as_of: Option<Date>,
    spec: impl Fn(Date) -> FactSpec,
) -> Result<Option<Taken>> {
    let Some(found) = find(folder, options)? else { return Ok(None) };
    let taken = match as_of {
        Some(day) => Reading::run(&found, options, spec(day)),
        None => latest(&found, options).and_then(|guess| {
            let taken = Reading::run(&found, options, spec(guess))?;
            // Orders that are set aside for what their lines say are not known before those are read.
            match taken.order_dates {
                Some((_, last)) if last != guess => Reading::run(&found, options, spec(last)),
                _ => Ok(taken),
            }
        }),
    };
    match taken {
        Ok(taken) => Ok(Some(taken)),
        Err(NotPieces::Whole) => Ok(None),
        Err(NotPieces::Ended(error)) => Err(error),
    }
}

impl Model {
    /// Reads the tables of a folder and analyses them: the same result as [`read_folder`] and
    /// [`Model::analyze`] give, on all threads, and in memory for the accounts but not for their records where orders
    /// come in the order of their ids and lines in the order of their orders.
    ///
    /// ```no_run
    /// use portefeuille::{Model, io::ReadOptions};
    ///
    /// let portfolio = Model::new().analyze_folder("tables".as_ref(), &ReadOptions::default())?;
    /// # Ok::<(), portefeuille::Error>(())
    /// ```
    pub fn analyze_folder(&self, folder: &Path, options: &ReadOptions) -> Result<Portfolio> {
        self.check()?;
        match read(folder, options, self.as_of, |as_of| self.fact_spec(as_of))? {
            Some(taken) => self.analyze_taken(taken),
            None => self.analyze(&read_folder(folder, options)?),
        }
    }
}

type Found = BTreeMap<Table, Vec<Part>>;

/// A ledger with the customers.
fn customers(found: &Found, options: &ReadOptions, meter: &ProgressMeter) -> Result<Ledger, NotPieces> {
    let mut ledger = Ledger::with_policy(options.policy.clone());
    read_parts(&mut ledger, Table::Customers, &found[&Table::Customers], options, meter)?;
    ledger.ready_for(Table::Orders);
    Ok(ledger)
}

/// The latest date of an order, as far as orders alone say which are used.
fn latest(found: &Found, options: &ReadOptions) -> Result<Date, NotPieces> {
    let meter = ProgressMeter::default();
    let mut ledger = customers(found, options, &meter)?;
    let mut orders = Source::new(Table::Orders, found, options, &meter).ok_or(NotPieces::Whole)?;
    let mut latest = None;
    while orders.fill(&mut ledger, WAVE)? {
        let pieces = orders.take(WAVE);
        let desk = Desk { ledger: &ledger, options, meter: &meter };
        let days = parallel::map_items(pieces, |piece| Ok(Orders::read(desk, piece)?.latest()));
        for day in days.into_iter().collect::<Result<Vec<_>>>()? {
            latest = latest.max(day);
        }
    }
    latest.ok_or(NotPieces::Whole)
}

/// The pieces of a table that come next.
struct Source<'o> {
    pieces: Pieces<'o>,
    log: Log,
    ready: VecDeque<Piece>,
    ended: bool,
}

impl<'o> Source<'o> {
    fn new(table: Table, found: &Found, options: &'o ReadOptions, meter: &'o ProgressMeter) -> Option<Self> {
        let pieces = Pieces::new(table, found.get(&table)?.clone(), options, meter);
        Some(Self { pieces, log: Log::default(), ready: VecDeque::new(), ended: false })
    }

    /// Orders, the first of which are decoded while the customers are read, until those are there. What opens files must
    /// know of them.
    fn ahead(
        found: &Found,
        options: &'o ReadOptions,
        meter: &'o ProgressMeter,
        enough: &AtomicBool,
    ) -> Result<Self, NotPieces> {
        let mut source = Self::new(Table::Orders, found, options, meter).ok_or(NotPieces::Whole)?;
        let mut ledger = Ledger::with_policy(options.policy.clone());
        found[&Table::Customers].iter().for_each(|part| {
            ledger.quality_mut().open_file(&part.name);
        });
        source.fill(&mut ledger, 1)?;
        // Files are opened in the same order, however long that takes.
        while source.pieces.is_open() && source.ready.len() < ORDERS_AHEAD && !enough.load(Ordering::Relaxed) {
            source.decode(None, AHEAD)?;
        }
        Ok(source)
    }

    /// Makes pieces ready until there are `count`. False: there is none.
    fn fill(&mut self, ledger: &mut Ledger, count: usize) -> Result<bool, NotPieces> {
        while self.ready.len() < count && !self.ended {
            self.decode(Some(ledger), (count - self.ready.len()).max(AHEAD))?;
        }
        Ok(!self.ready.is_empty())
    }

    /// Decodes so many blocks, those that are read while the others come. Without a ledger it ends with the open file.
    fn decode(&mut self, mut ledger: Option<&mut Ledger>, blocks: usize) -> Result<(), NotPieces> {
        let options = self.pieces.options();
        let (mut room, mut failed) = (blocks, None);
        let next = || {
            if room == 0 {
                return None;
            }
            let raw = self.raw(ledger.as_deref_mut()).unwrap_or_else(|error| {
                failed = Some(error);
                None
            })?;
            room = room.saturating_sub(if raw.is_portion() { blocks.div_ceil(PORTIONS) } else { 1 });
            Some(raw)
        };
        for piece in parallel::map_coming(next, |raw| raw.decode(options)) {
            self.ready.extend(piece?.chop());
        }
        failed.map_or(Ok(()), Err)
    }

    fn raw(&mut self, mut ledger: Option<&mut Ledger>) -> Result<Option<Raw>, NotPieces> {
        loop {
            if let Some(raw) = self.pieces.read()? {
                return Ok(Some(raw));
            }
            let Some(ledger) = ledger.as_deref_mut() else { return Ok(None) };
            match self.pieces.open(ledger)? {
                Some(entry) => self.log.open(entry),
                None => {
                    self.ended = true;
                    return Ok(None);
                }
            }
        }
    }

    fn take(&mut self, count: usize) -> Vec<Piece> {
        self.ready.drain(..count.min(self.ready.len())).collect()
    }
}

/// Files on their way into facts.
struct Reading<'o> {
    options: &'o ReadOptions,
    /// The customers, and all that was found.
    ledger: Ledger,
    orders: Source<'o>,
    lines: Option<Source<'o>>,
    events: Option<Source<'o>>,
    facts: FactTable,
    accounts: Option<Vec<u32>>,
    index: OrderIndex,
    last_order: Option<Id>,
    last_event: Option<Id>,
    credited: Vec<Id>,
    /// Kinds of which was told that they are custom.
    kinds: WordTable,
    order_dates: Option<(Date, Date)>,
    /// What orders and lines show together.
    settled: [Vec<Quality>; 2],
}

impl<'o> Reading<'o> {
    fn run(found: &Found, options: &'o ReadOptions, spec: FactSpec) -> Result<Taken, NotPieces> {
        if spec.credits_dated == CreditsDated::Order {
            // A credit note counts where its order does, which may be in another slice.
            return Err(NotPieces::Whole);
        }
        let meter = meter(found, options);
        let done = AtomicBool::new(false);
        let read_customers = || {
            let read = customers(found, options, &meter);
            done.store(true, Ordering::Relaxed);
            read
        };
        let ahead = || Source::ahead(found, options, &meter, &done);
        let (ledger, orders) = parallel::beside(read_customers, ahead);
        let (mut ledger, orders) = (ledger.ok_or(NotPieces::Whole)??, orders?);
        orders.pieces.name_files(&mut ledger);
        let mut facts = FactTable::new(spec);
        let accounts = facts.take_accounts(&ledger);
        let source = |table| Source::new(table, found, options, &meter);
        let mut reading = Reading {
            options,
            orders,
            lines: source(Table::OrderLines),
            events: source(Table::ServiceEvents),
            ledger,
            facts,
            accounts,
            index: OrderIndex::default(),
            last_order: None,
            last_event: None,
            credited: Vec::new(),
            kinds: WordTable::default(),
            order_dates: None,
            settled: [Vec::new(), Vec::new()],
        };
        reading.read_orders()?;
        reading.read_events()?;
        reading.finish(found)
    }

    fn read_orders(&mut self) -> Result<(), NotPieces> {
        let mut pending = VecDeque::new();
        loop {
            // One piece more than a wave shows which slice is the last.
            if pending.is_empty() && self.orders.fill(&mut self.ledger, WAVE + 1)? {
                let pieces = self.orders.take(WAVE);
                let last = self.orders.ready.is_empty();
                pending.extend(self.slices(pieces, last)?);
            }
            let mut wave = Vec::new();
            let mut held = 0;
            while held < LINES_HELD
                && let Some(mut slice) = pending.pop_front()
            {
                self.share_lines(&mut slice)?;
                held += slice.lines.iter().map(Piece::bytes).sum::<usize>();
                wave.push(slice);
            }
            if wave.is_empty() {
                return Ok(());
            }
            let settled = self.settle(wave)?;
            self.add(settled)?;
        }
    }

    /// Reads orders, which must come in the order of their ids.
    fn slices(&mut self, pieces: Vec<Piece>, last: bool) -> Result<Vec<Slice>, NotPieces> {
        let desk = self.desk();
        let read = parallel::map_items(pieces, |piece| Orders::read(desk, piece));
        let mut slices: Vec<Slice> = Vec::with_capacity(read.len());
        for orders in read.into_iter().collect::<Result<Vec<_>>>()? {
            let (first, up_to) = orders.span().ok_or(NotPieces::Whole)?;
            if self.last_order.as_ref().is_some_and(|before| *before >= first) {
                return Err(NotPieces::Whole);
            }
            let after = self.last_order.replace(up_to.clone());
            slices.push(Slice { orders, after, up_to: Some(up_to), lines: Vec::new() });
        }
        if let Some(slice) = slices.last_mut().filter(|_| last) {
            slice.up_to = None;
        }
        Ok(slices)
    }

    /// Gives a slice the lines of its orders.
    fn share_lines(&mut self, slice: &mut Slice) -> Result<(), NotPieces> {
        let Some(lines) = &mut self.lines else { return Ok(()) };
        while lines.fill(&mut self.ledger, 1)? {
            let Some(piece) = lines.ready.pop_front() else { break };
            let Some(up_to) = &slice.up_to else {
                slice.lines.push(piece);
                continue;
            };
            if piece.first_order(self.options).is_some_and(|first| first > *up_to) {
                lines.ready.push_front(piece);
                break;
            }
            let (own, rest) = piece.split_after(up_to.as_ref(), self.options);
            slice.lines.extend(own);
            if let Some(rest) = rest {
                lines.ready.push_front(rest);
                break;
            }
        }
        Ok(())
    }

    /// Reads the lines of the slices, and makes what their orders add to the facts.
    fn settle(&self, slices: Vec<Slice>) -> Result<Vec<Settled>, NotPieces> {
        let (desk, scope) = (self.desk(), self.facts.scope(self.accounts.as_deref()));
        parallel::map_items(slices, |slice| slice.settle(desk, scope)).into_iter().collect()
    }

    fn desk(&self) -> Desk<'_> {
        Desk { ledger: &self.ledger, options: self.options, meter: self.orders.pieces.meter() }
    }

    fn add(&mut self, settled: Vec<Settled>) -> Result<(), NotPieces> {
        let mut batches = Vec::with_capacity(settled.len());
        for Settled { taken, orders, lines, settled: [of_orders, of_lines], batch } in settled {
            self.orders.log.push(orders);
            if let Some(source) = &mut self.lines {
                lines.into_iter().for_each(|entry| source.log.push(entry));
            }
            self.settled[0].push(of_orders);
            self.settled[1].push(of_lines);
            let words = match taken {
                TakenAs::Plain(orders, families) => {
                    orders.index(&mut self.index);
                    self.facts.words(families.iter(), std::iter::empty())
                }
                TakenAs::Posted(ledger) => {
                    ledger.index_orders(&mut self.index);
                    self.credited.extend(ledger.credited_orders().cloned());
                    self.take_currency(&ledger)?;
                    self.facts.words(ledger.family_names(), ledger.kind_names())
                }
            };
            if let Some((first, last)) = batch.rest.order_dates {
                self.order_dates = Some(self.order_dates.map_or((first, last), |(a, b)| (a.min(first), b.max(last))));
            }
            batches.push((batch, words));
        }
        self.facts.add(&batches);
        Ok(())
    }

    fn take_currency(&mut self, slice: &Ledger) -> Result<(), NotPieces> {
        let stated = slice.currency().map_or(Ok(()), |currency| self.ledger.state_currency(currency));
        stated.map_err(|_| NotPieces::Whole)
    }

    fn read_events(&mut self) -> Result<(), NotPieces> {
        let Some(mut events) = self.events.take() else { return Ok(()) };
        let index = Arc::new(std::mem::take(&mut self.index));
        while events.fill(&mut self.ledger, WAVE)? {
            let (desk, kinds) = (self.desk(), &self.kinds);
            let scope = self.facts.scope(self.accounts.as_deref());
            let read = parallel::map_items(events.take(WAVE), |piece| Events::read(desk, scope, piece, &index, kinds));
            let mut batches: Vec<(SortedBatch, Words)> = Vec::with_capacity(read.len());
            for read in read.into_iter().collect::<Result<Vec<_>, _>>()? {
                if let Some((first, last)) = read.span {
                    if self.last_event.as_ref().is_some_and(|before| *before >= first) {
                        return Err(NotPieces::Whole);
                    }
                    self.last_event = Some(last);
                }
                events.log.push(read.entry);
                let words = match read.taken {
                    EventsTaken::Plain(kinds) => self.facts.words(std::iter::empty(), kinds.iter()),
                    EventsTaken::Posted(ledger) => {
                        self.take_currency(&ledger)?;
                        ledger.kind_names().for_each(|kind| {
                            self.kinds.intern(kind);
                        });
                        self.facts.words(ledger.family_names(), ledger.kind_names())
                    }
                };
                batches.push((read.batch, words));
            }
            self.facts.add(&batches);
        }
        self.index = Arc::try_unwrap(index).unwrap_or_default();
        self.events = Some(events);
        Ok(())
    }

    /// Puts together what was found, in the order in which one ledger would have found it.
    fn finish(mut self, found: &Found) -> Result<Taken, NotPieces> {
        let tables =
            [(Some(self.orders), Table::Orders), (self.lines, Table::OrderLines), (self.events, Table::ServiceEvents)];
        for (source, table) in tables {
            let Some(source) = source else { continue };
            source.pieces.check_unchanged()?;
            source.log.tell(&mut self.ledger, table);
        }
        check_complete(&self.ledger, found, self.options)?;
        self.ledger.quality().fail()?;
        self.ledger.settle_customers();
        self.settled.into_iter().flatten().for_each(|quality| self.ledger.absorb(quality));
        let unknown = self.credited.iter().filter(|id| !self.index.holds(id));
        let quality = self.ledger.quality_mut();
        quality.find_credited_unknown(unknown.clone().min(), unknown.count() as u64);
        quality.fail()?;
        let currency = self.ledger.currency().map(str::to_owned);
        let mut facts = self.facts;
        facts.take_given(self.ledger.quality().given());
        Ok(Taken {
            customers: self.ledger.share_customers(),
            facts,
            quality: self.ledger.take_all(),
            currency,
            order_dates: self.order_dates,
        })
    }
}
