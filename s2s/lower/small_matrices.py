"""Linear algebra of matrices of up to three rows, written out: a call of LAPACK costs more than all of the arithmetic.

    x = np.linalg.solve(A, b)     =>     row by row, the larger pivot first, on numbers

In: operands of a function of NumPy's.  Out: the entries of its result, by elimination with partial pivoting as LAPACK does it; or
None for other matrices.  A pivot that is 0 raises LinAlgError when the program runs.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.lower.spelling import may_be_spelled
from s2s.lower.values import Place, Value, choice, choices, lengths_of, rank, spelled
from s2s_runtime import kernels

if TYPE_CHECKING:
    from s2s.lower.program import Lowering

MOST = 3
NOTHING: ir.Atom = ir.Const(0.0)
UNIT: ir.Atom = ir.Const(1.0)
Rows = list[list[ir.Atom]]


def size_of(low: Lowering, matrix: ir.Atom) -> int | None:
    """The number of rows of a small square matrix of float64; None for another one."""
    value = low.peek(matrix)
    lengths = lengths_of(value, low.builder) if rank(value) == 2 else ()
    small = all(isinstance(length, ir.Const) and 1 <= length.value <= MOST for length in lengths)
    if not small or len(set(lengths)) != 1 or value.fact.dtype != np.float64:
        return None
    return int(lengths[0].value)  # type: ignore[union-attr]


def rows_of(low: Lowering, matrix: ir.Atom, size: int) -> Rows:
    value = low.settled(matrix)
    return [[value.entry(low.builder, (ir.Const(i), ir.Const(j))) for j in range(size)] for i in range(size)]


def result(low: Lowering, fact: facts.Num, lengths: Place, entry: Callable[[Place], ir.Atom]) -> Value:
    """A result by its entries; in memory where it is subscripted by numbers that are known when the program runs."""
    found = spelled(lengths, fact, entry)
    return found if may_be_spelled(low, lengths) else low.written(found)


# -------------------------------------------------------------------------------------------------------- elimination
def inverse(low: Lowering, fact: facts.Num, matrix: ir.Atom) -> Value | None:
    size = size_of(low, matrix)
    if size is None:
        return None
    unit = [[UNIT if i == j else NOTHING for j in range(size)] for i in range(size)]
    found = solved(low, rows_of(low, matrix, size), unit)
    lengths = (ir.Const(size), ir.Const(size))
    return result(low, fact, lengths, lambda place: found[place[0].value][place[1].value])  # type: ignore[union-attr]


def solve(low: Lowering, fact: facts.Num, matrix: ir.Atom, right: ir.Atom) -> Value | None:
    size, shape = size_of(low, matrix), low.peek(right).fact
    if size is None or shape.dtype != np.float64 or rank(low.peek(right)) not in (1, 2):
        return None
    lengths = lengths_of(low.peek(right), low.builder)
    if lengths[0] != ir.Const(size) or not all(isinstance(one, ir.Const) and one.value <= MOST for one in lengths):
        return None
    value = low.settled(right)
    columns = [()] if len(lengths) == 1 else [(ir.Const(k),) for k in range(lengths[1].value)]  # type: ignore[union-attr]
    given = [[value.entry(low.builder, (ir.Const(i), *column)) for column in columns] for i in range(size)]
    found = solved(low, rows_of(low, matrix, size), given)
    return result(low, fact, lengths, lambda place: found[place[0].value][place[1].value if place[1:] else 0])  # type: ignore[union-attr]


def solved(low: Lowering, matrix: Rows, right: Rows) -> Rows:
    """The columns that the matrix takes to those on the right."""
    builder, size = low.builder, len(matrix)
    rows, _ = eliminated(low, [[*a, *b] for a, b in zip(matrix, right, strict=True)], regular=True)
    found: Rows = [[] for _ in rows]
    for i in reversed(range(size)):
        for k in range(len(right[0])):
            value = rows[i][size + k]
            for j in range(i + 1, size):
                value = builder.apply(operator.sub, value, builder.apply(operator.mul, rows[i][j], found[j][k]))
            found[i].append(builder.apply(operator.truediv, value, rows[i][i]))
    return found


def det(low: Lowering, fact: facts.Num, matrix: ir.Atom) -> ir.Atom | None:
    size = size_of(low, matrix)
    if size is None:
        return None
    rows, product = eliminated(low, rows_of(low, matrix, size), regular=False)
    for k in range(size):
        product = low.builder.apply(operator.mul, product, rows[k][k])
    return product


def eliminated(low: Lowering, rows: Rows, regular: bool) -> tuple[Rows, ir.Atom]:
    """Rows of which what is on the diagonal and above matters, and the sign of the exchanges.

    `regular`: a pivot that is 0 is an error; else nothing is taken from the rows below it, which begin with 0, too.
    """
    builder, sign = low.builder, UNIT
    for k in range(len(rows)):
        for r in range(k + 1, len(rows)):
            rows, sign = larger_first(low, rows, k, r, sign)
        pivot = rows[k][k]
        if regular:
            builder.demand(builder.apply(operator.ne, pivot, NOTHING), np.linalg.LinAlgError, "Singular matrix")
        for r in range(k + 1, len(rows)):
            factor = over(low, rows[r][k], pivot, regular)
            products = [builder.apply(operator.mul, factor, entry) for entry in rows[k][k + 1 :]]
            rest = [builder.apply(operator.sub, entry, p) for entry, p in zip(rows[r][k + 1 :], products, strict=True)]
            rows[r] = [*rows[r][: k + 1], *rest]
    return rows, sign


def over(low: Lowering, entry: ir.Atom, pivot: ir.Atom, regular: bool) -> ir.Atom:
    """An entry over the pivot above it."""
    if regular:
        return low.builder.apply(operator.truediv, entry, pivot)
    none = low.builder.apply(operator.eq, pivot, NOTHING)
    return choice(low.builder, none, lambda: NOTHING, lambda: low.builder.apply(operator.truediv, entry, pivot))


def larger_first(low: Lowering, rows: Rows, k: int, r: int, sign: ir.Atom) -> tuple[Rows, ir.Atom]:
    """Two rows in the order of their entries in column k, from which on they are of use."""
    builder = low.builder
    upper, lower = rows[k][k:], rows[r][k:]
    test = builder.apply(operator.gt, builder.apply(np.abs, lower[0]), builder.apply(np.abs, upper[0]))
    turned = builder.apply(operator.neg, sign)
    found = choices(builder, test, lambda: (*lower, *upper, turned), lambda: (*upper, *lower, sign))
    half = len(upper)
    rows = [list(row) for row in rows]
    rows[k][k:], rows[r][k:] = found[:half], found[half : 2 * half]
    return rows, found[-1]


# ---------------------------------------------------------------------------------------------------------- cofactors
def cofactors(low: Lowering, fact: facts.Num, matrix: ir.Atom) -> Value | None:
    """The derivative of the determinant: each entry the determinant of what is left without its row and column, with a sign."""
    size = size_of(low, matrix)
    if size is None:
        return None
    rows = rows_of(low, matrix, size)
    found = [[minor(low, rows, i, j) for j in range(size)] for i in range(size)]
    lengths = (ir.Const(size), ir.Const(size))
    return result(low, fact, lengths, lambda place: found[place[0].value][place[1].value])  # type: ignore[union-attr]


def minor(low: Lowering, rows: Rows, i: int, j: int) -> ir.Atom:
    """Of three rows and columns, those that follow in a circle: the sign is right as it is."""
    builder = low.builder
    if len(rows) == 1:
        return UNIT
    if len(rows) == 2:
        entry = rows[1 - i][1 - j]
        return builder.apply(operator.neg, entry) if i != j else entry
    (a, b), (c, d) = [[rows[(i + p) % 3][(j + q) % 3] for q in (1, 2)] for p in (1, 2)]
    return builder.apply(operator.sub, builder.apply(operator.mul, a, d), builder.apply(operator.mul, b, c))


SMALL: dict[Any, Callable[..., Any]] = {
    np.linalg.inv: inverse, np.linalg.solve: solve, np.linalg.det: det, kernels.cofactors: cofactors,
}  # fmt: skip
