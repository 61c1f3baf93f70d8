"""Divisions of cotangents by what stays the same in a loop become products: a quotient costs several of these.

    for i in range(n):                       r = reciprocal(h)
        x_bar[i] = y_bar[i] / h      =>      for i in range(n):
                                                 x_bar[i] = y_bar[i] * r

In: a program of loop nests.  Out: one whose derivatives differ in the last place.  What the user's own program computes keeps its
bits, and so does all that a test, an index or a step function is given: there the last place may decide.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from s2s import facts, ir
from s2s.emit.owners import bound_in_order
from s2s.lower.assuming import Assumption
from s2s.lower.counting import bound
from s2s.lower.deciding import deciding
from s2s.lower.hoisting import hoisted
from s2s.lower.passing import Pass
from s2s_runtime import loops

FLOAT = np.dtype(float)
DERIVED = {"adjoint", "tangent", "again"}
UNITS = {ir.Const(1.0), ir.Const(-1.0)}


def divided(function: ir.Function, assumption: Assumption) -> ir.Function:
    """The function with products in the place of divisions."""
    return Dividing(function, assumption).run()


class Dividing(Pass):
    """One function's loops being changed."""

    def __init__(self, function: ir.Function, assumption: Assumption) -> None:
        super().__init__(function, assumption)
        self.decides = deciding(function)

    def loop(self, stmt: ir.For) -> Sequence[ir.Stmt]:
        if stmt.stops or stmt.slots:
            return [stmt]
        before, rest = out_of(stmt)
        inside = {*bound(stmt), *(name for one in rest for name in ir.binds(one))}.difference(stmt.results)
        made: dict[ir.Atom, ir.Let] = {}
        block = self.shared(replace(stmt.body, statements=tuple(rest)), inside, made)
        return [*before, *made.values(), replace(stmt, body=block)]

    def shared(self, block: ir.Block, inside: set[str], made: dict[ir.Atom, ir.Let]) -> ir.Block:
        """A block of a loop, and the branches in it, with products; `made` has the reciprocals by what they are of."""
        statements: list[ir.Stmt] = []
        for stmt in block.statements:
            if isinstance(stmt, ir.If):
                then, other = (self.shared(arm, inside | set(bound_in_order(arm)), made) for arm in ir.blocks(stmt))
                stmt = replace(stmt, then=then, other=other)
            elif isinstance(stmt, ir.Let) and self.is_share(stmt, inside):
                value, divisor = stmt.value.args
                if divisor not in made:
                    name = self.builder.fresh("", facts.Num(FLOAT, ())).name
                    made[divisor] = ir.Let(name, ir.Apply(loops.reciprocal, (divisor,)), stmt.origin)
                stmt = replace(stmt, value=ir.Apply(operator.mul, (value, ir.Var(made[divisor].target))))
            statements.append(stmt)
        return replace(block, statements=tuple(statements))

    def is_share(self, let: ir.Let, inside: set[str]) -> bool:
        """Whether a statement of a derivative divides a number by one that is the same in each iteration."""
        function, args = let.value.function, let.value.args
        if function not in (operator.truediv, np.divide) or let.origin is None or let.origin.role not in DERIVED:
            return False
        if let.target in self.decides or not isinstance(args[1], ir.Var) or args[1].name in inside or args[0] in UNITS:
            return False
        return all(is_float(self.builder.type_of(arg)) for arg in args)


def out_of(loop: ir.For) -> tuple[list[ir.Stmt], list[ir.Stmt]]:
    """The reciprocals that loops inside have left in a loop, and what they need, where they may stand before it; and the rest."""
    before, _ = hoisted(loop.body.statements, {loop.index, *loop.carried}, sure=False)
    needed: set[str] = set()
    for stmt in reversed(before):
        if is_reciprocal(stmt) or not needed.isdisjoint(ir.binds(stmt)):
            needed |= {*ir.binds(stmt), *ir.free(ir.Block((stmt,)))}
    moved = [stmt for stmt in before if not needed.isdisjoint(ir.binds(stmt))]
    return moved, [stmt for stmt in loop.body.statements if stmt not in moved]


def is_float(fact: facts.Type | None) -> bool:
    return isinstance(fact, facts.Num) and fact.shape == () and fact.dtype == FLOAT


def is_reciprocal(stmt: ir.Stmt) -> bool:
    return isinstance(stmt, ir.Let) and stmt.value.function is loops.reciprocal
