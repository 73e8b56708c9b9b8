//! `rejects.csv`: the records set aside and the repeated ones, sorted by table, file and line.

use super::cells::{CsvStyle, Rows};
use crate::ledger::Quality;
use std::io::{self, Write};

const HEADER: [&str; 12] =
    ["code", "table", "file", "line", "byte", "column", "value", "reason", "hint", "customer_id", "money", "records"];

pub(super) fn write(quality: &Quality, style: CsvStyle, out: &mut dyn Write) -> io::Result<()> {
    let mut rows = Rows::new(out, style, &HEADER)?;
    for item in quality.set_aside() {
        let (problem, place) = (&item.problem, &item.problem.location);
        rows.word(problem.code.as_str());
        rows.word(place.table.map_or("", |t| t.name()));
        rows.text(place.file.as_deref().unwrap_or_default());
        rows.count(place.line.map(|n| n as i64));
        rows.count(place.byte.map(|n| n as i64));
        rows.text(place.column.as_deref().unwrap_or_default());
        rows.text(problem.value.as_deref().unwrap_or_default());
        rows.text(&problem.reason);
        rows.text(problem.hint.as_deref().unwrap_or_default());
        rows.text(&item.customer_id.as_ref().map(ToString::to_string).unwrap_or_default());
        rows.money(item.money);
        rows.count(item.records as i64);
        rows.end()?;
    }
    Ok(())
}
