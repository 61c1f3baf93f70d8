"""A call that is like an earlier one, run with nothing checked that need not be: one function, written for that call.

    def shortcut(args, kwargs):
        try:
            w, x = args
            if kwargs: return
            if type(w) is not ndarray: return
            if type(x) is not ndarray: return
            if names['np'] is not numpy: return
            if numpy.exp is not exp: return
        except Exception:
            return
        try:
            return run(w, x)
        except UNFIT:
            return

In: a call that went the long way, and the program that ran.  Out: a function of the arguments, as a tuple, and of the keyword
arguments; it gives None where something that was taken as known is, or may be, another thing now, so that the call has to go
the long way.  What `run` checks is left out: the dtypes, ranks and layouts of arrays, and the lengths that the text checks itself.
"""

from __future__ import annotations

import dataclasses
import itertools
import os
import types
from collections import OrderedDict, defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s.rules.declare import RULES
from s2s.shortcuts.callee import held_by
from s2s.shortcuts.text import Text
from s2s.specialise.inputs import is_record, signature
from s2s.specialise.memory import Memory, check_apart
from s2s.specialise.outside import Guard, Same, is_static, itself, lies_in_order, number_key, static_key

if TYPE_CHECKING:
    from s2s.shortcuts.warm import Met

NUMBERS = (float, int, bool, complex, np.float64, np.float32)
STABLE = (types.ModuleType, type, types.FunctionType, types.BuiltinFunctionType, np.ufunc, type(None))
DICTS = (dict, OrderedDict, defaultdict)
FEW = 8
"""Items of a list that are looked at one by one."""


class NoShortcut(Exception):
    """A call cannot be checked in this way."""


def is_stable(value: Any, key: Any) -> bool:
    """Whether an object that is the same is the same to any program."""
    return isinstance(value, STABLE) or (type(key) is tuple and key[1:] == (Same(value),))


