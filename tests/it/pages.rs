//! The pages say what the code says.

use portefeuille::sample::Sample;
use portefeuille::segment::ConfidenceRules;
use portefeuille::{Code, Model};
use std::fs;
use std::path::Path;

fn page(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

#[test]
fn every_code_is_in_the_gallery_with_its_class() {
    let gallery = page("docs/errors.md");
    for code in Code::ALL {
        let class = match code.class() {
            portefeuille::Class::Fatal => "stops",
            portefeuille::Class::Record => "record",
            _ => "finding",
        };
        let row = format!("| `{code}` | {class} |");
        assert!(gallery.contains(&row), "{row}");
    }
    let rows = gallery.lines().filter(|line| line.starts_with("| `")).count();
    assert_eq!(rows, Code::ALL.len());
}

#[test]
fn every_setting_of_the_model_is_on_its_page() {
    let settings = page("docs/model.md");
    for line in Model::new().describe().lines() {
        let Some((key, _)) = line.trim_start_matches("# ").split_once(" = ") else { continue };
        if key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
            assert!(settings.contains(&format!("`{key}`")), "{key}");
        }
    }
}

#[test]
fn every_column_of_the_accounts_is_on_its_page() {
    let (results, dir) = (page("docs/results.md"), crate::common::folder("pages"));
    let ledger = Sample::new(0).into_ledger().unwrap();
    let portfolio = Sample::model().confidence(ConfidenceRules::default()).analyze(&ledger).unwrap();
    portefeuille::io::write_results(&portfolio, &dir, &portefeuille::io::WriteOptions::new()).unwrap();
    for name in ["accounts.csv", "rejects.csv"] {
        let text = fs::read_to_string(dir.join(name)).unwrap();
        for column in text.lines().next().unwrap().split(',') {
            assert!(results.contains(&format!("`{column}`")), "{name}: {column}");
        }
    }
    fields_are_on(&results, &dir, "summary.json");
}

/// The fields of a JSON file are named on a page.
fn fields_are_on(page: &str, dir: &Path, name: &str) {
    let file: serde_json::Value = serde_json::from_str(&fs::read_to_string(dir.join(name)).unwrap()).unwrap();
    for field in file.as_object().unwrap().keys() {
        assert!(page.contains(&format!("`{field}`")), "{name}: {field}");
    }
}

/// The comparison of two dates of the sample.
fn sample_migration(lang: portefeuille::Lang, dir: &Path) -> String {
    let ledger = Sample::new(0).into_ledger().unwrap();
    let dates = (portefeuille::date(2024, 12, 31), portefeuille::date(2025, 12, 31));
    let mut model = Sample::model();
    model.matrix.hysteresis = portefeuille::segment::Hysteresis::both(0.03);
    let snapshots = model.at_two_dates(&ledger, dates.0, dates.1).unwrap();
    let (migration, stability) = (snapshots.migration().unwrap(), snapshots.stability().unwrap());
    let options = portefeuille::io::WriteOptions::new();
    portefeuille::io::write_migration(&migration, stability.as_ref(), dir, &options).unwrap();
    portefeuille::report::migration(&migration, stability.as_ref(), lang, false)
}

#[test]
fn every_column_of_a_migration_is_on_its_page() {
    let (results, dir) = (page("docs/results.md"), crate::common::folder("pages_migration"));
    sample_migration(portefeuille::Lang::En, &dir);
    let text = fs::read_to_string(dir.join("migration.csv")).unwrap();
    for column in text.lines().next().unwrap().split(',') {
        // Of the axes and the components one name stands for all.
        let short = column.replace("complexity_", "value_");
        let named = [column, &short].iter().any(|name| results.contains(&format!("`{name}`")));
        assert!(named || column.ends_with("_change"), "migration.csv: {column}");
    }
    fields_are_on(&results, &dir, "migration.json");
}

/// Would break with an example that the command does not print any more.
#[test]
fn the_example_of_a_migration_is_what_is_printed() {
    let dir = crate::common::folder("pages_migration_text");
    let example = page("docs/migration.md");
    for (lang, name) in [(portefeuille::Lang::Fr, "fr"), (portefeuille::Lang::En, "en")] {
        let (_, shown) = example.split_once(&format!("<!-- {name}:begin -->\n```text\n")).unwrap();
        let (shown, _) = shown.split_once("```").unwrap();
        let printed = sample_migration(lang, &dir);
        for part in shown.split("[…]\n").filter(|part| !part.is_empty()) {
            assert!(printed.contains(part), "not printed any more:\n{part}\nbut:\n{printed}");
        }
    }
}
