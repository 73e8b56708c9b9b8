//! Reading in pieces against reading as a whole: the same results, the same findings, the same errors.

use super::*;
use crate::io::{WriteOptions, write_results};
use crate::ledger::{OnReject, Policy};
use crate::parallel::with_threads;
use proptest::prelude::*;
use std::fmt::Write;
use std::path::PathBuf;

/// A folder that goes when it is dropped.
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    pub(super) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("portefeuille-intake-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, tables: &Tables) {
        for (name, text) in
            [("orders", &tables.orders), ("order_lines", &tables.lines), ("service_events", &tables.events)]
        {
            std::fs::write(self.0.join(format!("{name}.csv")), text).unwrap();
        }
        std::fs::write(self.0.join("customers.csv"), &tables.customers).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[derive(Debug)]
struct Tables {
    customers: String,
    orders: String,
    lines: String,
    events: String,
}

/// What is wrong with a record, if anything: mostly nothing.
fn fault() -> impl Strategy<Value = u8> {
    prop_oneof![12 => Just(0u8), 1 => 1u8..12]
}

type Seed = (Vec<(u8, u8, i32, u16)>, Vec<(u8, u8, u8, u16)>, Vec<(u8, u8, i32)>, bool, bool);

fn seeds() -> impl Strategy<Value = Seed> {
    let orders = prop::collection::vec((fault(), 0u8..9, 0i32..900, 1u16..5_000), 1..60);
    let lines = prop::collection::vec((fault(), 0u8..3, 0u8..7, 1u16..3_000), 0..120);
    let events = prop::collection::vec((fault(), 0u8..9, 0i32..900), 0..60);
    (orders, lines, events, any::<bool>(), any::<bool>())
}

fn day(days: i32) -> Date {
    Date::from_days(19_000 + days).unwrap()
}

fn tables((orders, lines, events, by_text, quoted): &Seed) -> Tables {
    let order_id = |n: usize| if *by_text { format!("o-{n:04}") } else { format!("{}", 3 * n) };
    let mut customers = "customer_id,name,friction\n".to_owned();
    for n in 0..8 {
        let name = if *quoted { format!("\"a, \"\"b\"\"\nc {n}\"") } else { format!("c {n}") };
        writeln!(customers, "{n},{name},{}", ["easy", "moderate", "hard"][n % 3]).unwrap();
    }
    let mut text = "order_id,customer_id,ordered_on,revenue,cost_of_goods,rush,credits_order_id\n".to_owned();
    for (n, (fault, customer, date, revenue)) in orders.iter().enumerate() {
        let (mut id, mut customer, mut date) = (order_id(n), customer.to_string(), day(*date).to_string());
        let (mut revenue, mut cost, mut credits) = (format!("{revenue}.5"), "0.5".to_owned(), String::new());
        match fault {
            1 => date = "2022-02-30".into(),
            2 => customer = "nobody".into(),
            3 => revenue.clear(),
            4 => cost.clear(),
            5 => id = order_id(n.saturating_sub(1)),
            6 => (revenue, cost) = (format!("-{revenue}"), "0".into()),
            7 => (revenue, cost, credits) = ("-3".into(), String::new(), order_id(n + 1_000 * (n % 2))),
            8 => revenue = " 7.25 ".into(),
            9 => cost = "-4".into(),
            10 => id.clear(),
            _ => {}
        }
        let field = |text: String| if *quoted { format!("\"{text}\"") } else { text };
        writeln!(text, "{id},{},{date},{revenue},{cost},{},{credits}", field(customer), n % 2).unwrap();
        if *fault == 11 {
            writeln!(text, "{id},0,{date},{revenue}").unwrap();
        }
    }
    let mut of_lines: Vec<(usize, String)> = Vec::new();
    for (at, (fault, more, family, revenue)) in lines.iter().enumerate() {
        let order = at * orders.len() / lines.len().max(1) + usize::from(*more) * usize::from(*fault == 1);
        let (mut id, mut family, mut revenue, mut cost) =
            (order_id(order), format!("family {family}"), revenue.to_string(), "0.25".to_owned());
        match fault {
            2 if !*by_text => id = format!("{}", 3 * order + 1),
            3 => family.clear(),
            4 => revenue = "x".into(),
            5 => cost.clear(),
            6 => cost = "-1".into(),
            7 => id = order_id(9_999),
            _ => {}
        }
        of_lines.push((order, format!("{id},{family},{revenue},{cost}\n")));
    }
    let mut lines = "order_id,product_family,revenue,cost_of_goods\n".to_owned();
    of_lines.sort_by_key(|(order, _)| *order);
    of_lines.iter().for_each(|(_, line)| lines.push_str(line));
    let mut of_events = "customer_id,occurred_on,kind,quantity,cost,credit,order_id\n".to_owned();
    for (n, (fault, customer, date)) in events.iter().enumerate() {
        let kind =
            ["return", "claim", "technical_support", "visite", "Retour", "chasse"][n % if *fault == 1 { 6 } else { 3 }];
        let (mut customer, mut cost, mut credit, mut order) =
            (customer.to_string(), String::new(), String::new(), order_id(n % orders.len()));
        match fault {
            2 => customer = "nobody".into(),
            3 => cost = "12.5".into(),
            4 => credit = "3".into(),
            5 => order = order_id(5_000),
            6 => order.clear(),
            7 => cost = "-2".into(),
            8 => credit = "-2".into(),
            _ => {}
        }
        let line = format!("{customer},{},{kind},1.5,{cost},{credit},{order}\n", day(*date));
        of_events.push_str(&line);
    }
    Tables { customers, orders: text, lines, events: of_events }
}

/// All that a reader of the results can see.
pub(super) fn seen(portfolio: Result<Portfolio>, out: &Path) -> String {
    let portfolio = match portfolio {
        Ok(portfolio) => portfolio,
        Err(error) => return format!("{} {:#?}", error.total(), error.problems().collect::<Vec<_>>()),
    };
    write_results(&portfolio, out, &WriteOptions::new()).unwrap();
    let files = ["accounts.csv", "summary.json", "rejects.csv"];
    let mut seen: String = files.map(|file| std::fs::read_to_string(out.join(file)).unwrap()).concat();
    let quality = portfolio.quality();
    write!(seen, "{:#?} {:#?} {:#?}", quality.counts(), quality.examples(), portfolio.findings()).unwrap();
    seen
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 60, ..ProptestConfig::default() })]

    /// Would break with a record that falls between two slices, or a finding that comes twice or out of its order.
    #[test]
    fn p11_p12_p14_pieces_give_what_the_whole_gives(
        seed in seeds(), aside in 0u8..3, as_of in any::<bool>(), block in prop_oneof![Just(64usize), Just(200), Just(1 << 18)]
    ) {
        let folder = Folder::new("both");
        folder.write(&tables(&seed));
        let policy = match aside {
            0 => Policy::new().on_reject(OnReject::Aside),
            1 => Policy::new().max_rejects(6),
            _ => Policy::new(),
        };
        let options = ReadOptions::default().policy(policy).block_bytes(block);
        let mut model = Model::new();
        if as_of {
            model = model.as_of(day(900));
        }
        let out = folder.0.join("out");
        std::fs::create_dir_all(&out).unwrap();
        let whole = seen(read_folder(&folder.0, &options).and_then(|ledger| model.analyze(&ledger)), &out);
        for threads in [1, 2, 3] {
            let pieces = with_threads(threads, || model.analyze_folder(&folder.0, &options)).unwrap();
            prop_assert_eq!(&seen(pieces, &out), &whole);
        }
    }
}

