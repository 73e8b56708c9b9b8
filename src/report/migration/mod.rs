//! What changed between two dates, on a terminal of a hundred columns.

mod words;

use super::table::{Columns, Paint, Style};
use super::text::COLUMNS;
use crate::insight::{Flow, Place, Standing, Transitions};
use crate::lang::Lang;
use crate::lang::columns::{capital, clean, fit, left, right, width, wrap};
use crate::migration::{AccountMove, Migration, Stability};
use crate::money::{Money, narrow};
use crate::score::ratio;
use crate::segment::{Hysteresis, Labels, Quadrant, Tier};

/// How many moves are told.
const MOVES: usize = 10;
/// How many of those who came, and of those who went, are named.
const NAMED: usize = 3;
/// The columns of an account's name and id.
const NAME: usize = 40;
/// The columns of its cells and tiers.
const CELL: usize = 40;
/// The widest amount before a table goes to thousands.
const AMOUNT: usize = 10;

/// What changed between two dates, as a controller would sign it: who went from which cell and tier to which, in accounts
/// and in net revenue; how many cells would be other ones with a month less of data; and the moves that matter most, with
/// what moved each.
///
/// Lines are at most a hundred columns wide and end in a line break. With `color`, ANSI escape codes mark titles and
/// cells; names that come from the data never carry any.
pub fn migration(migration: &Migration<'_>, stability: Option<&Stability>, lang: Lang, color: bool) -> String {
    let page = Page { migration, stability, lang, paint: Paint(color) };
    // Without any cell there is nothing to say of cells.
    let cells = page.any_cell();
    let of_cells = |block: &dyn Fn() -> Vec<String>| if cells { block() } else { Vec::new() };
    let blocks = [
        page.title(),
        of_cells(&|| page.accounts()),
        of_cells(&|| page.revenue()),
        page.tiers(),
        of_cells(&|| page.stability()),
        of_cells(&|| page.moves()),
        page.known(),
    ];
    let blocks: Vec<String> = blocks.into_iter().filter(|b| !b.is_empty()).map(|b| b.join("\n")).collect();
    blocks.join("\n\n") + "\n"
}

struct Page<'a> {
    migration: &'a Migration<'a>,
    stability: Option<&'a Stability>,
    lang: Lang,
    paint: Paint,
}

