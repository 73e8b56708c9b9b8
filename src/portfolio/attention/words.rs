//! Each reason in one sentence, with its figures.

use super::{Attention, Reason};
use crate::date::Date;
use crate::lang::Lang;
use crate::lang::columns::clean;
use crate::money::Money;
use crate::portfolio::Account;
use std::cmp::Reverse;

/// A part of the fall of a margin rate below this is not worth a word: a twentieth of a point.
const NOT_WORTH_A_WORD: f64 = 0.0005;

pub(super) fn sentence(found: &Attention<'_>, lang: Lang) -> String {
    let tell = Tell { account: found.account, lang };
    match found.reason {
        Reason::LosesMoney { gross_margin, cost_to_serve } => tell.loss(gross_margin, cost_to_serve),
        Reason::MarginDrift { year, growth, fall, by_discount } => tell.drift(year, growth, fall, by_discount),
        Reason::GoneSilent { last_order, days, usual_gap } => tell.silence(last_order, days, usual_gap),
        Reason::CostlyToServe { ratio, median, share_of_margin } => tell.costly(ratio, median, share_of_margin),
        Reason::ManyReturns { per_order, usual } => tell.returns(per_order, usual, found.stake),
        Reason::SmallOrders { small, orders, handling } => tell.small_orders(small, orders, handling),
        Reason::UntappedPotential { potential, revenue } => tell.potential(potential, revenue),
        Reason::Protect { ratio } => tell.protect(ratio, found.stake),
    }
}

/// What a sentence needs besides its figures.
struct Tell<'a> {
    account: Account<'a>,
    lang: Lang,
}

impl Tell<'_> {
    fn money(&self, amount: Money) -> String {
        self.lang.whole_money(amount, &self.account.portfolio().model().currency)
    }

    fn loss(&self, gross_margin: Money, cost_to_serve: Money) -> String {
        let (margin, cost, mostly) = (self.money(gross_margin), self.money(cost_to_serve), self.largest_costs());
        match self.lang {
            Lang::Fr => format!("Perd de l'argent : {margin} de marge brute pour {cost} de coût de service{mostly}."),
            Lang::En => format!("Loses money: {margin} of gross margin for {cost} of cost to serve{mostly}."),
        }
    }

    /// The one or two largest lines of its cost to serve.
    fn largest_costs(&self) -> String {
        let lang = self.lang;
        let mut items = self.account.costs();
        items.retain(|item| item.amount > Money::ZERO);
        items.sort_by_key(|item| Reverse(item.amount));
        let name = |item: &crate::portfolio::CostItem<'_>| clean(lang.cost_line(item.line));
        let named: Vec<String> =
            items.iter().take(2).map(|item| format!("{} ({})", name(item), self.money(item.amount))).collect();
        if named.is_empty() {
            return String::new();
        }
        format!("{}{}", lang.pick(", surtout ", ", mostly "), named.join(lang.pick(" et ", " and ")))
    }

    fn drift(&self, year: i32, growth: f64, fall: f64, by_discount: Option<f64>) -> String {
        let lang = self.lang;
        let (before, growth, lost) = (year - 1, lang.whole_percent(growth), lang.points(fall));
        let discount = by_discount.map(|part| {
            let points = lang.number(part * 100.0, 1);
            match lang {
                Lang::Fr if part < NOT_WORTH_A_WORD => ", sans que la remise y soit pour rien".to_owned(),
                Lang::En if part < NOT_WORTH_A_WORD => ", none of it through discount".to_owned(),
                Lang::Fr if part - fall > NOT_WORTH_A_WORD => format!(" ; la remise à elle seule en coûte {points}"),
                Lang::En if part - fall > NOT_WORTH_A_WORD => format!("; discount alone takes {points}"),
                Lang::Fr => format!(", dont {points} par la remise"),
                Lang::En => format!(", {points} of them through discount"),
            }
        });
        let discount = discount.unwrap_or_default();
        match lang {
            Lang::Fr => format!("Commande {growth} de plus qu'en {before} mais la marge recule de {lost}{discount}."),
            Lang::En => format!("Orders {growth} more than in {before} but the margin falls by {lost}{discount}."),
        }
    }

    fn silence(&self, last_order: Date, days: i32, usual_gap: f64) -> String {
        let lang = self.lang;
        let (on, days, gap) = (lang.date(last_order), lang.count(days.into()), lang.number(usual_gap, 0));
        match lang {
            Lang::Fr => {
                format!("Plus de commande depuis le {on} ({days} jours), contre une tous les {gap} jours en moyenne.")
            }
            Lang::En => format!("No order since {on} ({days} days), against one every {gap} days on average."),
        }
    }

    fn costly(&self, ratio: f64, median: f64, share_of_margin: f64) -> String {
        let lang = self.lang;
        let (ratio, median, share) = (lang.percent(ratio), lang.percent(median), lang.whole_percent(share_of_margin));
        match lang {
            Lang::Fr => {
                format!("Exigeant : le servir coûte {ratio} du CA (médiane {median}), soit {share} de sa marge brute.")
            }
            Lang::En => format!(
                "Demanding: serving it costs {ratio} of revenue (median {median}), {share} of its gross margin."
            ),
        }
    }

    fn returns(&self, per_order: f64, usual: f64, cost: Money) -> String {
        let hundred = |per_order: f64| self.lang.number(per_order * 100.0, 0);
        let (here, usual, cost) = (hundred(per_order), hundred(usual), self.money(cost));
        match self.lang {
            Lang::Fr => format!(
                "{here} retours, réclamations et reprises pour 100 commandes (d'ordinaire {usual}) : {cost} de traitement."
            ),
            Lang::En => {
                format!("{here} returns, claims and rework for 100 orders (as a rule {usual}): {cost} to handle.")
            }
        }
    }

    fn small_orders(&self, small: i64, orders: i64, handling: Money) -> String {
        let (lang, account) = (self.lang, self.account);
        let below = self.money(account.portfolio().model().cost_to_serve.small_order_below.unwrap_or_default());
        let (small, orders, handling) = (lang.count(small), lang.count(orders), self.money(handling));
        let margin = self.money(account.gross_margin().unwrap_or_default());
        match lang {
            Lang::Fr => format!(
                "{small} commandes sur {orders} sous {below} : {handling} de traitement pour {margin} de marge brute."
            ),
            Lang::En => format!(
                "{small} of {orders} orders are under {below}: {handling} to handle them all for {margin} of gross margin."
            ),
        }
    }

    fn potential(&self, potential: Money, revenue: Money) -> String {
        let (potential, revenue) = (self.money(potential), self.money(revenue));
        match self.lang {
            Lang::Fr => {
                format!(
                    "Pourrait acheter {potential} par an ; en a acheté {revenue} en douze mois, sans coûter cher à servir."
                )
            }
            Lang::En => {
                format!("Could buy {potential} a year; bought {revenue} in twelve months, and is cheap to serve.")
            }
        }
    }

    fn protect(&self, ratio: f64, net_margin: Money) -> String {
        let (ratio, net) = (self.lang.percent(ratio), self.money(net_margin));
        match self.lang {
            Lang::Fr => format!("À protéger : {net} de marge nette pour un coût de service de {ratio} du CA."),
            Lang::En => format!("To protect: {net} of net margin for a cost to serve of {ratio} of revenue."),
        }
    }
}
