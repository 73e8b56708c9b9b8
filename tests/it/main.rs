//! Integration tests, in one binary. Names carry the ids of the catalogue of promises: `bad_…`, `p…`, `f…`.

mod bad_csv;
mod bad_records;
mod bad_values;
mod common;
mod faults;
mod mapping;
mod real_data;
mod split;
