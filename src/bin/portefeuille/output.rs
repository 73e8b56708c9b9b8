//! Results to stdout, messages to stderr.

use portefeuille::{Code, Error, Problem, Result};
use std::io::{self, IsTerminal, Write};

/// Prints a result. A reader that has seen enough closes the pipe; that is no error.
pub(crate) fn print(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|e| Error::io("stdout", "cannot write", e))
}

/// True for the error of a pipe that was closed on the other side.
pub(crate) fn is_closed_pipe(error: &Error) -> bool {
    let source = std::error::Error::source(error).and_then(|e| e.downcast_ref::<io::Error>());
    source.is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
}

/// Prints a message.
pub(crate) fn say(text: &str) {
    // A message that nobody can read changes nothing.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Prints an error with all its problems, as lines or as JSON. `aside`: records are set aside already.
pub(crate) fn report(error: &Error, json: bool, aside: bool) {
    if json {
        for problem in error.problems() {
            say(&serde_json::to_string(problem).unwrap_or_else(|e| e.to_string()));
        }
        return;
    }
    let total = error.total();
    say(&format!("error: {error}"));
    if total > 1 {
        say(&format!("{total} problems in all"));
    }
    if !aside && error.problems().any(can_go_aside) {
        say("To set such records aside and go on: --on-reject aside (they are then listed in rejects.csv).");
    }
}

fn can_go_aside(problem: &Problem) -> bool {
    problem.code.class() == portefeuille::Class::Record && problem.code != Code::OrderSetAside
}

/// Whether text may be coloured: on a terminal, unless NO_COLOR says otherwise.
pub(crate) fn color() -> bool {
    io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
}
