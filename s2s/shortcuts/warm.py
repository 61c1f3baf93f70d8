"""Shortcuts of a transform: calls like earlier ones, without what every call has to go through.

In: a call that went the long way.  Out: a function that runs the next one like it, in the place of none.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from s2s.arguments import Call, Callee
    from s2s.cache import Ready
    from s2s.jit.choice import Choice
    from s2s.transforms import Gradient

Shortcut = Callable[[tuple[Any, ...]], Any]
"""A function of the arguments; None stands for a call that has to go the long way."""

FIRST = 2
"""The first of a transform's calls that is worth it: many transforms are called once."""
LAST = 20
"""After so many calls that went the long way they all do."""
MOST = 4
"""Of one transform."""


def no_shortcut(args: tuple[Any, ...]) -> None:
    """All calls go the long way."""


def forget(held: dict[str, Any]) -> dict[str, Any]:
    """What a transform holds, without its shortcuts, and what Numba sees of it."""
    for name in ("warm", "shortcut", "seen"):
        held.pop(name, None)
    return held


class Warm:
    """The shortcuts of one transform, and how many calls went the long way."""

    def __init__(self) -> None:
        self.calls = 0
        self.known: tuple[Shortcut, ...] = ()

    def met(
        self, transform: Gradient, callee: Callee, call: Call, made: Ready, outside: dict[str, Any], choice: Choice
    ) -> None:
        """A call went the long way.  Is there a shorter one, the transform takes it from here on."""
        self.calls += 1
        if FIRST <= self.calls <= LAST and not isinstance(transform.function, functools.partial):
            from s2s.shortcuts.found import found

            self.known = (*found(transform, callee, call, made, outside, choice), *self.known)[:MOST]
            if self.known:
                transform.__dict__["shortcut"] = self.known[0] if len(self.known) == 1 else one_of(self.known)


def one_of(shortcuts: tuple[Shortcut, ...]) -> Shortcut:
    """The first one that fits."""

    def shortcut(args: tuple[Any, ...]) -> Any:
        for one in shortcuts:
            result = one(args)
            if result is not None:
                return result
        return None

    return shortcut
