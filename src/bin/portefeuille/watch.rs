//! How a run comes on: shown on stderr, and ended by Ctrl-C.
//!
//! On a terminal one line is rewritten in place, elsewhere a plain line comes now and then, and a short run shows
//! nothing. The lines have no colour.

use crate::interrupt::Interrupt;
use crate::output;
use portefeuille::io::{Progress, Stage};
use portefeuille::{Code, Lang, Problem, Result, Table};
use std::io::{self, IsTerminal, Write};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A run shorter than this shows nothing on a terminal.
const SHORT: Duration = Duration::from_secs(1);
/// Between two states of the line on a terminal.
const REDRAW: Duration = Duration::from_millis(100);
/// Between two plain lines.
const LOG: Duration = Duration::from_secs(5);
/// What the longest line takes of a terminal: a line that wraps cannot be rewritten.
const COLUMNS_MAX: usize = 78;
/// The cells of the bar.
const BAR: u64 = 10;

/// Where progress goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// One line, rewritten in place.
    Terminal,
    Log,
    Nothing,
}

/// A run under way.
pub(crate) struct Watch {
    interrupt: Interrupt,
    display: Arc<Display>,
}

impl Watch {
    pub(crate) fn begin(lang: Lang, quiet: bool) -> Self {
        let rewrites = io::stderr().is_terminal() && std::env::var_os("TERM").is_some_and(|t| t != "dumb");
        let form = match rewrites {
            _ if quiet => Form::Nothing,
            true => Form::Terminal,
            false => Form::Log,
        };
        Self { interrupt: Interrupt::watch(), display: Arc::new(Display::new(form, lang)) }
    }

    /// What reading and writing call.
    pub(crate) fn hook(&self) -> impl Fn(&Progress<'_>) -> ControlFlow<()> + Send + Sync + 'static {
        let (interrupt, display) = (self.interrupt.clone(), self.display.clone());
        move |progress| {
            if interrupt.is_asked() {
                return ControlFlow::Break(());
            }
            display.show(progress);
            ControlFlow::Continue(())
        }
    }

    /// The analysis begins. Nothing is on its way to the disk: Ctrl-C ends the run at once.
    pub(crate) fn analysing(&self) -> Result<()> {
        self.interrupt.at_once(true);
        self.display.say(self.display.words("analyse des comptes", "analysing the accounts"));
        self.go_on()
    }

    /// Writing begins.
    pub(crate) fn writing(&self) -> Result<()> {
        self.interrupt.at_once(false);
        self.go_on()
    }

    /// The work is done: the line goes.
    pub(crate) fn end(&self) -> Result<()> {
        self.display.clear();
        self.go_on()
    }

    fn go_on(&self) -> Result<()> {
        if self.interrupt.is_asked() {
            return Err(Problem::new(Code::Cancelled, "interrupted").into());
        }
        Ok(())
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.display.clear();
    }
}

struct Display {
    form: Form,
    lang: Lang,
    started: Instant,
    state: Mutex<State>,
}

struct State {
    /// When something was shown last, and whether a line stands on the terminal.
    shown: Instant,
    stands: bool,
    /// The table that is read, and since when.
    table: Option<Table>,
    since: Instant,
}

impl Display {
    fn new(form: Form, lang: Lang) -> Self {
        let now = Instant::now();
        Self {
            form,
            lang,
            started: now,
            state: Mutex::new(State { shown: now, stands: false, table: None, since: now }),
        }
    }

    fn words(&self, fr: &'static str, en: &'static str) -> &'static str {
        if self.lang == Lang::Fr { fr } else { en }
    }

    /// Shows how far the work has come, unless something was shown just now. A thread does not wait for another.
    fn show(&self, progress: &Progress<'_>) {
        let Ok(mut state) = self.state.try_lock() else { return };
        let now = Instant::now();
        if progress.table != state.table {
            (state.table, state.since) = (progress.table, now);
        }
        if self.is_due(&state, now) {
            let (run, table) = (now - self.started, now - state.since);
            self.put(&mut state, now, &line(self.lang, progress, run, table));
        }
    }

    /// Says what is being done now.
    fn say(&self, text: &str) {
        let Ok(mut state) = self.state.try_lock() else { return };
        let now = Instant::now();
        // What stands is no longer true, however short it stood.
        if state.stands || self.is_due(&state, now) {
            self.put(&mut state, now, text);
        }
    }

    fn is_due(&self, state: &State, now: Instant) -> bool {
        match self.form {
            Form::Terminal => now - self.started >= SHORT && now - state.shown >= REDRAW,
            Form::Log => now - state.shown >= LOG,
            Form::Nothing => false,
        }
    }

    fn put(&self, state: &mut State, now: Instant, text: &str) {
        state.shown = now;
        if self.form == Form::Log {
            return output::say(text);
        }
        state.stands = true;
        let cut: String = text.chars().take(COLUMNS_MAX).collect();
        write_over(&cut);
    }

    fn clear(&self) {
        if let Ok(mut state) = self.state.lock()
            && std::mem::take(&mut state.stands)
        {
            write_over("");
        }
    }
}

