//! Results for people to read.

mod missing;
mod table;
#[cfg(test)]
mod tests;
mod text;

pub use text::summary;
