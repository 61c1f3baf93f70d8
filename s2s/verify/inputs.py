"""The arguments of a user's function: from a shape or a value to an example, and to symbols with samples.

In: what `verify` is given for a parameter.  Out: trees of machine numbers, trees of `Scalar`s.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from s2s.verify.arrays import Symbols, filled, scalars
from s2s.verify.calls import rational, symbol
from s2s.verify.scalar import Scalar
from s2s_runtime import tree

SEPARATOR = "'"
"""Between a parameter and the indices of an entry, in the name of its symbol."""


def is_shape(spec: Any) -> bool:
    """`()` or `(2, 3)`: an array of that shape is to be made."""
    return isinstance(spec, tuple) and all(isinstance(n, int) and not isinstance(n, bool) for n in spec)


def example(spec: Any, rng: np.random.Generator, low: float, high: float) -> Any:
    """A value for a parameter: numbers for a shape, what is given otherwise."""
    if is_shape(spec):
        drawn = rng.uniform(low, high, spec)
        return np.asarray(drawn) if spec else float(drawn)
    if isinstance(spec, dict):
        return {key: example(value, rng, low, high) for key, value in spec.items()}
    if isinstance(spec, (list, tuple)):
        parts = [example(part, rng, low, high) for part in spec]
        return type(spec)(*parts) if hasattr(spec, "_fields") else type(spec)(parts)
    return spec


def symbolic(name: str, value: Any) -> Any:
    """A value with a symbol for each of its floats, which is its sample; what is no float stays."""
    if isinstance(value, (float, np.floating)):
        return symbol(name, rational(value))
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        names = (SEPARATOR.join((name, *map(str, index))) for index in np.ndindex(value.shape))
        return filled([symbol(word, rational(x)) for word, x in zip(names, value.ravel(), strict=True)], value.shape)
    if isinstance(value, dict):
        return {key: symbolic(f"{name}{SEPARATOR}{key}", part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        parts = [symbolic(f"{name}{SEPARATOR}{k}", part) for k, part in enumerate(value)]
        return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
    return value


def numbers(found: Any) -> list[Scalar]:
    """Every number of a tree, entry by entry."""
    if isinstance(found, dict):
        return [entry for part in found.values() for entry in numbers(part)]
    if isinstance(found, (list, tuple)):
        return [entry for part in found for entry in numbers(part)]
    if found is None or isinstance(found, (str, bool, np.bool_)):
        return []
    return scalars(found)


def in_digits(found: Any) -> Any:
    """A tree of numbers without their expressions."""

    def bare(x: Any) -> Any:
        if isinstance(x, Symbols):
            return filled([bare(entry) for entry in scalars(x)], x.shape)
        return Scalar(None, x.value) if isinstance(x, Scalar) else x

    return tree.tree_map(bare, found)


def like(name: str, found: Any) -> Any:
    """A tree of fresh symbols in the structure of another."""
    count = iter(range(10_000))

    def fresh(x: Any) -> Any:
        if isinstance(x, Symbols):
            return filled([fresh(entry) for entry in scalars(x)], x.shape)
        k = next(count)
        return symbol(f"{name}{k}", sp.Rational(3 * k + 5, 7 + k), seed=True) if isinstance(x, Scalar) else x

    return tree.tree_map(fresh, found)


def copied(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Arrays that a program may store into."""
    return tuple(tree.tree_map(lambda x: x.copy() if isinstance(x, np.ndarray) else x, arg) for arg in args)
