"""A row at a time: its score, the value and the slope of its loss, and its share of the gradient."""

import numpy as np

from peers.hand._compiled import fast
from s2s_runtime.elementary import exp, log1p


@fast
def value_and_grad(weights, intercept, features, labels):
    n, m = features.shape
    weights_bar, scores, slopes = np.empty(m), np.empty(n), np.empty(n)
    for i in range(n):
        row, total = features[i], intercept
        for k in range(m):
            total += row[k] * weights[k]
        scores[i] = total
    value = intercept_bar = 0.0
    for i in range(n):
        z = scores[i]
        small = exp(-abs(z))
        value += max(z, 0.0) + log1p(small) - labels[i] * z
        one = 1.0 / (1.0 + small)
        slopes[i] = ((one if z >= 0.0 else small * one) - labels[i]) / n
        intercept_bar += slopes[i]
    squares = 0.0
    for k in range(m):
        weights_bar[k] = 0.02 * weights[k]
        squares += weights[k] * weights[k]
    for i in range(n):
        row, slope = features[i], slopes[i]
        for k in range(m):
            weights_bar[k] += slope * row[k]
    return value / n + 0.01 * squares, (weights_bar, intercept_bar)
