//! Results for people to read.

mod certainty;
mod clusters;
mod missing;
mod quality;
mod table;
#[cfg(test)]
mod tests;
mod text;

pub use quality::quality;
pub use text::summary;
