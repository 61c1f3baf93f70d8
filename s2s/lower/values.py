"""Arrays that a lowered program has not written down: how one entry is computed, and how long each axis is.

    Stored   an array in memory, by its name            x             entry x[i, j]
    Mapped   a function of entries                      a * b + 1     entry a[i, j] * b[j] + 1
    Viewed   entries of another one, found elsewhere    x[1:-1].T     entry x[j + 1, i]

In: a place, as one atom per axis.  Out: the atom of the entry, written by the builder where it stands.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.lower.writing import LoopBuilder

Place = tuple[ir.Atom, ...]


@dataclass(frozen=True, eq=False)
class Stored:
    """An array in memory, or a number."""

    atom: ir.Atom
    fact: facts.Num

    def entry(self, builder: LoopBuilder, place: Place) -> ir.Atom:
        if not self.fact.shape:
            return self.atom
        index = place[0] if len(place) == 1 else ir.Pack(tuple, place)
        return builder.apply(operator.getitem, self.atom, index)

    def own_length(self, builder: LoopBuilder, axis: int) -> ir.Atom:
        return builder.apply(operator.getitem, builder.apply(np.shape, self.atom), ir.Const(axis), hint="n")

    def reads(self) -> Iterator[str]:
        yield from ir.variables(self.atom)


@dataclass(frozen=True, eq=False)
class Mapped:
    """A function of the entries of operands that are broadcast together."""

    function: Callable[..., Any]
    operands: tuple[Value, ...]
    fact: facts.Num

    def entry(self, builder: LoopBuilder, place: Place) -> ir.Atom:
        entries = [spread(operand, builder, place) for operand in self.operands]
        if self.function is np.where:
            return chosen(builder, self.operands, place)
        return builder.apply(self.function, *entries)

    def own_length(self, builder: LoopBuilder, axis: int) -> ir.Atom:
        assert self.fact.shape is not None
        lengths = []
        for operand in self.operands:
            shape = operand.fact.shape or ()
            own = axis - len(self.fact.shape) + len(shape)
            if own < 0 or shape[own].is_one:
                continue
            if shape[own].never_one or shape[own] == self.fact.shape[axis]:
                return length(operand, builder, own)
            lengths.append(length(operand, builder, own))
        if not lengths:
            return ir.Const(1)
        longest = lengths[0]
        for length in lengths[1:]:
            longest = builder.apply(max, longest, length)
        return longest

    def reads(self) -> Iterator[str]:
        for operand in self.operands:
            yield from operand.reads()


@dataclass(frozen=True, eq=False)
class Viewed:
    """Entries of a base: `move` says where the entry at a place of the view is in the base."""

    base: Value
    move: Callable[[LoopBuilder, Place], Place]
    lengths: tuple[Callable[[LoopBuilder], ir.Atom], ...]
    fact: facts.Num

    def entry(self, builder: LoopBuilder, place: Place) -> ir.Atom:
        return self.base.entry(builder, self.move(builder, place))

    def own_length(self, builder: LoopBuilder, axis: int) -> ir.Atom:
        return self.lengths[axis](builder)

    def reads(self) -> Iterator[str]:
        yield from self.base.reads()


Value = Stored | Mapped | Viewed


def length(value: Value, builder: LoopBuilder, axis: int) -> ir.Atom:
    """The length of an axis."""
    assert value.fact.shape is not None
    known = builder.known_length(value.fact.shape[axis])
    return known if known is not None else value.own_length(builder, axis)


def lengths_of(value: Value, builder: LoopBuilder) -> tuple[ir.Atom, ...]:
    """The lengths of all axes."""
    return tuple(length(value, builder, axis) for axis in range(len(value.fact.shape or ())))


def spread(value: Value, builder: LoopBuilder, place: Place) -> ir.Atom:
    """The entry of an operand at a place of what it is broadcast to."""
    shape = value.fact.shape or ()
    own = place[len(place) - len(shape) :] if shape else ()
    return value.entry(builder, tuple(spread_index(value, builder, k, at) for k, at in enumerate(own)))


def spread_index(value: Value, builder: LoopBuilder, axis: int, at: ir.Atom) -> ir.Atom:
    assert value.fact.shape is not None
    dim = value.fact.shape[axis]
    if dim.is_one:
        return ir.Const(0)
    return at


def chosen(builder: LoopBuilder, operands: tuple[Value, ...], place: Place) -> ir.Atom:
    """`where` as a branch: what is not chosen is not computed."""
    test = spread(operands[0], builder, place)
    arms = []
    for operand in operands[1:]:
        with builder.block() as statements:
            result = spread(operand, builder, place)
        arms.append(ir.Block(tuple(statements), (result,)))
    fact = facts.join(*(builder.type_of(arm.yields[0]) for arm in arms))
    name = builder.fresh("", fact)
    builder.emit(ir.If(test, arms[0], arms[1], (name.name,), builder.origin))
    return name
