"""What the transforms of cosines and of sines in `scipy.fft` mean: sums, by the formulas of SciPy's documentation.

In: arrays of objects.  Out: `Symbols`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from scipy import fft

from s2s.verify.arrays import objects, symbols
from s2s.verify.elementary import cos, sin, sqrt
from s2s.verify.lifting import OTHERWISE
from s2s.verify.numerics import kernels_resized, turned
from s2s.verify.scalar import scalar


class Kind(NamedTuple):
    """A type: y[k] is the sum of twice `entry(part of half a turn)` x[j], where x has n entries and some, at its ends, once."""

    entry: Callable[[Any], Any]
    part: Callable[[int, int, int], tuple[int, int]]
    logical: Callable[[int], int]
    """The size of the transform: a forward and a backward one multiply by it."""
    once: Callable[[int], set[int]] = lambda n: set()
    """Entries of x that stand once in the sum: by the root of 2 more where the matrix is to be orthogonal."""
    divided: Callable[[int], set[int]] = lambda n: set()
    """Entries of y that are divided by the root of 2 then."""


def twice(n: int) -> int:
    return 2 * n


def first(n: int) -> set[int]:
    return {0}


def last(n: int) -> set[int]:
    return {n - 1}


def ends(n: int) -> set[int]:
    return {0, n - 1}


COSINES = {
    1: Kind(cos, lambda k, j, n: (k * j, n - 1), lambda n: 2 * (n - 1), ends, ends),
    2: Kind(cos, lambda k, j, n: (k * (2 * j + 1), 2 * n), twice, divided=first),
    3: Kind(cos, lambda k, j, n: ((2 * k + 1) * j, 2 * n), twice, once=first),
    4: Kind(cos, lambda k, j, n: ((2 * k + 1) * (2 * j + 1), 4 * n), twice),
}
SINES = {
    1: Kind(sin, lambda k, j, n: ((k + 1) * (j + 1), n + 1), lambda n: 2 * (n + 1)),
    2: Kind(sin, lambda k, j, n: ((k + 1) * (2 * j + 1), 2 * n), twice, divided=last),
    3: Kind(sin, lambda k, j, n: ((2 * k + 1) * (j + 1), 2 * n), twice, once=last),
    4: Kind(sin, lambda k, j, n: ((2 * k + 1) * (2 * j + 1), 4 * n), twice),
}
BACK = {1: 1, 2: 3, 3: 2, 4: 4}
"""The type of the inverse, up to the logical size."""


def matrix(kind: Kind, n: int, norm: str) -> Any:
    """The rows are those of the result."""
    found = np.empty((n, n), object)
    for k, j in np.ndindex(n, n):
        numerator, denominator = kind.part(k, j, n)
        entry = (1 if j in kind.once(n) else 2) * kind.entry(scalar(math.pi) * numerator / denominator)
        if norm == "ortho":
            entry = entry * (sqrt(2) if j in kind.once(n) else 1) / (sqrt(2) if k in kind.divided(n) else 1)
        found[k, j] = entry / {"backward": scalar(1), "ortho": sqrt(kind.logical(n)), "forward": scalar(kind.logical(n))}[norm]
    return found


def along(kinds: dict[int, Kind], inverse: bool) -> Callable[..., Any]:
    """The transform of one axis."""

    def transform(x: Any, type: int = 2, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
        x = objects(x)
        n = x.shape[axis] if n is None else n
        kind, way = (kinds[BACK[type]], turned(norm)) if inverse else (kinds[type], norm or "backward")
        rows = np.moveaxis(kernels_resized(x, n, axis), axis, -1)
        return symbols(np.moveaxis(np.matmul(rows, matrix(kind, n, way).T), -1, axis))

    return transform


def over(kinds: dict[int, Kind], inverse: bool) -> Callable[..., Any]:
    """The transform of several axes, one after another: all of them, or as many as there are lengths, the last ones."""
    one = along(kinds, inverse)

    def transform(x: Any, type: int = 2, s: Any = None, axes: Any = None, norm: str | None = None) -> Any:
        rank = np.ndim(x)
        chosen = range(rank)[-len(s) :] if axes is None and s is not None else range(rank) if axes is None else axes
        for axis, n in zip(chosen, [None] * len(chosen) if s is None else s, strict=True):
            x = one(x, type, n, axis, norm)
        return x

    return transform


OTHERWISE.update({
    fft.dct: along(COSINES, False), fft.idct: along(COSINES, True), fft.dst: along(SINES, False), fft.idst: along(SINES, True),
    fft.dctn: over(COSINES, False), fft.idctn: over(COSINES, True), fft.dstn: over(SINES, False), fft.idstn: over(SINES, True),
})  # fmt: skip
