"""What a program that watches itself calls while it runs, to know which statement made the first NaN or infinity.

In: numbers of statements, of which a table says what they read and where they come from, and the values that they made.  Out:
`Found`, raised where a derivative is not finite, with the event that this comes from.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from s2s_runtime.kernels import follow
from s2s_runtime.watching.shadows import (
    Items,
    Shadow,
    by_entry,
    earliest,
    flaws,
    is_finite,
    part,
    replaced,
    settled,
    spread,
)

CONSTANTS = 1 << 40
"""Events from here on are constants of the program: they count after all that a statement made."""


@dataclass(frozen=True, slots=True)
class Flawed:
    """Stands for a constant that is not finite, where a table says what a statement reads."""

    value: Any


@dataclass(frozen=True, slots=True)
class Bundle:
    """Stands for things put together: `keys` for a dict or a record, none for a list or a tuple."""

    items: tuple[Any, ...]
    keys: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop around a statement: what to call its index; `count` is the number of a counter where no index is given."""

    word: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """A statement that is watched: the names that it binds, what each of them or all of them read, the loops around it.

    A name stands for itself in `reads`, None for what is finite.  `origin` is for whoever is told of it.  `rounds` are the numbers of
    iterations that are written out.  `last`: nothing else reads what it reads first.
    """

    targets: tuple[str, ...] = ()
    reads: tuple[Any, ...] = ()
    origin: Any = None
    function: str = ""
    loops: tuple[Loop, ...] = ()
    how: str = "whole"
    derivative: bool = False
    indices: int = 0
    rounds: tuple[int, ...] = ()
    last: bool = False
    starts: int | None = None
    counts: int | None = None


@dataclass(eq=False)
class Sites:
    """The statements of one function that are watched, by number."""

    sites: list[Site] = field(default_factory=list)
    counters: int = 0
    __name__ = "statements"


@dataclass(frozen=True, slots=True)
class Event:
    """A NaN or an infinity that appeared: in which statement and iteration, at which entry of an array."""

    site: Site
    iteration: tuple[tuple[str, int], ...]
    entry: tuple[int, ...] | None
    value: Any
    constant: bool = False


class Found(ArithmeticError):
    """A derivative is not finite.  `event` is where that comes from, `met` the derivative's first statement that it reached."""

    def __init__(self, event: Event | None, met: Event | None) -> None:
        super().__init__("a derivative is not finite")
        self.event, self.met = event, met


class Watch:
    """What is known while a function runs: a shadow for each name whose value is not finite, all events so far."""

    def __init__(self, sites: Sites, events: dict[int, Event], met: dict[int, Event], outer: tuple[tuple[str, int], ...] = ()) -> None:
        self.sites, self.events, self.met, self.outer = sites.sites, events, met, outer
        self.shadows: dict[str, Shadow] = {}
        self.counters = [0] * sites.counters
        self.given: tuple[list[Shadow], tuple[tuple[str, int], ...]] = [], ()
        self.result: Shadow = None
        self.caller: Watch | None = None

    def shadow(self, code: Any, site: Site) -> Shadow:
        """The shadow of what stands in a table."""
        if isinstance(code, str):
            return self.shadows.get(code)
        if isinstance(code, Bundle):
            items = [self.shadow(item, site) for item in code.items]
            return settled(dict(zip(code.keys, items, strict=True)) if code.keys else Items(items))
        return spread(code.value, self.constant(site, code.value)) if isinstance(code, Flawed) else None

    def event(self, site: Site, rest: Sequence[Any], value: Any, where: Any = None) -> int:
        """A new event, as a number."""
        entry = None if where is None else tuple(int(k) for k in np.argwhere(where)[0])
        number = len(self.events) + 1
        self.events[number] = Event(site, self.iteration(site, rest), entry, value[entry] if entry else value)
        return number

    def constant(self, site: Site, value: Any) -> int:
        """The event that a statement reads a constant which is not finite."""
        number = CONSTANTS + id(site)
        self.events.setdefault(number, Event(site, (), None, value, constant=True))
        return number

    def iteration(self, site: Site, rest: Sequence[Any]) -> tuple[tuple[str, int], ...]:
        given = iter(rest)
        own = ((loop.word, int(next(given)) if loop.count is None else self.counters[loop.count]) for loop in site.loops)
        return (*self.outer, *own, *(("iteration", number) for number in site.rounds))

    def meet(self, event: int, site: Site, rest: Sequence[Any], value: Any) -> None:
        """A statement has read what is not finite, and made something like it."""
        if site.derivative and event not in self.met:
            self.met[event] = Event(site, self.iteration(site, rest), None, value)

    def bind(self, name: str, shadow: Shadow) -> None:
        if shadow is None:
            self.shadows.pop(name, None)
        else:
            self.shadows[name] = shadow


# ------------------------------------------------------------------------------------------------------------- calls
def begun(sites: Sites) -> Watch:
    """A function begins to run."""
    return Watch(sites, {}, {})


def resumed(watch: Watch, sites: Sites) -> Watch:
    """The second half of a function begins to run."""
    after = Watch(sites, dict(watch.events), dict(watch.met))
    after.shadows = dict(watch.shadows)
    return after


