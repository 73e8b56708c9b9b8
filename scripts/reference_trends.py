#!/usr/bin/env python3
"""What the tests of src/insight/kendall.rs and src/insight/fisher.rs expect. Needs Python with scipy and pymannkendall.

    python3 scripts/reference_trends.py
"""
import pymannkendall
from scipy.stats import false_discovery_control, fisher_exact

print("Mann-Kendall", pymannkendall.original_test([5, 5, 4, 6, 7, 7, 9, 8]))
print("seasonal", pymannkendall.seasonal_test([10, 20, 5, 8, 12, 22, 6, 9, 14, 25, 7, 9, 15, 26], period=4))
for table in ([8, 2, 1, 5], [3, 1, 1, 3], [10, 90, 40, 60], [0, 10, 12, 30], [120, 880, 90, 910]):
    square = [table[:2], table[2:]]
    print("Fisher", table, fisher_exact(square).pvalue, fisher_exact(square, alternative="greater").pvalue)
print("Benjamini-Hochberg", false_discovery_control([0.01, 0.04, 0.03, 0.005, 0.55]))
