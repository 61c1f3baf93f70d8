"""The widest vector registers, where a function asks for them.

LLVM uses registers of 256 bits on processors that have 512, since wide ones used to slow the clock.  Loops over elementary
functions that are long enough, some hundred elements, gain from them; in short ones more elements are left over, which are
computed one by one.
"""

from __future__ import annotations

from typing import Any

from numba.core import types
from numba.extending import lower_builtin, type_callable


def widest_vectors() -> None:
    """In a function that Numba compiles, a statement: its loops may use the widest registers.  In Python, nothing."""


def typed(context: Any) -> Any:
    return lambda: types.none()


def lower(context: Any, builder: Any, typing: Any, values: Any) -> Any:
    set.add(builder.function.attributes, '"prefer-vector-width"="512"')  # more than there is does no harm
    return context.get_dummy_value()


type_callable(widest_vectors)(typed)
lower_builtin(widest_vectors)(lower)
