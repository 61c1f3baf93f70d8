"""Arrays that compiled text makes: `np.empty`, `np.zeros`, `np.copy`, and a longer copy of an array that grows.

In: types, while Numba compiles.  Out: intrinsics.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from s2s.jit.lean.making import copy_bytes, is_numeric, made, otherwise, sizes_of, view
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
