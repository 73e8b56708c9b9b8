//! `portefeuille analyze`.

use crate::input::{Format, Input, model};
use crate::{Done, output};
use clap::ValueEnum;
use portefeuille::Lang;
use portefeuille::io::{AccountsFormat, CsvStyle, WriteOptions, prepare_output, write_results};
use portefeuille::{Class, Code, Date, Error, Portfolio, Problem, Result, report};
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    input: Input,
    /// The folder of the results: accounts.csv (or accounts.parquet), summary.json, rejects.csv
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The model (TOML; `portefeuille model` prints one)
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// The last day that counts; by default the model's, else the latest order date
    #[arg(long, value_name = "DATE", value_parser = date)]
    as_of: Option<Date>,
    /// The format of the accounts: csv, or parquet with the feature `parquet`
    #[arg(long, value_name = "FORMAT", default_value = "csv")]
    format: Format,
    /// fr: semicolons, decimal commas and a byte order mark, as French spreadsheets open it
    #[arg(long, value_name = "STYLE")]
    csv_style: Option<Style>,
    /// The language of texts
    #[arg(long, default_value = "fr")]
    lang: LangArg,
    /// End with 1 when there are findings
    #[arg(long)]
    strict: bool,
    /// Write the fitted model, for scoring single accounts
    #[arg(long, value_name = "FILE")]
    save_scorer: Option<PathBuf>,
    /// Say why an account stands where it stands (repeatable)
    #[arg(long, value_name = "ID")]
    why: Vec<String>,
    /// Threads to use; this build uses one
    #[arg(long, value_name = "N")]
    threads: Option<u32>,
    /// The seed of everything random
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Print nothing but errors
    #[arg(long)]
    quiet: bool,
    /// json: errors as one JSON object a line
    #[arg(long, value_name = "FORM")]
    pub(crate) log: Option<Log>,
}

/// A language of texts.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LangArg {
    Fr,
    En,
}

impl From<LangArg> for Lang {
    fn from(lang: LangArg) -> Self {
        match lang {
            LangArg::Fr => Self::Fr,
            LangArg::En => Self::En,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Style {
    Plain,
    Fr,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Log {
    Text,
    Json,
}

impl Args {
    /// Whether records that do not fit are set aside already.
    pub(crate) fn sets_aside(&self) -> bool {
        self.input.sets_aside()
    }
}

fn date(text: &str) -> Result<Date, String> {
    Date::parse_bytes(text.as_bytes()).ok_or_else(|| "a date YYYY-MM-DD is expected".to_owned())
}

pub(crate) fn run(args: &Args) -> Result<Done> {
    // Everything that can be refused is refused before any record is read.
    let format = accounts_format(args.format)?;
    if args.threads.is_some_and(|n| n != 1) {
        let problem = Problem::new(Code::FeatureOff, "this build has not the feature `parallel`: it uses one thread");
        return Err(problem.hint("leave --threads out").into());
    }
    let model = model(args.model.as_deref(), args.as_of)?;
    let options = args.input.options()?;
    let (scorer, settings) = (args.save_scorer.as_deref(), args.model.as_deref());
    args.input.must_differ_from(&args.out, scorer, settings, &options)?;
    prepare_output(&args.out)?;
    let ledger = args.input.read(&options)?;
    let portfolio = model.analyze(&ledger)?;
    let style = if args.csv_style == Some(Style::Fr) { CsvStyle::Fr } else { CsvStyle::Plain };
    write_results(&portfolio, &args.out, &WriteOptions::new().style(style).accounts(format).seed(args.seed))?;
    if let Some(path) = &args.save_scorer {
        let text = serde_json::to_string(&portfolio.scorer())
            .map_err(|e| Error::io(path.display(), "cannot be written", e.into()))?;
        portefeuille::io::write_file(path, &text)?;
    }
    if !args.quiet {
        output::print(&report::summary(&portfolio, args.lang.into(), output::color()))?;
    }
    for id in &args.why {
        output::print(&format!("\n{}\n", portfolio.account(id.as_str())?.why().lang(args.lang.into())))?;
    }
    Ok(if args.strict && has_findings(&portfolio) { Done::Findings } else { Done::Fine })
}

fn accounts_format(format: Format) -> Result<AccountsFormat> {
    match format {
        Format::Csv => Ok(AccountsFormat::Csv),
        #[cfg(feature = "parquet")]
        Format::Parquet => Ok(AccountsFormat::Parquet),
        other => Err(other.off()),
    }
}

/// Whether anything was found in the records or by the analysis.
fn has_findings(portfolio: &Portfolio) -> bool {
    let in_records = portfolio.quality().counts().keys().any(|code| code.class() != Class::Fatal);
    in_records || !portfolio.findings().is_empty()
}
