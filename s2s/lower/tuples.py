"""Several values together, and the cotangents of functions that give several: item by item, never in memory.

    t = zeros_like(t)                   t_0, t_1 = zeros, zeros
    t = add_item(t, 1, g)        =>     t_1 = t_1 + g
    a_bar = adjoint(t[0], t[1])         a_bar = adjoint(t_0, t_1)
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.lower.joining import parts_of, with_axis
from s2s.lower.making import filled, number
from s2s.lower.reductions import sum_to
from s2s.lower.refusing import NotLowered
from s2s.lower.storing import STORING
from s2s.lower.subscripts import places
from s2s.lower.values import Computed, Stored, Value, fixed, length, lengths_of, mapped, rank, spelled, spread
from s2s_runtime import containers, kernels, tree

if TYPE_CHECKING:
    from s2s.lower.program import Lowering

Values = tuple[Any, ...]
NO_PATH, XY = ir.Const(()), ir.Const("xy")


def items_of(low: Lowering, atom: ir.Atom) -> Values | None:
    """The items of a tuple, or of a list that is not in memory; None where they are not numbers or arrays."""
    if isinstance(atom, ir.Var) and atom.name in low.several:
        return low.several[atom.name]
    pack = low.atoms.get(atom.name, atom) if isinstance(atom, ir.Var) else atom
    parts = parts_of(low, pack)
    if parts is not None:
        return tuple([low.value(part) for part in parts])
    fact = low.builder.type_of(pack)
    if not isinstance(fact, facts.Record) or not isinstance(pack, ir.Var):
        return None
    found = []
    for k, item in enumerate(fact.items):
        if not isinstance(item, facts.Num) or item.shape is None or item.dtype is None:
            return None
        own = low.builder.apply(operator.getitem, pack, ir.Const(k))
        assert isinstance(own, ir.Var)
        low.builder.types[own.name] = low.builder.lengths.inside(item)
        low.builder.note_lengths(own.name)
        found.append(Stored(own, low.builder.types[own.name]))  # type: ignore[arg-type]
    return tuple(found)


def zeros(low: Lowering, value: Value | Values) -> Any:
    """Zeros for each of several values."""
    if isinstance(value, tuple):
        return tuple([zeros(low, item) for item in value])
    fact = value.fact
    if not fact.shape:
        return Stored(number(fact, 0), fact)
    return filled(fact, lengths_of(value, low.builder), number(fact, 0), np.zeros)


def zeros_like(low: Lowering, fact: facts.Type, x: ir.Atom) -> Any:
    if isinstance(fact, facts.Num):
        value = low.peek(x)
        return number(fact, 0) if not fact.shape else zeros(low, value)
    own = items_of(low, x)
    if own is None and isinstance(fact, facts.Listing):
        raise NotLowered("zeros for a list whose length is known at run time are not compiled", low.builder.origin)
    return None if own is None else zeros(low, own)


def add_item(
    low: Lowering, fact: facts.Type, xs: ir.Atom, key: ir.Atom, value: ir.Atom, path: ir.Atom = NO_PATH
) -> Values | Value | None:
    """Several values, to one of which something is added; an array of which entries are."""
    if low.is_array(xs) and path == NO_PATH:
        found: Value = STORING[kernels.index_add](low, fact, xs, key, value)
        return found
    own = items_of(low, xs) if not low.is_array(xs) else None
    if own is None or path != NO_PATH:
        return None
    if not isinstance(key, ir.Const):
        return added_somewhere(low, own, key, value)
    if type(key.value) is not int:
        return None
    at = key.value % len(own)
    if isinstance(own[at], tuple):
        return None
    return (*own[:at], added(low, own[at], low.value(value)), *own[at + 1 :])


def added_somewhere(low: Lowering, own: Values, key: ir.Atom, value: ir.Atom) -> Value | None:
    """Numbers, to one of which something is added: which one is known when the program runs, so they become an array."""
    kinds = {None if isinstance(item, tuple) or rank(item) else item.fact.dtype for item in own}
    if len(kinds) != 1 or None in kinds:
        return None
    fact = facts.Num(kinds.pop(), (facts.as_dim(len(own)),))
    lengths: tuple[ir.Atom, ...] = (ir.Const(len(own)),)
    entries = [item.entry(low.builder, ()) for item in own]
    array = spelled(lengths, fact, lambda place: entries[place[0].value]).in_memory(low.builder)  # type: ignore[union-attr]
    found: Value = STORING[kernels.index_add](low, fact, array, key, value)
    return found


def added(low: Lowering, one: Value, other: Value) -> Value:
    fact = one.fact
    found = mapped(low.builder, operator.add, (one, other), fact)
    return found if fact.shape else Stored(found.entry(low.builder, ()), fact)


def mesh(low: Lowering, fact: facts.Type, *parts: ir.Atom, indexing: ir.Atom = XY) -> Values | None:
    """`np.meshgrid`: each vector along an axis of its own, and repeated along the others."""
    values = [low.settled(part) for part in parts]
    if any(rank(value) != 1 for value in values) or not isinstance(indexing, ir.Const) or len(values) < 2:
        return None
    order = list(range(len(values)))
    if indexing == XY:
        order[:2] = [1, 0]
    lengths = tuple(length(values[k], low.builder, 0) for k in order)
    shape = tuple((values[k].fact.shape or ())[0] for k in order)
    return tuple([along(value, order.index(k), lengths, shape) for k, value in enumerate(values)])


def along(value: Value, axis: int, lengths: tuple[ir.Atom, ...], shape: facts.Shape) -> Value:
    """A vector along an axis of an array."""
    for k in range(len(lengths)):
        value = value if k == axis else with_axis(value, k)
    fact = facts.Num(value.fact.dtype, shape)
    return Computed(lambda builder, place: spread(value, builder, place, shape), fixed(lengths), fact, (value,))


def mesh_adjoint(low: Lowering, fact: facts.Type, grids: ir.Atom, parts: ir.Atom, indexing: ir.Atom) -> Values | None:
    """What each vector of a mesh was, from a cotangent for each grid: the sum over the other axes."""
    own, shapes = items_of(low, grids), items_of_shapes(low, parts)
    if own is None or shapes is None or len(own) != len(shapes) or len(own) < 2 or any(len(shape) != 1 for shape in shapes):
        return None
    order = list(range(len(own)))
    if indexing == XY:
        order[:2] = [1, 0]
    found = []
    for k, (grid, shape) in enumerate(zip(own, shapes, strict=True)):
        axis = order.index(k)
        kept = tuple((grid.fact.shape or ())[j] if j == axis else facts.as_dim(1) for j in range(len(order)))
        lengths = tuple(shape[0] if j == axis else ir.Const(1) for j in range(len(order)))
        whole = sum_to(low, facts.Num(grid.fact.dtype, kept), low.named(grid), ir.Pack(tuple, lengths))
        found.append(only(whole, axis, shape[0]))
    return tuple(found)


def only(value: Any, axis: int, own: ir.Atom) -> Value:
    """An array whose other axes are of length 1, as a vector."""
    shape = (value.fact.shape or ())[axis]
    count = rank(value)

    def entry(builder: Any, place: tuple[ir.Atom, ...]) -> ir.Atom:
        at = tuple(place[0] if k == axis else ir.Const(0) for k in range(count))
        found: ir.Atom = value.entry(builder, at)
        return found

    return Computed(entry, fixed((own,)), facts.Num(value.fact.dtype, (shape,)), (value,))


def items_of_shapes(low: Lowering, parts: ir.Atom) -> list[tuple[ir.Atom, ...]] | None:
    """The lengths in a list of shapes that is written out."""
    atom = low.atoms.get(parts.name, parts) if isinstance(parts, ir.Var) else parts
    if not isinstance(atom, ir.Pack) or not all(isinstance(item, ir.Pack) for item in atom.items):
        return None
    return [tuple([low.atom(part) for part in item.items]) for item in atom.items]  # type: ignore[union-attr]


def nonzero(low: Lowering, fact: facts.Type | None, a: ir.Atom) -> Values:
    """Where an array is not 0: one array of indices per axis."""
    value = low.value(a)
    if not rank(value) or value.fact.dtype is None:
        raise NotLowered("where a number is not 0 is not compiled", low.builder.origin)
    flags = facts.Num(np.dtype(bool), value.fact.shape)
    mask = value if value.fact.dtype.kind == "b" else mapped(low.builder, operator.ne, (value, low.value(ir.Const(0))), flags)
    return tuple([Stored(at, low.builder.types[at.name]) for at in places(low.builder, mask, a)])  # type: ignore[union-attr, arg-type]


TUPLES: dict[Any, Callable[..., Any]] = {
    tree.zeros_like: zeros_like, containers.add_item: add_item, np.meshgrid: mesh, kernels.mesh_adjoint: mesh_adjoint,
    np.nonzero: nonzero,
}  # fmt: skip
