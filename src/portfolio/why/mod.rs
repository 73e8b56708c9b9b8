//! Why an account stands where it stands: the label unfolded to money, drivers, components and cuts.

mod axis;
mod costs;
#[cfg(test)]
mod tests;

use super::{Account, Status};
use crate::lang::Lang;
use crate::lang::columns::{capital, clean, left, right, wrap};
use crate::margin::DataGrade;
use crate::money::Money;
use crate::score::{Side, ratio};
use crate::segment::{Quadrant, Turn};
use std::fmt;

/// The widest line, in columns.
const COLUMNS: usize = 100;
/// The width of labels, after an indent of two.
const LABEL: usize = 30;
/// The settings that are named.
const TURNS: usize = 3;
/// The width of amounts.
const AMOUNT: usize = 18;

/// An account's place, explained so that it can be understood at a glance and checked by hand.
///
/// It prints in French; [`Why::lang`] changes that. In this order: the cell and what to do with it, the tier, and whether
/// the account loses money, which is another fact; the steps from revenue to net margin; each line of the cost to serve
/// as volume × rate + actual costs; each component of the two scores with its measured value, its place from 0 to 1, its
/// share of the weights and what it adds, which sums to the score; and how far the data carry all that.
///
/// ```
/// use portefeuille::{Customer, Lang, Ledger, Model, Order, date, money};
///
/// let mut ledger = Ledger::new();
/// ledger.add_customers([Customer::new("ayala").name("Ayala SA")])?;
/// ledger.add_orders([Order::new("o-1", "ayala", date(2025, 1, 31), money("9000")).cost_of_goods(money("5400"))])?;
/// let portfolio = Model::new().analyze(&ledger)?;
///
/// let why = portfolio.account("ayala")?.why().lang(Lang::En).to_string();
/// assert!(why.starts_with("Ayala SA (ayala)"));
/// # Ok::<(), portefeuille::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Why<'a> {
    account: Account<'a>,
    lang: Lang,
}

impl<'a> Why<'a> {
    pub(super) fn of(account: Account<'a>) -> Self {
        Self { account, lang: Lang::default() }
    }

    /// The same in a language.
    #[must_use]
    pub fn lang(self, lang: Lang) -> Self {
        Self { lang, ..self }
    }

