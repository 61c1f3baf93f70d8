"""A program of loop nests that looks at every index before it is used, also at those that are proved to lie on their axes.

    s = s + x[i + 1]     =>     s = s + x[checked(i + 1, x.shape[0], 3)]

In: a function of loop nests.  Out: the same, and what each number stands for: the user's place, the array, the axis.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from s2s import facts, ir
from s2s.lower.counting import newest
from s2s.primitives import STORES
from s2s_runtime import loops


@dataclass(frozen=True)
class Looked:
    """A place where an index is looked at; `array` is the word for what is indexed."""

    origin: ir.Origin | None
    array: str
    axis: int


def bounded(function: ir.Function) -> tuple[ir.Function, tuple[Looked, ...]]:
    """The function that looks at its indices, and the places where it does, by number."""
    bounds = Bounds(function)
    body = bounds.block(function.body)
    return replace(function, body=body, types=bounds.types), tuple(bounds.looked)


class Bounds:
    """One function whose indices are looked at."""

    def __init__(self, function: ir.Function) -> None:
        self.types, self.hints, self.number = dict(function.types), function.hints, newest(function)
        self.looked: list[Looked] = []
        self.counted: dict[str, int] = {}

    def fresh(self, fact: facts.Type) -> ir.Var:
        self.number += 1
        self.types[f"#{self.number}"] = fact
        return ir.Var(f"#{self.number}")

    def block(self, block: ir.Block) -> ir.Block:
        return replace(block, statements=tuple([one for stmt in block.statements for one in self.statement(stmt)]))

    def statement(self, stmt: ir.Stmt) -> Sequence[ir.Stmt]:
        match stmt:
            case ir.Let() if stmt.value.function is loops.place:
                self.counted[stmt.target] = len(self.looked)
                args = (*stmt.value.args, ir.Const(len(self.looked)))
                self.looked.append(Looked(stmt.origin, "", 0))
                return [replace(stmt, value=ir.Apply(loops.checked_place, args))]
            case ir.Let() if stmt.value.function is operator.getitem or stmt.value.function in STORES:
                return self.let(stmt)
            case ir.If():
                return [replace(stmt, then=self.block(stmt.then), other=self.block(stmt.other))]
            case ir.For() | ir.With():
                return [replace(stmt, body=self.block(stmt.body))]
            case ir.While():
                return [replace(stmt, test=self.block(stmt.test), body=self.block(stmt.body))]
            case ir.Try():
                handlers = tuple((kind, self.block(block)) for kind, block in stmt.handlers)
                return [replace(stmt, body=self.block(stmt.body), handlers=handlers)]
            case _:
                return [stmt]

    def let(self, stmt: ir.Let) -> Sequence[ir.Stmt]:
        """A read or a store: each integer of its index is looked at."""
        array, index, *rest = stmt.value.args
        fact = self.types.get(array.name) if isinstance(array, ir.Var) else None
        parts = ir.index_parts(index)
        along = rest[1] if len(rest) > 1 else ir.Const(())
        if not isinstance(fact, facts.Num) or fact.shape is None or along != ir.Const(()) or not parts:
            return [stmt]
        if any(part in (ir.Const(None), ir.Const(...)) for part in parts):
            return [stmt]
        before: list[ir.Stmt] = []
        shape = self.fresh(facts.Record(tuple, (facts.INT,) * len(fact.shape)))
        before.append(ir.Let(shape.name, ir.Apply(np.shape, (array,))))
        found = [self.part(part, array, axis, shape, stmt.origin, before) for axis, part in enumerate(parts)]
        if found == list(parts):
            return [stmt]
        now = ir.Pack(tuple, tuple(found)) if isinstance(index, ir.Pack) or len(found) > 1 else found[0]
        return [*before, replace(stmt, value=replace(stmt.value, args=(array, now, *rest)))]

    def part(
        self, part: ir.Atom, array: ir.Atom, axis: int, shape: ir.Var, origin: ir.Origin | None, before: list[ir.Stmt]
    ) -> ir.Atom:
        """A part of an index that is looked at if it is an integer."""
        fact = self.types.get(part.name) if isinstance(part, ir.Var) else None
        written = isinstance(part, ir.Const) and type(part.value) is int
        if not written and not (isinstance(fact, facts.Num) and fact.shape == () and fact.dtype is not None and fact.dtype.kind in "iu"):
            return part
        assert isinstance(array, ir.Var)
        word = self.hints.get(array.name, "").removesuffix("_bar").removesuffix("_dot")
        number = self.counted.get(part.name) if isinstance(part, ir.Var) else None
        if number is not None:
            if not self.looked[number].array:
                self.looked[number] = Looked(origin or self.looked[number].origin, word, axis)
            return part
        length, seen = self.fresh(facts.INT), self.fresh(facts.INT)
        before.append(ir.Let(length.name, ir.Apply(operator.getitem, (shape, ir.Const(axis)))))
        args = (part, length, ir.Const(len(self.looked)))
        before.append(ir.Let(seen.name, ir.Apply(loops.checked, args)))
        self.looked.append(Looked(origin, word, axis))
        return seen
