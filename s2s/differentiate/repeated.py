"""Reads that an inner loop repeats: what they find is the same in each of its iterations, and may be recorded in front of it.

    for k in range(n - 1):
        for i in range(k + 1, n):
            A[i] -= A[i, k] * A[k]        =>        A[k] is recorded for each k, and not for each k and i

In: the outermost loop of a nest.  Out: for reads in loops inside of it, the same read of what the inner loop begins with.  No store
of the inner loop may meet it, and what is read in front of the loop has to be there, also if the loop, or the branch with the read,
is not gone through.
"""

from __future__ import annotations

import operator
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from s2s import facts, ir
from s2s.differences import ZERO, Bounds
from s2s.differentiate.lasting import Access, History, Lasting, Loop, place_of
from s2s.differentiate.nested import bound_inside

Pair = tuple[ir.Atom, ir.Atom]


@dataclass(frozen=True)
class Repeated:
    """A read in a loop, by its name, and the same one of what the loop begins with."""

    loop: ir.For
    name: str
    value: ir.Apply
    origin: ir.Origin | None


def repeated(found: Lasting) -> Iterator[Repeated]:
    """The reads that inner loops repeat."""
    unequal = dict(_unequal(found, found.loop.body, ()))
    for loop in _loops(found.loop.body):
        inside = bound_inside(loop.body.statements) | {loop.index, *loop.carried}
        for carried, init in zip(loop.carried, loop.inits, strict=True):
            history = found.history(carried, loop) if isinstance(init, ir.Var) else None
            if history is not None and history.stores:
                yield from _of(found, loop, history, init, inside, unequal)


def _of(
    found: Lasting, loop: ir.For, history: History, init: ir.Atom, inside: set[str], unequal: Mapping[str, Sequence[Pair]]
) -> Iterator[Repeated]:
    """The reads of one array that a loop carries."""
    path = found.times[loop.carried[0]].loops
    for name, (stmt, _) in found.bound.items():
        if not isinstance(stmt, ir.Let) or stmt.value.function is not operator.getitem or found.times[name].loops[: len(path)] != path:
            continue
        read = found.read(stmt, history)
        if read is None or not inside.isdisjoint(ir.variables(ir.Pack(tuple, read.parts))):
            continue
        there = any(one is stmt for one in loop.body.statements) and _goes_round(found, path)
        if (there or _is_on(found, read, init, path)) and all(
            _apart(found, read, found.store(store), path, unequal.get(store, ())) for store in history.stores
        ):
            yield Repeated(loop, name, ir.Apply(operator.getitem, (init, place_of(read.parts))), stmt.origin)


def _loops(block: ir.Block) -> Iterator[ir.For]:
    """The loops over ranges in a block, nested ones too."""
    for stmt in block.statements:
        if isinstance(stmt, ir.For) and not stmt.slots and stmt.carried:
            yield stmt
        for inner in ir.blocks(stmt):
            yield from _loops(inner)


def _unequal(found: Lasting, block: ir.Block, known: tuple[Pair, ...]) -> Iterator[tuple[str, tuple[Pair, ...]]]:
    """For each name, the whole numbers that are not the same where it gets its value, as branches around it say."""
    for stmt in block.statements:
        yield from ((name, known) for name in ir.binds(stmt))
        arms = [known for _ in ir.blocks(stmt)]
        if isinstance(stmt, ir.If):
            test, _ = found.bound.get(getattr(stmt.test, "name", ""), (None, 0))
            if isinstance(test, ir.Let) and test.value.function in (operator.eq, operator.ne):
                first, second = test.value.args
                arms[1 if test.value.function is operator.eq else 0] = (*known, (first, second))
        for inner, more in zip(ir.blocks(stmt), arms, strict=True):
            yield from _unequal(found, inner, more)


# ------------------------------------------------------------------------------------------------------------------ proofs
def _bounded(found: Lasting, loops: Sequence[Loop]) -> tuple[Bounds, dict[int, Hashable]]:
    """What these loops say of their indices."""
    bounds, nodes = Bounds(), {id(loop): id(loop) for loop in loops}
    for loop in loops:
        found.bound_index(loop, nodes, bounds)
    return bounds, dict(nodes)


def _goes_round(found: Lasting, path: Sequence[Loop]) -> bool:
    """Whether the last of these loops has an iteration, surely."""
    bounds, nodes = _bounded(found, path[:-1])
    loop = path[-1]
    assert isinstance(loop, ir.For)
    start, stop = (found.linear(bound, nodes, bounds) for bound in loop.bounds[:2])
    if loop.bounds[2] == ir.Const(1):
        return bounds.less(start, stop)
    return loop.bounds[2] == ir.Const(-1) and bounds.less(stop, start)


def _is_on(found: Lasting, read: Access, init: ir.Atom, path: Sequence[Loop]) -> bool:
    """Whether the places that are read are surely there: slices always are."""
    fact = found.builder.type_of(init)
    shape = fact.shape if isinstance(fact, facts.Num) else None
    if shape is None or len(read.parts) > len(shape) or not all(map(found.is_place, read.parts)):
        return False
    bounds, nodes = _bounded(found, path[:-1])
    for part, dim in zip(read.parts, shape, strict=False):
        if ir.slice_parts(part) is not None:
            continue
        place = found.linear(part, nodes, bounds)
        if place is None or dim.varies or not bounds.implies((ZERO, 0), place) or not bounds.less(place, bounds.length(dim)):
            return False
    return True


def _apart(found: Lasting, read: Access, store: Access, path: Sequence[Loop], unequal: Sequence[Pair]) -> bool:
    """Whether a store in a loop never meets what is read there, whichever iterations of it both are in."""
    bounds, nodes = _bounded(found, [*path[:-1], *store.loops[len(path) - 1 :]])
    for one, other in zip(read.parts, store.parts, strict=False):
        if not (found.is_place(one) and found.is_place(other)):
            return False  # which axis comes next is not certain
        mine, theirs = found.stretch(one, nodes, bounds), found.stretch(other, nodes, bounds)
        if mine is None or theirs is None:
            continue
        if bounds.less(mine[1], theirs[0]) or bounds.less(theirs[1], mine[0]):
            return True
        if mine[0] == mine[1] and theirs[0] == theirs[1] and any(
            {found.linear(a, nodes, bounds), found.linear(b, nodes, bounds)} == {mine[0], theirs[0]} for a, b in unequal
        ):
            return True
    return False
