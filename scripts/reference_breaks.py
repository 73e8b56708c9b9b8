#!/usr/bin/env python3
"""Natural breaks by jenkspy (pip install jenkspy), for the table in tests/goldens.rs.

    reference_breaks.py

Prints one line for each series: how many values and classes, the factor that makes the series, and the largest value of each
class.
"""
import jenkspy

SERIES = [(50, 2, 7_919), (50, 3, 7_919), (200, 3, 1_234_567), (200, 4, 99_991), (500, 5, 104_729), (500, 7, 15_485_863)]


def series(count, factor):
    """Skewed values with gaps and ties, by a formula that any language has."""
    return [(n * n * factor % 10_007) ** 2 // 97 / 8 for n in range(count)]


for count, classes, factor in SERIES:
    breaks = jenkspy.jenks_breaks(series(count, factor), classes)
    print(f"({count}, {factor}, &{[float(b) for b in breaks[1:]]}),")