impl<'a> Page<'a> {
    fn currency(&self) -> &'a str {
        &self.migration.after().model().currency
    }

    fn labels(&self) -> Labels {
        self.migration.after().model().matrix.labels
    }

    fn heading(&self, text: &str) -> String {
        self.paint.show(text, Style::Bold)
    }

    fn standing(&self, standing: Standing<Quadrant>) -> &'static str {
        match standing {
            Standing::At(quadrant) => self.lang.quadrant(quadrant, self.labels()),
            Standing::NotPlaced => self.lang.pick("hors matrice", "not placed"),
            Standing::Absent => self.lang.pick("absent", "absent"),
        }
    }

    fn dates(&self) -> [String; 2] {
        [self.migration.before(), self.migration.after()].map(|portfolio| self.lang.date(portfolio.window().as_of))
    }

    /// The hysteresis in words, or nothing without any.
    fn hysteresis(&self) -> Option<String> {
        let lang = self.lang;
        let Hysteresis { value, complexity } = self.migration.hysteresis();
        let number = |delta: f64| Some(lang.number(delta, 9)).map(|text| trim(&text)).unwrap_or_default();
        let both = match lang {
            _ if value == complexity => number(value),
            Lang::Fr => format!("{} sur la valeur et {} sur la complexité", number(value), number(complexity)),
            Lang::En => format!("{} on value and {} on complexity", number(value), number(complexity)),
        };
        (!self.migration.hysteresis().is_none()).then_some(both)
    }

    fn title(&self) -> Vec<String> {
        let (lang, [from, to]) = (self.lang, self.dates());
        let title = match lang {
            Lang::Fr => format!("Ce qui a bougé du {from} au {to}"),
            Lang::En => format!("What moved from {from} to {to}"),
        };
        let [start_before, start_after] =
            [self.migration.before(), self.migration.after()].map(|portfolio| lang.date(portfolio.window().start));
        let windows = match lang {
            Lang::Fr => format!("chiffres du {start_before} au {from}, puis du {start_after} au {to}"),
            Lang::En => format!("figures from {start_before} to {from}, then from {start_after} to {to}"),
        };
        vec![self.heading(&title), windows, wrap(&self.in_short(), COLUMNS, 0)]
    }

    fn in_short(&self) -> String {
        let (lang, quadrants) = (self.lang, self.migration.quadrants());
        let (placed, moved) = (quadrants.placed_twice().accounts, quadrants.moved().accounts);
        let came = quadrants.sum(|from, to| from == Standing::Absent && to != Standing::Absent).accounts;
        let went = quadrants.sum(|from, to| from != Standing::Absent && to == Standing::Absent).accounts;
        let count = |n: usize| lang.count(n as i64);
        let held = self.hysteresis().map(|delta| {
            let held = count(self.migration.held().moved().accounts);
            match lang {
                Lang::Fr => format!(" ({held} avec une hystérésis de {delta})"),
                Lang::En => format!(" ({held} with a hysteresis of {delta})"),
            }
        });
        let held = held.unwrap_or_default();
        let stayed = placed - moved;
        let none = lang.pick("Aucun compte n'a une case aux deux dates", "No account has a cell at both dates");
        let (came, went) = (count(came), count(went));
        match lang {
            Lang::Fr if placed == 0 => format!("{none}. Nouveaux ou revenus : {came}. Partis : {went}."),
            Lang::En if placed == 0 => format!("{none}. New or back: {came}. Gone: {went}."),
            Lang::Fr => {
                let accounts = lang.counted(placed as i64, "compte a", "comptes ont");
                let stay = lang.counted(stayed as i64, "garde la sienne", "gardent la leur");
                let moved = lang.counted(moved as i64, "en change", "en changent");
                format!(
                    "{accounts} une case aux deux dates : {stay}, {moved}{held}. Nouveaux ou revenus : {came}. Partis : {went}."
                )
            }
            Lang::En => {
                let accounts = lang.counted(placed as i64, "account has", "accounts have");
                let stay = lang.counted(stayed as i64, "keeps it", "keep theirs");
                let moved = lang.counted(moved as i64, "changes", "change");
                format!("{accounts} a cell at both dates: {stay}, {moved}{held}. New or back: {came}. Gone: {went}.")
            }
        }
    }

    /// Whether anyone has a cell at either date.
    fn any_cell(&self) -> bool {
        let placed = |from: Standing<Quadrant>, to: Standing<Quadrant>| from.place().is_some() || to.place().is_some();
        self.migration.quadrants().sum(placed).accounts > 0
    }

    /// A transition matrix: rows of the first date, columns of the second. Only what is there is shown.
    fn matrix<P: Place + Eq>(
        &self,
        transitions: &Transitions<P>,
        name: impl Fn(Standing<P>) -> (Style, &'static str),
        cell: impl Fn(Flow, Standing<P>) -> String,
    ) -> Vec<String> {
        let lang = self.lang;
        let used = |own: Standing<P>, flow: Flow| own.place().is_some() || flow.accounts > 0;
        let there = |from: Standing<P>, to: Standing<P>| from != Standing::Absent || to != Standing::Absent;
        let row_sum = |from| transitions.sum(|f, t| f == from && there(f, t));
        let column_sum = |to| transitions.sum(|f, t| t == to && there(f, t));
        let rows: Vec<Standing<P>> = Standing::all().filter(|own| used(*own, row_sum(*own))).collect();
        let columns: Vec<Standing<P>> = Standing::all().filter(|own| used(*own, column_sum(*own))).collect();
        let mut table = Columns::default();
        let title = |to: &Standing<P>| match to {
            Standing::Absent => lang.pick("partis", "gone").to_owned(),
            other => name(*other).1.to_owned(),
        };
        let total = "total".to_owned();
        let header = std::iter::once(lang.pick("de \\ vers", "from \\ to").to_owned());
        table.row(Style::Plain, header.chain(columns.iter().map(title)).chain([total.clone()]).collect());
        for from in rows {
            let (style, own) = match from {
                Standing::Absent => (Style::Plain, lang.pick("nouveaux", "new")),
                other => name(other),
            };
            let flows = columns.iter().map(|to| match (from, to) {
                (Standing::Absent, Standing::Absent) => String::new(),
                (from, to) => cell(transitions.flow(from, *to), *to),
            });
            let sum = cell(row_sum(from), Standing::NotPlaced);
            table.row(style, std::iter::once(own.to_owned()).chain(flows).chain([sum]).collect());
        }
        let sums = columns.iter().map(|to| cell(column_sum(*to), *to));
        let all = cell(transitions.sum(there), Standing::NotPlaced);
        table.row(Style::Bold, std::iter::once(total).chain(sums).chain([all]).collect());
        table.lines(self.paint)
    }

    fn quadrant_name(&self, standing: Standing<Quadrant>) -> (Style, &'static str) {
        (standing.place().map_or(Style::Plain, Style::Of), self.standing(standing))
    }

    fn count(&self, flow: Flow) -> String {
        if flow.accounts == 0 { "·".to_owned() } else { self.lang.count(flow.accounts as i64) }
    }

    fn accounts(&self) -> Vec<String> {
        let [from, to] = self.dates();
        let heading = match self.lang {
            Lang::Fr => format!("D'une case à l'autre, en comptes (lignes : au {from} ; colonnes : au {to})"),
            Lang::En => format!("From cell to cell, in accounts (rows: on {from}; columns: on {to})"),
        };
        let mut lines = vec![self.heading(&heading)];
        let quadrants = self.migration.quadrants();
        lines.extend(self.matrix(quadrants, |s| self.quadrant_name(s), |flow, _| self.count(flow)));
        lines
    }

    fn revenue(&self) -> Vec<String> {
        let (lang, quadrants) = (self.lang, self.migration.quadrants());
        let most = quadrants.total();
        let most = most.before.revenue.units().max(most.after.revenue.units());
        let exact = narrow(most).is_some_and(|most| width(&lang.whole_money(most, self.currency())) <= AMOUNT);
        let money = |flow: Flow, to: Standing<Quadrant>| {
            let worth = if to == Standing::Absent { flow.before } else { flow.after };
            match narrow(worth.revenue.units()) {
                _ if flow.accounts == 0 => "·".to_owned(),
                None => "—".to_owned(),
                Some(amount) if exact => lang.whole_money(amount, self.currency()),
                Some(amount) => lang.thousands(amount, self.currency()),
            }
        };
        let heading = lang.pick("En chiffre d'affaires net à la seconde date", "In net revenue at the second date");
        let gone = lang.pick(" (partis : à la première, hors total)", " (gone: at the first, outside the total)");
        let any_gone = self.migration.quadrants().sum(|from, to| from != to && to == Standing::Absent).accounts > 0;
        let mut lines = vec![self.heading(&format!("{heading}{}", if any_gone { gone } else { "" }))];
        lines.extend(self.matrix(quadrants, |s| self.quadrant_name(s), money));
        lines
    }

    fn tiers(&self) -> Vec<String> {
        let lang = self.lang;
        let name = |standing: Standing<Tier>| {
            let word = match standing {
                Standing::At(tier) => lang.tier(tier),
                Standing::NotPlaced => lang.pick("sans classe", "no tier"),
                Standing::Absent => lang.pick("absent", "absent"),
            };
            (Style::Plain, word)
        };
        let measure = lang.tier_measure(self.migration.after().model().tiers.measure);
        let heading = match lang {
            Lang::Fr => format!("D'une classe à l'autre, par {measure}, en comptes"),
            Lang::En => format!("From tier to tier, by {measure}, in accounts"),
        };
        let mut lines = vec![self.heading(&heading)];
        lines.extend(self.matrix(self.migration.tiers(), name, |flow, _| self.count(flow)));
        lines
    }

    fn stability(&self) -> Vec<String> {
        let lang = self.lang;
        let Some(stability) = self.stability else { return Vec::new() };
        let (earlier, later) = (lang.date(stability.earlier), lang.date(stability.later));
        let heading = match lang {
            Lang::Fr => format!("Stabilité : les cases si les données s'arrêtaient au {earlier} et non au {later}"),
            Lang::En => format!("Stability: the cells if the data ended on {earlier} and not on {later}"),
        };
        let mut table = Columns::default();
        let delta = self.hysteresis();
        let mut header = vec![
            String::new(),
            lang.pick("comptes", "accounts").to_owned(),
            lang.pick("dans une autre case", "in another cell").to_owned(),
            lang.pick("part", "share").to_owned(),
        ];
        header.extend(delta.is_some().then(|| lang.pick("avec hystérésis", "with hysteresis").to_owned()));
        table.row(Style::Plain, header);
        let row = |name: &str, (placed, flips, held): (usize, usize, usize)| {
            let share = ratio(flips as i128, placed as i128).map_or_else(String::new, |share| lang.percent(share));
            let mut cells = vec![name.to_owned(), lang.count(placed as i64), lang.count(flips as i64), share];
            cells.extend(delta.is_some().then(|| lang.count(held as i64)));
            cells
        };
        for cell in &stability.quadrants {
            let name = lang.quadrant(cell.quadrant, self.labels());
            table.row(Style::Of(cell.quadrant), row(name, (cell.placed, cell.flips, cell.held_flips)));
        }
        table.row(Style::Bold, row("total", stability.total()));
        let mut lines = vec![self.heading(&heading)];
        lines.extend(table.lines(self.paint));
        lines
    }

    fn moves(&self) -> Vec<String> {
        let moved = self.migration.moved();
        let (heading, stake) = (
            self.lang.pick("Les mouvements qui pèsent le plus", "The moves that matter most"),
            self.lang.pick("CA net", "net revenue"),
        );
        let mut lines = vec![format!("{}{stake}", self.heading(&left(heading, COLUMNS - width(stake))))];
        if moved.is_empty() {
            let none = self.lang.pick("  Aucun compte n'a changé de case.", "  No account has changed its cell.");
            lines.push(none.to_owned());
        }
        for (at, account) in moved.iter().take(MOVES).enumerate() {
            lines.extend(self.one(at + 1, *account));
        }
        let more = moved.len().saturating_sub(MOVES);
        if more > 0 {
            lines.push(match self.lang {
                Lang::Fr => format!("  … et {} autres.", self.lang.count(more as i64)),
                Lang::En => format!("  … and {} more.", self.lang.count(more as i64)),
            });
        }
        lines.extend(self.named(
            self.lang.pick("Nouveaux ou revenus, les plus gros", "New or back, the largest"),
            &self.migration.new_accounts(),
            AccountMove::to,
        ));
        lines.extend(self.named(
            self.lang.pick("Partis, les plus gros", "Gone, the largest"),
            &self.migration.gone(),
            AccountMove::from,
        ));
        lines
    }

    fn who(&self, account: AccountMove<'_>) -> String {
        let id = clean(&account.id().text());
        let name = account.name().map(clean).filter(|name| !name.is_empty());
        name.map_or_else(|| id.clone(), |name| format!("{} ({})", fit(&name, NAME - 15), fit(&id, 12)))
    }

    /// Who, from where to where and how much; then what moved it.
    fn one(&self, at: usize, account: AccountMove<'_>) -> Vec<String> {
        let lang = self.lang;
        let mut cell = format!("{} → {}", self.standing(account.from()), self.standing(account.to()));
        match (account.tier_from().place(), account.tier_to().place()) {
            (Some(from), Some(to)) if from != to => cell.push_str(&format!(", {} → {to}", lang.tier(from))),
            (_, Some(to)) => cell.push_str(&format!(", {}", lang.tier(to))),
            _ => {}
        }
        let style = account.to().place().map_or(Style::Plain, Style::Of);
        let stake = lang.whole_money(account.stake(), self.currency());
        let place = self.paint.show(&left(&fit(&cell, CELL), CELL), style);
        let amount = right(&stake, COLUMNS - 4 - NAME - 1 - CELL - 1);
        let mut lines = vec![format!("{at:>2}. {} {place} {amount}", left(&fit(&self.who(account), NAME), NAME))];
        for sentence in words::sentences(self.migration, account, lang) {
            lines.push(format!("    {}", wrap(&sentence, COLUMNS - 4, 4)));
        }
        if account.held() != account.to() {
            let held = self.standing(account.held());
            lines.push(match lang {
                Lang::Fr => format!("    L'hystérésis le retient : {held}."),
                Lang::En => format!("    Hysteresis holds it: {held}."),
            });
        }
        lines
    }

    /// The largest of some accounts in one line.
    fn named<'m>(
        &self,
        title: &str,
        accounts: &[AccountMove<'m>],
        place: impl Fn(AccountMove<'m>) -> Standing<Quadrant>,
    ) -> Option<String> {
        let lang = self.lang;
        let name = |account: &AccountMove<'m>| {
            let stake = lang.whole_money(account.stake(), self.currency());
            format!("{}, {}, {stake}", self.who(*account), self.standing(place(*account)))
        };
        let largest = accounts.iter().filter(|account| account.stake() > Money::ZERO).take(NAMED);
        let largest: Vec<String> = largest.map(name).collect();
        let text = format!("{title}{}{}", lang.colon(), largest.join(" ; "));
        let text = if lang == Lang::En { text.replace(" ; ", "; ") } else { text };
        (!largest.is_empty()).then(|| format!("  {}", wrap(&text, COLUMNS - 2, 4)))
    }

    /// What a reader must know before comparing.
    fn known(&self) -> Vec<String> {
        let notes = words::notes(self.migration, self.lang);
        if notes.is_empty() {
            return notes;
        }
        let mut lines = vec![self.heading(self.lang.pick("À savoir", "To know"))];
        lines.extend(notes.iter().map(|note| format!("  - {}", wrap(&capital(note), COLUMNS - 4, 4))));
        lines
    }
}

/// A number without the zeros at its end.
fn trim(number: &str) -> String {
    let Some((whole, part)) = number.split_once([',', '.']) else { return number.to_owned() };
    let point = &number[whole.len()..=whole.len()];
    let part = part.trim_end_matches('0');
    if part.is_empty() { whole.to_owned() } else { format!("{whole}{point}{part}") }
}
