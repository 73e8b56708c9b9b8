//! Integration tests, in one binary. Names carry the ids of the catalogue of promises: `bad_…`, `p…`, `f…`.
#![cfg(feature = "csv")]

#[cfg(feature = "cli")]
mod command;
mod common;
mod real_data;
mod reference;
mod results;
mod scorer;
