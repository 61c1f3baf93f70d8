"""Arrays whose entries are found by their places: parts of matrices, products, differences, rolled axes."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.lower.dtypes import entry_product
from s2s.lower.joining import with_axis
from s2s.lower.making import number
from s2s.lower.picking import flat
from s2s.lower.shapes import items
from s2s.lower.subscripts import places
from s2s.lower.values import (
    ONE,
    ZERO,
    Computed,
    Mapped,
    Place,
    Stored,
    Value,
    choice,
    fixed,
    later_length,
    length,
    minus,
    rank,
    repeated,
)
from s2s.lower.views import viewed
from s2s.lower.writing import LoopBuilder
from s2s_runtime import kernels, loops

if TYPE_CHECKING:
    from s2s.lower.program import Lowering


NO_AXIS, LAST = ir.Const(None), ir.Const(-1)


def outer(low: Lowering, fact: facts.Num, a: ir.Atom, b: ir.Atom) -> Value:
    """`a[i] * b[j]`."""
    first, second = (low.settled(x) if rank(low.peek(x)) == 1 else flat(low, low.settled(x)) for x in (a, b))

    def entry(builder: LoopBuilder, place: Place) -> ir.Atom:
        return entry_product(builder, fact, first.entry(builder, place[:1]), second.entry(builder, place[1:]))

    return Computed(entry, (later_length(first, 0), later_length(second, 0)), fact, (first, second))


def triangle(keeps: Any) -> Callable[..., Any]:
    """The part of a matrix on one side of a diagonal; zeros elsewhere."""

    def part(low: Lowering, fact: facts.Num, m: ir.Atom, k: ir.Atom = ZERO) -> Value:
        value, shift = low.value(m), low.atom(k)

        def entry(builder: LoopBuilder, place: Place) -> ir.Atom:
            *_, i, j = place
            inside = builder.apply(keeps, builder.apply(operator.sub, j, i), shift)
            own = place if rank(value) > 1 else place[-1:]
            return choice(builder, inside, lambda: value.entry(builder, own), lambda: number(fact, 0))

        return Computed(entry, lengths(value) * (1 if rank(value) > 1 else 2), fact, (value,))

    return part


def lengths(value: Value) -> tuple[Callable[[LoopBuilder], ir.Atom], ...]:
    return tuple(later_length(value, axis) for axis in range(rank(value)))


def diff(low: Lowering, fact: facts.Num, a: ir.Atom, n: ir.Atom = ONE, axis: ir.Atom = ir.Const(-1)) -> Value | None:  # noqa: B008
    """`a[1:] - a[:-1]`."""
    value = low.value(a)
    if n != ONE or not isinstance(axis, ir.Const):
        return None
    along = axis.value % rank(value)

    def entry(builder: LoopBuilder, place: Place) -> ir.Atom:
        after = (*place[:along], builder.apply(operator.add, place[along], ONE), *place[along + 1 :])
        return builder.apply(operator.sub, value.entry(builder, after), value.entry(builder, place))

    own = list(lengths(value))
    own[along] = lambda builder: builder.apply(max, minus(builder, length(value, builder, along), 1), ZERO)
    return Computed(entry, tuple(own), fact, (value,))


def roll(low: Lowering, fact: facts.Num, a: ir.Atom, shift: ir.Atom, axis: ir.Atom = NO_AXIS) -> Value | None:
    """`a[(i - shift) % n]`."""
    value, by = low.value(a), low.atom(shift)
    if not isinstance(axis, ir.Const) or isinstance(axis.value, tuple) or (axis.value is None and rank(value) != 1):
        return None
    along = (axis.value or 0) % rank(value)

    def entry(builder: LoopBuilder, place: Place) -> ir.Atom:
        known = isinstance(by, ir.Const) and type(by.value) is int
        moved = builder.shifted(place[along], -by.value) if known else builder.apply(operator.sub, place[along], by)  # type: ignore[union-attr]
        at = builder.apply(operator.mod, moved, length(value, builder, along))
        return value.entry(builder, (*place[:along], at, *place[along + 1 :]))

    return Computed(entry, lengths(value), fact, (value,))


def astype(low: Lowering, fact: facts.Num, x: ir.Atom, dtype: ir.Atom) -> Value | ir.Atom | None:
    """Entries of another dtype."""
    if not isinstance(dtype, ir.Const) or fact.dtype is None or fact.shape is None:
        return None
    if not fact.shape:
        return low.builder.apply(fact.dtype.type, low.value(x).entry(low.builder, ()))
    return Mapped(fact.dtype.type, (low.value(x),), fact)


def take_along(low: Lowering, fact: facts.Num, a: ir.Atom, indices: ir.Atom, axis: ir.Atom = LAST) -> Value | None:
    """`a[..., indices[...], ...]`, along one axis."""
    value, places = low.value(a), low.value(indices)
    if not isinstance(axis, ir.Const) or axis.value is None or rank(value) != rank(places):
        return None
    along = axis.value % rank(value)
    dim = (value.fact.shape or ())[along]
    rest = [k for k in range(rank(value)) if k != along]
    if any((own.fact.shape or ())[k].is_one for k in rest for own in (value, places)):
        return None
    for k in rest:
        low.builder.agree(length(value, low.builder, k), length(places, low.builder, k))

    def entry(builder: LoopBuilder, place: Place) -> ir.Atom:
        at = builder.place_on(places.entry(builder, place), dim, later_length(value, along))
        return value.entry(builder, (*place[:along], at, *place[along + 1 :]))

    return Computed(entry, lengths(places), fact, (value, places))


def on_diagonal(low: Lowering, fact: facts.Type, g: ir.Atom, own: tuple[ir.Atom, ...], k: int = 0) -> Value | None:
    """A vector on the k-th diagonal of a matrix of zeros."""
    value = low.value(g)
    if not isinstance(fact, facts.Num) or len(fact.shape or ()) != 2 or rank(value) != 1:
        return None

    def at(builder: LoopBuilder, i: ir.Atom) -> ir.Atom:
        return repeated(value, builder, 0, i, (fact.shape or ())[0])

    def entry(builder: LoopBuilder, place: Place) -> ir.Atom:
        i, j = place
        there = builder.apply(operator.eq, builder.apply(operator.add, i, ir.Const(k)), j)
        return choice(builder, there, lambda: value.entry(builder, (at(builder, i if k >= 0 else j),)), lambda: zero)

    zero = number(fact, 0)

    return Computed(entry, fixed(own), fact, (value,))


def diag(low: Lowering, fact: facts.Num, v: ir.Atom, k: ir.Atom = ZERO) -> Value | None:
    """The diagonal of a matrix, or a matrix with this one."""
    value = low.value(v)
    if not isinstance(k, ir.Const):
        return None
    if rank(value) == 2:
        return viewed(low.builder, np.diagonal, value, (k,), fact)
    one = low.builder.apply(operator.add, length(value, low.builder, 0), ir.Const(abs(k.value)))
    return on_diagonal(low, fact, v, (one, one), k.value)


def diff_adjoint(low: Lowering, fact: facts.Num, g: ir.Atom, shape: ir.Atom, n: ir.Atom, axis: ir.Atom) -> Value | None:
    """`g[i - 1] - g[i]`, where these are."""
    value = low.value(g)
    if n != ONE or not isinstance(axis, ir.Const):
        return None
    along = axis.value % rank(value)
    own = items(low, shape, rank(value))

    def entry(builder: LoopBuilder, place: Place) -> ir.Atom:
        at = place[along]
        before = (*place[:along], builder.apply(operator.sub, at, ONE), *place[along + 1 :])
        zero = number(fact, 0)
        first = choice(builder, builder.apply(operator.gt, at, ZERO), lambda: value.entry(builder, before), lambda: zero)
        inside = builder.apply(operator.lt, at, builder.apply(operator.sub, own[along], ONE))
        return builder.apply(operator.sub, first, choice(builder, inside, lambda: value.entry(builder, place), lambda: zero))

    return Computed(entry, fixed(own), fact, (value,))


def true_places(low: Lowering, fact: facts.Type, condition: ir.Atom) -> tuple[Value, ...] | None:
    """`np.where` of a condition alone: the places where it is true, axis by axis."""
    mask = low.value(condition)
    if mask.fact.dtype != np.bool_:
        return None
    arrays = places(low.builder, mask, low.atom(condition))
    return tuple([Stored(array, low.builder.type_of(array)) for array in arrays])  # type: ignore[arg-type]


def open_mesh(low: Lowering, fact: facts.Type, *parts: ir.Atom) -> tuple[Value, ...] | None:
    """`np.ix_` of vectors of integers: each along an axis of its own."""
    values = [low.value(part) for part in parts]
    if any(rank(value) != 1 or value.fact.dtype is None or value.fact.dtype.kind != "i" for value in values):
        return None
    found: list[Value] = []
    for k, value in enumerate(values):
        for axis in range(len(values)):
            value = value if axis == k else with_axis(value, axis)
        found.append(value)
    return tuple(found)


def inverse_gaps(low: Lowering, fact: facts.Num, w: ir.Atom) -> Value | None:
    """1 / (w_j - w_i), and 0 where the two are equal up to rounding."""
    value = low.settled(w)
    if rank(value) != 1 or fact.dtype is None or fact.dtype.kind != "f":
        return None
    builder, count = low.builder, length(value, low.builder, 0)

    def larger(at: Place, top: ir.Atom) -> ir.Atom:
        return builder.apply(loops.largest, top, builder.apply(np.abs, value.entry(builder, at)))

    largest = builder.loops((count,), number(fact, 0.0), larger)
    rounding = number(fact, float(np.finfo(fact.dtype).eps))
    least = builder.apply(operator.mul, builder.apply(operator.mul, count, rounding), largest)

    def entry(builder: LoopBuilder, place: Place) -> ir.Atom:
        gap = builder.apply(operator.sub, value.entry(builder, place[1:]), value.entry(builder, place[:1]))
        equal = builder.apply(operator.le, builder.apply(np.abs, gap), least)
        return choice(builder, equal, lambda: number(fact, 0.0), lambda: builder.apply(operator.truediv, number(fact, 1.0), gap))

    return Computed(entry, fixed((count, count)), fact, (value,))


COMPUTED: dict[Any, Callable[..., Any]] = {
    np.outer: outer, np.linalg.outer: outer, np.tril: triangle(operator.le), np.triu: triangle(operator.ge), np.diff: diff, np.roll: roll,
    kernels.astype: astype, np.diag: diag,
    kernels.diff_adjoint: diff_adjoint, np.take_along_axis: take_along, np.where: true_places, np.ix_: open_mesh,
    kernels.inverse_gaps: inverse_gaps,
}  # fmt: skip
