"""Reading, writing and changing one entry of an array, in a few instructions.

Numba takes an array apart in memory for each of them, and looks at each index whether it counts from the end.  Here the parts of
the array are taken as they are, and only indices that may be negative are looked at.

In: how many indices, and which of them may be negative.  Out: intrinsics.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from typing import Any

from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from s2s.jit.lean.making import is_numeric, otherwise

Signs = tuple[bool, ...]
"""For each index: whether it may be negative."""

CHANGES = {
    "add": (operator.add, operator.iadd), "sub": (operator.sub, operator.isub),
    "mul": (operator.mul, operator.imul), "div": (operator.truediv, operator.itruediv),
}  # fmt: skip
MOST = 5
"""The indices of an entry, at most."""


def is_entry(array: Any, indices: Sequence[Any]) -> bool:
    """Whether these indices say which number of an array is meant."""
    return (
        isinstance(array, types.Array)
        and array.ndim == len(indices)
        and is_numeric(array.dtype)
        and all(isinstance(index, types.Integer) and index.bitwidth == 64 and index.signed for index in indices)
    )


def pointer(context: Any, builder: Any, kind: Any, array: Any, indices: Sequence[Any], signs: Signs) -> Any:
    """Where an entry lies."""
    model = context.data_model_manager[kind]
    shape, strides = model.get(builder, array, "shape"), model.get(builder, array, "strides")
    sizes = cgutils.unpack_tuple(builder, shape, kind.ndim)
    steps = cgutils.unpack_tuple(builder, strides, kind.ndim) if kind.layout == "A" else [None] * kind.ndim
    places = [counted(builder, *one) for one in zip(indices, sizes, signs, strict=True)]
    data = model.get(builder, array, "data")
    return cgutils.get_item_pointer2(context, builder, data, sizes, steps, kind.layout, places, wraparound=False, boundscheck=False)


def counted(builder: Any, index: Any, size: Any, may_be_negative: bool) -> Any:
    """An index, counted from the start."""
    if not may_be_negative:
        return index
    is_negative = builder.icmp_signed("<", index, index.type(0))
    return builder.select(is_negative, builder.add(index, size), index)


def alignment(kind: Any) -> int | None:
    return None if kind.aligned else 1


def key_of(indices: Sequence[Any]) -> Any:
    """The type of what stands between the brackets."""
    return indices[0] if len(indices) == 1 else types.Tuple(tuple(indices))


def packed(context: Any, builder: Any, indices: Sequence[Any], values: Sequence[Any]) -> Any:
    return values[0] if len(indices) == 1 else context.make_tuple(builder, key_of(indices), values)


def at(typing: Any, signs: Signs, array: Any, indices: Sequence[Any]) -> Any:
    """`array[indices]`."""
    if not is_entry(array, indices):
        return whole(typing, operator.getitem, array, indices)

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        place = pointer(context, builder, array, values[0], values[1:], signs)
        return context.unpack_value(builder, array.dtype, place, alignment(array))

    return array.dtype(array, *indices), code


def put(typing: Any, signs: Signs, array: Any, value: Any, indices: Sequence[Any]) -> Any:
    """`array[indices] = value`."""
    if not (is_entry(array, indices) and array.mutable and fits(value, array.dtype)):
        return whole(typing, operator.setitem, array, indices, value)

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        place = pointer(context, builder, array, values[0], values[2:], signs)
        context.pack_value(builder, array.dtype, context.cast(builder, values[1], value, array.dtype), place, alignment(array))
        return context.get_dummy_value()

    return types.void(array, value, *indices), code


def change(typing: Any, word: str, signs: Signs, array: Any, value: Any, indices: Sequence[Any]) -> Any:
    """`array[indices] += value`, or another operation."""
    function, in_place = CHANGES[word]
    kind = typing.resolve_value_type(function)
    if not (is_entry(array, indices) and array.mutable and is_numeric(value)):
        return changed_whole(typing, in_place, array, value, indices)
    inner = typing.resolve_function_type(kind, (array.dtype, value), {})
    if inner is None or not fits(inner.return_type, array.dtype):
        return changed_whole(typing, in_place, array, value, indices)

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        place = pointer(context, builder, array, values[0], values[2:], signs)
        old = context.unpack_value(builder, array.dtype, place, alignment(array))
        given = [context.cast(builder, old, array.dtype, inner.args[0]), context.cast(builder, values[1], value, inner.args[1])]
        new = context.get_function(kind, inner)(builder, given)
        context.pack_value(builder, array.dtype, context.cast(builder, new, inner.return_type, array.dtype), place, alignment(array))
        return context.get_dummy_value()

    return types.void(array, value, *indices), code


def changed_whole(typing: Any, in_place: Any, array: Any, value: Any, indices: Sequence[Any]) -> Any:
    """What Numba does to change what a subscript gives that is no entry of an array."""
    key = key_of(indices)
    got, get = otherwise(typing, operator.getitem, array, key)
    made, make = otherwise(typing, in_place, got.return_type, value)
    _, store = otherwise(typing, operator.setitem, array, key, made.return_type)
    stored = types.void(array, key, made.return_type)

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        own = packed(context, builder, indices, values[2:])
        old = get(context, builder, got, [values[0], own])
        new = make(context, builder, made, [old, values[1]])
        store(context, builder, stored, [values[0], own, new])
        context.nrt.decref(builder, got.return_type, old)
        context.nrt.decref(builder, made.return_type, new)
        return context.get_dummy_value()

    return types.void(array, value, *indices), code


def fits(value: Any, entry: Any) -> bool:
    """Whether a number may be stored in an array of a dtype, as NumPy has it."""
    return is_numeric(value) and (isinstance(entry, types.Complex) or not isinstance(value, types.Complex))


def whole(typing: Any, function: Any, array: Any, indices: Sequence[Any], *value: Any) -> Any:
    """What Numba has for a subscript that is no entry of an array."""
    signature, code = otherwise(typing, function, array, key_of(indices), *value)

    def unpacked(context: Any, builder: Any, _: Any, values: Any) -> Any:
        own = packed(context, builder, indices, values[1 + len(value) :])
        return code(context, builder, signature, [values[0], own, *values[1 : 1 + len(value)]])

    return signature.return_type(array, *value, *indices), unpacked


READERS: dict[int, Any] = {
    1: lambda do: lambda typing, array, i: do(typing, array, (i,)),
    2: lambda do: lambda typing, array, i, j: do(typing, array, (i, j)),
    3: lambda do: lambda typing, array, i, j, k: do(typing, array, (i, j, k)),
    4: lambda do: lambda typing, array, i, j, k, m: do(typing, array, (i, j, k, m)),
    5: lambda do: lambda typing, array, i, j, k, m, n: do(typing, array, (i, j, k, m, n)),
}
WRITERS: dict[int, Any] = {
    1: lambda do: lambda typing, array, value, i: do(typing, array, value, (i,)),
    2: lambda do: lambda typing, array, value, i, j: do(typing, array, value, (i, j)),
    3: lambda do: lambda typing, array, value, i, j, k: do(typing, array, value, (i, j, k)),
    4: lambda do: lambda typing, array, value, i, j, k, m: do(typing, array, value, (i, j, k, m)),
    5: lambda do: lambda typing, array, value, i, j, k, m, n: do(typing, array, value, (i, j, k, m, n)),
}


def name_of(word: str, signs: Signs) -> str:
    """The name of an intrinsic.

    >>> name_of("at", (False, True))
    's2s_at_01'
    """
    return f"s2s_{word}_{''.join('1' if sign else '0' for sign in signs)}"


@functools.cache
def named(name: str) -> Any:
    """The intrinsic of a name; None for another name."""
    prefix, word, digits = (*name.split("_"), "", "")[:3]
    if prefix != "s2s" or not digits or digits.strip("01"):
        return None
    signs = tuple(digit == "1" for digit in digits)
    if word == "at":
        made = READERS[len(signs)](lambda typing, *rest: at(typing, signs, *rest))
    elif word == "put":
        made = WRITERS[len(signs)](lambda typing, *rest: put(typing, signs, *rest))
    else:
        made = WRITERS[len(signs)](lambda typing, *rest: change(typing, word, signs, *rest))
    made.__name__ = name
    return intrinsic(made)
