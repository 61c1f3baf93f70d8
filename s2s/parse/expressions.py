"""libcst's expressions to `syntax`: one method per kind of node, nothing else.

In: a node of libcst, in a `Unit` of text.  Out: a `syntax.Expr` that knows its place.
"""

from __future__ import annotations

import ast
import inspect
import operator
from collections.abc import Callable, Iterator
from typing import Any

import libcst as cst
from libcst.metadata import CodeRange

from s2s import syntax as sx
from s2s.parse.source import Unit
from s2s.primitives import contains, lacks

BINARY: dict[type, Callable[..., Any]] = {
    cst.Add: operator.add, cst.Subtract: operator.sub, cst.Multiply: operator.mul, cst.Divide: operator.truediv,
    cst.FloorDivide: operator.floordiv, cst.Modulo: operator.mod, cst.Power: operator.pow,
    cst.MatrixMultiply: operator.matmul, cst.BitAnd: operator.and_, cst.BitOr: operator.or_, cst.BitXor: operator.xor,
    cst.LeftShift: operator.lshift, cst.RightShift: operator.rshift,
}  # fmt: skip
UNARY: dict[type, Callable[..., Any]] = {
    cst.Minus: operator.neg, cst.Plus: operator.pos, cst.Not: operator.not_, cst.BitInvert: operator.invert,
}  # fmt: skip
COMPARISON: dict[type, Callable[..., Any]] = {
    cst.LessThan: operator.lt, cst.LessThanEqual: operator.le, cst.GreaterThan: operator.gt,
    cst.GreaterThanEqual: operator.ge, cst.Equal: operator.eq, cst.NotEqual: operator.ne, cst.Is: operator.is_,
    cst.IsNot: operator.is_not,
}  # fmt: skip
COMPARISON |= {cst.In: contains, cst.NotIn: lacks}


