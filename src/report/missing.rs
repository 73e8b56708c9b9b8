//! What is missing in the data, and what it would change: a sentence each.

use super::table::{Paint, Style};
use super::text::COLUMNS;
use crate::error::{Code, Problem};
use crate::lang::Lang;
use crate::lang::columns::{capital, clean, wrap};
use crate::portfolio::Portfolio;
use crate::score::LeftOut;

/// The sentences, under a heading.
pub(super) fn missing(portfolio: &Portfolio, lang: Lang, paint: Paint) -> Vec<String> {
    let mut found = prices(portfolio, lang);
    found.extend(columns(portfolio, lang));
    for problem in portfolio.findings() {
        let sentence = finding(portfolio, lang, problem);
        // Findings of one code may be told by one sentence.
        found.extend(sentence.filter(|s| !found.contains(s)));
    }
    found.extend(components(portfolio, lang));
    found.extend(records(portfolio, lang));
    let heading = lang.pick("Ce qui manque, et ce que cela changerait", "What is missing, and what it would change");
    let mut lines = vec![paint.show(heading, Style::Bold)];
    if found.is_empty() {
        lines.push(
            lang.pick(
                "  Rien : tout ce que le modèle demande est là.",
                "  Nothing: all that the model asks for is there.",
            )
            .to_owned(),
        );
    }
    lines.extend(found.iter().map(|sentence| format!("  - {}", wrap(sentence, COLUMNS - 4, 4))));
    lines
}

/// Drivers without a price.
fn prices(portfolio: &Portfolio, lang: Lang) -> Vec<String> {
    let names: Vec<&str> = portfolio.not_priced().iter().map(|driver| driver.name()).collect();
    let names = clean(&names.join(", "));
    if portfolio.model().cost_to_serve.prices_any_driver() {
        return match lang {
            _ if names.is_empty() => Vec::new(),
            Lang::Fr => vec![format!(
                "Sans tarif, et donc comptés pour rien : {names}. Un tarif sous [cost_to_serve] baisserait la marge nette \
                 de ceux qui en usent."
            )],
            Lang::En => vec![format!(
                "Without a rate, and so counted for nothing: {names}. A rate under [cost_to_serve] would lower the net \
                 margin of those who use them."
            )],
        };
    }
    let known = match (portfolio.is_priced(), lang) {
        (false, Lang::Fr) => "Le coût de service n'est pas connu : le modèle n'a aucun tarif.",
        (false, Lang::En) => "The cost to serve is not known: the model has no rate.",
        (true, Lang::Fr) => {
            "Le coût de service n'est connu qu'en partie : le modèle n'a aucun tarif, et seuls comptent les coûts réels."
        }
        (true, Lang::En) => {
            "The cost to serve is known only in part: the model has no rate, and only actual costs count."
        }
    };
    if names.is_empty() {
        return vec![known.to_owned()];
    }
    vec![match lang {
        Lang::Fr => format!(
            "{known} Donnez sous [cost_to_serve] un tarif à : {names}. La complexité et la marge nette en dépendent."
        ),
        Lang::En => {
            format!("{known} Give a rate under [cost_to_serve] to: {names}. Complexity and net margin depend on it.")
        }
    }]
}

/// Optional columns that no score needs, and that the figures lack.
fn columns(portfolio: &Portfolio, lang: Lang) -> Vec<String> {
    let given = portfolio.given();
    let capital = portfolio.model().cost_to_serve.cost_of_capital.is_some();
    let mut found = Vec::new();
    let mut note = |lacking: bool, fr: &'static str, en: &'static str| {
        if lacking {
            found.push(lang.pick(fr, en).to_owned());
        }
    };
    note(
        !given.freight,
        "Le transport à notre charge (colonne freight des commandes) n'est pas donné : il manque au coût de service.",
        "Freight borne by us (column freight of orders) is not given: the cost to serve lacks it.",
    );
    note(
        !given.payment_days && capital,
        "Les délais de paiement (colonne payment_days des clients) ne sont pas donnés : ils ne coûtent rien ici.",
        "Payment terms (column payment_days of customers) are not given: they cost nothing here.",
    );
    note(
        given.payment_days && !capital,
        "Les délais de paiement ne coûtent rien, faute de cost_of_capital sous [cost_to_serve].",
        "Payment terms cost nothing for want of cost_of_capital under [cost_to_serve].",
    );
    note(
        !given.discount && !given.line_discount,
        "Les remises (colonne discount) ne sont pas données : une marge qui baisse reste sans explication.",
        "Discounts (column discount) are not given: a falling margin stays unexplained.",
    );
    note(
        !given.annual_potential,
        "Le potentiel annuel des clients (colonne annual_potential) n'est pas donné : qui développer reste à deviner.",
        "The customers' annual potential (column annual_potential) is not given: whom to develop is a guess.",
    );
    found
}

