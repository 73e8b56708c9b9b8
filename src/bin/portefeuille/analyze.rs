//! `portefeuille analyze`.

use crate::input::{Format, Input, model};
use crate::running::{Running, run_with_threads};
use crate::watch::Watch;
use crate::{Done, output};
use clap::ValueEnum;
use portefeuille::Lang;
use portefeuille::io::{
    AccountsFormat, CsvStyle, RESULT_FILES, ReadOptions, WriteOptions, prepare_output, write_file, write_results,
};
use portefeuille::segment::cluster::ClusterCount;
use portefeuille::{Class, Date, Error, Model, Portfolio, Result, report};
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) input: Input,
    /// The folder of the results: accounts.csv (or .json, .parquet), summary.json, rejects.csv
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Folders of facts to be added up with the records of TABLES (repeatable). TABLES holds the customers, and needs no
    /// orders then
    #[arg(long, value_name = "DIR", num_args = 1..)]
    facts: Vec<PathBuf>,
    /// The model (TOML; `portefeuille model` prints one)
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// The last day that counts; by default the model's, else that of the facts, else the latest order date
    #[arg(long, value_name = "DATE", value_parser = date)]
    as_of: Option<Date>,
    /// The format of the accounts: csv, json, or parquet with the feature `parquet`
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
    /// Say how sure each label is, from N draws of weights, rates and estimates (columns p_or to undecided)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    confidence: Option<u32>,
    /// Group accounts that are alike into K clusters, or as many as the data have (column cluster); with the feature
    /// `clustering`
    #[arg(long, value_name = "K|auto", value_parser = cluster_count)]
    clusters: Option<ClusterCount>,
    /// The seed of everything random; by default the model's, else 0
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    #[command(flatten)]
    running: Running,
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

/// How CSV files look.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Style {
    Plain,
    Fr,
}

impl From<Style> for CsvStyle {
    fn from(style: Style) -> Self {
        match style {
            Style::Plain => Self::Plain,
            Style::Fr => Self::Fr,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Log {
    Text,
    Json,
}

impl Args {
    /// Sets in the model what was asked for.
    fn ask(&self, model: &mut Model) {
        if let Some(draws) = self.confidence {
            model.confidence.get_or_insert_default().draws = draws;
        }
        if let Some(count) = self.clusters {
            model.clusters.get_or_insert_default().k = count;
        }
        model.seed = self.seed.unwrap_or(model.seed);
    }

    /// Reads, analyses and writes.
    fn results(&self, model: &Model, options: ReadOptions, watch: &Watch) -> Result<Portfolio> {
        let portfolio = model.analyze_folder_with(self.input.tables(), &self.facts, &options.progress(watch.hook()))?;
        watch.writing()?;
        let style = self.csv_style.unwrap_or(Style::Plain).into();
        let format = accounts_format(self.format)?;
        let options = WriteOptions::new().format(format).style(style).progress(watch.hook());
        write_results(&portfolio, &self.out, &options)?;
        if let Some(path) = &self.save_scorer {
            let text = serde_json::to_string(&portfolio.scorer())
                .map_err(|e| Error::io(path.display(), "cannot be written", e.into()))?;
            write_file(path, &text)?;
        }
        Ok(portfolio)
    }
}

pub(crate) fn date(text: &str) -> Result<Date, String> {
    Date::parse_bytes(text.as_bytes()).ok_or_else(|| "a date YYYY-MM-DD is expected".to_owned())
}

fn cluster_count(text: &str) -> Result<ClusterCount, String> {
    match text {
        "auto" => Ok(ClusterCount::Auto),
        _ => text.parse().map(ClusterCount::Fixed).map_err(|_| "auto or a number from 2 to 100 is expected".to_owned()),
    }
}

pub(crate) fn run(args: &Args) -> Result<Done> {
    // Everything that can be refused is refused before any record is read.
    accounts_format(args.format)?;
    let threads = args.running.threads()?;
    let mut model = model(args.model.as_deref(), args.as_of)?;
    args.ask(&mut model);
    model.check()?;
    let options = args.input.options()?.orders_optional(!args.facts.is_empty());
    args.input.must_differ_from(
        &args.out,
        &RESULT_FILES,
        args.save_scorer.as_deref(),
        args.model.as_deref(),
        &options,
    )?;
    let watch = args.running.watch(args.lang.into(), args.log == Some(Log::Json));
    prepare_output(&args.out)?;
    let portfolio = run_with_threads(threads, || args.results(&model, options, &watch))?;
    watch.end()?;
    if !args.running.quiet {
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
        Format::Json => Ok(AccountsFormat::Json),
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
