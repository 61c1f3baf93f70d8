"""Values that a program hands on although some path does not compute them: there they are None.

In: statements and names.  Out: the statements, with None where a name of these would be undefined.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from s2s import ir

LEFT_OUT = ir.Const(None)
"""The None that a path leaves: none of the user's, and read by nobody who asks whether something is None."""


def define(statements: Sequence[ir.Stmt], names: set[str]) -> list[ir.Stmt]:
    """The statements with None for what some path leaves undefined of these names: the first half hands them on."""
    done = []
    for stmt in reversed(statements):
        if isinstance(stmt, (ir.If, ir.With, ir.Try)):
            done.append(_define_arms(stmt, names))
        elif isinstance(stmt, (ir.For, ir.While)):
            done.append(_define_loop(stmt, names))
        else:
            done.append(stmt)
    return done[::-1]


def _define_loop(stmt: ir.For | ir.While, names: set[str]) -> ir.Stmt:
    """With None for what a carried name begins with.  An iteration may hand on what another name held: that is wanted too."""
    first = 1 if stmt.stops else 0
    rows = list(zip(stmt.carried, stmt.results, stmt.body.yields[first:], strict=True))
    known = -1
    while len(names) > known:  # what the body hands on may be what the last iteration left
        known = len(names)
        wanted = {carried for carried, result, _ in rows if not names.isdisjoint((carried, result))}
        names.update(name for carried, _, atom in rows if carried in wanted for name in ir.variables(atom))
        statements = define(stmt.body.statements, names)
    ends = [_filled(atom, carried in wanted, names) for carried, _, atom in rows]
    inits = tuple(_filled(init, name in wanted, names) for init, name in zip(stmt.inits, stmt.carried, strict=True))
    body = ir.Block(tuple(statements), (*stmt.body.yields[:first], *ends))
    return replace(stmt, inits=inits, body=body)


def _define_arms(stmt: ir.If | ir.With | ir.Try, names: set[str]) -> ir.Stmt:
    def filled(block: ir.Block) -> ir.Block:
        yields = tuple(
            _filled(atom, name in names, names) for atom, name in zip(block.yields, stmt.results, strict=True)
        )
        return ir.Block(tuple(define(block.statements, names)), yields)

    return ir.map_blocks(stmt, filled)


def _filled(atom: ir.Atom, wanted: bool, names: set[str]) -> ir.Atom:
    if wanted and atom == ir.UNDEFINED:
        return LEFT_OUT
    if wanted:
        names.update(ir.variables(atom))
    return atom
