"""Three loops, one in the other, in the form that a product of matrices has in them, if they have another one.

    for i in range(n):                                        for i in range(n):
        for k in range(n - i):                                    for j in range(i, n):
            s = 0.0                                                   for l in range(m):
            for l in range(m):                           =>               y[i] += A[l, i] * A[l, j]
                s += A[l, i] * A[l, k + i]
            y[i] += s

In: the loops, and what is around them.  Out: the same loops with indices that are places, without numbers that stand for an entry
meanwhile, and with entries of an array read from what that was before all of them, where they are not changed before they are read.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from s2s import facts, ir
from s2s.emit.owners import walk
from s2s.lower.counting import count_uses
from s2s.lower.fusing import renamed
from s2s.lower.nests import binding, versions, walked
from s2s.lower.places import Access, Places, accesses, before, number, shifted, together
from s2s.lower.using import uses
from s2s.lower.values import ONE, ZERO
from s2s.lower.writing import LoopBuilder
from s2s_runtime import kernels, loops


@dataclass
class Three:
    """Three loops, and the places of the second and the third one in the body around each."""

    loops: tuple[ir.For, ir.For, ir.For]
    at: int
    within: int
    is_from_before: bool = False
    """Whether entries are read from what an array was before the loops, though they change it."""


class Straightening:
    """Three loops being looked at; what is needed before them is written to the builder."""

    def __init__(self, builder: LoopBuilder, around: Mapping[str, ir.For], three: Three) -> None:
        self.builder, self.three = builder, three
        own = {name for one in walked([three.loops[0]]) for name in binding(one)}
        self.own, self.places = own, Places(builder, around, own)
        self.counts: dict[str, ir.Atom] = {}
        """Numbers from 0 on that were indices, and how many there are."""

    def run(self) -> Three:
        """The three loops in their new form."""
        outer, middle, inner = self.three.loops
        front, moved = self.from_place(middle, [outer])
        at, within = self.three.at + len(front), self.three.within + len(moved.body.statements) - len(middle.body.statements)
        outer = replace(outer, body=put(outer.body, self.three.at, [*front, moved]))
        third = moved.body.statements[within]
        assert isinstance(third, ir.For)
        front, inner = self.from_place(third, [outer, moved])
        middle, within = replace(moved, body=put(moved.body, within, [*front, inner])), within + len(front)
        middle, inner = self.into_entries(middle, within)
        self.three = Three((replace(outer, body=put(outer.body, at, [middle])), middle, inner), at, within)
        self.own.update(name for one in walked([self.three.loops[0]]) for name in binding(one))
        after = self.from_before(inner)
        middle = replace(middle, body=put(middle.body, within, [after]))
        outer = replace(outer, body=put(outer.body, at, [middle]))
        self.three = Three((outer, middle, after), at, within, after != inner)
        return self.three

    # --------------------------------------------------------------------------------------------------- indices
    def from_place(self, loop: ir.For, around: list[ir.For]) -> tuple[list[ir.Stmt], ir.For]:
        """A loop that counts the entries of a slice with the places of these for an index, and statements in front of it."""
        if loop.bounds[0] != ZERO or loop.bounds[2] != ONE:
            return [], loop
        lets = [one for one in walk(loop.body) if isinstance(one, ir.Let) and one.value.function is operator.add]
        sums = [(one.target, self.base(next((arg for arg in one.value.args if arg != ir.Var(loop.index)), ZERO), around)) for one in lets
                if ir.Var(loop.index) in one.value.args]  # fmt: skip
        found = next((base for _, base in sums if base is not None), None)
        stop = None if found is None else self.end(loop.bounds[1], found, around)
        if found is None or stop is None:
            return [], loop
        builder = self.builder
        with builder.block() as front:
            start = builder.shifted(ir.Var(found[0]), found[1])
        index = builder.fresh(builder.hints.get(loop.index, ""), facts.INT)
        count = ir.Let(loop.index, ir.Apply(operator.sub, (index, start)), loop.origin)
        builder.define(count)
        self.counts[loop.index] = loop.bounds[1]
        body = renamed(loop.body, {target: index for target, base in sums if base == found})
        new = replace(loop, index=index.name, bounds=(start, stop, ONE), body=replace(body, statements=(count, *body.statements)))
        builder.ranges.enter(new)
        return front, new

    def base(self, atom: ir.Atom, around: list[ir.For]) -> tuple[str, int] | None:
        """A whole number as the index of a loop around, and what is added to it."""
        by = 0
        while (found := shifted(atom, self.builder)) is not None:
            atom, by = found[0], by + found[1]
        names = {loop.index for loop in around}
        return (atom.name, by) if isinstance(atom, ir.Var) and atom.name in names else None

    def end(self, stop: ir.Atom, start: tuple[str, int], around: list[ir.For]) -> ir.Atom | None:
        """Where places end that begin at the index of a loop plus so many, if how many there are is a number minus that index."""
        by = start[1]
        while (found := shifted(stop, self.builder)) is not None:
            stop, by = found[0], by + found[1]
        value = self.builder.definition(stop)
        if value is None or value.function is not operator.sub:
            return None
        whole, base = value.args[0], self.base(value.args[1], around)
        fixed = number(whole) is not None or (isinstance(whole, ir.Var) and whole.name not in self.own)
        return self.builder.shifted(whole, by - base[1]) if base is not None and base[0] == start[0] and fixed else None

    # --------------------------------------------------------------------------------------------------- entries
    def into_entries(self, middle: ir.For, within: int) -> tuple[ir.For, ir.For]:
        """Sums that begin at zero and are added to an entry behind the innermost loop, added to that in the loop."""
        inner = middle.body.statements[within]
        assert isinstance(inner, ir.For)
        for place in reversed(range(len(inner.carried))):
            done = self.into_entry(middle, inner, within, place)
            if done is not None:
                middle, inner = done
        return middle, inner

    def into_entry(self, middle: ir.For, inner: ir.For, within: int, place: int) -> tuple[ir.For, ir.For] | None:
        uses_of, result = count_uses(middle.body), inner.results[place]
        behind = middle.body.statements[within + 1 :]
        store = next((one for one in behind if isinstance(one, ir.Let) and ir.Var(result) in one.value.args), None)
        if inner.inits[place] not in (ir.Const(0.0), ir.Const(0)) or uses_of[result] != 1 or store is None:
            return None
        if store.value.function is not kernels.index_add or len(store.value.args) != 3 or store.value.args[2] != ir.Var(result):
            return None
        array, index, _ = store.value.args
        late = {name for one in (inner, *behind) for name in ir.binds(one)}
        if not isinstance(array, ir.Var) or not late.isdisjoint(ir.variables(index)) or not self.alike(array, result):
            return None
        own = inner.results.index(array.name) if array.name in inner.results else None
        if (own is None and (array.name in late or array in inner.inits or array.name in ir.free(inner.body))) or uses_of[array.name] != 1:
            return None
        return self.moved(middle, inner, within, place, own, store)

    def alike(self, array: ir.Var, result: str) -> bool:
        one, other = self.builder.types.get(array.name), self.builder.types.get(result)
        return isinstance(one, facts.Num) and isinstance(other, facts.Num) and one.dtype is not None and one.dtype == other.dtype

    def moved(
        self, middle: ir.For, inner: ir.For, within: int, place: int, own: int | None, store: ir.Let
    ) -> tuple[ir.For, ir.For] | None:
        """The additions to a number, made to an entry of the array that the loop carries at a place, or goes on to carry."""
        array, index, _ = store.value.args
        lets = {one.target: one for one in inner.body.statements if isinstance(one, ir.Let)}
        chain: list[ir.Let] = []
        end = inner.body.yields[place]
        while end != ir.Var(inner.carried[place]):
            let = lets.get(end.name) if isinstance(end, ir.Var) else None
            if let is None or let.value.function not in (operator.add, loops.plus):
                return None
            chain.insert(0, let)
            end = let.value.args[0]
        counts = count_uses(inner.body)
        if not chain or any(counts[name] != 1 for name in (inner.carried[place], *(let.target for let in chain))):
            return None
        builder, fact = self.builder, self.builder.type_of(array)
        start = builder.fresh(builder.hint(array), fact)
        now = inner.body.yields[own] if own is not None else start
        gone, added = {let.target for let in chain}, list[ir.Stmt]()
        for let in chain:
            after = builder.fresh(builder.hint(array), fact)
            added.append(ir.Let(after.name, ir.Apply(kernels.index_add, (now, index, let.value.args[1])), let.origin))
            now = after
        kept = [one for one in inner.body.statements if gone.isdisjoint(ir.binds(one))]
        stay = [k for k in range(len(inner.carried)) if k not in (place, own)]
        carried = (*(inner.carried[k] for k in stay), start.name if own is None else inner.carried[own])
        inits = (*(inner.inits[k] for k in stay), array if own is None else inner.inits[own])
        yields = (*(inner.body.yields[k] for k in stay), now)
        results = (*(inner.results[k] for k in stay), store.target)
        new = replace(inner, carried=carried, inits=inits, results=results, body=ir.Block((*kept, *added), yields))
        statements = [one for one in put(middle.body, within, [new]).statements if one is not store]
        return replace(middle, body=replace(middle.body, statements=tuple(statements))), new

    # ---------------------------------------------------------------------------------------------------- what was before
    def from_before(self, inner: ir.For) -> ir.For:
        """The innermost loop with reads of what no iteration has changed until then from what was there before the loops."""
        outer = self.three.loops[0]
        roots = roots_of(outer, outer.carried)
        statements: list[ir.Stmt] = []
        for one in inner.body.statements:
            if isinstance(one, ir.Let) and one.value.function is operator.getitem and isinstance(one.value.args[0], ir.Var):
                name = roots.get(one.value.args[0].name)
                root = None if name is None else outer.carried.index(name)
                init = outer.inits[root] if root is not None else None
                if root is not None and isinstance(init, ir.Var) and self.is_as_before(one, root, inner):
                    one = replace(one, value=ir.Apply(operator.getitem, (init, one.value.args[1])))
                    self.builder.define(one)
            statements.append(one)
        return replace(inner, body=replace(inner.body, statements=tuple(statements)))

    def is_as_before(self, read: ir.Let, root: int, inner: ir.For) -> bool:
        found = accesses_of(self.three.loops[0], root, ())
        own = Access("", operator.getitem, ir.index_parts(read.value.args[1]), (*self.three.loops[:2], inner))
        if found is None:
            return False
        order = before(self.three.loops[0], 0, same=True)
        return all(self.places.apart(one, own, order) for one in found if one.function is not operator.getitem)

    # -------------------------------------------------------------------------------------------------- what may wait
    def may_wait(self, level: int, place: int, parts: tuple[ir.Atom, ...]) -> bool:
        """Whether additions to entries that a loop carries may be made behind it: nothing is done with them afterwards."""
        loop, outside = self.three.loops[level], self.three.loops[:level]
        found = accesses_of(loop, place, outside)
        own = Access("", kernels.index_add, parts, self.three.loops)
        if found is None:
            return False
        order = [*before(loop, 0, same=True), *(one for other in outside for one in together(other))]
        return all(self.places.apart(own, one, order) for one in found if own.meets(one))


def put(block: ir.Block, at: int, statements: list[ir.Stmt]) -> ir.Block:
    """A block with statements in the place of one."""
    return replace(block, statements=(*block.statements[:at], *statements, *block.statements[at + 1 :]))


def roots_of(loop: ir.For, names: Sequence[str]) -> dict[str, str]:
    """The versions of arrays that a loop carries, and which of these names each belongs to."""
    found = {name: name for name in names}
    for one in loop.body.statements:
        found.update(versions(one, found))
    return found


def accesses_of(loop: ir.For, place: int, outside: tuple[ir.For, ...]) -> list[Access] | None:
    """The reads and stores of an array that a loop carries; None where something else is done with it."""
    name = loop.carried[place]
    names = {name}
    found = uses(loop.body, names)
    ends = [any(one in names for one in ir.variables(atom)) for atom in loop.body.yields]
    roots = dict.fromkeys(roots_of(loop, [name]), "")
    own = [one for one in accesses(loop.body.statements, roots, (*outside, loop)) if one.array == ""]
    complete = len(own) == len(found.reads) + len(found.writes) and not found.other
    return own if complete and ends == [at == place for at in range(len(ends))] else None
