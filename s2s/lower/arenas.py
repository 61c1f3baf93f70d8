"""A program of loop nests that makes no arrays: it is given memory, and takes them from it.

    t = np.empty((n, m))      =>      t = empty_in(room, mark, (n, m))
    y = a @ b                         y = product_in(room, mark, a, b)

In: a function of loop nests.  Out: the same with two parameters more, in front.  An iteration gives back what it took, unless something
that it made is held when it is over: then it takes from there only if there are few iterations.  What NumPy's own routines make, such as
a solution, they make as before.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.emit.owners import FRESH, moves, walk
from s2s.lower.buffers import READING
from s2s.lower.counting import newest
from s2s.primitives import EFFECTS
from s2s_runtime import arena, kernels

WITHIN: dict[Any, Any] = {
    np.empty: arena.empty_in, np.zeros: arena.zeros_in, np.arange: arena.counted_in, np.ascontiguousarray: arena.contiguous_in,
    operator.matmul: arena.product_in,
}  # fmt: skip
"""What makes an array, and what makes it in memory that is there."""

NEW = READING | WITHIN.keys() - {np.ascontiguousarray}
"""Functions whose results hold nothing of their operands."""

FEW = 16
"""So many iterations may each take memory that none gives back."""

EFFECTS.update({arena.entered, arena.left})
FRESH.update({arena.empty_in, arena.zeros_in, arena.counted_in, arena.product_in})


def in_arena(function: ir.Function) -> ir.Function:
    """The function in memory that it is given."""
    return Arenas(function).run()


class Arenas:
    """One function being changed."""

    def __init__(self, function: ir.Function) -> None:
        self.function, self.number = function, newest(function)
        self.types = dict(function.types)
        self.room, self.mark = (self.fresh(facts.Num(np.dtype(kind), (facts.fresh(),))) for kind in (float, int))

    def run(self) -> ir.Function:
        given = (self.room, self.mark)
        hints = {**self.function.hints, self.room: "room", self.mark: "mark"}
        return replace(
            self.function, body=self.block(self.function.body, 0, True), types=self.types, hints=hints,
            parameters=(*map(ir.Parameter, given), *self.function.parameters), inputs=(*map(ir.Var, given), *self.function.inputs),
        )  # fmt: skip

    def fresh(self, fact: facts.Type) -> str:
        self.number += 1
        name = f"#{self.number}"
        self.types[name] = fact
        return name

    def block(self, block: ir.Block, depth: int, takes: bool) -> ir.Block:
        """A block in so many loops; whether its arrays may be taken from what is given."""
        return replace(block, statements=tuple([self.statement(stmt, depth, takes) for stmt in block.statements]))

    def statement(self, stmt: ir.Stmt, depth: int, takes: bool) -> ir.Stmt:
        match stmt:
            case ir.Let() if takes and self.makes(stmt):
                given = (ir.Var(self.room), ir.Var(self.mark), *stmt.value.args)
                return replace(stmt, value=replace(stmt.value, function=WITHIN[stmt.value.function], args=given))
            case ir.For() | ir.While():
                return replace(stmt, body=self.iteration(stmt, depth, takes))
            case ir.If():
                return replace(stmt, then=self.block(stmt.then, depth, takes), other=self.block(stmt.other, depth, takes))
        return stmt

    def iteration(self, stmt: ir.For | ir.While, depth: int, takes: bool) -> ir.Block:
        """The body of a loop, which gives back what it took where it can."""
        gives = depth < arena.LOOPS and self.gives_back(stmt)
        body = self.block(stmt.body, depth + 1, gives or (takes and is_short(stmt)))
        if not gives or not any(isinstance(one, ir.Let) and one.value.function in WITHIN.values() for one in walk(body)):
            return body
        return replace(body, statements=(self.effect(arena.entered, depth), *body.statements, self.effect(arena.left, depth)))

    def makes(self, let: ir.Let) -> bool:
        """Whether a statement makes an array, in a way that is known here."""
        function, args, kwargs = let.value.function, let.value.args, let.value.kwargs
        fact = self.types.get(let.target)
        if function not in WITHIN or not isinstance(fact, facts.Num) or not fact.shape:
            return False
        if function is operator.matmul:
            return self.are_matrices(args) and not kwargs
        if function in (np.empty, np.zeros):
            return len(args) == 1 and all(name == "dtype" for name, _ in kwargs)
        return len(args) == 1 and not kwargs

    def are_matrices(self, args: Sequence[ir.Atom]) -> bool:
        """Whether BLAS multiplies them: of one kind of floats, and neither stacked nor both vectors."""
        found = [self.types.get(arg.name) if isinstance(arg, ir.Var) else None for arg in args]
        if not all(isinstance(fact, facts.Num) and fact.dtype is not None and fact.shape is not None for fact in found):
            return False
        ranks = [len(fact.shape) for fact in found]  # type: ignore[union-attr, arg-type]
        return found[0].dtype == found[1].dtype and found[0].dtype.kind in "fc" and max(ranks) == 2 and min(ranks) >= 1  # type: ignore[union-attr]

    def gives_back(self, stmt: ir.For | ir.While) -> bool:
        """Whether nothing that an iteration makes is held when it is over."""
        held = {one.target for one in walk(stmt.body) if isinstance(one, ir.Let) and self.makes(one)}
        flows = [(target, name) for target, atom in (*moves(stmt.body), *self.handed_on(stmt.body)) for name in ir.variables(atom)]
        while more := {target for target, source in flows if source in held} - held:
            held |= more
        return held.isdisjoint(ir.variables(ir.Pack(tuple, stmt.body.yields)))

    def handed_on(self, block: ir.Block) -> Iterator[tuple[str, ir.Atom]]:
        """The arrays and containers that applications in a block give, with the operands that they may be, or hold."""
        for one in walk(block):
            if not isinstance(one, ir.Let) or one.value.function in NEW:
                continue
            fact, args = self.types.get(one.target), (*one.value.args, *(value for _, value in one.value.kwargs))
            if isinstance(fact, facts.Num) and fact.shape == () and not fact.boxed:
                continue
            stores = one.value.function in (kernels.index_set, kernels.index_add)  # entries are copied
            yield from ((one.target, arg) for arg in (args[:1] if stores else args))

    def effect(self, function: Any, depth: int) -> ir.Let:
        return ir.Let(self.fresh(facts.Num()), ir.Apply(function, (ir.Var(self.mark), ir.Const(depth))))


def is_short(stmt: ir.For | ir.While) -> bool:
    """Whether a loop is known to have few iterations."""
    bounds = [bound.value for bound in stmt.bounds if isinstance(bound, ir.Const)] if isinstance(stmt, ir.For) else []
    return len(bounds) == 3 and len(range(*bounds)) <= FEW
