"""The second derivatives by `lax.linalg.tridiagonal_solve`, the intervals of all points by `jnp.searchsorted`."""

import jax.numpy as jnp
from jax import lax


def spline_moments(x, y):
    """Second derivatives at the knots: 0 at both ends."""
    h = jnp.diff(x)
    both = h[:-1] + h[1:]
    slopes = jnp.diff(y) / h
    # at the first knot and at the last one nothing is coupled
    lower = jnp.pad(h[:-1] / both, (1, 1))
    upper = jnp.pad(h[1:] / both, (1, 1))
    right = jnp.pad(6.0 * jnp.diff(slopes) / both, (1, 1))
    return lax.linalg.tridiagonal_solve(lower, jnp.full(len(x), 2.0), upper, right[:, None])[:, 0]


def loss(x, y, t):
    y2 = spline_moments(x, y)
    lo = jnp.clip(jnp.searchsorted(x, t, side="right") - 1, 0, len(x) - 2)
    # one gather for all that an interval has
    left, right = jnp.stack([x, y, y2])[:, lo], jnp.stack([x, y, y2])[:, lo + 1]
    h = right[0] - left[0]
    a = (right[0] - t) / h
    b = (t - left[0]) / h
    s = a * left[1] + b * right[1] + ((a**3 - a) * left[2] + (b**3 - b) * right[2]) * h**2 / 6.0
    return jnp.sum(s**2) + 0.05 * jnp.sum(y2**2)
