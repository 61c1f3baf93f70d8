"""Unit tangents and cotangents, for Jacobians that a program takes itself."""

from __future__ import annotations

from typing import Any

import numpy as np


def unit(x: Any, k: int) -> Any:
    """An array like `x`, which is real, that is 1 at its k-th entry, counted row by row, and 0 elsewhere."""
    if np.iscomplexobj(x):
        raise TypeError("a Jacobian of complex numbers would lack the derivatives along 1j: use vjp or jvp")
    flat = np.zeros(np.size(x), np.result_type(x, 0.0))
    flat[k] = 1.0
    return np.reshape(flat, np.shape(x))
