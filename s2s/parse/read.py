"""libcst's tree to `syntax`: one method per kind of node, nothing else.

In: a `Unit` of text.  Out: a `syntax.Function` whose nodes know their place, text and comments.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from s2s import syntax as sx
from s2s.parse.expressions import Expressions
from s2s.parse.match import read_match
from s2s.parse.source import Unit

AUGMENTED: dict[type, Callable[..., Any]] = {
    cst.AddAssign: operator.iadd, cst.SubtractAssign: operator.isub, cst.MultiplyAssign: operator.imul,
    cst.DivideAssign: operator.itruediv, cst.FloorDivideAssign: operator.ifloordiv, cst.ModuloAssign: operator.imod,
    cst.PowerAssign: operator.ipow, cst.MatrixMultiplyAssign: operator.imatmul, cst.BitAndAssign: operator.iand,
    cst.BitOrAssign: operator.ior, cst.BitXorAssign: operator.ixor, cst.LeftShiftAssign: operator.ilshift,
    cst.RightShiftAssign: operator.irshift,
}  # fmt: skip


def read_definition(unit: Unit) -> sx.Function:
    """The syntax of the `def` that a unit holds."""
    module, reader = _open(unit, unit.first_line)
    body: Sequence[Any] = module.body
    if unit.wrapped:
        body = body[0].body.body
    definition = next(node for node in body if isinstance(node, cst.FunctionDef))
    return reader.function(definition)


def read_lambda(unit: Unit, node: ast.Lambda) -> sx.Function:
    """The syntax of the lambda that a unit holds, in brackets."""
    module, reader = _open(unit, node.lineno, column=node.col_offset - 1)
    statement: Any = module.body[0]
    return reader.lambda_function(statement.body[0].value)


def _open(unit: Unit, first_line: int, column: int = 0) -> tuple[cst.Module, Reader]:
    module = cst.parse_module(unit.text)
    if not unit.placed:
        return module, Reader(unit, _Nowhere(), first_line - 1, column)
    wrapper = _Positions(module, unsafe_skip_copy=True)
    return wrapper.module, Reader(unit, wrapper.resolve(PositionProvider), first_line - 1, column)


class _Positions(MetadataWrapper):
    """Metadata of a module; a walk through the module for nobody, which takes as long as all else, is left out."""

    def visit_batched(self, visitors: Iterable[Any], *rest: Any, **named: Any) -> cst.CSTNode:
        waiting = list(visitors)
        return super().visit_batched(waiting, *rest, **named) if waiting else self.module


NOWHERE = CodeRange((1, 0), (1, 0))


class _Nowhere:
    """The place of every node of a text that nobody is pointed to."""

    def __getitem__(self, node: cst.CSTNode) -> CodeRange:
        return NOWHERE


class Reader(Expressions):
    """Reads the statements of one unit."""

    def __init__(self, unit: Unit, positions: Any, line: int, column: int) -> None:
        super().__init__(unit, positions, line, column)
        self.matches = 0

    # ---------------------------------------------------------------------------------------------- functions
    def function(self, node: cst.FunctionDef) -> sx.Function:
        body = self.body(node.body)
        doc = node.get_docstring() or ""
        if doc and body:
            body = body[1:]
        return sx.Function(
            node.name.value, self.parameters(node.params), body, self.span(node.name), self.unit.file, self.unit.lines,
            doc=doc, generator=_yields(node.body, self.unit.text), coroutine=node.asynchronous is not None,
        )  # fmt: skip

    # --------------------------------------------------------------------------------------------- statements
    def body(self, suite: cst.BaseSuite) -> sx.Body:
        return tuple(self.statements(suite))

    def statements(self, suite: cst.BaseSuite) -> Iterator[sx.Statement]:
        if isinstance(suite, cst.SimpleStatementSuite):
            for small in suite.body:
                yield from self.simple(small, (), "")
            return
        for stmt in suite.body:
            comments = _comments(getattr(stmt, "leading_lines", ()))
            if isinstance(stmt, cst.SimpleStatementLine):
                trailing = stmt.trailing_whitespace.comment
                for small in stmt.body:
                    yield from self.simple(small, comments, trailing.value if trailing else "")
                    comments = ()
            elif isinstance(stmt, cst.Match):
                self.matches += 1
                yield from read_match(self, stmt, self.matches, self.place(stmt, comments))
            else:
                yield self.compound(stmt, comments)

    def simple(self, node: Any, comments: tuple[str, ...], trailing: str) -> Iterator[sx.Statement]:
        span = self.span(node)
        place: dict[str, Any] = {"span": span, "text": self.text(span), "comments": comments, "trailing": trailing}
        match node:
            case cst.Assign():
                yield sx.Assign(tuple(self.expr(t.target) for t in node.targets), self.expr(node.value), **place)
            case cst.AnnAssign():
                if node.value is not None:
                    yield sx.Assign((self.expr(node.target),), self.expr(node.value), **place)
            case cst.AugAssign():
                yield sx.Augment(self.expr(node.target), AUGMENTED[type(node.operator)], self.expr(node.value), **place)
            case cst.Expr(value=cst.Yield(value=cst.From() as source)):
                yield sx.Yield(self.expr(source.item), True, **place)
            case cst.Expr(value=cst.Yield(value=value)) if value is not None:
                yield sx.Yield(self.expr(value), False, **place)
            case cst.Expr():
                yield sx.Evaluate(self.expr(node.value), **place)
            case cst.Return():
                yield sx.Return(self.expr(node.value) if node.value else None, **place)
            case cst.Break():
                yield sx.Break(**place)
            case cst.Continue():
                yield sx.Continue(**place)
            case cst.Pass():
                yield sx.Pass(**place)
            case cst.Raise():
                cause = node.cause.item if node.cause else None
                yield sx.Raise(self.maybe(node.exc), self.maybe(cause), **place)
            case cst.Assert():
                yield sx.Assert(self.expr(node.test), self.maybe(node.msg), **place)
            case cst.Nonlocal():
                yield sx.Nonlocal(tuple(item.name.value for item in node.names), **place)
            case cst.Del():
                target = self.expr(node.target)
                yield sx.Delete(target.items if isinstance(target, sx.Display) else (target,), **place)
            case cst.Import() | cst.ImportFrom():
                yield from self.imports(node, place)
            case cst.Global():
                yield self.refusal("a global variable is changed", "pass it in and return it", place)
            case _:
                yield self.refusal(f"`{place['text'].split()[0]}` is not supported", "leave it out", place)

    def refusal(self, reason: str, hint: str, place: dict[str, Any]) -> sx.Refusal:
        return sx.Refusal(reason, hint, **place)

    def imports(self, node: cst.Import | cst.ImportFrom, place: dict[str, Any]) -> Iterator[sx.Statement]:
        if isinstance(node, cst.Import):
            for alias in node.names:
                module = _dotted(alias.name)
                name = _alias(alias) or module.split(".")[0]
                yield sx.Import(module if alias.asname else module.split(".")[0], None, name, **place)
        elif isinstance(node.names, cst.ImportStar) or node.relative or node.module is None:
            yield self.refusal("this import cannot be followed", "import the module outside the function", place)
        else:
            for alias in node.names:
                attribute = _dotted(alias.name)
                yield sx.Import(_dotted(node.module), attribute, _alias(alias) or attribute, **place)

    def place(self, node: Any, comments: tuple[str, ...]) -> dict[str, Any]:
        """Where a compound statement stands, and its first line."""
        span = self.span(node)
        header = getattr(getattr(node, "body", None), "header", None)
        trailing = header.comment.value if header is not None and header.comment else ""
        return {"span": span, "text": self.header(node, span), "comments": comments, "trailing": trailing}

    def compound(self, node: Any, comments: tuple[str, ...]) -> sx.Statement:
        place = self.place(node, comments)
        match node:
            case cst.If():
                return self.conditional(node, place)
            case cst.For() if not node.asynchronous:
                target, iterable = self.expr(node.target), self.expr(node.iter)
                return sx.For(target, iterable, self.body(node.body), self.otherwise(node.orelse), **place)
            case cst.While():
                return sx.While(self.expr(node.test), self.body(node.body), self.otherwise(node.orelse), **place)
            case cst.With() if not node.asynchronous:
                items = tuple((self.expr(i.item), self.expr(i.asname.name) if i.asname else None) for i in node.items)
                return sx.With(items, self.body(node.body), **place)
            case cst.Try():
                return self.attempt(node, place)
            case cst.FunctionDef():
                decorators = tuple(self.expr(d.decorator) for d in node.decorators)
                return sx.Define(self.function(node), decorators, **place)
            case cst.ClassDef():
                return self.refusal("a class is defined inside a differentiated function", "define it outside", place)
            case _:
                return self.refusal(f"`{place['text'].split()[0]}` is not supported here", "write it without", place)

    def header(self, node: Any, span: sx.Span) -> str:
        """The first line of a compound statement, up to its colon."""
        body = getattr(node, "body", None)
        line = self.unit.lines[span.line - 1] if span.line <= len(self.unit.lines) else ""
        if body is None or isinstance(body, cst.SimpleStatementSuite):
            return line[span.column :].strip()
        end = self.positions[body].start
        stop = sx.Span(span.line, span.column, end.line + self.line, end.column)
        text = self.text(stop).split("#")[0].strip()
        return text if text.endswith(":") else line[span.column :].split("  #")[0].strip()

    def conditional(self, node: cst.If, place: dict[str, Any]) -> sx.If:
        test, then = self.expr(node.test), self.body(node.body)
        if isinstance(node.orelse, cst.If):
            other: sx.Body = (self.compound(node.orelse, _comments(node.orelse.leading_lines)),)
        else:
            other = self.otherwise(node.orelse)
        return sx.If(test, then, other, **place)

    def otherwise(self, node: cst.Else | None) -> sx.Body:
        return self.body(node.body) if node else ()

    def attempt(self, node: cst.Try, place: dict[str, Any]) -> sx.Try:
        handlers = tuple(
            sx.Handler(self.maybe(h.type), h.name.name.value if h.name else None, self.body(h.body))  # type: ignore[union-attr]
            for h in node.handlers
        )
        final = self.body(node.finalbody.body) if node.finalbody else ()
        return sx.Try(self.body(node.body), handlers, self.otherwise(node.orelse), final, **place)


def _comments(lines: Sequence[Any]) -> tuple[str, ...]:
    return tuple(line.comment.value for line in lines if line.comment)


def _dotted(node: Any) -> str:
    return node.value if isinstance(node, cst.Name) else f"{_dotted(node.value)}.{node.attr.value}"


def _alias(alias: cst.ImportAlias) -> str | None:
    return _dotted(alias.asname.name) if alias.asname else None


def _yields(suite: cst.BaseSuite, text: str) -> bool:
    """Whether a body in this text yields or awaits itself, nested functions aside."""
    if "yield" not in text and "await" not in text:
        return False
    pending: list[cst.CSTNode] = [suite]
    while pending:
        node = pending.pop()
        if isinstance(node, (cst.Yield, cst.Await)):
            return True
        if not isinstance(node, (cst.FunctionDef, cst.Lambda)):
            pending.extend(node.children)
    return False
