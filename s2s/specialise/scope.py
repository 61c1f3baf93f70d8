"""Which names are whose: the local variables of a function's text, and what its other names stand for.

In: syntax, and the Python function it was read from.  Out: sets of names, Python objects.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Any

from s2s import syntax as sx

MOST_FRAMES = 60


class Missing:
    """Stands for what is not there."""

    def __repr__(self) -> str:
        return "missing"

    def __reduce__(self) -> str:
        return "MISSING"


MISSING: Any = Missing()


@lru_cache(maxsize=4096)
def scope(function: sx.Function) -> tuple[frozenset[str], frozenset[str]]:
    """The local names of a function, and those that it declares nonlocal."""
    outer = {name for stmt in walk(function.body) if isinstance(stmt, sx.Nonlocal) for name in stmt.names}
    local = {parameter.name for parameter in function.parameters} | set(assigned(function.body))
    return frozenset(local - outer), frozenset(outer)


def walk(body: Iterable[sx.Statement]) -> Iterator[sx.Statement]:
    """All statements of a body, nested ones too, but not those of nested functions."""
    for stmt in body:
        yield stmt
        for part in parts(stmt):
            yield from walk(part)


def parts(stmt: sx.Statement) -> Iterator[sx.Body]:
    match stmt:
        case sx.If():
            yield from (stmt.then, stmt.other)
        case sx.For() | sx.While():
            yield from (stmt.body, stmt.other)
        case sx.With():
            yield stmt.body
        case sx.Try():
            yield from (stmt.body, *(handler.body for handler in stmt.handlers), stmt.other, stmt.final)


def assigned(body: Iterable[sx.Statement]) -> Iterator[str]:
    """The names that a body binds, in order, with repetitions."""
    for stmt in walk(body):
        match stmt:
            case sx.Assign():
                for target in stmt.targets:
                    yield from bound(target)
            case sx.Augment():
                yield from bound(stmt.target)
            case sx.For():
                yield from bound(stmt.target)
            case sx.With():
                for _, target in stmt.items:
                    if target is not None:
                        yield from bound(target)
            case sx.Define():
                yield stmt.function.name
            case sx.Import():
                yield stmt.name
            case sx.Try():
                yield from (handler.name for handler in stmt.handlers if handler.name)
        for expr in expressions(stmt):
            yield from (node.target.id for node in subexpressions(expr) if isinstance(node, sx.Walrus))


def bound(target: sx.Expr) -> Iterator[str]:
    """The names that a target binds."""
    yield from (place.id for place in places(target) if isinstance(place, sx.Name))


def places(target: sx.Expr) -> Iterator[sx.Expr]:
    """The names, items and attributes that a target sets."""
    match target:
        case sx.Display():
            for item in target.items:
                yield from places(item)
        case sx.Starred():
            yield from places(target.value)
        case _:
            yield target


def expressions(stmt: sx.Statement) -> Iterator[sx.Expr]:
    """The expressions that a statement itself evaluates."""
    match stmt:
        case sx.Assign():
            yield from (*stmt.targets, stmt.value)
        case sx.Augment():
            yield from (stmt.target, stmt.value)
        case sx.Evaluate() | sx.Yield():
            yield stmt.value
        case sx.If() | sx.While():
            yield stmt.test
        case sx.For():
            yield stmt.iterable
        case sx.Return():
            if stmt.value:
                yield stmt.value
        case sx.Assert():
            yield stmt.test
        case sx.With():
            yield from (item for item, _ in stmt.items)


def subexpressions(expr: sx.Expr) -> Iterator[sx.Expr]:
    """An expression and all inside it, except the bodies of lambdas."""
    yield expr
    match expr:
        case sx.Attribute() | sx.Starred() | sx.Walrus():
            yield from subexpressions(expr.value)
        case sx.Subscript():
            yield from subexpressions(expr.value)
            yield from subexpressions(expr.index)
        case sx.Slice():
            for part in (expr.start, expr.stop, expr.step):
                if part is not None:
                    yield from subexpressions(part)
        case sx.Call():
            for part in (expr.function, *expr.args, *(value for _, value in expr.keywords)):
                yield from subexpressions(part)
        case sx.Operation() | sx.Logic():
            for part in expr.operands:
                yield from subexpressions(part)
        case sx.Compare():
            for part in (expr.first, *(operand for _, operand in expr.links)):
                yield from subexpressions(part)
        case sx.Choice():
            for part in (expr.test, expr.then, expr.other):
                yield from subexpressions(part)
        case sx.Display():
            for part in expr.items:
                yield from subexpressions(part)
        case sx.DictDisplay():
            for key, value in expr.items:
                yield from subexpressions(value)
                if key is not None:
                    yield from subexpressions(key)
        case sx.Comprehension():
            for clause in expr.clauses:
                yield from subexpressions(clause.iterable)
                for test in clause.tests:
                    yield from subexpressions(test)
            yield from subexpressions(expr.element)


def nodes(node: Any) -> Iterator[Any]:
    """All nodes of a text."""
    yield node
    for field in fields(node):
        pending = [getattr(node, field.name)]
        while pending:
            item = pending.pop()
            if isinstance(item, tuple):
                pending.extend(item)
            elif is_dataclass(item) and not isinstance(item, (type, sx.Span)):
                yield from nodes(item)


def lookup(function: Any, name: str) -> Any:
    """What a name that is not local means to a Python function: closure, globals, builtins; MISSING if nothing."""
    code = getattr(function, "__code__", None)
    if code is not None and name in code.co_freevars and function.__closure__:
        try:
            return function.__closure__[code.co_freevars.index(name)].cell_contents
        except ValueError:
            return MISSING
    namespace = getattr(function, "__globals__", {})
    if name in namespace:
        return namespace[name]
    return vars(builtins).get(name, MISSING)
