//! Two dates of one ledger: what moved an account, in figures and in sentences, and the command that tells it.

use crate::common::{Folder, folder};
use portefeuille::cost::Pool;
use portefeuille::insight::Standing;
use portefeuille::io::{CsvStyle, WriteOptions, write_migration};
use portefeuille::migration::{Migration, Snapshots};
use portefeuille::score::CostMeasure;
use portefeuille::segment::{ConfidenceRules, Cut, CutOn, Hysteresis};
use portefeuille::{
    Code, Component, Customer, Driver, Lang, Ledger, Model, Money, Order, Quadrant, Side, date, money, report,
};
use std::collections::BTreeMap;

const FROM: portefeuille::Date = date(2024, 12, 31);
const TO: portefeuille::Date = date(2025, 12, 31);

/// What one account bought in a year: how many orders, how many of them in a rush, the revenue and cost of each.
#[derive(Clone, Copy)]
struct Bought(u64, u64, i64, i64);

/// Accounts with what they bought in 2024 and in 2025.
fn ledger(accounts: &[(&str, Option<Bought>, Option<Bought>)]) -> Ledger {
    let mut ledger = Ledger::new();
    ledger.add_customers(accounts.iter().map(|(name, ..)| Customer::new(*name).name(*name))).unwrap();
    for (name, in_2024, in_2025) in accounts {
        for (year, bought) in [(2024, in_2024), (2025, in_2025)] {
            let Some(Bought(orders, rush, revenue, cost)) = *bought else { continue };
            let order = |n: u64| {
                let day = date(year, 1 + (n % 11) as u8, 1 + (n % 28) as u8);
                let id = format!("{name}-{year}-{n}");
                let order = Order { rush: Some(n < rush), ..Order::new(id, *name, day, units(revenue)) };
                order.cost_of_goods(units(cost))
            };
            ledger.add_orders((0..orders).map(order)).unwrap();
        }
    }
    ledger
}

fn units(whole: i64) -> Money {
    Money::from_units(whole * 10_000)
}

/// Each date sees its own year alone.
fn model() -> Model {
    Model { history_years: 0, ..Model::new() }
}

/// Five accounts of which one comes to ask for rush orders, and nothing else changes.
fn foundry() -> Ledger {
    let all = |rush, margin: i64| Some(Bought(100, rush, 1_000, 1_000 - margin));
    ledger(&[
        ("Fonderie X", all(3, 500), all(22, 500)),
        ("Ayala", all(1, 400), all(1, 400)),
        ("Brunel", all(5, 300), all(5, 300)),
        ("Carme", all(10, 200), all(10, 200)),
        ("Dumas", all(20, 100), all(20, 100)),
    ])
}

fn two_dates(ledger: &Ledger, model: &Model) -> Snapshots {
    model.at_two_dates(ledger, FROM, TO).unwrap()
}

fn told(snapshots: &Snapshots, lang: Lang) -> String {
    let stability = snapshots.stability().unwrap();
    report::migration(&snapshots.migration().unwrap(), stability.as_ref(), lang, false)
}

/// The text on one line, with plain spaces.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn says(text: &str, expected: &str) {
    assert!(flat(text).contains(expected), "{expected:?} is not in:\n{text}");
}

