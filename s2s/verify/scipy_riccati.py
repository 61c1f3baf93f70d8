"""What the solutions of Riccati's equations in `scipy.linalg` mean: zeros of what the equations say, in many digits.

In: matrices of objects.  Out: `Symbols` without expressions.  The zero is the one beside SciPy's solution, that which stabilises.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import linalg

from s2s.verify.arrays import objects, symbols
from s2s.verify.lifting import OTHERWISE
from s2s.verify.linear_algebra import floats, from_digits, in_digits
from s2s.verify.scalar import mp

Equation = Callable[..., Any]


def solution(solver: Callable[..., Any], equation: Equation) -> Callable[..., Any]:
    """SciPy takes symmetric q and r only, and gives what is symmetric: of others the symmetric part is taken."""

    def solve(a: Any, b: Any, q: Any, r: Any) -> Any:
        near = in_digits(solver(*(floats(objects(x)) for x in (a, b, q, r))))
        exact = [in_digits(objects(x)) for x in (a, b, (q + np.transpose(q)) / 2, (r + np.transpose(r)) / 2)]
        return symbols(from_digits(zero(lambda x: equation(x, *exact), near)))

    return solve


def zero(function: Callable[[Any], Any], near: Any) -> Any:
    """By Newton's method, the entries of a matrix as its unknowns."""

    def entries(*unknown: Any) -> list[Any]:
        return list(function(mp.matrix(np.reshape(unknown, (near.rows, near.cols)).tolist())))

    found = mp.findroot(entries, list(near), tol=mp.mpf(10) ** (-2 * mp.dps + 10))
    return mp.matrix(np.reshape(list(found), (near.rows, near.cols)).tolist())


def continuous(x: Any, a: Any, b: Any, q: Any, r: Any) -> Any:
    return a.T * x + x * a - x * b * mp.inverse(r) * b.T * x + q


def discrete(x: Any, a: Any, b: Any, q: Any, r: Any) -> Any:
    return a.T * x * a - x - a.T * x * b * mp.inverse(r + b.T * x * b) * b.T * x * a + q


OTHERWISE.update({
    linalg.solve_continuous_are: solution(linalg.solve_continuous_are, continuous),
    linalg.solve_discrete_are: solution(linalg.solve_discrete_are, discrete),
})  # fmt: skip
