//! Some orders with their lines, or some events: read apart from the others, as columns where they are plain, else as a
//! ledger of their own.

use crate::error::Result;
use crate::facts::{Batch, Batcher, PlainBatcher, Scope, SortedBatch};
use crate::io::ReadOptions;
use crate::io::pieces::{Entry, NotPieces, Piece};
use crate::io::progress::ProgressMeter;
use crate::ledger::{CheckedLines, Ledger, OrderIndex, PlainOrders, Quality, WordTable};
use crate::records::Id;
use std::sync::Arc;

/// What slices are read with.
#[derive(Clone, Copy)]
pub(super) struct Desk<'a> {
    /// With the customers.
    pub(super) ledger: &'a Ledger,
    pub(super) options: &'a ReadOptions,
    pub(super) meter: &'a ProgressMeter,
}

/// Orders, as far as they were read.
pub(super) enum Orders {
    Plain {
        columns: Box<PlainOrders>,
        /// By order, the index of the customer.
        customers: Vec<u32>,
        /// To be posted if their lines are not plain.
        piece: Box<Piece>,
        entry: Entry,
    },
    Posted {
        ledger: Box<Ledger>,
        entry: Entry,
    },
}

impl Orders {
    pub(super) fn read(desk: Desk<'_>, mut piece: Piece) -> Result<Self> {
        let Some((columns, customers, entry)) = piece.plain_orders(desk.ledger) else {
            return Self::post(desk, piece, desk.meter);
        };
        piece.advance(desk.meter, columns.len())?;
        Ok(Self::Plain { columns: Box::new(columns), customers, piece: Box::new(piece), entry })
    }

    fn post(desk: Desk<'_>, piece: Piece, meter: &ProgressMeter) -> Result<Self> {
        let mut ledger = Box::new(desk.ledger.slice(None));
        let entry = piece.post(&mut ledger, desk.options, meter)?;
        Ok(Self::Posted { ledger, entry })
    }

    /// The ids of the first and the last order, when each comes after the one before it.
    pub(super) fn span(&self) -> Option<(Id, Id)> {
        match self {
            Self::Plain { columns, .. } => Some(((*columns.ids.first()?).into(), (*columns.ids.last()?).into())),
            Self::Posted { ledger, .. } => ledger.order_span().map(|(first, last)| (first.clone(), last.clone())),
        }
    }

    /// The latest date of an order that is not set aside.
    pub(super) fn latest(&self) -> Option<crate::date::Date> {
        match self {
            Self::Plain { columns, .. } => columns.days.iter().copied().max(),
            Self::Posted { ledger, .. } => ledger.latest_ordered_on(),
        }
    }
}

/// Orders with their lines.
pub(super) struct Slice {
    pub(super) orders: Orders,
    /// The orders whose lines it may hold: after one, up to another.
    pub(super) after: Option<Id>,
    pub(super) up_to: Option<Id>,
    pub(super) lines: Vec<Piece>,
}

/// What orders were read as.
pub(super) enum Taken {
    /// With the families of their lines.
    Plain(Box<PlainOrders>, WordTable),
    Posted(Box<Ledger>),
}

/// What became of a slice.
pub(super) struct Settled {
    pub(super) taken: Taken,
    pub(super) orders: Entry,
    pub(super) lines: Vec<Entry>,
    /// What orders and lines show together.
    pub(super) settled: [Quality; 2],
    pub(super) batch: SortedBatch,
}

impl Slice {
    /// Reads the lines, and makes what their orders add to the facts.
    pub(super) fn settle(mut self, desk: Desk<'_>, scope: Scope<'_>) -> Result<Settled, NotPieces> {
        if let Orders::Plain { columns, customers, piece, entry } = self.orders {
            let Some(plain) = settle_plain(desk, scope, &columns, &customers, &self.lines)? else {
                // They were counted when they were read.
                self.orders = Orders::post(desk, *piece, &ProgressMeter::default())?;
                return self.settle(desk, scope);
            };
            let Plain { families, lines, settled, batch } = plain;
            return Ok(Settled { taken: Taken::Plain(columns, families), orders: entry, lines, settled, batch });
        }
        self.settle_posted(desk, scope)
    }

