"""Loops whose iterations may run at the same time, in threads: `parallel=True`.

    s = 0.0                              parts = np.zeros(64)
    for i in range(n):                   for b in prange(64):
        y[i] = x[i] * c          =>          s = 0.0
        s = plus(s, y[i])                    for i in range(share(b, n), share(b + 1, n)):
                                                 y[i] = x[i] * c
                                                 s = plus(s, y[i])
                                             parts[b] = s
                                         s = 0.0
                                         for b in range(64):
                                             s = plus(s, parts[b])

In: a program of loop nests, and the lengths of a call.  Out: the same, with the outermost independent loops marked where they have
enough to do.  Iterations are independent if each array that they store into has an axis on which they use nothing but their own
entry, and the numbers that they carry are sums.  A loop that may raise an error stays as it is.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from s2s import facts, ir
from s2s.emit.owners import walk
from s2s.lower.assuming import Assumption
from s2s.lower.counting import count_uses
from s2s.lower.passing import Pass
from s2s.lower.using import lets_of, uses
from s2s.rounds import Rounds
from s2s_runtime import kernels, loops

ENOUGH = 50_000
"""Statements; a loop with less to do is done before threads have begun."""
ALL = (ir.Const(0), ir.Const(loops.PIECES), ir.Const(1))
"""The bounds of a loop over all pieces."""
MAY_RAISE = {loops.place, loops.common_length}
FLOAT = facts.Num(np.dtype(float), ())


def in_threads(function: ir.Function, assumption: Assumption, sizes: Mapping[facts.Symbol, int]) -> ir.Function:
    """The function with loops marked; `sizes`: what lengths are in the call that it is compiled for."""
    return Independent(function, assumption, sizes).run()


class Independent(Pass):
    """One function's loops being marked, from the outside to the inside."""

    def __init__(self, function: ir.Function, assumption: Assumption, sizes: Mapping[facts.Symbol, int]) -> None:
        super().__init__(function, assumption)
        self.rounds = Rounds(function.types, sizes)

    def statement(self, stmt: ir.Stmt) -> Sequence[ir.Stmt]:
        if isinstance(stmt, ir.For) and self.rounds.statements(ir.Block((stmt,))) >= ENOUGH and (sums := self.sums(stmt)) is not None:
            return self.in_pieces(stmt, sums)
        return super().statement(stmt)

    def loop(self, stmt: ir.For) -> Sequence[ir.Stmt]:
        return [stmt]

    # ---------------------------------------------------------------------------------------------------- what may be
    def sums(self, stmt: ir.For) -> list[int] | None:
        """The places of the sums among what a loop carries; None if its iterations are not independent."""
        if stmt.slots or stmt.stops or stmt.bounds[2] != ir.Const(1) or any(map(may_raise, walk(stmt.body))):
            return None
        found = []
        for place, (name, end) in enumerate(zip(stmt.carried, stmt.body.yields, strict=True)):
            fact = self.builder.types.get(name)
            if not isinstance(fact, facts.Num):
                return None
            if fact.shape == () and fact.dtype == np.dtype(float) and is_sum(stmt.body, name, end):
                found.append(place)
            elif not any(axis < len(fact.shape or ()) for axis, _ in uses(stmt.body, {name}).axes(stmt.index, lets_of(stmt.body))):
                return None
        return found

    # ------------------------------------------------------------------------------------------------------- pieces
    def in_pieces(self, stmt: ir.For, sums: list[int]) -> list[ir.Stmt]:
        """A loop over pieces, which may run at the same time; then what they add up to."""
        builder, arrays = self.builder, [place for place in range(len(stmt.carried)) if place not in sums]
        number, several = builder.fresh("b", facts.INT), facts.Num(FLOAT.dtype, (facts.as_dim(loops.PIECES),))
        with builder.block() as statements, builder.at(stmt.origin):
            made = [builder.array(np.zeros, (ir.Const(loops.PIECES),), several, "parts") for _ in sums]
            held = [ir.Var(self.like(atom)) for atom in (*(ir.Var(stmt.carried[place]) for place in arrays), *made)]
            body = self.piece(stmt, sums, dict(zip(arrays, held, strict=False)), held[len(arrays) :], number)
            after = [*(stmt.results[place] for place in arrays), *map(self.like, made)]
            inits, carried = (*(stmt.inits[place] for place in arrays), *made), tuple(name.name for name in held)
            builder.emit(ir.For(number.name, ALL, carried, inits, body, tuple(after), origin=stmt.origin, parallel=True))
            for place, name in zip(sums, after[len(arrays) :], strict=True):
                self.total(stmt, place, ir.Var(name))
        return list(statements)

    def piece(
        self, stmt: ir.For, sums: list[int], arrays: Mapping[int, ir.Var], parts: Sequence[ir.Var], number: ir.Var
    ) -> ir.Block:
        """One piece: the loop over its iterations, with these `arrays`, and its sums stored into these `parts`."""
        builder = self.builder
        with builder.scope(), builder.block() as statements:
            start, stop = self.ends(stmt, number)
            inits = tuple(arrays.get(place, ir.Const(0.0)) for place in range(len(stmt.carried)))
            results = tuple(self.like(ir.Var(name)) for name in stmt.results)
            builder.emit(replace(stmt, bounds=(start, stop, ir.Const(1)), inits=inits, results=results))
            found = [ir.Var(results[place]) for place in sums]
            stored = [builder.apply(kernels.index_set, part, number, sum_) for part, sum_ in zip(parts, found, strict=True)]
        return ir.Block(tuple(statements), (*(ir.Var(results[place]) for place in arrays), *stored))

    def ends(self, stmt: ir.For, number: ir.Var) -> tuple[ir.Atom, ir.Atom]:
        """Where a piece begins and ends."""
        builder, (start, stop, _) = self.builder, stmt.bounds
        count = stop if start == ir.Const(0) else builder.apply(operator.sub, stop, start)
        pieces = (number, builder.apply(operator.add, number, ir.Const(1)))
        first, last = (builder.apply(loops.share, piece, count) for piece in pieces)
        if start == ir.Const(0):
            return first, last
        return builder.apply(operator.add, start, first), builder.apply(operator.add, start, last)

    def total(self, stmt: ir.For, place: int, parts: ir.Var) -> None:
        """What the pieces of one sum add up to, with what there was before."""
        builder, index = self.builder, self.builder.fresh("b", facts.INT)
        carried = builder.fresh(builder.hints.get(stmt.carried[place], ""), FLOAT)
        with builder.scope(), builder.block() as statements:
            after = builder.apply(loops.plus, carried, builder.apply(operator.getitem, parts, index))
        body, inits = ir.Block(tuple(statements), (after,)), (stmt.inits[place],)
        builder.emit(ir.For(index.name, ALL, (carried.name,), inits, body, (stmt.results[place],), origin=stmt.origin))

    def like(self, atom: ir.Atom) -> str:
        """A name for another version of an array, or another number."""
        assert isinstance(atom, ir.Var)
        return self.builder.fresh(self.builder.hints.get(atom.name, ""), self.builder.types.get(atom.name)).name


