"""Symbolic shapes of results: one short function per way in which a shape comes from those of the operands.

In: what is known of atoms, and the atoms of a call.  Out: a shape, or None.
"""

from __future__ import annotations

import math
import operator
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from s2s import facts, ir, lengths
from s2s.facts import Dim, Shape
from s2s.infer.atoms import NoSample, TypeOf, constant_of, dims_of, shape_of, sizes_of
from s2s.infer.broadcasting import broadcast
from s2s.infer.indexing import following, is_whole
from s2s_runtime import kernels, ordering


def reduced(
    type_of: TypeOf, a: ir.Atom, axis: ir.Atom | None = None, *rest: ir.Atom, keepdims: ir.Atom | None = None, **_: Any
) -> Shape | None:
    """The shape of a reduction."""
    shape = shape_of(type_of, a)
    if shape is None:
        return None
    try:
        axes, keep = constant_of(axis), constant_of(keepdims, False)
    except NoSample:
        return None
    chosen = (
        set(range(len(shape))) if axes is None else {k % len(shape) for k in np.atleast_1d(axes)} if shape else set()
    )
    if keep:
        return tuple(facts.as_dim(1) if k in chosen else dim for k, dim in enumerate(shape))
    return tuple(dim for k, dim in enumerate(shape) if k not in chosen)


def kept(type_of: TypeOf, a: ir.Atom, *rest: ir.Atom, **_: Any) -> Shape | None:
    """The shape of the first operand."""
    return shape_of(type_of, a)


def matmul(type_of: TypeOf, a: ir.Atom, b: ir.Atom) -> Shape | None:
    left, right = shape_of(type_of, a), shape_of(type_of, b)
    if not left or not right:
        return None
    if len(right) == 1:
        return left[:-1]
    if len(left) == 1:
        return (*right[:-2], right[-1])
    batch = broadcast([left[:-2], right[:-2]])
    return None if batch is None else (*batch, left[-2], right[-1])


def dot(type_of: TypeOf, a: ir.Atom, b: ir.Atom) -> Shape | None:
    left, right = shape_of(type_of, a), shape_of(type_of, b)
    if left is None or right is None:
        return None
    if not left or not right:
        return left or right
    return (*left[:-1], *right[:-2], *right[-1:]) if len(right) > 1 else left[:-1]


def outer(type_of: TypeOf, a: ir.Atom, b: ir.Atom) -> Shape | None:
    left, right = shape_of(type_of, a), shape_of(type_of, b)
    return (*left, *right) if left is not None and right is not None and len(left) == len(right) == 1 else None


def transposed(type_of: TypeOf, a: ir.Atom, axes: ir.Atom | None = None) -> Shape | None:
    shape = shape_of(type_of, a)
    if shape is None:
        return None
    try:
        order = constant_of(axes)
    except NoSample:
        return None
    return shape[::-1] if order is None else tuple(shape[k] for k in order)


def swapped(type_of: TypeOf, a: ir.Atom, axis1: ir.Atom, axis2: ir.Atom) -> Shape | None:
    shape = shape_of(type_of, a)
    if shape is None:
        return None
    try:
        first, second = constant_of(axis1), constant_of(axis2)
    except NoSample:
        return None
    order = list(shape)
    order[first], order[second] = order[second], order[first]
    return tuple(order)


def expanded(type_of: TypeOf, a: ir.Atom, axis: ir.Atom) -> Shape | None:
    shape = shape_of(type_of, a)
    if shape is None:
        return None
    try:
        axes = np.atleast_1d(constant_of(axis))
    except NoSample:
        return None
    rank = len(shape) + len(axes)
    places = {int(k) % rank for k in axes}
    rest = iter(shape)
    return tuple(facts.as_dim(1) if k in places else next(rest) for k in range(rank))


def given(
    type_of: TypeOf, first: ir.Atom, shape: ir.Atom | None = None, *rest: ir.Atom, **named: ir.Atom
) -> Shape | None:
    """broadcast_to, reshape, sum_to: the shape stands in the call."""
    atom = shape if shape is not None else named.get("shape") or named.get("newshape")
    return dims_of(type_of, atom) if atom is not None else None


