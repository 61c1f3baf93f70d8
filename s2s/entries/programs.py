"""A derivative that is on disk, or goes there: its texts at once, compiled code for lengths as calls bring them.

In: a place, and what was derived for it here or in another process.  Out: what `cache.Ready` needs of a `Derived`.  A program
is derived again where a call has lengths for which nothing is on disk.  The arguments of no call are held.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from s2s.entries.kept import Place, lookup, save
from s2s.jit.choice import ORDINARY, Choice
from s2s.load import load
from s2s_runtime.loops import OtherLengths

if TYPE_CHECKING:
    from s2s.arguments import Call
    from s2s.code import Code, Picking, Record
    from s2s.pipeline import Derived

MOST = 4
"""Programs for other lengths that are kept per function."""


class Kept:
    """A derivative and its place.  `derived` has the programs, unless they came as texts and no other was needed yet."""

    def __init__(
        self, place: Place, made: Derived, records: list[list[Record]], derived: Derived | None = None
    ) -> None:
        callee, self.request, call = place.call
        self.function, self.positional, self.names = callee.function, len(call.args), tuple(call.kwargs)
        self.place, self.records, self.derived = place, records, derived
        self.specialised, self.sources, self.kind, self.header = made.specialised, made.sources, made.kind, made.header
        self.told, self.apart = told_apart(made), made.apart
        place.release()

    def serves(self, choice: Choice) -> bool:
        """Whether there are callables for a choice."""
        return choice.kept or self.derived is not None or choice == ORDINARY

    @property
    def was_compiled(self) -> bool:
        """Whether there is compiled code on disk, for lengths of one call or another."""
        return any(self.records)

    def least(self, call: Call) -> float:
        """The seconds that a call takes as NumPy code, at least; a text alone does not say."""
        return self.derived.least(call) if self.derived is not None else 0.0

    def made(self, choice: Choice) -> tuple[Callable[..., Any], ...]:
        """As of a `Derived`; what is compiled for other lengths is kept, too."""
        numbers = range(len(self.sources))
        if not choice.kept:
            return self.derived.made(choice) if self.derived is not None else tuple(map(load, self.sources))
        if self.derived is None:
            return tuple(KeptCode(self, number, choice) for number in numbers)
        return tuple(self.code(self.derived, number, choice) for number in numbers)

    def again(self, args: tuple[Any, ...]) -> Derived | None:
        """The programs, derived for a call of the first function, whose arguments are those of the user's function, and more.

        None if they are not those that are on disk, so that what is read for these at each call is not what they need.
        """
        from s2s.cache import deep
        from s2s.pipeline import derive

        if self.derived is None:
            named = dict(zip(self.names, args[self.positional :], strict=False))
            with deep():
                made = derive(self.function, self.request, args[: self.positional], named)
            self.derived = made if told_apart(made) == self.told else None
        return self.derived

    def code(self, derived: Derived, number: int, choice: Choice) -> Code:
        """Compiles a function for lengths that are not on disk, and keeps that before what is there."""
        made = derived.compiled(choice.jit is True, choice.for_compiling())[number]
        found = self.records[number]

        def keep(record: Record) -> None:
            found[:] = [record, *found][:MOST]
            self.place.write(name_of(number), (self.told, found))

        made.keep = keep
        return made


class KeptCode:
    """One function, compiled: for the lengths that are on disk, then for others."""

    def __init__(self, kept: Kept, number: int, choice: Choice) -> None:
        self.kept, self.number, self.choice = kept, number, choice
        self.waiting = [record for record in kept.records[number] if record.outer is None or choice.jit is not True]
        self.runs: list[Callable[..., Any]] = []
        self.lock = threading.RLock()

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        for run in self.runs:
            try:
                return run(*args, **kwargs)
            except OtherLengths:
                continue
        return self.another(args)(*args, **kwargs)

    @property
    def programs(self) -> list[Picking]:
        """What runs, for the lengths of one call or another."""
        from s2s.code import Code, Picking

        return [one for run in self.runs for one in (run.programs if isinstance(run, Code) else [run]) if isinstance(one, Picking)]

    def apart(self) -> bool:
        """Whether it is known of all that runs that its results share memory with nothing."""
        return all(getattr(run, "apart", bool)() for run in self.runs)

    def another(self, args: tuple[Any, ...]) -> Callable[..., Any]:
        """The next program from disk, or one for the lengths of a call, behind those that did not fit."""
        with self.lock:
            if self.waiting:
                self.runs.append(self.waiting.pop(0).linked(self.choice.jit is True, self.choice.for_compiling()))
                return self
            if self.kept.derived is None and self.number:  # its arguments are not the user's
                return load(self.kept.sources[self.number])
            derived = self.kept.again(args)
            made = self.kept.code(derived, self.number, self.choice) if derived else load(self.kept.sources[self.number])
            self.runs.append(made)
            return made


def told_apart(made: Derived) -> str:
    """A hash of the texts of a derivative, and of the names of what they are given."""
    texts = repr([(source.text, source.captured) for source in made.sources])
    return hashlib.blake2b(texts.encode(errors="surrogatepass"), digest_size=16).hexdigest()


def name_of(number: int) -> str:
    return f"compiled-{number}"


def kept(place: Place | None, derive: Callable[[], Derived], waits: bool = False) -> Any:
    """What is on disk at a place; else what is derived now, which is kept there.  Without a place, what is derived.

    `waits`: NumPy code will do, so that there need be nothing compiled.
    """
    if place is None:
        return derive()
    found = lookup(place)
    if found is not None:
        told = told_apart(found)
        read: list[Any] = [place.read(name_of(number)) or ("", []) for number in range(len(found.sources))]
        records = [several if texts == told else [] for texts, several in read]
        if waits or all(records):
            return Kept(place, found, records)
    made = derive()
    return made if save(place, made) else Kept(place, made, [[] for _ in made.sources], made)
