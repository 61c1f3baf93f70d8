"""A scan over the anti-diagonals of the table; the costs of all pairs of symbols by matrix products beforehand."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax_forms._wavefront import diagonals


def soft_min(a, b, c, gamma):
    # the smallest only keeps the exponentials in range: the result does not depend on it
    low = lax.stop_gradient(jnp.minimum(jnp.minimum(a, b), c))
    return low - gamma * jnp.log(sum(jnp.exp((low - x) / gamma) for x in (a, b, c)))


def soft_levenshtein(costs, gamma):
    """Entry i of diagonal d is the table's [i, d - i]; those with i = d or i = 0 are the table's sides."""
    n, m = costs.shape
    rows = jnp.pad(diagonals(costs), ((0, 0), (1, 0)))
    i = np.arange(n + 1)

    def step(state, now):
        before, last = state
        costs, d = now
        up, corner = jnp.roll(last, 1), jnp.roll(before, 1)
        new = soft_min(up + 1, last + 1, corner + costs, gamma)
        new = jnp.where((i == 0) | (i == d), d, new)
        return (last, new), None

    # what is outside of the table is never read by what is inside
    start = (jnp.zeros(n + 1), jnp.ones(n + 1))
    (_, last), _ = lax.scan(step, start, (rows, np.arange(2.0, n + m + 1)))
    return last[n]


def loss(logits_p, logits_q, cost, gamma):
    p, q = jax.nn.softmax(logits_p, axis=1), jax.nn.softmax(logits_q, axis=1)
    return soft_levenshtein(p @ cost @ q.T, gamma)
