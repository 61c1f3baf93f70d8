"""Atoms and applications as Python expressions.

In: an atom or an Apply, identifiers, nested applications.  Out: text, with brackets where precedence asks for them; and the
imports that it needs.
"""

from __future__ import annotations

import cmath
import math
import operator
import sys
import types
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.primitives import (
    BINARY_SYMBOLS,
    UNARY_SYMBOLS,
    Opaque,
    both,
    contains,
    either,
    lacks,
    name_in_module,
    owner_of_method,
)
from s2s.primitives import public_module as library_module
from s2s.subroutine import Subroutine
from s2s_runtime import containers, kernels
from s2s_runtime.checks import unchanged

ATOM, POSTFIX, TERNARY = 20, 18, 1
CONSTANTS = {math.pi: "np.pi", math.e: "np.e"}


def shortest(value: np.generic) -> Any:
    """The Python number with the fewest digits that is this one of NumPy's in its precision: 0.1, not 0.10000000149011612."""
    if value.dtype in (np.float16, np.float32) and np.isfinite(value):
        found = float(str(value))
        return found if value.dtype.type(found) == value else value.item()
    return value.item()


class Expressions:
    """Writes expressions, and remembers which names from outside they use."""

    def __init__(
        self, types_: Mapping[str, facts.Type], nested: Mapping[str, ir.Apply], identifiers: Mapping[str, str]
    ) -> None:
        self.types, self.nested, self.identifiers = types_, nested, identifiers
        self.imports: dict[str, str] = {}
        self.outside: dict[str, Any] = {}
        self.routines: Mapping[Any, str] = {}

    # ------------------------------------------------------------------------------------------------------- atoms
    def atom(self, atom: ir.Atom, binding: int = 0) -> str:
        """An atom, in brackets if it binds less strongly than asked."""
        match atom:
            case ir.Var():
                application = self.nested.get(atom.name)
                if application is None:
                    return self.identifiers[atom.name]
                text, strength = self.apply(application)
                return f"({text})" if strength < binding else text
            case ir.Const():
                text = self.constant(atom.value)
                negative = text.startswith("-")
                return f"({text})" if negative and binding > 13 else text
            case ir.Pack():
                return self.pack(atom)

    def pack(self, pack: ir.Pack) -> str:
        items = [self.atom(item) for item in pack.items]
        if pack.kind is tuple:
            return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"
        if pack.kind is list:
            return f"[{', '.join(items)}]"
        if pack.kind is slice:
            return f"slice({', '.join(items)})"
        if isinstance(pack.kind, type) and issubclass(pack.kind, dict):
            inner = ", ".join(f"{self.constant(key)}: {item}" for key, item in zip(pack.keys, items, strict=True))
            if pack.kind in (dict, OrderedDict):
                return f"{{{inner}}}" if pack.kind is dict else f"{self.reference(pack.kind)}({{{inner}}})"
            return f"{self.reference(containers.mapping)}({self.reference(pack.kind)}, {{{inner}}})"
        if issubclass(pack.kind, tuple):
            return f"{self.reference(pack.kind)}({', '.join(items)})"
        fields = ", ".join(f"{self.constant(key)}: {item}" for key, item in zip(pack.keys, items, strict=True))
        return f"{self.reference(containers.record)}({self.reference(pack.kind)}, {{{fields}}})"

    def constant(self, value: Any) -> str:
        """A Python object as text; what has no text is a name from outside."""
        if isinstance(value, float) and type(value) is float:
            if value in CONSTANTS:
                return CONSTANTS[value]
            if math.isinf(value):
                return "np.inf" if value > 0 else "-np.inf"
            return "np.nan" if math.isnan(value) else repr(value)
        if type(value) is complex:
            return self.complex_number(value)
        if type(value) in (bool, int, str, bytes, type(None)):
            return repr(value)
        if value is Ellipsis:
            return "..."
        if isinstance(value, slice):
            return f"slice({', '.join(self.constant(part) for part in (value.start, value.stop, value.step))})"
        if isinstance(value, (tuple, list)) and type(value) in (tuple, list):
            items = [self.constant(item) for item in value]
            if isinstance(value, list):
                return f"[{', '.join(items)}]"
            return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"
        if isinstance(value, np.dtype):
            return f"np.{value.name}" if value.name != "bool" else "np.bool_"
        if isinstance(value, (np.longdouble, np.clongdouble)):  # no number of Python's has all of its digits
            return f"np.{type(value).__name__}({str(value)!r})"
        if isinstance(value, np.generic) and value.dtype.kind in "fiubc":
            return f"np.{value.dtype.name}({self.constant(shortest(value))})"
        return self.reference(value)

    def complex_number(self, value: complex) -> str:
        """`(2+1j)`, `-1j`; a zero part keeps its sign: what is written -1j has the real part -0.0."""
        real, imag = math.copysign(1.0, value.real), math.copysign(1.0, value.imag)
        if cmath.isfinite(value) and (imag > 0 or value.imag != 0) and (value.real != 0 or real == imag == 1):
            return repr(value)
        if cmath.isfinite(value) and value.real == 0 and real == imag == -1:
            return f"-{complex(0.0, -value.imag)!r}"
        return f"complex({self.constant(value.real)}, {self.constant(value.imag)})"

    def reference(self, value: Any) -> str:
        """The name of a function, class or module."""
        if isinstance(value, Subroutine):
            return self.routines[value]
        if isinstance(value, Opaque):
            return self.reference(value.function)
        module: str | None = getattr(value, "__module__", None)
        name: str | None = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
        if isinstance(value, types.ModuleType):
            return self.bind(value.__name__.rpartition(".")[2], value)
        if isinstance(value, np.ufunc):
            module, name = getattr(value, "__module__", None) or "scipy.special", value.__name__
            if getattr(np, name, None) is value:
                return "np.conj" if value is np.conj else f"np.{name}"
        if owner_of_method(value):
            package, _, room = library_module(value).rpartition(".")
            return f"{self.imported(package, room)}.{name_in_module(value)}"
        if not name or not name.isidentifier():
            return self.bind(getattr(value, "__name__", None) or type(value).__name__.lower(), value)
        if module == "builtins":
            return name
        if module and module.partition(".")[0] == "numpy":
            for prefix, space in (("np", np), ("np.linalg", np.linalg), ("np.fft", np.fft)):
                if getattr(space, name, None) is value:
                    return f"{prefix}.{name}"
        if module in ("math", "cmath"):
            self.imports[module] = f"import {module}"
            return f"{module}.{name}"
        if module and getattr(sys.modules.get(module), name, None) is value and module != "__main__":
            return self.imported(public_module(module, name, value), name)
        return self.bind(name, value)

    def imported(self, module: str, name: str) -> str:
        """The name under which a module's name is imported: another one where two modules have the same."""
        candidate, number = name, 1
        while True:
            line = f"from {module} import {name}" + (f" as {candidate}" if candidate != name else "")
            if candidate not in self.outside and self.imports.setdefault(candidate, line) == line:
                return candidate
            candidate, number = f"{name}_{number}", number + 1

    def bind(self, name: str, value: Any) -> str:
        """A name from outside that cannot be imported: the caller puts it into the namespace."""
        name = name if name.isidentifier() else "given"
        candidate, number = name, 1
        while self.outside.get(candidate, value) is not value or candidate in self.imports:
            candidate, number = f"{name}_{number}", number + 1
        self.outside[candidate] = value
        return candidate

    # ------------------------------------------------------------------------------------------------ applications
    def apply(self, application: ir.Apply) -> tuple[str, int]:
        """An application as text, and how strongly it binds."""
        function, args = application.function, application.args
        if function is np.copy:
            written: tuple[str, int] | None = _copied(self, *args, **dict(application.kwargs))
            return (self.call(application), POSTFIX) if written is None else written
        if not application.kwargs:
            if function in BINARY_SYMBOLS and len(args) == 2:
                return self.infix(*BINARY_SYMBOLS[function], *args, power=function is operator.pow)
            if function in UNARY_SYMBOLS:
                symbol, strength = UNARY_SYMBOLS[function]
                return f"{symbol}{self.atom(args[0], strength)}", strength
            special = WRITTEN.get(function)
            if special is not None:
                written = special(self, *args)
                if written is not None:
                    return written
        return self.call(application), POSTFIX

    def call(self, application: ir.Apply) -> str:
        function = application.function
        args = application.args
        callee = self.reference(function)
        if isinstance(function, Opaque) and function.function.__name__ == "call" and args:
            callee, args = self.atom(args[0], POSTFIX), args[1:]
        inner = [self.atom(arg) for arg in args]
        if isinstance(function, Opaque) and function.watched:
            callee, inner = self.reference(unchanged), [callee, *inner]
        inner += [f"{key}={self.atom(value)}" for key, value in application.kwargs]
        return f"{callee}({', '.join(inner)})"

    def infix(self, symbol: str, strength: int, left: ir.Atom, right: ir.Atom, power: bool = False) -> tuple[str, int]:
        comparison = strength == 6
        left_text = self.atom(left, strength + 1 if power or comparison else strength)
        right_text = self.atom(right, strength if power else strength + 1)
        return f"{left_text} {symbol} {right_text}", strength

    def index(self, index: ir.Atom) -> str:
        """What stands between the brackets of a subscript."""
        if isinstance(index, ir.Pack) and index.kind is tuple and index.items:
            inner = ", ".join(self.index_part(item) for item in index.items)
            return inner if len(index.items) > 1 else f"{inner},"
        if isinstance(index, ir.Const) and isinstance(index.value, tuple) and index.value:
            inner = ", ".join(self.index_part(ir.Const(item)) for item in index.value)
            return inner if len(index.value) > 1 else f"{inner},"
        return self.index_part(index)

    def index_part(self, part: ir.Atom) -> str:
        bounds = ir.slice_parts(part)
        if bounds is None:
            return self.atom(part)
        start, stop, step = ("" if b == ir.Const(None) else self.atom(b, TERNARY + 1) for b in bounds)
        return f"{start}:{stop}" + (f":{step}" if step else "")

    def is_array(self, atom: ir.Atom) -> bool:
        """Whether an atom is surely an array, so that its attributes may be used."""
        fact = self.types.get(atom.name) if isinstance(atom, ir.Var) else None
        return isinstance(fact, facts.Num) and bool(fact.shape)

    def has_one_axis(self, atom: ir.Atom) -> bool:
        """Whether an array surely has one axis, so that its memory has one order."""
        fact = self.types.get(atom.name) if isinstance(atom, ir.Var) else None
        return isinstance(fact, facts.Num) and fact.ndim == 1

    def field(self, x: ir.Atom, name: ir.Atom) -> tuple[str, int] | None:
        if isinstance(name, ir.Const) and isinstance(name.value, str) and name.value.isidentifier():
            return f"{self.atom(x, POSTFIX)}.{name.value}", POSTFIX
        return None

    def attribute(self, x: ir.Atom, name: str) -> tuple[str, int] | None:
        return (f"{self.atom(x, POSTFIX)}.{name}", POSTFIX) if self.is_array(x) else None

    def part(self, x: ir.Atom, name: str) -> tuple[str, int] | None:
        """The real or imaginary part of a number or an array, which both have as an attribute."""
        fact = self.types.get(x.name) if isinstance(x, ir.Var) else None
        return (f"{self.atom(x, POSTFIX)}.{name}", POSTFIX) if isinstance(fact, facts.Num) else None

    def subscript(self, x: ir.Atom, index: ir.Atom) -> tuple[str, int]:
        return f"{self.atom(x, POSTFIX)}[{self.index(index)}]", POSTFIX

    def converted(self, x: ir.Atom, dtype: ir.Atom) -> tuple[str, int] | None:
        return (f"{self.atom(x, POSTFIX)}.astype({self.atom(dtype)})", POSTFIX) if self.is_array(x) else None

    def text(self, *parts: ir.Atom) -> tuple[str, int]:
        """An f-string."""
        pieces = []
        for part in parts:
            if isinstance(part, ir.Const) and isinstance(part.value, str):
                pieces.append(part.value.replace("{", "{{").replace("}", "}}"))
                continue
            pieces.append(f"{{{self.atom(part)}}}")
        return "f" + repr("".join(pieces)), ATOM


