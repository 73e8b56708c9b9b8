//! The components of the two axes.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An axis of the matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// What the account is worth, before cost to serve.
    Value,
    /// How hard it is to serve.
    Complexity,
}

impl Side {
    /// The name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Complexity => "complexity",
        }
    }
}

/// A component of an axis. A larger one means more value, or more complexity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Component {
    /// Gross margin, money.
    GrossMargin,
    /// Gross margin / net revenue.
    MarginRate,
    /// Less the coefficient of variation of quarterly net revenue: −√(nΣx² − (Σx)²) / Σx over the complete quarters,
    /// empty ones counted; missing with fewer than four, or when Σx ≤ 0.
    Stability,
    /// Growth of net revenue over the complete quarters, by the model's growth measure; missing with fewer than eight.
    Growth,
    /// Annual potential less the net revenue of the last twelve months.
    Potential,
    /// Cost to serve / net revenue, or the residual of the expected cost.
    CostToServeRatio,
    /// Small orders / orders.
    SmallOrderShare,
    /// Rush orders / orders.
    RushShare,
    /// Returns / orders.
    ReturnRate,
    /// Support hours / orders.
    SupportIntensity,
    /// The friction note: 0, ½ or 1.
    Friction,
    /// Special shipments, last-minute changes and special requests / orders.
    DisruptionRate,
    /// Claims and rework / orders.
    ClaimRate,
}

impl Component {
    /// All components, in the order in which scores are summed.
    pub const ALL: [Self; 13] = [
        Self::GrossMargin,
        Self::MarginRate,
        Self::Stability,
        Self::Growth,
        Self::Potential,
        Self::CostToServeRatio,
        Self::SmallOrderShare,
        Self::RushShare,
        Self::ReturnRate,
        Self::SupportIntensity,
        Self::Friction,
        Self::DisruptionRate,
        Self::ClaimRate,
    ];

    /// Its axis.
    pub const fn side(self) -> Side {
        if (self as usize) < Self::CostToServeRatio as usize { Side::Value } else { Side::Complexity }
    }

    /// Its weight when the model names none.
    pub const fn default_weight(self) -> f64 {
        match self {
            Self::GrossMargin | Self::CostToServeRatio => 0.50,
            Self::MarginRate => 0.20,
            Self::Stability | Self::Growth => 0.15,
            Self::SmallOrderShare | Self::RushShare | Self::ReturnRate | Self::SupportIntensity | Self::Friction => {
                0.10
            }
            Self::Potential | Self::DisruptionRate | Self::ClaimRate => 0.0,
        }
    }

    /// The name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::GrossMargin => "gross_margin",
            Self::MarginRate => "margin_rate",
            Self::Stability => "stability",
            Self::Growth => "growth",
            Self::Potential => "potential",
            Self::CostToServeRatio => "cost_to_serve_ratio",
            Self::SmallOrderShare => "small_order_share",
            Self::RushShare => "rush_share",
            Self::ReturnRate => "return_rate",
            Self::SupportIntensity => "support_intensity",
            Self::Friction => "friction",
            Self::DisruptionRate => "disruption_rate",
            Self::ClaimRate => "claim_rate",
        }
    }

    /// The component of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.name() == name)
    }

    /// What to add when an account portfolio lacks it.
    pub const fn needs(self) -> &'static str {
        match self {
            Self::GrossMargin | Self::MarginRate => "a cost of goods on orders or lines, or default_margin_rate",
            Self::Stability => "orders over at least four complete quarters",
            Self::Growth => "orders over at least eight complete quarters",
            Self::Potential => "annual_potential on customers",
            Self::CostToServeRatio => "rates, pools or capacities under [cost_to_serve], or costs on service events",
            Self::SmallOrderShare => "small_order_below under [cost_to_serve]",
            Self::RushShare => "a rush column on orders, or rush_order events",
            Self::ReturnRate => "return events or credit notes",
            Self::SupportIntensity => "service_events with technical_support, coordination or follow_up hours",
            Self::Friction => "friction on customers",
            Self::DisruptionRate => "service_events with special shipments, last-minute changes or special requests",
            Self::ClaimRate => "service_events with claims or rework",
        }
    }
}

impl fmt::Display for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
