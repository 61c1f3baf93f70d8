"""Typed programs to loop nests: every whole-array statement becomes loops over its entries.

    y = x[1:-1] * w + b        =>        for i in range(n - 2): y[i] = x[i + 1] * w + b[i]

In: an ir.Function whose values have known dtypes and ranks.  Out: one in which arrays are made, read and stored into entry by
entry, and by BLAS where that is faster.  It stays a functional program: a loop carries the array it fills, and `emit` decides
as ever what is written in place.  Raises NotLowered with the place of what cannot be written so.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.errors import Refused
from s2s.infer import infer
from s2s.kinds import inliner
from s2s.lower.assuming import Assumption, assumed
from s2s.lower.counting import changes, count_items, count_uses
from s2s.lower.definitions import OF_NUMBERS as FOR_NUMBERS
from s2s.lower.definitions import WITH_STORES, definition_of
from s2s.lower.frames import is_plain
from s2s.lower.growing import growing, read_item
from s2s.lower.held import Held
from s2s.lower.lists import with_told
from s2s.lower.making import OF_NUMBERS, number
from s2s.lower.recording import in_arrays
from s2s.lower.refusing import NotLowered
from s2s.lower.rooms import no_items
from s2s.lower.small_matrices import SMALL
from s2s.lower.spelling import few, found_by_numbers, spread_atoms, spread_names
from s2s.lower.tables import CHECKS, ENTRY_BY_ENTRY, OF_ONE_DTYPE, OF_SEVERAL, WRITERS, stands
from s2s.lower.uneven import read_row
from s2s.lower.values import ZERO, Computed, Mapped, Spelled, Stored, Value, Viewed, mapped
from s2s.lower.views import viewed
from s2s.lower.whole import exact, in_lengths, note_arguments, note_index, note_width
from s2s.primitives import is_shared, spoken
from s2s.quiet import is_quiet
from s2s.signatures import accepts
from s2s.subroutine import Subroutine
from s2s_runtime import loops, tree


def lowered(
    function: ir.Function, assumption: Assumption | None = None, checked: bool = True, without: frozenset[str] = frozenset()
) -> ir.Function:
    """The function as loop nests, for arguments of which the assumption holds.

    `checked`: it finds out whether the assumption holds.  `without`: names that may have no value, and then no shape.
    """
    assumption = assumption or Assumption()
    function, claims = assumed(function, assumption, without)
    lowering = Lowering(function, claims if checked else {}, assumption)
    lowering.builder.without = without
    lowering.uses, lowering.items_read = count_uses(function.body), count_items(function.body)
    lowering.by_numbers = found_by_numbers(function)
    with lowering.builder.block() as first:
        for parameter in function.parameters:
            lowering.builder.note_lengths(parameter.name)
            lowering.receive(parameter.name)
            fact = lowering.builder.types.get(parameter.name)
            if isinstance(fact, facts.Num) and fact.length is not None:
                lowering.builder.note_length(fact.length, ir.Var(parameter.name))
        note_arguments(lowering, function)
    body = lowering.block(function.body)
    body = ir.Block((*first, *body.statements), body.yields)
    return replace(function, body=body, types=lowering.builder.types, hints=lowering.builder.hints)


WITHOUT_ARRAYS = OF_NUMBERS | CHECKS | OF_SEVERAL
"""Functions that are written also where no operand is an array."""


class Lowering(Held):
    """One function being lowered, statement by statement."""

    def receive(self, name: str) -> None:
        """A number in single precision that the function is given: a Python number may stand for it."""
        fact = self.builder.types.get(name)
        if isinstance(fact, facts.Num) and fact.shape == () and fact.dtype == np.float32 and name not in self.builder.without:
            given = self.builder.fresh(self.builder.hints.get(name, ""), fact)
            self.builder.emit(ir.Let(given.name, ir.Apply(np.float32, (ir.Var(name),)), self.builder.origin))
            self.atoms[name] = given

    # -------------------------------------------------------------------------------------------------------- blocks
    def block(self, block: ir.Block, names: Sequence[str] | None = None) -> ir.Block:
        """A block whose last yields become these names; all yields, if there are none."""
        before = dict(self.values)  # what is written down inside is not there behind it
        names = names if names is not None else [""] * len(block.yields)
        first = len(block.yields) - len(names)
        with self.builder.scope(), self.builder.block() as statements:
            self.statements(block.statements)
            yields = [self.atom(atom) for atom in block.yields[:first]]
            yields += self.defined(names, block.yields[first:])
        self.values.update(before)
        return ir.Block(tuple(statements), tuple(yields))

    def statements(self, statements: Sequence[ir.Stmt]) -> None:
        for stmt in statements:
            with self.builder.at(stmt.origin):
                try:
                    self.write_before(stmt)
                    self.statement(stmt)
                except NotLowered as refusal:
                    refusal.statement = stmt
                    raise

    def write_before(self, stmt: ir.Stmt) -> None:
        """Write down what this statement would compute again and again, or what reads an array that it changes."""
        inside = {name for block in ir.blocks(stmt) for name in ir.free(block)}
        changed = {held for name in changes(stmt) for held in (name, *self.in_memory_as(name))}
        for name, value in list(self.values.items()):
            if isinstance(value, Stored) or not self.uses[name]:
                continue
            read = name in inside
            if read and isinstance(value, Spelled) and name in self.by_numbers:
                self.write_down(name)
            elif (read and not isinstance(value, (Viewed, Spelled))) or (changed and not changed.isdisjoint(value.reads())):
                self.settle(name)

    def in_memory_as(self, name: str) -> Iterator[str]:
        """What an array is called in what is written."""
        if name in self.values:
            yield from self.values[name].reads()
        elif name in self.atoms:
            yield from ir.variables(self.atoms[name])

    def statement(self, stmt: ir.Stmt) -> None:
        match stmt:
            case ir.Let():
                for name in ir.reads(stmt.value):
                    self.uses[name] -= 1
                self.let(stmt)
            case ir.If():
                test = self.atom(stmt.test)
                then, other = (self.block(block, stmt.results) for block in ir.blocks(stmt))
                self.builder.emit(replace(stmt, test=test, then=then, other=other, results=self.spread(stmt.results)))
            case ir.For():
                stmt = in_arrays(self, stmt)
                while (grown := growing(self, stmt)) is not stmt:
                    stmt = in_arrays(self, grown)
                bounds = tuple([self.atom(bound) for bound in stmt.bounds])
                inits, carried = self.inits(stmt), self.spread(stmt.carried)
                note_index(self, stmt, bounds)
                self.builder.ranges.enter(replace(stmt, bounds=bounds))  # type: ignore[arg-type]
                body = self.block(stmt.body, stmt.carried)
                results = self.spread(stmt.results)
                self.builder.emit(replace(stmt, bounds=bounds, inits=inits, carried=carried, body=body, results=results))  # type: ignore[arg-type]
            case ir.While():
                stmt = growing(self, stmt)
                inits, carried = self.inits(stmt), self.spread(stmt.carried)
                going, body = self.block(stmt.test), self.block(stmt.body, stmt.carried)
                self.builder.emit(replace(stmt, inits=inits, carried=carried, test=going, body=body, results=self.spread(stmt.results)))
            case ir.Raise():
                self.builder.emit(replace(stmt, exception=self.atom(stmt.exception)))
            case ir.With() if is_quiet(stmt.context):
                self.unfold(stmt)
            case _:
                raise NotLowered(f"a {type(stmt).__name__.lower()} statement is not compiled", stmt.origin)

    def spread(self, names: Sequence[str]) -> tuple[str, ...]:
        """Names with one per entry for an array of a few."""
        return tuple(spread_names(self, names))

    def inits(self, stmt: ir.For | ir.While) -> tuple[ir.Atom, ...]:
        """What a loop starts with.  What it carries is of the kind that it starts with, where nothing else is known of it."""
        for init, *names in zip(stmt.inits, stmt.carried, stmt.results, strict=True):
            for name in names:
                fact = self.builder.type_of(init)
                if self.builder.types.get(name) is None and fact is not None:
                    self.builder.types[name] = fact
        return tuple(self.defined(stmt.carried, stmt.inits))

    def defined(self, names: Sequence[str], atoms: Sequence[ir.Atom]) -> list[ir.Atom]:
        """Atoms as what names stand for that they flow into, and something of that kind in the place of what is undefined."""
        pairs = zip(names, atoms, strict=True)
        own = [self.nothing(name) if self.is_nothing(name, atom) else atom for name, atom in pairs]
        return spread_atoms(self, names, own)

    def is_nothing(self, name: str, atom: ir.Atom) -> bool:
        """Whether a name that stands for numbers has no value here."""
        fact = self.builder.types.get(name)
        return atom == ir.UNDEFINED or (atom == ir.Const(None) and isinstance(fact, (facts.Num, facts.Listing)))

    def nothing(self, name: str) -> ir.Atom:
        """A value that is never read."""
        fact = self.builder.types.get(name)
        if isinstance(fact, facts.Listing) and is_plain(fact):
            return no_items(self, fact)
        if not isinstance(fact, facts.Num) or fact.dtype is None or fact.shape is None:
            raise NotLowered("what kind of value a name stands for before it is assigned is not known", self.builder.origin)
        if few(self, name) is not None:
            return ir.UNDEFINED
        if fact.shape:
            lengths = [self.builder.known_length(dim) for dim in fact.shape]  # it may be recorded, whatever it holds
            return self.builder.array(np.empty, tuple([ZERO if length is None else length for length in lengths]), fact)
        return number(fact, 0)

    def unfold(self, stmt: ir.With) -> None:
        """The statements of a block that says only which warnings are wanted: compiled code gives none."""
        self.statements(stmt.body.statements)
        for result, atom in zip(stmt.results, stmt.body.yields, strict=True):
            self.note_same(result, atom)

    def note_same(self, name: str, atom: ir.Atom) -> None:
        """Another name for what an atom stands for."""
        for read in ir.variables(atom):
            self.uses[read] -= 1
        if isinstance(atom, ir.Var) and atom.name in self.values:
            self.values[name] = self.value(atom)
        else:
            self.atoms[name] = self.atom(atom)

    # ---------------------------------------------------------------------------------------------------- statements
    def let(self, stmt: ir.Let) -> None:
        function, args, kwargs = stmt.value.function, stmt.value.args, dict(stmt.value.kwargs)
        if self.ragged and function in (operator.getitem, len) and getattr(args[0], "name", None) in self.ragged:
            read_item(self, stmt)
            return
        if self.uneven and function is operator.getitem and getattr(args[0], "name", None) in self.uneven:
            read_row(self, stmt)
            return
        fact = self.fact_of(stmt)
        arrays, self.target = self.takes_arrays(stmt.value), stmt.target
        if function in (np.copy, tree.copy) and stmt.target in self.stored_at_once and self.uses[stmt.target] == 1:
            self.values[stmt.target] = self.value(args[0])
            return
        if isinstance(function, Subroutine):
            return self.keep(stmt)
        if function is not operator.getitem and isinstance(fact, facts.Num) and (fact.shape is None or (fact.dtype is None and fact.shape)):
            raise NotLowered("the dtype or the number of axes of this is not known", stmt.origin)
        if fact is None and arrays and function not in WRITERS:
            raise NotLowered("what kind of value this is, is not known", stmt.origin)
        if function in (operator.getitem, getattr) and self.item(stmt):
            return
        if function is operator.pow and isinstance(fact, facts.Num) and fact.doubtful:
            positive = self.builder.apply(operator.ge, self.atom(args[0]), ir.Const(0.0))
            self.builder.demand(positive, ValueError, "a negative number to this power is complex, which is not compiled: use jit=False")
        if function in SMALL and not kwargs and (found := SMALL[function](self, fact, *args)) is not None:
            self.note(stmt, found)
            return
        definition = definition_of(stmt.value, [self.axes(arg) for arg in args]) if arrays or function in FOR_NUMBERS else None
        if definition is not None:
            self.expand(stmt, definition)
            return
        if function in WRITERS and (arrays or makes_array(fact) or function in WITHOUT_ARRAYS) and takes(WRITERS[function], stmt.value):
            self.note(stmt, WRITERS[function](self, fact, *args, **kwargs))
        elif not isinstance(fact, facts.Num) or not (fact.shape != () or arrays or function is np.where):
            self.keep(stmt)
        elif function in ENTRY_BY_ENTRY and not kwargs:
            made = mapped(self.builder, function, tuple([self.operand(arg, fact) for arg in args]), fact)
            self.note(stmt, made if fact.shape else made.entry(self.builder, ()))
        else:
            found = self.view(stmt, fact)
            if found is None:
                self.keep(stmt)
            else:
                self.note(stmt, found if found.fact.shape else found.entry(self.builder, ()))

    def expand(self, stmt: ir.Let, definition: Any) -> None:
        """What a function means, in the place of its call."""
        args = [self.known(arg) for arg in stmt.value.args]
        kwargs = {key: self.known(arg) for key, arg in stmt.value.kwargs}
        with self.builder.block() as statements:
            try:
                found = inliner(self.builder, stores=definition in WITH_STORES)(definition, args, kwargs, "")
            except Refused as refused:
                raise NotLowered(f"what {spoken(stmt.value.function)} means here is not known: {refused.reason}", stmt.origin) from None
        self.uses.update(count_uses(ir.Block(tuple(statements), (found,))))
        self.statements(statements)
        self.builder.suggest(found, self.builder.hints.get(stmt.target, ""))
        self.note_same(stmt.target, found)

    def index(self, atom: ir.Atom) -> ir.Atom:
        """An index, item by item where its items are not put together in memory."""
        if isinstance(atom, ir.Var) and atom.name in self.several:
            return ir.Pack(tuple, tuple([self.named(value) for value in self.several[atom.name]]))
        return self.atom(atom)

    def axes(self, atom: ir.Atom) -> int:
        fact = self.builder.type_of(atom)
        return len(fact.shape) if isinstance(fact, facts.Num) and fact.shape is not None else -1

    def fact_of(self, stmt: ir.Let) -> facts.Type | None:
        """What is known of the result of a statement: what was known, or what follows from what is known of its operands now."""
        fact = self.builder.types.get(stmt.target)
        row = stmt.value.function is operator.getitem and isinstance(fact, facts.Listing) and self.is_array(stmt.value.args[0])
        if row or fact is None or (isinstance(fact, facts.Num) and (fact.shape is None or fact.dtype is None)):
            found = infer(ir.replace_apply(stmt.value, lambda name: self.atoms.get(name, ir.Var(name))), self.builder.type_of)
            if found is not None:
                fact = self.builder.types[stmt.target] = self.builder.lengths.inside(found)
        return fact

    def item(self, stmt: ir.Let) -> bool:
        """An item of several values that are not put together in memory."""
        base, key = stmt.value.args
        if not isinstance(base, ir.Var) or not isinstance(key, ir.Const):
            return self.number_in_range(stmt)
        fact = self.builder.type_of(base)
        if stmt.value.function is getattr:
            if not isinstance(fact, facts.Record) or key.value not in fact.keys:
                return False
            key = ir.Const(fact.keys.index(key.value))
        if base.name in self.several:
            self.note(stmt, self.several[base.name][key.value])
            return True
        pack = self.atoms.get(base.name)
        if isinstance(pack, ir.Pack) and pack.kind in (tuple, list) and type(key.value) is int:
            self.note_same(stmt.target, pack.items[key.value])
            return True
        named = stmt.value.function is getattr and isinstance(fact, facts.Record)
        if named and issubclass(fact.kind, tuple):  # type: ignore[union-attr]  # Numba's tuples have no names
            self.keep(replace(stmt, value=ir.Apply(operator.getitem, (base, key))))
            return True
        return False

    def number_in_range(self, stmt: ir.Let) -> bool:
        """An item of `range(n)`: the index, counted from the front."""
        base, index = (self.known(arg) for arg in stmt.value.args)
        made = self.builder.definition(base)
        if stmt.value.function is getattr or made is None or made.function is not range or len(made.args) != 1 or self.axes(index):
            return False
        self.note(stmt, self.builder.apply(loops.place, self.atom(index), made.args[0]))
        return True

    def note(self, stmt: ir.Let, found: Value | tuple[Any, ...] | ir.Atom | None) -> None:
        """What the name of a statement stands for; None where the statement stays as it is."""
        if found is None:
            self.keep(stmt)
        elif isinstance(found, (ir.Var, ir.Const, ir.Pack)):
            self.builder.suggest(found, self.builder.hints.get(stmt.target, ""))
            self.atoms[stmt.target] = found
        elif isinstance(found, tuple):
            self.several[stmt.target] = found
        else:
            if isinstance(found, Stored):
                self.builder.suggest(found.atom, self.builder.hints.get(stmt.target, ""))
            own = isinstance(found, (Mapped, Computed)) and found.origin is None
            self.values[stmt.target] = replace(found, origin=stmt.origin) if own else found  # type: ignore[arg-type]
            self.builder.types[stmt.target] = found.fact

    def view(self, stmt: ir.Let, fact: facts.Num) -> Value | None:
        """A view that is followed."""
        if not stmt.value.args or stmt.value.kwargs:
            return None
        if not self.is_array(stmt.value.args[0]) and stmt.value.function is not np.expand_dims:
            return None
        base, *rest = stmt.value.args
        args = tuple([self.atom(arg) if stmt.value.function is not operator.getitem else self.index(arg) for arg in rest])
        again = isinstance(base, ir.Var) and self.uses[base.name] > 0
        return viewed(self.builder, stmt.value.function, self.settled(base) if again else self.value(base), args, fact, self.value)

    def keep(self, stmt: ir.Let) -> None:
        """The statement as it stands, its arrays in memory."""
        function = stmt.value.function
        operands = *stmt.value.args, *(atom for _, atom in stmt.value.kwargs)
        if self.takes_arrays(stmt.value) and not stands(function, self.axes(operands[0])):
            raise NotLowered(f"{getattr(function, '__name__', function)} is not compiled", stmt.origin)
        given = self.of_one_dtype(stmt.value.args) if function in OF_ONE_DTYPE else stmt.value.args
        args = tuple([self.atom(arg) for arg in given])
        kwargs = {key: self.atom(arg) for key, arg in stmt.value.kwargs}
        if is_shared(function) and not isinstance(function, Subroutine):
            self.number(stmt, args, kwargs)
            return
        self.builder.emit(ir.Let(stmt.target, ir.Apply(function, args, tuple(kwargs.items())), stmt.origin))
        self.builder.note_lengths(stmt.target)

    def number(self, stmt: ir.Let, args: tuple[ir.Atom, ...], kwargs: dict[str, ir.Atom]) -> None:
        """A statement that is made once for all that are like it; a length, in terms of those that are known."""
        fact, hint = self.builder.types.get(stmt.target), self.builder.hints.get(stmt.target, "")
        count = in_lengths(self, stmt.value.function, fact)
        function = stmt.value.function if kwargs else exact(self, stmt.value.function, args)
        found = self.builder.apply(function, *args, hint=hint, **kwargs) if count is None else count
        note_width(self, stmt.value.function, args, found)
        if isinstance(found, ir.Var):
            self.builder.suggest(found, hint)
            own = self.builder.types.get(found.name)
            if fact is not None and (own is None or function is operator.getitem):
                self.builder.types[found.name] = with_told(self, own, fact)
            if stmt.target not in self.builder.without:
                self.builder.note_lengths(found.name)
        self.atoms[stmt.target] = found


def makes_array(fact: facts.Type | None) -> bool:
    """Whether a value is an array, or is made of arrays."""
    if isinstance(fact, facts.Record):
        return any(makes_array(item) for item in fact.items)
    return isinstance(fact, facts.Num) and bool(fact.shape)


def takes(writer: Any, application: ir.Apply) -> bool:
    """Whether a writer covers this way to call its function."""
    return accepts(writer, 2 + len(application.args), frozenset(name for name, _ in application.kwargs))
