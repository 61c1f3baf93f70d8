"""Derivative rules: numbers of events of several kinds.

In: `multinomial` of `scipy.stats`.  Out: rules in `RULES` for its `pmf` and `logpmf`, by the chances.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from s2s.rules.cases import A, case
from s2s.rules.declare import custom
from s2s.rules.stats.families import over
from s2s_runtime.kernels import completed_shares, sum_to


def moved_shares(p_dot, p):
    """The last one moves against the others."""
    return np.concatenate((p_dot[..., :-1], -np.sum(p_dot[..., :-1], axis=-1, keepdims=True)), axis=-1)


@custom(
    completed_shares, jvp=moved_shares, real_only=True, cases=[case(A(3, domain="shares")), case(A(2, 2, domain="shares"))]
)
def completed_shares_adjoint(g, p):
    return np.concatenate((g[..., :-1] - g[..., -1:], np.zeros_like(g[..., -1:])), axis=-1)


COUNTED = [
    case(np.array([1, 0, 3]), 4, A(3, domain="shares")),
    case(np.array([[1, 2], [0, 3], [3, 0]]), 3, A(2, domain="shares")),
    case(np.array([2, 1]), n=3, p=A(2, 2, domain="shares")),
]


def surprise(x, p, none):
    """The partials of the log density by all chances; of what has none, 0."""
    return over(np.where(np.expand_dims(none, -1), 0.0, x), completed_shares(p))


def logpmf_jvp(p_dot, x, n, p, *, result):
    return np.sum(surprise(x, p, result == -np.inf) * moved_shares(p_dot, p), axis=-1)


@custom(stats.multinomial.logpmf, jvp=logpmf_jvp, wrt=("p",), real_only=True, cases=COUNTED)
def logpmf(g, x, n, p, *, result):
    """SciPy reads the last chance as what the others leave, if they do not add up to 1."""
    slopes = np.expand_dims(g, -1) * surprise(x, p, result == -np.inf)
    return completed_shares_adjoint(sum_to(slopes, np.shape(p)), p)


def pmf_jvp(p_dot, x, n, p, *, result):
    return result * np.sum(surprise(x, p, result == 0) * moved_shares(p_dot, p), axis=-1)


@custom(stats.multinomial.pmf, jvp=pmf_jvp, wrt=("p",), real_only=True, cases=COUNTED)
def pmf(g, x, n, p, *, result):
    slopes = np.expand_dims(g * result, -1) * surprise(x, p, result == 0)
    return completed_shares_adjoint(sum_to(slopes, np.shape(p)), p)
