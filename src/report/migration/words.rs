//! What moved an account, in sentences with their figures; and what to know before comparing two dates.

use crate::facts::fiscal_year;
use crate::lang::Lang;
use crate::migration::{AccountMove, AxisMove, ComponentMove, Migration};
use crate::money::{Money, SCALE};
use crate::portfolio::Portfolio;
use crate::score::{Component, LeftOut, Side};
use crate::segment::CutOn;

/// Decimals of scores, unless more are needed to tell a score from its cut.
const DECIMALS: usize = 3;
/// The decimals that scores have.
const DECIMALS_MAX: usize = 9;

/// A sentence for each axis on which the account changed sides.
pub(super) fn sentences(migration: &Migration<'_>, account: AccountMove<'_>, lang: Lang) -> Vec<String> {
    let tell = Tell { migration, lang };
    let axes = [Side::Value, Side::Complexity].into_iter();
    axes.filter_map(|side| tell.axis(&account.axis(side)?)).collect()
}

/// What sentences need besides their figures.
struct Tell<'a> {
    migration: &'a Migration<'a>,
    lang: Lang,
}

/// Scores and cuts of both dates as they are shown: in whole units of their last decimal, so that differences add up.
#[derive(Clone, Copy)]
struct Shown {
    decimals: usize,
    scores: [i64; 2],
    cuts: [i64; 2],
    own: i64,
}

impl Shown {
    /// With as many decimals as it takes to see on which side of its cut each score lies.
    fn of(axis: &AxisMove, cuts: [f64; 2]) -> Self {
        let scores = [axis.score_before, axis.score_after];
        let with = |decimals: usize| {
            let units = |value: f64| (value * 10f64.powi(decimals as i32)).round() as i64;
            Self { decimals, scores: scores.map(units), cuts: cuts.map(units), own: units(axis.own) }
        };
        let clear = |shown: &Self| (0..2).all(|at| (scores[at] >= cuts[at]) == (shown.scores[at] >= shown.cuts[at]));
        (DECIMALS..DECIMALS_MAX).map(with).find(clear).unwrap_or_else(|| with(DECIMALS_MAX))
    }

    fn value(self, units: i64) -> f64 {
        units as f64 / 10f64.powi(self.decimals as i32)
    }
}

