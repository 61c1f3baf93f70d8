"""Derivatives of a call along a direction without any rule: differences, and the complex step.

In: a call and tangents.  Out: the tangent of its result.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from rules.applying import Call, leaves, tree_map

STEP = 2.0**-9
LEVELS = 4


def moved(call: Call, tangents: dict[str, Any], step: complex) -> list[Any]:
    """The result for the arguments moved by `step` along `tangents`."""
    changes = {n: tree_map(lambda x, t: x + step * t, call.values[n], tangent) for n, tangent in tangents.items()}
    return [np.asarray(leaf, float if isinstance(leaf, bool) else None) for leaf in leaves(call.run(changes))]


def romberg(at: Callable[[float], list[Any]], start: float, levels: int) -> list[Any]:
    """The derivative of `at` at 0: central differences with halved steps, extrapolated to step zero."""
    rows = []
    for level in range(levels):
        step = start / 2**level
        rows.append([(ahead - behind) / (2.0 * step) for ahead, behind in zip(at(step), at(-step), strict=True)])
    for order in range(1, levels):
        factor = 4.0**order
        rows = [[(factor * f - c) / (factor - 1.0) for c, f in zip(coarse, fine)] for coarse, fine in pairwise(rows)]
    return rows[0]


def extrapolated_difference(call: Call, tangents: dict[str, Any]) -> list[Any]:
    return romberg(lambda step: moved(call, tangents, step), STEP, LEVELS)


def complex_step(call: Call, tangents: dict[str, Any]) -> list[Any]:
    """The derivative to full precision, where the primal is analytic and takes complex arguments."""
    return [leaf.imag / 1e-30 for leaf in moved(call, tangents, 1e-30j)]