#[test]
fn records_in_order_are_read_in_pieces() {
    let folder = Folder::new("order");
    let seed = (
        (0..500).map(|n| (0, (n % 8) as u8, n, 100 + n as u16)).collect(),
        (0..1_000).map(|n| (0, 0, (n % 7) as u8, 30 + n as u16)).collect(),
        (0..300).map(|n| (0, (n % 8) as u8, n)).collect(),
        false,
        false,
    );
    let options = ReadOptions::default().block_bytes(500);
    let spec = |as_of| FactSpec::new(as_of);
    let read_now = |folder: &Folder| read(&folder.0, &options, None, spec).unwrap();
    let mut tables = tables(&seed);
    folder.write(&tables);
    let intake = read_now(&folder).unwrap();
    assert_eq!(intake.quality.read(Table::OrderLines).records, 1_000);
    let whole = read_folder(&folder.0, &options).unwrap();
    assert!(intake.facts == FactTable::from_ledger(&whole, FactSpec::new(intake.order_dates.unwrap().1)).unwrap());
    // A line that comes too late, or an order, and they are not.
    let late = tables.lines.lines().nth(1).unwrap().to_owned();
    tables.lines.push_str(&format!("{late}\n"));
    folder.write(&tables);
    assert!(read_now(&folder).is_none());
}
