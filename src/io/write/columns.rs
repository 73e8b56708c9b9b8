//! The columns of the accounts as typed values, for formats that know more than text.

use crate::date::Date;
use crate::money::{Money, Quantity};
use crate::portfolio::Account;
use crate::score::Side;
use std::borrow::Cow;

/// A value of an account. What is not known is `None`.
pub(super) enum Value<'a> {
    Text(Option<Cow<'a, str>>),
    Money(Option<Money>),
    Quantity(Option<Quantity>),
    Count(Option<i64>),
    Float(Option<f64>),
    Date(Option<Date>),
    Flag(bool),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(word: &'a str) -> Self {
        Self::Text(Some(word.into()))
    }
}

impl<'a> From<Option<&'a str>> for Value<'a> {
    fn from(word: Option<&'a str>) -> Self {
        Self::Text(word.map(Cow::Borrowed))
    }
}

impl From<Money> for Value<'_> {
    fn from(money: Money) -> Self {
        Self::Money(Some(money))
    }
}

impl From<Option<Money>> for Value<'_> {
    fn from(money: Option<Money>) -> Self {
        Self::Money(money)
    }
}

impl From<Option<Quantity>> for Value<'_> {
    fn from(quantity: Option<Quantity>) -> Self {
        Self::Quantity(quantity)
    }
}

impl From<i64> for Value<'_> {
    fn from(count: i64) -> Self {
        Self::Count(Some(count))
    }
}

impl From<Option<i64>> for Value<'_> {
    fn from(count: Option<i64>) -> Self {
        Self::Count(count)
    }
}

impl From<Option<f64>> for Value<'_> {
    fn from(value: Option<f64>) -> Self {
        Self::Float(value)
    }
}

impl From<Option<Date>> for Value<'_> {
    fn from(date: Option<Date>) -> Self {
        Self::Date(date)
    }
}

/// The values of one account, by the names and in the order of the columns of `accounts.csv`.
pub(super) fn values(account: Account<'_>) -> [(&'static str, Value<'_>); 43] {
    let (figures, cascade, dates) = (account.figures(), account.cascade(), account.order_dates());
    [
        ("customer_id", Value::Text(Some(account.id().text()))),
        ("name", account.name().into()),
        ("revenue", cascade.net_revenue.into()),
        ("cost_of_goods", cascade.cost_of_goods.into()),
        ("discount", cascade.discount.into()),
        ("gross_margin", cascade.gross_margin.into()),
        ("cost_to_serve", cascade.cost_to_serve.into()),
        ("net_margin", cascade.net_margin.into()),
        ("orders", figures.orders.into()),
        ("lines", figures.lines.into()),
        ("rush_orders", figures.rush_orders.into()),
        ("small_orders", figures.small_orders.into()),
        ("returns", figures.returns.into()),
        ("claims", figures.claims.into()),
        ("support_hours", figures.support_hours.into()),
        ("families", figures.families.map(i64::from).into()),
        ("first_order", dates.map(|(first, _)| first).into()),
        ("last_order", dates.map(|(_, last)| last).into()),
        ("margin_rate", account.margin_rate().into()),
        ("cost_to_serve_ratio", account.cost_to_serve_ratio().into()),
        ("stability", account.stability().into()),
        ("growth", account.growth().into()),
        ("value_score", account.score(Side::Value).into()),
        ("complexity_score", account.score(Side::Complexity).into()),
        ("quadrant", account.quadrant().map(|q| q.as_str()).into()),
        ("tier", account.tier().map(|t| t.as_str()).into()),
        ("status", account.status().as_str().into()),
        ("invoiced", cascade.invoiced.into()),
        ("credits", cascade.credits.into()),
        ("credit_notes", figures.credit_notes.into()),
        ("list_revenue", cascade.list_revenue.into()),
        ("discount_rate", account.discount_rate().into()),
        ("freight", cascade.freight.into()),
        ("payment_terms", cascade.payment_terms.into()),
        ("pocket_margin", cascade.pocket_margin.into()),
        ("other_cost_to_serve", cascade.other_cost_to_serve.into()),
        ("net_margin_rate", account.net_margin_rate().into()),
        ("loses_money", Value::Flag(account.loses_money())),
        ("value_distance", account.distance(Side::Value).into()),
        ("complexity_distance", account.distance(Side::Complexity).into()),
        ("main_cost", Value::Text(account.main_cost().map(|line| line.name().to_owned().into()))),
        ("data_grade", account.data_grade().as_str().into()),
        ("estimated_revenue", account.estimated_revenue().into()),
    ]
}
