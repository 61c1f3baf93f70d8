"""Typed programs to loop nests: every whole-array statement becomes loops over its entries.

    y = x[1:-1] * w + b        =>        for i in range(n - 2): y[i] = x[i + 1] * w + b[i]

In: an ir.Function whose values have known dtypes and ranks.  Out: one in which arrays are made, read and stored into entry by
entry, and by BLAS where that is faster.  It stays a functional program: a loop carries the array it fills, and `emit` decides
as ever what is written in place.  Raises NotLowered with the place of what cannot be written so.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.infer import ELEMENTWISE
from s2s.lower.definitions import expanded
from s2s.lower.refusing import NotLowered
from s2s.lower.tables import AS_IT_STANDS, WRITERS
from s2s.lower.values import Mapped, Stored, Value, Viewed, lengths_of
from s2s.lower.views import viewed
from s2s.lower.writing import LoopBuilder
from s2s.primitives import MAKERS, STORES


def lowered(function: ir.Function) -> ir.Function:
    """The function as loop nests."""
    lowering = Lowering(function)
    function = expanded(function, lowering.builder)
    lowering.uses = count_uses(function.body)
    with lowering.builder.block() as first:
        for parameter in function.parameters:
            lowering.builder.note_lengths(parameter.name)
    body = lowering.block(function.body)
    body = ir.Block((*first, *body.statements), body.yields)
    return replace(function, body=body, types=lowering.builder.types, hints=lowering.builder.hints)


class Lowering:
    """One function being lowered: what its names stand for, and how often each is still read."""

    def __init__(self, function: ir.Function) -> None:
        self.builder = LoopBuilder(function.types, function.hints, newest(function))
        self.values: dict[str, Value] = {}
        self.atoms: dict[str, ir.Atom] = {}
        self.uses: Counter[str] = Counter()
        self.depth = 0

    # -------------------------------------------------------------------------------------------------------- blocks
    def block(self, block: ir.Block) -> ir.Block:
        self.depth += 1
        with self.builder.block() as statements:
            for stmt in block.statements:
                with self.builder.at(stmt.origin):
                    self.write_before(stmt)
                    self.statement(stmt)
            yields = tuple(self.atom(atom) for atom in block.yields)
        self.depth -= 1
        return ir.Block(tuple(statements), yields)

    def write_before(self, stmt: ir.Stmt) -> None:
        """Write down what this statement would compute again and again, or what reads an array that it changes."""
        inside = {name for block in ir.blocks(stmt) for name in ir.free(block)}
        changed = changes(stmt)
        for name, value in list(self.values.items()):
            if isinstance(value, Stored) or not self.uses[name]:
                continue
            read = name in inside
            if (read and not isinstance(value, Viewed)) or (changed and not changed.isdisjoint(value.reads())):
                self.write_down(name)

    def statement(self, stmt: ir.Stmt) -> None:
        match stmt:
            case ir.Let():
                for name in ir.reads(stmt.value):
                    self.uses[name] -= 1
                self.let(stmt)
            case ir.If():
                test = self.atom(stmt.test)
                self.builder.emit(replace(stmt, test=test, then=self.block(stmt.then), other=self.block(stmt.other)))
            case ir.For():
                bounds = tuple([self.atom(bound) for bound in stmt.bounds])
                inits = tuple([self.atom(init) for init in stmt.inits])
                self.builder.emit(replace(stmt, bounds=bounds, inits=inits, body=self.block(stmt.body)))  # type: ignore[arg-type]
            case ir.While():
                inits = tuple([self.atom(init) for init in stmt.inits])
                self.builder.emit(replace(stmt, inits=inits, test=self.block(stmt.test), body=self.block(stmt.body)))
            case _:
                raise NotLowered(f"a {type(stmt).__name__.lower()} statement is not compiled", stmt.origin)

    # ---------------------------------------------------------------------------------------------------- statements
    def let(self, stmt: ir.Let) -> None:
        function, args, kwargs = stmt.value.function, stmt.value.args, dict(stmt.value.kwargs)
        fact = self.builder.types.get(stmt.target)
        known = isinstance(fact, facts.Num) and fact.dtype is not None and fact.shape is not None
        if not known and (isinstance(fact, facts.Num) or (fact is None and self.takes_arrays(stmt.value))):
            raise NotLowered("the dtype or the number of axes of this is not known", stmt.origin)
        if function in WRITERS and self.takes_arrays(stmt.value):
            self.note(stmt, WRITERS[function](self, fact, *args, **kwargs))
        elif not isinstance(fact, facts.Num) or not (fact.shape or self.takes_arrays(stmt.value)):
            self.keep(stmt)
        elif function in ELEMENTWISE and not kwargs:
            mapped = Mapped(function, tuple([self.value(arg) for arg in args]), fact)
            self.note(stmt, mapped if fact.shape else mapped.entry(self.builder, ()))
        else:
            found = self.view(stmt, fact)
            if found is None:
                self.keep(stmt)
            else:
                self.note(stmt, found if fact.shape else found.entry(self.builder, ()))

    def note(self, stmt: ir.Let, found: Value | ir.Atom | None) -> None:
        """What the name of a statement stands for; None where the statement stays as it is."""
        if found is None:
            self.keep(stmt)
        elif isinstance(found, (ir.Var, ir.Const, ir.Pack)):
            self.builder.suggest(found, self.builder.hints.get(stmt.target, ""))
            self.atoms[stmt.target] = found
        else:
            if isinstance(found, Stored):
                self.builder.suggest(found.atom, self.builder.hints.get(stmt.target, ""))
            self.values[stmt.target] = found

    def view(self, stmt: ir.Let, fact: facts.Num) -> Viewed | None:
        """A view that is followed."""
        if not stmt.value.args or stmt.value.kwargs or not self.is_array(stmt.value.args[0]):
            return None
        base, *rest = stmt.value.args
        args = tuple([self.atom(arg) for arg in rest])
        return viewed(self.builder, stmt.value.function, self.value(base), args, fact, self.value)

    def keep(self, stmt: ir.Let) -> None:
        """The statement as it stands, its arrays in memory."""
        function = stmt.value.function
        if self.takes_arrays(stmt.value) and function not in AS_IT_STANDS and function not in MAKERS:
            raise NotLowered(f"{getattr(function, '__name__', function)} is not compiled", stmt.origin)
        args = tuple([self.atom(arg) for arg in stmt.value.args])
        kwargs = tuple([(key, self.atom(arg)) for key, arg in stmt.value.kwargs])
        self.builder.emit(ir.Let(stmt.target, ir.Apply(function, args, kwargs), stmt.origin))
        if self.depth == 1:
            self.builder.note_lengths(stmt.target)

    # -------------------------------------------------------------------------------------------------------- values
    def is_array(self, atom: ir.Atom) -> bool:
        fact = self.builder.type_of(atom)
        return isinstance(fact, facts.Num) and bool(fact.shape)

    def takes_arrays(self, application: ir.Apply) -> bool:
        return any(self.is_array(ir.Var(name)) for name in ir.reads(application))

    def value(self, atom: ir.Atom) -> Value:
        """What an atom stands for; what is read again later is written down first."""
        if isinstance(atom, ir.Var) and atom.name in self.values:
            if not isinstance(self.values[atom.name], (Stored, Viewed)) and self.uses[atom.name] > 0:
                self.write_down(atom.name)
            return self.values[atom.name]
        atom = self.atom(atom)
        fact = self.builder.type_of(atom)
        if not isinstance(fact, facts.Num):
            raise NotLowered("a value here is not known to be a number or an array", self.builder.origin)
        return Stored(atom, fact)

    def peek(self, atom: ir.Atom) -> Value:
        """What an atom stands for, where only its lengths are asked for."""
        return self.values[atom.name] if isinstance(atom, ir.Var) and atom.name in self.values else self.value(atom)

    def atom(self, atom: ir.Atom) -> ir.Atom:
        """An atom whose arrays are in memory."""
        if isinstance(atom, ir.Pack):
            return ir.Pack(atom.kind, tuple([self.atom(item) for item in atom.items]), atom.keys)
        if isinstance(atom, ir.Var) and atom.name in self.atoms:
            return self.atoms[atom.name]
        if isinstance(atom, ir.Var) and atom.name in self.values:
            value = self.values[atom.name]
            if isinstance(value, Viewed) and value.made is not None and isinstance(value.base, Stored):
                return value.made(self.builder, value.base.atom)
            self.write_down(atom.name)
            stored = self.values[atom.name]
            assert isinstance(stored, Stored)
            return stored.atom
        return atom

    def write_down(self, name: str) -> None:
        """Compute an array's entries, in a nest of loops."""
        if not isinstance(self.values[name], Stored):
            self.values[name] = self.written(self.values[name], self.builder.hints.get(name, ""))

    def written(self, value: Value, hint: str = "") -> Stored:
        """A value as an array of its own."""
        lengths = lengths_of(value, self.builder)
        made = self.builder.array(np.empty, lengths, value.fact, hint)
        return Stored(self.builder.filled(lengths, made, lambda place: value.entry(self.builder, place)), value.fact)


