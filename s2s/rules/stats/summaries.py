"""Definitions: summaries of samples, of `scipy.stats`.

In: sem; rankdata, whose ranks are steps.  Out: its definition in `RULES`, and that these carry no derivative.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from s2s.rules.cases import A, case
from s2s.rules.declare import constant, written


@written(stats.sem, cases=[case(A(4)), case(A(3, 2)), case(A(2, 3), axis=1, ddof=0), case(A(2, 3), None)])
def sem(a, axis=0, ddof=1):
    """The standard error of a mean."""
    if axis is None:
        return np.std(np.reshape(a, (-1,)), axis=0, ddof=ddof) / np.size(a) ** 0.5
    return np.std(a, axis=axis, ddof=ddof) / np.shape(a)[axis] ** 0.5


constant(stats.rankdata, reason="places")
