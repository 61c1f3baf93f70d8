"""Arrays that compiled text makes: `np.empty`, `np.zeros`, `np.copy`, arrays in order or in another shape, longer copies.

In: types, while Numba compiles.  Out: intrinsics.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from s2s.jit.lean.making import copy_bytes, fail_if, is_numeric, made, otherwise, sizes_of, view
from s2s_runtime import loops

LEAST = 16
"""The rows of the smallest array that grows, as in `loops.grown`."""


def maker(typing: Any, function: Any, shape: Any, dtype: Any, is_zero: bool) -> Any:
    """An array of a shape, a number or a tuple, and a dtype, which may be left out."""
    axes = [shape] if isinstance(shape, types.Integer) else list(shape) if isinstance(shape, types.BaseTuple) else []
    default = dtype is None or isinstance(dtype, types.Omitted)
    element = types.float64 if default else dtype.dtype if isinstance(dtype, (types.NumberClass, types.DType)) else None
    if not axes or not all(isinstance(axis, types.Integer) for axis in axes) or not is_numeric(element):
        return otherwise(typing, function, *([shape] if default else [shape, dtype]))
    kind = types.Array(element, len(axes), "C")

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        given = [values[0]] if isinstance(shape, types.Integer) else cgutils.unpack_tuple(builder, values[0], len(axes))
        sizes = [context.cast(builder, size, axis, types.intp) for size, axis in zip(given, axes, strict=True)]
        array, count = made(context, builder, kind, sizes)
        if is_zero:
            cgutils.memset(builder, array.data, count, 0)
        return array._getvalue()

    return kind(shape, types.Omitted(None) if dtype is None else dtype), code


@intrinsic  # type: ignore[untyped-decorator]
def empty(typing: Any, shape: Any, dtype: Any = None) -> Any:
    """`np.empty(shape, dtype)`."""
    return maker(typing, np.empty, shape, dtype, is_zero=False)


@intrinsic  # type: ignore[untyped-decorator]
def zeros(typing: Any, shape: Any, dtype: Any = None) -> Any:
    """`np.zeros(shape, dtype)`."""
    return maker(typing, np.zeros, shape, dtype, is_zero=True)


def lies_in_order(kind: Any) -> bool:
    return isinstance(kind, types.Array) and kind.layout == "C" and kind.ndim > 0 and is_numeric(kind.dtype)


@intrinsic  # type: ignore[untyped-decorator]
def copy(typing: Any, array: Any) -> Any:
    """`np.copy(array)`."""
    if not lies_in_order(array):
        return otherwise(typing, np.copy, array)
    kind = types.Array(array.dtype, array.ndim, "C")

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        old = view(context, builder, array, values[0])
        new, count = made(context, builder, kind, sizes_of(builder, old, array))
        copy_bytes(builder, new.data, old.data, count)
        return new._getvalue()

    return kind(array), code


@intrinsic  # type: ignore[untyped-decorator]
def grown(typing: Any, array: Any) -> Any:
    """`loops.grown(array)`."""
    if not lies_in_order(array):
        return otherwise(typing, loops.grown, array)
    kind = types.Array(array.dtype, array.ndim, "C")

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        old = view(context, builder, array, values[0])
        rows, *others = sizes_of(builder, old, array)
        twice, least = builder.shl(rows, rows.type(1)), rows.type(LEAST)
        longer = builder.select(builder.icmp_signed(">", twice, least), twice, least)
        new, _ = made(context, builder, kind, [longer, *others])
        copy_bytes(builder, new.data, old.data, builder.mul(old.nitems, old.itemsize))
        return new._getvalue()

    return kind(array), code


@intrinsic  # type: ignore[untyped-decorator]
def ascontiguousarray(typing: Any, a: Any) -> Any:
    """`np.ascontiguousarray(a)`: the array itself, if it is known to lie in order, else a copy."""
    if not (isinstance(a, types.Array) and a.ndim > 0 and is_numeric(a.dtype)):
        return otherwise(typing, np.ascontiguousarray, a)
    kind = a if a.layout == "C" else types.Array(a.dtype, a.ndim, "C")

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        if a.layout == "C":
            context.nrt.incref(builder, a, values[0])
            return values[0]
        old = view(context, builder, a, values[0])
        sizes, strides = sizes_of(builder, old, a), cgutils.unpack_tuple(builder, old.strides, a.ndim)
        new, _ = made(context, builder, kind, sizes)
        with cgutils.loop_nest(builder, sizes, sizes[0].type) as places:
            to = offset = sizes[0].type(0)
            for place, size, stride in zip(places, sizes, strides, strict=True):
                to = builder.add(builder.mul(to, size), place)
                offset = builder.add(offset, builder.mul(place, stride))
            builder.store(builder.load(cgutils.pointer_add(builder, old.data, offset)), builder.gep(new.data, [to]))
        return new._getvalue()

    return kind(a), code


@intrinsic  # type: ignore[untyped-decorator]
def reshape(typing: Any, a: Any, shape: Any) -> Any:
    """`np.reshape(a, shape)` of an array in order: a view."""
    axes = [shape] if isinstance(shape, types.Integer) else list(shape) if isinstance(shape, types.BaseTuple) else []
    if not lies_in_order(a) or not axes or not all(isinstance(axis, types.Integer) for axis in axes):
        return otherwise(typing, np.reshape, a, shape)
    kind = types.Array(a.dtype, len(axes), "C", readonly=not a.mutable, aligned=a.aligned)

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        old = view(context, builder, a, values[0])
        given = [values[1]] if isinstance(shape, types.Integer) else cgutils.unpack_tuple(builder, values[1], len(axes))
        sizes = [context.cast(builder, size, axis, types.intp) for size, axis in zip(given, axes, strict=True)]
        sizes = filled_up(context, builder, sizes, old.nitems)
        new = view(context, builder, kind, None)
        new.meminfo, new.parent, new.data, new.itemsize, new.nitems = old.meminfo, old.parent, old.data, old.itemsize, old.nitems
        strides = [old.itemsize]
        for size in reversed(sizes[1:]):
            strides.insert(0, builder.mul(strides[0], size))
        new.shape, new.strides = cgutils.pack_array(builder, sizes), cgutils.pack_array(builder, strides)
        context.nrt.incref(builder, kind, new._getvalue())
        return new._getvalue()

    return kind(a, shape), code


def filled_up(context: Any, builder: Any, sizes: list[Any], total: Any) -> list[Any]:
    """The lengths of so many entries, one of which may be -1.  Compiled code raises ValueError."""
    one, nothing = total.type(1), total.type(0)
    product, unknown, wrong = one, nothing, cgutils.false_bit
    for size in sizes:
        is_unknown = builder.icmp_signed("==", size, size.type(-1))
        product = builder.mul(product, builder.select(is_unknown, one, size))
        unknown = builder.add(unknown, builder.zext(is_unknown, unknown.type))
        wrong = builder.or_(wrong, builder.icmp_signed("<", size, size.type(-1)))
    empty = builder.icmp_signed("==", product, nothing)
    rest = builder.sdiv(total, builder.select(empty, one, product))
    found = [builder.select(builder.icmp_signed("==", size, size.type(-1)), rest, size) for size in sizes]
    has_unknown = builder.icmp_signed("==", unknown, one)
    whole = builder.mul(product, builder.select(has_unknown, rest, one))
    wrong = builder.or_(wrong, builder.icmp_signed("!=", whole, total))
    wrong = builder.or_(wrong, builder.icmp_signed(">", unknown, one))
    wrong = builder.or_(wrong, builder.and_(has_unknown, empty))
    fail_if(context, builder, wrong, ValueError, "an array cannot have a shape of another number of entries")
    return found
