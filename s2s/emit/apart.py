"""Which results of a function may share memory with its arguments, or with one another.

In: a function.  Out: whether that is so of each result.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from s2s import ir
from s2s.emit.live import Liveness
from s2s.emit.owners import EXTERNAL, Owners


def all_apart(function: ir.Function) -> bool:
    """Whether no result of a function shares memory with an argument, or with another result, or has two parts that do."""
    return not any(sharing(function))


def sharing(function: ir.Function) -> list[bool]:
    """For each result, whether it may share memory with an argument, or with a result before it, or has two parts that do."""
    liveness = Liveness({})
    liveness.bind_all([parameter.name for parameter in function.parameters], liveness.block(function.body, 0))
    owners = Owners(function, liveness)
    found, before = [], frozenset({EXTERNAL})
    for atom in leaves(function.body.yields[0]):
        reached = owners.reach_of(atom)
        found.append(not reached.isdisjoint(before) or (isinstance(atom, ir.Var) and owners.is_tangled(atom)))
        before |= reached
    return found


def given_apart(function: ir.Function) -> bool:
    """The same of a function that is called without its seed, which is the number 1 then."""
    return all_apart(replace(function, parameters=tuple([one for one in function.parameters if one.default is None])))


def leaves(atom: ir.Atom) -> Iterator[ir.Atom]:
    if isinstance(atom, ir.Pack):
        for item in atom.items:
            yield from leaves(item)
    else:
        yield atom
