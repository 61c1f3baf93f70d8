"""Entries that a loop reads or changes again and again are held as numbers meanwhile.

    for k in range(n):                           t = C[i, j]
        C[i, j] += A[i, k] * B[k, j]     =>      for k in range(n):
                                                     t = plus(t, A[i, k] * B[k, j])
                                                 C[i, j] = t

In: a program of loop nests.  Out: one that computes the same, sums in another order at most.  LLVM cannot do this itself: for
all that it knows, arrays may overlap.  Only an entry that is surely there is read before a loop that may have no iteration.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from s2s import facts, ir
from s2s.emit.owners import bound_in_order
from s2s.lower.across import is_derived, is_sum
from s2s.lower.adding import independent, is_innermost, own_names
from s2s.lower.assuming import Assumption
from s2s.lower.counting import bound, count_uses
from s2s.lower.fusing import renamed
from s2s.lower.hoisting import hoisted
from s2s.lower.holding import Holding
from s2s.lower.passing import Pass
from s2s.lower.places import Places
from s2s.lower.unbranching import unbranched
from s2s.lower.using import only_entry, uses
from s2s.lower.writing import LoopBuilder
from s2s.primitives import STORES
from s2s_runtime import kernels, loops

FLOAT = np.dtype(float)
T = TypeVar("T")


def promoted(function: ir.Function, assumption: Assumption) -> ir.Function:
    """The function with entries held as numbers in innermost loops."""
    return Promoting(function, assumption).run()


class Promoting(Pass):
    """One function's loops being changed."""

    def loop(self, stmt: ir.For) -> Sequence[ir.Stmt]:
        """A loop with what stands before and behind it now."""
        if stmt.slots or stmt.stops:
            return [stmt]
        before, rest = hoisted(stmt.body.statements, {stmt.index, *stmt.carried}, sure=False)
        stmt = replace(stmt, body=replace(stmt.body, statements=tuple(rest)))
        with self.builder.scope(), self.builder.block() as statements:
            for one in before:
                self.builder.emit(one)
            stmt = self.without_branches(self.reads(stmt))
            behind = []
            for place in range(len(stmt.carried)):
                stmt, after = self.entry(stmt, place)
                behind += after
            held = Holding(self.builder, self.around, stmt)
            for index, place in held.entries():
                if self.is_there(stmt.inits[place], index):
                    behind = [*held.hold(place, index), *behind]
            stmt = held.stmt
            self.builder.emit(in_any_order(stmt, self.builder))
        return [*statements, *behind]

    def reads(self, stmt: ir.For) -> ir.For:
        """The loop without reads of entries that it does not change; they stand before it."""
        own = {*bound(stmt), *(name for one in stmt.body.statements for name in ir.binds(one))}.difference(stmt.results)
        stay = []
        for one in stmt.body.statements:
            fixed = isinstance(one, ir.Let) and one.value.function is operator.getitem and own.isdisjoint(ir.reads(one.value))
            if isinstance(one, ir.Let) and fixed and self.is_there(one.value.args[0], one.value.args[1]):
                self.builder.emit(one)
                own.discard(one.target)
            else:
                stay.append(one)
        return replace(stmt, body=replace(stmt.body, statements=tuple(stay)))

    def without_branches(self, stmt: ir.For) -> ir.For:
        """The loop with additions behind its branches, if its iterations may run in any order then."""
        if not is_innermost(stmt) or not any(isinstance(one, ir.If) for one in stmt.body.statements):
            return stmt
        made = unbranched(stmt, self.builder, self.is_there)
        adding = {place for place, name in enumerate(made.carried) if uses(made.body, {name}).adds or is_sum(made, place)}
        return made if independent(made, adding, Places(self.builder, self.around, own_names(made))) else stmt

    def is_there(self, array: ir.Atom, index: ir.Atom) -> bool:
        """Whether an index names an entry of an array, whatever the lengths are."""
        fact, parts = self.builder.type_of(array), ir.index_parts(index)
        if not isinstance(fact, facts.Num) or not fact.shape or len(parts) != len(fact.shape):
            return False
        definition = self.builder.definition(array)
        if definition is not None and definition.function in STORES and definition.args[1] == index:
            return True
        return all(self.builder.ranges.is_on(part, dim) for part, dim in zip(parts, fact.shape, strict=True))

    def entry(self, stmt: ir.For, place: int) -> tuple[ir.For, list[ir.Stmt]]:
        """The loop with a number in the place of an array of which it uses one entry; and the store behind it."""
        builder, array = self.builder, stmt.inits[place]
        fact = builder.type_of(array)
        index = one_index(stmt, place, builder)
        if index is None or not isinstance(fact, facts.Num) or fact.dtype != FLOAT or not self.is_there(array, index):
            return stmt, []
        first = builder.apply(operator.getitem, array, index)
        number = facts.Num(FLOAT, ())
        argument, result = builder.fresh(builder.hints.get(stmt.carried[place], ""), number), builder.fresh("", number)
        names: dict[str, ir.Atom] = {stmt.carried[place]: argument}
        body = as_number(stmt.body, names, builder)
        behind = ir.Let(stmt.results[place], ir.Apply(kernels.index_set, (array, index, result)), stmt.origin)
        return replace(
            stmt, body=body, inits=put(stmt.inits, place, first),
            carried=put(stmt.carried, place, argument.name), results=put(stmt.results, place, result.name),
        ), [behind]  # fmt: skip


