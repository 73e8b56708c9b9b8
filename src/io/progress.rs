//! How far reading and writing have come, told to a hook that can end them.

use crate::error::{Code, Problem, Result, Table};
use std::fmt;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Bytes after which the hook is called again: often enough to stop at once, too seldom to be felt.
const STEP_BYTES: u64 = 256 << 10;

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// Tables are read.
    Reading,
    /// Results are written.
    Writing,
}

/// How far a call has come. It knows no clock: rates and the time left are for who has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress<'a> {
    /// What is being done.
    pub stage: Stage,
    /// The table that is read; none where facts are read.
    pub table: Option<Table>,
    /// The file, as it is named in messages.
    pub file: &'a str,
    /// The rows read of this table, whatever became of them.
    pub rows: u64,
    /// The bytes read of all files, as they are on the disk (compressed ones as such), or written.
    pub bytes: u64,
    /// The bytes to read in all, where that is known.
    pub total_bytes: Option<u64>,
}

type Call = dyn Fn(&Progress<'_>) -> ControlFlow<()> + Send + Sync;

/// A hook, shared by all copies of the options that hold it.
#[derive(Clone)]
pub(crate) struct ProgressHook(Arc<Call>);

impl ProgressHook {
    pub(crate) fn new(call: impl Fn(&Progress<'_>) -> ControlFlow<()> + Send + Sync + 'static) -> Self {
        Self(Arc::new(call))
    }
}

impl fmt::Debug for ProgressHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProgressHook")
    }
}

/// Adds up what all threads of one call have done, and tells the hook. Copies share their counts.
#[derive(Clone, Default)]
pub(crate) struct ProgressMeter(Option<Arc<Shared>>);

struct Shared {
    hook: ProgressHook,
    stage: Stage,
    total_bytes: Option<u64>,
    bytes: AtomicU64,
    rows: [AtomicU64; Table::ALL.len()],
    cancelled: AtomicBool,
}

impl ProgressMeter {
    /// The meter of one call. `total_bytes` is asked for only when there is a hook.
    pub(crate) fn new(hook: Option<&ProgressHook>, stage: Stage, total_bytes: impl FnOnce() -> Option<u64>) -> Self {
        Self(hook.map(|hook| {
            Arc::new(Shared {
                hook: hook.clone(),
                stage,
                total_bytes: total_bytes(),
                bytes: AtomicU64::new(0),
                rows: Default::default(),
                cancelled: AtomicBool::new(false),
            })
        }))
    }

    /// Adds rows and bytes of a table's file, and calls the hook when enough came together. An error: the hook, here or
    /// in another thread, has ended the call.
    pub(crate) fn advance(&self, table: Table, file: &str, rows: u64, bytes: u64) -> Result<()> {
        let Some(shared) = &self.0 else { return Ok(()) };
        let rows = shared.rows[table as usize].fetch_add(rows, Ordering::Relaxed) + rows;
        shared.tell(Some(table), file, rows, bytes)
    }

    /// Adds bytes taken from a file that is no table.
    pub(crate) fn take(&self, file: &str, bytes: u64) -> Result<()> {
        self.0.as_ref().map_or(Ok(()), |shared| shared.tell(None, file, 0, bytes))
    }

    /// Adds bytes written to a file.
    fn wrote(&self, file: &str, bytes: u64) -> Result<()> {
        self.take(file, bytes)
    }
}

impl Shared {
    fn tell(&self, table: Option<Table>, file: &str, rows: u64, more: u64) -> Result<()> {
        let before = self.bytes.fetch_add(more, Ordering::Relaxed);
        let bytes = before + more;
        if bytes / STEP_BYTES > before / STEP_BYTES && !self.cancelled.load(Ordering::Relaxed) {
            let progress = Progress { stage: self.stage, table, file, rows, bytes, total_bytes: self.total_bytes };
            if (self.hook.0)(&progress).is_break() {
                self.cancelled.store(true, Ordering::Relaxed);
            }
        }
        if self.cancelled.load(Ordering::Relaxed) {
            let problem = Problem::new(Code::Cancelled, "the caller's progress hook ended the call");
            return Err(problem.file(file).into());
        }
        Ok(())
    }
}

/// The rows and bytes of one file that the meter has not been told yet.
pub(crate) struct Untold<'m> {
    meter: &'m ProgressMeter,
    table: Table,
    file: &'m str,
    rows: u64,
    /// How far the file was read when the meter was last told, and how far it is when the meter is told next.
    told: u64,
    next: u64,
}

impl<'m> Untold<'m> {
    pub(crate) fn new(meter: &'m ProgressMeter, table: Table, file: &'m str) -> Self {
        let next = if meter.0.is_some() { STEP_BYTES } else { u64::MAX };
        Self { meter, table, file, rows: 0, told: 0, next }
    }

    /// One more row; so many bytes of the file have been taken.
    #[inline]
    pub(crate) fn row(&mut self, taken: u64) -> Result<()> {
        self.rows += 1;
        if taken >= self.next { self.tell(taken) } else { Ok(()) }
    }

    /// Tells what is left, at the end of the file.
    pub(crate) fn tell(&mut self, taken: u64) -> Result<()> {
        let (rows, bytes) = (std::mem::take(&mut self.rows), taken - self.told);
        self.told = taken;
        self.next = self.next.max(taken.saturating_add(STEP_BYTES));
        self.meter.advance(self.table, self.file, rows, bytes)
    }
}

/// A writer that tells the meter what passes through it.
pub(crate) struct Watched<'w> {
    out: &'w mut (dyn Write + Send),
    meter: &'w ProgressMeter,
    file: &'w str,
}

impl<'w> Watched<'w> {
    pub(crate) fn new(out: &'w mut (dyn Write + Send), meter: &'w ProgressMeter, file: &'w str) -> Self {
        Self { out, meter, file }
    }
}

impl Write for Watched<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.meter.wrote(self.file, written as u64).map_err(io::Error::other)?;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn threads_add_up_and_one_break_ends_them_all() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let hook = {
            let seen = seen.clone();
            ProgressHook::new(move |p| {
                seen.lock().unwrap().push((p.rows, p.bytes));
                if p.bytes >= 8 * STEP_BYTES { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })
        };
        let meter = ProgressMeter::new(Some(&hook), Stage::Reading, || Some(10 * STEP_BYTES));
        let ended: usize = std::thread::scope(|scope| {
            let work = || (0..4).filter(|_| meter.advance(Table::Orders, "o", 100, STEP_BYTES).is_err()).count();
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
            threads.into_iter().map(|t| t.join().unwrap()).sum()
        });
        let mut seen = seen.lock().unwrap().clone();
        seen.sort_unstable();
        assert!(seen.len() >= 8 && seen.iter().all(|(rows, bytes)| *rows > 0 && *bytes > 0), "{seen:?}");
        assert!((1..=9).contains(&ended), "{ended}");
        assert_eq!(meter.advance(Table::Orders, "o", 1, 1).unwrap_err().code(), Code::Cancelled);
    }

    #[test]
    fn without_a_hook_nothing_is_counted() {
        let meter = ProgressMeter::default();
        let mut untold = Untold::new(&meter, Table::Orders, "o");
        untold.row(u64::MAX - 1).unwrap();
        untold.tell(10).unwrap();
    }
}
