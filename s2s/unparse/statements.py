"""Statements as text: a function's syntax as a `def` that runs.

In: a `syntax.Function`, parsed or normalised.  Out: its text, with the user's comments and without a trailing newline.

A normalised program is made of ordinary statements too: the flag that ends a loop is tested at the end of its body, and
the function ends by returning what was assigned to `result@`.
"""

from __future__ import annotations

import keyword

from s2s import syntax as sx
from s2s.primitives import AUGMENTED, BINARY_SYMBOLS
from s2s.unparse.expressions import Expressions
from s2s.unparse.names import identifiers

INDENT = "    "
RESULT = "result@"


def unparse(function: sx.Function) -> str:
    """The text of a function."""
    names = identifiers(function)
    writer = Statements(function, names)
    writer.function(function)
    if RESULT in names:
        writer.lines.append(f"{INDENT}return {names[RESULT]}")
    return "\n".join(writer.lines)


class Statements(Expressions):
    """Writes statements, line by line."""

    def __init__(self, function: sx.Function, names: dict[str, str]) -> None:
        super().__init__(function, names)
        self.lines: list[str] = []
        self.depth = 0

    def line(self, text: str, stmt: sx.Statement | None = None) -> None:
        trailing = f"  {stmt.trailing}" if stmt is not None and stmt.trailing else ""
        self.lines.append(f"{INDENT * self.depth}{text}{trailing}")

    def function(self, function: sx.Function) -> None:
        name = function.name if not keyword.iskeyword(function.name) else "function"
        self.line(f"def {name}({self.parameters(function.parameters)}):")
        self.depth += 1
        if function.doc:
            self.documentation(function.doc)
        self.depth -= 1
        self.block(function.body, empty=not function.doc)

    def documentation(self, doc: str) -> None:
        if '"""' in doc or "\\" in doc or doc.endswith('"'):
            self.line(repr(doc))
            return
        first, *rest = doc.splitlines()
        self.line(f'"""{first}' + ("" if rest else '"""'))
        for line in rest:
            self.lines.append(f"{INDENT * self.depth}{line}".rstrip())
        if rest:
            self.line('"""')

    def block(self, body: sx.Body, empty: bool = True) -> None:
        """An indented block; `pass` where it has no statement and is `empty` otherwise."""
        self.depth += 1
        for stmt in body:
            self.statement(stmt)
        if not body and empty:
            self.line("pass")
        self.depth -= 1

    def statement(self, stmt: sx.Statement) -> None:
        for comment in stmt.comments:
            self.line(comment)
        match stmt:
            case sx.If():
                self.conditional(stmt, "if")
            case sx.For():
                self.line(f"for {self.bare(stmt.target)} in {self.bare(stmt.iterable)}:", stmt)
                self.block(stmt.body)
                self.otherwise(stmt.other)
            case sx.While():
                self.line(f"while {self.expr(stmt.test)}:", stmt)
                self.block(stmt.body)
                self.otherwise(stmt.other)
            case sx.StopIf():
                self.line(f"if {self.expr(stmt.flag)}:")
                self.block((sx.Break(span=stmt.span),))
            case sx.With():
                items = (self.expr(e) + (f" as {self.expr(target)}" if target else "") for e, target in stmt.items)
                self.line(f"with {', '.join(items)}:", stmt)
                self.block(stmt.body)
            case sx.Try():
                self.attempt(stmt)
            case sx.Define():
                for decorator in stmt.decorators:
                    self.line(f"@{self.expr(decorator)}")
                self.function(stmt.function)
            case sx.Refusal():
                self.users_lines(stmt)
            case _:
                self.line(self.simple(stmt), stmt)

    def simple(self, stmt: sx.Statement) -> str:
        """A statement of one line."""
        match stmt:
            case sx.Assign():
                return " = ".join([*(self.bare(target) for target in stmt.targets), self.bare(stmt.value)])
            case sx.Augment():
                symbol, _ = BINARY_SYMBOLS[AUGMENTED[stmt.function]]
                return f"{self.expr(stmt.target)} {symbol}= {self.bare(stmt.value)}"
            case sx.Evaluate():
                return self.expr(stmt.value)
            case sx.Yield():
                return f"yield {'from ' if stmt.many else ''}{self.bare(stmt.value)}"
            case sx.Return():
                return f"return {self.bare(stmt.value)}" if stmt.value else "return"
            case sx.Raise():
                cause = f" from {self.expr(stmt.cause)}" if stmt.cause else ""
                return f"raise {self.expr(stmt.exception)}{cause}" if stmt.exception else "raise"
            case sx.Assert():
                message = f", {self.expr(stmt.message)}" if stmt.message else ""
                return f"assert {self.expr(stmt.test)}{message}"
            case sx.Delete():
                return f"del {', '.join(self.expr(target) for target in stmt.targets)}"
            case sx.Nonlocal():
                return f"nonlocal {', '.join(stmt.names)}"
            case sx.Import():
                return imported(stmt, self.word(stmt.name))
            case _:
                return {sx.Break: "break", sx.Continue: "continue", sx.Pass: "pass"}[type(stmt)]

    def conditional(self, stmt: sx.If, word: str) -> None:
        self.line(f"{word} {self.expr(stmt.test)}:", stmt)
        self.block(stmt.then)
        if len(stmt.other) == 1 and isinstance(stmt.other[0], sx.If):
            for comment in stmt.other[0].comments:
                self.line(comment)
            self.conditional(stmt.other[0], "elif")
        else:
            self.otherwise(stmt.other)

    def otherwise(self, body: sx.Body) -> None:
        if body:
            self.line("else:")
            self.block(body)

    def attempt(self, stmt: sx.Try) -> None:
        self.line("try:", stmt)
        self.block(stmt.body)
        for handler in stmt.handlers:
            kind = f" {self.expr(handler.exception)}" if handler.exception else ""
            self.line(f"except{kind}{f' as {handler.name}' if handler.name else ''}:")
            self.block(handler.body)
        self.otherwise(stmt.other)
        if stmt.final:
            self.line("finally:")
            self.block(stmt.final)

    def users_lines(self, stmt: sx.Refusal) -> None:
        """A statement that is not understood, as the user wrote it."""
        first, *rest = self.users_text(stmt.span).split("\n")
        self.line(first)
        for line in rest:
            own = len(line) - len(line.lstrip())
            self.lines.append(INDENT * self.depth + line[min(own, stmt.span.column) :])


def imported(stmt: sx.Import, name: str) -> str:
    if stmt.attribute is not None:
        alias = f" as {name}" if name != stmt.attribute else ""
        return f"from {stmt.module} import {stmt.attribute}{alias}"
    return f"import {stmt.module}" + (f" as {name}" if name != stmt.module else "")
