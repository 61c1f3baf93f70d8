"""Entries of arrays in loops: whether two of them can be one and the same.

    for j in range(i): for k in range(j):        A[i, j] of one iteration is never A[i, k] of an earlier one,
        A[i, j] += A[i, k] * A[k, j]             where k is below j

In: accesses, with the loops that their indices belong to, and in which order their iterations run.  Out: whether they are surely
apart, by sums of bounds on the indices.  What is not known proves nothing.  Places are counted from the front: lowering sees to it.
"""

from __future__ import annotations

import operator
from collections.abc import Container, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from s2s import facts, ir
from s2s.differences import ZERO, Bounds, Linear
from s2s.lower.writing import LoopBuilder
from s2s.primitives import STORES
from s2s_runtime import kernels

Nodes = Mapping[str, Hashable]
Difference = tuple[Hashable, Hashable, int]
"""`a - b <= c`: of the indices of loops, in one instance of a nest, 0, or in another one, 1."""


@dataclass(frozen=True)
class Access:
    """A read of an entry, or a store: the array's name, the place, and the loops of the nest around it."""

    array: str
    function: object
    parts: tuple[ir.Atom, ...]
    loops: tuple[ir.For, ...]

    def meets(self, other: Access) -> bool:
        """Whether the order of both matters if they are at one place; sums may be added up in any order."""
        functions = {self.function, other.function}
        return self.array == other.array and functions != {operator.getitem} and functions != {kernels.index_add}


def before(loop: ir.For, earlier: int = 0, same: bool = False) -> list[Difference]:
    """One instance is in an earlier iteration of a loop than the other one, or in the same."""
    step = number(loop.bounds[2])
    if step is None:
        return []
    first, second = (earlier, loop.index), (1 - earlier, loop.index)
    return [(first, second, 0 if same else -step)] if step > 0 else [(second, first, 0 if same else step)]


def together(loop: ir.For) -> list[Difference]:
    """Both instances are in one iteration of a loop."""
    return [((0, loop.index), (1, loop.index), 0), ((1, loop.index), (0, loop.index), 0)]


class Places:
    """What is known of indices: `around` are the loops around a nest, by their indices, `own` what is bound in the nest."""

    def __init__(self, builder: LoopBuilder, around: Mapping[str, ir.For], own: Container[str]) -> None:
        self.builder, self.around, self.own = builder, around, own

    def apart(self, one: Access, other: Access, order: Iterable[Difference]) -> bool:
        """Whether two accesses in this order are never at one place, or never in this order."""
        bounds, sides = Bounds(), []
        for side, access in enumerate((one, other)):
            nodes = {loop.index: (side, loop.index) for loop in access.loops}
            for loop in access.loops:
                self.inside(loop, nodes, bounds)
            sides.append([self.linear(part, nodes, bounds) for part in access.parts])
        for a, b, most in order:
            bounds.add(a, b, most)
        for first, second in zip(*sides, strict=False):  # a row, and an entry of it: the first index decides
            if first is not None and second is not None:
                bounds.at_most(first, second)
                bounds.at_most(second, first)
        return bounds.contradict()

    def at_most(self, one: ir.Atom, other: ir.Atom, by: int = 0) -> bool:
        """Whether one number is at most another one plus so many, both from before a nest."""
        bounds = Bounds()
        first, second = (self.linear(atom, {}, bounds) for atom in (one, other))
        return first is not None and second is not None and bounds.implies(first, (second[0], second[1] + by))

    def inside(self, loop: ir.For, nodes: Nodes, bounds: Bounds) -> None:
        """What a loop says of its index."""
        step, index = number(loop.bounds[2]), (nodes.get(loop.index, loop.index), 0)
        start, stop = (self.linear(bound, nodes, bounds) for bound in loop.bounds[:2])
        if step is None:
            return
        if start is not None:
            bounds.at_most(*((start, index) if step > 0 else (index, start)))
        if stop is not None:
            pair = ((index[0], 1), stop) if step > 0 else ((stop[0], stop[1] + 1), index)
            bounds.at_most(*pair)

    def linear(self, atom: ir.Atom, nodes: Nodes, bounds: Bounds) -> Linear | None:
        """A whole number as an index, or something from before the nest, and a number; None if it is neither."""
        if number(atom) is not None:
            return ZERO, number(atom) or 0
        fact = self.builder.type_of(atom)
        if not isinstance(atom, ir.Var) or not isinstance(fact, facts.Num) or fact.shape != () or fact.dtype != np.int64:
            return None
        if atom.name in nodes:
            return nodes[atom.name], 0
        if atom.name in self.around:
            if atom.name not in bounds.known:
                bounds.add(atom.name, atom.name, 0)
                self.inside(self.around[atom.name], {}, bounds)
            return atom.name, 0
        if fact.length is not None and not fact.length.varies:
            return bounds.length(fact.length)
        found = shifted(atom, self.builder)
        if found is not None:
            base = self.linear(found[0], nodes, bounds)
            return None if base is None else (base[0], base[1] + found[1])
        return None if atom.name in self.own else (atom.name, 0)


def number(atom: ir.Atom) -> int | None:
    return atom.value if isinstance(atom, ir.Const) and type(atom.value) is int else None


def shifted(atom: ir.Atom, builder: LoopBuilder) -> tuple[ir.Atom, int] | None:
    """A whole number as another one and what is added to it."""
    value = builder.definition(atom)
    if value is None or value.function not in (operator.add, operator.sub) or len(value.args) != 2:
        return None
    a, b = value.args
    if value.function is operator.add and number(a) is not None:
        a, b = b, a
    by = number(b)
    return None if by is None else (a, by if value.function is operator.add else -by)


def accesses(statements: Sequence[ir.Stmt], roots: dict[str, str], loops: tuple[ir.For, ...]) -> Iterator[Access]:
    """The accesses of statements; `roots` has what a version of an array is called among them."""
    for stmt in statements:
        if isinstance(stmt, ir.Let) and stmt.value.args and isinstance(stmt.value.args[0], ir.Var):
            function, name = stmt.value.function, stmt.value.args[0].name
            if function is operator.getitem or function in STORES:
                yield Access(roots.get(name, name), function, ir.index_parts(stmt.value.args[1]), loops)
        inner = (*loops, stmt) if isinstance(stmt, ir.For) else loops
        for block in ir.blocks(stmt):
            yield from accesses(block.statements, roots, inner)
