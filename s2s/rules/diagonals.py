"""Derivative rules: the diagonals and triangles of a matrix.

In: trace, diag, diagflat, diagonal, tril, triu.  Out: their rules in `RULES`.
"""

from __future__ import annotations

import numpy as np

from s2s.rules.cases import A, case
from s2s.rules.declare import linear
from s2s.rules.when import ranks
from s2s_runtime.kernels import diag_adjoint, place_diagonal

PLANES = [
    case(A(3, 3)),
    case(A(2, 3), 1),
    case(A(3, 2), offset=-1),
    case(A(2, 3, 4), 0, 1, 2),
    case(A(2, 3, 4), axis1=-1, axis2=0),
    case(A(2, 3), 5),
    case(A(1, 3)),
    case(A(0, 3)),
]


@linear(np.trace, cases=PLANES)
def trace(g, a, offset=0, axis1=0, axis2=1):
    return place_diagonal(np.expand_dims(g, -1), np.shape(a), offset, axis1, axis2)


@linear(np.diagonal, cases=PLANES)
def diagonal(g, a, offset=0, axis1=0, axis2=1):
    return place_diagonal(g, np.shape(a), offset, axis1, axis2)


STACKS = [
    case(A(3, 3)),
    case(A(1, 3)),
    case(A(0, 3)),
    case(A(2, 3, 4)),
    case(A(2, 3), offset=1),
    case(A(2, 3, 3), offset=-1),
]


@linear(np.linalg.trace, cases=STACKS)
def trace_of_each(g, x, *, offset=0):
    return place_diagonal(np.expand_dims(g, -1), np.shape(x), offset, -2, -1)


@linear(np.linalg.diagonal, cases=STACKS)
def diagonal_of_each(g, x, *, offset=0):
    return place_diagonal(g, np.shape(x), offset, -2, -1)


@linear(
    place_diagonal, cases=[case(A(2), (2, 3), 1, 0, 1), case(A(2, 3), (2, 3, 4), 0, 1, 2), case(A(1), (3, 3), 0, 0, 1)]
)
def place_diagonal_adjoint(h, g, shape, offset, axis1, axis2):
    return np.diagonal(h, offset, axis1, axis2)


@linear(np.diag, when=ranks(1), cases=[case(A(3)), case(A(2), -1), case(A(0)), case(A(1), 2)])
def diag_of_vector(g, v, k=0):
    return np.diagonal(g, k)


@linear(np.diag, cases=[case(A(3, 3)), case(A(2, 3), 1), case(A(3, 2), k=-2), case(A(0, 3))])
def diag(g, v, k=0):
    return diag_adjoint(g, np.shape(v), k)


@linear(diag_adjoint, cases=[case(A(3, 3), (2,), 1), case(A(2), (2, 3), 0)])
def diag_adjoint_adjoint(h, g, shape, k):
    return np.diag(h, k)


@linear(np.diagflat, cases=[case(A(3)), case(A(2, 2), 1), case(A(), -1)])
def diagflat(g, v, k=0):
    return np.reshape(np.diagonal(g, k), np.shape(v))


@linear(
    np.tril, cases=[case(A(3, 3)), case(A(2, 3), 1), case(A(2, 3, 3), k=-1), case(A(3)), case(A(0, 3)), case(A(1, 3))]
)
def tril(g, m, k=0):
    return np.tril(g, k)


@linear(
    np.triu, cases=[case(A(3, 3)), case(A(2, 3), 1), case(A(2, 3, 3), k=-1), case(A(3)), case(A(0, 3)), case(A(1, 3))]
)
def triu(g, m, k=0):
    return np.triu(g, k)
