"""Kernels that say where something is: the first of equal entries, what is not zero, the entry that is real, the nearest one.

In: arrays.  Out: whole numbers, which carry no derivative.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def first_of_each(x: Any) -> Any:
    """Where in the flat array the first of each of its different entries is, in their order."""
    return np.unique(x, return_index=True)[1]


def positions_of_each(x: Any) -> tuple[Any, Any, Any]:
    """The three things that `np.unique` gives beside the entries: where each is first, which one each is, and how many there are."""
    _, first, inverse, counts = np.unique(x, return_index=True, return_inverse=True, return_counts=True)
    return first, inverse, counts


def within_zeros(x: Any, trim: str) -> tuple[int, int]:
    """The range of a vector that is left when zeros are taken off its front ("f") and back ("b")."""
    places = np.nonzero(x)[0]
    if not len(places):
        return 0, 0
    ends = trim.lower()
    return int(places[0]) if "f" in ends else 0, int(places[-1]) + 1 if "b" in ends else len(x)


def largest_real(vectors: Any) -> Any:
    """Which row of each column is its largest real entry, with an axis of length 1 for the rows."""
    return np.argmax(np.where(np.imag(vectors) == 0, np.abs(vectors), -1.0), axis=-2, keepdims=True)


def bin_of(a: Any, edges: Any) -> Any:
    """Which bin each entry is in, the last one with its upper edge; -1 for none."""
    place = np.searchsorted(edges, a, side="right") - 1
    count = len(edges) - 1
    return np.where(a == edges[-1], count - 1, np.where(place < count, place, -1))


def nearest(values: Any, wanted: Any) -> Any:
    """For each wanted number, along the last axis, which of the values is nearest to it."""
    return np.argmin(np.abs(np.expand_dims(wanted, -1) - np.expand_dims(values, -2)), axis=-1)
