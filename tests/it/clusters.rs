//! Clusters of accounts: against values worked out apart (`scripts/reference_clusters.py`), in files, in a scorer.

use crate::common::{Folder, data};
use portefeuille::io::{ReadOptions, WriteOptions, read_folder, write_results};
use portefeuille::parallel::with_threads;
use portefeuille::sample::Sample;
use portefeuille::segment::cluster::{
    ClusterCount, ClusterMethod, ClusterRules, Clustering, Points, cluster, silhouettes,
};
use portefeuille::{Code, ErrorKind, FactTable, Lang, Ledger, Model, Portfolio, Quadrant, Scorer, Status, report};

/// Rows around centres, as the script makes them.
fn rows<const C: usize>(count: usize, centres: &[[f64; C]], width: f64) -> Vec<[f64; C]> {
    let row = |i: usize| {
        let centre = centres[i % centres.len()];
        std::array::from_fn(|j| {
            let (a, b) = ((i * 7_919 + j * 3_571 + 17) % 1_009, (i * 6_101 + j * 4_723 + 5) % 1_013);
            centre[j] + width * (a as f64 / 1009.0 + b as f64 / 1013.0 - 1.0)
        })
    };
    (0..count).map(row).collect()
}

fn three_groups() -> Points {
    let centres = [[0.8, 0.2, 0.3], [0.5, 0.7, 0.8], [0.2, 0.3, 0.6]];
    Points::new(3, rows(150, &centres, 0.35).concat()).unwrap()
}

const BY_FIRST: [f64; 3] = [1.0, 0.0, 0.0];

fn sizes(found: &Clustering) -> Vec<usize> {
    found.clusters.iter().map(|cluster| cluster.rows).collect()
}

#[test]
fn k_means_and_silhouettes_are_those_of_scikit_learn() {
    let expected = [
        (15.527679462888, 0.446745108254, vec![52, 98]),
        (9.034084622996, 0.484233121738, vec![52, 50, 48]),
        (7.486754714745, 0.435226323549, vec![32, 20, 50, 48]),
        (6.224234028600, 0.402145971074, vec![32, 20, 31, 19, 48]),
    ];
    for (k, (inertia, silhouette, rows)) in (2..).zip(expected) {
        let found = cluster(&three_groups(), &BY_FIRST, &ClusterRules::k(k), 0).unwrap();
        assert!((found.inertia.unwrap() - inertia).abs() < 1e-9, "{k}: {:?}", found.inertia);
        assert!((found.silhouette.unwrap() - silhouette).abs() < 1e-9, "{k}: {:?}", found.silhouette);
        assert_eq!(sizes(&found), rows);
    }
    let found = cluster(&three_groups(), &BY_FIRST, &ClusterRules::default(), 0).unwrap();
    assert_eq!((found.clusters.len(), found.tried[1]), (3, (3, 0.484233122)));
    let by_cluster = found.clusters.iter().map(|cluster| cluster.silhouette.unwrap());
    for (found, expected) in by_cluster.zip([0.521062662797, 0.455593141906, 0.474167764584]) {
        assert!((found - expected).abs() < 1e-9, "{found} {expected}");
    }
    assert!(found.labels().enumerate().take(30).all(|(at, label)| label == Some(at % 3)));
    let labels: Vec<_> = found.labels().collect();
    assert_eq!(silhouettes(&three_groups(), &labels, 0).unwrap().rows, 150);
}

/// Cores, which cores hang together, and noise; which of two clusters a border belongs to is another choice there.
#[test]
fn dense_places_are_those_of_scikit_learn() {
    let expected = [
        (0.12, 6, 58, vec![1, 1, 12, 3, 2, 4, 14, 6, 16]),
        (0.09, 5, 75, vec![11, 2, 5, 14, 2, 1, 17]),
        (0.2, 10, 86, vec![12, 9, 14, 17]),
    ];
    for (distance, min_points, noise, cores) in expected {
        let rules = ClusterRules {
            method: ClusterMethod::Dbscan,
            distance: Some(distance),
            min_points: Some(min_points),
            ..ClusterRules::default()
        };
        let found = cluster(&three_groups(), &BY_FIRST, &rules, 0).unwrap();
        let text = serde_json::to_value(found.assigner.as_ref().unwrap()).unwrap();
        let by_cluster = text["density"]["cores"].as_array().unwrap().iter();
        assert_eq!(by_cluster.map(|cores| cores.as_array().unwrap().len() / 3).collect::<Vec<_>>(), cores);
        assert_eq!((found.noise_rows, sizes(&found).iter().sum::<usize>()), (noise, 150 - noise));
    }
}

