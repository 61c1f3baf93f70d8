"""Arrays made of other values: written out as lists, concatenated, stacked; and the pieces of arrays.

    np.array([a, b])          entry (0,): a, entry (1,): b
    np.concatenate([x, y])    x stored into the front of a new array, y behind it
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.lower.making import of_dtype
from s2s.lower.shapes import items
from s2s.lower.spelling import may_be_spelled, places_of
from s2s.lower.subscripts import indexed
from s2s.lower.values import (
    ONE,
    ZERO,
    Place,
    Spelled,
    Stored,
    Value,
    Viewed,
    fixed,
    length,
    lengths_of,
    packed,
    rank,
    spelled,
)
from s2s_runtime import kernels

if TYPE_CHECKING:
    from s2s.lower.held import Held
    from s2s.lower.program import Lowering
    from s2s.lower.writing import LoopBuilder

FIRST, LAST = ir.Const(0), ir.Const(-1)


def parts_of(low: Held, atom: ir.Atom) -> tuple[ir.Atom, ...] | None:
    """The items of a list or a tuple that is written out, or that is not in memory."""
    if isinstance(atom, ir.Var) and atom.name in low.several and not any(isinstance(item, tuple) for item in low.several[atom.name]):
        return tuple([low.named(item) for item in low.several[atom.name]])
    atom = low.atoms.get(atom.name, atom) if isinstance(atom, ir.Var) else atom
    if isinstance(atom, ir.Pack) and atom.kind in (list, tuple):
        return atom.items
    if isinstance(atom, ir.Const) and isinstance(atom.value, (list, tuple)):
        return tuple(ir.Const(part) for part in atom.value)
    return None


# ------------------------------------------------------------------------------------------------------------- lists
def array(low: Lowering, fact: facts.Num, x: ir.Atom, dtype: ir.Atom | None = None) -> Value | ir.Atom | None:
    """`np.array`: of nested lists, entry by entry; of an array, a copy."""
    parts = parts_of(low, x)
    if parts is None:
        return low.copied(x) if low.is_array(x) else None
    own = listed_lengths(low, parts, fact)
    if may_be_spelled(low, own):
        return spelled(own, fact, lambda place: of_dtype(low, fact, listed_entry(low, parts, place)))
    made = low.builder.array(np.empty, own, fact)
    return Stored(stored_parts(low, made, parts, ()), fact)


def listed_entry(low: Lowering, parts: Sequence[ir.Atom], place: Place) -> ir.Atom:
    """An entry of nested lists, whose innermost items may be arrays."""
    part = parts[place[0].value]  # type: ignore[union-attr]
    inner = parts_of(low, part)
    return low.value(part).entry(low.builder, place[1:]) if inner is None else listed_entry(low, inner, place[1:])


def listed_lengths(low: Lowering, parts: Sequence[ir.Atom], fact: facts.Num) -> tuple[ir.Atom, ...]:
    """The lengths of an array that is written out."""
    found: list[ir.Atom] = []
    inner: Sequence[ir.Atom] | None = parts
    while inner is not None:
        found.append(ir.Const(len(inner)))
        if not inner or len(found) == len(fact.shape or ()):
            break
        item, inner = inner[0], parts_of(low, inner[0])
        if inner is None:
            found += lengths_of(low.peek(item), low.builder)
    return tuple(found)


def stored_parts(low: Lowering, array: ir.Atom, parts: Sequence[ir.Atom], place: Place) -> ir.Atom:
    for k, part in enumerate(parts):
        at = (*place, ir.Const(k))
        inner = parts_of(low, part)
        array = stored_parts(low, array, inner, at) if inner is not None else stored_at(low, array, at, low.value(part))
    return array


def stored_at(low: Lowering, array: ir.Atom, first: Place, value: Value, last: Place = ()) -> ir.Atom:
    """An array with a value stored behind some indices."""
    builder = low.builder

    def store(place: Place, array: ir.Atom) -> ir.Atom:
        return builder.apply(kernels.index_set, array, packed((*first, *place, *last)), value.entry(builder, place))

    return builder.loops(lengths_of(value, builder), array, store)


# ------------------------------------------------------------------------------------------------------------- joined
def concatenate(low: Lowering, fact: facts.Num, parts: ir.Atom, axis: ir.Atom = FIRST) -> Value | None:
    """Arrays one behind the other along an axis."""
    given = parts_of(low, parts)
    if given is None or not isinstance(axis, ir.Const) or axis.value is None:
        return None
    return joined(low, fact, [low.value(part) for part in given], axis.value % len(fact.shape or ()))


def joined(low: Lowering, fact: facts.Num, values: list[Value], along: int) -> Value:
    """Values of one rank, one behind the other; one of a lower rank has length 1 along the axis."""
    builder = low.builder
    axes = len(fact.shape or ())
    own = [with_axis(value, along) if rank(value) < axes else value for value in values]
    total: ir.Atom = ZERO
    begins = []
    for value in own:
        begins.append(total)
        total = builder.apply(operator.add, total, length(value, builder, along))
    first = lengths_of(own[0], builder)
    for value in own[1:]:
        for k in range(axes):
            if k != along:
                builder.agree(first[k], length(value, builder, k))
    lengths = (*first[:along], total, *first[along + 1 :])
    if may_be_spelled(low, lengths):
        found: dict[Place, ir.Atom] = {}
        for value, begin in zip(own, begins, strict=True):
            for place in places_of(lengths_of(value, builder)):
                at = (*place[:along], builder.apply(operator.add, begin, place[along]), *place[along + 1 :])
                found[at] = of_dtype(low, fact, value.entry(builder, place))
        return Spelled(found, lengths, fact)
    result = builder.array(np.empty, lengths, fact)
    for value, begin in zip(own, begins, strict=True):
        result = shifted(low, result, value, along, begin)
    return Stored(result, fact)


def shifted(low: Lowering, array: ir.Atom, value: Value, along: int, begin: ir.Atom) -> ir.Atom:
    """An array with a value stored from a place of an axis on."""
    builder = low.builder

    def store(place: Place, array: ir.Atom) -> ir.Atom:
        at = (*place[:along], builder.apply(operator.add, begin, place[along]), *place[along + 1 :])
        return builder.apply(kernels.index_set, array, packed(at), value.entry(builder, place))

    return builder.loops(lengths_of(value, builder), array, store)


def with_axis(value: Value, axis: int) -> Viewed:
    """A value with one more axis of length 1."""
    shape = value.fact.shape or ()
    fact = facts.Num(value.fact.dtype, (*shape[:axis], facts.as_dim(1), *shape[axis:]))
    own: list[Callable[[LoopBuilder], ir.Atom]] = [lambda b, k=k: length(value, b, k) for k in range(len(shape))]  # type: ignore[misc]
    own.insert(axis, lambda _: ONE)
    return Viewed(value, lambda _, place: (*place[:axis], *place[axis + 1 :]), tuple(own), fact)


def stack(low: Lowering, fact: facts.Num, parts: ir.Atom, axis: ir.Atom = FIRST) -> Value | None:
    given = parts_of(low, parts)
    if given is None or not isinstance(axis, ir.Const):
        return None
    along = axis.value % len(fact.shape or ())
    return joined(low, fact, [with_axis(low.value(part), along) for part in given], along)


def stacking(along: Callable[[int], int], least: int) -> Callable[..., Value | None]:
    """`hstack` and its like: the axis by the rank of the result, and how many axes each part has at least."""

    def join(low: Lowering, fact: facts.Num, parts: ir.Atom) -> Value | None:
        given = parts_of(low, parts)
        if given is None:
            return None
        axis = along(len(fact.shape or ()))
        values = [low.value(part) for part in given]
        for k, value in enumerate(values):
            while rank(value) < least:
                value = with_axis(value, 0 if least == 2 and axis == 0 else rank(value) if rank(value) else 0)
            values[k] = value
        return joined(low, fact, values, axis)

    return join


def dstack(low: Lowering, fact: facts.Num, parts: ir.Atom) -> Value | None:
    """Along the third axis; a matrix has length 1 there, a vector in front of it, too."""
    given = parts_of(low, parts)
    if given is None:
        return None
    values = [low.value(part) for part in given]
    for k, value in enumerate(values):
        if rank(value) == 0:
            value = with_axis(value, 0)
        if rank(value) == 1:
            value = with_axis(value, 0)
        values[k] = value if rank(value) > 2 else with_axis(value, 2)
    return joined(low, fact, values, 2)


# ------------------------------------------------------------------------------------------------------------- pieces
def shapes(low: Lowering, fact: facts.Type, given: ir.Atom) -> ir.Atom | None:
    """The shapes of nested sequences of arrays."""
    parts = parts_of(low, given)
    if parts is None:
        return ir.Pack(tuple, lengths_of(low.peek(given), low.builder)) if is_number(low, given) else None
    inner = [shapes(low, None, part) for part in parts]  # type: ignore[arg-type]
    return None if None in inner else ir.Pack(list, tuple(inner))  # type: ignore[arg-type]


def is_number(low: Lowering, atom: ir.Atom) -> bool:
    return isinstance(low.builder.type_of(atom), facts.Num)


def split_to(low: Lowering, fact: facts.Type, g: ir.Atom, parts: ir.Atom, axis: ir.Atom) -> tuple[Value, ...] | None:
    """The pieces of what was joined, as views."""
    given = parts_of(low, parts)
    if given is None or not isinstance(axis, ir.Const) or axis.value is None or not isinstance(fact, facts.Record):
        return None
    value, builder = low.value(g), low.builder
    along = axis.value % rank(value)
    begin: ir.Atom = ZERO
    found: list[Value] = []
    for part, own in zip(given, fact.items, strict=True):
        if not isinstance(own, facts.Num) or own.shape is None:
            return None
        own_lengths = items(low, part, len(own.shape))
        whole = len(own.shape) == rank(value)
        if not whole and len(own.shape) != rank(value) - 1:
            return None
        found.append(piece(value, along, begin, own_lengths, own, whole))
        begin = builder.apply(operator.add, begin, own_lengths[along] if whole else ONE)
    return tuple(found)


def piece(value: Value, along: int, begin: ir.Atom, own: Place, fact: facts.Num, whole: bool) -> Viewed:
    """The part of a value from a place of an axis on; without this axis, if the part did not have it."""

    def move(builder: LoopBuilder, place: Place) -> Place:
        if not whole:
            return (*place[:along], begin, *place[along:])
        at = place[along] if begin == ZERO else builder.apply(operator.add, place[along], begin)
        return (*place[:along], at, *place[along + 1 :])

    return Viewed(value, move, fixed(own), fact)


def split(along: Callable[[int], int] | None = None, equal: bool = True) -> Callable[..., tuple[Value, ...] | None]:
    """`np.split` and its like; `along` is the axis by the rank, where that is fixed, `equal` whether all pieces are of one length."""

    def cut(low: Lowering, fact: facts.Type, x: ir.Atom, count: ir.Atom, axis: ir.Atom = FIRST) -> tuple[Value, ...] | None:
        if not isinstance(fact, facts.Listing) or not isinstance(fact.item, facts.Num) or not isinstance(axis, ir.Const):
            return None
        value = low.value(x)
        at = axis.value % rank(value) if along is None else along(rank(value))
        if isinstance(count, ir.Const) and type(count.value) is int:
            return shares(low, value, count.value, at, fact.item, equal)
        ends = parts_of(low, count)
        return None if ends is None else between(low, value, [low.atom(end) for end in ends], at, fact.item)

    return cut


def shares(low: Lowering, value: Value, count: int, along: int, fact: facts.Num, equal: bool) -> tuple[Value, ...]:
    """So many pieces; those in front are longer by one where they cannot all be of one length."""
    builder, own = low.builder, list(lengths_of(value, low.builder))
    whole, more = own[along], builder.apply(operator.mod, own[along], ir.Const(count))
    if equal:
        message = "array split does not result in an equal division"
        builder.demand(builder.apply(operator.eq, more, ZERO), ValueError, message)
    least = builder.apply(operator.floordiv, whole, ir.Const(count))
    begins = [builder.apply(operator.mul, least, ir.Const(k)) for k in range(count + 1)]
    if not equal:
        begins = [builder.apply(operator.add, begin, builder.apply(min, more, ir.Const(k))) for k, begin in enumerate(begins)]
    found = []
    for begin, end in pairwise(begins):
        own[along] = least if equal else builder.apply(operator.sub, end, begin)
        shape = fact.shape or ()
        item = fact if equal else replace(fact, shape=(*shape[:along], facts.fresh(), *shape[along + 1 :]))
        found.append(piece(value, along, begin, tuple(own), item, True))
    return tuple(found)


def between(low: Lowering, value: Value, ends: Sequence[ir.Atom], along: int, fact: facts.Num) -> tuple[Value, ...] | None:
    """The pieces between some places."""
    found = []
    for start, stop in pairwise([ir.Const(None), *ends, ir.Const(None)]):
        shape = fact.shape or ()
        item = replace(fact, shape=(*shape[:along], facts.fresh(), *shape[along + 1 :]))
        parts: tuple[ir.Atom, ...] = (*[ir.Const(slice(None))] * along, ir.Pack(slice, (start, stop, ir.Const(None))))
        found.append(indexed(low.builder, value, ir.Pack(tuple, parts), item))
    return None if None in found else tuple(found)  # type: ignore[arg-type]


def unpack(low: Lowering, fact: facts.Type, g: ir.Atom, parts: ir.Atom) -> Any:
    """The rows of an array that was written out as a list."""
    given = parts_of(low, parts)
    if given is None or not isinstance(fact, facts.Record):
        return None
    return row_values(low.value(g), fact)


def row_values(value: Value, fact: facts.Record) -> tuple[Any, ...]:
    """The rows of a value, nested as a record is."""
    found: list[Any] = []
    for k, item in enumerate(fact.items):
        shape = (value.fact.shape or ())[1:]
        own: list[Callable[[LoopBuilder], ir.Atom]] = [lambda b, j=j: length(value, b, j + 1) for j in range(len(shape))]  # type: ignore[misc]
        row = Viewed(value, lambda _, place, k=k: (ir.Const(k), *place), tuple(own), facts.Num(value.fact.dtype, shape))  # type: ignore[misc]
        found.append(row_values(row, item) if isinstance(item, facts.Record) else row)
    return tuple(found)


SPLITTING: dict[Any, Callable[..., Any]] = {
    np.split: split(), np.array_split: split(equal=False), np.vsplit: split(lambda _: 0),
    np.hsplit: split(lambda axes: min(1, axes - 1)), np.dsplit: split(lambda _: 2),
}  # fmt: skip

JOINING: dict[Any, Callable[..., Any]] = {
    np.array: array, np.concatenate: concatenate, np.stack: stack, np.vstack: stacking(lambda _: 0, 2),
    np.hstack: stacking(lambda axes: 0 if axes == 1 else 1, 1), np.column_stack: stacking(lambda _: 1, 2), np.dstack: dstack,
    kernels.shapes: shapes, kernels.nesting: shapes, kernels.split_to: split_to, **SPLITTING, kernels.unpack: unpack,
}  # fmt: skip