impl Tell<'_> {
    /// What moved the account across the cut of an axis, or `None` when it stayed on its side.
    fn axis(&self, axis: &AxisMove) -> Option<String> {
        let up = axis.crossed()?;
        let [before, after] =
            [self.migration.before(), self.migration.after()].map(|portfolio| portfolio.cut(axis.side));
        let (before, after) = (before?, after?);
        if let Some(of) = after.of {
            let measures = [before.at + axis.distance_before?, after.at + axis.distance_after?];
            return Some(self.measure_crosses(of, measures, after.at, up));
        }
        let shown = Shown::of(axis, [before.at, after.at]);
        let crossing = self.crosses(axis, shown, up);
        let main = axis.main().map(|main| self.main(main, shown, up)).unwrap_or_default();
        Some(format!("{crossing}{main}. {}", self.whose_doing(shown)))
    }

    fn number(&self, shown: Shown, units: i64) -> String {
        self.lang.number(shown.value(units), shown.decimals)
    }

    fn signed(&self, shown: Shown, units: i64) -> String {
        self.lang.signed(shown.value(units), shown.decimals)
    }

    fn crosses(&self, axis: &AxisMove, shown: Shown, up: bool) -> String {
        let lang = self.lang;
        let [from, to] = shown.scores.map(|score| self.number(shown, score));
        let [cut_before, cut] = shown.cuts.map(|cut| self.number(shown, cut));
        let side = match (lang, axis.side) {
            (Lang::Fr, Side::Value) => "La valeur",
            (Lang::Fr, Side::Complexity) => "La complexité",
            (Lang::En, Side::Value) => "Value",
            (Lang::En, Side::Complexity) => "Complexity",
        };
        // The score went the other way: the cut went further.
        if up != (axis.change() > 0.0) {
            return match (lang, up) {
                (Lang::Fr, true) => format!(
                    "{side} passe de {from} à {to} ; c'est le seuil qui est descendu dessous, de {cut_before} à {cut}"
                ),
                (Lang::Fr, false) => format!(
                    "{side} passe de {from} à {to} ; c'est le seuil qui est monté au-dessus, de {cut_before} à {cut}"
                ),
                (Lang::En, true) => {
                    format!(
                        "{side} goes from {from} to {to}; it is the cut that fell below it, from {cut_before} to {cut}"
                    )
                }
                (Lang::En, false) => {
                    format!(
                        "{side} goes from {from} to {to}; it is the cut that rose above it, from {cut_before} to {cut}"
                    )
                }
            };
        }
        let was = match lang {
            _ if cut_before == cut => String::new(),
            Lang::Fr => format!(" (auparavant {cut_before})"),
            Lang::En => format!(" (before: {cut_before})"),
        };
        match (lang, up) {
            (Lang::Fr, true) => format!("{side} monte de {from} à {to} et passe le seuil de {cut}{was}"),
            (Lang::Fr, false) => format!("{side} baisse de {from} à {to} et passe sous le seuil de {cut}{was}"),
            (Lang::En, true) => format!("{side} rises from {from} to {to} and passes the cut of {cut}{was}"),
            (Lang::En, false) => format!("{side} falls from {from} to {to}, below the cut of {cut}{was}"),
        }
    }

    /// The component that did most, with what it measures.
    fn main(&self, main: &ComponentMove, shown: Shown, up: bool) -> String {
        let lang = self.lang;
        let name = the(main.component, lang);
        let adds = lang.signed(main.change(), shown.decimals);
        let mostly = lang.pick(", surtout par", ", mostly through");
        let known = main.value_before.zip(main.value_after);
        let Some((before, after)) = known.filter(|_| main.adds_before.is_some() && main.adds_after.is_some()) else {
            let appears = main.adds_before.is_none();
            return match (lang, appears) {
                (Lang::Fr, true) => format!("{mostly} {name}, sans effet jusque-là ({adds})"),
                (Lang::Fr, false) => format!("{mostly} {name}, sans effet désormais ({adds})"),
                (Lang::En, true) => format!("{mostly} {name}, which did not count before ({adds})"),
                (Lang::En, false) => format!("{mostly} {name}, which counts no more ({adds})"),
            };
        };
        let [was, is] = [(self.migration.before(), before), (self.migration.after(), after)]
            .map(|(portfolio, value)| self.measured(portfolio, main.component, value));
        let with_it = if up { after > before } else { after < before };
        let same = was == is;
        // The unit is said once, after the second figure.
        let is = format!("{is}{}", self.unit(main.component));
        match lang {
            Lang::Fr if same => {
                format!("{mostly} {name} ({adds}) : {is} aux deux dates, les autres comptes ayant bougé")
            }
            Lang::En if same => format!("{mostly} {name} ({adds}): {is} at both dates, while the others moved"),
            Lang::Fr if with_it => format!("{mostly} {name}, de {was} à {is} ({adds})"),
            Lang::En if with_it => format!("{mostly} {name}, from {was} to {is} ({adds})"),
            Lang::Fr => format!("{mostly} {name} ({adds}) : de {was} à {is}, les autres comptes ayant bougé davantage"),
            Lang::En => format!("{mostly} {name} ({adds}): from {was} to {is}, while the others moved further"),
        }
    }

    /// The change of the score in two parts, which add up to what is shown of it.
    fn whose_doing(&self, shown: Shown) -> String {
        let others = shown.scores[1] - shown.scores[0] - shown.own;
        let (own, others) = (self.signed(shown, shown.own), self.signed(shown, others));
        match self.lang {
            Lang::Fr => format!("De son fait : {own} ; du fait des autres : {others}."),
            Lang::En => format!("Its own doing: {own}; that of the others: {others}."),
        }
    }

    /// A cut on a measure: the measure itself is what crossed it.
    fn measure_crosses(&self, of: CutOn, [was, is]: [f64; 2], cut: f64, up: bool) -> String {
        let (lang, after) = (self.lang, self.migration.after());
        let shown = |value: f64| match of {
            // Whatever the component is scored by, the cut is on a share of revenue.
            CutOn::Component(Component::CostToServeRatio) => lang.percent(value),
            CutOn::Component(component) if !of.is_money() => {
                format!("{}{}", self.measured(after, component, value), self.unit(component))
            }
            _ => lang.whole_money(amount(value), &after.model().currency),
        };
        let (name, was, is, cut) = (lang.cut_on(of), shown(was), shown(is), shown(cut));
        match (lang, up) {
            (Lang::Fr, true) => {
                format!("La mesure que coupe le seuil, {name}, passe de {was} à {is} et atteint le seuil de {cut}.")
            }
            (Lang::Fr, false) => {
                format!("La mesure que coupe le seuil, {name}, passe de {was} à {is}, sous le seuil de {cut}.")
            }
            (Lang::En, true) => {
                format!("The measure that is cut, {name}, goes from {was} to {is} and reaches the cut of {cut}.")
            }
            (Lang::En, false) => {
                format!("The measure that is cut, {name}, goes from {was} to {is}, below the cut of {cut}.")
            }
        }
    }

    /// What a measured value is of, where its sign does not say it.
    fn unit(&self, component: Component) -> &'static str {
        match component {
            Component::CostToServeRatio if self.migration.after().expected_cost().is_some() => {
                self.lang.pick(" de l'attendu", " of the expected")
            }
            Component::CostToServeRatio => self.lang.pick(" du CA", " of revenue"),
            Component::SupportIntensity => self.lang.pick(" h par commande", " h an order"),
            _ => "",
        }
    }

    /// The measured value of a component, without its unit.
    fn measured(&self, portfolio: &Portfolio, component: Component, value: f64) -> String {
        let lang = self.lang;
        match component {
            Component::GrossMargin | Component::Potential => {
                lang.whole_money(amount(value), &portfolio.model().currency)
            }
            Component::Stability => format!("± {}", lang.percent(-value)),
            Component::Growth => lang.signed_percent(value),
            Component::CostToServeRatio if portfolio.expected_cost().is_some() => lang.percent(libm::exp(value)),
            Component::SupportIntensity => lang.number(value, 2),
            Component::Friction if value < 0.25 => lang.pick("facile", "easy").to_owned(),
            Component::Friction if value < 0.75 => lang.pick("modérée", "moderate").to_owned(),
            Component::Friction => lang.pick("difficile", "hard").to_owned(),
            _ => lang.percent(value),
        }
    }
}

