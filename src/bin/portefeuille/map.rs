//! `portefeuille map`.

use crate::{Done, output};
use portefeuille::Result;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The export: a CSV file with a header, gzip or not
    export: PathBuf,
}

pub(crate) fn run(args: &Args) -> Result<Done> {
    output::print(&portefeuille::io::propose_mapping(&args.export)?)?;
    Ok(Done::Fine)
}