def reshaped(type_of: TypeOf, a: ir.Atom, shape: ir.Atom, *rest: ir.Atom, **_: Any) -> Shape | None:
    """As `given`, but a length that may be -1 stands for what is left."""
    dims = dims_of(type_of, shape)
    if dims is not None and all(dim.never_negative for dim in dims):
        return dims
    own, items = shape_of(type_of, a), shape.items if isinstance(shape, ir.Pack) and shape.kind is tuple else ()
    whole = all(isinstance(item, ir.Const) or is_whole(type_of(item)) for item in items)
    if own is None or not items or not whole or not any(isinstance(item, ir.Var) for item in items):
        return None
    return in_shape(math.prod(own, start=facts.as_dim(1)), items)


def in_shape(total: Dim, items: tuple[ir.Atom, ...]) -> Shape:
    """The lengths in which so many entries are put by whole numbers, one of which may be -1."""
    names = [item.name for item in items if isinstance(item, ir.Var)]

    def length(axis: int) -> Dim:
        item = items[axis]
        if isinstance(item, ir.Const) and type(item.value) is int and item.value >= 0:
            return facts.as_dim(item.value)
        others = frozenset(Counter([*items[:axis], *items[axis + 1 :]]).items())  # in any order they leave the same
        key = "reshape", total, item, others
        return following(key, names, lambda _, atom, dim: in_shape(dim(total), tuple(map(atom, items)))[axis])

    return tuple(map(length, range(len(items))))


def scattered(type_of: TypeOf, g: ir.Atom, places: ir.Atom, shape: ir.Atom) -> Shape | None:
    return dims_of(type_of, shape)


def made(type_of: TypeOf, shape: ir.Atom, *rest: ir.Atom, **_: Any) -> Shape | None:
    return sizes_of(type_of, shape)


def like(type_of: TypeOf, a: ir.Atom, *rest: ir.Atom, **_: Any) -> Shape | None:
    return shape_of(type_of, a)


def eye(type_of: TypeOf, n: ir.Atom, *rest: ir.Atom, dtype: Any = None, **named: Any) -> Shape | None:
    dims = dims_of(type_of, n)
    return (dims[0], dims[0]) if dims and not rest and not named else None


def diagonal(type_of: TypeOf, a: ir.Atom, k: ir.Atom | None = None) -> Shape | None:
    """The main diagonal of a square matrix."""
    shape = shape_of(type_of, a)
    square = shape is not None and len(shape) == 2 and shape[0] == shape[1]
    return shape[:1] if shape is not None and square and k in (None, ir.Const(0)) else None


def on_diagonal(type_of: TypeOf, a: ir.Atom, k: ir.Atom | None = None) -> Shape | None:
    """A matrix with a vector as its main diagonal, or the diagonal of a matrix."""
    shape = shape_of(type_of, a)
    vector = shape is not None and len(shape) == 1 and k in (None, ir.Const(0))
    return (shape[0], shape[0]) if shape is not None and vector else diagonal(type_of, a, k)


def differences(type_of: TypeOf, a: ir.Atom, n: ir.Atom | None = None, axis: ir.Atom | None = None) -> Shape | None:
    shape = shape_of(type_of, a)
    try:
        times, k = constant_of(n, 1), constant_of(axis, -1)
    except NoSample:
        return None
    if not shape or type(times) is not int or times < 0:
        return None
    return tuple(lengths.clamp(dim - times) if i == k % len(shape) else dim for i, dim in enumerate(shape))


def so_far(type_of: TypeOf, a: ir.Atom, axis: ir.Atom | None = None, *rest: ir.Atom, **_: Any) -> Shape | None:
    """Sums and products of what came before: along no axis, of all entries."""
    return raveled(type_of, a) if axis in (None, ir.Const(None)) else shape_of(type_of, a)


