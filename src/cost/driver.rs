//! What drives cost to serve.

use crate::records::EventKind;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

/// Something that happens, is counted, and costs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Driver {
    /// An order, credit notes aside.
    Order,
    /// An order line.
    OrderLine,
    /// An order under `small_order_below`.
    SmallOrder,
    /// A rush order.
    RushOrder,
    /// A special shipment.
    SpecialShipment,
    /// A change after the order was confirmed.
    LastMinuteChange,
    /// A request outside the offer.
    SpecialRequest,
    /// A `return` event.
    Return,
    /// A claim.
    Claim,
    /// Work done again.
    Rework,
    /// An hour of technical support.
    TechnicalSupport,
    /// An hour of coordination.
    Coordination,
    /// An hour of follow-up.
    FollowUp,
    /// One unit of an event kind of your own.
    Custom(Box<str>),
}

impl Driver {
    /// The built-in drivers, in their order.
    pub const BUILT_IN: [Self; 13] = [
        Self::Order,
        Self::OrderLine,
        Self::SmallOrder,
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

    /// The driver of a name; a name that is not built in is a custom event kind.
    pub fn new(name: &str) -> Self {
        Self::BUILT_IN.into_iter().find(|d| d.name() == name).unwrap_or_else(|| Self::Custom(name.into()))
    }

    /// The driver of an event kind.
    ///
    /// An event kind of your own may be called as a driver that counts orders: it stays one of your own.
    pub fn of_kind(kind: &EventKind) -> Self {
        match kind {
            EventKind::Custom(word) => Self::Custom(word.clone()),
            built_in => Self::new(built_in.name()),
        }
    }

    /// How it stands to the driver of an event kind, in the order of drivers.
    pub(crate) fn cmp_kind(&self, kind: &EventKind) -> Ordering {
        let own = match (self, kind) {
            (Self::Custom(name), EventKind::Custom(word)) => return name.cmp(word),
            (_, EventKind::Custom(_)) => return Ordering::Less,
            (_, EventKind::RushOrder) => Self::RushOrder,
            (_, EventKind::SpecialShipment) => Self::SpecialShipment,
            (_, EventKind::LastMinuteChange) => Self::LastMinuteChange,
            (_, EventKind::SpecialRequest) => Self::SpecialRequest,
            (_, EventKind::Return) => Self::Return,
            (_, EventKind::Claim) => Self::Claim,
            (_, EventKind::Rework) => Self::Rework,
            (_, EventKind::TechnicalSupport) => Self::TechnicalSupport,
            (_, EventKind::Coordination) => Self::Coordination,
            (_, EventKind::FollowUp) => Self::FollowUp,
        };
        self.cmp(&own)
    }

    /// The event kind that it counts, if it counts events.
    pub fn kind(&self) -> Option<EventKind> {
        match self {
            Self::Order | Self::OrderLine | Self::SmallOrder => None,
            other => Some(EventKind::new(other.name())),
        }
    }

    /// The name in files.
    pub fn name(&self) -> &str {
        match self {
            Self::Order => "order",
            Self::OrderLine => "order_line",
            Self::SmallOrder => "small_order",
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
            Self::Custom(name) => name,
        }
    }

    /// True when one unit is an hour.
    pub const fn is_hours(&self) -> bool {
        matches!(self, Self::TechnicalSupport | Self::Coordination | Self::FollowUp)
    }
}

impl From<&str> for Driver {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

/// A line of an account's cost to serve.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum CostLine {
    /// What a driver costs, by rate, pool, time or actual cost.
    Driver(Driver),
    /// Freight borne by us.
    Freight,
    /// The cost of the payment terms granted.
    PaymentTerms,
    /// Account management.
    AccountManagement,
}

impl CostLine {
    /// The line of a name.
    pub fn new(name: &str) -> Self {
        match name {
            "freight" => Self::Freight,
            "payment_terms" => Self::PaymentTerms,
            "account_management" => Self::AccountManagement,
            driver => Self::Driver(Driver::new(driver)),
        }
    }

    /// The name in files.
    pub fn name(&self) -> &str {
        match self {
            Self::Driver(driver) => driver.name(),
            Self::Freight => "freight",
            Self::PaymentTerms => "payment_terms",
            Self::AccountManagement => "account_management",
        }
    }
}

/// What marks a custom kind that bears the name of something built in, when it travels.
const CUSTOM: &str = "custom:";

impl Driver {
    fn tagged(&self) -> Cow<'_, str> {
        match self {
            Self::Custom(name)
                if name.starts_with(CUSTOM) || !matches!(CostLine::new(name), CostLine::Driver(Self::Custom(_))) =>
            {
                Cow::Owned(format!("{CUSTOM}{name}"))
            }
            other => Cow::Borrowed(other.name()),
        }
    }

    fn untagged(name: &str) -> Self {
        name.strip_prefix(CUSTOM).map_or_else(|| Self::new(name), |kind| Self::Custom(kind.into()))
    }
}

impl CostLine {
    fn tagged(&self) -> Cow<'_, str> {
        match self {
            Self::Driver(driver) => driver.tagged(),
            other => Cow::Borrowed(other.name()),
        }
    }

    fn untagged(name: &str) -> Self {
        match Driver::untagged(name) {
            driver @ Driver::Custom(_) if name.starts_with(CUSTOM) => Self::Driver(driver),
            _ => Self::new(name),
        }
    }
}

/// Both print as their names, and travel so that they come back as what they were.
macro_rules! by_name {
    ($type:ident) => {
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.tagged())
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Cow::<'de, str>::deserialize(deserializer).map(|name| Self::untagged(&name))
            }
        }
    };
}

by_name!(Driver);
by_name!(CostLine);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_finds_its_driver_among_sorted_ones() {
        let mut drivers = Driver::BUILT_IN.to_vec();
        drivers.extend(["audit", "order", "visit"].map(|name| Driver::Custom(name.into())));
        assert!(drivers.is_sorted());
        let own = ["audit", "order", "visit"].map(|name| EventKind::Custom(name.into()));
        for kind in EventKind::BUILT_IN.iter().chain(&own) {
            let at = crate::cost::driver_of_kind(&drivers, kind).unwrap();
            assert_eq!(drivers[at], Driver::of_kind(kind));
        }
        assert_eq!(crate::cost::driver_of_kind(&drivers, &EventKind::Custom("none".into())), None);
    }

    #[test]
    fn a_custom_kind_named_like_something_built_in_comes_back_as_it_was() {
        for name in ["order", "return", "freight", "custom:x", "audit"] {
            let line = CostLine::Driver(Driver::Custom(name.into()));
            let text = serde_json::to_string(&line).unwrap();
            assert_eq!(serde_json::from_str::<CostLine>(&text).unwrap(), line);
        }
        assert_eq!(serde_json::from_str::<CostLine>("\"freight\"").unwrap(), CostLine::Freight);
        assert_eq!(serde_json::from_str::<Driver>("\"order\"").unwrap(), Driver::Order);
    }
}
