//! A first mapping for an export, from its header and its first rows.

use super::synonyms::{Meaning, meaning};
use crate::error::{Code, Error, Problem, Result, Table};
use crate::io::csv::{
    BLOCK_BYTES, DateFormat, Encoding, Format, Source, Splitter, Step, Thousands, date, date_of, decimal,
};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// Rows that are looked at.
const ROWS_MAX: usize = 50;

/// Proposes a mapping for an export, as the commented text of a `mapping.toml`.
///
/// Names are recognised in English and French; dates, decimals and the delimiter from the first fifty rows. What could
/// not be placed is listed in comments. It is a beginning to be checked by eye: reading itself guesses nothing.
///
/// The text is a valid mapping when the export has an order id, a customer, a date and an amount under known names;
/// what is missing of these stands in it as a comment to complete.
pub fn propose_mapping(export: &Path) -> Result<String> {
    let name = export.file_name().map_or_else(|| export.display().to_string(), |n| n.to_string_lossy().into_owned());
    let sample = Sample::read(export, &name)?;
    Ok(Proposal::of(&sample).write(&name, &sample))
}

/// The header and first rows of a file.
struct Sample {
    delimiter: u8,
    encoding: Encoding,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Sample {
    fn read(export: &Path, name: &str) -> Result<Self> {
        let read = |encoding, delimiter| {
            let file = std::fs::File::open(export).map_err(|e| Error::io(export.display(), "cannot be read", e))?;
            records(Source::new(Box::new(file), name, Table::Orders, encoding), delimiter)
        };
        let (encoding, (delimiter, records)) = match read(Encoding::Utf8, None)? {
            (_, None) => {
                let (delimiter, records) = read(Encoding::Windows1252, None)?;
                (Encoding::Windows1252, (delimiter, records.unwrap_or_default()))
            }
            (delimiter, Some(records)) => (Encoding::Utf8, (delimiter, records)),
        };
        let mut records = records.into_iter();
        let header =
            records.next().ok_or_else(|| Problem::new(Code::NoHeader, "there is no header line").file(name))?;
        Ok(Self { delimiter, encoding, header, rows: records.collect() })
    }

    fn values(&self, column: usize) -> impl Iterator<Item = &str> {
        self.rows.iter().filter_map(move |row| row.get(column)).map(|v| v.trim()).filter(|v| !v.is_empty())
    }
}

type Records = Option<Vec<Vec<String>>>;

/// The first records with the delimiter that the header holds most often; none when they are not UTF-8.
fn records(source: Source<'_>, stated: Option<u8>) -> Result<(u8, Records)> {
    let mut splitter = Splitter::new(source, BLOCK_BYTES);
    splitter.skip_mark()?;
    let mut best = (0, stated.unwrap_or(b','));
    if splitter.advance()? == Step::Record {
        for delimiter in [b',', b';', b'\t', b'|'] {
            splitter.set_delimiter(delimiter);
            if splitter.find()? == Step::Record && splitter.record().len() > best.0 {
                best = (splitter.record().len(), delimiter);
            }
        }
    }
    splitter.set_delimiter(best.1);
    let mut step = splitter.find()?;
    let mut records = Vec::new();
    while step == Step::Record && records.len() <= ROWS_MAX {
        let record = splitter.record();
        let fields = (0..record.len()).map(|at| String::from_utf8(record.get(at).to_vec()));
        let Ok(fields) = fields.collect::<Result<Vec<_>, _>>() else { return Ok((best.1, None)) };
        records.push(fields);
        step = splitter.advance()?;
    }
    Ok((best.1, Some(records)))
}

/// What was recognised.
struct Proposal<'s> {
    columns: BTreeMap<Meaning, &'s str>,
    unplaced: Vec<&'s str>,
    date_format: DateFormat,
    /// Both orders of day and month read all dates of the sample.
    date_ambiguous: bool,
    date_has_time: bool,
    decimal: u8,
    thousands: Option<&'static str>,
    grouped: bool,
}

