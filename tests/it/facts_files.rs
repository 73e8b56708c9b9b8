//! Facts as files: written, read, added up.

use crate::common::Folder;
use portefeuille::io::{FACTS_FILES, ReadOptions, WriteOptions, write_results, write_tables};
use portefeuille::sample::Sample;
use portefeuille::{
    AMOUNT_MAX, Code, Customer, FactSpec, FactTable, Ledger, Model, Money, Order, OrderLine, Policy, Portfolio,
    Quantity, ServiceEvent, date, money,
};
use std::fs;
use std::path::{Path, PathBuf};

/// The accounts and the summary of a portfolio, as files.
fn bytes(portfolio: &Portfolio, out: &Path) -> [Vec<u8>; 2] {
    write_results(portfolio, out, &WriteOptions::new()).unwrap();
    ["accounts.csv", "summary.json"].map(|name| fs::read(out.join(name)).unwrap())
}

fn files(folder: &Path) -> [String; 4] {
    FACTS_FILES.map(|name| fs::read_to_string(folder.join(name)).unwrap())
}

/// Writes the sample in parts: orders with their lines by turns, events by turns of another length.
fn write_parts(root: &Path, sample: &Sample, parts: usize) -> Vec<PathBuf> {
    let part_of: std::collections::BTreeMap<_, _> =
        sample.orders.iter().enumerate().map(|(at, order)| (order.order_id.clone(), at % parts)).collect();
    (0..parts)
        .map(|part| {
            let orders: Vec<_> = sample.orders.iter().filter(|o| part_of[&o.order_id] == part).cloned().collect();
            let lines: Vec<_> = sample.order_lines.iter().filter(|l| part_of[&l.order_id] == part).cloned().collect();
            let events: Vec<_> = sample
                .events
                .iter()
                .enumerate()
                .filter(|(at, _)| at / 3 % parts == part)
                .map(|(_, e)| e.clone())
                .collect();
            let path = root.join(format!("tables-{part}"));
            write_tables(&path, &sample.customers, &orders, &lines, &events).unwrap();
            path
        })
        .collect()
}

/// The sample, with events that name no order: which part has the order would be told.
fn sample() -> Sample {
    let mut sample = Sample::new(3);
    sample.events.iter_mut().for_each(|event| event.order_id = None);
    // Credit notes that name an order of another part would be told too.
    sample.orders.iter_mut().for_each(|order| order.credits_order_id = None);
    sample
}

/// Would break with anything that is lost on the way into files and back, or that only one run over all records sees.
#[test]
fn p12_facts_of_parts_added_up_give_the_bytes_of_the_whole() {
    let folder = Folder::new("facts-parts", &[]);
    let (root, sample, options) = (&folder.0, sample(), ReadOptions::default());
    let model = Sample::model();
    let [whole] = <[PathBuf; 1]>::try_from(write_parts(&root.join("one"), &sample, 1)).unwrap();
    let expected = bytes(&model.analyze_folder(&whole, &options).unwrap(), &root.join("out"));
    let only = root.join("customers");
    write_tables(&only, &sample.customers, &[], &[], &[]).unwrap();
    model.write_facts(&whole, &root.join("whole-facts"), &options).unwrap();
    for parts in [2, 7] {
        let tables = write_parts(&root.join(format!("{parts}")), &sample, parts);
        let facts: Vec<PathBuf> = (0..parts).map(|part| root.join(format!("facts-{parts}-{part}"))).collect();
        for (tables, facts) in tables.iter().zip(&facts) {
            model.write_facts(tables, facts, &options).unwrap();
        }
        let forward = model.analyze_folder_with(&only, &facts, &options).unwrap();
        assert!(bytes(&forward, &root.join("out")) == expected, "{parts} parts");
        let mut back = facts.clone();
        back.reverse();
        assert!(bytes(&model.analyze_folder_with(&only, &back, &options).unwrap(), &root.join("out")) == expected);
        // The last part is what came since.
        let some = &facts[..parts - 1];
        let since = model.analyze_folder_with(&tables[parts - 1], some, &options).unwrap();
        assert!(bytes(&since, &root.join("out")) == expected, "{parts} parts, one of them read now");
        let no_date = Model { as_of: None, ..model.clone() };
        assert_eq!(no_date.analyze_folder_with(&only, &facts, &options).unwrap().window().as_of, date(2025, 12, 31));
        // Tables that are added up are the whole one, and written as it is.
        let mut all = FactTable::new(model.fact_spec(model.as_of.unwrap()));
        facts.iter().for_each(|facts| all.merge(&FactTable::read_folder(facts).unwrap()).unwrap());
        all.write_folder(&root.join("again")).unwrap();
        assert_eq!(files(&root.join("again"))[..3], files(&root.join("whole-facts"))[..3]);
    }
}

