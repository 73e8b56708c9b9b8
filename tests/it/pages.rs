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
    let sample = Sample::new(0);
    let mut ledger = portefeuille::Ledger::new();
    ledger.add_customers(sample.customers).unwrap();
    ledger.add_orders(sample.orders).unwrap();
    let portfolio = Sample::model().confidence(ConfidenceRules::default()).analyze(&ledger).unwrap();
    portefeuille::io::write_results(&portfolio, &dir, &portefeuille::io::WriteOptions::new()).unwrap();
    for name in ["accounts.csv", "rejects.csv"] {
        let text = fs::read_to_string(dir.join(name)).unwrap();
        for column in text.lines().next().unwrap().split(',') {
            assert!(results.contains(&format!("`{column}`")), "{name}: {column}");
        }
    }
    let summary: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(dir.join("summary.json")).unwrap()).unwrap();
    for field in summary.as_object().unwrap().keys() {
        assert!(results.contains(&format!("`{field}`")), "summary.json: {field}");
    }
}
