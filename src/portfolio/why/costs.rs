//! The cost to serve unfolded: each line as volume × rate + actual costs.

use super::{AMOUNT, COLUMNS, Why};
use crate::cost::{CostLine, Driver};
use crate::lang::columns::{fit, left, right};
use crate::lang::{CENT, Lang};
use crate::money::{Money, Quantity, SCALE, div_half_even};
use crate::portfolio::CostItem;
use std::cmp::Reverse;

/// The width of labels, shorter than elsewhere to leave room for the product.
const LABEL: usize = 26;
/// The width of products: the widest line, less an indent of two, the label, the amount and what stands between.
const PRODUCT: usize = COLUMNS - 2 - LABEL - AMOUNT - 4;

impl Why<'_> {
    /// The lines of the cost to serve, largest first.
    pub(super) fn costs(self) -> Vec<String> {
        let (account, lang) = (self.account, self.lang);
        let mut items = account.costs();
        // The order of drivers decides between equal amounts.
        items.sort_by_key(|item| Reverse(item.amount));
        let total = self.money(account.cost_to_serve());
        let share = self.of_revenue(account.cost_to_serve());
        let share = share.map(|s| lang.pick(", soit ", ", ").to_owned() + &s).unwrap_or_default();
        let mut lines = vec![match lang {
            Lang::Fr => format!("Coût de service : {total}{share}"),
            Lang::En => format!("Cost to serve: {total}{share}"),
        }];
        if !account.portfolio().is_priced() && items.iter().all(|i| matches!(i.line, CostLine::Driver(_))) {
            let unknown = lang.pick(
                "Aucun tarif dans le modèle : le coût de service n'est pas connu",
                "The model has no rate: the cost to serve is not known",
            );
            lines.push(format!("  {unknown}"));
        }
        for (item, cents) in items.iter().zip(to_the_cent(&items, account.cost_to_serve())) {
            let label = fit(&lang.cost_title(item.line), LABEL);
            let product = fit(&self.product(item), PRODUCT);
            let amount = right(&self.money(cents), AMOUNT);
            lines.push(format!("  {} {} = {amount}", left(&label, LABEL), left(&product, PRODUCT)));
        }
        lines
    }

    /// What makes the amount of a line.
    fn product(self, item: &CostItem<'_>) -> String {
        match item.line {
            CostLine::Driver(driver) => self.driven(item, driver),
            CostLine::Freight => self.lang.pick("tel que payé", "as paid").to_owned(),
            CostLine::PaymentTerms => self.terms(),
            CostLine::AccountManagement => self.management(),
        }
    }

    fn driven(self, item: &CostItem<'_>, driver: &Driver) -> String {
        let lang = self.lang;
        let volume = item.volume.unwrap_or_default();
        let shown = if driver.is_hours() { lang.hours(volume) } else { lang.quantity(volume) };
        let mut terms = Vec::new();
        let mut left_over = i128::from(item.amount.units()) - i128::from(item.actual.units());
        let prices = self.account.portfolio().model().cost_to_serve.prices(driver);
        match item.rate {
            Some(rate) => {
                if volume != Quantity::ZERO {
                    terms.push(format!("{shown} × {}", lang.money(rate, self.currency())));
                }
                let product = i128::from(volume.units()) * i128::from(rate.units());
                left_over -= div_half_even(product, SCALE.into()).unwrap_or_default();
            }
            None if volume == Quantity::ZERO => {}
            None if prices => terms.push(shown),
            None => terms.push(format!("{shown} × {}", lang.pick("sans tarif", "no rate"))),
        }
        // Rates are rounded once a fiscal year: what is left over beyond that was shared out.
        if left_over.unsigned_abs() > self.account.portfolio().window().years.len() as u128 {
            let shared = self.money(crate::money::narrow(left_over).unwrap_or_default());
            terms.push(format!("{shared} {}", lang.pick("par répartition", "shared out")));
        }
        if item.actual != Money::ZERO {
            terms.push(format!("{} {}", self.money(item.actual), lang.pick("de coûts réels", "of actual costs")));
        }
        terms.join(" + ")
    }

    /// Net revenue × days / 365 × cost of capital.
    fn terms(self) -> String {
        let (Some(days), Some(capital)) =
            (self.account.payment_days(), self.account.portfolio().model().cost_to_serve.cost_of_capital)
        else {
            return String::new();
        };
        let (days, capital) = (self.lang.count(days.into()), self.lang.percent(capital.to_f64()));
        match self.lang {
            Lang::Fr => format!("chiffre d'affaires × {days} jours / 365 × {capital}"),
            Lang::En => format!("revenue × {days} days / 365 × {capital}"),
        }
    }

    /// A rate a year, from the first order.
    fn management(self) -> String {
        let (Some(rate), Some((first, _))) =
            (self.account.portfolio().model().cost_to_serve.account_management, self.account.order_dates())
        else {
            return String::new();
        };
        let (rate, first) = (self.lang.money(rate, self.currency()), self.lang.date(first));
        match self.lang {
            Lang::Fr => format!("{rate} par an depuis le {first}"),
            Lang::En => format!("{rate} a year since {first}"),
        }
    }
}

/// The amounts of lines to the cent, so that those shown sum to the total shown: what is missing goes to the largest
/// remainders.
fn to_the_cent(items: &[CostItem<'_>], total: Money) -> Vec<Money> {
    let mut cents: Vec<i64> = items.iter().map(|item| item.amount.units().div_euclid(CENT)).collect();
    let shown = div_half_even(total.units().into(), CENT.into()).unwrap_or_default();
    let missing = shown - cents.iter().map(|c| i128::from(*c)).sum::<i128>();
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by_key(|at| Reverse(items[*at].amount.units().rem_euclid(CENT)));
    for at in order.into_iter().take(usize::try_from(missing).unwrap_or(0)) {
        cents[at] += 1;
    }
    cents.into_iter().map(|cents| Money::from_units(cents.saturating_mul(CENT))).collect()
}
