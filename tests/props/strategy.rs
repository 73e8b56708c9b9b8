//! Whole small portfolios: records that fit, faults to add to them, and models.

use crate::oracle::Records;
use portefeuille::{Customer, Date, EventKind, Friction, Id, Money, Order, OrderLine, Quantity, ServiceEvent, date};
use proptest::prelude::*;
use proptest::sample::Index;

/// Cases per property: 100, or what `PROPTEST_CASES` says.
pub(crate) fn config() -> ProptestConfig {
    let stated = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok());
    ProptestConfig { cases: stated.unwrap_or(100), max_shrink_iters: 20_000, ..ProptestConfig::default() }
}

/// Days are counted from here; three and a half years follow.
pub(crate) const FIRST_DAY: Date = date(2021, 3, 5);
const DAYS: i32 = 1_300;

pub(crate) fn day(offset: i32) -> Date {
    Date::from_days(FIRST_DAY.days() + offset).unwrap()
}

/// The last day of an order: no model that states it lies before all orders.
pub(crate) fn last_day() -> Date {
    day(DAYS)
}

/// A day between two offsets; often the first or the last of a month, where windows, quarters and years are cut, and
/// sometimes 29 February.
pub(crate) fn any_day(from: i32, to: i32) -> impl Strategy<Value = Date> {
    let edge = move |(year, month, first): (i32, u8, bool)| {
        let start = date(year, month, 1);
        let edge = if first { start } else { start.previous_day() };
        edge.clamp(day(from), day(to))
    };
    prop_oneof![
        6 => (from..=to).prop_map(day),
        3 => (2021i32..=2024, 1u8..=12, any::<bool>()).prop_map(edge),
        1 => Just(date(2024, 2, 29).clamp(day(from), day(to))),
    ]
}

/// Which optional columns and tables there are.
#[derive(Clone, Copy, Debug)]
struct Columns {
    cost: bool,
    rush: bool,
    discount: bool,
    freight: bool,
    line_count: bool,
    lines: bool,
    events: bool,
    customers: bool,
}

fn columns() -> impl Strategy<Value = Columns> {
    let mostly = || prop::bool::weighted(0.8);
    (mostly(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), mostly(), mostly()).prop_map(
        |(cost, rush, discount, freight, line_count, lines, events, customers)| Columns {
            cost,
            rush,
            discount,
            freight,
            line_count,
            lines,
            events,
            customers,
        },
    )
}

/// An amount: often a round one, so that accounts tie; sometimes with four decimals.
pub(crate) fn amount() -> impl Strategy<Value = i64> {
    prop_oneof![
        3 => (1i64..40).prop_map(|n| n * 500_000),
        3 => (1i64..2_000_000).prop_map(|n| n * 100),
        1 => 1i64..300_000_000,
    ]
}

fn units(units: i64) -> Money {
    Money::from_units(units)
}

fn often<T: std::fmt::Debug + Clone>(of: impl Strategy<Value = T>) -> impl Strategy<Value = Option<T>> {
    prop::option::weighted(0.75, of)
}

/// A different id for each position, of all sorts: numbers, leading zeros, text, numbers beyond 64 bits.
fn id(style: u8, at: usize) -> Id {
    match style {
        0..=2 => Id::from(at as u64 * 7 + 3),
        3 => Id::from(format!("00{at}")),
        4 => Id::from(format!("c{at}")),
        5 => Id::from(format!("É-{at}")),
        _ => Id::from(format!("1844674407370955{:04}", 1_000 + at)),
    }
}

fn customer() -> impl Strategy<Value = (u8, Customer)> {
    let friction = prop_oneof![Just(Friction::Easy), Just(Friction::Moderate), Just(Friction::Hard)];
    (0u8..8, often(friction), often(0u32..120), often(amount())).prop_map(|(style, friction, days, potential)| {
        let customer = Customer {
            friction,
            payment_days: days,
            annual_potential: potential.map(units),
            ..Customer::new("to be numbered")
        };
        (style, customer)
    })
}

