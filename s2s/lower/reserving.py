"""Room for what an innermost loop records is made in front of it, and not looked for in each iteration.

    while x > 1.0:                                      while x > 1.0:
        if count >= saved.shape[0]:                         if count >= saved.shape[0]:
            saved = grown(saved)               =>               saved = grown(saved)
        saved[count] = x                                    n = saved.shape[0]
        count += 1                                          while x > 1.0 and count < n:
        x *= 0.5                                                saved[count] = x
                                                                count += 1
                                                                x *= 0.5

In: a program of loop nests.  Out: one that computes the same.  A loop over a range asks for as much room as it has iterations.  In
a loop that may hold another array in each iteration, Numba counts who holds it, each time.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from s2s import facts, ir
from s2s.emit.owners import walk
from s2s.lower.assuming import Assumption
from s2s.lower.fusing import renamed
from s2s.lower.passing import Pass
from s2s.lower.values import ONE, ZERO
from s2s_runtime import loops

MINUS = ir.Const(-1)
Loop = TypeVar("Loop", ir.For, ir.While)


def reserved(function: ir.Function, assumption: Assumption) -> ir.Function:
    """The function with innermost loops in which no array grows."""
    return Reserving(function, assumption).run()


@dataclass(frozen=True)
class Growth:
    """An array that grows in a loop: its place and that of the count among what is carried, and the branch that makes it longer."""

    place: int
    count: int
    branch: ir.If


class Reserving(Pass):
    """One function's loops being changed."""

    def loop(self, stmt: ir.For) -> Sequence[ir.Stmt]:
        """A loop over a range, behind what makes room for all its iterations."""
        found = growths(stmt) if stmt.bounds[2] in (ONE, MINUS) and not (stmt.stops or stmt.slots) else []
        if not found:
            return [stmt]
        with self.builder.scope(), self.builder.block() as statements:
            first, last = stmt.bounds[:2] if stmt.bounds[2] == ONE else stmt.bounds[1::-1]
            trips = last if first == ZERO else self.builder.apply(operator.sub, last, first)
            inits = list(stmt.inits)
            for one in found:
                end = self.builder.apply(operator.add, inits[one.count], trips)
                inits[one.place] = self.long_enough(inits[one.place], end)
            self.builder.emit(replace(without(stmt, found), inits=tuple(inits)))
        return statements

    def long_enough(self, array: ir.Atom, end: ir.Atom) -> ir.Atom:
        """The array, or one that grew from it, with as many items at least."""
        held, result = (self.fresh_like(array) for _ in range(2))
        with self.builder.scope(), self.builder.block() as test:
            short = self.builder.apply(operator.gt, end, self.length(held))
        with self.builder.scope(), self.builder.block() as body:
            longer = self.longer(held)
        going, more = ir.Block(tuple(test), (short,)), ir.Block(tuple(body), (longer,))
        self.builder.emit(ir.While(going, (held.name,), (array,), more, (result.name,)))
        return result

    def while_loop(self, stmt: ir.While) -> Sequence[ir.Stmt]:
        """A loop that runs while a test holds, in one that makes room and lets it go on."""
        found = growths(stmt)
        simple = all(isinstance(one, (ir.Let, ir.If)) for one in walk(stmt.test))
        if not found or not simple or stmt.slots:
            return [stmt]
        outer = [self.fresh_like(ir.Var(name)) for name in stmt.carried]
        test = self.copied(stmt.test, dict(zip(stmt.carried, outer, strict=True)))
        results = [self.fresh_like(ir.Var(name)) for name in stmt.results]
        with self.builder.scope(), self.builder.block() as statements:
            inits: list[ir.Atom] = [*outer]
            room = []
            for one in found:
                inits[one.place] = self.with_room(outer[one.place], outer[one.count])
                room.append((stmt.carried[one.count], self.length(inits[one.place])))
            inner = replace(
                without(stmt, found), inits=tuple(inits), test=self.as_long_as(stmt.test, room), results=tuple(one.name for one in results)
            )
            if stmt.stops:
                inner, stopped = self.noting_stop(inner)
                results.insert(0, stopped)
            self.builder.emit(inner)
        body = ir.Block(tuple(statements), tuple(results))
        return [replace(stmt, test=test, carried=tuple(one.name for one in outer), body=body)]

    def noting_stop(self, stmt: ir.While) -> tuple[ir.While, ir.Var]:
        """A loop that says whether it was left."""
        flag, stopped = (self.builder.fresh("", facts.BOOL) for _ in range(2))
        body = replace(stmt.body, yields=(*stmt.body.yields, stmt.body.yields[0]))
        changed = replace(
            stmt, carried=(*stmt.carried, flag.name), inits=(*stmt.inits, ir.Const(False)), results=(*stmt.results, stopped.name), body=body
        )
        return changed, stopped

    def with_room(self, array: ir.Atom, count: ir.Atom) -> ir.Var:
        """An array with room for one more item."""
        full, result = self.builder.apply(operator.ge, count, self.length(array)), self.fresh_like(array)
        with self.builder.scope(), self.builder.block() as statements:
            longer = self.longer(array)
        self.builder.emit(ir.If(full, ir.Block(tuple(statements), (longer,)), ir.Block((), (array,)), (result.name,)))
        return result

    def as_long_as(self, test: ir.Block, room: Sequence[tuple[str, ir.Atom]]) -> ir.Block:
        """A test that holds only while there is room."""
        with self.builder.scope(), self.builder.block() as statements:
            for one in test.statements:
                self.builder.emit(one)
            going = test.yields[0]
            for count, length in room:
                free = self.builder.apply(operator.lt, ir.Var(count), length)
                going = self.builder.apply(operator.and_, going, free)
        return ir.Block(tuple(statements), (going,))

    # ------------------------------------------------------------------------------------------------------------ pieces
    def fresh_like(self, atom: ir.Atom) -> ir.Var:
        return self.builder.fresh(self.builder.hint(atom), self.builder.type_of(atom))

    def length(self, array: ir.Atom) -> ir.Var:
        """How many items an array has room for."""
        found = self.builder.fresh("", facts.INT)
        self.builder.emit(ir.Let(found.name, ir.Apply(len, (array,))))
        return found

    def longer(self, array: ir.Atom) -> ir.Var:
        found = self.fresh_like(array)
        self.builder.emit(ir.Let(found.name, ir.Apply(loops.grown, (array,))))
        return found

    def copied(self, block: ir.Block, change: dict[str, ir.Atom]) -> ir.Block:
        """The same numbers once more, of other names."""
        statements: list[ir.Stmt] = []
        for one in renamed(block, change).statements:
            one = renamed(ir.Block((one,)), change).statements[0]
            if isinstance(one, ir.If):
                one = replace(one, then=self.copied(one.then, {}), other=self.copied(one.other, {}))
            names = {name: self.fresh_like(ir.Var(name)) for name in ir.binds(one)}
            change = change | names
            if isinstance(one, ir.Let):
                statements.append(replace(one, target=names[one.target].name))
            elif isinstance(one, ir.If):
                statements.append(replace(one, results=tuple(names[name].name for name in one.results)))
        return renamed(ir.Block(tuple(statements), block.yields), change)


