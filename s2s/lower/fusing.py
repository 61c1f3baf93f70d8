"""Loops over the same entries become one, and what one stores for the other to read is not stored.

    for i in range(n):                       for i in range(n):
        t[i] = x[i] * y[i]          =>           s += x[i] * y[i]
    for i in range(n):
        s += t[i]

In: a program of loop nests.  Out: one that computes the same, sums in another order at most.  Two loops are fused if each array
that one stores into and the other uses has an axis on which both name nothing but one entry in an iteration, at the same distance
from the index; or if both only add to it, and do so in loops of their own, which stay apart so that LLVM can write them with vector
instructions, or in loops that `splitting.py` will part again, with one in which each entry gets all that is added.
"""

from __future__ import annotations

import operator
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

import numpy as np

from s2s import facts, ir
from s2s.lower.across import (
    by_columns,
    computes_numbers,
    from_zero,
    has_kernels,
    in_any_order,
    in_order,
    is_derived,
    may_pass,
    shares,
    turned,
)
from s2s.lower.adding import chains_of, comes_apart, is_innermost
from s2s.lower.counting import newest
from s2s.lower.using import Lets, Uses, lets_of, names_of, uses
from s2s.primitives import STORES, is_pure, is_shared
from s2s_runtime import kernels


def fused(function: ir.Function) -> ir.Function:
    """The function with loops fused, from the outside to the inside."""
    fusing = Fusing(function)
    return replace(function, body=fusing.block(function.body), types=fusing.types)


