"""What a program reads from outside its arguments: how it is found again at each call, and what must stay as it was.

In: Python objects met while a program is specialised.  Out: captures, whose values are loaded at each call, and guards, which
say whether the program is still right.  Both start from the function that is called now and from its arguments, so that
functions made from one text, each with variables of its own, can share a program.
"""

from __future__ import annotations

import enum
import functools
import sys
import types
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from s2s import ir
from s2s.primitives import name_of_object
from s2s.rules.declare import RULES
from s2s.specialise.access import Access


class Environment(NamedTuple):
    """One call: the function that is called, and all its arguments."""

    function: Any
    arguments: tuple[Any, ...]


@dataclass(frozen=True)
class Capture:
    """A value that the program reads from its surroundings: a parameter of the generated function."""

    name: str
    get: Access


@dataclass(frozen=True)
class Guard:
    """Something that was taken as known: the program is right while the key of what `get` finds is still the expected one."""

    get: Access
    key: Callable[[Any], Any]
    expected: Any

    def holds(self, environment: Environment) -> bool:
        try:
            return bool(self.key(self.get(environment)) == self.expected)
        except (AttributeError, LookupError, ValueError, TypeError):
            return False


@dataclass
class Surroundings:
    """What a program read from outside its arguments, once each."""

    captures: list[Capture] = field(default_factory=list)
    parameters: list[ir.Parameter] = field(default_factory=list)
    trees: list[ir.Atom] = field(default_factory=list)
    guards: list[Guard] = field(default_factory=list)
    values: dict[Any, Any] = field(default_factory=dict)


# ------------------------------------------------------------------------------------------------------------- keys
LIBRARIES = {
    "numpy",
    "scipy",
    "math",
    "cmath",
    "builtins",
    "numba",
    "llvmlite",
    "s2s_runtime",
    "sympy",
    *sys.stdlib_module_names,
}
LIBRARIES -= {"__main__"}
PROGRAMS = ("s2s_runtime.nn", "s2s_runtime.train")
"""Packages in a library whose functions are programs: they are read, as a user's are."""
CACHED = type(functools.lru_cache(lambda: None))
PLAIN = (
    str,
    bytes,
    type(None),
    type(Ellipsis),
    type,
    types.ModuleType,
    np.dtype,
    np.ufunc,
    enum.Enum,
    types.BuiltinFunctionType,
)


JOINERS = {type(np.r_), type(np.c_)}
"""Of objects that NumPy has for their brackets."""


NOTHING = object()
"""Stands for None where None is what is held, and not what is left of an object that is gone."""


class Same:
    """An object, compared by identity; it is not kept alive by this."""

    __slots__ = ("held", "number")

    def __init__(self, value: Any) -> None:
        self.number = id(value)
        try:
            self.held: Callable[[], Any] = weakref.ref(value)
        except TypeError:
            self.held = lambda: value if value is not None else NOTHING

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.number == other.number and self.held() is other.held() is not None

    def __hash__(self) -> int:
        return self.number


def is_static(value: Any) -> bool:
    """Whether a value is part of the signature itself: text, None, functions, classes, modules, dtypes, NumPy's "not given"."""
    if isinstance(value, (*PLAIN, slice, type(np._NoValue))):
        return True
    if not callable(value):
        return False
    if (
        isinstance(value, np.vectorize)
        or hasattr(type(value), "__s2s_call__")
        or hasattr(value, "py_func")
        or hasattr(value, "_dispatcher")
    ):
        return True
    if not isinstance(getattr(type(value), "__call__", None), types.FunctionType):
        return True  # one of a user's class has attributes
    return is_library(value) and name_of_object(value) != ""


def is_library(value: Any) -> bool:
    """Whether a function or class belongs to Python or to a library that is taken as it is."""
    module = getattr(value, "__module__", None) or ""
    return module.partition(".")[0] in LIBRARIES and not module.startswith(PROGRAMS)


def is_read(value: Any) -> bool:
    """Whether a function of a library is one whose text is read as a user's: it is written with functions that have rules."""
    return (getattr(value, "__module__", None) or "").startswith(READ)


READ = ("numpy.polynomial.",)
"""Packages whose functions are evaluations and sums of coefficients, in plain Python."""


def is_shareable(function: Any) -> bool:
    """Whether a function may stand for others made from the same text: it was made inside another function."""
    if type(function) is not types.FunctionType or "<" not in function.__qualname__:
        return False
    return function not in RULES.rules and not RULES.is_constant(function)


def static_key(value: Any) -> Any:
    """Equal for two static values that a program may take for each other."""
    if isinstance(value, PLAIN):
        return type(value), value
    if is_shareable(value):
        return types.FunctionType, value.__code__, value.__code__.co_filename
    if isinstance(value, types.MethodType):
        owner = Same(value.__self__) if is_library(value) else None  # that of a user's object is an argument
        return types.MethodType, static_key(value.__func__), owner
    if type(value) is functools.partial:
        return functools.partial, static_key(value.func), len(value.args), tuple(value.keywords)
    if isinstance(value, slice):
        return slice, value.start, value.stop, value.step
    if hasattr(type(value), "__s2s_key__"):
        return value.__s2s_key__()
    return type(value), Same(value)


def number_key(value: Any) -> Any:
    """Equal for numbers that are written in the same way."""
    return type(value), repr(value)


def lies_in_order(value: Any) -> bool | None:
    """True for an array in C order, so that its reshapes are views; False for one in Fortran's; None for any other."""
    return True if value.flags.c_contiguous else False if value.flags.f_contiguous else None


def itself(value: Any) -> Any:
    return value
