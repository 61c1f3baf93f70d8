"""New arrays: filled with one value, or with what depends on the place alone."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.lower.shapes import items
from s2s.lower.values import ZERO, Computed, Place, Stored, Value, choice, fixed, lengths_of, mapped, spelled
from s2s.lower.writing import LoopBuilder, is_short
from s2s.primitives import both
from s2s_runtime import kernels, loops, tree

if TYPE_CHECKING:
    from s2s.lower.program import Lowering

FIFTY, YES = ir.Const(50), ir.Const(True)


def filled(fact: facts.Num, own: Place, value: ir.Atom, maker: Any = None) -> Value:
    """One value everywhere; `maker` makes it in memory."""
    made = None if maker is None else lambda builder: builder.array(maker, own, fact)
    return Computed(lambda _, place: value, fixed(own), fact, (), made)


def own_lengths(low: Lowering, dims: facts.Shape, shape: ir.Atom) -> Place:
    """The lengths in the shape that an array is made in; they are known from here on."""
    own = items(low, shape, len(dims))
    low.builder.note_shape(dims, own)
    return own


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
        return filled(fact, own_lengths(low, fact.shape, shape), number(fact, value), maker)

    return make


def like(value: float, maker: Any) -> Callable[..., Value | ir.Atom | None]:
    """`np.zeros_like` and its like."""

    def make(low: Lowering, fact: facts.Type, x: ir.Atom, dtype: ir.Atom | None = None) -> Value | ir.Atom | None:
        if not isinstance(fact, facts.Num) or fact.shape is None or fact.dtype is None:
            return None
        if not fact.shape:
            return number(fact, value)
        return filled(fact, lengths_of(low.peek(x), low.builder), number(fact, value), maker)

    return make


def empty(low: Lowering, fact: facts.Type, shape: ir.Atom, dtype: ir.Atom | None = None) -> Value | None:
    if not isinstance(fact, facts.Num) or not fact.shape:
        return None
    return unfilled(low, fact, own_lengths(low, fact.shape, shape))


def empty_like(low: Lowering, fact: facts.Type, x: ir.Atom, dtype: ir.Atom | None = None) -> Value | None:
    if not isinstance(fact, facts.Num) or not fact.shape:
        return None
    return unfilled(low, fact, lengths_of(low.peek(x), low.builder))


def unfilled(low: Lowering, fact: facts.Num, own: Place) -> Value:
    """An array whose entries are not known yet."""
    if low.target not in low.by_numbers and is_short(own):
        return spelled(own, fact, lambda place: number(fact, 0))
    return Stored(low.builder.array(np.empty, own, fact), fact)


def full(low: Lowering, fact: facts.Type, shape: ir.Atom, value: ir.Atom, dtype: ir.Atom | None = None) -> Value | None:
    given = low.value(value)
    if not isinstance(fact, facts.Num) or not fact.shape or given.fact.shape:
        return None
    return filled(fact, own_lengths(low, fact.shape, shape), of_dtype(low, fact, given.entry(low.builder, ())))


def full_like(low: Lowering, fact: facts.Type, x: ir.Atom, value: ir.Atom, dtype: ir.Atom | None = None) -> Value | None:
    given = low.value(value)
    if not isinstance(fact, facts.Num) or not fact.shape or given.fact.shape:
        return None
    return filled(fact, lengths_of(low.peek(x), low.builder), of_dtype(low, fact, given.entry(low.builder, ())))


def of_dtype(low: Lowering, fact: facts.Num, atom: ir.Atom) -> ir.Atom:
    """A number as an array of a dtype keeps it."""
    own = low.builder.type_of(atom)
    if fact.dtype is None or (isinstance(own, facts.Num) and own.dtype == fact.dtype):
        return atom
    return number(fact, atom.value) if isinstance(atom, ir.Const) else low.builder.apply(fact.dtype.type, atom)


def linspace(
    low: Lowering, fact: facts.Type, start: ir.Atom, stop: ir.Atom, num: ir.Atom = FIFTY, endpoint: ir.Atom = YES
) -> Value | None:
    """`np.linspace`, by NumPy's own arithmetic; the last place is the stop itself."""
    first, last, count = low.atom(start), low.atom(stop), low.atom(num)
    numbers = all(isinstance(end := low.builder.type_of(atom), facts.Num) and end.shape == () for atom in (first, last))
    if not isinstance(fact, facts.Num) or fact.dtype != np.float64 or endpoint not in (YES, ir.Const(False)) or not numbers:
        return None
    apply = low.builder.apply
    spaces = apply(operator.sub, count, ir.Const(1)) if endpoint == YES else count
    whole = apply(operator.sub, apply(operator.mul, last, ir.Const(1.0)), apply(operator.mul, first, ir.Const(1.0)))
    step = apply(operator.truediv, whole, apply(max, spaces, ir.Const(1)))

    def entry(builder: LoopBuilder, place: Place) -> ir.Atom:
        def inside() -> ir.Atom:
            return builder.apply(operator.add, builder.apply(operator.mul, place[0], step), first)

        if endpoint != YES:
            return inside()
        end = builder.apply(both, builder.apply(operator.eq, place[0], spaces), builder.apply(operator.gt, spaces, ZERO))
        return choice(builder, end, lambda: builder.apply(operator.mul, last, ir.Const(1.0)), inside)

    return Computed(entry, fixed((count,)), fact)


