"""Subscripts as index arithmetic: which entry of an array the entry at a place of `x[index]` is.

    x[1:-1]     place (i,)     =>   x[i + 1]
    x[k:, 0]    place (i,)     =>   x[i + k, 0]
    x[rows]     place (i, j)   =>   x[rows[i], j]

In: a value and the parts of an index.  Out: a Viewed, or None for what is not followed: a mask, a step that is not known.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass

from s2s import facts, ir
from s2s.lower.values import (
    ONE,
    ZERO,
    Length,
    Place,
    Stored,
    Value,
    Viewed,
    broadcast_length,
    length,
    minus,
    rank,
    spread,
)
from s2s.lower.writing import LoopBuilder
from s2s_runtime import loops

Move = Callable[[LoopBuilder, Place], ir.Atom]
NEW, DOTS, ALL = ir.Const(None), ir.Const(...), ir.Const(slice(None))


def indexed(
    builder: LoopBuilder, base: Value, index: ir.Atom, fact: facts.Num, value_of: Callable[[ir.Atom], Value] | None = None
) -> Viewed | None:
    """The entries that integers, slices, None, Ellipsis and arrays of integers name; `value_of` says what an array stands for."""
    parts = spelled_out(ir.index_parts(index), rank(base))
    kinds = [kind_of(builder, part) for part in parts]
    if "other" in kinds:
        return None
    if "array" not in kinds:
        return plain(base, parts, kinds, index, fact)
    return picked(builder, base, parts, kinds, fact, value_of or (lambda atom: Stored(atom, builder.type_of(atom))))  # type: ignore[arg-type]


def spelled_out(parts: tuple[ir.Atom, ...], axes: int) -> list[ir.Atom]:
    """The parts of an index with a slice for each axis that it leaves out."""
    fill = [ALL] * (axes - sum(1 for part in parts if part not in (NEW, DOTS)))
    if DOTS not in parts:
        return [*parts, *fill]
    at = parts.index(DOTS)
    return [*parts[:at], *fill, *parts[at + 1 :]]


def kind_of(builder: LoopBuilder, part: ir.Atom) -> str:
    """What a part of an index does: new, slice, integer, array, or other."""
    if part == NEW:
        return "new"
    ends = slice_ends(part)
    if ends is not None:
        step = ends[2].value if isinstance(ends[2], ir.Const) else None
        backwards = isinstance(step, int) and step < 0
        whole = ends[:2] == (NEW, NEW)
        known = isinstance(ends[2], ir.Const) and (not backwards or (whole and step == -1))
        return "slice" if known else "other"
    fact = builder.type_of(part)
    if not isinstance(fact, facts.Num) or fact.dtype is None or fact.dtype.kind not in "iu" or fact.shape is None:
        return "other"
    return "array" if fact.shape else "integer"


def slice_ends(part: ir.Atom) -> tuple[ir.Atom, ir.Atom, ir.Atom] | None:
    """Start, stop and step of a slice, as atoms."""
    if isinstance(part, ir.Const) and isinstance(part.value, slice):
        return ir.Const(part.value.start), ir.Const(part.value.stop), ir.Const(part.value.step)
    if isinstance(part, ir.Pack) and part.kind is slice:
        start, stop, step = part.items
        return start, stop, step
    return None


def plain(base: Value, parts: list[ir.Atom], kinds: list[str], index: ir.Atom, fact: facts.Num) -> Viewed:
    """A view by integers and slices."""
    moves: list[Move] = []
    lengths: list[Length] = []
    axis = 0
    for part, kind in zip(parts, kinds, strict=True):
        if kind == "new":
            lengths.append(lambda _: ONE)
            continue
        if kind == "slice":
            cut = Cut(base, axis, part)
            moves.append(cut.at(len(lengths)))
            lengths.append(cut.length)
        else:
            moves.append(at_integer(base, axis, part))
        axis += 1
    return Viewed(base, lambda builder, place: tuple([move(builder, place) for move in moves]), tuple(lengths), fact,
                  lambda builder, atom: builder.apply(operator.getitem, atom, index))  # fmt: skip


def picked(
    builder: LoopBuilder, base: Value, parts: list[ir.Atom], kinds: list[str], fact: facts.Num, value_of: Callable[[ir.Atom], Value]
) -> Viewed:
    """Entries that arrays of integers name: their axes stand where they are, or in front if a slice is between them."""
    naming = [k for k, kind in enumerate(kinds) if kind in ("array", "integer")]
    arrays = [value_of(parts[k]) for k in naming]
    axes = max(rank(array) for array in arrays)
    shape = facts.broadcast(array.fact.shape for array in arrays) or ()
    together = naming == list(range(naming[0], naming[-1] + 1))
    front = sum(1 for kind in kinds[: naming[0]] if kind in ("slice", "new")) if together else 0
    named = tuple((lambda b, k=k: broadcast_length(b, tuple(arrays), axes, k)) for k in range(axes))
    moves: list[Move] = []
    others: list[Length] = []
    axis = 0
    for part, kind in zip(parts, kinds, strict=True):
        if kind == "new":
            others.append(lambda _: ONE)
            continue
        if kind == "slice":
            cut = Cut(base, axis, part)
            position = len(others) + (axes if len(others) >= front else 0)
            moves.append(cut.at(position))
            others.append(cut.length)
        else:
            moves.append(at_entry(base, axis, value_of(part), front, shape))
        axis += 1
    lengths = (*others[:front], *named, *others[front:])
    return Viewed(base, lambda builder, place: tuple([move(builder, place) for move in moves]), lengths, fact)


def at_integer(base: Value, axis: int, part: ir.Atom) -> Move:
    """An entry's own index.  A number below 0 counts from the end; one that is known at run time only, Numba asks."""
    if isinstance(part, ir.Const) and part.value < 0:
        return lambda builder, _: builder.apply(operator.add, length(base, builder, axis), part)
    return lambda builder, _: part


