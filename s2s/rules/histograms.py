"""Derivative rules: histograms.

In: `np.histogram`.  Out: its rule in `RULES`.  Counts are whole numbers; sums of weights and edges of bins are not.
"""

from __future__ import annotations

import numpy as np

from s2s.rules.cases import A, case
from s2s.rules.declare import custom
from s2s.rules.when import is_one_of
from s2s_runtime.kernels import bin_of, mean_of_ties, scatter_add, share_ties


def counts_alone(a, bins, range, density, weights):
    """No density, and bins that are counted or given."""
    named = bool(bins.const) and isinstance(bins.const[0], str)
    return not named and is_one_of(density, None, False)


def histogram_jvp(a_dot, weights_dot, a, bins=10, range=None, density=None, weights=None, *, result):
    edges_dot = np.zeros_like(result[1])
    if range is None and np.ndim(bins) == 0:
        low = np.ravel(mean_of_ties(np.ravel(a_dot), np.ravel(a) == np.min(a), 0))
        high = np.ravel(mean_of_ties(np.ravel(a_dot), np.ravel(a) == np.max(a), 0))
        edges_dot = low + (high - low) * np.linspace(0.0, 1.0, bins + 1)
    if weights is None:
        return (None, edges_dot), None
    place = bin_of(a, result[1])
    counted = scatter_add(np.where(place < 0, 0.0, weights_dot), np.maximum(place, 0), np.shape(result[0]))
    return (np.zeros_like(counted), edges_dot), (counted, np.zeros_like(edges_dot))


@custom(
    np.histogram,
    jvp=histogram_jvp,
    several=True,
    wrt=("a", "weights"),
    when=counts_alone,
    real_only=True,
    cases=[
        case(A(6), 3),
        case(A(2, 3)),
        case(A(6), 4, weights=A(6)),
        case(A(6), 4, (-1.0, 1.5), weights=A(6)),
        case(A(6), np.array([-1.0, 0.1, 1.0]), weights=A(6)),
    ],
)
def histogram(g, a, bins=10, range=None, density=None, weights=None, *, result):
    """Weights are added up where their entries are; the edges move with the least and the largest entry, where none are given."""
    a_bar = np.zeros_like(a)
    if range is None and np.ndim(bins) == 0:
        part = np.linspace(0.0, 1.0, bins + 1)
        low, high = share_ties(1.0, a == np.min(a), None), share_ties(1.0, a == np.max(a), None)
        a_bar = np.sum((1.0 - part) * g[1]) * low + np.sum(part * g[1]) * high
    if weights is None:
        return a_bar, None
    place = bin_of(a, result[1])
    return a_bar, np.where(place < 0, 0.0, g[0][np.maximum(place, 0)])
