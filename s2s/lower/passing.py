"""A walk over the loops of a program, from the inside to the outside, for passes that write loops anew.

In: a program of loop nests.  Out: the same with what a pass makes of each loop, and what it puts beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from s2s import ir
from s2s.lower.assuming import Assumption
from s2s.lower.counting import newest
from s2s.lower.writing import LoopBuilder


class Pass:
    """One function's loops being changed; the builder knows what names stand for and where the loops' indices lie."""

    def __init__(self, function: ir.Function, assumption: Assumption) -> None:
        self.function = function
        self.builder = LoopBuilder(function.types, function.hints, newest(function), {}, assumption)
        self.around: dict[str, ir.For] = {}
        """The loops whose bodies are open, by their indices."""

    def run(self) -> ir.Function:
        """The function when the pass is over."""
        body = self.block(self.function.body)
        return replace(self.function, body=body, types=self.builder.types, hints=self.builder.hints)

    def loop(self, stmt: ir.For) -> Sequence[ir.Stmt]:
        """What stands for a loop whose own loops are done."""
        raise NotImplementedError

    def while_loop(self, stmt: ir.While) -> Sequence[ir.Stmt]:
        """The same for a loop that runs while a test holds."""
        return [stmt]

    def block(self, block: ir.Block) -> ir.Block:
        statements = [one for stmt in block.statements for one in self.statement(stmt)]
        return ir.Block(tuple(statements), block.yields)

    def statement(self, stmt: ir.Stmt) -> Sequence[ir.Stmt]:
        match stmt:
            case ir.Let():
                self.builder.define(stmt)
            case ir.If():
                return [replace(stmt, then=self.block(stmt.then), other=self.block(stmt.other))]
            case ir.For():
                self.builder.ranges.enter(stmt)
                self.around[stmt.index] = stmt
                body = self.block(stmt.body)
                del self.around[stmt.index]
                return self.loop(replace(stmt, body=body))
            case ir.While():
                return self.while_loop(replace(stmt, test=self.block(stmt.test), body=self.block(stmt.body)))
        return [stmt]