/// Would break with a component of the wrong account, or a part of the change that is the others' and called its own.
#[test]
fn p44_rush_orders_make_an_or_a_strategique() {
    let (ledger, model) = (foundry(), model());
    let snapshots = two_dates(&ledger, &model);
    let migration = snapshots.migration().unwrap();
    let foundry = migration.account("Fonderie X").unwrap();
    assert_eq!((foundry.from(), foundry.to()), (Standing::At(Quadrant::Or), Standing::At(Quadrant::Strategique)));
    let complexity = foundry.axis(Side::Complexity).unwrap();
    // The second of five with 3 %, the last with 22 %; with 22 % of the old shares all five lie below.
    assert_eq!((complexity.score_before, complexity.score_after), (0.3, 0.9));
    assert_eq!((complexity.own, complexity.others, complexity.cut_shift), (0.7, -0.1, Some(0.0)));
    assert_eq!(complexity.crossed(), Some(true));
    let main = complexity.main().unwrap();
    assert_eq!(main.component, Component::RushShare);
    assert_eq!((main.value_before, main.value_after), (Some(0.03), Some(0.22)));
    assert_eq!(foundry.axis(Side::Value).unwrap().change(), 0.0);
    // Brunel did nothing, and stands lower for it.
    let brunel = migration.account("Brunel").unwrap().axis(Side::Complexity).unwrap();
    assert_eq!((brunel.own, brunel.others, brunel.crossed()), (0.0, -0.2, Some(false)));
    says(
        &told(&snapshots, Lang::Fr),
        "Fonderie X (Fonderie X) Or → Stratégique, classe A 100 000 € La complexité monte de 0,300 à 0,900 et passe le \
         seuil de 0,500, surtout par les commandes urgentes, de 3,0 % à 22,0 % (+0,600). De son fait : +0,700 ; du fait \
         des autres : -0,100.",
    );
    says(
        &told(&snapshots, Lang::En),
        "Fonderie X (Fonderie X) Gold → Strategic, tier A €100,000 Complexity rises from 0.300 to 0.900 and passes the cut \
         of 0.500, mostly through rush orders, from 3.0% to 22.0% (+0.600). Its own doing: +0.700; that of the others: \
         -0.100.",
    );
    says(
        &told(&snapshots, Lang::Fr),
        "La complexité baisse de 0,500 à 0,300 et passe sous le seuil de 0,500, surtout par les commandes urgentes (-0,200) : \
         5,0 % aux deux dates, les autres comptes ayant bougé. De son fait : 0,000 ; du fait des autres : -0,200.",
    );
}

/// Would break with a band that is not the model's, or a held cell that is shown as the plain one.
#[test]
fn p46_hysteresis_holds_an_account_in_its_cell() {
    let mut model = model();
    model.matrix.hysteresis = Hysteresis { value: 0.0, complexity: 0.4001 };
    let (ledger, plain) = (foundry(), Model { history_years: 0, ..Model::new() });
    let snapshots = two_dates(&ledger, &model);
    let migration = snapshots.migration().unwrap();
    let foundry = migration.account("Fonderie X").unwrap();
    // 0.4 above the cut, which is not far enough.
    assert_eq!((foundry.to(), foundry.held()), (Standing::At(Quadrant::Strategique), Standing::At(Quadrant::Or)));
    assert_eq!((migration.quadrants().moved().accounts, migration.held().moved().accounts), (2, 0));
    says(
        &told(&snapshots, Lang::Fr),
        "2 en changent (0 avec une hystérésis de 0 sur la valeur et 0,4001 sur la complexité)",
    );
    says(&told(&snapshots, Lang::Fr), "L'hystérésis le retient : Or.");
    says(&told(&snapshots, Lang::En), "Hysteresis holds it: Gold.");
    assert!(!told(&two_dates(&ledger, &plain), Lang::Fr).contains("hystérésis"));
}

