"""Derivative rules: integrals of samples, of `scipy.integrate`.  Imported only when a program uses it.

In: trapezoid, which NumPy has too, cumulative_trapezoid.  Out: their rules in `RULES`.  Coordinates are constant.
"""

from __future__ import annotations

import numpy as np
from scipy import integrate

from s2s.rules.cases import A, case
from s2s.rules.declare import RULES, linear
from s2s.rules.when import is_one_of

RULES.extend(integrate.trapezoid, np.trapezoid)


@linear(
    integrate.cumulative_trapezoid,
    real_only=True,
    when=lambda y, x, dx, axis, initial: is_one_of(x, None) and is_one_of(initial, None, 0),
    cases=[case(A(5)), case(A(4, 3), dx=0.5, axis=0), case(A(2, 5), initial=0), case(A(2))],
)
def cumulative_trapezoid(g, y, x=None, dx=1.0, axis=-1, initial=None):
    """Half of what follows from an entry on, and half of what follows from the next one on."""
    steps = np.moveaxis(g, axis, -1)
    inner = steps if initial is None else steps[..., 1:]
    after = np.flip(np.cumsum(np.flip(inner, -1), axis=-1), -1)
    none = np.zeros_like(after[..., :1])
    weighed = 0.5 * dx * (np.concatenate((after, none), axis=-1) + np.concatenate((none, after), axis=-1))
    return np.moveaxis(weighed, -1, axis)
