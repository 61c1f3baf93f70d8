"""Derivative rules: reading and storing by index.

In: subscripts, take, take_along_axis, delete, and the kernels that stand for stores.  Out: their rules in `RULES`.
"""

from __future__ import annotations

import operator

import numpy as np

from s2s.rules.cases import A, case
from s2s.rules.declare import linear
from s2s.rules.when import reads_once, takes_no_part
from s2s_runtime.kernels import (
    detached,
    follow,
    index_add,
    index_adjoint,
    index_set,
    part_sign,
    positions,
    scatter_add,
    stored,
)

TWICE = np.array([0, 2, 2, -1])
FLAGS = np.array([[True, False, True], [False, False, True]])
INDICES = [
    ((4,), 1),
    ((4,), -1),
    ((4,), slice(1, 3)),
    ((5,), slice(None, None, -2)),
    ((4, 3), 2),
    ((4, 3), (1, slice(None))),
    ((4, 3), (slice(None), None, 1)),
    ((4, 3), (Ellipsis, -1)),
    ((2, 3, 4), (Ellipsis, None, slice(0, 4, 2))),
    ((4,), TWICE),
    ((4, 3), TWICE),
    ((4, 3), [0, 0]),
    ((4, 3), (TWICE, np.array([0, 1, 1, 2]))),
    ((2, 4, 3), (slice(None), TWICE, 1)),
    ((2, 4, 3), (0, slice(None), np.array([[0, 1], [1, 1]]))),
    ((2, 3), FLAGS),
    ((3, 2), np.array([True, False, True])),
    ((2, 3), (slice(None), np.array([True, False, True]))),
    ((4, 3), (np.array([True, False, True, True]), np.array([0, 2, 2]))),
    ((4,), np.array([], int)),
    ((4,), slice(3, 1)),
    ((), ()),
    ((), Ellipsis),
    ((0, 3), (slice(None), 1)),
    ((3, 3), np.ix_([0, 2, 2], [1, 1])),
]
READS = [case(A(*shape), index) for shape, index in INDICES]


def shape_of_read(shape, index):
    return np.shape(np.empty(shape)[index])


STORES = [case(A(*shape), index, A(*shape_of_read(shape, index))) for shape, index in INDICES]
SCALAR_STORES = [case(A(*shape), index, A()) for shape, index in INDICES]
IMAGINARY = [
    case(A(3, domain="complex"), 1, A(), ((np.imag,),)),
    case(A(2, 3, domain="complex"), slice(None), A(3), ((operator.getitem, 1), (np.imag,))),
    case(A(4, domain="complex"), TWICE, A(4), ((np.imag,),)),
]
THROUGH = [
    case(A(4, 3), (1, 0), A(), ((np.transpose,),)),
    case(A(4, 3), slice(None), A(2, 4), ((np.transpose,), (operator.getitem, slice(0, 2)))),
    case(A(5, 2), 1, A(2), ((operator.getitem, slice(1, None, 2)),)),
    case(A(2, 3, 4), TWICE, A(4, 2), ((operator.getitem, (slice(None), 1)), (np.swapaxes, 0, 1))),
    case(A(3, domain="complex"), slice(1, None), A(2), ((np.real,),)),
]


@linear(
    follow,
    wrt=("buffer",),
    when=lambda buffer, path: takes_no_part(path),
    cases=[case(store.args[0], store.args[3]) for store in THROUGH],
)
def follow_adjoint(g, buffer, path):
    return index_add(np.zeros_like(buffer), ..., g, path)


@linear(
    follow,
    wrt=("buffer",),
    cases=[case(A(3, domain="complex"), ((np.imag,),)), case(A(2, 3, domain="complex"), ((np.transpose,), (np.imag,)))],
)
def follow_to_part_adjoint(g, buffer, path):
    """The imaginary part of z moves by the real part of -1j dz."""
    return index_add(np.zeros_like(buffer), ..., part_sign(path) * g, path)


@linear(operator.getitem, cases=READS, moves=True)
def getitem(g, a, index):
    return index_adjoint(g, np.shape(a), index)


@linear(
    index_adjoint, cases=[case(A(*shape_of_read(shape, index)), shape, index) for shape, index in INDICES], moves=True
)
def index_adjoint_adjoint(h, g, shape, index):
    return h[index]


@linear(
    index_add,
    wrt=("buffer", "value"),
    when=lambda buffer, index, value, path: takes_no_part(path),
    cases=[*STORES, *SCALAR_STORES, *THROUGH],
)
def index_add_adjoint(g, buffer, index, value, path=()):
    return g, follow(g, path)[index]


@linear(index_add, wrt=("buffer", "value"), cases=IMAGINARY)
def index_add_to_part_adjoint(g, buffer, index, value, path=()):
    return g, part_sign(path) * follow(g, path)[index]