/// Would break with a cut whose own way is not told from the account's.
#[test]
fn a_cut_that_moves_is_said_to() {
    let all = |rush, margin: i64| Some(Bought(100, rush, 1_000, 1_000 - margin));
    let ledger = ledger(&[
        ("a", all(1, 500), all(1, 500)),
        ("b", all(2, 400), all(5, 400)),
        ("c", all(3, 300), all(5, 300)),
        ("d", all(4, 200), all(5, 200)),
        ("e", all(5, 100), all(9, 100)),
    ]);
    let snapshots = two_dates(&ledger, &model().thresholds(Cut::default(), Cut::Quantile(0.7)));
    let migration = snapshots.migration().unwrap();
    let c = migration.account("c").unwrap().axis(Side::Complexity).unwrap();
    assert_eq!((c.change(), c.cut_shift, c.crossed()), (0.0, Some(-0.16), Some(true)));
    assert!(c.main().is_none());
    says(
        &told(&snapshots, Lang::Fr),
        "La complexité passe de 0,500 à 0,500 ; c'est le seuil qui est descendu dessous, de 0,660 à 0,500. De son fait : \
         +0,400 ; du fait des autres : -0,400.",
    );
    says(&told(&snapshots, Lang::En), "it is the cut that fell below it, from 0.660 to 0.500.");
    // b rose while the cut fell: both are said.
    says(
        &told(&snapshots, Lang::En),
        "Complexity rises from 0.300 to 0.500 and passes the cut of 0.500 (before: 0.660)",
    );
}

/// Would break with a score that is told where a measure was cut.
#[test]
fn a_cut_on_a_measure_is_told_by_the_measure() {
    let of = CutOn::Component(Component::GrossMargin);
    let model = model().thresholds(Cut::Money { money: money("5000"), of }, Cut::default());
    let one = |rush, margin: i64| Some(Bought(10, rush, 1_000, 1_000 - margin));
    let ledger =
        ledger(&[("a", one(1, 400), one(1, 600)), ("b", one(2, 700), one(2, 100)), ("c", one(3, 100), one(3, 101))]);
    let snapshots = two_dates(&ledger, &model);
    let french = told(&snapshots, Lang::Fr);
    says(
        &french,
        "La mesure que coupe le seuil, marge brute, passe de 4 000 € à 6 000 € et atteint le seuil de 5 000 €.",
    );
    says(&french, "passe de 7 000 € à 1 000 €, sous le seuil de 5 000 €.");
    says(
        &told(&snapshots, Lang::En),
        "The measure that is cut, gross margin, goes from €4,000 to €6,000 and reaches the cut",
    );
    let migration = snapshots.migration().unwrap();
    let axis = migration.account("a").unwrap().axis(Side::Value).unwrap();
    assert_eq!((axis.distance_before, axis.distance_after), (Some(-1_000.0), Some(1_000.0)));
}

/// Would break with an account that comes, goes or never bought in another row.
#[test]
fn p43_new_gone_and_credited_accounts_have_their_rows() {
    let one = Some(Bought(10, 1, 100, 50));
    let two = Some(Bought(10, 2, 100, 40));
    let credited = Some(Bought(1, 0, -100, 0));
    let ledger = ledger(&[
        ("stays", one, two),
        ("stays too", two, one),
        ("new", None, two),
        ("gone", one, None),
        ("credited", one, credited),
        ("never", None, None),
    ]);
    let snapshots = two_dates(&ledger, &model());
    let migration = snapshots.migration().unwrap();
    let quadrants = migration.quadrants();
    let names = |found: Vec<portefeuille::migration::AccountMove<'_>>| {
        found.iter().map(|account| account.id().to_string()).collect::<Vec<_>>()
    };
    assert_eq!(
        (names(migration.new_accounts()), names(migration.gone())),
        (vec!["new".to_owned()], vec!["gone".to_owned()])
    );
    assert_eq!(quadrants.flow(Standing::Absent, Standing::Absent).accounts, 1);
    assert_eq!(quadrants.to(Standing::NotPlaced).accounts, 1);
    assert_eq!((quadrants.placed_twice().accounts, quadrants.total().accounts), (2, 6));
    assert_eq!(migration.account("gone").unwrap().stake(), money("1000"));
    assert!(!migration.account("never").unwrap().is_in_either());
    let folder = Folder::new("migration-rows", &[]);
    write_migration(&migration, None, &folder.0, &WriteOptions::new().style(CsvStyle::Plain)).unwrap();
    let rows = std::fs::read_to_string(folder.0.join("migration.csv")).unwrap();
    let ids: Vec<&str> = rows.lines().skip(1).map(|row| row.split(',').next().unwrap()).collect();
    assert_eq!(ids, ["credited", "gone", "new", "stays", "stays too"]);
    assert!(rows.lines().nth(2).unwrap().starts_with("gone,gone,"), "{rows}");
    assert!(rows.lines().nth(2).unwrap().contains(",absent,absent,false,"), "{rows}");
}

