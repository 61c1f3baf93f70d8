"""Checks that a program makes while it runs, because nothing was known of a value before."""

from __future__ import annotations

from typing import Any

import numpy as np


class ScalarExpected(TypeError):
    """A gradient was asked for, and the result is no scalar: `shape` is its shape."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__(f"the result has the shape {shape}")
        self.shape = shape


def check_scalar(value: Any) -> None:
    """Raise ScalarExpected unless `value` is a number."""
    if np.ndim(value) != 0:
        raise ScalarExpected(np.shape(value))
