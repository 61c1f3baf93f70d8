"""Views as index arithmetic: where the entry at a place of a view is in the array that it is a view of.

    x[1:-1, k]      place (i,)      =>   x at (i + 1, k)
    np.transpose(x) place (i, j)    =>   x at (j, i)

In: a view function with its arguments, the value it is applied to.  Out: a Viewed, or None where it is not followed: then the
view is made by NumPy as it stands.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.lower.values import Place, Value, Viewed, length
from s2s.lower.writing import LoopBuilder

Length = Callable[[LoopBuilder], ir.Atom]
ZERO, ONE = ir.Const(0), ir.Const(1)


def viewed(builder: LoopBuilder, function: Any, base: Value, args: tuple[ir.Atom, ...], fact: facts.Num) -> Value | None:
    """The value that a view function gives."""
    if function is operator.getitem:
        return indexed(builder, base, args[0], fact)
    if function is np.transpose and not args:
        return transposed(base, tuple(reversed(range(len(base.fact.shape or ())))), fact)
    if function is np.transpose and isinstance(args[0], ir.Const) and isinstance(args[0].value, tuple):
        rank = len(base.fact.shape or ())
        return transposed(base, tuple(axis % rank for axis in args[0].value), fact)
    if function is np.swapaxes and all(isinstance(arg, ir.Const) for arg in args):
        order = list(range(len(base.fact.shape or ())))
        i, j = (arg.value for arg in args)  # type: ignore[union-attr]
        order[i], order[j] = order[j], order[i]
        return transposed(base, tuple(order), fact)
    if function is np.expand_dims and isinstance(args[0], ir.Const) and isinstance(args[0].value, int):
        axis = args[0].value % len(fact.shape or ())
        lengths = [length_of(base, k) for k in range(len(base.fact.shape or ()))]
        lengths.insert(axis, lambda builder: ONE)
        return Viewed(base, lambda _, place: place[:axis] + place[axis + 1 :], tuple(lengths), fact)
    return None


def length_of(base: Value, axis: int) -> Length:
    return lambda builder: length(base, builder, axis)


def transposed(base: Value, order: tuple[int, ...], fact: facts.Num) -> Value:
    """Axis k of the view is axis order[k] of the base."""
    back = tuple(order.index(axis) for axis in range(len(order)))
    return Viewed(base, lambda _, place: tuple(place[k] for k in back), tuple(length_of(base, axis) for axis in order), fact)


def indexed(builder: LoopBuilder, base: Value, index: ir.Atom, fact: facts.Num) -> Value | None:
    """The entries that integers, slices with known ends, None and Ellipsis name."""
    parts = spelled_out(builder, ir.index_parts(index), len(base.fact.shape or ()))
    if parts is None:
        return None
    moves: list[Callable[[LoopBuilder, Place], ir.Atom]] = []
    lengths: list[Length] = []
    axis = 0
    for part in parts:
        if part == ir.Const(None):
            lengths.append(lambda builder: ONE)
            continue
        cut = sliced(base, axis, part)
        axis += 1
        if cut is not None:
            moves.append(at_slice(cut, len(lengths)))
            lengths.append(cut.length)
        elif is_integer(builder, part):
            moves.append(at_integer(base, axis - 1, part))
        else:
            return None
    return Viewed(base, lambda builder, place: tuple(move(builder, place) for move in moves), tuple(lengths), fact)


def spelled_out(builder: LoopBuilder, parts: tuple[ir.Atom, ...], rank: int) -> list[ir.Atom] | None:
    """The parts of an index with a slice for each axis that it leaves out."""
    named = sum(1 for part in parts if part not in (ir.Const(None), ir.Const(...)))
    fill = [ir.Const(slice(None))] * (rank - named)
    found: list[ir.Atom] = []
    dots = False
    for part in parts:
        if part == ir.Const(...):
            found += fill
            dots = True
        else:
            found.append(part)
    return found if dots else [*found, *fill]


def is_integer(builder: LoopBuilder, part: ir.Atom) -> bool:
    fact = builder.type_of(part)
    return isinstance(fact, facts.Num) and fact.shape == () and fact.dtype is not None and fact.dtype.kind in "iu"


def at_integer(base: Value, axis: int, part: ir.Atom) -> Callable[[LoopBuilder, Place], ir.Atom]:
    """An entry's own index.  A negative number counts from the end."""
    if isinstance(part, ir.Const) and part.value < 0:
        return lambda builder, place: builder.apply(operator.add, length(base, builder, axis), part)
    return lambda builder, place: part