def put(items: Sequence[T], place: int, item: T) -> tuple[T, ...]:
    return (*items[:place], item, *items[place + 1 :])


def one_index(stmt: ir.For, place: int, builder: LoopBuilder) -> ir.Atom | None:
    """The only index, the same in each iteration, at which a loop uses and changes an array that it carries."""
    entry = only_entry(stmt, place, branches=True)
    if entry is None or not entry.stores or not all(is_float(let.value.args[2], builder) for let in entry.stores):
        return None
    own = {*bound(stmt), *bound_in_order(stmt.body)}
    return entry.index if own.isdisjoint(ir.variables(entry.index)) else None


def is_float(atom: ir.Atom, builder: LoopBuilder) -> bool:
    fact = builder.type_of(atom)
    return isinstance(fact, facts.Num) and fact.dtype == FLOAT


def as_number(block: ir.Block, names: dict[str, ir.Atom], builder: LoopBuilder) -> ir.Block:
    """A block with a number for the entry of an array; `names` has the numbers by the names of the array."""
    statements: list[ir.Stmt] = []
    same: dict[str, ir.Atom] = {}
    for one in block.statements:
        one = renamed(ir.Block((one,)), same).statements[0] if same else one
        array = one.value.args[0] if isinstance(one, ir.Let) and one.value.args else None
        held = names.get(array.name) if isinstance(array, ir.Var) else None
        if isinstance(one, ir.If) and not names.keys().isdisjoint(ir.free(ir.Block((one,)))):
            statements.append(chosen_number(one, names, builder))
        elif held is None or not isinstance(one, ir.Let):
            statements.append(one)
        elif one.value.function is operator.getitem:
            same[one.target] = held
        elif one.value.function is kernels.index_set:
            names[one.target] = one.value.args[2]
        else:
            after = builder.fresh(builder.hints.get(one.target, ""), facts.Num(FLOAT, ()))
            statements.append(ir.Let(after.name, ir.Apply(operator.add, (held, one.value.args[2])), one.origin))
            names[one.target] = after
    ends = [names.get(atom.name, atom) if isinstance(atom, ir.Var) else atom for atom in block.yields]
    return ir.Block(tuple(statements), tuple([ir.replace_atom(end, lambda name: same.get(name, ir.Var(name))) for end in ends]))


