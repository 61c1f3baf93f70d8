"""What Numba is told about the runtime: its functions that are compiled into loops, the primitives of generated text."""

from __future__ import annotations

import functools
from typing import Any

from numba import types
from numba.extending import intrinsic, overload, register_jitable

from s2s import primitives
from s2s_runtime import loops


@functools.cache
def register() -> None:
    """Tell Numba, once."""
    for function in (*loops.JITABLE, primitives.both, primitives.either):
        register_jitable(function)
    overload(loops.plus, strict=False)(plus_of)


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
