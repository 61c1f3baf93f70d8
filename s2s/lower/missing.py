"""Names that may have no value: a branch that was not taken binds nothing, and Python does not mind until it is read.

In: functions that share their names.  Out: the names that may be undefined, or None where numbers stand otherwise.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable

from s2s import facts, ir
from s2s.emit.owners import moves, walk
from s2s.primitives import STORES
from s2s_runtime import containers, projection, tree

PASSING = {containers.append, tree.copy, tree.add, tree.zeros_like, projection.like, projection.retyped, projection.unlike, *STORES}
"""Functions that give nothing where they are given nothing, or are never run on it."""


def missing(functions: Iterable[ir.Function], also: Iterable[str] = ()) -> frozenset[str]:
    """The names that may have no value; `also`: some that are known to be so."""
    flows: list[tuple[str, ir.Atom]] = []
    found = set(also)
    for function in functions:
        flows += moves(function.body)
        for stmt in walk(function.body):
            if isinstance(stmt, ir.Let) and (stmt.value.function in PASSING or takes_item(function, stmt.value)):
                flows += [(stmt.target, arg) for arg in stmt.value.args if isinstance(arg, ir.Var)]
        found.update(name for name, atom in flows if is_nothing(function, name, atom))
    while more := {name for name, atom in flows if isinstance(atom, ir.Var) and atom.name in found} - found:
        found |= more
    return frozenset(found)


def takes_item(function: ir.Function, application: ir.Apply) -> bool:
    """Whether an application gives an item of a list."""
    base = application.args[0] if application.function is operator.getitem else None
    return isinstance(base, ir.Var) and not isinstance(function.types.get(base.name), facts.Num)


def is_nothing(function: ir.Function, name: str, atom: ir.Atom) -> bool:
    return atom == ir.UNDEFINED or (atom == ir.Const(None) and isinstance(function.types.get(name), facts.Num))
