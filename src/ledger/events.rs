//! Service events.

use super::orders::Amount;
use super::{Ledger, Place, Rejected, Word, WordTable, check};
use crate::date::Date;
use crate::error::{Code, Problem, Table};
use crate::limits::{EVENT_QUANTITY_MAX, WORDS_MAX};
use crate::money::{Money, Quantity, SCALE};
use crate::records::{EventKind, IdRef, NOT_FOUND, ServiceEvent};
use crate::settings::nearest;

/// An event's fields, borrowed from wherever they come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EventFields<'a> {
    pub(crate) customer_id: IdRef<'a>,
    pub(crate) occurred_on: Date,
    pub(crate) kind: Word<'a>,
    pub(crate) event_id: Option<IdRef<'a>>,
    pub(crate) quantity: Quantity,
    pub(crate) cost: Option<Money>,
    pub(crate) credit: Option<Money>,
    pub(crate) order_id: Option<IdRef<'a>>,
}

impl<'a> EventFields<'a> {
    pub(crate) fn of(event: &'a ServiceEvent) -> Self {
        Self {
            customer_id: event.customer_id.as_ref(),
            occurred_on: event.occurred_on,
            kind: Word::Text(event.kind.name()),
            event_id: event.event_id.as_ref().map(|id| id.as_ref()),
            quantity: event.quantity,
            cost: event.cost,
            credit: event.credit,
            order_id: event.order_id.as_ref().map(|id| id.as_ref()),
        }
    }

    /// Cost given plus credit, for the reconciliation.
    pub(crate) fn money(&self) -> Option<Money> {
        money(self.cost, self.credit)
    }
}

fn money(cost: Option<Money>, credit: Option<Money>) -> Option<Money> {
    match (cost, credit) {
        (None, None) => None,
        (cost, credit) => cost.unwrap_or_default().checked_add(credit.unwrap_or_default()),
    }
}

/// An event as the ledger keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct EventRow {
    pub(super) quantity: Quantity,
    pub(super) cost: Amount,
    pub(super) credit: Amount,
    pub(super) customer: u32,
    pub(super) occurred_on: Date,
    pub(super) kind: u32,
    order: u32,
    pub(super) excluded: bool,
}

impl EventRow {
    /// Cost given plus credit, for the reconciliation.
    pub(super) fn money(&self) -> Option<Money> {
        money(self.cost.get(), self.credit.get())
    }
}

impl Ledger {
    /// Takes events from memory. The ids of many are looked up together.
    pub(super) fn take_events(&mut self, events: &[ServiceEvent]) {
        let mut customers = Vec::new();
        if events.len() > 1 {
            customers = self.customers.ids.get_all(events.iter().map(|event| event.customer_id.as_ref()));
            self.event_ids.touch(events.iter().filter_map(|event| Some(event.event_id.as_ref()?.as_ref())));
            self.order_ids.get_all(events.iter().filter_map(|event| Some(event.order_id.as_ref()?.as_ref())));
        }
        for (position, event) in events.iter().enumerate() {
            let at = self.quality.next_record(Table::ServiceEvents);
            let customer = customers.get(position).copied().unwrap_or(NOT_FOUND);
            self.take_event(&EventFields::of(event), customer, at);
        }
    }

    /// Takes one event from a file.
    #[cfg(feature = "csv")]
    pub(crate) fn post_event(&mut self, fields: &EventFields<'_>, at: Place) {
        self.take_event(fields, NOT_FOUND, at);
    }

    /// Takes one event; `customer` is its customer's index, where that was looked up.
    fn take_event(&mut self, fields: &EventFields<'_>, customer: u32, at: Place) {
        self.quality.count_read(Table::ServiceEvents, fields.money());
        let customer = match self.check_event(fields, customer) {
            Ok(customer) => customer,
            Err(problem) => {
                let rejected = Rejected::new(Table::ServiceEvents, at, problem);
                self.reject(rejected.of(Some(fields.customer_id), fields.money()));
                return;
            }
        };
        let order = self.event_order(fields, at);
        let row = EventRow {
            quantity: fields.quantity,
            cost: fields.cost.into(),
            credit: fields.credit.into(),
            customer,
            occurred_on: fields.occurred_on,
            kind: match fields.kind {
                Word::Known(kind) => kind,
                Word::Text(word) => self.kind(word, at),
            },
            order,
            excluded: false,
        };
        if fields.cost.is_some_and(Money::is_negative) {
            let problem = Problem::new(Code::CostNegative, "a negative cost of service").column("cost");
            self.quality.find(Table::ServiceEvents, at, problem);
        }
        if let Some(id) = fields.event_id {
            let (index, new) = self.event_ids.intern(id);
            if !new {
                self.event_again(index, &row, fields, at);
                return;
            }
            self.event_by_id.push(self.events.len() as u32);
        }
        self.events.push(row);
    }

