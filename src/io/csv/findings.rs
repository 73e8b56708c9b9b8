//! Things found in a file that are counted one by one and told once.

use crate::error::{Code, Problem, Table};
use crate::ledger::{Ledger, Place};
use std::cell::{Cell, RefCell};

/// How often something occurred, and where first.
#[derive(Debug, Default)]
pub(in crate::io) struct Counter {
    count: Cell<u64>,
    first: RefCell<Option<(Place, Option<String>)>>,
}

impl Counter {
    #[inline]
    pub(in crate::io) fn count(&self, at: impl FnOnce() -> (Place, Option<String>)) {
        let before = self.count.get();
        if before == 0 {
            *self.first.borrow_mut() = Some(at());
        }
        self.count.set(before + 1);
    }

    fn tell(&self, ledger: &mut Ledger, table: Table, code: Code, reason: &'static str) {
        let Some((place, column)) = self.first.borrow_mut().take() else { return };
        let mut problem = Problem::new(code, reason);
        if let Some(column) = column {
            problem = problem.column(column);
        }
        let problem = ledger.quality().locate(table, place, problem);
        ledger.quality_mut().find_all(problem, self.count.take());
    }
}

/// What is counted while values are read.
#[derive(Debug, Default)]
pub(in crate::io) struct Findings {
    pub(in crate::io) trimmed: Counter,
    pub(in crate::io) rounded: Counter,
}

impl Findings {
    pub(in crate::io) fn tell(&self, ledger: &mut Ledger, table: Table) {
        self.trimmed.tell(ledger, table, Code::Trimmed, "spaces around values were trimmed; this is the first");
        self.rounded.tell(ledger, table, Code::MoneyRounded, "amounts were rounded half to even; this is the first");
    }
}
