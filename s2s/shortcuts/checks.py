"""A call that is like an earlier one, run with nothing checked that need not be: one function, written for that call.

    def shortcut(args):
        try:
            w, x = args
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

In: a call, what was derived for it, and the compiled program that ran.  Out: a function of the arguments as a tuple; it gives
None where something that was taken as known is, or may be, another thing now, so that the call has to go the long way.  What
`run` checks is left out: the dtypes, ranks and layouts of arrays, and the lengths that the text checks itself.
"""

from __future__ import annotations

import builtins
import itertools
import keyword
import operator
import sys
import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s.jit.exact import OtherTypes
from s2s.rules.declare import RULES
from s2s.specialise.access import Access, agreeing, argument, called, fixed, how, imported, step
from s2s.specialise.inputs import signature
from s2s.specialise.outside import Environment, Guard, Same, itself, lies_in_order, number_key, static_key
from s2s.specialise.scope import lookup
from s2s_runtime.checks import ScalarExpected
from s2s_runtime.loops import OtherKinds, OtherLengths, Outside

if TYPE_CHECKING:
    from s2s.arguments import Call, Callee
    from s2s.cache import Ready
    from s2s.direct import Direct
    from s2s.jit.exact import Exact

UNFIT = (OtherTypes, OtherLengths, OtherKinds, Outside, ScalarExpected, OverflowError)
"""What a compiled program raises where a call does not fit; the long way says why.  An OverflowError is that of a large integer."""

NUMBERS = (float, int, bool, complex, np.float64, np.float32)
STABLE = (types.ModuleType, type, types.FunctionType, types.BuiltinFunctionType, np.ufunc, type(None))


@dataclass(frozen=True)
class Asked:
    """`pick`: the part of a result that is handed out; `shapes`: parts of it that must have the shape of an argument."""

    pick: str
    shapes: tuple[tuple[str, int], ...]


class NoShortcut(Exception):
    """A call cannot be checked in this way."""


def shortcut(
    callee: Callee,
    call: Call,
    made: Ready,
    outside: dict[str, Any],
    run: Exact,
    known: Direct,
    asked: Asked,
    kept: tuple[int, ...],
) -> Callable[[tuple[Any, ...]], Any]:
    """The function for calls like this one.  `outside`: what was captured.  Raises NoShortcut."""
    if call.kwargs or callee.args or not call.all:
        raise NoShortcut
    work = Work(callee, call)
    for name, value in zip(work.arguments, call.all, strict=True):
        work.argument(name, value)
    work.function()
    getters = [get for _, get in made.captures]
    work.captured = {id(get): value for get, value in zip(getters, outside.values(), strict=True)}
    for guard in made.guards:
        work.guard(guard)
    named = dict(zip(run.names, [work.arguments[k] for k in kept if k < len(work.arguments)], strict=False))
    named.update((name, work.value(get)) for name, get in made.captures)
    values = [named[name] if name in named else work.constant(run.left[name]) for name in run.names]
    for position, axis, one in known.axes:
        work.refuse_if(f"{values[position]}.shape[{axis}] {'!=' if one else '=='} 1")
    work.apart([(work.value(one.get), one.get(work.environment), one.written) for one in made.memory])
    shapes = [(place, values[position]) for place, position in asked.shapes]
    return work.written(f"{work.constant(run)}({', '.join(values)})", shapes, asked.pick)


def is_stable(value: Any, key: Any) -> bool:
    """Whether an object that is the same is the same to any program."""
    return isinstance(value, STABLE) or (type(key) is tuple and key[1:] == (Same(value),))


