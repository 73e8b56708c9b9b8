use super::{Attention, Reason};
use crate::sample::Sample;
use crate::segment::{Cut, CutOn};
use crate::{
    Component, Customer, Date, Driver, EventKind, Lang, Ledger, Model, Order, Portfolio, Rate, ServiceEvent, date,
    money,
};

/// High value from 1,000 of gross margin, high complexity from a fifth of revenue.
fn model() -> Model {
    let value = CutOn::Component(Component::GrossMargin);
    let complexity = CutOn::Component(Component::CostToServeRatio);
    Model::new().as_of(date(2025, 12, 31)).rate(Driver::Order, money("10")).thresholds(
        Cut::Money { money: money("1000"), of: value },
        Cut::Rate { rate: Rate::from_units(200_000_000), of: complexity },
    )
}

#[derive(Default)]
struct Book {
    customers: Vec<Customer>,
    orders: Vec<Order>,
    events: Vec<ServiceEvent>,
}

impl Book {
    fn order(mut self, who: &str, on: Date, revenue: &str, cost: &str) -> Self {
        if self.customers.iter().all(|c| c.customer_id != who.into()) {
            self.customers.push(Customer::new(who));
        }
        let id = format!("o-{}", self.orders.len());
        let order = Order::new(id, who, on, revenue.parse().unwrap());
        self.orders.push(order.cost_of_goods(cost.parse().unwrap()));
        self
    }

    fn analyze(self, model: &Model) -> Portfolio {
        let mut ledger = Ledger::new();
        ledger.add_customers(self.customers).unwrap();
        ledger.add_orders(self.orders).unwrap();
        ledger.add_events(self.events).unwrap();
        model.analyze(&ledger).unwrap()
    }
}

fn found<'a>(portfolio: &'a Portfolio, who: &str) -> Option<Attention<'a>> {
    let all = portfolio.attention(100);
    assert!(all.iter().filter(|a| *a.account.id() == who.into()).count() <= 1, "one reason an account");
    all.into_iter().find(|a| *a.account.id() == who.into())
}

fn text(found: &Attention<'_>, lang: Lang) -> String {
    found.text(lang).replace(['\u{A0}', '\u{202F}'], " ")
}

#[test]
fn losing_money_is_at_stake_to_the_cent() {
    let portfolio = Book::default().order("a", date(2025, 3, 1), "100", "95").analyze(&model());
    let a = found(&portfolio, "a").unwrap();
    assert_eq!(a.stake, money("5"));
    assert_eq!(
        text(&a, Lang::Fr),
        "Perd de l'argent : 5 € de marge brute pour 10 € de coût de service, surtout commandes (10 €)."
    );
    assert_eq!(text(&a, Lang::En), "Loses money: €5 of gross margin for €10 of cost to serve, mostly orders (€10).");
}

/// 10,000 at 40 % of margin, then 12,000 at 35 %, the list price of the goods as before.
fn drifting(as_of: Date) -> Portfolio {
    let mut book =
        Book::default().order("a", date(2024, 1, 10), "10000", "6000").order("a", date(2025, 1, 10), "12000", "7800");
    // Goods at list for 12,500 then 16,250: the same cost of 48 % of list, and a discount of 20 %, then 26.15 %.
    book.orders[0].discount = Some(money("2500"));
    book.orders[1].discount = Some(money("4250"));
    book.analyze(&model().as_of(as_of))
}

#[test]
fn a_margin_that_drifts_says_how_much_discount_does() {
    let portfolio = drifting(date(2025, 12, 31));
    let a = found(&portfolio, "a").unwrap();
    assert_eq!(a.stake, money("600")); // 5 points of 12,000
    assert_eq!(
        text(&a, Lang::Fr),
        "Commande 20 % de plus qu'en 2024 mais la marge recule de 5,0 points, dont 5,0 par la remise."
    );
    assert_eq!(
        text(&a, Lang::En),
        "Orders 20% more than in 2024 but the margin falls by 5.0 points, 5.0 of them through discount."
    );
}

#[test]
fn only_complete_years_are_compared() {
    let portfolio = drifting(date(2025, 12, 30));
    assert!(!matches!(found(&portfolio, "a").map(|a| a.reason), Some(Reason::MarginDrift { .. })));
}

fn rhythm(last: u8, as_of: Date) -> Portfolio {
    let months = 1..=last;
    let orders = months.fold(Book::default(), |book, month| book.order("a", date(2025, month, 1), "100", "40"));
    orders.analyze(&model().as_of(as_of))
}

#[test]
fn silence_is_told_from_a_pause() {
    // January to June: five gaps over 151 days.
    let portfolio = rhythm(6, date(2025, 12, 31));
    let a = found(&portfolio, "a").unwrap();
    assert_eq!(a.stake, money("360"));
    assert_eq!(
        text(&a, Lang::Fr),
        "Plus de commande depuis le 01/06/2025 (213 jours), contre une tous les 30 jours en moyenne."
    );
    assert_eq!(text(&a, Lang::En), "No order since 1 Jun 2025 (213 days), against one every 30 days on average.");
    assert!(found(&rhythm(6, date(2025, 8, 30)), "a").is_none(), "90 days are no silence");
    assert!(found(&rhythm(6, date(2025, 8, 31)), "a").is_some());
    assert!(found(&rhythm(2, date(2025, 12, 31)), "a").is_none(), "two orders are no rhythm");
}

