"""Tangents to test with: random ones, and one for each single entry.

In: a tree of primals.  Out: trees that fit it, None in the leaves that carry no derivative.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from s2s_runtime import tree


def random_tangent(primal: Any, rng: np.random.Generator) -> Any:
    """A tangent of normally distributed entries, each leaf of its primal's type, shape and dtype."""
    return tree.tree_map(lambda leaf: _random_leaf(leaf, rng), primal)


def unit_tangents(args: tuple[Any, ...], names: list[str]) -> Iterator[tuple[str, Any]]:
    """(`w['a'][1, 2]`, tangent) for each entry of the arguments; a complex entry has a second one, along 1j."""
    leaves, structure = tree.flatten(args)
    labels = argument_paths(args, names)
    for position, leaf in enumerate(leaves):
        if not tree.is_differentiable(leaf):
            continue
        for index in np.ndindex(np.shape(leaf)):
            for unit, suffix in ((1.0, ""), (1j, ", imaginary"))[: 2 if np.iscomplexobj(leaf) else 1]:
                tangents = [_zero_leaf(other) for other in leaves]
                tangents[position] = _unit_leaf(leaf, index, unit)
                yield labels[position] + entry(index) + suffix, tree.unflatten(structure, tangents)


def argument_names(function: Callable[..., Any], count: int) -> list[str]:
    """What the function calls its first `count` positional arguments; `args[i]` where it has no name for one."""
    numbered = [f"args[{i}]" for i in range(count)]
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return numbered
    named = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)][:count]
    return named + numbered[len(named) :]


def argument_paths(args: tuple[Any, ...], names: list[str]) -> list[str]:
    """One accessor per leaf of the arguments: `w['a']`."""
    return [path for name, arg in zip(names, args, strict=True) for path in tree.paths(tree.flatten(arg)[1], name)]


def entry(index: tuple[int, ...]) -> str:
    """`[1, 2]` for an entry of an array, nothing for a scalar."""
    return f"[{', '.join(map(str, index))}]" if index else ""


def differentiable_size(primal: Any) -> int:
    """The number of entries that carry a derivative."""
    return sum(np.size(leaf) for leaf in tree.flatten(primal)[0] if tree.is_differentiable(leaf))


def inner(left: Any, right: Any) -> tuple[float, float]:
    """(the sum of all products of entries, the sum of their moduli) of two trees that fit; None where both have None.

    Real part, and no conjugate: the pairing under which a cotangent of a complex value is defined.  Where an entry of
    `right` is zero, nothing is added, whatever stands on the left.
    """
    total, size = 0.0, 0.0
    columns = [[np.asarray(leaf) for leaf in tree.flatten(side)[0] if leaf is not None] for side in (left, right)]
    for a, b in zip(*columns, strict=True):
        here = b != 0
        products = a[here].astype(np.result_type(a, np.float64)) * b[here]
        total += float(np.sum(products.real))
        size += float(np.sum(np.abs(products)))
    return total, size


def like(leaf: Any, values: Any) -> Any:
    """`values` as the kind of thing that the leaf is: a Python number, a NumPy scalar or an array, of its dtype."""
    if isinstance(leaf, np.ndarray):
        return np.asarray(values).astype(leaf.dtype)
    if isinstance(leaf, np.generic):
        return leaf.dtype.type(np.asarray(values)[()])
    number = np.asarray(values).item()
    return complex(number) if isinstance(leaf, complex) else float(number)


def _random_leaf(leaf: Any, rng: np.random.Generator) -> Any:
    if not tree.is_differentiable(leaf):
        return None
    values = rng.standard_normal(np.shape(leaf))
    if np.iscomplexobj(leaf):
        values = values + 1j * rng.standard_normal(np.shape(leaf))
    return like(leaf, values)


def _zero_leaf(leaf: Any) -> Any:
    return like(leaf, np.zeros(np.shape(leaf))) if tree.is_differentiable(leaf) else None


def _unit_leaf(leaf: Any, index: tuple[int, ...], unit: complex) -> Any:
    values = np.zeros(np.shape(leaf), complex if np.iscomplexobj(leaf) else float)
    values[index] = unit
    return like(leaf, values)
