//! Promises that hold for all portfolios, tried on random ones; each test is named by its id.
//!
//! `PROPTEST_CASES` says how many cases each takes: 100 by default, 1,000 every night, 10,000 before a release. Seeds
//! that failed are kept beside the tests and tried first.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod accounting;
mod build;
mod cuts;
mod differential;
mod merging;
mod models;
mod money;
mod movement;
mod oracle;
mod placing;
mod strategy;
