//! How long commands run: on how many threads, and how much they say meanwhile.

use crate::watch::Watch;
use portefeuille::{Code, Lang, Problem, Result, parallel};

#[derive(clap::Args)]
pub(crate) struct Running {
    /// Threads to use, by default one per core; only 1 without the feature `parallel`
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Print nothing but errors
    #[arg(long)]
    pub(crate) quiet: bool,
}

impl Running {
    /// How many threads to use; 0 is for the library to choose. Fails for more than this build can.
    pub(crate) fn threads(&self) -> Result<usize> {
        match self.threads {
            Some(n) if n > 1 && cfg!(not(feature = "parallel")) => {
                let problem =
                    Problem::new(Code::FeatureOff, "this build has not the feature `parallel`: it uses one thread");
                Err(problem.hint("leave --threads out").into())
            }
            n => Ok(n.unwrap_or_default().into()),
        }
    }

    /// Watches the run. Where messages are for a machine, nothing is shown of it.
    pub(crate) fn watch(&self, lang: Lang, for_machine: bool) -> Watch {
        Watch::begin(lang, self.quiet || for_machine)
    }
}

/// Runs some work on a number of threads.
pub(crate) fn run_with_threads<T: Send>(threads: usize, work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    parallel::with_threads(threads, work)?
}
