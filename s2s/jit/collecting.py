"""Python's garbage collector, told to run seldom while Numba compiles: it would go through all that Numba knows, again and again.

In: nothing.  Out: a context, in which objects that refer to each other are collected after more of them were made than usually.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

OBJECTS = 20_000
"""So many new objects before a collection; a compiled function leaves a few million behind, of some hundred bytes each."""

_lock = threading.Lock()
_inside = 0
_before: tuple[int, int, int] = gc.get_threshold()


@contextmanager
def seldom() -> Iterator[None]:
    """What was set before is set again when the last thread has left."""
    global _inside, _before
    with _lock:
        if not _inside:
            _before = gc.get_threshold()
            if 0 < _before[0] < OBJECTS:
                gc.set_threshold(OBJECTS, *_before[1:])
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside:
                gc.set_threshold(*_before)