class Cut:
    """A slice with known ends: `start + step * k` for k below its length."""

    def __init__(self, base: Value, axis: int, start: int | None, stop: int | None, step: int) -> None:
        self.base, self.axis, self.start, self.stop, self.step = base, axis, start, stop, step

    def whole(self, builder: LoopBuilder) -> ir.Atom:
        return length(self.base, builder, self.axis)

    def first(self, builder: LoopBuilder) -> ir.Atom:
        """The place of the first entry, where there is one."""
        if self.step < 0:
            return self.end(builder, self.start) if self.start is not None else minus(builder, self.whole(builder), 1)
        return ZERO if self.start is None else self.end(builder, self.start)

    def end(self, builder: LoopBuilder, end: int) -> ir.Atom:
        """An end as a place: one that is negative counts from behind, and not beyond the front."""
        return ir.Const(end) if end >= 0 else builder.apply(max, minus(builder, self.whole(builder), -end), ZERO)

    def length(self, builder: LoopBuilder) -> ir.Atom:
        whole = self.whole(builder)
        if self.step == 1:
            if self.start is None and self.stop is None:
                return whole
            start = ZERO if self.start is None else self.end(builder, self.start)
            if self.stop is None:
                return at_least_zero(builder, builder.apply(operator.sub, whole, start))
            if self.stop >= 0:
                stop = builder.apply(min, ir.Const(self.stop), whole)
                return at_least_zero(builder, builder.apply(operator.sub, stop, start))
            return at_least_zero(builder, minus(builder, builder.apply(operator.sub, whole, start), -self.stop))
        ends = (ir.Const(self.start), ir.Const(self.stop), ir.Const(self.step))
        return builder.apply(slice_length, whole, *ends)


def slice_length(whole: int, start: int | None, stop: int | None, step: int) -> int:
    """How many entries a slice takes of an axis."""
    return len(range(*slice(start, stop, step).indices(whole)))


def sliced(base: Value, axis: int, part: ir.Atom) -> Cut | None:
    """A slice whose ends and step are numbers."""
    if not isinstance(part, ir.Const) or not isinstance(part.value, slice):
        return None
    start, stop, step = part.value.start, part.value.stop, part.value.step
    if (step or 1) < 0 and (start is not None or stop is not None):
        return None
    if step not in (None, 1, -1) and (start or 0) < 0:
        return None
    if step not in (None, 1) and stop is not None:
        return None
    return Cut(base, axis, start, stop, step or 1)


def at_slice(cut: Cut, position: int) -> Callable[[LoopBuilder, Place], ir.Atom]:
    def place_of(builder: LoopBuilder, place: Place) -> ir.Atom:
        at = place[position]
        if cut.step == -1:
            return builder.apply(operator.sub, cut.first(builder), at)
        scaled = builder.apply(operator.mul, at, ir.Const(cut.step))
        first = cut.first(builder)
        return builder.apply(operator.add, scaled, first) if first != ZERO else scaled

    return place_of


def minus(builder: LoopBuilder, whole: ir.Atom, number: int) -> ir.Atom:
    return builder.apply(operator.sub, whole, ir.Const(number)) if number else whole


def at_least_zero(builder: LoopBuilder, length: ir.Atom) -> ir.Atom:
    return builder.apply(max, length, ZERO)
