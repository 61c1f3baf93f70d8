"""Reads and stores of all of a number, which has no axes: there is nothing to index.

    g[()] => g        g[...] => np.array(g)        index_set(g, (), v) => v        index_add(g, ..., v) => g + v

In: a value that is known to be a number, and not an array without axes, an index, a value.  Out: the number that is read or
left.  The cotangent of an array without axes is a number often, so what is stored into it needs no array.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from s2s import facts, ir

if TYPE_CHECKING:
    from s2s.builder import Builder

ALL = (ir.Const(Ellipsis), ir.Const(()))


def is_whole(builder: Builder, x: ir.Atom, index: ir.Atom) -> bool:
    """Whether an index means all of a number."""
    fact = builder.type_of(x)
    return index in ALL and isinstance(fact, facts.Num) and fact.shape == () and not fact.boxed


def left(builder: Builder, number: ir.Atom, value: ir.Atom, adds: bool) -> ir.Atom | None:
    """What stands in place of a number after a store or an addition of another one of its dtype."""
    mine, theirs = builder.type_of(number), builder.type_of(value)
    if not (isinstance(mine, facts.Num) and isinstance(theirs, facts.Num)) or theirs.shape != ():
        return None
    if mine.dtype is None or mine.dtype != theirs.dtype:
        return None
    return builder.apply(operator.add, number, value) if adds else value