    fn check_event(&mut self, fields: &EventFields<'_>, customer: u32) -> Result<u32, Box<Problem>> {
        check::id(fields.customer_id, "customer_id")?;
        if let Some(id) = fields.event_id {
            check::id(id, "event_id")?;
        }
        if let Word::Text(kind) = fields.kind
            && self.kinds.get(kind).is_none()
        {
            self.check_kind(kind)?;
        }
        check::amount(fields.cost, "cost")?;
        check::amount(fields.credit, "credit")?;
        let range = 0..=EVENT_QUANTITY_MAX * SCALE;
        if !range.contains(&fields.quantity.units()) {
            let problem = Problem::new(Code::OutOfRange, format!("a quantity is from 0 to {EVENT_QUANTITY_MAX}"));
            return Err(problem.column("quantity").value(fields.quantity.to_string()).into());
        }
        if let Some(credit) = fields.credit.filter(|c| c.is_negative()) {
            let problem = Problem::new(Code::OutOfRange, "a credit is what is given back: it is not negative");
            return Err(problem.column("credit").value(credit.to_string()).into());
        }
        self.find_customer(fields.customer_id, customer)
    }

    /// Checks a kind that was not met before.
    fn check_kind(&self, kind: &str) -> Result<(), Box<Problem>> {
        if kind.is_empty() {
            return Err(Problem::new(Code::ValueMissing, "an event needs its kind").column("kind").into());
        }
        check::text(kind, "kind")?;
        if self.kinds.len() >= WORDS_MAX {
            let problem = Problem::new(Code::OutOfRange, format!("more than {WORDS_MAX} event kinds"));
            return Err(problem.column("kind").into());
        }
        Ok(())
    }

    /// The order that an event names. An unknown one is a finding: the event still cost what it cost.
    fn event_order(&mut self, fields: &EventFields<'_>, at: Place) -> u32 {
        let Some(id) = fields.order_id.filter(|id| !id.is_empty()) else { return WordTable::NONE };
        let found = match &mut self.slice {
            Some(slice) => {
                let date = slice.orders.as_ref().and_then(|orders| orders.date(id, &mut slice.near));
                date.map(|date| (WordTable::NONE, date))
            }
            None => self.order_ids.get(id).map(|order| {
                let row = &self.orders[order as usize];
                (order, if row.excluded { Date::MIN } else { row.ordered_on })
            }),
        };
        let Some((order, ordered_on)) = found else {
            let problem = Problem::new(Code::EventOrderUnknown, "not in orders; the event is counted all the same")
                .column("order_id")
                .value(id.to_string());
            self.quality.find(Table::ServiceEvents, at, problem);
            return WordTable::NONE;
        };
        if ordered_on > fields.occurred_on {
            let problem = Problem::new(Code::EventBeforeOrder, format!("its order came later, on {ordered_on}"))
                .column("occurred_on")
                .value(fields.occurred_on.to_string());
            self.quality.find(Table::ServiceEvents, at, problem);
        }
        order
    }

    /// The index of a kind. The built-in ones come first, so that their indices are fixed.
    fn kind(&mut self, word: &str, at: Place) -> u32 {
        if self.kinds.len() == 0 {
            for kind in EventKind::BUILT_IN {
                self.kinds.intern(kind.name());
            }
        }
        if let Some(known) = self.kinds.get(word) {
            return known;
        }
        let names: Vec<&str> = self.kinds.iter().take(EventKind::BUILT_IN.len()).collect();
        let near = nearest(word, &names).map(|near| format!("did you mean {near}?"));
        let mut problem = Problem::new(Code::KindCustom, "not a built-in kind").column("kind").value(word);
        problem.hint = near.map(Into::into);
        self.quality.find(Table::ServiceEvents, at, problem);
        self.kinds.intern(word)
    }

    fn event_again(&mut self, index: u32, row: &EventRow, fields: &EventFields<'_>, at: Place) {
        let first = &mut self.events[self.event_by_id[index as usize] as usize];
        let same = EventRow { excluded: false, ..*first } == *row;
        let id = fields.event_id.map(|id| id.to_string()).unwrap_or_default();
        let rejected = |code: Code, reason: &'static str, money| {
            Rejected::new(Table::ServiceEvents, at, Problem::new(code, reason).column("event_id").id(&id))
                .of(Some(fields.customer_id), money)
        };
        if same && !first.excluded {
            self.quality.repeated(rejected(Code::EventRepeated, "the same event again: counted once", fields.money()));
            return;
        }
        let reason = "this event stands again with other content";
        if !std::mem::replace(&mut first.excluded, true) {
            let mut earlier = rejected(Code::EventConflict, reason, first.money());
            earlier.customer = Some(self.customers.id(first.customer).clone());
            earlier.at.line = 0;
            self.reject(earlier);
        }
        self.reject(rejected(Code::EventConflict, reason, fields.money()));
    }
}
