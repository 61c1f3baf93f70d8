"""Derivatives on disk: what a later process needs to run one without deriving it.

In: a call, and what was derived for it.  Out: the same, in a process where all that the function reaches is the same, and all
that was taken as known holds; else nothing.

An entry is found under a hash of everything that the derivation can have looked at (`reached.py`).  It holds texts, and where
the values are found that they read from outside.  Objects are written down as numbers in the order of that walk, or as
names of a library's; each guard is checked again when an entry is read.
"""

from __future__ import annotations

import functools
import importlib
import io
import os
import pickle
import sys
import types
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

import s2s
import s2s_runtime
from s2s.jit.directory import NoCache
from s2s.jit.sources import state_of, version
from s2s.jit.store import entry
from s2s.reached import SCALARS, Reached, Unknowable, at_place, library_name, library_place
from s2s.rules.declare import RULES
from s2s.specialise.access import how
from s2s.specialise.outside import NOTHING, Environment, Guard, Same, number_key

if TYPE_CHECKING:
    from s2s.arguments import Call, Callee
    from s2s.kinds import Request
    from s2s.pipeline import Derived

FORMAT = 1
NAME = "program"
WRITTEN = (tuple, list, dict, frozenset, set, slice, range, np.dtype, np.generic)
"""What is written down by its contents, besides numbers and text, and this package's own data."""


EXAMPLES = {type(np.sum): ("numpy", "sum"), type(np.r_): ("numpy", "r_"), type(np.c_): ("numpy", "c_")}
"""Classes that have no name, and where an object of each is found."""


class Unkept(Exception):
    """Something cannot be written down, and why."""


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


def place_of(callee: Callee, request: Request, call: Call) -> Place | None:
    """Where the derivative of a call is kept; None for what cannot be kept."""
    try:
        return Place(callee, request, call)
    except Unknowable:
        return None


def lookup(place: Place) -> Derived | None:
    """What was derived for a call like this one in another process: texts, captures and guards, without a program."""
    try:
        data = entry("derived", place.key).read(NAME)
    except NoCache:
        return None
    if data is None:
        return None
    try:
        made: Derived = Reader(io.BytesIO(data), place.reached).load()
        return made if all(guard.holds(place.environment) for guard in made.specialised.guards) else None
    except Exception:  # what a file says does not fit what is here: it is derived anew
        return None


def save(place: Place, made: Derived) -> str:
    """Keep what was derived for a call.  Gives the reason where that is not possible; empty where it is."""
    guards = tuple(map(by_value, made.specialised.guards))
    known = replace(made.specialised, function=None, sizes={}, guards=guards)  # type: ignore[arg-type]
    file = io.BytesIO()
    try:
        if Place(*place.call).key != place.key:
            return "what the function reaches was changed meanwhile"
        Writer(file, place.reached).dump(replace(made, specialised=known, functions=()))
        folder = entry("derived", place.key)
        folder.write(NAME, file.getvalue())
        folder.used()
    except (Unkept, Unknowable, NoCache) as refusal:
        return str(refusal)
    return ""


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
    for function in RULES.constants:
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


# ------------------------------------------------------------------------------------------------------ writing it down
class Writer(pickle.Pickler):
    """Writes data; objects of the user's are numbers of a walk.  Raises Unkept for what the walk did not meet."""

    def __init__(self, file: io.BytesIO, reached: Reached) -> None:
        super().__init__(file, protocol=5)
        self.reached = reached

    def persistent_id(self, value: Any) -> Any:
        if value is None or isinstance(value, (bool, int, float, complex, str, bytes)) or how_made(value):
            return None
        number = self.reached.number(value)
        if number is not None:
            return "reached", number
        place = library_place(value)
        if place is not None:
            return "library", *place
        if isinstance(value, type) and value in EXAMPLES:
            return "kind", *EXAMPLES[value]
        kind = type(value)
        if is_bound(value) or kind in WRITTEN or isinstance(value, np.generic) or is_own(kind):
            return None
        raise Unkept(f"{getattr(value, '__qualname__', kind.__qualname__)} is found in a place that has no name")

    def reducer_override(self, value: Any) -> Any:
        made = how_made(value)
        if made is not None:
            return made
        if is_bound(value):
            return getattr, (value.__self__, value.__name__)
        if isinstance(value, Same):
            held = value.held()
            if held is None or held is NOTHING:
                raise Unkept("an object that is gone")
            return Same, (held,)
        return NotImplemented


def how_made(value: Any) -> tuple[Callable[..., Any], tuple[Any, ...]] | None:
    return how(value) if isinstance(value, types.FunctionType) else None


def is_bound(value: Any) -> bool:
    """Whether a value is a method of a library's object, which is made anew whenever it is asked for."""
    return isinstance(value, types.BuiltinMethodType) and not isinstance(value.__self__, types.ModuleType)


def is_own(kind: type) -> bool:
    return library_name(kind).partition(".")[0] in ("s2s", "operator")


class Reader(pickle.Unpickler):
    """Reads data; a number is the object that the walk met then.  Raises LookupError."""

    def __init__(self, file: io.BytesIO, reached: Reached) -> None:
        super().__init__(file)
        self.reached = reached

    def persistent_load(self, place: Any) -> Any:
        kind, *rest = place
        if kind == "reached":
            return self.reached.objects[rest[0]]
        module, name = rest
        importlib.import_module(module)
        found = at_place(module, name)
        if kind == "kind":
            return type(found)
        if library_place(found) != (module, name):
            raise LookupError(f"{module}.{name} is another one now")
        return found
