"""Recurrences of first order along one axis: scans over lines, all entries of a line at once."""

import jax.numpy as jnp
from jax import lax


def recurrence(x, a, reverse=False):
    """y[0] = x[0], y[i] = (1 - a) x[i] + a y[i - 1] along the first axis, or from its end."""

    def step(y, x):
        y = (1.0 - a) * x + a * y
        return y, y

    # at its end the recurrence keeps what it starts from
    return lax.scan(step, x[-1] if reverse else x[0], x, reverse=reverse)[1]


def smoothed(x, a):
    return recurrence(recurrence(x, a), a, reverse=True)


def loss(img, alpha):
    a = jnp.exp(-alpha)
    smooth = smoothed(smoothed(img.T, a).T, a)
    across = jnp.pad(0.5 * (smooth[:, 2:] - smooth[:, :-2]), ((0, 0), (1, 1)))
    down = jnp.pad(0.5 * (smooth[2:] - smooth[:-2]), ((1, 1), (0, 0)))
    return jnp.sum((across + down) ** 2) + jnp.sum((smooth - img) ** 2)
