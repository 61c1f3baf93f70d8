"""What a branch of a derivative adds to arrays is added behind it: zero where the branch is not taken.

    for j in range(n):                       for j in range(n):
        if j != i:                               t = p[j] * c if j != i else 0.0
            y[j] += p[j] * c          =>         y[j] += t

In: an innermost loop.  Out: one that LLVM can write with vector instructions, or the same one.  Only entries that are surely there are
added to; what the program's own loops do keeps its bits, where -0.0 + 0.0 would be another zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from s2s import facts, ir
from s2s.lower.across import is_derived
from s2s.lower.counting import count_uses
from s2s.lower.writing import LoopBuilder
from s2s_runtime import kernels

IsThere = Callable[[ir.Atom, ir.Atom], bool]
FLOAT = np.dtype(float)


def unbranched(stmt: ir.For, builder: LoopBuilder, is_there: IsThere) -> ir.For:
    """The loop with additions behind its branches; `is_there`: whether an array has an entry, whatever its lengths are."""
    arrays: dict[str, ir.Atom] = dict(zip(stmt.carried, stmt.inits, strict=True))
    statements: list[ir.Stmt] = []
    for one in stmt.body.statements:
        made = [one]
        if isinstance(one, ir.If) and is_derived(one):
            made = Branch(builder, one, arrays, is_there).parted() or made
        for new in made:
            if isinstance(new, ir.Let) and new.value.function is kernels.index_add and isinstance(new.value.args[0], ir.Var):
                arrays[new.target] = arrays.get(new.value.args[0].name, new.value.args[0])
        statements += made
    return replace(stmt, body=replace(stmt.body, statements=tuple(statements)))


class Branch:
    """One branch; `arrays` has what the versions of arrays are called in front of the loop."""

    def __init__(self, builder: LoopBuilder, stmt: ir.If, arrays: Mapping[str, ir.Atom], is_there: IsThere) -> None:
        self.builder, self.stmt, self.arrays, self.is_there = builder, stmt, arrays, is_there

    def parted(self) -> list[ir.Stmt] | None:
        """The branch between numbers, and the additions behind it; None if it does more with arrays."""
        chains: dict[int, list[list[ir.Let]]] = {}
        for place, ends in enumerate(zip(self.stmt.then.yields, self.stmt.other.yields, strict=True)):
            fact = self.builder.types.get(self.stmt.results[place])
            if not isinstance(fact, facts.Num) or fact.shape != ():
                found = [self.chain(arm, end) for arm, end in zip(ir.blocks(self.stmt), ends, strict=True)]
                if found[0][0] is None or found[0][0] != found[1][0] or not (found[0][1] or found[1][1]):
                    return None
                chains[place] = [lets for _, lets in found]
        own = {let.target for lets in chains.values() for arm in lets for let in arm}
        rest = [one for arm in ir.blocks(self.stmt) for one in arm.statements if not own.intersection(ir.binds(one))]
        if not chains or not all(isinstance(one, ir.Let) and own.isdisjoint(ir.reads(one.value)) for one in rest):
            return None
        return self.written(chains, own)

    def chain(self, arm: ir.Block, end: ir.Atom) -> tuple[ir.Atom | None, list[ir.Let]]:
        """The array that an arm begins with, and what it adds to that; no array if it does something else."""
        lets = {one.target: one for one in arm.statements if isinstance(one, ir.Let)}
        uses = count_uses(arm)
        found: list[ir.Let] = []
        while isinstance(end, ir.Var) and end.name in lets:
            let = lets[end.name]
            if let.value.function is not kernels.index_add or len(let.value.args) != 3 or uses[end.name] != 1:
                return None, []
            found.insert(0, let)
            end = let.value.args[0]
        base = self.arrays.get(end.name) if isinstance(end, ir.Var) else None
        if base is None or not all(self.fits(base, let, lets) for let in found):
            return None, []
        return end, found

    def fits(self, base: ir.Atom, let: ir.Let, lets: Mapping[str, ir.Let]) -> bool:
        """Whether a number may be added to an entry in any case."""
        _, at, value = let.value.args
        fact = self.builder.type_of(value)
        number = isinstance(fact, facts.Num) and fact.dtype == FLOAT and fact.shape == ()
        return number and lets.keys().isdisjoint(ir.variables(at)) and self.is_there(base, at)

    def written(self, chains: Mapping[int, list[list[ir.Let]]], own: set[str]) -> list[ir.Stmt]:
        """The branch with a number for each addition, and the additions."""
        stmt, builder = self.stmt, self.builder
        kept = [place for place in range(len(stmt.results)) if place not in chains]
        results, ends = [stmt.results[k] for k in kept], [[arm.yields[k] for k in kept] for arm in ir.blocks(stmt)]
        behind: list[ir.Stmt] = []
        for place, arms in chains.items():
            array, last = (arms[0] or arms[1])[0].value.args[0], stmt.results[place]
            added = [(number, let) for number, lets in enumerate(arms) for let in lets]
            for k, (number, let) in enumerate(added, 1):
                value = builder.fresh("", facts.Num(FLOAT, ()))
                results.append(value.name)
                ends[number].append(let.value.args[2])
                ends[1 - number].append(ir.Const(0.0))
                target = last if k == len(added) else builder.fresh(builder.hints.get(last, ""), builder.types.get(last)).name
                behind.append(ir.Let(target, ir.Apply(kernels.index_add, (array, let.value.args[1], value)), let.origin))
                array = ir.Var(target)
        arms_left = [
            ir.Block(tuple([one for one in arm.statements if own.isdisjoint(ir.binds(one))]), tuple(end))
            for arm, end in zip(ir.blocks(stmt), ends, strict=True)
        ]
        return [replace(stmt, then=arms_left[0], other=arms_left[1], results=tuple(results)), *behind]
