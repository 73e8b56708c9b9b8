//! A first mapping for an export, from its header and its first rows.

use super::synonyms::{Meaning, fold, meaning};
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
    /// Lines before the header.
    skip_lines: u64,
    encoding: Encoding,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Sample {
    fn read(export: &Path, name: &str) -> Result<Self> {
        let read = |encoding| {
            let file = std::fs::File::open(export).map_err(|e| Error::io(export.display(), "cannot be read", e))?;
            Ok::<_, Error>(Splitter::new(Source::new(Box::new(file), name, Table::Orders, encoding), BLOCK_BYTES))
        };
        // Nearly all names are told by their ASCII letters; Windows-1252 reads the others too.
        let (mut delimiter, mut skip_lines) = find_header(read(Encoding::Utf8)?)?;
        let (encoding, records) = match records(read(Encoding::Utf8)?, delimiter, skip_lines)? {
            Some(records) => (Encoding::Utf8, records),
            None => {
                (delimiter, skip_lines) = find_header(read(Encoding::Windows1252)?)?;
                let records = records(read(Encoding::Windows1252)?, delimiter, skip_lines)?;
                (Encoding::Windows1252, records.unwrap_or_default())
            }
        };
        let mut records = records.into_iter();
        let header =
            records.next().ok_or_else(|| Problem::new(Code::NoHeader, "there is no header line").file(name))?;
        Ok(Self { delimiter, skip_lines, encoding, header, rows: records.collect() })
    }

    fn values(&self, column: usize) -> impl Iterator<Item = &str> {
        self.rows.iter().filter_map(move |row| row.get(column)).map(|v| v.trim()).filter(|v| !v.is_empty())
    }
}

/// Lines among which the header is looked for.
const HEADER_LINES_MAX: usize = 10;

/// The delimiter and the lines before the header: the first record of which two names are known, else the first record
/// that is no `sep=` line.
fn find_header(mut splitter: Splitter<'_>) -> Result<(u8, u64)> {
    splitter.skip_mark()?;
    let mut first = None;
    for _ in 0..HEADER_LINES_MAX {
        if !matches!(splitter.advance(), Ok(Step::Record)) {
            break;
        }
        let mut best = (0, 0, b',');
        let mut above = 0;
        let mut is_hint = false;
        for delimiter in [b',', b';', b'\t', b'|'] {
            splitter.set_delimiter(delimiter);
            let Ok(Step::Record) = splitter.find() else { continue };
            let record = splitter.record();
            let name = |at| String::from_utf8_lossy(record.get(at)).into_owned();
            let known = (0..record.len()).filter(|at| meaning(&name(*at)).is_some() || is_plain(&name(*at))).count();
            best = best.max((known, record.len(), delimiter));
            above = record.line - 1;
            is_hint |= name(0).to_ascii_lowercase().starts_with("sep=");
        }
        if best.0 >= 2 {
            return Ok((best.2, above));
        }
        if !is_hint {
            first.get_or_insert((best.2, above));
        }
    }
    Ok(first.unwrap_or((b',', 0)))
}

/// Names that say something only beside others.
fn is_plain(name: &str) -> bool {
    matches!(fold(name).as_str(), "id" | "nom" | "name")
}

/// The first records; none when they are not UTF-8.
fn records(mut splitter: Splitter<'_>, delimiter: u8, skip_lines: u64) -> Result<Option<Vec<Vec<String>>>> {
    splitter.skip_mark()?;
    for _ in 0..skip_lines {
        splitter.skip_line()?;
    }
    splitter.set_delimiter(delimiter);
    let mut records = Vec::new();
    while records.len() <= ROWS_MAX && splitter.advance()? == Step::Record {
        let record = splitter.record();
        let fields = (0..record.len()).map(|at| String::from_utf8(record.get(at).to_vec()));
        let Ok(fields) = fields.collect::<Result<Vec<_>, _>>() else { return Ok(None) };
        records.push(fields);
    }
    Ok(Some(records))
}

/// How rows of one order id go together.
enum Ids {
    /// The id alone names an order.
    Alone,
    /// It does so with this column before it.
    Joined(Meaning),
    /// Rows of one id differ in date or customer, and nothing recognised sets them apart.
    Unclear,
}

