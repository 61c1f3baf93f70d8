"""Structured control flow: no break, no continue, no early return, no else of a loop.

In: a function's syntax.  Out: the same function, where a loop ends early only by a `StopIf` as the last statement of its
body, and where `return e` is an assignment to the name RESULT in tail position.

    for x in xs:                     broke = False
        if x < 0: break              for x in xs:
        s += x                =>         if x < 0: broke = True
    else:                                else: s += x
        s = 0                            stop if broke
                                     if not broke: s = 0
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any

from s2s import syntax as sx

RESULT = "result@"
RETURNED = "returned@0"


@dataclass
class Loop:
    """The innermost loop around a statement: its flags, and which of them are in use."""

    stop: str
    skip: str
    stops: bool = False
    skips: bool = False


@lru_cache(maxsize=4096)
def normalise(function: sx.Function) -> sx.Function:
    """The function with structured control flow."""
    body: Sequence[sx.Statement] = function.body
    if falls(body):
        end = body[-1].span if body else function.span
        body = (*body, sx.Return(None, span=end))
    exits = Exits()
    statements = exits.block(tuple(body), None)
    if exits.returns_flagged:
        statements = (_set(exits.returned, False, function.span), *statements)
    return replace(function, body=statements)


class Exits:
    """One function's early exits made structured."""

    def __init__(self) -> None:
        self.serial = itertools.count(1)
        self.returned = RETURNED
        self.returns_flagged = False

    def block(self, statements: sx.Body, loop: Loop | None) -> sx.Body:
        """The statements up to the first that may leave the block; what follows it is guarded or moved into a branch."""
        done: list[sx.Statement] = []
        for position, stmt in enumerate(statements):
            rest = statements[position + 1 :]
            if isinstance(stmt, (sx.For, sx.While)):
                return (*done, *self.loop(stmt, rest, loop))
            if isinstance(stmt, sx.Try) and stmt.final:
                return (*done, *self.finally_(stmt, rest, loop))
            if isinstance(stmt, sx.Try) and stmt.other:
                return (*done, *self.block((*self.without_else(stmt), *rest), loop))
            if not leaves(stmt):
                done.extend(self.plain(stmt, loop))
                continue
            return (*done, *self.leaving(stmt, rest, loop))
        return tuple(done)

    def plain(self, stmt: sx.Statement, loop: Loop | None) -> Sequence[sx.Statement]:
        """A statement that control always passes: only what is inside it changes."""
        match stmt:
            case sx.If():
                return [replace(stmt, then=self.block(stmt.then, loop), other=self.block(stmt.other, loop))]
            case sx.With():
                return [replace(stmt, body=self.block(stmt.body, loop))]
            case sx.Try():
                return [self.attempt(stmt, loop)]
            case _:
                return [stmt]

    def without_else(self, stmt: sx.Try) -> sx.Body:
        """The else of a try runs behind it, if its body came to its end; what it raises is not caught."""
        flag = f"completed@{next(self.serial)}"
        body = (*stmt.body, _set(flag, True, stmt.span))
        test = sx.Name(flag, span=stmt.span)
        return (
            _set(flag, False, stmt.span),
            replace(stmt, body=body, other=()),
            sx.If(test, stmt.other, (), span=stmt.span),
        )

    def finally_(self, stmt: sx.Try, rest: sx.Body, loop: Loop | None) -> sx.Body:
        """A finally runs behind its try; on the way out of an exception only if somebody can see that it runs."""
        if _leaves(stmt.final):
            end = next(inner for inner in stmt.final if leaves(inner)).span
            return (sx.Refusal("`finally` hides an exception", "leave its block behind the try", span=end),)
        body: sx.Body = (replace(stmt, final=()),) if stmt.handlers else stmt.body
        if _calls(stmt.final):
            handler = sx.Handler(None, None, (*stmt.final, sx.Raise(None, None, span=stmt.span)))
            body = (replace(stmt, body=body, handlers=(handler,), other=(), final=()),)
        kinds = _leaves(body)
        if not kinds:
            return self.block((*body, *stmt.final, *rest), loop)
        self.announce(loop)
        return (*self.block(body, loop), *self.block(stmt.final, loop), *self.unless_left(kinds, rest, loop, stmt.span))

    def attempt(self, stmt: sx.Try, loop: Loop | None) -> sx.Try:
        handlers = tuple(replace(h, body=self.block(h.body, loop)) for h in stmt.handlers)
        return replace(stmt, body=self.block(stmt.body, loop), handlers=handlers, final=self.block(stmt.final, loop))

    def leaving(self, stmt: sx.Statement, rest: sx.Body, loop: Loop | None) -> Sequence[sx.Statement]:
        """A statement that may leave the block, and the statements after it."""
        match stmt:
            case sx.Return():
                return self.leave_by_return(stmt, loop)
            case sx.Break():
                assert loop is not None
                loop.stops = True
                return [_set(loop.stop, True, stmt.span, stmt)]
            case sx.Continue():
                assert loop is not None
                return [_set(loop.skip, True, stmt.span, stmt)]
            case sx.If() if not falls(stmt.then):
                other = self.block((*stmt.other, *rest), loop)
                return [replace(stmt, then=self.block(stmt.then, loop), other=other)]
            case sx.If() if not falls(stmt.other):
                then = self.block((*stmt.then, *rest), loop)
                return [replace(stmt, then=then, other=self.block(stmt.other, loop))]
            case _:
                return self.guarded(stmt, rest, loop)

    def leave_by_return(self, stmt: sx.Return, loop: Loop | None) -> list[sx.Statement]:
        value = stmt.value or sx.Literal(None, span=stmt.span)
        place: dict[str, Any] = {
            "span": stmt.span,
            "text": stmt.text,
            "comments": stmt.comments,
            "trailing": stmt.trailing,
        }
        out: list[sx.Statement] = [sx.Assign((sx.Name(RESULT, span=stmt.span),), value, **place)]
        if loop:
            loop.stops = self.returns_flagged = True
            out += [_set(self.returned, True, stmt.span), _set(loop.stop, True, stmt.span)]
        elif self.returns_flagged:
            out.append(_set(self.returned, True, stmt.span))
        return out

    def guarded(self, stmt: sx.Statement, rest: sx.Body, loop: Loop | None) -> list[sx.Statement]:
        """A statement of which several paths go on: the rest runs if no flag was set."""
        kinds = leaves(stmt)
        self.announce(loop)
        return [*self.plain(stmt, loop), *self.unless_left(kinds, rest, loop, stmt.span)]

    def announce(self, loop: Loop | None) -> None:
        """Flags that are read must be set: a return says so where nothing is left to jump over."""
        if loop is None:
            self.returns_flagged = True

    def unless_left(self, kinds: set[type], rest: sx.Body, loop: Loop | None, span: sx.Span) -> sx.Body:
        """The statements behind one that may have left the block in these ways."""
        after = self.block(rest, loop)
        if loop is None:
            return (_if(self.returned, (), after, span),)
        if sx.Continue in kinds:
            loop.skips = True
            after = (_if(loop.skip, (), after, span),)
        if kinds - {sx.Continue}:
            loop.stops = True
            after = (_if(loop.stop, (), after, span),)
        return after

    def loop(self, stmt: sx.For | sx.While, rest: sx.Body, outer: Loop | None) -> list[sx.Statement]:
        """A loop, its else, and the statements after it."""
        serial = next(self.serial)
        loop = Loop(f"stop@{serial}", f"skip@{serial}")
        body = self.block(stmt.body, loop)
        body = (_set(loop.skip, False, stmt.span), *body) if loop.skips else _without(body, loop.skip)
        out: list[sx.Statement] = []
        if loop.stops:
            out.append(_set(loop.stop, False, stmt.span))
            body = (*body, sx.StopIf(sx.Name(loop.stop, span=stmt.span), span=stmt.span))
        out.append(replace(stmt, body=body, other=()))
        otherwise = stmt.other
        if otherwise and loop.stops:
            otherwise = (_if(loop.stop, (), otherwise, stmt.span),)
        return [*out, *self.after_loop(stmt, (*otherwise, *rest), outer)]

    def after_loop(self, stmt: sx.For | sx.While, rest: sx.Body, outer: Loop | None) -> sx.Body:
        """What follows a loop, skipped if the loop returned."""
        if sx.Return not in _leaves(stmt.body):
            return self.block(rest, outer)
        self.returns_flagged = True
        left: sx.Body = ()
        if outer:
            outer.stops = True
            left = (_set(outer.stop, True, stmt.span),)
        after = self.block(rest, outer)
        return (_if(self.returned, left, after, stmt.span),) if left or after else ()


