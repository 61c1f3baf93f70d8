"""The text of a program: statements, comments, header.

In: a Function.  Out: a Source: the text, what it needs from outside, and which user line each of its lines comes from.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from s2s import facts, ir
from s2s.define import define
from s2s.emit.blocks import INDENT, Blocks
from s2s.emit.expressions import Expressions
from s2s.emit.names import IN_PLACE, RESERVED, Names, candidates
from s2s.emit.nest import count_uses, nest
from s2s.emit.own import owned
from s2s.emit.rows import rows_copied
from s2s.emit.undefined import undefined_copies
from s2s.emit.updates import Updates
from s2s.subroutine import Subroutine, called
from s2s_runtime import containers


@dataclass(frozen=True)
class Source:
    """Generated text.

    `outside` has the objects that no import gives, `captured` the keyword parameters that the surroundings fill, `origins`
    the user's place per line (from 1).
    """

    name: str
    text: str
    outside: dict[str, Any]
    captured: tuple[str, ...] = ()
    origins: dict[int, ir.Origin] = field(default_factory=dict)


def emit(function: ir.Function, name: str, header: str = "", doc: str = "") -> Source:
    """The text of a module that defines `function` as `name`."""
    writer = written(function, name, doc)
    imports = ["import numpy as np"] if any("np." in line for line in writer.lines) else []
    imports += merged_imports(writer.expressions.imports.values())
    head = [f"# {line}" for line in header.splitlines()]
    head += ["", *imports] if imports and head else imports
    top = [*head, "", ""] if head else []
    origins = {len(top) + number: origin for number, origin in writer.origins.items()}
    text = "\n".join([*top, *writer.lines]).strip("\n") + "\n"
    captured = tuple(writer.identifier(p.name) for p in function.parameters if p.captured)
    return Source(name, text, writer.expressions.outside, captured, origins)


def written(function: ir.Function, name: str, doc: str, taken: frozenset[str] = frozenset()) -> Writer:
    """The functions of a module; written again where a variable has the name of something that is imported."""
    names = named_routines(function, name)
    writer = Writer(function, names, taken=taken)
    lines: list[str] = []
    local = set(writer.names.identifiers.values())
    for routine, called_as in names.items():
        part = Writer(routine_function(function, routine), names, writer, taken)
        part.function_body(called_as, "")
        lines += [*part.lines, "", ""]
        local.update(part.names.identifiers.values())
    writer.function_body(name, doc)
    clashes = local & {*writer.expressions.imports, *writer.expressions.outside}
    if clashes - taken:
        return written(function, name, doc, taken | clashes)
    writer.lines[:0] = lines
    writer.origins = {number + len(lines): origin for number, origin in writer.origins.items()}
    return writer


def merged_imports(lines: Iterable[str]) -> list[str]:
    """Import lines, one per module."""
    plain = sorted({line for line in lines if line.startswith("import")})
    names: dict[str, set[str]] = {}
    for line in lines:
        if line.startswith("from"):
            module, _, name = line.removeprefix("from ").partition(" import ")
            names.setdefault(module, set()).add(name)
    return plain + [f"from {module} import {', '.join(sorted(found))}" for module, found in sorted(names.items())]


def named_routines(function: ir.Function, name: str) -> dict[Any, str]:
    """A name for each subroutine that a function calls."""
    names: dict[Any, str] = {}
    for routine in called(function.body, handed=True):
        for candidate in candidates(routine.name):
            if candidate != name and candidate not in names.values() and candidate not in RESERVED:
                names[routine] = candidate
                break
    return names


def routine_function(function: ir.Function, routine: Subroutine) -> ir.Function:
    """A subroutine as a function of its own."""
    parameters = tuple(ir.Parameter(name) for name in routine.parameters)
    inputs = tuple(ir.Var(name) for name in routine.parameters)
    return ir.Function(routine.name, parameters, inputs, routine.body, function.types, function.hints)


def named(function: ir.Function, taken: frozenset[str]) -> tuple[dict[str, ir.Apply], Names]:
    """Nested applications and identifiers; what a copy might read undefined is None there."""
    copied: set[str] = set()
    while True:
        nested = nest(function.body, function.hints, function.types)
        names = Names(function, nested, taken)
        hazards = undefined_copies(function.body, names)
        if hazards:
            body = ir.Block(tuple(define(function.body.statements, set(hazards))), function.body.yields)
            function = replace(function, body=body)
            continue
        more = rows_copied(function, names) or owned(function, names, copied)
        if more is None:
            return nested, names
        function = more


class Writer(Updates, Blocks):
    """Writes one function."""

    def __init__(
        self,
        function: ir.Function,
        routines: dict[Any, str] | None = None,
        whole: Writer | None = None,
        taken: frozenset[str] = frozenset(),
    ) -> None:
        self.routines = routines or {}
        self.nested, self.names = named(function, taken.union(self.routines.values()))
        function = self.names.function
        self.function = function
        self.expressions = Expressions(function.types, self.nested, self.names.identifiers)
        self.expressions.routines = self.routines
        if whole is not None:
            self.expressions.imports, self.expressions.outside = whole.expressions.imports, whole.expressions.outside
        self.lines: list[str] = []
        self.origins: dict[int, ir.Origin] = {}
        self.depth = 0
        self.group: Any = None
        self.adjoint: tuple[Any, int] = (None, 0)
        """The line above the last adjoint block, and how deep that stands."""
        self.role = "primal"
        self.said: set[Any] = set()
        self.unpacked: set[str] = set()
        self.opening = 0
        self.uses: dict[str, int] = {}
        count_uses(function.body, lambda name: self.uses.__setitem__(name, self.uses.get(name, 0) + 1))

    def line(self, text: str, origin: ir.Origin | None = None) -> None:
        self.lines.append(INDENT * self.depth + text if text else "")
        if origin is not None:
            self.origins[len(self.lines)] = origin

    def identifier(self, name: str) -> str:
        return self.names.identifiers[name]

    # ---------------------------------------------------------------------------------------------------- functions
    def function_body(self, name: str, doc: str) -> None:
        parameters = [self.parameter(p) for p in self.function.parameters if not p.captured]
        captured = [self.parameter(p) for p in self.function.parameters if p.captured]
        if captured:
            parameters += ["*", *captured]
        self.line(f"def {name}({', '.join(parameters)}):")
        self.depth = 1
        if doc:
            lines = doc.splitlines()
            self.line(f'"""{lines[0]}' + ('"""' if len(lines) == 1 else ""))
            for extra in lines[1:]:
                self.line(extra)
            if len(lines) > 1:
                self.line('"""')
        self.opening = len(self.lines)
        self.statements(self.function.body.statements)
        (result,) = self.function.body.yields
        bare, text = self.bare(result), self.expressions.atom(result)
        self.line(f"return {text.removeprefix('(').removesuffix(')') if bare else text}")

    def bare(self, atom: ir.Atom) -> bool:
        """A tuple of several items needs no brackets behind `return`."""
        return isinstance(atom, ir.Pack) and atom.kind is tuple and len(atom.items) > 1

    def parameter(self, parameter: ir.Parameter) -> str:
        name = self.identifier(parameter.name)
        return name if parameter.default is None else f"{name}={self.expressions.atom(parameter.default)}"

    # --------------------------------------------------------------------------------------------------- statements
    def statements(self, statements: Sequence[ir.Stmt]) -> None:
        for position, stmt in enumerate(statements):
            if isinstance(stmt, ir.Let) and (stmt.target in self.nested or stmt.target in self.unpacked):
                continue
            if isinstance(stmt, ir.Let) and self.unpack(stmt, statements[position + 1 :]):
                continue
            self.comment(stmt)
            match stmt:
                case ir.Let():
                    self.let(stmt)
                case ir.If():
                    self.branch(stmt)
                case ir.For():
                    self.for_loop(stmt)
                case ir.While():
                    self.while_loop(stmt)
                case ir.With():
                    text, _ = self.expressions.apply(stmt.context)
                    self.line(f"with {text}:", stmt.origin)
                    self.block(stmt.body, stmt.results)
                case ir.Try():
                    self.attempt(stmt)
                case ir.Raise():
                    again = stmt.exception == ir.Const(None)
                    self.line("raise" if again else f"raise {self.expressions.atom(stmt.exception)}", stmt.origin)

    def unpack(self, stmt: ir.Let, following: Sequence[ir.Stmt]) -> bool:
        """`a, b = f(x)`, where the items of a tuple are read right behind the call that gives it."""
        fact = self.function.types.get(stmt.target)
        if not isinstance(fact, facts.Record) or fact.kind is not tuple or len(fact.items) < 2 or stmt.value.function in IN_PLACE:
            return False
        names = ["_"] * len(fact.items)
        taken = []
        for later in following:
            if not isinstance(later, ir.Let) or not _is_item(later.value, stmt.target) or later.target in self.nested:
                break
            names[later.value.args[1].value] = self.identifier(later.target)  # type: ignore[union-attr]
            taken.append(later.target)
        if not taken or len(taken) != self.uses.get(stmt.target, 0):
            return False
        self.comment(stmt)
        self.unpacked.update(taken)
        text, _ = self.expressions.apply(stmt.value)
        self.line(f"{', '.join(names)} = {text}{self.trailing(stmt)}", stmt.origin)
        return True

    def comment(self, stmt: ir.Stmt) -> None:
        """The user's comments in the forward sweep; the primal line above each adjoint block."""
        origin = stmt.origin
        if origin is None or origin.role == "again":
            return
        if origin.role == "adjoint" and self.role != "adjoint" and self.depth == 1:
            if len(self.lines) > self.opening:
                self.line("")
            self.role = "adjoint"
        key = (origin.file, origin.span, origin.role)
        if key == self.group:
            return
        self.group = key
        if origin.role == "adjoint" and isinstance(stmt, ir.Let) and origin.text and not origin.text.endswith(":"):
            line, depth = self.adjoint
            if line != key or self.depth <= depth:  # in a loop under this very comment it is not said again
                self.line(f"# {origin.text}")
                self.adjoint = key, self.depth
        elif origin.role == "primal" and key not in self.said:
            self.said.add(key)
            for comment in origin.comments:
                self.line(comment)

    def trailing(self, stmt: ir.Stmt) -> str:
        """The user's comment behind a statement, once per sweep."""
        origin = stmt.origin
        if (
            origin is None
            or not origin.trailing
            or (origin.role == "adjoint" and isinstance(stmt, ir.Let))
            or origin.role in ("tangent", "again")
        ):
            return ""
        key = (origin.file, origin.span, origin.role, "trailing")
        if key in self.said:
            return ""
        self.said.add(key)
        return f"  {origin.trailing}"

    def let(self, stmt: ir.Let) -> None:
        function, args = stmt.value.function, stmt.value.args
        if function is containers.check:
            message = "" if args[1] == ir.Const(None) else f", {self.expressions.atom(args[1])}"
            self.line(f"assert {self.expressions.atom(args[0])}{message}", stmt.origin)
            return
        if function in IN_PLACE:
            self.update(stmt)
            return
        text, _ = self.expressions.apply(stmt.value)
        if self.unused(stmt.target):
            self.line(text + self.trailing(stmt), stmt.origin)
            return
        name = self.identifier(stmt.target)
        augmented = self.augmented(stmt, name)
        self.line((augmented or f"{name} = {text}") + self.trailing(stmt), stmt.origin)

    def unused(self, name: str) -> bool:
        return name not in self.uses

    # -------------------------------------------------------------------------------------------------------- loops


def _is_item(application: ir.Apply, name: str) -> bool:
    """Whether an application is `name[k]` with a number k."""
    if application.function is not operator.getitem or application.args[0] != ir.Var(name):
        return False
    return isinstance(application.args[1], ir.Const) and type(application.args[1].value) is int
