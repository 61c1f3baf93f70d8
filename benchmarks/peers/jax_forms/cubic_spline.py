"""The library's tridiagonal solve; the intervals by `searchsorted`, then all points at once."""

import jax.numpy as jnp
from jax import lax


def second_derivatives(x, y):
    h = jnp.diff(x)
    wide = x[2:] - x[:-2]
    sig = h[:-1] / wide
    slopes = jnp.diff(y) / h
    rhs = 6.0 * jnp.diff(slopes) / wide
    below, above = sig.at[0].set(0.0), (1.0 - sig).at[-1].set(0.0)
    inner = lax.linalg.tridiagonal_solve(below, jnp.full_like(sig, 2.0), above, rhs[:, None])[:, 0]
    return jnp.pad(inner, 1)


def evaluate(x, y, y2, points):
    lo = jnp.clip(jnp.searchsorted(x, points, side="right") - 1, 0, len(x) - 2)
    hi = lo + 1
    h = x[hi] - x[lo]
    a = (x[hi] - points) / h
    b = (points - x[lo]) / h
    return a * y[lo] + b * y[hi] + ((a**3 - a) * y2[lo] + (b**3 - b) * y2[hi]) * h * h / 6.0


def loss(x, y, points):
    y2 = second_derivatives(x, y)
    return jnp.sum(evaluate(x, y, y2, points) ** 2) + jnp.sum(jnp.sin(y2)) / len(y2)
