"""Which statement's pushforward and pullback do not belong together: a walk through the program, one statement after the other.

In: a program and values of its parameters.  Out: a Finding, or None if each statement passes by itself.  A loop, a branch or a call that
does not pass is looked into.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from s2s import ir
from s2s.checking.units import Unit, Units
from s2s.checking.walking import Rounds, Scope, Walk
from s2s.subroutine import Subroutine
from s2s.testing.dots import Dot


@dataclass(frozen=True)
class Finding:
    """A statement, the iterations that it was run in, and its own dot-product test."""

    stmt: ir.Stmt
    rounds: Rounds
    dot: Dot


class Search:
    """One walk through a program."""

    def __init__(self, program: ir.Function, seed: int = 0) -> None:
        self.program, self.units = program, Units(program)
        self.walk, self.rng = Walk(), np.random.default_rng(seed)

    def run(self, values: Scope) -> Finding | None:
        """The first statement that does not pass; the innermost one."""
        return self.block(self.program.body, dict(values))

    def block(self, block: ir.Block, scope: Scope) -> Finding | None:
        for stmt in block.statements:
            found = self.tested(self.units.of(stmt), stmt, scope)
            if found is not None:
                return self.inside(stmt, dict(scope)) or found
            self.walk.statement(stmt, scope)
        return None

    def tested(self, unit: Unit | None, stmt: ir.Stmt, scope: Scope) -> Finding | None:
        found = None if unit is None else unit.dot(scope, self.rng)
        return None if found is None or found.agrees else Finding(stmt, self.walk.rounds(stmt.origin), found)

    def inside(self, stmt: ir.Stmt, scope: Scope) -> Finding | None:
        """What does not pass inside a statement."""
        match stmt:
            case ir.Let() if isinstance(stmt.value.function, Subroutine):
                return self.block(stmt.value.function.body, self.walk.entered(stmt, scope))
            case ir.If():
                return self.block(self.walk.arm(stmt, scope), scope)
            case ir.With():
                with self.walk.apply(stmt.context, scope) or contextlib.nullcontext():
                    return self.block(stmt.body, scope)
            case ir.Try():
                with contextlib.suppress(Exception):  # a handler follows, which nothing is said of
                    return self.block(stmt.body, scope)
            case ir.For() | ir.While():
                return self.loop(stmt, scope)
        return None

    def loop(self, stmt: ir.For | ir.While, scope: Scope) -> Finding | None:
        for _ in self.walk.iterations(stmt, scope):
            found = self.block(stmt.body, dict(scope))
            if found is not None:
                return found
        return None

    def prefix(self, values: Scope) -> Finding | None:
        """The first statement behind which the derivative of all that was computed until then does not pass, by bisection."""
        statements = self.program.body.statements
        low, high = 0, len(statements)
        found = None
        while low < high:
            middle = (low + high) // 2
            unit = self.units.unit(statements[: middle + 1], self.alive(middle + 1))
            one = self.tested(unit, statements[middle], values)
            found = one or found
            low, high = (low, middle) if one else (middle + 1, high)
        return found

    def alive(self, count: int) -> tuple[str, ...]:
        """The names that the first statements bind, and that are read behind them."""
        statements, body = self.program.body.statements, self.program.body
        read = ir.free(ir.Block(statements[count:], body.yields))
        bound = [name for stmt in statements[:count] for name in ir.binds(stmt)]
        return tuple(name for name in bound if name in read and self.units.carries(name))


def word(finding: Finding) -> Any:
    """The function of a statement's application; None for a loop or a branch."""
    return finding.stmt.value.function if isinstance(finding.stmt, ir.Let) else None