IN_ITS_ORDER = ir.Const("K")


def _copied(self: Expressions, x: ir.Atom, order: ir.Atom = IN_ITS_ORDER) -> tuple[str, int] | None:
    """`x.copy()` is in C order, `np.copy(x)` in the order of x: the sum of a matrix depends on it, in the last bit."""
    if self.is_array(x) and (self.has_one_axis(x) or order == ir.Const("C")):
        return f"{self.atom(x, POSTFIX)}.copy()", POSTFIX
    return (f"np.copy({self.atom(x)})", POSTFIX) if order == IN_ITS_ORDER else None


def _joined(self: Expressions, *parts: ir.Atom) -> tuple[str, int]:
    """An f-string; `"".join` of parts that are text already, where Python 3.11 would not read what stands in the brackets."""
    pieces = [(isinstance(part, ir.Const), _piece(self, part)) for part in parts]
    plain = "".join(text for _, text in pieces)
    for quote in ("'", '"'):
        if "\\" not in repr(plain) and quote not in plain:
            return f"f{quote}{plain}{quote}", ATOM
    if not any("\\" in text or "'" in text for constant, text in pieces if not constant):
        text = "".join(repr(text + '"')[1:-2] if constant else text for constant, text in pieces)  # with " in it, repr takes '
        return f"f'{text}'", ATOM
    return f"''.join([{', '.join(self.atom(part) for part in parts)}])", POSTFIX


