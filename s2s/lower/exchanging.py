"""Two loops change places where the inner one would go through arrays by columns.

    for j in range(m):                              for k in range(n):
        for k in range(n):                              for j in range(m):
            C[i, j] += A[i, k] * B[k, j]     =>             C[i, j] += A[i, k] * B[k, j]

In: a program of loop nests.  Out: one that computes the same, sums in another order at most.  What stands beside the inner loop
goes to loops of its own before and behind it.  Where that is not possible, as in a triangular solve, it goes along: an iteration
of the outer loop stands at the end of the rows or columns of the triangle that the two loops run through.

    for j in range(n):                              for k in range(n):
        for k in range(j):                              x[k] = x[k] / U[k, k]
            x[j] -= U[k, j] * x[k]           =>         for j in range(k + 1, n):
        x[j] = x[j] / U[j, j]                               x[j] -= U[k, j] * x[k]

Loops are exchanged only where no two accesses that would change their order can be to one entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

from s2s import ir
from s2s.lower.assuming import Assumption
from s2s.lower.fusing import merged
from s2s.lower.nests import Nest, Thread, binding, is_scalar, needed, taken_apart, versions, walked
from s2s.lower.parting import Parting
from s2s.lower.passing import Pass
from s2s.lower.places import Access, Difference, Places, accesses, before, number, together
from s2s.lower.replacing import Extent, Writing, extent_of
from s2s.lower.values import ZERO
from s2s.lower.writing import LoopBuilder
from s2s.primitives import STORES


def exchanged(function: ir.Function, assumption: Assumption) -> ir.Function:
    """The function with loops exchanged, from the inside to the outside."""
    return Exchanging(function, assumption).run()


class Exchanging(Pass):
    """One function's loops being exchanged."""

    def loop(self, stmt: ir.For) -> Sequence[ir.Stmt]:
        """A loop, or what stands for it and an innermost loop in it that went by columns."""
        if stmt.stops or stmt.slots or number(stmt.bounds[2]) is None:
            return [stmt]
        for whole in (self.joined(stmt), stmt):
            for at, one in enumerate(whole.body.statements):
                if isinstance(one, ir.For) and number(one.bounds[2]) is not None and self.is_worth_it(whole, one):
                    with self.builder.scope(), self.builder.block() as statements:
                        done = Exchange(self, whole, at).run()
                    if done:
                        return self.once_more(statements, whole)
        return [stmt]

    def once_more(self, statements: Sequence[ir.Stmt], old: ir.For) -> list[ir.Stmt]:
        """What has been written, with loops exchanged in that; it is known to the builder from now on."""
        for new in walked(statements):
            if isinstance(new, ir.Let):
                self.builder.define(new)
        found: list[ir.Stmt] = []
        for stmt in statements:
            fewer = isinstance(stmt, ir.For) and stmt.bounds == old.bounds and len(stmt.body.statements) < len(old.body.statements)
            found += self.loop(stmt) if fewer and isinstance(stmt, ir.For) else [stmt]
        return found

    def joined(self, stmt: ir.For) -> ir.For:
        """The loop with innermost loops in it made one where they have the same bounds and follow each other."""
        done: list[ir.Stmt] = []
        for one in stmt.body.statements:
            last = done[-1] if done else None
            if isinstance(one, ir.For) and isinstance(last, ir.For) and self.may_join(last, one, stmt):
                done[-1] = merged(last, one)
            else:
                done.append(one)
        return replace(stmt, body=replace(stmt.body, statements=tuple(done)))

    def may_join(self, first: ir.For, second: ir.For, stmt: ir.For) -> bool:
        """Whether an iteration of the second loop may stand before the later ones of the first."""
        if first.bounds != second.bounds or number(first.bounds[2]) not in (1, -1):
            return False
        if any(loop.stops or loop.slots for loop in (first, second)):
            return False
        if any(isinstance(one, (ir.For, ir.While)) for loop in (first, second) for one in loop.body.statements):
            return False
        made = set(first.results)
        handed = [init.name for init in second.inits if isinstance(init, ir.Var) and init.name in made]
        if not ir.free(second.body).isdisjoint(made) or any(is_scalar(self.builder, name) for name in handed):
            return False
        own = {name for one in walked([stmt]) for name in binding(one)}
        places = Places(self.builder, self.around, own)
        roots = {name: name for name in first.carried}
        roots.update(versions(first, roots))
        roots.update((name, first.carried[first.results.index(init.name)]) for name, init in zip(second.carried, second.inits, strict=True)
                     if isinstance(init, ir.Var) and init.name in made)  # fmt: skip
        for inner in second.body.statements:
            roots.update(versions(inner, roots))
        for inner in first.body.statements:
            roots.update(versions(inner, roots))
        one, other = (list(accesses(loop.body.statements, roots, ())) for loop in (first, second))
        early = [replace(access, loops=(stmt, first)) for access in one]
        late = [replace(access, loops=(stmt, second)) for access in other]
        two, one_index = (0, second.index), (1, first.index)
        order: list[Difference] = [(two, one_index, -1) if number(first.bounds[2]) == 1 else (one_index, two, -1)]
        order += together(stmt)
        return all(not a.meets(b) or places.apart(a, b, order) for a, b in product(late, early))

    def is_worth_it(self, stmt: ir.For, inner: ir.For) -> bool:
        """Whether an innermost loop goes by columns, and the one around it would not, somewhere."""
        if any(isinstance(one, (ir.For, ir.While)) for one in walked(inner.body.statements)):
            return False
        if all(isinstance(bound, ir.Const) for bound in stmt.bounds):
            return False
        found = list(accesses(inner.body.statements, {}, ()))
        return any(self.cost([one], inner.index) > 0 == self.cost([one], stmt.index) for one in found)

    def cost(self, found: Sequence[Access], index: str) -> int:
        """How many entries are not beside those of the iteration before, in a loop over an index."""
        made = Made(self.builder, index)
        columns = [one for one in found if any(made.of(part) for part in one.parts[:-1])]
        return sum(2 if one.function in STORES else 1 for one in columns)