    fn settle_posted(self, desk: Desk<'_>, scope: Scope<'_>) -> Result<Settled, NotPieces> {
        let Self { orders: Orders::Posted { mut ledger, entry }, after, up_to, lines } = self else {
            return Err(NotPieces::Whole);
        };
        ledger.bound_lines(after, up_to);
        let mut entries = Vec::with_capacity(lines.len());
        for piece in lines {
            entries.push(piece.post(&mut ledger, desk.options, desk.meter)?);
        }
        if !ledger.is_ordered() {
            return Err(NotPieces::Whole);
        }
        let mut batch = Batch::default();
        let mut batcher = Batcher::new(&ledger, scope);
        let settled = ledger.settle_slice(|index, order| batcher.order(index, order, &mut batch));
        batcher.lines(0..ledger.line_slots(), &mut batch);
        let batch = batch.sorted(scope.shards);
        Ok(Settled { taken: Taken::Posted(ledger), orders: entry, lines: entries, settled, batch })
    }
}

/// Plain orders with plain lines.
struct Plain {
    families: WordTable,
    lines: Vec<Entry>,
    settled: [Quality; 2],
    batch: SortedBatch,
}

/// What plain orders add to the facts, if their lines are plain too and fit them.
fn settle_plain(
    desk: Desk<'_>,
    scope: Scope<'_>,
    orders: &PlainOrders,
    customers: &[u32],
    pieces: &[Piece],
) -> Result<Option<Plain>> {
    let mut families = WordTable::default();
    let (mut lines, mut entries): (Vec<CheckedLines<'_>>, _) = (Vec::with_capacity(pieces.len()), Vec::new());
    for piece in pieces {
        let Some((mut columns, entry)) = piece.plain_lines(desk.ledger) else { return Ok(None) };
        columns.adopt(&mut families);
        lines.push(columns);
        entries.push(entry);
    }
    let mut batcher = PlainBatcher::new(scope, orders.len(), families.len(), &lines);
    let [mut of_orders, of_lines] = [desk.ledger.quality_of_slice(), desk.ledger.quality_of_slice()];
    let fits = orders.settle(customers, &lines, &mut of_orders, |order, own| batcher.order(order, own));
    if fits.is_none() {
        return Ok(None);
    }
    for (piece, columns) in pieces.iter().zip(&lines) {
        piece.advance(desk.meter, columns.len())?;
    }
    let batch = batcher.finish().sorted(scope.shards);
    Ok(Some(Plain { families, lines: entries, settled: [of_orders, of_lines], batch }))
}

/// Events, and what they add to the facts.
pub(super) struct Events {
    pub(super) entry: Entry,
    pub(super) batch: SortedBatch,
    /// The first and the last of their own ids.
    pub(super) span: Option<(Id, Id)>,
    pub(super) taken: EventsTaken,
}

/// What events were read as.
pub(super) enum EventsTaken {
    /// With their kinds.
    Plain(WordTable),
    Posted(Box<Ledger>),
}

impl Events {
    /// Reads events, given all orders and the custom kinds that were told of.
    pub(super) fn read(
        desk: Desk<'_>,
        scope: Scope<'_>,
        mut piece: Piece,
        orders: &Arc<OrderIndex>,
        kinds: &WordTable,
    ) -> Result<Self, NotPieces> {
        let mut batch = Batch::default();
        if let Some((columns, customers, entry)) = piece.plain_events(desk.ledger, orders, kinds) {
            batch.add_plain_events(scope, &columns, &customers);
            piece.advance(desk.meter, customers.len())?;
            let span = columns.ids.first().zip(columns.ids.last()).map(|(a, b)| ((*a).into(), (*b).into()));
            let batch = batch.sorted(scope.shards);
            return Ok(Self { entry, batch, span, taken: EventsTaken::Plain(columns.words) });
        }
        let mut ledger = Box::new(desk.ledger.slice(Some(Arc::clone(orders))));
        let entry = piece.post(&mut ledger, desk.options, desk.meter)?;
        Batcher::new(&ledger, scope).events(0..ledger.event_slots(), &mut batch);
        // The same event again would be in another slice.
        let span = ledger.event_span().ok_or(NotPieces::Whole)?;
        let span = span.map(|(first, last)| (first.clone(), last.clone()));
        Ok(Self { entry, batch: batch.sorted(scope.shards), span, taken: EventsTaken::Posted(ledger) })
    }
}
