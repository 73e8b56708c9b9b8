//! A score unfolded: each component with its measure, its place, its weight and what it adds.

use super::{COLUMNS, Why};
use crate::lang::Lang;
use crate::lang::columns::{capital, left, right, wrap};
use crate::money::Money;
use crate::portfolio::Contribution;
use crate::score::{Component, LeftOut, ScoredComponent, Side};
use crate::segment::{CutOn, ResolvedCut};

/// The widths of the columns: component, measure, place, weight, contribution.
const WIDTHS: [usize; 5] = [26, 30, 9, 9, 10];
/// Decimals of scores, unless more are needed to tell a score from its cut.
const DECIMALS: usize = 3;
/// The decimals that scores have.
const DECIMALS_MAX: usize = 9;

impl Why<'_> {
    /// The score on an axis and what makes it.
    pub(super) fn axis(self, side: Side) -> Vec<String> {
        let (account, lang) = (self.account, self.lang);
        let name = capital(lang.side(side));
        let colon = lang.colon();
        let parts = account.contributions(side);
        let mut lines = Vec::new();
        match account.score(side) {
            None => lines.push(format!("{name}{colon}{}", self.no_score(&parts))),
            Some(score) => {
                let (cut, distance) = (account.portfolio().cut(side), account.distance(side));
                let shown = Shown::of(score, cut, distance);
                let place = self.against_cut(cut, distance, shown);
                lines.push(format!("{name}{colon}{}{place}", self.decimal(shown, shown.score)));
                lines.extend(self.components(&parts, shown));
            }
        }
        lines.extend(self.absent(side, &parts));
        lines
    }

    fn decimal(self, shown: Shown, units: i64) -> String {
        self.lang.number(shown.value(units), shown.decimals)
    }

    /// Why there is no score.
    fn no_score(self, parts: &[Contribution]) -> &'static str {
        let no_margin = parts.iter().any(|p| p.component == Component::GrossMargin && p.value.is_none());
        if no_margin {
            self.lang.pick("pas de score sans marge brute", "no score without gross margin")
        } else {
            self.lang.pick("pas de score, aucune composante ne compte", "no score, no component counts")
        }
    }

    /// Where the score, or the measure that is cut, stands.
    fn against_cut(self, cut: Option<ResolvedCut>, distance: Option<f64>, shown: Shown) -> String {
        let lang = self.lang;
        let (Some(cut), Some(distance)) = (cut, distance) else { return String::new() };
        let above = distance >= 0.0;
        let Some(of) = cut.of else {
            let at = shown.units(cut.at);
            let distance = lang.signed(shown.value(shown.score - at), shown.decimals);
            let at = self.decimal(shown, at);
            return match (lang, above) {
                (Lang::Fr, true) => format!(", au-dessus du seuil de {at} (écart {distance})"),
                (Lang::Fr, false) => format!(", sous le seuil de {at} (écart {distance})"),
                (Lang::En, true) => format!(", at or above the cut of {at} (distance {distance})"),
                (Lang::En, false) => format!(", below the cut of {at} (distance {distance})"),
            };
        };
        let (name, at) = (lang.cut_on(of), self.amount_of(of, cut.at));
        let gap = self.amount_of(of, distance.abs());
        match (lang, above) {
            (Lang::Fr, true) => format!(" ; le seuil porte sur une mesure, {name} : {at}, dépassé de {gap}"),
            (Lang::Fr, false) => format!(" ; le seuil porte sur une mesure, {name} : {at}, il manque {gap}"),
            (Lang::En, true) => format!("; the cut is on a measure, {name}: {at}, passed by {gap}"),
            (Lang::En, false) => format!("; the cut is on a measure, {name}: {at}, missed by {gap}"),
        }
    }

    /// A cut or a distance in the unit of its measure.
    fn amount_of(self, of: CutOn, value: f64) -> String {
        match of {
            _ if of.is_money() => self.money(amount(value)),
            CutOn::Component(Component::Stability | Component::SupportIntensity | Component::Friction) => {
                self.lang.number(value, DECIMALS)
            }
            _ => self.lang.percent(value),
        }
    }

    /// The table of the components that count.
    fn components(self, parts: &[Contribution], shown: Shown) -> Vec<String> {
        let lang = self.lang;
        let counted: Vec<&Contribution> = parts.iter().filter(|p| p.adds.is_some()).collect();
        let weights = self.weights(&counted);
        let adds: Vec<f64> = counted.iter().filter_map(|p| p.adds).collect();
        let adds = shown.apportion(&adds);
        let row = |cells: [&str; 5]| {
            let [first, others @ ..] = cells;
            let widths = &WIDTHS[1..];
            let others: Vec<String> = others.iter().zip(widths).map(|(cell, width)| right(cell, *width)).collect();
            format!("  {}{}", left(first, WIDTHS[0]), others.concat())
        };
        let mut lines = vec![row([
            "",
            lang.pick("mesure", "measure"),
            lang.pick("place", "place"),
            lang.pick("× poids", "× weight"),
            lang.pick("= apport", "= adds"),
        ])];
        for ((part, weight), adds) in counted.iter().zip(weights).zip(&adds) {
            let place = part.scaled.map_or_else(String::new, |c| lang.number(c, DECIMALS));
            let label = capital(lang.component(part.component));
            let measure = part.value.map_or_else(String::new, |value| self.measure(part.component, value));
            lines.push(row([&label, &measure, &place, &lang.percent(weight), &self.decimal(shown, *adds)]));
        }
        let score = self.decimal(shown, shown.score);
        lines.push(row([lang.pick("Score", "Score"), "", "", &lang.percent(1.0), &score]));
        lines
    }

    /// The share of each component in the weights of those that count for this account.
    fn weights(self, counted: &[&Contribution]) -> Vec<f64> {
        let of = |part: &&Contribution| {
            let axis = self.account.portfolio().axis(part.component.side());
            axis.components.iter().find(|c| c.component == part.component).map_or(0.0, |c| c.weight)
        };
        let weights: Vec<f64> = counted.iter().map(of).collect();
        let sum: f64 = weights.iter().sum();
        weights.iter().map(|w| w / sum).collect()
    }

    /// The measured value of a component in its own unit, with what it is made of.
    fn measure(self, component: Component, value: f64) -> String {
        let (lang, figures) = (self.lang, self.account.figures());
        let orders = lang.count(figures.orders);
        let per_order = |count: Option<i64>| {
            let made = count.map_or_else(String::new, |n| format!("{} / {orders} = ", lang.count(n)));
            format!("{made}{}", lang.percent(value))
        };
        match component {
            Component::GrossMargin | Component::Potential => self.money(amount(value)),
            Component::MarginRate => lang.percent(value),
            Component::Stability => format!("± {}", lang.percent(-value)),
            Component::Growth => lang.signed_percent(value),
            Component::CostToServeRatio if self.account.portfolio().expected_cost().is_some() => {
                let words = lang.pick("de l'attendu", "of the expected");
                format!("{} {words}", lang.percent(libm::exp(value)))
            }
            Component::CostToServeRatio => {
                format!("{} {}", lang.percent(value), lang.pick("du CA", "of revenue"))
            }
            Component::SmallOrderShare => per_order(figures.small_orders),
            Component::RushShare => per_order(figures.rush_orders),
            Component::ReturnRate => per_order(Some(figures.returns)),
            Component::SupportIntensity => {
                let hours = figures.support_hours.map_or_else(String::new, |h| lang.hours(h));
                format!("{hours} / {orders} = {}", lang.number(value, 2))
            }
            Component::Friction if value < 0.25 => lang.pick("facile", "easy").to_owned(),
            Component::Friction if value < 0.75 => lang.pick("modérée", "moderate").to_owned(),
            Component::Friction => lang.pick("difficile", "hard").to_owned(),
            Component::DisruptionRate => per_order(figures.disruptions),
            Component::ClaimRate => per_order(Some(figures.claims.unwrap_or(0) + figures.reworks.unwrap_or(0))),
        }
    }

    /// The components that do not count, and why.
    fn absent(self, side: Side, parts: &[Contribution]) -> Vec<String> {
        let lang = self.lang;
        let axis = self.account.portfolio().axis(side);
        let left_out = |why: LeftOut| axis.components.iter().filter(move |c| c.left_out == Some(why));
        let names = |found: &mut dyn Iterator<Item = &ScoredComponent>| {
            found.map(|c| lang.component(c.component)).collect::<Vec<_>>().join(", ")
        };
        let missing_here =
            parts.iter().zip(&axis.components).filter(|(p, c)| p.value.is_none() && c.left_out.is_none());
        let of_account: Vec<&ScoredComponent> = missing_here.map(|(_, c)| c).collect();
        let groups = [
            (
                lang.pick("Sans mesure pour ce compte", "Not measured for this account"),
                names(&mut of_account.into_iter()),
            ),
            (
                lang.pick("Sans mesure dans les données", "Not in the data"),
                names(&mut left_out(LeftOut::MissingForAll)),
            ),
            (
                lang.pick("Identique pour tous, ne compte pas", "The same for all, does not count"),
                names(&mut left_out(LeftOut::EqualForAll)),
            ),
        ];
        let colon = lang.colon();
        let shown = groups.into_iter().filter(|(_, names)| !names.is_empty());
        shown.map(|(why, names)| format!("  {}", wrap(&format!("{why}{colon}{names}"), COLUMNS - 2, 4))).collect()
    }
}

