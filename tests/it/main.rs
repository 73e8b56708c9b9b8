//! Integration tests, in one binary. Names carry the ids of the catalogue of promises: `bad_…`, `p…`, `f…`.
#![cfg(feature = "csv")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    unreachable_pub,
    reason = "a test may"
)]

mod bad_csv;
mod bad_records;
mod bad_values;
#[cfg(feature = "cli")]
mod command;
mod common;
mod confidence;
mod facts_files;
mod faults;
mod grades;
mod mapping;
mod migration;
mod pages;
#[cfg(feature = "parquet")]
mod parquet;
mod real_data;
mod reference;
mod results;
mod scorer;
mod split;
mod threads;