#[test]
fn a_mixture_is_as_likely_as_that_of_scikit_learn() {
    let wide = rows(600, &[[0.7, 0.3], [0.3, 0.7]], 0.3).into_iter().map(|[a, b]| [a, 0.4 * b + 0.2]);
    let points = Points::new(2, wide.flatten().collect()).unwrap();
    let rules =
        ClusterRules { method: ClusterMethod::GaussianMixture, k: ClusterCount::Fixed(2), ..ClusterRules::default() };
    let found = cluster(&points, &[1.0, 0.0], &rules, 0).unwrap();
    assert!((found.log_likelihood.unwrap() - 1.741236271).abs() < 2e-4, "{:?}", found.log_likelihood);
    let text = serde_json::to_value(found.assigner.as_ref().unwrap()).unwrap();
    let number = |value: &serde_json::Value| value.as_f64().unwrap();
    let first = &text["mixture"]["gaussians"][0];
    assert!((number(&first["weight"]) - 0.40655536).abs() < 0.02, "{first}");
    assert!((number(&first["mean"][0]) - 0.73717774).abs() < 0.02, "{first}");
    assert!((number(&first["covariance"][3]) - 0.00168234).abs() < 2e-4, "{first}");
}

fn method(method: ClusterMethod, k: ClusterCount) -> ClusterRules {
    ClusterRules { method, k, ..ClusterRules::default() }
}

fn rules() -> [ClusterRules; 4] {
    [
        ClusterRules::k(4),
        ClusterRules::default(),
        method(ClusterMethod::GaussianMixture, ClusterCount::Fixed(3)),
        ClusterRules { distance: Some(0.55), ..method(ClusterMethod::Dbscan, ClusterCount::Auto) },
    ]
}

fn ledger(reversed: bool) -> Ledger {
    let mut sample = Sample::new(0);
    if reversed {
        sample.customers.reverse();
        sample.orders.reverse();
        sample.order_lines.reverse();
        sample.events.reverse();
    }
    sample.into_ledger().unwrap()
}

fn files(portfolio: &Portfolio, name: &str) -> [Vec<u8>; 2] {
    let folder = Folder::new(name, &[]);
    write_results(portfolio, &folder.0, &WriteOptions::new()).unwrap();
    ["accounts.csv", "summary.json"].map(|file| std::fs::read(folder.0.join(file)).unwrap())
}

/// Would break with starts that depend on threads, or means that depend on the order of the records.
#[test]
fn p35_any_order_of_the_records_and_any_number_of_threads_write_the_same_bytes() {
    for rules in rules() {
        let model = Sample::model().clusters(rules);
        let written = |reversed| files(&model.analyze(&ledger(reversed)).unwrap(), "p35");
        let alone = with_threads(1, || written(false)).unwrap();
        for (threads, reversed) in [(2, true), (3, false), (8, true)] {
            assert!(with_threads(threads, || written(reversed)).unwrap() == alone, "on {threads} threads");
        }
    }
}

/// Would break with counts of another run than the one that is kept.
#[test]
fn p35_profiles_count_the_accounts_that_have_the_label() {
    for rules in rules() {
        let portfolio = Sample::model().clusters(rules).analyze(&ledger(false)).unwrap();
        let clusters = portfolio.clusters().unwrap();
        for profile in &clusters.profiles {
            let own = portfolio.group(|account| account.cluster() == Some(profile.number)).unwrap();
            assert_eq!(profile.group, own);
            let own = || portfolio.accounts().filter(|account| account.cluster() == Some(profile.number));
            let cell = |quadrant| own().filter(|account| account.quadrant() == quadrant).count();
            assert!(Quadrant::ALL.iter().all(|quadrant| profile.quadrant(*quadrant) == cell(Some(*quadrant))));
            assert_eq!(profile.without_cell, cell(None));
        }
        let outside = portfolio.accounts().filter(|a| a.status() == Status::Active && a.cluster().is_none()).count();
        let none = if clusters.profiles.is_empty() { 232 } else { clusters.found.noise_rows };
        assert_eq!(outside, none);
        let idle = portfolio.accounts().find(|account| account.status() != Status::Active).unwrap();
        assert_eq!(idle.cluster(), None);
    }
}

