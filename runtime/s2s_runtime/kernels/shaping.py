"""Kernels that undo padding, differencing and axis permutations.

In: arrays and the arguments of the primal.  Out: arrays, axes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from s2s_runtime.kernels.indexing import positions, scatter_add

LINEAR_PAD_MODES = ("constant", "edge", "reflect", "symmetric", "wrap")


def linear_pad_mode(mode: Any) -> Any:
    """`mode`, if the derivative of that padding is known."""
    if mode not in LINEAR_PAD_MODES:
        raise ValueError(
            f"np.pad(mode={mode!r}) has no derivative rule; there is one for {', '.join(LINEAR_PAD_MODES)}"
        )
    return mode


def pad_adjoint(g: Any, shape: tuple[int, ...], pad_width: Any, mode: Any) -> Any:
    """The adjoint of padding an array of `shape`: what lies in the padding is added to where it was copied from."""
    if linear_pad_mode(mode) == "constant":
        before = _widths(pad_width, len(shape))[:, 0]
        return g[tuple(slice(low, low + n) for low, n in zip(before, shape, strict=True))]
    return scatter_add(g, np.pad(positions(shape), pad_width, mode=mode), shape)


def _widths(pad_width: Any, rank: int) -> Any:
    """(before, after) for each axis; a dict has them for some axes, the others are left as they are."""
    if not isinstance(pad_width, dict):
        return np.broadcast_to(pad_width, (rank, 2))
    widths = np.zeros((rank, 2), int)
    for axis, width in pad_width.items():
        widths[axis] = width
    return widths


def diff_adjoint(g: Any, shape: tuple[int, ...], n: int, axis: int) -> Any:
    """The adjoint of the n-th difference: (-1)^n times the n-th difference of `g` between zeros."""
    if np.size(g) == 0:
        return np.zeros(shape, np.result_type(g))
    width = [(0, 0)] * len(shape)
    width[axis] = (n, n)
    return (-1) ** n * np.diff(np.pad(g, width), n, axis)


def inverse_permutation(axes: Any) -> tuple[int, ...]:
    """The axes that undo a transposition by `axes`."""
    return tuple(int(i) for i in np.argsort([axis % len(axes) for axis in axes]))


def roll_destination(rank: int, axis: int, start: int) -> int:
    """Where `np.rollaxis` puts `axis`."""
    start = start + rank if start < 0 else start
    return start - 1 if axis % rank < start else start


def astype(x: Any, dtype: Any) -> Any:
    """`x.astype(dtype)`, for Python numbers too; None, which NumPy would make NaN, is an error."""
    if x is None:
        raise TypeError("there is no number here to give a dtype to")
    return x.astype(dtype) if isinstance(x, (np.ndarray, np.generic)) else np.dtype(dtype).type(x)


def windows_adjoint(g: Any, shape: tuple[int, ...], window_shape: Any, axis: Any) -> Any:
    """The adjoint of `sliding_window_view` of an array of `shape`: what every window got, added up where it came from."""
    lengths = (window_shape,) if np.ndim(window_shape) == 0 else tuple(window_shape)
    axes = range(len(shape)) if axis is None else [k % len(shape) for k in ((axis,) if np.ndim(axis) == 0 else axis)]
    result = np.zeros(shape, np.result_type(g))
    for offset in np.ndindex(lengths):
        place = [slice(None)] * len(shape)
        counts = list(np.shape(g)[: len(shape)])
        for k, first in zip(reversed(list(axes)), reversed(offset), strict=True):
            start = place[k].start or 0
            place[k] = slice(start + first, start + first + counts[k])
        result[tuple(place)] += g[(..., *offset)]
    return result