/// An amount that a component holds as a number.
fn amount(value: f64) -> Money {
    Money::from_units((value * crate::money::SCALE as f64).round() as i64)
}

/// How the numbers of an axis are shown: in whole units of their last decimal, so that what is shown adds up.
#[derive(Clone, Copy, Debug)]
struct Shown {
    decimals: usize,
    score: i64,
}

impl Shown {
    /// With as many decimals as it takes to tell the score from its cut.
    fn of(score: f64, cut: Option<ResolvedCut>, distance: Option<f64>) -> Self {
        let with = |decimals: usize| {
            let shown = Self { decimals, score: 0 };
            Self { score: shown.units(score), ..shown }
        };
        let (Some(cut), Some(distance)) = (cut.filter(|c| c.of.is_none()), distance) else { return with(DECIMALS) };
        let told_apart = |shown: &Self| distance == 0.0 || shown.score != shown.units(cut.at);
        (DECIMALS..DECIMALS_MAX).map(with).find(told_apart).unwrap_or_else(|| with(DECIMALS_MAX))
    }

    fn scale(self) -> f64 {
        10f64.powi(self.decimals as i32)
    }

    fn units(self, value: f64) -> i64 {
        (value * self.scale()).round() as i64
    }

    fn value(self, units: i64) -> f64 {
        units as f64 / self.scale()
    }

    /// Parts of the score in units that sum to it: what is missing goes to the largest remainders.
    fn apportion(self, parts: &[f64]) -> Vec<i64> {
        let exact: Vec<f64> = parts.iter().map(|part| part * self.scale()).collect();
        let mut units: Vec<i64> = exact.iter().map(|part| part.floor() as i64).collect();
        let missing = self.score - units.iter().sum::<i64>();
        let mut order: Vec<usize> = (0..parts.len()).collect();
        let remainder = |at: &usize| exact[*at] - exact[*at].floor();
        order.sort_by(|a, b| remainder(b).total_cmp(&remainder(a)));
        for at in order.into_iter().take(usize::try_from(missing).unwrap_or(0)) {
            units[at] += 1;
        }
        units
    }
}