/// How ids name orders, and whether several rows become one.
fn order_ids(sample: &Sample, positions: &BTreeMap<Meaning, usize>) -> (Ids, bool) {
    let Some(id) = positions.get(&Meaning::OrderId) else { return (Ids::Alone, false) };
    let value = |row: &'_ Vec<String>, meaning| {
        let text = positions.get(&meaning).and_then(|at| row.get(*at)).map_or("", |v| v.trim());
        // The date of a date with a time.
        let day = if meaning == Meaning::Date { text.split([' ', 'T']).next() } else { None };
        day.unwrap_or(text).to_owned()
    };
    // Whether rows of one key agree, and how many keys there are.
    let by = |with: Option<Meaning>| {
        let mut seen = BTreeMap::new();
        let mut agree = true;
        for row in &sample.rows {
            let number = row.get(*id).map_or("", |v| v.trim());
            let (day, customer) = (value(row, Meaning::Date), value(row, Meaning::CustomerId));
            if number.is_empty() || customer.is_empty() && positions.contains_key(&Meaning::CustomerId) {
                continue;
            }
            let key = (number, with.map(|meaning| value(row, meaning)));
            let first = seen.entry(key).or_insert_with(|| (day.clone(), customer.clone()));
            agree &= *first == (day, customer);
        }
        (agree, seen.len())
    };
    let rows = sample.rows.iter().filter(|row| row.get(*id).is_some_and(|v| !v.trim().is_empty())).count();
    let (agree, keys) = by(None);
    if agree {
        return (Ids::Alone, keys < rows);
    }
    for meaning in [Meaning::CustomerId, Meaning::Date] {
        let timed = meaning == Meaning::Date
            && positions.get(&meaning).is_some_and(|at| sample.values(*at).any(|v| v.contains([' ', 'T'])));
        if let (true, keys) = by(Some(meaning))
            && !timed
        {
            return (Ids::Joined(meaning), keys < rows);
        }
    }
    (Ids::Unclear, false)
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
    ids: Ids,
    /// The dates are day numbers of a spreadsheet.
    day_numbers: bool,
    /// A list of customers, without orders.
    of_customers: bool,
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
        let amount = columns.contains_key(&Meaning::Revenue) || columns.contains_key(&Meaning::UnitPrice);
        let dated = columns.contains_key(&Meaning::Date);
        let mut plain = |wanted: &[&str], meaning| {
            let at = sample.header.iter().position(|name| wanted.contains(&fold(name).as_str()));
            if let Some(at) = at.filter(|_| !columns.contains_key(&meaning)) {
                let name = sample.header[at].trim();
                columns.insert(meaning, name);
                positions.insert(meaning, at);
                unplaced.retain(|other| *other != name);
            }
        };
        plain(&["id"], if dated || amount { Meaning::OrderId } else { Meaning::CustomerId });
        if !dated && !amount {
            plain(&["name", "nom"], Meaning::CustomerName);
        }
        let has = |meaning| columns.contains_key(&meaning);
        let of_customers =
            !dated && !amount && !has(Meaning::OrderId) && has(Meaning::CustomerId) && has(Meaning::CustomerName);
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
        let (ids, repeated) = order_ids(sample, &positions);
        let is_serial = |d: &&str| {
            d.len() >= 5
                && d.bytes().take(5).all(|b| b.is_ascii_digit())
                && d.as_bytes().get(5).is_none_or(|b| matches!(b, b'.' | b','))
        };
        Self {
            date_ambiguous: !dates.is_empty() && formats.next().is_some(),
            date_has_time: !dates.iter().all(is_serial)
                && dates.iter().any(|d| date(d.as_bytes(), date_format).is_none()),
            date_format,
            grouped: !matches!(ids, Ids::Unclear) && (repeated || columns.contains_key(&Meaning::Quantity)),
            day_numbers: !dates.is_empty() && dates.iter().all(is_serial),
            of_customers,
            ids,
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
        if self.of_customers {
            self.write_list(&mut text, file);
            return text;
        }
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
        if sample.skip_lines > 0 {
            settings.push(format!("skip_lines = {}   # what stands before the header", sample.skip_lines));
        }
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
        required("order_id", self.order_id());
        required("customer_id", self.get(Meaning::CustomerId));
        let day = self.get(Meaning::Date);
        required("ordered_on", if self.date_has_time { day.map(|d| format!("{{ date_of = {d} }}")) } else { day });
        let day_numbers = self.day_numbers;
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
        if day_numbers {
            text.push_str(
                "# The dates are day numbers of a spreadsheet: format the column as a date and export it again.\n",
            );
        }
        match self.ids {
            Ids::Alone => {}
            Ids::Joined(_) => text.push_str(
                "# Rows with the same order id differ in date or customer: the ids start again, every year or for every\n\
                 # customer. The join above sets the orders of the first rows apart: check that it does so for all.\n",
            ),
            Ids::Unclear => text.push_str(
                "# Rows with the same order id differ in date or customer, so they are not grouped: if the ids start again\n\
                 # every year, join them with a column that holds it, { join = [\"Year\", \"No\"], by = \"/\" }; if they are\n\
                 # lines of one order all the same, set group_by = \"order_id\".\n",
            ),
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

    fn order_id(&self) -> Option<String> {
        let id = self.get(Meaning::OrderId)?;
        match self.ids {
            Ids::Joined(with) => Some(format!("{{ join = [{}, {id}], by = \"/\" }}", self.get(with)?)),
            _ => Some(id),
        }
    }

    /// A list of customers: what is not mapped becomes an attribute under its own name.
    fn write_list(&self, text: &mut String, file: &str) {
        text.push_str(
            "\n# A list of customers: columns that are not named here become attributes. The orders are elsewhere.\n",
        );
        line(text, format_args!("[customers]\nfile = {}", quoted(file)));
        let known = [
            ("customer_id", Meaning::CustomerId),
            ("name", Meaning::CustomerName),
            ("payment_days", Meaning::PaymentDays),
            ("owner", Meaning::Owner),
            ("currency", Meaning::Currency),
        ];
        for (key, meaning) in known {
            if let Some(name) = self.get(meaning) {
                line(text, format_args!("{key} = {name}"));
            }
        }
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
