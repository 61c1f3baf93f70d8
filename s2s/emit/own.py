"""Copies before loops, so that what a loop updates is its own and can be updated in place.

    for i in range(n):                      u = u.copy()
        u = u.copy()               =>       for i in range(n):
        u[i] = 0.0                              u[i] = 0.0

In: a function and the variables of its names.  Out: the function with copies in front of outermost loops, for what they
update and cannot update in place otherwise: an argument, or something that is read after the loop as it was before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from s2s import facts, ir
from s2s.emit.names import IN_PLACE, Names
from s2s.emit.owners import moves, walk
from s2s.emit.undefined import maybe_undefined
from s2s.sweep import sweep_block
from s2s_runtime import projection, tree


def owned(function: ir.Function, names: Names, done: set[str]) -> ir.Function | None:
    """The function with more copies; None if there is nothing to copy.  `done` has what is copied already."""
    work = Copies(function, names, done)
    body = sweep_block(work.block(function.body))
    return replace(function, body=body, types=work.types, hints=work.hints) if work.made else None


class Copies:
    """The copies of one function."""

    def __init__(self, function: ir.Function, names: Names, done: set[str]) -> None:
        self.names, self.done = names, done
        self.types, self.hints = dict(function.types), dict(function.hints)
        self.definitions = {s.target: s.value for s in walk(function.body) if isinstance(s, ir.Let)}
        self.made = 0
        self.absent = may_be_none(function, self.definitions) | maybe_undefined(function.body)

    def block(self, block: ir.Block) -> ir.Block:
        statements: list[ir.Stmt] = []
        for stmt in block.statements:
            statements += self.statement(stmt)
        return replace(block, statements=tuple(statements))

    def statement(self, stmt: ir.Stmt) -> Sequence[ir.Stmt]:
        return self.loop(stmt) if isinstance(stmt, (ir.For, ir.While)) else [ir.map_blocks(stmt, self.block)]

    def loop(self, stmt: ir.For | ir.While) -> list[ir.Stmt]:
        """A copy per carried name whose updates would each make one."""
        copied = {
            self.names.find(inner.target)
            for inner in walk(stmt.body)
            if isinstance(inner, ir.Let)
            and inner.value.function in IN_PLACE
            and isinstance(self.types.get(inner.target), facts.Num)
            and not self.names.in_place(inner.target, inner.value)
        }
        lets: list[ir.Stmt] = []
        inits = list(stmt.inits)
        for k, name in enumerate(stmt.carried):
            if self.names.find(name) in copied and name not in self.done and inits[k] != ir.UNDEFINED:
                self.done.add(name)
                let = self.copy(name, inits[k], stmt.origin)
                lets.append(let)
                inits[k] = ir.Var(let.target)
        return [*lets, replace(stmt, inits=tuple(inits))]

    def copy(self, name: str, init: ir.Atom, origin: ir.Origin | None) -> ir.Let:
        """What a carried name begins with, as memory of its own."""
        self.made += 1
        target = f"{name}'"
        if name in self.types:
            self.types[target] = self.types[name]
        if name in self.hints:
            self.hints[target] = self.hints[name]
        copy = tree.copy if isinstance(init, ir.Var) and init.name in self.absent else np.copy
        return ir.Let(target, self.full(init) or ir.Apply(copy, (init,)), None)

    def full(self, init: ir.Atom) -> ir.Apply | None:
        """A number spread over a shape is written into new memory at once."""
        spread = self.definitions.get(init.name) if isinstance(init, ir.Var) else None
        if spread is None or spread.function is not np.broadcast_to or spread.kwargs:
            return None
        number, shape = spread.args
        fact = self.types.get(number.name) if isinstance(number, ir.Var) else None
        whole = self.types.get(init.name) if isinstance(init, ir.Var) else None
        if not (isinstance(fact, facts.Num) and fact.shape == () and isinstance(whole, facts.Num)):
            return None
        return ir.Apply(np.full, (shape, number)) if fact.dtype == whole.dtype == np.float64 else None


def may_be_none(function: ir.Function, definitions: Mapping[str, ir.Apply]) -> set[str]:
    """The names that are None on a path where what they are the cotangent of is undefined."""
    made = (tree.zeros_like, tree.float_zeros_like, projection.like)
    found = {name for name, value in definitions.items() if value.function in made}
    flows = list(moves(function.body))
    none = ir.Const(None)
    while more := {n for n, atom in flows if atom == none or (isinstance(atom, ir.Var) and atom.name in found)} - found:
        found |= more
    return found