#[test]
fn a_demanding_account_is_named_with_what_it_costs_above_the_median() {
    let events = (0..60).map(|_| ServiceEvent::new("a", date(2025, 3, 2), EventKind::Claim)).collect();
    let mut book = Book { events, ..Book::default() };
    for who in ["a", "b", "c"] {
        book = book.order(who, date(2025, 3, 1), "4000", "2000");
    }
    let portfolio = book.analyze(&model().rate(Driver::Claim, money("20")));
    let a = found(&portfolio, "a").unwrap();
    // 1,210 for 4,000 of revenue; the median is 10 for 4,000. Claims alone would be 1,200.
    assert!(matches!(a.reason, Reason::CostlyToServe { .. } | Reason::ManyReturns { .. }));
    assert_eq!(a.stake, money("1200"));
    assert_eq!(
        text(&a, Lang::Fr),
        "Exigeant : le servir coûte 30,2 % du CA (médiane 0,2 %), soit 60 % de sa marge brute."
    );
}

#[test]
fn many_returns_are_compared_with_the_usual() {
    let mut book = Book::default();
    for who in ["a", "b", "c", "d"] {
        for month in 3..=12 {
            book = book.order(who, date(2025, month, 1), "100", "40");
        }
    }
    book.events = (0..4).map(|_| ServiceEvent::new("a", date(2025, 3, 2), EventKind::Return)).collect();
    let portfolio = book.analyze(&model().rate(Driver::Return, money("30")));
    let a = found(&portfolio, "a").unwrap();
    assert_eq!(a.stake, money("120"));
    assert_eq!(text(&a, Lang::En), "40 returns, claims and rework for 100 orders (as a rule 10): €120 to handle.");
}

#[test]
fn small_orders_that_eat_the_margin_are_named() {
    let book = (1..=10).fold(Book::default(), |book, day| book.order("a", date(2025, 12, day), "50", "35"));
    let portfolio = book.order("a", date(2025, 12, 11), "500", "490").analyze(&model().small_order_below(money("100")));
    let a = found(&portfolio, "a").unwrap();
    // 11 orders cost 110 of 160 of margin; ten in eleven are small.
    assert_eq!(a.stake, money("100"));
    assert_eq!(text(&a, Lang::Fr), "10 commandes sur 11 sous 100 € : 110 € de traitement pour 160 € de marge brute.");
}

#[test]
fn potential_counts_where_it_is_worth_developing_and_at_most_doubles() {
    let mut book =
        Book::default().order("a", date(2025, 3, 1), "4000", "2000").order("b", date(2025, 3, 1), "100", "50");
    for customer in &mut book.customers {
        customer.annual_potential = Some(money("20000"));
    }
    let portfolio = book.analyze(&model());
    let a = found(&portfolio, "a").unwrap();
    assert_eq!(a.stake, money("2000")); // half of 4,000, not of 16,000
    assert_eq!(
        text(&a, Lang::Fr),
        "Pourrait acheter 20 000 € par an ; en a acheté 4 000 € en douze mois, sans coûter cher à servir."
    );
    assert!(found(&portfolio, "b").is_none(), "of low value, and it does not grow");
}

#[test]
fn those_to_protect_come_last_and_are_never_forgotten() {
    let mut book = Book::default();
    for (who, revenue) in [("p", "30000"), ("q", "20000"), ("r", "15000")] {
        book = book.order(who, date(2025, 12, 1), revenue, "5000");
    }
    for who in ["x", "y", "z"] {
        book = book.order(who, date(2025, 12, 1), "100", "95");
    }
    let portfolio = book.analyze(&model());
    let named = |limit| portfolio.attention(limit).iter().map(|a| a.account.id().to_string()).collect::<String>();
    assert_eq!((named(0), named(1), named(2), named(3)), ("".into(), "x".into(), "xp".into(), "xyp".into()));
    assert_eq!((named(4), named(5), named(9)), ("xypq".into(), "xyzpq".into(), "xyzpqr".into()));
    let p = found(&portfolio, "p").unwrap();
    assert_eq!(text(&p, Lang::En), "To protect: €24,990 of net margin for a cost to serve of 0.0% of revenue.");
}

#[test]
fn reasons_are_served_in_turn_and_ranked_by_stake() {
    let mut book = Book::default();
    for (who, cost) in [("x", "600"), ("y", "550"), ("z", "500")] {
        book = book.order(who, date(2025, 12, 1), "100", cost);
    }
    for month in 1..=6 {
        book = book.order("s", date(2025, month, 1), "10", "0.01").order("s", date(2025, month, 2), "30", "0");
    }
    let portfolio = book.analyze(&model());
    let named = |limit| portfolio.attention(limit).iter().map(|a| a.account.id().to_string()).collect::<String>();
    // The silent account has less at stake than all who lose money, and yet its turn comes second.
    assert_eq!((named(2), named(3), named(4)), ("xs".into(), "xys".into(), "xyzs".into()));
}

#[test]
fn most_stories_of_the_sample_are_found() {
    for seed in 0..4 {
        let sample = Sample::new(seed);
        let stories = sample.stories.clone();
        let ledger = sample.into_ledger().unwrap();
        let portfolio = Sample::model().analyze(&ledger).unwrap();
        let first = portfolio.attention(12);
        let told = stories.iter().filter(|s| first.iter().any(|a| *a.account.id() == s.customer_id)).count();
        assert!(told >= 7, "seed {seed}: {told} of 10");
    }
}
