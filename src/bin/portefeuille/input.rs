//! What the commands that read tables share.

use clap::ValueEnum;
use portefeuille::io::{InputFormat, Mapping, ReadOptions};
use portefeuille::{Class, Code, Error, Ledger, Model, OnReject, Policy, Problem, Result, Table};
use std::io::Read;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub(crate) struct Input {
    /// The folder of the tables: customers.csv, orders.csv, and where there are any order_lines.csv and
    /// service_events.csv (also .csv.gz, with the feature `parquet` .parquet, or folders of parts)
    pub(crate) tables: PathBuf,
    /// How files of other origin are read (TOML; `portefeuille map EXPORT` proposes one)
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// The format of the tables, when there are several
    #[arg(long, value_name = "FORMAT")]
    input: Option<Format>,
    /// What to do with records that do not fit: fail, aside, or CODE=fail / CODE=aside for one code (repeatable)
    #[arg(long, value_name = "WHAT", default_value = "fail")]
    on_reject: Vec<String>,
    /// Set aside at most this many records, then fail
    #[arg(long, value_name = "N")]
    max_rejects: Option<u64>,
    /// Make a customer of each unknown id in orders and events
    #[arg(long)]
    implicit_customers: bool,
    /// How many rows a table must have (repeatable)
    #[arg(long, value_name = "TABLE=N")]
    expect_rows: Vec<String>,
}

/// A format of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Csv,
    Parquet,
    Xlsx,
    Json,
}

impl Format {
    /// The error of a format that this build does not have.
    pub(crate) fn off(self) -> Error {
        let name = format!("{self:?}").to_lowercase();
        Problem::new(Code::FeatureOff, format!("this build has not the feature `{name}`")).into()
    }
}

fn usage(reason: String, hint: &'static str) -> Error {
    Problem::new(Code::BadUse, reason).hint(hint).into()
}

impl Input {
    pub(crate) fn options(&self) -> Result<ReadOptions> {
        let mut options = ReadOptions::default().policy(self.policy()?);
        options = match self.input {
            Some(Format::Csv) => options.input(InputFormat::Csv),
            Some(Format::Parquet) if cfg!(feature = "parquet") => options.input(InputFormat::Parquet),
            Some(other) => return Err(other.off()),
            None => options,
        };
        if let Some(path) = &self.mapping {
            options = options.mapping(Mapping::from_toml(&settings(path)?, &name(path))?);
        }
        for expected in &self.expect_rows {
            let parsed = expected.split_once('=').and_then(|(table, rows)| {
                let table = Table::ALL.into_iter().find(|t| t.name() == table)?;
                Some((table, rows.parse().ok()?))
            });
            let (table, rows) = parsed.ok_or_else(|| {
                usage(format!("--expect-rows {expected}: TABLE=N is expected"), "such as --expect-rows orders=1000")
            })?;
            options = options.expect_rows(table, rows);
        }
        Ok(options)
    }

    fn policy(&self) -> Result<Policy> {
        let mut policy = Policy::new().implicit_customers(self.implicit_customers);
        if let Some(count) = self.max_rejects {
            policy = policy.max_rejects(count);
        }
        let action = |word: &str| match word {
            "fail" => Some(OnReject::Fail),
            "aside" => Some(OnReject::Aside),
            _ => None,
        };
        for word in &self.on_reject {
            policy = match (action(word), word.split_once('=')) {
                (Some(action), _) => policy.on_reject(action),
                (None, Some((code, word))) => match (Code::parse(code), action(word)) {
                    (Some(code), Some(action)) if code.class() == Class::Record => policy.on(code, action),
                    _ => {
                        return Err(usage(
                            format!("--on-reject {code}={word}"),
                            "a code of a record, then fail or aside",
                        ));
                    }
                },
                (None, None) => {
                    return Err(usage(format!("--on-reject {word}"), "fail, aside, CODE=fail or CODE=aside"));
                }
            };
        }
        Ok(policy)
    }

    /// Whether records that do not fit are set aside, whatever their code.
    pub(crate) fn sets_aside(&self) -> bool {
        self.on_reject.iter().any(|word| word == "aside")
    }

    /// The folder of the tables.
    pub(crate) fn tables(&self) -> &Path {
        &self.tables
    }

    /// Reads the tables.
    pub(crate) fn read(&self, options: &ReadOptions) -> Result<Ledger> {
        portefeuille::io::read_folder(&self.tables, options)
    }

    /// Fails when a result would replace an input.
    pub(crate) fn must_differ_from(
        &self,
        out: &Path,
        results: &[&str],
        more: Option<&Path>,
        model: Option<&Path>,
        options: &ReadOptions,
    ) -> Result<()> {
        let real = |path: &Path| path.canonicalize().ok();
        let settings = [model, self.mapping.as_deref()].into_iter().flatten().map(Path::to_owned);
        for file in portefeuille::io::input_files(&self.tables, options)?.into_iter().chain(settings) {
            let named = results.iter().map(|name| out.join(name));
            let result = named.chain(more.map(Path::to_owned));
            if let Some(same) = result.into_iter().find(|r| real(r).is_some_and(|r| Some(r) == real(&file))) {
                let problem = Problem::new(Code::InputIsOutput, "this input would be replaced by a result");
                return Err(problem.file(same.display().to_string()).hint("choose another --out").into());
            }
        }
        Ok(())
    }
}

/// The name of a file in messages.
pub(crate) fn name(path: &Path) -> String {
    path.display().to_string()
}

/// The text of a settings file, read no further than its limit.
pub(crate) fn settings(path: &Path) -> Result<String> {
    let mut bytes = Vec::new();
    let most = portefeuille::limits::SETTINGS_BYTES_MAX as u64 + 1;
    std::fs::File::open(path)
        .and_then(|file| file.take(most).read_to_end(&mut bytes))
        .map_err(|e| Error::io(path.display(), "cannot be read", e))?;
    String::from_utf8(bytes).map_err(|e| {
        let line = e.as_bytes()[..e.utf8_error().valid_up_to()].iter().filter(|b| **b == b'\n').count() as u64 + 1;
        let problem = Problem::new(Code::BadToml, "not UTF-8").file(name(path)).line(line);
        problem.hint("save it as UTF-8").into()
    })
}

/// The model of a file, or the default one, at a date.
pub(crate) fn model(path: Option<&Path>, as_of: Option<portefeuille::Date>) -> Result<Model> {
    let mut model = match path {
        Some(path) => Model::from_toml(&settings(path)?, &name(path))?,
        None => Model::new(),
    };
    if as_of.is_some() {
        model.as_of = as_of;
    }
    model.check()?;
    Ok(model)
}
