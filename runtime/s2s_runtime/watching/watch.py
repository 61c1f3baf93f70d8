"""What is known while a program that watches itself runs: a shadow for each name whose value is not finite, and all events.

In: codes and statements of a table.  Out: shadows and events.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from s2s_runtime.watching.shadows import Items, Shadow, settled, spread
from s2s_runtime.watching.sites import Bundle, Event, Flawed, Site, Sites

CONSTANTS = 1 << 40
"""Events from here on are constants of the program: they count after all that a statement made."""


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
