//! The command as a user runs it: what it prints, what it writes, how it ends.

use crate::common::folder;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const CUSTOMERS: &str = "customer_id,name\n1,Ayala\n2,Brunel\n";
const ORDERS: &str = "order_id,customer_id,ordered_on,revenue,cost_of_goods\n\
                      o-1,1,2025-01-31,9000,5400\no-2,2,2025-02-03,2500,1900\n";

fn portefeuille(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_portefeuille")).args(args).stdin(Stdio::null()).output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A folder with two tables, and where the results go.
fn tables(name: &str) -> (String, String) {
    let dir = folder(name);
    fs::create_dir_all(dir.join("tables")).unwrap();
    fs::write(dir.join("tables/customers.csv"), CUSTOMERS).unwrap();
    fs::write(dir.join("tables/orders.csv"), ORDERS).unwrap();
    (dir.join("tables").display().to_string(), dir.join("out").display().to_string())
}

fn write(folder: &str, name: &str, text: &str) -> String {
    let path = Path::new(folder).join(name);
    fs::write(&path, text).unwrap();
    path.display().to_string()
}

#[test]
fn analyze_writes_three_files_and_says_what_they_show() {
    let (tables, out) = tables("cli_analyze");
    let run = portefeuille(&["analyze", &tables, "--out", &out]);
    assert_eq!(code(&run), 0, "{}", stderr(&run));
    let accounts = fs::read_to_string(Path::new(&out).join("accounts.csv")).unwrap();
    let first: Vec<&str> = accounts.lines().next().unwrap().split(',').take(26).collect();
    let contract = "customer_id name revenue cost_of_goods discount gross_margin cost_to_serve net_margin orders lines \
                    rush_orders small_orders returns claims support_hours families first_order last_order margin_rate \
                    cost_to_serve_ratio stability growth value_score complexity_score quadrant tier";
    assert_eq!(first, contract.split_whitespace().collect::<Vec<_>>());
    assert!(accounts.lines().nth(1).unwrap().starts_with("1,Ayala,9000.00,5400.00,,3600.00,"), "{accounts}");
    let summary: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(Path::new(&out).join("summary.json")).unwrap()).unwrap();
    assert_eq!(summary["schema_version"], 1);
    assert_eq!(summary["window"]["as_of"], "2025-02-03");
    assert_eq!(summary["total"]["net_revenue"], "11500.00");
    assert_eq!(summary["reconciliation"][1]["used"]["records"], 2);
    assert!(stdout(&run).contains("11"), "{}", stdout(&run));
}

#[test]
fn p20_the_same_run_twice_gives_the_same_bytes() {
    let (tables, out) = tables("cli_twice");
    let read = || {
        assert_eq!(code(&portefeuille(&["analyze", &tables, "--out", &out, "--quiet"])), 0);
        ["accounts.csv", "summary.json", "rejects.csv"].map(|name| fs::read(Path::new(&out).join(name)).unwrap())
    };
    assert_eq!(read(), read());
}

#[test]
fn f23_f24_locale_zone_and_home_change_nothing() {
    let (tables, out) = tables("cli_environment");
    let run = |name: &str, variables: &[(&str, &str)]| {
        let out = format!("{out}-{name}");
        let mut command = Command::new(env!("CARGO_BIN_EXE_portefeuille"));
        command.env_clear().envs(variables.iter().copied()).args(["analyze", &tables, "--out", &out]);
        let output = command.output().unwrap();
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        (output.stdout, fs::read(Path::new(&out).join("accounts.csv")).unwrap())
    };
    assert_eq!(
        run("bare", &[]),
        run("turkish", &[("LANG", "tr_TR.UTF-8"), ("TZ", "Pacific/Kiritimati"), ("HOME", "/nowhere")])
    );
}

