"""From a text to a function whose source can be found, and runs of it on copies of its arguments."""

from __future__ import annotations

import hashlib
import linecache
import math
import signal
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np


@contextmanager
def loaded(text: str) -> Iterator[Callable[..., Any]]:
    """The function `f` of a text.  Afterwards, nothing keeps the text, nor what was derived from it."""
    file = f"<random {hashlib.sha256(text.encode()).hexdigest()[:12]}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    module = types.ModuleType("random_program")
    exec(compile(text, file, "exec"), module.__dict__)
    try:
        yield module.__dict__["f"]
    finally:
        for name in [name for name in linecache.cache if name == file or name.startswith("<s2s ")]:
            del linecache.cache[name]


def copied(args: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(arg.copy() if isinstance(arg, np.ndarray) else arg for arg in args)


def bits(value: Any) -> Any:
    """What two values have in common only if they are the same to the last bit, types, signs of zero and NaN included."""
    if isinstance(value, (tuple, list)):
        return type(value), tuple(bits(item) for item in value)
    if isinstance(value, (np.ndarray, np.generic)):
        return type(value), value.dtype.str, value.shape, value.tobytes()
    return type(value), value.hex() if isinstance(value, float) else value


def flattened(value: Any) -> list[Any]:
    """The leaves of a value."""
    return [leaf for item in value for leaf in flattened(item)] if isinstance(value, (tuple, list)) else [value]


def flat(value: Any) -> np.ndarray[Any, Any]:
    """All floats in a value, one after the other; None stands for none."""
    if value is None or isinstance(value, int):
        return np.zeros(0)
    if isinstance(value, (tuple, list)):
        return np.concatenate([np.zeros(0), *(flat(item) for item in value)])
    return np.ravel(np.asarray(value, np.float64))


def moderate(value: Any) -> bool:
    """Whether every number in a value is finite, and small enough for differences to say something."""
    numbers = flat(value)
    return bool(np.all(np.isfinite(numbers)) and np.max(np.abs(numbers), initial=0.0) < 1e6)


class OutOfTime(BaseException):
    """A program ran, or was differentiated, for too long.  No `except Exception` on the way may swallow it."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raises OutOfTime in the block after so many seconds; only in a main thread, elsewhere there is no limit."""
    if math.isinf(seconds):
        yield
        return

    def ring(*_: Any) -> None:
        raise OutOfTime(f"more than {seconds:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
