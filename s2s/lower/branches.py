"""Branches on one test become one branch.

    if m[i]:                                 if m[i]:
        t = x[i] ** 2                            z[i] = x[i] ** 2 + c[i]
    else:                                        w[i] = 1.0
        t = 0.0                      =>
    u = c[i]
    if m[i]:
        z[i] = t + u
        w[i] = 1.0

In: a program of loop nests.  Out: one that computes the same.  The first branch goes to the second one, if nothing between them reads what
it gives, or the second one to the first, if it reads nothing that is computed between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from s2s import ir
from s2s.lower.fusing import renamed
from s2s.primitives import is_pure


def joined_branches(function: ir.Function) -> ir.Function:
    """The function with one branch where several on one test stand in a block."""
    return replace(function, body=joined(function.body))


def joined(block: ir.Block) -> ir.Block:
    """A block, from the inside to the outside."""
    done: list[ir.Stmt] = []
    for stmt in block.statements:
        if not isinstance(stmt, ir.If) or not put(done, stmt):
            done.append(stmt)
    return ir.Block(tuple([ir.map_blocks(stmt, joined) for stmt in done]), block.yields)


def put(done: list[ir.Stmt], second: ir.If) -> bool:
    """Whether a branch was put together with the last one on its test among what is done."""
    place = next((k for k in reversed(range(len(done))) if isinstance(done[k], ir.If) and done[k].test == second.test), None)  # type: ignore[union-attr]
    if place is None:
        return False
    first, between = done[place], done[place + 1 :]
    assert isinstance(first, ir.If)
    if not all(map(may_be_passed, between)):
        return False
    made = {name for stmt in between for name in ir.binds(stmt)}
    if reads_none(between, set(first.results)):
        done[place:] = [*between, both(first, second)]
    elif made.isdisjoint(ir.free(ir.Block((second,)))):
        done[place:] = [both(first, second), *between]
    else:
        return False
    return True


def may_be_passed(stmt: ir.Stmt) -> bool:
    """Whether it does not matter if a statement is computed before another one or behind it."""
    if isinstance(stmt, ir.If):
        return all(may_be_passed(inner) for block in ir.blocks(stmt) for inner in block.statements)
    return isinstance(stmt, ir.Let) and is_pure(stmt.value.function)


def reads_none(statements: Sequence[ir.Stmt], names: set[str]) -> bool:
    return names.isdisjoint(ir.free(ir.Block(tuple(statements))))


def both(first: ir.If, second: ir.If) -> ir.If:
    """Two branches on one test as one: what the second reads of the first is what that has at the end of the same arm."""
    arms = []
    for one, other in zip(ir.blocks(first), ir.blocks(second), strict=True):
        rest = renamed(other, dict(zip(first.results, one.yields, strict=True)))
        arms.append(ir.Block((*one.statements, *rest.statements), (*one.yields, *rest.yields)))
    return replace(first, then=arms[0], other=arms[1], results=(*first.results, *second.results))
