"""Arrays that a lowered program has not written down: how one entry is computed, and how long each axis is.

    Stored     an array in memory, by its name            x             entry x[i, j]
    Spelled    a few numbers, each with a name            d             entry d_0, d_1 or d_2
    Mapped     a function of entries                      a * b + 1     entry a[i, j] * b[j] + 1
    Viewed     entries of another one, found elsewhere    x[1:-1].T     entry x[j + 1, i]
    Computed   an entry that depends on its place         tril(x)       entry x[i, j] if j <= i else 0.0

In: a place, as one atom per axis.  Out: the atom of the entry, written by the builder where it stands.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.lower.dtypes import fitted
from s2s.lower.writing import LoopBuilder
from s2s_runtime import loops

Place = tuple[ir.Atom, ...]
Length = Callable[[LoopBuilder], ir.Atom]
ZERO, ONE = ir.Const(0), ir.Const(1)


@dataclass(frozen=True, eq=False)
class Stored:
    """An array in memory, or a number."""

    atom: ir.Atom
    fact: facts.Num

    def entry(self, builder: LoopBuilder, place: Place) -> ir.Atom:
        return builder.apply(operator.getitem, self.atom, packed(place)) if self.fact.shape else self.atom

    def own_length(self, builder: LoopBuilder, axis: int) -> ir.Atom:
        if isinstance(self.atom, ir.Var) and self.atom.name in builder.made:
            return builder.made[self.atom.name][axis]
        return builder.apply(operator.getitem, builder.apply(np.shape, self.atom), ir.Const(axis), hint="n")

    def reads(self) -> Iterator[str]:
        yield from ir.variables(self.atom)


@dataclass(frozen=True, eq=False)
class Spelled:
    """A few entries, one by one, by their places; `lengths` are those of the axes."""

    entries: Mapping[Place, ir.Atom]
    lengths: Place
    fact: facts.Num

    def entry(self, builder: LoopBuilder, place: Place) -> ir.Atom:
        found = self.entries.get(place)
        if found is None:  # a loop goes over them
            found = builder.apply(operator.getitem, self.in_memory(builder), packed(place))
        return found

    def in_memory(self, builder: LoopBuilder, hint: str = "") -> ir.Atom:
        array = builder.array(np.empty, self.lengths, self.fact, hint)
        return builder.filled(self.lengths, array, lambda place: self.entries[place])

    def own_length(self, builder: LoopBuilder, axis: int) -> ir.Atom:
        return self.lengths[axis]

    def reads(self) -> Iterator[str]:
        yield from ()


def spelled(lengths: Place, fact: facts.Num, entry: Callable[[Place], ir.Atom]) -> Spelled:
    """The entries at all places of a few, known lengths."""
    places = itertools.product(*[range(length.value) for length in lengths])  # type: ignore[union-attr]
    found = [tuple([ir.Const(k) for k in place]) for place in places]
    return Spelled({place: entry(place) for place in found}, lengths, fact)


@dataclass(frozen=True, eq=False)
class Mapped:
    """A function of the entries of operands that are broadcast together."""

    function: Callable[..., Any]
    operands: tuple[Value, ...]
    fact: facts.Num
    origin: ir.Origin | None = None

    def entry(self, builder: LoopBuilder, place: Place) -> ir.Atom:
        with builder.at(self.origin or builder.origin):
            return self.one(builder, place)

    def one(self, builder: LoopBuilder, place: Place) -> ir.Atom:
        shape = self.fact.shape or ()
        if self.function is np.where:
            test, *arms = self.operands
            made = [lambda arm=arm: spread(arm, builder, place, shape) for arm in arms]
            return choice(builder, spread(test, builder, place, shape), *made)
        return builder.apply(self.function, *[spread(operand, builder, place, shape) for operand in self.operands])

    def own_length(self, builder: LoopBuilder, axis: int) -> ir.Atom:
        return broadcast_length(builder, self.operands, len(self.fact.shape or ()), axis)

    def reads(self) -> Iterator[str]:
        for operand in self.operands:
            yield from operand.reads()


@dataclass(frozen=True, eq=False)
class Viewed:
    """Entries of a base: `move` says where the entry at a place of the view is in the base; `made` is how NumPy makes it."""

    base: Value
    move: Callable[[LoopBuilder, Place], Place]
    lengths: tuple[Length, ...]
    fact: facts.Num
    made: Callable[[LoopBuilder, ir.Atom], ir.Atom] | None = None
    repeats: bool = False
    """Whether an entry of the base may stand at several places."""
    order: tuple[int, ...] | None = None
    """Which axis of the base each axis is, where that is all."""

    def entry(self, builder: LoopBuilder, place: Place) -> ir.Atom:
        return self.base.entry(builder, self.move(builder, place))

    def own_length(self, builder: LoopBuilder, axis: int) -> ir.Atom:
        return self.lengths[axis](builder)

    def reads(self) -> Iterator[str]:
        yield from self.base.reads()


@dataclass(frozen=True, eq=False)
class Chosen(Viewed):
    """The entries where a mask is true, one after the other; `everywhere` has them, and others, at their own places.

    The first axes of `everywhere` are those of the mask.
    """

    mask: Stored | None = None
    everywhere: Value | None = None
    at: Place = ()
    """Arrays of the places, one per axis of the mask."""


@dataclass(frozen=True, eq=False)
class Computed:
    """Entries by their places."""

    at: Callable[[LoopBuilder, Place], ir.Atom]
    lengths: tuple[Length, ...]
    fact: facts.Num
    sources: tuple[Value, ...] = ()
    made: Callable[[LoopBuilder], ir.Atom] | None = None
    """How it is made in memory, if not entry by entry."""
    origin: ir.Origin | None = None

    def entry(self, builder: LoopBuilder, place: Place) -> ir.Atom:
        with builder.at(self.origin or builder.origin):
            return self.at(builder, place)

    def own_length(self, builder: LoopBuilder, axis: int) -> ir.Atom:
        return self.lengths[axis](builder)

    def reads(self) -> Iterator[str]:
        for source in self.sources:
            yield from source.reads()


Value = Stored | Spelled | Mapped | Viewed | Computed


CHEAP = {operator.add: 1, operator.sub: 1, operator.mul: 1, operator.neg: 1, operator.truediv: 3, np.negative: 1}
"""Operations that cost no more than a few loads."""
FEW = 4


def effort(value: Value) -> int:
    """What an entry costs, counted in operations on what is in memory; more than FEW where it is no simple arithmetic."""
    if isinstance(value, (Stored, Spelled)):
        return 0
    if isinstance(value, Viewed):
        return FEW + 1 if value.repeats else effort(value.base)
    if isinstance(value, Mapped) and value.function in CHEAP:
        return CHEAP[value.function] + sum(map(effort, value.operands))
    return FEW + 1


# ------------------------------------------------------------------------------------------------------------ lengths
def rank(value: Value) -> int:
    return len(value.fact.shape or ())


def length(value: Value, builder: LoopBuilder, axis: int) -> ir.Atom:
    """The length of an axis."""
    assert value.fact.shape is not None
    known = builder.known_length(value.fact.shape[axis])
    return known if known is not None else value.own_length(builder, axis)


def fixed(lengths: Sequence[ir.Atom]) -> tuple[Length, ...]:
    """Lengths that are there already."""

    def one(length: ir.Atom) -> Length:
        return lambda _: length

    return tuple([one(length) for length in lengths])


def lengths_of(value: Value, builder: LoopBuilder) -> tuple[ir.Atom, ...]:
    """The lengths of all axes."""
    return tuple(length(value, builder, axis) for axis in range(rank(value)))


def later_length(value: Value, axis: int) -> Length:
    """The length of an axis, written where it is asked for."""
    return lambda builder: length(value, builder, axis)


def broadcast_length(builder: LoopBuilder, operands: tuple[Value, ...], axes: int, axis: int) -> ir.Atom:
    """The length of an axis of what is broadcast together.  Raises ValueError where lengths do not fit."""
    found: dict[facts.Dim, ir.Atom] = {}
    for operand in operands:
        shape = operand.fact.shape or ()
        own = axis - axes + len(shape)
        if own >= 0 and not shape[own].is_one and shape[own] not in found:
            found[shape[own]] = length(operand, builder, own)
    sure = next((dim for dim in found if dim.never_one), None)
    if sure is not None:
        for dim, other in found.items():
            builder.agree(found[sure], other, broadcasts=not dim.never_one)
        return found[sure]
    longest: ir.Atom = ONE
    for other in dict.fromkeys(found.values()):
        longest = other if longest == ONE else builder.apply(loops.common_length, longest, other)
    return longest


def mapped(builder: LoopBuilder, function: Callable[..., Any], operands: tuple[Value, ...], fact: facts.Num) -> Mapped:
    """A function of the entries of operands.  Where it is not known that their lengths fit, that is found out here."""
    axes = len(fact.shape or ())
    for axis, dim in enumerate(fact.shape or ()):
        dims = {operand.fact.shape[axis - axes] for operand in operands if rank(operand) >= axes - axis}  # type: ignore[index]
        if len({one for one in dims if not one.is_one}) > 1:
            builder.note_length(dim, broadcast_length(builder, operands, axes, axis))
    return Mapped(function, operands, fact)


def minus(builder: LoopBuilder, whole: ir.Atom, number: int) -> ir.Atom:
    return builder.apply(operator.sub, whole, ir.Const(number)) if number else whole


# ------------------------------------------------------------------------------------------------------------ entries
def packed(place: Place) -> ir.Atom:
    """A place as an index."""
    return place[0] if len(place) == 1 else ir.Pack(tuple, place)


def spread(value: Value, builder: LoopBuilder, place: Place, shape: facts.Shape) -> ir.Atom:
    """The entry of an operand at a place of the shape that it is broadcast to."""
    own = value.fact.shape or ()
    lead = len(place) - len(own)
    at = [repeated(value, builder, k, place[lead + k], shape[lead + k]) for k in range(len(own))]
    return value.entry(builder, tuple(at))


def demand_fit(value: Value, builder: LoopBuilder, lengths: Place, shape: facts.Shape) -> None:
    """Raise ValueError, when the program runs, where a value cannot be broadcast to a shape of these lengths."""
    lead = len(lengths) - rank(value)
    for k, dim in enumerate(value.fact.shape or ()):
        whole, own = (lengths[lead + k], shape[lead + k]) if lead + k >= 0 else (ONE, None)
        if not dim.is_one and dim != own:
            builder.agree(whole, length(value, builder, k), broadcasts=not dim.never_one)


def repeated(value: Value, builder: LoopBuilder, axis: int, at: ir.Atom, dim: facts.Dim) -> ir.Atom:
    """A place on an axis that has length 1 or the length of what it is broadcast to, whichever that is at run time."""
    assert value.fact.shape is not None
    own = value.fact.shape[axis]
    if own.is_one:
        return ZERO
    if own.never_one or own == dim:
        return at
    whole = length(value, builder, axis)
    if isinstance(at, ir.Var) and builder.bounds.get(at.name) == whole:
        return at
    return builder.apply(min, at, builder.apply(operator.sub, whole, ONE))


def in_memory(builder: LoopBuilder, value: Value, place: Place) -> Place:
    """Where the entry at a place of views is in the array that they are views of."""
    while isinstance(value, Viewed):
        place = value.move(builder, place)
        value = value.base
    return place


def choice(builder: LoopBuilder, test: ir.Atom, *arms: Callable[[], ir.Atom]) -> ir.Atom:
    """One of two entries, as a branch: what is not chosen is not computed."""
    (found,) = choices(builder, test, *[lambda arm=arm: (arm(),) for arm in arms])
    return found


def choices(builder: LoopBuilder, test: ir.Atom, *arms: Callable[[], Sequence[ir.Atom]]) -> tuple[ir.Atom, ...]:
    """What one of two branches gives; what one gives, where it is known which."""
    written, results = [], []
    for arm in arms:
        with builder.scope(), builder.block() as statements:
            results.append(tuple(arm()))
        written.append(statements)
    pairs = zip(*results, strict=True)
    names = [builder.fresh(builder.hint(a), facts.join(builder.type_of(a), builder.type_of(b))) for a, b in pairs]
    if isinstance(test, ir.Const):
        chosen = 0 if test.value else 1
        for stmt in written[chosen]:
            builder.emit(stmt)
        return tuple([fitted(builder, atom, builder.type_of(name)) for atom, name in zip(results[chosen], names, strict=True)])
    blocks = []
    for statements, atoms in zip(written, results, strict=True):
        with builder.inside(statements):
            yields = [fitted(builder, atom, builder.type_of(name)) for atom, name in zip(atoms, names, strict=True)]
        blocks.append(ir.Block(tuple(statements), tuple(yields)))
    then, other = blocks
    builder.emit(ir.If(test, then, other, tuple(name.name for name in names), builder.origin))
    return tuple(names)
