"""A loop with a loop in it, taken apart: what stands before the inner loop, in it and behind it, and what goes through these.

    for j in range(m):              before    s = 0.0
        s = 0.0                     within    s += A[i, k] * B[k, j]
        for k in range(n):          after     C[i, j] = s
            s += A[i, k] * B[k, j]
        C[i, j] = s

In: a loop and the place of one in it.  Out: a Nest, or None where something is done with arrays besides reading and storing
numbers.  `parting` sees to it that the three groups share nothing but arrays.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from s2s import facts, ir
from s2s.lower.counting import count_uses
from s2s.lower.places import Access, accesses
from s2s.lower.writing import LoopBuilder
from s2s.primitives import MAKERS, STORES, UPDATES, is_pure
from s2s_runtime import loops


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


def versions(stmt: ir.Stmt, roots: Mapping[str, str]) -> dict[str, str]:
    """What is made by a statement from versions of arrays that are known."""
    found: dict[str, str] = {}
    _add_versions(stmt, roots, found)
    return found


def _add_versions(stmt: ir.Stmt, roots: Mapping[str, str], found: dict[str, str]) -> None:
    def root(atom: ir.Atom) -> str | None:
        return found.get(atom.name, roots.get(atom.name)) if isinstance(atom, ir.Var) else None

    if isinstance(stmt, ir.Let) and stmt.value.function in STORES:
        known = root(stmt.value.args[0])
        if known is not None:
            found[stmt.target] = known
    if isinstance(stmt, ir.For):
        for name, init, result in zip(stmt.carried, stmt.inits, stmt.results, strict=True):
            known = root(init)
            if known is not None:
                found[name] = found[result] = known
        for one in stmt.body.statements:
            _add_versions(one, roots, found)


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
        ends: list[ir.Atom | None] = [ir.Var(b) if a != b else None for a, b in ((first, second), (second, third), (third, last))]
        if ends[1] is not None:
            k = inner.inits.index(ir.Var(second))
            self.done.add(k)
            starts[1], ends[1] = inner.carried[k], inner.body.yields[k]
        self.thread(place, starts, ends)
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


def needed(statements: Sequence[ir.Stmt], ends: Sequence[ir.Atom | None]) -> list[ir.Stmt]:
    """The statements that something needs."""
    names = {name for end in ends if end is not None for name in ir.variables(end)}
    kept: list[ir.Stmt] = []
    for stmt in reversed(statements):
        if not names.isdisjoint(ir.binds(stmt)):
            kept.insert(0, stmt)
            names |= ir.free(ir.Block((stmt,)))
    return kept