#[test]
fn exit_codes_tell_input_model_files_and_usage_apart() {
    let (tables, out) = tables("cli_codes");
    let bad_model = write(&tables, "bad.toml", "histroy_years = 3\n");
    let run = portefeuille(&["analyze", &tables, "--out", &out, "--model", &bad_model]);
    assert_eq!(code(&run), 3);
    assert!(stderr(&run).contains("did you mean history_years?"), "{}", stderr(&run));

    write(&tables, "orders.csv", &ORDERS.replace("9000", "ten"));
    let run = portefeuille(&["analyze", &tables, "--out", &out]);
    assert_eq!(code(&run), 2);
    assert!(stderr(&run).contains("orders.csv:2, revenue: \"ten\""), "{}", stderr(&run));
    assert!(stderr(&run).contains("--on-reject aside"), "{}", stderr(&run));
    assert!(!Path::new(&out).join("accounts.csv").exists());

    let missing = format!("{tables}/nowhere");
    assert_eq!(code(&portefeuille(&["analyze", &missing, "--out", &out])), 4);
    assert_eq!(code(&portefeuille(&["analyze", &tables])), 64);
    assert_eq!(code(&portefeuille(&["nonsense"])), 64);
    assert_eq!(code(&portefeuille(&["--help"])), 0);
}

#[test]
fn bad_117_a_feature_that_is_off_is_named() {
    let (tables, out) = tables("cli_features");
    let off = if cfg!(feature = "parquet") { "xlsx" } else { "parquet" };
    for option in ["--format", "--input"] {
        let run = portefeuille(&["analyze", &tables, "--out", &out, option, off]);
        assert_eq!(code(&run), 64);
        assert!(stderr(&run).contains(&format!("the feature `{off}`")), "{}", stderr(&run));
    }
    for command in [vec!["analyze", &tables, "--out", &out], vec!["check", &tables], vec!["demo", "--out", &out]] {
        let run = |threads| portefeuille(&[&command[..], &["--threads", threads, "--quiet"]].concat());
        assert_eq!(code(&run("1")), 0);
        assert_eq!(code(&run("0")), 64);
        let four = run("4");
        if cfg!(feature = "parallel") {
            assert_eq!(code(&four), 0, "{}", stderr(&four));
        } else {
            assert_eq!(code(&four), 64);
            assert!(stderr(&four).contains("the feature `parallel`"), "{}", stderr(&four));
        }
    }
}

#[test]
fn records_set_aside_are_listed_and_the_rest_is_analysed() {
    let (tables, out) = tables("cli_aside");
    write(&tables, "orders.csv", &format!("{ORDERS}o-3,9,2025-02-04,100,60\n"));
    let strict = ["analyze", &tables, "--out", &out, "--on-reject", "aside", "--strict"];
    assert_eq!(code(&portefeuille(&strict)), 1);
    let rejects = fs::read_to_string(Path::new(&out).join("rejects.csv")).unwrap();
    let row = rejects.lines().nth(1).unwrap();
    assert!(row.starts_with("unknown_customer,orders,orders.csv,4,"), "{row}");
    assert!(row.ends_with(",9,100.00,1"), "{row}");
    let one_code = ["analyze", &tables, "--out", &out, "--on-reject", "unknown_customer=aside"];
    assert_eq!(code(&portefeuille(&one_code)), 0);
    assert_eq!(code(&portefeuille(&["analyze", &tables, "--out", &out, "--max-rejects", "1"])), 0);
    assert_eq!(code(&portefeuille(&["analyze", &tables, "--out", &out, "--max-rejects", "0"])), 2);
    assert_eq!(code(&portefeuille(&["analyze", &tables, "--out", &out, "--implicit-customers"])), 0);
}

#[test]
fn bad_74_a_stated_number_of_rows_is_checked() {
    let (tables, out) = tables("cli_expect");
    let expect = |n: &str| portefeuille(&["analyze", &tables, "--out", &out, "--expect-rows", n]);
    assert_eq!(code(&expect("orders=2")), 0);
    let run = expect("orders=3");
    assert_eq!(code(&run), 2);
    assert!(stderr(&run).contains("[rows_unexpected]"), "{}", stderr(&run));
    assert_eq!(code(&expect("orders")), 64);
}

