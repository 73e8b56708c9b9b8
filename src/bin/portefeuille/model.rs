//! `portefeuille model`.

use crate::{Done, input, output};
use portefeuille::Result;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// A model to print in full; by default the default one
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Result<Done> {
    output::print(&input::model(args.model.as_deref(), None)?.describe())?;
    Ok(Done::Fine)
}