#[derive(Clone, Debug)]
struct LineSeed {
    family: u8,
    revenue: i64,
    cost: Option<i64>,
    discount: Option<i64>,
}

#[derive(Clone, Debug)]
struct OrderSeed {
    customer: Index,
    day: Date,
    revenue: i64,
    /// Cost of goods in hundredths of the revenue.
    cost: Option<i64>,
    discount: Option<i64>,
    freight: Option<i64>,
    line_count: Option<u32>,
    rush: Option<bool>,
    lines: Vec<LineSeed>,
    from_lines: bool,
    credits: Option<Index>,
}

fn line() -> impl Strategy<Value = LineSeed> {
    let signed = prop_oneof![5 => amount(), 1 => amount().prop_map(|a| -a / 8), 1 => Just(0)];
    (0u8..4, signed, often(0i64..130), often(0i64..500_000)).prop_map(|(family, revenue, cost, discount)| LineSeed {
        family,
        revenue,
        cost,
        discount,
    })
}

fn order() -> impl Strategy<Value = OrderSeed> {
    let revenue = prop_oneof![8 => amount(), 2 => amount().prop_map(|a| -a), 1 => Just(0)];
    let what =
        (any::<Index>(), any_day(0, DAYS), revenue, often(0i64..130), often(0i64..900_000), often(0i64..400_000));
    let more = (
        often(0u32..9),
        often(any::<bool>()),
        prop::collection::vec(line(), 0..4),
        prop::bool::weighted(0.3),
        prop::option::of(any::<Index>()),
    );
    (what, more).prop_map(
        |((customer, day, revenue, cost, discount, freight), (line_count, rush, lines, from, credits))| OrderSeed {
            customer,
            day,
            revenue,
            cost,
            discount,
            freight,
            line_count,
            rush,
            lines,
            from_lines: from,
            credits,
        },
    )
}

/// The kinds of events: all built-in ones, custom ones, and words that mean something else elsewhere.
pub(crate) const KINDS: [&str; 14] = [
    "rush_order",
    "special_shipment",
    "last_minute_change",
    "special_request",
    "return",
    "claim",
    "rework",
    "technical_support",
    "coordination",
    "follow_up",
    "inquiry",
    "credit_check",
    "order",
    "freight",
];

#[derive(Clone, Debug)]
struct EventSeed {
    customer: Index,
    day: Date,
    kind: usize,
    quantity: i64,
    cost: Option<i64>,
    credit: Option<i64>,
    order: Option<Index>,
    numbered: bool,
}

fn event() -> impl Strategy<Value = EventSeed> {
    let quantity = prop_oneof![4 => Just(10_000i64), 1 => 0i64..60_000];
    let rarely = |of| prop::option::weighted(0.3, of);
    (
        any::<Index>(),
        any_day(-300, DAYS + 60),
        0..KINDS.len(),
        quantity,
        rarely(amount().boxed()),
        rarely(amount().boxed()),
        rarely_index(),
        any::<bool>(),
    )
        .prop_map(|(customer, day, kind, quantity, cost, credit, order, numbered)| EventSeed {
            customer,
            day,
            kind,
            quantity,
            cost,
            credit: credit.map(|c| c / 10),
            order,
            numbered,
        })
}

fn rarely_index() -> impl Strategy<Value = Option<Index>> {
    prop::option::weighted(0.2, any::<Index>())
}

/// Records that fit together.
pub(crate) fn records() -> impl Strategy<Value = Records> {
    let customers = prop::collection::vec(customer(), 2..26);
    let orders = prop::collection::vec(order(), 0..61);
    let events = prop::collection::vec(event(), 0..40);
    (columns(), customers, orders, events)
        .prop_map(|(columns, customers, orders, events)| assemble(columns, customers, &orders, &events))
}

