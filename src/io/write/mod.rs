//! Writing the results of an analysis: the accounts, `summary.json` and `rejects.csv`, whole or absent.

mod accounts;
mod atomic;
mod cells;
mod clusters;
mod digits;
mod json;
mod migration;
#[cfg(feature = "parquet")]
mod parquet;
mod rejects;
mod summary;
mod tables;

pub(crate) use atomic::Folder;
pub use cells::CsvStyle;
pub(crate) use cells::Rows;
pub use tables::write_tables;

use crate::error::{Error, Result};
use crate::io::progress::{Progress, ProgressHook, ProgressMeter, Stage, Watched};
use crate::migration::{Migration, Stability};
use crate::parallel;
use crate::portfolio::Portfolio;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::Path;

/// The format of the accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccountsFormat {
    /// `accounts.csv`.
    #[default]
    Csv,
    /// `accounts.json`: an array of one object per account, with the same columns. Missing values are null, and numbers
    /// have all their digits.
    Json,
    /// `accounts.parquet`, with the feature `parquet`.
    #[cfg(feature = "parquet")]
    Parquet,
}

/// How results are written.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct WriteOptions {
    /// The format of the accounts.
    pub format: AccountsFormat,
    /// How CSV files look.
    pub style: CsvStyle,
    progress: Option<ProgressHook>,
}

impl WriteOptions {
    /// UTF-8, commas and dots.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the format of the accounts.
    #[must_use]
    pub fn format(mut self, format: AccountsFormat) -> Self {
        self.format = format;
        self
    }

    /// Sets how CSV files look.
    #[must_use]
    pub fn style(mut self, style: CsvStyle) -> Self {
        self.style = style;
        self
    }

    /// Has a hook told how far writing has come, about every 256 KiB. When it breaks before all files are written, writing
    /// ends with an error of the code `cancelled`, and what was there before is still there.
    #[must_use]
    pub fn progress(mut self, hook: impl Fn(&Progress<'_>) -> ControlFlow<()> + Send + Sync + 'static) -> Self {
        self.progress = Some(ProgressHook::new(hook));
        self
    }
}

/// The names of the files that [`write_results`] may write: the accounts in one format, and the other two.
pub const RESULT_FILES: [&str; 5] =
    ["accounts.csv", "accounts.json", "accounts.parquet", "summary.json", "rejects.csv"];

/// The names of the files that [`write_migration`] writes.
pub const MIGRATION_FILES: [&str; 2] = ["migration.csv", "migration.json"];

/// The names of the files that [`Model::write_facts`](crate::Model::write_facts) writes.
pub const FACTS_FILES: [&str; 4] = ["facts_core.csv", "facts_events.csv", "facts_families.csv", "fact_spec.json"];

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
    let meter = ProgressMeter::new(options.progress.as_ref(), Stage::Writing, || None);
    let mut folder = Folder::open(folder)?;
    let name = match options.format {
        AccountsFormat::Csv => "accounts.csv",
        AccountsFormat::Json => "accounts.json",
        #[cfg(feature = "parquet")]
        AccountsFormat::Parquet => "accounts.parquet",
    };
    let accounts = folder.fill(name, |out| {
        let out = &mut Watched::new(out, &meter, name);
        match options.format {
            AccountsFormat::Csv => accounts::write(portfolio, options.style, out),
            AccountsFormat::Json => json::write(portfolio, out),
            #[cfg(feature = "parquet")]
            AccountsFormat::Parquet => parquet::write(portfolio, out),
        }
    })?;
    let others = || {
        let mut write = |name: &str, fill: &dyn Fn(&mut (dyn Write + Send)) -> io::Result<()>| {
            folder.write(name, |out| fill(&mut Watched::new(out, &meter, name)))
        };
        write("summary.json", &|out| summary::write(portfolio, out))?;
        write("rejects.csv", &|out| rejects::write(portfolio.quality(), options.style, out))
    };
    // The accounts are on their way to the disk meanwhile.
    let (flushed, written) = parallel::join(|| accounts.flush(), others);
    flushed.and(written)?;
    folder.commit()
}

/// Writes what changed between two dates into a folder, which is made when it is not there: `migration.csv`, one row for each
/// account that is in either portfolio, and `migration.json`, the whole. Both are replaced whole, or not at all.
pub fn write_migration(
    migration: &Migration<'_>,
    stability: Option<&Stability>,
    folder: &Path,
    options: &WriteOptions,
) -> Result<()> {
    let meter = ProgressMeter::new(options.progress.as_ref(), Stage::Writing, || None);
    let mut folder = Folder::open(folder)?;
    let [rows, whole] = MIGRATION_FILES;
    folder.write(rows, |out| migration::write_rows(migration, options.style, &mut Watched::new(out, &meter, rows)))?;
    folder.write(whole, |out| migration::write_whole(migration, stability, &mut Watched::new(out, &meter, whole)))?;
    folder.commit()
}