class Work(Text):
    """The checks of one shortcut.

    `typed`: what runs looks at the types of arrays itself.  `bound`: how many arguments the function holds, which the calls do
    not give.
    """

    def __init__(self, met: Met, typed: bool) -> None:
        self.met, self.typed, self.bound = met, typed, len(met.callee.args) - met.given
        super().__init__(met.callee.function, [])
        self.looked_at: dict[str, Any] = {}
        self.captured: dict[int, Any] = {}
        self.found: dict[int, str] = {}
        self.unpack()
        for name, value in zip(self.arguments, met.every, strict=True):
            self.value(name, value)
        self.unchanged()

    def surroundings(self) -> None:
        """What is captured for the program, and what was taken as known when it was derived.  Raises NoShortcut."""
        made = self.met.program.made
        self.captured = {id(get): value for (_, get), value in zip(made.captures, self.met.outside.values(), strict=True)}
        for guard in made.guards:
            self.guard(guard)
        self.apart(made.memory)

    # ------------------------------------------------------------------------------------------------------- arguments
    def unpack(self) -> None:
        """Names for all arguments: those that are held, those of the call, those by keyword, defaults."""
        call = self.met.call
        held = [self.constant(value) for value in call.args[: self.bound]]
        given = [f"a{k}" for k in range(len(call.args) - self.bound)]
        self.lines.append(f"{', '.join(given)}, = args" if given else "if args: return")
        self.refuse_if(f"len(kwargs) != {len(self.met.kwargs)}" if self.met.kwargs else "kwargs")
        self.arguments = [*held, *given]
        for name, value in call.kwargs.items():
            if name in self.met.kwargs:
                self.arguments.append(f"k{len(self.arguments)}")
                self.lines.append(f"{self.arguments[-1]} = kwargs[{name!r}]")
            else:
                self.arguments.append(self.constant(value))
                if name not in dict(self.met.callee.kwargs):
                    self.default(name, value)

    def default(self, name: str, value: Any) -> None:
        """A default that is differentiated by is given to the program explicitly."""
        function = self.met.callee.function
        if type(function) is not types.FunctionType or hasattr(function, "__wrapped__") or hasattr(function, "__signature__"):
            raise NoShortcut
        own = self.constant(function)
        self.must_be(f"{own}.__defaults__", function.__defaults__)
        if name in (function.__kwdefaults__ or {}):
            self.must_be(f"{own}.__kwdefaults__[{name!r}]", value)

    def value(self, name: str, value: Any) -> None:
        """An argument, or a part of one: it has to have the same signature."""
        kind = type(value)
        if kind in NUMBERS or kind is np.ndarray:
            self.number(name, value)
        elif kind in (tuple, list) and len(value) <= FEW:
            self.items(name, value, kind, [f"{name}[{k}]" for k in range(len(value))])
        elif isinstance(value, tuple) and hasattr(kind, "_fields") and kind.__iter__ is tuple.__iter__:
            self.items(name, value, kind, [f"{name}.{field}" for field in kind._fields])
        elif kind in DICTS and all(type(key) in (str, int) for key in value):
            self.mapping(name, value)
        elif is_record(value) and not is_static(value) and not isinstance(value, (tuple, list, dict)):
            self.refuse_if(f"type({name}) is not {self.constant(kind)}")
            for field in dataclasses.fields(value):
                self.part(f"{name}.{field.name}", getattr(value, field.name))
        elif value is None:
            self.refuse_if(f"{name} is not None")
        elif kind is str:
            self.refuse_if(f"type({name}) is not str or {name} != {value!r}")
        elif isinstance(value, STABLE):
            self.must_be(name, value)
        elif signature(value) == (kind,):  # an object, or a number of another kind
            self.refuse_if(f"type({name}) is not {self.constant(kind)}")
        else:
            self.refuse_if(f"{self.constant(signature)}({name}) != {self.constant(signature(value))}")

    def items(self, name: str, value: Any, kind: type, places: list[str]) -> None:
        """A tuple or a list, item by item."""
        self.refuse_if(f"type({name}) is not {self.constant(kind)} or len({name}) != {len(value)}")
        names = [f"{name}_{k}" for k in range(len(value))]
        if names:
            self.lines.append(f"{', '.join(names)}, = {name}")
        for one, place, item in zip(names, places, value, strict=True):
            self.known[place] = one
            self.value(one, item)

    def mapping(self, name: str, value: dict[Any, Any]) -> None:
        """A dict: its keys in their order, and what it has for each."""
        self.refuse_if(f"type({name}) is not {self.constant(type(value))} or [*{name}] != {[*value]!r}")
        for key, item in value.items():
            self.part(f"{name}[{key!r}]", item)

    def part(self, expression: str, value: Any) -> None:
        self.known[expression] = name = self.variable(expression)
        self.value(name, value)

    def number(self, name: str, value: Any) -> None:
        """A number or an array: what its signature says, if what runs does not see it."""
        self.refuse_if(f"type({name}) is not {self.constant(type(value))}")
        self.looked_at[name] = value
        if type(value) is not np.ndarray or (self.typed and name in self.arguments):
            return
        if value.dtype.kind not in "fciub":
            raise NoShortcut
        self.refuse_if(f"{name}.dtype.char != {value.dtype.char!r}")
        if value.ndim == 0:
            self.refuse_if(f"{name}.shape")
            return
        lengths = [f"{name}n{axis}" for axis in range(value.ndim)]
        self.lines.append(f"{', '.join(lengths)}, = {name}.shape")
        for length, size in zip(lengths, value.shape, strict=True):
            self.refuse_if(f"{length} {'!=' if size == 1 else '=='} 1")

    # ------------------------------------------------------------------------------------------------- what is called
    def unchanged(self) -> None:
        """What is called is what it was, how derivatives run is what it was, and so are the rules that were declared."""
        self.refuse_if(f"{self.constant(RULES)}.version != {RULES.version}")
        for owner, place, value in held_by(self.met.function):
            self.must_be(f"{self.constant(owner)}{place}", value)
            if isinstance(value, list):
                raise NoShortcut
        for function in (self.met.function, self.met.callee.function):
            if not isinstance(function, (*STABLE, types.MethodType)) and not held_by(function):
                key = static_key(function)
                self.refuse_if(f"{self.constant(static_key)}({self.constant(function)}) != {self.constant(key)}")
        if self.met.asks_environment:
            kept, name = getattr(os.environ, "_data", None), os.environ.encodekey("S2S_JIT") if os.name == "posix" else "S2S_JIT"
            where = kept if type(kept) is dict and os.name == "posix" else os.environ
            self.refuse_if(f"{self.constant(where)}.get({name!r}) != {where.get(name)!r}")

    # -------------------------------------------------------------------------------------------------------- guards
    def capture(self, get: Any) -> str:
        """What an access finds; what is captured is found once, so that what is looked at is what is used."""
        expression = self.found.get(id(get)) or self.access(get)
        if id(get) not in self.captured or id(get) in self.found:
            return expression
        name = self.found[id(get)] = self.variable(expression)
        if self.typed:
            if type(self.captured[id(get)]) not in (*NUMBERS, np.ndarray):
                raise NoShortcut
            self.refuse_if(f"type({name}) is not {self.constant(type(self.captured[id(get)]))}")
            self.looked_at[name] = self.captured[id(get)]
        return name

    def guard(self, guard: Guard) -> None:
        """One thing that was taken as known.  Raises NoShortcut if it is another one by now."""
        value, expression = guard.get(self.met.environment), self.capture(guard.get)
        if guard.key(value) != guard.expected:
            raise NoShortcut
        if guard.key is Same or (guard.key is static_key and is_stable(value, guard.expected)):
            self.must_be(expression, value)
        elif guard.key in (lies_in_order, signature) and expression in self.looked_at and self.typed:
            return  # part of the type that `run` was compiled for
        elif guard.key is signature and (expression in self.looked_at or type(value) in (*NUMBERS, np.ndarray)):
            if expression not in self.looked_at:
                self.number(expression, value)
        elif guard.key is lies_in_order and guard.expected is True:
            self.refuse_if(f"not {expression}.flags.c_contiguous")
        elif guard.key is number_key:
            same = f"{expression} is not {self.constant(value)}"
            self.refuse_if(f"{same} and {self.test(guard, expression)}")
        elif guard.key is itself and guard.expected is True:
            self.refuse_if(f"not {expression}")
        else:
            self.refuse_if(self.test(guard, expression))

    def test(self, guard: Guard, expression: str) -> str:
        return f"{self.constant(guard.key)}({expression}) != {self.constant(guard.expected)}"

    def apart(self, memory: tuple[Memory, ...]) -> None:
        """No array that is stored into may share memory with another one; where it might, the long way finds out."""
        if not all(type(one.get(self.met.environment)) is np.ndarray for one in memory):
            self.lines.append(f"{self.constant(check_apart)}({self.constant(memory)}, {self.environment})")
            return
        for one, other in itertools.combinations(memory, 2):
            if one.written or other.written:
                self.refuse_if(f"{self.constant(np.may_share_memory)}({self.capture(one.get)}, {self.capture(other.get)})")
