//! The files of a result: the same bytes whatever the order of the rows, whole or absent.

use crate::common::folder;
use portefeuille::io::{AccountsFormat, CsvStyle, ReadOptions, WriteOptions, read_folder, write_results, write_tables};
use portefeuille::sample::Sample;
use portefeuille::segment::ConfidenceRules;
use portefeuille::{Code, Model, Portfolio};
use std::fs;
use std::path::Path;

fn demo() -> Portfolio {
    let ledger = Sample::new(0).into_ledger().unwrap();
    Sample::model().confidence(ConfidenceRules::default()).analyze(&ledger).unwrap()
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn p11_shuffled_rows_give_the_same_bytes() {
    let sample = Sample::new(3);
    let results = |name: &str, reversed: bool| {
        let dir = folder(name);
        let (mut customers, mut orders) = (sample.customers.clone(), sample.orders.clone());
        let (mut lines, mut events) = (sample.order_lines.clone(), sample.events.clone());
        if reversed {
            customers.reverse();
            // Neither forward nor backward: every seventh first.
            orders
                .sort_by_key(|o| (o.order_id.to_string().bytes().map(u64::from).sum::<u64>() % 7, o.order_id.clone()));
            lines.reverse();
            events.rotate_left(1_234);
        }
        write_tables(&dir.join("tables"), &customers, &orders, &lines, &events).unwrap();
        let ledger = read_folder(&dir.join("tables"), &ReadOptions::default()).unwrap();
        let portfolio = Sample::model().confidence(ConfidenceRules::default()).analyze(&ledger).unwrap();
        write_results(&portfolio, &dir, &WriteOptions::new()).unwrap();
        (read(&dir, "accounts.csv"), read(&dir, "summary.json"))
    };
    assert_eq!(results("in_order", false), results("shuffled", true));
}

#[test]
fn p20_p36_records_written_and_read_again_give_the_same_result() {
    let (dir, sample) = (folder("round_trip"), Sample::new(0));
    write_tables(&dir.join("tables"), &sample.customers, &sample.orders, &sample.order_lines, &sample.events).unwrap();
    let ledger = read_folder(&dir.join("tables"), &ReadOptions::default()).unwrap();
    let from_files = Sample::model().confidence(ConfidenceRules::default()).analyze(&ledger).unwrap();
    for (place, portfolio) in [("memory", &demo()), ("files", &from_files)] {
        write_results(portfolio, &dir.join(place), &WriteOptions::new()).unwrap();
    }
    assert_eq!(read(&dir.join("memory"), "accounts.csv"), read(&dir.join("files"), "accounts.csv"));
}

/// The columns that hold text; all others are numbers or booleans.
const TEXTS: [&str; 9] =
    ["customer_id", "name", "first_order", "last_order", "quadrant", "tier", "status", "main_cost", "data_grade"];

#[test]
fn p36_accounts_as_json_are_those_of_the_csv_digit_for_digit() {
    let (dir, portfolio) = (folder("json"), demo());
    write_results(&portfolio, &dir, &WriteOptions::new()).unwrap();
    write_results(&portfolio, &dir, &WriteOptions::new().format(AccountsFormat::Json)).unwrap();
    let csv = read(&dir, "accounts.csv");
    let mut rows = csv.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let names = rows.next().unwrap();
    let objects = rows.map(|row| {
        assert_eq!(row.len(), names.len(), "a row of the sample holds a comma: {row:?}");
        let pairs = names.iter().zip(&row).map(|(name, cell)| match *cell {
            "" => format!("\"{name}\":null"),
            text if TEXTS.contains(name) => format!("\"{name}\":{}", serde_json::to_string(text).unwrap()),
            number => format!("\"{name}\":{number}"),
        });
        format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
    });
    let expected = format!("[\n{}\n]\n", objects.collect::<Vec<_>>().join(",\n"));
    assert_eq!(read(&dir, "accounts.json"), expected);
    let read: Vec<serde_json::Value> = serde_json::from_str(&expected).unwrap();
    assert_eq!(read.len(), portfolio.len());
    assert!(read.iter().any(|a| a["loses_money"] == true) && read.iter().any(|a| a["tier"].is_null()));
}

#[test]
fn p36_any_text_reads_back_from_json() {
    let dir = folder("json_names");
    let names = ["=1+1", "a \"b\", \\c", "two \u{2028}", "é 名 🦀", "]}"];
    let mut ledger = portefeuille::Ledger::new();
    ledger.add_customers(names.map(|name| portefeuille::Customer::new(name).name(name))).unwrap();
    let order = |name| portefeuille::Order::new(name, name, portefeuille::date(2025, 1, 31), portefeuille::money("10"));
    ledger.add_orders(names.map(order)).unwrap();
    let portfolio = Model::new().analyze(&ledger).unwrap();
    write_results(&portfolio, &dir, &WriteOptions::new().format(AccountsFormat::Json)).unwrap();
    let read: Vec<serde_json::Value> = serde_json::from_str(&read(&dir, "accounts.json")).unwrap();
    assert_eq!(read.len(), names.len());
    for account in &read {
        assert!(names.contains(&account["name"].as_str().unwrap()), "{account}");
        assert_eq!(account["name"], account["customer_id"]);
    }
}

#[test]
fn p39_no_result_holds_nan_or_minus_zero_or_a_path() {
    let dir = folder("clean");
    write_results(&demo(), &dir, &WriteOptions::new()).unwrap();
    for name in ["accounts.csv", "summary.json"] {
        let text = read(&dir, name);
        for bad in ["NaN", "inf,", "-0.00,", "-0,", env!("CARGO_MANIFEST_DIR")] {
            assert!(!text.contains(bad), "{name} holds {bad}");
        }
    }
}

#[test]
fn p27_quadrants_and_tiers_of_the_summary_add_up() {
    let portfolio = demo();
    let total = portfolio.total().unwrap();
    let placed: usize = portefeuille::Quadrant::ALL.map(|q| portfolio.quadrant(q).unwrap().accounts).iter().sum();
    let active = portfolio.status(portefeuille::Status::Active).unwrap();
    assert_eq!(placed, active.accounts);
    let margins =
        portefeuille::Quadrant::ALL.map(|q| portfolio.quadrant(q).unwrap().cascade.net_margin.unwrap().units());
    assert_eq!(margins.iter().sum::<i64>(), active.cascade.net_margin.unwrap().units());
    let curve = portfolio.whale_curve().unwrap();
    assert_eq!(Some(curve.total), total.cascade.net_margin);
    let lines: i128 = portfolio.cost_lines().iter().map(|(_, total)| total.units()).sum();
    assert_eq!(lines, i128::from(total.cascade.cost_to_serve.units()));
}

#[test]
fn french_files_open_in_french_spreadsheets() {
    let dir = folder("french");
    write_results(&demo(), &dir, &WriteOptions::new().style(CsvStyle::Fr)).unwrap();
    let text = read(&dir, "accounts.csv");
    assert!(text.starts_with("\u{FEFF}customer_id;name;revenue;"));
    assert!(text.lines().nth(1).unwrap().contains(','));
}

#[test]
fn f1_an_interrupted_run_is_swept_and_others_are_left_alone() {
    let dir = folder("swept");
    fs::write(dir.join(".accounts.csv-4194304999-0.tmp"), "half").unwrap();
    fs::write(dir.join("notes.txt"), "mine").unwrap();
    write_results(&demo(), &dir, &WriteOptions::new()).unwrap();
    let mut names: Vec<String> =
        fs::read_dir(&dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["accounts.csv", "notes.txt", "rejects.csv", "summary.json"]);
}

#[test]
fn f2_what_cannot_be_written_leaves_the_old_result_whole() {
    let dir = folder("blocked");
    fs::write(dir.join("accounts.csv"), "old").unwrap();
    fs::create_dir_all(dir.join("summary.json")).unwrap();
    let error = write_results(&demo(), &dir, &WriteOptions::new()).unwrap_err();
    assert_eq!(error.code(), Code::Io);
    assert!(error.to_string().contains("summary.json"), "{error}");
    assert_eq!(read(&dir, "accounts.csv"), "old");
    let left =
        fs::read_dir(&dir).unwrap().filter(|e| e.as_ref().unwrap().file_name().to_string_lossy().ends_with("tmp"));
    assert_eq!(left.count(), 0);
}

#[test]
fn a_model_that_names_no_cost_has_no_cost() {
    // Events may state their own costs: without them.
    let sample = Sample { events: Vec::new(), ..Sample::new(0) };
    let ledger = sample.into_ledger().unwrap();
    let portfolio = Model::new().analyze(&ledger).unwrap();
    assert!(!portfolio.is_priced());
    assert!(portfolio.accounts().all(|a| a.cascade().other_cost_to_serve == portefeuille::Money::ZERO));
}
