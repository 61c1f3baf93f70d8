"""What is known of a value before it is there: its shape and dtype; and numbers to infer with what becomes of them.

In: shapes, dtypes, or values that stand for their kind.  Out: a `Spec`; a sample of it.
"""

from __future__ import annotations

from typing import Any

import numpy as np


class Spec:
    """A shape and a dtype, a leaf of trees; `python`: it is one of Python's own numbers, of no shape."""

    __slots__ = ("dtype", "python", "shape")

    def __init__(self, shape: tuple[int, ...] = (), dtype: Any = float, python: bool = False) -> None:
        self.shape, self.dtype, self.python = tuple(shape), np.dtype(dtype), python

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Spec) and (self.shape, self.dtype) == (other.shape, other.dtype)

    def __hash__(self) -> int:
        return hash((self.shape, self.dtype))

    def __repr__(self) -> str:
        return f"Spec({self})"

    def __str__(self) -> str:
        """`float64[2, 3]`"""
        return f"{self.dtype.name}[{', '.join(map(str, self.shape))}]" if self.shape or not self.python else self.dtype.name


def spec(shape: Any = (), dtype: Any = float) -> Spec:
    """The spec of arrays of a shape and dtype; `spec(x)` of a number or array that of `x`."""
    if isinstance(shape, (np.ndarray, np.generic, float, complex)):
        return Spec(np.shape(shape), np.result_type(shape), not isinstance(shape, (np.ndarray, np.generic)))
    return Spec((shape,) if isinstance(shape, int) else tuple(shape), np.dtype(dtype))


def spec_of(value: Any) -> Any:
    """The spec of a value, a tuple of them for several."""
    if isinstance(value, (tuple, list)):
        return tuple(map(spec_of, value))
    return Spec(np.shape(value), np.result_type(value), isinstance(value, (float, complex, int)) and not isinstance(value, np.generic))


def sample(of: Spec, seed: int = 0) -> Any:
    """Numbers of a spec: between 1/2 and 3/2, of square matrices symmetric and with a large diagonal, so that they can be factored."""
    rng = np.random.default_rng(seed)
    values = 0.5 + rng.random(of.shape)
    if of.dtype.kind == "c":
        values = values + 1j * (0.5 + rng.random(of.shape))
    if len(of.shape) >= 2 and of.shape[-1] == of.shape[-2]:
        values = values + np.conj(np.swapaxes(values, -1, -2)) + 2.0 * of.shape[-1] * np.eye(of.shape[-1])
    if of.python:
        return of.dtype.type(values).item()
    made = np.asarray(values).astype(of.dtype)
    return made if of.shape else made[()]
