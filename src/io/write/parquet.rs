//! `accounts.parquet`: the columns of `accounts.csv`, typed.
//!
//! Amounts and hours are decimals with four places, ratios and scores doubles, counts whole numbers, dates dates, the rest
//! texts. What is not known is null. Texts are as they are: there is no formula in a typed file to guard against.

use super::accounts::{Row, fill, header};
use crate::date::Date;
use crate::money::{Money, Quantity};
use crate::portfolio::Portfolio;
use crate::records::Id;
use arrow_array::builder::{
    BooleanBuilder, Date32Builder, Decimal64Builder, Float64Builder, Int64Builder, StringBuilder,
};
use arrow_array::{ArrayRef, RecordBatch};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::io::{self, Write};
use std::sync::Arc;

/// Accounts that are encoded at a time.
const BATCH_ROWS: usize = 64 << 10;
/// The digits of an amount: as many as 64 bits hold of any.
const PRECISION: u8 = 18;
const SCALE: i8 = 4;
/// The first count of 1/10,000 that has more digits.
const UNITS_END: u64 = 10u64.pow(PRECISION as u32);

/// The values of one column so far.
enum Column {
    Text(StringBuilder),
    Fixed(Decimal64Builder),
    Count(Int64Builder),
    Float(Float64Builder),
    Date(Date32Builder),
    Flag(BooleanBuilder),
}

/// Rows on their way into columns, whose types are those of the first row.
struct Columns<W: Write + Send> {
    names: Vec<&'static str>,
    columns: Vec<Column>,
    /// The position of the next cell.
    at: usize,
    rows: usize,
    writer: Option<ArrowWriter<W>>,
    out: Option<W>,
    /// The first value that could not be written.
    fault: Option<String>,
}

/// Writes the accounts.
pub(super) fn write(portfolio: &Portfolio, out: &mut (dyn Write + Send)) -> io::Result<()> {
    let names = header(portfolio);
    let mut columns = Columns { names, columns: Vec::new(), at: 0, rows: 0, writer: None, out: Some(out), fault: None };
    for account in portfolio.accounts() {
        fill(&mut columns, account);
        columns.end()?;
    }
    columns.flush()?;
    match columns.writer {
        Some(writer) => writer.close().map(drop).map_err(io::Error::other),
        None => Err(io::Error::other("there are no accounts")),
    }
}

impl<W: Write + Send> Columns<W> {
    /// Appends a cell to the next column, which the first row makes.
    fn cell<B>(
        &mut self,
        make: impl FnOnce() -> Column,
        of: impl FnOnce(&mut Column) -> Option<&mut B>,
        append: impl FnOnce(&mut B),
    ) {
        if self.at == self.columns.len() {
            self.columns.push(make());
        }
        match of(&mut self.columns[self.at]) {
            Some(builder) => append(builder),
            None => self.fault = Some(format!("the column {} has values of two types", self.at)),
        }
        self.at += 1;
    }

    fn texts(&mut self, text: &str) {
        let text = Some(text).filter(|text| !text.is_empty());
        self.cell(
            || Column::Text(StringBuilder::new()),
            |column| if let Column::Text(builder) = column { Some(builder) } else { None },
            |builder| builder.append_option(text),
        );
    }

    fn fixed(&mut self, units: Option<i64>) {
        if let Some(units) = units.filter(|units| units.unsigned_abs() >= UNITS_END) {
            self.fault = Some(format!("{} has more than {PRECISION} digits", Money::from_units(units)));
        }
        self.cell(
            || Column::Fixed(Decimal64Builder::new()),
            |column| if let Column::Fixed(builder) = column { Some(builder) } else { None },
            |builder| builder.append_option(units),
        );
    }

    /// Ends a row.
    fn end(&mut self) -> io::Result<()> {
        self.at = 0;
        self.rows += 1;
        if let Some(fault) = self.fault.take() {
            return Err(io::Error::other(fault));
        }
        if self.rows < BATCH_ROWS { Ok(()) } else { self.flush() }
    }

    /// Encodes the rows so far.
    fn flush(&mut self) -> io::Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        self.rows = 0;
        let arrays = self.columns.iter_mut().map(Column::finish).collect::<io::Result<Vec<_>>>()?;
        let batch = RecordBatch::try_from_iter_with_nullable(
            self.names.iter().zip(arrays).map(|(name, array)| (name, array, true)),
        )
        .map_err(io::Error::other)?;
        if let Some(out) = self.out.take() {
            let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default()));
            let writer = ArrowWriter::try_new(out, batch.schema(), Some(properties.build()));
            self.writer = Some(writer.map_err(io::Error::other)?);
        }
        match &mut self.writer {
            Some(writer) => writer.write(&batch).map_err(io::Error::other),
            None => Ok(()),
        }
    }
}

impl Column {
    fn finish(&mut self) -> io::Result<ArrayRef> {
        Ok(match self {
            Self::Text(builder) => Arc::new(builder.finish()),
            Self::Fixed(builder) => {
                let amounts = builder.finish().with_precision_and_scale(PRECISION, SCALE);
                Arc::new(amounts.map_err(io::Error::other)?)
            }
            Self::Count(builder) => Arc::new(builder.finish()),
            Self::Float(builder) => Arc::new(builder.finish()),
            Self::Date(builder) => Arc::new(builder.finish()),
            Self::Flag(builder) => Arc::new(builder.finish()),
        })
    }
}

impl<W: Write + Send> Row for Columns<W> {
    fn word(&mut self, word: &str) {
        self.texts(word);
    }

    fn text(&mut self, text: &str) {
        self.texts(text);
    }

    fn id(&mut self, id: &Id) {
        self.texts(&id.text());
    }

    fn money(&mut self, money: impl Into<Option<Money>>) {
        self.fixed(money.into().map(Money::units));
    }

    fn quantity(&mut self, quantity: Option<Quantity>) {
        self.fixed(quantity.map(Quantity::units));
    }

    fn count(&mut self, count: impl Into<Option<i64>>) {
        let count = count.into();
        self.cell(
            || Column::Count(Int64Builder::new()),
            |column| if let Column::Count(builder) = column { Some(builder) } else { None },
            |builder| builder.append_option(count),
        );
    }

    fn float(&mut self, value: Option<f64>) {
        self.cell(
            || Column::Float(Float64Builder::new()),
            |column| if let Column::Float(builder) = column { Some(builder) } else { None },
            |builder| builder.append_option(value),
        );
    }

    fn date(&mut self, date: Option<Date>) {
        self.cell(
            || Column::Date(Date32Builder::new()),
            |column| if let Column::Date(builder) = column { Some(builder) } else { None },
            |builder| builder.append_option(date.map(Date::days)),
        );
    }

    fn flag(&mut self, flag: impl Into<Option<bool>>) {
        let flag = flag.into();
        self.cell(
            || Column::Flag(BooleanBuilder::new()),
            |column| if let Column::Flag(builder) = column { Some(builder) } else { None },
            |builder| builder.append_option(flag),
        );
    }
}
