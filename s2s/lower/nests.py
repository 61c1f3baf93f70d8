"""A loop with a loop in it, taken apart: what stands before the inner loop, in it and behind it, and what goes through these.

    for j in range(m):              before    row[j] = 0.0
        s = 0.0                     within    row[j] = row[j] + A[i, k] * B[k, j]
        for k in range(n):          after     C[i, j] = row[j]
            s += A[i, k] * B[k, j]
        C[i, j] = s

In: a loop and the place of one in it.  Out: a Nest, or None where something is done with arrays besides reading and storing
numbers.  The three groups share nothing but arrays then, so each may stand in loops of its own if the order of accesses allows
that: numbers that one group makes for another one are read again, or kept in a row.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from s2s import facts, ir
from s2s.lower.counting import count_uses
from s2s.lower.fusing import renamed
from s2s.lower.places import Access, Places, accesses, together
from s2s.lower.writing import LoopBuilder
from s2s.primitives import MAKERS, STORES, UPDATES, is_pure
from s2s_runtime import kernels, loops

CHEAP = {operator.getitem, operator.add, operator.sub, operator.mul, operator.neg}
"""What may be computed once more in an inner loop, so many of them at a time."""
FEW = 4


@dataclass(eq=False)
class Thread:
    """A value that is handed from group to group: what it is called where each begins, and where each that changes it ends."""

    init: ir.Atom
    starts: list[str | None]
    ends: list[ir.Atom | None]
    result: str | None


@dataclass
class Nest:
    """`groups` are the statements before the inner loop, in it and behind it; `own` is all that the outer loop binds."""

    outer: ir.For
    inner: ir.For
    groups: list[list[ir.Stmt]]
    own: set[str]
    threads: list[Thread] = field(default_factory=list)

    def versions(self) -> dict[str, str]:
        """The names of all versions of what is handed on, and what it is called among accesses."""
        roots = {start: f"thread {k}" for k, thread in enumerate(self.threads) for start in thread.starts if start is not None}
        for stmt in (*self.groups[0], *self.groups[1], *self.groups[2]):
            roots.update(versions(stmt, roots))
        return roots

    def accesses(self, group: int, statements: Sequence[ir.Stmt] | None = None) -> list[Access]:
        """The accesses of a group to arrays, or of some of its statements."""
        around = (self.outer, self.inner) if group == 1 else (self.outer,)
        return list(accesses(self.groups[group] if statements is None else statements, self.versions(), around))

    def changing(self, group: int) -> list[Thread]:
        return [thread for thread in self.threads if thread.ends[group] is not None]


def versions(stmt: ir.Stmt, roots: dict[str, str]) -> dict[str, str]:
    """What is made by a statement from versions of arrays that are known."""
    found: dict[str, str] = {}
    if isinstance(stmt, ir.Let) and stmt.value.function in STORES and isinstance(stmt.value.args[0], ir.Var):
        if stmt.value.args[0].name in roots:
            found[stmt.target] = roots[stmt.value.args[0].name]
    if isinstance(stmt, ir.For):
        for name, init, result in zip(stmt.carried, stmt.inits, stmt.results, strict=True):
            if isinstance(init, ir.Var) and init.name in roots:
                found[name] = found[result] = roots[init.name]
        for one in stmt.body.statements:
            found.update(versions(one, {**roots, **found}))
    return found


# ---------------------------------------------------------------------------------------------------------- what fits
class Plain:
    """Whether statements only compute numbers, and read and store entries of arrays, each time of the newest version."""

    def __init__(self, builder: LoopBuilder, arrays: Sequence[str]) -> None:
        self.builder = builder
        self.root = {name: name for name in arrays}
        self.now = dict(self.root)

    def block(self, statements: Sequence[ir.Stmt]) -> bool:
        return all(self.statement(stmt) for stmt in statements)

    def statement(self, stmt: ir.Stmt) -> bool:
        match stmt:
            case ir.Let():
                return self.let(stmt)
            case ir.For() if not stmt.stops and not stmt.slots:
                return self.loop(stmt)
            case ir.If():
                before = dict(self.now)
                fine = all(self.block(block.statements) for block in ir.blocks(stmt))
                return fine and self.now == before and all(self.is_number(ir.Var(name)) for name in stmt.results)
        return False

    def let(self, stmt: ir.Let) -> bool:
        function, args = stmt.value.function, stmt.value.args
        if function in STORES or (function is operator.getitem and not self.is_number(args[0])):
            array, index, *rest = args
            if len(rest) != (function in STORES) or not isinstance(array, ir.Var) or not self.is_newest(array.name):
                return False
            if not all(map(self.is_number, (*ir.index_parts(index), *rest))):
                return False
            if function is operator.getitem:
                return self.is_number(ir.Var(stmt.target))
            if array.name not in self.root:
                return False
            self.go_on(array.name, stmt.target)
            return True
        fine = is_pure(function) and function not in MAKERS and function not in UPDATES and function is not loops.place
        return fine and not stmt.value.kwargs and all(map(self.is_number, (*args, ir.Var(stmt.target))))

    def loop(self, stmt: ir.For) -> bool:
        """A loop inside: what it carries are numbers, and arrays that the loop around it carries too."""
        arrays = []
        for name, init, result in zip(stmt.carried, stmt.inits, stmt.results, strict=True):
            if self.is_number(init):
                continue
            if not isinstance(init, ir.Var) or init.name not in self.root or not self.is_newest(init.name):
                return False
            self.go_on(init.name, name)
            arrays.append((self.root[name], name, result))
        if not self.block(stmt.body.statements):
            return False
        ends = dict(zip(stmt.carried, stmt.body.yields, strict=True))
        if any(ends[name] != ir.Var(self.now[root]) for root, name, _ in arrays):
            return False
        for root, _, result in arrays:
            self.go_on(self.now[root], result)
        rest = [atom for name, atom in ends.items() if name not in {name for _, name, _ in arrays}]
        return all(map(self.is_number, rest)) and len({root for root, _, _ in arrays}) == len(arrays)

    def go_on(self, name: str, after: str) -> None:
        self.root[after] = self.root[name]
        self.now[self.root[name]] = after

    def is_newest(self, name: str) -> bool:
        return name not in self.root or self.now[self.root[name]] == name

    def is_number(self, atom: ir.Atom) -> bool:
        if isinstance(atom, ir.Const):
            return type(atom.value) in (int, float, bool) or isinstance(atom.value, np.generic)
        fact = self.builder.type_of(atom)
        return isinstance(atom, ir.Var) and isinstance(fact, facts.Num) and fact.shape == () and not fact.boxed


# ----------------------------------------------------------------------------------------------------------- taking apart
def taken_apart(stmt: ir.For, at: int, builder: LoopBuilder) -> Nest | None:
    """A loop and the one at a place in it, whose statements are numbers and entries only."""
    inner = stmt.body.statements[at]
    assert isinstance(inner, ir.For)
    statements = [stmt.body.statements[:at], inner.body.statements, stmt.body.statements[at + 1 :]]
    own = {name for one in walked([stmt]) for name in binding(one)}
    nest = Nest(stmt, inner, [list(group) for group in statements], own)
    arrays = [name for name in stmt.carried if not is_scalar(builder, name)]
    plain = Plain(builder, arrays)
    states = [dict(plain.now)]
    for group in (statements[0], [inner], statements[2]):
        if inner.stops or inner.slots or not plain.block(group):
            return None
        states.append(dict(plain.now))
    joined = Joined(nest, builder)
    for place, name in enumerate(stmt.carried):
        if name in arrays:
            if not joined.array(place, [state[name] for state in states]):
                return None
        elif not (joined.total(place) or joined.number(place)):
            return None
    return nest if joined.rest() else None


def walked(statements: Sequence[ir.Stmt]) -> Iterator[ir.Stmt]:
    for stmt in statements:
        yield stmt
        for block in ir.blocks(stmt):
            yield from walked(block.statements)


def binding(stmt: ir.Stmt) -> list[str]:
    return [*ir.binds(stmt), *((*stmt.carried, stmt.index) if isinstance(stmt, ir.For) else ())]


def is_scalar(builder: LoopBuilder, name: str) -> bool:
    fact = builder.types.get(name)
    return isinstance(fact, facts.Num) and fact.shape == ()


class Joined:
    """The threads of a nest being found."""

    def __init__(self, nest: Nest, builder: LoopBuilder) -> None:
        self.nest, self.builder = nest, builder
        self.uses = count_uses(nest.outer.body)
        self.lets = {one.target: one.value for group in nest.groups for one in group if isinstance(one, ir.Let)}
        self.done: set[int] = set()
        """The places of what the inner loop carries that are part of a thread."""

    def thread(self, place: int, starts: list[str | None], ends: list[ir.Atom | None]) -> None:
        self.nest.threads.append(Thread(self.nest.outer.inits[place], starts, ends, self.nest.outer.results[place]))

    def array(self, place: int, names: list[str]) -> bool:
        """An array, with its versions in front of the groups and at the end."""
        inner, (first, second, third, last) = self.nest.inner, names
        starts: list[str | None] = [first, second, third]
        ends = [ir.Var(b) if a != b else None for a, b in ((first, second), (second, third), (third, last))]
        if ends[1] is not None:
            k = inner.inits.index(ir.Var(second))
            self.done.add(k)
            starts[1], ends[1] = inner.carried[k], inner.body.yields[k]  # type: ignore[call-overload]
        self.thread(place, starts, ends)  # type: ignore[arg-type]
        return self.nest.outer.body.yields[place] == ir.Var(last) and any(end is not None for end in ends)

    def total(self, place: int) -> bool:
        """A number with which all groups do nothing but add to it."""
        outer, inner = self.nest.outer, self.nest.inner
        name, end = outer.carried[place], outer.body.yields[place]
        fact = self.builder.types.get(name)
        for k, (own, init, result) in enumerate(zip(inner.carried, inner.inits, inner.results, strict=True)):
            if self.is_sum(name, init) and self.is_sum(own, inner.body.yields[k]) and self.is_sum(result, end):
                ends = [init if init != ir.Var(name) else None, inner.body.yields[k], end if end != ir.Var(result) else None]
                self.thread(place, [name, own, result], ends)
                self.done.add(k)
                return isinstance(fact, facts.Num) and fact.dtype == np.float64
        return False

    def is_sum(self, name: str, end: ir.Atom) -> bool:
        """Whether a number is another one, and what was added to it; nobody else reads either."""
        while isinstance(end, ir.Var) and self.uses[end.name] == 1:
            if end.name == name:
                return True
            value = self.lets.get(end.name)
            if value is None or value.function not in (operator.add, loops.plus) or len(value.args) != 2:
                return False
            a, b = value.args
            end = b if value.function is operator.add and self.leads(b, name) else a
        return False

    def leads(self, atom: ir.Atom, name: str) -> bool:
        value = self.lets.get(atom.name) if isinstance(atom, ir.Var) else None
        summed = value is not None and value.function in (operator.add, loops.plus)
        return atom == ir.Var(name) or (summed and any(self.leads(arg, name) for arg in value.args))  # type: ignore[union-attr]

    def number(self, place: int) -> bool:
        """A number that goes on in one group, before the inner loop or behind it."""
        outer = self.nest.outer
        name, end = outer.carried[place], outer.body.yields[place]
        for group in (0, 2):
            bound = {one for stmt in self.nest.groups[group] for one in ir.binds(stmt)}
            others = ir.free(ir.Block((self.nest.inner, *(self.nest.groups[0] if group == 2 else ()))))
            if isinstance(end, ir.Var) and end.name in bound and (group == 0 or name not in others):
                self.thread(place, [name if k == group else None for k in range(3)], [end if k == group else None for k in range(3)])
                return True
        return False

    def rest(self) -> bool:
        """Whether what else the inner loop carries are numbers that the outer loop does not hand on."""
        inner = self.nest.inner
        ends = {name for atom in self.nest.outer.body.yields for name in ir.variables(atom)}
        left = [k for k in range(len(inner.carried)) if k not in self.done]
        return all(is_scalar(self.builder, inner.carried[k]) and inner.results[k] not in ends for k in left)


# ----------------------------------------------------------------------------------------------------------- apart
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

    def free(self, group: int) -> set[str]:
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


def needed(statements: Sequence[ir.Stmt], ends: Sequence[ir.Atom | None]) -> list[ir.Stmt]:
    """The statements that something needs."""
    names = {name for end in ends if end is not None for name in ir.variables(end)}
    kept: list[ir.Stmt] = []
    for stmt in reversed(statements):
        if not names.isdisjoint(ir.binds(stmt)):
            kept.insert(0, stmt)
            names |= ir.free(ir.Block((stmt,)))
    return kept
