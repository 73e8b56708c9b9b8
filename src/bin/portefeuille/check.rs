//! `portefeuille check`.

use crate::analyze::LangArg;
use crate::input::Input;
use crate::{Done, output};
use portefeuille::{Class, OnReject, Result, report};

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    input: Input,
    /// The language of texts
    #[arg(long, default_value = "fr")]
    lang: LangArg,
    /// End with 1 when there are findings
    #[arg(long)]
    strict: bool,
}

pub(crate) fn run(args: &Args) -> Result<Done> {
    // A check reports every record that does not fit, so it sets them all aside first.
    let mut options = args.input.options()?;
    let policy = options.read_policy().clone().on_reject(OnReject::Aside);
    options = options.policy(policy);
    let ledger = args.input.read(&options)?;
    let quality = ledger.settled_quality()?;
    output::print(&report::quality(&quality, args.lang.into()))?;
    let rejected = quality.counts().keys().any(|code| code.class() == Class::Record);
    let found = !quality.counts().is_empty();
    Ok(if rejected || (args.strict && found) { Done::Findings } else { Done::Fine })
}
