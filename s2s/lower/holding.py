"""An entry that a loop reads or changes at a fixed place, while it uses other entries of the array, is a number meanwhile.

    for j in range(k):                           t, u = A[i, k], A[k, k]
        A[i, k] -= A[i, j] * A[k, j]     =>      for j in range(k):
        B[j] += A[k, k]                              t -= A[i, j] * A[k, j]
                                                     B[j] += u
                                                 A[i, k] = t

In: an innermost loop.  Out: the entries that may be held, and the loop with one of them held.  The other places that the loop
uses have to be apart from it, which bounds on the indices prove; or a derivative only adds to the array, in whatever order.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from s2s import facts, ir
from s2s.lower.across import is_derived
from s2s.lower.counting import bound
from s2s.lower.fusing import renamed
from s2s.lower.places import Access, Places
from s2s.lower.using import uses
from s2s.lower.writing import LoopBuilder
from s2s.primitives import STORES
from s2s_runtime import kernels

NUMBER = facts.Num(np.dtype(float), ())


class Holding:
    """One loop, `stmt`, with more and more entries held."""

    def __init__(self, builder: LoopBuilder, around: Mapping[str, ir.For], stmt: ir.For) -> None:
        self.builder, self.stmt = builder, stmt
        self.own = {*bound(stmt), *(name for one in stmt.body.statements for name in ir.binds(one))}
        self.places = Places(builder, around, self.own)

    def entries(self) -> Iterator[tuple[ir.Atom, int]]:
        """The places, the same in each iteration, that nothing else in the loop can meet; and the array among what is carried."""
        for place, name in enumerate(self.stmt.carried):
            fact = self.builder.types.get(name)
            if not isinstance(fact, facts.Num) or not fact.shape or fact.dtype != NUMBER.dtype:
                continue
            lets = self.lets_of(place)
            fixed = dict.fromkeys(let.value.args[1] for let in lets or () if self.own.isdisjoint(ir.variables(let.value.args[1])))
            for index in fixed:
                if len({let.value.args[1] for let in lets or ()}) > 1 and self.may_be_held(lets or [], index):
                    yield index, place

    def lets_of(self, place: int) -> list[ir.Let] | None:
        """The statements that read an array that is carried, or store into it; None if something else uses it."""
        names = {self.stmt.carried[place]}
        found = uses(self.stmt.body, names)
        statements = self.stmt.body.statements
        lets = [one for one in statements if isinstance(one, ir.Let) and not names.isdisjoint(ir.reads(one.value))]
        nested = any(not isinstance(one, ir.Let) and names & ir.free(ir.Block((one,))) for one in statements)
        ends = [k for k, atom in enumerate(self.stmt.body.yields) if not names.isdisjoint(ir.variables(atom))]
        plain = all(let.value.function is operator.getitem or let.value.function in STORES for let in lets)
        return lets if plain and not nested and not found.other and ends == [place] else None

    def may_be_held(self, lets: list[ir.Let], index: ir.Atom) -> bool:
        """Whether all else that is read or stored is apart from an entry; nothing is lost by other reads where it is only read."""
        own = [let for let in lets if let.value.args[1] == index]
        if only_added(lets):
            return all(self.is_float(let.value.args[2]) for let in own)
        stored = any(let.value.function in STORES for let in own)
        if not all(self.is_float(let.value.args[2]) for let in own if let.value.function in STORES):
            return False
        if not all(self.is_number(let) for let in own if let.value.function is operator.getitem):
            return False
        mine = Access("", kernels.index_set, ir.index_parts(index), ())
        for let in lets:
            if let not in own and (stored or let.value.function in STORES):
                theirs = Access("", let.value.function, ir.index_parts(let.value.args[1]), (self.stmt,))
                if len(theirs.parts) != len(mine.parts) or not self.places.apart(mine, theirs, []):
                    return False
        return True

    def is_float(self, atom: ir.Atom) -> bool:
        fact = self.builder.type_of(atom)
        return isinstance(fact, facts.Num) and fact.dtype == NUMBER.dtype and fact.shape == ()

    def is_number(self, let: ir.Let) -> bool:
        return self.is_float(ir.Var(let.target))

    def hold(self, place: int, index: ir.Atom) -> list[ir.Stmt]:
        """Hold an entry: its number is read here; the statements that store it behind the loop."""
        builder, stmt = self.builder, self.stmt
        hint = builder.hints.get(stmt.carried[place], "")
        sums = only_added(self.lets_of(place) or [])
        first = ir.Const(0.0) if sums else builder.apply(operator.getitem, stmt.inits[place], index)
        argument = builder.fresh(hint, NUMBER)
        stored = any(let.value.function in STORES and let.value.args[1] == index for let in self.lets_of(place) or ())
        block, end = self.without(place, index, argument if stored else first)
        self.stmt = replace(stmt, body=block)
        if not stored:
            return []
        result, array = builder.fresh("", NUMBER), builder.fresh(hint, builder.types.get(stmt.results[place]))
        self.stmt = replace(
            self.stmt, carried=(*stmt.carried, argument.name), inits=(*stmt.inits, first),
            results=(*(array.name if k == place else name for k, name in enumerate(stmt.results)), result.name),
            body=replace(block, yields=(*block.yields, end)),
        )  # fmt: skip
        self.own.add(argument.name)
        storing = kernels.index_add if sums else kernels.index_set
        return [ir.Let(stmt.results[place], ir.Apply(storing, (array, index, result)), stmt.origin)]

    def without(self, place: int, index: ir.Atom, number: ir.Atom) -> tuple[ir.Block, ir.Atom]:
        """The body with a number for an entry, and what that is at its end."""
        body = self.stmt.body
        change: dict[str, ir.Atom] = {}
        statements: list[ir.Stmt] = []
        names = {self.stmt.carried[place]}
        for one in body.statements:
            array = one.value.args[0] if isinstance(one, ir.Let) and one.value.args else None
            ours = isinstance(array, ir.Var) and array.name in names
            held = ours and isinstance(one, ir.Let) and one.value.args[1] == index
            if ours and isinstance(one, ir.Let) and one.value.function in STORES:
                names.add(one.target)
            (now,) = renamed(ir.Block((one,)), change).statements
            if not held or not isinstance(now, ir.Let):
                statements.append(now)
            elif now.value.function is operator.getitem:
                change[now.target] = number
            else:
                change[now.target] = now.value.args[0]
                number = self.after(now, number, statements)
        yields = tuple(ir.replace_atom(atom, lambda name: change.get(name, ir.Var(name))) for atom in body.yields)
        return ir.Block(tuple(statements), yields), number

    def after(self, let: ir.Let, number: ir.Atom, statements: list[ir.Stmt]) -> ir.Atom:
        """The entry's number behind a store into it."""
        if let.value.function is kernels.index_set:
            return let.value.args[2]
        target = self.builder.fresh(self.builder.hints.get(let.target, ""), NUMBER)
        self.own.add(target.name)
        statements.append(ir.Let(target.name, ir.Apply(operator.add, (number, let.value.args[2])), let.origin))
        return target


def only_added(lets: Sequence[ir.Let]) -> bool:
    """Whether a derivative does nothing with an array but add to it."""
    return bool(lets) and all(let.value.function is kernels.index_add and is_derived(let) for let in lets)
