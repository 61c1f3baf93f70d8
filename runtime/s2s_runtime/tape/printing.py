"""A tape as Python source: a function of its leaves, a line for each call.

In: a record and the number of a result.  Out: text, which computes the same when it is run.
"""

from __future__ import annotations

import keyword
import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from s2s_runtime.tape.core import Record, reachable

SYMBOLS: dict[Any, str] = {
    operator.add: "{} + {}", operator.sub: "{} - {}", operator.mul: "{} * {}", operator.truediv: "{} / {}", operator.pow: "{} ** {}",
    operator.matmul: "{} @ {}", operator.floordiv: "{} // {}", operator.mod: "{} % {}", operator.neg: "-{}", operator.pos: "+{}",
    operator.getitem: "{}[{}]", operator.and_: "{} & {}", operator.or_: "{} | {}", operator.xor: "{} ^ {}", operator.invert: "~{}",
}  # fmt: skip
"""How an operator is written; every operand is a name or a literal."""


def source(record: Record, result: int) -> str:
    """The function that computes a node from the leaves."""
    writer = Writer()
    numbers = list(reachable(record, result))
    parameters = [number for number in numbers if record.nodes[number].application is None and record.nodes[number].requires_grad]
    for position, number in enumerate(parameters):
        writer.names[number] = writer.unique(identifier(record.nodes[number].name) or f"x{position}")
    for number in numbers:
        writer.node(record, number)
    inputs = ", ".join(writer.names[number] for number in parameters)
    body = "\n".join(f"    {line}" for line in [*writer.lines, f"return {writer.names[result]}"])
    return "\n".join([*writer.imports(), "", *writer.constants, *([""] * bool(writer.constants)), f"def recorded({inputs}):", body, ""])


def identifier(name: str | None) -> str:
    """A name of Python made of a leaf's: `params['w'][0]` becomes `params_w_0`."""
    text = re.sub(r"\W+", "_", name or "").strip("_")
    return text if text.isidentifier() and not keyword.iskeyword(text) else ""


class Writer:
    """Lines, and what they need before them."""

    def __init__(self) -> None:
        self.names: dict[int, str] = {}
        self.lines: list[str] = []
        self.constants: list[str] = []
        self.modules: set[str] = set()
        self.given: set[str] = {"np", "recorded"}

    def unique(self, name: str) -> str:
        found, count = name, 1
        while found in self.given:
            found, count = f"{name}_{count}", count + 1
        self.given.add(found)
        return found

    def node(self, record: Record, number: int) -> None:
        """The line of a call; what is no parameter and no call is a constant."""
        node = record.nodes[number]
        if number in self.names:
            return
        if node.application is None:
            self.names[number] = self.constant(node.value)
            return
        self.names[number] = self.unique(f"t{number}")
        self.lines.append(f"{self.names[number]} = {node.application.text([self.names[k] for k in node.parents], self)}")

    def imports(self) -> list[str]:
        return ["import numpy as np", *(f"import {module}" for module in sorted(self.modules))]

    # -------------------------------------------------------------------------------------------------------------- values
    def constant(self, value: Any) -> str:
        """A literal; the name of one that stands before the function, for an array."""
        if not isinstance(value, np.ndarray):
            return self.literal(value)
        name = self.unique(f"c{len(self.constants)}")
        self.constants.append(f"{name} = {array_text(value)}")
        return name

    def literal(self, value: Any) -> str:
        if isinstance(value, (tuple, list)):
            parts = [self.literal(part) for part in value]
            inner = ", ".join(parts) + ("," if len(parts) == 1 and isinstance(value, tuple) else "")
            return f"[{inner}]" if isinstance(value, list) else f"({inner})"
        if isinstance(value, np.ndarray):
            return self.constant(value)
        if isinstance(value, np.generic):
            return f"np.{value.dtype.name}({self.literal(value.item())})"
        if isinstance(value, float) and not math.isfinite(value):
            return f"float('{value}')"
        if isinstance(value, (np.dtype, type)):
            return self.function(value) if isinstance(value, type) else f"np.dtype('{value}')"
        return self.function(value) if callable(value) else repr(value)

    def function(self, function: Any) -> str:
        """What a function is called from outside."""
        name = getattr(function, "__name__", type(function).__name__)
        owner = getattr(function, "__self__", None)
        if isinstance(owner, np.ufunc):
            return f"{self.function(owner)}.{name}"
        if isinstance(function, np.ufunc) and getattr(np, name, None) is function:
            return f"np.{name}"
        module = (getattr(function, "__module__", None) or "").partition("._")[0]
        if module in ("builtins", "_operator", ""):
            return name if module != "_operator" else self.imported("operator", name)
        return f"np{module.removeprefix('numpy')}.{name}" if module.split(".")[0] == "numpy" else self.imported(module, name)

    def imported(self, module: str, name: str) -> str:
        self.modules.add(module)
        return f"{module}.{name}"


def array_text(value: Any) -> str:
    """An array as an expression that makes the same bits."""
    with np.printoptions(floatmode="unique", threshold=value.size + 1, linewidth=140):
        return f"np.array({value.tolist()!r}, dtype=np.{value.dtype.name})" if value.dtype != object else f"np.{value!r}"


def index_text(index: Any, text: Callable[[Any, int], str]) -> str:
    """What stands between brackets: `1:, None, k`."""
    parts = index if isinstance(index, tuple) else (index,)

    def one(part: Any, k: int) -> str:
        if isinstance(part, slice):
            ends = ["" if end is None else str(end) for end in (part.start, part.stop)]
            return ":".join(ends if part.step is None else [*ends, str(part.step)])
        return "..." if part is Ellipsis else text(part, k)

    found = ", ".join(one(part, k) for k, part in enumerate(parts))
    return found if found and not (isinstance(index, tuple) and len(index) == 1) else f"{found}," if found else "()"


def call_text(
    function: Any, args: Sequence[Any], options: Mapping[str, Any], named: Callable[[tuple[Any, ...]], str | None], writer: Writer
) -> str:
    """A call as Python.  `named` gives the name of what stands in a place, None for a constant."""

    def text(value: Any, place: tuple[Any, ...]) -> str:
        name = named(place)
        if name is not None:
            return name
        if isinstance(value, (list, tuple)) and value:
            parts = [text(part, (*place, k)) for k, part in enumerate(value)]
            inner = ", ".join(parts) + ("," if len(parts) == 1 and isinstance(value, tuple) else "")
            return f"[{inner}]" if isinstance(value, list) else f"({inner})"
        return writer.literal(value)

    given = [text(arg, (position,)) for position, arg in enumerate(args)]
    if function is operator.getitem and named((1,)) is None:
        given[1] = index_text(args[1], lambda part, k: text(part, (1, k)))
    if function in SYMBOLS and not options:
        return SYMBOLS[function].format(*(f"({one})" if one.startswith("-") and function is not operator.getitem else one for one in given))
    given += [f"{name}={text(option, (name,))}" for name, option in options.items()]
    return f"{writer.function(function)}({', '.join(given)})"