def leaves(stmt: sx.Statement) -> set[type]:
    """The ways in which a statement may leave the block it stands in: Return, Break, Continue."""
    match stmt:
        case sx.Return() | sx.Break() | sx.Continue():
            return {type(stmt)}
        case sx.If():
            return _leaves(stmt.then) | _leaves(stmt.other)
        case sx.For() | sx.While():
            return (_leaves(stmt.body) & {sx.Return}) | _leaves(stmt.other)
        case sx.With():
            return _leaves(stmt.body)
        case sx.Try():
            inner = [stmt.body, stmt.other, stmt.final, *(h.body for h in stmt.handlers)]
            return set().union(*(_leaves(part) for part in inner))
        case _:
            return set()


def _leaves(body: sx.Body) -> set[type]:
    return set().union(*(leaves(stmt) for stmt in body))


def falls(body: Sequence[sx.Statement]) -> bool:
    """Whether control can reach the end of a body."""
    return all(_falls(stmt) for stmt in body)


def _falls(stmt: sx.Statement) -> bool:
    match stmt:
        case sx.Return() | sx.Break() | sx.Continue() | sx.Raise():
            return False
        case sx.If():
            return falls(stmt.then) or falls(stmt.other)
        case sx.With():
            return falls(stmt.body)
        case sx.Try():
            return (falls(stmt.body) and falls(stmt.other)) or any(falls(h.body) for h in stmt.handlers)
        case sx.While():
            endless = isinstance(stmt.test, sx.Literal) and bool(stmt.test.value)
            return not endless or sx.Break in _leaves(stmt.body)
        case _:
            return True