/// Everything that a table may hold.
fn ledger() -> Ledger {
    let mut ledger = Ledger::new();
    let customer = |n: u64| Customer::new(if n.is_multiple_of(2) { format!("a \"{n}\", b") } else { n.to_string() });
    let customers: Vec<Customer> = (0..6).map(customer).collect();
    let id = |n: usize| customers[n].customer_id.clone();
    ledger.add_customers(customers.clone()).unwrap();
    let huge =
        |n: u32| Order::new(format!("h-{n}").as_str(), id(0), date(2025, 2, 1), AMOUNT_MAX).cost_of_goods(AMOUNT_MAX);
    ledger.add_orders((0..if AMOUNT_MAX.units() > 1 << 50 { 12_000 } else { 100 }).map(huge)).unwrap();
    ledger
        .add_orders([
            Order::new("o-1", id(1), date(2025, 1, 31), money("9000")).cost_of_goods(money("5400")).rush(),
            Order::new("o-2", id(1), date(2025, 5, 31), money("-100.0001")),
            Order::new("o-3", id(3), date(2024, 12, 31), money("120")).freight(money("3.5")),
            Order::new("o-4", id(4), date(1999, 1, 1), money("7")),
        ])
        .unwrap();
    let line = |n: usize| OrderLine::new("o-1", format!("family, {n}").as_str(), Money::from_units(n as i64));
    ledger.add_order_lines((0..70).map(line)).unwrap();
    ledger.add_order_lines([OrderLine::new("o-3", "nuts", money("100"))]).unwrap();
    let event = |day, kind: &str| ServiceEvent::new(id(3), day, kind);
    ledger
        .add_events([
            event(date(2025, 1, 3), "visit").cost(money("12.5")),
            event(date(2025, 1, 4), "visit").quantity(Quantity::from_units(25_000)),
            event(date(2022, 1, 4), "return").credit(money("5")),
            event(date(2023, 1, 4), "before, after").credit(money("6")),
            event(date(1990, 1, 4), "long ago"),
        ])
        .unwrap();
    ledger
}

/// Would break with a fact that has no row, or a row that is read as another fact.
#[test]
fn facts_written_and_read_are_equal() {
    let folder = Folder::new("facts-equal", &[]);
    for from in [None, Some(date(2023, 1, 1))] {
        let mut spec = FactSpec::new(date(2025, 6, 30));
        (spec.history_from, spec.small_order_below) = (from, Some(money("500")));
        let mut facts = FactTable::from_ledger(&ledger(), spec.clone()).unwrap();
        for _ in 0..2 {
            facts.write_folder(&folder.0).unwrap();
            let read = FactTable::read_folder(&folder.0).unwrap();
            assert!(read == facts);
            assert_eq!(
                read.outside(portefeuille::Table::ServiceEvents),
                facts.outside(portefeuille::Table::ServiceEvents)
            );
            let written = files(&folder.0);
            read.write_folder(&folder.0).unwrap();
            assert_eq!(files(&folder.0), written);
            // Twice the same: what is added to what was read is what is added to what was written.
            let mut twice = read.clone();
            twice.merge(&facts).unwrap();
            facts.merge(&read).unwrap();
            assert!(twice == facts);
        }
        // An order that comes to be known makes more events count.
        let mut early = Ledger::new();
        early.add_customers([Customer::new("early")]).unwrap();
        early.add_orders([Order::new("e-1", "early", date(2022, 3, 1), money("10"))]).unwrap();
        let early = FactTable::from_ledger(&early, spec).unwrap();
        let mut read = FactTable::read_folder(&folder.0).unwrap();
        facts.write_folder(&folder.0).unwrap();
        let mut exact = FactTable::read_folder(&folder.0).unwrap();
        facts.merge(&early).unwrap();
        exact.merge(&early).unwrap();
        read.merge(&early).unwrap();
        assert!(exact == facts && read != facts);
        facts.write_folder(&folder.0).unwrap();
        assert!(FactTable::read_folder(&folder.0).unwrap() == facts);
    }
}

