"""Calls that NumPy has another name for: `np.add.reduce(x)` is `np.sum(x, axis=0)`.

In: a function and its operands.  Out: a function to be called instead, with the variables; None if there is none.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from s2s.eager.lifting import recorded
from s2s.specialise.ufunc_methods import FOLDED, FOLDS, FUNCTIONS
from s2s_runtime.tape.operands import Operands


def translated(function: Any, operands: Operands) -> Callable[..., Any] | None:
    """The other function."""
    if function is np.clip and operands.options.keys() & {"min", "max"}:
        return _clip
    if function is np.where and len(operands.args) == 1:
        return np.nonzero
    if function is np.block:
        return _block
    if function in (np.array, np.asarray) and operands.options.keys() & {"copy", "ndmin"}:
        return functools.partial(_array, function)
    ufunc = getattr(function, "__self__", None)
    if not isinstance(ufunc, np.ufunc):
        return None
    name = function.__name__
    other = FUNCTIONS.get((ufunc, name))
    if other is not None:
        return lambda x, axis=0, **options: recorded(other)(x, axis=axis, **options)
    if name == "outer":
        return lambda x, y: recorded(ufunc)(np.reshape(x, (*np.shape(x), *([1] * np.ndim(y)))), y)
    if name in FOLDS and ufunc in FOLDED:
        return lambda *args, **options: recorded(FOLDS[name])(ufunc, *args, **options)
    return None


def _array(function: Any, x: Any, *args: Any, copy: Any = True, ndmin: int = 0, **options: Any) -> Any:
    """A copy unless `copy` says otherwise, with axes of length 1 in front."""
    made = recorded(np.array if function is np.array and copy is True else np.asarray)(x, *args, **options)
    return np.reshape(made, (1,) * (ndmin - np.ndim(made)) + np.shape(made)) if np.ndim(made) < ndmin else made


def _block(arrays: Any) -> Any:
    """Lists within lists: the innermost are joined along the last axis, those around them along the one before."""

    def depth(part: Any) -> int:
        return 1 + max(map(depth, part)) if isinstance(part, list) else 0

    def ranks(part: Any) -> int:
        return max(map(ranks, part)) if isinstance(part, list) else np.ndim(part)

    levels = depth(arrays)
    rank = max(levels, ranks(arrays))

    def joined(part: Any, level: int) -> Any:
        if isinstance(part, list):
            return recorded(np.concatenate)([joined(one, level - 1) for one in part], -level)
        return recorded(np.reshape)(part, (1,) * (rank - np.ndim(part)) + np.shape(part))

    return joined(arrays, levels)


def _clip(a: Any, a_min: Any = None, a_max: Any = None, min: Any = None, max: Any = None) -> Any:
    return np.clip(a, a_min if min is None else min, a_max if max is None else max)
