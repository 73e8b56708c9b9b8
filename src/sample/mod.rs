//! A sample portfolio: what a manufacturing company sold and did for about 240 accounts from 2022 to 2025.
//!
//! The company makes technical parts, packaging machines and their consumables. Everything is invented and drawn from
//! a seed, so that the same seed gives the same records everywhere. Ten accounts have a [`Story`] that a sales director
//! would recognise.
//!
//! - `rng` draws; `calendar` knows the working days and the season; `catalogue` what is sold, by whom and to whom
//! - `profile` says what makes an account; `stories` and `ordinary` make the accounts
//! - `history` and `service` draw the orders and the events of each; `emit` turns them into records

mod calendar;
mod catalogue;
mod emit;
mod history;
mod ordinary;
mod profile;
mod rng;
mod service;
mod stories;
#[cfg(test)]
mod tests;

use crate::cost::Driver;
use crate::error::Result;
use crate::ledger::Ledger;
use crate::model::Model;
use crate::money::{Rate, money};
use crate::records::{Customer, Id, Order, OrderLine, ServiceEvent};
use rng::Rng;

/// A portfolio to try things on: four tables that fit each other, and where to look in them.
///
/// ```
/// use portefeuille::sample::Sample;
///
/// let sample = Sample::new(7);
/// assert_eq!(sample.customers.len(), 240);
/// assert_eq!(sample, Sample::new(7));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The accounts, by id.
    pub customers: Vec<Customer>,
    /// The orders and the credit notes, by date.
    pub orders: Vec<Order>,
    /// The lines of the orders, in the order of these; their sums are the amounts of the orders.
    pub order_lines: Vec<OrderLine>,
    /// The service events, by date.
    pub events: Vec<ServiceEvent>,
    /// The accounts worth a look, by customer id.
    pub stories: Vec<Story>,
}

/// An account of the sample that was made to be recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// Which account.
    pub customer_id: Id,
    /// A short name for the story, such as `loud_loser`.
    pub name: &'static str,
    /// What to recognise, in French.
    pub fr: &'static str,
    /// What to recognise, in English.
    pub en: &'static str,
}

/// A story before its account has an id.
#[derive(Clone, Copy, Debug)]
struct Telling {
    name: &'static str,
    fr: &'static str,
    en: &'static str,
}

impl Sample {
    /// The portfolio of a seed: always the same records for the same seed.
    pub fn new(seed: u64) -> Self {
        let mut profiles = stories::accounts(seed);
        profiles.extend(ordinary::accounts(seed));
        let mut accounts: Vec<emit::Account> = (0..)
            .zip(profiles)
            .map(|(at, profile)| {
                let orders = history::orders(&mut Rng::stream(seed, 10_000 + at), &profile);
                let events = service::events(&mut Rng::stream(seed, 20_000 + at), &profile, &orders);
                emit::Account { profile, orders, events }
            })
            .collect();
        // The accounts of a company do not come sorted by size or by story.
        Rng::stream(seed, 0).shuffle(&mut accounts);
        emit::records(&accounts)
    }

    /// The four tables in a ledger.
    ///
    /// ```
    /// use portefeuille::sample::Sample;
    ///
    /// let portfolio = Sample::model().analyze(&Sample::new(0).into_ledger()?)?;
    /// assert_eq!(portfolio.len(), 240);
    /// # Ok::<(), portefeuille::Error>(())
    /// ```
    pub fn into_ledger(self) -> Result<Ledger> {
        let mut ledger = Ledger::new();
        ledger.add_customers(self.customers)?;
        ledger.add_orders(self.orders)?;
        ledger.add_order_lines(self.order_lines)?;
        ledger.add_events(self.events)?;
        Ok(ledger)
    }

    /// A model to analyse the sample with, at its last day. **Its rates are invented**, like the sample: yours come from
    /// your own accounts.
    ///
    /// ```
    /// use portefeuille::{Driver, money, sample::Sample};
    ///
    /// assert_eq!(Sample::model().cost_to_serve.rates[&Driver::Order], money("45"));
    /// ```
    pub fn model() -> Model {
        let rates = [
            (Driver::Order, money("45")),
            (Driver::OrderLine, money("3.20")),
            (Driver::RushOrder, money("120")),
            (Driver::Return, money("85")),
            (Driver::SpecialShipment, money("60")),
            (Driver::LastMinuteChange, money("40")),
            (Driver::SpecialRequest, money("150")),
            (Driver::Claim, money("180")),
            (Driver::Rework, money("220")),
            (Driver::TechnicalSupport, money("70")),
            (Driver::Coordination, money("55")),
            (Driver::FollowUp, money("45")),
            (Driver::new("site_audit"), money("300")),
        ];
        let mut model = Model::new().as_of(calendar::LAST).small_order_below(money("500"));
        model.cost_to_serve.rates.extend(rates);
        model.cost_to_serve.cost_of_capital = Some(Rate::from_units(60_000_000));
        model.cost_to_serve.account_management = Some(money("600"));
        model
    }
}