def _calls(node: Any) -> bool:
    """Whether anything in syntax is a call: all else changes variables only."""
    if isinstance(node, (sx.Call, sx.Raise, sx.Assert)):
        return True
    if isinstance(node, tuple):
        return any(_calls(item) for item in node)
    return isinstance(node, (sx.Node, sx.Handler)) and any(_calls(getattr(node, f.name)) for f in fields(node))


def _set(name: str, value: bool, span: sx.Span, origin: sx.Statement | None = None) -> sx.Statement:
    comments = origin.comments if origin else ()
    text = origin.text if origin else ""
    return sx.Assign((sx.Name(name, span=span),), sx.Literal(value, span=span), span=span, text=text, comments=comments)


def _if(flag: str, then: sx.Body, other: sx.Body, span: sx.Span) -> sx.Statement:
    """`if flag: then else: other`, with the test the right way round."""
    test: sx.Expr = sx.Name(flag, span=span)
    if not then:
        return sx.If(sx.Operation(operator.not_, (test,), span=span), other, (), span=span)
    return sx.If(test, then, other, span=span)


def _without(body: sx.Body, flag: str) -> sx.Body:
    """The body without assignments to a flag that nothing reads."""
    kept: list[sx.Statement] = []
    for stmt in body:
        match stmt:
            case sx.Assign(targets=(sx.Name(id=name),)) if name == flag:
                continue
            case sx.If():
                kept.append(replace(stmt, then=_without(stmt.then, flag), other=_without(stmt.other, flag)))
            case sx.With():
                kept.append(replace(stmt, body=_without(stmt.body, flag)))
            case sx.Try():
                handlers = tuple(replace(h, body=_without(h.body, flag)) for h in stmt.handlers)
                kept.append(replace(stmt, body=_without(stmt.body, flag), handlers=handlers))
            case _:
                kept.append(stmt)
    return tuple(kept)
