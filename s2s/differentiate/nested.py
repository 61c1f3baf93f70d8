"""What statements bind, those nested in them included."""

from __future__ import annotations

from collections.abc import Iterable

from s2s import ir


def bound_inside(statements: Iterable[ir.Stmt]) -> set[str]:
    """All names bound by statements, nested ones included."""
    names: set[str] = set()
    for stmt in statements:
        names.update(ir.binds(stmt))
        if isinstance(stmt, ir.For):
            names.update((stmt.index, *stmt.carried))
        elif isinstance(stmt, ir.While):
            names.update(stmt.carried)
        for block in ir.blocks(stmt):
            names |= bound_inside(block.statements)
    return names
