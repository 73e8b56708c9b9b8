//! Files in and out: tables to a [`Ledger`](crate::Ledger), results to a folder.
//!
//! [`read_folder`] reads the tables of a folder, [`read_table`] one table from any reader. Nothing is guessed: a value is
//! read exactly as [`Mapping`] and the documented formats say, or refused with its file, line, byte and column and with
//! the setting that would read it.
//!
//! ```
//! use portefeuille::{Ledger, Table, io};
//!
//! let mut ledger = Ledger::new();
//! let options = io::ReadOptions::default();
//! io::read_table(&mut ledger, Table::Customers, "customers.csv", "customer_id\nayala\n".as_bytes(), &options)?;
//! let orders = "order_id,customer_id,ordered_on,revenue\no-1,ayala,2025-01-31,9000\n";
//! io::read_table(&mut ledger, Table::Orders, "orders.csv", orders.as_bytes(), &options)?;
//! assert_eq!(ledger.order_count(), 1);
//! # Ok::<(), portefeuille::Error>(())
//! ```

#[cfg(feature = "parquet")]
pub mod arrow;
mod csv;
mod folder;
mod mapping;
mod options;
#[cfg(feature = "parquet")]
mod parquet;
pub(crate) mod pieces;
pub(crate) mod progress;
mod write;

pub use folder::{input_files, read_folder, read_table};
pub use mapping::{Mapping, propose_mapping};
pub use options::{InputFormat, ReadOptions};
pub use progress::{Progress, Stage};
pub use write::{
    AccountsFormat, CsvStyle, FACTS_FILES, MIGRATION_FILES, RESULT_FILES, WriteOptions, prepare_output, write_file,
    write_migration, write_results, write_tables,
};
pub(crate) use write::{Folder, Rows};
