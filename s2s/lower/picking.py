"""Arrays whose entries stand elsewhere in another one: repeated, taken by numbers, padded with what is there; and what adds them back.

    np.tile(x, 3)        entry (i,)      x[i % n]
    np.repeat(x, 2)      entry (i,)      x[i // 2]
    scatter_add(g, p)    result[p[i]] += g[i]
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.infer.atoms import NoSample, constant_of
from s2s.lower.joining import with_axis
from s2s.lower.making import of_dtype
from s2s.lower.shapes import items, ravel, reshape
from s2s.lower.storing import number_of
from s2s.lower.subscripts import indexed
from s2s.lower.values import (
    ONE,
    ZERO,
    Computed,
    Place,
    Stored,
    Value,
    Viewed,
    choice,
    fixed,
    later_length,
    length,
    lengths_of,
    rank,
)
from s2s_runtime import kernels

if TYPE_CHECKING:
    from s2s.lower.program import Lowering
    from s2s.lower.writing import LoopBuilder

Step = Callable[["LoopBuilder", ir.Atom], ir.Atom]
NO_AXIS, ALL, RAISES, CONSTANT = ir.Const(None), ir.Const(slice(None)), ir.Const("raise"), ir.Const("constant")


def is_array(fact: facts.Type | None) -> bool:
    """Whether it is known that something is an array, of which dtype, and how many axes it has."""
    return isinstance(fact, facts.Num) and bool(fact.shape) and fact.dtype is not None


def known(atom: ir.Atom) -> Any:
    """What an atom is, if that is known; else None."""
    try:
        return constant_of(atom)
    except NoSample:
        return None


def from_axes(value: Value, steps: list[Step | None], lengths: list[ir.Atom], dtype: Any) -> Viewed:
    """A value read through a function of the place on each axis; axes in front of its own are repetitions of it all."""
    lead = len(lengths) - len(steps)
    dims = [(value.fact.shape or ())[k] if step is None else facts.fresh() for k, step in enumerate(steps)]
    fact = facts.Num(dtype, (*[facts.fresh() for _ in range(lead)], *dims), weak=False)

    def move(builder: LoopBuilder, place: Place) -> Place:
        return tuple([at if step is None else step(builder, at) for step, at in zip(steps, place[lead:], strict=True)])

    return Viewed(value, move, fixed(lengths), fact, repeats=True)


def noted(low: Lowering, value: Viewed) -> Viewed:
    """A value whose lengths can be asked for."""
    for axis, dim in enumerate(value.fact.shape or ()):
        low.builder.note_length(dim, value.own_length(low.builder, axis))
    return value


def tile(low: Lowering, fact: facts.Num, x: ir.Atom, reps: ir.Atom) -> Value | None:
    counts = known(reps)
    if counts is None:
        return None
    counts = (counts,) if isinstance(counts, int) else tuple(counts)
    value, builder = low.settled(x), low.builder
    if not rank(value):
        return None
    counts = (*[1] * (rank(value) - len(counts)), *counts)
    lead, own = counts[: len(counts) - rank(value)], counts[len(counts) - rank(value) :]
    lengths: list[ir.Atom] = [ir.Const(count) for count in lead]
    steps: list[Step | None] = []
    for axis, count in enumerate(own):
        whole = length(value, builder, axis)
        lengths.append(builder.apply(operator.mul, whole, ir.Const(count)))
        steps.append(None if count == 1 else lambda b, at, whole=whole: b.apply(operator.mod, at, whole))  # type: ignore[misc]
    return noted(low, from_axes(value, steps, lengths, value.fact.dtype))


def repeat(low: Lowering, fact: facts.Num, a: ir.Atom, repeats: ir.Atom, axis: ir.Atom = NO_AXIS) -> Value | None:
    count = known(repeats)
    if type(count) is not int or not isinstance(axis, ir.Const) or not low.is_array(a):
        return None
    value = low.settled(a)
    if axis == NO_AXIS and rank(value) > 1:
        value = flat(low, value)
    along = (axis.value or 0) % rank(value)
    lengths = list(lengths_of(value, low.builder))
    lengths[along] = low.builder.apply(operator.mul, lengths[along], ir.Const(count))
    steps: list[Step | None] = [None] * rank(value)
    steps[along] = lambda builder, at: builder.apply(operator.floordiv, at, ir.Const(count))
    return noted(low, from_axes(value, steps, lengths, value.fact.dtype))


def flat(low: Lowering, value: Value) -> Value:
    """A value in C order, as a vector."""
    if not rank(value):
        return with_axis(value, 0)
    dim = facts.as_dim(1)
    for one in value.fact.shape or ():
        dim = dim * one
    found = ravel(low, facts.Num(value.fact.dtype, (dim,), weak=False), low.named(value))
    if isinstance(found, Stored) and isinstance(found.atom, ir.Var):
        low.builder.types[found.atom.name] = found.fact
        low.builder.note_lengths(found.atom.name)
    return found


def take(
    low: Lowering, fact: facts.Num, a: ir.Atom, indices: ir.Atom, axis: ir.Atom = NO_AXIS, *, mode: ir.Atom = RAISES
) -> Value | ir.Atom | None:
    """`np.take`: a subscript along one axis."""
    if mode != RAISES or not isinstance(axis, ir.Const):
        return None
    value = low.settled(a)
    if axis == NO_AXIS and rank(value) > 1:
        value = flat(low, value)
    along = (axis.value or 0) % rank(value)
    index = ir.Pack(tuple, (*[ALL] * along, low.index(indices)))
    found = indexed(low.builder, value, index, fact, low.value)
    return found if found is None or found.fact.shape else found.entry(low.builder, ())


def positions(low: Lowering, fact: facts.Num, shape: ir.Atom) -> Value | ir.Atom:
    """The flat position of each entry."""
    lengths = items(low, shape, len(fact.shape or ()))
    if not lengths:
        return ZERO
    return Computed(lambda builder, place: number_of(builder, place, lengths), fixed(lengths), fact)


def scatter_add(low: Lowering, fact: facts.Num, g: ir.Atom, places: ir.Atom, shape: ir.Atom) -> Value | None:
    """Zeros with each entry added at its flat position."""
    if not is_array(fact):
        return None
    value, at = low.value(g), low.value(places)
    own = items(low, shape, len(fact.shape or ()))
    if not own or rank(value) != rank(at):
        return None
    builder, dim = low.builder, facts.as_dim(1)
    total: ir.Atom = ONE
    for one, axis in zip(own, fact.shape or (), strict=True):
        total, dim = builder.apply(operator.mul, total, one), dim * axis
    whole = facts.Num(fact.dtype, (dim,), weak=False)

    def add(place: Place, array: ir.Atom) -> ir.Atom:
        entry = of_dtype(low, facts.Num(fact.dtype, ()), value.entry(builder, place))
        return builder.apply(kernels.index_add, array, at.entry(builder, place), entry)

    found = Stored(builder.loops(lengths_of(value, builder), builder.array(np.zeros, (total,), whole), add), whole)
    return found if len(own) == 1 else reshape(low, fact, low.named(found), ir.Pack(tuple, own))


# -------------------------------------------------------------------------------------------------------------- padding
def widths(pad_width: ir.Atom, axes: int) -> list[tuple[int, int]] | None:
    """How much is put in front of each axis, and behind it."""
    given = known(pad_width)
    if given is None or isinstance(given, dict):
        return None
    try:
        return [(int(low), int(high)) for low, high in np.broadcast_to(given, (axes, 2))]
    except (TypeError, ValueError):
        return None


def bounced(mode: str, at: ir.Atom, whole: ir.Atom, builder: LoopBuilder) -> ir.Atom:
    """The place on an axis that a place in front of it or behind it is copied from."""
    apply = builder.apply
    last = apply(operator.sub, whole, ONE)
    if mode == "edge":
        return apply(min, apply(max, at, ZERO), last)
    if mode == "wrap":
        return apply(operator.mod, at, whole)
    period = apply(operator.mul, ir.Const(2), last if mode == "reflect" else whole)
    turned = apply(operator.mod, at, apply(max, period, ONE))
    back = apply(operator.sub, period if mode == "reflect" else apply(operator.sub, period, ONE), turned)
    return apply(min, turned, back)


def pad(
    low: Lowering, fact: facts.Num, array: ir.Atom, pad_width: ir.Atom, mode: ir.Atom = CONSTANT, *, constant_values: ir.Atom = ZERO
) -> Value | None:
    """`np.pad` with one constant, or with copies of what is there."""
    value, kind = low.settled(array), known(mode)
    found = widths(pad_width, rank(value))
    if found is None or kind not in kernels.LINEAR_PAD_MODES or not is_array(fact):
        return None
    filler = low.value(constant_values)
    if rank(filler):
        return None
    builder = low.builder
    own = lengths_of(value, builder)
    lengths = [builder.apply(operator.add, one, ir.Const(a + b)) for one, (a, b) in zip(own, found, strict=True)]
    if kind == "constant":
        start = of_dtype(low, facts.Num(fact.dtype, ()), filler.entry(builder, ()))
        return padded(low, fact, value, lengths, start, [a for a, _ in found])

    def back(axis: int) -> Step:
        return lambda b, at: bounced(kind, b.apply(operator.sub, at, ir.Const(found[axis][0])), own[axis], b)

    steps: list[Step | None] = [None if pair == (0, 0) else back(axis) for axis, pair in enumerate(found)]
    return noted(low, from_axes(value, steps, lengths, value.fact.dtype))


def padded(low: Lowering, fact: facts.Num, value: Value, lengths: list[ir.Atom], start: ir.Atom, begins: list[int]) -> Stored:
    """An array of one number with a value stored in the middle of it."""
    builder = low.builder
    dims = tuple([(value.fact.shape or ())[k] if begin == 0 and low.builder.known_length((value.fact.shape or ())[k]) == lengths[k]
                  else facts.fresh() for k, begin in enumerate(begins)])  # fmt: skip
    own = facts.Num(fact.dtype, dims, weak=False)
    for dim, one in zip(dims, lengths, strict=True):
        builder.note_length(dim, one)
    made = builder.filled(tuple(lengths), builder.array(np.empty, tuple(lengths), own), lambda place: start)

    def put(place: Place, array: ir.Atom) -> ir.Atom:
        at = tuple([builder.apply(operator.add, one, ir.Const(begin)) for one, begin in zip(place, begins, strict=True)])
        entry = of_dtype(low, facts.Num(fact.dtype, ()), value.entry(builder, place))
        return builder.apply(kernels.index_set, array, at[0] if len(at) == 1 else ir.Pack(tuple, at), entry)

    return Stored(builder.loops(lengths_of(value, builder), made, put), own)


def pad_adjoint(low: Lowering, fact: facts.Num, g: ir.Atom, shape: ir.Atom, pad_width: ir.Atom, mode: ir.Atom) -> Value | None:
    """What lies in the padding is added to where it was copied from."""
    value, kind = low.value(g), known(mode)
    found = widths(pad_width, rank(value))
    if found is None or kind not in kernels.LINEAR_PAD_MODES or not is_array(fact):
        return None
    own, builder = items(low, shape, rank(value)), low.builder

    def moved(place: Place) -> Place:
        return tuple([builder.apply(operator.add, at, ir.Const(a)) for at, (a, _) in zip(place, found, strict=True)])

    if kind == "constant":
        return Viewed(value, lambda b, place: moved(place), fixed(own), fact)

    def add(place: Place, array: ir.Atom) -> ir.Atom:
        at = tuple([one if pair == (0, 0) else bounced(kind, builder.apply(operator.sub, one, ir.Const(pair[0])), whole, builder)
                    for one, pair, whole in zip(place, found, own, strict=True)])  # fmt: skip
        return builder.apply(kernels.index_add, array, at[0] if len(at) == 1 else ir.Pack(tuple, at), value.entry(builder, place))

    return Stored(builder.loops(lengths_of(value, builder), builder.array(np.zeros, own, fact), add), fact)


# ------------------------------------------------------------------------------------------------------------ diagonals
def diagonal(
    low: Lowering, fact: facts.Num, a: ir.Atom, offset: ir.Atom = ZERO, axis1: ir.Atom = ZERO, axis2: ir.Atom = ONE
) -> Value | None:
    """A diagonal of each matrix that two axes make; it is the last axis."""
    value = low.value(a)
    if not all(isinstance(atom, ir.Const) for atom in (offset, axis1, axis2)) or rank(value) < 2:
        return None
    k, one, two = offset.value, axis1.value % rank(value), axis2.value % rank(value)  # type: ignore[union-attr]
    rest = [axis for axis in range(rank(value)) if axis not in (one, two)]

    def move(builder: LoopBuilder, place: Place) -> Place:
        at = dict(zip(rest, place, strict=False))
        at[one] = builder.apply(operator.add, place[-1], ir.Const(max(-k, 0)))
        at[two] = builder.apply(operator.add, place[-1], ir.Const(max(k, 0)))
        return tuple([at[axis] for axis in range(rank(value))])

    def own(builder: LoopBuilder) -> ir.Atom:
        cuts = (one, max(-k, 0)), (two, max(k, 0))
        rooms = [builder.apply(operator.sub, length(value, builder, axis), ir.Const(cut)) for axis, cut in cuts]
        return builder.apply(max, builder.apply(min, *rooms), ZERO)

    return Viewed(value, move, (*[later_length(value, axis) for axis in rest], own), fact)


def place_diagonal(
    low: Lowering, fact: facts.Num, g: ir.Atom, shape: ir.Atom, offset: ir.Atom, axis1: ir.Atom, axis2: ir.Atom
) -> Value | None:
    """Zeros, with what is given on a diagonal of each matrix that two axes make."""
    if not is_array(fact) or not all(isinstance(atom, ir.Const) for atom in (offset, axis1, axis2)):
        return None
    value, count = low.value(g), len(fact.shape or ())
    own = items(low, shape, count)
    k, one, two = offset.value, axis1.value % count, axis2.value % count  # type: ignore[union-attr]
    rest = [axis for axis in range(count) if axis not in (one, two)]
    zero = of_dtype(low, facts.Num(fact.dtype, ()), ir.Const(0.0))
    last = (value.fact.shape or ())[-1]

    def entry(builder: LoopBuilder, place: Place) -> ir.Atom:
        there = builder.apply(operator.eq, builder.apply(operator.add, place[one], ir.Const(k)), place[two])
        at = ZERO if last.is_one else place[one] if k >= 0 else place[two]
        return choice(builder, there, lambda: value.entry(builder, (*[place[axis] for axis in rest], at)), lambda: zero)

    return Computed(entry, fixed(own), fact, (value,))


def padded_shapes(low: Lowering, first: ir.Atom, second: ir.Atom, ranks: tuple[int, int]) -> tuple[Place, Place]:
    """Two shapes, the one with fewer lengths behind as many of 1."""
    one, two = (items(low, shape, rank) for shape, rank in zip((first, second), ranks, strict=True))
    most = max(len(one), len(two))
    return (ONE,) * (most - len(one)) + tuple(one), (ONE,) * (most - len(two)) + tuple(two)


def count_of(low: Lowering, shape: ir.Atom) -> int | None:
    """How many lengths a shape has."""
    atom = low.atom(shape)
    fact = low.builder.type_of(atom)
    return len(fact.items) if isinstance(fact, facts.Record) else None


def kron_split(low: Lowering, fact: facts.Num, g: ir.Atom, first: ir.Atom, second: ir.Atom) -> Value | None:
    """The blocks of a Kronecker product: the axes of the one factor, then those of the other."""
    ranks = count_of(low, first), count_of(low, second)
    if ranks[0] is None or ranks[1] is None or not is_array(fact):
        return None
    value = low.value(g)
    one, two = padded_shapes(low, first, second, ranks)  # type: ignore[arg-type]
    lead = [len(one) - ranks[0], len(two) - ranks[1]]

    def move(builder: LoopBuilder, place: Place) -> Place:
        rows = (ZERO,) * lead[0] + place[: ranks[0]]
        columns = (ZERO,) * lead[1] + place[ranks[0] :]
        begins = [builder.apply(operator.mul, i, m) for i, m in zip(rows, two, strict=True)]
        return tuple([builder.apply(operator.add, begin, j) for begin, j in zip(begins, columns, strict=True)])

    return Viewed(value, move, fixed((*one[lead[0] :], *two[lead[1] :])), fact)


def kron_join(low: Lowering, fact: facts.Num, blocks: ir.Atom, first: ir.Atom, second: ir.Atom) -> Value | None:
    """Blocks as the one matrix that a Kronecker product is."""
    ranks = count_of(low, first), count_of(low, second)
    if ranks[0] is None or ranks[1] is None or not is_array(fact):
        return None
    value, builder = low.settled(blocks), low.builder
    one, two = padded_shapes(low, first, second, ranks)  # type: ignore[arg-type]
    lead = [len(one) - ranks[0], len(two) - ranks[1]]

    def move(builder: LoopBuilder, place: Place) -> Place:
        rows = [builder.apply(operator.floordiv, at, m) for at, m in zip(place, two, strict=True)]
        columns = [builder.apply(operator.mod, at, m) for at, m in zip(place, two, strict=True)]
        return (*rows[lead[0] :], *columns[lead[1] :])

    lengths = [builder.apply(operator.mul, n, m) for n, m in zip(one, two, strict=True)]
    return Viewed(value, move, fixed(lengths), fact)


def unstack(low: Lowering, fact: facts.Type, g: ir.Atom, parts: ir.Atom, axis: ir.Atom) -> tuple[Value, ...] | None:
    """The slices of what was stacked; all of them if it was one array."""
    atom = low.atom(parts)
    if not isinstance(atom, (ir.Pack, ir.Const)) or not isinstance(axis, ir.Const):
        return None
    shapes = atom.items if isinstance(atom, ir.Pack) else atom.value
    if (atom.kind if isinstance(atom, ir.Pack) else type(atom.value)) is not list:
        return None
    value = low.settled(g)
    along = axis.value % rank(value)
    return tuple([slice_of(value, along, ir.Const(k)) for k in range(len(shapes))])


def slice_of(value: Value, along: int, at: ir.Atom) -> Viewed:
    """A value at one place of an axis."""
    rest = [k for k in range(rank(value)) if k != along]
    fact = facts.Num(value.fact.dtype, tuple((value.fact.shape or ())[k] for k in rest), weak=False)
    return Viewed(value, lambda _, place: (*place[:along], at, *place[along:]), tuple(later_length(value, k) for k in rest), fact)


PICKING: dict[Any, Callable[..., Any]] = {
    np.tile: tile, np.repeat: repeat, np.take: take, kernels.positions: positions, kernels.scatter_add: scatter_add, np.pad: pad,
    kernels.pad_adjoint: pad_adjoint, np.diagonal: diagonal, kernels.place_diagonal: place_diagonal,
    kernels.kron_split: kron_split, kernels.kron_join: kron_join, kernels.unstack: unstack,
}  # fmt: skip
