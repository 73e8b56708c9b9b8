//! Ctrl-C and the signal that ends a job.

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// How the command ends when it is interrupted.
pub(crate) const EXIT_CODE: u8 = 130;

/// Whether an end was asked for. The first signal asks: work stops at the next hook and removes what it began to write.
/// The second one ends the process where it stands; temporary files are then left for the next run to sweep.
#[derive(Clone)]
pub(crate) struct Interrupt {
    asked: Arc<AtomicBool>,
    at_once: Arc<AtomicBool>,
}

impl Interrupt {
    pub(crate) fn watch() -> Self {
        let watched = Self { asked: Arc::default(), at_once: Arc::default() };
        for signal in [SIGINT, SIGTERM] {
            for ends in [&watched.asked, &watched.at_once] {
                // A signal that cannot be watched does what it always did.
                let _ = flag::register_conditional_shutdown(signal, EXIT_CODE.into(), ends.clone());
            }
            let _ = flag::register(signal, watched.asked.clone());
        }
        watched
    }

    pub(crate) fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    /// Whether the first signal may end the process where it stands: while nothing is being written.
    pub(crate) fn at_once(&self, may: bool) {
        self.at_once.store(may, Ordering::SeqCst);
    }
}