def may_raise(stmt: ir.Stmt) -> bool:
    return isinstance(stmt, (ir.Raise, ir.While, ir.Try, ir.With)) or (isinstance(stmt, ir.Let) and stmt.value.function in MAY_RAISE)


def is_sum(block: ir.Block, name: str, end: ir.Atom) -> bool:
    """Whether a number at the end of a block is what it was at its beginning, and what was added to it."""
    made = {target: stmt for stmt in block.statements for target in ir.binds(stmt)}
    counts = count_uses(block)
    while end != ir.Var(name):
        stmt = made.get(end.name) if isinstance(end, ir.Var) else None
        if isinstance(stmt, ir.Let) and stmt.value.function in (loops.plus, operator.add) and not stmt.value.kwargs:
            before = [arg for arg in stmt.value.args if comes_from(arg, name, made)]
            if len(before) != 1:
                return False
            end = before[0]
        elif isinstance(stmt, ir.For) and isinstance(end, ir.Var):
            place = stmt.results.index(end.name)
            if stmt.stops or not is_sum(stmt.body, stmt.carried[place], stmt.body.yields[place]):
                return False
            end = stmt.inits[place]
        else:
            return False
        if isinstance(end, ir.Var) and counts[end.name] != 1:
            return False
    return True


def comes_from(atom: ir.Atom, name: str, made: Mapping[str, ir.Stmt]) -> bool:
    """Whether a number is a version of a sum."""
    if atom == ir.Var(name):
        return True
    stmt = made.get(atom.name) if isinstance(atom, ir.Var) else None
    if isinstance(stmt, ir.Let) and stmt.value.function in (loops.plus, operator.add):
        return any(comes_from(arg, name, made) for arg in stmt.value.args)
    if isinstance(stmt, ir.For) and isinstance(atom, ir.Var):
        return comes_from(stmt.inits[stmt.results.index(atom.name)], name, made)
    return False
