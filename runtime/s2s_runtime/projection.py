"""A cotangent fitted to its primal at run time, where the compiler did not know enough to do it beforehand."""

from __future__ import annotations

from typing import Any

import numpy as np

from s2s_runtime.kernels import sum_to


def like(g: Any, x: Any) -> Any:
    """`g` in the shape and dtype of the number or array `x`; a cotangent of anything else is given back as it is.

    Entries of an axis along which x was broadcast are summed.
    """
    if g is None or isinstance(x, (bool, int, str, type(None))):
        return None if not isinstance(x, (np.ndarray, np.generic)) else g
    if isinstance(x, (float, complex)) and not isinstance(x, np.generic):
        return g if np.ndim(g) == 0 else np.sum(g)
    if isinstance(x, (np.ndarray, np.generic)):
        if x.dtype.kind not in "fc":
            return None
        g = sum_to(g, np.shape(x))
        return g if np.asarray(g).dtype == x.dtype else np.asarray(g).astype(x.dtype)[()]
    return g


def unlike(g: Any, x: Any) -> Any:
    """The adjoint of `like` in its first argument: `g` in the shape and dtype that a cotangent `x` had before it was fitted."""
    if g is None or not isinstance(x, (float, complex, np.ndarray, np.generic)):
        return g
    g = np.broadcast_to(g, np.shape(x))
    return g.astype(np.result_type(x)) if np.ndim(x) else g[()]


def retyped(g: Any, x: Any) -> Any:
    """`g` in the dtype of the number or array `x`; as it is if x is a whole number, whose cotangent nothing reads.

    >>> retyped(0.5, np.float32(1.0)), retyped(0.5, 3)
    (np.float32(0.5), 0.5)
    """
    dtype = np.result_type(x)
    return g if dtype.kind not in "fc" or np.result_type(g) == dtype else np.asarray(g).astype(dtype)[()]
