//! Readers that fail, dawdle or change: the same result, or a clean error.

use crate::common::*;
use portefeuille::io::{Mapping, ReadOptions, read_folder, read_table};
use portefeuille::{Code, Ledger, Table};
use std::io::{Error, ErrorKind, Read};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

/// A file with everything that splitting must get right.
const ROWS: &str = "\u{FEFF}customer_id,name,région\r\n1,\"a \"\"b\"\" c\",x\r\n\r\n2,\"l1\r\nl2\",\ny,\"\",\r3,\"d\",bad\"quote\n\
    4,e\n5,,é,extra\n6,\"f\"g,\n\n7,\"h,h\",i";

/// What was read, told in full.
fn told(ledger: &Ledger) -> String {
    let quality = ledger.quality();
    let customers: Vec<_> =
        ledger.customers().map(|c| (c.id().to_string(), c.name(), c.attributes().collect::<Vec<_>>())).collect();
    format!("{customers:?} {:?} {:?} {:?}", quality.counts(), quality.set_aside(), quality.examples())
}

fn read_from(reader: impl Read, options: &ReadOptions) -> portefeuille::Result<Ledger> {
    let mut ledger = Ledger::with_policy(aside());
    read_table(&mut ledger, Table::Customers, "customers.csv", reader, options).map(|()| ledger)
}

/// Hands out one byte at a time, and is interrupted before each.
struct OneByte<'a>(&'a [u8], bool);

impl Read for OneByte<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        self.1 = !self.1;
        if self.1 {
            return Err(ErrorKind::Interrupted.into());
        }
        let count = self.0.len().min(into.len()).min(1);
        into[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

/// Fails after so many bytes.
struct Failing<'a>(&'a [u8], usize);

impl Read for Failing<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if self.1 == 0 {
            return Err(Error::other("the cable was pulled"));
        }
        let count = self.0.len().min(into.len()).min(self.1);
        into[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        self.1 -= count;
        Ok(count)
    }
}

#[test]
fn p15_blocks_of_any_size_give_the_same() {
    let expected = told(&read_from(ROWS.as_bytes(), &ReadOptions::default()).unwrap());
    assert!(expected.contains("l1") && expected.contains("BadQuoting"), "{expected}");
    for block in [1, 2, 3, 4, 5, 7, 8, 9, 16, 31, 64, 100, 4_096] {
        let ledger = read_from(ROWS.as_bytes(), &ReadOptions::default().block_bytes(block)).unwrap();
        assert_eq!(told(&ledger), expected, "{block}");
    }
}

#[test]
fn p15_a_file_cut_anywhere_gives_the_same_whatever_the_block() {
    for len in 0..=ROWS.len() {
        let cut = &ROWS.as_bytes()[..len];
        let outcomes = [1, 3, 4_096].map(|block| {
            let read = read_from(cut, &ReadOptions::default().block_bytes(block));
            read.map_or_else(|e| e.to_string(), |ledger| told(&ledger))
        });
        assert!(outcomes[0] == outcomes[1] && outcomes[1] == outcomes[2], "{len}: {outcomes:#?}");
    }
}

#[test]
fn p16_one_byte_at_a_time_gives_the_same() {
    let expected = told(&read_from(ROWS.as_bytes(), &ReadOptions::default()).unwrap());
    let ledger = read_from(OneByte(ROWS.as_bytes(), false), &ReadOptions::default()).unwrap();
    assert_eq!(told(&ledger), expected);
    let western = Mapping::from_toml("[csv]\nencoding = \"windows-1252\"", "m").unwrap();
    let options = ReadOptions::default().mapping(western);
    let text = b"customer_id,name\n1,\xE9t\xE9 \x80\n".repeat(3);
    let whole = read_from(&text[..], &options).unwrap();
    assert_eq!(told(&read_from(OneByte(&text, false), &options).unwrap()), told(&whole));
}

#[test]
fn f10_a_reader_that_fails_anywhere_is_a_clean_error() {
    for count in 0..=ROWS.len() {
        let error = refused(read_from(Failing(ROWS.as_bytes(), count), &ReadOptions::default()));
        assert!(error.is_io(), "{count}: {error}");
        assert!(error.to_string().contains("the cable was pulled"), "{error}");
    }
}