def called(watch: Watch, number: int, *indices: Any) -> Watch:
    """A function that calls itself is about to be called; what it gets."""
    site = watch.sites[number]
    watch.given = [watch.shadow(code, site) for code in site.reads], watch.iteration(site, indices)
    return watch


def entered(watch: Watch, sites: Sites, *names: str) -> Watch:
    """A function that calls itself has been called, with values that have these names in it."""
    given, outer = watch.given
    inner = Watch(sites, watch.events, watch.met, outer)
    inner.caller = watch
    for name, shadow in zip(names, given, strict=True):
        inner.bind(name, shadow)
    return inner


def left(watch: Watch, number: int) -> None:
    """A function that calls itself returns."""
    site = watch.sites[number]
    assert watch.caller is not None
    watch.caller.result = watch.shadow(site.reads[0], site)


def returned(watch: Watch, number: int) -> None:
    """A function that calls itself has returned."""
    watch.bind(watch.sites[number].targets[0], watch.result)


def passed(watch: Watch, number: int) -> None:
    """A loop begins, an iteration or a branch ends: names are bound to what other names are."""
    site = watch.sites[number]
    if site.starts is not None:
        watch.counters[site.starts] = 0
    if site.counts is not None:
        watch.counters[site.counts] += 1
    if watch.shadows or any(code is not None and not isinstance(code, str) for code in site.reads):
        shadows = [watch.shadow(code, site) for code in site.reads]
        for name, shadow in zip(site.targets, shadows, strict=True):
            watch.bind(name, shadow)


def seen(watch: Watch, number: int, value: Any, *rest: Any) -> None:
    """A statement has computed a value."""
    site = watch.sites[number]
    if isinstance(value, float) and math.isfinite(value):
        watch.shadows.pop(site.targets[0], None)
    else:
        watch.bind(site.targets[0], HOW[site.how](watch, site, value, rest))


def moved(watch: Watch, number: int, value: Any, *rest: Any) -> None:
    """A statement has made a value of what was there: where all is finite, so is this."""
    if watch.shadows:
        site = watch.sites[number]
        watch.bind(site.targets[0], HOW[site.how](watch, site, value, rest))


def finished(watch: Watch, number: int, derivative: Any) -> None:
    """A function has computed its derivative.  Raises Found if that is not finite."""
    site = watch.sites[number]
    event = earliest([watch.shadow(site.reads[0], site)])
    if event or not is_finite(derivative):
        raise Found(watch.events.get(event), watch.met.get(event))


# ------------------------------------------------------------------------------------------- the shadow of what was made
def _reads(watch: Watch, site: Site) -> list[Shadow]:
    return [watch.shadow(code, site) for code in site.reads]


def _entries(watch: Watch, site: Site, value: Any, rest: Sequence[Any]) -> Shadow:
    """Of a function that works entry by entry: each entry has its own cause."""
    bad = flaws(value)
    return None if bad is False else _caused(watch, site, value, rest, bad, _reads(watch, site))


def _caused(watch: Watch, site: Site, value: Any, rest: Sequence[Any], bad: Any, shadows: list[Shadow]) -> Shadow:
    """The shadow of entries that are flawed: what they were made of was, or they are an event."""
    if not isinstance(bad, np.ndarray):
        event = earliest(shadows)
        if event:
            watch.meet(event, site, rest, value)
        return event or watch.event(site, rest, value)
    events = by_entry(shadows, bad)
    new = bad & (events == 0)
    if events.any():
        watch.meet(earliest([events]), site, rest, value)
    return settled(np.where(new, watch.event(site, rest, value, new), events) if new.any() else events)


def _whole(watch: Watch, site: Site, value: Any, rest: Sequence[Any]) -> Shadow:
    """Of any function: all that it reads is a cause of all that it makes."""
    if is_finite(value):
        return None
    event = earliest(_reads(watch, site))
    if event:
        watch.meet(event, site, rest, value)
    else:
        bad = flaws(value)
        event = watch.event(site, rest, value, bad if isinstance(bad, np.ndarray) and bad.ndim else None)
    return spread(value, event)


def _kept(watch: Watch, site: Site, value: Any, rest: Sequence[Any]) -> Shadow:
    """Of a function that computes nothing: no NaN begins here."""
    event = earliest(_reads(watch, site))
    return spread(value, event) if event else None


def _given(watch: Watch, site: Site, value: Any, rest: Sequence[Any]) -> Shadow:
    """Of an argument."""
    return _whole(watch, site, value, rest)


def _chosen(watch: Watch, site: Site, value: Any, rest: Sequence[Any]) -> Shadow:
    """Of `np.where`: what was not chosen is no cause."""
    bad = flaws(value)
    if bad is False:
        return None
    condition, one, other = rest[site.indices], *_reads(watch, site)[1:]
    one, other = (np.broadcast_to(_numbers(shadow), np.shape(value)) for shadow in (one, other))
    events = np.where(bad, np.where(condition, one, other), 0)
    return _caused(watch, site, value, rest, bad, [settled(events)])


