//! The clusters in a few lines: what each earns, where it stands in the matrix, what sets it apart.

use super::table::{Columns, Paint, Style};
use super::text::COLUMNS;
use crate::lang::Lang;
use crate::lang::columns::{capital, wrap};
use crate::margin::Cascade;
use crate::money::Money;
use crate::portfolio::{ClusterProfile, Clusters, Portfolio};
use crate::score::ratio;
use crate::segment::Quadrant;
use crate::segment::cluster::{ClusterMethod, Stability};

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

fn table(portfolio: &Portfolio, clusters: &Clusters, lang: Lang) -> Columns {
    let labels = portfolio.model().matrix.labels;
    let mut table = Columns::default();
    let first = match lang {
        Lang::Fr => ["", "comptes", "CA net", "marge brute", "marge nette"],
        Lang::En => ["", "accounts", "revenue", "gross margin", "net margin"],
    };
    let cells = Quadrant::ALL.map(|quadrant| lang.quadrant(quadrant, labels));
    let last = [lang.pick("silhouette", "silhouette"), lang.pick("stabilité", "stability")];
    table.row(Style::Plain, first.iter().chain(&cells).chain(&last).map(|word| (*word).to_owned()).collect());
    let total = portfolio.total().ok().map(|group| group.cascade);
    let share = |own: Cascade, step: fn(Cascade) -> Option<Money>| {
        let whole = total.and_then(step).filter(|whole| *whole > Money::ZERO);
        let share = step(own).zip(whole).and_then(|(own, whole)| ratio(own.units().into(), whole.units().into()));
        share.map_or_else(|| "—".to_owned(), |share| lang.percent(share))
    };
    for profile in &clusters.profiles {
        let cascade = profile.group.cascade;
        let mut cells = vec![profile.number.to_string(), lang.count(profile.group.accounts as i64)];
        let steps: [fn(Cascade) -> Option<Money>; 3] = [|c| Some(c.net_revenue), |c| c.gross_margin, |c| c.net_margin];
        cells.extend(steps.map(|step| share(cascade, step)));
        cells.extend(profile.quadrants.map(|count| lang.count(count as i64)));
        let number = |value: Option<f64>| value.map_or_else(|| "—".to_owned(), |value| lang.number(value, 2));
        cells.extend([number(profile.silhouette), number(profile.jaccard)]);
        table.row(Style::Plain, cells);
    }
    table
}

/// What sets a cluster apart, and how far it can be trusted.
fn name(profile: &ClusterProfile, lang: Lang) -> String {
    let trust = profile.stability().map_or_else(String::new, |s| format!(" ({})", lang.stability(s)));
    format!("{}.{}{}{trust}", profile.number, '\u{A0}', capital(&lang.cluster(&profile.apart)))
}

/// The clusters as a whole.
fn whole(clusters: &Clusters, lang: Lang) -> String {
    let found = &clusters.found;
    let (method, count) = (lang.cluster_method(found.method), clusters.profiles.len());
    let components = clusters.components.len();
    let judged = match found.silhouette {
        Some(mean) => {
            let (mean, words) = (lang.number(mean, 2), lang.structure(mean));
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
        (_, Lang::Fr) => " Un groupe « à ne pas croire » se défait quand on retire les comptes au sort.",
        (_, Lang::En) => " A cluster \"not to be trusted\" falls apart when accounts are drawn again.",
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
            let mean = lang.number(mean, 2);
            format!("Aucun : la meilleure silhouette moyenne est {mean}, à {k} groupes ; il en faut 0,25. {shade}")
        }
        (Some((k, mean)), Lang::En) => {
            let mean = lang.number(mean, 2);
            format!("None: the best mean silhouette is {mean}, of {k} clusters; it takes 0.25. {shade}")
        }
        (None, _) if clusters.found.method == ClusterMethod::Dbscan => {
            lang.pick("Aucun : nulle part les comptes ne sont denses.", "None: accounts are dense nowhere.").to_owned()
        }
        (None, _) => lang.pick("Aucun : trop peu de comptes diffèrent.", "None: too few accounts differ.").to_owned(),
    }
}
