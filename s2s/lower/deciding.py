"""Which values a program decides by: where their last place is another one, it may go another way.

In: a program of loop nests.  Out: the names that a test, an index, a bound or a function that is not smooth is given, and those
that these are computed from, through arrays, loops and branches.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator

import numpy as np

from s2s import ir
from s2s.emit.owners import moves, walk
from s2s.lower.elementary import KERNELS
from s2s.lower.using import SIZES, names_of
from s2s.primitives import MAKERS, STORES
from s2s_runtime import loops

SMOOTH = {
    operator.add, operator.sub, operator.mul, operator.neg, operator.truediv, operator.pow, np.divide, np.sqrt, np.copy,
    operator.matmul, np.dot, loops.plus, loops.reciprocal, *KERNELS, *KERNELS.values(),
}  # fmt: skip
"""Functions that give nearly the same for what is nearly the same."""


def deciding(function: ir.Function) -> set[str]:
    """The names of a function that its way depends on."""
    sources: dict[str, set[str]] = {}
    pending: list[str] = []
    for stmt in walk(function.body):
        pending += tested(stmt)
        if isinstance(stmt, ir.Let):
            sources.setdefault(stmt.target, set()).update(passed_on(stmt))
    for name, atom in moves(function.body):
        sources.setdefault(name, set()).update(ir.variables(atom))
    found = set(pending)
    while pending:
        new = sources.get(pending.pop(), set()) - found
        found |= new
        pending += new
    return found


def tested(stmt: ir.Stmt) -> Iterable[str]:
    """The names that a statement itself decides by."""
    match stmt:
        case ir.Let():
            return set(ir.reads(stmt.value)).difference(passed_on(stmt)) if stmt.value.function not in SIZES else ()
        case ir.If():
            return names_of((stmt.test,))
        case ir.For():
            return names_of((*stmt.bounds, *stmt.body.yields[: stmt.stops]))
        case ir.While():
            return names_of((*stmt.test.yields, *stmt.body.yields[: stmt.stops]))
    return ir.free(ir.Block((stmt,)))


def passed_on(stmt: ir.Let) -> Iterator[str]:
    """The names whose values are in that of a statement, as they are or by a smooth function."""
    function, args = stmt.value.function, stmt.value.args
    if function in STORES and len(args) == 3:
        yield from names_of((args[0], args[2]))
    elif function is operator.getitem:
        yield from names_of(args[:1])
    elif function in SMOOTH and function not in MAKERS:
        yield from ir.reads(stmt.value)
