//! Files that appear whole, or not at all.

use crate::error::{Error, Result};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Files on their way into a folder. They are written beside their place, flushed to the disk, and renamed together by
/// [`Folder::commit`]; dropped before, they leave nothing.
pub(crate) struct Folder {
    path: PathBuf,
    written: Vec<(PathBuf, PathBuf)>,
}

const SUFFIX: &str = ".tmp";
/// Tells apart the files that one process writes at once.
static TURN: AtomicU64 = AtomicU64::new(0);

impl Folder {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        fs::create_dir_all(path).map_err(|e| Error::io(path.display(), "cannot make the folder", e))?;
        Ok(Self { path: path.to_owned(), written: Vec::new() })
    }

    /// Writes one file beside its place.
    pub(crate) fn write(
        &mut self,
        name: &str,
        fill: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
    ) -> Result<()> {
        self.fill(name, fill)?.flush()
    }

    /// Fills one file beside its place, which is yet to be flushed to the disk.
    pub(super) fn fill(
        &mut self,
        name: &str,
        fill: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
    ) -> Result<Filled> {
        let place = self.path.join(name);
        self.sweep(name);
        let turn = TURN.fetch_add(1, Ordering::Relaxed);
        let beside = self.path.join(format!(".{name}-{}-{turn}{SUFFIX}", std::process::id()));
        self.written.push((beside.clone(), place.clone()));
        let write = || -> io::Result<File> {
            if place.is_dir() {
                return Err(io::Error::new(io::ErrorKind::IsADirectory, "a folder has that name"));
            }
            let mut out = BufWriter::with_capacity(1 << 16, File::create(&beside)?);
            fill(&mut out)?;
            out.into_inner().map_err(io::IntoInnerError::into_error)
        };
        match write() {
            Ok(file) => Ok(Filled { file, place }),
            // What filled the file may have failed for a reason of its own.
            Err(e) => Err(e.downcast().unwrap_or_else(|e| Error::io(place.display(), "cannot write", e))),
        }
    }

    /// Removes what an interrupted run left of the same file.
    fn sweep(&self, name: &str) {
        let prefix = format!(".{name}-");
        let Ok(entries) = fs::read_dir(&self.path) else { return };
        for entry in entries.flatten() {
            let file = entry.file_name();
            let left = file.to_str().is_some_and(|f| {
                let process = f.strip_prefix(&prefix).and_then(|rest| rest.strip_suffix(SUFFIX));
                let number = |n: &str| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit());
                let parts = process.and_then(|p| p.split_once('-'));
                parts.is_some_and(|(process, turn)| number(process) && number(turn) && !is_running(process))
            });
            if left {
                // Whoever else removed it first did the same work.
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Puts all files in their places.
    pub(crate) fn commit(mut self) -> Result<()> {
        for (beside, place) in &self.written {
            fs::rename(beside, place).map_err(|e| Error::io(place.display(), "cannot replace", e))?;
        }
        self.written.clear();
        // The renames are safe once the folder itself is; some systems cannot open one, and lose nothing by it.
        if let Ok(folder) = File::open(&self.path) {
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

/// A file that is written, but not yet flushed to the disk.
pub(super) struct Filled {
    file: File,
    place: PathBuf,
}

impl Filled {
    /// Waits until the disk has it.
    pub(super) fn flush(self) -> Result<()> {
        self.file.sync_all().map_err(|e| Error::io(self.place.display(), "cannot write", e))
    }
}

/// Whether a process of that number may still be writing. Where that cannot be told, it may.
fn is_running(process: &str) -> bool {
    let known = Path::new("/proc/self").exists();
    !known || Path::new("/proc").join(process).exists()
}

impl Drop for Folder {
    fn drop(&mut self) {
        for (beside, _) in &self.written {
            let _ = fs::remove_file(beside);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A writer that fails at a given write.
    struct FailsAt(usize);

    impl Write for FailsAt {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(1).ok_or_else(|| io::Error::other("no more"))?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn f11_a_write_that_fails_anywhere_replaces_nothing() {
        let path = std::env::temp_dir().join(format!("portefeuille-f11-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("a.csv"), "old").unwrap();
        for n in 0..4 {
            let mut folder = Folder::open(&path).unwrap();
            let written = folder.write("a.csv", |out| {
                let mut rows = FailsAt(n);
                for row in 0..4 {
                    rows.write_all(b"row").and_then(|()| writeln!(out, "row {row}"))?;
                }
                Ok(())
            });
            assert!(written.unwrap_err().is_io());
            drop(folder);
            let names: Vec<_> = fs::read_dir(&path).unwrap().map(|e| e.unwrap().file_name()).collect();
            assert_eq!(names, ["a.csv"], "after {n} writes");
            assert_eq!(fs::read_to_string(path.join("a.csv")).unwrap(), "old");
        }
        fs::remove_dir_all(&path).unwrap();
    }
}
