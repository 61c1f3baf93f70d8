"""A derivative that is on disk, or goes there: its texts at once, compiled code for lengths as calls bring them.

In: a place, and what was derived for it here or in another process.  Out: what `cache.Ready` needs of a `Derived`.  A program
is derived again where a call has lengths for which nothing is on disk.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from s2s.code import Code, Record
from s2s.entries.kept import Place, lookup, save
from s2s.load import load
from s2s_runtime.loops import OtherLengths

if TYPE_CHECKING:
    from s2s.pipeline import Derived

MOST = 4
"""Programs for other lengths that are kept per function."""


class Kept:
    """A derivative and its place."""

    def __init__(self, place: Place, made: Derived, again: Derived | None = None) -> None:
        self.place, self.again = place, again
        self.specialised, self.sources, self.kind, self.header = made.specialised, made.sources, made.kind, made.header

    def callables(self) -> tuple[Callable[..., Any], ...]:
        return tuple(load(source) for source in self.sources)

    def compiled(self, strict: bool) -> tuple[Callable[..., Any], ...]:
        """As of a `Derived`; what is compiled for other lengths is kept, too."""
        if self.again is None:
            return tuple(KeptCode(self, number, strict) for number in range(len(self.sources)))
        return tuple(self.code(number, strict, []) for number in range(len(self.sources)))

    def code(self, number: int, strict: bool, found: list[Record]) -> Code:
        """Compiles a function for lengths that are not on disk, and keeps that before what was found."""
        made = self.derived.compiled(strict)[number]

        def keep(record: Record) -> None:
            found[:] = [record, *found][:MOST]
            self.place.write(name_of(number), found)

        made.keep = keep
        return made

    @functools.cached_property
    def derived(self) -> Derived:
        """The programs, derived now if they came as texts."""
        if self.again is not None:
            return self.again
        from s2s.cache import deep
        from s2s.pipeline import derive

        callee, request, call = self.place.call
        with deep():
            return derive(callee.function, request, call.args, call.kwargs)


class KeptCode:
    """One function, compiled: for the lengths that are on disk, then for others."""

    def __init__(self, kept: Kept, number: int, strict: bool) -> None:
        self.kept, self.number, self.strict = kept, number, strict
        self.records: list[Record] = kept.place.read(name_of(number)) or []
        self.waiting = [record for record in self.records if record.outer is None or not strict]
        self.runs: list[Callable[..., Any]] = []
        self.lock = threading.RLock()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        for run in self.runs:
            try:
                return run(*args, **kwargs)
            except OtherLengths:
                continue
        return self.another()(*args, **kwargs)

    def another(self) -> Callable[..., Any]:
        """The next program from disk, or one for the lengths that a call has, behind those that did not fit."""
        with self.lock:
            if self.waiting:
                self.runs.append(self.waiting.pop(0).linked(self.strict))
                return self
            code = self.kept.code(self.number, self.strict, self.records)
            self.runs.append(code)
            return code


def name_of(number: int) -> str:
    return f"compiled-{number}"


def kept(place: Place | None, derive: Callable[[], Derived]) -> Any:
    """What is on disk at a place; else what is derived now, which is kept there.  Without a place, what is derived."""
    if place is None:
        return derive()
    found = lookup(place)
    if found is not None:
        return Kept(place, found)
    made = derive()
    return made if save(place, made) else Kept(place, made, made)
