"""Pooling: the largest or the mean of each window.  x: (batch, channels, *lengths); options are a number, or one per axis; the stride
is the size if it is not given.  Shapes and results are those of `torch.nn.functional`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from s2s_runtime.nn.convolution import Sizes, _pair, padded


def max_pool2d(x: Any, size: Sizes, stride: Sizes | None = None, padding: Sizes = 0) -> Any:
    """The largest of each window, NaN if there is one.  Of several that are largest, the first gets the gradient.

    Raises ValueError for a size or stride below 1, for a window that does not fit, for a padding of more than half of it.
    """
    _check_padding(size, padding)
    x = padded(x, padding, -np.inf)
    high, wide = _windows(x, size, stride)
    best = _seen(x, 0, 0, size, stride)
    for k in range(high):
        for l in range(wide):
            seen = _seen(x, k, l, size, stride)
            best = np.where((seen > best) | np.isnan(seen), seen, best)
    return best


def avg_pool2d(x: Any, size: Sizes, stride: Sizes | None = None, padding: Sizes = 0, count_padding: bool = True) -> Any:
    """The mean of each window.  The zeros of the padding count, or not.  Raises ValueError as `max_pool2d` does."""
    _check_padding(size, padding)
    shape = x.shape
    x = padded(x, padding, 0.0)
    high, wide = _windows(x, size, stride)
    total = _sums(x, size, stride)
    if count_padding:
        return total / (high * wide)
    inside = padded(np.ones((1, 1, shape[2], shape[3]), dtype=x.dtype), padding, 0.0)
    return total / _sums(inside, size, stride)


def smooth_max_pool2d(x: Any, size: Sizes, sharpness: float = 1.0, stride: Sizes | None = None) -> Any:
    """log(mean of exp(sharpness x)) / sharpness over each window: between the mean (towards 0) and the largest (towards infinity).

    It neither overflows nor loses digits.  Raises ValueError as `max_pool2d` does.
    """
    high, wide = _windows(x, size, stride)
    total = sharpness * _seen(x, 0, 0, size, stride)
    for k in range(high):
        for l in range(wide):
            if k > 0 or l > 0:
                total = np.logaddexp(total, sharpness * _seen(x, k, l, size, stride))
    return (total - math.log(high * wide)) / sharpness


def max_pool1d(x: Any, size: int, stride: int | None = None, padding: int = 0) -> Any:
    """`max_pool2d` with one axis."""
    step = size if stride is None else stride
    return max_pool2d(x[:, :, np.newaxis, :], (1, size), (1, step), (0, padding))[:, :, 0, :]


def avg_pool1d(x: Any, size: int, stride: int | None = None, padding: int = 0, count_padding: bool = True) -> Any:
    """`avg_pool2d` with one axis."""
    step = size if stride is None else stride
    return avg_pool2d(x[:, :, np.newaxis, :], (1, size), (1, step), (0, padding), count_padding)[:, :, 0, :]


def global_avg_pool(x: Any) -> Any:
    """The mean of each channel: (batch, channels)."""
    return np.mean(x.reshape(x.shape[0], x.shape[1], -1), axis=2)


def global_max_pool(x: Any) -> Any:
    """The largest of each channel: (batch, channels)."""
    return np.max(x.reshape(x.shape[0], x.shape[1], -1), axis=2)


def _sums(x: Any, size: Sizes, stride: Sizes | None) -> Any:
    high, wide = _pair(size)
    total = _seen(x, 0, 0, size, stride)
    for k in range(high):
        for l in range(wide):
            if k + l > 0:
                total = total + _seen(x, k, l, size, stride)
    return total


def _windows(x: Any, size: Sizes, stride: Sizes | None) -> tuple[int, int]:
    high, wide = _pair(size)
    down, across = _pair(size if stride is None else stride)
    if min(high, wide, down, across) < 1:
        raise ValueError("pool: size and stride must be at least 1")
    if high > x.shape[2] or wide > x.shape[3]:
        raise ValueError("pool: the window is larger than what it is laid on")
    return high, wide


def _check_padding(size: Sizes, padding: Sizes) -> None:
    high, wide = _pair(size)
    up, side = _pair(padding)
    if 2 * up > high or 2 * side > wide:
        raise ValueError("pool: the padding is more than half of the window")


def _seen(x: Any, k: int, l: int, size: Sizes, stride: Sizes | None) -> Any:
    """Entry (k, l) of every window."""
    high, wide = _pair(size)
    down, across = _pair(size if stride is None else stride)
    rows, columns = (x.shape[2] - high) // down + 1, (x.shape[3] - wide) // across + 1
    return x[:, :, k : k + down * (rows - 1) + 1 : down, l : l + across * (columns - 1) + 1 : across]
