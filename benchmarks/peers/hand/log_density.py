"""One loop: the gradient by the points, and three sums."""

import math

import numpy as np

from peers.hand._compiled import fast
from s2s_runtime.elementary import log1p, widest_vectors

FREEDOM = 5.0
CONSTANT = math.lgamma(0.5 * (FREEDOM + 1.0)) - math.lgamma(0.5 * FREEDOM) - 0.5 * math.log(math.pi * FREEDOM)


@fast
def value_and_grad(points, location, log_scale):
    widest_vectors()
    n = len(points)
    inverse = np.exp(-log_scale)
    points_bar = np.empty(n)
    logs = location_bar = along = 0.0
    for i in range(n):
        z = (points[i] - location) * inverse
        square = z * z / FREEDOM
        logs += log1p(square)
        z_bar = -(FREEDOM + 1.0) / FREEDOM * z / (1.0 + square)
        bar = z_bar * inverse
        points_bar[i] = bar
        location_bar -= bar
        along -= z_bar * z
    value = n * (CONSTANT - log_scale) - 0.5 * (FREEDOM + 1.0) * logs
    return value, (points_bar, location_bar, along - n)
