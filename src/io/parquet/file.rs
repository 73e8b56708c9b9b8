//! One Parquet file: its schema, its portions, and decoding one of them.

use super::chunks::Chunks;
use crate::error::{Code, Error, Problem, Result, Table};
use crate::io::ReadOptions;
use crate::io::arrow::{Decoded, Shape};
use crate::ledger::Ledger;
use arrow_schema::{DataType, Field, Fields, Schema};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::basic::Type;
use parquet::errors::ParquetError;
use parquet::file::metadata::RowGroupMetaData;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Rows of a batch: their columns stay in the second-level cache.
const BATCH_ROWS: usize = 16 << 10;
/// Rows that are decoded at a time: a larger row group is taken in several portions.
const PORTION_ROWS: usize = 1 << 20;
/// Decimals of this precision fit in 64 bits.
const NARROW_PRECISION: u8 = 18;

/// Rows that are decoded at a time: a row group, or a part of a large one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Portion {
    row_group: usize,
    /// Rows of the row group before them.
    skip: usize,
    pub(crate) rows: usize,
    /// The number of the first row in the file, from 1.
    first: u64,
}

/// An open file, whose portions can be decoded by several threads.
pub(crate) struct ParquetFile {
    path: PathBuf,
    shape: Arc<Shape>,
    metadata: ArrowReaderMetadata,
    mask: ProjectionMask,
    portions: Vec<Portion>,
}

impl ParquetFile {
    /// Opens a file of a table; `name` stands for it in messages.
    pub(crate) fn open(path: &Path, name: &str, table: Table, options: &ReadOptions) -> Result<Self> {
        let file = File::open(path).map_err(|e| Error::io(path.display(), "cannot be read", e))?;
        let located = |problem: Problem| problem.table(table).file(name);
        if file.metadata().is_ok_and(|m| m.len() == 0) {
            return Err(located(Problem::new(Code::EmptyFile, "the file is empty")).into());
        }
        let refused = |problem| Error::new(located(problem));
        let written = guarded(|| ArrowReaderMetadata::load(&file, ArrowReaderOptions::new())).map_err(refused)?;
        let simple: Fields = written.schema().fields().iter().map(|field| simple(field)).collect();
        let shape = Shape::new(&simple, table, &options.mapping, name)?;
        check_times(&written, &shape).map_err(refused)?;
        let options = ArrowReaderOptions::new().with_schema(Arc::new(asked(&simple, &shape)));
        let metadata =
            guarded(|| ArrowReaderMetadata::try_new(Arc::clone(written.metadata()), options)).map_err(refused)?;
        let needed = shape.needed().iter().enumerate().filter(|(_, needed)| **needed).map(|(at, _)| at);
        let mask = ProjectionMask::roots(metadata.parquet_schema(), needed);
        let portions = portions(metadata.metadata().row_groups()).map_err(refused)?;
        Ok(Self { path: path.to_owned(), shape: Arc::new(shape), metadata, mask, portions })
    }

    /// The parts of the file that can be decoded one by one, in the order of their rows.
    pub(crate) fn portions(&self) -> &[Portion] {
        &self.portions
    }

    /// Its name in messages.
    pub(crate) fn name(&self) -> &str {
        self.shape.name()
    }

    /// About how many bytes of the file a portion takes.
    pub(crate) fn bytes(&self, portion: usize) -> u64 {
        let portion = self.portions[portion];
        let group = self.metadata.metadata().row_group(portion.row_group);
        let share = portion.rows as f64 / group.num_rows().max(1) as f64;
        (group.compressed_size().max(0) as f64 * share) as u64
    }

    /// Notes the table and its columns as given, tells what was found in them, and gives the number of the file.
    pub(crate) fn tell(&self, ledger: &mut Ledger) -> u16 {
        self.shape.tell(ledger)
    }

    /// Decodes a portion.
    pub(crate) fn decode(&self, portion: usize) -> Result<Decoded> {
        let portion = self.portions[portion];
        let group = self.metadata.metadata().row_group(portion.row_group);
        let failed = |e| Error::io(self.path.display(), "cannot be read", e);
        let located = |problem: Problem| Error::new(problem.table(self.shape.table()).file(self.shape.name().clone()));
        let ranges = guarded(|| {
            let columns = group.columns().iter().enumerate().filter(|(at, _)| self.mask.leaf_included(*at));
            Ok(columns.map(|(_, column)| column.byte_range()).collect::<Vec<_>>())
        });
        let mut file = File::open(&self.path).map_err(failed)?;
        let chunks = Chunks::read(&mut file, &ranges.map_err(located)?).map_err(failed)?;
        let mut decoded = Decoded::new(Arc::clone(&self.shape), portion.first);
        let batches = guarded(|| {
            let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(chunks, self.metadata.clone());
            let builder = builder.with_row_groups(vec![portion.row_group]).with_projection(self.mask.clone());
            let builder = builder.with_offset(portion.skip).with_limit(portion.rows);
            let reader = builder.with_batch_size(BATCH_ROWS.min(portion.rows)).build()?;
            reader.map(|batch| batch.map_err(ParquetError::from)).collect::<std::result::Result<Vec<_>, _>>()
        });
        for batch in batches.map_err(located)? {
            decoded.push(&batch)?;
        }
        if decoded.rows() != portion.rows {
            let reason = format!("a row group holds {} rows; {} were announced", decoded.rows(), portion.rows);
            return Err(located(damaged(reason)));
        }
        Ok(decoded)
    }
}

