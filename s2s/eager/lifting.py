"""A Python function of which every call is recorded, also those of functions that do not ask their arguments.

    math.exp(x)        scipy.linalg.solve(a, b)        float(x)        out = np.zeros(3); out[0] = x

In: a function.  Out: its twin: the same code, its global names and cells standing for recorded functions.
"""

from __future__ import annotations

import builtins
import functools
import sys
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s.rules.declare import RULES
from s2s.specialise import outside
from s2s_runtime.tape.methods import unwrapped
from s2s_runtime.tape.variable import Variable, innermost, variables

if TYPE_CHECKING:
    from s2s_runtime.tape import Tape

AS_THEY_ARE = {"numpy", "scipy", "s2s", "s2s_runtime", "numba", *sys.stdlib_module_names} - {"__main__"}
"""Packages whose functions are called, and not read."""

LIBRARIES = {"numpy", "scipy", "math", "cmath", "operator"}
"""Those whose functions are recorded."""


def recorded(found: Any, tape: Tape | None = None) -> Any:
    """What a name stands for; `tape`: arrays that are made of nothing are recorded on it, so that recorded numbers may be stored there."""
    twin = Recording(tape).of(found)
    if twin is found or tape is None or isinstance(found, type):
        return twin
    return lambda *args, **options: restored(twin(*args, **options))


def restored(result: Any) -> Any:
    """A result, its objects of the classes that the user wrote."""
    pending, seen = [result], set()
    while pending:
        one = pending.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if type(type(one)) is Recorded:
            one.__class__ = type(one).__bases__[0]
            pending += vars(one).values()
        elif isinstance(one, (list, tuple)):
            pending += one
        elif isinstance(one, dict):
            pending += one.values()
    return result


class Recording:
    """The twins of functions for one tape."""

    def __init__(self, tape: Tape | None) -> None:
        self.tape = tape
        self.twins: dict[Any, Any] = {}

    def of(self, found: Any) -> Any:
        if isinstance(found, types.ModuleType):
            return Namespace(self, found) if found.__name__.partition(".")[0] in LIBRARIES else found
        if isinstance(found, types.MethodType) and isinstance(found.__func__, types.FunctionType) and is_read(found.__func__):
            return types.MethodType(self.twin(found.__func__), found.__self__)
        if is_known(found):
            return self.through(found)
        compiled = getattr(found, "py_func", None)
        if isinstance(compiled, types.FunctionType):
            return self.twin(compiled)
        if isinstance(found, type) and is_users(found):
            return self.class_of(found)
        return self.twin(found) if isinstance(found, types.FunctionType) and is_read(found) else found

    def through(self, function: Any) -> Any:
        """A function that is recorded if an operand is."""
        if function not in self.twins:
            made = Through(self, function)
            self.twins[function] = kind_of_number(function, made) if isinstance(function, type) else made
        return self.twins[function]

    def twin(self, function: Any) -> Any:
        """The same code with recorded names."""
        if function in self.twins:
            return self.twins[function]
        names: dict[str, Any] = {"__builtins__": self.builtins(), "__name__": function.__globals__.get("__name__")}
        cells = tuple(map(self.cell, function.__closure__ or ()))
        twin = types.FunctionType(function.__code__, names, function.__name__, function.__defaults__, cells)
        twin.__kwdefaults__ = function.__kwdefaults__
        self.twins[function] = twin
        for name in named(function.__code__):
            if name in function.__globals__:
                names[name] = self.of(function.__globals__[name])
        return twin

    def builtins(self) -> dict[str, Any]:
        """Python's own functions."""
        taken = {name: self.through(getattr(builtins, name)) for name in TAKEN}
        return {**vars(builtins), **taken, **OWN, "__import__": lambda name, *args: self.of(builtins.__import__(name, *args))}

    def class_of(self, cls: type) -> Any:
        """A class of a user's with recorded methods, its own and those that it inherits; what `super()` finds is not among them."""
        if cls not in self.twins:
            methods = {name: found for base in reversed(cls.__mro__) if is_users(base) for name, found in vars(base).items()}
            self.twins[cls] = cls  # it may be named in its own methods
            twins = {name: self.method(found) for name, found in methods.items() if is_method(found)}
            self.twins[cls] = Recorded(cls.__name__, (cls,), twins)
        return self.twins[cls]

    def method(self, found: Any) -> Any:
        if isinstance(found, types.FunctionType):
            return self.twin(found)
        if isinstance(found, property):
            return property(*(None if one is None else self.twin(one) for one in (found.fget, found.fset, found.fdel)))
        return type(found)(self.twin(found.__func__))

    def cell(self, cell: types.CellType) -> types.CellType:
        try:
            return types.CellType(self.of(cell.cell_contents))
        except ValueError:  # it is filled later
            return cell


