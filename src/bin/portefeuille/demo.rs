//! `portefeuille demo`.

use crate::analyze::LangArg;
use crate::running::{Running, run_with_threads};
use crate::watch::Watch;
use crate::{Done, output};
use portefeuille::Lang;
use portefeuille::io::{
    ReadOptions, WriteOptions, prepare_output, read_folder, write_file, write_results, write_tables,
};
use portefeuille::sample::Sample;
use portefeuille::segment::ConfidenceRules;
use portefeuille::{Portfolio, Result, report};
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The folder of the sample: tables/ and model.toml, with the results beside them
    #[arg(long, value_name = "DIR", default_value = "portefeuille-demo")]
    out: PathBuf,
    /// The language of texts
    #[arg(long, default_value = "fr")]
    lang: LangArg,
    /// The seed of the sample
    #[arg(long, default_value_t = 0)]
    seed: u64,
    #[command(flatten)]
    running: Running,
}

pub(crate) fn run(args: &Args) -> Result<Done> {
    let threads = args.running.threads()?;
    let lang = args.lang.into();
    let watch = args.running.watch(lang, false);
    let portfolio = run_with_threads(threads, || args.results(&watch))?;
    watch.end()?;
    if !args.running.quiet {
        output::print(&report::summary(&portfolio, lang, output::color()))?;
        let first = portfolio.attention(1).first().map(|a| a.account.id().to_string()).unwrap_or_default();
        output::print(&closing(lang, &args.out.display().to_string(), &first))?;
    }
    Ok(Done::Fine)
}

impl Args {
    /// Makes the sample, and analyses it.
    fn results(&self, watch: &Watch) -> Result<Portfolio> {
        let sample = Sample::new(self.seed);
        let model = Sample::model().seed(self.seed).confidence(ConfidenceRules::default());
        let tables = self.out.join("tables");
        prepare_output(&self.out)?;
        write_tables(&tables, &sample.customers, &sample.orders, &sample.order_lines, &sample.events)?;
        write_file(&self.out.join("model.toml"), &model.describe())?;
        // What is shown is what anyone gets from these files.
        let ledger = read_folder(&tables, &ReadOptions::default().progress(watch.hook()))?;
        watch.analysing()?;
        let portfolio = model.analyze(&ledger)?;
        watch.writing()?;
        write_results(&portfolio, &self.out, &WriteOptions::new().progress(watch.hook()))?;
        Ok(portfolio)
    }
}

fn closing(lang: Lang, out: &str, account: &str) -> String {
    let command = format!("portefeuille analyze {out}/tables --model {out}/model.toml --out {out}");
    let why = format!("--why {account}");
    match lang {
        Lang::En => format!(
            "\nThis portfolio and its rates are invented: no figure here is anyone's. Put your own rates in model.toml.\n\
             Tables, model and results are in {out}/. The same again, and why the first account stands where it does:\n  \
             {command} --lang en {why}\n"
        ),
        Lang::Fr => format!(
            "\nCe portefeuille et ses taux sont inventés : aucun chiffre n'est celui de quelqu'un. Vos taux vont dans \
             model.toml.\nTables, modèle et résultats sont dans {out}/. La même chose, et pourquoi le premier compte est \
             où il est :\n  {command} {why}\n"
        ),
    }
}
