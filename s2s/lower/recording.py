"""What loops record, in arrays: one entry, or one row, per iteration, made before the loop.

    x_saved = []                            x_saved = np.empty(n)
    for i in range(n):                      for i in range(n):
        x = np.tanh(x * w)         =>           x = np.tanh(x * w)
        x_saved.append(x)                       x_saved[i] = x

In: a loop over a range that carries a list which begins empty and to which each iteration appends one item: a number, an array
of lengths that are known before the loop, or such a list of a loop inside it.  Out: the loop, which carries an array with an axis
per loop, each as long as its loop may run.  What reads an item reads a row; that there is one is sure, since a list has no more
items than that.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.emit.owners import bound_in_order, walk
from s2s.lower.hoisting import NEVER_FAIL
from s2s.lower.storing import STORING
from s2s.lower.uneven import Uneven, room, store_row
from s2s.lower.values import ONE, ZERO, Value
from s2s.lower.writing import LoopBuilder
from s2s_runtime import containers, kernels

if TYPE_CHECKING:
    from s2s.lower.program import Lowering

EMPTY = ir.Pack(list, ())
Number = tuple[ir.Atom, ir.Atom]
"""The number of an iteration, as a difference."""


@dataclass(frozen=True)
class Record:
    """A list in a loop: its place among what is carried, how long it may get, the append; what is recorded for an item."""

    place: int
    trips: facts.Dim
    append: ir.Let
    inner: tuple[ir.For, Record] | None
    item: facts.Num

    def innermost(self) -> Record:
        """What is recorded by the innermost of the loops."""
        return self if self.inner is None else self.inner[1].innermost()

    def nest(self, stmt: ir.For) -> tuple[ir.For, ...]:
        """The loops that a record has an axis for each."""
        return (stmt,) if self.inner is None else (stmt, *self.inner[1].nest(self.inner[0]))

    def of(self, shape: facts.Shape) -> Record:
        """The record with items of this shape."""
        inner = None if self.inner is None else (self.inner[0], self.inner[1].of(shape))
        return replace(self, inner=inner, item=replace(self.item, shape=shape))

    def lengths(self) -> tuple[facts.Dim, ...]:
        """The lengths of the axes of all that is recorded, this loop's first."""
        return (self.trips, *(self.inner[1].lengths() if self.inner is not None else self.item.shape or ()))


def in_arrays(low: Lowering, stmt: ir.For) -> ir.For:
    """The loop with arrays in the place of lists, where that can be; they are made here, in front of it."""
    if EMPTY not in stmt.inits:
        return stmt
    inside = frozenset({stmt.index, *bound_in_order(stmt.body)})
    for one in walk(stmt.body):
        if isinstance(one, ir.Let) and one.value.function in NEVER_FAIL:
            low.builder.define(one)
    for place, result in enumerate(stmt.results):
        if stmt.inits[place] == EMPTY and low.items_read[result] == low.uses[result]:
            record = recorded(low, stmt, place, inside)
            if record is not None and all(known(low.builder, dim) for dim in record.lengths()):
                stmt = in_array(low, stmt, record)
            elif record is not None:
                stmt = in_rows(low, stmt, record, inside)
    return stmt


def recorded(low: Lowering, stmt: ir.For, place: int, inside: frozenset[str]) -> Record | None:
    """A list that a loop does nothing with but append one item in each iteration; None for another one."""
    append, trips = append_of(low, stmt, place), longest(low, stmt, inside)
    if append is None or trips is None:
        return None
    value = append.value.args[1]
    item = low.builder.type_of(value)
    if isinstance(item, facts.Num) and item.dtype is not None and item.shape is not None:
        return Record(place, trips, append, None, item)
    return nested(low, stmt, Record(place, trips, append, None, facts.Num()), inside) if isinstance(value, ir.Var) else None


def append_of(low: Lowering, stmt: ir.For | ir.While, place: int) -> ir.Let | None:
    """What appends an item to a record in each iteration, if nothing else is done with it.

    A record is read at iterations that ran.  The items of a user's list, whose appends say which line they are from, are read at any
    index, which may be below 0 or not there.
    """
    name, end = stmt.carried[place], stmt.body.yields[stmt.stops + place]
    append = next((one for one in stmt.body.statements if ir.binds(one) == (getattr(end, "name", None),)), None)
    if not isinstance(append, ir.Let) or append.value.function is not containers.append or append.origin is not None:
        return None
    alone = append.value.args[0] == ir.Var(name) and low.uses[name] == low.uses[append.target] == 1
    return append if alone else None


def nested(low: Lowering, stmt: ir.For, outer: Record, inside: frozenset[str]) -> Record | None:
    """A list of lists that an inner loop appends to."""
    value = outer.append.value.args[1]
    assert isinstance(value, ir.Var)
    inner = next((one for one in stmt.body.statements if isinstance(one, ir.For) and value.name in one.results), None)
    if inner is None or low.uses[value.name] != 1:
        return None
    own = inner.results.index(value.name)
    record = recorded(low, inner, own, inside) if inner.inits[own] == EMPTY else None
    return None if record is None else replace(outer, inner=(inner, record), item=record.item)


