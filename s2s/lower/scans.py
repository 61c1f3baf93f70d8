"""What is found by going along an axis: running products, running extremes, recurrences.

    np.cumprod(x)              t = 1; for i: t = t * x[i]; y[i] = t
    products_before(x)         t = 1; for i: y[i] = t; t = t * x[i]
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.infer.atoms import NoSample, constant_of
from s2s.lower.making import number, of_dtype
from s2s.lower.picking import flat
from s2s.lower.shapes import reshape
from s2s.lower.values import ONE, ZERO, Place, Stored, Value, Viewed, choice, later_length, lengths_of, packed, rank
from s2s_runtime import kernels

if TYPE_CHECKING:
    from s2s.lower.program import Lowering

NO_AXIS = ir.Const(None)
Put = Callable[[Place, "Place | None", ir.Atom], ir.Atom]
"""What stands at a place, by the place before it, if there is one, and the array so far."""


def along(low: Lowering, fact: facts.Num, axis: ir.Atom, values: list[Value], run: Callable[[list[Value], int], Stored]) -> Value | None:
    """A scan along one axis; along several, or all, of what is laid out so that they are one."""
    try:
        given = constant_of(axis)
    except NoSample:
        return None
    count = rank(values[0])
    if not count:
        return None
    axes = tuple(range(count)) if given is None else tuple(sorted(k % count for k in (given if isinstance(given, tuple) else (given,))))
    if len(axes) == 1:
        return run(values, axes[0])
    if axes != tuple(range(count)):
        return None
    lengths = lengths_of(values[0], low.builder)
    found = run([flat(low, value) for value in values], 0)
    if len(fact.shape or ()) == 1:
        return found
    return reshape(low, fact, low.named(found), ir.Pack(tuple, lengths))


def scanned(low: Lowering, value: Value, axis: int, fact: facts.Num, put: Put) -> Stored:
    """An array filled along an axis: `put` says what stands at a place, by the place before it, or None at the first."""
    builder = low.builder
    own = lengths_of(value, builder)
    whole = facts.Num(fact.dtype, value.fact.shape, weak=False)

    def store(place: Place, array: ir.Atom) -> ir.Atom:
        at = (*place[1 : axis + 1], place[0], *place[axis + 1 :])
        before = (*at[:axis], builder.apply(operator.sub, place[0], ONE), *at[axis + 1 :])
        first = builder.apply(operator.eq, place[0], ZERO)
        entry = choice(builder, first, lambda: put(at, None, array), lambda: put(at, before, array))
        return builder.apply(kernels.index_set, array, packed(at), entry)

    order = (own[axis], *own[:axis], *own[axis + 1 :])
    return Stored(builder.loops(order, builder.array(np.empty, own, whole), store), whole)


def read(low: Lowering, array: ir.Atom, place: Place) -> ir.Atom:
    return low.builder.apply(operator.getitem, array, packed(place))


def running(function: Any) -> Callable[..., Value | None]:
    """Each entry put together with what was found before it."""

    def write(low: Lowering, fact: Any, a: ir.Atom, axis: ir.Atom = NO_AXIS) -> Value | None:
        if fact is None or fact.dtype is None or fact.shape is None:
            return None
        entry_fact = facts.Num(fact.dtype, ())

        def run(values: list[Value], axis: int) -> Stored:
            (value,) = values

            def put(at: Place, before: Place | None, array: ir.Atom) -> ir.Atom:
                entry = of_dtype(low, entry_fact, value.entry(low.builder, at))
                return entry if before is None else low.builder.apply(function, read(low, array, before), entry)

            return scanned(low, value, axis, fact, put)

        return along(low, fact, axis, [low.settled(a)], run)

    return write


def products_before(low: Lowering, fact: Any, a: ir.Atom, axis: ir.Atom) -> Value | None:
    """The product of all entries before each one."""
    if fact is None or fact.dtype is None or fact.shape is None:
        return None

    def run(values: list[Value], axis: int) -> Stored:
        (value,) = values

        def put(at: Place, before: Place | None, array: ir.Atom) -> ir.Atom:
            if before is None:
                return number(fact, 1)
            return low.builder.apply(operator.mul, read(low, array, before), value.entry(low.builder, before))

        return scanned(low, value, axis, fact, put)

    return along(low, fact, axis, [low.settled(a)], run)


def discounted_before(low: Lowering, fact: Any, b: ir.Atom, a: ir.Atom, axis: ir.Atom) -> Value | None:
    """The recurrence t[k + 1] = a[k] t[k] + b[k] from 0."""
    if fact is None or fact.dtype is None or fact.shape is None:
        return None

    def run(values: list[Value], axis: int) -> Stored:
        added, factors = values

        def put(at: Place, before: Place | None, array: ir.Atom) -> ir.Atom:
            if before is None:
                return number(fact, 0)
            product = low.builder.apply(operator.mul, factors.entry(low.builder, before), read(low, array, before))
            return low.builder.apply(operator.add, product, added.entry(low.builder, before))

        return scanned(low, added, axis, fact, put)

    return along(low, fact, axis, [low.settled(b), low.settled(a)], run)


def squeeze(low: Lowering, fact: Any, a: ir.Atom, axis: ir.Atom = NO_AXIS) -> Value | ir.Atom | None:
    """Without axes of length 1."""
    value, shape = low.value(a), low.peek(a).fact.shape or ()
    if fact.shape is None or not isinstance(axis, ir.Const) or not shape:
        return None
    given = [k for k, dim in enumerate(shape) if dim.is_one] if axis == NO_AXIS else [k % len(shape) for k in np.atleast_1d(axis.value)]
    if len(shape) - len(given) != len(fact.shape) or not all(shape[k].is_one for k in given):
        return None
    rest = [k for k in range(len(shape)) if k not in given]

    def move(_: Any, place: Place) -> Place:
        at = dict(zip(rest, place, strict=True))
        return tuple([at.get(k, ZERO) for k in range(len(shape))])

    own = facts.Num(value.fact.dtype, tuple(shape[k] for k in rest), weak=False)
    found = Viewed(value, move, tuple(later_length(value, k) for k in rest), own)
    return found if rest else found.entry(low.builder, ())


def same(low: Lowering, fact: facts.Num, a: ir.Atom, *_: ir.Atom) -> Value | None:
    """An array as it is: how it lies in memory is nobody's business here."""
    if not low.is_array(a) or not isinstance(fact, facts.Num):
        return None
    value = low.value(a)
    return value if value.fact.dtype == fact.dtype and rank(value) == len(fact.shape or ()) else None


SCANS: dict[Any, Callable[..., Any]] = {
    np.cumsum: running(operator.add), np.cumprod: running(operator.mul), kernels.products_before: products_before,
    kernels.discounted_before: discounted_before, kernels.running_max: running(np.maximum), kernels.running_min: running(np.minimum),
    np.squeeze: squeeze, np.asarray: same, np.asanyarray: same, np.ascontiguousarray: same, np.asfortranarray: same,
}  # fmt: skip
