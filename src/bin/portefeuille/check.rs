//! `portefeuille check`.

use crate::analyze::LangArg;
use crate::input::Input;
use crate::running::{Running, run_with_threads};
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
    #[command(flatten)]
    running: Running,
}

pub(crate) fn run(args: &Args) -> Result<Done> {
    let threads = args.running.threads()?;
    // A check reports every record that does not fit, and so sets them all aside; how it ends is by what was asked.
    let asked = args.input.options()?;
    let policy = Policy::new().on_reject(OnReject::Aside).implicit_customers(asked.read_policy().makes_customers());
    let watch = args.running.watch(args.lang.into(), false);
    let options = asked.clone().policy(policy).progress(watch.hook());
    let quality = run_with_threads(threads, || {
        let ledger = args.input.read(&options)?;
        watch.analysing()?;
        ledger.settled_quality()
    })?;
    watch.end()?;
    if !args.running.quiet {
        output::print(&report::quality(&quality, args.lang.into()))?;
    }
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
