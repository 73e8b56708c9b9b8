//! The value × complexity matrix.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A cell of the matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quadrant {
    /// High value, low complexity: protect, develop, prioritise.
    Or,
    /// High value, high complexity: adjust price, terms and process; make complexity pay.
    Strategique,
    /// Low value, low complexity: standardise, automate.
    Efficace,
    /// Low value, high complexity: correct fast, or leave cleanly.
    Toxique,
}

/// How the cells are named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Labels {
    /// Or, Stratégique, Efficace, Toxique.
    #[default]
    Fr,
    /// Gold, Strategic, Efficient, Toxic.
    En,
    /// Passive, Carriage trade, Bargain basement, Aggressive (Shapiro, Rangan, Moriarty & Ross 1987), whose axes are
    /// price and cost to serve.
    Shapiro,
    /// Core, Service drain, Opportunistic, Marginal: the customer stratification of wholesaler-distributors (NAW).
    Naw,
}

impl Quadrant {
    /// The four cells, in reading order.
    pub const ALL: [Self; 4] = [Self::Or, Self::Strategique, Self::Efficace, Self::Toxique];

    /// The cell of two sides.
    pub const fn of(high_value: bool, high_complexity: bool) -> Self {
        match (high_value, high_complexity) {
            (true, false) => Self::Or,
            (true, true) => Self::Strategique,
            (false, false) => Self::Efficace,
            (false, true) => Self::Toxique,
        }
    }

    /// Whether it has high value, and whether it has high complexity.
    pub const fn sides(self) -> (bool, bool) {
        (matches!(self, Self::Or | Self::Strategique), matches!(self, Self::Strategique | Self::Toxique))
    }

    /// The word in files, whatever the language.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::Strategique => "strategique",
            Self::Efficace => "efficace",
            Self::Toxique => "toxique",
        }
    }

    /// The name in a set of labels.
    pub const fn label(self, labels: Labels) -> &'static str {
        match (labels, self) {
            (Labels::Fr, Self::Or) => "Or",
            (Labels::Fr, Self::Strategique) => "Stratégique",
            (Labels::Fr, Self::Efficace) => "Efficace",
            (Labels::Fr, Self::Toxique) => "Toxique",
            (Labels::En, Self::Or) => "Gold",
            (Labels::En, Self::Strategique) => "Strategic",
            (Labels::En, Self::Efficace) => "Efficient",
            (Labels::En, Self::Toxique) => "Toxic",
            (Labels::Shapiro, Self::Or) => "Passive",
            (Labels::Shapiro, Self::Strategique) => "Carriage trade",
            (Labels::Shapiro, Self::Efficace) => "Bargain basement",
            (Labels::Shapiro, Self::Toxique) => "Aggressive",
            (Labels::Naw, Self::Or) => "Core",
            (Labels::Naw, Self::Strategique) => "Service drain",
            (Labels::Naw, Self::Efficace) => "Opportunistic",
            (Labels::Naw, Self::Toxique) => "Marginal",
        }
    }
}

impl fmt::Display for Quadrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.label(Labels::Fr))
    }
}
