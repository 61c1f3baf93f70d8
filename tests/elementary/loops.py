"""Loops over one function, compiled: what is tested and timed.

In: a function of one number or two, and how many.  Out: a loop that fills its last argument.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numba
import numpy as np

from elementary.oracle import EXACT
from s2s_runtime import elementary

NAMES = tuple(EXACT)
COUNTS = {name: 2 if name in ("power", "hypot") else 1 for name in NAMES}


@cache
def loop(function: Callable[..., Any], count: int) -> Any:
    """`for i in range(n): result[i] = function(x[i])`, or of x[i] and y[i]."""

    def one(x: Any, result: Any) -> None:
        for i in range(len(result)):
            result[i] = function(x[i])

    def two(x: Any, y: Any, result: Any) -> None:
        for i in range(len(result)):
            result[i] = function(x[i], y[i])

    return numba.njit(one if count == 1 else two, error_model="numpy")


def computed(name: str, *arguments: np.ndarray) -> np.ndarray:
    """What compiled code makes of the function of this name."""
    result = np.empty_like(arguments[0])
    loop(getattr(elementary, name), COUNTS[name])(*arguments, result)
    return result


@cache
def fixed_loop(y: float, dtype: type) -> Any:
    """`result[i] = power(x[i], y)`, where y is a number in the text."""
    namespace: dict[str, Any] = {}
    text = f"def fill(x, result):\n    for i in range(len(x)):\n        result[i] = power(x[i], {y!r})"
    exec(text, {"power": elementary.power}, namespace)
    return numba.njit(namespace["fill"], error_model="numpy")


def fixed_power(y: float, x: np.ndarray) -> np.ndarray:
    """Powers by an exponent that stands in the program, each in the wider of the two formats, and then as x."""
    result = np.empty_like(x)
    fixed_loop(y, x.dtype.type)(x, result)
    return result