#[test]
fn f10_a_failing_reader_of_gzip_is_not_damaged_data() {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(CUSTOMERS.as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    for count in 0..packed.len() {
        let mut ledger = Ledger::new();
        let reader = Failing(&packed, count);
        let read = read_table(&mut ledger, Table::Customers, "c.csv.gz", reader, &ReadOptions::default());
        assert_eq!(read.unwrap_err().code(), Code::Io, "{count}");
    }
    let mut ledger = Ledger::new();
    read_table(&mut ledger, Table::Customers, "c.csv.gz", OneByte(&packed, false), &ReadOptions::default()).unwrap();
    assert_eq!(ledger.customer_count(), 2);
}

#[test]
fn f13_a_line_without_end_takes_constant_memory() {
    // Four gigabytes would be too much to hold; the limit is reached first.
    let endless = std::io::repeat(b'x').take(256 << 20);
    let reader = "customer_id,name\nC1,".as_bytes().chain(endless).chain("\nC2,b\n".as_bytes());
    let ledger = read_from(reader, &ReadOptions::default()).unwrap();
    assert_eq!((ledger.customer_count(), ledger.quality().count(Code::RecordTooLong)), (1, 1));
}

#[test]
fn f7_a_file_that_changes_while_it_is_read_is_an_error() {
    use std::io::Write;
    use std::sync::atomic::{AtomicBool, Ordering};
    let rows: String = (0..400_000).map(|n| format!("o-{n},C1,2025-01-31,10\n")).collect();
    let orders = format!("{ORDERS}\n{rows}");
    let folder = Folder::new("changing", &[("customers.csv", CUSTOMERS.as_bytes()), ("orders.csv", orders.as_bytes())]);
    let done = AtomicBool::new(false);
    let path = folder.0.join("orders.csv");
    let read = std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
            for n in 0..20_000 {
                if done.load(Ordering::Relaxed) {
                    break;
                }
                writeln!(file, "p-{n},C1,2025-01-31,10").unwrap();
                std::thread::sleep(std::time::Duration::from_micros(200));
            }
        });
        let read = read_folder(&folder.0, &ReadOptions::default());
        done.store(true, Ordering::Relaxed);
        read
    });
    let error = refused(read);
    assert_eq!((error.code(), error.location().file.as_deref()), (Code::Changed, Some("orders.csv")));
}

#[test]
fn folders_hold_tables_by_name() {
    let orders = format!("{ORDERS}\no-1,C1,2025-01-31,10\n");
    let more = format!("{ORDERS}\no-2,C2,2025-02-01,20\n");
    let files: [(&str, &[u8]); 6] = [
        ("customers.csv", CUSTOMERS.as_bytes()),
        ("orders/part-2.csv", more.as_bytes()),
        ("orders/part-1.csv", orders.as_bytes()),
        ("orders/README.txt", b"not a table"),
        ("reference.csv", b"x\n"),
        ("orders_old.csv", b"x\n"),
    ];
    let folder = Folder::new("names", &files);
    let ledger = read_folder(&folder.0, &ReadOptions::default()).unwrap();
    let files: Vec<_> = ledger.quality().files().collect();
    assert_eq!(files, ["customers.csv", "orders/part-1.csv", "orders/part-2.csv"]);
    assert_eq!(ledger.order_count(), 2);
}

#[test]
fn a_table_that_is_there_twice_is_refused() {
    let orders = format!("{ORDERS}\no-1,C1,2025-01-31,10\n");
    let base: [(&str, &[u8]); 2] = [("customers.csv", CUSTOMERS.as_bytes()), ("orders.csv", orders.as_bytes())];
    for (n, other) in ["customers.csv.gz", "orders/1.csv"].into_iter().enumerate() {
        let folder = Folder::new(&format!("twice-{n}"), &[base[0], base[1], (other, b"x")]);
        let error = refused(read_folder(&folder.0, &ReadOptions::default()));
        assert_eq!(error.code(), Code::TableTwice);
        assert!(error.to_string().contains(other.split('/').next().unwrap()), "{error}");
    }
}

