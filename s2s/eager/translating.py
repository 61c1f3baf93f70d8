"""Calls that NumPy has another name for: `np.add.reduce(x)` is `np.sum(x, axis=0)`.

In: a function and its operands.  Out: a function to be called instead, with the variables; None if there is none.
"""

from __future__ import annotations

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


def _clip(a: Any, a_min: Any = None, a_max: Any = None, min: Any = None, max: Any = None) -> Any:
    return np.clip(a, a_min if min is None else min, a_max if max is None else max)
