//! The clusters in a few lines: what each earns, where it stands in the matrix, what sets it apart.

use super::table::{Columns, Paint, Style};
use super::text::{AMOUNT, COLUMNS};
use crate::lang::Lang;
use crate::lang::columns::{capital, fit, width, wrap};
use crate::margin::Cascade;
use crate::money::Money;
use crate::portfolio::{ClusterProfile, Clusters, Portfolio};
use crate::score::ratio;
use crate::segment::Quadrant;
use crate::segment::cluster::{ClusterMethod, Stability};

/// The widest name of a cell in the table.
const CELL: usize = 11;

/// Nothing when the model does not ask.
pub(super) fn clusters(portfolio: &Portfolio, lang: Lang, paint: Paint) -> Vec<String> {
    let Some(clusters) = portfolio.clusters() else { return Vec::new() };
    let heading = lang.pick("Groupes de comptes qui se ressemblent", "Clusters of accounts that are alike");
    let mut lines = vec![paint.show(heading, Style::Bold)];
    let sentences = if clusters.profiles.is_empty() {
        vec![none(clusters, lang)]
    } else {
        lines.extend(table(portfolio, clusters, lang).lines(paint));
        let named = clusters.profiles.iter().map(|profile| name(profile, lang));
        named.chain([whole(clusters, lang)]).chain(left_out(clusters, lang)).collect()
    };
    lines.extend(sentences.iter().map(|words| format!("  {}", wrap(words, COLUMNS - 2, 5))));
    lines
}

/// A step of the cascade and the words for it.
type Step = (&'static str, &'static str, fn(Cascade) -> Option<Money>);

const STEPS: [Step; 3] = [
    ("CA net", "revenue", |c| Some(c.net_revenue)),
    ("marge brute", "gross margin", |c| c.gross_margin),
    ("marge nette", "net margin", |c| c.net_margin),
];

fn table(portfolio: &Portfolio, clusters: &Clusters, lang: Lang) -> Columns {
    let labels = portfolio.model().matrix.labels;
    let placed = clusters.profiles.iter().any(|profile| profile.quadrants != [0; 4]);
    let cells: Vec<Quadrant> = Quadrant::ALL.into_iter().filter(|_| placed).collect();
    let known = |step: &Step| clusters.profiles.iter().any(|profile| step.2(profile.group.cascade).is_some());
    let known: Vec<Step> = STEPS.into_iter().filter(known).collect();
    let steps: Vec<_> = known.iter().map(|step| amounts(portfolio, clusters, lang, *step)).collect();
    let mut table = Columns::default();
    let mut header = vec![String::new(), lang.pick("comptes", "accounts").to_owned()];
    header.extend(known.iter().map(|(fr, en, _)| lang.pick(fr, en).to_owned()));
    header.extend(cells.iter().map(|cell| fit(lang.quadrant(*cell, labels), CELL)));
    table.row(Style::Plain, header);
    for (at, profile) in clusters.profiles.iter().enumerate() {
        let mut row = vec![profile.number.to_string(), lang.count(profile.group.accounts as i64)];
        row.extend(steps.iter().map(|step| step[at].clone()));
        row.extend(cells.iter().map(|cell| lang.count(profile.quadrant(*cell) as i64)));
        table.row(Style::Plain, row);
    }
    table
}

/// A step of each cluster as a share of the portfolio's; as an amount where shares would mislead, since the total is not
/// above 0 or losses make up for more than all of it.
fn amounts(portfolio: &Portfolio, clusters: &Clusters, lang: Lang, (.., step): Step) -> Vec<String> {
    let total = portfolio.total().ok().and_then(|group| step(group.cascade)).filter(|total| *total > Money::ZERO);
    let own = || clusters.profiles.iter().map(|profile| step(profile.group.cascade));
    let share =
        |own: Option<Money>| ratio(own?.units().into(), total?.units().into()).filter(|share| share.abs() <= 1.0);
    let shares: Option<Vec<f64>> = own().map(share).collect();
    let currency = &portfolio.model().currency;
    let whole = |own: Money| lang.whole_money(own, currency);
    let thousands = own().flatten().any(|own| width(&whole(own)) > AMOUNT);
    let amount = |own: Option<Money>| match own {
        None => "—".to_owned(),
        Some(own) if thousands => lang.thousands(own, currency),
        Some(own) => whole(own),
    };
    match shares {
        Some(shares) => shares.into_iter().map(|share| lang.percent(share)).collect(),
        None => own().map(amount).collect(),
    }
}