# ------------------------------------------------------------------------------------------------------------- counting
def count_uses(block: ir.Block) -> Counter[str]:
    """How often each name is read."""
    found: Counter[str] = Counter()
    for atom in block.yields:
        found.update(ir.variables(atom))
    for stmt in block.statements:
        for atom in ir.operands(stmt):
            found.update(ir.variables(atom))
        for inner in ir.blocks(stmt):
            found.update(count_uses(inner))
    return found


def changes(stmt: ir.Stmt) -> set[str]:
    """The arrays that a statement may write over, if nobody reads them afterwards."""
    if isinstance(stmt, ir.Let) and stmt.value.function in STORES:
        return set(ir.variables(stmt.value.args[0]))
    if isinstance(stmt, (ir.For, ir.While)):
        return {name for init in stmt.inits for name in ir.variables(init)}
    return set()


def newest(function: ir.Function) -> int:
    """The highest number of a name."""

    def inside(block: ir.Block) -> int:
        names = [name for stmt in block.statements for name in bound(stmt)]
        return max([0, *(int(name[1:]) for name in names), *(inside(b) for s in block.statements for b in ir.blocks(s))])

    return max([inside(function.body), *(int(p.name[1:]) for p in function.parameters)])


def bound(stmt: ir.Stmt) -> list[Any]:
    """All names that a statement binds, inside and behind it."""
    names = [*ir.binds(stmt), *(stmt.carried if isinstance(stmt, (ir.For, ir.While)) else ())]
    return [*names, stmt.index] if isinstance(stmt, ir.For) else names