/// What the analysis found about its own ground, with its numbers.
fn finding(portfolio: &Portfolio, lang: Lang, problem: &Problem) -> Option<String> {
    let accounts = |belongs: &dyn Fn(crate::Account<'_>) -> bool| {
        let count = portfolio.accounts().filter(|a| belongs(*a)).count() as i64;
        lang.counted(count, lang.pick("compte", "account"), lang.pick("comptes", "accounts"))
    };
    let known = |a: crate::Account<'_>| a.cascade().cost_of_goods.is_some();
    Some(match (problem.code, lang) {
        (Code::CostEstimated, _) => {
            let count = accounts(&|a| known(a) && a.estimated_revenue() != crate::Money::ZERO);
            match lang {
                Lang::Fr => format!(
                    "{count} au coût des ventes en partie estimé : leur marge suit la moyenne tant que cost_of_goods manque."
                ),
                Lang::En => format!(
                    "{count} with a partly estimated cost of goods: their margin follows the average while cost_of_goods is missing."
                ),
            }
        }
        (Code::MarginUnknown, _) => {
            let count = accounts(&|a| !known(a));
            match lang {
                Lang::Fr => format!(
                    "{count} sans marge ni score de valeur : il faut cost_of_goods, ou default_margin_rate dans le modèle."
                ),
                Lang::En => format!(
                    "{count} without margin and value score: cost_of_goods is needed, or default_margin_rate in the model."
                ),
            }
        }
        (Code::ValueBlank, _) => {
            let blank = portfolio.blank_values();
            let count = accounts(&|a| a.has_blanks());
            let values = lang.counted(
                blank,
                lang.pick("valeur vide", "blank value"),
                lang.pick("valeurs vides", "blank values"),
            );
            match lang {
                Lang::Fr => {
                    format!("{values} dans des colonnes données, sur {count} : leur note de données en est abaissée.")
                }
                Lang::En => format!("{values} in given columns, on {count}: their data grade is lowered."),
            }
        }
        (Code::RanksSize, _) => ranks_size(portfolio, lang)?,
        (Code::SmallTotal, Lang::Fr) => {
            "Le résultat total est proche de zéro ou négatif : les parts du total se lisent mal.".to_owned()
        }
        (Code::SmallTotal, Lang::En) => {
            "The total result is close to zero or below it: shares of it are hard to read.".to_owned()
        }
        (Code::Overload, _) => overload(portfolio, lang),
        (Code::OutsideWindow, _) => outside(portfolio, lang, problem)?,
        (Code::AsOfAssumed, Lang::Fr) => {
            let day = lang.date(portfolio.window().as_of);
            format!("La date d'analyse n'est pas dite : c'est celle de la dernière commande, le {day} (as_of).")
        }
        (Code::AsOfAssumed, Lang::En) => {
            let day = lang.date(portfolio.window().as_of);
            format!("The date of the analysis is not stated: it is that of the latest order, {day} (as_of).")
        }
        (Code::YearsWithoutCost | Code::CreditStays | Code::DriverNeverHappened, _) => clean(&problem.reason),
        // Shown above, in the title, or below.
        _ => return None,
    })
}

