"""The groups of a nest share nothing but arrays: numbers that one makes for another are read again, or kept in a row.

    before    s = 0.0                            row[j] = 0.0
    within    s += A[i, k] * B[k, j]      =>     row[j] += A[i, k] * B[k, j]
    after     C[i, j] = s                        C[i, j] = row[j]

In: a Nest, which is changed.  Each group may stand in loops of its own then, if the order of accesses allows that.
"""

from __future__ import annotations

import operator
from dataclasses import replace

import numpy as np

from s2s import facts, ir
from s2s.lower.counting import count_uses
from s2s.lower.fusing import renamed
from s2s.lower.nests import Nest, Thread, is_scalar, needed
from s2s.lower.places import Access, Places, together
from s2s.lower.writing import LoopBuilder
from s2s.primitives import STORES
from s2s_runtime import kernels, loops

CHEAP = {operator.getitem, operator.add, operator.sub, operator.mul, operator.neg}
"""What may be computed once more in an inner loop, so many of them at a time."""
FEW = 4


class Parting:
    """A nest whose groups are to share nothing but arrays."""

    def __init__(self, nest: Nest, builder: LoopBuilder, places: Places, length: ir.Atom) -> None:
        self.nest, self.builder, self.places, self.length = nest, builder, places, length
        self.index = ir.Var(nest.outer.index)

    def run(self) -> None:
        """What the inner loop carries and the outer one does not goes to rows, and so do numbers that later groups read."""
        nest, inner = self.nest, self.nest.inner
        threaded = {thread.starts[1] for thread in nest.threads if thread.ends[1] is not None}
        for k, name in enumerate(inner.carried):
            if name not in threaded:
                row = self.row(name)
                self.store(row, 0, inner.inits[k])
                if not self.added(row, name, inner.body.yields[k]):
                    self.read(row, 1, name)
                    self.store(row, 1, inner.body.yields[k])
                self.read(row, 2, inner.results[k])
        made = {name for stmt in nest.groups[0] for name in ir.binds(stmt) if is_scalar(self.builder, name)}
        made |= {thread.starts[0] for thread in nest.threads if thread.starts[0] and is_scalar(self.builder, thread.starts[0])}
        rows: dict[str, Thread] = {}
        for group in (1, 2):
            for name in sorted(self.free(group) & made):
                if not self.again(name, group):
                    if name not in rows:
                        rows[name] = self.row(name)
                        self.store(rows[name], 0, ir.Var(name))
                    target = self.builder.fresh(self.builder.hints.get(name, ""), self.builder.types.get(name))
                    self.rename(group, {name: target})
                    self.read(rows[name], group, target.name)
        for group in (0, 2):
            nest.groups[group] = needed(nest.groups[group], [t.ends[group] for t in nest.threads])

    def free(self, group: int) -> frozenset[str]:
        ends = tuple(thread.ends[group] for thread in self.nest.threads)
        return ir.free(ir.Block(tuple(self.nest.groups[group]), tuple([end for end in ends if end is not None])))

    def rename(self, group: int, change: dict[str, ir.Atom]) -> None:
        nest = self.nest
        nest.groups[group] = list(renamed(ir.Block(tuple(nest.groups[group])), change).statements)
        for thread in nest.threads:
            end = thread.ends[group]
            thread.ends[group] = None if end is None else ir.replace_atom(end, lambda name: change.get(name, ir.Var(name)))

    # ------------------------------------------------------------------------------------------------------ rows
    def row(self, name: str) -> Thread:
        """An array with a number per iteration of the outer loop."""
        builder, fact = self.builder, self.builder.types[name]
        assert isinstance(fact, facts.Num)
        hint = builder.hints.get(name, "")
        array = builder.array(np.empty, (self.length,), replace(fact, shape=(facts.fresh(),), weak=False, length=None), hint)
        starts: list[str | None] = [builder.fresh(hint, builder.type_of(array)).name for _ in range(3)]
        thread = Thread(array, starts, [None, None, None], None)
        self.nest.threads.append(thread)
        return thread

    def store(self, row: Thread, group: int, value: ir.Atom) -> None:
        array = row.ends[group] or ir.Var(row.starts[group] or "")
        target = self.builder.fresh(self.builder.hint(array), self.builder.type_of(array))
        self.nest.groups[group].append(ir.Let(target.name, ir.Apply(kernels.index_set, (array, self.index, value)), self.nest.outer.origin))
        row.ends[group] = target

    def added(self, row: Thread, name: str, end: ir.Atom) -> bool:
        """Whether an iteration only adds to a number; then it adds to the row's entry."""
        uses = count_uses(self.nest.outer.body)
        let = next((one for one in self.nest.groups[1] if isinstance(one, ir.Let) and end == ir.Var(one.target)), None)
        if let is None or uses[name] != 1 or uses[let.target] != 1 or let.value.function not in (operator.add, loops.plus):
            return False
        a, b = let.value.args
        if ir.Var(name) not in (a, b) or (a != ir.Var(name) and let.value.function is loops.plus):
            return False
        target = self.builder.fresh(self.builder.hints.get(name, ""), self.builder.types.get(row.starts[1] or ""))
        value = ir.Apply(kernels.index_add, (ir.Var(row.starts[1] or ""), self.index, b if a == ir.Var(name) else a))
        self.nest.groups[1].append(replace(let, target=target.name, value=value))
        self.nest.groups[1].remove(let)
        row.ends[1] = target
        return True

    def read(self, row: Thread, group: int, target: str) -> None:
        value = ir.Apply(operator.getitem, (ir.Var(row.starts[group] or ""), self.index))
        self.nest.groups[group].insert(0, ir.Let(target, value, self.nest.outer.origin))
        self.builder.define(self.nest.groups[group][0])  # type: ignore[arg-type]

    # ----------------------------------------------------------------------------------------------------- once more
    def again(self, name: str, group: int) -> bool:
        """Compute a number of the first group once more in another one, if that is cheap and gives the same."""
        lets = {stmt.target: stmt for stmt in self.nest.groups[0] if isinstance(stmt, ir.Let)}
        tree = leading_to(name, lets)
        if len(tree) > FEW or any(let.value.function not in CHEAP for let in tree) or name not in lets:
            return False
        if not all(self.stays(let, group) for let in tree if let.value.function is operator.getitem):
            return False
        first = {used for let in tree for used in ir.reads(let.value)}.difference(lets)
        numbers = {thread.starts[0] for thread in self.nest.threads if is_scalar(self.builder, thread.starts[0] or "")}
        if not first.isdisjoint(numbers | {one for stmt in self.nest.groups[0] for one in ir.binds(stmt)}):
            return False
        change: dict[str, ir.Atom] = {}
        copies = []
        for let in tree:
            value = ir.replace_apply(let.value, lambda one: change.get(one, ir.Var(one)))
            if let.value.function is operator.getitem:
                value = replace(value, args=(self.array_in(group, let.value.args[0]), value.args[1]))
            change[let.target] = self.builder.fresh(self.builder.hints.get(let.target, ""), self.builder.types.get(let.target))
            copies.append(replace(let, target=change[let.target].name, value=value))  # type: ignore[union-attr]
            self.builder.define(copies[-1])
        self.rename(group, {name: change[name]})
        self.nest.groups[group][:0] = copies
        return True

    def root(self, array: ir.Atom) -> Thread | None:
        """The thread that a version of an array in the first group belongs to."""
        lets = {stmt.target: stmt.value for stmt in self.nest.groups[0] if isinstance(stmt, ir.Let)}
        while isinstance(array, ir.Var) and array.name in lets and lets[array.name].function in STORES:
            array = lets[array.name].args[0]
        return next((thread for thread in self.nest.threads if array in (ir.Var(thread.starts[0] or ""), thread.ends[0])), None)

    def array_in(self, group: int, array: ir.Atom) -> ir.Atom:
        thread = self.root(array)
        return array if thread is None else ir.Var(thread.starts[group] or "")

    def stays(self, let: ir.Let, group: int) -> bool:
        """Whether what is read in the first group is not changed before a later one has ended, in the same iteration."""
        array = let.value.args[0]
        inside = {name for stmt in self.nest.groups[0] for name in ir.binds(stmt)}
        if self.root(array) is None:
            return isinstance(array, ir.Var) and array.name not in inside
        nest = self.nest
        number = nest.threads.index(self.root(array))  # type: ignore[arg-type]
        own = Access(f"thread {number}", operator.getitem, ir.index_parts(let.value.args[1]), (nest.outer,))
        stores = [one for k in range(group + 1) for one in nest.accesses(k) if one.function in STORES]
        return all(not own.meets(one) or self.places.apart(own, one, together(nest.outer)) for one in stores)


def leading_to(name: str, lets: dict[str, ir.Let]) -> list[ir.Let]:
    """The statements that a number is made by, in order."""
    found: dict[str, ir.Let] = {}

    def visit(one: str) -> None:
        if one in lets and one not in found and lets[one].value.function not in STORES:
            for used in ir.reads(lets[one].value):
                visit(used)
            found[one] = lets[one]

    visit(name)
    return list(found.values())
