"""A chain of elementwise functions over one long array."""

import numpy as np


def loss(x):
    wave = np.sin(x)
    bump = np.exp(-0.5 * x**2)
    mixed = np.tanh(wave + 0.5 * bump) * x
    return np.sum(np.log1p(mixed**2) / (1.0 + bump))


def arguments(rng, n):
    return (rng.normal(size=n),)
