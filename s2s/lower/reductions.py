"""Reductions as loops: into a number, or into an array over the axes that stay."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.lower.making import number
from s2s.lower.refusing import NotLowered
from s2s.lower.shapes import items
from s2s.lower.values import ONE, ZERO, Place, Stored, Value, lengths_of, packed, rank
from s2s.primitives import both
from s2s_runtime import kernels, projection

if TYPE_CHECKING:
    from s2s.lower.program import Lowering

NO_AXIS, NO, TWO = ir.Const(None), ir.Const(False), ir.Const(2)


def folded(low: Lowering, value: Value, function: Any, start: ir.Atom) -> ir.Atom:
    """All entries put together."""
    builder = low.builder
    return builder.loops(
        lengths_of(value, builder), start, lambda place, so_far: builder.apply(function, so_far, value.entry(builder, place))
    )


def reduced_axes(low: Lowering, value: Value, axis: ir.Atom) -> tuple[int, ...]:
    if not isinstance(axis, ir.Const):
        raise NotLowered("an axis that is known at run time only is not compiled", low.builder.origin)
    if axis.value is None:
        return tuple(range(rank(value)))
    return tuple(int(k) % rank(value) for k in np.atleast_1d(axis.value))


def sum_(low: Lowering, fact: facts.Num, x: ir.Atom, axis: ir.Atom = NO_AXIS, *, keepdims: ir.Atom = NO) -> Value | ir.Atom:
    return summed(low, fact, low.value(x), axis, keepdims)


def summed(low: Lowering, fact: facts.Num, value: Value, axis: ir.Atom, keepdims: ir.Atom = NO) -> Stored | ir.Atom:
    """The sum of a value over some axes."""
    axes = reduced_axes(low, value, axis)
    zero = number(fact, 0)
    if not fact.shape:
        return folded(low, value, operator.add, zero)
    lengths = lengths_of(value, low.builder)
    kept = [k for k in range(rank(value)) if k not in axes]
    keeps = keepdims == ir.Const(True)
    own = tuple(ir.Const(1) if k in axes else lengths[k] for k in range(rank(value)) if keeps or k in kept)
    start = low.builder.array(np.zeros, own, fact)

    def add(place: Place, array: ir.Atom) -> ir.Atom:
        at = tuple(ZERO if k in axes else place[k] for k in range(rank(value)) if keeps or k in kept)
        return low.builder.apply(kernels.index_add, array, packed(at), value.entry(low.builder, place))

    return Stored(low.builder.loops(lengths, start, add), fact)


def prod(low: Lowering, fact: facts.Num, x: ir.Atom, axis: ir.Atom = NO_AXIS, *, keepdims: ir.Atom = NO) -> Value | ir.Atom:
    value, one = low.value(x), number(fact, 1)
    if not fact.shape:
        return folded(low, value, operator.mul, one)
    axes = reduced_axes(low, value, axis)
    lengths = lengths_of(value, low.builder)
    stays = [k for k in range(rank(value)) if keepdims == ir.Const(True) or k not in axes]
    start = low.builder.array(np.ones, tuple(ir.Const(1) if k in axes else lengths[k] for k in stays), fact)

    def put(place: Place, array: ir.Atom) -> ir.Atom:
        at = packed(tuple(ZERO if k in axes else place[k] for k in stays))
        so_far = low.builder.apply(operator.getitem, array, at)
        return low.builder.apply(kernels.index_set, array, at, low.builder.apply(operator.mul, so_far, value.entry(low.builder, place)))

    return Stored(low.builder.loops(lengths, start, put), fact)


def mean(low: Lowering, fact: facts.Num, x: ir.Atom, axis: ir.Atom = NO_AXIS, *, keepdims: ir.Atom = NO) -> Value | ir.Atom:
    """The sum over the number of entries."""
    value = low.peek(x)
    axes = reduced_axes(low, value, axis)
    count: ir.Atom = ir.Const(1)
    for k in axes:
        count = low.builder.apply(operator.mul, count, lengths_of(value, low.builder)[k])
    total = sum_(low, fact, x, axis, keepdims=keepdims)
    if isinstance(total, Stored):
        from s2s.lower.values import Mapped

        return Mapped(operator.truediv, (total, Stored(count, facts.INT)), fact)
    return low.builder.apply(operator.truediv, total, count)  # type: ignore[arg-type]


def extreme(function: Any, worst: float) -> Callable[..., Any]:
    """The largest or the smallest entry: NaN where there is one."""

    def reduce(low: Lowering, fact: facts.Num, x: ir.Atom, axis: ir.Atom = NO_AXIS, *, keepdims: ir.Atom = NO) -> Value | ir.Atom:
        value = low.value(x)
        axes = reduced_axes(low, value, axis)
        if fact.dtype is None or fact.dtype.kind not in "fiu":
            raise NotLowered("the largest of these is not compiled", low.builder.origin)
        start = start_of(fact, worst)
        if not fact.shape:
            return folded(low, value, function, start)
        lengths = lengths_of(value, low.builder)
        keeps = keepdims == ir.Const(True)
        stays = [k for k in range(rank(value)) if keeps or k not in axes]
        own = tuple(ir.Const(1) if k in axes else lengths[k] for k in stays)
        empty = low.builder.array(np.empty, own, fact)
        filled = low.builder.filled(own, empty, lambda place: start)

        def put(place: Place, array: ir.Atom) -> ir.Atom:
            at = packed(tuple(ZERO if k in axes else place[k] for k in stays))
            so_far = low.builder.apply(operator.getitem, array, at)
            found = low.builder.apply(function, so_far, value.entry(low.builder, place))
            return low.builder.apply(kernels.index_set, array, at, found)

        return Stored(low.builder.loops(lengths, filled, put), fact)

    return reduce


def start_of(fact: facts.Num, worst: float) -> ir.Const:
    """A value of a dtype that every other one beats."""
    assert fact.dtype is not None
    if fact.dtype.kind == "f":
        return number(fact, worst)
    limits = np.iinfo(fact.dtype)
    return ir.Const(int(limits.max if worst > 0 else limits.min))


def dot(low: Lowering, fact: facts.Num, a: ir.Atom, b: ir.Atom) -> ir.Atom | None:
    """A product of two vectors; of matrices, BLAS."""
    if not low.is_array(a) or not low.is_array(b) or fact.shape:
        return None
    first, second = low.value(a), low.value(b)
    builder = low.builder
    lengths = lengths_of(first, builder)
    return builder.loops(
        lengths, number(fact, 0), lambda place, total: builder.apply(
            operator.add, total, builder.apply(operator.mul, first.entry(builder, place), second.entry(builder, place)))
    )  # fmt: skip


def tensordot(low: Lowering, fact: facts.Num, a: ir.Atom, b: ir.Atom, axes: ir.Atom = TWO) -> ir.Atom | None:
    """Of two vectors; of others by BLAS."""
    return dot(low, fact, a, b) if axes == ONE else None


def matmul(low: Lowering, fact: facts.Num, a: ir.Atom, b: ir.Atom) -> ir.Atom | None:
    """A product of vectors as a loop, of matrices by the operator."""
    found = dot(low, fact, a, b)
    return low.builder.apply(operator.matmul, low.atom(a), low.atom(b)) if found is None else found


def sum_to(low: Lowering, fact: facts.Num, g: ir.Atom, shape: ir.Atom) -> Value | ir.Atom:
    """The adjoint of broadcasting: what was repeated is added up, by the facts where they tell, else by the lengths."""
    value = low.value(g)
    have, want = value.fact.shape or (), fact.shape or ()
    lead = len(have) - len(want)
    if lead < 0:
        raise NotLowered("a cotangent with fewer axes than its value is not compiled", low.builder.origin)
    if not want:
        return folded(low, value, operator.add, number(value.fact, 0))
    unsure = [k for k, (w, h) in enumerate(zip(want, have[lead:], strict=True)) if not (w == h or w.is_one or w.never_one)]
    repeated = lead > 0 or any(w.is_one and not h.is_one for w, h in zip(want, have, strict=True))
    if not unsure and not repeated:
        return value
    own = items(low, shape, len(want))
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
        summed = gathered(low, array, own, fact)
    result = low.builder.fresh(low.builder.hint(array.atom), fact)
    arms = ir.Block((), (array.atom,)), ir.Block(tuple(statements), (summed.atom,))
    assert test is not None
    low.builder.emit(ir.If(test, *arms, (result.name,), low.builder.origin))
    return Stored(result, fact)


def gathered(low: Lowering, value: Value, own: tuple[ir.Atom, ...], fact: facts.Num) -> Stored:
    """The entries added up where an axis was repeated."""
    builder = low.builder
    lengths = lengths_of(value, builder)
    lead = len(lengths) - len(own)
    sure = [dim.is_one or dim.never_one for dim in fact.shape or ()]
    ends = zip(fact.shape or (), own, strict=True)
    last = [ZERO if dim.is_one else builder.apply(operator.sub, length, ONE) for dim, length in ends]

    def add(place: Place, array: ir.Atom) -> ir.Atom:
        at = tuple(
            end if end == ZERO else place[lead + k] if sure[k] else builder.apply(min, place[lead + k], end)
            for k, end in enumerate(last)
        )
        return builder.apply(kernels.index_add, array, packed(at), value.entry(builder, place))

    return Stored(builder.loops(lengths, builder.array(np.zeros, own, fact), add), fact)


REDUCTIONS: dict[Any, Callable[..., Any]] = {
    np.sum: sum_, np.prod: prod, np.mean: mean, np.max: extreme(np.maximum, -np.inf), np.min: extreme(np.minimum, np.inf),
    kernels.sum_to: sum_to, np.dot: dot, operator.matmul: dot, np.tensordot: tensordot, projection.like: like, np.matmul: matmul,
}  # fmt: skip
