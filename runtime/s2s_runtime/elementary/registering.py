"""Kernels as the meaning of functions in code that Numba compiles.

In: a Python function, and the kernel of staged numbers that stands for it.  Out: nothing; where the function is called in
nopython mode on float64 or float32, the kernel's instructions are written into the caller, and integers become float64.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba.core import types
from numba.extending import lower_builtin, type_callable

from s2s_runtime.elementary.formats import DOUBLE, SINGLE, Format
from s2s_runtime.elementary.staging import Real, Stage

FORMATS = {types.float64: DOUBLE, types.float32: SINGLE}


def register(function: Callable[..., Any], kernel: Callable[..., Real], count: int) -> None:
    """`count` is the number of arguments; they get one type, the widest."""

    def typed(context: Any) -> Callable[..., Any]:
        def one(x: Any) -> Any:
            return signature(x)

        def two(x: Any, y: Any) -> Any:
            return signature(x, y)

        return one if count == 1 else two

    type_callable(function)(typed)
    for kind, form in FORMATS.items():
        lower_builtin(function, *[kind] * count)(lowering(kernel, form))


def signature(*kinds: Any) -> Any:
    """None, which Numba reports as a call of types that are not supported, unless all are numbers."""
    if not all(isinstance(kind, types.Integer | types.Boolean) or kind in FORMATS for kind in kinds):
        return None
    result = types.float32 if all(kind == types.float32 for kind in kinds) else types.float64
    return result(*[result for _ in kinds])


def lowering(kernel: Callable[..., Real], form: Format) -> Callable[..., Any]:
    def lower(context: Any, builder: Any, typing: Any, values: Any) -> Any:
        stage = Stage(builder, form, *processor(context))
        return kernel(*[Real(stage, value) for value in values]).value

    return lower


def processor(context: Any) -> tuple[bool, int]:
    """Of the one that is compiled for: whether it rounds a * b + c once, and the bits of its widest vector register."""
    triple, _, features = context.codegen().magic_tuple()
    present = set(features.split(","))
    has_fma = triple.startswith(("aarch64", "arm64")) or "+fma" in present
    return has_fma, 512 if "+avx512f" in present else 256 if "+avx" in present else 128