    fn currency(self) -> &'a str {
        &self.account.portfolio().model().currency
    }

    /// An amount to the cent.
    fn money(self, amount: Money) -> String {
        self.lang.cents(amount, self.currency())
    }

    /// A line: a label, an amount, and a note.
    fn line(self, label: &str, amount: &str, note: &str) -> String {
        let text = format!("  {}{}  {note}", left(label, LABEL), right(amount, AMOUNT));
        text.trim_end().to_owned()
    }

    /// A share of net revenue, where there is any.
    fn of_revenue(self, part: Money) -> Option<String> {
        let revenue = self.account.revenue();
        let share = ratio(part.units().into(), revenue.units().into()).filter(|_| revenue > Money::ZERO)?;
        Some(format!("{} {}", self.lang.percent(share), self.lang.pick("du chiffre d'affaires", "of revenue")))
    }

    fn head(self) -> Vec<String> {
        let (account, lang) = (self.account, self.lang);
        let labels = account.portfolio().model().matrix.labels;
        let id = clean(&account.id().text());
        let mut title = match account.name().map(clean).filter(|name| !name.is_empty()) {
            Some(name) => format!("{name} ({id})"),
            None => id,
        };
        title.push_str(lang.colon());
        title.push_str(account.quadrant().map_or(lang.status(account.status()), |q| lang.quadrant(q, labels)));
        if let Some(tier) = account.tier() {
            title.push_str(&format!(", {}", lang.tier(tier)));
        }
        let mut lines = vec![title];
        if let Some(quadrant) = account.quadrant() {
            lines.push(format!("  {}", capital(lang.advice(quadrant))));
        }
        lines.push(format!("  {}", self.result()));
        let sure = [self.certainty(), self.turns()].into_iter().flatten();
        lines.extend(sure.map(|words| format!("  {}", wrap(&words, COLUMNS - 2, 4))));
        if account.status() != Status::Active {
            lines.push(format!("  {}", self.not_placed()));
        } else if account.quadrant().is_none() {
            lines.push(format!(
                "  {}",
                lang.pick("Sans case : un score manque, voir plus bas", "No cell: a score is missing, see below")
            ));
        }
        lines
    }

    /// Whether it earns or loses money, whatever its label.
    fn result(self) -> String {
        let lang = self.lang;
        match self.account.net_margin() {
            None => {
                lang.pick("Résultat inconnu : le coût des ventes manque", "Result unknown: no cost of goods").to_owned()
            }
            Some(net) if net.is_negative() => {
                let loss = self.money(net);
                match lang {
                    Lang::Fr => format!("Perd de l'argent : marge nette de {loss}"),
                    Lang::En => format!("Loses money: net margin of {loss}"),
                }
            }
            Some(net) if net == Money::ZERO => lang.pick("Ni gain ni perte", "Neither gain nor loss").to_owned(),
            Some(net) => {
                let gain = self.money(net);
                match lang {
                    Lang::Fr => format!("Gagne de l'argent : marge nette de {gain}"),
                    Lang::En => format!("Makes money: net margin of {gain}"),
                }
            }
        }
    }

    /// How sure the cell is, where the model asks for it.
    fn certainty(self) -> Option<String> {
        let (own, odds, lang) = (self.account.quadrant()?, self.account.odds()?, self.lang);
        let labels = self.account.portfolio().model().matrix.labels;
        let probability = |cell: Quadrant| lang.number(odds.probability(cell), 3);
        let likely = format!("P({}) = {}", lang.quadrant(own, labels), probability(own));
        let others: Vec<String> = Quadrant::ALL
            .into_iter()
            .filter(|cell| *cell != own && odds.count(*cell) > 0)
            .map(|cell| format!("{} {}", lang.quadrant(cell, labels), probability(cell)))
            .collect();
        let others = if others.is_empty() {
            lang.pick("aucun tirage ne le place ailleurs", "no draw places it elsewhere").to_owned()
        } else {
            others.join(lang.pick(" ; ", "; "))
        };
        let undecided = self.account.is_undecided()?;
        let undecided = if undecided { lang.pick("Indécis : ", "Undecided: ") } else { "" };
        Some(format!("{undecided}{likely}{}{others}", lang.pick(" ; ", "; ")))
    }

    /// What alone would give it another cell, where the model asks how sure the cell is.
    fn turns(self) -> Option<String> {
        self.account.is_undecided()?;
        let (turns, lang) = (self.account.turns(), self.lang);
        if turns.is_empty() {
            let none = lang.pick(
                "Aucun réglage, seul et d'un écart-type, ne change sa case",
                "No setting alone, by one standard deviation, changes its cell",
            );
            return Some(none.to_owned());
        }
        let labels = self.account.portfolio().model().matrix.labels;
        let turn = |turn: &Turn<'_>| {
            let cell = turn.cell.map_or(lang.pick("aucune", "none"), |cell| lang.quadrant(cell, labels));
            let step = match (turn.higher, lang) {
                (true, Lang::Fr) => "plus haut",
                (false, Lang::Fr) => "plus bas",
                (true, Lang::En) => "higher",
                (false, Lang::En) => "lower",
            };
            format!("{} {step} ({cell})", lang.lever(turn.lever))
        };
        let mut named: Vec<String> = turns.iter().take(TURNS).map(turn).collect();
        if let Some(others) = turns.len().checked_sub(TURNS).filter(|others| *others > 0) {
            named.push(lang.counted(others as i64, lang.pick("autre", "other"), lang.pick("autres", "others")));
        }
        let lead = lang.pick(
            "Changerait de case, un réglage à la fois et d'un écart-type",
            "Would change its cell, one setting at a time by one standard deviation",
        );
        Some(format!("{lead}{}{}", lang.colon(), named.join(", ")))
    }

    /// Why a dormant or net-credit account has no score, and what it costs all the same.
    fn not_placed(self) -> String {
        let (account, lang) = (self.account, self.lang);
        let window = account.portfolio().window();
        let (start, end) = (lang.date(window.start), lang.date(window.as_of));
        let figures = account.figures();
        let (invoiced, credits) = (self.money(figures.invoiced), self.money(figures.credits));
        let reason = match (account.status(), lang) {
            (Status::Dormant, Lang::Fr) => {
                format!("Aucune commande du {start} au {end} : ni score, ni case, ni classe")
            }
            (Status::Dormant, Lang::En) => format!("No order from {start} to {end}: no score, no cell, no tier"),
            (_, Lang::Fr) => format!("{credits} d'avoirs pour {invoiced} facturés : ni score, ni case, ni classe"),
            (_, Lang::En) => format!("{credits} of credits for {invoiced} invoiced: no score, no cell, no tier"),
        };
        let cost = account.cost_to_serve();
        if cost == Money::ZERO {
            return reason;
        }
        let cost = self.money(cost);
        let still = match lang {
            Lang::Fr => format!("{reason} ; coûte encore {cost}"),
            Lang::En => format!("{reason}; still costs {cost}"),
        };
        wrap(&still, COLUMNS - 2, 2)
    }

    fn steps(self) -> Vec<String> {
        let (account, lang) = (self.account, self.lang);
        let (cascade, window) = (account.cascade(), account.portfolio().window());
        let (start, end) = (lang.date(window.start), lang.date(window.as_of));
        let mut lines = vec![match lang {
            Lang::Fr => format!("Résultat du {start} au {end}"),
            Lang::En => format!("Result from {start} to {end}"),
        }];
        let mut step = |label: &str, amount: Option<Money>, note: Option<String>| {
            let amount = amount.map_or_else(|| lang.pick("inconnu", "unknown").to_owned(), |m| self.money(m));
            lines.push(self.line(label, &amount, note.as_deref().unwrap_or_default()));
        };
        let minus = |amount: Money| Money::from_units(amount.units().saturating_neg());
        if cascade.credits != Money::ZERO {
            step(lang.pick("Facturé", "Invoiced"), Some(cascade.invoiced), None);
            step(lang.pick("Avoirs", "Credits"), Some(minus(cascade.credits)), None);
        }
        let discount = cascade.discount.filter(|d| *d != Money::ZERO).map(|discount| {
            let discount = self.money(discount);
            match lang {
                Lang::Fr => format!("après {discount} de remises"),
                Lang::En => format!("after {discount} of discount"),
            }
        });
        step(lang.pick("Chiffre d'affaires net", "Net revenue"), Some(cascade.net_revenue), discount);
        step(lang.pick("Coût des ventes", "Cost of goods"), cascade.cost_of_goods.map(minus), self.estimated());
        let share = |part: Option<Money>| part.and_then(|part| self.of_revenue(part));
        step(lang.pick("Marge brute", "Gross margin"), cascade.gross_margin, share(cascade.gross_margin));
        let cost = Some(cascade.cost_to_serve);
        step(lang.pick("Coût de service", "Cost to serve"), cost.map(minus), share(cost));
        step(lang.pick("Marge nette", "Net margin"), cascade.net_margin, share(cascade.net_margin));
        lines
    }

    /// The revenue whose cost of goods is estimated, where there is any.
    fn estimated(self) -> Option<String> {
        let revenue = self.account.estimated_revenue();
        if revenue == Money::ZERO {
            return None;
        }
        let revenue = self.money(revenue);
        Some(match self.lang {
            Lang::Fr => format!("estimé sur {revenue} de ventes"),
            Lang::En => format!("estimated on {revenue} of sales"),
        })
    }

    /// How far the data carry the figures, and what is missing.
    fn data(self) -> Vec<String> {
        let (account, lang) = (self.account, self.lang);
        let grade = account.data_grade();
        let mut reasons = Vec::new();
        if account.cascade().cost_of_goods.is_none() {
            let words = lang
                .pick("aucun coût des ventes, et rien pour l'estimer", "no cost of goods, and nothing to estimate it");
            reasons.push(words.to_owned());
        } else if let Some(estimated) = self.estimated() {
            let from = account.estimated_from().map_or("", |from| lang.estimated_from(from));
            let what = lang.pick("coût des ventes", "cost of goods");
            reasons.push(format!("{what} {estimated}, {from}"));
        }
        let missing = account.figures().missing_values;
        if missing > 0 {
            let (one, many) = (
                lang.pick("valeur absente d'une colonne donnée", "value missing in a given column"),
                lang.pick("valeurs absentes de colonnes données", "values missing in given columns"),
            );
            reasons.push(lang.counted(missing, one, many));
        }
        if reasons.is_empty() && grade == DataGrade::Good {
            reasons.push(lang.pick("rien ne manque", "nothing is missing").to_owned());
        }
        let (grade, reasons) = (lang.data_grade(grade), reasons.join(lang.pick(" ; ", "; ")));
        let text = match lang {
            Lang::Fr => format!("Données {grade} : {reasons}"),
            Lang::En => format!("Data: {grade}, {reasons}"),
        };
        vec![wrap(&text, COLUMNS, 2)]
    }
}

impl fmt::Display for Why<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut blocks = vec![self.head(), self.steps(), self.costs()];
        if self.account.status() == Status::Active {
            blocks.push(self.axis(Side::Value));
            blocks.push(self.axis(Side::Complexity));
        }
        blocks.push(self.data());
        let blocks: Vec<String> = blocks.into_iter().filter(|b| !b.is_empty()).map(|b| b.join("\n")).collect();
        f.write_str(&blocks.join("\n\n"))
    }
}

// Beside the type that it words, since the other words know nothing of portfolios.
impl Lang {
    /// Whether an account is placed.
    pub const fn status(self, status: Status) -> &'static str {
        match status {
            Status::Active => self.pick("actif", "active"),
            Status::Dormant => self.pick("dormant", "dormant"),
            Status::NetCredit => self.pick("avoirs supérieurs aux ventes", "credited more than bought"),
        }
    }
}
