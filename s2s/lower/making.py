"""New arrays: filled with one value, or with what depends on the place alone."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.lower.shapes import items
from s2s.lower.values import ZERO, Computed, Place, Stored, Value, choice, fixed, lengths_of, mapped
from s2s.lower.writing import LoopBuilder
from s2s_runtime import tree

if TYPE_CHECKING:
    from s2s.lower.program import Lowering


def filled(fact: facts.Num, own: Place, value: ir.Atom, maker: Any = None) -> Value:
    """One value everywhere; `maker` makes it in memory."""
    made = None if maker is None else lambda builder: builder.array(maker, own, fact)
    return Computed(lambda _, place: value, fixed(own), fact, (), made)


def number(fact: facts.Num, value: float) -> ir.Const:
    assert fact.dtype is not None
    if fact.dtype in (np.float64, np.int64, np.bool_, np.complex128):
        return ir.Const(fact.dtype.type(value).item())
    return ir.Const(fact.dtype.type(value))


def of_shape(value: float, maker: Any) -> Callable[..., Value | None]:
    """`np.zeros` and its like."""

    def make(low: Lowering, fact: facts.Type, shape: ir.Atom, dtype: ir.Atom | None = None) -> Value | None:
        if not isinstance(fact, facts.Num) or not fact.shape:
            return None
        return filled(fact, items(low, shape, len(fact.shape)), number(fact, value), maker)

    return make


def like(value: float, maker: Any) -> Callable[..., Value | None]:
    """`np.zeros_like` and its like."""

    def make(low: Lowering, fact: facts.Type, x: ir.Atom, dtype: ir.Atom | None = None) -> Value | None:
        if not isinstance(fact, facts.Num) or not fact.shape:
            return None
        return filled(fact, lengths_of(low.peek(x), low.builder), number(fact, value), maker)

    return make


def empty(low: Lowering, fact: facts.Type, shape: ir.Atom, dtype: ir.Atom | None = None) -> Value | None:
    if not isinstance(fact, facts.Num) or not fact.shape:
        return None
    return Stored(low.builder.array(np.empty, items(low, shape, len(fact.shape)), fact), fact)


def empty_like(low: Lowering, fact: facts.Type, x: ir.Atom, dtype: ir.Atom | None = None) -> Value | None:
    if not isinstance(fact, facts.Num) or not fact.shape:
        return None
    return Stored(low.builder.array(np.empty, lengths_of(low.peek(x), low.builder), fact), fact)


def full(low: Lowering, fact: facts.Type, shape: ir.Atom, value: ir.Atom, dtype: ir.Atom | None = None) -> Value | None:
    given = low.value(value)
    if not isinstance(fact, facts.Num) or not fact.shape or given.fact.shape:
        return None
    return filled(fact, items(low, shape, len(fact.shape)), typed(low, fact, given))


def full_like(low: Lowering, fact: facts.Type, x: ir.Atom, value: ir.Atom, dtype: ir.Atom | None = None) -> Value | None:
    given = low.value(value)
    if not isinstance(fact, facts.Num) or not fact.shape or given.fact.shape:
        return None
    return filled(fact, lengths_of(low.peek(x), low.builder), typed(low, fact, given))


def typed(low: Lowering, fact: facts.Num, value: Value) -> ir.Atom:
    """A number in the dtype of an array."""
    atom = value.entry(low.builder, ())
    if value.fact.dtype == fact.dtype or fact.dtype is None:
        return atom
    return number(fact, atom.value) if isinstance(atom, ir.Const) else low.builder.apply(fact.dtype.type, atom)


def diagonal_of_ones(low: Lowering, fact: facts.Type, n: ir.Atom, m: ir.Atom | None = None, k: ir.Atom = ZERO) -> Value | None:
    """`np.eye`."""
    return by_places(low, fact, n, m, lambda builder, i, j: builder.apply(operator.eq, builder.apply(operator.sub, j, i), k))


def tri(low: Lowering, fact: facts.Type, n: ir.Atom, m: ir.Atom | None = None, k: ir.Atom = ZERO) -> Value | None:
    return by_places(low, fact, n, m, lambda builder, i, j: builder.apply(operator.le, builder.apply(operator.sub, j, i), k))


def by_places(
    low: Lowering, fact: facts.Type, n: ir.Atom, m: ir.Atom | None, test: Callable[[LoopBuilder, ir.Atom, ir.Atom], ir.Atom]
) -> Value | None:
    """A matrix that is 1 where a test of the indices is true."""
    if not isinstance(fact, facts.Num):
        return None
    rows = low.atom(n)
    columns = rows if m in (None, ir.Const(None)) else low.atom(m)
    one, zero = number(fact, 1), number(fact, 0)

    def entry(builder: LoopBuilder, place: Place) -> ir.Atom:
        return choice(builder, test(builder, *place), lambda: one, lambda: zero)

    return Computed(entry, fixed((rows, columns)), fact)


def copied_tree(low: Lowering, fact: facts.Type, x: ir.Atom) -> Value | None:
    return low.copied(x) if isinstance(fact, facts.Num) and fact.shape else None


def added_trees(low: Lowering, fact: facts.Type, a: ir.Atom, b: ir.Atom) -> Value | ir.Atom | None:
    if not isinstance(fact, facts.Num):
        return None
    if ir.Const(None) in (a, b):
        return low.value(b if a == ir.Const(None) else a)
    return mapped(low.builder, operator.add, (low.value(a), low.value(b)), fact)


MAKING: dict[Any, Callable[..., Any]] = {
    np.zeros: of_shape(0.0, np.zeros), np.ones: of_shape(1.0, np.ones), np.empty: empty, np.full: full,
    np.zeros_like: like(0.0, np.zeros), np.ones_like: like(1.0, np.ones), np.empty_like: empty_like, np.full_like: full_like,
    np.eye: diagonal_of_ones, np.identity: diagonal_of_ones, np.tri: tri, tree.zeros_like: like(0.0, np.zeros),
    tree.copy: copied_tree, tree.add: added_trees,
}  # fmt: skip
