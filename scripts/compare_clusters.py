#!/usr/bin/env python3
"""k-means side by side with scikit-learn: one million rows by eight columns, six clusters, and the tables of real
portfolios' size. Both read the same doubles, take turns, and use the same number of threads.

    cargo build --release --features clustering,parallel --example cluster_rows
    python3 scripts/compare_clusters.py target/release/examples/cluster_rows [--rows 1000000] [--rounds 7] [--threads 2]

Needs numpy and scikit-learn. It prints the time of each and the ratio of the medians and of the minima, and the inertia of
both, for rows in blurred groups and for rows without any.
"""

import argparse
import os
import statistics
import subprocess
import tempfile
import time

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("binary")
parser.add_argument("--rows", type=int, default=1_000_000)
parser.add_argument("--columns", type=int, default=8)
parser.add_argument("--clusters", type=int, default=6)
parser.add_argument("--rounds", type=int, default=7)
parser.add_argument("--threads", type=int, default=2)
args = parser.parse_args()
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(args.threads)

import numpy as np  # noqa: E402  (the number of threads is read when it is loaded)
from sklearn.cluster import KMeans  # noqa: E402


def groups(random):
    centres = random.random((args.clusters, args.columns))
    rows = centres[random.integers(0, args.clusters, args.rows)] + random.normal(0, 0.15, (args.rows, args.columns))
    return np.clip(rows, 0, 1)


def ours(path, seed):
    command = [args.binary, path, str(args.columns), str(args.clusters), str(args.threads), str(seed + 1)]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")
    seconds, inertia = lines[seed].split()
    return float(seconds), float(inertia)


def theirs(rows, seed):
    started = time.perf_counter()
    fitted = KMeans(args.clusters, random_state=seed).fit(rows)
    return time.perf_counter() - started, fitted.inertia_


random = np.random.default_rng(7)
shapes = {"blurred groups": groups(random), "no groups": random.random((args.rows, args.columns))}
with tempfile.TemporaryDirectory() as folder:
    for shape, rows in shapes.items():
        path = os.path.join(folder, "rows.f64")
        rows.astype("<f8").tofile(path)
        found = [(ours(path, seed % 3), theirs(rows, seed)) for seed in range(args.rounds)]
        print(f"{shape}: {args.rows} × {args.columns}, k = {args.clusters}, {args.threads} threads, {args.rounds} rounds")
        for name, at in (("portefeuille", 0), ("scikit-learn", 1)):
            times, inertias = [pair[at][0] for pair in found], [pair[at][1] for pair in found]
            print(f"  {name:<13} median {statistics.median(times):.3f} s, min {min(times):.3f} s;"
                  f" inertia median {statistics.median(inertias):.3f}, {min(inertias):.3f} to {max(inertias):.3f}")
        ratio = lambda of: of([pair[0][0] for pair in found]) / of([pair[1][0] for pair in found])  # noqa: E731
        print(f"  ratio of medians {ratio(statistics.median):.2f}, of minima {ratio(min):.2f}")