class Fusing:
    """One function's loops being fused."""

    def __init__(self, function: ir.Function) -> None:
        self.types = dict(function.types)
        self.lets = lets_of(function.body)
        self.number = newest(function)

    def fresh(self, fact: facts.Type) -> str:
        """A new name."""
        self.number += 1
        name = f"#{self.number}"
        self.types[name] = fact
        return name

    def block(self, block: ir.Block) -> ir.Block:
        """A block with its loops fused, and the loops in these."""
        before, block = block, forwarded(self.once(block), self.types)
        while len(block.statements) < len(before.statements) and sum(isinstance(stmt, ir.For) for stmt in block.statements) > 1:
            before, block = block, forwarded(self.once(block), self.types)  # what was fused may fit more now
        return ir.Block(tuple([self.inside(stmt) for stmt in block.statements]), block.yields)

    def inside(self, stmt: ir.Stmt) -> ir.Stmt:
        match stmt:
            case ir.If():
                return replace(stmt, then=self.block(stmt.then), other=self.block(stmt.other))
            case ir.For():
                body = self.block(stmt.body)
                return replace(stmt, body=forwarded(body, self.types, once=True) if is_innermost(stmt) else body)
            case ir.While():
                return replace(stmt, body=self.block(stmt.body))
        return stmt

    def once(self, block: ir.Block) -> ir.Block:
        """A block with each loop put into the nearest one before it that it fits."""
        done: list[ir.Stmt] = []
        for stmt, rest in zip(block.statements, read_behind(block), strict=True):
            if not isinstance(stmt, ir.For) or not (self.put_across(done, stmt, rest) or self.put(done, stmt, rest)):
                done.append(stmt)
        return ir.Block(tuple(done), block.yields)

    def put(self, done: list[ir.Stmt], second: ir.For, rest: set[str]) -> bool:
        """Fuse a loop with the last one that is done; what stands in between goes in front of both."""
        position = next((k for k in reversed(range(len(done))) if isinstance(done[k], ir.For)), None)
        if position is None:
            return False
        first, between = done[position], done[position + 1 :]
        assert isinstance(first, ir.For)
        needed = ir.free(ir.Block((second,)))
        before, after = parted_at(between, needed, names_of(second.inits))
        made = {name for stmt in before for name in ir.binds(stmt)}
        if not all(moves(stmt, first) for stmt in before) or not made.isdisjoint(ir.free(first.body)):
            return False
        if not all(stays_behind(stmt) for stmt in after) or not self.fit(first, second, rest | ir.free(ir.Block(tuple(after)))):
            return False
        done[position:] = [*before, self.merged(first, second), *after]
        return True

    def put_across(self, done: list[ir.Stmt], second: ir.For, rest: set[str]) -> bool:
        """Fuse a loop of a derivative, whose order does not matter, with the nearest one before it that made what it reads."""
        if not (is_derived(second) and computes_numbers(second, self.types) and in_any_order(second, self.types)):
            return False
        begun, behind = from_zero(second, self.types, self.fresh)
        for position in reversed(range(len(done))):
            first = done[position]
            loop = turned(begun, first, self.lets) if isinstance(first, ir.For) else None
            if isinstance(first, ir.For) and loop is not None and self.meets(first, loop):
                before, after = parted_at(done[position + 1 :], ir.free(ir.Block((loop,))), names_of(loop.inits))
                read = rest | ir.free(ir.Block((*after, *behind)))
                passes = all(may_pass(stmt, first) for stmt in before) and in_order((*before, loop), (first, *after))
                if passes and self.fit(first, loop, read):
                    done[position:] = [*before, self.merged(first, loop), *after, *behind]
                    return True
        return False

    def meets(self, first: ir.For, second: ir.For) -> bool:
        """Whether it is worth it to have both in one loop: the second reads what the first has stored, and nothing that LLVM writes
        with vector instructions is put into a loop around loops.
        """
        arrays = [name for name in first.results if is_array(self.types.get(name))]
        alone = [loop for loop in (first, second) if is_innermost(loop)]
        alike = len(alone) != 1 or not has_kernels(alone[0])
        alike = alike and not by_columns(first) and not by_columns(second)
        return alike and shares(second, arrays) and in_any_order(first, self.types)

    # ---------------------------------------------------------------------------------------------------- what may be
    def fit(self, first: ir.For, second: ir.For, rest: set[str]) -> bool:
        """Whether two loops may be one."""
        if first.bounds != second.bounds or any((loop.stops or loop.slots) for loop in (first, second)):
            return False
        made = set(first.results)
        chained = {init.name for init in second.inits if isinstance(init, ir.Var) and init.name in made}
        others = {name for init in second.inits for name in ir.variables(init)} - chained
        changed = others & ir.free(first.body)
        if not (others | names_of(second.bounds)).isdisjoint(made):
            return False
        read = ir.free(second.body) & made
        if not (read | rest).isdisjoint(chained) or len(chained) < sum(isinstance(i, ir.Var) and i.name in made for i in second.inits):
            return False
        lets = lets_of(first.body) | lets_of(second.body)
        return (
            all(self.may_be_read(first, second, name, lets) for name in read)
            and all(self.may_be_changed(first, second, name, lets) for name in changed)
            and self.may_be_carried(first, second, chained, lets)
        )

    def may_be_read(self, first: ir.For, second: ir.For, name: str, lets: Lets) -> bool:
        """Whether the second loop reads no entry of an array but those that the first one left in this iteration."""
        own, other = self.uses(first, name), uses(second.body, {name})
        return not other.writes and own.axes(first.index, lets) & other.axes(second.index, lets) != set()

    def may_be_changed(self, first: ir.For, second: ir.For, name: str, lets: Lets) -> bool:
        """Whether the second loop stores into no entry of an array but those that the first one read in this iteration."""
        carried = [c for c, init in zip(second.carried, second.inits, strict=True) if init == ir.Var(name)]
        if len(carried) != 1 or name in names_of(first.inits) or name in ir.free(second.body):
            return False
        own, other = uses(first.body, {name}), uses(second.body, {carried[0]})
        return bool(own.reads) and not own.writes and own.axes(first.index, lets) & other.axes(second.index, lets) != set()

    def may_be_carried(self, first: ir.For, second: ir.For, names: Collection[str], lets: Lets) -> bool:
        """Whether both loops may go on with arrays in turn."""
        carried = {init.name: c for c, init in zip(second.carried, second.inits, strict=True) if isinstance(init, ir.Var)}
        pairs = {name: (self.uses(first, name), uses(second.body, {carried[name]})) for name in names}
        loose = [pair for pair in pairs.values() if not pair[0].axes(first.index, lets) & pair[1].axes(second.index, lets)]
        if not all(use.adds for pair in loose for use in pair):
            return False
        nested = all(any(isinstance(stmt, ir.For) for stmt in loop.body.statements) for loop in (first, second))
        return not loose or nested or comes_apart(self.merged(first, second), self.types)

    def merged(self, first: ir.For, second: ir.For) -> ir.For:
        """Both loops in one, which computes nothing twice of what it adds to several entries."""
        both = merged(first, second)
        several = is_innermost(both) and any(chain.overlaps for chain in chains_of(both, self.types))
        return replace(both, body=forwarded(both.body, self.types, several))

    def uses(self, loop: ir.For, result: str) -> Uses:
        k = loop.results.index(result)
        return uses(loop.body, {loop.carried[k]})


