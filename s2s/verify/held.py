"""What is constant to every derivative by the user's will: `stop_gradient(x)`, and the result of a function that was declared constant.

In: numbers.  Out: the same, under a function whose derivative is zero; once derivatives are taken, it is the identity.  Without an
expression the value itself is held: beside a point it is what it was at the point.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sympy as sp

from s2s.verify.arrays import Symbols, filled, scalars
from s2s.verify.evaluating import FUNCTIONS
from s2s.verify.pairs import Pair
from s2s.verify.scalar import Scalar
from s2s.verify.slopes import symbols_in
from s2s_runtime import tree


class Held(sp.Function):  # type: ignore[misc]
    """A real number that does not move."""

    nargs = 1
    is_real = True

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return sp.Integer(0)


FUNCTIONS[Held] = lambda x: x

_held: list[list[Any]] = []
_given: list[Iterator[Any]] = []


@contextmanager
def recorded() -> Iterator[list[Any]]:
    """The values that are held while something runs, in order."""
    values: list[Any] = []
    _held.append(values)
    try:
        yield values
    finally:
        _held.pop()


@contextmanager
def given(values: list[Any]) -> Iterator[None]:
    """Hold these values, and not those that are met."""
    _given.append(iter(values))
    try:
        yield
    finally:
        _given.pop()


def held(found: Any) -> Any:
    """A tree of numbers that do not move."""
    return tree.tree_map(_hold, found)


def _hold(x: Any) -> Any:
    if isinstance(x, Symbols):
        return filled([_hold(entry) for entry in scalars(x)], x.shape)
    if not isinstance(x, Scalar):
        return x
    value = next(_given[-1]) if _given else x.value
    if _held:
        _held[-1].append(value)
    if isinstance(x.expr, Pair):
        return Scalar(Pair(Held(x.expr.re), Held(x.expr.im)), value)
    return Scalar(x.expr if x.expr is None or not symbols_in(x.expr) else Held(x.expr), value)


def released(expr: sp.Expr) -> sp.Expr:
    """The expression, in which what was held is what it is."""
    return expr.replace(Held, lambda x: x) if expr.has(Held) else expr
