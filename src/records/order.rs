//! What customers bought, and what was credited.

use super::Id;
use crate::date::Date;
use crate::money::{Money, Quantity};
use serde::{Deserialize, Serialize};

/// An order, or a credit note when its revenue is negative.
///
/// ```
/// use portefeuille::{Order, date, money};
///
/// let order = Order::new("o-2", "brunel", date(2025, 2, 3), money("2500")).cost_of_goods(money("1900")).rush();
/// assert_eq!(order.rush, Some(true));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The id.
    pub order_id: Id,
    /// Who bought.
    pub customer_id: Id,
    /// The day of the order.
    pub ordered_on: Date,
    /// Revenue net of discount, before tax. `None`: the sum of its lines.
    #[serde(default)]
    pub revenue: Option<Money>,
    /// Cost of the goods, frozen at the sale. `None`: the sum of its lines, else estimated.
    #[serde(default)]
    pub cost_of_goods: Option<Money>,
    /// Discount granted off the list price. `None`: the sum of its lines.
    #[serde(default)]
    pub discount: Option<Money>,
    /// Freight borne by us.
    #[serde(default)]
    pub freight: Option<Money>,
    /// How many lines. `None`: its lines are counted.
    #[serde(default)]
    pub lines: Option<u32>,
    /// Whether it was a rush order.
    #[serde(default)]
    pub rush: Option<bool>,
    /// How it came in.
    #[serde(default)]
    pub channel: Option<String>,
    /// The sales rep; without one it is the customer's.
    #[serde(default)]
    pub owner: Option<String>,
    /// For a credit note, the order that it corrects.
    #[serde(default)]
    pub credits_order_id: Option<Id>,
}

impl Order {
    /// An order, or a credit note when `revenue` is negative.
    pub fn new(order_id: impl Into<Id>, customer_id: impl Into<Id>, ordered_on: Date, revenue: Money) -> Self {
        Self { revenue: Some(revenue), ..Self::from_lines(order_id, customer_id, ordered_on) }
    }

    /// An order whose revenue, cost and discount are the sums of its lines.
    pub fn from_lines(order_id: impl Into<Id>, customer_id: impl Into<Id>, ordered_on: Date) -> Self {
        Self {
            order_id: order_id.into(),
            customer_id: customer_id.into(),
            ordered_on,
            revenue: None,
            cost_of_goods: None,
            discount: None,
            freight: None,
            lines: None,
            rush: None,
            channel: None,
            owner: None,
            credits_order_id: None,
        }
    }

    /// Sets the cost of the goods.
    #[must_use]
    pub fn cost_of_goods(mut self, cost: Money) -> Self {
        self.cost_of_goods = Some(cost);
        self
    }

    /// Sets the discount off the list price.
    #[must_use]
    pub fn discount(mut self, discount: Money) -> Self {
        self.discount = Some(discount);
        self
    }

    /// Sets the freight borne by us.
    #[must_use]
    pub fn freight(mut self, freight: Money) -> Self {
        self.freight = Some(freight);
        self
    }

    /// Sets the number of lines.
    #[must_use]
    pub fn lines(mut self, lines: u32) -> Self {
        self.lines = Some(lines);
        self
    }

    /// Marks it as a rush order.
    #[must_use]
    pub fn rush(self) -> Self {
        self.rushed(true)
    }

    /// Says whether it was a rush order.
    #[must_use]
    pub fn rushed(mut self, rush: bool) -> Self {
        self.rush = Some(rush);
        self
    }

    /// Sets the channel.
    #[must_use]
    pub fn channel(mut self, channel: impl Into<String>) -> Self {
        self.channel = Some(channel.into());
        self
    }

    /// Sets the sales rep.
    #[must_use]
    pub fn owner(mut self, owner: impl Into<String>) -> Self {
        self.owner = Some(owner.into());
        self
    }

    /// Sets the order that this credit note corrects.
    #[must_use]
    pub fn credits(mut self, order_id: impl Into<Id>) -> Self {
        self.credits_order_id = Some(order_id.into());
        self
    }
}

/// A line of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderLine {
    /// The order to which it belongs, with its customer and its date.
    pub order_id: Id,
    /// The product family.
    pub product_family: String,
    /// Revenue net of discount, before tax.
    pub revenue: Money,
    /// How much of it.
    #[serde(default)]
    pub quantity: Option<Quantity>,
    /// Cost of the goods, frozen at the sale.
    #[serde(default)]
    pub cost_of_goods: Option<Money>,
    /// Discount granted off the list price.
    #[serde(default)]
    pub discount: Option<Money>,
}

impl OrderLine {
    /// A line.
    pub fn new(order_id: impl Into<Id>, product_family: impl Into<String>, revenue: Money) -> Self {
        Self {
            order_id: order_id.into(),
            product_family: product_family.into(),
            revenue,
            quantity: None,
            cost_of_goods: None,
            discount: None,
        }
    }

    /// Sets the cost of the goods.
    #[must_use]
    pub fn cost_of_goods(mut self, cost: Money) -> Self {
        self.cost_of_goods = Some(cost);
        self
    }

    /// Sets the discount off the list price.
    #[must_use]
    pub fn discount(mut self, discount: Money) -> Self {
        self.discount = Some(discount);
        self
    }

    /// Sets the quantity.
    #[must_use]
    pub fn quantity(mut self, quantity: Quantity) -> Self {
        self.quantity = Some(quantity);
        self
    }
}
