"""The order of the entries of a vector, as compiled programs find it.

In: a vector.  Out: the indices that put it in order: of equal entries the first comes first, and NaN comes last.
"""

from __future__ import annotations

import numpy as np


def stable_order(x: np.ndarray) -> np.ndarray:
    """`np.argsort(x, kind="stable")`.  Numba is given `merged_order`."""
    return np.argsort(x, kind="stable")


def comes_before(one: float, other: float) -> bool:
    return bool(one < other or (one == one and other != other))


def merged_order(x: np.ndarray) -> np.ndarray:
    """The same, by merging runs of twice the length each time."""
    count = len(x)
    order, merged = np.arange(count), np.arange(count)
    width = 1
    while width < count:
        for start in range(0, count, 2 * width):
            middle, end = min(start + width, count), min(start + 2 * width, count)
            i, j = start, middle
            for k in range(start, end):
                if i < middle and (j >= end or not comes_before(x[order[j]], x[order[i]])):
                    merged[k] = order[i]
                    i += 1
                else:
                    merged[k] = order[j]
                    j += 1
        order, merged = merged, order
        width *= 2
    return order