#[test]
fn bad_101_an_input_is_never_replaced_by_a_result() {
    let (tables, _) = tables("cli_same");
    fs::rename(Path::new(&tables).join("customers.csv"), Path::new(&tables).join("accounts.csv")).unwrap();
    let mapping = write(&tables, "mapping.toml", "[customers]\nfile = \"accounts.csv\"\n");
    let run = portefeuille(&["analyze", &tables, "--mapping", &mapping, "--out", &tables]);
    assert_eq!(code(&run), 2, "{}", stderr(&run));
    assert!(stderr(&run).contains("[input_is_output]"), "{}", stderr(&run));
    assert_eq!(fs::read_to_string(Path::new(&tables).join("accounts.csv")).unwrap(), CUSTOMERS);
}

#[test]
fn f4_a_reader_that_has_seen_enough_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_portefeuille"))
        .arg("model")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(stderr(&output), "");
}

#[test]
fn f2_f3_a_full_disk_is_reported() {
    if !Path::new("/dev/full").exists() {
        println!("skipped: there is no /dev/full here");
        return;
    }
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_portefeuille")).arg("model").stdout(full).output().unwrap();
    assert_eq!(code(&run), 4);
    assert!(stderr(&run).contains("cannot write"), "{}", stderr(&run));
}

#[test]
fn the_model_printed_reads_back() {
    let (tables, out) = tables("cli_model");
    let printed = portefeuille(&["model"]);
    let model = write(&tables, "model.toml", &stdout(&printed));
    assert_eq!(code(&portefeuille(&["analyze", &tables, "--out", &out, "--model", &model])), 0);
    assert_eq!(stdout(&portefeuille(&["model", "--model", &model])), stdout(&printed));
}

#[test]
fn check_reports_every_record_that_does_not_fit() {
    let (tables, _) = tables("cli_check");
    assert_eq!(code(&portefeuille(&["check", &tables])), 0);
    write(&tables, "orders.csv", &format!("{ORDERS}o-3,9,2025-02-04,100,60\no-4,1,04/02/2025,100,60\n"));
    let run = portefeuille(&["check", &tables, "--lang", "en"]);
    assert_eq!(code(&run), 2, "{}", stdout(&run));
    for expected in ["unknown_customer", "bad_date", "csv.date_format"] {
        assert!(stdout(&run).contains(expected), "{}", stdout(&run));
    }
}

#[test]
fn the_demo_is_what_analyze_makes_of_its_files() {
    let dir = folder("cli_demo");
    let demo = dir.join("demo").display().to_string();
    let run = portefeuille(&["demo", "--out", &demo]);
    assert_eq!(code(&run), 0, "{}", stderr(&run));
    assert!(stdout(&run).contains("inventés"), "{}", stdout(&run));
    let again = dir.join("again").display().to_string();
    let (tables, model) = (format!("{demo}/tables"), format!("{demo}/model.toml"));
    assert_eq!(code(&portefeuille(&["analyze", &tables, "--model", &model, "--out", &again])), 0);
    for name in ["accounts.csv", "summary.json", "rejects.csv"] {
        let read = |dir: &str| fs::read_to_string(Path::new(dir).join(name)).unwrap();
        assert_eq!(read(&demo), read(&again), "{name}");
    }
}

#[test]
fn a_short_run_shows_no_progress_and_a_quiet_one_says_nothing() {
    let (tables, out) = tables("cli_progress");
    for command in [vec!["analyze", &tables, "--out", &out], vec!["check", &tables], vec!["demo", "--out", &out]] {
        let run = portefeuille(&command);
        assert_eq!((code(&run), stderr(&run).as_str()), (0, ""));
        assert_ne!(stdout(&run), "");
        let run = portefeuille(&[&command[..], &["--quiet"]].concat());
        assert_eq!((code(&run), stderr(&run), stdout(&run)), (0, String::new(), String::new()));
    }
}

#[test]
fn bad_118_the_seed_stands_in_the_summary() {
    let (tables, out) = tables("cli_seed");
    let seed = |more: &[&str]| {
        let mut args = vec!["analyze", &tables, "--out", &out];
        args.extend(more);
        assert_eq!(code(&portefeuille(&args)), 0);
        let text = fs::read_to_string(Path::new(&out).join("summary.json")).unwrap();
        serde_json::from_str::<serde_json::Value>(&text).unwrap()["seed"].as_u64()
    };
    assert_eq!((seed(&[]), seed(&["--seed", "7"])), (Some(0), Some(7)));
}

