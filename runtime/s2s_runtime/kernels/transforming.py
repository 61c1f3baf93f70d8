"""Kernels around Fourier transforms: axes cut or filled up with zeros, frequencies that stand for two.

In: arrays, shapes, and the arguments of the primal.  Out: arrays, lengths, axes.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def resized(x: Any, shape: tuple[int, ...]) -> Any:
    """`x` cut, or filled up with zeros, at the end of each axis: what a transform does to an array for a length of its own."""
    have = np.shape(x)
    if have == shape:
        return x
    common = tuple(slice(0, min(m, n)) for m, n in zip(have, shape, strict=True))
    result = np.zeros(shape, np.result_type(x))
    result[common] = x[common]
    return result


def hermitian_weights(shape: tuple[int, ...], axis: int) -> Any:
    """How many frequencies of an array of `shape` each one of its half spectrum stands for: 1 or 2, laid along `axis`."""
    n = shape[axis]
    weights = np.full(n // 2 + 1, 2, np.float32)  # exact, and of a precision that yields to every other one
    weights[0] = 1
    if n % 2 == 0:
        weights[-1] = 1
    along = [1] * len(shape)
    along[axis] = -1
    return np.reshape(weights, along)


def fourier_axes(rank: int, s: Any, axes: Any) -> tuple[int, ...]:
    """The axes of a transform over several: all, or the last ones where only lengths are given."""
    if axes is not None:
        return tuple(axes)
    return tuple(range(-(rank if s is None else len(s)), 0))


def fourier_lengths(shape: tuple[int, ...], s: Any, axes: Any) -> tuple[int, ...]:
    """The lengths of a transform along its axes."""
    every = fourier_axes(len(shape), s, axes)
    given = (None,) * len(every) if s is None else s
    return tuple(shape[axis] if n in (None, -1) else n for axis, n in zip(every, given, strict=True))