def at_entry(base: Value, axis: int, array: Value, front: int, shape: facts.Shape) -> Move:
    """The index that an array has at the place of its own axes."""
    if not rank(array):
        return at_integer(base, axis, array.entry(None, ()))  # type: ignore[arg-type]
    return lambda builder, place: spread(array, builder, place[front : front + len(shape)], shape)


@dataclass(frozen=True, eq=False)
class Cut:
    """A slice of an axis of a value."""

    base: Value
    axis: int
    part: ir.Atom

    @property
    def ends(self) -> tuple[ir.Atom, ir.Atom, int]:
        found = slice_ends(self.part)
        assert found is not None
        assert isinstance(found[2], ir.Const)
        return found[0], found[1], found[2].value or 1

    def whole(self, builder: LoopBuilder) -> ir.Atom:
        return length(self.base, builder, self.axis)

    def place(self, builder: LoopBuilder, end: ir.Atom) -> ir.Atom:
        """An end as a place on the axis: one below 0 counts from behind, and none lies outside."""
        if end == ZERO:
            return ZERO
        if isinstance(end, ir.Const) and end.value > 0:
            return builder.apply(min, end, self.whole(builder))
        if isinstance(end, ir.Const):
            return builder.apply(max, minus(builder, self.whole(builder), -end.value), ZERO)
        return builder.apply(loops.slice_end, end, self.whole(builder))

    def first(self, builder: LoopBuilder) -> ir.Atom:
        """Where the slice begins, if it has entries."""
        start, _, _ = self.ends
        return start if start == NEW or (isinstance(start, ir.Const) and start.value >= 0) else self.place(builder, start)

    def length(self, builder: LoopBuilder) -> ir.Atom:
        start, stop, step = self.ends
        if step < 0 or (start == NEW and stop == NEW and step == 1):
            return self.whole(builder)
        room = self.whole(builder) if stop == NEW else self.place(builder, stop)
        if start not in (NEW, ZERO):
            room = builder.apply(operator.sub, room, self.place(builder, start))
        if step > 1:
            room = builder.apply(operator.floordiv, builder.apply(operator.add, room, ir.Const(step - 1)), ir.Const(step))
        return builder.apply(max, room, ZERO)

    def at(self, position: int) -> Move:
        """The place in the base of an entry of the slice."""

        def move(builder: LoopBuilder, place: Place) -> ir.Atom:
            _, _, step = self.ends
            if step < 0:
                return builder.apply(operator.sub, minus(builder, self.whole(builder), 1), place[position])
            scaled = builder.apply(operator.mul, place[position], ir.Const(step)) if step > 1 else place[position]
            first = self.first(builder)
            return scaled if first in (NEW, ZERO) else builder.apply(operator.add, scaled, first)

        return move
