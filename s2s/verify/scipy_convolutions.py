"""What convolutions of `scipy.signal` mean, and what is left of a trend.

In: arrays of objects.  Out: `Symbols`.  By the formulas of SciPy's documentation.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import signal

from s2s.verify.arrays import filled, objects, symbols
from s2s.verify.lifting import OTHERWISE
from s2s.verify.linear_algebra import conjugated
from s2s.verify.numerics import full_convolution
from s2s.verify.scalar import scalar


def part(whole: Any, first: tuple[int, ...], second: tuple[int, ...], mode: str, centre: Callable[[int], int]) -> Any:
    """What a mode has of it: all; of the length of the first, around the centre; where neither goes behind the end of the other."""
    for axis, (n, m) in enumerate(zip(first, second, strict=True)):
        begin = {"full": 0, "same": centre(m), "valid": min(n, m) - 1}[mode]
        length = {"full": n + m - 1, "same": n, "valid": abs(n - m) + 1}[mode]
        whole = np.take(whole, range(begin, begin + length), axis)
    return symbols(whole)


def middle(m: int) -> int:
    return (m - 1) // 2


def convolve(in1: Any, in2: Any, mode: str = "full", *how: Any, **options: Any) -> Any:
    """By any method."""
    only(options, method={"auto", "direct", "fft"}, boundary={"fill"}, fillvalue={0}, axes={None})
    return part(full_convolution(in1, in2), np.shape(in1), np.shape(in2), mode, middle)


def correlated(centre: Callable[[int], int]) -> Callable[..., Any]:
    """z[k] is the sum of x[l] and the conjugate of y[l - k + M - 1]."""

    def correlate(in1: Any, in2: Any, mode: str = "full", *how: Any, **options: Any) -> Any:
        only(options, method={"auto", "direct", "fft"}, boundary={"fill"}, fillvalue={0})
        return part(full_convolution(in1, np.flip(conjugated(objects(in2)))), np.shape(in1), np.shape(in2), mode, centre)

    return correlate


def only(options: dict[str, Any], **known: set[Any]) -> None:
    """Refuse what would mean something else."""
    other = {name: value for name, value in options.items() if value not in known.get(name, ())}
    if other:
        raise NotImplementedError(f"{other}")


# -------------------------------------------------------------------------------------------------------- projections
def detrend(data: Any, axis: int = -1, type: str = "linear", bp: Any = 0, overwrite_data: bool = False) -> Any:
    """What is left of the mean, or in each part of the line that is nearest."""
    rows = np.moveaxis(objects(data), axis, 0)
    breaks = sorted({0, *np.atleast_1d(bp), len(rows)}) if type == "linear" else [0, len(rows)]
    parts = [rows[begin:end] for begin, end in itertools.pairwise(breaks)]
    left = np.concatenate([without_line(rows) if type == "linear" else rows - rows.sum(0) / scalar(len(rows)) for rows in parts])
    return symbols(np.moveaxis(left, 0, axis))


def without_line(rows: Any) -> Any:
    """The slope is the sum of t x by that of t^2, with times around their mean."""
    count = len(rows)
    times = np.reshape(filled([scalar(2 * k - count + 1) / 2 for k in range(count)], (count,)), (count,) + (1,) * (rows.ndim - 1))
    slope = np.sum(times * rows, 0) / np.sum(times * times) if count > 1 else scalar(0)
    return objects(rows - rows.sum(0) / scalar(count) - times * slope)


OTHERWISE.update({
    signal.convolve: convolve, signal.fftconvolve: convolve, signal.oaconvolve: convolve, signal.convolve2d: convolve,
    signal.correlate: correlated(middle), signal.correlate2d: correlated(lambda m: m // 2),
    signal.detrend: detrend,
})  # fmt: skip
