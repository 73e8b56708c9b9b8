//! The clusters in `summary.json`.

use crate::error::Result;
use crate::lang::Lang;
use crate::margin::Cascade;
use crate::money::Money;
use crate::portfolio::{ClusterProfile, Clusters, Portfolio};
use crate::score::ratio;
use crate::segment::Quadrant;
use crate::segment::cluster::{ClusterMethod, Stability};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
pub(super) struct ClustersFile {
    method: ClusterMethod,
    seed: u64,
    components: Vec<&'static str>,
    tried: Vec<Tried>,
    silhouette: Option<f64>,
    silhouette_accounts: usize,
    complete_accounts: usize,
    noise: usize,
    unknown: usize,
    inertia: Option<f64>,
    log_likelihood: Option<f64>,
    distance: Option<f64>,
    clusters: Vec<ClusterFile>,
}

#[derive(Serialize)]
struct Tried {
    k: usize,
    silhouette: f64,
}

#[derive(Serialize)]
struct ClusterFile {
    cluster: usize,
    name: BTreeMap<&'static str, String>,
    accounts: usize,
    losing_money: usize,
    share_of_net_revenue: Option<f64>,
    share_of_gross_margin: Option<f64>,
    share_of_net_margin: Option<f64>,
    quadrants: CellsFile,
    silhouette: Option<f64>,
    jaccard: Option<f64>,
    stability: Option<Stability>,
    apart: Vec<Apart>,
    centroid: BTreeMap<&'static str, f64>,
    #[serde(flatten)]
    cascade: Cascade,
}

#[derive(Serialize)]
struct CellsFile {
    or: usize,
    strategique: usize,
    efficace: usize,
    toxique: usize,
    none: usize,
}

#[derive(Serialize)]
struct Apart {
    component: &'static str,
    standard_deviations: f64,
}

impl ClustersFile {
    pub(super) fn of(portfolio: &Portfolio, clusters: &Clusters) -> Result<Self> {
        let found = &clusters.found;
        let total = portfolio.total()?.cascade;
        let cluster = |profile: &ClusterProfile| ClusterFile::of(profile, clusters, &total);
        Ok(Self {
            method: found.method,
            seed: clusters.seed,
            components: clusters.components.iter().map(|c| c.name()).collect(),
            tried: found.tried.iter().map(|(k, silhouette)| Tried { k: *k, silhouette: *silhouette }).collect(),
            silhouette: found.silhouette,
            silhouette_accounts: found.silhouette_rows,
            complete_accounts: found.complete_rows,
            noise: found.noise_rows,
            unknown: found.unknown_rows,
            inertia: found.inertia,
            log_likelihood: found.log_likelihood,
            distance: found.distance,
            clusters: clusters.profiles.iter().map(cluster).collect(),
        })
    }
}

impl ClusterFile {
    fn of(profile: &ClusterProfile, clusters: &Clusters, total: &Cascade) -> Self {
        let cascade = profile.group.cascade;
        let share = |own: Option<Money>, whole: Option<Money>| {
            let (own, whole) = own.zip(whole.filter(|whole| *whole > Money::ZERO))?;
            ratio(own.units().into(), whole.units().into())
        };
        let names = clusters.components.iter().map(|c| c.name());
        let cells = CellsFile {
            or: profile.quadrant(Quadrant::Or),
            strategique: profile.quadrant(Quadrant::Strategique),
            efficace: profile.quadrant(Quadrant::Efficace),
            toxique: profile.quadrant(Quadrant::Toxique),
            none: profile.without_cell,
        };
        let apart = |(component, far): &(crate::score::Component, f64)| Apart {
            component: component.name(),
            standard_deviations: *far,
        };
        Self {
            cluster: profile.number,
            name: Lang::ALL.map(|lang| (lang.as_str(), lang.cluster(&profile.apart))).into(),
            accounts: profile.group.accounts,
            losing_money: profile.group.losing,
            share_of_net_revenue: share(Some(cascade.net_revenue), Some(total.net_revenue)),
            share_of_gross_margin: share(cascade.gross_margin, total.gross_margin),
            share_of_net_margin: share(cascade.net_margin, total.net_margin),
            quadrants: cells,
            silhouette: profile.silhouette,
            jaccard: profile.jaccard,
            stability: profile.stability(),
            apart: profile.apart.iter().map(apart).collect(),
            centroid: names.zip(profile.centroid.iter().copied()).collect(),
            cascade,
        }
    }
}
