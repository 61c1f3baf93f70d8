"""What elementary functions are, by mpmath, and how far a result is from that in units of its last place.

Knows nothing of how the kernels compute.  In: a name, arguments as numbers of a NumPy dtype, results.  Out: errors in ulp.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from mpmath import mp, mpf

PRECISION = 120  # bits: more than twice a double's, and ten more for the exponent of a power

EXACT: dict[str, Callable[..., Any]] = {
    "exp": mp.exp,
    "exp2": lambda x: mp.power(2, x),
    "expm1": mp.expm1,
    "log": mp.log,
    "log2": lambda x: mp.log(x) / mp.log(2),
    "log10": lambda x: mp.log(x) / mp.log(10),
    "log1p": mp.log1p,
    "sin": mp.sin,
    "cos": mp.cos,
    "tan": mp.tan,
    "sinh": mp.sinh,
    "cosh": mp.cosh,
    "tanh": mp.tanh,
    "arctan": mp.atan,
    "erf": mp.erf,
    "power": mp.power,
    "hypot": mp.hypot,
}


def errors(name: str, arguments: Sequence[np.ndarray], results: np.ndarray) -> np.ndarray:
    """The error of each result in ulp.  The arguments are finite, and the function is real and finite there."""
    rows = zip(*(one.tolist() for one in arguments), results.tolist(), strict=True)
    with mp.workprec(PRECISION):
        return np.array([error(EXACT[name](*map(mpf, row[:-1])), row[-1], results.dtype) for row in rows])


def error(exact: mpf, result: float, dtype: np.dtype[Any]) -> float:
    """|result - exact| in units of the last place that `exact` has in this format.

    What lies beyond the largest number counts as the first number beyond it, and so does infinity: it is right where the
    exact value rounds to it.
    """
    facts = np.finfo(dtype)
    if result != result:
        return float("inf")
    beyond = mpf(2) ** int(facts.maxexp)
    exact, result = (max(-beyond, min(beyond, mpf(value))) for value in (exact, result))
    exponent = mp.frexp(exact)[1] if exact else int(facts.minexp)
    last = min(max(exponent - 1, int(facts.minexp)), int(facts.maxexp) - 1) - int(facts.nmant)
    return float(abs(result - exact) / mpf(2) ** last)
