//! The accounts: one row each, in id order. Columns are only ever appended.

use super::cells::{Cells, CsvStyle};
use crate::date::Date;
use crate::facts::Figures;
use crate::margin::Cascade;
use crate::money::{Money, Quantity};
use crate::parallel;
use crate::portfolio::{Account, Portfolio};
use crate::records::Id;
use crate::score::Side;
use crate::segment::Quadrant;
use std::io::{self, Write};

/// The columns that are always there.
const HEADER: [&str; 43] = [
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

/// The columns that say how sure the cell is.
const CONFIDENCE: [&str; 5] = ["p_or", "p_strategique", "p_efficace", "p_toxique", "undecided"];

/// The columns of a portfolio's accounts: those that were asked for come after those that are always there.
pub(super) fn header(portfolio: &Portfolio) -> Vec<&'static str> {
    let mut names = HEADER.to_vec();
    if portfolio.confidence().is_some() {
        names.extend(CONFIDENCE);
    }
    names
}

/// Rows that are formatted together.
const CHUNK: usize = 1_024;
/// Chunks that are formatted while as many are written.
const HELD: usize = 8;

pub(super) fn write(portfolio: &Portfolio, style: CsvStyle, out: &mut (dyn Write + Send)) -> io::Result<()> {
    out.write_all(Cells::header(style, &header(portfolio)).bytes())?;
    // Two rooms take turns: one is written, and the other is filled meanwhile.
    let room = || (0..HELD).map(|_| Cells::with_room(style, CHUNK)).collect::<Vec<_>>();
    let (mut full, mut next) = (room(), room());
    for start in (0..portfolio.len()).step_by(CHUNK * HELD) {
        let (written, filled) = parallel::join(|| write_chunks(&full, out), || format(portfolio, start, next));
        written?;
        (full, next) = (filled, full);
    }
    write_chunks(&full, out)
}

fn write_chunks(chunks: &[Cells], out: &mut (dyn Write + Send)) -> io::Result<()> {
    chunks.iter().try_for_each(|cells| out.write_all(cells.bytes()))
}

/// Formats the accounts from a position on, a chunk into each room.
fn format(portfolio: &Portfolio, start: usize, rooms: Vec<Cells>) -> Vec<Cells> {
    let rooms = rooms.into_iter().zip((start..).step_by(CHUNK)).collect();
    parallel::map_items(rooms, |(mut cells, start)| {
        cells.clear();
        for account in portfolio.range(start..start + CHUNK) {
            fill(&mut cells, account);
            cells.end();
        }
        cells
    })
}

/// A row of any format: its cells are given in the order of [`header`]. A missing value is an empty text, or `None`.
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
    fn flag(&mut self, flag: impl Into<Option<bool>>);
}

/// Gives the cells of an account.
pub(super) fn fill(row: &mut impl Row, account: Account<'_>) {
    let (figures, cascade) = (account.figures(), account.cascade());
    first_columns(row, account, &figures, &cascade);
    further_columns(row, account, &figures, &cascade);
    if account.portfolio().confidence().is_some() {
        let odds = account.odds();
        Quadrant::ALL.into_iter().for_each(|cell| row.float(odds.map(|odds| odds.probability(cell))));
        row.flag(account.is_undecided());
    }
}

fn first_columns(rows: &mut impl Row, account: Account<'_>, figures: &Figures, cascade: &Cascade) {
    let (first, last) = account.order_dates().unzip();
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
    rows.date(first);
    rows.date(last);
    rows.float(account.margin_rate());
    rows.float(account.cost_to_serve_ratio());
    rows.float(account.stability());
    rows.float(account.growth());
    rows.float(account.score(Side::Value));
    rows.float(account.score(Side::Complexity));
    rows.word(account.quadrant().map_or("", |q| q.as_str()));
    rows.word(account.tier().map_or("", |t| t.as_str()));
}

fn further_columns(rows: &mut impl Row, account: Account<'_>, figures: &Figures, cascade: &Cascade) {
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
