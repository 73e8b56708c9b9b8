//! Tables of typed columns: Arrow record batches, which Parquet files are decoded into as well.
//!
//! The batches are those of the crates `arrow-array` and `arrow-schema` 59, which `parquet` 59 and DataFusion 55 use.
//!
//! ```
//! use arrow_array::{ArrayRef, Decimal64Array, Int64Array, RecordBatch, StringArray};
//! use portefeuille::{Ledger, Table, io};
//! use std::sync::Arc;
//!
//! let ids: ArrayRef = Arc::new(Int64Array::from(vec![7]));
//! let customers = RecordBatch::try_from_iter([("customer_id", ids.clone())]).unwrap();
//! let revenue = Decimal64Array::from(vec![900_000]).with_precision_and_scale(18, 2).unwrap();
//! let orders = RecordBatch::try_from_iter([
//!     ("order_id", Arc::new(StringArray::from(vec!["o-1"])) as ArrayRef),
//!     ("customer_id", ids),
//!     ("ordered_on", Arc::new(StringArray::from(vec!["2025-01-31"]))),
//!     ("revenue", Arc::new(revenue)),
//! ])
//! .unwrap();
//!
//! let mut ledger = Ledger::new();
//! let options = io::ReadOptions::default();
//! io::arrow::read_batches(&mut ledger, Table::Customers, "customers", [customers], &options)?;
//! io::arrow::read_batches(&mut ledger, Table::Orders, "orders", [orders], &options)?;
//! assert_eq!(ledger.order_count(), 1);
//! # Ok::<(), portefeuille::Error>(())
//! ```

mod decoded;
mod plain;
mod post;
mod read;
mod shape;
mod text;
mod values;

pub(super) use decoded::Decoded;
pub(super) use post::Poster;
pub(super) use shape::Shape;

use super::ReadOptions;
use super::csv::check_rows;
use crate::error::{Code, Problem, Result, Table};
use crate::ledger::Ledger;
use arrow_array::RecordBatch;
use std::sync::Arc;

/// Reads one table from record batches of one schema; `name` stands for it in messages, with the number of the row.
///
/// Values are read as those of a Parquet file: ids from whole numbers or texts, amounts from decimals, whole numbers or
/// texts and never from floats, dates from dates, from times without a zone or from texts. A null is a missing value.
///
/// Read the tables in the order customers, orders, lines, events, and each once. It fails when a record does not fit,
/// unless the policy of the ledger sets it aside.
pub fn read_batches(
    ledger: &mut Ledger,
    table: Table,
    name: &str,
    batches: impl IntoIterator<Item = RecordBatch>,
    options: &ReadOptions,
) -> Result<()> {
    let (failures, records) = (ledger.quality().failures(), ledger.quality().read(table).records);
    let read = read_all(ledger, table, name, batches, options);
    if let Err(error) = read.and_then(|()| check_rows(ledger, table, records, options)) {
        // What was read so far is no whole table: nothing is to be analysed from it.
        ledger.quality_mut().spoil(error.problem().clone());
        return Err(error);
    }
    if ledger.quality().failures() > failures { ledger.quality().fail() } else { Ok(()) }
}

fn read_all(
    ledger: &mut Ledger,
    table: Table,
    name: &str,
    batches: impl IntoIterator<Item = RecordBatch>,
    options: &ReadOptions,
) -> Result<()> {
    let mut started = None;
    let mut first = 1;
    for batch in batches {
        let fields = batch.schema_ref().fields();
        let (shape, known, poster) = match &mut started {
            Some(started) => started,
            none => {
                let shape = Arc::new(Shape::new(fields, table, &options.mapping, name)?);
                let poster = Poster::new(shape.tell(ledger));
                none.insert((shape, fields.clone(), poster))
            }
        };
        let same = fields.len() == known.len()
            && fields.iter().zip(&*known).all(|(a, b)| a.name() == b.name() && a.data_type() == b.data_type());
        if !same {
            let problem = Problem::new(Code::UnreadableFile, "the batches have different schemas");
            return Err(problem.table(table).file(name).into());
        }
        let needed: Vec<usize> = (0..fields.len()).filter(|at| shape.needed()[*at]).collect();
        let columns = batch
            .project(&needed)
            .map_err(|e| Problem::new(Code::UnreadableFile, e.to_string()).table(table).file(name))?;
        let mut decoded = Decoded::new(Arc::clone(shape), first);
        decoded.push(&columns)?;
        decoded.post(0..decoded.rows(), ledger, poster)?;
        first += decoded.rows() as u64;
    }
    if let Some((_, _, poster)) = started {
        poster.finish(ledger, table);
    }
    Ok(())
}
