"""What distances between points mean.

In: arrays of objects.  Out: `Symbols`.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from scipy.cluster import vq
from scipy.spatial import distance

from s2s.verify.arrays import objects, symbols
from s2s.verify.elementary import absolute, sqrt
from s2s.verify.lifting import OTHERWISE
from s2s.verify.scalar import scalar


def apart(u: Any, v: Any, metric: str) -> Any:
    if metric == "cityblock":
        return sum((absolute(a - b) for a, b in zip(u, v, strict=True)), scalar(0))
    squares = sum(((a - b) * (a - b) for a, b in zip(u, v, strict=True)), scalar(0))
    return squares if metric == "sqeuclidean" else sqrt(squares)


def cdist(XA: Any, XB: Any, metric: str = "euclidean") -> Any:
    return symbols(np.array([[apart(u, v, metric) for v in objects(XB)] for u in objects(XA)], object))


def pdist(X: Any, metric: str = "euclidean") -> Any:
    return symbols(np.array([apart(u, v, metric) for u, v in itertools.combinations(objects(X), 2)], object))


def squareform(X: Any, force: str = "no", checks: bool = True) -> Any:
    """From a vector of pairs."""
    entries, size = objects(X), round((1 + (1 + 8 * len(X)) ** 0.5) / 2)
    matrix = np.full((size, size), scalar(0), object)
    for entry, (i, j) in zip(entries, itertools.combinations(range(size), 2), strict=True):
        matrix[i, j] = matrix[j, i] = entry
    return symbols(matrix)


def nearest(obs: Any, code_book: Any, check_finite: bool = True) -> Any:
    """The first of the points that are nearest."""
    distances = objects(cdist(obs, code_book))
    code = np.array([min(range(len(row)), key=lambda k: row[k].value) for row in distances], np.int32)
    return code, symbols(distances[np.arange(len(code)), code])


OTHERWISE.update({vq.vq: nearest, distance.cdist: cdist, distance.pdist: pdist, distance.squareform: squareform})
