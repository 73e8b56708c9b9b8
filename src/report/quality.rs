//! The quality of the records, before any analysis.

use super::table::{Columns, Paint, Style};
use crate::error::{Class, Table};
use crate::lang::Lang;
use crate::ledger::Quality;
use std::fmt::Write;

/// Records set aside that are shown one by one; all are counted.
const SHOWN_MAX: usize = 20;

/// What was read of each table, what does not fit and why, and what was found: each with its code, so that a choice can
/// be made by code.
///
/// ```
/// use portefeuille::{Customer, Lang, Ledger, Order, date, money, report};
///
/// let mut ledger = Ledger::new();
/// ledger.add_customers([Customer::new("ayala")])?;
/// ledger.add_orders([Order::new("o-1", "ayala", date(2025, 1, 31), money("9000"))])?;
/// let text = report::quality(&ledger.settled_quality()?, Lang::En);
/// assert!(text.contains("orders"));
/// # Ok::<(), portefeuille::Error>(())
/// ```
pub fn quality(quality: &Quality, lang: Lang) -> String {
    let mut text = String::new();
    for line in tables(quality, lang).lines(Paint(false)) {
        let _ = writeln!(text, "{line}");
    }
    if quality.counts().is_empty() {
        let fine =
            lang.pick("Rien à signaler : tous les enregistrements conviennent.", "Nothing found: all records fit.");
        let _ = writeln!(text, "\n{fine}");
        return text;
    }
    let headings = [
        (Class::Record, lang.pick("Enregistrements qui ne conviennent pas", "Records that do not fit")),
        (Class::Finding, lang.pick("Constats : ces enregistrements servent", "Findings: these records are used")),
    ];
    for (class, heading) in headings {
        let of_class = quality.counts().iter().filter(|(code, _)| code.class() == class);
        let lines: Vec<String> =
            of_class.map(|(code, count)| format!("  {} [{code}]", lang.found(*code, *count))).collect();
        if !lines.is_empty() {
            let _ = writeln!(text, "\n{heading}\n{}", lines.join("\n"));
        }
    }
    let aside = quality.set_aside();
    if !aside.is_empty() {
        let _ = writeln!(text, "\n{}", lang.pick("Où", "Where"));
        for item in aside.iter().take(SHOWN_MAX) {
            let _ = writeln!(text, "  {}", item.problem);
        }
        if aside.len() > SHOWN_MAX {
            let more = lang.count((aside.len() - SHOWN_MAX) as i64);
            let _ = writeln!(text, "  … {more} {}", lang.pick("autres", "more"));
        }
    }
    for example in quality.examples().iter().filter(|p| p.location.file.is_some() || p.hint.is_some()).take(SHOWN_MAX) {
        let _ = writeln!(text, "  {example}");
    }
    text
}

fn tables(quality: &Quality, lang: Lang) -> Columns {
    let mut columns = Columns::default();
    let header = match lang {
        Lang::Fr => ["Table", "lus", "écartés", "montant lu", "montant écarté"],
        Lang::En => ["Table", "read", "left out", "money read", "money left out"],
    };
    columns.row(Style::Plain, header.map(str::to_owned).into());
    for table in Table::ALL {
        let (read, aside) = (quality.read(table), quality.set_aside_tally(table));
        if read.records > 0 {
            let count = |records: u64| lang.count(i64::try_from(records).unwrap_or(i64::MAX));
            let money = [read.money.to_string(), aside.money.to_string()];
            let [read_money, aside_money] = if table == Table::Customers { Default::default() } else { money };
            let cells =
                vec![table.name().to_owned(), count(read.records), count(aside.records), read_money, aside_money];
            columns.row(Style::Plain, cells);
        }
    }
    columns
}
