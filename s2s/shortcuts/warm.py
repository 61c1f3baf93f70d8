"""Calls like earlier ones, without what every call has to go through: where shortcuts are kept, and when they are made.

In: calls that went the long way.  Out: functions that run the next one like it, in the place of none.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from s2s.jit.choice import UNSAID, Choice, inside
from s2s.specialise.outside import Environment
from s2s_runtime.wrapping import Wrapper

if TYPE_CHECKING:
    from s2s.arguments import Call, Callee
    from s2s.prepared import Prepared, Program

Shortcut = Callable[[tuple[Any, ...], dict[str, Any]], Any]
"""A function of the arguments and the keyword arguments; None stands for a call that has to go the long way."""

FIRST = 2
"""The first of a transform's calls that is worth it: many transforms are called once."""
OFTEN = 20
"""So many calls that went the long way are looked at each; after that, fewer and fewer."""
MOST = 8
"""Shortcuts of one kind of derivative of one function."""
CALLS = "__s2s_calls__"
"""The attribute of a function that has what is known of calls of its derivatives."""


def no_shortcut(args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """All calls go the long way."""


def forget(held: dict[str, Any]) -> dict[str, Any]:
    """What a transform or a function holds, without its shortcuts, and what Numba sees of it."""
    for name in ("warm", "shortcut", "seen", CALLS):
        held.pop(name, None)
    return held


@dataclass(frozen=True)
class Met:
    """A call that went the long way.

    `function` and `options` as they were asked for, the latter without what the former says; `kwargs`: the names that the call
    had; `given`: how many of the arguments that are bound to the function the next call gives again.
    """

    function: Any
    options: Choice
    callee: Callee
    call: Call
    kwargs: tuple[str, ...]
    prepared: Prepared
    given: int = 0

    @property
    def program(self) -> Program:
        return self.prepared[0]

    @property
    def every(self) -> tuple[Any, ...]:
        return self.prepared[1]

    @property
    def outside(self) -> dict[str, Any]:
        return self.prepared[2]

    @property
    def environment(self) -> Environment:
        return Environment(self.callee.function, self.every)

    @property
    def asks_environment(self) -> bool:
        """Whether the environment says what is compiled, since nothing else does."""
        choice, function = self.options, self.function
        while choice.jit is None and (inner := inside(function)) is not None:
            choice, function = getattr(function, "options", UNSAID), inner
        return choice.jit is None


class Warm:
    """The shortcuts for calls of one kind, and how many calls went the long way."""

    def __init__(self) -> None:
        self.calls = 0
        self.known: tuple[Shortcut, ...] = ()
        self.find: Shortcut = no_shortcut

    def met(self, met: Met, finish: Any = None) -> None:
        """A call went the long way.  Is there a shorter one, it is known from here on."""
        self.calls += 1
        if self.calls < FIRST or (self.calls > OFTEN and self.calls & (self.calls - 1)):
            return
        from s2s.shortcuts.found import found

        new = found(met, finish)
        older = [one for one in self.known if all(one.program != other.program for other in new)]  # type: ignore[attr-defined]
        self.known = (*new, *older)[:MOST]
        if self.known:
            self.find = self.known[0] if len(self.known) == 1 else one_of(self.known)


def one_of(shortcuts: tuple[Shortcut, ...]) -> Shortcut:
    """The first one that fits."""

    def shortcut(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        for one in shortcuts:
            result = one(args, kwargs)
            if result is not None:
                return result
        return None

    return shortcut


class Calls:
    """What is known of calls of a function's derivatives, by what was asked for; kept at the function, and as long as it is."""

    def __init__(self, function: Any = None) -> None:
        self.function = function
        self.known: dict[Hashable, Any] = {}

    def __reduce__(self) -> Any:
        return Calls, ()


def known(function: Any, key: Hashable, make: Callable[[], Any] = Warm) -> Any:
    """What is kept at a function under a key, made if there is nothing; kept nowhere where there is no room for it."""
    if type(function) is not types.FunctionType and not isinstance(function, (Wrapper, functools.partial)):
        if not hasattr(type(function), "__s2s_key__"):
            return make()
    calls = function.__dict__.get(CALLS)
    if calls is None or calls.function is not function:  # the attributes of a function are copied to what wraps it
        calls = function.__dict__[CALLS] = Calls(function)
    found = calls.known.get(key)
    if found is None:
        found = calls.known[key] = make()
    return found


def calls_of(function: Any, kind: str, options: Choice) -> tuple[Warm, tuple[Any, ...]]:
    """What is known of calls of a kind, and the arguments that such a call begins with: the object of a method."""
    key = kind if options is UNSAID else (kind, options)
    if type(function) is types.MethodType and type(function.__func__) is types.FunctionType:
        return known(function.__func__, ("method", key)), (function.__self__,)
    return known(function, key), ()
