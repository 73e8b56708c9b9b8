//! The same result on any number of threads.

use crate::common::Folder;
use portefeuille::io::{CsvStyle, MIGRATION_FILES, WriteOptions, write_migration, write_results};
use portefeuille::parallel::with_threads;
use portefeuille::score::CostMeasure;
use portefeuille::segment::{ConfidenceRules, Cut, CutOn};
use portefeuille::{
    Customer, Driver, EventKind, Friction, Lang, Ledger, Model, Order, OrderLine, ServiceEvent, date, money, report,
};

/// More accounts than are worked out, ranked, added up or written together, with ties, blanks, dormant and net-credit ones.
const ACCOUNTS: u64 = 9_000;

/// Numbers that look drawn.
fn mixed(n: u64) -> u64 {
    let n = (n ^ (n >> 31)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (n ^ (n >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 17
}

fn ledger() -> Ledger {
    let mut ledger = Ledger::new();
    let customer = |n: u64| {
        let mut customer = Customer::new(mixed(n) % 1_000_000 * ACCOUNTS + n);
        customer.name = (!n.is_multiple_of(5)).then(|| format!("=Kunde {n}, \"é\""));
        customer.friction = [None, Some(Friction::Easy), Some(Friction::Hard)][(n % 3) as usize];
        customer.payment_days = (!n.is_multiple_of(7)).then_some((n % 90) as u32);
        customer.annual_potential =
            (!n.is_multiple_of(4)).then(|| portefeuille::Money::from_units((n % 977) as i64 * 10_000));
        customer
    };
    let customers: Vec<Customer> = (0..ACCOUNTS).map(customer).collect();
    let (mut orders, mut lines, mut events) = (Vec::new(), Vec::new(), Vec::new());
    for (n, customer) in (0..ACCOUNTS).zip(&customers) {
        for k in 0..mixed(n + 1) % 6 {
            let draw = mixed(n * 8 + k);
            let (id, month) = (format!("{n}-{k}"), (draw % 12) as u8 + 1);
            let day = date(2022 + (draw % 4) as i32, month, 1 + (draw % 28) as u8);
            let units = (draw % 50_000) as i64 * 1_000 - if draw.is_multiple_of(11) { 60_000_000 } else { 0 };
            let revenue = portefeuille::Money::from_units(units);
            let mut order = Order::new(id.as_str(), &customer.customer_id, day, revenue);
            if !draw.is_multiple_of(9) {
                order.cost_of_goods = Some(portefeuille::Money::from_units(units / 10 * (3 + (draw % 8) as i64)));
            }
            if draw.is_multiple_of(6) && units >= 0 {
                order = order.rush();
                lines.push(OrderLine::new(id.as_str(), if draw.is_multiple_of(2) { "bolts" } else { "nuts" }, revenue));
            }
            orders.push(order);
            let kind =
                [EventKind::Return, EventKind::TechnicalSupport, EventKind::new("visit")][(draw % 3) as usize].clone();
            events.push(ServiceEvent::new(&customer.customer_id, day, kind));
        }
    }
    ledger.add_customers(customers).unwrap();
    ledger.add_orders(orders).unwrap();
    ledger.add_order_lines(lines).unwrap();
    ledger.add_events(events).unwrap();
    ledger
}

fn models() -> [Model; 3] {
    let priced = Model::new().rate(Driver::Order, money("12.50")).rate(Driver::Return, money("38"));
    let mut absolute = priced.clone().small_order_below(money("150"));
    absolute.cost_measure = CostMeasure::Expected;
    absolute.matrix.value_threshold = Cut::Money { money: money("10"), of: CutOn::NetMargin };
    absolute.matrix.complexity_threshold = Cut::Median;
    let sure = ConfidenceRules { draws: 20, bootstrap: true, ..ConfidenceRules::default() };
    [Model::new(), priced.confidence(sure.clone()), absolute.confidence(sure)]
}

/// Every byte that is written or shown.
fn shown(ledger: &Ledger, model: &Model) -> Vec<Vec<u8>> {
    let portfolio = model.analyze(ledger).unwrap();
    let mut shown = vec![report::summary(&portfolio, Lang::En, false).into_bytes()];
    shown.push(serde_json::to_vec(&portfolio.scorer()).unwrap());
    for (name, style) in [("plain", CsvStyle::Plain), ("fr", CsvStyle::Fr)] {
        let folder = Folder::new(&format!("threads-{name}"), &[]);
        write_results(&portfolio, &folder.0, &WriteOptions::new().style(style)).unwrap();
        shown.extend(
            ["accounts.csv", "summary.json", "rejects.csv"].map(|file| std::fs::read(folder.0.join(file)).unwrap()),
        );
    }
    let snapshots = model.at_two_dates(ledger, date(2024, 6, 30), date(2025, 12, 31)).unwrap();
    let (migration, stability) = (snapshots.migration().unwrap(), snapshots.stability().unwrap());
    shown.push(report::migration(&migration, stability.as_ref(), Lang::Fr, true).into_bytes());
    let folder = Folder::new("threads-migration", &[]);
    write_migration(&migration, stability.as_ref(), &folder.0, &WriteOptions::new()).unwrap();
    shown.extend(MIGRATION_FILES.map(|file| std::fs::read(folder.0.join(file)).unwrap()));
    shown
}

/// Would break with sums of floats in the order of threads, chunks that depend on their number, or ties that a sort on
/// several threads decides.
#[test]
fn p14_p42_one_thread_and_many_write_the_same_bytes() {
    let ledger = ledger();
    for model in models() {
        let alone = with_threads(1, || shown(&ledger, &model)).unwrap();
        assert!(alone[2].len() > 500_000, "accounts.csv has only {} bytes", alone[2].len());
        for threads in [2, 3, 8] {
            assert!(with_threads(threads, || shown(&ledger, &model)).unwrap() == alone, "on {threads} threads");
        }
    }
}
