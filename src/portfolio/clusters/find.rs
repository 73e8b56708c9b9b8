//! Grouping the accounts of a portfolio.

use super::{ClusterProfile, Clusters};
use crate::error::{Code, Problem, Result};
use crate::portfolio::sums::GroupSum;
use crate::portfolio::{Account, Portfolio};
use crate::score::{Component, Side, round9};
use crate::segment::cluster::{
    ClusterCount, ClusterMethod, ClusterRules, Clustering, NO_CLUSTERS_BELOW, Points, cluster,
};

/// Components that set a cluster apart, at most.
const APART_MAX: usize = 3;
/// How far a centroid must lie from the mean of all, in standard deviations, to be named.
const APART_MIN: f64 = 0.5;

impl Portfolio {
    /// The same portfolio with its active accounts grouped by [`ClusterRules`], with the seed of the portfolio's model, which
    /// then holds the rules. An error when they cannot be used.
    ///
    /// ```
    /// use portefeuille::sample::Sample;
    /// use portefeuille::segment::cluster::ClusterRules;
    ///
    /// let portfolio = Sample::model().analyze(&Sample::new(0).into_ledger()?)?.with_clusters(ClusterRules::k(4))?;
    ///
    /// let clusters = portfolio.clusters().expect("they were asked for");
    /// let accounts: usize = clusters.profiles.iter().map(|profile| profile.group.accounts).sum();
    /// assert_eq!((clusters.profiles.len(), accounts), (4, 232));
    /// # Ok::<(), portefeuille::Error>(())
    /// ```
    pub fn with_clusters(mut self, rules: ClusterRules) -> Result<Self> {
        self.model.clusters = Some(rules);
        self.model.check()?;
        self.find_clusters()?;
        Ok(self)
    }

    /// Groups the accounts, when the model asks for it.
    pub(crate) fn find_clusters(&mut self) -> Result<()> {
        self.findings.retain(|finding| finding.code != Code::NoClusters);
        let Some(rules) = self.model.clusters.clone() else { return Ok(()) };
        let (components, weights, points) = self.points()?;
        let found = match points {
            Some(points) => cluster(&points, &weights, &rules, self.model.seed)?,
            None => Clustering::none(rules.method),
        };
        self.findings.extend(doubt(&found, &rules));
        let profiles = self.profiles(&found, &components)?;
        self.clusters = Some(Clusters { components, found, profiles, seed: self.model.seed });
        Ok(())
    }

    /// The components that count, how they order clusters, and the places of the active accounts on them; no places where
    /// no component counts.
    fn points(&self) -> Result<(Vec<Component>, Vec<f64>, Option<Points>)> {
        let axes = self.axes.iter().flat_map(|axis| &axis.components);
        let counting: Vec<_> = axes.filter(|c| c.left_out.is_none()).collect();
        let components: Vec<Component> = counting.iter().map(|c| c.component).collect();
        let weight = |(component, weight): (Component, f64)| if component.side() == Side::Value { weight } else { 0.0 };
        let weights = counting.iter().map(|c| weight((c.component, c.weight))).collect();
        let (columns, rows) = (components.len(), self.rows.iter().filter(|row| row.active().is_some()).count());
        if columns == 0 {
            return Ok((components, weights, None));
        }
        let mut values = vec![f64::NAN; columns * rows];
        for (column, component) in counting.iter().enumerate() {
            let places = component.places().into_iter().flatten();
            values.iter_mut().skip(column).step_by(columns).zip(places).for_each(|(value, place)| *value = place);
        }
        Ok((components, weights, Some(Points::new(columns, values)?)))
    }

    fn profiles(&self, found: &Clustering, components: &[Component]) -> Result<Vec<ClusterProfile>> {
        let count = found.clusters.len();
        let mut sums = vec![GroupSum::new(); count];
        let mut cells = vec![([0; 4], 0); count];
        let label = |account: Account<'_>| found.label(account.row().active()?);
        for (account, label) in self.accounts().filter_map(|account| Some((account, label(account)?))) {
            sums[label].add(&account.parts());
            match account.quadrant() {
                Some(quadrant) => cells[label].0[quadrant as usize] += 1,
                None => cells[label].1 += 1,
            }
        }
        let profile = |(at, (sum, (quadrants, without_cell))): (usize, (&GroupSum, ([usize; 4], usize)))| {
            Ok(ClusterProfile {
                number: at + 1,
                group: sum.group()?,
                quadrants,
                without_cell,
                apart: foremost(components, &found.apart(at)),
                centroid: found.clusters[at].centroid.iter().map(|value| round9(*value)).collect(),
                silhouette: found.clusters[at].silhouette,
                jaccard: found.clusters[at].stability,
            })
        };
        sums.iter().zip(cells).enumerate().map(profile).collect()
    }
}

/// The components on which a cluster lies farthest from the mean, in the order of the table where equally far.
fn foremost(components: &[Component], apart: &[f64]) -> Vec<(Component, f64)> {
    let rounded = apart.iter().map(|deviations| round9(*deviations));
    let mut named: Vec<_> = components.iter().copied().zip(rounded).filter(|(_, far)| far.abs() >= APART_MIN).collect();
    named.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0)));
    named.truncate(APART_MAX);
    named
}

/// What to say of data without clusters, and of clusters that hardly hold together.
fn doubt(found: &Clustering, rules: &ClusterRules) -> Option<Problem> {
    let best = found.tried.iter().copied().reduce(|best, next| if next.1 > best.1 { next } else { best });
    let reason = match (rules.k, rules.method, found.silhouette) {
        _ if found.clusters.is_empty() => match best {
            Some((k, mean)) => format!(
                "the accounts have no clusters: the best mean silhouette is {mean:.2}, of {k} clusters; \
                 {NO_CLUSTERS_BELOW} is expected at least"
            ),
            None if rules.method == ClusterMethod::Dbscan => {
                "the accounts have no clusters: there is no dense place".to_owned()
            }
            None => "the accounts have no clusters: too few differ".to_owned(),
        },
        (ClusterCount::Fixed(k), _, Some(mean)) if mean < NO_CLUSTERS_BELOW => {
            format!("the {k} clusters hardly hold together: their mean silhouette is {mean:.2}")
        }
        _ => return None,
    };
    let hint = "accounts shade into each other: the matrix describes them better";
    Some(Problem::new(Code::NoClusters, reason).column("clusters").hint(hint))
}
