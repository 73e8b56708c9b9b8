//! Errors and findings: what is wrong, where, what was expected, and which option helps.
//!
//! One [`Problem`] is one fault at one place. A [`Problem`] becomes an [`Error`] when work must stop, a set-aside record
//! when the caller chose so, or a finding when the record is used all the same; its [`Code`] is the same in all three.

mod code;
mod problem;

pub use code::{Class, Code};
pub use problem::{Location, Problem, Table};

use std::fmt;

/// What went wrong, to match on. [`Error::code`] is finer and stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The records or their files: the one who made them can mend it.
    Input,
    /// The model, the mapping or the rules.
    Model,
    /// Files and disk.
    Io,
    /// The caller's use of the library, such as asking for an account that does not exist.
    Usage,
    /// The caller ended the work through a progress hook: nothing is at fault.
    Cancelled,
    /// A feature or option that this build does not have.
    Unsupported,
}

/// Why something could not be done: one problem, or all that were found at once.
///
/// ```
/// use portefeuille::{Date, ErrorKind};
///
/// let error = "02/01/2025".parse::<Date>().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Input);
/// assert_eq!(error.code().as_str(), "bad_date");
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    first: Problem,
    more: Vec<Problem>,
    /// How many problems there were, which may be more than are kept.
    total: u64,
    source: Option<std::io::Error>,
}

/// A result with this library's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error of one problem.
    pub fn new(problem: Problem) -> Self {
        Self(Box::new(Inner { first: problem, more: Vec::new(), total: 1, source: None }))
    }

    /// An error of all the problems found, or `None` when there are none. `total` counts those not kept as well.
    pub fn all(problems: Vec<Problem>, total: u64) -> Option<Self> {
        let mut problems = problems.into_iter();
        let first = problems.next()?;
        let more: Vec<_> = problems.collect();
        let total = total.max(more.len() as u64 + 1);
        Some(Self(Box::new(Inner { first, more, total, source: None })))
    }

    /// A fault of files or disk, at a path.
    pub fn io(path: impl fmt::Display, doing: &str, source: std::io::Error) -> Self {
        let problem = Problem::new(Code::Io, format!("{doing}: {source}")).file(path.to_string());
        Self(Box::new(Inner { first: problem, more: Vec::new(), total: 1, source: Some(source) }))
    }

    /// What went wrong, to match on.
    pub fn kind(&self) -> ErrorKind {
        self.code().kind()
    }

    /// The stable code of the first problem.
    pub fn code(&self) -> Code {
        self.0.first.code
    }

    /// The first problem.
    pub fn problem(&self) -> &Problem {
        &self.0.first
    }

    /// All the problems kept, the first included: at most a hundred of the records' ones.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        std::iter::once(&self.0.first).chain(&self.0.more)
    }

    /// How many problems there were in all.
    pub fn total(&self) -> u64 {
        self.0.total
    }

    /// Where the first problem is.
    pub fn location(&self) -> &Location {
        &self.0.first.location
    }

    /// True when the records or their files are at fault.
    pub fn is_input(&self) -> bool {
        self.kind() == ErrorKind::Input
    }

    /// True when the model, the mapping or the rules are at fault.
    pub fn is_model(&self) -> bool {
        self.kind() == ErrorKind::Model
    }

    /// True when files or disk are at fault.
    pub fn is_io(&self) -> bool {
        self.kind() == ErrorKind::Io
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::new(problem)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.first)?;
        for problem in &self.0.more {
            write!(f, "\n{problem}")?;
        }
        let kept = self.0.more.len() as u64 + 1;
        if self.0.total > kept {
            write!(f, "\n… and {} more", self.0.total - kept)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.kind())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|e| e as _)
    }
}
