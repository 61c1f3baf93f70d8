"""How the shadow of what a statement made follows from those of what it read: what is new, what was there, and where.

In: a watch, a statement of its table, the value that it made, and what else of it is needed: the indices of the loops around it, and
then a condition, an index, the way to a view.  Out: the shadow of the value.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
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
from s2s_runtime.watching.sites import Site
from s2s_runtime.watching.watch import Watch


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
    if not is_single(index):
        return _at(value, lambda: _added_up(watch, site, value, rest, before, item), (before, item))
    entries = follow(value, path)[index]
    bad = flaws(entries)

    def change() -> Any:
        if bad is False:
            return _changed(value, before, own, index, path, None)
        there = None if before is None else settled(np.array(follow(before, path)[index]))
        return _changed(value, before, own, index, path, _caused(watch, site, entries, rest, bad, [there, item]))

    return _at(value, change, (before, item))


def is_single(index: Any) -> bool:
    """Whether an index names each entry once: numbers and slices."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(isinstance(part, (int, np.integer, slice, type(None), type(Ellipsis))) for part in parts)


def _added_up(watch: Watch, site: Site, value: Any, rest: Sequence[Any], before: Shadow, item: Shadow) -> Shadow:
    """Of an addition whose index may name an entry several times: all that is added to it is a cause."""
    bad = flaws(value)
    if bad is False:
        return None
    index, path = rest[site.indices :]
    none = np.iinfo(int).max
    added = np.full(np.shape(value), none)
    events = np.asarray(_numbers(item))
    np.minimum.at(follow(added, path), index, np.where(events == 0, none, events))
    return _caused(watch, site, value, rest, bad, [before, np.where(added == none, 0, added)])


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
