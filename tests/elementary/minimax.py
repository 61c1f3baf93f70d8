"""Weighted minimax polynomials, by Remez' exchange of points in multiple precision (E. Remez, 1934).

In: a function, an interval, a weight, a degree.  Out: the polynomial p of this degree for which the largest
`weight * |function - p|` on the interval is least, and that error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mpmath import MPContext

mp = MPContext()  # of its own: nobody else's precision changes
mp.dps = 70
mpf = mp.mpf

Function = Callable[[mpf], mpf]
POINTS = 24  # of the grid on which extrema are looked for, per extremum that there is in the end


def minimax(function: Function, low: mpf, high: mpf, weight: Function, degree: int) -> tuple[list[mpf], mpf]:
    """The coefficients, lowest power first, and the error.  Raises ArithmeticError where the exchange does not settle."""
    count = degree + 2
    grid = chebyshev(low, high, POINTS * count)
    values = [(function(x), weight(x)) for x in grid]
    chosen = [round(i * (len(grid) - 1) / (count - 1)) for i in range(count)]
    for _ in range(40):
        solved = levelled([grid[i] for i in chosen], [values[i] for i in chosen], degree)
        errors = [w * (y - horner(solved, x)) for x, (y, w) in zip(grid, values, strict=True)]
        largest = max(abs(error) for error in errors)
        least = min(abs(errors[i]) for i in chosen)
        if largest <= least * mpf("1.01"):
            return solved, largest
        chosen = alternating(errors, count)
    raise ArithmeticError("the exchange of points did not settle")


def chebyshev(low: mpf, high: mpf, count: int) -> list[mpf]:
    """Points that lie denser at the ends; the ends themselves are left out, where a function may be 0 / 0."""
    return [(low + high) / 2 - (high - low) / 2 * mp.cos(mp.pi * (i + mpf(1) / 2) / count) for i in range(count)]


def horner(coefficients: Sequence[mpf], x: mpf) -> mpf:
    total = mpf(0)
    for coefficient in reversed(coefficients):
        total = total * x + coefficient
    return total


def levelled(points: list[mpf], values: list[tuple[mpf, mpf]], degree: int) -> list[mpf]:
    """The polynomial whose weighted errors at these points are equal, with signs that alternate."""
    rows = mp.matrix(degree + 2, degree + 2)
    for i, (x, (_, w)) in enumerate(zip(points, values, strict=True)):
        for k in range(degree + 1):
            rows[i, k] = x**k
        rows[i, degree + 1] = (-1) ** i / w
    return list(mp.lu_solve(rows, mp.matrix([y for y, _ in values])))[:-1]


def alternating(errors: list[mpf], count: int) -> list[int]:
    """The places of `count` extrema whose signs alternate, the largest of each run of one sign."""
    runs: list[int] = []
    for i, error in enumerate(errors):
        if runs and (errors[runs[-1]] > 0) == (error > 0):
            if abs(error) > abs(errors[runs[-1]]):
                runs[-1] = i
        else:
            runs.append(i)
    while len(runs) > count:
        runs.pop(0 if abs(errors[runs[0]]) < abs(errors[runs[-1]]) else -1)
    if len(runs) < count:
        raise ArithmeticError("fewer extrema than the degree asks for: the degree is more than the precision allows")
    return runs
