"""What a program that watches itself calls while it runs, to know which statement made the first NaN or infinity.

In: numbers of statements, of which a table says what they read and where they come from, and the values that they made.  Out:
`Found`, raised where a derivative is not finite, with the event that this comes from.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from s2s_runtime.watching.following import HOW
from s2s_runtime.watching.shadows import earliest, is_finite
from s2s_runtime.watching.sites import Bundle, Event, Flawed, Found, Loop, Site, Sites
from s2s_runtime.watching.watch import Watch

__all__ = [
    "Bundle", "Event", "Flawed", "Found", "Loop", "Site", "Sites", "Watch", "begun", "called", "divided", "entered", "finished",
    "left", "moved", "passed", "raised", "resumed", "returned", "seen",
]  # fmt: skip


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


def divided(watch: Watch, number: int, dividend: Any, divisor: Any, *indices: Any) -> None:
    """A statement of the derivative is about to divide.  Raises Found where Python would raise ZeroDivisionError."""
    if isinstance(divisor, (float, int, complex)) and divisor == 0 and not isinstance(divisor, np.generic):
        if isinstance(dividend, (float, int, complex)) and not isinstance(dividend, np.generic):
            _not_numbers(watch, number, np.divide, dividend, divisor, indices)


def raised(watch: Watch, number: int, base: Any, exponent: Any, *indices: Any) -> None:
    """A statement of the derivative is about to take a power.  Raises Found where Python would raise an ArithmeticError."""
    try:
        if isinstance(base, (float, int, complex)):
            base**exponent
    except ArithmeticError:
        _not_numbers(watch, number, np.power, float(base), exponent, indices)


def _not_numbers(watch: Watch, number: int, function: Any, one: Any, other: Any, indices: tuple[Any, ...]) -> None:
    """Raise Found for a statement that Python would not finish: what it reads is the cause, or it is an event itself."""
    site = watch.sites[number]
    with np.errstate(all="ignore"):
        value = function(one, other)
    event = earliest([watch.shadow(code, site) for code in site.reads]) or watch.event(site, indices, value)
    raise Found(watch.events[event], watch.met.get(event))


def finished(watch: Watch, number: int, derivative: Any) -> None:
    """A function has computed its derivative.  Raises Found if that is not finite."""
    site = watch.sites[number]
    event = earliest([watch.shadow(site.reads[0], site)])
    if event or not is_finite(derivative):
        raise Found(watch.events.get(event), watch.met.get(event))


CALLS = {begun, resumed, called, entered, left, returned, passed, seen, moved, divided, raised, finished}
"""What is called for what it does."""