def _piece(self: Expressions, part: ir.Atom) -> str:
    """What stands in an f-string for one of its parts."""
    if isinstance(part, ir.Const):
        return str(part.value).replace("{", "{{").replace("}", "}}")
    application = self.nested.get(part.name) if isinstance(part, ir.Var) else None
    spec = application.args[-1] if application is not None and application.function is format else None
    if application is None or not isinstance(spec, ir.Const) or "{" in spec.value:
        return f"{{{self.atom(part)}}}"
    shown = self.atom(application.args[0])
    space = " " if shown.startswith("{") else ""
    return f"{{{space}{shown}{':' if spec.value else ''}{spec.value}}}"


def public_module(module: str, name: str, value: Any) -> str:
    """The package that a function is meant to be imported from."""
    package = module
    while "." in package:
        package = package.rpartition(".")[0]
        if getattr(sys.modules.get(package), name, None) is value:
            module = package
    return module


WRITTEN: dict[Any, Any] = {
    operator.getitem: Expressions.subscript, getattr: Expressions.field,
    both: lambda self, a, b: self.infix("and", 4, a, b), either: lambda self, a, b: self.infix("or", 3, a, b),
    contains: lambda self, a, b: self.infix("in", 6, a, b), lacks: lambda self, a, b: self.infix("not in", 6, a, b),
    np.shape: lambda self, x: self.attribute(x, "shape"), np.size: lambda self, x, *axis: None if axis else self.attribute(x, "size"),
    np.transpose: lambda self, *x: self.attribute(x[0], "T") if len(x) == 1 else None, kernels.astype: Expressions.converted,
    np.real: lambda self, x: self.part(x, "real"), np.imag: lambda self, x: self.part(x, "imag"),
    containers.repeat: lambda self, xs, count: self.infix("*", 12, xs, count),
    containers.append: lambda self, xs, x: (f"[*{self.atom(xs)}, {self.atom(x)}]", ATOM), containers.join_text: _joined,
    containers.extend: lambda self, xs, ys: (f"[*{self.atom(xs)}, *{self.atom(ys)}]", ATOM),
    containers.drop_last: lambda self, xs: (f"{self.atom(xs, POSTFIX)}[:-1]", POSTFIX),
}  # fmt: skip
"""Primitives that are not written as calls."""
