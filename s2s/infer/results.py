"""Types of results that no sample decides: of containers, of lengths, of tests.

In: what is known of atoms, and the atoms of a call.  Out: a fact, or None.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.facts import Num
from s2s.infer.atoms import NoSample, TypeOf, constant_of, dims_of, shape_of
from s2s.infer.contracting import CONTRACTING
from s2s.infer.decomposed import DECOMPOSED
from s2s.infer.elementwise import elementwise
from s2s.infer.indexing import attribute, indexed
from s2s.infer.pieces import PIECES
from s2s.infer.samples import sample
from s2s.infer.shapes import reshaped
from s2s.primitives import contains, lacks
from s2s_runtime import checkpointing, containers, found, implicit, kernels, projection, trajectories, tree


def shape_tuple(type_of: TypeOf, a: ir.Atom) -> facts.Type | None:
    shape = shape_of(type_of, a)
    if shape is None:
        return None
    return facts.Record(tuple, tuple(Num(facts.INT.dtype, (), weak=True, length=dim) for dim in shape))


def count(type_of: TypeOf, a: ir.Atom) -> facts.Type:
    shape = shape_of(type_of, a)
    return Num(facts.INT.dtype, (), weak=True, length=shape[0] if shape else None)


def entries(type_of: TypeOf, a: ir.Atom, *rest: ir.Atom) -> facts.Type:
    shape = shape_of(type_of, a)
    total = math.prod(shape, start=facts.as_dim(1)) if shape is not None and not rest else None
    return Num(facts.INT.dtype, (), weak=True, length=total)


def same(type_of: TypeOf, a: ir.Atom, *rest: ir.Atom, **_: Any) -> facts.Type | None:
    return type_of(a)


def appended(type_of: TypeOf, xs: ir.Atom, x: ir.Atom) -> facts.Type | None:
    fact = type_of(xs)
    return facts.Listing(facts.join(fact.item, type_of(x), varies=True)) if isinstance(fact, facts.Listing) else None


def extended(type_of: TypeOf, xs: ir.Atom, ys: ir.Atom) -> facts.Type | None:
    first, second = type_of(xs), type_of(ys)
    if isinstance(first, facts.Listing) and isinstance(second, facts.Listing):
        return facts.Listing(facts.join(first.item, second.item, varies=True))
    return None


def set_result(
    type_of: TypeOf, xs: ir.Atom, key: ir.Atom, value: ir.Atom, path: ir.Atom | None = None
) -> facts.Type | None:
    """The type of `xs`, whose items may be of one more type."""
    return _with_item(type_of(xs), type_of(value), 1 + (len(path.items) if isinstance(path, ir.Pack) else 0))


def _with_item(fact: facts.Type | None, item: facts.Type | None, depth: int) -> facts.Type | None:
    if isinstance(fact, (facts.Listing, facts.Mapped)):
        held = facts.join(fact.item, item, varies=True) if depth == 1 else _with_item(fact.item, item, depth - 1)
        return type(fact)(held)
    return fact if isinstance(fact, Num) else None


def chosen(type_of: TypeOf, g: ir.Atom, *_: ir.Atom) -> facts.Type | None:
    """A number that is chosen is one of NumPy's, and one that is left as it is may be Python's."""
    fact = type_of(g)
    if not isinstance(fact, Num) or fact.weak is False:
        return fact
    kinds = fact.kinds | {(dtype, False) for dtype, _ in fact.kinds}
    return Num(fact.dtype, fact.shape, None, kinds=kinds if len(kinds) <= facts.MOST_KINDS else frozenset())


def summed(type_of: TypeOf, g: ir.Atom, shape: ir.Atom) -> facts.Type | None:
    """Of the shape that is given, whether or not a sample of it is at hand."""
    found, fact, dims = sample(kernels.sum_to, (g, shape), {}, type_of), type_of(g), dims_of(type_of, shape)
    if isinstance(found, Num) and found.shape is not None and dims is not None and len(dims) == len(found.shape):
        return Num(found.dtype, dims, found.weak)
    if found is None and isinstance(fact, Num) and fact.inexact:
        return Num(fact.dtype, dims, False if dims or fact.shape else fact.weak)
    return found


def broadcast(type_of: TypeOf, array: ir.Atom, shape: ir.Atom) -> facts.Type | None:
    """Of the shape that is given, also where lengths of the operand are not known, so that no sample of it fits."""
    fact, dims, rank = type_of(array), dims_of(type_of, shape), rank_of_shape(type_of, shape)
    if isinstance(fact, Num) and fact.dtype is not None and (dims is not None or rank is not None):
        return Num(fact.dtype, dims if dims is not None else tuple(facts.fresh() for _ in range(rank or 0)))
    return sample(np.broadcast_to, (array, shape), {}, type_of)


def reshape(type_of: TypeOf, a: ir.Atom, *rest: ir.Atom, **named: ir.Atom) -> facts.Type | None:
    """A sample has not the entries that a shape asks for: the dtype stays, and the shape stands in the call."""
    fact = type_of(a)
    sampled = sample(np.reshape, (a, *rest), named, type_of)
    shape = reshaped(type_of, a, *rest, **named) if rest else None
    if not isinstance(fact, Num) or fact.dtype is None or (shape is None and isinstance(sampled, Num)):
        return sampled
    rank = rank_of_shape(type_of, rest[0]) if rest else None
    if shape is None and rank is not None:
        shape = tuple(facts.fresh() for _ in range(rank))
    return Num(fact.dtype, shape)


def rank_of_shape(type_of: TypeOf, atom: ir.Atom) -> int | None:
    """How many lengths an atom holds that stands for a shape."""
    if isinstance(atom, ir.Const):
        return len(atom.value) if isinstance(atom.value, (tuple, list)) else 1
    if isinstance(atom, ir.Pack):
        return len(atom.items)
    fact = type_of(atom)
    if isinstance(fact, facts.Record):
        return len(fact.items)
    return 1 if isinstance(fact, Num) and fact.shape == () else None


def resized(type_of: TypeOf, x: ir.Atom, shape: ir.Atom) -> facts.Type | None:
    fact = type_of(x)
    return Num(fact.dtype, dims_of(type_of, shape)) if isinstance(fact, Num) else None


def stored(type_of: TypeOf, buffer: ir.Atom, *rest: ir.Atom) -> facts.Type | None:
    """A store changes no dtype and no shape."""
    fact = type_of(buffer)
    return Num(fact.dtype, fact.shape) if isinstance(fact, Num) else None


def converted(type_of: TypeOf, a: ir.Atom, dtype: ir.Atom) -> facts.Type | None:
    """`a.astype(dtype)`: the dtype is known although `a` may not be."""
    if not isinstance(dtype, ir.Const) or isinstance(type_of(a), (facts.Listing, facts.Record)):
        return None
    return Num(np.dtype(dtype.value), shape_of(type_of, a), weak=False)


def squeezed(type_of: TypeOf, a: ir.Atom, axis: ir.Atom | None = None) -> facts.Type | None:
    """Which axes go, and so the rank, may depend on lengths that are not known."""
    fact = type_of(a)
    if not isinstance(fact, Num) or fact.shape is None:
        return None
    rank = len(fact.shape)
    try:
        axes = constant_of(axis)
    except NoSample:
        return Num(fact.dtype)
    if axes is None and not all(dim.is_one or dim.never_one for dim in fact.shape):
        return Num(fact.dtype)
    ones = {k for k, dim in enumerate(fact.shape) if dim.is_one}
    gone = ones if axes is None else {k % rank for k in np.atleast_1d(axes)}
    return Num(fact.dtype, tuple(dim for k, dim in enumerate(fact.shape) if k not in gone), weak=False)


def picked(type_of: TypeOf, *args: ir.Atom) -> facts.Type | None:
    """One of the operands, as it is: which one depends on the values."""
    return reduce(facts.join, (type_of(arg) for arg in args))


def selected(type_of: TypeOf, test: ir.Atom, x: ir.Atom, y: ir.Atom) -> facts.Type | None:
    return elementwise(np.where, [type_of(test), type_of(x), type_of(y)])


def listed(type_of: TypeOf, *args: ir.Atom) -> facts.Type | None:
    """The type of `list(x)`."""
    if not args:
        return facts.Listing(facts.Nothing())
    (x,) = args
    if not isinstance(x, ir.Pack) or x.kind not in (tuple, list):
        fact = type_of(x)
        if isinstance(fact, Num) and fact.shape:
            return facts.Listing(Num(fact.dtype, fact.shape[1:]))
        return sample(list, args, {}, type_of)
    item: facts.Type | None = facts.Nothing()
    for part in x.items:
        item = facts.join(item, type_of(part), varies=True)
    return facts.Listing(item)


def added(type_of: TypeOf, a: ir.Atom, b: ir.Atom) -> facts.Type | None:
    """The sum of two trees; of two lists, item by item."""
    one, other = type_of(a), type_of(b)
    if isinstance(one, facts.Listing) and isinstance(other, facts.Listing):
        kept = {dim for item in (one.item, other.item) if isinstance(item, Num) for dim in item.shape or ()}
        item = elementwise(operator.add, [one.item, other.item])
        return facts.Listing(facts.with_dims(item, lambda dim: dim if dim in kept else facts.fresh(varies=True)))
    return sample(tree.add, (a, b), {}, type_of)


def retyped(type_of: TypeOf, g: ir.Atom, x: ir.Atom) -> facts.Type | None:
    """A number in the dtype of another, which a number of Python's is too if that is a double."""
    have, fact = type_of(g), type_of(x)
    numbers = isinstance(have, Num) and isinstance(fact, Num) and have.shape == fact.shape == ()
    if numbers and facts.kinds_of(fact) and all(dtype.kind in "fc" for dtype, _ in facts.kinds_of(fact)):  # type: ignore[arg-type]
        return facts.as_cotangent(fact)  # type: ignore[arg-type]
    return sample(projection.retyped, (g, x), {}, type_of)