class Expressions:
    """Reads the expressions of one unit.  `line` and `column` say where its text begins in the file."""

    def __init__(self, unit: Unit, positions: Any, line: int, column: int) -> None:
        self.unit, self.positions, self.line, self.column = unit, positions, line, column

    # -------------------------------------------------------------------------------------------------- places
    def span(self, node: cst.CSTNode) -> sx.Span:
        place: CodeRange = self.positions[node]
        start, end = place.start, place.end
        first = self.column if start.line == 1 else 0
        last = self.column if end.line == 1 else 0
        return sx.Span(start.line + self.line, start.column + first, end.line + self.line, end.column + last)

    def text(self, span: sx.Span) -> str:
        """The user's text of a span, on one line."""
        lines = self.unit.lines[span.line - 1 : span.end_line]
        if not lines:
            return ""
        if len(lines) == 1:
            return lines[0][span.column : span.end_column]
        parts = [lines[0][span.column :], *lines[1:-1], lines[-1][: span.end_column]]
        return " ".join(part.split("  #")[0].strip() for part in parts)

    # ---------------------------------------------------------------------------------------------- parameters
    def lambda_function(self, node: cst.Lambda) -> sx.Function:
        value = self.expr(node.body)
        result = sx.Return(value, span=value.span, text=f"return {self.text(value.span)}")
        return sx.Function(
            "lambda", self.parameters(node.params), (result,), self.span(node), self.unit.file, self.unit.lines
        )

    def parameters(self, node: cst.Parameters) -> tuple[sx.Parameter, ...]:
        kinds = inspect.Parameter
        found = [self.parameter(p, kinds.POSITIONAL_ONLY) for p in node.posonly_params]
        found += [self.parameter(p, kinds.POSITIONAL_OR_KEYWORD) for p in node.params]
        if isinstance(node.star_arg, cst.Param):
            found.append(self.parameter(node.star_arg, kinds.VAR_POSITIONAL))
        found += [self.parameter(p, kinds.KEYWORD_ONLY) for p in node.kwonly_params]
        if node.star_kwarg:
            found.append(self.parameter(node.star_kwarg, kinds.VAR_KEYWORD))
        return tuple(found)

    def parameter(self, node: cst.Param, kind: Any) -> sx.Parameter:
        return sx.Parameter(node.name.value, kind, self.expr(node.default) if node.default else None)

    # -------------------------------------------------------------------------------------------- expressions
    def maybe(self, node: Any) -> sx.Expr | None:
        return self.expr(node) if node is not None else None

    def expr(self, node: Any) -> sx.Expr:
        """One expression; what has no method is refused when it is reached."""
        method = getattr(self, f"expr_{type(node).__name__}", None)
        if method is None:
            what = type(node).__name__.lower()
            return sx.Unsupported(f"`{what}` is not supported", "write it without", span=self.span(node))
        return method(node)  # type: ignore[no-any-return]

    def expr_Name(self, node: cst.Name) -> sx.Expr:
        constants = {"True": True, "False": False, "None": None}
        if node.value in constants:
            return sx.Literal(constants[node.value], span=self.span(node))
        return sx.Name(node.value, span=self.span(node))

    def literal(self, node: Any) -> sx.Expr:
        return sx.Literal(node.evaluated_value, span=self.span(node))

    def expr_Integer(self, node: cst.Integer) -> sx.Expr:
        return self.literal(node)

    def expr_Float(self, node: cst.Float) -> sx.Expr:
        return self.literal(node)

    def expr_SimpleString(self, node: cst.SimpleString) -> sx.Expr:
        return self.literal(node)

    def expr_Imaginary(self, node: cst.Imaginary) -> sx.Expr:
        return sx.Literal(complex(node.value), span=self.span(node))

    def expr_ConcatenatedString(self, node: cst.ConcatenatedString) -> sx.Expr:
        if node.evaluated_value is not None:
            return self.literal(node)
        parts: list[Any] = []
        for side in (node.left, node.right):
            piece = self.expr(side)
            parts.extend(piece.parts if isinstance(piece, sx.Format) else [getattr(piece, "value", "")])
        return sx.Format(tuple(parts), span=self.span(node))

    def expr_Ellipsis(self, node: cst.Ellipsis) -> sx.Expr:
        return sx.Literal(..., span=self.span(node))

    def expr_Attribute(self, node: cst.Attribute) -> sx.Expr:
        return sx.Attribute(self.expr(node.value), node.attr.value, span=self.span(node))

    def expr_Subscript(self, node: cst.Subscript) -> sx.Expr:
        items = [self.subscript(element.slice) for element in node.slice]
        single = len(items) == 1 and not isinstance(node.slice[0].comma, cst.Comma)
        index = items[0] if single else sx.Display(tuple, tuple(items), span=self.span(node))
        return sx.Subscript(self.expr(node.value), index, span=self.span(node))

    def subscript(self, node: Any) -> sx.Expr:
        if isinstance(node, cst.Index):
            value = self.expr(node.value)
            return sx.Starred(value, span=value.span) if getattr(node, "star", None) else value
        return sx.Slice(self.maybe(node.lower), self.maybe(node.upper), self.maybe(node.step), span=self.span(node))

    def expr_Call(self, node: cst.Call) -> sx.Expr:
        args: list[sx.Expr] = []
        keywords: list[tuple[str | None, sx.Expr]] = []
        for arg in node.args:
            value = self.expr(arg.value)
            if arg.star == "**":
                keywords.append((None, value))
            elif arg.keyword is not None:
                keywords.append((arg.keyword.value, value))
            else:
                args.append(sx.Starred(value, span=value.span) if arg.star == "*" else value)
        return sx.Call(self.expr(node.func), tuple(args), tuple(keywords), span=self.span(node))

    def expr_BinaryOperation(self, node: cst.BinaryOperation) -> sx.Expr:
        operands = (self.expr(node.left), self.expr(node.right))
        return sx.Operation(BINARY[type(node.operator)], operands, span=self.span(node))

    def expr_UnaryOperation(self, node: cst.UnaryOperation) -> sx.Expr:
        operand = self.expr(node.expression)
        if isinstance(node.operator, cst.Minus) and isinstance(operand, sx.Literal):
            return sx.Literal(-operand.value, span=self.span(node))
        return sx.Operation(UNARY[type(node.operator)], (operand,), span=self.span(node))

    def expr_BooleanOperation(self, node: cst.BooleanOperation) -> sx.Expr:
        operands = (self.expr(node.left), self.expr(node.right))
        return sx.Logic(isinstance(node.operator, cst.And), operands, span=self.span(node))

    def expr_Comparison(self, node: cst.Comparison) -> sx.Expr:
        links = tuple((COMPARISON[type(c.operator)], self.expr(c.comparator)) for c in node.comparisons)
        return sx.Compare(self.expr(node.left), links, span=self.span(node))

    def expr_IfExp(self, node: cst.IfExp) -> sx.Expr:
        return sx.Choice(self.expr(node.test), self.expr(node.body), self.expr(node.orelse), span=self.span(node))

    def display(self, kind: type, node: Any) -> sx.Expr:
        return sx.Display(kind, tuple(self.element(element) for element in node.elements), span=self.span(node))

    def element(self, node: Any) -> sx.Expr:
        value = self.expr(node.value)
        return sx.Starred(value, span=value.span) if isinstance(node, cst.StarredElement) else value

    def expr_Tuple(self, node: cst.Tuple) -> sx.Expr:
        return self.display(tuple, node)

    def expr_List(self, node: cst.List) -> sx.Expr:
        return self.display(list, node)

    def expr_Set(self, node: cst.Set) -> sx.Expr:
        return self.display(set, node)

    def expr_StarredElement(self, node: cst.StarredElement) -> sx.Expr:
        return self.element(node)

    def expr_Dict(self, node: cst.Dict) -> sx.Expr:
        items = tuple(
            (None, self.expr(e.value))
            if isinstance(e, cst.StarredDictElement)
            else (self.expr(e.key), self.expr(e.value))  # type: ignore[attr-defined]
            for e in node.elements
        )
        return sx.DictDisplay(items, span=self.span(node))

    def expr_Lambda(self, node: cst.Lambda) -> sx.Expr:
        return sx.Lambda(self.lambda_function(node), span=self.span(node))

    def expr_NamedExpr(self, node: cst.NamedExpr) -> sx.Expr:
        target = self.expr(node.target)
        assert isinstance(target, sx.Name)
        return sx.Walrus(target, self.expr(node.value), span=self.span(node))

    def comprehension(self, kind: type | None, element: sx.Expr, node: Any) -> sx.Expr:
        clauses: list[sx.Clause] = []
        clause: cst.CompFor | None = node.for_in
        while clause is not None:
            tests = tuple(self.expr(test.test) for test in clause.ifs)
            clauses.append(sx.Clause(self.expr(clause.target), self.expr(clause.iter), tests))
            clause = clause.inner_for_in
        return sx.Comprehension(kind, element, tuple(clauses), span=self.span(node))

    def expr_ListComp(self, node: cst.ListComp) -> sx.Expr:
        return self.comprehension(list, self.expr(node.elt), node)

    def expr_GeneratorExp(self, node: cst.GeneratorExp) -> sx.Expr:
        return self.comprehension(None, self.expr(node.elt), node)

    def expr_SetComp(self, node: cst.SetComp) -> sx.Expr:
        return self.comprehension(set, self.expr(node.elt), node)

    def expr_DictComp(self, node: cst.DictComp) -> sx.Expr:
        pair = sx.Display(tuple, (self.expr(node.key), self.expr(node.value)), span=self.span(node))
        return self.comprehension(dict, pair, node)

    def expr_FormattedString(self, node: cst.FormattedString) -> sx.Expr:
        parts = [piece for part in node.parts for piece in self.format_part(part, node)]
        return sx.Format(tuple(parts), span=self.span(node))

    def format_part(self, part: Any, string: cst.FormattedString) -> Iterator[Any]:
        """A piece of an f-string: text, or an expression; `{x=}` is both."""
        if isinstance(part, cst.FormattedStringText):
            prefix = string.prefix.lower().replace("f", "")
            text = part.value.replace("{{", "{").replace("}}", "}")
            yield ast.literal_eval(f"{prefix}{string.quote}{text} {string.quote}")[:-1]  # it may end in a quote
            return
        conversion, spec = part.conversion or "", None
        if part.format_spec is not None:
            pieces = tuple(piece for p in part.format_spec for piece in self.format_part(p, string))
            spec = sx.Format(pieces, span=self.span(part.expression))
        if part.equal is not None:
            code = cst.Module([]).code_for_node
            before, behind = part.whitespace_before_expression, part.whitespace_after_expression
            yield "".join(code(piece) for piece in (before, part.expression, behind, part.equal))
            conversion = conversion or ("" if spec is not None else "r")
        yield self.expr(part.expression), conversion, spec