def chosen_number(stmt: ir.If, names: dict[str, ir.Atom], builder: LoopBuilder) -> ir.If:
    """A branch with a number for the entry of an array; what it gives in the place of the array is a number then, too."""
    results, inside = list(stmt.results), [dict(names), dict(names)]
    then, other = (as_number(arm, own, builder) for arm, own in zip(ir.blocks(stmt), inside, strict=True))
    for k, atom in enumerate(stmt.then.yields):
        if isinstance(atom, ir.Var) and atom.name in inside[0]:
            number = builder.fresh(builder.hints.get(results[k], ""), facts.Num(FLOAT, ()))
            names[results[k]], results[k] = number, number.name
    return replace(stmt, then=then, other=other, results=tuple(results))


def in_any_order(stmt: ir.For, builder: LoopBuilder) -> ir.For:
    """A loop whose sums may be added up in any order: of numbers that it does nothing with but add to."""
    uses = count_uses(stmt.body)
    change: dict[str, list[ir.Let]] = {}
    for name, end in zip(stmt.carried, stmt.body.yields, strict=True):
        fact = builder.type_of(ir.Var(name))
        if not isinstance(fact, facts.Num) or fact.dtype != FLOAT or fact.shape != () or not uses[name]:
            continue
        found: dict[str, list[ir.Let]] = {}
        if only_added(stmt.body, name, end, uses, found, builder) == uses[name]:
            change |= found
    return replace(stmt, body=with_sums(stmt.body, change)) if change else stmt


def only_added(
    block: ir.Block, name: str, end: ir.Atom, uses: Mapping[str, int], found: dict[str, list[ir.Let]], builder: LoopBuilder
) -> int:
    """How often a number is used by being added to, or handed on; `found` gets the sums.

    The program's own number may be added to once at most on each way through a block: more terms keep their order.
    """
    if end == ir.Var(name):
        return 1
    if not isinstance(end, ir.Var) or uses[end.name] != 1:
        return 0
    stmt = next((one for one in block.statements if end.name in ir.binds(one)), None)
    if isinstance(stmt, ir.If):
        place = stmt.results.index(end.name)
        ways = [only_added(arm, name, arm.yields[place], uses, found, builder) for arm in ir.blocks(stmt)]
        return sum(ways) if all(ways) else 0
    for so_far, other in sums(stmt):
        alone = so_far == ir.Var(name)
        assert isinstance(stmt, ir.Let)
        often = 1 if alone else only_added(block, name, so_far, uses, found, builder) if is_derived(stmt) else 0
        if often and is_float(other, builder):
            found[stmt.target] = one_more(stmt, so_far, other, builder)
            return often
    return 0


def sums(stmt: ir.Stmt | None) -> list[tuple[ir.Atom, ir.Atom]]:
    """What may be a sum so far in a statement, and what is added to it, or taken from it."""
    if not isinstance(stmt, ir.Let) or stmt.value.function not in (operator.add, operator.sub) or len(stmt.value.args) != 2:
        return []
    first, second = stmt.value.args
    return [(first, second), (second, first)] if stmt.value.function is operator.add else [(first, second)]


def one_more(stmt: ir.Let, so_far: ir.Atom, other: ir.Atom, builder: LoopBuilder) -> list[ir.Let]:
    """A sum with one entry more, in any order; what is taken from it is added with the other sign."""
    if stmt.value.function is operator.add:
        return [replace(stmt, value=ir.Apply(loops.plus, (so_far, other)))]
    negative = builder.fresh("", builder.type_of(other))
    return [
        ir.Let(negative.name, ir.Apply(operator.neg, (other,)), stmt.origin),
        replace(stmt, value=ir.Apply(loops.plus, (so_far, negative))),
    ]


def with_sums(block: ir.Block, change: Mapping[str, Sequence[ir.Let]]) -> ir.Block:
    """A block with some of its statements, and of those of its branches, changed."""

    def changed(one: ir.Stmt) -> Sequence[ir.Stmt]:
        if isinstance(one, ir.If):
            return [replace(one, then=with_sums(one.then, change), other=with_sums(one.other, change))]
        return change.get(one.target, [one]) if isinstance(one, ir.Let) else [one]

    return replace(block, statements=tuple([new for one in block.statements for new in changed(one)]))
