"""What library functions do with the memory of an array: they give a view of it, write into it, or neither.

In: a function, an index.  Out: sets of functions, and what an index gives.
"""

from __future__ import annotations

import bisect
import heapq
import inspect
import operator
import random
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import ir
from s2s.primitives import STORES

if TYPE_CHECKING:
    pass


OUTSIDE = "an array outside the differentiated function is changed in place"


ITEMS_HINT = "use a list, a dict with known keys, or an array"
KEPT = "an array or a list is changed in place that a list or an object holds as well"


IDENTITY = "whether two names hold one and the same thing is not known"


MOVED = "what a list holds is used under a name that it had before the list changed"


DOUBTFUL = "whether this shares memory with an array that was changed is not known"


DOUBTED = "whether this is a view or a copy is not known, and it is changed in place"


DOUBTFUL_HINT = "copy it where it is made, or give example arguments"


ALWAYS_VIEWS = {
    np.transpose, np.swapaxes, np.moveaxis, np.rollaxis, np.expand_dims, np.squeeze, np.flip, np.fliplr, np.flipud, np.rot90,
    np.atleast_1d, np.atleast_2d, np.atleast_3d, np.broadcast_to, np.diagonal, operator.getitem, np.permute_dims,
    np.matrix_transpose, np.linalg.matrix_transpose,
}  # fmt: skip


LIKE = {np.zeros_like, np.ones_like, np.empty_like, np.full_like}


KEEPING = {*LIKE, *STORES, np.copy, np.asarray}


COPIES_PIECEWISE = {np.concatenate, np.stack, np.hstack, np.vstack}


PARTS = {np.real, np.imag}
"""Functions that give a view of the parts of a complex array, which are real numbers."""


READ_ONLY = {np.broadcast_to, np.diagonal}


SAME_OBJECT = {np.asarray, np.asanyarray}


RESHAPED = {np.reshape, np.ravel}


FULL = (ir.Const(Ellipsis), ir.Const(slice(None)))


CHANGE_LISTS = {
    heapq.heapify, heapq.heappush, heapq.heappop, heapq.heapreplace, heapq.heappushpop, bisect.insort, bisect.insort_left,
    bisect.insort_right, random.shuffle, operator.delitem,
}  # fmt: skip
"""Functions of the standard library that change a list that they are given."""


class StoresNeeded(Exception):
    """A program that was taken for one without stores has one: it is specialised again, with arrays as cells."""


@lru_cache(maxsize=1024)
def out_position(function: Any) -> int:
    """Where a function's `out` stands among its positional arguments; beyond all of them if it has none."""
    if isinstance(function, np.ufunc):
        return function.nin
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return 1000
    for position, parameter in enumerate(parameters):
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.KEYWORD_ONLY):
            break
        if parameter.name == "out":
            return position
    return 1000


def kind_of_constant(value: Any) -> str:
    if isinstance(value, (bool, np.bool_)):
        return "copy"
    if isinstance(value, (int, np.integer)):
        return "integer"
    if isinstance(value, str):
        return "text"
    known = {slice: "slice", type(None): "new", type(Ellipsis): "ellipsis"}
    return known.get(type(value), "copy")
