"""What a loop carries several times is carried once: counters that go up together, and arrays with the same entries.

    while x > 1.0:                              while x > 1.0:
        xs[m] = x; m += 1                           xs[m] = x
        ns[k] = n; k += 1           =>              ns[m] = n; m += 1
        x, n = x * 0.5, n + m                       x, n = x * 0.5, n + m

In: a program of loop nests.  Out: one that computes the same.  Values never change, so two names are one value if they begin as one
and each iteration makes the same of both; that they stay one is taken for granted first, and given up where an iteration says
otherwise (value numbers, found from the most hopeful guess, as compilers do).  A whole number that has been computed in a block, or
around it, is not computed again.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any, TypeVar

from s2s import facts, ir
from s2s.lower.fusing import renamed
from s2s.primitives import is_pure, is_shared

Loop = TypeVar("Loop", ir.For, ir.While)


def merged(function: ir.Function) -> ir.Function:
    """The function with loops that carry nothing twice."""
    merging = Merging(function.types)
    merging.block(function.body)
    return replace(function, body=renamed(merging.without(function.body, {}), merging.same))


class Merging:
    """One function's values being numbered; `same` has another name for those that are carried once more."""

    def __init__(self, types: Mapping[str, facts.Type]) -> None:
        self.types = types
        self.numbers: dict[Hashable, int] = {}
        """The numbers of what was computed, by the function and the numbers of its operands."""
        self.found: dict[str, int] = {}
        """The numbers of names."""
        self.serial = count()
        self.same: dict[str, ir.Atom] = {}

    # -------------------------------------------------------------------------------------------------------- numbers
    def number(self, key: Hashable) -> int:
        """The number of a value; a new one where there is none like it."""
        if key not in self.numbers:
            self.numbers[key] = next(self.serial)
        return self.numbers[key]

    def of(self, atom: ir.Atom) -> int:
        match atom:
            case ir.Var():
                return self.found[atom.name] if atom.name in self.found else self.number(("given", atom.name))
            case ir.Pack():
                return self.number((atom.kind, atom.keys, tuple(map(self.of, atom.items))))
        return self.number(atom)

    def block(self, block: ir.Block) -> None:
        """Number what the statements of a block bind."""
        for stmt in block.statements:
            match stmt:
                case ir.Let():
                    self.found[stmt.target] = self.let(stmt)
                case ir.If():
                    self.block(stmt.then)
                    self.block(stmt.other)
                    ends, test = zip(stmt.results, stmt.then.yields, stmt.other.yields, strict=True), self.of(stmt.test)
                    self.found.update((name, self.number(("if", test, self.of(one), self.of(other)))) for name, one, other in ends)
                case ir.For() | ir.While():
                    self.loop(stmt)
                case _:
                    for name in ir.binds(stmt):
                        self.found[name] = next(self.serial)

    def let(self, stmt: ir.Let) -> int:
        apply = stmt.value
        if not is_pure(apply.function):
            return next(self.serial)
        named = tuple([(key, self.of(arg)) for key, arg in apply.kwargs])
        return self.number((apply.function, tuple(map(self.of, apply.args)), named))

    def loop(self, stmt: ir.For | ir.While) -> None:
        """Number what a loop carries: what is one value in each iteration has one number."""
        if isinstance(stmt, ir.For):
            self.found[stmt.index] = self.number(("index", id(stmt)))
        classes: list[Hashable] = [(self.of(init), self.kind_of(name)) for name, init in zip(stmt.carried, stmt.inits, strict=True)]
        while True:
            leaders = [classes.index(one) for one in classes]
            for name, leader in zip(stmt.carried, leaders, strict=True):
                self.found[name] = self.number(("carried", id(stmt), leader))
            for block in ir.blocks(stmt):
                self.block(block)
            ends = [self.of(end) for end in stmt.body.yields[stmt.stops :]]
            classes = list(zip(leaders, ends, strict=True))
            if [classes.index(one) for one in classes] == leaders:
                break
        for k, leader in enumerate(leaders):
            self.found[stmt.results[k]] = self.number(("result", id(stmt), leader))
            if leader == k:
                self.same.pop(stmt.carried[k], None)
                self.same.pop(stmt.results[k], None)
            else:
                self.same[stmt.carried[k]] = ir.Var(stmt.carried[leader])
                self.same[stmt.results[k]] = ir.Var(stmt.results[leader])

    def kind_of(self, name: str) -> Hashable:
        """What is known of a name, its lengths aside: two names of one value may have their own symbols for them."""
        fact = self.types.get(name)
        if not isinstance(fact, facts.Num):
            return repr(fact)
        return fact.dtype, None if fact.shape is None else len(fact.shape), fact.weak, fact.kinds

    # ------------------------------------------------------------------------------------------------------- rewriting
    def without(self, block: ir.Block, there: Mapping[int, str]) -> ir.Block:
        """A block in which each loop carries what is one value once; `there`: the whole numbers that are there already."""
        held, statements = dict(there), []
        for stmt in block.statements:
            if isinstance(stmt, ir.Let) and self.is_count(stmt):
                name = held.setdefault(self.found[stmt.target], stmt.target)
                if name != stmt.target:
                    self.same[stmt.target] = ir.Var(name)
                    continue
            statements.append(self.statement(stmt, held))
        return replace(block, statements=tuple(statements))

    def is_count(self, stmt: ir.Let) -> bool:
        """Whether a statement computes a whole number, the same each time."""
        fact = self.types.get(stmt.target)
        whole = isinstance(fact, facts.Num) and fact.shape == () and fact.dtype is not None and fact.dtype.kind in "iu"
        return whole and is_shared(stmt.value.function)

    def statement(self, stmt: ir.Stmt, there: Mapping[int, str]) -> ir.Stmt:
        changed = ir.map_blocks(stmt, lambda block: self.without(block, there))
        if isinstance(changed, ir.For):
            return self.carrying_less(changed)
        return self.carrying_less(changed) if isinstance(changed, ir.While) else changed

    def carrying_less(self, stmt: Loop) -> Loop:
        """A loop without what it carries once more."""
        left: list[int] = [k for k, name in enumerate(stmt.carried) if name not in self.same]
        carried, inits, results = at(stmt.carried, left), at(stmt.inits, left), at(stmt.results, left)
        ends = (*stmt.body.yields[: stmt.stops], *at(stmt.body.yields[stmt.stops :], left))
        return replace(stmt, carried=carried, inits=inits, results=results, body=replace(stmt.body, yields=ends))


def at(items: Sequence[Any], places: Sequence[int]) -> tuple[Any, ...]:
    """The items at these places."""
    return tuple([items[k] for k in places])