def fitted(type_of: TypeOf, g: ir.Atom, x: ir.Atom) -> facts.Type | None:
    """A cotangent in the shape and dtype of an array, whatever is known of it."""
    have, fact = type_of(g), type_of(x)
    if isinstance(have, Num) and isinstance(fact, Num) and fact.shape and fact.inexact:
        return Num(fact.dtype, fact.shape, weak=False)
    return sample(projection.like, (g, x), {}, type_of)


def _of_type(fact: facts.Type) -> Callable[..., facts.Type]:
    return lambda type_of, *args, **kwargs: fact


def same_as_guess(position: int) -> Callable[..., facts.Type | None]:
    """The solution of an equation is like the first guess, which stands at this position."""

    def result(type_of: TypeOf, *args: ir.Atom, **named: ir.Atom) -> facts.Type | None:
        fact = type_of(args[position])
        return replace(fact, length=None, boxed=False) if isinstance(fact, Num) and fact.inexact else None

    return result


def integral_of_routine(type_of: TypeOf, f: ir.Atom, *rest: ir.Atom) -> facts.Type | None:
    """The integral of a function of the module is of the type that the function gives."""
    fact = getattr(getattr(f, "value", None), "fact", None)
    return fact if isinstance(fact, Num) and fact.shape == () else None


