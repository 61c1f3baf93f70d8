"""A tape as Python source: a function of its leaves, a line for each call.

In: a record and the number of a result.  Out: text, which computes the same when it is run.
"""

from __future__ import annotations

import keyword
import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from s2s_runtime.kernels import index_add, index_set
from s2s_runtime.kernels.indexing import may_repeat
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
    """The lines of each call, and what they need before them."""

    def __init__(self) -> None:
        self.names: dict[int, str] = {}
        self.statements: list[list[str]] = []
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
        self.statements.append(node.application.lines(self.names[number], [self.names[k] for k in node.parents], self))

    @property
    def lines(self) -> list[str]:
        return [line for statement in self.statements for line in statement]

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
            return sequence_text(type(value), map(self.literal, value))
        if isinstance(value, np.ndarray):
            return self.constant(value)
        if isinstance(value, np.generic):
            return f"np.{value.dtype.name}({self.literal(value.item())})"
        if isinstance(value, (float, complex)):
            return number_text(value)
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


def sequence_text(kind: type, parts: Iterable[str]) -> str:
    """A list or a tuple of these."""
    found = list(parts)
    inner = ", ".join(found) + ("," if len(found) == 1 and issubclass(kind, tuple) else "")
    return f"[{inner}]" if issubclass(kind, list) else f"({inner})"


def array_text(value: Any) -> str:
    """An array as an expression that makes the same bits."""
    if value.dtype == object:
        with np.printoptions(threshold=value.size + 1, linewidth=140):
            return f"np.{value!r}"
    if value.size == 0:
        return f"np.zeros({value.shape}, dtype=np.{value.dtype.name})"
    return f"np.array({entries_text(value.tolist())}, dtype=np.{value.dtype.name})"


def entries_text(entries: Any) -> str:
    if isinstance(entries, list):
        return f"[{', '.join(map(entries_text, entries))}]"
    return number_text(entries) if isinstance(entries, (float, complex)) else repr(entries)


def number_text(value: float | complex) -> str:
    """A number as an expression that makes the same bits, as far as they are not those of a NaN."""
    if isinstance(value, complex):
        parts = value.real, value.imag
        plain = all(math.isfinite(part) and (part != 0.0 or math.copysign(1.0, part) > 0.0) for part in parts)
        return repr(value) if plain else f"complex({', '.join(map(number_text, parts))})"
    return repr(value) if math.isfinite(value) else f"np.{value}" if value > 0.0 or math.isnan(value) else "-np.inf"


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


Names = Callable[[tuple[Any, ...]], str | None]


def call_lines(name: str, function: Any, args: Sequence[Any], options: Mapping[str, Any], named: Names, writer: Writer) -> list[str]:
    """Statements that give a name to the result of a call: a store changes a copy.

    `named` gives the name of what stands in a place, None for a constant.
    """
    if function in (index_set, index_add):
        return store_lines(name, function, args, named, writer)
    given = [operand_text(arg, (position,), named, writer) for position, arg in enumerate(args)]
    if function is operator.getitem:
        given[1] = subscript(args[1], (1,), named, writer)
    if function in SYMBOLS and not options:
        given = [f"({one})" if one.startswith("-") and function is not operator.getitem else one for one in given]
        return [f"{name} = {SYMBOLS[function].format(*given)}"]
    given += [f"{word}={operand_text(option, (word,), named, writer)}" for word, option in options.items()]
    return [f"{name} = {writer.function(function)}({', '.join(given)})"]


def operand_text(value: Any, place: tuple[Any, ...], named: Names, writer: Writer) -> str:
    name = named(place)
    if name is not None:
        return name
    if isinstance(value, (list, tuple)) and value:
        return sequence_text(type(value), (operand_text(part, (*place, k), named, writer) for k, part in enumerate(value)))
    return writer.literal(value)


def subscript(index: Any, place: tuple[Any, ...], named: Names, writer: Writer) -> str:
    """What stands between brackets for an index, which may be recorded or hold what is."""
    name = named(place)
    if name is not None:
        return name
    inner = isinstance(index, tuple)
    return index_text(index, lambda part, k: operand_text(part, (*place, k) if inner else place, named, writer))


def store_lines(name: str, function: Any, args: Sequence[Any], named: Names, writer: Writer) -> list[str]:
    """A copy, and what changes it: `t2 = np.array(t1)`, `t2[1][::2] = t0`."""
    buffer, index, value, *rest = args
    target = name
    for k, (step, *more) in enumerate(rest[0] if rest else ()):
        if step is operator.getitem:
            target = f"{target}[{subscript(more[0], (3, k, 1), named, writer)}]"
        else:
            given = (operand_text(one, (3, k, j), named, writer) for j, one in enumerate(more, 1))
            target = f"{writer.function(step)}({', '.join([target, *given])})"
    text = operand_text(value, (2,), named, writer)
    copied = f"{name} = np.array({operand_text(buffer, (0,), named, writer)})"
    recorded = named((1,)) is not None or (isinstance(index, tuple) and any(named((1, k)) is not None for k in range(len(index))))
    if function is index_add and (recorded or may_repeat(index)):
        return [copied, f"np.add.at({target}, {operand_text(index, (1,), named, writer)}, {text})"]
    return [copied, f"{target}[{subscript(index, (1,), named, writer)}] {'+=' if function is index_add else '='} {text}"]
