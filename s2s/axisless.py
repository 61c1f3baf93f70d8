"""What has no axes: whether it is an array or a number; reads and stores of all of a number, which cannot be indexed.

    g[()] => g        g[...] => np.array(g)        index_set(g, (), v) => v        index_add(g, ..., v) => g + v

In: a value that is known to be a number, and not an array without axes, an index, a value.  Out: the number that is read or
left.  The cotangent of an array without axes is a number often, so what is stored into it needs no array.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from s2s import facts, ir
from s2s.infer import ELEMENTWISE
from s2s.primitives import BOXING, UNBOXED
from s2s_runtime import kernels

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


def boxed(
    application: ir.Apply, fact: facts.Type | None, type_of: Callable[[ir.Atom], facts.Type | None]
) -> facts.Type | None:
    """The type of a result, marked if it may be an array without axes: of a function that gives arrays, or gives back what it is given.

    Of an array without axes, only what works entry by entry is sure to make a number.
    """
    if not isinstance(fact, facts.Num) or fact.shape != () or fact.weak is True or not application.args:
        return fact
    function, first = application.function, type_of(application.args[0])
    number = isinstance(first, facts.Num) and first.shape == () and first.weak is False and not first.boxed
    if function in UNBOXED and number:
        return fact
    reads = function in (operator.getitem, kernels.stored)
    whole = reads and any(part == ir.Const(Ellipsis) for part in ir.index_parts(application.args[1]))
    viewed = isinstance(first, facts.Num) and first.boxed and function not in ELEMENTWISE and function is not operator.getitem
    given = function is operator.getitem and not isinstance(first, facts.Num)
    return replace(fact, boxed=True) if function in BOXING or whole or viewed or given else fact
