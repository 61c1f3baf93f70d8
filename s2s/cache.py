"""Derived programs, kept: one per function's text and signature, found again while what they took as known still holds.

In: a function without what was bound to it, and a call.  Out: a program that is loaded and ready to run.
"""

from __future__ import annotations

import functools
import sys
import threading
import types
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from s2s.jit.choice import ORDINARY, Choice
from s2s.rules.declare import RULES
from s2s.specialise.memory import check_apart
from s2s.specialise.outside import Environment, is_shareable, static_key
from s2s.tiers import Tier

if TYPE_CHECKING:
    from s2s.arguments import Call, Callee

VARIANTS = 8
SIGNATURES = 256
DEPTH = 20_000

Table = dict[Any, "tuple[Ready, ...]"]

_tables: weakref.WeakKeyDictionary[Any, Table] = weakref.WeakKeyDictionary()
_lock = threading.RLock()


class Ready:
    """A derived program, loaded, with what its surroundings give it at each call."""

    def __init__(self, derived: Any, expected: float = 0.0) -> None:
        """`expected`: the seconds that a first call takes as NumPy code, at least."""
        self.derived = derived
        self.tier = Tier(derived.sources, expected)
        self.made: dict[Any, tuple[Callable[..., Any], ...]] = {}
        self.numpy_code: tuple[Callable[..., Any], ...] | None = None
        outside = derived.specialised
        getters = (capture.get for capture in outside.captures)
        self.captures = tuple(zip(derived.sources[0].captured, getters, strict=True))
        self.guards = outside.guards
        self.memory = outside.memory
        self.known_apart: dict[int, bool] = {}
        self.checks: dict[Any, int] = {}
        """How often the program was called with `check`."""

    def functions(self, choice: Choice = ORDINARY) -> tuple[Callable[..., Any], ...]:
        """What runs the program: NumPy code, which may watch itself, or compiled code.

        Functions that hand each other what they recorded have to be of one call of this.
        """
        found = self.made.get(choice)
        if found is not None:
            return found
        if choice.waits and not self.derived.was_compiled and not self.tier.pays:
            if self.numpy_code is None:
                self.numpy_code = tuple(map(self.tier.timed, self.derived.made(ORDINARY)))
            return self.numpy_code
        return self.made.setdefault(choice, self.derived.made(choice))

    def is_compiled(self, choice: Choice) -> bool:
        """Whether compiled code runs for a choice, as far as there is any."""
        return choice.compiles and choice in self.made

    def apart(self, choice: Choice, number: int) -> bool | Callable[[], bool]:
        """Whether it is known that what a function gives shares memory with nothing; or what says so after a call."""
        run = self.functions(choice)[number]
        if hasattr(run, "apart"):
            told: Callable[[], bool] = run.apart
            return told
        if choice.check_nan:
            return False
        if number not in self.known_apart:
            self.known_apart[number] = self.derived.apart(number)
        return self.known_apart[number]

    def serves(self, choice: Choice) -> bool:
        """Whether this can be run as a choice asks for: what is on disk has no program."""
        return bool(self.derived.serves(choice))

    def holds(self, environment: Environment) -> bool:
        return all(guard.holds(environment) for guard in self.guards)

    def captured(self, callee: Callee, call: Call) -> dict[str, Any]:
        """What the program reads from its surroundings, as it is now.  Raises SharedMemory."""
        environment = Environment(callee.function, call.all)
        if self.memory:
            check_apart(self.memory, environment)
        return {name: get(environment) for name, get in self.captures}


def ready(
    callee: Callee, kind: str, call: Call, single: bool = False, has_aux: bool = False, choice: Choice = ORDINARY
) -> Ready:
    """The derived program for a call, derived now if there is none yet; what is to be compiled is looked for on disk first."""
    from s2s.kinds import Request
    from s2s.specialise.inputs import signature

    table = _table(anchor(callee.function))
    request = Request(kind, call.wrt, single, has_aux)
    named = tuple([(key, signature(value)) for key, value in call.kwargs.items()])
    key = (static_key(callee.function), request, RULES.version, tuple([signature(value) for value in call.args]), named)
    environment = Environment(callee.function, call.all)
    found = _held(table, key, environment, choice)
    if found is not None:
        return found
    with _lock:
        return _held(table, key, environment, choice) or _derived(table, key, callee, request, call, choice)


def _held(table: Table, key: Any, environment: Environment, choice: Choice) -> Ready | None:
    return next((known for known in table.get(key, ()) if known.holds(environment) and known.serves(choice)), None)


def _derived(table: Table, key: Any, callee: Callee, request: Any, call: Call, choice: Choice) -> Ready:
    def derived() -> Any:
        from s2s.pipeline import derive

        with deep():
            return derive(callee.function, request, call.args, call.kwargs)

    if choice.kept:
        from s2s import entries

        program = entries.kept(entries.place_of(callee, request, call), derived, choice.waits)
    else:
        program = derived()
    made = Ready(program, program.least(call) if choice.waits else 0.0)
    kept = table.pop(key, ())
    if len(table) >= SIGNATURES:
        del table[next(iter(table))]
    table[key] = (made, *kept)[:VARIANTS]
    return made


def _table(key: Any) -> Table:
    try:
        with _lock:
            return _tables.setdefault(key, {})
    except TypeError:  # a callable that cannot be referred to weakly is derived anew
        return {}


def anchor(function: Any) -> Any:
    """What lives as long as programs derived from a function are of use: its text, if that may be shared, or itself."""
    while True:
        if isinstance(function, functools.partial):
            function = function.func
        elif isinstance(function, types.MethodType):
            function = function.__func__
        elif hasattr(type(function), "__s2s_key__"):
            function = getattr(function, "function", None) or function.__wrapped__
        else:
            return function.__code__ if is_shareable(function) else function


@contextmanager
def deep() -> Iterator[None]:
    """Room for programs that are nested deeply: an expression is specialised by functions that call each other."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, DEPTH))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
