//! Parquet files: opened once, decoded in portions that are independent of each other.

mod chunks;
mod file;

pub(super) use file::ParquetFile;

use super::ReadOptions;
use super::arrow::Poster;
use crate::error::{Result, Table};
use crate::ledger::Ledger;
use std::path::Path;

/// Reads one file of a table into a ledger. Records that cannot be used do not make it fail.
pub(super) fn read_file(
    ledger: &mut Ledger,
    table: Table,
    path: &Path,
    name: &str,
    options: &ReadOptions,
) -> Result<()> {
    let file = ParquetFile::open(path, name, table, options)?;
    let mut poster = Poster::new(file.tell(ledger));
    for portion in 0..file.portions().len() {
        let decoded = file.decode(portion)?;
        decoded.post(0..decoded.rows(), ledger, &mut poster)?;
    }
    poster.finish(ledger, table);
    Ok(())
}
