"""Expressions as text, with brackets where precedence asks for them.

In: an expression of the syntax.  Out: a line of Python.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from typing import Any

from s2s import syntax as sx
from s2s.primitives import BINARY_SYMBOLS, UNARY_SYMBOLS, contains, lacks

# How strongly an expression binds, on the scale of `primitives.BINARY_SYMBOLS`.
ANY, TERNARY, OR, AND, NOT, COMPARISON, BITWISE_OR, UNARY, POWER, POSTFIX, ATOM = 0, 1, 3, 4, 5, 6, 7, 13, 14, 18, 20
MEMBERSHIP = {contains: "in", lacks: "not in"}


class Expressions:
    """Writes expressions."""

    def __init__(self, function: sx.Function, names: dict[str, str]) -> None:
        self.file_lines, self.names = function.lines, names

    def word(self, name: str) -> str:
        return self.names.get(name, name)

    def expr(self, node: sx.Expr, binding: int = ANY) -> str:
        """An expression, in brackets if it binds less strongly than asked."""
        text, strength = self.strength(node)
        return f"({text})" if strength < binding else text

    def strength(self, node: sx.Expr) -> tuple[str, int]:
        """An expression as text, and how strongly it binds."""
        match node:
            case sx.Literal():
                return literal(node.value)
            case sx.Name():
                return self.word(node.id), ATOM
            case sx.Attribute():
                return f"{self.owner(node.value)}.{node.attr}", POSTFIX
            case sx.Subscript():
                return f"{self.expr(node.value, POSTFIX)}[{self.index(node.index)}]", POSTFIX
            case sx.Slice():
                start, stop, step = (self.expr(e, TERNARY) if e else "" for e in (node.start, node.stop, node.step))
                return f"{start}:{stop}" + (f":{step}" if step else ""), ANY
            case sx.Call():
                return f"{self.expr(node.function, POSTFIX)}({', '.join(self.arguments(node))})", POSTFIX
            case sx.Starred():
                return f"*{self.expr(node.value, BITWISE_OR)}", ATOM
            case sx.Walrus():
                return f"({self.expr(node.target)} := {self.expr(node.value, TERNARY)})", ATOM
            case sx.Lambda():
                return self.function_expression(node.function), TERNARY
            case sx.Unsupported():
                return f"({self.users_text(node.span)})", ATOM
            case _:
                return self.compound(node)

    def compound(self, node: sx.Expr) -> tuple[str, int]:
        """Operators, choices and displays."""
        match node:
            case sx.Operation():
                return self.operation(node)
            case sx.Logic():
                return self.logic(node)
            case sx.Compare():
                links = [f"{comparison(function)} {self.expr(operand, BITWISE_OR)}" for function, operand in node.links]
                return " ".join([self.expr(node.first, BITWISE_OR), *links]), COMPARISON
            case sx.Choice():
                then, test, other = self.expr(node.then, OR), self.expr(node.test, OR), self.expr(node.other, TERNARY)
                return f"{then} if {test} else {other}", TERNARY
            case sx.Display():
                return self.display(node), ATOM
            case sx.DictDisplay():
                before = ("**" if key is None else f"{self.expr(key)}: " for key, _ in node.items)
                values = (self.expr(value, BITWISE_OR if key is None else ANY) for key, value in node.items)
                return f"{{{', '.join(map(str.__add__, before, values))}}}", ATOM
            case sx.Comprehension():
                return self.comprehension(node), ATOM
            case sx.Format():
                return self.format_string(node)
            case _:
                raise AssertionError(node)

    def owner(self, value: sx.Expr) -> str:
        """What stands before a dot: a number in brackets, since `1.real` is something else."""
        text = self.expr(value, POSTFIX)
        return f"({text})" if text[-1].isdigit() and isinstance(value, sx.Literal) else text

    def operation(self, node: sx.Operation) -> tuple[str, int]:
        if len(node.operands) == 1:
            symbol, strength = UNARY_SYMBOLS[node.function]
            return f"{symbol}{self.expr(node.operands[0], strength)}", strength
        symbol, strength = BINARY_SYMBOLS[node.function]
        left, right = node.operands
        if strength == POWER:  # it groups to the right, and a sign behind it binds more strongly
            return f"{self.expr(left, POWER + 1)} {symbol} {self.expr(right, UNARY)}", POWER
        return f"{self.expr(left, strength)} {symbol} {self.expr(right, strength + 1)}", strength

    def logic(self, node: sx.Logic) -> tuple[str, int]:
        word, strength = ("and", AND) if node.conjunction else ("or", OR)
        first, *rest = node.operands
        return f" {word} ".join([self.expr(first, strength), *(self.expr(e, strength + 1) for e in rest)]), strength

    def display(self, node: sx.Display) -> str:
        inner = ", ".join(self.expr(item) for item in node.items)
        if node.kind is tuple:
            return f"({inner},)" if len(node.items) == 1 else f"({inner})"
        return f"[{inner}]" if node.kind is list else f"{{{inner}}}"

    def bare(self, node: sx.Expr) -> str:
        """An expression where a tuple needs no brackets."""
        text = self.expr(node)
        return text[1:-1] if isinstance(node, sx.Display) and node.kind is tuple and len(node.items) > 1 else text

    def index(self, node: sx.Expr) -> str:
        """What stands in the brackets of a subscript, where slices may."""
        if isinstance(node, sx.Display) and node.kind is tuple and node.items:
            return self.display(node)[1:-1]
        return self.expr(node)

    def arguments(self, node: sx.Call) -> list[str]:
        if len(node.args) == 1 and not node.keywords and isinstance(node.args[0], sx.Comprehension):
            return [self.comprehension(node.args[0], bare=True)]
        named = [f"**{self.expr(v)}" if name is None else f"{name}={self.expr(v)}" for name, v in node.keywords]
        return [*(self.expr(arg) for arg in node.args), *named]

    def comprehension(self, node: sx.Comprehension, bare: bool = False) -> str:
        """`bare`: a generator that is the only argument of a call needs no brackets of its own."""
        if node.kind is dict:
            assert isinstance(node.element, sx.Display)
            element = ": ".join(self.expr(item) for item in node.element.items)
        else:
            element = self.expr(node.element)
        parts = [element]
        for clause in node.clauses:
            parts.append(f"for {self.bare(clause.target)} in {self.expr(clause.iterable, OR)}")
            parts += [f"if {self.expr(test, OR)}" for test in clause.tests]
        left, right = ("[", "]") if node.kind is list else ("{", "}") if node.kind in (dict, set) else ("(", ")")
        return " ".join(parts) if bare and node.kind is None else f"{left}{' '.join(parts)}{right}"

    def function_expression(self, function: sx.Function) -> str:
        """A lambda."""
        (stmt,) = function.body
        assert isinstance(stmt, sx.Return)
        assert stmt.value is not None
        parameters = self.parameters(function.parameters)
        return f"lambda{' ' if parameters else ''}{parameters}: {self.expr(stmt.value, TERNARY)}"

    def parameters(self, parameters: Sequence[sx.Parameter]) -> str:
        """What stands between the brackets of a `def`."""
        kind = inspect.Parameter
        written: list[str] = []
        before: set[Any] = set()
        for parameter in parameters:
            if parameter.kind is not kind.POSITIONAL_ONLY and kind.POSITIONAL_ONLY in before and "/" not in written:
                written.append("/")
            if parameter.kind is kind.KEYWORD_ONLY and not before & {kind.VAR_POSITIONAL, kind.KEYWORD_ONLY}:
                written.append("*")
            stars = {kind.VAR_POSITIONAL: "*", kind.VAR_KEYWORD: "**"}.get(parameter.kind, "")
            default = "" if parameter.default is None else f"={self.expr(parameter.default, TERNARY)}"
            written.append(f"{stars}{parameter.name}{default}")
            before.add(parameter.kind)
        if before == {kind.POSITIONAL_ONLY}:
            written.append("/")
        return ", ".join(written)

    # -------------------------------------------------------------------------------------------------- f-strings
    def format_string(self, node: sx.Format) -> tuple[str, int]:
        """An f-string in quotes that none of its expressions has, or `"...".format(...)` where there are none."""
        inside = "".join(self.expr(value) for value in fields(node))
        quote = next((quote for quote in ('"', "'", '"""', "'''") if quote not in inside), None)
        if quote is not None and "\\" not in inside:
            return f"f{quote}{self.template(node, quote, None)}{quote}", ATOM
        values: list[str] = []
        template = self.template(node, '"', values)
        return f'"{template}".format({", ".join(values)})', POSTFIX

    def template(self, node: sx.Format, quote: str, values: list[str] | None) -> str:
        """The text between the quotes; with a list of values, its fields are numbered and their values put there."""
        pieces = []
        for part in node.parts:
            if isinstance(part, str):
                pieces.append(escaped(part, quote).replace("{", "{{").replace("}", "}}"))
                continue
            value, conversion, spec = part
            text = self.expr(value, OR)
            if values is not None:
                values.append(text)
                text = str(len(values) - 1)
            detail = f"!{conversion.lstrip('!')}" if conversion else ""
            detail += f":{self.template(spec, quote, values)}" if isinstance(spec, sx.Format) else ""
            pieces.append(f"{{{' ' if text.startswith('{') else ''}{text}{detail}}}")
        return "".join(pieces)

    # ------------------------------------------------------------------------------------- what is not understood
    def users_text(self, span: sx.Span) -> str:
        """What the user wrote at a place."""
        lines = list(self.file_lines[span.line - 1 : span.end_line])
        if not lines:
            return "..."
        lines[-1] = lines[-1][: span.end_column]
        lines[0] = lines[0][span.column :]
        return "\n".join(lines)


def literal(value: Any) -> tuple[str, int]:
    """A literal's text, and how strongly it binds: a sign is an operator."""
    if value is Ellipsis:
        return "...", ATOM
    text = repr(value).replace("inf", "1e999") if type(value) is float else repr(value)
    if type(value) is complex:
        text = f"-{-value.imag!r}j" if str(value.real) == "-0.0" else f"{value.imag!r}j"
        text = text.replace("inf", "1e999")
    return text, UNARY if text.startswith("-") else ATOM


def comparison(function: Any) -> str:
    found = BINARY_SYMBOLS.get(function)
    return found[0] if found is not None else MEMBERSHIP[function]


def escaped(text: str, quote: str) -> str:
    """Text as it stands inside these quotes."""
    body = repr(text + '"')[1:-2]  # a text with a double quote is written in single ones, which are escaped in it
    body = body.replace("\\'", "'")
    return body.replace(quote[0], "\\" + quote[0])


def fields(node: sx.Format) -> Iterator[sx.Expr]:
    """The expressions in an f-string, those of its format specifications included."""
    for part in node.parts:
        if not isinstance(part, str):
            yield part[0]
            if isinstance(part[2], sx.Format):
                yield from fields(part[2])
