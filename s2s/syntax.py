"""The user's program as data: what `parse` produces and `specialise` consumes.

    expr = Literal | Name | Attribute | Subscript | Slice | Call | Operation | Logic | Compare | Choice | Display | DictDisplay
         | Lambda | Comprehension | Walrus | Starred | Format | Unsupported
    stmt = Assign | Augment | Evaluate | If | For | While | Break | Continue | Return | Raise | Assert | With | Try
         | Define | Nonlocal | Import | Delete | Pass | Refusal

A mirror of Python's own grammar, less what has no derivative; each node knows its place in the file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a file: lines count from 1, columns from 0."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    span: Span


# ------------------------------------------------------------------------------------------------ expressions
@dataclass(frozen=True, slots=True)
class Literal(Node):
    value: Any


@dataclass(frozen=True, slots=True)
class Name(Node):
    id: str


@dataclass(frozen=True, slots=True)
class Attribute(Node):
    value: Expr
    attr: str


@dataclass(frozen=True, slots=True)
class Subscript(Node):
    value: Expr
    index: Expr


@dataclass(frozen=True, slots=True)
class Slice(Node):
    start: Expr | None
    stop: Expr | None
    step: Expr | None


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A keyword of name None is a `**mapping`; a positional argument may be Starred."""

    function: Expr
    args: tuple[Expr, ...]
    keywords: tuple[tuple[str | None, Expr], ...]


@dataclass(frozen=True, slots=True)
class Operation(Node):
    """An operator of one or two operands, as the function of the `operator` module that it stands for."""

    function: Callable[..., Any]
    operands: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """`and` (conjunction) or `or`: the value of the operand that decided."""

    conjunction: bool
    operands: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """A chain: `a < b <= c` has two links."""

    first: Expr
    links: tuple[tuple[Callable[..., Any], Expr], ...]


@dataclass(frozen=True, slots=True)
class Choice(Node):
    test: Expr
    then: Expr
    other: Expr


@dataclass(frozen=True, slots=True)
class Display(Node):
    """`(a, b)`, `[a, b]` or `{a, b}`; `kind` is tuple, list or set."""

    kind: type
    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class DictDisplay(Node):
    """A key of None is a `**mapping`."""

    items: tuple[tuple[Expr | None, Expr], ...]


@dataclass(frozen=True, slots=True)
class Lambda(Node):
    function: Function


@dataclass(frozen=True, slots=True)
class Clause:
    """One `for target in iterable if tests` of a comprehension."""

    target: Expr
    iterable: Expr
    tests: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Comprehension(Node):
    """`kind` is list, dict, set or None (a generator); `element` is a two-item Display for a dict."""

    kind: type | None
    element: Expr
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Walrus(Node):
    target: Name
    value: Expr


@dataclass(frozen=True, slots=True)
class Starred(Node):
    value: Expr


@dataclass(frozen=True, slots=True)
class Format(Node):
    """An f-string: literal text, or (expression, conversion, format specification)."""

    parts: tuple[str | tuple[Expr, str, Expr | None], ...]


@dataclass(frozen=True, slots=True)
class Unsupported(Node):
    """An expression that has no derivative in this language; refused if it is reached."""

    reason: str
    hint: str


Expr = (
    Literal | Name | Attribute | Subscript | Slice | Call | Operation | Logic | Compare | Choice | Display | DictDisplay
    | Lambda | Comprehension | Walrus | Starred | Format | Unsupported
)  # fmt: skip


# ------------------------------------------------------------------------------------------------- statements
@dataclass(frozen=True, slots=True, kw_only=True)
class Statement(Node):
    """`text` is the statement's first logical line as the user wrote it; comments are kept without their indent."""

    text: str = ""
    comments: tuple[str, ...] = ()
    trailing: str = ""


@dataclass(frozen=True, slots=True)
class Assign(Statement):
    """`a = b = value` has two targets; a target is a Name, Attribute, Subscript, Display or Starred."""

    targets: tuple[Expr, ...]
    value: Expr


@dataclass(frozen=True, slots=True)
class Augment(Statement):
    """`target += value`: `function` is the in-place one (`operator.iadd`)."""

    target: Expr
    function: Callable[..., Any]
    value: Expr


@dataclass(frozen=True, slots=True)
class Evaluate(Statement):
    value: Expr


@dataclass(frozen=True, slots=True)
class If(Statement):
    test: Expr
    then: Body
    other: Body


@dataclass(frozen=True, slots=True)
class For(Statement):
    target: Expr
    iterable: Expr
    body: Body
    other: Body


@dataclass(frozen=True, slots=True)
class While(Statement):
    test: Expr
    body: Body
    other: Body


@dataclass(frozen=True, slots=True)
class Break(Statement):
    pass


@dataclass(frozen=True, slots=True)
class Continue(Statement):
    pass


@dataclass(frozen=True, slots=True)
class StopIf(Statement):
    """The last statement of a normalised loop body: the loop ends after this iteration if the flag is true."""

    flag: Name


@dataclass(frozen=True, slots=True)
class Return(Statement):
    value: Expr | None


@dataclass(frozen=True, slots=True)
class Yield(Statement):
    """`yield value`, or with `many` `yield from value`, as a statement of its own."""

    value: Expr
    many: bool


@dataclass(frozen=True, slots=True)
class Raise(Statement):
    exception: Expr | None
    cause: Expr | None


@dataclass(frozen=True, slots=True)
class Assert(Statement):
    test: Expr
    message: Expr | None


@dataclass(frozen=True, slots=True)
class With(Statement):
    items: tuple[tuple[Expr, Expr | None], ...]
    body: Body


@dataclass(frozen=True, slots=True)
class Handler:
    """`except exception as name:`; the exception is None for a bare `except`."""

    exception: Expr | None
    name: str | None
    body: Body


@dataclass(frozen=True, slots=True)
class Try(Statement):
    body: Body
    handlers: tuple[Handler, ...]
    other: Body
    final: Body


@dataclass(frozen=True, slots=True)
class Define(Statement):
    function: Function
    decorators: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Nonlocal(Statement):
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Import(Statement):
    """`import module as name` has no attribute; `from module import attribute as name` has one."""

    module: str
    attribute: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Delete(Statement):
    targets: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Pass(Statement):
    pass


@dataclass(frozen=True, slots=True)
class Refusal(Statement):
    """A statement that has no derivative in this language; refused if it is reached."""

    reason: str
    hint: str


Body = tuple[Statement, ...]


# --------------------------------------------------------------------------------------------------- functions
@dataclass(frozen=True, slots=True)
class Parameter:
    """`kind` is one of `inspect.Parameter`'s kinds."""

    name: str
    kind: Any
    default: Expr | None


@dataclass(frozen=True, slots=True)
class Function:
    """A function definition or a lambda; `lines` is the whole text of the file it stands in."""

    name: str
    parameters: tuple[Parameter, ...]
    body: Body
    span: Span
    file: str
    lines: tuple[str, ...]
    doc: str = ""
    generator: bool = False
    coroutine: bool = False

    def __hash__(self) -> int:
        """By its place: two functions of one place are compared, and a long one is not walked through to be found."""
        return hash((self.file, self.span, self.name))
