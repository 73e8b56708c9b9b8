//! Would break with a trap of the library underneath that is passed on.

use super::*;
use crate::parallel::with_threads;
use crate::random::Random;
use crate::segment::cluster::Stability;

/// Three groups of a number of rows each, in two columns.
fn groups(each: usize, width: f64, seed: u64) -> Vec<[f64; 2]> {
    let mut random = Random::stream(seed, 0);
    let centres = [[0.9, 0.1], [0.5, 0.9], [0.1, 0.2]];
    let mut row = |centre: [f64; 2]| centre.map(|at| at + width * random.normal());
    (0..3 * each).map(|at| row(centres[at % 3])).collect()
}

fn points(rows: &[[f64; 2]]) -> Points {
    Points::new(2, rows.concat()).unwrap()
}

fn methods() -> [ClusterRules; 4] {
    let method = |method, k| ClusterRules { method, k, ..ClusterRules::default() };
    [
        method(ClusterMethod::KMeans, ClusterCount::Fixed(3)),
        method(ClusterMethod::KMeans, ClusterCount::Auto),
        method(ClusterMethod::GaussianMixture, ClusterCount::Fixed(3)),
        method(ClusterMethod::Dbscan, ClusterCount::Auto),
    ]
}

const WEIGHTS: [f64; 2] = [1.0, 0.0];

#[test]
fn p35_any_order_and_any_number_of_threads_give_the_same_clusters() {
    let mut rows = groups(70, 0.09, 1);
    rows.extend([[f64::NAN, 0.1], [0.5, f64::NAN], [f64::NAN; 2], rows[0], rows[0]]);
    let mut order: Vec<usize> = (0..rows.len()).collect();
    for rules in methods() {
        let alone = with_threads(1, || cluster(&points(&rows), &WEIGHTS, &rules, 0).unwrap()).unwrap();
        for threads in [2, 4, 8] {
            let found = with_threads(threads, || cluster(&points(&rows), &WEIGHTS, &rules, 0).unwrap()).unwrap();
            assert_eq!(found, alone, "{threads} threads");
        }
        Random::stream(4, 0).shuffle(&mut order);
        let shuffled: Vec<[f64; 2]> = order.iter().map(|at| rows[*at]).collect();
        let found = cluster(&points(&shuffled), &WEIGHTS, &rules, 0).unwrap();
        for (at, from) in order.iter().enumerate() {
            assert_eq!(found.label(at), alone.label(*from), "{rules:?}");
        }
        let without_labels = |found: &Clustering| Clustering { labels: Vec::new(), ..found.clone() };
        let (found, alone) = (without_labels(&found), without_labels(&alone));
        assert_eq!(found.clusters, alone.clusters);
        assert_eq!((found.means, found.deviations, found.inertia), (alone.means, alone.deviations, alone.inertia));
    }
}

#[test]
fn p35_beyond_the_rows_that_starts_are_drawn_from_the_order_does_not_matter_either() {
    let rows = groups(9_000, 0.12, 2);
    let rules = ClusterRules::k(3);
    let forth = cluster(&points(&rows), &WEIGHTS, &rules, 0).unwrap();
    let back: Vec<[f64; 2]> = rows.iter().rev().copied().collect();
    let found = cluster(&points(&back), &WEIGHTS, &rules, 0).unwrap();
    assert!(found.labels().rev().eq(forth.labels()));
    assert_eq!(found.clusters, forth.clusters);
}

#[test]
fn p35_labels_follow_the_centroids_and_counts_the_labels() {
    for rules in methods() {
        let found = cluster(&points(&groups(50, 0.05, 3)), &WEIGHTS, &rules, 0).unwrap();
        let firsts: Vec<f64> = found.clusters.iter().map(|c| c.centroid[0]).collect();
        assert!(firsts.len() == 3 && firsts.is_sorted_by(|a, b| a > b), "{rules:?} {firsts:?}");
        for (label, cluster) in found.clusters.iter().enumerate() {
            assert_eq!(cluster.rows, found.labels().filter(|l| *l == Some(label)).count());
        }
        // By the other column the others come first.
        let other = cluster(&points(&groups(50, 0.05, 3)), &[0.0, 1.0], &rules, 0).unwrap();
        assert!(other.clusters[0].centroid[1] > 0.8);
    }
}

