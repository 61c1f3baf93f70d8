"""Checks that a program makes while it runs, because nothing was known of a value before."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

from s2s_runtime import tree

COMPLEX = "a complex number"


class ScalarExpected(TypeError):
    """A gradient was asked for, and the result is no real scalar: `shape` is its shape, or says that it is complex."""

    def __init__(self, shape: tuple[int, ...] | str) -> None:
        super().__init__(f"the result is {shape}" if isinstance(shape, str) else f"the result has the shape {shape}")
        self.shape = shape


def check_scalar(value: Any) -> None:
    """Raise ScalarExpected unless `value` is a real number."""
    if np.ndim(value) != 0:
        raise ScalarExpected(np.shape(value))
    if np.iscomplexobj(value):
        raise ScalarExpected(COMPLEX)


def expect_real(value: Any, name: str) -> None:
    """Raise TypeError if there is a complex number in what a function is given whose rule is one of real numbers."""
    if any(np.iscomplexobj(leaf) for leaf in tree.flatten(value)[0]):
        raise TypeError(f"{name} of complex numbers has no derivative rule yet")


def expect_shape(part: Any, operand: Any, result: Any, name: str, rule: str) -> None:
    """Raise ValueError unless what a user's rule gives for an operand is shaped like the operand, or like the result, which may
    have been broadcast from it.
    """
    if part is not None and np.shape(part) not in (np.shape(operand), np.shape(result)):
        raise ValueError(f"{rule} gives shape {np.shape(part)} for {name}, which has shape {np.shape(operand)}")


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


class ResultShared(RuntimeError):
    """A function with a rule of its own has returned memory of an argument, in a program that writes into arrays."""


def check_own_memory(name: str, result: Any, *given: Any) -> None:
    """Raise ResultShared if an array of `result` shares memory with an array that a function was given."""
    results = result if isinstance(result, (tuple, list)) else (result,)
    arrays = [part for part in results if isinstance(part, np.ndarray)]
    if any(np.may_share_memory(one, other) for one in arrays for other in given if isinstance(other, np.ndarray)):
        reason = f"{name} returns its argument, or a view of it, and the program changes arrays in place"
        raise ResultShared(f"{reason}: a function with a rule of its own returns a copy")


def _is_still(value: Any, was: Any) -> bool:
    """Whether an array has the entries that it had, or a list or a dict holds what it held."""
    if isinstance(value, np.ndarray):
        return np.array_equal(value, was, equal_nan=value.dtype.kind in "fc")
    items, others = (value.items(), was.items()) if isinstance(value, dict) else (enumerate(value), enumerate(was))
    return len(value) == len(was) and all(a == b and x is y for (a, x), (b, y) in zip(items, others, strict=True))
