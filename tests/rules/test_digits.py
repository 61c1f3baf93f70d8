"""The slopes of functions of one number keep their digits: each against mpmath, from 1e-300 to 1e300 and towards the edges of domains.

The slope of tanh is the exception: 1 - tanh(x)^2 is plain, costs nothing where tanh(x) is there already, and needs no x; forms that keep
digits where it is next to nothing, such as 4 e / (1 + e)^2 with e = exp(-2 |x|), took 1.7 to 3.5 times as long in all, and kept x.

A slope is computed from a number that is rounded already, and a slope that hangs on it by a power p of its size cannot be nearer
than p units.  So what is asked for is `UNITS` rounding units, and as many more as an exact slope changes by if x changes by half of one.
"""

from __future__ import annotations

import math

import mpmath as mp
import numpy as np
import pytest
from scipy import special

import s2s
from rules.exact_slopes import SLOPES

UNITS = 40.0
WITHOUT_DIGITS = {"i0e", "k0e", "dawsn"}
"""Differences of two functions of SciPy that are nearly equal far out: as many digits are lost as x has, or twice as many."""
EPS, TINY = np.finfo(float).eps, np.finfo(float).tiny

SIZES = [10.0**k for k in range(-300, 301, 25)]
MIDDLE = [1e-3, 0.05, 0.3, 0.7, 1.0, 1.3, 2.0, 3.0, 5.0, 8.0, 13.0, 19.5, 27.0, 38.0, 75.0, 180.0, 400.0, 700.0]
TOWARDS_ONE = [1.0 - 2.0**-k for k in (1, 2, 4, 8, 16, 30, 45, 52)]
POINTS = {
    "real": [s * v for v in SIZES + MIDDLE for s in (1.0, -1.0)],
    "positive": SIZES + MIDDLE,
    "moderate": [s * v for v in [1e-12, *MIDDLE] for s in (1.0, -1.0)],
    "moderate and positive": [1e-12, *MIDDLE],
    "above one": [1.0 + 2.0**-k for k in (52, 40, 20, 5, 1)] + [v for v in SIZES + MIDDLE if v > 1.0],
    "unit": [s * v for v in [*TOWARDS_ONE, *(v for v in SIZES + MIDDLE if v < 1.0)] for s in (1.0, -1.0)],
    "above minus one": [-v for v in TOWARDS_ONE] + [v for s in (1.0, -1.0) for v in (s * u for u in SIZES + MIDDLE) if v > -1.0],
    "probability": [*TOWARDS_ONE, *(v for v in SIZES + MIDDLE if v < 1.0)],
}


def slopes_of(function, points):
    """What the transformer makes of a rule, at each point."""

    def program(x):
        return function(x)

    with np.errstate(all="ignore"):
        return s2s.grad(lambda x: np.sum(program(x)))(np.array(points))


def errors(function, exact, points):
    """The relative error of each slope in rounding units, beyond those that the rounding of x explains."""
    with mp.workdps(60):
        for x, got in zip(points, slopes_of(function, points), strict=True):
            at = mp.mpf(x)
            wanted = mp.mpf(exact(at))
            if abs(wanted) > mp.mpf(np.finfo(float).max) or abs(wanted) < TINY:
                continue
            nearby = mp.mpf(exact(at * (1 + mp.mpf(EPS) / 2)))
            spread = abs(nearby - wanted)
            error = abs(mp.mpf(float(got)) - wanted) if math.isfinite(got) else mp.inf
            yield x, float(got), float(wanted), float(max(error - spread, 0) / (abs(wanted) * EPS))


def test_the_slope_of_tanh_is_right_beside_the_greatest_one():
    """Also where it is next to nothing."""
    points = POINTS["real"]
    with mp.workdps(60):
        wanted = [float(mp.sech(x) ** 2) for x in points]
    assert np.max(np.abs(slopes_of(np.tanh, points) - wanted)) <= EPS


@pytest.mark.parametrize("name", [name for name in SLOPES if name not in ("tanh", *WITHOUT_DIGITS)])
def test_slopes_keep_their_digits(name):
    domain, exact = SLOPES[name]
    function = getattr(np, name, None) or getattr(special, name)
    lost = [found for found in errors(function, exact, POINTS[domain]) if not found[-1] <= UNITS]
    assert not lost, "\n".join(f"{name}'({x!r}) = {got!r}, and not {wanted!r}: {units:.3g} units" for x, got, wanted, units in lost)
