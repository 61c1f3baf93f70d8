"""Derivatives on disk: what a later process needs to run one without deriving it.

In: a call, and what was derived for it.  Out: the same, in a process where all that the function reaches is the same, and all
that was taken as known holds; else nothing.

An entry is found under a hash of everything that the derivation can have looked at (`reached.py`).  It holds texts, and where
the values are found that they read from outside.  Objects are written down as numbers in the order of that walk, or as
names of a library's; each guard is checked again when an entry is read.
"""

from __future__ import annotations

import functools
import io
import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

import s2s
import s2s_runtime
from s2s.arguments import unbundle
from s2s.entries.libraries import at_place, library_name
from s2s.entries.reached import SCALARS, Reached
from s2s.entries.writing import Reader, Unkept, Writer
from s2s.jit.directory import NoCache
from s2s.jit.sources import state_of, version
from s2s.jit.store import entry
from s2s.rules.declare import RULES
from s2s.specialise.outside import NOTHING, Environment, Guard, Same, number_key

if TYPE_CHECKING:
    from s2s.arguments import Call, Callee
    from s2s.kinds import Request
    from s2s.pipeline import Derived

FORMAT = 1
NAME = "program"


class Place:
    """Where the derivative of a call is kept: the walk over what the function reaches, and its hash."""

    def __init__(self, callee: Callee, request: Request, call: Call) -> None:
        """Raises Unknowable."""
        self.call = callee, request, call
        self.environment = Environment(callee.function, call.all)
        self.reached = Reached()
        self.reached.put(f"{FORMAT} {stamp()} {sys.flags.optimize} {request!r} {list(call.kwargs)} {len(call.args)}")
        self.reached.add(callee.function)
        self.reached.arguments(call.all)
        declared(self.reached)
        self.key = self.reached.finish()

    def read(self, name: str) -> Any:
        """What was written under a name, here or in another process; None where there is nothing that fits."""
        try:
            folder = entry("derived", self.key)
            data = folder.read(name)
            folder.used()
            return None if data is None else Reader(io.BytesIO(data), self.reached).load()
        except Exception:  # what a file says does not fit what is here: it is made anew
            return None

    def write(self, name: str, value: Any) -> str:
        """Keep a value.  Gives the reason where that is not possible; empty where it is."""
        file = io.BytesIO()
        try:
            Writer(file, self.reached).dump(value)
            entry("derived", self.key).write(name, file.getvalue())
        except (Unkept, NoCache) as refusal:
            return str(refusal)
        return ""

    def release(self) -> None:
        """Let go of the call and of what it reaches: from here on, nothing that is written may be the user's."""
        self.reached = Reached()
        del self.call, self.environment


def place_of(callee: Callee, request: Request, call: Call) -> Place | None:
    """Where the derivative of a call is kept; None for what cannot be kept, and for functions that are made anew again and again."""
    try:
        if not has_name(callee.function):
            return None
        return Place(callee, request, call)
    except Exception:  # the walk asks objects of the user's, which may raise anything: nothing is kept then
        return None


def has_name(function: Any) -> bool:
    """Whether a function, or what decorates it, stays in a module under its name."""
    found = at_place(getattr(function, "__module__", None) or "", getattr(function, "__qualname__", ""))
    return found is function or (callable(found) and unbundle(found).function is function)


def lookup(place: Place) -> Derived | None:
    """What was derived for a call like this one in another process: texts, captures and guards, without a program."""
    made: Derived | None = place.read(NAME)
    return made if made and all(guard.holds(place.environment) for guard in made.specialised.guards) else None


def save(place: Place, made: Derived) -> str:
    """Keep what was derived for a call.  Gives the reason where that is not possible; empty where it is."""
    guards = tuple(map(by_value, made.specialised.guards))
    known = replace(made.specialised, function=None, sizes={}, guards=guards)  # type: ignore[arg-type]
    try:
        if Place(*place.call).key != place.key:
            return "what the function reaches was changed meanwhile"
    except Exception as refusal:
        return str(refusal) or type(refusal).__name__
    apart = tuple([made.apart(number) for number in range(len(made.functions))])
    return place.write(NAME, replace(made, specialised=known, functions=(), known_apart=apart))


def by_value(guard: Guard) -> Guard:
    """A guard that compares numbers and text by what they are: in another process they are not the same objects."""
    if not isinstance(guard.expected, Same):
        return guard
    held = guard.expected.held()
    held = None if held is NOTHING else held
    return Guard(guard.get, number_key, number_key(held)) if type(held) in (*SCALARS, type(None)) else guard


# ------------------------------------------------------------------------------------------------ what all depends on
def declared(reached: Reached) -> None:
    """Rules that the user declared change what is derived, for whichever function."""
    for function, rules in RULES.rules.items():
        for rule in rules:
            if not (rule.body.__module__ or "").startswith("s2s."):
                reached.put(
                    f"rule {rule.kind} {rule.wrt} {rule.ignored} {rule.sequences} {rule.nested} {rule.moves} {rule.real_only}"
                )
                reached.several(function, rule.body, rule.jvp_body, rule.when)
    for function in [function for function in RULES.constants if function in RULES.constants_of_users]:
        name = library_name(function)
        if name:
            reached.put(name)
        else:
            reached.add(function)


@functools.cache
def stamp() -> str:
    """Versions, and the state of this package's files."""
    versions = [s2s.__version__, sys.version, np.__version__, *map(version, ("scipy", "numba", "sympy"))]
    return "|".join([*versions, state_of(*(os.path.dirname(module.__file__ or "") for module in (s2s, s2s_runtime)))])
