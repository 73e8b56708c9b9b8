//! The command `portefeuille`.

mod analyze;
mod check;
mod demo;
mod facts;
mod input;
mod interrupt;
mod map;
mod migrate;
mod model;
mod output;
mod running;
mod watch;

use clap::{Parser, Subcommand};
use portefeuille::{Code, Error, ErrorKind};
use std::process::ExitCode;

/// Which customers to protect, develop, correct, simplify or leave, and the proof.
#[derive(Parser)]
#[command(name = "portefeuille", version, about, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a sample portfolio, analyse it and say what it shows: the first thing to try
    Demo(demo::Args),
    /// Analyse tables: margin, cost to serve, matrix and tiers of each account
    Analyze(analyze::Args),
    /// Look at the quality of the data only
    Check(check::Args),
    /// Write the facts as files, to be added up by later analyses (--facts)
    Facts(facts::Args),
    /// Compare two dates: who moved from cell to cell, what moved each, and how far cells hold
    Migrate(migrate::Args),
    /// Print the model, every setting with its default and its reason
    Model(model::Args),
    /// Propose a mapping from the header of an export
    Map(map::Args),
}

/// What a command may end with besides an error.
enum Done {
    Fine,
    /// There are findings, and they were asked to count.
    Findings,
    /// There are records that an analysis would refuse.
    Rejects,
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let asked = !error.use_stderr();
            let _ = error.print();
            return if asked { ExitCode::SUCCESS } else { ExitCode::from(64) };
        }
    };
    let done = match &cli.command {
        Command::Demo(args) => demo::run(args),
        Command::Analyze(args) => analyze::run(args),
        Command::Check(args) => check::run(args),
        Command::Facts(args) => facts::run(args),
        Command::Migrate(args) => migrate::run(args),
        Command::Model(args) => model::run(args),
        Command::Map(args) => map::run(args),
    };
    match done {
        Ok(Done::Fine) => ExitCode::SUCCESS,
        Ok(Done::Findings) => ExitCode::from(1),
        Ok(Done::Rejects) => ExitCode::from(2),
        Err(error) if output::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) if error.kind() == ErrorKind::Cancelled => {
            output::say("interrupted");
            ExitCode::from(interrupt::EXIT_CODE)
        }
        Err(error) => {
            let json = matches!(&cli.command, Command::Analyze(args) if args.log == Some(analyze::Log::Json));
            let aside = match &cli.command {
                Command::Analyze(args) => args.input.sets_aside(),
                Command::Facts(args) => args.input.sets_aside(),
                Command::Migrate(args) => args.input.sets_aside(),
                _ => true,
            };
            output::report(&error, json, aside);
            ExitCode::from(exit_code(&error))
        }
    }
}

/// 2 input, 3 model or mapping, 4 files and disk, 64 usage.
fn exit_code(error: &Error) -> u8 {
    match error.kind() {
        // A table that is not there at all is a matter of files.
        ErrorKind::Input if error.code() == Code::TableMissing => 4,
        ErrorKind::Input => 2,
        ErrorKind::Model => 3,
        ErrorKind::Io => 4,
        _ => 64,
    }
}