#[test]
fn sums_beyond_64_bits_are_written_exactly() {
    let folder = Folder::new("facts-large", &[]);
    let facts = FactTable::from_ledger(&ledger(), FactSpec::new(date(2025, 6, 30))).unwrap();
    facts.write_folder(&folder.0).unwrap();
    let orders = if AMOUNT_MAX.units() > 1 << 50 { 12_000 } else { 100 };
    let sum = i128::from(AMOUNT_MAX.units()) * orders;
    let [core, ..] = files(&folder.0);
    assert!(core.contains(&format!(",2025-01-01,cost_of_goods,{sum}\n")), "{sum}");
    assert!(core.contains(&format!(",2025-01-01,invoiced,{sum}\n")), "{sum}");
}

/// Two accounts' facts, in a folder of their own.
fn small(name: &str) -> (Folder, PathBuf, PathBuf) {
    let orders = "order_id,customer_id,ordered_on,revenue\no-1,ayala,2025-01-31,9000\n";
    let events = "customer_id,occurred_on,kind\nayala,2025-02-01,visit\nayala,2025-02-01,return\n";
    let lines = "order_id,product_family,revenue\no-1,nuts,50\n";
    let folder = Folder::new(
        name,
        &[
            ("tables/customers.csv", b"customer_id,name\nayala,Ayala\nbrunel,Brunel\n"),
            ("tables/orders.csv", orders.as_bytes()),
            ("tables/order_lines.csv", lines.as_bytes()),
            ("tables/service_events.csv", events.as_bytes()),
            ("now/customers.csv", b"customer_id,name\nayala,Ayala\nbrunel,Brunel\n"),
        ],
    );
    let (tables, facts) = (folder.0.join("tables"), folder.0.join("facts"));
    let model = Model::new().as_of(date(2025, 3, 31));
    model.write_facts(&tables, &facts, &ReadOptions::default()).unwrap();
    let now = folder.0.join("now");
    (folder, now, facts)
}

#[test]
fn each_kind_of_row_is_as_documented() {
    let (_folder, _, facts) = small("facts-rows");
    let [core, events, families, spec] = files(&facts);
    let expected = "customer_id,period_start,key,value\nayala,,account,1\nayala,,first_order,20250131\n\
                    ayala,,last_order,20250131\nayala,,missing_cost_of_goods,1\nayala,,missing_discount,1\n\
                    ayala,,missing_freight,1\nayala,,missing_rush,1\nayala,2025-01-01,invoiced,90000000\n\
                    ayala,2025-01-01,lines,1\nayala,2025-01-01,orders,1\n\
                    ayala,2025-01-01,unknown_revenue,90000000\nbrunel,,account,1\n";
    assert_eq!(core, expected);
    let row = "ayala,2025-01-01,year,return,1,10000,10000,0,0\nayala,2025-01-01,year,visit,1,10000,10000,0,0\n";
    assert!(events.ends_with(row), "{events}");
    let expected = "customer_id,period_start,family,key,value\n,,nuts,revenue,500000\nayala,,nuts,bought,1\n\
                    ayala,2025-01-01,,unknown_revenue,89500000\nayala,2025-01-01,nuts,unknown_revenue,500000\n";
    assert_eq!(families, expected);
    let spec: serde_json::Value = serde_json::from_str(&spec).unwrap();
    assert_eq!((&spec["format_version"], &spec["spec"]["as_of"]), (&1.into(), &"2025-03-31".into()));
    assert_eq!(spec["orders"]["read"]["records"], 1);
    assert_eq!(spec["custom_kinds"][0], "visit");
}

#[test]
fn facts_of_another_specification_are_refused_with_the_field() {
    let (_folder, now, facts) = small("facts-spec");
    let analyze = |model: Model, dirs: &[&Path]| model.analyze_folder_with(&now, dirs, &ReadOptions::default());
    assert!(analyze(Model::new(), &[&facts]).is_ok());
    for (model, field) in [
        (Model::new().as_of(date(2025, 3, 30)), "as_of"),
        (Model { history_years: 2, ..Model::new() }, "history_years"),
        (Model::new().small_order_below(money("5")), "small_order_below"),
    ] {
        let error = analyze(model, &[&facts]).unwrap_err();
        assert_eq!((error.code(), error.location().column.as_deref()), (Code::SpecDiffers, Some(field)));
        assert_eq!(error.location().file.as_deref(), facts.to_str());
    }
    let error = analyze(Model { currency: "CHF".into(), ..Model::new() }, &[&facts]);
    assert!(error.is_ok(), "the records state no currency");
    let again = facts.join("../facts");
    assert_eq!(analyze(Model::new(), &[&facts, &again]).unwrap_err().code(), Code::BadUse);
    assert_eq!(analyze(Model::new(), &[&facts.join("none")]).unwrap_err().code(), Code::Io);
}

