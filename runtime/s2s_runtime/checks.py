"""Checks that a program makes while it runs, because nothing was known of a value before."""

from __future__ import annotations

import copy
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
    """`function(*args, **kwargs)`; raises ArgumentChanged if it changes an array or a list, which the derivative cannot know."""
    given = [arg for arg in (*args, *kwargs.values()) if isinstance(arg, (np.ndarray, list, dict))]
    before = [copy.copy(arg) for arg in given]
    result = function(*args, **kwargs)
    for arg, was in zip(given, before, strict=True):
        if not _is_still(arg, was):
            name, kind = getattr(function, "__name__", "a function"), "an array" if isinstance(arg, np.ndarray) else "a container"
            raise ArgumentChanged(f"{name} changes {kind} that it is given, and its source is not to be had: give it a rule")
    return result


def _is_still(value: Any, was: Any) -> bool:
    """Whether an array has the entries that it had, or a list or a dict holds what it held."""
    if isinstance(value, np.ndarray):
        return np.array_equal(value, was, equal_nan=value.dtype.kind in "fc")
    items, others = (value.items(), was.items()) if isinstance(value, dict) else (enumerate(value), enumerate(was))
    return len(value) == len(was) and all(a == b and x is y for (a, x), (b, y) in zip(items, others, strict=True))