#[test]
fn p35_bad_110_too_few_different_rows_and_impossible_numbers_are_errors() {
    let rows = points(&[[0.1, 0.2], [0.1, 0.2], [0.3, 0.4], [f64::NAN, 0.9]]);
    let error = cluster(&rows, &WEIGHTS, &ClusterRules::k(3), 0).unwrap_err();
    assert_eq!((error.code(), error.location().column.as_deref()), (Code::BadSetting, Some("clusters.k")));
    assert!(error.to_string().contains("3 clusters cannot be made of 2 different rows"), "{error}");
    for k in [0, 1, 101] {
        assert_eq!(cluster(&rows, &WEIGHTS, &ClusterRules::k(k), 0).unwrap_err().code(), Code::BadSetting);
    }
    assert!(cluster(&rows, &WEIGHTS, &ClusterRules::k(2), 0).is_ok());
    let two = ClusterRules { method: ClusterMethod::Dbscan, ..ClusterRules::k(2) };
    assert_eq!(cluster(&rows, &WEIGHTS, &two, 0).unwrap_err().code(), Code::BadSetting);
}

#[test]
fn trap_7_numbers_that_cannot_be_grouped_are_refused_and_missing_ones_are_not() {
    for bad in [f64::INFINITY, f64::NEG_INFINITY, 1e200] {
        assert_eq!(Points::new(2, vec![0.1, bad]).unwrap_err().code(), Code::BadUse);
    }
    assert!(Points::new(0, vec![]).is_err() && Points::new(2, vec![0.1]).is_err());
    let rows = points(&[[0.1, 0.2], [0.3, 0.4], [0.9, f64::NAN]]);
    for weights in [&[1.0][..], &[1.0, f64::NAN], &[-1.0, 1.0]] {
        assert_eq!(cluster(&rows, weights, &ClusterRules::k(2), 0).unwrap_err().code(), Code::BadUse);
    }
    for distance in [f64::NAN, 0.0, f64::INFINITY] {
        let rules = ClusterRules { distance: Some(distance), method: ClusterMethod::Dbscan, ..ClusterRules::default() };
        assert_eq!(cluster(&rows, &WEIGHTS, &rules, 0).unwrap_err().code(), Code::BadSetting);
    }
}

#[test]
fn trap_7_no_rows_and_rows_that_are_all_equal_have_no_clusters() {
    for rows in [&[][..], &[[0.5, 0.5]; 12], &[[f64::NAN; 2]; 3], &[[0.1, 0.2]]] {
        for method in [ClusterMethod::KMeans, ClusterMethod::GaussianMixture, ClusterMethod::Dbscan] {
            let rules = ClusterRules { method, ..ClusterRules::default() };
            let found = cluster(&points(rows), &WEIGHTS, &rules, 0).unwrap();
            assert!(found.clusters.is_empty() && found.labels().all(|label| label.is_none()), "{method:?} {rows:?}");
        }
    }
}

/// The example of `docs/clusters.md`, worked out by hand.
#[test]
fn the_example_by_hand() {
    let rows = points(&[[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.2, 0.7], [f64::NAN, 0.2]]);
    let found = cluster(&rows, &WEIGHTS, &ClusterRules::k(2), 0).unwrap();
    assert_eq!(found.labels().collect::<Vec<_>>(), [0, 0, 1, 1, 0].map(Some));
    let near = |found: f64, expected: f64| (found - expected).abs() < 5e-5;
    assert!(near(found.inertia.unwrap(), 0.035) && near(found.silhouette.unwrap(), 0.8073), "{found:?}");
    let centroids = [[0.85, 0.15], [0.15, 0.8]];
    let same =
        |(cluster, centroid): (&Cluster, [f64; 2])| cluster.centroid.iter().zip(centroid).all(|(a, b)| near(*a, b));
    assert!(found.clusters.iter().zip(centroids).all(same), "{found:?}");
    assert!(near(found.clusters[0].silhouette.unwrap(), (0.8623 + 0.8403) / 2.0));
    assert!(near(found.clusters[1].silhouette.unwrap(), (0.7892 + 0.7374) / 2.0));
}

#[test]
fn a_column_that_is_equal_for_all_carries_nothing() {
    let rows = groups(40, 0.06, 5);
    let wide = Points::new(3, rows.iter().flat_map(|[a, b]| [*a, 0.5, *b]).collect()).unwrap();
    let plain = cluster(&points(&rows), &WEIGHTS, &ClusterRules::k(3), 0).unwrap();
    let found = cluster(&wide, &[1.0, 0.0, 0.0], &ClusterRules::k(3), 0).unwrap();
    assert!(found.labels().eq(plain.labels()));
    assert_eq!(found.apart(0)[1], 0.0);
}