#[test]
fn the_column_is_there_when_it_was_asked_for() {
    let plain = Sample::model().analyze(&ledger(false)).unwrap();
    let first = |bytes: &[u8]| String::from_utf8_lossy(bytes).lines().next().unwrap().to_owned();
    assert!(!first(&files(&plain, "clusters-off")[0]).contains("cluster"));
    let asked = plain.with_clusters(ClusterRules::k(4)).unwrap();
    let [accounts, summary] = files(&asked, "clusters-on");
    assert!(first(&accounts).ends_with(",cluster"), "{}", first(&accounts));
    let summary: serde_json::Value = serde_json::from_slice(&summary).unwrap();
    let text = String::from_utf8(accounts).unwrap();
    for (at, cluster) in summary["clusters"]["clusters"].as_array().unwrap().iter().enumerate() {
        let rows = text.lines().filter(|line| line.ends_with(&format!(",{}", at + 1))).count();
        assert_eq!(cluster["accounts"], rows);
    }
    assert_eq!(summary["model"]["clusters"]["method"], "k_means");
    let why = asked.account("C213").unwrap().why().lang(Lang::En).to_string();
    assert!(why.contains("\n  Cluster 4 of 4: "), "{why}");
}

/// Would break with a form that does not keep every bit, or another arithmetic than that of the portfolio.
#[test]
fn a_scorer_gives_fitted_accounts_their_cluster_back() {
    for rules in rules() {
        let ledger = ledger(false);
        let portfolio = Sample::model().clusters(rules).analyze(&ledger).unwrap();
        let text = serde_json::to_string(&portfolio.scorer()).unwrap();
        let scorer: Scorer = serde_json::from_str(&text).unwrap();
        assert_eq!(scorer, portfolio.scorer());
        let table = FactTable::from_ledger(&ledger, scorer.spec().clone()).unwrap();
        for account in portfolio.accounts() {
            let mut facts = table.facts(account.id()).unwrap();
            let customer = ledger.customer_by_id(account.id()).unwrap();
            facts.friction = customer.friction();
            facts.payment_days = customer.payment_days();
            facts.annual_potential = customer.annual_potential();
            assert_eq!(scorer.score(&facts).unwrap().cluster, account.cluster(), "{}", account.id());
        }
    }
    let scorer = Sample::model().clusters(ClusterRules::k(4)).fit(&ledger(false)).unwrap();
    let mut json = serde_json::to_value(&scorer).unwrap();
    json["clusters"]["nearest"]["centres"][0].as_array_mut().unwrap().pop();
    let edited: Scorer = serde_json::from_value(json).unwrap();
    assert_eq!(edited.check().unwrap_err().code(), Code::SpecDiffers);
}

#[test]
fn p35_bad_110_numbers_of_clusters_that_cannot_be_are_refused() {
    for k in [0, 1, 101] {
        let error = Model::from_toml(&format!("[clusters]\nk = {k}"), "model.toml").unwrap_err();
        assert_eq!((error.kind(), error.location().line), (ErrorKind::Model, Some(2)), "{error}");
        let error = Model::new().clusters(ClusterRules::k(k)).analyze(&ledger(false)).map(drop).unwrap_err();
        assert_eq!(error.location().column.as_deref(), Some("clusters.k"), "{error}");
    }
    let text = "[clusters]\nmethod = \"dbscan\"\nk = 3\ndistance = -1.0\nstarts = 0";
    let error = Model::from_toml(text, "model.toml").unwrap_err();
    assert_eq!(error.total(), 3, "{error}");
    let two = Model::from_toml("[clusters]\nk = 60", "model.toml").unwrap();
    let mut few = Ledger::new();
    few.add_customers(Sample::new(0).customers).unwrap();
    few.add_orders(Sample::new(0).orders.into_iter().take(40)).unwrap();
    let error = two.analyze(&few).map(drop).unwrap_err();
    assert_eq!((error.code(), error.location().column.as_deref()), (Code::BadSetting, Some("clusters.k")), "{error}");
}

