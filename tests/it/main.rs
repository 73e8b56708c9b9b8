//! Integration tests, in one binary. Names carry the ids of the catalogue of promises: `bad_…`, `p…`, `f…`.

mod common;
mod real_data;
