//! The data flows one way: a stage knows those before it and none after.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What everything stands on.
const BASE: [&str; 7] = ["error", "money", "date", "limits", "settings", "parallel", "random"];

/// The stages in the order of the data: each may use those before it.
const STAGES: [&str; 8] = ["records", "ledger", "facts", "cost", "margin", "score", "segment", "insight"];

/// What stands on all stages. These know each other: the model makes the portfolio, the portfolio keeps its model, and a
/// scorer is both, frozen.
const ON_TOP: [&str; 3] = ["model", "portfolio", "scorer"];

/// What a module may use besides itself, or `None` for one that has no place yet.
fn allowed(module: &str) -> Option<Vec<&'static str>> {
    let base = BASE.to_vec();
    if BASE.contains(&module) {
        return Some(base);
    }
    if let Some(at) = STAGES.iter().position(|stage| *stage == module) {
        return Some([base, STAGES[..at].to_vec()].concat());
    }
    let stages = [base.clone(), STAGES.to_vec()].concat();
    let results = [stages.clone(), ON_TOP.to_vec(), vec!["lang"]].concat();
    let told = [results.clone(), vec!["io", "migration"]].concat();
    match module {
        // The words for what the stages know: for those who speak, and so for no stage.
        "lang" => Some(stages),
        "model" | "portfolio" | "scorer" => Some(results),
        // Reading makes records; writing, and it alone, takes finished results.
        "io" => Some([base, vec!["records", "ledger"]].concat()),
        "io::write" => Some(told),
        // Two results, compared.
        "migration" => Some(results),
        // From files to facts, and with a model to a portfolio.
        "intake" => Some([results, vec!["io"]].concat()),
        // A portfolio to try, and the model that goes with it.
        "sample" => Some([base, vec!["records", "ledger", "cost", "model"]].concat()),
        "report" => Some(told),
        _ => None,
    }
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// The module of a file: its first folder or its name; writing stands apart from reading.
fn module_of(file: &Path) -> String {
    let parts: Vec<String> = file.with_extension("").iter().map(|p| p.to_string_lossy().into_owned()).collect();
    if parts[0] == "io" && parts.get(1).is_some_and(|p| p == "write") { "io::write".into() } else { parts[0].clone() }
}

/// The modules that a text names after `crate::`, outside comments.
fn used(text: &str) -> Vec<String> {
    let code = text.lines().map(|line| line.split("//").next().unwrap_or_default());
    let mut found = Vec::new();
    for line in code {
        for (at, _) in line.match_indices("crate::") {
            // `portefeuille_crate::x` is not this crate, and `pub(crate)` has no path.
            let own = !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            let name: String = line[at + 7..].chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
            if own && !name.is_empty() {
                found.push(name);
            }
        }
    }
    found
}

fn violations(files: &BTreeMap<PathBuf, String>) -> Vec<String> {
    let mut found = Vec::new();
    for (file, text) in files {
        let module = module_of(file);
        let Some(allowed) = allowed(&module) else {
            found.push(format!("{} has no place among the stages: give it one here", file.display()));
            continue;
        };
        for name in used(text) {
            let own = name == module || module.starts_with(&format!("{name}::"));
            if !own && !allowed.contains(&name.as_str()) {
                found.push(format!("{} uses {name}", file.display()));
            }
        }
    }
    found
}

fn source() -> BTreeMap<PathBuf, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&root, &mut files);
    let named = files.into_iter().map(|f| (f.strip_prefix(&root).unwrap().to_owned(), fs::read_to_string(&f).unwrap()));
    // The crate's root, its commands and its tests may use everything.
    let free = |f: &Path| {
        f == Path::new("lib.rs") || f.starts_with("bin") || f.iter().any(|p| p == "tests" || p == "tests.rs")
    };
    named.filter(|(f, _)| !free(f)).collect()
}

/// Would break with a stage that reaches for a later one.
#[test]
fn stages_know_only_those_before_them() {
    let files = source();
    assert!(files.len() > 40, "only {} files were found", files.len());
    assert_eq!(violations(&files), Vec::<String>::new());
}

/// Would break with a check that sees nothing.
#[test]
fn a_stage_that_reaches_ahead_is_found() {
    let text = |t: &str| t.to_owned();
    let files = BTreeMap::from([
        (PathBuf::from("facts/build.rs"), text("use crate::ledger::Ledger;\nuse crate::model::Model;")),
        (
            PathBuf::from("cost/mod.rs"),
            text("fn f(p: &crate::portfolio::Portfolio) {} // crate::report is only a word"),
        ),
        (PathBuf::from("io/read.rs"), text("use crate::records::Order;\nuse crate::portfolio::Portfolio;")),
        (PathBuf::from("io/write/csv.rs"), text("use crate::portfolio::Portfolio;")),
        (PathBuf::from("wizardry.rs"), text("")),
    ]);
    let found = violations(&files);
    assert_eq!(found.len(), 4, "{found:?}");
}