class Work:
    """The text of one shortcut, and the objects in it."""

    def __init__(self, callee: Callee, call: Call) -> None:
        self.callee, self.environment = callee, Environment(callee.function, call.all)
        self.names: dict[str, Any] = {"UNFIT": UNFIT}
        self.by_object: dict[int, str] = {}
        self.known: dict[str, str] = {}
        self.captured: dict[int, Any] = {}
        self.variables: dict[int, str] = {}
        self.looked_at: set[str] = set()
        self.lines: list[str] = []
        self.arguments = [f"a{k}" for k in range(len(call.all))]

    # ------------------------------------------------------------------------------------------------------- writing
    def constant(self, value: Any) -> str:
        """A name for an object."""
        name = self.by_object.get(id(value))
        if name is None:
            name = self.by_object[id(value)] = f"c{len(self.by_object)}"
            self.names[name] = value
        return name

    def refuse_if(self, test: str) -> None:
        line = f"if {test}: return"
        if line not in self.lines:
            self.lines.append(line)

    def must_be(self, expression: str, value: Any) -> None:
        """From here on, what an expression gives is known to be this object."""
        name = self.constant(value)
        if expression != name:
            self.refuse_if(f"{expression} is not {name}")
            self.known[expression] = name

    def written(self, run: str, shapes: Sequence[tuple[str, str]], pick: str) -> Callable[[tuple[Any, ...]], Any]:
        checks = [f"{', '.join(self.arguments)}, = args", *self.lines]
        ends = [f"    if result{place}.shape != {primal}.shape: return" for place, primal in shapes]
        text = "\n".join([
            "def shortcut(args):", "    try:", *(f"        {line}" for line in checks), "    except Exception:",
            "        return", "    try:", f"        result = {run}", "    except UNFIT:", "        return",
            *ends, f"    return result{pick}",
        ])  # fmt: skip
        exec(compile(text, "<s2s shortcut>", "exec"), self.names)
        made: Callable[[tuple[Any, ...]], Any] = self.names["shortcut"]
        return made

    # --------------------------------------------------------------------------------------------------- what is found
    def access(self, get: Access) -> str:
        """The expression that finds what an access finds.  Raises NoShortcut."""
        found = how(get)
        if found is None:
            raise NoShortcut
        maker, args = found
        if maker is step:
            expression = self.step(self.access(args[0]), *args[1:])
        elif maker is agreeing:
            expression = f"({self.access(args[0])} is {self.access(args[1])})"
        elif maker is argument:
            expression = self.arguments[args[0]]
        elif maker is imported:
            expression = f"{self.constant(sys.modules)}[{args[0]!r}]"
        elif maker is called or maker is fixed:
            expression = self.constant(args[0] if maker is fixed else self.callee.function)
        else:
            raise NoShortcut
        return self.known.get(expression, expression)

    def step(self, root: str, take: Any, *args: Any) -> str:
        if take is getattr and args[0].isidentifier() and not keyword.iskeyword(args[0]):
            return f"{root}.{args[0]}"
        if take is lookup and isinstance(self.names.get(root), types.FunctionType):
            return self.name(self.names[root], args[0])
        if take is operator.getitem and type(args[0]) in (int, str):
            return f"{root}[{args[0]!r}]"
        return f"{self.constant(take)}({', '.join([root, *map(self.constant, args)])})"

    def name(self, function: types.FunctionType, name: str) -> str:
        """What a name stands for to a function, by where it was found for this call."""
        free = function.__code__.co_freevars
        if name in free and function.__closure__:
            return f"{self.constant(function.__closure__[free.index(name)])}.cell_contents"
        outside = self.constant(function.__globals__)
        if name not in function.__globals__:
            if name not in vars(builtins):
                raise NoShortcut
            self.refuse_if(f"{name!r} in {outside}")
            return f"{self.constant(vars(builtins))}[{name!r}]"
        return f"{outside}[{name!r}]"

    def value(self, get: Access) -> str:
        """What an access finds; what is captured is found once, so that what is looked at is what is used."""
        expression = self.variables.get(id(get)) or self.access(get)
        if id(get) not in self.captured or id(get) in self.variables:
            return expression
        name = self.variables[id(get)] = f"k{len(self.variables)}"
        self.lines.append(f"{name} = {expression}")
        self.kind(name, self.captured[id(get)])
        return name

    # -------------------------------------------------------------------------------------------------------- checks
    def argument(self, name: str, value: Any) -> None:
        """An argument: of its kind; the rest is seen when it is unpacked."""
        if value is None:
            self.refuse_if(f"{name} is not None")
        elif type(value) is str:
            self.refuse_if(f"type({name}) is not str or {name} != {value!r}")
        elif isinstance(value, STABLE):
            self.must_be(name, value)
        elif signature(value) == (type(value),):  # an object
            self.refuse_if(f"type({name}) is not {self.constant(type(value))}")
        else:
            self.kind(name, value)

    def kind(self, name: str, value: Any) -> None:
        """A number or an array.  Raises NoShortcut for anything else."""
        if type(value) not in (*NUMBERS, np.ndarray):
            raise NoShortcut
        self.refuse_if(f"type({name}) is not {self.constant(type(value))}")
        self.looked_at.add(name)

    def function(self) -> None:
        """What is called is what it was, and so are the rules that were declared."""
        self.refuse_if(f"{self.constant(RULES)}.version != {RULES.version}")
        function = self.callee.function
        if type(function) is not types.FunctionType:
            key = static_key(function)
            self.refuse_if(f"{self.constant(static_key)}({self.constant(function)}) != {self.constant(key)}")

    def guard(self, guard: Guard) -> None:
        """One thing that was taken as known."""
        value, expression = guard.get(self.environment), self.value(guard.get)
        if guard.key is Same or (guard.key is static_key and is_stable(value, guard.expected)):
            self.must_be(expression, value)
        elif guard.key in (lies_in_order, signature) and expression in self.looked_at:
            return  # part of the type that `run` was compiled for
        elif guard.key is number_key:
            same = f"{expression} is not {self.constant(value)}"
            self.refuse_if(f"{same} and {self.test(guard, expression)}")
        elif guard.key is itself and guard.expected is True:
            self.refuse_if(f"not {expression}")
        else:
            self.refuse_if(self.test(guard, expression))

    def test(self, guard: Guard, expression: str) -> str:
        return f"{self.constant(guard.key)}({expression}) != {self.constant(guard.expected)}"

    def apart(self, memory: Sequence[tuple[str, Any, bool]]) -> None:
        """No array that is stored into may share memory with another one; where it might, the long way finds out."""
        if not all(type(value) is np.ndarray for _, value, _ in memory):
            raise NoShortcut
        for (one, _, first), (other, _, second) in itertools.combinations(memory, 2):
            if first or second:
                self.refuse_if(f"{self.constant(np.may_share_memory)}({one}, {other})")