/// Replaces the line on the terminal.
fn write_over(text: &str) {
    let mut out = io::stderr().lock();
    // A message that nobody can read changes nothing.
    let _ = write!(out, "\r{text}\x1b[K").and_then(|()| out.flush());
}

/// How far the work has come, in one line. `run` and `table`: how long the whole and this table have taken so far.
fn line(lang: Lang, progress: &Progress<'_>, run: Duration, table: Duration) -> String {
    let unit = if lang == Lang::Fr { "Mio" } else { "MiB" };
    let mebibytes = format!("{} {unit}", count(lang, progress.bytes >> 20));
    let Some(name) = progress.table.filter(|_| progress.stage == Stage::Reading) else {
        let doing = match (lang, progress.stage) {
            (Lang::Fr, Stage::Reading) => "lecture de",
            (Lang::Fr, _) => "écriture de",
            (_, Stage::Reading) => "reading",
            _ => "writing",
        };
        return format!("{doing} {}  {mebibytes}", progress.file);
    };
    let a_second = |done: u64, time: Duration| count(lang, (done as f64 / time.as_secs_f64().max(0.001)) as u64);
    // Rows that are only counted once a whole file is checked say nothing meanwhile.
    let begin = if progress.rows == 0 {
        format!("{name}  {} {unit}/s", a_second(progress.bytes >> 20, run))
    } else {
        let rows = if lang == Lang::Fr { "lignes" } else { "rows" };
        format!("{name}  {} {rows}  {}/s", count(lang, progress.rows), a_second(progress.rows, table))
    };
    let Some(total) = progress.total_bytes.filter(|total| *total > 0) else {
        return format!("{begin}  {mebibytes}");
    };
    let bytes = progress.bytes.min(total);
    let done = (bytes * BAR / total) as usize;
    let bar = format!("{}{}", "#".repeat(done), "-".repeat(BAR as usize - done));
    let percent = lang.whole_percent(bytes as f64 / total as f64);
    let left = (run.as_secs_f64() * (total - bytes) as f64 / bytes.max(1) as f64).round() as u64;
    let left = format!("{}:{:02}", left / 60, left % 60);
    match lang {
        Lang::Fr => format!("{begin}  [{bar}] {percent}  reste {left}"),
        _ => format!("{begin}  [{bar}] {percent}  {left} left"),
    }
}

fn count(lang: Lang, count: u64) -> String {
    lang.count(i64::try_from(count).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use portefeuille::Ledger;
    use portefeuille::io::{ReadOptions, read_table};

    #[test]
    fn a_line_tells_table_rows_rate_share_and_time_left() {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let kept = lines.clone();
        let options = ReadOptions::default().progress(move |progress| {
            // A reader has no length: the total is what a folder would have said.
            let mut progress = *progress;
            for (rows, total) in [(progress.rows, None), (progress.rows, Some(2_000_000)), (0, Some(2_000_000))] {
                (progress.rows, progress.total_bytes) = (rows, total);
                let told = |lang| line(lang, &progress, Duration::from_secs(10), Duration::from_secs(2));
                kept.lock().unwrap().push((told(Lang::En), told(Lang::Fr)));
            }
            ControlFlow::Continue(())
        });
        let rows: String = (0..50_000).map(|n| format!("{n:09}\n")).collect();
        let text = format!("customer_id\n{rows}");
        read_table(&mut Ledger::new(), Table::Customers, "customers.csv", text.as_bytes(), &options).unwrap();
        let lines = lines.lock().unwrap();
        let shown = lines[1].0.as_str();
        assert!(shown.starts_with("customers  ") && shown.contains(" rows  "), "{shown}");
        assert!(shown.contains("[#---------] 13%  1:06 left"), "{shown}");
        assert!(lines[1].1.contains("lignes") && lines[1].1.ends_with("reste 1:06"), "{}", lines[1].1);
        assert!(lines[0].0.ends_with("/s  0 MiB"), "{}", lines[0].0);
        assert!(lines[2].0.starts_with("customers  0 MiB/s  [#-"), "{}", lines[2].0);
        assert!(lines.iter().all(|(en, fr)| en.chars().count().max(fr.chars().count()) <= COLUMNS_MAX));
    }

    #[test]
    fn lines_come_now_and_then_and_a_short_run_shows_none() {
        let due = |form, run: u64, shown: u64| {
            let display = Display::new(form, Lang::En);
            let now = Instant::now() + Duration::from_secs(100);
            let ago = |ms| now - Duration::from_millis(ms);
            let display = Display { started: ago(run), ..display };
            let state = State { shown: ago(shown), stands: false, table: None, since: now };
            display.is_due(&state, now)
        };
        assert!(!due(Form::Terminal, 900, 900) && due(Form::Terminal, 1_100, 1_100));
        assert!(!due(Form::Terminal, 9_000, 50) && due(Form::Terminal, 9_000, 150));
        assert!(!due(Form::Log, 4_000, 4_000) && due(Form::Log, 6_000, 6_000) && !due(Form::Log, 60_000, 4_000));
        assert!(!due(Form::Nothing, 60_000, 60_000));
    }
}