/// Would break with a night whose export failed, and whose facts are empty.
#[test]
fn facts_are_of_orders_or_of_events() {
    let (folder, now, _facts) = small("facts-nothing");
    let write = |model: Model| model.write_facts(&now, &folder.0.join("none"), &ReadOptions::default());
    assert_eq!(write(Model::new().as_of(date(2025, 3, 31))).unwrap_err().code(), Code::TableMissing);
    assert!(!folder.0.join("none").exists());
    let events = "customer_id,occurred_on,kind\nayala,2025-02-01,visit\n";
    fs::write(now.join("service_events.csv"), events).unwrap();
    assert_eq!(write(Model::new()).unwrap_err().code(), Code::NoAsOf);
    let facts = write(Model::new().as_of(date(2025, 3, 31))).unwrap();
    assert!(FactTable::read_folder(&folder.0.join("none")).unwrap() == facts);
}

#[test]
fn an_account_that_is_no_customer_is_refused_or_made_one() {
    let (_folder, now, facts) = small("facts-unknown");
    fs::write(now.join("customers.csv"), "customer_id,name\nbrunel,Brunel\n").unwrap();
    let model = Model::new();
    let error = model.analyze_folder_with(&now, &[&facts], &ReadOptions::default()).unwrap_err();
    assert_eq!((error.code(), error.problem().value.as_deref()), (Code::UnknownCustomer, Some("ayala")));
    let options = ReadOptions::default().policy(Policy::new().implicit_customers(true));
    let portfolio = model.analyze_folder_with(&now, &[&facts], &options).unwrap();
    let ayala = portfolio.account("ayala").unwrap();
    assert_eq!((ayala.name(), portfolio.len()), (None, 2));
}

#[test]
fn damaged_files_are_refused_with_their_line() {
    let (_folder, _, facts) = small("facts-damaged");
    let sound = files(&facts);
    let refused = |at: usize, change: &dyn Fn(&str) -> String, line: Option<u64>, column: Option<&str>| {
        let changed = change(&sound[at]);
        assert_ne!(changed, sound[at], "nothing was changed");
        fs::write(facts.join(FACTS_FILES[at]), &changed).unwrap();
        let error = FactTable::read_folder(&facts).unwrap_err();
        fs::write(facts.join(FACTS_FILES[at]), &sound[at]).unwrap();
        assert_eq!(error.code(), Code::BadFacts, "{error}");
        assert_eq!(error.location().line, line, "{error}\n{changed}");
        assert_eq!(error.location().column.as_deref(), column, "{error}");
        assert!(error.location().file.as_deref().is_some_and(|file| file.ends_with(FACTS_FILES[at])), "{error}");
    };
    let swap = |from: &'static str, to: &'static str| move |text: &str| text.replacen(from, to, 1);
    refused(0, &swap("period_start", "period"), Some(1), None);
    refused(0, &swap("account,1", "account,2"), Some(2), Some("value"));
    refused(0, &swap("missing_rush,1", "missing_rush,-1"), Some(8), Some("value"));
    refused(0, &swap("missing_rush,1", "missing_rush,1.5"), Some(8), Some("value"));
    refused(0, &swap("missing_rush,1", "missing_rush,01"), Some(8), Some("value"));
    refused(0, &swap("missing_rush,1", "missing_rush,999999999999999999"), Some(8), Some("value"));
    refused(0, &swap("missing_rush,1", "missing_rush,1,"), Some(8), None);
    refused(0, &swap("missing_rush,1", "missing_luck,1"), Some(8), Some("key"));
    refused(0, &swap("ayala,,last_order,20250131", "ayala,,last_order,20250130"), Some(4), Some("value"));
    refused(0, &swap("ayala,,last_order,20250131", "ayala,,last_order,20250231"), Some(4), Some("value"));
    refused(0, &swap("ayala,,last_order", "ayala,,first_order"), Some(4), None);
    refused(0, &swap("ayala,,first_order", "ayala,2025-01-01,first_order"), Some(3), Some("period_start"));
    refused(0, &swap("2025-01-01,invoiced", "2025-01-02,invoiced"), Some(9), Some("period_start"));
    refused(0, &swap("ayala,,account,1\n", ""), Some(2), Some("key"));
    refused(0, &swap("brunel,,account,1\n", ""), None, None);
    refused(0, &swap("brunel,,account,1\n", "brunel,,acc"), Some(13), None);
    refused(0, &swap("brunel,,account,1", "\"brunel,,account,1"), Some(13), None);
    refused(0, &swap("brunel,,account,1", "aya,,account,1"), Some(13), None);
    refused(1, &swap("year,return", "month,return"), Some(2), Some("span"));
    refused(1, &swap("ayala,2025-01-01,year,return", "carel,2025-01-01,year,return"), Some(2), Some("customer_id"));
    refused(1, &swap("return,1,10000,10000,0", "return,1,10000,20000,0"), Some(2), None);
    refused(1, &swap("year,visit", "year,return"), Some(3), None);
    refused(2, &swap("bought,1", "bought,2"), Some(3), None);
    refused(2, &swap("nuts,revenue,", "nuts,renevue,"), Some(2), Some("key"));
    refused(3, &swap("\"format_version\": 1", "\"format_version\": 2"), None, Some("format_version"));
    refused(3, &swap("\"currency\"", "\"currenzy\""), Some(12), None);
    refused(3, &swap("\"name\": true", "\"nahme\": true"), Some(20), None);
    refused(3, &swap("\"money\": \"90000000\"", "\"money\": \"9000.5\""), None, Some("orders"));
    assert!(FactTable::read_folder(&facts).is_ok());
}