@linear(
    index_set,
    wrt=("buffer", "value"),
    when=lambda buffer, index, value, path: reads_once(index) and takes_no_part(path),
    cases=[*STORES, *SCALAR_STORES, *THROUGH],
    moves=True,
)
def index_set_once_adjoint(g, buffer, index, value, path=()):
    value_bar = detached(follow(g, path)[index])  # before its place is cleared
    return index_set(g, index, 0.0, path), value_bar


@linear(
    index_set,
    wrt=("buffer", "value"),
    when=lambda buffer, index, value, path: takes_no_part(path),
    cases=[*STORES, *SCALAR_STORES, *THROUGH, case(A(4, 3), 1, A(1, 3))],
    moves=True,
)
def index_set_adjoint(g, buffer, index, value, path=()):
    """What was overwritten contributes nothing; of values stored at one place, only the last one does."""
    value_bar = stored(follow(g, path), index)
    return index_set(g, index, 0.0, path), value_bar


@linear(index_set, wrt=("buffer", "value"), cases=IMAGINARY)
def index_set_in_part_adjoint(g, buffer, index, value, path=()):
    value_bar = part_sign(path) * stored(follow(g, path), index)
    return index_set(g, index, 0.0, path), value_bar


@linear(detached, cases=[case(A(2, 3)), case(A(0)), case(A())], moves=True)
def detached_adjoint(g, x):
    return g


@linear(stored, cases=READS, moves=True)
def stored_adjoint(h, g, index):
    return index_set(np.zeros_like(g), index, h)


@linear(
    np.take,
    cases=[
        case(A(4), TWICE),
        case(A(4, 3), 2),
        case(A(4, 3), TWICE, 0),
        case(A(4, 3), [[0, 1], [1, 1]], axis=-1),
        case(A(4), np.array([5, -7]), mode="wrap"),
        case(A(4), np.array([5, -7]), mode="clip"),
        case(A(4), np.array([], int)),
        case(A(0), np.array([], int)),
        case(A(1, 3), [0, 0], 0),
        case(A(), 0),
    ],
    moves=True,
)
def take(g, a, indices, axis=None, *, mode="raise"):
    return scatter_add(g, np.take(positions(np.shape(a)), indices, axis, mode=mode), np.shape(a))


@linear(
    np.take_along_axis,
    cases=[
        case(A(2, 3), np.array([[0, 0], [2, 1]]), 1),
        case(A(2, 3), np.array([[1, 0, 1]]), axis=0),
        case(A(2, 3), np.array([5, 0, 0]), None),
        case(A(1, 3), np.array([[0], [2]]), -1),
        case(A(2, 0), np.zeros((2, 0), int), 1),
    ],
    moves=True,
)
def take_along_axis(g, arr, indices, axis=-1):
    return scatter_add(g, np.take_along_axis(positions(np.shape(arr)), indices, axis), np.shape(arr))


@linear(
    np.delete,
    cases=[case(A(4), 1), case(A(4, 3), [0, 2], 0), case(A(2, 3), slice(0, 2), axis=-1), case(A(2, 3), [1, 1, 4])],
)
def delete(g, arr, obj, axis=None):
    return scatter_add(g, np.delete(positions(np.shape(arr)), obj, axis), np.shape(arr))


@linear(
    np.insert,
    wrt=("arr", "values"),
    cases=[
        case(A(3), 1, A()),
        case(A(3), [0, 3], A(2)),
        case(A(2, 3), 1, A(3), axis=0),
        case(A(2, 3), -1, A(2), 1),
        case(A(2, 3), [1, 1], A(2, 2), axis=-1),
        case(A(2, 3), 4, A()),
        case(A(0), 0, A(2)),
        case(A(4), slice(0, 4, 2), A(2)),
    ],
)
def insert(g, arr, obj, values, axis=None):
    """Where an entry comes from: its position in `values`, or -1 for one of `arr`."""
    origin = np.insert(np.full(np.shape(arr), -1), obj, positions(np.shape(values)), axis)
    inserted = origin >= 0
    values_bar = scatter_add(g[inserted], origin[inserted], np.shape(values))
    return np.reshape(g[~inserted], np.shape(arr)), values_bar


@linear(
    np.compress,
    wrt=("a",),
    cases=[
        case([True, False, True], A(3)),
        case([False, True], A(2, 3), 0),
        case(np.array([1, 0, 1]), A(2, 3), axis=1),
        case([True, False, True], A(2, 3)),
    ],
)
def compress(g, condition, a, axis=None):
    return scatter_add(g, np.compress(condition, positions(np.shape(a)), axis), np.shape(a))


@linear(
    scatter_add,
    cases=[
        case(A(4), TWICE % 4, (4,)),
        case(A(2, 2), np.array([[0, 5], [5, 5]]), (2, 3)),
        case(A(0), np.array([], int), (2,)),
    ],
    moves=True,
)
def scatter_add_adjoint(h, g, places, shape):
    return np.take(h, places)
