//! Each story must be seen in the records, whatever the seed.

use super::SEEDS;
use super::measure::{Account, Year, accounts, euros, scores};
use crate::records::{Id, Order, ServiceEvent};
use crate::sample::Sample;
use crate::{Customer, date};

/// The account of a story, with its records.
struct Told {
    sample: Sample,
    account: Account,
    id: Id,
    /// 1 for the largest revenue.
    rank: usize,
    value: f64,
    complexity: f64,
}

impl Told {
    fn of_each_seed(name: &str, check: impl Fn(&Told)) {
        for seed in SEEDS {
            let sample = Sample::new(seed);
            let id = sample.stories.iter().find(|story| story.name == name).unwrap().customer_id.clone();
            let by_id = accounts(&sample);
            let active: Vec<(&Id, &Account)> =
                by_id.iter().filter(|(_, a)| a.orders > 0.0 && a.revenue > 0.0).collect();
            let at = active.iter().position(|(other, _)| **other == id).unwrap();
            let (value, complexity) = scores(&active.iter().map(|(_, account)| *account).collect::<Vec<_>>())[at];
            let account = by_id[&id].clone();
            let rank = active.iter().filter(|(_, other)| other.revenue >= account.revenue).count();
            check(&Told { account, id, rank, value, complexity, sample });
        }
    }

    fn customer(&self) -> &Customer {
        self.sample.customers.iter().find(|customer| customer.customer_id == self.id).unwrap()
    }

    /// Orders and credit notes.
    fn orders(&self) -> impl Iterator<Item = &Order> {
        self.sample.orders.iter().filter(|order| order.customer_id == self.id)
    }

    fn events(&self) -> impl Iterator<Item = &ServiceEvent> {
        self.sample.events.iter().filter(|event| event.customer_id == self.id)
    }

    fn rate(&self) -> f64 {
        self.account.margin() / self.account.revenue
    }

    fn net_rate(&self) -> f64 {
        self.account.net() / self.account.revenue
    }
}

fn discount_rate(year: Year) -> f64 {
    year.discount / (year.revenue + year.discount)
}

#[test]
fn loud_loser() {
    Told::of_each_seed("loud_loser", |told| {
        assert!(told.rank <= 5, "{}", told.rank);
        assert!(told.rate() < 0.17 && told.net_rate() < -0.05, "{} {}", told.rate(), told.net_rate());
        assert!(told.account.rush / told.account.orders > 0.35);
        assert!(told.complexity >= 0.7, "{}", told.complexity);
        for kind in ["last_minute_change", "special_request", "claim", "technical_support"] {
            assert!(told.events().filter(|event| event.kind.name() == kind).count() > 100, "{kind}");
        }
    });
}

#[test]
fn quiet_gold() {
    Told::of_each_seed("quiet_gold", |told| {
        assert!(told.rank <= 6 && told.rate() > 0.45 && told.net_rate() > 0.42);
        assert!(told.events().count() < 25 && told.account.rush < 6.0);
        assert!(told.value >= 0.8 && told.complexity < 0.3);
        let months: std::collections::BTreeSet<_> =
            told.orders().map(|order| (order.ordered_on.year(), order.ordered_on.month())).collect();
        assert!(months.len() >= 44, "{}", months.len());
    });
}

#[test]
fn discount_drift() {
    Told::of_each_seed("discount_drift", |told| {
        let [_, _, before, last] = told.account.years;
        let growth = last.revenue / before.revenue - 1.0;
        assert!((0.13..0.17).contains(&growth), "{growth}");
        assert!(before.margin / before.revenue - last.margin / last.revenue >= 0.03, "{before:?} {last:?}");
        let agreed = told.customer().negotiated_discount.unwrap().to_f64();
        assert!(discount_rate(before) < agreed + 0.005 && discount_rate(last) > agreed + 0.04);
        assert!(told.orders().all(|order| order.owner == told.customer().owner));
    });
}

#[test]
fn going_silent() {
    Told::of_each_seed("going_silent", |told| {
        let days: Vec<_> = told.orders().filter(|o| euros(o.revenue) > 0.0).map(|o| o.ordered_on).collect();
        let mut gaps: Vec<i32> = days.windows(2).map(|pair| pair[1].days_since(pair[0])).collect();
        gaps.sort_unstable();
        assert!((12..=21).contains(&gaps[gaps.len() / 2]), "{gaps:?}");
        assert_eq!(days.last(), Some(&date(2025, 7, 30)));
        assert!(told.rate() > 0.35);
    });
}

#[test]
fn small_many() {
    Told::of_each_seed("small_many", |told| {
        let sales: Vec<f64> = told.orders().map(|order| euros(order.revenue)).filter(|amount| *amount > 0.0).collect();
        assert!(sales.len() > 600 && sales.iter().all(|amount| *amount < 150.0));
        assert!(told.account.margin() / told.account.orders < 45.0, "an order earns less than it costs to handle");
        assert!(told.net_rate() < -0.3);
    });
}

#[test]
fn demanding_but_worth_it() {
    Told::of_each_seed("demanding_but_worth_it", |told| {
        assert!(told.value >= 0.6 && told.complexity >= 0.6, "{} {}", told.value, told.complexity);
        assert!(told.rate() > 0.45 && told.net_rate() > 0.2 && told.account.hours > 1500.0);
    });
}

#[test]
fn serial_returner() {
    Told::of_each_seed("serial_returner", |told| {
        let notes = told.orders().filter(|order| euros(order.revenue) < 0.0).count() as f64;
        assert!(notes / told.account.orders > 0.25, "{notes}");
        assert!(told.account.returns / told.account.orders > 0.5);
        assert!(told.events().filter(|event| event.kind.name() == "claim").count() > 60);
    });
}

#[test]
fn rising_star() {
    Told::of_each_seed("rising_star", |told| {
        assert_eq!(told.customer().acquired_on.unwrap().year(), 2023);
        let [none, first, second, third] = told.account.years.map(|year| year.revenue);
        assert!(none == 0.0 && second > 2.0 * first && third > 2.0 * second);
        let quarters = &told.account.quarters[5..];
        let rises = quarters.windows(2).filter(|pair| pair[1] > pair[0]).count();
        assert!(rises >= 7 && quarters[10] > 4.0 * quarters[0], "{quarters:?}");
        assert!(told.rate() > 0.38 && euros(told.customer().annual_potential) > 4.0 * third);
    });
}

#[test]
fn slow_payer() {
    Told::of_each_seed("slow_payer", |told| {
        let customer = told.customer();
        assert_eq!((customer.payment_days, customer.accepts_terms), (Some(90), Some(false)));
        assert!(told.rank <= 7 && told.account.friction == 1.0);
        assert!((0.2..0.3).contains(&told.rate()));
    });
}

#[test]
fn one_shot() {
    Told::of_each_seed("one_shot", |told| {
        let orders: Vec<_> = told.orders().collect();
        assert!(orders.len() == 1 && orders[0].ordered_on.year() == 2024);
        let largest = told.sample.orders.iter().map(|order| euros(order.revenue)).fold(0.0, f64::max);
        assert_eq!(euros(orders[0].revenue), largest);
        assert!(told.account.hours > 600.0, "{}", told.account.hours);
        assert!(told.events().all(|event| event.occurred_on < date(2024, 8, 1)));
    });
}
