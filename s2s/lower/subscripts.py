"""Subscripts as index arithmetic: which entry of an array the entry at a place of `x[index]` is.

    x[1:-1]     place (i,)     =>   x[i + 1]
    x[k:, 0]    place (i,)     =>   x[i + k, 0]
    x[rows]     place (i, j)   =>   x[rows[i], j]
    x[mask]     place (i,)     =>   x[at[i]], and x itself where the mask is true

In: a value and the parts of an index.  Out: a Viewed, or None for what is not followed.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from s2s import facts, ir
from s2s.infer.broadcasting import broadcast
from s2s.lower.values import (
    ONE,
    ZERO,
    Chosen,
    Length,
    Place,
    Spelled,
    Stored,
    Value,
    Viewed,
    broadcast_length,
    choice,
    choices,
    later_length,
    length,
    lengths_of,
    minus,
    rank,
    spread,
)
from s2s.lower.writing import LoopBuilder
from s2s_runtime import kernels, loops

Move = Callable[[LoopBuilder, Place], ir.Atom]
ValueOf = Callable[[ir.Atom], Value]
NEW, DOTS, ALL = ir.Const(None), ir.Const(...), ir.Const(slice(None))


def indexed(
    builder: LoopBuilder, base: Value, index: ir.Atom, fact: facts.Num, value_of: ValueOf | None = None
) -> Viewed | None:
    """The entries that integers, slices, None, Ellipsis and arrays of integers name; `value_of` says what an array stands for."""
    value_of = value_of or (lambda atom: Stored(atom, builder.type_of(atom)))  # type: ignore[arg-type]
    own = tuple([listed(builder, part, value_of) for part in ir.index_parts(index)])
    masks = [part for part in own if kind_of(builder, part) == "mask"]
    given = parts = spelled_out(own, rank(base) - sum(rank(value_of(mask)) - 1 for mask in masks))
    if masks:
        parts = by_integers(builder, base, parts, value_of)
    kinds = [kind_of(builder, part) for part in parts]
    if "other" in kinds:
        return None
    if "array" not in kinds:
        return plain(base, parts, kinds, index, fact)
    found = picked(builder, base, parts, kinds, fact, value_of)
    return chosen(builder, base, given, found, value_of(masks[0])) if len(masks) == 1 else found


def chosen(builder: LoopBuilder, base: Value, parts: list[ir.Atom], found: Viewed, mask: Value) -> Viewed:
    """The entries that one mask names, which are also those at the places where it is true."""
    kinds = [kind_of(builder, part) for part in parts]
    first = kinds.index("mask")
    if not isinstance(mask, Stored) or not {"mask", "integer", "slice"}.issuperset(kinds) or "slice" in kinds[:first]:
        return found
    others = [*parts[:first], *[ALL] * rank(mask), *parts[first + 1 :]]
    index = ir.Pack(tuple, tuple(others))
    everywhere = plain(base, others, [kind_of(builder, part) for part in others], index, replace(found.fact, shape=None))
    shape = (*(mask.fact.shape or ()), *(found.fact.shape or ())[1:])
    everywhere = replace(everywhere, fact=replace(everywhere.fact, shape=shape))
    at = places(builder, mask, parts[first])
    return Chosen(found.base, found.move, found.lengths, found.fact, repeats=True, mask=mask, everywhere=everywhere, at=at)


def spelled_out(parts: tuple[ir.Atom, ...], axes: int) -> list[ir.Atom]:
    """The parts of an index with a slice for each axis that it leaves out."""
    fill = [ALL] * (axes - sum(1 for part in parts if part not in (NEW, DOTS)))
    if DOTS not in parts:
        return [*parts, *fill]
    at = parts.index(DOTS)
    return [*parts[:at], *fill, *parts[at + 1 :]]


def listed(builder: LoopBuilder, part: ir.Atom, value_of: ValueOf) -> ir.Atom:
    """A list in an index, as the array that it stands for."""
    is_list = isinstance(part, ir.Pack) and part.kind in (list, tuple)
    if is_list or (isinstance(part, ir.Const) and isinstance(part.value, (list, tuple))):
        found = value_of(part)
        if isinstance(found, Spelled):
            return found.in_memory(builder)
        return found.atom if isinstance(found, Stored) else part
    return part


def kind_of(builder: LoopBuilder, part: ir.Atom) -> str:
    """What a part of an index does: new, slice, integer, array, mask, or other."""
    if part == NEW:
        return "new"
    ends = ir.slice_parts(part)
    if ends is not None:
        return "slice" if all(end == NEW or is_whole(builder, end) for end in ends) else "other"
    fact = builder.type_of(part)
    if not isinstance(fact, facts.Num) or fact.dtype is None or fact.shape is None:
        return "other"
    if fact.dtype.kind == "b":
        return "mask" if fact.shape else "other"
    return "other" if fact.dtype.kind not in "iu" else "array" if fact.shape else "integer"


def is_whole(builder: LoopBuilder, end: ir.Atom) -> bool:
    """Whether an end of a slice is a whole number, and never None."""
    fact = builder.type_of(end)
    return isinstance(fact, facts.Num) and fact.shape == () and fact.dtype is not None and fact.dtype.kind in "iub"


def by_integers(builder: LoopBuilder, base: Value, parts: list[ir.Atom], value_of: ValueOf) -> list[ir.Atom]:
    """An index with the places where masks are true, axis by axis, instead of masks."""
    found: list[ir.Atom] = []
    axis = 0
    for part in parts:
        if kind_of(builder, part) != "mask":
            found.append(part)
            axis += int(part != NEW)
            continue
        mask = value_of(part)
        for k in range(rank(mask)):
            builder.agree(length(base, builder, axis + k), length(mask, builder, k), error=IndexError)
        found += places(builder, mask, part)
        axis += rank(mask)
    return found


def places(builder: LoopBuilder, mask: Value, atom: ir.Atom) -> tuple[ir.Atom, ...]:
    """Where a mask is true: one array of indices per axis."""
    if atom in builder.known_places:
        return builder.known_places[atom]
    lengths = lengths_of(mask, builder)

    def add(place: Place, count: ir.Atom) -> ir.Atom:
        return choice(builder, mask.entry(builder, place), lambda: builder.apply(operator.add, count, ONE), lambda: count)

    count = builder.loops(lengths, ZERO, add)
    fact = facts.Num(np.dtype(int), (facts.fresh(),))
    builder.note_length(fact.shape[0], count)  # type: ignore[index]
    found = [builder.array(np.empty, (count,), fact, "at") for _ in lengths]

    def put(place: Place, carried: tuple[ir.Atom, ...]) -> tuple[ir.Atom, ...]:
        at, *arrays = carried

        def stores() -> tuple[ir.Atom, ...]:
            after = [builder.apply(kernels.index_set, array, at, k) for array, k in zip(arrays, place, strict=True)]
            return (builder.apply(operator.add, at, ONE), *after)

        return choices(builder, mask.entry(builder, place), stores, lambda: carried)

    _, *arrays = builder.carried(lengths, (ZERO, *found), put)
    for array, dim in zip(arrays, mask.fact.shape or (), strict=True):
        builder.ranges.entries[array] = facts.as_dim(0), dim - 1
    builder.known_places[atom] = tuple(arrays)
    return tuple(arrays)


def plain(base: Value, parts: list[ir.Atom], kinds: list[str], index: ir.Atom, fact: facts.Num) -> Viewed:
    """A view by integers and slices."""
    moves, lengths = followed(base, parts, kinds, lambda axis, part: at_integer(base, axis, part))
    fact = ranked(fact, len(lengths))
    return Viewed(base, lambda builder, place: tuple([move(builder, place) for move in moves]), tuple(lengths), fact,
                  lambda builder, atom: builder.apply(operator.getitem, atom, index))  # fmt: skip


def picked(
    builder: LoopBuilder, base: Value, parts: list[ir.Atom], kinds: list[str], fact: facts.Num, value_of: ValueOf
) -> Viewed:
    """Entries that arrays of integers name: their axes stand where they are, or in front if a slice is between them."""
    naming = [k for k, kind in enumerate(kinds) if kind in ("array", "integer")]
    arrays = [value_of(parts[k]) for k in naming]
    axes = max(rank(array) for array in arrays)
    shape = broadcast(array.fact.shape for array in arrays) or ()
    together = naming == list(range(naming[0], naming[-1] + 1))
    front = sum(1 for kind in kinds[: naming[0]] if kind in ("slice", "new")) if together else 0
    named = tuple((lambda b, k=k: broadcast_length(b, tuple(arrays), axes, k)) for k in range(axes))
    moves, others = followed(
        base, parts, kinds, lambda axis, part: at_entry(base, axis, value_of(part), front, shape), front, axes
    )
    lengths = (*others[:front], *named, *others[front:])
    fact = ranked(fact, len(lengths))
    return Viewed(base, lambda builder, place: tuple([move(builder, place) for move in moves]), lengths, fact, repeats=True)


def followed(
    base: Value, parts: list[ir.Atom], kinds: list[str], named: Callable[[int, ir.Atom], Move], front: int = 0, axes: int = 0
) -> tuple[list[Move], list[Length]]:
    """Where each axis of a base is found, and the lengths of the axes that slices and None give.

    `named` says what an integer or an array does; the `axes` that arrays give stand behind so many others.
    """
    moves: list[Move] = []
    lengths: list[Length] = []
    axis = 0
    for part, kind in zip(parts, kinds, strict=True):
        if kind == "new":
            lengths.append(lambda _: ONE)
            continue
        if kind == "slice":
            cut = Cut(base, axis, part)
            moves.append(cut.at(len(lengths) + (axes if len(lengths) >= front else 0)))
            lengths.append(cut.length)
        else:
            moves.append(named(axis, part))
        axis += 1
    return moves, lengths


def ranked(fact: facts.Num, axes: int) -> facts.Num:
    """A fact with this many axes."""
    return fact if fact.shape is not None else replace(fact, shape=tuple(facts.fresh() for _ in range(axes)))


def at_integer(base: Value, axis: int, part: ir.Atom) -> Move:
    """An entry's own index."""
    assert base.fact.shape is not None
    dim = base.fact.shape[axis]
    return lambda builder, _: builder.place_on(part, dim, later_length(base, axis))


