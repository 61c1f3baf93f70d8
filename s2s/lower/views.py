"""Views as index arithmetic: where the entry at a place of a view is in the array that it is a view of.

    x[1:-1, k]      place (i,)      =>   x at (i + 1, k)
    np.transpose(x) place (i, j)    =>   x at (j, i)

In: a view function with its arguments, the value it is applied to.  Out: a Viewed, or None where it is not followed: then the
view is made by NumPy as it stands.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.infer.atoms import NoSample, constant_of
from s2s.lower.subscripts import indexed
from s2s.lower.values import ONE, Place, Value, Viewed, later_length, length, minus, rank
from s2s.lower.writing import LoopBuilder


def viewed(
    builder: LoopBuilder,
    function: Any,
    base: Value,
    args: tuple[ir.Atom, ...],
    fact: facts.Num,
    value_of: Callable[[ir.Atom], Value] | None = None,
) -> Value | None:
    """The value that a view function gives; `value_of` says what an array in a subscript stands for."""
    if function is operator.getitem:
        return indexed(builder, base, args[0], fact, value_of)
    try:
        known = [constant_of(arg) for arg in args]
    except NoSample:
        return None
    if function in ORDERS:
        return transposed(base, ORDERS[function](rank(base), *known), function, args, fact)
    if function is np.expand_dims:
        return with_axes(base, {int(axis) % len(fact.shape or ()) for axis in np.atleast_1d(known[0])}, fact)
    if function is np.flip:
        return flipped(base, {axis % rank(base) for axis in np.atleast_1d(known[0])} if known and known[0] is not None else None, fact)
    if function is np.diagonal and rank(base) == 2 and tuple(known[1:]) in ((), (0, 1)):
        return on_diagonal(base, known[0] if known else 0, fact)
    return None


def swapped(axes: int, a: int, b: int) -> tuple[int, ...]:
    order = list(range(axes))
    order[a], order[b] = order[b], order[a]
    return tuple(order)


def reordered(axes: int, order: Any = None) -> tuple[int, ...]:
    return tuple(reversed(range(axes))) if order is None else tuple(axis % axes for axis in order)


def moved(axes: int, source: Any, target: Any) -> tuple[int, ...]:
    pairs = zip(np.atleast_1d(target) % axes, np.atleast_1d(source) % axes, strict=True)
    order = [axis for axis in range(axes) if axis not in np.atleast_1d(source) % axes]
    for to, axis in sorted(pairs):
        order.insert(to, int(axis))
    return tuple(order)


def last_swapped(axes: int) -> tuple[int, ...]:
    return swapped(axes, axes - 2, axes - 1)


ORDERS: dict[Any, Callable[..., tuple[int, ...]]] = {
    np.transpose: reordered, np.swapaxes: swapped, np.moveaxis: moved, np.permute_dims: reordered, np.matrix_transpose: last_swapped,
    np.linalg.matrix_transpose: last_swapped,
}  # fmt: skip
"""Which axis of the base each axis of the view is."""


def transposed(base: Value, order: tuple[int, ...], function: Any, args: tuple[ir.Atom, ...], fact: facts.Num) -> Value:
    """Axes in another order; of axes that are then in their first order, what they are of."""
    if order == tuple(range(len(order))):
        return base
    if isinstance(base, Viewed) and base.order is not None and tuple(base.order[axis] for axis in order) == tuple(range(len(order))):
        return base.base
    back = tuple(order.index(axis) for axis in range(len(order)))
    lengths = tuple(later_length(base, axis) for axis in order)
    return Viewed(base, lambda _, place: tuple(place[k] for k in back), lengths, fact,
                  lambda builder, atom: builder.apply(np.transpose, atom, ir.Const(order)), order=order)  # fmt: skip


def with_axes(base: Value, new: set[int], fact: facts.Num) -> Viewed:
    """More axes of length 1."""
    own = iter([later_length(base, k) for k in range(rank(base))])
    lengths = tuple((lambda _: ONE) if axis in new else next(own) for axis in range(len(fact.shape or ())))
    return Viewed(base, lambda _, place: tuple([at for k, at in enumerate(place) if k not in new]), lengths, fact)


def flipped(base: Value, axes: set[int] | None, fact: facts.Num) -> Viewed:
    def move(builder: LoopBuilder, place: Place) -> Place:
        return tuple(
            at if axes is not None and k not in axes else builder.apply(operator.sub, minus(builder, length(base, builder, k), 1), at)
            for k, at in enumerate(place)
        )

    return Viewed(base, move, tuple(later_length(base, k) for k in range(rank(base))), fact)


def on_diagonal(base: Value, offset: int, fact: facts.Num) -> Viewed:
    """A diagonal, so many columns to the right."""
    first = max(-offset, 0), max(offset, 0)

    def move(builder: LoopBuilder, place: Place) -> Place:
        return tuple([builder.apply(operator.add, place[0], ir.Const(k)) if k else place[0] for k in first])

    def own(builder: LoopBuilder) -> ir.Atom:
        rooms = [minus(builder, length(base, builder, axis), first[axis]) for axis in (0, 1)]
        shorter = builder.apply(min, *rooms)
        return builder.apply(max, shorter, ir.Const(0)) if offset else shorter

    return Viewed(base, move, (own,), fact)
