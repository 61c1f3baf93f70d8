"""Arrays that each iteration of a loop makes anew are made once, in front of it.

    for t in range(steps):                  row = np.empty(n)
        row = np.empty(n)                   for t in range(steps):
        for i in range(n):         =>           for i in range(n):
            row[i] = u[i] * c                       row[i] = u[i] * c
        ...                                     ...

In: a program of loop nests.  Out: one whose loops carry such arrays from one iteration to the next; `emit` sees that they are
written in place.  Only an array that nobody holds when the iteration is over, and whose lengths are surely not below 0, is made
before.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from s2s import facts, ir
from s2s.lower.assuming import Assumption
from s2s.lower.counting import bound
from s2s.lower.fusing import renamed
from s2s.lower.hoisting import hoisted
from s2s.lower.passing import Pass
from s2s.primitives import STORES
from s2s_runtime import systems

Types = Mapping[str, facts.Type]
READING = {operator.matmul, np.dot, np.copy, np.shape, len, np.linalg.solve, np.linalg.inv, np.linalg.det, np.linalg.cholesky,
           np.linalg.slogdet, np.linalg.eigh, np.linalg.eigvalsh, np.linalg.svd, np.linalg.qr, systems.lu_factor, systems.lu_solve,
           systems.lu_solve_transposed, systems.solve_lower, systems.solve_upper}  # fmt: skip
"""Functions whose results hold nothing of their operands."""


def made_once(function: ir.Function, assumption: Assumption) -> ir.Function:
    """The function with arrays made before loops, as far out as their lengths are known."""
    return Buffers(function, assumption).run()


class Buffers(Pass):
    """One function's arrays being moved."""

    def while_loop(self, stmt: ir.While) -> Sequence[ir.Stmt]:
        return self.loop(stmt)

    def loop(self, stmt: ir.For | ir.While) -> Sequence[ir.Stmt]:
        """A loop with what stands before it now."""
        if isinstance(stmt, ir.For) and stmt.slots:
            return [stmt]
        own = {*bound(stmt), *(name for one in stmt.body.statements for name in ir.binds(one))}
        changing = own.difference(stmt.results)
        before, rest = hoisted(stmt.body.statements, {*stmt.carried, *([stmt.index] if isinstance(stmt, ir.For) else [])}, sure=False)
        stmt = replace(stmt, body=replace(stmt.body, statements=tuple(rest)))
        if isinstance(stmt, ir.For) and stmt.parallel:  # iterations at the same time have arrays of their own
            return [*before, stmt]
        changing.difference_update(name for one in before for name in ir.binds(one))
        for one in rest:
            if isinstance(one, ir.Let) and one.value.function is np.empty and self.may_move(one, changing):
                end = last_version(stmt.body, one.target, self.builder.types)
                if end is not None:
                    before.append(one)
                    stmt = self.carrying(stmt, one, end)
        return [*before, stmt]

    def may_move(self, let: ir.Let, changing: set[str]) -> bool:
        """Whether an array can be made before a loop."""
        (shape,) = let.value.args
        lengths = shape.items if isinstance(shape, ir.Pack) else (shape,)
        return changing.isdisjoint(ir.variables(shape)) and all(map(self.builder.ranges.is_surely_count, lengths))

    def carrying(self, stmt: ir.For | ir.While, let: ir.Let, end: str) -> ir.For | ir.While:
        """The loop with one array more that it carries."""
        builder, types = self.builder, self.builder.types
        argument, result = (builder.fresh(builder.hints.get(let.target, ""), types.get(let.target)) for _ in range(2))
        statements = tuple(one for one in stmt.body.statements if let.target not in ir.binds(one))
        body = renamed(ir.Block(statements, (*stmt.body.yields, ir.Var(end))), {let.target: argument})
        return replace(
            stmt, body=body, carried=(*stmt.carried, argument.name), inits=(*stmt.inits, ir.Var(let.target)),
            results=(*stmt.results, result.name),
        )  # fmt: skip


def last_version(block: ir.Block, name: str, types: Types) -> str | None:
    """The name that an array has at the end of a block after all stores into it; None if something else holds it then."""
    end = followed(block, name, types)
    return None if end is None or end in ir.variables(ir.Pack(tuple, block.yields)) else end


def followed(block: ir.Block, name: str, types: Types) -> str | None:
    """The last version of an array in a block; None where something is done with it besides reading and storing numbers."""
    older: set[str] = set()
    for stmt in block.statements:
        free = ir.free(ir.Block((stmt,)))
        if not older.isdisjoint(free):
            return None
        if name not in free:
            continue
        after = next_version(stmt, name, types)
        if after is None:
            return None
        if after != name:
            older.add(name)
            name = after
    return None if not older.isdisjoint(ir.variables(ir.Pack(tuple, block.yields))) else name


def next_version(stmt: ir.Stmt, name: str, types: Types) -> str | None:
    """What a version of an array is called behind a statement that uses it."""
    match stmt:
        case ir.Let():
            return behind_let(stmt, name, types)
        case ir.For() | ir.While():
            places = [k for k, init in enumerate(stmt.inits) if name in ir.variables(init)]
            if not places:
                return name if all(only_read(inner, name, types) for inner in ir.blocks(stmt)) else None
            own = stmt.carried[places[0]]
            if len(places) > 1 or stmt.inits[places[0]] != ir.Var(name) or any(name in ir.free(inner) for inner in ir.blocks(stmt)):
                return None
            if isinstance(stmt, ir.While) and not only_read(stmt.test, own, types):
                return None
            end = followed(stmt.body, own, types)
            at = places[0] + stmt.stops
            yields = [atom for k, atom in enumerate(stmt.body.yields) if k != at]
            fine = end is not None and stmt.body.yields[at] == ir.Var(end) and end not in ir.variables(ir.Pack(tuple, tuple(yields)))
            return stmt.results[places[0]] if fine else None
        case ir.If():
            return behind_branch(stmt, name, types)
    return None


def behind_let(stmt: ir.Let, name: str, types: Types) -> str | None:
    function, args = stmt.value.function, stmt.value.args
    others = {used for atom in (*args[1:], *(value for _, value in stmt.value.kwargs)) for used in ir.variables(atom)}
    fact = types.get(stmt.target)
    if function in STORES and len(args) == 3 and args[0] == ir.Var(name) and name not in others:
        return stmt.target
    number = isinstance(fact, facts.Num) and fact.shape == ()
    return name if function in READING or (function is operator.getitem and name not in others and number) else None


def behind_branch(stmt: ir.If, name: str, types: Types) -> str | None:
    """Each arm hands the array on at the same place, or both only read it."""
    if all(only_read(arm, name, types) for arm in ir.blocks(stmt)):
        return name
    ends = [followed(arm, name, types) for arm in ir.blocks(stmt)]
    pair = tuple(ir.Var(end or "") for end in ends)
    places = [k for k, atoms in enumerate(zip(stmt.then.yields, stmt.other.yields, strict=True)) if atoms == pair]
    if None in ends or len(places) != 1:
        return None
    for arm in ir.blocks(stmt):
        left = [atom for k, atom in enumerate(arm.yields) if k != places[0]]
        if set(ends) & set(ir.variables(ir.Pack(tuple, tuple(left)))):
            return None
    return stmt.results[places[0]]


def only_read(block: ir.Block, name: str, types: Types) -> bool:
    """Whether a block only reads numbers of an array."""
    return name not in ir.variables(ir.Pack(tuple, block.yields)) and followed(block, name, types) == name