#[test]
fn orders_without_revenue_need_lines() {
    let orders = "order_id,customer_id,ordered_on\no-1,C1,2025-01-31\n";
    let lines = "order_id,product_family,revenue\no-1,tea,10\n";
    let tables: [(&str, &[u8]); 3] = [
        ("customers.csv", CUSTOMERS.as_bytes()),
        ("orders.csv", orders.as_bytes()),
        ("order_lines.csv", lines.as_bytes()),
    ];
    read_folder(&Folder::new("revenue-1", &tables).0, &ReadOptions::default()).unwrap();
    let error = refused(read_folder(&Folder::new("revenue-2", &tables[..2]).0, &ReadOptions::default()));
    assert_eq!((error.code(), error.location().column.as_deref()), (Code::ColumnMissing, Some("revenue")));
}

#[test]
fn customers_may_be_left_out_where_they_are_implicit() {
    let orders = format!("{ORDERS}\no-1,C1,2025-01-31,10\n");
    let folder = Folder::new("implicit", &[("orders.csv", orders.as_bytes())]);
    assert_eq!(refused(read_folder(&folder.0, &ReadOptions::default())).code(), Code::TableMissing);
    let options = ReadOptions::default().policy(portefeuille::Policy::new().implicit_customers(true));
    let ledger = read_folder(&folder.0, &options).unwrap();
    assert_eq!(ledger.customer_count(), 1);
    assert!(!ledger.quality().given().customers);
}

/// A folder with this many orders of a thousand customers.
fn many_orders(name: &str, orders: usize) -> Folder {
    let customers: String = (0..1_000).map(|n| format!("{n}\n")).collect();
    let rows: String = (0..orders).map(|n| format!("{n},{},2025-01-31,{}.25\n", n * 7_919 % 1_000, n % 997)).collect();
    let (customers, orders) = (format!("customer_id\n{customers}"), format!("{ORDERS}\n{rows}"));
    Folder::new(name, &[("customers.csv", customers.as_bytes()), ("orders.csv", orders.as_bytes())])
}

#[test]
fn a_hook_sees_reading_come_on_to_the_last_byte_but_the_last_step() {
    let folder = many_orders("watched", 100_000);
    let total: u64 =
        ["customers.csv", "orders.csv"].map(|f| std::fs::metadata(folder.0.join(f)).unwrap().len()).iter().sum();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let kept = seen.clone();
    let options = ReadOptions::default().block_bytes(10_000).progress(move |progress| {
        assert_eq!((progress.total_bytes, progress.table), (Some(total), Some(Table::Orders)));
        assert_eq!(progress.file, "orders.csv");
        kept.lock().unwrap().push((progress.rows, progress.bytes));
        ControlFlow::Continue(())
    });
    read_folder(&folder.0, &options).unwrap();
    let seen = seen.lock().unwrap();
    assert!(seen.windows(2).all(|w| w[0] < w[1]), "{seen:?}");
    let (rows, bytes) = *seen.last().unwrap();
    assert!(rows <= 100_000 && rows > 70_000 && bytes <= total && total - bytes < 300_000, "{rows} {bytes} of {total}");
}

