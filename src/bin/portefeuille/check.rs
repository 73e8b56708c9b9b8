//! `portefeuille check`.

use crate::analyze::LangArg;
use crate::input::Input;
use crate::{Done, output};
use portefeuille::{Class, OnReject, Policy, Result, report};

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
    // A check reports every record that does not fit, and so sets them all aside; how it ends is by what was asked.
    let asked = args.input.options()?;
    let policy = Policy::new().on_reject(OnReject::Aside).implicit_customers(asked.read_policy().makes_customers());
    let ledger = args.input.read(&asked.clone().policy(policy))?;
    let quality = ledger.settled_quality()?;
    output::print(&report::quality(&quality, args.lang.into()))?;
    let records = quality.counts().iter().filter(|(code, _)| code.class() == Class::Record);
    let (mut refused, mut already) = (false, 0);
    for (code, count) in records {
        refused |= !asked.read_policy().sets_aside(*code, already + count - 1);
        already += count;
    }
    if refused {
        return Ok(Done::Rejects);
    }
    Ok(if args.strict && !quality.counts().is_empty() { Done::Findings } else { Done::Fine })
}
