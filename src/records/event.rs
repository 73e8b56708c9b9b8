//! What serving customers took.

use super::Id;
use crate::date::Date;
use crate::money::{Money, Quantity};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;

/// The kind of a service event. Kinds ending in *hours* below count hours; the others count times.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EventKind {
    /// An order wanted faster than the standard.
    RushOrder,
    /// A shipment outside the standard.
    SpecialShipment,
    /// A change after the order was confirmed.
    LastMinuteChange,
    /// A request outside the offer.
    SpecialRequest,
    /// Goods sent back.
    Return,
    /// A complaint about goods or service.
    Claim,
    /// Work done again.
    Rework,
    /// Technical support, hours.
    TechnicalSupport,
    /// Coordination between departments, hours.
    Coordination,
    /// Follow-up, hours.
    FollowUp,
    /// Any other word.
    Custom(Box<str>),
}

impl EventKind {
    /// The built-in kinds, in their order.
    pub const BUILT_IN: [Self; 10] = [
        Self::RushOrder,
        Self::SpecialShipment,
        Self::LastMinuteChange,
        Self::SpecialRequest,
        Self::Return,
        Self::Claim,
        Self::Rework,
        Self::TechnicalSupport,
        Self::Coordination,
        Self::FollowUp,
    ];

    /// The kind of a word.
    pub fn new(word: &str) -> Self {
        Self::BUILT_IN.into_iter().find(|k| k.name() == word).unwrap_or_else(|| Self::Custom(word.into()))
    }

    /// The word.
    pub fn name(&self) -> &str {
        match self {
            Self::RushOrder => "rush_order",
            Self::SpecialShipment => "special_shipment",
            Self::LastMinuteChange => "last_minute_change",
            Self::SpecialRequest => "special_request",
            Self::Return => "return",
            Self::Claim => "claim",
            Self::Rework => "rework",
            Self::TechnicalSupport => "technical_support",
            Self::Coordination => "coordination",
            Self::FollowUp => "follow_up",
            Self::Custom(word) => word,
        }
    }

    /// True for a word that is not built in.
    pub const fn is_custom(&self) -> bool {
        matches!(self, Self::Custom(_))
    }

    /// True when its quantity counts hours.
    pub const fn is_hours(&self) -> bool {
        matches!(self, Self::TechnicalSupport | Self::Coordination | Self::FollowUp)
    }
}

impl From<&str> for EventKind {
    fn from(word: &str) -> Self {
        Self::new(word)
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Serialize for EventKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for EventKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(deserializer).map(|word| Self::new(&word))
    }
}

/// Something that serving a customer took.
///
/// ```
/// use portefeuille::{EventKind, Quantity, ServiceEvent, date};
///
/// let event = ServiceEvent::new("brunel", date(2025, 2, 9), EventKind::Return);
/// assert_eq!(event.quantity, Quantity::ONE);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceEvent {
    /// The customer served.
    pub customer_id: Id,
    /// The day.
    pub occurred_on: Date,
    /// What it was.
    pub kind: EventKind,
    /// Its id, where it has one: the same id again is counted once.
    #[serde(default)]
    pub event_id: Option<Id>,
    /// How much: times, or hours for time kinds.
    #[serde(default = "one")]
    pub quantity: Quantity,
    /// The whole actual cost of the event; it replaces quantity × rate.
    #[serde(default)]
    pub cost: Option<Money>,
    /// Revenue given back.
    #[serde(default)]
    pub credit: Option<Money>,
    /// The order that it concerns.
    #[serde(default)]
    pub order_id: Option<Id>,
}

fn one() -> Quantity {
    Quantity::ONE
}

impl ServiceEvent {
    /// An event that happened once.
    pub fn new(customer_id: impl Into<Id>, occurred_on: Date, kind: impl Into<EventKind>) -> Self {
        Self {
            customer_id: customer_id.into(),
            occurred_on,
            kind: kind.into(),
            event_id: None,
            quantity: Quantity::ONE,
            cost: None,
            credit: None,
            order_id: None,
        }
    }

    /// Sets how much it was: times, or hours for time kinds.
    #[must_use]
    pub fn quantity(mut self, quantity: Quantity) -> Self {
        self.quantity = quantity;
        self
    }

    /// Sets the whole actual cost of the event.
    #[must_use]
    pub fn cost(mut self, cost: Money) -> Self {
        self.cost = Some(cost);
        self
    }

    /// Sets the revenue given back.
    #[must_use]
    pub fn credit(mut self, credit: Money) -> Self {
        self.credit = Some(credit);
        self
    }

    /// Sets the order that it concerns.
    #[must_use]
    pub fn order(mut self, order_id: impl Into<Id>) -> Self {
        self.order_id = Some(order_id.into());
        self
    }

    /// Sets the event's id.
    #[must_use]
    pub fn id(mut self, event_id: impl Into<Id>) -> Self {
        self.event_id = Some(event_id.into());
        self
    }
}