#[test]
fn the_number_of_clusters_is_that_of_the_best_silhouette_or_none() {
    let found = cluster(&points(&groups(60, 0.05, 6)), &WEIGHTS, &ClusterRules::default(), 0).unwrap();
    assert_eq!((found.clusters.len(), found.tried.len()), (3, 9));
    let best = found.tried.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
    assert_eq!((best.0, Some(best.1)), (3, found.silhouette));
    assert!(found.clusters.iter().all(|c| Stability::of(c.stability.unwrap()) == Stability::HighlyStable));
    // Eight columns of noise have no clusters.
    let mut random = Random::stream(8, 0);
    let noise = Points::new(8, (0..8 * 300).map(|_| random.unit()).collect()).unwrap();
    let found = cluster(&noise, &[1.0; 8], &ClusterRules::default(), 0).unwrap();
    assert!(found.clusters.is_empty() && found.assigner.is_none() && found.silhouette.is_none());
    assert!(found.tried.iter().all(|(_, mean)| *mean < NO_CLUSTERS_BELOW));
    // Asked for all the same, they do not come again.
    let found = cluster(&noise, &[1.0; 8], &ClusterRules::k(5), 0).unwrap();
    assert!(found.clusters.iter().all(|c| Stability::of(c.stability.unwrap()) < Stability::Stable));
}

#[test]
fn the_assigner_gives_each_row_its_label_back() {
    let mut rows = groups(60, 0.1, 7);
    rows.extend([[0.4, f64::NAN], [f64::NAN, 0.3], [f64::NAN; 2], [0.7, 0.5], [0.7, 0.5]]);
    for rules in methods() {
        let found = cluster(&points(&rows), &WEIGHTS, &rules, 0).unwrap();
        let assigner = found.assigner.as_ref().unwrap();
        let text = serde_json::to_string(assigner).unwrap();
        let read: Assigner = serde_json::from_str(&text).unwrap();
        assert!(read.is_sound(2) && !read.is_sound(3));
        for (row, label) in rows.iter().zip(found.labels()) {
            assert_eq!(read.assign(row).unwrap(), label, "{rules:?} {row:?}");
        }
        assert_eq!(assigner.assign(&[0.1]).unwrap_err().code(), Code::BadUse);
    }
}

#[test]
fn noise_is_in_no_cluster_and_a_border_goes_to_the_nearest_core() {
    // Two rows of dense places at 0 and at 1, one border between them, one row of noise.
    let mut values: Vec<f64> = (0..6).map(|at| f64::from(at) * 0.02).collect();
    values.extend((0..6).map(|at| 1.0 + f64::from(at) * 0.02));
    values.extend([0.55, 5.0]);
    let rules = ClusterRules {
        method: ClusterMethod::Dbscan,
        distance: Some(0.46),
        min_points: Some(6),
        ..ClusterRules::default()
    };
    let points = Points::new(1, values).unwrap();
    let found = cluster(&points, &[1.0], &rules, 0).unwrap();
    let labels: Vec<_> = found.labels().collect();
    // .45 from the core at 1 and from the one at .10: the lowest label.
    assert_eq!(labels[..6], [Some(1); 6]);
    assert_eq!(labels[6..], [vec![Some(0); 7], vec![None]].concat());
    assert_eq!((found.noise_rows, found.unknown_rows), (1, 0));
}

/// Would break with sums of floats in the order of threads, or starts that each thread draws for itself.
#[test]
fn l12_a_million_rows_of_six_columns_on_any_number_of_threads() {
    let mut random = Random::stream(12, 0);
    let values: Vec<f64> = (0..6_000_000).map(|at| f64::from(at / 6 % 4) * 0.2 + 0.2 * random.unit()).collect();
    let points = Points::new(6, values).unwrap();
    let grouped =
        |threads| with_threads(threads, || group(&points, &[1.0; 6], &ClusterRules::k(4), 3).unwrap()).unwrap();
    let alone = grouped(1);
    assert_eq!(alone.clusters.iter().map(|cluster| cluster.rows).sum::<usize>(), 1_000_000);
    for threads in [2, 8] {
        assert!(grouped(threads) == alone, "on {threads} threads");
    }
}

/// Would break with densities that are added up after their exponential is taken: that of this row is 0 for all of them.
#[test]
fn trap_7_a_row_far_from_all_gaussians_is_in_the_likeliest_one() {
    let mut rows = groups(60, 0.03, 9);
    let rules = ClusterRules { method: ClusterMethod::GaussianMixture, ..ClusterRules::k(3) };
    let found = cluster(&points(&rows), &WEIGHTS, &rules, 0).unwrap();
    let Some(Assigner::Mixture { gaussians }) = &found.assigner else { panic!("a mixture assigns by its Gaussians") };
    let widest = (0..3).max_by(|a, b| gaussians[*a].covariance[0].total_cmp(&gaussians[*b].covariance[0]));
    assert_eq!(widest, Some(1), "the first one would be found by chance");
    assert_eq!(found.assigner.as_ref().unwrap().assign(&[90.0, 0.1]).unwrap(), widest);
    rows.push([9.0, 0.1]);
    let found = cluster(&points(&rows), &WEIGHTS, &rules, 0).unwrap();
    assert!(found.log_likelihood.unwrap().is_finite() && found.labels().all(|label| label.is_some()));
}