def read_behind(block: ir.Block) -> list[set[str]]:
    """For each loop of a block, the names from before that are read behind it; for another statement, nothing."""
    found: list[set[str]] = []
    after = names_of(block.yields)
    for stmt in reversed(block.statements):
        found.append(set(after) if isinstance(stmt, ir.For) else set())
        after = after.difference(ir.binds(stmt)) | ir.free(ir.Block((stmt,)))
    return found[::-1]


def parted_at(statements: Sequence[ir.Stmt], needed: AbstractSet[str], changed: AbstractSet[str]) -> tuple[list[ir.Stmt], list[ir.Stmt]]:
    """Those statements that give what is needed, or read what is changed next, and the others."""
    before: list[ir.Stmt] = []
    after: list[ir.Stmt] = []
    for stmt in reversed(statements):
        own = ir.free(ir.Block((stmt,)))
        if needed.isdisjoint(ir.binds(stmt)) and changed.isdisjoint(own):
            after.insert(0, stmt)
        else:
            before.insert(0, stmt)
            needed = needed | own
    return before, after


def stays_behind(stmt: ir.Stmt) -> bool:
    """Whether a loop that needs nothing of a statement may stand before it."""
    return isinstance(stmt, ir.Let) and is_pure(stmt.value.function)


def moves(stmt: ir.Stmt, loop: ir.For) -> bool:
    """Whether a statement may stand before a loop instead of behind it."""
    if not isinstance(stmt, ir.Let) or stmt.value.function in STORES or not is_pure(stmt.value.function):
        return False
    return set(ir.reads(stmt.value)).isdisjoint(loop.results)


def merged(first: ir.For, second: ir.For) -> ir.For:
    """Both loops in one: what the second reads of the first is what that has at the end of the iteration."""
    taken = {init.name: ir.Var(own) for init, own in zip(second.inits, second.carried, strict=True) if isinstance(init, ir.Var)}
    first = replace(first, body=renamed(first.body, taken))  # what the second one changes is read as it is then
    ends = dict(zip(first.results, first.body.yields, strict=True))
    change: dict[str, ir.Atom] = {second.index: ir.Var(first.index), **ends}
    carried, inits, results = list(first.carried), list(first.inits), list(first.results)
    yields = list(first.body.yields)
    places = []
    for name, init, result in zip(second.carried, second.inits, second.results, strict=True):
        if isinstance(init, ir.Var) and init.name in ends:
            place = first.results.index(init.name)
            change[name] = ends[init.name]
            results[place] = result
        else:
            place = len(carried)
            carried.append(name)
            inits.append(init)
            results.append(result)
            yields.append(ir.Var(name))
        places.append(place)
    body = renamed(second.body, change)
    for place, atom in zip(places, body.yields, strict=True):
        yields[place] = atom
    block = ir.Block((*first.body.statements, *body.statements), tuple(yields))
    return replace(first, carried=tuple(carried), inits=tuple(inits), results=tuple(results), body=block)


# ---------------------------------------------------------------------------------------------------------- forwarding
def forwarded(block: ir.Block, types: Mapping[str, facts.Type], once: bool = False) -> ir.Block:
    """A block in which what was stored just before is taken as it is, and not read again, in branches neither; no index is computed
    twice.  `once`: nor is any other number.
    """
    return Forwarding(types, once).block(block)