fn assemble(columns: Columns, customers: Vec<(u8, Customer)>, orders: &[OrderSeed], events: &[EventSeed]) -> Records {
    let mut records = Records::default();
    for (at, (style, customer)) in customers.into_iter().enumerate() {
        let known = if columns.customers { customer } else { Customer::new("nothing else is known") };
        records.customers.push(Customer { customer_id: id(style, at), ..known });
    }
    let ids: Vec<Id> = (0..orders.len()).map(|at| id((at % 7) as u8, at)).collect();
    let mut lines = Vec::new();
    for (at, seed) in orders.iter().enumerate() {
        let customer = seed.customer.get(&records.customers).customer_id.clone();
        let own = if columns.lines { make_lines(columns, seed, &ids[at]) } else { Vec::new() };
        records.orders.push(make_order(columns, seed, &ids, at, customer, &own));
        lines.extend(own);
    }
    records.lines = columns.lines.then_some(lines);
    let make = |(at, seed)| make_event(at, seed, &records.customers, &ids);
    records.events = columns.events.then(|| events.iter().enumerate().map(make).collect());
    records
}

fn cost_of(revenue: i64, hundredths: i64) -> Money {
    units(revenue / 100 * hundredths)
}

fn make_lines(columns: Columns, seed: &OrderSeed, order: &Id) -> Vec<OrderLine> {
    let sign = if seed.revenue < 0 { -1 } else { 1 };
    let make = |line: &LineSeed| OrderLine {
        cost_of_goods: line.cost.filter(|_| columns.cost).map(|c| cost_of(sign * line.revenue, c)),
        discount: line.discount.filter(|_| columns.discount).map(units),
        ..OrderLine::new(order, format!("family {}", line.family), units(sign * line.revenue))
    };
    seed.lines.iter().map(make).collect()
}

fn make_order(columns: Columns, seed: &OrderSeed, ids: &[Id], at: usize, customer: Id, lines: &[OrderLine]) -> Order {
    let from_lines = seed.from_lines && !lines.is_empty();
    let line_cost: i64 = lines.iter().filter_map(|l| l.cost_of_goods).map(Money::units).sum();
    let line_revenue: i64 = lines.iter().map(|l| l.revenue.units()).sum();
    // Lines may cost what has the opposite sign of what they sell for together; such an order states its own figures.
    let sound = line_cost.signum() * if from_lines { line_revenue } else { seed.revenue }.signum() >= 0;
    let own_cost = seed.cost.filter(|_| columns.cost && !from_lines).map(|c| cost_of(seed.revenue, c));
    Order {
        revenue: (!from_lines || !sound).then_some(units(seed.revenue)),
        cost_of_goods: if sound { own_cost } else { Some(own_cost.unwrap_or(Money::ZERO)) },
        discount: seed.discount.filter(|_| columns.discount).map(units),
        freight: seed.freight.filter(|_| columns.freight).map(units),
        lines: seed.line_count.filter(|_| columns.line_count),
        rush: seed.rush.filter(|_| columns.rush),
        credits_order_id: seed.credits.map(|i| i.get(ids).clone()).filter(|_| seed.revenue < 0),
        ..Order::from_lines(&ids[at], customer, seed.day)
    }
}

fn make_event(at: usize, seed: &EventSeed, customers: &[Customer], orders: &[Id]) -> ServiceEvent {
    ServiceEvent {
        quantity: Quantity::from_units(seed.quantity),
        cost: seed.cost.map(units),
        credit: seed.credit.map(units),
        order_id: seed.order.filter(|_| !orders.is_empty()).map(|i| i.get(orders).clone()),
        event_id: seed.numbered.then(|| Id::from(at as u64)),
        ..ServiceEvent::new(&seed.customer.get(customers).customer_id, seed.day, EventKind::new(KINDS[seed.kind]))
    }
}

