//! How sure the cells are, in a few lines.

use super::table::{Columns, Paint, Style};
use super::text::COLUMNS;
use crate::lang::Lang;
use crate::lang::columns::wrap;
use crate::portfolio::{Account, Portfolio};
use crate::segment::{Confidence, Quadrant, Swing};

/// The settings that are named: those that move most accounts.
const SETTINGS: usize = 4;

/// Nothing when the model does not ask, or no account has a cell.
pub(super) fn certainty(portfolio: &Portfolio, lang: Lang, paint: Paint) -> Vec<String> {
    let Some(confidence) = portfolio.confidence() else { return Vec::new() };
    if portfolio.accounts().all(|account| account.is_undecided().is_none()) {
        return Vec::new();
    }
    let heading = lang.pick("Ce dont on est sûr", "How sure the cells are");
    let mut lines = vec![paint.show(heading, Style::Bold)];
    lines.extend(table(portfolio, lang).lines(paint));
    let sentences = [draws(portfolio, confidence, lang), movers(confidence, lang)];
    lines.extend(sentences.into_iter().flatten().map(|words| format!("  {}", wrap(&words, COLUMNS - 2, 2))));
    lines
}

fn table(portfolio: &Portfolio, lang: Lang) -> Columns {
    let labels = portfolio.model().matrix.labels;
    let mut table = Columns::default();
    let header = match lang {
        Lang::Fr => ["", "comptes", "indécis", "probabilité moyenne de la case", "la plus faible"],
        Lang::En => ["", "accounts", "undecided", "mean probability of the cell", "the lowest"],
    };
    table.row(Style::Plain, header.map(str::to_owned).to_vec());
    for quadrant in Quadrant::ALL {
        let own = portfolio.accounts().filter(|account| account.quadrant() == Some(quadrant));
        let own: Vec<Account<'_>> = own.collect();
        if own.is_empty() {
            continue;
        }
        let undecided = own.iter().filter(|account| account.is_undecided() == Some(true)).count();
        let sure = || own.iter().filter_map(|account| Some(account.odds()?.probability(quadrant)));
        let mean = sure().sum::<f64>() / own.len() as f64;
        let cells = [
            lang.quadrant(quadrant, labels).to_owned(),
            lang.count(own.len() as i64),
            lang.count(undecided as i64),
            lang.whole_percent(mean),
            lang.whole_percent(sure().fold(1.0, f64::min)),
        ];
        table.row(Style::Of(quadrant), cells.to_vec());
    }
    table
}

fn draws(portfolio: &Portfolio, confidence: &Confidence, lang: Lang) -> Option<String> {
    let placed = portfolio.accounts().filter(|account| account.is_undecided().is_some()).count();
    let (undecided, placed) = (lang.count(portfolio.undecided()? as i64), lang.count(placed as i64));
    let (draws, seed) = (lang.count(confidence.rules.draws.into()), confidence.seed);
    let enough = lang.whole_percent(confidence.rules.undecided_below);
    let quarters = if confidence.rules.bootstrap { lang.pick(", des trimestres", ", quarters") } else { "" };
    Some(match lang {
        Lang::Fr => format!(
            "En {draws} tirages des poids, des tarifs{quarters} et des estimations (graine {seed}), {undecided} des {placed} \
             comptes placés n'atteignent {enough} dans aucune case : pour eux, «\u{A0}on ne sait pas\u{A0}» est la réponse."
        ),
        Lang::En => format!(
            "In {draws} draws of weights, rates{quarters} and estimates (seed {seed}), {undecided} of {placed} placed accounts \
             reach {enough} in no cell: for them, \"we cannot tell\" is the answer."
        ),
    })
}

/// The settings that move most accounts.
fn movers(confidence: &Confidence, lang: Lang) -> Option<String> {
    let most = |swing: &Swing| swing.low.max(swing.high);
    let named = confidence.tornado.iter().filter(|swing| most(swing) > 0).take(SETTINGS);
    let named: Vec<String> = named
        .map(|swing| {
            let count = lang.count(most(swing) as i64);
            format!("{} ({count})", lang.lever(&swing.lever))
        })
        .collect();
    if named.is_empty() {
        return None;
    }
    let named = named.join(", ");
    Some(match lang {
        Lang::Fr => format!("Réglages qui, seuls et d'un écart-type, déplacent le plus de comptes : {named}."),
        Lang::En => format!("Settings that alone, by one standard deviation, move most accounts: {named}."),
    })
}