/// The correlations between the scores and size that are findings.
fn ranks_size(portfolio: &Portfolio, lang: Lang) -> Option<String> {
    let rho = portfolio.correlations();
    let pairs = [
        (rho.value_complexity, lang.pick("entre les deux scores", "between the two scores")),
        (rho.value_revenue, lang.pick("entre la valeur et le chiffre d'affaires", "between value and revenue")),
        (
            rho.complexity_revenue,
            lang.pick("entre la complexité et le chiffre d'affaires", "between complexity and revenue"),
        ),
    ];
    let strong = pairs.into_iter().filter_map(|(rho, between)| Some((rho.filter(|r| r.abs() > 0.5)?, between)));
    let strong: Vec<String> = strong.map(|(rho, between)| format!("{} {between}", lang.signed(rho, 2))).collect();
    if strong.is_empty() {
        return None;
    }
    let strong = strong.join(", ");
    Some(match lang {
        Lang::Fr => format!(
            "La matrice classe surtout la taille : corrélation de {strong}. Moins de poids à gross_margin sous [value], ou \
             cost_measure = \"expected\", la corrigerait."
        ),
        Lang::En => format!(
            "The matrix mostly ranks size: correlation of {strong}. Less weight on gross_margin under [value], or \
             cost_measure = \"expected\", would correct it."
        ),
    })
}

fn overload(portfolio: &Portfolio, lang: Lang) -> String {
    let over = portfolio.capacities().iter().filter(|c| c.is_overloaded());
    let names: Vec<String> = over.map(|c| format!("{} ({})", clean(&c.name), c.year)).collect();
    let names = names.join(", ");
    match lang {
        Lang::Fr => {
            format!("Capacités dépassées : {names}. Les équations de temps ou la capacité pratique sont à revoir.")
        }
        Lang::En => {
            format!("Capacities overloaded: {names}. The time equations or the practical capacity need another look.")
        }
    }
}

fn outside(portfolio: &Portfolio, lang: Lang, problem: &Problem) -> Option<String> {
    let table = problem.location.table?;
    let found = portfolio.reconciliation().into_iter().find(|r| r.table == table)?;
    let records = lang.count(i64::try_from(found.outside.records).unwrap_or(i64::MAX));
    let table = lang.table(table);
    Some(match lang {
        Lang::Fr => format!("{records} {table} hors de la période : comptés, pas analysés."),
        Lang::En => format!("{records} {table} outside the window: counted, not analysed."),
    })
}

/// Components that do not count, and axes without any.
fn components(portfolio: &Portfolio, lang: Lang) -> Vec<String> {
    let mut found = Vec::new();
    for side in [crate::Side::Value, crate::Side::Complexity] {
        let axis = portfolio.axis(side);
        for c in &axis.components {
            let name = capital(lang.component(c.component));
            let needs = lang.needs(c.component);
            found.push(match (c.left_out, lang) {
                (Some(LeftOut::MissingForAll), Lang::Fr) => {
                    format!("{name} : sans mesure, son poids va aux autres composantes. Il faudrait {needs}.")
                }
                (Some(LeftOut::MissingForAll), Lang::En) => {
                    format!("{name}: not measured, its weight goes to the other components. It would take {needs}.")
                }
                (Some(LeftOut::EqualForAll), Lang::Fr) => {
                    format!("{name} : identique pour tous les comptes, et donc sans poids.")
                }
                (Some(LeftOut::EqualForAll), Lang::En) => {
                    format!("{name}: the same for all accounts, and so without weight.")
                }
                (None, _) => continue,
            });
        }
        if axis.is_empty() {
            let name = lang.side(side);
            found.push(match lang {
                Lang::Fr => format!("L'axe de {name} n'a plus de composante : il n'y a pas de matrice."),
                Lang::En => format!("The {name} axis has no component left: there is no matrix."),
            });
        }
    }
    found
}

/// What was found in the records, by code.
fn records(portfolio: &Portfolio, lang: Lang) -> Vec<String> {
    let quality = portfolio.quality();
    // Custom kinds and events without a price are told with the prices.
    let told = |code: Code| matches!(code, Code::KindCustom | Code::KindUnpriced);
    let counts = quality.counts().iter().filter(|(code, count)| **count > 0 && !told(**code));
    counts.map(|(code, count)| format!("{}.", lang.found(*code, *count))).collect()
}