def diagonal_of_ones(
    low: Lowering, fact: facts.Type, n: ir.Atom, m: ir.Atom | None = None, k: ir.Atom = ZERO, dtype: ir.Atom | None = None
) -> Value | None:
    """`np.eye`."""
    return by_places(low, fact, n, m, lambda builder, i, j: builder.apply(operator.eq, builder.apply(operator.sub, j, i), k))


def tri(
    low: Lowering, fact: facts.Type, n: ir.Atom, m: ir.Atom | None = None, k: ir.Atom = ZERO, dtype: ir.Atom | None = None
) -> Value | None:
    return by_places(low, fact, n, m, lambda builder, i, j: builder.apply(operator.le, builder.apply(operator.sub, j, i), k))


def by_places(
    low: Lowering, fact: facts.Type, n: ir.Atom, m: ir.Atom | None, test: Callable[[LoopBuilder, ir.Atom, ir.Atom], ir.Atom]
) -> Value | None:
    """A matrix that is 1 where a test of the indices is true."""
    if not isinstance(fact, facts.Num) or fact.dtype is None:
        return None
    rows = low.atom(n)
    columns = rows if m in (None, ir.Const(None)) else low.atom(m)
    one, zero = number(fact, 1), number(fact, 0)

    def entry(builder: LoopBuilder, place: Place) -> ir.Atom:
        return choice(builder, test(builder, *place), lambda: one, lambda: zero)

    return Computed(entry, fixed((rows, columns)), fact)


def copied_tree(low: Lowering, fact: facts.Type, x: ir.Atom) -> Value | ir.Atom | None:
    """A copy of an array; a number is as good as a copy of it."""
    if not isinstance(fact, facts.Num):
        return None
    return low.copied(x) if fact.shape else low.atom(x)


def added_trees(low: Lowering, fact: facts.Type, a: ir.Atom, b: ir.Atom) -> Value | ir.Atom | None:
    if not isinstance(fact, facts.Num):
        return None
    if ir.Const(None) in (a, b):
        return low.value(b if a == ir.Const(None) else a)
    return mapped(low.builder, operator.add, (low.value(a), low.value(b)), fact)


MAKING: dict[Any, Callable[..., Any]] = {
    np.zeros: of_shape(0.0, np.zeros), np.ones: of_shape(1.0, np.ones), np.empty: empty, np.full: full,
    np.zeros_like: like(0.0, np.zeros), np.ones_like: like(1.0, np.ones), np.empty_like: empty_like, np.full_like: full_like,
    np.eye: diagonal_of_ones, np.identity: diagonal_of_ones, np.tri: tri,
    np.linspace: linspace, tree.copy: copied_tree, tree.add: added_trees,
}  # fmt: skip

OF_NUMBERS = {np.zeros_like, np.ones_like, tree.zeros_like, tree.copy, kernels.astype, loops.item_place}
"""Those that give a number for a number."""
