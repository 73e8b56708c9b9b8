#!/usr/bin/env python3
"""Clusters worked out with scikit-learn, for `tests/it/clusters.rs`. Needs numpy and scikit-learn (1.9.1 gave the values
in the test).

    python3 scripts/reference_clusters.py
"""

import numpy as np
from sklearn.cluster import DBSCAN, KMeans
from sklearn.metrics import silhouette_samples, silhouette_score
from sklearn.mixture import GaussianMixture


def rows(count, centres, width):
    """Rows around centres, the same on both sides: whole numbers, divided once."""
    made = []
    for i in range(count):
        centre = centres[i % len(centres)]
        # Three draws from a triangle, by multiples of primes.
        row = []
        for j, at in enumerate(centre):
            a, b = (i * 7919 + j * 3571 + 17) % 1009, (i * 6101 + j * 4723 + 5) % 1013
            row.append(at + width * (a / 1009.0 + b / 1013.0 - 1.0))
        made.append(row)
    return np.array(made)


CENTRES = [(0.8, 0.2, 0.3), (0.5, 0.7, 0.8), (0.2, 0.3, 0.6)]


def canonical(labels, means):
    order = sorted(range(len(means)), key=lambda k: -means[k][0])
    place = {old: new for new, old in enumerate(order)}
    return [place.get(label, -1) for label in labels]


def main():
    data = rows(150, CENTRES, 0.35)
    for k in (2, 3, 4, 5):
        fitted = KMeans(k, n_init=200, tol=0, max_iter=1000, random_state=0).fit(data)
        labels = canonical(fitted.labels_, fitted.cluster_centers_)
        sizes = [labels.count(label) for label in range(k)]
        print(f"k-means {k}: inertia {fitted.inertia_:.12f} silhouette {silhouette_score(data, labels):.12f} {sizes}")
        if k == 3:
            by_row = silhouette_samples(data, labels)
            means = [by_row[np.array(labels) == label].mean() for label in range(k)]
            print("  silhouettes", [f"{mean:.12f}" for mean in means])
            print("  first labels", labels[:30])
    for distance, min_points in ((0.12, 6), (0.09, 5), (0.2, 10)):
        fitted = DBSCAN(eps=distance, min_samples=min_points).fit(data)
        cores = set(fitted.core_sample_indices_)
        count = fitted.labels_.max() + 1
        means = [data[[i for i in cores if fitted.labels_[i] == c]].mean(axis=0) for c in range(count)]
        labels = canonical(fitted.labels_, means)
        print(f"DBSCAN {distance} {min_points}: cores {len(cores)} noise {labels.count(-1)}",
              [labels.count(c) for c in range(count)], "of cores", [sum(labels[i] == c for i in cores) for c in range(count)])
    wide = rows(600, [(0.7, 0.3), (0.3, 0.7)], 0.3) * np.array([1.0, 0.4]) + np.array([0.0, 0.2])
    fitted = GaussianMixture(2, tol=1e-9, max_iter=5000, n_init=50, reg_covar=1e-6, random_state=0).fit(wide)
    labels = canonical(fitted.predict(wide), fitted.means_)
    order = np.argsort(-fitted.means_[:, 0])
    print(f"mixture: log-likelihood {fitted.score(wide):.9f} weights {fitted.weights_[order]} means {fitted.means_[order]}",
          "covariance", fitted.covariances_[order][0], [labels.count(0), labels.count(1)])


main()