/// Would break with a pool of a later year, which a window that ends before it refuses.
#[test]
fn costs_of_years_that_a_date_does_not_touch_are_left_out() {
    let mut model = Model::new();
    let cost = BTreeMap::from([(2024, money("100")), (2025, money("300"))]);
    model.cost_to_serve.pools.push(Pool { name: "desk".into(), driver: Driver::Order, cost });
    let only_late = BTreeMap::from([(2025, money("50"))]);
    model.cost_to_serve.pools.push(Pool { name: "late".into(), driver: Driver::Order, cost: only_late });
    let snapshots = two_dates(&foundry(), &model);
    let cost = |portfolio: &portefeuille::Portfolio| portfolio.total().unwrap().cascade.cost_to_serve;
    assert_eq!((cost(&snapshots.before), cost(&snapshots.after)), (money("100"), money("450")));
    assert!(snapshots.migration().is_ok(), "models that differ in the years of their costs are the same");
    let text = told(&model.at_two_dates(&foundry(), date(2024, 6, 30), TO).unwrap(), Lang::En);
    says(&text, "The fiscal year does not end on 30 Jun 2024");
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let (ledger, model) = (foundry(), model());
    let code = |found: portefeuille::Result<Snapshots>| found.unwrap_err().code();
    assert_eq!(code(model.at_two_dates(&ledger, TO, FROM)), Code::BadUse);
    assert_eq!(code(model.at_two_dates(&ledger, TO, TO)), Code::BadUse);
    let early = model.at_two_dates(&ledger, date(2023, 12, 31), TO).unwrap_err();
    assert_eq!(early.code(), Code::Contradiction);
    assert!(early.to_string().contains("the first order is of 2024-01-01"), "{early}");
    let Snapshots { before, after, .. } = two_dates(&ledger, &model);
    assert_eq!(Migration::between(&after, &before, Hysteresis::default()).unwrap_err().code(), Code::BadUse);
    let other = model.clone().rate(Driver::Order, money("1")).as_of(TO).analyze(&ledger).unwrap();
    let refused = Migration::between(&before, &other, Hysteresis::default()).unwrap_err();
    assert_eq!(refused.code(), Code::SpecDiffers);
    let migration = Migration::between(&before, &after, Hysteresis::default()).unwrap();
    assert_eq!(migration.account("nobody").unwrap_err().code(), Code::NoSuchAccount);
}

/// Would break with a month that is counted from a day that the month before has not, or one before all orders.
#[test]
fn stability_takes_a_month_away() {
    let (ledger, model) = (foundry(), model());
    let snapshots = two_dates(&ledger, &model);
    let stability = snapshots.stability().unwrap().unwrap();
    assert_eq!((stability.earlier, stability.later), (date(2025, 11, 30), TO));
    assert_eq!(stability.total(), (5, 0, 0));
    let at_once = model.at_two_dates(&ledger, date(2024, 1, 2), date(2024, 1, 20)).unwrap();
    assert!(at_once.month_earlier.is_none() && at_once.stability().unwrap().is_none());
    assert!(!told(&at_once, Lang::Fr).contains("Stabilité"));
}

