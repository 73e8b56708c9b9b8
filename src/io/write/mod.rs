//! Writing the results of an analysis: `accounts.csv`, `summary.json` and `rejects.csv`, whole or absent.

mod accounts;
mod atomic;
mod cells;
mod rejects;
mod summary;

pub use cells::CsvStyle;

use crate::error::Result;
use crate::portfolio::Portfolio;
use atomic::Folder;
use std::path::Path;

/// How results are written.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct WriteOptions {
    /// How CSV files look.
    pub style: CsvStyle,
}

impl WriteOptions {
    /// UTF-8, commas and dots.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how CSV files look.
    #[must_use]
    pub fn style(mut self, style: CsvStyle) -> Self {
        self.style = style;
        self
    }
}

/// The names of the files that [`write_results`] writes.
pub const RESULT_FILES: [&str; 3] = ["accounts.csv", "summary.json", "rejects.csv"];

/// Writes the results into a folder, which is made when it is not there. Our files are replaced whole; other files are
/// left alone. When anything fails, what was there before is still there.
pub fn write_results(portfolio: &Portfolio, folder: &Path, options: &WriteOptions) -> Result<()> {
    let mut folder = Folder::open(folder)?;
    folder.write("accounts.csv", |out| accounts::write(portfolio, options.style, out))?;
    folder.write("summary.json", |out| summary::write(portfolio, out))?;
    folder.write("rejects.csv", |out| rejects::write(portfolio.quality(), options.style, out))?;
    folder.commit()
}
