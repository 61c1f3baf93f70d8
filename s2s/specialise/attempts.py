"""Exceptions on abstract values: try, and raise.

In: syntax and the state.  Out: Try and Raise statements.  A handler may begin with anything that the body has changed half
done, so what the body changes is lost to it, save what its last assignment changes: behind that nothing can fail.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from s2s import ir
from s2s import syntax as sx
from s2s.errors import Refused
from s2s.normalise import RETURNED
from s2s.specialise.merge import Merge
from s2s.specialise.scope import assigned, bound, expressions, subexpressions, walk
from s2s.specialise.values import Lost, Poison, State

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

HALF_DONE = "{name} may be half done when the try fails"


class Attempts(Merge):
    """What the Machine knows of exceptions."""

    def do_Raise(self: Machine, stmt: sx.Raise) -> None:
        if stmt.exception is None and not self.handling:
            raise self.refuse("an exception is raised again outside a handler", "raise it in the handler, or name it")
        value = ir.Const(None) if stmt.exception is None else self.expr(stmt.exception)
        self.builder.emit(ir.Raise(self.materialise(value), self.builder.origin))
        self.state.dead = True

    def do_Try(self: Machine, stmt: sx.Try) -> None:
        origin = self.builder.origin
        before = self.state
        self.state = before.copy()
        last = _last(stmt.body)
        self.tries += 1
        try:
            with self.builder.block() as statements:
                self.block(stmt.body[:last])
                middle = self.state.copy()
                self.block(stmt.body[last:])
        finally:
            self.tries -= 1
        if not statements:  # nothing is left that could fail
            return
        arms = [(self.state, statements)]
        start = self.half_done(stmt.body[:last], stmt.body[last:], before, middle, self.state)
        kinds: list[ir.Atom] = []
        for handler in stmt.handlers:
            self.state = start.copy()
            kinds.append(self.exceptions(handler))
            with self.builder.block() as inner:
                self.handle(handler, stmt)
            self.forget_variables(before, start)
            arms.append((self.state, inner))
        self.state, yields = self.merged(arms, None)
        blocks = [ir.Block(tuple(stmts), tuple(atoms[k] for _, atoms in yields)) for k, (_, stmts) in enumerate(arms)]
        handlers = tuple(zip(kinds, blocks[1:], strict=True))
        self.builder.emit(ir.Try(blocks[0], handlers, tuple(name for name, _ in yields), origin))

    def handle(self: Machine, handler: sx.Handler, stmt: sx.Try) -> None:
        self.handling += 1
        try:
            self.block(handler.body)
        except Refused as error:
            if "is read before it is assigned" in error.reason or "half done" in error.reason:
                raise self.refuse(
                    "a handler reads what the try may have left half done", "assign it before the try", stmt
                ) from None
            raise
        finally:
            self.handling -= 1

    def half_done(self: Machine, body: sx.Body, end: sx.Body, before: State, middle: State, after: State) -> State:
        """The state in which a handler begins: without what the body has changed, its last assignment aside."""
        names = {key for name in assigned(body) if (key := self.variable(name)) is not None}
        finished = {key for name in _plain(end) if (key := self.variable(name)) is not None}
        changed = {*self.changed(before, before, middle), *(set(self.changed(before, middle, after)) - finished)}
        state = before.copy()
        for key in names | changed:
            if key[0] == "cell":
                state.heap[key[1]] = Lost(HALF_DONE.format(name="a container"))
            elif "@" not in str(key[2]):  # once a flag of ours is set, nothing is left that could fail
                state.values[key] = Poison(HALF_DONE)
        return state

    def forget_variables(self: Machine, before: State, start: State) -> None:
        """A handler that returned: nobody reads this call's variables any more, half done or not."""
        frame = self.frames[-1].serial
        if self.state.values.get(("var", frame, RETURNED)) != ir.Const(True):
            return
        for key, value in start.values.items():
            if isinstance(value, Poison) and key[:2] == ("var", frame) and self.state.values.get(key) == value:
                self.state.values[key] = before.values.get(key, ir.UNDEFINED)

    def variable(self: Machine, name: str) -> tuple[str, int, str] | None:
        owner = self.owner(name, self.frames[-1])
        return None if owner is None else ("var", owner.serial, name)

    def exceptions(self: Machine, handler: sx.Handler) -> ir.Atom:
        if handler.name and any(_reads(stmt, handler.name) for stmt in handler.body):
            raise self.refuse("the exception itself is used by its handler", "handle it without its name")
        if handler.exception is None:
            return ir.Const(BaseException)
        return self.materialise(self.expr(handler.exception))


def _last(body: sx.Body) -> int:
    """Where the last statement that can fail begins: flags of ours stand behind it."""
    position = len(body) - 1
    while position > 0 and _is_flag(body[position]):
        position -= 1
    return max(position, 0)


def _is_flag(stmt: sx.Statement) -> bool:
    names = list(_plain((stmt,)))
    return isinstance(stmt, sx.Assign) and isinstance(stmt.value, sx.Literal) and all("@" in name for name in names)


def _plain(body: sx.Body) -> Iterable[str]:
    """The variables that an assignment to nothing but variables sets: all of them, or none where it fails."""
    for stmt in body:
        targets = (
            stmt.targets if isinstance(stmt, sx.Assign) else (stmt.target,) if isinstance(stmt, sx.Augment) else ()
        )
        if all(isinstance(target, sx.Name) for target in targets):
            yield from (name for target in targets for name in bound(target))


def _reads(stmt: sx.Statement, name: str) -> bool:
    return any(
        isinstance(node, sx.Name) and node.id == name
        for inner in walk([stmt])
        for expr in expressions(inner)
        for node in subexpressions(expr)
    )