class Made:
    """Which numbers are made of an index."""

    def __init__(self, builder: LoopBuilder, index: str) -> None:
        self.builder = builder
        self.known = {index: True}

    def of(self, atom: ir.Atom) -> bool:
        return any(self.name(name) for name in ir.variables(atom))

    def name(self, name: str) -> bool:
        if name not in self.known:
            value = self.builder.definition(ir.Var(name))
            self.known[name] = False
            self.known[name] = value is not None and any(self.name(one) for one in ir.reads(value))
        return self.known[name]


class Exchange:
    """One nest of two loops."""

    def __init__(self, owner: Exchanging, stmt: ir.For, at: int) -> None:
        self.owner, self.builder, self.stmt = owner, owner.builder, stmt
        self.nest = taken_apart(stmt, at, owner.builder)

    def run(self) -> bool:
        """Write the nest anew; False if it stays as it is."""
        nest = self.nest
        if nest is None:
            return False
        self.places = Places(self.builder, self.owner.around, nest.own)
        extent = extent_of(nest, self.places)
        if extent is None or not self.places.at_most(ZERO, extent.least):
            return False
        length = self.builder.shifted(extent.most, 1)
        if not self.builder.ranges.is_surely_count(length):
            length = self.builder.apply(max, length, ZERO)
        Parting(nest, self.builder, self.places, length).run()
        self.found = [nest.accesses(group) for group in range(3)]
        return self.apart(nest, extent) or self.along(nest, extent)

    # ------------------------------------------------------------------------------------------- in loops of their own
    def apart(self, nest: Nest, extent: Extent) -> bool:
        """The groups in loops of their own; the inner loop, in as many nests as there are things that it does."""
        outer = nest.outer
        pairs = [(0, 1), (0, 2), (1, 2)]
        if not all(self.in_order(self.found[late], self.found[early], before(outer)) for early, late in pairs):
            return False
        turned: list[Thread] = []
        for threads in pieces(nest, self.places):
            own = nest.accesses(1, needed(nest.groups[1], [thread.ends[1] for thread in threads]))
            if self.owner.cost(own, outer.index) < self.owner.cost(own, nest.inner.index) and self.may_turn(own, nest):
                turned += threads
        straight = [thread for thread in nest.changing(1) if thread not in turned]
        if not turned:
            return False
        Writing(self.builder, nest, extent, self.places).apart(straight, turned)
        return True

    def may_turn(self, found: Sequence[Access], nest: Nest) -> bool:
        """Whether the two loops may change places."""
        order = [*before(nest.outer, 0), *before(nest.inner, 1)]
        return self.in_order(found, found, order)

    def in_order(self, first: Sequence[Access], second: Sequence[Access], order: Sequence[Difference]) -> bool:
        """Whether accesses that would be the other way round, where they stand in this order now, are never to one entry."""
        return all(not one.meets(other) or self.places.apart(one, other, order) for one, other in product(first, second))

    # --------------------------------------------------------------------------------------------------- going along
    def along(self, nest: Nest, extent: Extent) -> bool:
        """The group behind the inner loop goes along, in the iteration that is the end of its row of a triangle; so does the one before
        the inner loop, unless it can have a loop of its own.
        """
        outer, inner = nest.outer, nest.inner
        if self.owner.cost(self.found[1], inner.index) <= self.owner.cost(self.found[1], outer.index):
            return False
        if inner.bounds[2] != outer.bounds[2]:
            if not self.in_order(self.found[1], self.found[1], [*together(outer), *before(inner)]):
                return False
            nest.inner = replace(inner, bounds=(*inner.bounds[:2], outer.bounds[2]))  # it may go the other way
        if not self.may_turn(self.found[1], nest):
            return False
        alone = all(self.in_order(self.found[late], self.found[0], before(outer)) for late in (1, 2))
        for by, behind, first in product(extent.ends(self.places), (True, False), (None, True, False)):
            if (first is None and not alone) or (first is False and behind and nest.groups[0] and nest.groups[2]):
                continue
            if (first is None or self.goes_along(0, by, first)) and self.goes_along(2, by, behind):
                Writing(self.builder, nest, extent, self.places).along(by, first, behind)
                return True
        return False

    def goes_along(self, group: int, by: int, front: bool) -> bool:
        """Whether a group may stand in front of the new inner loop, or behind it, where the index is its own plus so many."""
        nest = self.nest
        assert nest is not None
        outer, inner = nest.outer, nest.inner
        first = before(outer, 0, same=group == 0)
        then = before(outer, 1, same=group == 2)
        late = reached(inner, outer, by, front)
        early = reached(inner, outer, by, not front, other_way=True)
        return self.in_order(self.found[group], self.found[1], [*first, *late]) and self.in_order(
            self.found[group], self.found[1], [*then, *early]
        )


