"""What makes a callable what it is, and how derivatives of it run: the function in it, what is bound to it, its options.

In: a callable.  Out: what has to stay the same objects, as expressions.
"""

from __future__ import annotations

import functools
import types
from typing import Any

from s2s_runtime.wrapping import Wrapper

Held = tuple[Any, str, Any]
"""An object, what is asked of it (`.name`, `['key']`), and what that gives."""

WRAPPER = ("__wrapped__", "options", "__self__")
TRANSFORM = ("function", "argnums", "argnames", "has_aux", "options")
"""What these hold; the first is the callable inside."""


def held_by(function: Any) -> list[Held]:
    """All that a callable holds, down to the function in it; nothing for what is one, and what cannot be looked into."""
    kind = type(function)
    if kind is types.MethodType:
        return held_by(function.__func__)
    if kind is functools.partial:
        words = function.keywords
        counted = [(words, ".__len__()", len(words)), *((words, f"[{word!r}]", value) for word, value in words.items())]
        return [*attributes(function, ("func", "args", "keywords")), *counted, *held_by(function.func)]
    if isinstance(function, Wrapper):
        return [*attributes(function, WRAPPER), *held_by(function.__wrapped__)]
    if hasattr(kind, "__s2s_key__"):
        return [*attributes(function, TRANSFORM), *held_by(function.function)]
    if hasattr(function, "py_func"):
        return attributes(function, ("py_func",))
    called = getattr(kind, "__call__", None)
    return attributes(kind, ("__call__",)) if isinstance(called, types.FunctionType) else []


def attributes(value: Any, names: tuple[str, ...]) -> list[Held]:
    return [(value, f".{name}", getattr(value, name)) for name in names if hasattr(value, name)]
