"""Derivative rules: the same entries in another shape, order or dtype.

In: NumPy's functions on shapes and axes, and its ways to make an array of something.  Out: their rules in `RULES`.
"""

from __future__ import annotations

import numpy as np

from s2s.rules.cases import A, case
from s2s.rules.declare import linear
from s2s.rules.when import is_one_of, ranks
from s2s_runtime.kernels import (
    astype,
    inverse_permutation,
    nesting,
    roll_destination,
    sum_to,
    unpack,
)

CASTS = (np.astype,) if hasattr(np, "astype") else ()
IN_C_ORDER = [
    case(A(2, 3), (3, 2)),
    case(A(1, 3), (3, 1)),
    case(A(2, 3), -1),
    case(A(), (1, 1)),
    case(A(0, 3), (3, 0)),
    case(A(6), (2, -1)),
]


# --------------------------------------------------------------------------------------------------------- shape
@linear(
    np.reshape,
    when=lambda a, shape, order: is_one_of(order, "F"),
    cases=[case(A(2, 3), (3, 2), order="F"), case(A(2, 3, 2), (4, -1), order="F"), case(A(2, 3), -1, "F")],
    moves=True,
)
def reshape_in_columns(g, a, shape, order="C"):
    return np.reshape(g, np.shape(a), order="F")


@linear(
    np.reshape,
    when=lambda a, shape, order: is_one_of(order, "C"),
    cases=[*IN_C_ORDER, case(A(2, 3), (6,), "C")],
    moves=True,
)
def reshape(g, a, shape, order="C"):
    """Only C and F order: what the others mean depends on how the array lies in memory."""
    return np.reshape(g, np.shape(a))


@linear(
    np.ravel,
    when=lambda a, order: is_one_of(order, "F"),
    cases=[case(A(2, 3), "F"), case(A(2, 2, 3), order="F"), case(A(), "F")],
    moves=True,
)
def ravel_columns(g, a, order="C"):
    return np.reshape(g, np.shape(a), order="F")


@linear(
    np.ravel,
    when=lambda a, order: is_one_of(order, "C"),
    cases=[case(A(2, 3)), case(A(), "C"), case(A(0)), case(A(1, 2, 1))],
    moves=True,
)
def ravel(g, a, order="C"):
    return np.reshape(g, np.shape(a))


@linear(
    np.atleast_1d,
    np.atleast_2d,
    np.atleast_3d,
    cases=[case(A(2, 3)), case(A()), case(A(0)), case(A(1, 2, 1))],
    moves=True,
)
def atleast(g, a):
    return np.reshape(g, np.shape(a))


@linear(
    np.expand_dims,
    cases=[case(A(2, 3), 1), case(A(3), -1), case(A(), (0, 1)), case(A(0), axis=0), case(A(1, 3), 1)],
    moves=True,
)
def expand_dims(g, a, axis):
    return np.reshape(g, np.shape(a))


@linear(
    np.squeeze,
    cases=[case(A(1, 3, 1)), case(A(1, 3, 1), 0), case(A(1, 3, 1), axis=(0, -1)), case(A()), case(A(1, 0))],
    moves=True,
)
def squeeze(g, a, axis=None):
    return np.reshape(g, np.shape(a))


@linear(
    np.broadcast_to,
    cases=[
        case(A(3), (2, 3)),
        case(A(2, 1), (4, 2, 3)),
        case(A(), (2,)),
        case(A(1), (0,)),
        case(A(0), (2, 0)),
        case(A(), ()),
        case(A(), 3),
    ],
    moves=True,
)
def broadcast_to(g, array, shape):
    return sum_to(g, np.shape(array))


@linear(
    np.copy,
    np.asanyarray,
    np.ascontiguousarray,
    np.asfortranarray,
    cases=[case(A(2, 3)), case(A(0)), case(A(1))],
    moves=True,
)
def copy(g, a, *, order="K"):
    return g


@linear(astype, *CASTS, cases=[case(A(3), np.float32), case(A(2, 3), np.float64), case(A(), "float32")])
def cast(g, x, dtype):
    """The framework gives a cotangent the dtype of its primal."""
    return g


@linear(
    np.array,
    np.asarray,
    nested=("a",),
    when=lambda a, *options: a.ndim is not None,
    cases=[case(A(2, 3)), case(A(0)), case(A(3), np.float32), case(A()), case(A(2, 3), copy=True, order="F")],
    moves=True,
)
def array_of_array(g, a, dtype=None, *, copy=True, order="K"):
    return g