/// A fault to add to records.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    CustomerAgain(Index),
    CustomerDiffers(Index),
    OrderAgain(Index),
    OrderDiffers(Index),
    OrderOfNobody(i64),
    OrderCostSign(Index, i64),
    OrderWithoutRevenue(Index),
    LineOfNothing(i64),
    LineCostSign(Index, i64),
    EventAgain(Index),
    EventDiffers(Index),
    EventOfNobody(i64),
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        any::<Index>().prop_map(Fault::CustomerAgain),
        any::<Index>().prop_map(Fault::CustomerDiffers),
        any::<Index>().prop_map(Fault::OrderAgain),
        any::<Index>().prop_map(Fault::OrderDiffers),
        amount().prop_map(Fault::OrderOfNobody),
        (any::<Index>(), amount()).prop_map(|(i, a)| Fault::OrderCostSign(i, a)),
        any::<Index>().prop_map(Fault::OrderWithoutRevenue),
        amount().prop_map(Fault::LineOfNothing),
        (any::<Index>(), amount()).prop_map(|(i, a)| Fault::LineCostSign(i, a)),
        any::<Index>().prop_map(Fault::EventAgain),
        any::<Index>().prop_map(Fault::EventDiffers),
        amount().prop_map(Fault::EventOfNobody),
    ]
}

/// Records of which some are repeated, contradict each other or cannot be used.
pub(crate) fn faulty_records() -> impl Strategy<Value = Records> {
    (records(), prop::collection::vec(fault(), 0..8)).prop_map(|(mut records, faults)| {
        for (at, fault) in faults.into_iter().enumerate() {
            add_fault(&mut records, fault, 9_000 + at as u64);
        }
        records
    })
}

fn add_fault(records: &mut Records, fault: Fault, fresh: u64) {
    let (customers, orders) = (records.customers.clone(), records.orders.clone());
    let order = |i: Index| (!orders.is_empty()).then(|| i.get(&orders).clone());
    let event = |i: Index| records.events.as_ref().filter(|e| !e.is_empty()).map(|e| i.get(e).clone());
    match fault {
        Fault::CustomerAgain(i) => records.customers.push(i.get(&customers).clone()),
        Fault::CustomerDiffers(i) => {
            records.customers.push(Customer { name: Some("another name".into()), ..i.get(&customers).clone() });
        }
        Fault::OrderAgain(i) => records.orders.extend(order(i)),
        Fault::OrderDiffers(i) => {
            records.orders.extend(order(i).map(|o| Order { ordered_on: o.ordered_on.next_day(), ..o }));
        }
        Fault::OrderOfNobody(a) => records.orders.push(Order::new(fresh, "nobody", day(700), units(a))),
        Fault::OrderCostSign(i, a) => {
            let customer = &i.get(&customers).customer_id;
            let order = Order::new(fresh, customer, day(900), units(a)).cost_of_goods(units(-a));
            records.orders.push(order);
        }
        Fault::OrderWithoutRevenue(i) => {
            let customer = &i.get(&customers).customer_id;
            records.orders.push(Order::from_lines(fresh, customer, day(2_000)));
        }
        Fault::LineOfNothing(a) => {
            if let Some(lines) = &mut records.lines {
                lines.push(OrderLine::new("no such order", "family 1", units(a)));
            }
        }
        Fault::LineCostSign(i, a) => {
            if let (Some(lines), Some(order)) = (&mut records.lines, order(i)) {
                lines.push(OrderLine::new(order.order_id, "family 2", units(a)).cost_of_goods(units(-a)));
            }
        }
        Fault::EventAgain(i) => {
            let event = event(i).filter(|e| e.event_id.is_some());
            records.events.iter_mut().for_each(|all| all.extend(event.clone()));
        }
        Fault::EventDiffers(i) => {
            let event = event(i).filter(|e| e.event_id.is_some());
            let other = event.map(|e| ServiceEvent { occurred_on: e.occurred_on.next_day(), ..e });
            records.events.iter_mut().for_each(|all| all.extend(other.clone()));
        }
        Fault::EventOfNobody(a) => {
            let event = ServiceEvent::new("nobody", day(700), EventKind::Claim).cost(units(a));
            records.events.iter_mut().for_each(|all| all.push(event.clone()));
        }
    }
}
