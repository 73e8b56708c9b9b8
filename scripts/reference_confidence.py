#!/usr/bin/env python3
"""The probabilities that `tests/it/confidence.rs` expects, worked out with scipy. Needs Python with scipy.

    python3 scripts/reference_confidence.py
"""
from math import log, sqrt

from scipy.stats import beta, norm


def show(name, value):
    print(f"{name:<34} {value:.6f}")


# A weight of .7 against .3 with a concentration of 10 is Beta(7, 3). An account in place .3 of the first component and .9
# of the second has the score .9 − .6w, at least ½ while w ≤ ⅔.
show("weight, P(score >= 1/2)", beta.cdf(2 / 3, 7, 3))
# A weight moved by one standard deviation.
show("weight, standard deviation", beta.std(7, 3))
# A cost ratio of .10 and a cut at .12: the rate's factor is lognormal with σ = .20.
show("rate, P(ratio >= cut)", norm.sf(log(1.2) / 0.20))
# The same with poor data: a second factor with σ = .25.
show("rate and grade, P(ratio >= cut)", norm.sf(log(1.2) / sqrt(0.20**2 + 0.25**2)))
# A margin rate of .30 that is estimated on all revenue, and a cut at .32: normal with σ = .05.
show("estimated margin, P(rate >= cut)", norm.sf((0.32 - 0.30) / 0.05))
