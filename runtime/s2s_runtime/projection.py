"""A cotangent fitted to its primal at run time, where the compiler did not know enough to do it beforehand."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2s_runtime.kernels import sum_to


def like(g: Any, x: Any) -> Any:
    """`g` in the shape and dtype of the number or array `x`; a cotangent of anything else is given back as it is.

    Entries of an axis along which x was broadcast are summed.  A plain 0.0 is the cotangent of what was not read, and fits all
    shapes.  An integer's cotangent is a float that leads nowhere: it
    stands in the arithmetic of a program that did not know that the number would be whole.
    """
    if g is None or isinstance(x, (str, type(None))):
        return None
    if isinstance(x, (int, float, complex)) and not isinstance(x, np.generic):
        g = g if np.ndim(g) == 0 else np.sum(g)
        return g if isinstance(x, complex) else real_part(g)
    if isinstance(x, (np.ndarray, np.generic)):
        if x.dtype.kind not in "fciub":
            return None
        g = np.zeros(np.shape(x)) if type(g) is float and g == 0.0 and np.ndim(x) else sum_to(g, np.shape(x))
        return _converted(g, np.result_type(x, 0.0))
    return g


def real_part(g: Any) -> Any:
    """The real part of a complex number or array: what of a cotangent concerns a real primal.  Anything real as it is."""
    return g.real if np.iscomplexobj(g) else g


def _converted(g: Any, dtype: Any) -> Any:
    g = g if dtype.kind == "c" else real_part(g)
    return g if np.asarray(g).dtype == dtype else np.asarray(g).astype(dtype)[()]


def unlike(g: Any, x: Any) -> Any:
    """The adjoint of `like` in its first argument: `g` in the shape and dtype that a cotangent `x` had before it was fitted."""
    if g is None or not isinstance(x, (float, complex, np.ndarray, np.generic)):
        return g
    g = np.broadcast_to(g if np.iscomplexobj(x) else real_part(g), np.shape(x))
    return g.astype(np.result_type(x)) if np.ndim(x) else g[()]


def retyped(g: Any, x: Any) -> Any:
    """`g` in the dtype of the number or array `x`: its real part if that is real; as it is if x is a whole number, whose cotangent
    nothing reads.

    >>> retyped(0.5, np.float32(1.0)), retyped(np.float32(0.5), 1.0), retyped(0.5, 3)
    (np.float32(0.5), 0.5, 0.5)
    """
    if type(x) is float:
        return float(real_part(g))
    dtype = np.result_type(x)
    return g if dtype.kind not in "fc" else _converted(g, dtype)


def chosen(g: Any, condition: Any, first: bool) -> Any:
    """`g` where a condition made that choice, and 0 elsewhere; `g` as it is if it has not an entry for each of the condition's.

    >>> chosen(np.array([1.0, np.nan]), np.array([True, False]), True)
    array([1., 0.])
    """
    if not _fits(condition, g):
        return g
    return np.where(condition, g, 0.0)[()] if first else np.where(condition, 0.0, g)[()]


def mask(condition: Any, g: Any, first: bool) -> Any:
    """Where `chosen` may give something other than 0, as an array of the shape of `g`."""
    if not _fits(condition, g):
        return np.ones(np.shape(g), bool)
    return np.broadcast_to(condition if first else np.logical_not(condition), np.shape(g))


def _fits(condition: Any, g: Any) -> bool:
    try:
        return bool(np.broadcast_shapes(np.shape(condition), np.shape(g)) == np.shape(g))
    except ValueError:
        return False
