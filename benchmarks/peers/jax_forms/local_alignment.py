"""The table by a scan over its anti-diagonals; the way back, which carries no derivative, in a while loop that marks it."""

import jax.numpy as jnp
import numpy as np
from jax import lax
from jax_forms._wavefront import diagonals, from_diagonals


def scores(S, gap):
    """H without its first row and column, which are 0."""
    n, m = S.shape
    inside = diagonals(np.ones((n, m), dtype=bool))

    def step(state, now):
        before, last = state
        scores, inside = now
        # entry i of a diagonal: its left neighbour is last[i], the one above last[i - 1]
        up, corner = (jnp.concatenate([jnp.zeros(1), x[:-1]]) for x in (last, before))
        new = jnp.maximum(jnp.maximum(0.0, corner + scores), jnp.maximum(up, last) - gap)
        new = jnp.where(inside, new, 0.0)
        return (last, new), new

    _, rows = lax.scan(step, (jnp.zeros(n), jnp.zeros(n)), (diagonals(S), inside))
    return from_diagonals(rows, m)


def way_back(H, S, gap):
    """1 where the best alignment passes, 0 elsewhere."""

    def goes_on(state):
        i, j, _ = state
        return H[i, j] > 0

    def step(state):
        i, j, marks = state
        here = H[i, j]
        diagonal = here == H[i - 1, j - 1] + S[i - 1, j - 1]
        up = ~diagonal & (here == H[i - 1, j] - gap)
        return jnp.where(diagonal | up, i - 1, i), jnp.where(up, j, j - 1), marks.at[i, j].set(1.0)

    i, j = jnp.unravel_index(jnp.argmax(H), H.shape)
    return lax.while_loop(goes_on, step, (i, j, jnp.zeros_like(H)))[2]


def loss(a, b, similarity, gap):
    S = similarity[a[:, None], b]
    H = jnp.pad(scores(S, gap), ((1, 0), (1, 0)))
    marks = way_back(*lax.stop_gradient((H, S, gap)))
    return jnp.max(H) + 0.1 * jnp.sum(marks * H) + 0.01 * jnp.sum(H**2) + 0.01 * jnp.sum(similarity**2)
