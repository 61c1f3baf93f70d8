"""Shapes and sizes, of arrays that need not be in memory, and arrays in other shapes."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.lower.choosing import settled_where
from s2s.lower.values import ONE, Computed, Stored, Value, demand_fit, fixed, length, lengths_of, rank, spread
from s2s_runtime import kernels

if TYPE_CHECKING:
    from s2s.lower.program import Lowering


def shape(low: Lowering, fact: facts.Type, x: ir.Atom) -> ir.Atom:
    return ir.Pack(tuple, lengths_of(low.peek(x), low.builder))


def size(low: Lowering, fact: facts.Type, x: ir.Atom) -> ir.Atom:
    total: ir.Atom = ONE
    for one in lengths_of(low.peek(x), low.builder):
        total = low.builder.apply(operator.mul, total, one)
    return total


def first_length(low: Lowering, fact: facts.Type, x: ir.Atom) -> ir.Atom | None:
    value = low.peek(x) if low.is_array(x) else None
    return length(value, low.builder, 0) if value is not None else None


def items(low: Lowering, shape: ir.Atom, count: int) -> tuple[ir.Atom, ...]:
    """The lengths in a shape, or in a length alone."""
    shape = low.atom(shape)
    if isinstance(shape, ir.Const) and isinstance(shape.value, tuple):
        return tuple(ir.Const(part) for part in shape.value)
    if isinstance(shape, ir.Pack):
        return shape.items
    if isinstance(low.builder.type_of(shape), facts.Num):
        return (shape,)
    return tuple(low.builder.apply(operator.getitem, shape, ir.Const(k)) for k in range(count))


def reshape(low: Lowering, fact: facts.Num, x: ir.Atom, shape: ir.Atom) -> Value:
    """An array in memory, in C order, in another shape."""
    atom = low.atom(x)
    definition = low.builder.definition(atom)
    if definition is None or definition.function not in (np.empty, np.zeros, np.ones):
        atom = low.builder.apply(np.ascontiguousarray, atom)
    lengths = low.atom(shape)
    if isinstance(lengths, ir.Pack):
        lengths = ir.Pack(tuple, lengths.items)
    elif isinstance(lengths, ir.Const) and isinstance(lengths.value, list):
        lengths = ir.Const(tuple(lengths.value))
    return Stored(low.builder.apply(np.reshape, atom, lengths), fact)


def ravel(low: Lowering, fact: facts.Num, x: ir.Atom) -> Value:
    return reshape(low, fact, x, ir.Const(-1)) if len(low.peek(x).fact.shape or ()) != 1 else low.value(x)


def broadcast(low: Lowering, fact: facts.Num, x: ir.Atom, shape: ir.Atom) -> Value:
    """Entries that are repeated."""
    value = low.settled(x)
    lengths = items(low, shape, len(fact.shape or ()))
    demand_fit(value, low.builder, lengths, fact.shape or ())
    return Computed(
        lambda builder, place: spread(value, builder, place, fact.shape or ()),
        fixed(lengths), fact, (value,),
    )  # fmt: skip


def copied(low: Lowering, fact: facts.Num, x: ir.Atom, order: ir.Atom | None = None) -> Value | None:
    """A copy of what is not in memory is what it is."""
    value = low.value(x)
    if isinstance(value, Stored) or not rank(value):
        return None
    return settled_where(low.builder, value, "") or low.written(value)


def axis_size(low: Lowering, fact: facts.Type, a: ir.Atom, axis: ir.Atom) -> ir.Atom | None:
    """How many entries a reduction adds up."""
    value = low.peek(a)
    if not isinstance(axis, ir.Const):
        return None
    axes = range(rank(value)) if axis.value is None else [int(k) % rank(value) for k in np.atleast_1d(axis.value)]
    total: ir.Atom = ONE
    for k in axes:
        total = low.builder.apply(operator.mul, total, length(value, low.builder, k))
    return total


SHAPES: dict[Any, Callable[..., Any]] = {
    np.shape: shape, np.size: size, len: first_length, np.reshape: reshape, np.ravel: ravel, np.broadcast_to: broadcast, np.copy: copied,
    kernels.axis_size: axis_size,
}  # fmt: skip
