"""What Numba is told about the runtime: its functions that are compiled into loops, the primitives of generated text."""

from __future__ import annotations

import functools

from numba.extending import register_jitable

from s2s import primitives
from s2s_runtime import loops


@functools.cache
def register() -> None:
    """Tell Numba, once."""
    for function in (*loops.JITABLE, primitives.both, primitives.either):
        register_jitable(function)
