"""Three loops, one in the other, that add products up: what each number in them depends on, and what is added to what.

    for i in range(n):
        for j in range(m):                  tmp[i, j] += the product of alpha * A[i, k], which depends on i and k,
            for k in range(l):              and of B[k, j], which depends on k and j
                tmp[i, j] += alpha * A[i, k] * B[k, j]

In: the loops.  Out: for a number the loops whose iteration it depends on, counted from the outside; a sum of products as its terms.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import dataclass

from s2s import facts, ir
from s2s.lower.across import FAILING, is_sum
from s2s.lower.counting import count_uses
from s2s.lower.using import uses
from s2s.primitives import MAKERS, STORES, UPDATES, is_pure
from s2s_runtime import kernels, loops

SUMS = {operator.add, operator.sub, loops.plus}
Levels = frozenset[int]


@dataclass(frozen=True)
class Term:
    """A product of numbers, or what it is taken from."""

    sign: int
    factors: tuple[ir.Atom, ...]


@dataclass(frozen=True)
class Addition:
    """What an innermost loop adds to a number, or to an entry of an array: `index` is None for a number."""

    place: int
    index: tuple[ir.Atom, ...] | None
    terms: tuple[Term, ...]
    let: ir.Let


class Chain:
    """Three loops, each in the one before it."""

    def __init__(self, loops: tuple[ir.For, ir.For, ir.For], types: dict[str, facts.Type]) -> None:
        self.loops, self.types = loops, types
        self.level: dict[str, int] = {}
        self.lets: dict[str, ir.Let] = {}
        self.indices = {loop.index: k for k, loop in enumerate(loops)}
        for k, loop in enumerate(loops):
            self.level.update(dict.fromkeys((loop.index, *loop.carried), k))
            for stmt in loop.body.statements:
                self.level.update(dict.fromkeys(ir.binds(stmt), k))
                if isinstance(stmt, ir.Let) and self.is_number(stmt):
                    self.lets[stmt.target] = stmt
        self.known: dict[str, tuple[Levels, bool]] = {}

    def is_number(self, stmt: ir.Let) -> bool:
        """Whether a statement computes a number from numbers and entries of arrays, and cannot fail."""
        function, fact = stmt.value.function, self.types.get(stmt.target)
        if not is_pure(function) or function in MAKERS or function in STORES or function in UPDATES or function in FAILING:
            return False
        return isinstance(fact, facts.Num) and fact.shape == () and not fact.boxed and not stmt.value.kwargs

    # ------------------------------------------------------------------------------------------------ dependence
    def depends(self, atom: ir.Atom) -> Levels:
        """The loops whose iteration an atom depends on."""
        return frozenset().union(*(self.of(name)[0] for name in ir.variables(atom)))

    def is_static(self, atom: ir.Atom) -> bool:
        """Whether an atom follows from the indices of the loops and from what was there before them."""
        return all(self.of(name)[1] for name in ir.variables(atom))

    def of(self, name: str) -> tuple[Levels, bool]:
        """What a name depends on, and whether nothing that the loops carry is in it."""
        if name in self.known:
            return self.known[name]
        if name not in self.level:
            found: tuple[Levels, bool] = frozenset(), True
        elif name in self.indices:
            found = frozenset([self.indices[name]]), True
        elif name in self.lets:
            read = [self.of(one) for one in ir.reads(self.lets[name].value)]
            found = frozenset().union(*(levels for levels, _ in read)), all(static for _, static in read)
        else:
            found = frozenset(range(self.level[name] + 1)), False
        self.known[name] = found
        return found

    # ------------------------------------------------------------------------------------------------------ terms
    def terms(self, atom: ir.Atom, sign: int = 1) -> list[Term]:
        """A number as a sum of products."""
        let = self.lets.get(atom.name) if isinstance(atom, ir.Var) else None
        function, args = (let.value.function, let.value.args) if let is not None else (None, ())
        if function in SUMS:
            return [*self.terms(args[0], sign), *self.terms(args[1], -sign if function is operator.sub else sign)]
        if function is operator.neg:
            return self.terms(args[0], -sign)
        if function is operator.mul:
            left, right = (self.single(one) for one in args)
            return [Term(sign * left.sign * right.sign, (*left.factors, *right.factors))]
        return [Term(sign, (atom,))]

    def single(self, atom: ir.Atom) -> Term:
        found = self.terms(atom)
        return found[0] if len(found) == 1 else Term(1, (atom,))

    # -------------------------------------------------------------------------------------------------- additions
    def additions(self) -> list[Addition] | None:
        """All that the innermost loop does, if that is to add to what it carries, and not to read that."""
        inner = self.loops[2]
        counts = count_uses(inner.body)
        lets = {stmt.target: stmt for stmt in inner.body.statements if isinstance(stmt, ir.Let)}
        stores = [stmt for stmt in inner.body.statements if not isinstance(stmt, ir.Let) or stmt.target not in self.lets]
        found: list[Addition] = []
        for place, name in enumerate(inner.carried):
            end, own = inner.body.yields[place], list[Addition]()
            while end != ir.Var(name):
                let = lets.get(end.name) if isinstance(end, ir.Var) else None
                step = self.step(place, let, name) if let is not None and counts[let.target] == 1 else None
                if step is None:
                    return None
                end = step[1]
                own.insert(0, step[0])
            if counts[name] != 1 or not own:
                return None
            found += own
        done = {one.let.target for one in found if one.index is not None}
        return found if all(isinstance(stmt, ir.Let) and stmt.target in done for stmt in stores) else None

    def step(self, place: int, let: ir.Let, name: str) -> tuple[Addition, ir.Atom] | None:
        """One addition, and what there was before it."""
        function, args = let.value.function, let.value.args
        if function is kernels.index_add and len(args) == 3:
            return Addition(place, ir.index_parts(args[1]), tuple(self.terms(args[2])), let), args[0]
        if function not in SUMS:
            return None
        first, second = args if function is operator.sub or self.leads(args[0], name) else reversed(args)
        sign = -1 if function is operator.sub else 1
        return Addition(place, None, tuple(self.terms(second, sign)), let), first

    def leads(self, atom: ir.Atom, name: str) -> bool:
        """Whether an atom is a number of this name, and what was added to it in the innermost loop."""
        let = self.lets.get(atom.name) if isinstance(atom, ir.Var) else None
        if let is None or let.value.function not in SUMS:
            return atom == ir.Var(name)
        return any(self.leads(one, name) for one in let.value.args)

    # ---------------------------------------------------------------------------------------------- what only grows
    def growing(self, place: int, level: int) -> int | None:
        """The place of what a loop around carries there, if all that happens to it in that loop is that something is added."""
        outer, inner = self.loops[level], self.loops[2]
        fact = self.types.get(inner.carried[place])
        if isinstance(fact, facts.Num) and fact.shape == ():
            return next((k for k in self.sources(place, level) if is_sum(outer, k)), None)
        for k, name in enumerate(outer.carried):
            names = {name}
            found = uses(outer.body, names)
            ends = [any(one in names for one in ir.variables(atom)) for atom in outer.body.yields]
            if inner.carried[place] in names:
                return k if found.adds and ends == [at == k for at in range(len(ends))] else None
        return None

    def sources(self, place: int, level: int) -> Iterator[int]:
        """The places of numbers in a loop that the innermost one may go on with."""
        found = {self.loops[2].inits[place]}
        for loop in reversed(self.loops[level:2]):
            lets = {name: stmt for stmt in loop.body.statements for name in ir.binds(stmt)}
            pending, seen = list(found), set[ir.Atom]()
            while pending:
                atom = pending.pop()
                stmt = lets.get(atom.name) if isinstance(atom, ir.Var) and atom not in seen else None
                seen.add(atom)
                if isinstance(stmt, ir.Let) and stmt.value.function in SUMS:
                    pending += stmt.value.args
                elif isinstance(stmt, ir.For) and isinstance(atom, ir.Var):
                    pending.append(stmt.inits[stmt.results.index(atom.name)])
            places = [k for k, name in enumerate(loop.carried) if ir.Var(name) in seen]
            found = {loop.inits[k] for k in places}
            if loop is self.loops[level]:
                yield from places