/// What sets a cluster apart, and how far it can be trusted.
fn name(profile: &ClusterProfile, lang: Lang) -> String {
    let number = |value| down(value, lang);
    let silhouette = profile.silhouette.map(|mean| format!("silhouette {}", number(mean)));
    let stability = profile.jaccard.map(|jaccard| {
        let (word, trust) = (lang.pick("stabilité", "stability"), lang.stability(Stability::of(jaccard)));
        format!("{word} {}, {trust}", number(jaccard))
    });
    let judged: Vec<String> = silhouette.into_iter().chain(stability).collect();
    let judged = if judged.is_empty() { String::new() } else { format!(" ({})", judged.join(lang.pick(" ; ", "; "))) };
    format!("{}.{}{}{judged}", profile.number, '\u{A0}', capital(&lang.cluster(&profile.apart)))
}

/// Two decimals, rounded down: what is shown as .75 is at least that, and has the words for it.
fn down(value: f64, lang: Lang) -> String {
    lang.number((value * 100.0).floor() / 100.0, 2)
}

/// The clusters as a whole.
fn whole(clusters: &Clusters, lang: Lang) -> String {
    let found = &clusters.found;
    let (method, count) = (lang.cluster_method(found.method), clusters.profiles.len());
    let components = clusters.components.len();
    if count == 1 {
        return match lang {
            Lang::Fr => format!("{method} sur {components} composantes : un seul groupe, et donc rien à distinguer."),
            Lang::En => format!("{method} on {components} components: one cluster, and so nothing to tell apart."),
        };
    }
    let judged = match found.silhouette {
        Some(mean) => {
            let (mean, words) = (down(mean, lang), lang.structure(mean));
            match lang {
                Lang::Fr => format!(" ; silhouette moyenne {mean}, {words}"),
                Lang::En => format!("; mean silhouette {mean}, {words}"),
            }
        }
        None => String::new(),
    };
    let weak = clusters.profiles.iter().filter(|p| p.stability() == Some(Stability::Untrusted)).count();
    let warning = match (weak, lang) {
        (0, _) => "",
        (_, Lang::Fr) => " Un groupe « à ne pas croire » se défait quand on tire d'autres comptes au sort.",
        (_, Lang::En) => " A cluster \"not to be trusted\" falls apart when other accounts are drawn.",
    };
    match lang {
        Lang::Fr => format!("{method} sur {components} composantes, {count} groupes{judged}.{warning}"),
        Lang::En => format!("{method} on {components} components, {count} clusters{judged}.{warning}"),
    }
}

/// Accounts that are in no cluster.
fn left_out(clusters: &Clusters, lang: Lang) -> Option<String> {
    let (noise, unknown) = (clusters.found.noise_rows, clusters.found.unknown_rows);
    let one = |count: usize, fr: (&'static str, &'static str), en: (&'static str, &'static str)| {
        let (one, many) = if lang == Lang::Fr { fr } else { en };
        (count > 0).then(|| lang.counted(count as i64, one, many))
    };
    let noise = one(
        noise,
        ("compte à part, loin de tous les autres", "comptes à part, loin de tous les autres"),
        ("account apart, far from all others", "accounts apart, far from all others"),
    );
    let unknown = one(
        unknown,
        ("compte dont rien n'est connu", "comptes dont rien n'est connu"),
        ("account of which nothing is known", "accounts of which nothing is known"),
    );
    let words: Vec<String> = noise.into_iter().chain(unknown).collect();
    let outside = lang.pick("Dans aucun groupe", "In no cluster");
    (!words.is_empty()).then(|| format!("{outside}{}{}.", lang.colon(), words.join(", ")))
}

/// Why there are no clusters.
fn none(clusters: &Clusters, lang: Lang) -> String {
    let best = clusters.found.tried.iter().copied().reduce(|best, next| if next.1 > best.1 { next } else { best });
    let shade = lang.pick(
        "Les comptes passent de l'un à l'autre sans coupure : la matrice les décrit mieux.",
        "Accounts shade into each other: the matrix describes them better.",
    );
    match (best, lang) {
        (Some((k, mean)), Lang::Fr) => {
            let mean = down(mean, lang);
            format!("Aucun : la meilleure silhouette moyenne est {mean}, à {k} groupes ; il en faut 0,25. {shade}")
        }
        (Some((k, mean)), Lang::En) => {
            let mean = down(mean, lang);
            format!("None: the best mean silhouette is {mean}, of {k} clusters; it takes 0.25. {shade}")
        }
        (None, _) if clusters.found.method == ClusterMethod::Dbscan => {
            lang.pick("Aucun : nulle part les comptes ne sont denses.", "None: accounts are dense nowhere.").to_owned()
        }
        (None, _) => lang.pick("Aucun : trop peu de comptes diffèrent.", "None: too few accounts differ.").to_owned(),
    }
}
