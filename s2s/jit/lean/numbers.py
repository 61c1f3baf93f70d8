"""Numbers in compiled loops: sums in any order, reciprocals, places on an axis, the smaller and the larger of two.

In: types, while Numba compiles.  Out: intrinsics.
"""

from __future__ import annotations

import operator
from typing import Any

from numba import types
from numba.core.errors import TypingError
from numba.extending import intrinsic

from s2s.jit.lean.making import fail_if, otherwise
from s2s_runtime import loops


@intrinsic  # type: ignore[untyped-decorator]
def plus(typing: Any, so_far: Any, entry: Any) -> Any:
    """`loops.plus`: an addition that LLVM may exchange with others of its kind, so that it adds several entries at a time.

    Infinities and NaN keep their meaning, and no other operation is concerned: sums that a user compensates stay as they are.
    """
    if so_far != entry or not isinstance(so_far, types.Float):
        return otherwise(typing, operator.add, so_far, entry)

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.fadd(*values, flags=("reassoc", "nsz", "contract"))

    return so_far(so_far, entry), code


@intrinsic  # type: ignore[untyped-decorator]
def reciprocal(typing: Any, x: Any) -> Any:
    """`loops.reciprocal`."""
    if x != types.float64:
        return otherwise(typing, loops.reciprocal, x)

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        (value,) = values
        size = builder.call(builder.module.declare_intrinsic("llvm.fabs", [value.type]), [value])
        is_small = builder.fcmp_ordered("<", size, value.type(loops.SMALLEST))
        is_tiny = builder.and_(builder.fcmp_ordered(">", size, value.type(0.0)), is_small)
        fail_if(context, builder, is_tiny, loops.OtherKinds, "a loop divides by a number below 2e-308")
        return builder.fdiv(value.type(1.0), value)

    return x(x), code


@intrinsic  # type: ignore[untyped-decorator]
def place(typing: Any, index: Any, length: Any) -> Any:
    """`loops.place`."""
    if index != types.int64 or length != types.int64:
        return otherwise(typing, loops.place, index, length)

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        at, size = values
        is_negative = builder.icmp_signed("<", at, at.type(0))
        found = builder.select(is_negative, builder.add(at, size), at)
        wrong = builder.or_(builder.icmp_signed("<", found, at.type(0)), builder.icmp_signed(">=", found, size))
        fail_if(context, builder, wrong, IndexError, "index out of bounds")
        return found

    return index(index, length), code


def one_of_two(typing: Any, order: Any, a: Any, b: Any) -> Any:
    """The second of two numbers, if it stands in an order to the first; else the first, as Python has it."""
    common = typing.unify_types(a, b)
    if not isinstance(common, (types.Number, types.Boolean)):
        raise TypingError(f"the smaller or the larger of {a} and {b}")
    kind = typing.resolve_value_type(order)
    inner = typing.resolve_function_type(kind, (b, a), {})

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        first, second = values
        given = [context.cast(builder, second, b, inner.args[0]), context.cast(builder, first, a, inner.args[1])]
        is_second = context.get_function(kind, inner)(builder, given)
        return builder.select(is_second, context.cast(builder, second, b, common), context.cast(builder, first, a, common))

    return common(a, b), code


@intrinsic  # type: ignore[untyped-decorator]
def least(typing: Any, a: Any, b: Any) -> Any:
    """`min(a, b)`."""
    return one_of_two(typing, operator.lt, a, b)


@intrinsic  # type: ignore[untyped-decorator]
def greatest(typing: Any, a: Any, b: Any) -> Any:
    """`max(a, b)`."""
    return one_of_two(typing, operator.gt, a, b)
