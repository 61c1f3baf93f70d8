"""Runs a program of the intermediate representation value by value, and notes each statement that makes something not finite.

In: a function and arguments.  Out: what it gives; and, in the order of time, the statements whose result has a NaN or an
infinity in it though nothing that they read has.
"""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np

from s2s import ir
from s2s.primitives import spoken
from s2s.subroutine import Subroutine
from s2s_runtime import tree


def finite(value: Any) -> bool:
    leaves = [leaf for leaf in tree.flatten(value)[0] if isinstance(leaf, (float, complex, np.ndarray, np.generic))]
    return all(np.all(np.isfinite(leaf)) for leaf in leaves if np.asarray(leaf).dtype.kind in "fc")


class Stopped(Exception):
    """A loop ends, or an exception of the program's own is on its way."""


class Interpreter:
    """One run."""

    def __init__(self) -> None:
        self.made: list[tuple[int, int, str, tuple[int, ...]]] = []
        """Line, column, function; the numbers of the iterations around, those of loops that are written out behind them."""
        self.loops: list[int] = []

    def run(self, function: ir.Function, *args: Any, **kwargs: Any) -> Any:
        names = {parameter.name: parameter for parameter in function.parameters}
        scope: dict[str, Any] = {}
        for (name, parameter), value in zip(names.items(), [*args, *[None] * (len(names) - len(args))], strict=True):
            scope[name] = value if value is not None or parameter.default is None else self.atom(parameter.default, scope)
        scope.update(kwargs)
        return self.block(function.body, scope)[0]

    def atom(self, atom: ir.Atom, scope: dict[str, Any]) -> Any:
        if isinstance(atom, ir.Var):
            return scope[atom.name]
        if isinstance(atom, ir.Const):
            return atom.value
        items = [self.atom(item, scope) for item in atom.items]
        if atom.kind in (tuple, list):
            return atom.kind(items)
        if atom.kind is slice:
            return slice(*items)
        if issubclass(atom.kind, dict):
            return atom.kind(zip(atom.keys, items, strict=True))
        if issubclass(atom.kind, tuple):
            return atom.kind(*items)
        from s2s_runtime.containers import record

        return record(atom.kind, dict(zip(atom.keys, items, strict=True)))

    def block(self, block: ir.Block, scope: dict[str, Any]) -> list[Any]:
        for stmt in block.statements:
            self.statement(stmt, scope)
        return [None if atom == ir.UNDEFINED else self.atom(atom, scope) for atom in block.yields]

    def apply(self, application: ir.Apply, scope: dict[str, Any]) -> tuple[Any, bool]:
        args = [self.atom(arg, scope) for arg in application.args]
        kwargs = {key: self.atom(arg, scope) for key, arg in application.kwargs}
        function = application.function
        whole = finite(args) and finite(kwargs)
        if isinstance(function, Subroutine):
            inner = dict(zip(function.parameters, args, strict=True))
            return self.block(function.body, inner)[0], False
        return function(*args, **kwargs), whole

    def statement(self, stmt: ir.Stmt, scope: dict[str, Any]) -> None:
        match stmt:
            case ir.Let():
                value, whole = self.apply(stmt.value, scope)
                scope[stmt.target] = value
                if whole and stmt.value.function not in (np.empty, np.empty_like) and not finite(value):
                    place = stmt.origin and (stmt.origin.place or stmt.origin.span)
                    rounds = stmt.origin.rounds if stmt.origin else ()
                    line, column = (place.line, place.column) if place else (0, 0)
                    self.made.append((line, column, spoken(stmt.value.function), (*self.loops, *rounds)))
            case ir.If():
                self.bind(stmt.results, self.block(stmt.then if self.atom(stmt.test, scope) else stmt.other, scope), scope)
            case ir.For():
                bounds = [self.atom(bound, scope) for bound in stmt.bounds]
                self.loop(stmt, scope, iter(range(*bounds)))
            case ir.While():
                self.loop(stmt, scope, None)
            case ir.With():
                with self.apply(stmt.context, scope)[0] or contextlib.nullcontext():
                    found = self.block(stmt.body, scope)
                self.bind(stmt.results, found, scope)
            case ir.Try():
                self.bind(stmt.results, self.attempt(stmt, scope), scope)
            case ir.Raise():
                exception = self.atom(stmt.exception, scope)
                raise exception if exception is not None else scope["#raised"]

    def bind(self, names: tuple[str, ...], values: list[Any], scope: dict[str, Any]) -> None:
        scope.update(zip(names, values, strict=True))

    def loop(self, stmt: ir.For | ir.While, scope: dict[str, Any], indices: Any) -> None:
        carried = [None if init == ir.UNDEFINED else self.atom(init, scope) for init in stmt.inits]
        count = 0
        while True:
            self.bind(stmt.carried, carried, scope)
            self.loops.append(count)
            if isinstance(stmt, ir.For):
                index = next(indices, None)
                ended = index is None
                scope[stmt.index] = self.loops[-1] = index
            else:
                ended = not self.block(stmt.test, scope)[0]
            if not ended:
                found = self.block(stmt.body, scope)
            self.loops.pop()
            if ended:
                break
            carried = found[1:] if stmt.stops else found
            count += 1
            if stmt.stops and found[0]:
                break
        self.bind(stmt.results, carried, scope)

    def attempt(self, stmt: ir.Try, scope: dict[str, Any]) -> list[Any]:
        loops = list(self.loops)
        try:
            return self.block(stmt.body, scope)
        except Exception as error:
            self.loops = loops
            for kinds, block in stmt.handlers:
                if isinstance(error, self.atom(kinds, scope)):
                    scope["#raised"] = error
                    return self.block(block, scope)
            raise
