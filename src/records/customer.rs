//! Who buys.

use super::Id;
use crate::date::Date;
use crate::money::{Money, Rate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How hard a customer is to work with, by the opinion of those who do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Friction {
    /// Easy: 0.
    Easy,
    /// Moderate: ½.
    Moderate,
    /// Hard: 1.
    Hard,
}

impl Friction {
    /// The word's meaning, in English or French, or `None`. Case does not matter.
    pub fn parse(word: &str) -> Option<Self> {
        match word.to_lowercase().as_str() {
            "easy" | "facile" => Some(Self::Easy),
            "moderate" | "modéré" | "modere" | "modérée" => Some(Self::Moderate),
            "hard" | "difficile" => Some(Self::Hard),
            _ => None,
        }
    }

    /// 0, ½ or 1.
    pub const fn level(self) -> f64 {
        match self {
            Self::Easy => 0.0,
            Self::Moderate => 0.5,
            Self::Hard => 1.0,
        }
    }
}

/// A customer. Only the id is required; what is not known stays `None`, which is not zero.
///
/// ```
/// use portefeuille::{Customer, Friction};
///
/// let customer = Customer::new("ayala").name("Ayala SA").friction(Friction::Easy).attribute("industry", "food");
/// assert_eq!(customer.attributes["industry"], "food");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Customer {
    /// The id.
    pub customer_id: Id,
    /// The name that people know.
    #[serde(default)]
    pub name: Option<String>,
    /// How hard it is to work with.
    #[serde(default)]
    pub friction: Option<Friction>,
    /// Days of payment term granted.
    #[serde(default)]
    pub payment_days: Option<u32>,
    /// The discount agreed in its contract.
    #[serde(default)]
    pub negotiated_discount: Option<Rate>,
    /// The day on which it became a customer.
    #[serde(default)]
    pub acquired_on: Option<Date>,
    /// What winning it cost.
    #[serde(default)]
    pub acquisition_cost: Option<Money>,
    /// What it could spend with us in a year.
    #[serde(default)]
    pub annual_potential: Option<Money>,
    /// Whether it accepts the minimum terms.
    #[serde(default)]
    pub accepts_terms: Option<bool>,
    /// The sales rep.
    #[serde(default)]
    pub owner: Option<String>,
    /// The team.
    #[serde(default)]
    pub team: Option<String>,
    /// Everything else that is known: industry, region, size… Several values are separated by `;`.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
}

impl Customer {
    /// A customer of whom only the id is known.
    pub fn new(customer_id: impl Into<Id>) -> Self {
        Self {
            customer_id: customer_id.into(),
            name: None,
            friction: None,
            payment_days: None,
            negotiated_discount: None,
            acquired_on: None,
            acquisition_cost: None,
            annual_potential: None,
            accepts_terms: None,
            owner: None,
            team: None,
            attributes: BTreeMap::new(),
        }
    }

    /// Sets the name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the friction note.
    #[must_use]
    pub fn friction(mut self, friction: Friction) -> Self {
        self.friction = Some(friction);
        self
    }

    /// Sets the payment term in days.
    #[must_use]
    pub fn payment_days(mut self, days: u32) -> Self {
        self.payment_days = Some(days);
        self
    }

    /// Sets what it could spend with us in a year.
    #[must_use]
    pub fn annual_potential(mut self, potential: Money) -> Self {
        self.annual_potential = Some(potential);
        self
    }

    /// Sets the day on which it became a customer.
    #[must_use]
    pub fn acquired_on(mut self, day: Date) -> Self {
        self.acquired_on = Some(day);
        self
    }

    /// Sets whether it accepts the minimum terms.
    #[must_use]
    pub fn accepts_terms(mut self, accepts: bool) -> Self {
        self.accepts_terms = Some(accepts);
        self
    }

    /// Sets the sales rep.
    #[must_use]
    pub fn owner(mut self, owner: impl Into<String>) -> Self {
        self.owner = Some(owner.into());
        self
    }

    /// Sets the team.
    #[must_use]
    pub fn team(mut self, team: impl Into<String>) -> Self {
        self.team = Some(team.into());
        self
    }

    /// Adds an attribute; the same name again replaces its value.
    #[must_use]
    pub fn attribute(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.attributes.insert(name.into(), value.into());
        self
    }
}
