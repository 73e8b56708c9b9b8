//! CSV tables, read strictly: what cannot be read exactly is refused, with its place and what would read it.
//!
//! `source` gives bytes, `split` and `field` make records of them, `header` finds which column is which, `value` reads single
//! values, and `table` brings them together and hands records to the ledger.

mod columns;
mod field;
mod findings;
mod format;
mod gather;
mod group;
mod header;
mod hints;
mod post;
mod row;
mod source;
mod split;
mod table;
mod value;

pub(super) use columns::{Column, Kind, columns};
pub(super) use format::{DateFormat, Encoding, Format, Thousands};
pub(super) use source::Source;
pub(super) use split::{BLOCK_BYTES, Splitter, Step};
pub(super) use table::TableReader;
pub(super) use value::{date, date_of, decimal};

use crate::error::Problem;

/// A fault of one record. Boxed, since the way without faults is the one that must be quick.
pub(super) type Fault = Box<Problem>;