/// Would break with findings in customers that count once per part, and with counts that are lost.
#[test]
fn what_was_found_in_the_parts_is_counted_as_in_the_whole() {
    let customers = "customer_id ,name\n42,A\n00042,B\n42,A\n7,C\n7,D\n8,E\u{200b}\n";
    let header = "order_id,customer_id,ordered_on,revenue,freight";
    let first = "o-1,42,2024-03-01,100,\no-2,nobody,2024-03-01,50,\no-3,7,2024-04-01,5,1\n";
    let second = "o-4,8,2025-01-31,100,2\no-5,42,2019-01-01,-20,\no-5,42,2019-01-01,-20,\no-6,00042,2025-02-30,1,\n";
    let events =
        ["42,2024-02-03,visit\n42,2024-05-03,visit\n", "8,2024-01-03,visit\n8,2025-01-03,audit\n7,2025-01-03,x\n"];
    let kinds = "customer_id,occurred_on,kind";
    let all = [
        ("whole", format!("{header}\n{first}{second}"), format!("{kinds}\n{}{}", events[0], events[1])),
        ("first", format!("{header}\n{first}"), format!("{kinds}\n{}", events[0])),
        ("second", format!("{header}\n{second}"), format!("{kinds}\n{}", events[1])),
    ];
    let folder = Folder::new("facts-found", &[("now/customers.csv", customers.as_bytes())]);
    for (name, orders, events) in &all {
        let path = folder.0.join(name);
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("customers.csv"), customers).unwrap();
        fs::write(path.join("orders.csv"), orders).unwrap();
        fs::write(path.join("service_events.csv"), events).unwrap();
    }
    let out = folder.0.join("out");
    for model in
        [Model::new().as_of(date(2025, 3, 31)), Model::new().as_of(date(2025, 3, 31)).small_order_below(money("60"))]
    {
        let options = ReadOptions::default().policy(crate::common::aside());
        let expected = bytes(&model.analyze_folder(&folder.0.join("whole"), &options).unwrap(), &out);
        let facts = ["first", "second"].map(|name| {
            let facts = folder.0.join(format!("{name}-facts"));
            model.write_facts(&folder.0.join(name), &facts, &options).unwrap();
            facts
        });
        for (now, facts) in [("now", &facts[..]), ("second", &facts[..1]), ("first", &facts[1..])] {
            let found = model.analyze_folder_with(&folder.0.join(now), facts, &options).unwrap();
            let found = bytes(&found, &out).map(|bytes| String::from_utf8(bytes).unwrap());
            assert_eq!(found, expected.clone().map(|bytes| String::from_utf8(bytes).unwrap()), "{now}");
        }
    }
}
