"""Definitions: norms, condition numbers, products and systems of NumPy's newer names.

In: functions of `np.linalg`.  Out: their definitions in `RULES`.
"""

from __future__ import annotations

import math

import numpy as np

from s2s.rules.cases import A, case
from s2s.rules.declare import written


@written(np.linalg.cross)
def cross(x1, x2, /, *, axis=-1):
    return np.cross(x1, x2, axis=axis)


def along_another_axis(x1, x2, axis):
    return axis != -1


@written(np.linalg.vecdot, when=along_another_axis)
def vecdot(x1, x2, /, *, axis=-1):
    return np.linalg.vecdot(np.moveaxis(x1, axis, -1), np.moveaxis(x2, axis, -1))


def along_a_named_axis(x1, x2, axis):
    return axis is not None


@written(*(vars(np)[name] for name in ("vecdot",) if name in vars(np)), when=along_a_named_axis)
def vecdot_along(x1, x2, /, *, axis=None):
    return vecdot(x1, x2, axis=axis)


def with_a_tolerance(a, rcond, hermitian, rtol):
    return isinstance(rtol, float)


@written(np.linalg.pinv, when=with_a_tolerance)
def pinv(a, rcond=None, hermitian=False, *, rtol=np._NoValue):
    return np.linalg.pinv(a, rtol)


@written(np.linalg.tensordot)
def tensordot(x1, x2, /, *, axes=2):
    return np.tensordot(x1, x2, axes=axes)


@written(np.linalg.matrix_norm)
def matrix_norm(x, /, *, keepdims=False, ord="fro"):
    return np.linalg.norm(x, axis=(-2, -1), keepdims=keepdims, ord=ord)


@written(np.linalg.vector_norm)
def vector_norm(x, /, *, axis=None, keepdims=False, ord=2):
    """Of several axes, of the vector of all their entries."""
    if axis is None:
        lines, along, axes = np.ravel(x), 0, tuple(range(np.ndim(x)))
    elif np.ndim(axis) == 1:
        axes = tuple([k % np.ndim(x) for k in axis])
        rest = tuple([k for k in range(np.ndim(x)) if k not in axes])
        lengths = [np.shape(x)[k] for k in axes]
        lines, along = np.reshape(np.transpose(x, axes + rest), (math.prod(lengths), *[np.shape(x)[k] for k in rest])), 0
    else:
        lines, along, axes = x, axis, (axis,)
    result = np.linalg.norm(lines, axis=along, ord=ord)
    return np.expand_dims(result, axes) if keepdims else result


@written(np.linalg.cond)
def cond(x, p=None):
    """The greatest singular value by the least, or the norm by that of the inverse."""
    if p is None or p == 2 or p == -2:
        s = np.linalg.svd(x, compute_uv=False)
        return s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]
    return np.linalg.norm(x, p, axis=(-2, -1)) * np.linalg.norm(np.linalg.inv(x), p, axis=(-2, -1))


@written(np.linalg.tensorinv, cases=[case(A(4, 2, 2), 1), case(A(2, 2, 4))])
def tensorinv(a, ind=2):
    shape = np.shape(a)
    inverse = np.linalg.inv(np.reshape(a, (math.prod(shape[ind:]), -1)))
    return np.reshape(inverse, shape[ind:] + shape[:ind])


@written(np.linalg.tensorsolve, arrays=("a", "b"), cases=[case(A(4, 2, 2), A(4)), case(A(2, 2, 4), A(2, 2))])
def tensorsolve(a, b, axes=None):
    rank = np.ndim(a)
    if axes is not None:
        order = [k for k in range(rank) if k not in axes and k - rank not in axes]
        a = np.transpose(a, (*order, *axes))
    shape = np.shape(a)[np.ndim(b) :]
    size = math.prod(shape)
    return np.reshape(np.linalg.solve(np.reshape(a, (size, size)), np.ravel(b)), shape)


def is_root(a, mode):
    return mode == "r"


@written(np.linalg.qr, when=is_root)
def qr(a, mode="reduced"):
    """The triangle alone."""
    return np.linalg.qr(a)[1]
