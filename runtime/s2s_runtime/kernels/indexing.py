"""Kernels that read and store by index.

In: arrays and anything NumPy takes as an index.  Out: new arrays; the buffer given is left as it was.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def index_adjoint(g: Any, shape: tuple[int, ...], index: Any) -> Any:
    """The adjoint of `a[index]` for `a` of `shape`: `g` added into zeros, an entry as often as it was read."""
    return index_add(np.zeros(shape, np.result_type(g)), index, g)


def index_add(buffer: Any, index: Any, value: Any, path: tuple[Any, ...] = ()) -> Any:
    """`buffer` with `value` added at `index`; a repeated index adds repeatedly.  `path`: at `index` of this view of it."""
    result = np.array(buffer)
    target = follow(result, path)
    if may_repeat(index):
        np.add.at(target, index, value)
    else:
        target[index] += value
    return result


def index_set(buffer: Any, index: Any, value: Any, path: tuple[Any, ...] = ()) -> Any:
    """`buffer` with `value` stored at `index`; of a repeated index the last one stays.  `path`: at `index` of this view of it."""
    result = np.array(buffer)
    follow(result, path)[index] = value
    return result


def follow(buffer: Any, path: tuple[Any, ...]) -> Any:
    """The view of `buffer` that some steps lead to, each a function and its arguments behind the array."""
    for function, *args in path:
        buffer = function(buffer, *args)
    return buffer


def narrowed(length: int, start: int, stop: int, step: int, part: slice) -> tuple[int, int, int]:
    """The slice of an axis of this length that a slice of its `start:stop:step` is.

    `x[start:stop:step][part]` is `x[a:b:c]` for `a, b, c = narrowed(len(x), start, stop, step, part)`.
    """
    places = range(length)[start:stop:step][part]
    if not places:
        return 0, 0, 1
    return places.start, places.stop if places.stop >= 0 else places.stop - length, places.step


def part_sign(path: tuple[Any, ...]) -> int:
    """What a cotangent is multiplied by on its way back along the steps of a view: -1 if they take an imaginary part.

    A cotangent of z = x + 1j y is that of x minus 1j times that of y.
    """
    return -1 if any(function is np.imag for function, *_ in path) else 1


def stored(g: Any, index: Any) -> Any:
    """What of `g` belongs to the values that a store at `index` left: `g[index]`, zero where a later store won."""
    picked = g[index]
    if not may_repeat(index):
        return picked
    order = np.reshape(np.arange(picked.size), picked.shape)
    last = np.zeros(np.shape(g), order.dtype)
    last[index] = order
    return np.where(last[index] == order, picked, 0.0)


def detached(x: Any) -> Any:
    """`x` as it is now: a number itself, a copy of an array."""
    return np.copy(x) if np.ndim(x) else x


def may_repeat(index: Any) -> bool:
    """Whether `index` holds an array of integers, which may name an entry twice."""
    parts = index if isinstance(index, tuple) else (index,)
    arrays = [np.asarray(part) for part in parts if not isinstance(part, (int, slice, type(None), type(Ellipsis)))]
    return any(part.ndim > 0 and part.dtype != bool for part in arrays)


def positions(shape: tuple[int, ...]) -> Any:
    """The flat position of each entry of an array of `shape`: a selection of them says where its entries come from."""
    return np.reshape(np.arange(math.prod(shape)), shape)


def scatter_add(g: Any, places: Any, shape: tuple[int, ...]) -> Any:
    """Zeros of `shape` with each entry of `g` added at its flat position."""
    result = np.zeros(math.prod(shape), np.result_type(g))
    np.add.at(result, np.ravel(places), np.ravel(g))
    return np.reshape(result, shape)