#[test]
fn how_sure_labels_are_is_said_when_asked() {
    let dir = crate::common::folder("cli_confidence");
    let [demo, plain, sure] = ["demo", "plain", "sure"].map(|name| dir.join(name).display().to_string());
    assert_eq!(code(&portefeuille(&["demo", "--out", &demo, "--quiet"])), 0);
    let tables = format!("{demo}/tables");
    let rows = |out: &str| {
        let text = fs::read_to_string(Path::new(out).join("accounts.csv")).unwrap();
        text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    assert_eq!(code(&portefeuille(&["analyze", &tables, "--out", &plain, "--quiet"])), 0);
    let before = rows(&plain);
    let run = portefeuille(&["analyze", &tables, "--out", &sure, "--lang", "en", "--confidence", "50", "--seed", "7"]);
    assert!(stdout(&run).contains("In 50 draws of weights, rates and estimates (seed 7)"), "{}", stdout(&run));
    let after = rows(&sure);
    let width = before[0].len();
    assert_eq!(after[0][width..], ["p_or", "p_strategique", "p_efficace", "p_toxique", "undecided"]);
    for (row, plain) in after.iter().zip(&before).skip(1) {
        assert_eq!(row[..width], plain[..], "what is drawn changes no label");
        let odds: Vec<f64> = row[width..width + 4].iter().filter_map(|p| p.parse().ok()).collect();
        let largest = odds.iter().copied().fold(0.0, f64::max);
        let expected = if odds.is_empty() {
            ""
        } else if largest < 0.6 {
            "true"
        } else {
            "false"
        };
        assert_eq!(row[width + 4], expected);
        assert!(odds.is_empty() || (odds.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    }
    // What the summary says of them follows from the accounts.
    let text = fs::read_to_string(Path::new(&sure).join("summary.json")).unwrap();
    let said = serde_json::from_str::<serde_json::Value>(&text).unwrap()["confidence"].clone();
    let units = |text: &str| (text.parse::<f64>().unwrap() * 10_000.0).round() as i64;
    let undecided: Vec<_> = after[1..].iter().filter(|row| row[width + 4] == "true").collect();
    assert_eq!(said["undecided"].as_u64(), Some(undecided.len() as u64));
    let revenue: i64 = undecided.iter().map(|row| units(&row[2])).sum();
    assert_eq!(units(said["undecided_net_revenue"].as_str().unwrap()), revenue);
    let cells = ["or", "strategique", "efficace", "toxique"];
    let quadrant = after[0].iter().position(|name| name == "quadrant").unwrap();
    let elsewhere = after[1..].iter().filter(|row| {
        let own = cells.iter().position(|cell| *cell == row[quadrant]);
        let odds: Vec<f64> = row[width..width + 4].iter().filter_map(|p| p.parse().ok()).collect();
        own.is_some_and(|own| odds.iter().any(|p| *p > odds[own]))
    });
    assert_eq!(said["other_cell_likelier"].as_u64(), Some(elsewhere.count() as u64));
    assert!((said["standard_error_max"].as_f64().unwrap() - 0.5 / 50f64.sqrt()).abs() < 1e-12);
    assert_eq!(code(&portefeuille(&["analyze", &tables, "--out", &sure, "--confidence", "0"])), 64);
    assert_eq!(code(&portefeuille(&["analyze", &tables, "--out", &sure, "--confidence", "100001"])), 3);
}

#[test]
fn why_unfolds_one_account() {
    let (tables, out) = tables("cli_why");
    let run = portefeuille(&["analyze", &tables, "--out", &out, "--quiet", "--lang", "en", "--why", "2"]);
    assert_eq!(code(&run), 0, "{}", stderr(&run));
    assert!(stdout(&run).contains("Brunel") && !stdout(&run).contains("Ayala"), "{}", stdout(&run));
    let unknown = portefeuille(&["analyze", &tables, "--out", &out, "--quiet", "--why", "9"]);
    assert_eq!(code(&unknown), 64);
}

#[test]
fn an_error_can_be_json() {
    let (tables, out) = tables("cli_json");
    write(&tables, "orders.csv", &ORDERS.replace("9000", "ten"));
    let run = portefeuille(&["analyze", &tables, "--out", &out, "--log", "json"]);
    let problem: serde_json::Value = serde_json::from_str(stderr(&run).lines().next().unwrap()).unwrap();
    assert_eq!(problem["code"], "bad_money");
    assert_eq!(problem["location"]["line"], 2);
}

#[test]
fn a_scorer_is_saved() {
    let (tables, out) = tables("cli_scorer");
    let scorer = format!("{out}-scorer.json");
    let run = portefeuille(&["analyze", &tables, "--out", &out, "--save-scorer", &scorer]);
    assert_eq!(code(&run), 0, "{}", stderr(&run));
    let read: portefeuille::Scorer = serde_json::from_str(&fs::read_to_string(&scorer).unwrap()).unwrap();
    assert_eq!(read.currency(), "EUR");
}

#[cfg(feature = "parquet")]
#[test]
fn the_accounts_may_be_parquet() {
    let (tables, out) = tables("cli_parquet");
    let run = portefeuille(&["analyze", &tables, "--out", &out, "--format", "parquet", "--input", "csv"]);
    assert_eq!(code(&run), 0, "{}", stderr(&run));
    let bytes = fs::read(Path::new(&out).join("accounts.parquet")).unwrap();
    assert!(bytes.starts_with(b"PAR1") && !Path::new(&out).join("accounts.csv").exists());
    let run = portefeuille(&["check", &tables, "--input", "parquet"]);
    assert_eq!(code(&run), 4);
    assert!(stderr(&run).contains("there is no orders.parquet"), "{}", stderr(&run));
}

#[test]
fn facts_are_written_and_added_up() {
    let (tables, out) = tables("cli_facts");
    let [facts, whole, today] = ["facts", "whole", "today"].map(|name| format!("{out}-{name}"));
    let day = ["--as-of", "2025-03-31", "--lang", "en"];
    let run = |args: &[&str]| portefeuille(&[args, &day].concat());
    let written = run(&["facts", &tables, "--out", &facts]);
    assert_eq!((code(&written), stdout(&written).as_str()), (0, "facts up to 2025-03-31, accounts: 2\n"));
    assert_eq!(stdout(&run(&["facts", &tables, "--out", &facts, "--quiet"])), "");
    fs::create_dir_all(&today).unwrap();
    write(&today, "customers.csv", CUSTOMERS);
    assert_eq!(code(&run(&["analyze", &tables, "--out", &whole])), 0);
    let added = run(&["analyze", &today, "--facts", &facts, "--out", &out]);
    assert_eq!(code(&added), 0, "{}", stderr(&added));
    for name in ["accounts.csv", "summary.json"] {
        let [added, whole] = [&out, &whole].map(|dir| fs::read_to_string(Path::new(dir).join(name)).unwrap());
        assert_eq!(added, whole);
    }
    // Without facts there must be orders.
    assert_eq!(code(&run(&["analyze", &today, "--out", &out])), 4);
    let twice = run(&["analyze", &today, "--facts", &facts, "--facts", &facts, "--out", &out]);
    assert_eq!(code(&twice), 64, "{}", stderr(&twice));
    let other = portefeuille(&["analyze", &today, "--facts", &facts, "--as-of", "2025-03-30", "--out", &out]);
    assert!(code(&other) == 3 && stderr(&other).contains("as_of: facts of different"), "{}", stderr(&other));
    write(&facts, "facts_core.csv", "customer_id,period_start,key,value\n1,,account,1");
    let damaged = run(&["analyze", &today, "--facts", &facts, "--out", &out]);
    assert!(code(&damaged) == 2 && stderr(&damaged).contains("facts_core.csv:2: "), "{}", stderr(&damaged));
}
