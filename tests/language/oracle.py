"""Derivatives without differentiating: what the tests of the language compare with.

Trees are read here again, in a few lines, and derivatives are central differences extrapolated to step zero.  A leaf
carries a derivative if it is a floating-point number or array; all others have None in their place.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

STEPS = tuple(2.0**-k for k in range(7, 13))
"""Of a tangent whose entries are as large as the argument: narrow enough to stay on one side of a branch."""


# ------------------------------------------------------------------------------------------------------------- trees
def children(tree: Any) -> list[tuple[Any, Any]] | None:
    """(key, child) of a container; None for a leaf."""
    if isinstance(tree, dict):
        return list(tree.items())
    if isinstance(tree, (list, tuple)):
        return list(enumerate(tree))
    if dataclasses.is_dataclass(tree) and not isinstance(tree, type):
        return [(field.name, getattr(tree, field.name)) for field in dataclasses.fields(tree)]
    return None


def rebuilt(tree: Any, items: list[Any]) -> Any:
    """A container like `tree` that holds `items`."""
    if isinstance(tree, dict):
        return dict(zip(tree, items, strict=True))
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*items)
    if isinstance(tree, (list, tuple)):
        return type(tree)(items)
    names = [field.name for field in dataclasses.fields(tree)]
    other = object.__new__(type(tree))
    for name, item in zip(names, items, strict=True):
        object.__setattr__(other, name, item)
    return other


def mapped(change: Callable[[Any], Any], tree: Any) -> Any:
    """The tree with every leaf changed."""
    parts = children(tree)
    return change(tree) if parts is None else rebuilt(tree, [mapped(change, child) for _, child in parts])


def leaves(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """(path, leaf), left to right."""
    parts = children(tree)
    if parts is None:
        yield path, tree
        return
    for key, child in parts:
        yield from leaves(child, f"{path}[{key!r}]")


def pairs(tree: Any, other: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """(path, leaf, leaf of `other`); a None in `other` stands for a tree of them.  Raises where the trees differ."""
    parts = children(tree)
    if parts is None or other is None:
        for below, leaf in leaves(tree, path):
            yield below, leaf, other
        return
    twins = children(other)
    assert twins is not None, f"{path}: expected a {type(tree).__name__}, got {other!r}"
    assert type(other) is type(tree), f"{path}: expected a {type(tree).__name__}, got a {type(other).__name__}"
    assert [key for key, _ in twins] == [key for key, _ in parts], f"{path}: the keys differ"
    for (key, child), (_, twin) in zip(parts, twins, strict=True):
        yield from pairs(child, twin, f"{path}[{key!r}]")


def carries(leaf: Any) -> bool:
    """Whether a leaf has a derivative."""
    return isinstance(leaf, (float, np.floating)) or (isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f")


def has_floats(tree: Any) -> bool:
    return any(carries(leaf) for _, leaf in leaves(tree))


def is_number(value: Any) -> bool:
    """Whether `grad` takes a function with this result."""
    return carries(value) and np.shape(value) == ()


def copied(tree: Any) -> Any:
    return mapped(lambda leaf: leaf.copy(order="K") if isinstance(leaf, np.ndarray) else leaf, tree)


def same_bits(one: Any, other: Any) -> bool:
    """Whether two trees are the same to the last bit: types, dtypes, shapes, signs of zero, and what NaNs hold."""
    parts, twins = children(one), children(other)
    if parts is not None or twins is not None:
        if type(one) is not type(other) or [key for key, _ in parts or ()] != [key for key, _ in twins or ()]:
            return False
        return all(same_bits(a, b) for (_, a), (_, b) in zip(parts, twins, strict=True))
    if type(one) is not type(other):
        return False
    if isinstance(one, (np.ndarray, np.generic)):
        return one.shape == other.shape and one.dtype == other.dtype and one.tobytes() == other.tobytes()
    if isinstance(one, float):
        return np.float64(one).tobytes() == np.float64(other).tobytes()
    return one is other or bool(one == other)


# ---------------------------------------------------------------------------------------------------------- tangents
def random_tangent(tree: Any, rng: np.random.Generator) -> Any:
    """Normally distributed, as large as the primal and of its dtype."""
    return mapped(
        lambda leaf: _like(leaf, rng.standard_normal(np.shape(leaf)) * size(leaf)) if carries(leaf) else None, tree
    )


def zero_tangent(tree: Any) -> Any:
    return mapped(lambda leaf: _like(leaf, np.zeros(np.shape(leaf))) if carries(leaf) else None, tree)


def random_cotangent(result: Any, rng: np.random.Generator) -> Any:
    """Normally distributed, of the result's dtypes and shapes."""
    return mapped(lambda leaf: _like(leaf, rng.standard_normal(np.shape(leaf))) if carries(leaf) else None, result)


def size(leaf: Any) -> float:
    """How large the entries of a leaf are; 1 where they are larger or all zero."""
    largest = float(np.max(np.abs(leaf), initial=0.0))
    return min(largest, 1.0) or 1.0


def _like(leaf: Any, values: Any) -> Any:
    if isinstance(leaf, np.ndarray):
        return np.asarray(values, leaf.dtype)
    return type(leaf)(values)


def inner(one: Any, other: Any) -> tuple[float, float]:
    """The inner product of two tangents or cotangents, and the sum of the absolute values of its terms."""
    total = absolute = 0.0
    for path, a, b in pairs(one, other):
        assert (a is None) == (b is None), f"{path}: {a!r} meets {b!r}"
        if a is not None:
            product = np.multiply(a, b, dtype=np.float64)
            total += float(np.sum(product))
            absolute += float(np.sum(np.abs(product)))
    return total, absolute


