"""Derivative rules: entries repeated, padded or differenced.

In: tile, repeat, pad, diff, unwrap, sliding windows.  Out: their rules in `RULES`.  Where entries are only picked, doing the same to their
positions says where the cotangents go.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from s2s.rules.cases import A, case
from s2s.rules.declare import custom, diagonal, linear
from s2s.rules.when import is_one_of
from s2s_runtime.kernels import (
    LINEAR_PAD_MODES,
    diff_adjoint,
    linear_pad_mode,
    pad_adjoint,
    positions,
    scatter_add,
    windows_adjoint,
)


@linear(
    np.tile,
    wrt=("A",),
    cases=[case(A(3), 2), case(A(2, 3), (2, 1, 2)), case(A(2, 1, 2), 3), case(A(), (2,)), case(A(0), 2), case(A(2), 0)],
    moves=True,
)
def tile(g, A, reps):
    return scatter_add(g, np.tile(positions(np.shape(A)), reps), np.shape(A))


@linear(
    np.repeat,
    cases=[
        case(A(3), 2),
        case(A(2, 3), 2),
        case(A(2, 3), [1, 0, 2], axis=1),
        case(A(2, 3), 3, -2),
        case(A(1, 3), 2, 0),
        case(A(), 4),
        case(A(0), 2),
    ],
    moves=True,
)
def repeat(g, a, repeats, axis=None):
    return scatter_add(g, np.repeat(positions(np.shape(a)), repeats, axis), np.shape(a))


def is_linear(array, pad_width, mode, constant_values):
    """What lies in the padding is copied from the array, or constant."""
    return not mode.const or is_one_of(mode, *LINEAR_PAD_MODES)


def pad_jvp(array_dot, array, pad_width, mode="constant", *, constant_values=0):
    return np.pad(array_dot, pad_width, linear_pad_mode(mode))


@custom(
    np.pad,
    jvp=pad_jvp,
    wrt=("array",),
    when=is_linear,
    cases=[
        case(A(3), 1),
        case(A(2, 3), ((1, 0), (2, 1)), constant_values=5.0),
        case(A(2, 3), (0, 2), "constant"),
        case(A(2, 3), {-1: (1, 2)}),
        case(A(0, 2), 1),
        case(A(3), (1, 2)),
        case(A(2, 1, 3), ((1, 0), (0, 2), (3, 1))),
        case(A(4), 2, "edge"),
        case(A(2, 3), ((1, 2), (3, 1)), mode="reflect"),
        case(A(3), (4, 5), mode="symmetric"),
        case(A(3), (4, 5), mode="wrap"),
        case(A(1), 2, mode="reflect"),
    ],
)
def pad(g, array, pad_width, mode="constant", *, constant_values=0):
    return pad_adjoint(g, np.shape(array), pad_width, mode)


@linear(
    pad_adjoint,
    cases=[
        case(A(5), (3,), 1, "constant"),
        case(A(5, 6), (2, 3), ((1, 2), (2, 1)), "edge"),
        case(A(7), (3,), (2, 2), "wrap"),
    ],
)
def pad_adjoint_adjoint(h, g, shape, pad_width, mode):
    return np.pad(h, pad_width, mode)


@linear(
    np.diff,
    cases=[
        case(A(5)),
        case(A(5), 2),
        case(A(2, 4), n=3, axis=-1),
        case(A(4, 2), axis=0),
        case(A(2), 3),
        case(A(3), 0),
        case(A(1)),
    ],
)
def diff(g, a, n=1, axis=-1):
    return diff_adjoint(g, np.shape(a), n, axis)


@linear(diff_adjoint, cases=[case(A(4), (5,), 1, -1), case(A(2, 3), (4, 3), 2, 0), case(A(0), (2,), 3, 0)])
def diff_adjoint_adjoint(h, g, shape, n, axis):
    return np.diff(h, n, axis)


@diagonal(
    np.unwrap,
    wrt=("p",),
    real_only=True,
    cases=[case(A(5)), case(A(4, 3), axis=0), case(A(5), 4.0), case(A(2, 4), period=1.0)],
)
def unwrap(v, p, discont=None, axis=-1, *, period=2 * np.pi):
    """Whole periods are added."""
    return v


WINDOWS = [case(A(5), 3), case(A(4, 3), (2, 2)), case(A(4, 3), 2, 0), case(A(4, 3), (2, 2), axis=(1, -1)), case(A(3), (1,))]


@linear(sliding_window_view, wrt=("x",), cases=WINDOWS)
def windows(g, x, window_shape, axis=None, *, subok=False, writeable=False):
    return windows_adjoint(g, np.shape(x), window_shape, axis)


@linear(
    windows_adjoint,
    wrt=("g",),
    cases=[case(A(3, 3), (5,), 3, None), case(A(3, 2, 2, 2), (4, 3), (2, 2), None), case(A(3, 3, 2), (4, 3), 2, 0)],
)
def windows_adjoint_adjoint(h, g, shape, window_shape, axis):
    return sliding_window_view(h, window_shape, axis)
