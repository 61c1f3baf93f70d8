"""Names in a program: how often each is read, which arrays a statement changes, which number is free."""

from __future__ import annotations

import operator
from collections import Counter

from s2s import ir
from s2s.emit.owners import walk
from s2s.primitives import STORES


def count_uses(block: ir.Block) -> Counter[str]:
    """How often each name is read."""
    found: Counter[str] = Counter()
    for atom in block.yields:
        found.update(ir.variables(atom))
    for stmt in block.statements:
        for atom in ir.operands(stmt):
            found.update(ir.variables(atom))
        for inner in ir.blocks(stmt):
            found.update(count_uses(inner))
    return found


def count_items(block: ir.Block) -> Counter[str]:
    """How often an item of each name, or its length, is read."""
    lets = (stmt for stmt in walk(block) if isinstance(stmt, ir.Let) and stmt.value.function in (operator.getitem, len))
    return Counter(stmt.value.args[0].name for stmt in lets if isinstance(stmt.value.args[0], ir.Var))


def changes(stmt: ir.Stmt) -> set[str]:
    """The arrays that a statement may write over, if nobody reads them afterwards."""
    if isinstance(stmt, ir.Let) and stmt.value.function in STORES:
        return set(ir.variables(stmt.value.args[0]))
    if isinstance(stmt, (ir.For, ir.While)):
        return {name for init in stmt.inits for name in ir.variables(init)}
    return set()


def newest(function: ir.Function) -> int:
    """The highest number of a name that anything is known of, or that is bound."""
    own = (name for stmt in walk(function.body) for name in bound(stmt))
    names = (*function.types, *function.hints, *own, *(parameter.name for parameter in function.parameters))
    return max((int(name[1:]) for name in names), default=0)


def bound(stmt: ir.Stmt) -> list[str]:
    """The names that a statement binds, those of its own blocks aside."""
    names = [*ir.binds(stmt), *(stmt.carried if isinstance(stmt, (ir.For, ir.While)) else ())]
    return [*names, stmt.index] if isinstance(stmt, ir.For) else names
