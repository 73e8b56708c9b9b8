//! CSV tables, read strictly: what cannot be read exactly is refused, with its place and what would read it.
//!
//! `source` gives bytes, `split` and `field` make records of them, `header` finds which column is which, `value` reads single
//! values, and `table` brings them together and hands records to the ledger.

mod blocks;
mod columns;
mod field;
mod findings;
mod format;
mod gather;
mod group;
mod header;
mod hints;
mod plain;
mod post;
mod row;
mod source;
mod split;
mod table;
#[cfg(feature = "parquet")]
mod typed;
mod value;

pub(super) use blocks::{Block, Blocks};
pub(super) use columns::{Column, Kind, columns};
pub(super) use format::{DateFormat, Encoding, Format, Thousands};
pub(super) use plain::{Columns, LinesBlock};
pub(super) use source::Source;
pub(super) use split::{BLOCK_BYTES, Splitter, Step};
pub(super) use table::{TableReader, Told, check_rows};
pub(super) use value::{date, date_of, decimal};

/// What tables of typed columns share with CSV.
#[cfg(feature = "parquet")]
pub(super) mod shared {
    pub(in crate::io) use super::columns::{currency, customer, event, line, order};
    pub(in crate::io) use super::findings::Findings;
    pub(in crate::io) use super::header::{Cell, Plan, of_names};
    pub(in crate::io) use super::post::note_given;
    pub(in crate::io) use super::row::IdText;
    pub(in crate::io) use super::typed::{fault, missing, product_fault};
    pub(in crate::io) use super::value::{Decimal, fixed, flag, integer, money, product};
}

use crate::error::Problem;

/// A fault of one record. Boxed, since the way without faults is the one that must be quick.
pub(super) type Fault = Box<Problem>;
