//! How long things take. `benches/README.md` says what each group is for, and how to run them.

#![allow(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

mod support;

mod confidence;
mod csv;
mod facts;
mod path;
mod ranks;
mod scorer;
mod scores;

fn main() {
    divan::Divan::default().sample_count(support::SAMPLES).config_with_args().main();
}
