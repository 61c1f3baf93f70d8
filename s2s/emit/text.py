"""The text of a program: statements, comments, header.

In: a Function.  Out: a Source: the text, what it needs from outside, and which user line each of its lines comes from.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.define import define
from s2s.emit.expressions import POSTFIX, Expressions
from s2s.emit.names import IN_PLACE, RESERVED, Names, candidates
from s2s.emit.nest import count_uses, nest
from s2s.emit.own import owned
from s2s.emit.undefined import undefined_copies
from s2s.primitives import UNARY_SYMBOLS
from s2s.subroutine import Subroutine, called
from s2s_runtime import containers, kernels

INDENT = "    "
AUGMENTED = {operator.add: "+=", operator.sub: "-=", operator.mul: "*=", operator.truediv: "/="}


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
    names = named_routines(function, name)
    writer = Writer(function, names)
    lines: list[str] = []
    for routine, called_as in names.items():
        part = Writer(routine_function(function, routine), names, writer)
        part.function_body(called_as, "")
        lines += [*part.lines, "", ""]
    writer.function_body(name, doc)
    writer.lines[:0] = lines
    writer.origins = {number + len(lines): origin for number, origin in writer.origins.items()}
    imports = ["import numpy as np"] if any("np." in line for line in writer.lines) else []
    imports += merged_imports(writer.expressions.imports.values())
    head = [f"# {line}" for line in header.splitlines()]
    head += ["", *imports] if imports and head else imports
    top = [*head, "", ""] if head else []
    origins = {len(top) + number: origin for number, origin in writer.origins.items()}
    text = "\n".join([*top, *writer.lines]).strip("\n") + "\n"
    captured = tuple(writer.identifier(p.name) for p in function.parameters if p.captured)
    return Source(name, text, writer.expressions.outside, captured, origins)


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
    for routine in called(function.body):
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
        more = owned(function, names, copied)
        if more is None:
            return nested, names
        function = more


class Writer:
    """Writes one function."""

    def __init__(
        self, function: ir.Function, routines: dict[Any, str] | None = None, whole: Writer | None = None
    ) -> None:
        self.routines = routines or {}
        self.nested, self.names = named(function, frozenset(self.routines.values()))
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
        if not isinstance(fact, facts.Record) or fact.kind is not tuple or stmt.value.function in IN_PLACE:
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
        if origin is None:
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
            self.line(f"# {origin.text}")
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
            or origin.role == "tangent"
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

    def augmented(self, stmt: ir.Let, name: str) -> str | None:
        """`x += e`, for numbers, and for arrays that nobody else sees."""
        symbol = AUGMENTED.get(stmt.value.function)
        if symbol is None or len(stmt.value.args) != 2:
            return None
        left, right = stmt.value.args
        if not isinstance(left, ir.Var) or left.name in self.nested or self.identifier(left.name) != name:
            return None
        same = self.function.types.get(left.name), self.function.types.get(stmt.target)
        if not all(isinstance(fact, facts.Num) for fact in same):
            return None
        scalar = self.names.is_scalar(left.name) and self.names.is_scalar(stmt.target)
        array = same[0] == same[1] and same[0].dtype is not None and self.names.in_place(stmt.target, left)  # type: ignore[union-attr]
        return f"{name} {symbol} {self.expressions.atom(right)}" if scalar or array else None

    def update(self, stmt: ir.Let) -> None:
        """A store: in place where nobody else sees it, else into a copy."""
        function, args = stmt.value.function, stmt.value.args
        name = self.identifier(stmt.target)
        if not self.names.in_place(stmt.target, args[0]):
            alone = self.names.taken_over(stmt.target, args[0])
            if alone and isinstance(args[0], ir.Var) and args[0].name not in self.nested:
                before = self.identifier(args[0].name)
                self.line(self.written(function, before, args) + self.trailing(stmt), stmt.origin)
                self.line(f"{name} = {before}", stmt.origin)
                return
            rebuilt = function in (containers.append, containers.extend, containers.drop_last)
            if rebuilt or self.reads_itself(name, args) or self.names.may_be_number(args[0]):
                text, _ = self.expressions.apply(stmt.value)
                self.line(f"{name} = {text}", stmt.origin)
                return
            self.line(f"{name} = {self.expressions.atom(args[0]) if alone else self.copied(args[0])}", stmt.origin)
        self.line(self.written(function, name, args) + self.trailing(stmt), stmt.origin)

    def reads_itself(self, name: str, args: tuple[ir.Atom, ...]) -> bool:
        """Whether the other operands read the variable that the copy would overwrite."""
        return any(self.identifier(n) == name for n in self.names.liveness.reads(args[1:]))

    def copied(self, atom: ir.Atom) -> str:
        text = self.expressions.atom(atom, POSTFIX)
        if self.expressions.is_array(atom):
            return f"{text}.copy()"
        return f"{self.expressions.reference(_copy())}({text})"

    def written(self, function: Any, name: str, args: tuple[ir.Atom, ...]) -> str:
        write = self.expressions.atom
        if function is containers.append:
            return f"{name}.append({write(args[1])})"
        if function is containers.extend:
            return f"{name}.extend({write(args[1])})"
        if function is containers.drop_last:
            return f"{name}.pop()"
        path = args[3].items if len(args) > 3 and isinstance(args[3], ir.Pack) else ()
        target = f"{self.along(name, path)}[{self.expressions.index(args[1])}]"
        if function in (containers.set_item, kernels.index_set):
            return f"{target} = {write(args[2])}"
        if function is kernels.index_add:
            if self.basic(args[1]):
                negated = self.nested.get(args[2].name) if isinstance(args[2], ir.Var) else None
                if negated is not None and negated.function is operator.neg:
                    return f"{target} -= {write(negated.args[0], 12)}"
                return f"{target} += {write(args[2])}"
            return f"np.add.at({self.along(name, path)}, {write(args[1])}, {write(args[2])})"
        fact = self.expressions.types.get(args[0].name) if isinstance(args[0], ir.Var) else None
        if isinstance(fact, facts.Listing) and isinstance(fact.item, facts.Num) and not self.is_slice(args[1]):
            if fact.item.shape == ():
                return f"{target} += {write(args[2])}"
            return f"{target} = {target} + {write(args[2])}"
        return f"{name} = {self.expressions.reference(containers.add_item)}({name}, {write(args[1])}, {write(args[2])})"

    def along(self, name: str, path: tuple[ir.Atom, ...]) -> str:
        """The view of a variable that is stored into."""
        for step in path:
            assert isinstance(step, ir.Pack)
            function, *rest = step.items
            assert isinstance(function, ir.Const)
            if function.value is operator.getitem:
                name = f"{name}[{self.expressions.index(rest[0])}]"
            elif function.value is np.transpose and not rest:
                name = f"{name}.T"
            else:
                inner = ", ".join([name, *(self.expressions.atom(arg) for arg in rest)])
                name = f"{self.expressions.reference(function.value)}({inner})"
        return name

    def is_slice(self, index: ir.Atom) -> bool:
        return (isinstance(index, ir.Pack) and index.kind is slice) or (
            isinstance(index, ir.Const) and isinstance(index.value, slice)
        )

    def basic(self, index: ir.Atom) -> bool:
        """Whether an index names each entry at most once: integers, slices, masks."""
        if isinstance(index, ir.Pack):
            return index.kind is slice or (index.kind is tuple and all(self.basic(item) for item in index.items))
        if isinstance(index, ir.Const):
            parts = index.value if isinstance(index.value, tuple) else (index.value,)
            return all(isinstance(part, (int, slice, type(None), type(Ellipsis))) for part in parts)
        fact = self.function.types.get(index.name)
        if not isinstance(fact, facts.Num) or fact.dtype is None:
            return False
        return fact.dtype.kind == "b" or fact.shape == ()

    # ------------------------------------------------------------------------------------------------------- blocks
    def block(self, block: ir.Block, results: Sequence[str], more: Sequence[str] = ()) -> None:
        """An indented block that ends by assigning its results."""
        self.depth += 1
        before = len(self.lines)
        self.statements(block.statements)
        if not (block.statements and isinstance(block.statements[-1], ir.Raise)):
            self.copies(results, block.yields)
        for line in more:
            self.line(line)
        if len(self.lines) == before:
            self.line("pass")
        self.depth -= 1

    def pending(self, results: Sequence[str], yields: Sequence[ir.Atom]) -> list[tuple[str, ir.Atom]]:
        """The assignments that are left to do at the end of a block."""
        found = []
        for name, atom in zip(results, yields, strict=True):
            if atom == ir.UNDEFINED:
                continue
            if (
                isinstance(atom, ir.Var)
                and atom.name not in self.nested
                and self.identifier(atom.name) == self.identifier(name)
            ):
                continue
            found.append((name, atom))
        return found

    def copies(self, results: Sequence[str], yields: Sequence[ir.Atom]) -> None:
        """Assign results: one by one where no assignment is read by a later one, else at once."""
        left = self.pending(results, yields)
        while left:
            for position, (name, atom) in enumerate(left):
                target = self.identifier(name)
                others = [other for k, (_, other) in enumerate(left) if k != position]
                if not any(self.identifier(n) == target for n in self.names.liveness.reads(others)):
                    self.assign(target, name, atom)
                    del left[position]
                    break
            else:
                targets = ", ".join(self.identifier(name) for name, _ in left)
                self.line(f"{targets} = {', '.join(self.expressions.atom(atom) for _, atom in left)}")
                return

    def assign(self, target: str, name: str, atom: ir.Atom) -> None:
        """`target = atom`, or `target += e`."""
        application = self.nested.get(atom.name) if isinstance(atom, ir.Var) else None
        if application is not None:
            augmented = self.augmented(ir.Let(atom.name, application), target) if isinstance(atom, ir.Var) else None
            if augmented and self.names.is_scalar(name):
                self.line(augmented)
                return
        self.line(f"{target} = {self.expressions.atom(atom)}")

    def branch(self, stmt: ir.If, word: str = "if") -> None:
        then, other = self.empty(stmt.then, stmt.results), self.empty(stmt.other, stmt.results)
        if then and other:
            return
        trail = self.trailing(stmt)
        if not stmt.then.statements and not stmt.other.statements and word == "if" and self.choice(stmt):
            return
        if then:
            self.line(f"{word} {self.negated(stmt.test)}:{trail}", stmt.origin)
            self.block(stmt.other, stmt.results)
            return
        self.line(f"{word} {self.expressions.atom(stmt.test)}:{trail}", stmt.origin)
        self.block(stmt.then, stmt.results)
        if other:
            return
        visible = [s for s in stmt.other.statements if not (isinstance(s, ir.Let) and s.target in self.nested)]
        if len(visible) == 1 and isinstance(visible[0], ir.If) and not self.pending(stmt.results, stmt.other.yields):
            inner = visible[0]
            if not self.empty(inner.then, inner.results) or self.empty(inner.other, inner.results):
                self.branch(inner, "elif")
                return
        self.line("else:")
        self.block(stmt.other, stmt.results)

    def negated(self, test: ir.Atom) -> str:
        application = self.nested.get(test.name) if isinstance(test, ir.Var) else None
        if application is not None and application.function is operator.not_:
            return self.expressions.atom(application.args[0])
        return f"not {self.expressions.atom(test, UNARY_SYMBOLS[operator.not_][1])}"

    def choice(self, stmt: ir.If) -> bool:
        """`x = a if test else b`, where a branch does nothing else."""
        if len(stmt.results) != 1:
            return False
        (name,), (a,), (b,) = stmt.results, stmt.then.yields, stmt.other.yields
        if ir.UNDEFINED in (a, b) or not self.pending([name], [a]) or not self.pending([name], [b]):
            return False
        write = self.expressions.atom
        self.line(f"{self.identifier(name)} = {write(a, 2)} if {write(stmt.test, 2)} else {write(b, 1)}", stmt.origin)
        return True

    def empty(self, block: ir.Block, results: Sequence[str]) -> bool:
        visible = [s for s in block.statements if not (isinstance(s, ir.Let) and s.target in self.nested)]
        return not visible and not self.pending(results, block.yields)

    # -------------------------------------------------------------------------------------------------------- loops
    def start(self, stmt: ir.For | ir.While) -> None:
        self.copies(stmt.carried, stmt.inits)

    def for_loop(self, stmt: ir.For) -> None:
        self.start(stmt)
        start, stop, step = stmt.bounds
        shown = (
            [stop]
            if (start, step) == (ir.Const(0), ir.Const(1))
            else [start, stop]
            if step == ir.Const(1)
            else [start, stop, step]
        )
        bounds = ", ".join(self.expressions.atom(bound) for bound in shown)
        self.line(f"for {self.identifier(stmt.index)} in range({bounds}):{self.trailing(stmt)}", stmt.origin)
        self.loop_body(stmt)

    def loop_body(self, stmt: ir.For | ir.While) -> None:
        first = 1 if stmt.stops else 0
        body = ir.Block(stmt.body.statements, stmt.body.yields[first:])
        if not first:
            self.block(body, stmt.carried)
            return
        self.block(body, stmt.carried, self.breaks(self.expressions.atom(stmt.body.yields[0])))

    def breaks(self, test: str) -> tuple[str, ...]:
        return f"if {test}:", f"{INDENT}break"

    def while_loop(self, stmt: ir.While) -> None:
        self.start(stmt)
        (test,) = stmt.test.yields
        visible = [s for s in stmt.test.statements if not (isinstance(s, ir.Let) and s.target in self.nested)]
        if not visible:
            self.line(f"while {self.expressions.atom(test)}:{self.trailing(stmt)}", stmt.origin)
            self.loop_body(stmt)
            return
        self.line(f"while True:{self.trailing(stmt)}", stmt.origin)
        self.depth += 1
        self.statements(stmt.test.statements)
        for line in self.breaks(self.negated(test)):
            self.line(line)
        self.depth -= 1
        self.loop_body(stmt)

    def attempt(self, stmt: ir.Try) -> None:
        self.line("try:", stmt.origin)
        self.block(stmt.body, stmt.results)
        for kind, block in stmt.handlers:
            self.line(f"except {self.expressions.atom(kind)}:")
            self.block(block, stmt.results)


def _is_item(application: ir.Apply, name: str) -> bool:
    """Whether an application is `name[k]` with a number k."""
    if application.function is not operator.getitem or application.args[0] != ir.Var(name):
        return False
    return isinstance(application.args[1], ir.Const) and type(application.args[1].value) is int


def _copy() -> Any:
    from s2s_runtime import tree

    return tree.copy
