//! `portefeuille migrate`.

use crate::analyze::{LangArg, Style, date};
use crate::input::{Input, model};
use crate::running::{Running, run_with_threads};
use crate::watch::Watch;
use crate::{Done, output};
use portefeuille::io::{MIGRATION_FILES, ReadOptions, WriteOptions, prepare_output, write_migration};
use portefeuille::segment::Hysteresis;
use portefeuille::{Code, Date, Model, Problem, Result, report};
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) input: Input,
    /// The first date: the last day that counts then
    #[arg(long, value_name = "DATE", value_parser = date)]
    from: Date,
    /// The second date
    #[arg(long, value_name = "DATE", value_parser = date)]
    to: Date,
    /// The model (TOML; `portefeuille model` prints one). Its as_of does not count here
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// How far beyond a cut an account must go to change sides, on both axes; by default the model's, which is 0 unless it
    /// says more
    #[arg(long, value_name = "DISTANCE")]
    hysteresis: Option<f64>,
    /// The folder of the results, if they are wanted as files: migration.csv, migration.json
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// fr: semicolons, decimal commas and a byte order mark, as French spreadsheets open it
    #[arg(long, value_name = "STYLE")]
    csv_style: Option<Style>,
    /// The language of texts
    #[arg(long, default_value = "fr")]
    lang: LangArg,
    #[command(flatten)]
    running: Running,
}

impl Args {
    /// Reads once, analyses at each date, and writes. Gives what is to be shown.
    fn results(&self, model: &Model, options: &ReadOptions, watch: &Watch) -> Result<String> {
        let ledger = self.input.read(&options.clone().progress(watch.hook()))?;
        watch.analysing()?;
        let snapshots = model.at_two_dates(&ledger, self.from, self.to)?;
        let (migration, stability) = (snapshots.migration()?, snapshots.stability()?);
        if let Some(out) = &self.out {
            watch.writing()?;
            let style = self.csv_style.unwrap_or(Style::Plain).into();
            let options = WriteOptions::new().style(style).progress(watch.hook());
            write_migration(&migration, stability.as_ref(), out, &options)?;
        }
        Ok(report::migration(&migration, stability.as_ref(), self.lang.into(), output::color()))
    }
}

pub(crate) fn run(args: &Args) -> Result<Done> {
    // Everything that can be refused is refused before any record is read.
    if args.from >= args.to {
        let reason = format!("--from {} --to {}: the first date must come before the second", args.from, args.to);
        return Err(Problem::new(Code::BadUse, reason).into());
    }
    let threads = args.running.threads()?;
    // The last of the dates stands for the model's own, so that what contradicts it is found now.
    let mut model = model(args.model.as_deref(), Some(args.to))?;
    if let Some(delta) = args.hysteresis {
        model.matrix.hysteresis = Hysteresis::both(delta);
        model.check()?;
    }
    let options = args.input.options()?;
    if let Some(out) = &args.out {
        args.input.must_differ_from(out, &MIGRATION_FILES, None, args.model.as_deref(), &options)?;
        prepare_output(out)?;
    }
    let watch = args.running.watch(args.lang.into(), false);
    let text = run_with_threads(threads, || args.results(&model, &options, &watch))?;
    watch.end()?;
    if !args.running.quiet {
        output::print(&text)?;
    }
    Ok(Done::Fine)
}
