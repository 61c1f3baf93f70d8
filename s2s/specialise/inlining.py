"""Functions of the user, inlined: how their parameters are bound, and their text, run in the place of the call.

In: a function's syntax and abstract arguments.  Out: the abstract result of its body.
"""

from __future__ import annotations

import types
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from s2s import ir
from s2s import syntax as sx
from s2s.normalise import RESULT, normalise
from s2s.parse import is_rule
from s2s.specialise.access import step
from s2s.specialise.functions import Defaults, default_of, parsed, signature_of
from s2s.specialise.outside import Guard, Same
from s2s.specialise.recursion import Recursive
from s2s.specialise.scope import MOST_FRAMES, scope
from s2s.specialise.values import (
    Bound,
    Closure,
    DictCell,
    Either,
    Frame,
    Instance,
    Lazy,
    ListCell,
    Poison,
    Seq,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s2s.specialise.machine import Machine


class Inlining:
    """What the Machine knows of bodies that run in the place of a call."""

    def inline_function(
        self: Machine, function: types.FunctionType, args: list[Value], kwargs: dict[str, Value]
    ) -> Value:
        """A Python function: its text, in the place of its call, for a program that holds while the function has this text."""
        key = ("text", id(function))
        own = is_rule(function) or (function.__module__ or "").startswith("s2s.")
        if key not in self.surroundings.values and not own:
            self.surroundings.guards.append(Guard(step(self.path(function), attrgetter("__code__")), Same, Same(function.__code__)))
            self.surroundings.values[key] = ir.Const(function)
        return self.inline(parsed(function), function, None, args, kwargs, Defaults(self, function))

    def default(self: Machine, function: types.FunctionType, name: str) -> Value:
        """The default of a parameter: a number is written into the program."""
        path = self.path(function)
        value, get = default_of(function, name), step(path, default_of, name)
        if type(value) in (bool, int, float):
            return self.constant(value, get)
        return self.lift(value, name, get, ("default", id(function), name))

    def inline(
        self: Machine,
        syntax: sx.Function,
        function: Any,
        parent: Frame | None,
        args: list[Value],
        kwargs: dict[str, Value],
        defaults: Mapping[str, Value],
    ) -> Value:
        """The result of a function's body, run on these arguments."""
        if syntax.coroutine or (syntax.generator and not self.frames):
            raise self.refuse_call(syntax, f"{syntax.name} is a generator or a coroutine", "return a list")
        if syntax.generator:
            return self.generator(syntax, function, parent, self.bound(syntax, args, kwargs, defaults))
        if len(self.frames) > MOST_FRAMES:
            raise self.refuse(
                f"{syntax.name} calls itself without an end that is known", "write the recursion as a loop"
            )
        syntax = normalise(syntax)
        values = self.bound(syntax, args, kwargs, defaults)
        who = self.who_is_called(syntax, function, parent, values)
        if who in self.recursive:
            return self.subroutine_call(syntax, function, parent, values)
        if self.recurs(who):
            raise Recursive(who)
        outermost = not any(self.callers.get(frame.serial) == who for frame in self.frames)
        before, mark = self.state.copy(), self.builder.mark()
        try:
            frame = self.framed(syntax, function, parent, values)
            self.callers[frame.serial] = who
            return self.run(frame)
        except Recursive as found:
            if found.who != who or not outermost:
                raise
        self.state = before
        self.builder.go_back(mark)
        self.recursive.add(who)
        return self.subroutine_call(syntax, function, parent, values)

    def framed(
        self: Machine, syntax: sx.Function, function: Any, parent: Frame | None, values: dict[str, Value]
    ) -> Frame:
        """A new frame, its parameters bound."""
        local, outer = scope(syntax)
        caller = self.frames[-1] if parent is None and self.frames else None
        trusted = caller is not None and caller.trusted and not caller.is_layer
        frame = Frame(self.number(), syntax, function, parent, local, outer, trusted or is_rule(function), self.arms)
        for name, value in values.items():
            self.state.values[("var", frame.serial, name)] = self.hold(value) if frame.changes_arrays else value
        return frame

    def run(self: Machine, frame: Frame) -> Value:
        """A frame's body, and the value that it returns."""
        self.frames.append(frame)
        try:
            self.block(frame.syntax.body)
        finally:
            self.frames.pop()
        result = self.taken_up(self.state.values.get(("var", frame.serial, RESULT), ir.Const(None)))
        if isinstance(result, Poison):
            raise self.refuse(
                "the paths of a function return different kinds of things", "return the same structure on each path"
            )
        if not self.escaping(result, frame):
            for key in [key for key in self.state.values if key[0] == "var" and key[1] == frame.serial]:
                del self.state.values[key]
        return result

    def escaping(self: Machine, result: Value, frame: Frame) -> bool:
        """Whether something still reads a frame's variables after it returned."""
        pending: list[Any] = [result, *self.state.values.values(), *self.state.heap.values()]
        while pending:
            item = pending.pop()
            match item:
                case Closure():
                    inner: Frame | None = item.frame
                    while inner is not None:
                        if inner is frame:
                            return True
                        inner = inner.parent
                case Seq():
                    pending.extend(item.items)
                case ListCell() | DictCell() | Instance():
                    pending.extend(item.items)
                case Bound():
                    pending.extend((item.function, *item.args, *(v for _, v in item.kwargs)))
                case Lazy():
                    pending.extend(item.parts)
                    frames = item.extra if isinstance(item.extra, tuple) else (getattr(item.extra, "parent", None),)
                    pending.extend(Closure(frame.syntax, part) for part in frames if isinstance(part, Frame))
                case Either():
                    pending.extend((item.then, item.other))
        return False

    def bound(
        self: Machine, syntax: sx.Function, args: list[Value], kwargs: dict[str, Value], defaults: Mapping[str, Value]
    ) -> dict[str, Value]:
        """The parameters of a function and their values."""
        signature = signature_of(syntax)
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError as error:
            raise self.refuse_call(syntax, f"{syntax.name}() {error}", "check the arguments") from None
        values: dict[str, Value] = {}
        for parameter in signature.parameters.values():
            name, found = parameter.name, bound.arguments.get(parameter.name)
            if parameter.kind is parameter.VAR_POSITIONAL:
                values[name] = Seq(tuple, tuple(found or ()))
            elif parameter.kind is parameter.VAR_KEYWORD:
                mapping = found or {}
                values[name] = self.allocate(DictCell(tuple(mapping), tuple(mapping.values())))
            elif name in bound.arguments:
                values[name] = bound.arguments[name]
            else:
                values[name] = defaults[name]
        return values