#[test]
fn data_without_clusters_say_so() {
    let portfolio = Sample::model().clusters(ClusterRules::default()).analyze(&ledger(false)).unwrap();
    assert!(portfolio.clusters().unwrap().profiles.is_empty());
    assert!(portfolio.findings().iter().any(|finding| finding.code == Code::NoClusters));
    let text = report::summary(&portfolio, Lang::En, false);
    assert!(text.contains("None: the best mean silhouette is 0.23, of 2 clusters; it takes 0.25."), "{text}");
    let asked = portfolio.with_clusters(ClusterRules::k(4)).unwrap();
    let reason = &asked.findings().iter().find(|finding| finding.code == Code::NoClusters).unwrap().reason;
    assert!(reason.contains("hardly hold together"), "{reason}");
}

/// Accounts without an order have no axis at all.
#[test]
fn nothing_to_compare_is_no_cluster() {
    let mut ledger = Ledger::new();
    ledger.add_customers([portefeuille::Customer::new("a"), portefeuille::Customer::new("b")]).unwrap();
    let day = portefeuille::date(2025, 1, 31);
    ledger.add_orders([portefeuille::Order::new("o", "a", day, portefeuille::money("10"))]).unwrap();
    let portfolio = Model::new().clusters(ClusterRules::default()).analyze(&ledger).unwrap();
    assert!(portfolio.clusters().unwrap().profiles.is_empty());
    let text = report::summary(&portfolio, Lang::Fr, false);
    assert!(text.contains("Aucun : trop peu de comptes diffèrent."), "{text}");
}

#[test]
fn real_portfolios_are_grouped() {
    for name in ["adventureworks", "classicmodels"] {
        let Some(folder) = data(name) else { return };
        let ledger = read_folder(&folder, &ReadOptions::default()).unwrap();
        let portfolio = Model::new().clusters(ClusterRules::k(3)).analyze(&ledger).unwrap();
        let clusters = portfolio.clusters().unwrap();
        let values: Vec<usize> = clusters.profiles.iter().map(|profile| profile.group.accounts).collect();
        let active = portfolio.accounts().filter(|account| account.status() == Status::Active).count();
        assert_eq!(values.iter().sum::<usize>(), active, "{name}");
        for text in Lang::ALL.map(|lang| report::summary(&portfolio, lang, false)) {
            assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
        }
    }
}

/// Would break with an example that is not what the command prints, or a column or field without a word on it.
#[test]
fn the_pages_show_what_is_printed_and_name_what_is_written() {
    let page = |name: &str| {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
        std::fs::read_to_string(path).unwrap()
    };
    let portfolio = Sample::model().clusters(ClusterRules::k(4)).analyze(&ledger(false)).unwrap();
    let (example, results) = (page("clusters.md"), page("results.md"));
    for (lang, name) in [(Lang::Fr, "fr"), (Lang::En, "en")] {
        let (_, shown) = example.split_once(&format!("<!-- {name}:begin -->\n```text\n")).unwrap();
        let (shown, _) = shown.split_once("```").unwrap();
        let printed = report::summary(&portfolio, lang, false);
        assert!(printed.contains(shown), "not printed any more:\n{shown}\nbut:\n{printed}");
    }
    let summary: serde_json::Value = serde_json::from_slice(&files(&portfolio, "clusters-page")[1]).unwrap();
    let clusters = summary["clusters"].as_object().unwrap();
    let cluster = clusters["clusters"][0].as_object().unwrap();
    for field in clusters.keys().chain(cluster.keys()).map(String::as_str).chain(["cluster"]) {
        assert!(results.contains(&format!("`{field}`")), "{field}");
    }
}
