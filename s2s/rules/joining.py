"""Derivative rules: several arrays made one, and one made several.

In: concatenate, stack and their kin, split and its kin, append, meshgrid.  Out: their rules in `RULES`.
"""

from __future__ import annotations

import numpy as np

from s2s.rules.cases import A, case
from s2s.rules.declare import linear
from s2s_runtime.kernels import join, mesh, mesh_adjoint, shapes, split_to, unstack


@linear(
    np.concatenate,
    sequences=("arrays",),
    cases=[
        case([A(2), A(3)]),
        case((A(2, 3), A(1, 3), A(0, 3))),
        case([A(2, 3), A(2, 1)], axis=-1),
        case([A(2, 3), A(2)], None),
        case([A(), A()], None),
        case([A(2, 3, 1), A(2, 1, 1)], 1),
        case(A(2, 3, 2)),
        case(A(2, 3, 2), 1),
        case([A(2)]),
    ],
    moves=True,
)
def concatenate(g, arrays, axis=0):
    return split_to(g, shapes(arrays), axis)


@linear(
    np.stack,
    sequences=("arrays",),
    cases=[
        case([A(2), A(2)]),
        case((A(), A(), A())),
        case([A(2, 3), A(2, 3)], axis=-1),
        case([A(2, 3)], 1),
        case([A(1, 3), A(1, 3)], 1),
        case(A(2, 3)),
        case([A(0), A(0)]),
    ],
    moves=True,
)
def stack(g, arrays, axis=0):
    return unstack(g, shapes(arrays), axis)


@linear(
    np.vstack,
    sequences=("tup",),
    cases=[
        case([A(3), A(2, 3)]),
        case((A(), A())),
        case([A(0, 2), A(1, 2)]),
        case([A(2, 1, 2), A(1, 1, 2)]),
        case(A(2, 3)),
    ],
    moves=True,
)
def vstack(g, tup):
    return split_to(g, shapes(tup), 0)


@linear(
    np.hstack,
    sequences=("tup",),
    cases=[
        case([A(3), A(), A(2)]),
        case([A(0), A(2)]),
        case((A(2, 1), A(2, 3))),
        case([A(2, 1, 2), A(2, 2, 2)]),
        case(A(2, 3)),
        case(A(2, 3, 2)),
    ],
    moves=True,
)
def hstack(g, tup):
    return split_to(g, shapes(tup), min(1, np.ndim(g) - 1))


@linear(
    np.dstack,
    sequences=("tup",),
    cases=[case([A(3), A(1, 3)]), case((A(2, 3), A(2, 3, 2))), case([A(), A()])],
    moves=True,
)
def dstack(g, tup):
    return split_to(g, shapes(tup), 2)


@linear(
    np.column_stack,
    sequences=("tup",),
    cases=[case([A(3), A(3, 2)]), case((A(3), A(3))), case([A(), A()]), case(A(2, 3))],
    moves=True,
)
def column_stack(g, tup):
    return split_to(g, shapes(tup), 1)


@linear(
    np.append,
    wrt=("arr", "values"),
    cases=[
        case(A(3), A()),
        case(A(2, 3), A(4)),
        case(A(2, 3), A(1, 3), 0),
        case(A(2, 3), A(2, 2), axis=-1),
        case(A(0), A(2)),
    ],
    moves=True,
)
def append(g, arr, values, axis=None):
    return split_to(g, shapes((arr, values)), axis)


# --------------------------------------------------------------------------------------------------------- split
@linear(
    np.split,
    np.array_split,
    cases=[
        case(A(4), 2),
        case(A(5), [2, 3]),
        case(A(2, 6), [1, -1], axis=1),
        case(A(2, 4), 2, -1),
        case(A(3), [3]),
        case(A(1, 4), 2, axis=1),
        case(A(0), [0]),
    ],
)
def split(g, ary, indices_or_sections, axis=0):
    return np.concatenate(g, axis=axis)


@linear(np.vsplit, cases=[case(A(4, 2), 2), case(A(3, 2), [1])])
def vsplit(g, ary, indices_or_sections):
    return np.concatenate(g, axis=0)


@linear(np.hsplit, cases=[case(A(4), 2), case(A(3, 2), [1]), case(A(2, 4, 3), 2)])
def hsplit(g, ary, indices_or_sections):
    return np.concatenate(g, axis=min(1, np.ndim(ary) - 1))


@linear(np.dsplit, cases=[case(A(1, 2, 4), 2), case(A(2, 1, 3), [2])])
def dsplit(g, ary, indices_or_sections):
    return np.concatenate(g, axis=2)


@linear(np.unstack, cases=[case(A(2, 3)), case(A(3)), case(A(2, 3), axis=-1), case(A(2, 3, 2), axis=1)])
def unstack_along(g, x, *, axis=0):
    return np.stack(g, axis=axis)


# ---------------------------------------------------------------------------------------------------------- mesh
@linear(
    np.meshgrid,
    wrt=("xi",),
    cases=[
        case(A(2), A(3)),
        case(A(2), A(3), indexing="ij"),
        case(A(2), A(3), A(4)),
        case(A(3)),
        case(A(), A(2)),
        case(A(0), A(2)),
    ],
)
def meshgrid(g, *xi, indexing="xy"):
    return mesh_adjoint(g, shapes(xi), indexing)


@linear(mesh, cases=[case((A(2), A(3)), "xy"), case([A(2), A(1), A(3)], "ij")])
def mesh_to_vectors(g, vectors, indexing):
    return mesh_adjoint(g, shapes(vectors), indexing)


@linear(
    mesh_adjoint, cases=[case((A(3, 2), A(3, 2)), [(2,), (3,)], "xy"), case((A(2, 3), A(2, 3)), [(2,), (3,)], "ij")]
)
def mesh_adjoint_adjoint(h, g, parts, indexing):
    return mesh(h, indexing)


# ------------------------------------------------------------------------------------------------------- kernels
@linear(
    split_to,
    cases=[
        case(A(5), [(2,), (3,)], 0),
        case(A(2, 3), [(3,), (1, 3)], 0),
        case(A(4), [(2, 1), (2,)], None),
        case(A(4, 3), (2, 2, 3), 0),
    ],
)
def split_to_adjoint(h, g, parts, axis):
    return join(h, np.shape(g), axis)


@linear(
    join,
    cases=[
        case((A(2), A(3)), (5,), 0),
        case([A(3), A(1, 3)], (2, 3), 0),
        case([A(2, 1), A(2, 2)], (2, 3), -1),
        case((A(2), A(2, 1)), (4,), None),
    ],
)
def join_adjoint(h, pieces, shape, axis):
    return split_to(h, shapes(pieces), axis)


@linear(unstack, cases=[case(A(2, 3), [(3,), (3,)], 0), case(A(2, 3), [(2,)] * 3, -1), case(A(2, 3), (3, 2), 1)])
def unstack_adjoint(h, g, parts, axis):
    return np.stack(h, axis)