def spaced(type_of: TypeOf, start: ir.Atom, stop: ir.Atom, num: ir.Atom | None = None, *, endpoint: Any = None) -> Shape | None:
    numbers = shape_of(type_of, start) == shape_of(type_of, stop) == ()
    return dims_of(type_of, num) if numbers and num is not None else None


def arange(type_of: TypeOf, *args: ir.Atom, **named: Any) -> Shape | None:
    return dims_of(type_of, args[0]) if len(args) == 1 and not named else None


def concatenated(type_of: TypeOf, arrays: ir.Atom, axis: ir.Atom | None = None) -> Shape | None:
    try:
        return _joined(type_of, arrays, constant_of(axis, 0), lambda shape: shape)
    except NoSample:
        return None


def _joined(type_of: TypeOf, arrays: ir.Atom, axis: int | None, given: Callable[[Shape], Shape]) -> Shape | None:
    """The shape of arrays that are joined along an axis, each after it was given the axes that it lacks."""
    if axis is None or not isinstance(arrays, ir.Pack) or not arrays.items:
        return None
    shapes = [shape_of(type_of, item) for item in arrays.items]
    if None in shapes:
        return None
    whole = [given(shape) for shape in shapes if shape is not None]
    first = list(whole[0])
    if any(len(shape) != len(first) for shape in whole) or not -len(first) <= axis < len(first):
        return None
    for shape in whole[1:]:
        first[axis] = first[axis] + shape[axis]
    first[axis] = lengths.plain(first[axis])
    return tuple(first)


ONE_LONG = facts.as_dim(1)


def vstacked(type_of: TypeOf, arrays: ir.Atom) -> Shape | None:
    return _joined(type_of, arrays, 0, lambda shape: shape if len(shape) > 1 else (ONE_LONG, *(shape or (ONE_LONG,))))


def hstacked(type_of: TypeOf, arrays: ir.Atom) -> Shape | None:
    first = shape_of(type_of, arrays.items[0]) if isinstance(arrays, ir.Pack) and arrays.items else None
    return _joined(type_of, arrays, min(max(len(first or ()), 1), 2) - 1, lambda shape: shape or (ONE_LONG,))


def column_stacked(type_of: TypeOf, arrays: ir.Atom) -> Shape | None:
    return _joined(type_of, arrays, 1, lambda shape: shape if len(shape) > 1 else (*(shape or (ONE_LONG,)), ONE_LONG))


def dstacked(type_of: TypeOf, arrays: ir.Atom) -> Shape | None:
    """A matrix has length 1 along the third axis; a vector lies along the second."""

    def given(shape: Shape) -> Shape:
        if len(shape) < 2:
            shape = (ONE_LONG, *(shape or (ONE_LONG,)))
        return shape if len(shape) > 2 else (*shape, ONE_LONG)

    return _joined(type_of, arrays, 2, given)


def stacked(type_of: TypeOf, arrays: ir.Atom, axis: ir.Atom | None = None) -> Shape | None:
    if isinstance(arrays, ir.Pack) and arrays.items:
        shape, count = shape_of(type_of, arrays.items[0]), facts.as_dim(len(arrays.items))
    else:
        shape, count = _shape_of_items(type_of(arrays)), facts.fresh()
    try:
        k = constant_of(axis, 0)
    except NoSample:
        return None
    if shape is None:
        return None
    k %= len(shape) + 1
    return (*shape[:k], count, *shape[k:])


def _shape_of_items(fact: facts.Type | None) -> Shape | None:
    """The shape that all items of a list have."""
    item = fact.item if isinstance(fact, facts.Listing) else None
    return item.shape if isinstance(item, facts.Num) and facts.is_fixed(item) else None


def raveled(type_of: TypeOf, a: ir.Atom, *rest: ir.Atom) -> Shape | None:
    shape = shape_of(type_of, a)
    return (math.prod(shape, start=facts.as_dim(1)),) if shape is not None else None


