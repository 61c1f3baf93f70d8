"""What the solutions of Riccati's equations in `scipy.linalg` mean: zeros of what the equations say, in many digits.

In: matrices of objects.  Out: `Symbols` without expressions.  The zero is the one beside SciPy's solution, that which stabilises.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import linalg

from s2s.verify.arrays import filled, objects
from s2s.verify.lifting import OTHERWISE
from s2s.verify.linear_algebra import floats
from s2s.verify.scalar import Scalar, mp, scalar

Equation = Callable[..., Any]


def solution(solver: Callable[..., Any], equation: Equation) -> Callable[..., Any]:
    """SciPy takes symmetric q and r only, and gives what is symmetric: of others the symmetric part is taken.

    Matrices that are the same machine numbers have the first one's solution to begin with."""
    known: dict[Any, Any] = {}

    def solve(a: Any, b: Any, q: Any, r: Any) -> Any:
        machine = [floats(objects(x)) for x in (a, b, q, r)]
        key = tuple(x.tobytes() for x in machine)
        near = known[key] if key in known else solver(*machine)
        exact = [numbers(x) for x in (a, b, (q + np.transpose(q)) / 2, (r + np.transpose(r)) / 2)]
        found = np.array(list(zero(lambda x: equation(x, *exact), near)), object).reshape(near.shape)
        known.setdefault(key, found)
        return filled([Scalar(None, x) for x in found.ravel()], near.shape)

    return solve


def numbers(a: Any) -> Any:
    """The values, as an array of numbers of mpmath."""
    return np.array([scalar(x).value for x in np.ravel(objects(a))], object).reshape(np.shape(a))


def zero(function: Callable[[Any], Any], near: Any) -> Any:
    """By Newton's method, the entries of a matrix as its unknowns."""

    def entries(*unknown: Any) -> list[Any]:
        return list(np.ravel(function(np.array(unknown, object).reshape(near.shape))))

    return mp.findroot(entries, [mp.mpf(x) for x in np.ravel(near)], tol=mp.mpf(10) ** (-2 * mp.dps + 10))


def inverse(a: Any) -> Any:
    return np.array(mp.inverse(mp.matrix(a.tolist())).tolist(), object)


def continuous(x: Any, a: Any, b: Any, q: Any, r: Any) -> Any:
    return a.T @ x + x @ a - x @ b @ inverse(r) @ b.T @ x + q


def discrete(x: Any, a: Any, b: Any, q: Any, r: Any) -> Any:
    return a.T @ x @ a - x - a.T @ x @ b @ inverse(r + b.T @ x @ b) @ b.T @ x @ a + q


OTHERWISE.update({
    linalg.solve_continuous_are: solution(linalg.solve_continuous_are, continuous),
    linalg.solve_discrete_are: solution(linalg.solve_discrete_are, discrete),
})  # fmt: skip
