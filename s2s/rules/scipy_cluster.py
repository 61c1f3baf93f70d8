"""Derivative rules: distances to the nearest of some points, of `scipy.cluster.vq`.  Imported only when a program uses it.

In: vq.  Out: its rule in `RULES`.  Which point is nearest is a step; an observation that is one of the points moves nothing.
"""

from __future__ import annotations

import numpy as np
from scipy.cluster import vq

from s2s.rules.cases import A, case
from s2s.rules.declare import custom
from s2s.rules.when import ranks


def away(obs, code_book, result):
    code, distance = result
    return (obs - code_book[code]) / np.expand_dims(np.where(distance == 0, np.inf, distance), 1)


def vq_jvp(obs_dot, code_book_dot, obs, code_book, check_finite=True, *, result):
    slopes, none = away(obs, code_book, result), np.zeros_like(result[0], float)
    return (none, np.sum(slopes * obs_dot, axis=1)), (none, -np.sum(slopes * code_book_dot[result[0]], axis=1))


PLACES = [case(A(4, 2), A(3, 2)), case(A(3, 1), A(1, 1)), case(A(2, 3), A(2, 3))]


@custom(vq.vq, jvp=vq_jvp, several=True, real_only=True, when=ranks(2, 2), cases=PLACES)
def nearest(g, obs, code_book, check_finite=True, *, result):
    moved = np.expand_dims(g[1], 1) * away(obs, code_book, result)
    chosen = np.equal(np.expand_dims(result[0], 1), np.arange(np.shape(code_book)[0]))
    return moved, -(np.transpose(chosen) @ moved)
