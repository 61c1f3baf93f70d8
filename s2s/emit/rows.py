"""Views that are read behind a store into their array: each is a copy, so that the store needs none of the whole array.

    row = A[i]                              row = A[i].copy()
    A = A.copy()                   =>       A[i] = row / row[k]
    A[i] = row / row[k]                     b[i] = row[0]
    b[i] = row[0]

In: a function and the variables of its names.  Out: the function with these copies.  A view of several axes stays one, and so
does one that is not read entry by entry: a sum over other memory may differ in its last bit.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from s2s import facts, ir
from s2s.emit.names import IN_PLACE, Names
from s2s.emit.owners import EXTERNAL, walk
from s2s.infer import ELEMENTWISE
from s2s.primitives import STORES
from s2s_runtime import containers, tree

BY_ENTRY = {*ELEMENTWISE, *STORES, operator.getitem, operator.abs, np.copy, tree.copy, containers.append, np.shape, len}
"""Functions that read an array entry by entry, or whole and as it is."""


def rows_copied(function: ir.Function, names: Names) -> ir.Function | None:
    """The function with copies of views that are in the way of stores; None if there are none."""
    found = set(Stores(function, names).views())
    if not found:
        return None
    types, hints = dict(function.types), dict(function.hints)
    for name in found:
        types[f"{name}v"] = types[name]
    return replace(function, body=copied(function.body, found), types=types, hints=hints)


def copied(block: ir.Block, views: set[str]) -> ir.Block:
    """A block in which these names are copies of views."""
    statements: list[ir.Stmt] = []
    for stmt in block.statements:
        if isinstance(stmt, ir.Let) and stmt.target in views:
            view = f"{stmt.target}v"
            copy = ir.Apply(np.copy, (ir.Var(view),))
            statements += [replace(stmt, target=view), ir.Let(stmt.target, copy, stmt.origin)]
        else:
            statements.append(ir.map_blocks(stmt, lambda inner: copied(inner, views)))
    return replace(block, statements=tuple(statements))


class Stores:
    """The stores of a function, and the views that are alive behind them."""

    def __init__(self, function: ir.Function, names: Names) -> None:
        self.function, self.names = function, names
        self.places: dict[str, tuple[int, ...]] = {}
        self.lets: dict[str, ir.Apply] = {}
        self.note(function.body, ())
        self.elsewhere = read_as_a_whole(function)

    def note(self, block: ir.Block, outside: tuple[int, ...]) -> None:
        """Where each name is bound: the blocks around it."""
        inside = (*outside, id(block))
        for stmt in block.statements:
            if isinstance(stmt, ir.Let):
                self.places[stmt.target], self.lets[stmt.target] = inside, stmt.value
            for inner in ir.blocks(stmt):
                self.note(inner, inside)

    def views(self) -> Iterator[str]:
        for target, value in self.lets.items():
            if value.function in IN_PLACE and isinstance(self.function.types.get(target), facts.Num):
                yield from self.in_the_way(target, value)

    def in_the_way(self, target: str, store: ir.Apply) -> Sequence[str]:
        """The views for whose sake a store copies its array; none if something else is in the way, too."""
        names, operand = self.names, store.args[0]
        if not isinstance(operand, ir.Var) or names.find(operand.name) != names.find(target) or names.may_be_number(operand):
            return ()
        buffers = names.owners.base_of(operand)
        if EXTERNAL in buffers:
            return ()
        alive = names.liveness.listed(names.liveness.after.get(target, 0) & ~names.liveness.bit(target))
        found = [name for name in alive if not buffers.isdisjoint(names.owners.reach.get(name, frozenset()))]
        return found if all(self.may_be_copied(name, target) for name in found) else ()

    def may_be_copied(self, name: str, target: str) -> bool:
        """Whether a name is a view along one axis, bound no more often than the store runs, and read entry by entry."""
        fact, made, place = self.function.types.get(name), self.lets.get(name), self.places.get(name, ())
        return (
            made is not None
            and made.function is operator.getitem
            and isinstance(fact, facts.Num)
            and fact.shape is not None
            and len(fact.shape) == 1
            and self.places[target][: len(place)] == place
            and name not in self.elsewhere
        )


def read_as_a_whole(function: ir.Function) -> set[str]:
    """The names that are read in another way than entry by entry, or flow into one that is."""
    flows: list[tuple[str, ir.Atom]] = []
    found = set(ir.variables(function.body.yields[0])) if function.body.yields else set()
    for stmt in walk(function.body):
        if isinstance(stmt, ir.If):
            for block in (stmt.then, stmt.other):
                flows += zip(stmt.results, block.yields, strict=True)
            found.update(ir.variables(stmt.test))
        elif isinstance(stmt, ir.Let):
            if stmt.value.function not in BY_ENTRY or stmt.value.kwargs:
                found.update(ir.reads(stmt.value))
        else:
            found.update(name for atom in ir.operands(stmt) for name in ir.variables(atom))
            found.update(name for block in ir.blocks(stmt) for atom in block.yields for name in ir.variables(atom))
    while more := {n for name, atom in flows if name in found for n in ir.variables(atom)} - found:
        found |= more
    return found
