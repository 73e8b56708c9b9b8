//! The portfolio on a terminal of a hundred columns.

use super::certainty::certainty;
use super::missing::missing;
use super::table::{Columns, Paint, Style};
use crate::insight::WhaleCurve;
use crate::lang::Lang;
use crate::lang::columns::{clean, fit, left, right, width, wrap};
use crate::margin::Cascade;
use crate::money::Money;
use crate::portfolio::{Attention, Group, Portfolio, Status};
use crate::score::ratio;
use crate::segment::{Quadrant, Tier};
use std::cmp::Reverse;

/// The widest line, in columns.
pub(super) const COLUMNS: usize = 100;
/// How many accounts to look at first.
const ATTENTION: usize = 10;
/// The most columns of the whale curve.
const CURVE: usize = 60;
/// The columns of the longest bar.
const BAR: usize = 30;
/// The columns of an account's name and id.
const NAME: usize = 50;
/// The columns of a cell and a tier.
const CELL: usize = 26;
/// The widest amount before a table goes to thousands.
const AMOUNT: usize = 12;

/// The portfolio as a sales director would read it on a terminal: the four cells, the tiers, the whale curve, the
/// accounts to look at first, what serving costs, and what is missing in the data and would change the picture.
///
/// Lines are at most a hundred columns wide and end in a line break. With `color`, ANSI escape codes mark titles and
/// cells; names that come from the data never carry any.
///
/// ```
/// use portefeuille::{Customer, Lang, Ledger, Model, Order, date, money, report};
///
/// let mut ledger = Ledger::new();
/// ledger.add_customers([Customer::new("ayala"), Customer::new("brunel")])?;
/// ledger.add_orders([Order::new("o-1", "ayala", date(2025, 1, 31), money("9000")).cost_of_goods(money("5400"))])?;
/// let portfolio = Model::new().analyze(&ledger)?;
///
/// let text = report::summary(&portfolio, Lang::En, false);
/// assert_eq!(text.lines().next(), Some("2 accounts: 1 active, 1 dormant"));
/// # Ok::<(), portefeuille::Error>(())
/// ```
pub fn summary(portfolio: &Portfolio, lang: Lang, color: bool) -> String {
    let page = Page::new(portfolio, lang, Paint(color));
    let blocks = [
        page.title(),
        page.quadrants(),
        page.tiers(),
        page.whale(),
        page.attention(),
        certainty(portfolio, lang, Paint(color)),
        page.costs(),
        missing(portfolio, lang, Paint(color)),
    ];
    let blocks: Vec<String> = blocks.into_iter().filter(|b| !b.is_empty()).map(|b| b.join("\n")).collect();
    blocks.join("\n\n") + "\n"
}

/// A portfolio on its way to a page.
struct Page<'a> {
    portfolio: &'a Portfolio,
    lang: Lang,
    paint: Paint,
    /// `None` when a total cannot be held.
    total: Option<Group>,
    /// Amounts in thousands, since they are too wide for a table.
    thousands: bool,
}

impl<'a> Page<'a> {
    fn new(portfolio: &'a Portfolio, lang: Lang, paint: Paint) -> Self {
        let total = portfolio.total().ok();
        let mut page = Self { portfolio, lang, paint, total, thousands: false };
        let revenue = total.map_or(Money::ZERO, |t| t.cascade.net_revenue);
        page.thousands = width(&page.money(Some(revenue))) > AMOUNT;
        page
    }