/// A component with its article, where the language has one.
const fn the(component: Component, lang: Lang) -> &'static str {
    if matches!(lang, Lang::En) {
        return lang.component(component);
    }
    match component {
        Component::GrossMargin => "la marge brute",
        Component::MarginRate => "le taux de marge",
        Component::Stability => "la régularité",
        Component::Growth => "la croissance",
        Component::Potential => "le potentiel inexploité",
        Component::CostToServeRatio => "le coût de service",
        Component::SmallOrderShare => "les petites commandes",
        Component::RushShare => "les commandes urgentes",
        Component::ReturnRate => "les retours",
        Component::SupportIntensity => "les heures d'assistance",
        Component::Friction => "la relation",
        Component::DisruptionRate => "les demandes hors standard",
        Component::ClaimRate => "les réclamations et reprises",
    }
}

/// An amount that a component holds as a number.
fn amount(value: f64) -> Money {
    Money::from_units((value * SCALE as f64).round() as i64)
}

/// What a reader must know before comparing the two dates.
pub(super) fn notes(migration: &Migration<'_>, lang: Lang) -> Vec<String> {
    let (before, after) = (migration.before(), migration.after());
    let mut notes = no_score(before, after, lang);
    if let Some(components) = counted_once(before, after, lang) {
        notes.push(match lang {
            Lang::Fr => format!(
                "à l'une des deux dates seulement, les scores comptent : {components}. Ce qui en vient est rangé du fait des \
                 autres."
            ),
            Lang::En => format!(
                "at one of the dates only, the scores count: {components}. What comes of it is put down to the others."
            ),
        });
    }
    if before.window().start == after.window().start {
        notes.push(
            lang.pick(
                "les deux périodes commencent le même jour : la seconde est plus longue, et ses montants plus grands, ce qui \
                 entre dans ce qui est dit du fait du compte.",
                "both periods begin on the same day: the second is longer and its amounts larger, which is part of what is \
                 called an account's own doing.",
            )
            .to_owned(),
        );
    }
    let cut_short: Vec<String> =
        [before, after].into_iter().filter_map(year_cut_short).map(|day| lang.date(day)).collect();
    if !cut_short.is_empty() {
        let days = cut_short.join(lang.pick(" ni au ", " nor on "));
        notes.push(match lang {
            Lang::Fr => format!(
                "l'exercice ne se termine pas au {days} : les coûts que le modèle répartit sur un exercice ([[pools]], \
                 [[capacities]]) y comptent en entier."
            ),
            Lang::En => format!(
                "the fiscal year does not end on {days}: the costs that the model shares out over a year ([[pools]], \
                 [[capacities]]) count whole there."
            ),
        });
    }
    let aside: u64 = after.reconciliation().iter().map(|table| table.set_aside.records).sum();
    if aside > 0 {
        let count = lang.count(i64::try_from(aside).unwrap_or(i64::MAX));
        notes.push(match lang {
            Lang::Fr => format!("enregistrements mis de côté ou répétés : {count} (portefeuille check les montre)."),
            Lang::En => format!("records set aside or repeated: {count} (portefeuille check shows them)."),
        });
    }
    notes
}

