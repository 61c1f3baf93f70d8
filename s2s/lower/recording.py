"""What loops record, in arrays: one entry, or one row, per iteration, made before the loop.

    x_saved = []                            x_saved = np.empty(n)
    for i in range(n):                      for i in range(n):
        x = np.tanh(x * w)         =>           x = np.tanh(x * w)
        x_saved.append(x)                       x_saved[i] = x

In: a loop over a range that carries a list which begins empty and to which each iteration appends one number, or one array of
lengths that are known before the loop.  Out: the loop, which carries an array.  What reads an item reads a row of it; that there
is one is sure, since a list has no more items than that.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.lower.storing import STORING
from s2s.lower.values import ONE, ZERO, Value
from s2s_runtime import containers, kernels

if TYPE_CHECKING:
    from s2s.lower.program import Lowering
    from s2s.lower.writing import LoopBuilder


@dataclass(frozen=True)
class Recorded:
    """A list that becomes an array: the place in which a loop carries it, the append, what is known of an item."""

    place: int
    append: ir.Let
    item: facts.Num


def in_arrays(low: Lowering, stmt: ir.For) -> ir.For:
    """The loop with arrays in the place of lists, where that can be; they are made here, in front of it."""
    start, stop, step = stmt.bounds
    if stmt.stops or not isinstance(step, ir.Const) or step.value not in (1, -1):
        return stmt
    found = [one for one in recorded(low, stmt) if known(low.builder, one.item)]
    if not found:
        return stmt
    ends = (stop, start) if step == ONE else (start, stop)
    trips = low.builder.apply(operator.sub, *map(low.atom, ends))
    if not low.builder.ranges.is_surely_count(trips):
        trips = low.builder.apply(max, trips, ZERO)
    for one in found:
        stmt = in_array(low, stmt, one, trips)
    return stmt


def recorded(low: Lowering, stmt: ir.For) -> Iterator[Recorded]:
    """The lists that a loop does nothing with but append one item in each iteration, and that are only read behind it."""
    for place, (name, init, end, result) in enumerate(zip(stmt.carried, stmt.inits, stmt.body.yields, stmt.results, strict=True)):
        if init != ir.Pack(list, ()) or low.items_read[result] != low.uses[result]:
            continue
        append = next((s for s in stmt.body.statements if ir.binds(s) == (getattr(end, "name", None),)), None)
        if not isinstance(append, ir.Let) or append.value.function is not containers.append:
            continue
        listed, value = append.value.args
        item = low.builder.type_of(value)
        alone = listed == ir.Var(name) and low.uses[name] == 1 and low.uses[append.target] == 1
        if alone and isinstance(item, facts.Num) and item.dtype is not None and item.shape is not None:
            yield Recorded(place, append, item)


def known(builder: LoopBuilder, item: facts.Num) -> bool:
    """Whether the lengths of an item are to be had before the loop, the same in each iteration."""
    dims = item.shape or ()
    varying = any(symbol.varies for dim in dims for symbol in dim.symbols)
    return not varying and all(builder.known_length(dim) is not None for dim in dims)


def in_array(low: Lowering, stmt: ir.For, one: Recorded, trips: ir.Atom) -> ir.For:
    """The loop with an array instead of one list."""
    builder = low.builder
    start, _, step = stmt.bounds
    dim = facts.fresh()
    assert dim.symbol is not None
    builder.recorded.add(dim.symbol)
    fact = facts.Num(one.item.dtype, (dim, *(one.item.shape or ())))
    lengths = tuple([builder.known_length(own) for own in one.item.shape or ()])
    array = builder.array(np.empty, (trips, *lengths), fact, builder.hints.get(stmt.results[one.place], ""))  # type: ignore[arg-type]
    builder.note_length(dim, trips)
    listed, value = one.append.value.args
    assert isinstance(listed, ir.Var)
    for name in (listed.name, one.append.target, stmt.results[one.place]):
        builder.types[name] = fact
    index = ir.Var(stmt.index)
    low.rows[listed.name] = (index, start) if step == ONE else (start, index)
    low.stored_at_once |= set(ir.variables(value))
    inits = (*stmt.inits[: one.place], array, *stmt.inits[one.place + 1 :])
    return replace(stmt, inits=inits)


def append(low: Lowering, fact: facts.Type, listed: ir.Atom, value: ir.Atom) -> Value | None:
    """An append to what became an array stores a row; another one stays."""
    assert isinstance(listed, ir.Var)
    number = low.rows.get(listed.name)
    if number is None:
        return None
    row = low.builder.apply(operator.sub, *map(low.atom, number))
    found: Value = STORING[kernels.index_set](low, fact, listed, row, value)
    return found


RECORDING: dict[Any, Callable[..., Any]] = {containers.append: append}
