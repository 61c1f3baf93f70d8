"""The text of a shortcut: its lines, the objects in it, and how what an access finds is written as an expression.

In: tests, and accesses.  Out: lines that leave the shortcut where something is not as it was; expressions.
"""

from __future__ import annotations

import builtins
import keyword
import operator
import sys
import types
from collections.abc import Callable, Sequence
from typing import Any

from s2s.specialise.access import Access, agreeing, argument, called, fixed, how, imported, step
from s2s.specialise.outside import Environment
from s2s.specialise.scope import lookup


class Text:
    """One shortcut while it is written, for a function and the expressions of its arguments."""

    def __init__(self, function: Any, arguments: list[str]) -> None:
        self.function, self.arguments = function, arguments
        self.names: dict[str, Any] = {}
        self.by_object: dict[int, str] = {}
        self.known: dict[str, str] = {}
        self.lines: list[str] = []
        self.variables = 0

    # ------------------------------------------------------------------------------------------------------- writing
    def constant(self, value: Any) -> str:
        """A name for an object."""
        name = self.by_object.get(id(value))
        if name is None:
            name = self.by_object[id(value)] = f"c{len(self.by_object)}"
            self.names[name] = value
        return name

    def variable(self, expression: str) -> str:
        """A name for what an expression gives at this call."""
        self.variables += 1
        self.lines.append(f"v{self.variables} = {expression}")
        return f"v{self.variables}"

    def refuse_if(self, test: str) -> None:
        line = f"if {test}: return"
        if line not in self.lines:
            self.lines.append(line)

    def must_be(self, expression: str, value: Any) -> None:
        """From here on, what an expression gives is known to be this object; a method like `np.add.at` is another one at each look."""
        name = self.constant(value)
        if expression != name:
            of_object = isinstance(value, types.BuiltinFunctionType) and not isinstance(value.__self__, types.ModuleType)
            self.refuse_if(f"{expression} {'!=' if of_object else 'is not'} {name}")
            self.known[expression] = name

    def written(self, program: Any, end: Sequence[str]) -> Callable[..., Any]:
        """The function, whose last lines are given; `program` says what it runs."""
        text = "\n".join([
            "def shortcut(args, kwargs):", "    try:", *(f"        {line}" for line in self.lines), "    except Exception:",
            "        return", *(f"    {line}" for line in end),
        ])  # fmt: skip
        exec(compile(text, "<s2s shortcut>", "exec"), self.names)
        made: Callable[..., Any] = self.names["shortcut"]
        made.program = program  # type: ignore[attr-defined]
        return made

    @property
    def every(self) -> str:
        """All arguments, as a tuple."""
        return f"({''.join(f'{one}, ' for one in self.arguments)})"

    # --------------------------------------------------------------------------------------------------- what is found
    def access(self, get: Access) -> str:
        """The expression that finds what an access finds."""
        found = how(get)
        maker, args = found if found is not None else (None, ())
        if maker is step:
            expression = self.step(self.access(args[0]), *args[1:])
        elif maker is agreeing:
            expression = f"({self.access(args[0])} is {self.access(args[1])})"
        elif maker is argument:
            expression = self.arguments[args[0]]
        elif maker is imported:
            expression = f"{self.constant(sys.modules)}[{args[0]!r}]"
        elif maker is called or maker is fixed:
            expression = self.constant(args[0] if maker is fixed else self.function)
        else:
            expression = f"{self.constant(get)}({self.environment})"
        return self.known.get(expression, expression)

    @property
    def environment(self) -> str:
        return f"{self.constant(Environment)}({self.constant(self.function)}, {self.every})"

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
                return f"{self.constant(lookup)}({self.constant(function)}, {name!r})"
            self.refuse_if(f"{name!r} in {outside}")
            return f"{self.constant(vars(builtins))}[{name!r}]"
        return f"{outside}[{name!r}]"
