"""Derivatives held against each other: one mode against the other to rounding, single precision against double.

In: a function and arguments.  Out: nothing, or an AssertionError that names the argument, the entry and both numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from s2s.testing.calling import bound, name_of, positional
from s2s.testing.compare import Check, compare
from s2s.testing.directions import argument_names, inner, like, random_tangent, unit_tangents
from s2s.testing.dots import Dot, Linear, dot, perturbed
from s2s.testing.numeric import double
from s2s_runtime import tree

PERTURBED = 8
"""So many arguments around those that were given show what rounding does."""


# ------------------------------------------------------------------------------------------------------------ dot products
def check_dot(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any] | None = None,
    directions: int = 3,
    seed: int = 0,
) -> list[Dot]:
    """Raise AssertionError unless <y_bar, J v> is <J' y_bar, v> up to rounding, for random v and y_bar; what was compared.

    Both modes are run and held against each other: an error that both make is not found, which is what `check_grads` is for.  Raises
    TypeError if nothing carries a derivative.
    """
    function, args = bound(function, kwargs), positional(args)
    push, pull, result = _modes(function, args)
    rng, found = np.random.default_rng(seed), []

    def around() -> Iterator[tuple[Linear, Linear]]:
        for _ in range(PERTURBED // 2):
            yield _modes(function, perturbed(args, rng))[:2]

    for number in range(directions):
        tangents, y_bar = random_tangent(args, rng), random_tangent(result, rng)
        one = dot(push, pull, tangents, y_bar, around)
        if not one.agrees:
            worst = _worst_entry(function, args, push, pull, y_bar)
            raise AssertionError(f"the modes of {name_of(function)} disagree in random direction {number}: {one}{worst}")
        found.append(one)
    return found


def _modes(function: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Linear, Linear, Any]:
    """The pushforward, the pullback and the result.  Raises TypeError if there is no derivative."""
    from s2s import jvp, vjp

    if not any(map(tree.is_differentiable, tree.flatten(args)[0])):
        raise TypeError("nothing to check: no argument is a real or complex number or an array of them")
    result, pullback = vjp(function, *tree.copy(args))
    if not any(map(tree.is_differentiable, tree.flatten(result)[0])):
        raise TypeError(f"nothing to check: the result, {tree.describe(result)}, has no derivative")
    return lambda tangents: jvp(function, tree.copy(args), tangents)[1], pullback, result


def _worst_entry(
    function: Callable[..., Any], args: tuple[Any, ...], push: Linear, pull: Linear, y_bar: Any
) -> str:
    """The entry of an argument whose two derivatives are furthest apart."""
    worst, text, pulled = 0.0, "", pull(y_bar)
    for where, unit in unit_tangents(args, argument_names(function, len(args))):
        forward, reverse = inner(y_bar, push(unit))[0], inner(pulled, unit)[0]
        if abs(forward - reverse) > worst:
            worst = abs(forward - reverse)
            text = f"\n  most at {where}: {forward:.10g} by the tangent, {reverse:.10g} by the adjoint"
    return text


# ------------------------------------------------------------------------------------------------------------------ dtypes
def check_dtypes(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any] | None = None,
    dtype: Any = np.float32,
    seed: int = 0,
) -> None:
    """Raise AssertionError unless the derivatives in `dtype` are those in double precision, up to rounding in `dtype`.

    Arrays and NumPy's numbers among the arguments are converted first, so both are asked about the same point.  What rounding may do
    is measured: by how much the derivative in `dtype` changes where its arguments change by a rounding.  Where it is as large as the
    derivative itself there is nothing to compare, and the check fails and says so.
    """
    failed = [check for check in dtype_checks(bound(function, kwargs), positional(args), dtype, seed) if not check.passed]
    if failed:
        lines = [f"the derivatives of {name_of(function)} in {np.dtype(dtype)} are not those in double precision:"]
        raise AssertionError("\n".join([*lines, *(f"  {check}" for check in failed[:10])]))


def dtype_checks(function: Callable[..., Any], args: tuple[Any, ...], dtype: Any, seed: int) -> Iterator[Check]:
    """Every comparison that `check_dtypes` makes: each leaf in reverse mode, then in forward mode."""
    low = tree.tree_map(lambda leaf: _cast(leaf, dtype), args)
    if not any(_is_typed(leaf) for leaf in tree.flatten(low)[0]):
        raise TypeError("nothing to check: no argument is an array or a number of NumPy's, which have a dtype")
    rng, eps = np.random.default_rng(seed), float(np.finfo(dtype).eps)
    result = function(*tree.copy(low))
    y_bar, tangents = random_tangent(result, rng), random_tangent(low, rng)
    names = argument_names(function, len(args))
    around = [perturbed(low, rng) for _ in range(PERTURBED)]
    for what, run in (("reverse", _pulled), ("forward", _pushed)):
        got, expected = run(function, low, y_bar, tangents), run(function, double(low), y_bar, tangents)
        others = [run(function, point, y_bar, tangents) for point in around]
        labels = names if what == "reverse" else ["result"]
        for name, *parts in zip(labels, got, expected, *others, strict=True):
            yield from _leaves(what, name, parts, eps)


def _leaves(what: str, name: str, parts: list[Any], eps: float) -> Iterator[Check]:
    """A check per leaf: of the derivative, the one in double precision, and those around."""
    structure = tree.flatten(parts[0])[1]
    for path, *leaves in zip(tree.paths(structure, name), *(tree.flatten(part)[0] for part in parts), strict=True):
        if leaves[0] is None:
            continue
        got, expected, *others = map(np.asarray, leaves)
        size = np.max(np.abs(expected), initial=0.0)
        spread = np.max([np.abs(other.astype(expected.dtype) - got) for other in others], axis=0)
        if np.any(np.isfinite(spread) & (32 * spread > 0.5 * size) & (size > 0)):
            yield Check(what, path, False, note=f"in {got.dtype} rounding alone changes it by {np.max(spread):.2g}, of {size:.2g}")
            continue
        slack = 32 * eps * size + 32 * np.where(np.isfinite(spread), spread, 0.0)
        yield compare(what, path, got, expected, slack, np.inf, 0.0)


def _pulled(function: Callable[..., Any], args: tuple[Any, ...], y_bar: Any, tangents: Any) -> tuple[Any, ...]:
    from s2s import vjp

    result, pullback = vjp(function, *tree.copy(args))
    bars: tuple[Any, ...] = pullback(_fitted(result, y_bar))
    return bars


def _pushed(function: Callable[..., Any], args: tuple[Any, ...], y_bar: Any, tangents: Any) -> tuple[Any, ...]:
    from s2s import jvp

    return (jvp(function, tree.copy(args), _fitted(args, tangents))[1],)


def _fitted(primal: Any, values: Any) -> Any:
    return tree.tree_map(lambda leaf, value: None if value is None else like(leaf, value), primal, values)


def _is_typed(leaf: Any) -> bool:
    return isinstance(leaf, (np.ndarray, np.generic)) and tree.is_differentiable(leaf)


def _cast(leaf: Any, dtype: Any) -> Any:
    """A leaf in a dtype; a complex one in that of its parts."""
    if not _is_typed(leaf):
        return tree.copy(leaf)
    return leaf.astype(np.result_type(dtype, np.complex64) if np.iscomplexobj(leaf) else dtype)
