"""Arrays of which an iteration uses one row only, its own, and which nobody reads behind the loop, are that row.

    t = np.empty((n, m))                       for i in range(n):
    for i in range(n):                             t = np.empty(m)
        for j in range(m):                         for j in range(m):
            t[i, j] = np.exp(x[i, j])    =>            t[j] = np.exp(x[i, j])
        for j in range(m):                         for j in range(m):
            s += t[i, j] * y[j]                        s += t[j] * y[j]

In: a program of loop nests.  Out: one that computes the same in less memory; `buffers.py` makes the row before the loop.
"""

from __future__ import annotations

import operator
from collections import Counter
from dataclasses import replace

import numpy as np

from s2s import facts, ir
from s2s.emit.owners import walk
from s2s.lower.counting import count_uses
from s2s.lower.using import SIZES, lets_of, uses
from s2s.primitives import STORES


def narrowed(function: ir.Function) -> ir.Function:
    """The function with fewer axes."""
    narrowing = Narrowing(function)
    return replace(function, body=narrowing.block(function.body), types=narrowing.types)


class Narrowing:
    """One function's arrays being looked at."""

    def __init__(self, function: ir.Function) -> None:
        self.types: dict[str, facts.Type] = dict(function.types)
        self.counts: Counter[str] = count_uses(function.body)

    def block(self, block: ir.Block) -> ir.Block:
        """A block without the arrays that its loops need one row of; and the blocks in it."""
        makers = {one.target: one for one in block.statements if isinstance(one, ir.Let) and one.value.function is np.empty}
        gone: set[str] = set()
        statements: list[ir.Stmt] = []
        for stmt in block.statements:
            if isinstance(stmt, ir.For) and not stmt.stops and not stmt.slots:
                for init in stmt.inits:
                    maker = makers.get(init.name) if isinstance(init, ir.Var) else None
                    found = None if maker is None or self.counts[maker.target] != 1 else self.one(stmt, maker)
                    if found is not None and maker is not None:
                        stmt = found
                        gone.add(maker.target)
            statements.append(ir.map_blocks(stmt, self.block))
        left = [one for one in statements if not (isinstance(one, ir.Let) and one.target in gone)]
        return ir.Block(tuple(left), block.yields)

    def one(self, stmt: ir.For, maker: ir.Let) -> ir.For | None:
        """A loop with a row in the place of an array; None if it needs more of that."""
        place = stmt.inits.index(ir.Var(maker.target))
        fact = self.types.get(stmt.carried[place])
        names = {stmt.carried[place]}
        found, lengths = uses(stmt.body, names), ir.index_parts(maker.value.args[0])
        if self.counts[stmt.results[place]] or not isinstance(fact, facts.Num) or not 1 < len(fact.shape or ()) == len(lengths):
            return None
        axes = {axis for axis, _ in found.axes(stmt.index, lets_of(stmt.body)) if axis < len(lengths)}
        ends = [place for place, end in enumerate(stmt.body.yields) if not names.isdisjoint(ir.variables(end))]
        plain = all(self.is_plain(one, names, len(lengths)) for one in walk(stmt.body))
        if not axes or not found.writes or not plain or ends != [place]:
            return None
        axis = min(axes)
        for name in names:
            self.types[name] = replace(fact, shape=without(fact.shape or (), axis))
        return self.with_row(stmt, place, maker, names, axis)

    def is_plain(self, stmt: ir.Stmt, names: set[str], rank: int) -> bool:
        """Whether a statement uses an array entry by entry, if at all."""
        if not isinstance(stmt, ir.Let) or names.isdisjoint(ir.reads(stmt.value)):
            return True
        function, args = stmt.value.function, stmt.value.args
        return function not in SIZES and len(ir.index_parts(args[1])) == rank

    def with_row(self, stmt: ir.For, place: int, maker: ir.Let, names: set[str], axis: int) -> ir.For:
        """The loop, which makes a row at the beginning of each iteration."""
        shape = without(ir.index_parts(maker.value.args[0]), axis)
        made = replace(maker, target=stmt.carried[place], value=replace(maker.value, args=(packed(shape),)))
        body = rows(stmt.body, names, axis)

        def others(items: tuple[ir.Atom, ...]) -> tuple[ir.Atom, ...]:
            return without(items, place)

        return replace(
            stmt, carried=without(stmt.carried, place), inits=others(stmt.inits), results=without(stmt.results, place),
            body=ir.Block((made, *body.statements), others(body.yields)),
        )  # fmt: skip


def rows(block: ir.Block, names: set[str], axis: int) -> ir.Block:
    """A block in which an axis of an array is gone; `names` has what the array is called in it."""

    def changed(stmt: ir.Stmt) -> ir.Stmt:
        match stmt:
            case ir.Let(value=ir.Apply(function, (ir.Var(name), at, *rest))) if name in names:
                assert function is operator.getitem or function in STORES
                at = packed(without(ir.index_parts(at), axis))
                return replace(stmt, value=replace(stmt.value, args=(ir.Var(name), at, *rest)))
        return ir.map_blocks(stmt, lambda inner: rows(inner, names, axis))

    return replace(block, statements=tuple([changed(stmt) for stmt in block.statements]))


def packed(parts: tuple[ir.Atom, ...]) -> ir.Atom:
    return parts[0] if len(parts) == 1 else ir.Pack(tuple, parts)


def without(items: tuple, at: int) -> tuple:  # type: ignore[type-arg]
    """Items but the one at a place."""
    return (*items[:at], *items[at + 1 :])