/// A column without what its writer noted of its own representation: amounts in 64 bits, texts of one kind.
fn simple(field: &Field) -> Field {
    let mut data_type = field.data_type();
    while let DataType::Dictionary(_, values) = data_type {
        data_type = &**values;
    }
    let data_type = match data_type {
        DataType::Decimal32(precision, scale)
        | DataType::Decimal128(precision, scale)
        | DataType::Decimal256(precision, scale)
            if *precision <= NARROW_PRECISION =>
        {
            DataType::Decimal64(*precision, *scale)
        }
        DataType::LargeUtf8 | DataType::Utf8View => DataType::Utf8,
        other => other.clone(),
    };
    Field::new(field.name(), data_type, field.is_nullable())
}

/// The types in which to read the columns: words by index, other texts where they lie.
fn asked(simple: &Fields, shape: &Shape) -> Schema {
    let read_as = |(at, field): (usize, &Arc<Field>)| {
        let data_type = match field.data_type() {
            DataType::Utf8 if shape.is_words(at) => {
                DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
            }
            DataType::Utf8 => DataType::Utf8View,
            other => other.clone(),
        };
        Field::new(field.name(), data_type, field.is_nullable())
    };
    Schema::new(simple.iter().enumerate().map(read_as).collect::<Vec<_>>())
}

/// Refuses times in 96 bits, which do not say whether they have a zone.
fn check_times(written: &ArrowReaderMetadata, shape: &Shape) -> Result<(), Problem> {
    let schema = written.parquet_schema();
    let old = (0..schema.num_columns()).find(|leaf| {
        schema.column(*leaf).physical_type() == Type::INT96 && shape.needed()[schema.get_column_root_idx(*leaf)]
    });
    let Some(leaf) = old else { return Ok(()) };
    let reason = "a time of type INT96 does not say whether it has a zone";
    let problem = Problem::new(Code::ColumnType, reason).column(schema.column(leaf).name().to_owned());
    Err(problem.hint("write the date, or a timestamp without a zone"))
}

fn portions(groups: &[RowGroupMetaData]) -> Result<Vec<Portion>, Problem> {
    let mut portions = Vec::new();
    let mut first = 1u64;
    for (row_group, group) in groups.iter().enumerate() {
        let rows = usize::try_from(group.num_rows())
            .map_err(|_| damaged(format!("a row group announces {} rows", group.num_rows())))?;
        for skip in (0..rows).step_by(PORTION_ROWS) {
            let rows = PORTION_ROWS.min(rows - skip);
            portions.push(Portion { row_group, skip, rows, first });
            first += rows as u64;
        }
    }
    Ok(portions)
}

fn damaged(reason: String) -> Problem {
    Problem::new(Code::UnreadableFile, reason).hint("fetch or write the file again")
}

/// Calls the decoder. It should not panic on any file; where it does, the file is at fault and nothing of it is kept.
fn guarded<T>(decode: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, Problem> {
    match catch_unwind(AssertUnwindSafe(decode)) {
        Ok(Ok(decoded)) => Ok(decoded),
        Ok(Err(error)) => Err(damaged(error.to_string())),
        Err(_) => Err(damaged("the decoder gave up on it".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::arrow::Poster;
    use crate::ledger::Policy;
    use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
    use parquet::arrow::ArrowWriter;
    use parquet::file::properties::WriterProperties;

    /// Four orders in row groups of two.
    fn orders() -> Vec<u8> {
        let ids: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3, 5]));
        let days: ArrayRef = Arc::new(StringArray::from(vec!["2025-01-31"; 4]));
        let columns = [("order_id", ids.clone()), ("customer_id", ids.clone()), ("ordered_on", days), ("revenue", ids)];
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let groups = WriterProperties::builder().set_max_row_group_row_count(Some(2)).build();
        let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(groups)).unwrap();
        writer.write(&batch).unwrap();
        writer.into_inner().unwrap()
    }

    #[test]
    fn portions_are_decoded_apart_and_posted_in_ranges() {
        let path = std::env::temp_dir().join(format!("portefeuille-portions-{}.parquet", std::process::id()));
        std::fs::write(&path, orders()).unwrap();
        let file = ParquetFile::open(&path, "orders.parquet", Table::Orders, &ReadOptions::default()).unwrap();
        assert_eq!(file.portions().iter().map(|p| (p.rows, p.first)).collect::<Vec<_>>(), [(2, 1), (2, 3)]);

        let decoded = [file.decode(1).unwrap(), file.decode(0).unwrap()];
        std::fs::remove_file(&path).unwrap();
        assert_eq!([0, 1, 2].map(|row| decoded[0].order_id(row)), [Some(3u64.into()), Some(5u64.into()), None]);
        let mut ledger = Ledger::with_policy(Policy::new().implicit_customers(true));
        let mut poster = Poster::new(file.tell(&mut ledger));
        for rows in [1..2, 0..1] {
            for decoded in &decoded {
                decoded.post(rows.clone(), &mut ledger, &mut poster).unwrap();
            }
        }
        poster.finish(&mut ledger, Table::Orders);
        let ids: Vec<_> = ledger.customers().map(|customer| customer.id().to_string()).collect();
        assert_eq!(ids, ["5", "2", "3", "1"]);
    }

    #[test]
    fn files_and_decoded_rows_may_be_shared_by_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<ParquetFile>();
        shared::<Decoded>();
    }
}