def longest(low: Lowering, stmt: ir.For, inside: frozenset[str]) -> facts.Dim | None:
    """How many iterations a loop has at most, whichever of the names inside of another one change; None if that is not known."""
    step = stmt.bounds[2]
    if stmt.stops or stmt.slots or step not in (ONE, ir.Const(-1)):
        return None
    builder = low.builder
    bounds = tuple([low.known(bound) for bound in stmt.bounds])
    builder.ranges.enter(replace(stmt, bounds=bounds))  # type: ignore[arg-type]
    least, most = bounds[:2] if step == ONE else bounds[1::-1]
    ends = outside(low, least, inside), outside(low, most, inside)
    if None not in ends:
        trips = builder.apply(operator.sub, ends[1], ends[0])  # type: ignore[arg-type]
        dim = facts.fresh()
        builder.note_length(dim, trips if builder.ranges.is_surely_count(trips) else builder.apply(max, trips, ZERO))
        return dim
    first, last = builder.ranges.of(least), builder.ranges.of(most)
    return None if first is None or last is None else last[1] - first[0]


def outside(low: Lowering, atom: ir.Atom, inside: frozenset[str]) -> ir.Atom | None:
    """A whole number in terms of what is known in front of a loop; None where it depends on what the loop does."""
    if isinstance(atom, ir.Const):
        return atom
    if not isinstance(atom, ir.Var) or atom.name not in inside:
        return low.known(atom)
    fact, definition = low.builder.type_of(atom), low.builder.definition(atom)
    if isinstance(fact, facts.Num) and fact.length is not None and known(low.builder, fact.length):
        return low.builder.known_length(fact.length)
    if definition is None:
        return None
    parts = [outside(low, arg, inside) for arg in definition.args]
    return None if None in parts else low.builder.apply(definition.function, *parts)  # type: ignore[arg-type]


def known(builder: LoopBuilder, dim: facts.Dim) -> bool:
    """Whether a length is to be had before the loop, the same in each iteration."""
    return not any(symbol.varies for symbol in dim.symbols) and builder.known_length(dim) is not None


def in_array(low: Lowering, stmt: ir.For, record: Record) -> ir.For:
    """The loop with an array instead of one list."""
    builder = low.builder
    lengths = []
    for dim in record.lengths():
        length = builder.known_length(dim)
        assert length is not None
        lengths.append(length if builder.ranges.is_count(dim) else builder.apply(max, length, ZERO))
    dims = []
    loops = len(lengths) - len(record.item.shape or ())
    for length in lengths[:loops]:
        dim = facts.fresh()
        assert dim.symbol is not None
        builder.recorded.add(dim.symbol)
        builder.note_length(dim, length)
        dims.append(dim)
    fact = facts.Num(record.item.dtype, (*dims, *(record.item.shape or ())))
    array = builder.array(np.empty, tuple(lengths), fact, builder.hints.get(stmt.results[record.place], ""))
    return carrying(low, stmt, record, array, fact, ())


def in_rows(low: Lowering, stmt: ir.For, record: Record, inside: frozenset[str]) -> ir.For:
    """The loop with an array instead of a list of rows of several lengths, where it is known how long they get."""
    shape = record.item.shape or ()
    nest = record.nest(stmt)
    longest = room(low, nest, shape, inside)
    if longest is None or not all(known(low.builder, dim) for dim in (*longest, *record.lengths()[: len(nest)])):
        return stmt
    listed = record.innermost().append.value.args[0]
    result = ir.Var(stmt.results[record.place])
    low.uneven[result.name] = Uneven(result, nest, inside, shape)
    low.uneven_lists.update(ir.variables(listed))
    return in_array(low, stmt, record.of(longest))


def carrying(
    low: Lowering, stmt: ir.For, record: Record, array: ir.Atom, fact: facts.Num, numbers: tuple[Number, ...]
) -> ir.For:
    """A loop that carries the array, and stores an item behind these numbers of iterations of the loops around it."""
    builder, place = low.builder, record.place
    listed, value = record.append.value.args
    assert isinstance(listed, ir.Var)
    for name in (listed.name, record.append.target, stmt.results[place]):
        builder.types[name] = fact
        builder.hints[name] = builder.hint(array)
    index, (start, _, step) = ir.Var(stmt.index), stmt.bounds
    if builder.hints.get(stmt.index) == "_":
        builder.hints[stmt.index] = "k"  # here it is read
    numbers = (*numbers, (index, start) if step == ONE else (start, index))
    if record.inner is None:
        low.rows[listed.name] = numbers
        low.stored_at_once |= set(ir.variables(value))
    else:
        inner = carrying(low, *record.inner, listed, fact, numbers)
        statements = [inner if one is record.inner[0] else one for one in stmt.body.statements if one is not record.append]
        yields = list(stmt.body.yields)
        yields[stmt.stops + place] = value
        stmt = replace(stmt, body=ir.Block(tuple(statements), tuple(yields)))
    return replace(stmt, inits=(*stmt.inits[:place], array, *stmt.inits[place + 1 :]))


def append(low: Lowering, fact: facts.Type, listed: ir.Atom, value: ir.Atom) -> Value | None:
    """An append to what became an array stores a row; another one stays."""
    assert isinstance(listed, ir.Var)
    numbers = low.rows.get(listed.name)
    if numbers is None:
        return None
    at = tuple([low.builder.apply(operator.sub, *map(low.atom, number)) for number in numbers])
    if listed.name in low.uneven_lists:
        return store_row(low, fact, listed, at, value)  # type: ignore[arg-type]
    found: Value = STORING[kernels.index_set](low, fact, listed, at[0] if len(at) == 1 else ir.Pack(tuple, at), value)
    return found


RECORDING: dict[Any, Callable[..., Any]] = {containers.append: append}
