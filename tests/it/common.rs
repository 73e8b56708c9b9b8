//! What several tests need.

use portefeuille::io::{ReadOptions, read_table};
use portefeuille::{Code, Error, Ledger, OnReject, Policy, Problem, Result, Table};
use std::path::PathBuf;

/// The folder of outside data, or `None`, said, where it is not there.
pub(crate) fn data(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("PORTEFEUILLE_DATA")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")), PathBuf::from);
    let path = root.join(name);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is not there", path.display());
    None
}

/// A folder of files that goes when it is dropped.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str, files: &[(&str, &[u8])]) -> Self {
        let path = std::env::temp_dir().join(format!("portefeuille-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        for (file, content) in files {
            let file = path.join(file);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, content).unwrap();
        }
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Two customers.
pub(crate) const CUSTOMERS: &str = "customer_id\nC1\nC2\n";
/// The header of orders in these tests.
pub(crate) const ORDERS: &str = "order_id,customer_id,ordered_on,revenue";

/// A policy that sets aside what does not fit.
pub(crate) fn aside() -> Policy {
    Policy::new().on_reject(OnReject::Aside)
}

/// Reads tables one after the other, each under the name of its file.
pub(crate) fn read_all(tables: &[(Table, &[u8])], policy: Policy, options: &ReadOptions) -> Result<Ledger> {
    let mut ledger = Ledger::with_policy(policy);
    for (table, text) in tables {
        read_table(&mut ledger, *table, &format!("{table}.csv"), *text, options)?;
    }
    Ok(ledger)
}

/// Reads one table after the two customers, and after one order where the table needs one.
pub(crate) fn read(table: Table, text: impl AsRef<[u8]>) -> Result<Ledger> {
    read_with(table, text, Policy::new(), &ReadOptions::default())
}

pub(crate) fn read_with(table: Table, text: impl AsRef<[u8]>, policy: Policy, options: &ReadOptions) -> Result<Ledger> {
    let order = format!("{ORDERS}\no-0,C1,2025-01-31,100\n");
    let text = text.as_ref();
    let plain = ReadOptions::default();
    let mut ledger = Ledger::with_policy(policy);
    if table != Table::Customers {
        read_table(&mut ledger, Table::Customers, "customers.csv", CUSTOMERS.as_bytes(), &plain)?;
    }
    if matches!(table, Table::OrderLines | Table::ServiceEvents) {
        read_table(&mut ledger, Table::Orders, "orders.csv", order.as_bytes(), &plain)?;
    }
    read_table(&mut ledger, table, &format!("{table}.csv"), text, options)?;
    Ok(ledger)
}

/// The error of a reading that must fail.
#[track_caller]
pub(crate) fn refused(read: Result<Ledger>) -> Error {
    match read {
        Ok(ledger) => panic!("it was read: {:?}", ledger.quality().counts()),
        Err(error) => error,
    }
}

/// What a problem must be: code, line, column and a part of the hint. Zero and empty: not looked at.
pub(crate) struct Expected(pub(crate) Code, pub(crate) u64, pub(crate) &'static str, pub(crate) &'static str);

#[track_caller]
pub(crate) fn check(problem: &Problem, table: Table, expected: &Expected) {
    let Expected(code, line, column, hint) = expected;
    assert_eq!(problem.code, *code, "{problem}");
    assert_eq!(problem.location.table, Some(table), "{problem}");
    assert_eq!(problem.location.file.as_deref(), Some(format!("{table}.csv").as_str()), "{problem}");
    if *line > 0 {
        assert_eq!(problem.location.line, Some(*line), "{problem}");
    }
    if !column.is_empty() {
        assert_eq!(problem.location.column.as_deref(), Some(*column), "{problem}");
    }
    assert!(problem.hint.as_deref().unwrap_or_default().contains(hint), "{hint:?} is not in: {problem}");
}

/// A table must be refused for this reason alone.
#[track_caller]
pub(crate) fn refuses(table: Table, text: impl AsRef<[u8]>, expected: Expected) {
    let error = refused(read(table, text));
    check(error.problem(), table, &expected);
    assert_eq!(error.total(), 1, "{error}");
}

/// The records of a table must add up: read = used + set aside. Gives how many were used.
#[track_caller]
pub(crate) fn used(ledger: &Ledger, table: Table) -> u64 {
    let quality = ledger.quality();
    quality.read(table).records - quality.set_aside_tally(table).records
}

/// A table must be read, with this finding and no other. Gives the ledger.
#[track_caller]
pub(crate) fn finds(table: Table, text: impl AsRef<[u8]>, code: Code, count: u64) -> Ledger {
    let ledger = read(table, text).unwrap();
    let found: Vec<_> = ledger.quality().counts().iter().map(|(c, n)| (*c, *n)).collect();
    assert_eq!(found, [(code, count)]);
    let shown = ledger.quality().examples().iter().any(|e| e.code == code);
    assert!(shown || ledger.quality().set_aside().iter().any(|s| s.problem.code == code));
    ledger
}

/// A table must be read without a word. Gives the ledger.
#[track_caller]
pub(crate) fn takes(table: Table, text: impl AsRef<[u8]>) -> Ledger {
    let ledger = read(table, text).unwrap();
    assert!(ledger.quality().counts().is_empty(), "{:?}", ledger.quality().counts());
    ledger
}

/// One order with a value in one column must be refused on its line, and be the only one refused.
#[track_caller]
pub(crate) fn refuses_value(column: &'static str, value: impl AsRef<[u8]>, code: Code, hint: &'static str) {
    let value = value.as_ref();
    let header = "order_id,customer_id,ordered_on,revenue,cost_of_goods,lines,rush";
    let mut text = format!("{header}\no-1,C1,2025-01-31,10,5,1,yes\n").into_bytes();
    let byte = text.len() as u64;
    for (at, name) in header.split(',').enumerate() {
        if at > 0 {
            text.push(b',');
        }
        let good = ["o-2", "C2", "2025-02-01", "20", "6", "2", "no"][at];
        if name == column {
            text.push(b'"');
            text.extend_from_slice(value);
            text.push(b'"');
        } else {
            text.extend_from_slice(good.as_bytes());
        }
    }
    text.push(b'\n');
    let error = refused(read(Table::Orders, &text));
    check(error.problem(), Table::Orders, &Expected(code, 3, column, hint));
    assert_eq!(error.location().byte, Some(byte));
    assert_eq!(error.total(), 1, "{error}");
    if !value.is_empty() && code != Code::ControlCharacter {
        assert_eq!(error.problem().value.as_deref(), Some(String::from_utf8_lossy(value).as_ref()), "{error}");
    }
    let ledger = read_with(Table::Orders, &text, aside(), &ReadOptions::default()).unwrap();
    assert_eq!((ledger.order_count(), ledger.quality().set_aside().len()), (1, 1));
    assert_eq!((ledger.quality().count(code), used(&ledger, Table::Orders)), (1, 1));
}

/// A fresh folder beside the build, which the next run empties.
pub(crate) fn folder(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    path
}
