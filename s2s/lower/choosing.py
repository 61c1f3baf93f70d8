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
from s2s.lower.values import (
    CHEAP,
    Chosen,
    Mapped,
    Place,
    Spelled,
    Stored,
    Value,
    Viewed,
    choice,
    in_memory,
    lengths_of,
    packed,
    rank,
)
from s2s_runtime import kernels, loops

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
    builder, target = low.builder, places.everywhere

    def put(place: Place, array: ir.Atom) -> ir.Atom:
        at = packed(in_memory(builder, target, place))

        def entry() -> ir.Atom:
            return value.entry(builder, place if rank(value) else ())

        if is_slight(value) and np.result_type(value.fact.dtype, fact.dtype) == fact.dtype:
            return changed(builder, function, array, at, entry(), lambda *arms: where_true(builder, mask, place, *arms))
        return where_true(builder, mask, place, lambda: builder.apply(function, array, at, entry()), lambda: array)

    return Stored(builder.loops(lengths_of(target, builder), array, put), fact)


def changed(builder: LoopBuilder, function: Any, array: ir.Atom, at: ir.Atom, entry: ir.Atom, chosen: Callable[..., ir.Atom]) -> ir.Atom:
    """An array with an entry stored in any case, that which was there where it is not chosen."""
    if function is kernels.index_add and builder.origin is not None and builder.origin.role != "primal":
        return builder.apply(function, array, at, chosen(lambda: entry, lambda: nothing(builder.type_of(entry))))
    before = builder.apply(operator.getitem, array, at)
    after = entry if function is kernels.index_set else builder.apply(operator.add, before, entry)
    return builder.apply(kernels.index_set, array, at, chosen(lambda: after, lambda: before))


def nothing(fact: facts.Type | None) -> ir.Const:
    """Zero, as a number of a dtype."""
    return ir.Const(np.zeros((), getattr(fact, "dtype", None)).item())


SLIGHT = 8
"""So many operations are sooner done than jumped over."""


def is_slight(value: Value) -> bool:
    """Whether an entry that nobody needs is sooner computed than not: nothing can go wrong in it, and LLVM needs no branch."""
    return operations(value) <= SLIGHT


def operations(value: Value) -> int:
    """How many operations an entry costs; more than SLIGHT where it is no simple arithmetic."""
    if isinstance(value, (Stored, Spelled)) or not rank(value):
        return 0
    if isinstance(value, Viewed) and not value.repeats:
        return operations(value.base)
    if isinstance(value, Mapped) and (value.function in CHEAP or is_square(value)):
        return CHEAP.get(value.function, 1) + sum(map(operations, value.operands))
    return SLIGHT + 1


def is_square(value: Mapped) -> bool:
    return value.function is operator.pow and isinstance(value.operands[1], Stored) and value.operands[1].atom == ir.Const(2)


def kept(builder: LoopBuilder, value: Value, mask: Stored, hint: str = "") -> Stored:
    """A value of all places, in memory, computed where a mask is true."""
    array = builder.array(np.empty, lengths_of(value, builder), value.fact, hint)

    def entry(place: Place) -> ir.Atom:
        if is_slight(value):
            return value.entry(builder, place)
        return where_true(builder, mask, place, lambda: value.entry(builder, place), lambda: nothing(value.fact))

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
        if function in (loops.plus, operator.add) and is_slight(whole):
            entry = whole.entry(builder, place)
            return builder.apply(function, so_far, where_true(builder, mask, place, lambda: entry, lambda: nothing(whole.fact)))
        return where_true(builder, mask, place, lambda: builder.apply(function, so_far, whole.entry(builder, place)), lambda: so_far)

    return builder.loops(lengths_of(whole, builder), start, add)


def first_chosen(value: Value) -> Chosen:
    """One of the values that a mask names entries of."""
    if isinstance(value, Chosen):
        return value
    assert isinstance(value, Mapped)
    return next(first_chosen(operand) for operand in value.operands if mask_of(operand) is not None)
