//! Results for people to read.

mod certainty;
mod migration;
mod missing;
mod quality;
mod table;
#[cfg(test)]
mod tests;
mod text;

pub use migration::migration;
pub use quality::quality;
pub use text::summary;
