"""The sentences as a padded batch, whose layout is static, and a scan over positions with those at their end masked."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

STATIC = (6,)


def convert(features, W, transitions, start, end, tags, lengths):
    return features, W, transitions, start, end, tags, tuple(int(length) for length in lengths)


def layout(lengths):
    """Where each position of each sentence stands among all, and whether it is there; sentences along the second axis."""
    first = np.cumsum([0, *lengths[:-1]])
    t = np.arange(max(lengths))[:, None]
    return np.where(t < lengths, first + t, 0), t < np.array(lengths)


def log_partition(emissions, there, transitions, start, end):
    def step(alpha, now):
        emission, there = now
        new = jax.nn.logsumexp(alpha[:, :, None] + transitions, axis=1) + emission
        return jnp.where(there[:, None], new, alpha), None

    alpha, _ = lax.scan(step, start + emissions[0], (emissions[1:], there[1:]))
    return jax.nn.logsumexp(alpha + end, axis=1)


def sentence_scores(scores, transitions, start, end, tags, lengths):
    """The sum over all sentences."""
    first = np.cumsum([0, *lengths[:-1]])
    last = first + np.array(lengths) - 1
    inside = np.setdiff1d(np.arange(sum(lengths)), first)
    emitted = jnp.sum(jnp.take_along_axis(scores, tags[:, None], axis=1))
    moves = jnp.sum(transitions[tags[inside - 1], tags[inside]])
    return emitted + moves + jnp.sum(start[tags[first]]) + jnp.sum(end[tags[last]])


def loss(features, W, transitions, start, end, tags, lengths):
    places, there = layout(lengths)
    scores = features @ W
    nll = jnp.sum(log_partition(scores[places], there, transitions, start, end))
    return nll - sentence_scores(scores, transitions, start, end, tags, lengths) + 0.01 * jnp.sum(W**2)
