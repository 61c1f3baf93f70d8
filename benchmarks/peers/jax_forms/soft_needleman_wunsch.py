"""A scan over the anti-diagonals of the table, and one over those of the probabilities, backwards."""

import jax.numpy as jnp
import numpy as np
from jax import lax
from jax_forms._wavefront import diagonals


def alignment(similarity, gap, temperature):
    """(the last entry of V, for each anti-diagonal from the third on the three weights of its entries)."""
    n, m = similarity.shape
    rows = jnp.pad(diagonals(similarity), ((0, 0), (1, 0)))
    i = np.arange(n + 1)

    def step(state, now):
        before, last = state
        similarity, d = now
        options = jnp.stack([jnp.roll(before, 1) + similarity, jnp.roll(last, 1) + gap, last + gap])
        top = lax.stop_gradient(jnp.max(options, axis=0))
        e = jnp.exp((options - top) / temperature)
        total = jnp.sum(e, axis=0)
        new = jnp.where((i == 0) | (i == d), gap * d, top + temperature * jnp.log(total))
        return (last, new), e / total

    start = (jnp.zeros(n + 1), gap * jnp.ones(n + 1))
    (_, last), weights = lax.scan(step, start, (rows, np.arange(2.0, n + m + 1)))
    return last[n], weights


def expected_squares(weights, n, m):
    """The sum of the squares of how likely each pair is, from the last entry back to the first."""
    i = np.arange(n + 1)
    j = np.arange(2, n + m + 1)[:, None] - i
    inside = (i >= 1) & (j >= 1) & (j <= m)

    def step(state, now):
        """`beyond` and `reach` are what the entries of this diagonal have got from the next two, so far."""
        beyond, reach = state
        (match, up, left), inside = now
        aligned, above, beside = (jnp.where(inside, reach * weight, 0.0) for weight in (match, up, left))
        return (jnp.roll(aligned, -1), beyond + jnp.roll(above, -1) + beside), jnp.sum(aligned**2)

    start = (jnp.zeros(n + 1), jnp.zeros(n + 1).at[n].set(1.0))
    return jnp.sum(lax.scan(step, start, (weights, inside), reverse=True)[1])


def loss(a, b, gap, temperature):
    best, weights = alignment(a @ b.T, gap, temperature)
    return best + expected_squares(weights, len(a), len(b))