def nested(type_of: TypeOf, a: ir.Atom, *rest: ir.Atom, **_: Any) -> Shape | None:
    """The shape of an array of the items of a list; of an array, its own."""
    if not isinstance(a, ir.Pack):
        items = _shape_of_items(type_of(a))
        return shape_of(type_of, a) if items is None else (facts.fresh(), *items)
    if a.kind not in (tuple, list) or not a.items:
        return None
    shapes = [nested(type_of, item) for item in a.items]
    return None if any(shape != shapes[0] or shape is None for shape in shapes) else (facts.as_dim(len(shapes)), *shapes[0])  # type: ignore[misc]


def transformed(
    type_of: TypeOf, a: ir.Atom, n: ir.Atom | None = None, axis: ir.Atom | None = None, norm: Any = None
) -> Shape | None:
    """A transform along one axis keeps the lengths of the others, and that of its own if none is given."""
    shape = halved(type_of, a, n, axis)
    try:
        return shape_of(type_of, a) if constant_of(n) is None else shape
    except NoSample:
        return shape


def halved(
    type_of: TypeOf, a: ir.Atom, n: ir.Atom | None = None, axis: ir.Atom | None = None, norm: Any = None
) -> Shape | None:
    """As `transformed`, where the axis gets a length that is not followed."""
    shape = shape_of(type_of, a)
    try:
        k = constant_of(axis, -1)
    except NoSample:
        return None
    if not shape:
        return None
    return tuple(facts.fresh() if i == k % len(shape) else dim for i, dim in enumerate(shape))


def ordered(type_of: TypeOf, a: ir.Atom, axis: ir.Atom | None = None, kind: Any = None) -> Shape | None:
    """An array in order has the shape that it had; along no axis it is a vector of as many entries."""
    shape = shape_of(type_of, a)
    try:
        return shape if constant_of(axis, -1) is not None else None
    except NoSample:
        return None


SHAPES: dict[Any, Callable[..., Shape | None]] = {
    np.sort: ordered,
    np.argsort: ordered,
    ordering.stable_order: kept,
    np.sum: reduced,
    np.mean: reduced,
    np.prod: reduced,
    np.max: reduced,
    np.min: reduced,
    np.amax: reduced,
    np.amin: reduced,
    np.argmin: reduced,
    np.argmax: reduced,
    np.var: reduced,
    np.std: reduced,
    np.any: reduced,
    np.all: reduced,
    np.matmul: matmul,
    operator.matmul: matmul,
    np.dot: dot,
    np.outer: outer,
    np.transpose: transposed,
    np.swapaxes: swapped,
    np.expand_dims: expanded,
    np.reshape: reshaped,
    np.zeros: made,
    np.ones: made,
    np.empty: made,
    np.full: made,
    np.zeros_like: like,
    np.ones_like: like,
    np.empty_like: like,
    np.full_like: like,
    np.eye: eye,
    np.identity: eye,
    np.diag: on_diagonal,
    np.diagonal: diagonal,
    np.diff: differences,
    np.cumsum: so_far,
    np.cumprod: so_far,
    np.linspace: spaced,
    np.arange: arange,
    np.concatenate: concatenated,
    np.stack: stacked,
    np.vstack: vstacked,
    np.hstack: hstacked,
    np.column_stack: column_stacked,
    np.dstack: dstacked,
    np.ravel: raveled,
    np.angle: kept,
    np.fft.fft: transformed,
    np.fft.ifft: transformed,
    np.fft.rfft: halved,
    np.fft.irfft: halved,
    np.fft.hfft: halved,
    np.fft.ihfft: halved,
    np.fft.fftshift: kept,
    np.fft.ifftshift: kept,
    np.flip: kept,
    np.roll: kept,
    np.tril: kept,
    np.triu: kept,
    np.copy: kept,
    np.array: nested,
    np.asarray: nested,
    np.linalg.inv: kept,
    np.linalg.cholesky: kept,
    kernels.triangle: kept,
    kernels.mirror_triangle: kept,
    kernels.fold_triangle: kept,
    kernels.diag_adjoint: given,
    kernels.index_adjoint: given,
    kernels.scatter_add: scattered,
}
