"""What products and systems of sparse matrices mean: those of the whole matrix.

In: a sparse matrix, or entries and their places, and arrays of objects.  Out: `Symbols`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from s2s.verify.arrays import filled, objects, symbols
from s2s.verify.lifting import OTHERWISE
from s2s.verify.linear_algebra import solve
from s2s.verify.scalar import scalar
from s2s_runtime import kernels


def whole(a: Any) -> Any:
    """A given matrix, with exact entries."""
    dense = a.toarray()
    return objects(filled([scalar(float(x)) for x in np.ravel(dense)], dense.shape))


def placed(data: Any, rows: Any, columns: Any, shape: tuple[int, int]) -> Any:
    """The matrix of entries, added up where they stand in one place."""
    matrix = np.full(shape, scalar(0), object)
    for entry, i, j in zip(objects(data), rows, columns, strict=True):
        matrix[i, j] = matrix[i, j] + entry
    return matrix


def as_spsolve(a: Any, b: Any) -> Any:
    """One column gives a vector."""
    found = solve(a, b)
    return symbols(np.ravel(found)) if np.ndim(b) == 2 and np.shape(b)[1] == 1 else found


def by_factors(factors: Any, b: Any, trans: str = "N") -> Any:
    """The product of the factors, with rows and columns where they were."""
    size = len(factors.perm_r)
    rows, columns = np.argsort(factors.perm_r), factors.perm_c
    lower, upper = whole(factors.L), whole(factors.U)
    matrix = np.matmul(lower, upper)[np.ix_(np.argsort(rows), np.arange(size))][:, columns]
    return solve(matrix.T if trans == "T" else matrix, b)


OTHERWISE.update({
    kernels.sparse_product: lambda a, x: symbols(np.matmul(whole(a), objects(x))),
    kernels.sparse_product_from_left: lambda x, a: symbols(np.matmul(objects(x), whole(a))),
    kernels.sparse_solution: lambda a, b: as_spsolve(whole(a), b), kernels.factored_solution: by_factors,
    kernels.product_of_entries: lambda data, rows, columns, shape, x: symbols(np.matmul(placed(data, rows, columns, shape), objects(x))),
    kernels.dense_of_entries: lambda *entries: symbols(placed(*entries)),
    kernels.solution_of_entries: lambda data, rows, columns, shape, name, b: as_spsolve(placed(data, rows, columns, shape), b),
    kernels.gathered_entries: lambda data, places, count: symbols(
        placed(data, places, [0] * len(places), (count, 1))[:, 0]
    ),
})  # fmt: skip
