"""Branches backwards: the arm that was taken, in its own order.

In: an If, With or Try of the forward sweep.  Out: the same, handing on what its reversal reads; its reversal in the reverse
sweep.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from s2s import facts, ir
from s2s.differentiate.against import AgainstArms, AgainstBody
from s2s.differentiate.nested import bound_inside
from s2s.quiet import is_quiet

if TYPE_CHECKING:
    from s2s.differentiate.reverse import Reverse


class Branches:
    """What Reverse knows of branches."""

    def branch(self: Reverse, stmt: ir.If) -> ir.Stmt:
        """The arm that was taken, backwards."""
        bars = {name: self.bars.pop(name) for name in stmt.results if name in self.bars}
        before = dict(self.bars)
        arms = [self.arm(block, stmt.results, bars, before) for block in (stmt.then, stmt.other)]
        forward, (then, other), results = self.join((stmt.then, stmt.other), arms, before)
        changed = replace(stmt, then=forward[0], other=forward[1])
        if not (results or then.statements or other.statements):
            return changed
        return self.settled(
            changed, AgainstArms(stmt.test, then, other, results, adjoint(stmt.origin), of=tuple(forward))
        )

    def arm(self: Reverse, block: ir.Block, results: tuple[str, ...], bars: Cotangents, before: Cotangents) -> Arm:
        """One arm's reversal: its statements, and the cotangents after it."""
        forward = list(block.statements)
        self.bars = dict(before)
        with self.builder.block() as backward:
            if not (forward and isinstance(forward[-1], ir.Raise)):
                self.know(block.statements)
                for atom, name in zip(block.yields, results, strict=True):
                    if name in bars:
                        self.accumulate(atom, bars[name])
                self.sweep_back(forward)
        return Arm(forward, backward, self.bars)

    def join(
        self: Reverse, blocks: Sequence[ir.Block], arms: list[Arm], before: Cotangents
    ) -> tuple[list[ir.Block], list[ir.Block], tuple[str, ...]]:
        """The arms of the forward statement, those of the reverse statement, and its results."""
        inside = [bound_inside(block.statements) for block in blocks]
        touched = [
            name
            for name in dict.fromkeys(n for arm in arms for n in arm.bars)
            if not any(name in names for names in inside)
            and any(arm.bars.get(name) != before.get(name) for arm in arms)
        ]
        yields: list[list[ir.Atom]] = []
        for arm in arms:
            with self.builder.inside(arm.backward):
                yields.append([arm.bars[name] if name in arm.bars else self.untouched(name) for name in touched])
        self.bars = dict(before)
        made = set[str]().union(*inside, *(bound_inside(arm.backward) for arm in arms))
        results = [self.joined(name, [row[k] for row in yields], made) for k, name in enumerate(touched)]
        if len(arms) == 1:
            results += self.shown_conditions(yields[0], results, made)
        backward = [ir.Block(tuple(arm.backward), tuple(row)) for arm, row in zip(arms, yields, strict=True)]
        forward = [ir.Block(tuple(arm.forward), block.yields) for block, arm in zip(blocks, arms, strict=True)]
        return forward, backward, tuple(results)

    def joined(self: Reverse, name: str, bars: list[ir.Atom], made: set[str]) -> str:
        """The name of a cotangent behind several arms, which give these; what the arms have made is not there."""
        bar = self.builder.fresh(fact=self.merged_type(name, bars))
        self.name_bar(name, bar)
        self.bars[name] = bar
        self.applications.join_conditions(bars, bar, made)
        return bar.name

    def shown_conditions(self: Reverse, row: list[ir.Atom], results: list[str], made: set[str]) -> list[str]:
        """More results of a context: the conditions of cotangents that stand inside it, added to what it yields."""
        shown: dict[ir.Var, ir.Var] = {}
        for bar, result in zip(tuple(row), results, strict=True):
            for condition, first in self.applications.conditions_of(bar):
                if isinstance(condition, ir.Var) and condition.name in made:
                    if condition not in shown:
                        shown[condition] = self.builder.copy_name(condition.name)
                        row.append(condition)
                    self.applications.remember(ir.Var(result), [(shown[condition], first)])
        return [var.name for var in shown.values()]

    def untouched(self: Reverse, name: str) -> ir.Atom:
        """The cotangent that an arm gives to what it does not read: zeros, None where the name is not defined."""
        return self.applications.zeros(ir.Var(name))

    def merged_type(self: Reverse, name: str, bars: list[ir.Atom]) -> facts.Type | None:
        """The type of a cotangent that one of several arms gives; an arm that leaves its primal undefined has no say."""
        if name in self.builder.optional:
            bars = [bar for bar in bars if bar != ir.Const(0.0)] or bars
        fact = self.builder.type_of(bars[0])
        for bar in bars[1:]:
            fact = facts.join(fact, self.builder.type_of(bar))
        return fact

    def context(self: Reverse, stmt: ir.With) -> ir.Stmt:
        """The body backwards, in the same context."""
        bars = {name: self.bars.pop(name) for name in stmt.results if name in self.bars}
        before, around = dict(self.bars), self.applications.quiet
        self.applications.quiet = around or is_quiet(stmt.context)
        arm = self.arm(stmt.body, stmt.results, bars, before)
        self.applications.quiet = around
        (body,), (reverse,), results = self.join((stmt.body,), [arm], before)
        changed = replace(stmt, body=body)
        if not (results or reverse.statements):
            return changed
        return self.settled(changed, AgainstBody(stmt.context, reverse, results, adjoint(stmt.origin), of=(body,)))

    def attempt(self: Reverse, stmt: ir.Try) -> ir.Stmt:
        """The path that was taken, backwards: which one it was is recorded."""
        blocks = (stmt.body, *(block for _, block in stmt.handlers))
        bars = {name: self.bars.pop(name) for name in stmt.results if name in self.bars}
        before = dict(self.bars)
        arms = [self.arm(block, stmt.results, bars, before) for block in blocks]
        forward, backward, results = self.join(blocks, arms, before)
        path = self.builder.fresh("path", facts.INT)
        chosen = [ir.Block(block.statements, (*block.yields, ir.Const(k))) for k, block in enumerate(forward)]
        handlers = tuple((kind, block) for (kind, _), block in zip(stmt.handlers, chosen[1:], strict=True))
        changed = replace(stmt, body=chosen[0], handlers=handlers, results=(*stmt.results, path.name))
        if not (results or any(block.statements for block in backward)):
            return changed
        return self.settled(changed, self.choice(path, backward, chosen, results, adjoint(stmt.origin)))

    def choice(
        self: Reverse,
        path: ir.Var,
        arms: list[ir.Block],
        of: list[ir.Block],
        results: tuple[str, ...],
        origin: ir.Origin | None,
        first: int = 0,
    ) -> AgainstArms:
        """`if path == 0: ... elif path == 1: ...`, with at least two arms, which run against these."""
        test = self.builder.apply(operator.eq, path, ir.Const(first))
        if len(arms) == 2:
            return AgainstArms(test, arms[0], arms[1], results, origin, of=tuple(of))
        names = tuple(self.builder.copy_name(name).name for name in results)
        with self.builder.block() as inner:
            self.builder.emit(self.choice(path, arms[1:], of[1:], names, origin, first + 1))
        other = ir.Block(tuple(inner), tuple(ir.Var(name) for name in names))
        return AgainstArms(test, arms[0], other, results, origin, of=(of[0], None))


Cotangents = dict[str, ir.Atom]


def adjoint(origin: ir.Origin | None, of: str = "") -> ir.Origin | None:
    """The same place, in the reverse sweep: in the adjoint of a function, if it is one that a statement applies."""
    return replace(origin, role="adjoint", of=origin.of or of, order=origin.order + 1) if origin is not None else None


class Arm:
    """One arm of a branch: its forward statements, its reverse statements, the cotangents after these."""

    def __init__(self, forward: list[ir.Stmt], backward: list[ir.Stmt], bars: Cotangents) -> None:
        self.forward, self.backward, self.bars = forward, backward, bars
