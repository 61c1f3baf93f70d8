"""Generators of the program's own: their text in the place of the loop that reads them.

    def squares(xs):                        for v in squares(x):
        for v in xs:                            s += v
            yield v * v
                            =>      for v in xs: s += v * v

What is given for a `yield` is handed to the body of the loop, which says whether it stops there; so both run in turns, as they
do in Python.  A generator that is read as a whole becomes a list.

In: a call of a generator, what to do with each item.  Out: the generator's statements, run with that in them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from inspect import Parameter
from typing import TYPE_CHECKING, Any

from s2s import ir
from s2s import syntax as sx
from s2s.normalise import falls, normalise
from s2s.specialise.values import Frame, Lazy, ListCell, Value

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

MOST_CALLS = 12
"""How often a generator may be running inside itself: each is written out."""

VISIT, STOPPED, ITEM = "visit@0", "stopped@0", "item@0"


@dataclass(frozen=True, eq=False)
class Call:
    """A call of a generator, of which nothing has run yet."""

    syntax: sx.Function
    function: Any
    parent: Frame | None
    names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Visitor:
    """What stands for a `yield` in a generator's text: it takes the item, and says whether the loop stops."""

    visit: Callable[[Value], Value]

    def __call__(self, item: Any) -> Any:
        raise NotImplementedError


class Generators:
    """What the Machine knows of generators."""

    def generator(
        self: Machine, syntax: sx.Function, function: Any, parent: Frame | None, values: dict[str, Value]
    ) -> Lazy:
        """The value of a call of a generator."""
        held = {name: self.hold(value) for name, value in values.items()}
        return Lazy("call", tuple(held.values()), Call(syntax, function, parent, tuple(held)))

    def run_generator(self: Machine, lazy: Lazy, visit: Callable[[Value], Value | None]) -> None:
        """A generator's body, in which each item is visited."""
        call = lazy.extra
        if sum(frame.syntax.name == call.syntax.name for frame in self.frames) > MOST_CALLS:
            raise self.refuse(f"{call.syntax.name} calls itself without an end that is known", "write the recursion as a loop")
        consumer = list(self.frames)

        def taken(item: Value) -> Value:
            frames, self.frames = self.frames, list(consumer)
            try:
                return visit(item) or ir.Const(False)
            finally:
                self.frames = frames

        values = {**dict(zip(call.names, lazy.parts, strict=True)), VISIT: ir.Const(Visitor(taken))}
        frame = self.framed(normalise(visiting(call.syntax)), call.function, call.parent, values)
        self.run(frame)

    def collected(self: Machine, lazy: Lazy) -> Value:
        """A list of what a generator gives."""
        if endless(lazy.extra.syntax.body):
            raise self.refuse("a generator without an end is read as a whole", "loop over it directly: for v in generator(...)")
        result = self.allocate(ListCell(()))

        def visit(item: Value) -> None:
            self.call_method(result, "append", [item])

        self.run_generator(lazy, visit)
        return result


def visiting(function: sx.Function) -> sx.Function:
    """A generator as a function that calls `visit` for each item, and returns if that says so."""
    parameter = sx.Parameter(VISIT, Parameter.KEYWORD_ONLY, None)
    body = tuple(new for stmt in function.body for new in _visiting(stmt))
    return replace(function, parameters=(*function.parameters, parameter), body=body, generator=False)


def _visiting(stmt: sx.Statement) -> tuple[sx.Statement, ...]:
    match stmt:
        case sx.Yield(many=True):
            item = sx.Name(ITEM, span=stmt.value.span)
            inner = _visiting(replace(stmt, value=item, many=False))
            return (sx.For(item, stmt.value, inner, (), span=stmt.span, text=stmt.text, comments=stmt.comments),)
        case sx.Yield():
            stopped, visit = sx.Name(STOPPED, span=stmt.span), sx.Name(VISIT, span=stmt.span)
            call = sx.Call(visit, (stmt.value,), (), span=stmt.value.span)
            asked = sx.Assign((stopped,), call, span=stmt.span, text=stmt.text, comments=stmt.comments, trailing=stmt.trailing)
            return asked, sx.If(stopped, (sx.Return(None, span=stmt.span),), (), span=stmt.span)
    changed: dict[str, Any] = {}
    for name in ("body", "then", "other", "final"):
        inner = getattr(stmt, name, None)
        if isinstance(inner, tuple):
            changed[name] = tuple(new for part in inner for new in _visiting(part))
    if isinstance(stmt, sx.Try):
        handlers = tuple(replace(h, body=tuple(new for part in h.body for new in _visiting(part))) for h in stmt.handlers)
        changed["handlers"] = handlers
    return (replace(stmt, **changed) if changed else stmt,)


def endless(body: sx.Body) -> bool:
    """Whether control never comes to the end of a body, nor to a return in it."""
    return not falls(body) and not _returns(body)


def _returns(body: sx.Body) -> bool:
    parts = [getattr(stmt, name, ()) or () for stmt in body for name in ("body", "then", "other", "final")]
    return any(isinstance(stmt, (sx.Return, sx.Raise)) for stmt in body) or any(_returns(part) for part in parts)