TAKEN = ("float", "complex", "abs", "pow", "round")
"""Python's own functions that have rules."""


def extreme(function: Any) -> Callable[..., Any]:
    """`max` or `min`, of two after two: ties of recorded numbers share as the rule of two says."""

    def found(*args: Any, **options: Any) -> Any:
        items = list(args[0]) if len(args) == 1 else list(args)
        if options or not any(True for _ in variables(items)):
            return function(items, **options)
        return functools.reduce(lambda a, b: innermost((a, b)).call(function, a, b) if holds(a, b) else function(a, b), items)

    return found


def holds(*values: Any) -> bool:
    return any(True for _ in variables(values))


OWN: dict[str, Any] = {"max": extreme(max), "min": extreme(min)}
"""Those of any number of arguments."""


class Through:
    """A function, recorded if one of its operands is."""

    def __init__(self, recording: Recording, function: Any) -> None:
        self._recording, self._function = recording, function

    def __call__(self, *args: Any, **options: Any) -> Any:
        if any(True for _ in variables((*args, *options.values()))):
            return innermost(args, options).call(self._function, *args, **options)
        tape = self._recording.tape
        return self._function(*args, **options) if tape is None else tape.call(self._function, *args, **options)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._function, name)
        if isinstance(self._function, np.ufunc) and callable(found):
            return Through(self._recording, found)
        return found

    def __instancecheck__(self, x: Any) -> bool:
        return isinstance(unwrapped(x, Variable), self._function)


class Recorded(type):
    """A class with recorded methods: the objects of the class it stands for are its own."""

    def __instancecheck__(cls, x: Any) -> bool:
        return isinstance(x, cls.__bases__[0])


class _Number(type):
    """`float` or `complex`: asked for as a type, called as a function."""

    through: Any

    def __instancecheck__(cls, x: Any) -> bool:
        return isinstance(unwrapped(x, Variable), cls.through._function)

    def __call__(cls, *args: Any, **options: Any) -> Any:
        return cls.through(*args, **options)

    def __getattr__(cls, name: str) -> Any:
        return getattr(cls.through, name)


def kind_of_number(function: Any, through: Through) -> Any:
    dtype = None if function is np.ndarray else np.dtype(function)
    return _Number(function.__name__, (), {"through": through, "dtype": dtype, "__module__": function.__module__})


class Namespace:
    """A module of a library: what it holds is recorded."""

    def __init__(self, recording: Recording, module: types.ModuleType) -> None:
        self._recording, self._module = recording, module

    def __getattr__(self, name: str) -> Any:
        return self._recording.of(getattr(self._module, name))


def is_known(function: Any) -> bool:
    """Whether the rule table says something of a function, or it makes arrays."""
    try:
        if isinstance(function, type):
            return function in NUMBERS
        return bool(RULES.of(function)) or RULES.is_constant(function) or function in RULES.definitions
    except TypeError:  # what is not hashable has no rule
        return False


NUMBERS = (float, complex, np.ndarray, np.float64, np.float32, np.complex128, np.complex64)
"""Types that make numbers and arrays."""


def is_read(function: types.FunctionType) -> bool:
    """Whether a function is read as text: a user's, a rule's body, and those of NumPy that are written with others."""
    return (function.__module__ or "").partition(".")[0] not in AS_THEY_ARE or is_body(function) or outside.is_read(function)


def is_users(cls: type) -> bool:
    """Whether a class is written by a user, and its objects are not of a kind that Python or a library makes itself."""
    module = (cls.__module__ or "").partition(".")[0]
    return type(cls) is type and module not in AS_THEY_ARE and not issubclass(cls, (tuple, dict, list, BaseException))


def is_method(found: Any) -> bool:
    return isinstance(found, (types.FunctionType, staticmethod, classmethod, property))


def is_body(function: types.FunctionType) -> bool:
    """Whether a function of this package is written in the language that it differentiates: a rule's body, or what one is made of."""
    return (function.__module__ or "").startswith("s2s.rules")


def named(code: types.CodeType) -> set[str]:
    """The global names of a function and of the functions in it."""
    inner = [part for part in code.co_consts if isinstance(part, types.CodeType)]
    return set(code.co_names).union(*(named(part) for part in inner))