def states(position: int) -> Callable[..., facts.Type | None]:
    """One row for each of the times that stand at this position, of the state behind them."""

    def result(type_of: TypeOf, *args: ir.Atom, **named: ir.Atom) -> facts.Type | None:
        times, state = shape_of(type_of, args[position]), shape_of(type_of, args[position + 1])
        return Num(np.dtype(float), (*times, *state)) if times is not None and state is not None else None

    return result


def axes(type_of: TypeOf, axis: ir.Atom, rank: ir.Atom, front: ir.Atom) -> facts.Type | None:
    """As many as the rank says: a sample has another one."""
    known = all(isinstance(atom, ir.Const) for atom in (rank, front))
    return sample(kernels.axes_behind, (axis, rank, front), {}, type_of) if known else None


RESULTS: dict[Any, Callable[..., facts.Type | None]] = {
    operator.getitem: indexed,
    getattr: attribute,
    np.reshape: reshape,
    np.broadcast_to: broadcast,
    kernels.index_add: stored,
    kernels.index_set: stored,
    kernels.axes_behind: axes,
    kernels.narrowed: _of_type(facts.Record(tuple, (facts.INT, facts.INT, facts.INT))),
    np.shape: shape_tuple,
    len: count,
    np.size: entries,
    np.ndim: _of_type(facts.INT),
    tree.zeros_like: same,
    tree.float_zeros_like: same,
    checkpointing.count: _of_type(facts.INT),
    checkpointing.binomial: _of_type(facts.Listing(facts.INT)),
    checkpointing.unbounded: _of_type(facts.Listing(facts.INT)),
    checkpointing.extended: _of_type(facts.Record(tuple, (facts.Listing(facts.INT), facts.INT))),
    checkpointing.resumed: _of_type(facts.Record(tuple, (facts.Listing(facts.INT), facts.INT))),
    containers.append: appended,
    containers.extend: extended,
    containers.set_item: set_result,
    containers.add_item: same,
    containers.drop_last: same,
    containers.drop_item: same,
    containers.swap: same,
    containers.insert_item: set_result,
    containers.fold_repeated: lambda type_of, xs, zeros: type_of(zeros),
    containers.bounds: _of_type(facts.Record(tuple, (facts.INT, facts.INT))),
    containers.times: _of_type(facts.INT),
    containers.order: _of_type(facts.Listing(facts.INT)),
    containers.first_best: _of_type(facts.INT),
    containers.position: _of_type(facts.INT),
    containers.insertion: _of_type(facts.INT),
    containers.clear_item: same,
    containers.add_field: same,
    np.where: selected,
    np.squeeze: squeezed,
    implicit.root: same_as_guess(1),
    implicit.fixed_point: same_as_guess(1),
    implicit.minimum: same_as_guess(2),
    found.solution_of: same_as_guess(2),
    found.fixed_point_of: same_as_guess(2),
    found.minimum_of: same_as_guess(2),
    found.integral_of: _of_type(facts.FLOAT),
    found.integral: integral_of_routine,
    trajectories.trajectory: states(1),
    trajectories.odeint_values: states(1),
    trajectories.ivp_values: states(2),
    trajectories.times_between: lambda type_of, found: Num(np.dtype(float), (facts.fresh(),)),
    max: picked,
    min: picked,
    kernels.astype: converted,
    kernels.resized: resized,
    kernels.hermitian_weights: _of_type(Num(np.dtype(np.float32))),
    kernels.sum_to: summed,
    projection.chosen: chosen,
    projection.retyped: retyped,
    projection.like: fitted,
    tree.copy: same,
    tree.add: added,
    containers.join_text: _of_type(facts.Opaque(str)),
    str: _of_type(facts.Opaque(str)),
    format: _of_type(facts.Opaque(str)),
    contains: _of_type(facts.BOOL),
    lacks: _of_type(facts.BOOL),
    operator.is_: _of_type(facts.BOOL),
    operator.is_not: _of_type(facts.BOOL),
    operator.not_: _of_type(facts.BOOL),
    bool: _of_type(facts.BOOL),
    float: _of_type(facts.FLOAT),
    complex: _of_type(facts.COMPLEX),
    int: _of_type(facts.INT),
    isinstance: _of_type(facts.BOOL),
    list: listed,
    **PIECES,
    **DECOMPOSED,
    **CONTRACTING,
}
