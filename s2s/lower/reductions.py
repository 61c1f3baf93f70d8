"""Reductions as loops: into a number, or into an array over the axes that stay."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.lower.checking import demand_entries
from s2s.lower.choosing import folded_where
from s2s.lower.dtypes import entry_product
from s2s.lower.making import number
from s2s.lower.refusing import NotLowered
from s2s.lower.shapes import items
from s2s.lower.spelling import may_be_spelled
from s2s.lower.values import (
    ONE,
    ZERO,
    Mapped,
    Place,
    Spelled,
    Stored,
    Value,
    Viewed,
    broadcast_length,
    fixed,
    in_memory,
    length,
    lengths_of,
    packed,
    rank,
    repeated,
    spelled,
)
from s2s.lower.writing import is_short
from s2s.primitives import both
from s2s_runtime import kernels, loops, projection

if TYPE_CHECKING:
    from s2s.lower.program import Lowering

NO_AXIS, NO = ir.Const(None), ir.Const(False)


def folded(low: Lowering, value: Value, function: Any, start: ir.Atom) -> ir.Atom:
    """All entries put together."""
    builder = low.builder
    found = folded_where(builder, value, function, start)
    if found is not None:
        return found
    return builder.loops(
        lengths_of(value, builder), start, lambda place, so_far: builder.apply(function, so_far, value.entry(builder, place))
    )


def adding(fact: facts.Num) -> Any:
    """How the entries of a sum are added: those of floating-point numbers in any order."""
    return loops.plus if fact.dtype in (np.float64, np.float32) else operator.add


def reduced(
    low: Lowering, fact: facts.Num, value: Value, axes: tuple[int, ...], stays: Sequence[int], function: Any, start: ir.Atom
) -> Value | ir.Atom:
    """The entries over some axes put together, from a start; of these axes, those that stay have length 1 then.

    If the last axis goes, one entry of the result is computed after the other; else all of them at a time.
    """
    value = of_kind(value, fact)
    builder, lengths = low.builder, lengths_of(value, low.builder)
    own = tuple(ONE if k in axes else lengths[k] for k in stays)
    if not own:
        return folded(low, value, function, start)
    if rank(value) - 1 in axes:
        return one_by_one(low, fact, value, axes, stays, function, start)
    if is_short(own) and axes and max(axes) < min(k for k in stays if k not in axes):
        return side_by_side(low, fact, value, axes, stays, function, start)
    array = builder.filled(own, builder.array(np.empty, own, fact), lambda place: start)

    def put(place: Place, array: ir.Atom) -> ir.Atom:
        at = packed(tuple(ZERO if k in axes else place[k] for k in stays))
        if function in (loops.plus, operator.add):
            return builder.apply(kernels.index_add, array, at, value.entry(builder, place))
        so_far = builder.apply(operator.getitem, array, at)
        return builder.apply(kernels.index_set, array, at, builder.apply(function, so_far, value.entry(builder, place)))

    return Stored(builder.loops(lengths, array, put), fact)


def of_kind(value: Value, fact: facts.Num) -> Value:
    """A value whose entries are whole numbers of the dtype in which they are added up."""
    if fact.dtype is None or fact.dtype.kind not in "iu" or value.fact.dtype == fact.dtype:
        return value
    return Mapped(fact.dtype.type, (value,), replace(value.fact, dtype=fact.dtype))


def one_by_one(
    low: Lowering, fact: facts.Num, value: Value, axes: tuple[int, ...], stays: Sequence[int], function: Any, start: ir.Atom
) -> Value:
    """The entries of a result, each a number that a loop puts together."""
    builder, lengths = low.builder, lengths_of(value, low.builder)
    own = tuple(ONE if k in axes else lengths[k] for k in stays)

    def entry(place: Place) -> ir.Atom:
        kept = dict(zip(stays, place, strict=True))

        def add(over: Place, so_far: ir.Atom) -> ir.Atom:
            at = {**kept, **dict(zip(axes, over, strict=True))}
            return builder.apply(function, so_far, value.entry(builder, tuple(at[k] for k in range(rank(value)))))

        return builder.loops(tuple(lengths[k] for k in axes), start, add)

    if is_short(own):
        return spelled(own, fact, entry)
    return Stored(builder.filled(own, builder.array(np.empty, own, fact), entry), fact)


def side_by_side(
    low: Lowering, fact: facts.Num, value: Value, axes: tuple[int, ...], stays: Sequence[int], function: Any, start: ir.Atom
) -> Spelled:
    """A few numbers that one nest of loops puts together."""
    builder, lengths = low.builder, lengths_of(value, low.builder)
    first = spelled(tuple(ONE if k in axes else lengths[k] for k in stays), fact, lambda place: start)
    places = list(first.entries)

    def put(place: Place, carried: Place) -> Place:
        at = places.index(tuple(ZERO if k in axes else place[k] for k in stays))
        after = builder.apply(function, carried[at], value.entry(builder, place))
        return (*carried[:at], after, *carried[at + 1 :])

    found = builder.carried(lengths, (start,) * len(places), put)
    return replace(first, entries=dict(zip(places, found, strict=True)))


def staying(value: Value, axes: tuple[int, ...], keepdims: ir.Atom) -> list[int]:
    """The axes that the result of a reduction has."""
    return [k for k in range(rank(value)) if keepdims == ir.Const(True) or k not in axes]


def reduced_axes(low: Lowering, value: Value, axis: ir.Atom) -> tuple[int, ...]:
    if not isinstance(axis, ir.Const):
        raise NotLowered("an axis that is known at run time only is not compiled", low.builder.origin)
    if axis.value is None:
        return tuple(range(rank(value)))
    return tuple(int(k) % rank(value) for k in np.atleast_1d(axis.value))


def sum_(low: Lowering, fact: facts.Num, x: ir.Atom, axis: ir.Atom = NO_AXIS, *, keepdims: ir.Atom = NO) -> Value | ir.Atom:
    return summed(low, fact, low.value(x), axis, keepdims)


def summed(low: Lowering, fact: facts.Num, value: Value, axis: ir.Atom, keepdims: ir.Atom = NO) -> Value | ir.Atom:
    """The sum of a value over some axes."""
    axes = reduced_axes(low, value, axis)
    return reduced(low, fact, value, axes, staying(value, axes, keepdims), adding(fact), number(fact, 0))


def prod(low: Lowering, fact: facts.Num, x: ir.Atom, axis: ir.Atom = NO_AXIS, *, keepdims: ir.Atom = NO) -> Value | ir.Atom:
    value = low.value(x)
    axes = reduced_axes(low, value, axis)
    return reduced(low, fact, value, axes, staying(value, axes, keepdims), operator.mul, number(fact, 1))


def mean(low: Lowering, fact: facts.Num, x: ir.Atom, axis: ir.Atom = NO_AXIS, *, keepdims: ir.Atom = NO) -> Value | ir.Atom:
    """The sum over the number of entries."""
    value = low.peek(x)
    axes = reduced_axes(low, value, axis)
    count: ir.Atom = ir.Const(1)
    for k in axes:
        count = low.builder.apply(operator.mul, count, lengths_of(value, low.builder)[k])
    total = sum_(low, fact, x, axis, keepdims=keepdims)
    if isinstance(total, (Stored, Spelled)):
        return Mapped(operator.truediv, (total, Stored(count, facts.INT)), fact)
    return low.builder.apply(operator.truediv, total, count)  # type: ignore[arg-type]


def extreme(function: Any, worst: float) -> Callable[..., Any]:
    """The largest or the smallest entry: NaN where there is one."""

    def reduce(low: Lowering, fact: facts.Num, x: ir.Atom, axis: ir.Atom = NO_AXIS, *, keepdims: ir.Atom = NO,
               initial: ir.Atom | None = None) -> Value | ir.Atom:  # fmt: skip
        value = low.value(x)
        axes = reduced_axes(low, value, axis)
        if fact.dtype is None or fact.dtype.kind not in "fiu" or not isinstance(initial, (ir.Const, type(None))):
            raise NotLowered("the largest of these is not compiled", low.builder.origin)
        if initial is None:
            demand_entries(low, value, axes)
        start = start_of(fact, worst) if initial is None else number(fact, initial.value)
        return reduced(low, fact, value, axes, staying(value, axes, keepdims), function, start)

    return reduce


def start_of(fact: facts.Num, worst: float) -> ir.Const:
    """A value of a dtype that every other one beats."""
    assert fact.dtype is not None
    if fact.dtype.kind == "f":
        return number(fact, worst)
    limits = np.iinfo(fact.dtype)
    return ir.Const(int(limits.max if worst > 0 else limits.min))


def dot(low: Lowering, fact: facts.Num, a: ir.Atom, b: ir.Atom) -> Value | ir.Atom | None:
    """A product of two vectors, or of a matrix and a vector, as loops; of matrices, BLAS."""
    if not low.is_array(a) or not low.is_array(b) or fact.dtype is None:
        return None
    first, second = low.value(a), low.value(b)
    if rank(first) == rank(second) == 1:
        total = lengths_of(first, low.builder)
        low.builder.agree(total[0], length(second, low.builder, 0))
        return low.builder.loops(total, number(fact, 0), lambda place, so_far: multiplied(low, fact, so_far, first, place, second, place))
    small = few_products(low, fact, first, second)
    if small is not None:
        return small
    if (rank(first), rank(second)) == (2, 1):
        return by_vector(low, fact, first, low.settled(b))
    if (rank(first), rank(second)) == (1, 2):
        return by_vector(low, fact, transposed(low, second), low.settled(a))
    return stacked(low, fact, first, second) if max(rank(first), rank(second)) > 2 and min(rank(first), rank(second)) > 1 else None


def few_products(low: Lowering, fact: facts.Num, a: Value, b: Value) -> Spelled | None:
    """A product of matrices of a few entries, or of one and a vector, entry by entry."""
    builder = low.builder
    own = (*lengths_of(a, builder)[:-1], *(lengths_of(b, builder)[1:]))
    middle = lengths_of(b, builder)[0]
    if rank(a) > 2 or rank(b) > 2 or not is_short((middle,)) or not may_be_spelled(low, own):
        return None
    builder.agree(middle, lengths_of(a, builder)[-1])

    def entry(place: Place) -> ir.Atom:
        row, column = place[: rank(a) - 1], place[rank(a) - 1 :]
        return builder.loops(
            (middle,), number(fact, 0), lambda at, so_far: multiplied(low, fact, so_far, a, (*row, *at), b, (*at, *column))
        )

    return spelled(own, fact, entry)


def stacked(low: Lowering, fact: facts.Num, a: Value, b: Value) -> Stored:
    """Products of stacks of matrices, row by row."""
    builder, shape = low.builder, fact.shape or ()
    rows, middle, columns = lengths_of(a, builder)[-2], lengths_of(a, builder)[-1], lengths_of(b, builder)[-1]
    builder.agree(middle, lengths_of(b, builder)[-2])
    stacks = tuple([broadcast_length(builder, tuple(v for v in (a, b) if rank(v) >= len(shape) - k), len(shape), k)
                    for k in range(len(shape) - 2)])  # fmt: skip

    def at(value: Value, stack: Place, ends: Place) -> ir.Atom:
        own = value.fact.shape or ()
        lead = len(stack) - len(own) + 2
        places = [repeated(value, builder, k, stack[lead + k], shape[lead + k]) for k in range(len(own) - 2)]
        return value.entry(builder, (*places, *ends))

    def add(place: Place, array: ir.Atom) -> ir.Atom:
        *stack, i, k, j = place
        one_more = entry_product(builder, fact, at(a, tuple(stack), (i, k)), at(b, tuple(stack), (k, j)))
        return builder.apply(kernels.index_add, array, packed((*stack, i, j)), one_more)

    start = builder.array(np.zeros, (*stacks, rows, columns), fact)
    return Stored(builder.loops((*stacks, rows, middle, columns), start, add), fact)


def matmul(low: Lowering, fact: facts.Num, a: ir.Atom, b: ir.Atom) -> Value | ir.Atom | None:
    """A product as loops; of larger matrices by BLAS."""
    found = dot(low, fact, a, b)
    if found is not None:
        return found
    first, second = low.of_one_dtype((a, b))
    made = low.builder.apply(operator.matmul, low.atom(first), low.atom(second))
    if isinstance(made, ir.Var):
        if not isinstance(low.builder.types.get(made.name), facts.Num):
            low.builder.types[made.name] = fact
        low.builder.note_lengths(made.name)
    return made


def multiplied(low: Lowering, fact: facts.Num, so_far: ir.Atom, a: Value, i: Place, b: Value, j: Place) -> ir.Atom:
    """A sum with one product more."""
    one_more = entry_product(low.builder, fact, a.entry(low.builder, i), b.entry(low.builder, j))
    return low.builder.apply(adding(fact), so_far, one_more)


def by_vector(low: Lowering, fact: facts.Num, matrix: Value, vector: Value) -> Stored:
    """A matrix times a vector: row by row, or column by column if that is how the matrix lies in memory."""
    builder = low.builder
    rows, columns = lengths_of(matrix, builder)
    builder.agree(columns, lengths_of(vector, builder)[0])
    if not lies_by_columns(low, matrix):

        def entry(row: Place) -> ir.Atom:
            def add(at: Place, so_far: ir.Atom) -> ir.Atom:
                return multiplied(low, fact, so_far, matrix, (*row, *at), vector, at)

            return builder.loops((columns,), number(fact, 0), add)

        return Stored(builder.filled((rows,), builder.array(np.empty, (rows,), fact), entry), fact)

    def add_column(place: Place, array: ir.Atom) -> ir.Atom:
        column, row = place
        one_more = entry_product(builder, fact, matrix.entry(builder, (row, column)), vector.entry(builder, (column,)))
        return builder.apply(kernels.index_add, array, row, one_more)

    return Stored(builder.loops((columns, rows), builder.array(np.zeros, (rows,), fact), add_column), fact)


def transposed(low: Lowering, matrix: Value) -> Viewed:
    lengths = fixed(tuple(reversed(lengths_of(matrix, low.builder))))
    assert matrix.fact.shape is not None
    return Viewed(matrix, lambda _, place: (place[1], place[0]), lengths, replace(matrix.fact, shape=matrix.fact.shape[::-1]))


def lies_by_columns(low: Lowering, matrix: Value) -> bool:
    """Whether the first index of a matrix is the last one of an array in memory."""
    row, column = low.builder.fresh("", facts.INT), low.builder.fresh("", facts.INT)
    with low.builder.block():
        at = in_memory(low.builder, matrix, (row, column))
    return bool(at) and at[-1] == row


def sum_to(low: Lowering, fact: facts.Num, g: ir.Atom, shape: ir.Atom) -> Value | ir.Atom:
    """The adjoint of broadcasting: what was repeated is added up, by the facts where they tell, else by the lengths."""
    value = low.value(g)
    have, want = value.fact.shape or (), fact.shape or ()
    lead = len(have) - len(want)
    if lead < 0:
        raise NotLowered("a cotangent with fewer axes than its value is not compiled", low.builder.origin)
    if not want:
        return folded(low, value, adding(fact), number(fact, 0))
    unsure = [k for k, (w, h) in enumerate(zip(want, have[lead:], strict=True)) if not (w == h or w.is_one or w.never_one)]
    repeated = lead > 0 or any(w.is_one and not h.is_one for w, h in zip(want, have, strict=True))
    if not unsure and not repeated:
        return value
    own = items(low, shape, len(want))
    unsure = [k for k in unsure if own[k] != length(value, low.builder, lead + k)]
    if not unsure and not repeated:
        return value
    if repeated:
        return gathered(low, value, own, fact)
    return where_repeated(low, value, own, unsure, fact)


def like(low: Lowering, fact: facts.Num, g: ir.Atom, x: ir.Atom) -> Value | ir.Atom | None:
    """A cotangent in the shape of its primal, whose dtype it has."""
    value, primal = low.value(g), low.peek(x)
    if value.fact.dtype != primal.fact.dtype or value.fact.dtype is None or value.fact.dtype.kind != "f":
        return None
    shape = ir.Pack(tuple, lengths_of(primal, low.builder))
    return sum_to(low, replace(value.fact, shape=primal.fact.shape), g, shape)


def where_repeated(low: Lowering, value: Value, own: tuple[ir.Atom, ...], unsure: list[int], fact: facts.Num) -> Stored:
    """The array itself where no length says otherwise, else its entries added up."""
    array = value if isinstance(value, Stored) else low.written(value)
    lengths = lengths_of(array, low.builder)
    test: ir.Atom | None = None
    for k in unsure:
        equal = low.builder.apply(operator.eq, own[k], lengths[k])
        test = equal if test is None else low.builder.apply(both, test, equal)
    with low.builder.block() as statements:
        summed = low.written(gathered(low, array, own, fact))
    result = low.builder.fresh(low.builder.hint(array.atom), fact)
    arms = ir.Block((), (array.atom,)), ir.Block(tuple(statements), (summed.atom,))
    assert test is not None
    low.builder.emit(ir.If(test, *arms, (result.name,), low.builder.origin))
    return Stored(result, fact)


def gathered(low: Lowering, value: Value, own: tuple[ir.Atom, ...], fact: facts.Num) -> Value:
    """The entries added up where an axis was repeated."""
    builder, have, want = low.builder, value.fact.shape or (), fact.shape or ()
    lead = len(have) - len(want)
    if all(dim.is_one or dim.never_one for dim in want):
        repeated = tuple(k for k, dim in enumerate(have) if k < lead or (want[k - lead].is_one and not dim.is_one))
        found = reduced(low, fact, value, repeated, range(lead, len(have)), adding(fact), number(fact, 0))
        assert not isinstance(found, (ir.Var, ir.Const, ir.Pack))
        return found
    lengths = lengths_of(value, builder)
    last = [ZERO if dim.is_one else builder.apply(operator.sub, length, ONE) for dim, length in zip(want, own, strict=True)]

    def add(place: Place, array: ir.Atom) -> ir.Atom:
        at = tuple(
            end if end == ZERO else place[lead + k] if want[k].never_one else builder.apply(min, place[lead + k], end)
            for k, end in enumerate(last)
        )
        return builder.apply(kernels.index_add, array, packed(at), value.entry(builder, place))

    return Stored(builder.loops(lengths, builder.array(np.zeros, own, fact), add), fact)


REDUCTIONS: dict[Any, Callable[..., Any]] = {
    np.sum: sum_, np.prod: prod, np.mean: mean, np.max: extreme(loops.largest, -np.inf), np.min: extreme(loops.smallest, np.inf),
    kernels.sum_to: sum_to, projection.like: like,
}  # fmt: skip