def growths(stmt: ir.For | ir.While) -> list[Growth]:
    """The arrays that grow in an innermost loop, behind a count that it carries; none where it has loops in it."""
    if any(isinstance(one, (ir.For, ir.While)) for one in walk(stmt.body)):
        return []
    lets = {one.target: one.value for one in stmt.body.statements if isinstance(one, ir.Let)}
    found = []
    for one in stmt.body.statements:
        array = grown_in(one)
        test = lets.get(one.test.name) if array is not None and isinstance(one, ir.If) and isinstance(one.test, ir.Var) else None
        if array not in stmt.carried or test is None or test.function is not operator.ge:
            continue
        count = test.args[0]
        if isinstance(count, ir.Var) and count.name in stmt.carried:
            assert isinstance(one, ir.If)
            found.append(Growth(stmt.carried.index(array), stmt.carried.index(count.name), one))
    return found


def grown_in(stmt: ir.Stmt) -> str | None:
    """The array of which a branch gives a longer one, or itself."""
    if not isinstance(stmt, ir.If) or len(stmt.results) != 1 or stmt.other.statements or len(stmt.then.statements) != 1:
        return None
    (more,), array = stmt.then.statements, stmt.other.yields[0]
    grows = isinstance(more, ir.Let) and more.value == ir.Apply(loops.grown, (array,)) and stmt.then.yields == (ir.Var(more.target),)
    return array.name if grows and isinstance(array, ir.Var) else None


def without(stmt: Loop, found: Sequence[Growth]) -> Loop:
    """A loop whose arrays are long enough."""
    change: dict[str, ir.Atom] = {one.branch.results[0]: ir.Var(stmt.carried[one.place]) for one in found}
    gone = {name for one in found for name in one.branch.results}
    left = tuple([one for one in stmt.body.statements if gone.isdisjoint(ir.binds(one))])
    return replace(stmt, body=renamed(replace(stmt.body, statements=left), change))
