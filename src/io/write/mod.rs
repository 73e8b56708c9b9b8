//! Writing the results of an analysis: `accounts.csv`, `summary.json` and `rejects.csv`, whole or absent.

mod accounts;
mod atomic;
mod cells;
mod digits;
mod rejects;
mod summary;
mod tables;

pub use cells::CsvStyle;
pub use tables::write_tables;

use crate::error::{Error, Result};
use crate::portfolio::Portfolio;
use atomic::Folder;
use std::path::Path;

/// How results are written.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct WriteOptions {
    /// How CSV files look.
    pub style: CsvStyle,
    /// The seed of everything random, 0 by default. It is written in the summary; nothing is random so far.
    pub seed: u64,
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

    /// Sets the seed of everything random.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}

/// The names of the files that [`write_results`] writes.
pub const RESULT_FILES: [&str; 3] = ["accounts.csv", "summary.json", "rejects.csv"];

/// Writes one file, whole or not at all; its folder is made when it is not there.
pub fn write_file(path: &Path, text: &str) -> Result<()> {
    let name = path.file_name().and_then(|n| n.to_str());
    let name =
        name.ok_or_else(|| Error::io(path.display(), "cannot write", std::io::ErrorKind::InvalidInput.into()))?;
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut folder = Folder::open(parent)?;
    folder.write(name, |out| out.write_all(text.as_bytes()))?;
    folder.commit()
}

/// Makes the folder of the results and sees whether it can be written into, before the work starts.
pub fn prepare_output(folder: &Path) -> Result<()> {
    let mut probe = Folder::open(folder)?;
    probe.write(RESULT_FILES[0], |_| Ok(()))
}

/// Writes the results into a folder, which is made when it is not there. Our files are replaced whole; other files are
/// left alone. When anything fails before all three are written, what was there before is still there; they are then put
/// in their places one after the other.
pub fn write_results(portfolio: &Portfolio, folder: &Path, options: &WriteOptions) -> Result<()> {
    let mut folder = Folder::open(folder)?;
    folder.write("accounts.csv", |out| accounts::write(portfolio, options.style, out))?;
    folder.write("summary.json", |out| summary::write(portfolio, options.seed, out))?;
    folder.write("rejects.csv", |out| rejects::write(portfolio.quality(), options.style, out))?;
    folder.commit()
}