def at_entry(base: Value, axis: int, array: Value, front: int, shape: facts.Shape) -> Move:
    """The index that an array has at the place of its own axes."""
    if not rank(array):
        return at_integer(base, axis, array.entry(None, ()))  # type: ignore[arg-type]
    assert base.fact.shape is not None
    dim = base.fact.shape[axis]

    def move(builder: LoopBuilder, place: Place) -> ir.Atom:
        index = spread(array, builder, place[front : front + len(shape)], shape)
        return builder.place_on(index, dim, later_length(base, axis))

    return move


@dataclass(frozen=True, eq=False)
class Cut:
    """A slice of an axis of a value."""

    base: Value
    axis: int
    part: ir.Atom

    @property
    def ends(self) -> tuple[ir.Atom, ir.Atom, ir.Atom]:
        found = ir.slice_parts(self.part)
        assert found is not None
        return found[0], found[1], ONE if found[2] == NEW else found[2]

    @property
    def step(self) -> int:
        """The step, if it is a number above 0, or that of the whole axis backwards; else 0."""
        start, stop, step = self.ends
        if isinstance(step, ir.Const) and (step.value > 0 or (step.value, start, stop) == (-1, NEW, NEW)):
            return int(step.value)
        return 0

    def whole(self, builder: LoopBuilder) -> ir.Atom:
        return length(self.base, builder, self.axis)

    def run(self, builder: LoopBuilder, part: int) -> ir.Atom:
        """The first place (0), the number of places (1) or the step (2) of a slice whose step may be anything."""
        found = builder.apply(loops.slice_run, *self.ends, self.whole(builder))
        number = builder.apply(operator.getitem, found, ir.Const(part))
        if isinstance(number, ir.Var):
            builder.types[number.name] = facts.INT
        return number

    def place(self, builder: LoopBuilder, end: ir.Atom) -> ir.Atom:
        """An end as a place on the axis: one below 0 counts from behind, and none lies outside."""
        if end == ZERO:
            return ZERO
        if isinstance(end, ir.Const) and end.value > 0:
            return builder.apply(min, end, self.whole(builder))
        if isinstance(end, ir.Const):
            return builder.apply(max, minus(builder, self.whole(builder), -end.value), ZERO)
        if self.base.fact.shape is not None and builder.ranges.is_on(end, self.base.fact.shape[self.axis] + 1):
            return end
        return builder.apply(loops.slice_end, end, self.whole(builder))

    def first(self, builder: LoopBuilder) -> ir.Atom:
        """Where the slice begins, if it has entries."""
        start, _, _ = self.ends
        return start if start == NEW or (isinstance(start, ir.Const) and start.value >= 0) else self.place(builder, start)

    def length(self, builder: LoopBuilder) -> ir.Atom:
        start, stop, _ = self.ends
        step = self.step
        if step == 0:
            return self.run(builder, 1)
        if step < 0 or (start == NEW and stop == NEW and step == 1):
            return self.whole(builder)
        room = self.whole(builder) if stop == NEW else self.place(builder, stop)
        if start not in (NEW, ZERO):
            room = builder.apply(operator.sub, room, self.place(builder, start))
        if step > 1:
            room = builder.apply(operator.floordiv, builder.apply(operator.add, room, ir.Const(step - 1)), ir.Const(step))
        return room if builder.ranges.is_surely_count(room) else builder.apply(max, room, ZERO)

    def at(self, position: int) -> Move:
        """The place in the base of an entry of the slice."""

        def move(builder: LoopBuilder, place: Place) -> ir.Atom:
            step: ir.Atom = ir.Const(self.step)
            if self.step < 0:
                return builder.apply(operator.sub, minus(builder, self.whole(builder), 1), place[position])
            if self.step == 0:
                first, step = self.run(builder, 0), self.run(builder, 2)
            else:
                first = self.first(builder)
            scaled = place[position] if step == ONE else builder.apply(operator.mul, place[position], step)
            return scaled if first in (NEW, ZERO) else builder.apply(operator.add, scaled, first)

        return move