/// Would break with a name that a terminal or a spreadsheet obeys.
#[test]
fn f14_bad_99_names_are_data_in_a_migration_too() {
    let mut ledger = Ledger::new();
    let hostile = "=1+1 \u{202e}\u{200b}name";
    ledger.add_customers([Customer::new("-2").name(hostile), Customer::new("b").name("b")]).unwrap();
    for (year, rush) in [(2024, "b"), (2025, "-2")] {
        let order = |id: &str, cost| {
            let order = Order::new(format!("{id}-{year}"), id, date(year, 5, 5), units(100)).cost_of_goods(units(cost));
            Order { rush: Some(id == rush), ..order }
        };
        ledger.add_orders([order("-2", 40), order("b", 60)]).unwrap();
    }
    let snapshots = two_dates(&ledger, &model());
    let text = told(&snapshots, Lang::Fr);
    assert!(text.contains("=1+1 name (-2)") && !text.contains('\u{202e}'), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 100));
    let folder = Folder::new("migration-names", &[]);
    write_migration(&snapshots.migration().unwrap(), None, &folder.0, &WriteOptions::new()).unwrap();
    let rows = std::fs::read_to_string(folder.0.join("migration.csv")).unwrap();
    assert!(rows.contains("\n'-2,'=1+1 "), "{rows}");
}

/// Where nobody has a cell there are tiers, and what is missing.
#[test]
fn without_cells_there_are_tiers_and_a_reason() {
    let one = Some(Bought(10, 0, 100, 50));
    let model = model().weight(Component::GrossMargin, 1.0);
    let snapshots = two_dates(&ledger(&[("a", one, one), ("b", one, one)]), &model);
    let text = told(&snapshots, Lang::En);
    says(&text, "No account has a cell at both dates. New or back: 0.");
    says(&text, "No value score on 31 Dec 2024: all accounts are the same there.");
    says(&text, "No complexity score on 31 Dec 2024, and so no cell. It would take small_order_below");
    assert!(text.contains("From tier to tier") && !text.contains("From cell to cell"), "{text}");
    assert!(!text.contains("Stability"), "{text}");
}

/// Would break with the line of one date on the residuals of the other: the line moves when the others do.
#[test]
fn an_account_that_stays_as_it_was_does_nothing_against_the_expected_cost_either() {
    let names: Vec<String> = (0..25).map(|n| format!("c-{n}")).collect();
    let accounts: Vec<_> = names
        .iter()
        .zip(0u64..)
        .map(|(name, n)| {
            let before = Bought(2 + n % 7, 0, 100 + 13 * n as i64, 50);
            let after = if n == 10 { before } else { Bought(2 + 3 * (n % 5), 0, 90 + 29 * n as i64, 50) };
            (name.as_str(), Some(before), Some(after))
        })
        .collect();
    let mut model = Model::new().rate(Driver::Order, money("7")).weight(Component::CostToServeRatio, 1.0);
    (model.history_years, model.cost_measure) = (0, CostMeasure::Expected);
    let snapshots = model.at_two_dates(&ledger(&accounts), FROM, TO).unwrap();
    let migration = snapshots.migration().unwrap();
    let moved = migration.account("c-10").unwrap().axis(Side::Complexity).unwrap();
    assert_eq!(moved.own, 0.0);
    assert_ne!(moved.components[0].value_before, moved.components[0].value_after, "the line must move");
}

/// Would break with portfolios that cannot be compared since one of them says more.
#[test]
fn what_a_portfolio_says_besides_its_labels_does_not_matter() {
    let one = Some(Bought(4, 0, 100, 50));
    let ledger = ledger(&[("a", one, Some(Bought(9, 2, 300, 50))), ("b", one, one)]);
    let at = |day| Model::new().as_of(day).analyze(&ledger).unwrap();
    let sure = at(FROM).with_confidence(ConfidenceRules { draws: 3, ..ConfidenceRules::default() }).unwrap();
    let after = at(TO);
    assert!(Migration::between(&sure, &after, Hysteresis::default()).is_ok());
    #[cfg(feature = "clustering")]
    {
        let alike = at(TO).with_clusters(portefeuille::segment::cluster::ClusterRules::default()).unwrap();
        assert!(Migration::between(&sure, &alike, Hysteresis::default()).is_ok());
    }
}