def precision(*trees: Any) -> float:
    """The rounding unit of the coarsest leaf."""
    units = [float(np.finfo(np.result_type(leaf)).eps) for _, leaf in leaves(trees) if carries(leaf)]
    return max(units, default=float(np.finfo(np.float64).eps))


# ----------------------------------------------------------------------------------------------- central differences
class Estimate(NamedTuple):
    """A derivative along a direction: `value`, the distance to the next best value, and the size of the function."""

    value: Any
    error: Any
    magnitude: Any


def numeric_jvp(function: Callable[..., Any], args: tuple[Any, ...], tangents: Any, widen: float = 1.0) -> Estimate:
    """The derivative of function(*args) along the tangents, in double precision.

    Central differences for each step, extrapolated to step zero (Richardson); each entry is taken from where the table
    changes least, rounding counted.
    """
    result = function(*copied(args))
    base = [np.asarray(leaf, np.float64) for _, leaf in leaves(result) if carries(leaf)]
    rounding = [precision(args, result) * np.max(np.abs(b), initial=0.0) for b in base]
    table: list[list[list[Any]]] = []
    for step in STEPS:
        h = step * widen
        up, down = _floats_at(function, args, tangents, h), _floats_at(function, args, tangents, -h)
        assert [a.shape for a in up] == [a.shape for a in base], "the result's shape depends on the arguments' values"
        row = [[(a - b) / (2 * h) for a, b in zip(up, down, strict=True)]]
        for k, older in enumerate(table[-1] if table else []):
            factor = 4.0 ** (k + 1) - 1
            row.append([fine + (fine - coarse) / factor for fine, coarse in zip(row[-1], older, strict=True)])
        table.append(row)
    best = [_most_stable([[column[i] for column in row] for row in table], rounding[i]) for i in range(len(base))]
    return Estimate(
        _in_tree(result, [value for value, _ in best]),
        _in_tree(result, [error for _, error in best]),
        _in_tree(result, [np.max(np.abs(b), initial=0.0) for b in base]),
    )


def _floats_at(function: Callable[..., Any], args: Any, tangents: Any, step: float) -> list[Any]:
    """The floating leaves of the result, the arguments moved by step times the tangents."""
    moved = iter([_moved(leaf, tangent, step) for _, leaf, tangent in pairs(args, tangents)])
    result = function(*mapped(lambda _: next(moved), args))
    return [np.asarray(leaf, np.float64) for _, leaf in leaves(result) if carries(leaf)]


def _moved(leaf: Any, tangent: Any, step: float) -> Any:
    if tangent is None:
        return copied(leaf)
    if isinstance(leaf, np.ndarray):
        return leaf.astype(np.float64, order="K") + step * np.asarray(tangent, np.float64)
    moved = float(leaf) + step * float(tangent)
    return np.float64(moved) if isinstance(leaf, np.generic) else moved


def _most_stable(table: list[list[Any]], rounding: float) -> tuple[Any, Any]:
    """Of Richardson's table, entry by entry, the value that differs least from the one above it."""
    best = table[0][0]
    error = np.full(np.shape(best), np.inf)
    for above, row, step in zip(table, table[1:], STEPS[1:], strict=False):
        for coarse, fine in zip(above, row, strict=False):
            change = np.abs(fine - coarse) + rounding / step
            better = change < error
            best, error = np.where(better, fine, best), np.where(better, change, error)
    return best, error


def _in_tree(result: Any, values: list[Any]) -> Any:
    """The values in the places of the result's floating leaves, None elsewhere."""
    supply = iter(values)
    return mapped(lambda leaf: next(supply) if carries(leaf) else None, result)


# --------------------------------------------------------------------------------------------------------- comparing
def assert_fits(primal: Any, derivative: Any) -> None:
    """A tangent or cotangent has its primal's containers, shapes and dtypes; it is finite; None where there is none."""
    for path, leaf, part in pairs(primal, derivative):
        if not carries(leaf):
            assert part is None, f"{path}: {leaf!r} carries no derivative, got {part!r}"
            continue
        assert part is not None, f"{path}: no derivative"
        assert np.shape(part) == np.shape(leaf), f"{path}: shape {np.shape(part)} for a primal of {np.shape(leaf)}"
        found, wanted = np.result_type(part), np.result_type(leaf)
        assert found == wanted, f"{path}: dtype {found} for a primal of {wanted}"
        assert np.all(np.isfinite(part)), f"{path}: {part}"


def assert_agrees(derivative: Any, estimate: Estimate, unit: float) -> None:
    """The derivative is the estimate, up to what central differences in a precision of `unit` can tell."""
    relative = max(1e-8, 64 * unit)
    for (path, got, want), (_, _, magnitude) in zip(
        pairs(derivative, estimate.value), pairs(derivative, estimate.magnitude), strict=True
    ):
        if got is None:
            continue
        largest = np.max(np.abs(want), initial=0.0)
        rounding = 32 * unit * magnitude / STEPS[0]
        tolerance = relative * (np.abs(want) + 1e-2 * largest) + rounding
        wrong = ~(np.abs(np.asarray(got, np.float64) - want) <= tolerance)
        assert not np.any(wrong), f"{path}: got {got}, central differences say {want}"


def assert_same_derivative(one: Any, other: Any, unit: float) -> None:
    """Two ways to the same derivative agree to rounding, relative to the largest entry of a leaf."""
    for path, a, b in pairs(one, other):
        assert (a is None) == (b is None), f"{path}: {a!r} against {b!r}"
        if a is not None:
            largest = max(np.max(np.abs(a), initial=0.0), np.max(np.abs(b), initial=0.0))
            assert np.all(np.abs(a - b) <= 2**20 * unit * largest), f"{path}: {a} against {b}"
