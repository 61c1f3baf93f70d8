"""Arrays that may turn out to be one, depending on how often a loop ran, or which branch of a program did.

A store into one of them is not seen in the others: these are lost then, and refused when they are read.  In: the cells of a state.
Out: which of them are twins.  A pair is written down in one of its two cells, or in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from s2s.specialise.values import ArrayCell


def twins_of(cells: Iterable[int], heap: Mapping[int, Any]) -> set[int]:
    """The twins of some cells."""
    given = set(cells)
    own = {twin for cell in given for twin in getattr(heap.get(cell), "twins", ())}
    return own | {k for k, other in heap.items() if isinstance(other, ArrayCell) and not given.isdisjoint(other.twins)}


def make_twins(cell: int, others: Iterable[int], heap: dict[int, Any]) -> None:
    """From here on, an array may be one with others."""
    content = heap[cell]
    assert isinstance(content, ArrayCell)
    heap[cell] = replace(content, twins=tuple(sorted({*content.twins, *others} - {cell})))
