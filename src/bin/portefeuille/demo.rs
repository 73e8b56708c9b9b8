//! `portefeuille demo`.

use crate::analyze::LangArg;
use crate::{Done, output};
use portefeuille::Lang;
use portefeuille::io::{
    ReadOptions, WriteOptions, prepare_output, read_folder, write_file, write_results, write_tables,
};
use portefeuille::sample::Sample;
use portefeuille::{Result, report};
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
}

pub(crate) fn run(args: &Args) -> Result<Done> {
    let sample = Sample::new(args.seed);
    let model = Sample::model();
    let tables = args.out.join("tables");
    prepare_output(&args.out)?;
    write_tables(&tables, &sample.customers, &sample.orders, &sample.order_lines, &sample.events)?;
    write_file(&args.out.join("model.toml"), &model.describe())?;
    // What is shown is what anyone gets from these files.
    let ledger = read_folder(&tables, &ReadOptions::default())?;
    let portfolio = model.analyze(&ledger)?;
    write_results(&portfolio, &args.out, &WriteOptions::new().seed(args.seed))?;
    let lang = args.lang.into();
    output::print(&report::summary(&portfolio, lang, output::color()))?;
    let first = portfolio.attention(1).first().map(|a| a.account.id().to_string()).unwrap_or_default();
    output::print(&closing(lang, &args.out.display().to_string(), &first))?;
    Ok(Done::Fine)
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
