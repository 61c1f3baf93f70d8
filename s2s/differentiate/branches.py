"""Branches backwards: the arm that was taken, in its own order.

In: an If, With or Try of the forward sweep.  Out: the same, exposing what its reversal reads; its reversal in the reverse sweep.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from s2s import facts, ir
from s2s.differentiate.recover import Recovery, bound_inside
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
        forward, backward = self.join(stmt, (stmt.then, stmt.other), arms, before)
        (then, other), results = backward
        if results or then.statements or other.statements:
            self.builder.emit(ir.If(stmt.test, then, other, results, adjoint(stmt.origin)))
        (first, second), names = forward
        return replace(stmt, then=first, other=second, results=names)

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
        self: Reverse, stmt: ir.Stmt, blocks: Sequence[ir.Block], arms: list[Arm], before: Cotangents
    ) -> tuple[tuple[list[ir.Block], tuple[str, ...]], tuple[list[ir.Block], tuple[str, ...]]]:
        """The arms of the forward statement, exposing what the reverse arms read, and the reverse arms."""
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
        exposed: list[list[tuple[str, str]]] = []
        backward: list[ir.Block] = []
        for block, arm, row in zip(blocks, arms, yields, strict=True):
            recovery = Recovery(self.builder, arm.forward, recompute=self.depth > 0)
            reverse, kept = recovery.of_arm(ir.Block(tuple(arm.backward), tuple(row)))
            if len(arms) > 1:
                self.builder.optional.update(new for _, new in kept)
            backward.append(reverse)
            exposed.append(kept)
            del block
        names = [new for kept in exposed for _, new in kept]
        forward = []
        for k, (block, arm) in enumerate(zip(blocks, arms, strict=True)):
            more = [ir.Var(old) if k == j else self.filler(old) for j, kept in enumerate(exposed) for old, _ in kept]
            forward.append(ir.Block(tuple(arm.forward), (*block.yields, *more)))
        return (forward, (*ir.binds(stmt), *names)), (backward, tuple(results))

    def joined(self: Reverse, name: str, bars: list[ir.Atom], made: set[str]) -> str:
        """The name of a cotangent behind several arms, which give these; what the arms have made is not there."""
        bar = self.builder.fresh(fact=self.merged_type(name, bars))
        self.name_bar(name, bar)
        self.bars[name] = bar
        self.applications.join_conditions(bars, bar, made)
        return bar.name

    def filler(self: Reverse, name: str) -> ir.Atom:
        """What stands in a record for what an arm that was not taken would have exposed."""
        if not self.depth:
            return ir.UNDEFINED
        return ir.Pack(list, ()) if isinstance(self.builder.types.get(name), facts.Listing) else ir.Const(None)

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
        ((body,), names), ((reverse,), results) = self.join(stmt, (stmt.body,), [arm], before)
        if results or reverse.statements:
            self.builder.emit(ir.With(stmt.context, reverse, results, adjoint(stmt.origin)))
        return replace(stmt, body=body, results=names)

    def attempt(self: Reverse, stmt: ir.Try) -> ir.Stmt:
        """The path that was taken, backwards: which one it was is recorded."""
        blocks = (stmt.body, *(block for _, block in stmt.handlers))
        bars = {name: self.bars.pop(name) for name in stmt.results if name in self.bars}
        before = dict(self.bars)
        arms = [self.arm(block, stmt.results, bars, before) for block in blocks]
        (forward, names), (backward, results) = self.join(stmt, blocks, arms, before)
        path = self.builder.fresh("path", facts.INT)
        chosen = [ir.Block(block.statements, (*block.yields, ir.Const(k))) for k, block in enumerate(forward)]
        handlers = tuple((kind, block) for (kind, _), block in zip(stmt.handlers, chosen[1:], strict=True))
        if results or any(block.statements for block in backward):
            self.choose(path, backward, results, adjoint(stmt.origin))
        return replace(stmt, body=chosen[0], handlers=handlers, results=(*names, path.name))

    def choose(
        self: Reverse,
        path: ir.Var,
        arms: list[ir.Block],
        results: tuple[str, ...],
        origin: ir.Origin | None,
        first: int = 0,
    ) -> None:
        """`if path == 0: ... elif path == 1: ...`."""
        if len(arms) == 1:
            (block,) = arms
            for stmt in block.statements:
                self.builder.emit(stmt)
            raise AssertionError("a try has at least one handler")
        test = self.builder.apply(operator.eq, path, ir.Const(first))
        other = arms[1]
        if len(arms) > 2:
            names = tuple(self.builder.copy_name(name).name for name in results)
            with self.builder.block() as inner:
                self.choose(path, arms[1:], names, origin, first + 1)
            other = ir.Block(tuple(inner), tuple(ir.Var(name) for name in names))
        self.builder.emit(ir.If(test, arms[0], other, results, origin))


Cotangents = dict[str, ir.Atom]


def adjoint(origin: ir.Origin | None) -> ir.Origin | None:
    """The same place, in the reverse sweep."""
    return replace(origin, role="adjoint") if origin is not None else None


class Arm:
    """One arm of a branch: its forward statements, its reverse statements, the cotangents after these."""

    def __init__(self, forward: list[ir.Stmt], backward: list[ir.Stmt], bars: Cotangents) -> None:
        self.forward, self.backward, self.bars = forward, backward, bars
