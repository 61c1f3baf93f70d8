"""What stands for a nest of two loops that change places: their bounds, and the groups of statements in new loops.

    for j in range(m):               for k in range(m - 1):
        for k in range(j):    =>         for j in range(k + 1, m):

In: a Nest, and what is to be done with each of its groups.  Out: statements, written to the builder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from s2s import ir
from s2s.lower.fusing import renamed
from s2s.lower.nests import Nest, Thread, needed
from s2s.lower.places import Places, number, shifted
from s2s.lower.writing import LoopBuilder

End = tuple[ir.Atom | None, int]
"""A number from before the nest, or the index of the outer loop, where it is None; and what is added to it."""
Bounds = tuple[ir.Atom, ir.Atom, ir.Atom]


@dataclass(frozen=True)
class Extent:
    """Where the indices of two loops lie: of the outer one between two numbers, of the inner one between its ends."""

    least: ir.Atom
    most: ir.Atom
    first: End
    last: End

    def ends(self, places: Places) -> Iterator[int]:
        """How far from the outer index the inner one is at the end of a row of a triangle, if each has a row for its own."""
        for end, own, other, step in ((self.last, self.least, self.first, 1), (self.first, self.most, self.last, -1)):
            if end[0] is None and other[0] is not None:
                for by in (end[1] + step, end[1]):
                    if places.at_most(own, other[0], other[1] - by) and places.at_most(other[0], own, by - other[1]):
                        yield by


def extent_of(nest: Nest, places: Places) -> Extent | None:
    """The extent of a nest; None if it is neither a rectangle nor a triangle whose sides are known before it."""
    start, stop, step = nest.outer.bounds
    up = (number(step) or 0) > 0
    builder = places.builder
    least, most = (start, builder.shifted(stop, -1)) if up else (builder.shifted(stop, 1), start)
    first, last = (end_of(bound, nest, builder) for bound in nest.inner.bounds[:2])
    if first is None or last is None or (first[0] is None and last[0] is None):
        return None
    steps = {number(step), number(nest.inner.bounds[2])}
    if None in (first[0], last[0]) and not steps <= {1, -1}:
        return None
    if number(nest.inner.bounds[2]) == -1:
        first, last = (last[0], last[1] + 1), first
    elif number(nest.inner.bounds[2]) == 1:
        last = last[0], last[1] - 1
    return Extent(least, most, first, last)


def end_of(atom: ir.Atom, nest: Nest, builder: LoopBuilder) -> End | None:
    by = 0
    while (found := shifted(atom, builder)) is not None:
        atom, by = found[0], by + found[1]
    if atom == ir.Var(nest.outer.index):
        return None, by
    return None if isinstance(atom, ir.Var) and atom.name in nest.own else (atom, by)


def ranged(first: ir.Atom, last: ir.Atom, step: ir.Atom, builder: LoopBuilder) -> Bounds:
    """The bounds of a loop from the least to the largest index, or back."""
    if number(step) == 1:
        return first, builder.shifted(last, 1), step
    return last, builder.shifted(first, -1), step


class Writing:
    """New loops for a nest: `now` has what each thread is where the next statement stands."""

    def __init__(self, builder: LoopBuilder, nest: Nest, extent: Extent, places: Places) -> None:
        self.builder, self.nest, self.extent, self.places = builder, nest, extent, places
        self.now = [thread.init for thread in nest.threads]
        self.copied = False

    # --------------------------------------------------------------------------------------------------- the two ways
    def apart(self, straight: Sequence[Thread], turned: Sequence[Thread]) -> None:
        """Each group in loops of its own; what the inner loop does with some threads as it did, and with others the other way round."""
        nest = self.nest
        plan: list[tuple[Sequence[Thread], Callable[[], None]]] = [
            (nest.changing(0), lambda: self.alone(0)), (straight, lambda: self.nested(straight, False)),
            (turned, lambda: self.nested(turned, True)), (nest.changing(2), lambda: self.alone(2)),
        ]  # fmt: skip
        for position, (threads, write) in enumerate(plan):
            later = [thread for others, _ in plan[position + 1 :] for thread in others]
            self.final = [thread for thread in threads if thread not in later]
            if threads:
                write()

    def along(self, by: int, first: bool | None, behind: bool) -> None:
        """One nest, with the groups beside the inner loop in front of the new one, where this is true, or behind it; the first in a
        loop of its own where that is None.
        """
        nest, builder = self.nest, self.builder
        groups = (0, 2) if first is not None else (2,)
        front = {0: first, 2: behind}
        changing = [thread for thread in nest.threads if any(thread.ends[group] is not None for group in (*groups, 1))]
        if first is None and nest.changing(0):
            self.final = [thread for thread in nest.changing(0) if thread not in changing]
            self.alone(0)
        self.final = changing
        outside, inside = self.turned(by)

        def body() -> None:
            index = ir.Var(nest.inner.index)
            for group in groups:
                if front[group]:
                    self.put(group, nest.groups[group], {nest.outer.index: builder.shifted(index, -by)})
            self.loop(nest.outer.index, inside(index), nest.changing(1), lambda: self.put(1, nest.groups[1], {}), nest.outer)
            for group in groups:
                if not front[group]:
                    self.put(group, nest.groups[group], {nest.outer.index: builder.shifted(index, -by)})

        self.loop(nest.inner.index, outside, changing, body, nest.inner, True)

    # ------------------------------------------------------------------------------------------------------- loops
    def alone(self, group: int) -> None:
        """A loop for a group beside the inner loop."""
        nest = self.nest
        index = self.builder.fresh(self.builder.hints.get(nest.outer.index, ""), self.builder.types.get(nest.outer.index))
        self.loop(
            index.name, nest.outer.bounds, nest.changing(group),
            lambda: self.put(group, nest.groups[group], {nest.outer.index: index}), nest.outer, True,
        )  # fmt: skip

    def nested(self, threads: Sequence[Thread], turn: bool) -> None:
        """Two loops for what the inner loop does with some threads, in the old order or the new one."""
        nest, builder = self.nest, self.builder
        piece = needed(nest.groups[1], [thread.ends[1] for thread in threads])
        again, self.copied = self.copied, True
        change: dict[str, ir.Atom] = {}
        if again:
            for name in (nest.outer.index, nest.inner.index):
                change[name] = builder.fresh(builder.hints.get(name, ""), builder.types.get(name))
        j, k = (change.get(loop.index, ir.Var(loop.index)) for loop in (nest.outer, nest.inner))
        assert isinstance(j, ir.Var)
        assert isinstance(k, ir.Var)

        def innermost() -> None:
            self.put(1, piece, change, threads, again)

        if turn:
            outside, inside = self.turned(None)
            self.loop(k.name, outside, threads, lambda: self.loop(j.name, inside(k), threads, innermost, nest.outer), nest.inner, True)
        else:
            self.loop(j.name, nest.outer.bounds, threads, lambda: self.loop(
                k.name, self.straight(j), threads, innermost, nest.inner
            ), nest.outer, True)  # fmt: skip

    def straight(self, index: ir.Atom) -> Bounds:
        """The bounds of the inner loop where it stays one."""
        first, last = (self.builder.shifted(index if end[0] is None else end[0], end[1]) for end in self.ends())
        return first, last, self.nest.inner.bounds[2]

    def ends(self) -> tuple[End, End]:
        """The bounds of the inner loop as they stand in it."""
        found = [end_of(bound, self.nest, self.builder) for bound in self.nest.inner.bounds[:2]]
        assert found[0] is not None
        assert found[1] is not None
        return found[0], found[1]

    def turned(self, by: int | None) -> tuple[Bounds, Callable[[ir.Atom], Bounds]]:
        """The bounds of the new outer loop, and those of the new inner one in it; `by`: a group goes along so far from its index."""
        builder, nest, extent = self.builder, self.nest, self.extent
        first, last = extent.first, extent.last
        if first[0] is not None and last[0] is not None:
            start, stop = self.ends()
            assert start[0] is not None
            assert stop[0] is not None
            outside = builder.shifted(start[0], start[1]), builder.shifted(stop[0], stop[1]), nest.inner.bounds[2]
            return outside, lambda _: nest.outer.bounds
        if last[0] is None:
            assert first[0] is not None
            low = builder.shifted(first[0], first[1])
            high = builder.shifted(extent.most, last[1] if by is None else by)
        else:
            low = builder.shifted(extent.least, first[1] if by is None else by)
            high = builder.shifted(last[0], last[1])

        def inside(index: ir.Atom) -> Bounds:
            if last[0] is None:
                start = self.at_least(builder.shifted(index, -last[1]), low, last[1])
                return ranged(start, extent.most, nest.outer.bounds[2], builder)
            end = self.at_most(builder.shifted(index, -first[1]), high, first[1])
            return ranged(extent.least, end, nest.outer.bounds[2], builder)

        return ranged(low, high, nest.inner.bounds[2], builder), inside

    def at_least(self, start: ir.Atom, low: ir.Atom, by: int) -> ir.Atom:
        """The start of a row of a triangle, where the outer loop begins at its corner or behind it."""
        sure = self.places.at_most(self.extent.least, low, -by)
        return start if sure else self.builder.apply(max, self.extent.least, start)

    def at_most(self, end: ir.Atom, high: ir.Atom, by: int) -> ir.Atom:
        sure = self.places.at_most(high, self.extent.most, by)
        return end if sure else self.builder.apply(min, self.extent.most, end)

    def loop(
        self, index: str, bounds: Bounds, threads: Sequence[Thread], body: Callable[[], None], like: ir.For, outermost: bool = False
    ) -> None:
        """A loop that carries threads."""
        builder, places = self.builder, [self.nest.threads.index(thread) for thread in threads]
        before = list(self.now)
        inits = [self.now[k] for k in places]
        carried = [self.name(k) for k in places]
        for k, one in zip(places, carried, strict=True):
            self.now[k] = one
        with builder.scope(), builder.block() as statements:
            body()
            ends = [self.now[k] for k in places]
        self.now = before
        results = []
        for k in places:
            thread = self.nest.threads[k]
            own = outermost and thread.result is not None and any(thread is one for one in self.final)
            results.append(ir.Var(thread.result or "") if own else self.name(k))
            self.now[k] = results[-1]
        block = ir.Block(tuple(statements), tuple(ends))
        builder.emit(ir.For(
            index, bounds, tuple(one.name for one in carried), tuple(inits), block, tuple(one.name for one in results), origin=like.origin
        ))  # fmt: skip

    def name(self, k: int) -> ir.Var:
        start = next(start for start in self.nest.threads[k].starts if start is not None)
        return self.builder.fresh(self.builder.hints.get(start, ""), self.builder.types.get(start))

    def put(
        self, group: int, statements: Sequence[ir.Stmt], change: dict[str, ir.Atom], threads: Sequence[Thread] | None = None,
        fresh: bool = False,
    ) -> None:
        """The statements of a group here; `fresh`: they stand elsewhere too."""
        nest, builder = self.nest, self.builder
        change = dict(change)
        for k, thread in enumerate(nest.threads):
            start = thread.starts[group]
            if start is not None:
                change[start] = self.now[k]
        changing = nest.changing(group) if threads is None else threads
        for stmt in statements:
            (stmt,) = renamed(ir.Block((stmt,)), change).statements
            if fresh:
                assert isinstance(stmt, ir.Let)
                target = builder.fresh(builder.hints.get(stmt.target, ""), builder.types.get(stmt.target))
                change[stmt.target] = target
                stmt = ir.Let(target.name, stmt.value, stmt.origin)
            builder.emit(stmt)
        for thread in changing:
            end = thread.ends[group]
            assert end is not None
            self.now[nest.threads.index(thread)] = ir.replace_atom(end, lambda name: change.get(name, ir.Var(name)))

