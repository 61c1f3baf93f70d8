"""The arrays that lists became, in loop nests: how they are made, where an item is, and all items as one array.

In: the calls that `listing.py` writes.  Out: an array, an index that is proved or looked at, a view.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.lower.dtypes import fitted
from s2s.lower.making import number
from s2s.lower.refusing import NotLowered
from s2s.lower.values import ZERO, Computed, Stored, Viewed, fixed
from s2s_runtime import loops

if TYPE_CHECKING:
    from s2s.lower.program import Lowering


def room(low: Lowering, fact: facts.Num, count: ir.Atom, zeros: ir.Const, name: ir.Const) -> ir.Atom:
    """An array for so many items of the list of this name.  Raises NoRoom where the lengths of an item are not known yet."""
    builder, (dim, *own) = low.builder, fact.shape or ()
    lengths = [builder.known_length(one) for one in own]
    if None in lengths or dim.symbol is None:
        raise NoRoom(name.value, builder.origin)
    builder.recorded.add(dim.symbol)
    maker = np.zeros if zeros.value else np.empty
    array = builder.array(maker, (low.atom(count), *lengths), fact, builder.hints.get(low.target, ""))  # type: ignore[arg-type]
    assert isinstance(array, ir.Var)
    del builder.made[array.name]
    return array


class NoRoom(NotLowered):
    """A list of arrays whose lengths are not known where it is made."""

    def __init__(self, name: str, origin: ir.Origin | None) -> None:
        super().__init__("how long the arrays in a list are is not known where it is made", origin)
        self.name = name


def item_place(low: Lowering, fact: facts.Num, index: ir.Atom, count: ir.Atom) -> ir.Atom:
    """The place of an item: an index that is surely one, or else one that is looked at when the program runs."""
    index, count = low.atom(index), low.atom(count)
    number = low.builder.type_of(count)
    axis = number.length if isinstance(number, facts.Num) else None
    axis = facts.as_dim(count.value) if isinstance(count, ir.Const) else axis
    return index if axis is not None and low.builder.ranges.is_on(index, axis) else low.builder.apply(loops.place, index, count)


def first_rows(low: Lowering, fact: facts.Num, array: ir.Atom, count: ir.Atom) -> Viewed:
    """The items of a list, as an array."""
    builder, held, number = low.builder, low.atom(array), low.atom(count)
    own = low.builder.type_of(held)
    assert isinstance(own, facts.Num)
    base, dim = Stored(held, own), (fact.shape or ())[0]
    builder.note_length(dim, number)
    lengths = [lambda b, k=k: base.own_length(b, k) for k in range(1, len(own.shape or ()))]
    index = ir.Pack(slice, (ir.Const(None), number, ir.Const(None)))
    return Viewed(
        base, lambda _, place: place, (lambda _: number, *lengths), fact, lambda b, atom: b.apply(operator.getitem, atom, index)
    )


def no_items(low: Lowering, fact: facts.Listing) -> ir.Var:
    """An empty list of this kind, for a name that has no value."""
    builder, item = low.builder, fact.item
    if isinstance(item, facts.Listing):
        of: ir.Atom = no_items(low, item)
    else:
        assert isinstance(item, facts.Num)
        of = builder.array(np.empty, tuple([ZERO for _ in item.shape or ()]), item) if item.shape else number(item, 0)
    found = builder.unsure(loops.no_items, of)
    builder.types[found.name] = fact
    return found


def spread(low: Lowering, fact: facts.Num, number: ir.Atom) -> Computed:
    """An array with a number in each place.  Raises NotLowered where its lengths are not known here."""
    lengths = [low.builder.known_length(dim) for dim in fact.shape or ()]
    if None in lengths:
        raise NotLowered("how long the array is that a number stands for is not known here", low.builder.origin)
    entry = fitted(low.builder, low.atom(number), replace(fact, shape=()))
    return Computed(lambda _, place: entry, fixed(lengths), fact)  # type: ignore[arg-type]


LISTS: dict[Any, Callable[..., Any]] = {
    loops.room: room, loops.item_place: item_place, loops.first_rows: first_rows, loops.spread: spread,
}