/// The axes without a score at one of the dates: nobody has a cell there.
fn no_score(before: &Portfolio, after: &Portfolio, lang: Lang) -> Vec<String> {
    let empty = |side: Side| [before, after].into_iter().find(|portfolio| portfolio.axis(side).is_empty());
    let note = |side: Side| {
        let portfolio = empty(side)?;
        let (day, name) = (lang.date(portfolio.window().as_of), lang.side(side));
        let mut components = portfolio.axis(side).components.iter();
        // What is the same for all is there, and more of it would not help.
        let missing = components.find(|c| c.left_out == Some(LeftOut::MissingForAll)).map(|c| lang.needs(c.component));
        Some(match (lang, missing) {
            (Lang::Fr, Some(needs)) => {
                format!("pas de score de {name} au {day}, et donc pas de case. Il faudrait {needs}.")
            }
            (Lang::En, Some(needs)) => format!("no {name} score on {day}, and so no cell. It would take {needs}."),
            (Lang::Fr, None) => format!("pas de score de {name} au {day} : tous les comptes y sont pareils."),
            (Lang::En, None) => format!("no {name} score on {day}: all accounts are the same there."),
        })
    };
    [Side::Value, Side::Complexity].into_iter().filter_map(note).collect()
}

/// The components that count at one of the dates only.
fn counted_once(before: &Portfolio, after: &Portfolio, lang: Lang) -> Option<String> {
    let counts = |portfolio: &Portfolio, component: Component| {
        let axis = portfolio.axis(component.side());
        axis.components.iter().any(|c| c.component == component && c.left_out.is_none())
    };
    let once = Component::ALL.into_iter().filter(|c| counts(before, *c) != counts(after, *c));
    let names: Vec<&str> = once.map(|c| lang.component(c)).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// The last day of a portfolio, where it cuts a fiscal year that has a cost of its own.
fn year_cut_short(portfolio: &Portfolio) -> Option<crate::date::Date> {
    let (model, day) = (portfolio.model(), portfolio.window().as_of);
    let year = fiscal_year(day, model.fiscal_year_start_month);
    let ends = fiscal_year(day.next_day(), model.fiscal_year_start_month) != year;
    let costs = &model.cost_to_serve;
    let mut years = costs.pools.iter().map(|p| &p.cost).chain(costs.capacities.iter().map(|c| &c.cost));
    (!ends && years.any(|cost| cost.contains_key(&year))).then_some(day)
}
