"""Runs a program of the intermediate representation statement by statement, for whoever wants to look at each.

In: a function, arguments.  Out: its result; `seen` is called with each application when it has run.  Values never change in such a
program, so a statement may be run again on the same names.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from s2s import ir
from s2s.primitives import Opaque, draws, makes_error
from s2s.subroutine import Subroutine, called
from s2s_runtime.containers import record

Scope = dict[str, Any]
Rounds = tuple[tuple[str, int], ...]
"""(word, number) of the iterations around a statement, the outermost first."""


class Walk:
    """One run.  `loops` are the iterations that it is in."""

    def __init__(self) -> None:
        self.loops: list[tuple[str, int]] = []

    def seen(self, stmt: ir.Let, args: list[Any], kwargs: dict[str, Any], value: Any) -> None:
        """An application has run."""

    def run(self, function: ir.Function, values: Scope) -> Any:
        """The result, from a value for each parameter."""
        return self.block(function.body, dict(values))[0]

    def rounds(self, origin: ir.Origin | None) -> Rounds:
        """The iterations around a statement, those of loops that are written out behind the others."""
        return (*self.loops, *(("iteration", number) for number in (origin.rounds if origin is not None else ())))

    # ------------------------------------------------------------------------------------------------------------ values
    def atom(self, atom: ir.Atom, scope: Scope) -> Any:
        if isinstance(atom, ir.Var):
            return scope[atom.name]
        if isinstance(atom, ir.Const):
            return None if atom == ir.UNDEFINED else atom.value
        items = [self.atom(item, scope) for item in atom.items]
        if atom.kind in (tuple, list):
            return atom.kind(items)
        if atom.kind is slice:
            return slice(*items)
        if issubclass(atom.kind, dict):
            return atom.kind(zip(atom.keys, items, strict=True))
        if issubclass(atom.kind, tuple):
            return atom.kind(*items)
        return record(atom.kind, dict(zip(atom.keys, items, strict=True)))

    def block(self, block: ir.Block, scope: Scope) -> list[Any]:
        for stmt in block.statements:
            self.statement(stmt, scope)
        return [self.atom(atom, scope) for atom in block.yields]

    # -------------------------------------------------------------------------------------------------------- statements
    def statement(self, stmt: ir.Stmt, scope: Scope) -> None:
        """Run a statement: what it binds is in the scope then."""
        match stmt:
            case ir.Let():
                scope[stmt.target] = self.let(stmt, scope)
            case ir.If():
                self.bind(stmt.results, self.block(self.arm(stmt, scope), scope), scope)
            case ir.For() | ir.While():
                for _ in self.iterations(stmt, scope):
                    pass
            case ir.With():
                with self.apply(stmt.context, scope) or contextlib.nullcontext():
                    found = self.block(stmt.body, scope)
                self.bind(stmt.results, found, scope)
            case ir.Try():
                self.bind(stmt.results, self.attempt(stmt, scope), scope)
            case ir.Raise():
                exception = self.atom(stmt.exception, scope)
                raise exception if exception is not None else scope["#raised"]

    def let(self, stmt: ir.Let, scope: Scope) -> Any:
        function = stmt.value.function
        if isinstance(function, Subroutine):
            return self.block(function.body, self.entered(stmt, scope))[0]
        args, kwargs = self.operands(stmt.value, scope)
        value = None if function is print else function(*args, **kwargs)
        self.seen(stmt, args, kwargs, value)
        return value

    def entered(self, stmt: ir.Let, scope: Scope) -> Scope:
        """The names inside a function that is called."""
        routine: Any = stmt.value.function
        return dict(zip(routine.parameters, self.operands(stmt.value, scope)[0], strict=True))

    def operands(self, application: ir.Apply, scope: Scope) -> tuple[list[Any], dict[str, Any]]:
        args = [self.atom(arg, scope) for arg in application.args]
        return args, {key: self.atom(arg, scope) for key, arg in application.kwargs}

    def apply(self, application: ir.Apply, scope: Scope) -> Any:
        args, kwargs = self.operands(application, scope)
        return application.function(*args, **kwargs)

    def arm(self, stmt: ir.If, scope: Scope) -> ir.Block:
        """The branch that is taken."""
        return stmt.then if self.atom(stmt.test, scope) else stmt.other

    def bind(self, names: tuple[str, ...], values: list[Any], scope: Scope) -> None:
        scope.update(zip(names, values, strict=True))

    def iterations(self, stmt: ir.For | ir.While, scope: Scope) -> Iterator[None]:
        """Run a loop; before each run of its body, whoever asks may look at the scope."""
        indices = iter(range(*[self.atom(bound, scope) for bound in stmt.bounds])) if isinstance(stmt, ir.For) else None
        word = (stmt.origin.index if stmt.origin is not None else "") or "iteration"
        carried = [self.atom(init, scope) for init in stmt.inits]
        count = 0
        while True:
            self.bind(stmt.carried, carried, scope)
            self.loops.append((word, count))
            try:
                if not self.goes_on(stmt, indices, scope):
                    break
                yield
                found = self.block(stmt.body, scope)
            finally:
                self.loops.pop()
            carried = found[1:] if stmt.stops else found
            count += 1
            if stmt.stops and found[0]:
                break
        self.bind(stmt.results, carried, scope)

    def goes_on(self, stmt: ir.For | ir.While, indices: Iterator[int] | None, scope: Scope) -> bool:
        """Whether there is another iteration; the index of a `for` is bound."""
        if isinstance(stmt, ir.While):
            return bool(self.block(stmt.test, scope)[0])
        assert indices is not None
        index = next(indices, None)
        if index is None:
            return False
        scope[stmt.index] = index
        self.loops[-1] = (self.loops[-1][0], index if self.loops[-1][0] != "iteration" else self.loops[-1][1])
        return True

    def attempt(self, stmt: ir.Try, scope: Scope) -> list[Any]:
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


def applications(block: ir.Block) -> Iterator[ir.Apply]:
    """All applications of a block, those of the functions that it calls too."""
    for inner in (block, *(routine.body for routine in called(block))):
        yield from _own_applications(inner)


def _own_applications(block: ir.Block) -> Iterator[ir.Apply]:
    for stmt in block.statements:
        if isinstance(stmt, ir.Let):
            yield stmt.value
        for inner in ir.blocks(stmt):
            yield from _own_applications(inner)


def varies(function: ir.Function) -> bool:
    """Whether a program may compute something else the next time: it draws numbers, or calls what nothing is known of."""
    return any(
        draws(one.function) or (isinstance(one.function, Opaque) and not makes_error(one.function.function))
        for one in applications(function.body)
    )


def speaks(function: ir.Function) -> bool:
    """Whether a program prints."""
    return any(one.function is print for one in applications(function.body))