def _numbers(shadow: Shadow) -> Any:
    return 0 if shadow is None else shadow if isinstance(shadow, (int, np.ndarray)) else earliest([shadow])


def _part(watch: Watch, site: Site, value: Any, rest: Sequence[Any]) -> Shadow:
    """Of a subscript or an attribute."""
    (shadow, *_) = _reads(watch, site)
    if shadow is None:
        return None
    try:
        return part(shadow, value, rest[site.indices])
    except (IndexError, TypeError):  # an attribute of an array, a field of a tuple
        return spread(value, earliest([shadow]))


def _stored(watch: Watch, site: Site, value: Any, rest: Sequence[Any]) -> Shadow:
    """Of `buffer[index] = item`, through a view of the buffer."""
    item = watch.shadow(site.reads[2], site)
    before, own = _taken(watch, site)
    index, path = rest[site.indices :]
    return _at(value, lambda: _changed(value, before, own, index, path, item), (before, item))


def _added(watch: Watch, site: Site, value: Any, rest: Sequence[Any]) -> Shadow:
    """Of `buffer[index] += item`, through a view of the buffer: the sum of finite numbers may be infinite."""
    item = watch.shadow(site.reads[2], site)
    before, own = _taken(watch, site)
    index, path = rest[site.indices :]
    entries = follow(value, path)[index]
    bad = flaws(entries)

    def change() -> Any:
        if bad is False:
            return _changed(value, before, own, index, path, None)
        there = None if before is None else settled(np.array(follow(before, path)[index]))
        return _changed(value, before, own, index, path, _caused(watch, site, entries, rest, bad, [there, item]))

    return _at(value, change, (before, item))


def _taken(watch: Watch, site: Site) -> tuple[Shadow, bool]:
    """The shadow of what a statement reads first, and whether it may be changed, since nobody else has it."""
    name = site.reads[0]
    if not site.last or not isinstance(name, str):
        return watch.shadow(name, site), False
    shadow = watch.shadows.pop(name, None)
    return shadow, isinstance(shadow, np.ndarray) and shadow.flags.owndata and sys.getrefcount(shadow) == 2


def _changed(value: Any, before: Shadow, own: bool, index: Any, path: Any, item: Shadow) -> Shadow:
    """The shadow of an array with another one at an index of a view of it."""
    if before is None and item is None:
        return None
    if item is None and not np.any(follow(before, path)[index]):
        return before
    events = np.zeros(np.shape(value), int) if before is None else before if own else np.array(before)
    follow(events, path)[index] = 0 if item is None else item
    return events


def _at(value: Any, change: Callable[[], Any], shadows: Sequence[Shadow]) -> Shadow:
    """A shadow that is changed as its array was; where the way to it is one that only numbers can go, all are a cause of all."""
    try:
        return change()
    except (TypeError, ValueError):
        return spread(value, earliest(shadows))


def _appended(watch: Watch, site: Site, value: Any, rest: Sequence[Any]) -> Shadow:
    """Of `xs.append(x)`."""
    before, item = _reads(watch, site)
    if before is None and item is None:
        return None
    if before is not None and not isinstance(before, Items):
        return spread(value, earliest([before, item]))
    return (Items([None] * (len(value) - 1)) if before is None else before).appended(item)


def _put(watch: Watch, site: Site, value: Any, rest: Sequence[Any]) -> Shadow:
    """Of `xs[key] = x`, in a list, a dict, or an array that is in one."""
    before, _, item, *_ = _reads(watch, site)
    if before is None and item is None:
        return None
    key, path = rest[site.indices :]
    return _at(value, lambda: replaced(before, value, (*path, key), item), (before, item))


def _added_in(watch: Watch, site: Site, value: Any, rest: Sequence[Any]) -> Shadow:
    """Of `xs[key] += x`."""
    before, _, item, *_ = _reads(watch, site)
    key, path = rest[site.indices :]
    place, shadow = value, before
    try:
        for step in (*path, key):
            place = place[step]
            shadow = part(shadow, place, step) if shadow is not None else None
    except (TypeError, KeyError):
        return _whole(watch, site, value, rest)
    if before is None and is_finite(place):
        return None
    bad = flaws(place)
    if bad is False:
        event = earliest([shadow, item]) or (0 if is_finite(place) else watch.event(site, rest, place))
        found = spread(place, event) if event else None
    else:
        found = _caused(watch, site, place, rest, bad, [shadow, item])
    return _at(value, lambda: replaced(before, value, (*path, key), found), (before, found))


HOW: dict[str, Callable[[Watch, Site, Any, Sequence[Any]], Shadow]] = {
    "whole": _whole, "entries": _entries, "kept": _kept, "given": _given, "chosen": _chosen, "part": _part, "stored": _stored,
    "added": _added, "appended": _appended, "put": _put, "added in": _added_in,
}  # fmt: skip
"""How the shadow of what a statement made follows from those of what it read."""

CALLS = {begun, resumed, called, entered, left, returned, passed, seen, moved, finished}
"""What is called for what it does."""
