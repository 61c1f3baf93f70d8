"""Checks that a program makes while it runs, because nothing was known of a value before."""

from __future__ import annotations

from collections.abc import Callable
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


class ArgumentChanged(RuntimeError):
    """A function whose source is not to be had has changed an array that it was given."""


def unchanged(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """`function(*args, **kwargs)`; raises ArgumentChanged if it changes what it is given, which the derivative would not know of."""
    given = [arg for arg in (*args, *kwargs.values()) if isinstance(arg, (np.ndarray, list, dict))]
    before = [arg.copy() for arg in given]
    result = function(*args, **kwargs)
    if not all(map(_same, given, before)):
        name = getattr(function, "__name__", "a function")
        raise ArgumentChanged(
            f"{name} changes an array or a container that it is given, and its source is not to be had: give it a rule"
        )
    return result


def _same(now: Any, before: Any) -> bool:
    """Whether an array has the same entries, a container the same items."""
    if isinstance(now, np.ndarray):
        return np.array_equal(now, before, equal_nan=now.dtype.kind in "fc")
    keys = list(now) == list(before) if isinstance(now, dict) else len(now) == len(before)
    pairs = zip(now.values(), before.values(), strict=True) if isinstance(now, dict) and keys else zip(now, before, strict=False)
    return keys and all(one is other for one, other in pairs)
