"""A sweep is a scan over the antidiagonals, whose entries do not depend on each other; other directions by flipping."""

import jax
import jax.numpy as jnp
from jax import lax
from jax_forms.dynamic_time_warping import by_antidiagonals

STATIC = (2, 3)
FAR = 1e3


def from_antidiagonals(diagonals, n):
    """The square table of which row d holds the entries [i, d - i]."""
    wide = jnp.pad(diagonals.T.reshape(-1), (0, n))
    return wide.reshape(n, 2 * n)[:, :n]


def earlier(left, right):
    return jnp.minimum(left, right)


def sweep(T, f, fixed):
    """T by antidiagonals, in the direction of growing indices."""

    @jax.checkpoint
    def step(last, entries):
        own, after, f, fixed = entries
        above, left = jnp.pad(last[:-1], (1, 0), constant_values=FAR), last
        below, right = jnp.pad(after[1:], (0, 1), constant_values=FAR), after
        a, b = earlier(above, below), earlier(left, right)
        apart = jnp.abs(a - b) >= f
        root = jnp.sqrt(jnp.where(apart, 1.0, 2 * f * f - (a - b) ** 2))
        t = jnp.where(apart, jnp.minimum(a, b) + f, 0.5 * (a + b + root))
        new = jnp.where(~fixed & (t < own), t, own)
        return new, new

    none = jnp.full((1, T.shape[1]), FAR)
    return lax.scan(step, none[0], (T, jnp.concatenate([T[1:], none]), f, fixed))[1]


def loss(speed, h, source, sweeps):
    n = len(speed)
    T = jnp.full((n, n), FAR).at[source - 1, source - 1].set(0.0)
    fixed = T == 0.0
    f = h / speed
    for _ in range(sweeps):
        for axes in ((), (0,), (1,), (0, 1)):
            diagonals = [
                by_antidiagonals(jnp.flip(table, axes), fill) for table, fill in ((T, FAR), (f, 1.0), (fixed, True))
            ]
            T = jnp.flip(from_antidiagonals(sweep(*diagonals), n), axes)
    return jnp.sum(T**2)
