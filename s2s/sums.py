"""Sums and differences of whole numbers, put together where they are made.

    n - 2 + 1 => n - 1        i + 3 - i => 3        i + k - i => k        (n - 1) - (n - 3) => 2        n - 2 + 2 => n

In: two operands that are Python integers, which have no largest one, so that sums may be taken in any order.  Out: what their
sum or difference is, or None where that is nothing simpler.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from s2s import facts, ir

if TYPE_CHECKING:
    from s2s.builder import Builder

Sum = tuple[ir.Atom | None, int]
"""A number that is no sum with a constant, or none, and what is added to it."""


def total(builder: Builder, x: ir.Atom, y: ir.Atom) -> ir.Atom | ir.Apply | None:
    """`x + y`, where one of them is a constant and the other one is a sum with a constant."""
    if not isinstance(y, ir.Const):
        x, y = y, x
    return _moved(builder, x, y.value) if isinstance(y, ir.Const) and type(y.value) is int else None


def difference(builder: Builder, x: ir.Atom, y: ir.Atom) -> ir.Atom | ir.Apply | None:
    """`x - y`, where y is a constant, or both are sums of the same number with constants, or x is a sum with y."""
    if isinstance(y, ir.Const):
        return _moved(builder, x, -y.value) if type(y.value) is int else None
    first, second = parted(builder, x), parted(builder, y)
    if first is None or second is None:
        return None
    if first[0] == second[0]:
        return ir.Const(first[1] - second[1])
    inner = builder.definition(x)
    if inner is not None and inner.function is operator.add and y in inner.args and all(is_count(builder, arg) for arg in inner.args):
        return inner.args[1 - inner.args.index(y)]
    return None


def parted(builder: Builder, x: ir.Atom) -> Sum | None:
    """A whole number as a number and a constant; None for what is no Python integer."""
    if isinstance(x, ir.Const):
        return (None, x.value) if type(x.value) is int else None
    if not is_count(builder, x):
        return None
    inner = builder.definition(x)
    if inner is not None and inner.function in (operator.add, operator.sub) and len(inner.args) == 2 and not inner.kwargs:
        left, right = inner.args
        if inner.function is operator.add and isinstance(left, ir.Const):
            left, right = right, left
        base = parted(builder, left) if isinstance(right, ir.Const) and type(right.value) is int else None
        if base is not None:
            return base[0], base[1] + (right.value if inner.function is operator.add else -right.value)  # type: ignore[union-attr]
    return x, 0


def _moved(builder: Builder, x: ir.Atom, by: int) -> ir.Atom | ir.Apply | None:
    """A sum with a constant, and a constant more."""
    found = parted(builder, x)
    if found is None or found[0] is None:
        return None
    if found[0] == x:
        return x if by == 0 else None
    base, more = found[0], found[1] + by
    if more == 0:
        return base
    return ir.Apply(operator.add if more > 0 else operator.sub, (base, ir.Const(abs(more))))


def is_count(builder: Builder, x: ir.Atom) -> bool:
    """Whether an atom is a Python integer."""
    fact = builder.type_of(x)
    return isinstance(fact, facts.Num) and fact.weak is True and fact.dtype is not None and fact.dtype.kind == "i" and fact.shape == ()