    fn currency(&self) -> &'a str {
        &self.portfolio.model().currency
    }

    /// An amount for a table; unknown is a dash.
    fn money(&self, amount: Option<Money>) -> String {
        match amount {
            None => "—".to_owned(),
            Some(amount) if self.thousands => self.lang.thousands(amount, self.currency()),
            Some(amount) => self.lang.whole_money(amount, self.currency()),
        }
    }

    /// A part of a whole in per cent; nothing where that means nothing.
    fn share(&self, part: Option<Money>, whole: Option<Money>) -> String {
        let (Some(part), Some(whole)) = (part, whole.filter(|w| *w > Money::ZERO)) else { return String::new() };
        ratio(part.units().into(), whole.units().into()).map_or_else(String::new, |share| self.lang.percent(share))
    }

    fn heading(&self, fr: &'static str, en: &'static str) -> String {
        self.paint.show(self.lang.pick(fr, en), Style::Bold)
    }

    fn title(&self) -> Vec<String> {
        let (lang, window) = (self.lang, self.portfolio.window());
        let of = |status: Status| self.portfolio.accounts().filter(|a| a.status() == status).count() as i64;
        let mut parts =
            vec![lang.counted(of(Status::Active), lang.pick("actif", "active"), lang.pick("actifs", "active"))];
        let (dormant, net_credit) = (of(Status::Dormant), of(Status::NetCredit));
        if dormant > 0 {
            parts.push(lang.counted(dormant, "dormant", lang.pick("dormants", "dormant")));
        }
        if net_credit > 0 {
            let words = lang.pick("aux avoirs supérieurs aux ventes", "credited more than bought");
            parts.push(lang.counted(net_credit, words, words));
        }
        let accounts =
            lang.counted(self.portfolio.len() as i64, lang.pick("compte", "account"), lang.pick("comptes", "accounts"));
        let title = format!("{accounts}{}{}", lang.colon(), parts.join(", "));
        let cascade = self.total.map(|t| t.cascade);
        let revenue = self.money(cascade.map(|c| c.net_revenue));
        let net = cascade.and_then(|c| c.net_margin);
        let share = self.share(net, cascade.map(|c| c.net_revenue));
        let share = if share.is_empty() { share } else { format!(" ({share})") };
        let (start, end, net) = (lang.date(window.start), lang.date(window.as_of), self.money(net));
        let second = match lang {
            Lang::Fr => format!("du {start} au {end}, chiffre d'affaires {revenue}, marge nette {net}{share}"),
            Lang::En => format!("from {start} to {end}, revenue {revenue}, net margin {net}{share}"),
        };
        let mut lines = vec![self.paint.show(&title, Style::Bold), second];
        if !self.portfolio.model().cost_to_serve.prices_any_driver() {
            let warning = lang.pick(
                "sans aucun tarif dans le modèle : le coût de service manque, et la marge nette est trop belle",
                "without any rate in the model: the cost to serve is missing, and the net margin too good",
            );
            lines.push(warning.to_owned());
        }
        lines
    }

    fn quadrants(&self) -> Vec<String> {
        let lang = self.lang;
        let labels = self.portfolio.model().matrix.labels;
        let mut table = Columns::default();
        table.row(
            Style::Plain,
            self.header(&[
                ("", ""),
                ("comptes", "accounts"),
                ("CA net", "revenue"),
                ("marge brute", "gross margin"),
                ("coût de service", "cost to serve"),
                ("du CA", "of rev."),
                ("marge nette", "net margin"),
                ("à perte", "at a loss"),
            ]),
        );
        let row = |group: Option<Group>| {
            let cascade = group.map(|g| g.cascade);
            let count = |of: fn(&Group) -> usize| group.map_or_else(|| "—".to_owned(), |g| lang.count(of(&g) as i64));
            let (revenue, cost) = (cascade.map(|c| c.net_revenue), cascade.map(|c| c.cost_to_serve));
            vec![
                count(|g| g.accounts),
                self.money(revenue),
                self.money(cascade.and_then(|c| c.gross_margin)),
                self.money(cost),
                self.share(cost, revenue),
                self.money(cascade.and_then(|c| c.net_margin)),
                count(|g| g.losing),
            ]
        };
        let named = |name: &str, group: Option<Group>| std::iter::once(name.to_owned()).chain(row(group)).collect();
        for quadrant in Quadrant::ALL {
            let group = self.portfolio.quadrant(quadrant).ok();
            table.row(Style::Of(quadrant), named(lang.quadrant(quadrant, labels), group));
        }
        let outside = self.portfolio.group(|a| a.quadrant().is_none()).ok();
        if outside.is_none_or(|g| g.accounts > 0) {
            table.row(Style::Plain, named(lang.pick("hors matrice", "not placed"), outside));
        }
        table.row(Style::Bold, named("total", self.total));
        let mut lines = vec![self.heading("Valeur × complexité", "Value × complexity")];
        lines.extend(table.lines(self.paint));
        lines
    }

    fn tiers(&self) -> Vec<String> {
        let lang = self.lang;
        let mut table = Columns::default();
        table.row(
            Style::Plain,
            self.header(&[
                ("", ""),
                ("comptes", "accounts"),
                ("CA net", "revenue"),
                ("", ""),
                ("marge brute", "gross margin"),
                ("", ""),
                ("marge nette", "net margin"),
                ("", ""),
                ("à perte", "at a loss"),
            ]),
        );
        let total = self.total.map(|t| t.cascade);
        for tier in Tier::ALL {
            let group = self.portfolio.tier(tier).ok();
            let cascade = group.map(|g| g.cascade);
            let mut cells = vec![lang.tier(tier).to_owned()];
            cells.push(group.map_or_else(|| "—".to_owned(), |g| lang.count(g.accounts as i64)));
            let steps: [fn(Cascade) -> Option<Money>; 3] =
                [|c| Some(c.net_revenue), |c| c.gross_margin, |c| c.net_margin];
            for step in steps {
                let (part, whole) = (cascade.and_then(step), total.and_then(step));
                cells.extend([self.money(part), self.share(part, whole)]);
            }
            cells.push(group.map_or_else(|| "—".to_owned(), |g| lang.count(g.losing as i64)));
            table.row(Style::Plain, cells);
        }
        let measure = lang.tier_measure(self.portfolio.model().tiers.measure);
        let heading = match lang {
            Lang::Fr => format!("Classes par {measure}, parts du total du portefeuille"),
            Lang::En => format!("Tiers by {measure}, shares of the portfolio's total"),
        };
        let mut lines = vec![self.paint.show(&heading, Style::Bold)];
        lines.extend(table.lines(self.paint));
        lines
    }

    fn header(&self, words: &[(&'static str, &'static str)]) -> Vec<String> {
        words.iter().map(|(fr, en)| self.lang.pick(fr, en).to_owned()).collect()
    }

    fn whale(&self) -> Vec<String> {
        let mut lines = vec![self.heading("Qui gagne, qui détruit", "Who earns, who destroys")];
        let Some(curve) = self.portfolio.whale_curve() else {
            let none = self.lang.pick(
                "Pas de courbe : une marge nette manque, ou aucune n'est positive.",
                "No curve: a net margin is missing, or none is positive.",
            );
            lines.push(format!("  {none}"));
            return lines;
        };
        lines.push(format!(
            "  {}  {}",
            spark(&curve),
            self.lang.pick("du meilleur compte au pire", "from the best account to the worst")
        ));
        lines.extend(self.whale_words(&curve).iter().map(|words| format!("  {}", wrap(words, COLUMNS - 2, 2))));
        lines
    }

    fn whale_words(&self, curve: &WhaleCurve) -> Vec<String> {
        let lang = self.lang;
        let (all, best) = (curve.points.len(), curve.peak_accounts);
        let losing = self.portfolio.accounts().filter(|a| a.loses_money()).count() as i64;
        let (earned, destroyed, total) =
            (self.money(Some(curve.peak_money)), self.money(Some(curve.destroyed)), self.money(Some(curve.total)));
        let (best, of) = (lang.count(best as i64), lang.count(all as i64));
        if losing == 0 {
            return vec![match lang {
                Lang::Fr => format!("Aucun compte n'est à perte : {best} comptes sur {of} gagnent {earned}."),
                Lang::En => format!("No account is at a loss: {best} of {of} accounts earn {earned}."),
            }];
        }
        let losing_words = lang.counted(
            losing,
            lang.pick("compte à perte", "account at a loss"),
            lang.pick("comptes à perte", "accounts at a loss"),
        );
        let destroy = if losing == 1 { lang.pick("détruit", "destroys") } else { lang.pick("détruisent", "destroy") };
        let shares = !curve.of_positive && !curve.small_total;
        let (peak, fifth) = (lang.whole_percent(curve.peak), lang.whole_percent(curve.best_fifth));
        let peak = match lang {
            _ if !shares => String::new(),
            Lang::Fr => format!(", soit {peak} du résultat final"),
            Lang::En => format!(", {peak} of the final result"),
        };
        let mut words = match lang {
            Lang::Fr => vec![
                format!("{best} comptes sur {of} gagnent {earned}{peak}."),
                format!("{losing_words} en {destroy} {destroyed} : il reste {total}."),
            ],
            Lang::En => vec![
                format!("{best} of {of} accounts earn {earned}{peak}."),
                format!("{losing_words} {destroy} {destroyed} of it: {total} is left."),
            ],
        };
        if shares {
            words.push(match lang {
                Lang::Fr => format!("Le meilleur cinquième des comptes fait {fifth} du résultat final."),
                Lang::En => format!("The best fifth of the accounts makes {fifth} of the final result."),
            });
        }
        words
    }

    fn attention(&self) -> Vec<String> {
        let found = self.portfolio.attention(ATTENTION);
        if found.is_empty() {
            return Vec::new();
        }
        let (heading, stake) =
            (self.lang.pick("À regarder d'abord", "To look at first"), self.lang.pick("enjeu", "at stake"));
        let heading = left(heading, COLUMNS - width(stake));
        let mut lines = vec![format!("{}{stake}", self.paint.show(&heading, Style::Bold))];
        for (at, one) in found.iter().enumerate() {
            lines.extend(self.one(at + 1, one));
        }
        lines
    }

    /// Two lines or more: who, where and how much; then why.
    fn one(&self, at: usize, found: &Attention<'_>) -> [String; 2] {
        let (lang, account) = (self.lang, found.account);
        let labels = self.portfolio.model().matrix.labels;
        let stake = lang.whole_money(found.stake, self.currency());
        let (cell, style) = match account.quadrant() {
            Some(quadrant) => (lang.quadrant(quadrant, labels), Style::Of(quadrant)),
            None => (lang.status(account.status()), Style::Plain),
        };
        let cell = account.tier().map_or_else(|| cell.to_owned(), |tier| format!("{cell}, {}", lang.tier(tier)));
        let id = clean(&account.id().text());
        let name = account.name().map(clean).filter(|name| !name.is_empty());
        let name = name.map_or_else(|| id.clone(), |name| format!("{} ({})", fit(&name, NAME - 15), fit(&id, 12)));
        let place = self.paint.show(&left(&cell, CELL), style);
        let amount = right(&stake, COLUMNS - 4 - NAME - 1 - CELL - 1);
        let reason = wrap(&found.text(lang), COLUMNS - 4, 4);
        [format!("{at:>2}. {} {place} {amount}", left(&fit(&name, NAME), NAME)), format!("    {reason}")]
    }

    fn costs(&self) -> Vec<String> {
        let lang = self.lang;
        let totals = self.portfolio.cost_lines().into_iter().map(|(line, total)| (line, total.units()));
        let mut lines: Vec<_> = totals.filter(|(_, sum)| *sum != 0).collect();
        if lines.is_empty() {
            return Vec::new();
        }
        lines.sort_by_key(|(_, sum)| Reverse(*sum));
        let total: i128 = lines.iter().map(|(_, sum)| sum).sum();
        let largest = lines.iter().map(|(_, sum)| sum.abs()).max().unwrap_or(1);
        let mut shown = Columns::default();
        let mut bars = Vec::new();
        for (line, sum) in &lines {
            let share = ratio(*sum, total).filter(|_| total > 0);
            let amount = crate::money::narrow(*sum);
            let share = share.map_or_else(String::new, |share| lang.percent(share));
            shown.row(Style::Plain, vec![fit(&lang.cost_title(line), 32), self.money(amount), share]);
            let long = (*sum).max(0) as f64 / largest as f64 * BAR as f64;
            bars.push("█".repeat(long.round() as usize));
        }
        let mut page = vec![self.heading("Coût de service par poste", "Cost to serve by line")];
        let rows = shown.lines(self.paint).into_iter().zip(bars);
        page.extend(rows.map(|(row, bar)| format!("{row}  {bar}").trim_end().to_owned()));
        page
    }
}

/// The whale curve as blocks, from the best account to the worst.
fn spark(curve: &WhaleCurve) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let (count, columns) = (curve.points.len(), curve.points.len().min(CURVE));
    let height = |column: usize| {
        let at = ((column + 1) * count).div_ceil(columns) - 1;
        let point = curve.points.get(at).copied().unwrap_or_default();
        BLOCKS[((point / curve.peak).clamp(0.0, 1.0) * 7.0).round() as usize]
    };
    (0..columns).map(height).collect()
}
