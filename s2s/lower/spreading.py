"""Names that hold a number on one path and an array on another: the number is spread over an array, where that computes the same.

    if k == 0:                              if k == 0:
        lower = 0.0                             lower = spread(0.0)         as many entries as the other arm's
    else:                          =>       else:
        lower = c * w[k]                        lower = c * w[k]
    x = y - lower * z                       x = y - lower * z

In: a function whose names have types, arrays where numbers flow into arrays.  Out: the function with these numbers spread; None where
what is done with such a name tells an array from a number: a sum over it, its length, its entries.  In an adjoint, what is summed is
the cotangent of the number, whose entries are parts of it then.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.builder import constant_type
from s2s.emit.owners import moves, walk
from s2s.infer import ELEMENTWISE
from s2s.lower.copies import as_function
from s2s.lower.counting import newest
from s2s.primitives import STORES
from s2s.subroutine import Subroutine, called
from s2s_runtime import containers, kernels, loops, projection, tree

PASSING: set[Any] = {tree.zeros_like, np.zeros_like, tree.copy, np.copy, projection.like, kernels.sum_to, np.broadcast_to,
                     containers.append, containers.drop_last, operator.getitem}  # fmt: skip
"""What gives a number for a number, and an array for an array; of lists, an item or another list."""


def with_numbers_spread(function: ir.Function) -> ir.Function | None:
    """The function, and its subroutines, with numbers spread; as it is where there are none."""
    spreading = Spreading(function)
    if not spreading.either:
        return function
    return spreading.function() if spreading.is_alike() else None


class Spreading:
    """One program: `either` has the names that hold a number or an array."""

    def __init__(self, function: ir.Function) -> None:
        self.whole, self.types = function, dict(function.types)
        routines = list(called(function.body))
        self.bodies = [function.body, *(routine.body for routine in routines)]
        self.newest = max(newest(one) for one in (function, *(as_function(function, routine) for routine in routines)))
        self.lets = [stmt for body in self.bodies for stmt in walk(body) if isinstance(stmt, ir.Let)]
        self.flows = [flow for body in self.bodies for flow in moves(body)]
        self.either = {name for name, atom in self.flows if self.is_mixed(name, atom)}
        self.either |= {let.target for let in self.lets if let.value.function is containers.append and self.is_mixed_item(let)}
        self.shapes: set[str] = set()

    def type_of(self, atom: ir.Atom) -> facts.Type | None:
        if isinstance(atom, ir.Const):
            return constant_type(atom.value)
        return self.types.get(atom.name) if isinstance(atom, ir.Var) else None

    def is_mixed(self, name: str, atom: ir.Atom) -> bool:
        """Whether a number flows into the name of an array."""
        fact, own = self.types.get(name), self.type_of(atom)
        return isinstance(fact, facts.Num) and bool(fact.shape) and isinstance(own, facts.Num) and own.shape == ()

    def is_mixed_item(self, let: ir.Let) -> bool:
        listed, own = self.types.get(let.target), self.type_of(let.value.args[1])
        item = listed.item if isinstance(listed, facts.Listing) else None
        return isinstance(item, facts.Num) and bool(item.shape) and isinstance(own, facts.Num) and own.shape == ()

    # ------------------------------------------------------------------------------------------------- what is allowed
    def is_alike(self) -> bool:
        """Whether the program computes the same with numbers spread."""
        while True:
            before = len(self.either) + len(self.shapes)
            self.either.update(name for name, atom in self.flows if isinstance(atom, ir.Var) and atom.name in self.either)
            if not all(map(self.passes, self.lets)):
                return False
            if len(self.either) + len(self.shapes) == before:
                return not any(name in self.either for body in self.bodies for atom in body.yields for name in ir.variables(atom))

    def passes(self, let: ir.Let) -> bool:
        """Follow a statement; whether it does the same with a number and with an array of it."""
        function, args = let.value.function, let.value.args
        read = set(ir.reads(let.value))
        if read.isdisjoint(self.either | self.shapes):
            return True
        first = args[0].name if args and isinstance(args[0], ir.Var) else ""
        if function in ELEMENTWISE or function is tree.add or function is np.where:
            self.note(let, all(name in self.either for name in read if self.is_array(name)))
            return read.isdisjoint(self.shapes)
        if function in (np.shape, getattr) and read <= self.either:
            self.shapes.add(let.target)
            return True
        if function in STORES:
            return first not in self.either and not self.in_index(args[1]) and read.isdisjoint(self.shapes)
        if function is np.sum and not let.value.kwargs and len(args) == 1:
            return getattr(let.origin, "role", "") == "adjoint" and read <= self.either
        if function in PASSING and not isinstance(function, Subroutine):
            self.note(let, bool(self.is_array(let.target) or isinstance(self.types.get(let.target), facts.Listing)))
            listed = isinstance(self.types.get(first), facts.Listing)
            return function is not operator.getitem or (listed and not self.in_index(args[1]))
        return False

    def note(self, let: ir.Let, either: bool) -> None:
        if either and let.target not in self.either:
            self.either.add(let.target)

    def is_array(self, name: str) -> bool:
        fact = self.types.get(name)
        return isinstance(fact, facts.Num) and fact.shape != ()

    def in_index(self, index: ir.Atom) -> bool:
        return not (self.either | self.shapes).isdisjoint(ir.variables(index))

    # ------------------------------------------------------------------------------------------------------ the program
    def function(self) -> ir.Function:
        body = self.block(self.whole.body, ())
        for routine in called(self.whole.body):
            routine.body = self.block(routine.body, ())
        return replace(self.whole, body=body, types=self.types)

    def block(self, block: ir.Block, names: Sequence[str]) -> ir.Block:
        """A block whose last yields become these names."""
        statements: list[ir.Stmt] = []
        for stmt in block.statements:
            if isinstance(stmt, (ir.For, ir.While)):
                inits = self.spread(stmt.carried, stmt.inits, statements)
                body = self.block(stmt.body, stmt.carried)
                statements.append(replace(stmt, inits=tuple(inits), body=body))
            elif isinstance(stmt, ir.Let) and stmt.value.function is containers.append and self.is_mixed_item(stmt):
                listed = self.types[stmt.target]
                item = self.made(stmt.value.args[1], listed.item, statements)  # type: ignore[union-attr, arg-type]
                statements.append(replace(stmt, value=replace(stmt.value, args=(stmt.value.args[0], item))))
            else:
                statements.append(ir.map_blocks(stmt, functools.partial(self.block, names=ir.binds(stmt))))
        first = len(block.yields) - len(names)
        ends = self.spread(names, block.yields[first:], statements)
        return ir.Block(tuple(statements), (*block.yields[:first], *ends))

    def spread(self, names: Sequence[str], atoms: Sequence[ir.Atom], statements: list[ir.Stmt]) -> list[ir.Atom]:
        """Atoms as what names are bound to."""
        pairs = zip(names, atoms, strict=True)
        return [self.made(atom, self.types[name], statements) if self.is_mixed(name, atom) else atom for name, atom in pairs]

    def made(self, atom: ir.Atom, fact: facts.Type, statements: list[ir.Stmt]) -> ir.Var:
        self.newest += 1
        name = f"#{self.newest}"
        self.types[name] = fact
        statements.append(ir.Let(name, ir.Apply(loops.spread, (atom,))))
        return ir.Var(name)
