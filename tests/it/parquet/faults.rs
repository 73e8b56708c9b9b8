//! Parquet files that are cut, flipped or changed.

use super::make::*;
use crate::common::*;
use portefeuille::io::{ReadOptions, read_folder};
use portefeuille::{Code, Ledger, Result};
use std::fs;

/// A small file with texts, words, amounts, dates and nulls.
fn small() -> Vec<u8> {
    let columns = with(orders(), "channel", some_texts([Some("web"), None]));
    file_of(&columns, 1)
}

fn read(folder: &Folder, bytes: &[u8]) -> Result<Ledger> {
    fs::write(folder.0.join("orders.parquet"), bytes).unwrap();
    read_folder(&folder.0, &ReadOptions::default().policy(aside()))
}

fn folder(name: &str) -> Folder {
    Folder::new(name, &[("customers.csv", CUSTOMERS.as_bytes())])
}

#[test]
fn f8_every_prefix_is_an_error() {
    let (whole, folder) = (small(), folder("parquet-cut"));
    for len in 0..whole.len() {
        let error = refused(read(&folder, &whole[..len]));
        let expected = if len == 0 { Code::EmptyFile } else { Code::UnreadableFile };
        assert_eq!((error.code(), error.location().file.as_deref()), (expected, Some("orders.parquet")), "{len}");
    }
    assert_eq!(read(&folder, &whole).unwrap().order_count(), 2);
}

#[test]
fn f9_f21_a_flipped_bit_is_an_error_or_other_data_and_no_panic_escapes() {
    // Panics of the decoder are caught, but would be printed.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let (mut bytes, folder) = (small(), folder("parquet-flips"));
    let (mut refused, mut read_all) = (0, 0);
    for at in 0..bytes.len() {
        for bit in [0, 3, 7] {
            bytes[at] ^= 1 << bit;
            match read(&folder, &bytes) {
                Ok(_) => read_all += 1,
                Err(_) => refused += 1,
            }
            bytes[at] ^= 1 << bit;
        }
    }
    std::panic::set_hook(hook);
    assert!(refused > 100 && read_all > 100, "{refused} {read_all}");
}

#[test]
fn files_of_other_formats_are_told() {
    let folder = folder("parquet-other");
    for bytes in [&b"PAR1"[..], b"order_id,customer_id\n", &[0; 64], b"PAR1xxxxPAR1"] {
        assert_eq!(refused(read(&folder, bytes)).code(), Code::UnreadableFile);
    }
    fs::write(folder.0.join("orders.csv"), small()).unwrap();
    fs::remove_file(folder.0.join("orders.parquet")).unwrap();
    let error = refused(read_folder(&folder.0, &ReadOptions::default()));
    assert!(error.to_string().contains("name the file .parquet"), "{error}");
}

#[test]
fn f7_a_file_that_changes_while_it_is_read_is_an_error() {
    use std::io::Write;
    use std::sync::atomic::{AtomicBool, Ordering};
    let rows = 400_000;
    let ids = numbers((0..rows).map(Some));
    let same = |text: &'static str| some_texts((0..rows).map(|_| Some(text)));
    let columns: Columns = vec![
        ("order_id", ids),
        ("customer_id", same("C1")),
        ("ordered_on", same("2025-01-31")),
        ("revenue", numbers((0..rows).map(Some))),
    ];
    let folder = folder("parquet-changing");
    let path = folder.0.join("orders.parquet");
    fs::write(&path, file_of(&columns, 10_000)).unwrap();
    let done = AtomicBool::new(false);
    let read = std::thread::scope(|scope| {
        scope.spawn(|| {
            // The columns stay where they are: only the end of the file is written anew.
            let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
            std::thread::sleep(std::time::Duration::from_millis(20));
            while !done.load(Ordering::Relaxed) {
                file.write_all(b"x").unwrap();
                std::thread::sleep(std::time::Duration::from_millis(1));
            }
        });
        let read = read_folder(&folder.0, &ReadOptions::default());
        done.store(true, Ordering::Relaxed);
        read
    });
    let error = refused(read);
    assert!(matches!(error.code(), Code::Changed), "{error}");
}