impl<'s> Proposal<'s> {
    fn of(sample: &'s Sample) -> Self {
        let mut columns = BTreeMap::new();
        let mut positions = BTreeMap::new();
        let mut unplaced = Vec::new();
        for (at, name) in sample.header.iter().enumerate() {
            match meaning(name) {
                Some(meaning) if meaning != Meaning::Unused && !columns.contains_key(&meaning) => {
                    columns.insert(meaning, name.trim());
                    positions.insert(meaning, at);
                }
                _ => unplaced.push(name.trim()),
            }
        }
        let dates: Vec<&str> = positions.get(&Meaning::Date).map(|at| sample.values(*at).collect()).unwrap_or_default();
        let reads = |format: DateFormat| dates.iter().all(|d| date_of(d.as_bytes(), format).is_some());
        let mut formats = DateFormat::NAMES.into_iter().map(|(_, format)| format).filter(|f| reads(*f));
        let date_format = formats.next().filter(|_| !dates.is_empty()).unwrap_or(DateFormat::YearMonthDay);
        let amounts =
            [Meaning::Revenue, Meaning::UnitPrice, Meaning::CostOfGoods, Meaning::UnitCost, Meaning::Discount];
        let numbers: Vec<&str> =
            amounts.iter().filter_map(|m| positions.get(m)).flat_map(|at| sample.values(*at)).collect();
        let (decimal, thousands) = number_format(&numbers);
        // A discount in per cent is not an amount.
        for meaning in [Meaning::Discount, Meaning::Freight] {
            let is_rate = positions.get(&meaning).is_some_and(|at| sample.values(*at).any(|v| v.contains('%')));
            if is_rate {
                unplaced.extend(columns.remove(&meaning));
            }
        }
        let ids: Vec<&str> =
            positions.get(&Meaning::OrderId).map(|at| sample.values(*at).collect()).unwrap_or_default();
        let distinct: std::collections::BTreeSet<&str> = ids.iter().copied().collect();
        Self {
            date_ambiguous: !dates.is_empty() && formats.next().is_some(),
            date_has_time: dates.iter().any(|d| date(d.as_bytes(), date_format).is_none()),
            date_format,
            grouped: distinct.len() < ids.len() || columns.contains_key(&Meaning::Quantity),
            columns,
            unplaced,
            decimal,
            thousands,
        }
    }

    fn get(&self, meaning: Meaning) -> Option<String> {
        self.columns.get(&meaning).map(|name| quoted(name))
    }

    fn write(&self, file: &str, sample: &Sample) -> String {
        let mut text = format!(
            "# Proposed from the header and the first {} rows of {}. Check each line, then run `portefeuille check`.\n",
            sample.rows.len(),
            comment(file)
        );
        self.write_csv(&mut text, sample);
        self.write_orders(&mut text, file);
        self.write_customers(&mut text);
        if !self.unplaced.is_empty() {
            text.push_str("\n# Not used:\n");
            for name in &self.unplaced {
                line(&mut text, format_args!("#   {}", comment(name)));
            }
        }
        text
    }

    fn write_csv(&self, text: &mut String, sample: &Sample) {
        let french = (sample.delimiter, self.decimal, self.date_format) == (b';', b',', DateFormat::DayMonthYearSlash);
        let doubt = if self.date_ambiguous { "   # dd/mm/yyyy or mm/dd/yyyy: the first rows do not tell" } else { "" };
        let mut settings = Vec::new();
        let delimiter = char::from(sample.delimiter);
        if french {
            settings.push(format!("format = \"fr\"{doubt}"));
        } else if delimiter != ',' {
            settings.push(format!("delimiter = {}", quoted(&delimiter.to_string())));
        }
        if self.decimal == b',' && !french {
            settings.push("decimal = \",\"".to_owned());
        }
        if let Some(thousands) = self.thousands {
            settings.push(format!("thousands = {}", quoted(thousands)));
        }
        if self.date_format != DateFormat::YearMonthDay && !french {
            settings.push(format!("date_format = {}{doubt}", quoted(self.date_format.name())));
        }
        if sample.encoding == Encoding::Windows1252 {
            settings.push("encoding = \"windows-1252\"".to_owned());
        }
        if !settings.is_empty() {
            line(text, format_args!("\n[csv]\n{}", settings.join("\n")));
        }
    }