@linear(
    np.array,
    np.asarray,
    nested=("a",),
    cases=[
        case([A(), A(), A()]),
        case([[A(), 1.0], [2, A()]]),
        case((A(3), A(3))),
        case([A(), 3.0], float),
        case([[A(2), A(2)], [A(2), A(2)]]),
        case([]),
    ],
    moves=True,
)
def array(g, a, dtype=None, *, copy=True, order="K"):
    return unpack(g, nesting(a))


@linear(unpack, cases=[case(A(2, 2), [[(), ()], [(), ()]]), case(A(2, 3), [(3,), (3,)]), case(A(3), (3,))])
def unpack_adjoint(h, g, parts):
    return np.array(h)


# ---------------------------------------------------------------------------------------------------------- axes
@linear(
    np.transpose,
    cases=[
        case(A(2, 3)),
        case(A(2, 3, 4), (2, 0, 1)),
        case(A(2, 3, 4), axes=(-1, 0, 1)),
        case(A()),
        case(A(0, 3), None),
        case(A(1, 3)),
    ],
    moves=True,
)
def transpose(g, a, axes=None):
    if axes is None:
        return np.transpose(g)
    return np.transpose(g, inverse_permutation(axes))


@linear(
    np.matrix_transpose, np.linalg.matrix_transpose, cases=[case(A(2, 3)), case(A(2, 3, 4)), case(A(0, 3))], moves=True
)
def matrix_transpose(g, x):
    return np.swapaxes(g, -1, -2)


@linear(
    np.swapaxes,
    cases=[case(A(2, 3), 0, 1), case(A(2, 3, 4), 0, -1), case(A(2, 0), 1, 0), case(A(1, 3), 0, 1)],
    moves=True,
)
def swapaxes(g, a, axis1, axis2):
    return np.swapaxes(g, axis1, axis2)


@linear(
    np.moveaxis,
    cases=[
        case(A(2, 3, 4), 0, -1),
        case(A(2, 3, 4), (0, 1), (-1, 0)),
        case(A(2, 3), source=1, destination=0),
        case(A(1, 0), 0, 1),
    ],
    moves=True,
)
def moveaxis(g, a, source, destination):
    return np.moveaxis(g, destination, source)


@linear(
    np.rollaxis,
    cases=[case(A(2, 3, 4), 2), case(A(2, 3, 4), 0, 3), case(A(2, 3, 4), -1, -3), case(A(2, 3, 4), 1, start=1)],
    moves=True,
)
def rollaxis(g, a, axis, start=0):
    return np.moveaxis(g, roll_destination(np.ndim(a), axis, start), axis)


# --------------------------------------------------------------------------------------------------------- order
@linear(
    np.flip,
    cases=[
        case(A(3)),
        case(A(2, 3)),
        case(A(2, 3), 0),
        case(A(2, 3, 4), axis=(0, -1)),
        case(A(0)),
        case(A()),
        case(A(1, 3)),
    ],
    moves=True,
)
def flip(g, m, axis=None):
    return np.flip(g, axis)


@linear(np.fliplr, cases=[case(A(2, 3)), case(A(2, 0))], moves=True)
def fliplr(g, m):
    return np.fliplr(g)


@linear(np.flipud, cases=[case(A(2, 3)), case(A(3)), case(A(0))], moves=True)
def flipud(g, m):
    return np.flipud(g)


@linear(np.rot90, cases=[case(A(2, 3)), case(A(2, 3), 2), case(A(2, 3, 4), k=-1, axes=(2, 0))], moves=True)
def rot90(g, m, k=1, axes=(0, 1)):
    return np.rot90(g, -k, axes)


@linear(
    np.roll,
    when=ranks(None, 0),
    cases=[
        case(A(4), 1),
        case(A(), 1),
        case(A(1, 3), 1, 0),
        case(A(2, 3), -1),
        case(A(2, 3), 5, 1),
        case(A(0), 2),
        case(A(2, 3), 1, (0, 1)),
    ],
    moves=True,
)
def roll(g, a, shift, axis=None):
    return np.roll(g, -shift, axis)


@linear(
    np.roll,
    cases=[case(A(2, 3), (1, 2), axis=(0, 1)), case(A(2, 3), (1, -2), (0, 0)), case(A(2, 3), 2, axis=-1)],
    moves=True,
)
def roll_axes(g, a, shift, axis=None):
    return np.roll(g, np.negative(shift), axis)
