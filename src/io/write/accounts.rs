//! The accounts: one row each, in id order. Columns are only ever appended.

use super::cells::{Cells, CsvStyle};
use crate::date::Date;
use crate::money::{Money, Quantity};
use crate::parallel;
use crate::portfolio::{Account, Portfolio};
use crate::records::Id;
use crate::score::Side;
use std::io::{self, Write};

pub(super) const HEADER: [&str; 43] = [
    "customer_id",
    "name",
    "revenue",
    "cost_of_goods",
    "discount",
    "gross_margin",
    "cost_to_serve",
    "net_margin",
    "orders",
    "lines",
    "rush_orders",
    "small_orders",
    "returns",
    "claims",
    "support_hours",
    "families",
    "first_order",
    "last_order",
    "margin_rate",
    "cost_to_serve_ratio",
    "stability",
    "growth",
    "value_score",
    "complexity_score",
    "quadrant",
    "tier",
    "status",
    "invoiced",
    "credits",
    "credit_notes",
    "list_revenue",
    "discount_rate",
    "freight",
    "payment_terms",
    "pocket_margin",
    "other_cost_to_serve",
    "net_margin_rate",
    "loses_money",
    "value_distance",
    "complexity_distance",
    "main_cost",
    "data_grade",
    "estimated_revenue",
];

/// Rows that are formatted together.
const CHUNK: usize = 1_024;
/// Chunks that are held until they are written.
const HELD: usize = 32;

pub(super) fn write(portfolio: &Portfolio, style: CsvStyle, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(Cells::header(style, &HEADER).bytes())?;
    for start in (0..portfolio.len()).step_by(CHUNK * HELD) {
        let held = (portfolio.len() - start).min(CHUNK * HELD);
        let chunks = parallel::map_ranges(held, CHUNK, |range| {
            let mut cells = Cells::with_room(style, CHUNK);
            for account in portfolio.range(start + range.start..start + range.end) {
                fill(&mut cells, account);
                cells.end();
            }
            cells
        });
        chunks.iter().try_for_each(|cells| out.write_all(cells.bytes()))?;
    }
    Ok(())
}

/// A row of any format: its cells are given in the order of [`HEADER`]. A missing value is an empty text, or `None`.
pub(super) trait Row {
    /// A word of ours.
    fn word(&mut self, word: &str);
    /// A text of the user's.
    fn text(&mut self, text: &str);
    fn id(&mut self, id: &Id);
    fn money(&mut self, money: impl Into<Option<Money>>);
    fn quantity(&mut self, quantity: Option<Quantity>);
    fn count(&mut self, count: impl Into<Option<i64>>);
    fn float(&mut self, value: Option<f64>);
    fn date(&mut self, date: Option<Date>);
    fn flag(&mut self, flag: bool);
}

/// Gives the cells of an account.
pub(super) fn fill(row: &mut impl Row, account: Account<'_>) {
    first_columns(row, account);
    further_columns(row, account);
}

fn first_columns(rows: &mut impl Row, account: Account<'_>) {
    let (figures, cascade) = (account.figures(), account.cascade());
    rows.id(account.id());
    rows.text(account.name().unwrap_or_default());
    rows.money(cascade.net_revenue);
    rows.money(cascade.cost_of_goods);
    rows.money(cascade.discount);
    rows.money(cascade.gross_margin);
    rows.money(cascade.cost_to_serve);
    rows.money(cascade.net_margin);
    rows.count(figures.orders);
    rows.count(figures.lines);
    rows.count(figures.rush_orders);
    rows.count(figures.small_orders);
    rows.count(figures.returns);
    rows.count(figures.claims);
    rows.quantity(figures.support_hours);
    rows.count(figures.families.map(i64::from));
    rows.date(account.order_dates().map(|(first, _)| first));
    rows.date(account.order_dates().map(|(_, last)| last));
    rows.float(account.margin_rate());
    rows.float(account.cost_to_serve_ratio());
    rows.float(account.stability());
    rows.float(account.growth());
    rows.float(account.score(Side::Value));
    rows.float(account.score(Side::Complexity));
    rows.word(account.quadrant().map_or("", |q| q.as_str()));
    rows.word(account.tier().map_or("", |t| t.as_str()));
}

fn further_columns(rows: &mut impl Row, account: Account<'_>) {
    let (figures, cascade) = (account.figures(), account.cascade());
    rows.word(account.status().as_str());
    rows.money(cascade.invoiced);
    rows.money(cascade.credits);
    rows.count(figures.credit_notes);
    rows.money(cascade.list_revenue);
    rows.float(account.discount_rate());
    rows.money(cascade.freight);
    rows.money(cascade.payment_terms);
    rows.money(cascade.pocket_margin);
    rows.money(cascade.other_cost_to_serve);
    rows.float(account.net_margin_rate());
    rows.flag(account.loses_money());
    rows.float(account.distance(Side::Value));
    rows.float(account.distance(Side::Complexity));
    rows.text(account.main_cost().map_or("", |line| line.name()));
    rows.word(account.data_grade().as_str());
    rows.money(account.estimated_revenue());
}
