//! `portefeuille facts`.

use crate::analyze::{LangArg, date};
use crate::input::{Input, model};
use crate::running::{Running, run_with_threads};
use crate::{Done, output};
use portefeuille::io::{FACTS_FILES, prepare_output};
use portefeuille::{Date, Lang, Result};
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) input: Input,
    /// The folder of the facts: facts_core.csv, facts_events.csv, facts_families.csv, fact_spec.json
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The model (TOML): fiscal years, the window and small orders are its matter
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// The last day that counts, which must be the same for all facts that are to be added up; by default the model's, else
    /// the latest order date
    #[arg(long, value_name = "DATE", value_parser = date)]
    as_of: Option<Date>,
    /// The language of texts
    #[arg(long, default_value = "fr")]
    lang: LangArg,
    #[command(flatten)]
    running: Running,
}

pub(crate) fn run(args: &Args) -> Result<Done> {
    let threads = args.running.threads()?;
    let model = model(args.model.as_deref(), args.as_of)?;
    let options = args.input.options()?.orders_optional(true);
    args.input.must_differ_from(&args.out, &FACTS_FILES, None, args.model.as_deref(), &options)?;
    let lang = args.lang.into();
    let watch = args.running.watch(lang, false);
    prepare_output(&args.out)?;
    let options = options.progress(watch.hook());
    let facts = run_with_threads(threads, || model.write_facts(args.input.tables(), &args.out, &options))?;
    watch.end()?;
    if !args.running.quiet {
        output::print(&said(lang, facts.len(), facts.spec().as_of))?;
    }
    Ok(Done::Fine)
}

fn said(lang: Lang, accounts: usize, as_of: Date) -> String {
    let accounts = lang.count(i64::try_from(accounts).unwrap_or(i64::MAX));
    match lang {
        Lang::Fr => format!("faits jusqu'au {as_of}, comptes : {accounts}\n"),
        _ => format!("facts up to {as_of}, accounts: {accounts}\n"),
    }
}
