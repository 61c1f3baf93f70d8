"""Syntax as Python text that runs: the user's program as it was parsed, or as normalising left it.

In: a `syntax.Function`.  Out: the text of a `def`, with the user's comments and without a trailing newline.

A normalised program is made of ordinary statements too: the name `stop@1` is written `stop_1`, the flag that ends a loop
is tested at the end of its body, and the function ends by returning what was assigned to `result@`.

    x = (a + b) * c  # scaled                 parsed again, and unparsed, it is the same text
    for v in x:
        s += v
    else:
        s = -s
"""

from __future__ import annotations

import dataclasses
import inspect
import itertools
import keyword
from collections.abc import Iterator, Sequence
from typing import Any

from s2s import syntax as sx
from s2s.primitives import AUGMENTED, BINARY_SYMBOLS, UNARY_SYMBOLS

INDENT = "    "
RESULT = "result@"

# How strongly an expression binds, on the scale of `primitives.BINARY_SYMBOLS`; `**` and `await` lie between.
ANY, TERNARY, OR, AND, NOT, COMPARISON, BITWISE_OR, POWER, UNARY, POSTFIX, ATOM = 0, 1, 3, 4, 5, 6, 7, 14, 13, 18, 20

# Comparisons that no function of `operator` stands for, by the name of the function that does.
MEMBERSHIP = {"contains": "in", "lacks": "not in"}


def unparse(function: sx.Function) -> str:
    """The text of a function."""
    names = identifiers(function)
    writer = Statements(function, names)
    writer.function(function)
    if RESULT in names:
        writer.lines.append(f"{INDENT}return {names[RESULT]}")
    return "\n".join(writer.lines)


# ------------------------------------------------------------------------------------------------------------- names
def identifiers(function: sx.Function) -> dict[str, str]:
    """What each name made by normalising is called in text: no word that the user has."""
    words = dict.fromkeys(words_of(function))
    taken = {word for word in words if "@" not in word}
    chosen: dict[str, str] = {}
    for name in words:
        word, at, serial = name.partition("@")
        if not at:
            continue
        first = f"{word}_{serial}" if serial.strip("0") else word
        others = (f"{word}_{number}" for number in itertools.count(1))
        candidate = next(one for one in itertools.chain([first], others) if one not in taken)
        taken.add(candidate)
        chosen[name] = candidate
    return chosen


def words_of(node: Any) -> Iterator[str]:
    """Every word in a tree of syntax that is or may be a name, in order, with repetitions."""
    if isinstance(node, sx.Name):
        yield node.id
    elif isinstance(node, tuple):
        for item in node:
            yield from words_of(item)
    elif isinstance(node, str):
        if node.isidentifier():
            yield node
    elif dataclasses.is_dataclass(node) and not isinstance(node, (sx.Span, type)):
        for field in dataclasses.fields(node):
            if field.name not in ("text", "comments", "trailing", "lines", "file", "doc"):
                yield from words_of(getattr(node, field.name))


# ------------------------------------------------------------------------------------------------------- expressions
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
                start, stop, step = (self.expr(part, TERNARY) if part else "" for part in (node.start, node.stop, node.step))
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
                items = (f"**{self.expr(v, BITWISE_OR)}" if k is None else f"{self.expr(k)}: {self.expr(v)}" for k, v in node.items)
                return f"{{{', '.join(items)}}}", ATOM
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
        left, right = {list: "[]", dict: "{}", set: "{}", None: "()"}[node.kind]
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
        kinds = [parameter.kind for parameter in parameters]
        written = []
        for position, parameter in enumerate(parameters):
            kind = parameter.kind
            if kind is inspect.Parameter.KEYWORD_ONLY and not {inspect.Parameter.VAR_POSITIONAL, kind} & set(kinds[:position]):
                written.append("*")
            stars = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}.get(kind, "")
            default = "" if parameter.default is None else f"={self.expr(parameter.default, TERNARY)}"
            written.append(f"{stars}{parameter.name}{default}")
            if kind is inspect.Parameter.POSITIONAL_ONLY and kind not in kinds[position + 1 :]:
                written.append("/")
        return ", ".join(written)

    # -------------------------------------------------------------------------------------------------- f-strings
    def format_string(self, node: sx.Format) -> tuple[str, int]:
        """An f-string in quotes that none of its expressions has; `"...".format(...)` where there are no such quotes."""
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
    return found[0] if found is not None else MEMBERSHIP[function.__name__]


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


# -------------------------------------------------------------------------------------------------------- statements
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
                return imported(stmt)
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


def imported(stmt: sx.Import) -> str:
    if stmt.attribute is not None:
        alias = f" as {stmt.name}" if stmt.name != stmt.attribute else ""
        return f"from {stmt.module} import {stmt.attribute}{alias}"
    return f"import {stmt.module}" + (f" as {stmt.name}" if stmt.name != stmt.module else "")