def reached(inner: ir.For, outer: ir.For, by: int, strict: bool, other_way: bool = False) -> list[Difference]:
    """The index of the inner loop comes before that of the outer one plus so many, or the other way round."""
    step = number(inner.bounds[2]) or 0
    own, other = (0, outer.index), (1, inner.index)
    less = 1 if strict else 0
    if (step > 0) != other_way:
        return [(other, own, by - less)]
    return [(own, other, -by - less)]


def pieces(nest: Nest, places: Places) -> list[list[Thread]]:
    """What the inner loop does, apart where nothing that one part changes is read by another."""
    threads = nest.changing(1)
    if any(not isinstance(stmt, ir.Let) for stmt in nest.groups[1]):
        return [threads]
    roots, every = nest.versions(), nest.accesses(1)
    found: list[tuple[set[str], list[Thread]]] = []
    for thread in threads:
        piece = needed(nest.groups[1], [thread.ends[1]])
        mine = nest.accesses(1, piece)
        own = {roots[name] for stmt in piece for name in ir.binds(stmt) if name in roots} | {roots[thread.starts[1] or ""]}
        own |= {one.array for one in mine for other in every if one.meets(other) and not places.apart(one, other, [])}
        joined = [one for one in found if not own.isdisjoint(one[0])]
        found = [one for one in found if own.isdisjoint(one[0])]
        found.append((own.union(*(one[0] for one in joined)), [*(t for one in joined for t in one[1]), thread]))
    return [group for _, group in found]
