"""What is computed of the entries that a mask names is computed where they are.

    z[m] = f(x[m], c)        =>        for i in range(n):
                                           if m[i]: z[i] = f(x[i], c)

In: values in which entries that one mask names occur.  Out: the same values for all places, of which only those where the mask is true are
asked for; stores and sums of them.  What else is done with such entries takes them one after the other, by the places of the mask.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.lower.values import Chosen, Mapped, Place, Stored, Value, Viewed, choice, in_memory, lengths_of, packed, rank

if TYPE_CHECKING:
    from s2s.lower.held import Held
    from s2s.lower.writing import LoopBuilder


def mask_of(value: Value) -> Stored | None:
    """The mask that names the entries of a value; None if there is none."""
    if isinstance(value, Chosen):
        return value.mask
    operands = value.operands if isinstance(value, Mapped) else ()
    return next((found for operand in operands if (found := mask_of(operand)) is not None), None)


def everywhere(value: Value, mask: Stored) -> Value | None:
    """A value of entries that a mask names, for all places; None if it has other axes than these entries."""
    if isinstance(value, Chosen) and value.mask is not None and value.mask.atom == mask.atom:
        return value.everywhere
    if not rank(value):
        return value
    if not isinstance(value, Mapped) or any(rank(operand) not in (0, rank(value)) for operand in value.operands):
        return None
    found = [everywhere(operand, mask) for operand in value.operands]
    operands = tuple([one for one in found if one is not None])
    whole = next((one for one in operands if rank(one)), None)
    if len(operands) < len(found) or whole is None or not alike(value, mask):
        return None
    return Mapped(value.function, operands, replace(value.fact, shape=whole.fact.shape), value.origin)


def alike(value: Mapped, mask: Stored) -> bool:
    """Whether no operand is spread along axes beside those of the mask."""
    shapes = [operand.fact.shape[1:] for operand in value.operands if operand.fact.shape]
    return all(shape == shapes[0] for shape in shapes)


def where_true(builder: LoopBuilder, mask: Stored, place: Place, *arms: Callable[[], ir.Atom]) -> ir.Atom:
    """One of two entries at a place, as a mask says."""
    return choice(builder, mask.entry(builder, place[: rank(mask)]), *arms)


def stored_where(low: Held, function: Any, array: ir.Atom, places: Viewed, given: Value, fact: facts.Num) -> Stored | None:
    """A store at the entries that a mask names; None if what is stored has other places."""
    mask = places.mask if isinstance(places, Chosen) else None
    value = None if mask is None else everywhere(given, mask)
    if not isinstance(places, Chosen) or mask is None or value is None or places.everywhere is None:
        return None
    if rank(given) and (rank(given) != rank(places) or given.fact.shape[1:] != places.fact.shape[1:]):  # type: ignore[index]
        return None
    if not set(Stored(array, fact).reads()).isdisjoint(value.reads()):
        value = kept(low.builder, value, mask) if rank(value) else Stored(value.entry(low.builder, ()), value.fact)
    builder, target, shown = low.builder, places.everywhere, value

    def put(place: Place, array: ir.Atom) -> ir.Atom:
        def store() -> ir.Atom:
            entry = shown.entry(builder, place if rank(shown) else ())
            return builder.apply(function, array, packed(in_memory(builder, target, place)), entry)

        return where_true(builder, mask, place, store, lambda: array)

    return Stored(builder.loops(lengths_of(target, builder), array, put), fact)


def kept(builder: LoopBuilder, value: Value, mask: Stored, hint: str = "") -> Stored:
    """A value of all places, in memory, computed where a mask is true."""
    nothing = ir.Const(np.zeros((), value.fact.dtype).item())
    array = builder.array(np.empty, lengths_of(value, builder), value.fact, hint)

    def entry(place: Place) -> ir.Atom:
        if isinstance(value, Viewed):  # what is there need not be asked for
            return value.entry(builder, place)
        return where_true(builder, mask, place, lambda: value.entry(builder, place), lambda: nothing)

    return Stored(builder.filled(lengths_of(value, builder), array, entry), value.fact)


def settled_where(builder: LoopBuilder, value: Value, hint: str) -> Chosen | None:
    """Entries that a mask names, computed where they are; None if there are others among them."""
    mask = mask_of(value)
    whole = None if mask is None else everywhere(value, mask)
    if mask is None or whole is None or not rank(whole):
        return None
    found, like = kept(builder, whole, mask, hint), first_chosen(value)

    def move(builder: LoopBuilder, place: Place) -> Place:
        return (*[builder.apply(operator.getitem, at, place[0]) for at in like.at], *place[1:])

    return replace(like, base=found, move=move, fact=value.fact, everywhere=found)


def folded_where(builder: LoopBuilder, value: Value, function: Any, start: ir.Atom) -> ir.Atom | None:
    """All entries that a mask names put together; None if there are others among them."""
    mask = mask_of(value)
    whole = None if mask is None else everywhere(value, mask)
    if mask is None or whole is None:
        return None

    def add(place: Place, so_far: ir.Atom) -> ir.Atom:
        return where_true(builder, mask, place, lambda: builder.apply(function, so_far, whole.entry(builder, place)), lambda: so_far)

    return builder.loops(lengths_of(whole, builder), start, add)


def first_chosen(value: Value) -> Chosen:
    """One of the values that a mask names entries of."""
    if isinstance(value, Chosen):
        return value
    assert isinstance(value, Mapped)
    return next(first_chosen(operand) for operand in value.operands if mask_of(operand) is not None)