#[cfg(feature = "cli")]
mod command {
    use super::folder;
    use std::fs;
    use std::path::Path;
    use std::process::{Command, Output, Stdio};

    const ORDERS: &str = "order_id,customer_id,ordered_on,revenue,cost_of_goods,rush\n\
                          o-1,1,2024-01-31,9000,5400,no\no-2,2,2024-02-03,2500,1900,yes\n\
                          o-3,1,2025-01-31,100,90,no\no-4,2,2025-02-03,9900,900,no\n";

    fn run(args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_portefeuille")).args(args).stdin(Stdio::null()).output().unwrap()
    }

    fn text(bytes: &[u8]) -> String {
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    /// A folder with two tables, and where the results go.
    fn tables(name: &str) -> (String, String) {
        let dir = folder(name);
        fs::write(dir.join("customers.csv"), "customer_id,name\n1,Ayala\n2,Brunel\n").unwrap();
        fs::write(dir.join("orders.csv"), ORDERS).unwrap();
        (dir.display().to_string(), dir.join("out").display().to_string())
    }

    #[test]
    fn migrate_tells_and_writes_what_moved() {
        let (tables, out) = tables("cli_migrate");
        let args = ["migrate", &tables, "--from", "2024-12-31", "--to", "2025-12-31", "--out", &out];
        let done = run(&args);
        assert_eq!((done.status.code(), text(&done.stderr)), (Some(0), String::new()));
        assert!(
            text(&done.stdout).starts_with("Ce qui a bougé du 31/12/2024 au 31/12/2025\n"),
            "{}",
            text(&done.stdout)
        );
        let english = run(&[&args[..], &["--lang", "en", "--csv-style", "fr"]].concat());
        assert!(text(&english.stdout).starts_with("What moved from 31 Dec 2024"), "{}", text(&english.stdout));
        let rows = fs::read_to_string(Path::new(&out).join("migration.csv")).unwrap();
        assert!(rows.starts_with("\u{feff}customer_id;name;quadrant_before;"), "{rows}");
        let file = fs::read_to_string(Path::new(&out).join("migration.json")).unwrap();
        let file: serde_json::Value = serde_json::from_str(&file).unwrap();
        assert_eq!((&file["from"], &file["accounts"]["placed_twice"]), (&"2024-12-31".into(), &2.into()));
        assert_eq!(file["stability"]["earlier"], "2025-11-30");
        let quiet = run(&[&args[..], &["--quiet"]].concat());
        assert_eq!((quiet.status.code(), text(&quiet.stdout)), (Some(0), String::new()));
    }

    #[test]
    fn what_is_asked_wrongly_is_refused_with_its_code() {
        let (tables, out) = tables("cli_migrate_codes");
        let dates = |from: &'static str, to: &'static str| {
            run(&["migrate", &tables, "--from", from, "--to", to, "--out", &out])
        };
        for (from, to) in [("2025-12-31", "2024-12-31"), ("2025-12-31", "2025-12-31")] {
            let done = dates(from, to);
            assert_eq!(done.status.code(), Some(64));
            assert!(text(&done.stderr).contains("[bad_use]"), "{}", text(&done.stderr));
        }
        let early = dates("2023-12-31", "2025-12-31");
        assert_eq!(early.status.code(), Some(3));
        assert!(text(&early.stderr).contains("the first order is of 2024-01-31"), "{}", text(&early.stderr));
        assert_eq!(dates("31/12/2024", "2025-12-31").status.code(), Some(64));
        assert_eq!(run(&["migrate", &tables, "--from", "2024-12-31"]).status.code(), Some(64));
        let negative = ["migrate", &tables, "--from", "2024-12-31", "--to", "2025-12-31", "--hysteresis=-1"];
        let negative = run(&negative);
        assert_eq!(negative.status.code(), Some(3));
        assert!(text(&negative.stderr).contains("matrix.hysteresis"), "{}", text(&negative.stderr));
        assert!(!Path::new(&out).join("migration.csv").exists());
    }
}
