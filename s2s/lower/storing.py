"""Stores into several entries as loops over them."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.infer import infer
from s2s.lower.choosing import stored_where
from s2s.lower.making import number
from s2s.lower.refusing import NotLowered
from s2s.lower.spelling import few, respelled
from s2s.lower.subscripts import kind_of, spelled_out
from s2s.lower.values import (
    ZERO,
    Computed,
    Place,
    Spelled,
    Stored,
    Value,
    Viewed,
    choice,
    demand_fit,
    fixed,
    in_memory,
    lengths_of,
    packed,
    rank,
    spread,
)
from s2s.lower.views import viewed
from s2s_runtime import kernels

if TYPE_CHECKING:
    from s2s.lower.program import Lowering
    from s2s.lower.writing import LoopBuilder

NO_PATH = ir.Const(())


def storing(function: Any) -> Callable[..., Any]:
    """A store, or an addition, at the entries that an index names."""

    def write(low: Lowering, fact: facts.Num, buffer: ir.Atom, index: ir.Atom, value: ir.Atom, path: ir.Atom = NO_PATH) -> Value:
        given = low.value(value)
        held = few_entries(low, buffer)
        if held is not None:
            found = respelled(low, held, reached(low, held, path, index), function, given)
            if found is not None:
                return found
        array = low.atom(buffer)
        target = low.builder.type_of(array)
        if not isinstance(target, facts.Num) or target.shape is None or target.dtype is None:
            raise NotLowered("what is stored into is not known to be an array of one dtype", low.builder.origin)
        stored = Stored(array, target)
        places = reached(low, stored, path, index)
        where = stored_where(low, function, array, places, given, fact)
        if where is not None:
            return where
        if not set(stored.reads()).isdisjoint(given.reads()):
            given = low.written(given) if rank(given) else Stored(given.entry(low.builder, ()), given.fact)
        lengths = lengths_of(places, low.builder)
        demand_fit(given, low.builder, lengths, places.fact.shape or ())

        def put(place: Place, array: ir.Atom) -> ir.Atom:
            at = packed(in_memory(low.builder, places, place))
            return low.builder.apply(function, array, at, spread(given, low.builder, place, places.fact.shape or ()))

        return Stored(low.builder.loops(lengths, array, put), fact)

    return write


def few_entries(low: Lowering, atom: ir.Atom) -> Spelled | None:
    """An array of a few entries that is not in memory."""
    if not isinstance(atom, ir.Var) or atom.name not in low.values or few(low, atom.name) is None:
        return None
    low.settle(atom.name)
    found = low.values[atom.name]
    return found if isinstance(found, Spelled) else None


def reached(low: Lowering, base: Value, path: ir.Atom, index: ir.Atom) -> Viewed:
    """The entries of an array that a store means."""
    places: Value = base
    for step, *args in [*steps(path), (ir.Const(operator.getitem), low.index(index))]:
        assert isinstance(step, ir.Const)
        places = seen(low, places, step.value, tuple([low.atom(arg) for arg in args]))
    assert isinstance(places, Viewed)
    return places


def stored(low: Lowering, fact: facts.Num, g: ir.Atom, index: ir.Atom) -> Value:
    """The entries that an index names, and zero for one that is named again later: another value stands there.

    Of what is made to find that out, only what the index names is stored and read.
    """
    builder, array = low.builder, low.value(g)
    found = seen(low, array, operator.getitem, (low.index(index),))
    assert isinstance(found, Viewed)
    if not found.repeats:
        return found
    lengths, shape = lengths_of(found, builder), lengths_of(array, builder)
    own, named = naming(low, array, index, len(lengths))
    whole = facts.Num(np.dtype(int), tuple([(array.fact.shape or ())[axis] for axis in named]))

    def at(builder: LoopBuilder, place: Place) -> ir.Atom:
        moved = found.move(builder, place)
        return packed(tuple([moved[axis] for axis in named]))

    def number_at(place: Place) -> ir.Atom:
        return number_of(builder, place[own], lengths[own])

    def put(place: Place, last: ir.Atom) -> ir.Atom:
        whole_place = (*[ZERO] * own.start, *place, *[ZERO] * (len(lengths) - own.stop))
        return builder.apply(kernels.index_set, last, at(builder, whole_place), number_at(whole_place))

    last = builder.loops(lengths[own], builder.array(np.empty, tuple([shape[axis] for axis in named]), whole), put)

    def entry(builder: LoopBuilder, place: Place) -> ir.Atom:
        winner = builder.apply(operator.getitem, last, at(builder, place))
        again = builder.apply(operator.eq, winner, number_at(place))
        return choice(builder, again, lambda: found.entry(builder, place), lambda: number(found.fact, 0))

    return Computed(entry, fixed(lengths), found.fact, (array,))


def naming(low: Lowering, array: Value, index: ir.Atom, axes: int) -> tuple[slice, tuple[int, ...]]:
    """Which axes of what an index names come from its arrays of integers, and which axes of the array these name."""
    parts = spelled_out(ir.index_parts(low.index(index)), rank(array))
    kinds = [kind_of_part(low, part) for part in parts]
    arrays = tuple([axis for axis, kind in enumerate(kinds) if kind in ("array", "integer")])
    if len(kinds) != rank(array) or not set(kinds) <= {"array", "integer", "slice"}:  # a mask stands for several axes
        return slice(0, axes), tuple(range(rank(array)))
    together = arrays == tuple(range(arrays[0], arrays[-1] + 1))
    front = arrays[0] if together else 0
    return slice(front, front + axes - kinds.count("slice")), arrays


def kind_of_part(low: Lowering, part: ir.Atom) -> str:
    """What a part of an index does; a list of whole numbers is an array of them."""
    items = part.items if isinstance(part, ir.Pack) and part.kind is list else ()
    return "array" if items and {kind_of(low.builder, item) for item in items} == {"integer"} else kind_of(low.builder, part)


def number_of(builder: LoopBuilder, place: Place, lengths: Place) -> ir.Atom:
    """The number of a place in C order."""
    total: ir.Atom = ZERO
    for at, length in zip(place, lengths, strict=True):
        total = builder.apply(operator.add, builder.apply(operator.mul, total, length), at)
    return total


def steps(path: ir.Atom) -> list[tuple[ir.Atom, ...]]:
    """The views between an array and what is stored into: functions with their arguments."""
    if isinstance(path, ir.Const):
        return [tuple(ir.Const(part) for part in step) for step in path.value]
    assert isinstance(path, ir.Pack)
    return [tuple(ir.Const(part) for part in step.value) if isinstance(step, ir.Const) else step.items for step in path.items]  # type: ignore[union-attr]


def seen(low: Lowering, base: Value, function: Any, args: tuple[ir.Atom, ...]) -> Value:
    """A view of an array that is stored into."""
    name = low.builder.fresh("", base.fact)
    fact = infer(ir.Apply(function, (name, *args)), low.builder.type_of)
    fact = None if fact is None else low.builder.lengths.inside(fact)
    found = viewed(low.builder, function, base, args, fact, low.value) if isinstance(fact, facts.Num) else None
    if found is None:
        raise NotLowered("a store at places that a mask, or an unknown step, names is not compiled", low.builder.origin)
    return found


STORING: dict[Any, Callable[..., Any]] = {store: storing(store) for store in (kernels.index_set, kernels.index_add)}
STORING[kernels.stored] = stored
