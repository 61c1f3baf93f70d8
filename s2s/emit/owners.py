"""Who may share memory with whom: whether an update may be written in place.

In: a function.  Out: per name, the buffers that it may be (or be a view of), and those that can be reached through it.
What the caller gave is EXTERNAL: it is never written to.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping

import numpy as np

from s2s import facts, ir
from s2s.primitives import UPDATES, VIEWS, Opaque
from s2s.subroutine import Subroutine
from s2s_runtime import containers, kernels, tree

EXTERNAL = "external"
Buffers = frozenset[str]
NONE: Buffers = frozenset()
KEEPS = {list, tuple, containers.sequence, containers.repeat, containers.fold_repeated, tree.add, tree.copy, kernels.sum_to, kernels.astype,
         np.array, np.asarray, operator.add, operator.mul, kernels.keep_axes}  # fmt: skip
"""Functions that may give an operand back, or put it into what they return."""


def walk(block: ir.Block) -> Iterator[ir.Stmt]:
    """All statements of a block, nested ones too."""
    for stmt in block.statements:
        yield stmt
        for inner in ir.blocks(stmt):
            yield from walk(inner)


def bound_in_order(block: ir.Block) -> Iterator[str]:
    """All names that a block binds."""
    for stmt in walk(block):
        if isinstance(stmt, ir.For):
            yield stmt.index
        if isinstance(stmt, (ir.For, ir.While)):
            yield from stmt.carried
        yield from ir.binds(stmt)


class Owners:
    """Buffers by name."""

    def __init__(self, function: ir.Function) -> None:
        self.types: Mapping[str, facts.Type] = function.types
        self.base: dict[str, Buffers] = {}
        self.reach: dict[str, Buffers] = {}
        self.inside: dict[int, frozenset[str]] = {}
        for parameter in function.parameters:
            self.set(parameter.name, frozenset({EXTERNAL}), frozenset({EXTERNAL}))
        changed = True
        while changed:
            self.changed = False
            self.block(function.body)
            changed = self.changed

    def is_number(self, name: str) -> bool:
        """Whether a value is a number, which shares memory with nothing."""
        fact = self.types.get(name)
        return isinstance(fact, facts.Num) and fact.shape == ()

    def set(self, name: str, base: Buffers, reach: Buffers) -> None:
        if self.is_number(name):
            return
        old_base, old_reach = self.base.get(name, NONE), self.reach.get(name, NONE)
        self.base[name], self.reach[name] = old_base | base, old_reach | reach | base
        if self.base[name] != old_base or self.reach[name] != old_reach:
            self.changed = True

    def base_of(self, atom: ir.Atom) -> Buffers:
        if isinstance(atom, ir.Var):
            return self.base.get(atom.name, NONE)
        return (
            frozenset({EXTERNAL})
            if isinstance(atom, ir.Const) and isinstance(atom.value, (np.ndarray, list, dict))
            else NONE
        )

    def reach_of(self, atom: ir.Atom) -> Buffers:
        if isinstance(atom, ir.Var):
            return self.reach.get(atom.name, NONE)
        if isinstance(atom, ir.Pack):
            return frozenset().union(*(self.reach_of(item) for item in atom.items))
        return self.base_of(atom)

    def block(self, block: ir.Block) -> None:
        for stmt in block.statements:
            for inner in ir.blocks(stmt):
                if isinstance(stmt, (ir.For, ir.While)):
                    self.flow(stmt.carried, stmt.inits)
                self.block(inner)
            match stmt:
                case ir.Let():
                    self.let(stmt)
                case ir.For() | ir.While():
                    first = 1 if stmt.stops else 0
                    self.flow(stmt.carried, stmt.body.yields[first:], stmt)
                    self.flow(stmt.results, stmt.inits)
                    self.flow(stmt.results, stmt.body.yields[first:])
                case ir.If() | ir.With() | ir.Try():
                    for inner in ir.blocks(stmt):
                        self.flow(stmt.results, inner.yields)

    def flow(self, names: tuple[str, ...], atoms: tuple[ir.Atom, ...], loop: ir.For | ir.While | None = None) -> None:
        for name, atom in zip(names, atoms, strict=True):
            if self.is_number(name):
                continue
            base, reach = self.base_of(atom), self.reach_of(atom)
            if isinstance(atom, ir.Pack):
                base = frozenset({f"{name}'"})
            if loop is not None:
                base, reach = self.earlier(base, loop), self.earlier(reach, loop)
            self.set(name, base, reach)

    def earlier(self, buffers: Buffers, loop: ir.For | ir.While) -> Buffers:
        """Buffers as the next iteration sees them: what is made in each iteration is another buffer then."""
        inside = self.inside.get(id(loop))
        if inside is None:
            inside = self.inside[id(loop)] = frozenset(bound_in_order(loop.body))
        mark = f"@{id(loop)}"
        return frozenset(
            b + mark if mark not in b and b.partition("@")[0].rstrip("'") in inside else b for b in buffers
        )

    def let(self, stmt: ir.Let) -> None:
        if self.is_number(stmt.target):
            return
        function, args = stmt.value.function, stmt.value.args
        own = frozenset({stmt.target})
        reach = frozenset().union(
            *(self.reach_of(arg) for arg in args), *(self.reach_of(v) for _, v in stmt.value.kwargs)
        )
        if function is np.broadcast_to or isinstance(
            function, (Opaque, Subroutine)
        ):  # its result may not be written to, whoever holds it
            self.set(stmt.target, reach | {EXTERNAL}, reach | {EXTERNAL})
        elif function in UPDATES or function in (kernels.index_add, kernels.index_set):
            first = self.base_of(args[0])
            array = isinstance(self.types.get(stmt.target), facts.Num)
            self.set(stmt.target, first | own, (self.reach_of(args[0]) if array else reach) | own)
        elif function in VIEWS or function in KEEPS:
            if function in (operator.add, operator.mul) and isinstance(self.types.get(stmt.target), facts.Num):
                self.set(stmt.target, own, own)
            else:
                self.set(stmt.target, reach | own, reach | own)
        else:
            item = self.types.get(stmt.target)
            holds = NONE if isinstance(item, facts.Num) else reach
            self.set(stmt.target, own, own | holds)
