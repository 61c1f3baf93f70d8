"""Derivative rules: integrals of samples, of `scipy.integrate`.  Imported only when a program uses it.

In: trapezoid, which NumPy has too, cumulative_trapezoid; simpson, and cumulative_trapezoid over coordinates, which are written out.
Out: their rules and definitions in `RULES`.
"""

from __future__ import annotations

import numpy as np
from scipy import integrate

from s2s.rules.cases import A, case
from s2s.rules.declare import RULES, linear, written
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


# ------------------------------------------------------------------------------------------------------- written out
def along(x, y, axis):
    """Coordinates with their axis where it is in the samples: one line of them for all samples, or one for each line."""
    if np.ndim(x) == np.ndim(y):
        return np.moveaxis(x, axis, 0)
    return np.reshape(x, (len(x),) + (1,) * (np.ndim(y) - 1))


def is_over_coordinates(y, x, dx, axis, initial):
    return x is not None and initial in (None, 0)


@written(integrate.cumulative_trapezoid, arrays=("y", "x"), when=is_over_coordinates, cases=[case(A(4), A(4)), case(A(2, 3), A(3))])
def cumulative_trapezoid_over_coordinates(y, x=None, dx=1.0, axis=-1, initial=None):
    rows = np.moveaxis(y, axis, 0)
    steps = np.cumsum(np.diff(along(x, y, axis), axis=0) * (rows[1:] + rows[:-1]) / 2.0, axis=0)
    if initial is not None:
        steps = np.concatenate((np.zeros_like(steps[:1]), steps))
    return np.moveaxis(steps, 0, axis)


@written(integrate.simpson, arrays=("y", "x"), cases=[case(A(5)), case(A(6), A(6)), case(A(2, 4), axis=0, dx=0.5)])
def simpson(y, x=None, *, dx=1.0, axis=-1):
    """Parabolas through three samples each; the last interval of an even number by the correction of Cartwright."""
    rows = np.moveaxis(y, axis, 0)
    places = None if x is None else along(x, y, axis)
    if len(rows) % 2 == 1:
        return of_parabolas(rows, places, dx)
    if len(rows) == 2:
        last = dx if places is None else places[-1] - places[-2]
        return 0.5 * last * (rows[-1] + rows[-2])
    before = of_parabolas(rows[:-1], None if places is None else places[:-1], dx)
    if places is None:
        first, last = float(dx), float(dx)
    else:
        first, last = places[-2] - places[-3], places[-1] - places[-2]
    alpha = (2 * last**2 + 3 * first * last) / (6 * (last + first))
    beta = (last**2 + 3.0 * first * last) / (6 * first)
    eta = last**3 / (6 * first * (first + last))
    return before + (alpha * rows[-1] + beta * rows[-2] - eta * rows[-3])


def of_parabolas(rows, places, dx):
    first, middle, last = rows[:-2:2], rows[1:-1:2], rows[2::2]
    if places is None:
        return np.sum(first + 4.0 * middle + last, axis=0) * (dx / 3.0)
    steps = np.diff(places, axis=0)
    one, other = steps[::2], steps[1::2]
    both, ratio = one + other, one / other
    heights = first * (2.0 - 1.0 / ratio) + middle * (both * (both / (one * other))) + last * (2.0 - ratio)
    return np.sum(both / 6.0 * heights, axis=0)
