"""What the lean functions share: what Numba would compile instead, arrays, errors.

In: types and values of Numba's, while it compiles.  Out: the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from numba import types
from numba.core import cgutils
from numba.core.errors import TypingError

ALIGNMENT = 32
"""Bytes, as Numba aligns arrays."""


def otherwise(typing: Any, function: Callable[..., Any], *kinds: Any) -> tuple[Any, Callable[..., Any]]:
    """What Numba has for a function of these types, all of which are given by position."""
    kind = typing.resolve_value_type(function)
    inner = typing.resolve_function_type(kind, kinds, {})
    if inner is None:
        raise TypingError(f"{function.__name__} of {', '.join(map(str, kinds))}")

    def code(context: Any, builder: Any, signature: Any, values: Sequence[Any]) -> Any:
        given = [context.cast(builder, *one) for one in zip(values, signature.args, inner.args, strict=True)]
        return context.get_function(kind, inner)(builder, given)

    return inner.return_type(*kinds), code


def fail_if(context: Any, builder: Any, test: Any, error: type[Exception], *args: Any) -> None:
    """Leave the function with an exception where a test holds."""
    with builder.if_then(test, likely=False):
        context.call_conv.return_user_exc(builder, error, args)


def is_numeric(kind: Any) -> bool:
    """Whether a type is one of an array's numbers, whose bytes are all of it."""
    return isinstance(kind, (types.Integer, types.Float, types.Complex, types.Boolean))


def view(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    """The parts of an array."""
    return cgutils.create_struct_proxy(kind)(context, builder, value=value)


def sizes_of(builder: Any, array: Any, kind: Any) -> list[Any]:
    return list(cgutils.unpack_tuple(builder, array.shape, kind.ndim))


def made(context: Any, builder: Any, kind: Any, sizes: Sequence[Any]) -> tuple[Any, Any]:
    """An array in order, with nothing in it yet, and its size in bytes.  Compiled code raises ValueError and MemoryError."""
    array = cgutils.create_struct_proxy(kind)(context, builder)
    item = context.get_constant(types.intp, context.get_abi_sizeof(context.get_data_type(kind.dtype)))
    strides, total, wrong = [item], item, None
    for size in reversed(sizes):
        pair = builder.smul_with_overflow(total, size)
        total = builder.extract_value(pair, 0)
        strides.insert(0, total)
        bad = builder.or_(builder.extract_value(pair, 1), builder.icmp_signed("<", size, size.type(0)))
        wrong = bad if wrong is None else builder.or_(wrong, bad)
    fail_if(context, builder, wrong, ValueError, "negative dimensions are not allowed, nor is an array too big for memory")
    memory = context.nrt.meminfo_alloc_aligned(builder, total, ALIGNMENT)
    array.meminfo, array.itemsize, array.nitems = memory, item, builder.sdiv(total, item)
    array.data = builder.bitcast(context.nrt.meminfo_data(builder, memory), array.data.type)
    array.shape = cgutils.pack_array(builder, sizes)
    array.strides = cgutils.pack_array(builder, strides[1:])
    return array, total


def copy_bytes(builder: Any, to: Any, source: Any, count: Any) -> None:
    cgutils.raw_memcpy(builder, to, source, count, count.type(1))