@dataclass
class Forwarding:
    """What is known at a place of a block: numbers by what they are, stored entries by the array and their place."""

    types: Mapping[str, facts.Type]
    once: bool
    numbers: dict[ir.Apply, str] = field(default_factory=dict)
    stored: dict[tuple[str, ir.Atom], ir.Atom] = field(default_factory=dict)

    def block(self, block: ir.Block) -> ir.Block:
        change: dict[str, ir.Atom] = {}
        statements: list[ir.Stmt] = []
        for stmt in block.statements:
            stmt = renamed(ir.Block((stmt,)), change).statements[0] if change else stmt
            if isinstance(stmt, ir.If):
                stmt = ir.map_blocks(stmt, self.arm)
            found = self.known(stmt) if isinstance(stmt, ir.Let) else None
            if isinstance(stmt, ir.Let) and found is not None:
                change[stmt.target] = found
            else:
                statements.append(stmt)
        yields = tuple([ir.replace_atom(atom, lambda name: change.get(name, ir.Var(name))) for atom in block.yields])
        return ir.Block(tuple(statements), yields)

    def arm(self, block: ir.Block) -> ir.Block:
        """An arm of a branch: what is known in front of it, and in it."""
        return replace(self, numbers=dict(self.numbers), stored=dict(self.stored)).block(block)

    def known(self, stmt: ir.Let) -> ir.Atom | None:
        """What a statement gives, if that is there; else it is noted."""
        args = stmt.value.args
        if stmt.value.function is kernels.index_set and len(args) == 3:
            if same_dtype(self.types, args[0], args[2]):
                self.stored[stmt.target, args[1]] = args[2]
        elif stmt.value.function is operator.getitem and isinstance(args[0], ir.Var) and (args[0].name, args[1]) in self.stored:
            return self.stored[args[0].name, args[1]]
        if not is_number(stmt, self.types, self.once):
            return None
        known = self.numbers.setdefault(stmt.value, stmt.target)
        return None if known == stmt.target else ir.Var(known)


def is_number(stmt: ir.Let, types: Mapping[str, facts.Type], of_any_kind: bool) -> bool:
    """Whether a statement gives a number that follows from what it reads: a sum of whole ones, or another one, too."""
    fact, function = types.get(stmt.target), stmt.value.function
    if not isinstance(fact, facts.Num) or fact.shape != () or not is_shared(function):
        return False
    return of_any_kind or (function in (operator.add, operator.sub) and fact.dtype == np.int64)


def is_array(fact: facts.Type | None) -> bool:
    return isinstance(fact, facts.Num) and fact.shape != ()


def same_dtype(types: Mapping[str, facts.Type], array: ir.Atom, value: ir.Atom) -> bool:
    """Whether a value is stored without being changed."""
    one = types.get(array.name) if isinstance(array, ir.Var) else None
    other = types.get(value.name) if isinstance(value, ir.Var) else None
    known = isinstance(one, facts.Num) and isinstance(other, facts.Num) and one.dtype is not None
    return known and other.shape == () and other.dtype == one.dtype  # type: ignore[union-attr]


def renamed(block: ir.Block, change: Mapping[str, ir.Atom]) -> ir.Block:
    """A block with other atoms in the place of names that are bound outside it."""

    def atom(one: ir.Atom) -> ir.Atom:
        return ir.replace_atom(one, lambda name: change.get(name, ir.Var(name)))

    def atoms(many: Sequence[ir.Atom]) -> tuple[ir.Atom, ...]:
        return tuple([atom(one) for one in many])

    def statement(stmt: ir.Stmt) -> ir.Stmt:
        match stmt:
            case ir.Let():
                return replace(stmt, value=ir.replace_apply(stmt.value, lambda name: change.get(name, ir.Var(name))))
            case ir.If():
                return replace(stmt, test=atom(stmt.test), then=inside(stmt.then), other=inside(stmt.other))
            case ir.For():
                bounds = atoms(stmt.bounds)
                return replace(stmt, bounds=bounds, inits=atoms(stmt.inits), body=inside(stmt.body))  # type: ignore[arg-type]
            case ir.While():
                return replace(stmt, inits=atoms(stmt.inits), test=inside(stmt.test), body=inside(stmt.body))
            case ir.Raise():
                return replace(stmt, exception=atom(stmt.exception))
        raise TypeError(f"a {type(stmt).__name__} in a loop nest")

    def inside(inner: ir.Block) -> ir.Block:
        return ir.Block(tuple([statement(stmt) for stmt in inner.statements]), atoms(inner.yields))

    return inside(block)
