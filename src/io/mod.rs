//! Files in and out.

mod write;

pub use write::{CsvStyle, WriteOptions, write_results};
