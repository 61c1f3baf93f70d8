"""What Numba is told about the runtime: its functions that are compiled into loops, the primitives of generated text."""

from __future__ import annotations

import functools
from typing import Any

import llvmlite.ir
import numpy as np
from numba import types
from numba.extending import intrinsic, overload, register_jitable
from numba.np.numpy_support import as_dtype

from s2s import primitives
from s2s_runtime import arena, kernels, loops, ordering, tree


@functools.cache
def register() -> None:
    """Tell Numba, once."""
    for function in (*loops.JITABLE, *arena.JITABLE, primitives.both, primitives.either, ordering.comes_before, ordering.merged_order):
        register_jitable(function)
    overload(loops.plus, strict=False)(plus_of)
    overload(loops.largest, strict=False)(extreme_of(np.maximum, "llvm.maximum"))
    overload(loops.smallest, strict=False)(extreme_of(np.minimum, "llvm.minimum"))
    overload(loops.reciprocal, strict=False)(reciprocal_of)
    overload(loops.in_order, strict=False)(in_order_of)
    overload(arena.empty_in, strict=False)(empty_in_of)
    overload(arena.contiguous_in, strict=False)(contiguous_in_of)
    overload(arena.packed_in, strict=False)(packed_in_of)
    overload(kernels.direction, strict=False)(direction_of)
    overload(ordering.stable_order, strict=False)(lambda x: lambda x: ordering.merged_order(x))
    overload(kernels.narrowed, strict=False)(narrowed_to)
    overload(tree.zeros_like, strict=False)(zeros_like_of)


@intrinsic  # type: ignore[untyped-decorator]
def added_in_any_order(typing: Any, a: Any, b: Any) -> Any:
    """An addition that LLVM may exchange with others of its kind, so that it adds several entries at a time.

    Infinities and NaN keep their meaning, and no other operation is concerned: sums that a user compensates stay as they are.
    """

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.fadd(*args, flags=("reassoc", "nsz", "contract"))

    return a(a, b), code


def plus_of(so_far: Any, entry: Any) -> Any:
    """What Numba compiles for `plus`."""
    if so_far == entry and isinstance(so_far, types.Float):
        return lambda so_far, entry: added_in_any_order(so_far, entry)
    return lambda so_far, entry: so_far + entry


def extreme_of(function: Any, name: str) -> Any:
    """What Numba compiles for `largest` or `smallest`: LLVM's own, which it exchanges with others of its kind."""

    @intrinsic  # type: ignore[untyped-decorator]
    def extreme(typing: Any, a: Any, b: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            own = args[0].type
            called = builder.module.declare_intrinsic(name, [own], llvmlite.ir.FunctionType(own, [own, own]))
            return builder.call(called, args, fastmath=("nsz",))

        return a(a, b), code

    def extreme_for(so_far: Any, entry: Any) -> Any:
        if so_far == entry and isinstance(so_far, types.Float):
            return lambda so_far, entry: extreme(so_far, entry)
        return lambda so_far, entry: function(so_far, entry)

    return extreme_for


def reciprocal_of(x: Any) -> Any:
    """What Numba compiles for `reciprocal`."""

    def reciprocal(x):  # type: ignore[no-untyped-def]
        if 0.0 < abs(x) < loops.SMALLEST:
            raise loops.OtherKinds("a loop divides by a number below 2e-308")
        return 1.0 / x

    return reciprocal


def in_order_of(array: Any) -> Any:
    """What Numba compiles for `in_order`."""
    return (lambda array: array) if array.layout == "C" and array.mutable else (lambda array: array.copy())


def direction_of(x: Any) -> Any:
    """What Numba compiles for `direction`."""
    if isinstance(x, types.Complex):
        return lambda x: x / abs(x) if x != 0 else x
    return lambda x: np.sign(x)


def narrowed_to(length: Any, start: Any, stop: Any, step: Any, part: Any) -> Any:
    """What Numba compiles for `narrowed`."""

    def narrowed(length, start, stop, step, part):  # type: ignore[no-untyped-def]
        first, _, by = loops.slice_run(start, stop, step, length)
        count = loops.slice_run(start, stop, step, length)[1]
        own, end, stride = part.indices(count)
        places = max((end - own + stride - (1 if stride > 0 else -1)) // stride, 0)
        if places == 0:
            return 0, 0, 1
        begin, stride = first + by * own, by * stride
        last = begin + stride * places
        return begin, last if last >= 0 else last - length, stride

    return narrowed


def zeros_like_of(x: Any) -> Any:
    """What Numba compiles for `zeros_like` of a number or an array."""
    if isinstance(x, types.Array):
        return lambda x: np.zeros_like(x)
    return (lambda x: x - x) if isinstance(x, types.Complex) else (lambda x: 0.0)


def empty_in_of(room: Any, mark: Any, shape: Any, dtype: Any = np.float64) -> Any:
    """What Numba compiles for `empty_in`."""
    kind = as_dtype(dtype.dtype) if isinstance(dtype, types.DTypeSpec) else np.dtype(getattr(dtype, "value", dtype))
    itemsize, own = kind.itemsize, kind.type

    def of_a_length(room, mark, shape, dtype=np.float64):  # type: ignore[no-untyped-def]
        return arena.empty_in(room, mark, (shape,), own)

    def of_a_shape(room, mark, shape, dtype=np.float64):  # type: ignore[no-untyped-def]
        count = 1
        for n in shape:
            count = count * n if n >= 0 else -1
        size = arena.words(count, itemsize)
        start = arena.taken(mark, size)
        if start + size > room.size:
            return np.empty(shape, own)
        return room[start : start + size].view(own)[:count].reshape(shape)

    return of_a_length if isinstance(shape, types.Integer) else of_a_shape


def packed_in_of(room: Any, mark: Any, array: Any) -> Any:
    """What Numba compiles for `packed_in`."""
    if array.layout in "CF":
        return lambda room, mark, array: array
    return lambda room, mark, array: arena.contiguous_in(room, mark, array)


def contiguous_in_of(room: Any, mark: Any, array: Any) -> Any:
    """What Numba compiles for `contiguous_in`."""
    if array.layout == "C":
        return lambda room, mark, array: array
    own = as_dtype(array.dtype).type

    def copied(room, mark, array):  # type: ignore[no-untyped-def]
        made = arena.empty_in(room, mark, array.shape, own)
        made[...] = array
        return made

    return copied