#[test]
fn a_hook_that_breaks_ends_reading_wherever_it_is_and_nothing_is_analysed() {
    let folder = many_orders("cancelled", 60_000);
    for at in 0..3 {
        let left = Mutex::new(at);
        let options = ReadOptions::default().progress(move |_| {
            let mut left = left.lock().unwrap();
            *left -= 1;
            if *left < 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        let error = refused(read_folder(&folder.0, &options));
        assert_eq!((error.code(), error.kind()), (Code::Cancelled, portefeuille::ErrorKind::Cancelled));
        let mut ledger = Ledger::with_policy(portefeuille::Policy::new().implicit_customers(true));
        let orders = std::fs::File::open(folder.0.join("orders.csv")).unwrap();
        let options = options.progress(|_| ControlFlow::Break(()));
        read_table(&mut ledger, Table::Orders, "orders.csv", orders, &options).unwrap_err();
        assert_eq!(portefeuille::Model::new().analyze(&ledger).unwrap_err().code(), Code::Cancelled);
    }
}

#[cfg(all(unix, feature = "cli"))]
mod interrupted {
    use super::*;
    use std::path::Path;
    use std::process::{Child, Command, ExitStatus, Stdio};
    use std::time::Duration;

    const OLD: &str = "the result of last month";

    fn start(folder: &Path) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_portefeuille"));
        command.arg("analyze").arg(folder).arg("--out").arg(folder.join("out"));
        command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    }

    fn signal(name: &str, child: &Child) {
        // It may be over already.
        Command::new("kill").args([name, &child.id().to_string()]).stderr(Stdio::null()).status().unwrap();
    }

    /// Interrupts a run after a while. Gives how it ended, what it said and the accounts that stand there.
    fn interrupt(folder: &Path, name: &str, after: Duration) -> (ExitStatus, String, String) {
        let out = folder.join("out");
        let _ = std::fs::create_dir_all(&out);
        std::fs::write(out.join("accounts.csv"), OLD).unwrap();
        let child = start(folder);
        std::thread::sleep(after);
        signal(name, &child);
        let output = child.wait_with_output().unwrap();
        let left: Vec<_> = std::fs::read_dir(&out).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert!(left.iter().all(|f| !f.to_string_lossy().ends_with(".tmp")), "{after:?}: {left:?}");
        let accounts = std::fs::read_to_string(out.join("accounts.csv")).unwrap();
        (output.status, String::from_utf8(output.stderr).unwrap(), accounts)
    }

    #[test]
    fn f25_an_interrupted_run_ends_with_130_and_leaves_what_was_there() {
        let folder = many_orders("interrupted", 2_000_000);
        for name in ["-INT", "-TERM"] {
            // On a busy machine it may take a while until it listens; before that, the signal itself ends it. A quick one
            // is done early.
            let waits = [100, 200, 300, 500, 1_000, 3_000];
            let mut runs = waits.into_iter().map(|ms| interrupt(&folder.0, name, Duration::from_millis(ms)));
            let (_, said, accounts) = runs.find(|run| run.0.code() == Some(130)).unwrap();
            assert_eq!(said, "interrupted\n", "{name}");
            assert_eq!(accounts, OLD);
        }
    }

    #[test]
    fn f25_interrupted_at_any_moment_the_accounts_are_the_old_or_the_new_ones() {
        let folder = many_orders("moments", 60_000);
        let whole = {
            assert!(start(&folder.0).wait_with_output().unwrap().status.success());
            std::fs::read_to_string(folder.0.join("out/accounts.csv")).unwrap()
        };
        for ms in (0..40).map(|n| n * 6) {
            let (status, said, accounts) = interrupt(&folder.0, "-INT", Duration::from_millis(ms));
            // Before it listens, a process ends by the signal itself.
            assert!(matches!(status.code(), None | Some(0 | 130)), "{ms} ms: {status} {said}");
            assert!(accounts == OLD || accounts == whole, "{ms} ms: {accounts}");
            assert!(status.code() != Some(0) || accounts == whole, "{ms} ms");
        }
    }
}

#[cfg(not(feature = "parquet"))]
#[test]
fn bad_117_a_table_that_needs_a_feature_is_refused_and_names_it() {
    let orders = format!("{ORDERS}\no-1,C1,2025-01-31,10\n");
    let base: [(&str, &[u8]); 2] = [("customers.csv", CUSTOMERS.as_bytes()), ("orders.csv", orders.as_bytes())];
    for (n, other) in ["order_lines.parquet", "order_lines/1.parquet"].into_iter().enumerate() {
        let folder = Folder::new(&format!("off-{n}"), &[base[0], base[1], (other, b"PAR1")]);
        let error = refused(read_folder(&folder.0, &ReadOptions::default()));
        assert_eq!(error.code(), Code::FeatureOff);
        assert!(error.to_string().contains("the feature `parquet`"), "{error}");
    }
    let folder = Folder::new("off-mapped", &[base[0], ("x.parquet", b"PAR1")]);
    let mapping = Mapping::from_toml("[orders]\nfile = \"x.parquet\"", "m").unwrap();
    let error = refused(read_folder(&folder.0, &ReadOptions::default().mapping(mapping)));
    assert_eq!(error.code(), Code::FeatureOff);
    let only = ReadOptions::default().input(portefeuille::io::InputFormat::Parquet);
    assert_eq!(refused(read_folder(&folder.0, &only)).code(), Code::FeatureOff);
}