    fn write_orders(&self, text: &mut String, file: &str) {
        line(text, format_args!("\n[orders]\nfile = {}", quoted(file)));
        let mut required = |key: &str, value: Option<String>| match value {
            Some(value) => line(text, format_args!("{key} = {value}")),
            None => line(text, format_args!("# {key} = \"…\"   # required: no column was recognised")),
        };
        required("order_id", self.get(Meaning::OrderId));
        required("customer_id", self.get(Meaning::CustomerId));
        let day = self.get(Meaning::Date);
        required("ordered_on", if self.date_has_time { day.map(|d| format!("{{ date_of = {d} }}")) } else { day });
        required("revenue", self.amount(Meaning::Revenue, Meaning::UnitPrice));
        let optional = [
            ("cost_of_goods", self.amount(Meaning::CostOfGoods, Meaning::UnitCost)),
            ("discount", self.get(Meaning::Discount)),
            ("freight", self.get(Meaning::Freight)),
            ("rush", self.get(Meaning::Rush)),
            ("channel", self.get(Meaning::Channel)),
            ("owner", self.get(Meaning::Owner)),
            ("credits_order_id", self.get(Meaning::CreditsOrderId)),
            ("currency", self.get(Meaning::Currency)),
        ];
        for (key, value) in optional {
            if let Some(value) = value {
                line(text, format_args!("{key} = {value}"));
            }
        }
        if self.grouped {
            text.push_str("group_by = \"order_id\"   # one row per line: rows of one order are summed\n");
            if let Some(family) = self.columns.get(&Meaning::Family) {
                let name = comment(family);
                line(text, format_args!("# {name} is a product family: map it in [order_lines], from the same file."));
            }
        }
        if self.columns.contains_key(&Meaning::CustomerId) {
            text.push_str("# Rows without a customer are set aside and counted. Remove this to have them refused.\n");
            text.push_str("aside_when_empty = [\"customer_id\"]\n");
        }
        text.push_str("only_mapped = true\n");
    }

    /// An amount of its own, else quantity × unit.
    fn amount(&self, whole: Meaning, unit: Meaning) -> Option<String> {
        let product = || {
            let (quantity, unit) = (self.get(Meaning::Quantity)?, self.get(unit)?);
            Some(format!("{{ product = [{quantity}, {unit}] }}"))
        };
        self.get(whole).or_else(product)
    }

    fn write_customers(&self, text: &mut String) {
        text.push_str("\n[customers]\nfrom = \"orders\"\n");
        for (meaning, name) in &self.columns {
            let key = match meaning {
                Meaning::CustomerName => "name",
                Meaning::PaymentDays => "payment_days",
                Meaning::Attribute(key) => key,
                _ => continue,
            };
            line(text, format_args!("{key} = {}", quoted(name)));
        }
    }
}

fn line(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing into a String cannot fail.
    let _ = writeln!(text, "{arguments}");
}

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// A text that can stand in a comment.
fn comment(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

/// The decimal sign and the separator of thousands that read all the numbers.
fn number_format(numbers: &[&str]) -> (u8, Option<&'static str>) {
    let choices = [
        (b'.', None),
        (b',', None),
        (b',', Some((" ", Thousands::Space))),
        (b'.', Some((",", Thousands::Comma))),
        (b',', Some((".", Thousands::Dot))),
        (b'.', Some((" ", Thousands::Space))),
        (b'.', Some(("'", Thousands::Apostrophe))),
    ];
    let reads = |format: &Format| numbers.iter().filter(|n| decimal(n.as_bytes(), format).is_ok()).count();
    let mut best = (0, (b'.', None));
    for (sign, thousands) in choices {
        let format = Format { decimal: sign, thousands: thousands.map(|(_, t)| t), ..Format::default() };
        let read = reads(&format);
        if read > best.0 {
            best = (read, (sign, thousands.map(|(text, _)| text)));
        }
    }
    best.1
}
