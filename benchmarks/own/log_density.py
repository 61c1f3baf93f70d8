"""The log-density of many points under Student's t distribution with five degrees of freedom."""

import math

import numpy as np

FREEDOM = 5.0
CONSTANT = math.lgamma(0.5 * (FREEDOM + 1.0)) - math.lgamma(0.5 * FREEDOM) - 0.5 * math.log(math.pi * FREEDOM)


def loss(points, location, log_scale):
    z = (points - location) / np.exp(log_scale)
    return np.sum(CONSTANT - log_scale - 0.5 * (FREEDOM + 1.0) * np.log1p(z**2 / FREEDOM))


def arguments(rng, n):
    return rng.standard_t(FREEDOM, size=n), 0.3, -0.2
