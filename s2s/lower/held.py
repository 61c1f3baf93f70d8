"""What the names of a program that is being lowered stand for: entries yet to be computed, or arrays in memory.

In: an atom of the program.  Out: its Value, or an atom of what is written; what is read again and again is computed once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.infer import infer
from s2s.lower.assuming import Assumption, Claims
from s2s.lower.choosing import settled_where
from s2s.lower.counting import newest
from s2s.lower.dtypes import fitted
from s2s.lower.joining import JOINING, parts_of
from s2s.lower.refusing import NotLowered
from s2s.lower.values import FEW, Computed, Mapped, Spelled, Stored, Value, Viewed, effort, lengths_of, spelled
from s2s.lower.writing import LoopBuilder, is_short, looped


class Held:
    """The names of one function, and how often each is still read."""

    def __init__(self, function: ir.Function, claims: Claims, assumption: Assumption) -> None:
        self.builder = LoopBuilder(function.types, function.hints, newest(function), claims, assumption)
        self.values: dict[str, Value] = {}
        self.atoms: dict[str, ir.Atom] = {}
        self.several: dict[str, tuple[Any, ...]] = {}
        self.uses: Counter[str] = Counter()
        self.items_read: Counter[str] = Counter()
        self.rows: dict[str, tuple[tuple[ir.Atom, ir.Atom], ...]] = {}
        """Records that are arrays: the row that an iteration stores, as a difference for each axis."""
        self.ragged: dict[str, Any] = {}
        """Lists in arrays that grew."""
        self.uneven: dict[str, Any] = {}
        """Records of rows of several lengths, and what is read of them."""
        self.uneven_lists: set[str] = set()
        """The lists of such rows that the innermost loop of a nest carries."""
        self.stored_at_once: set[str] = set()
        """Copies that are stored into a record, and read by nobody else."""
        self.by_numbers: set[str] = set()
        """Arrays that are subscripted by numbers that are known when the program runs."""
        self.target = ""
        self.widths: dict[str, int] = {}
        """How many bits whole numbers of Python's may have, where that is known."""
        self.small: set[facts.Symbol] = set()
        """Arguments that are known to be small."""
        """The name that is being bound."""

    def is_array(self, atom: ir.Atom) -> bool:
        fact = self.builder.type_of(atom)
        return isinstance(fact, facts.Num) and bool(fact.shape)

    def takes_arrays(self, application: ir.Apply) -> bool:
        return any(self.is_array(ir.Var(name)) for name in ir.reads(application))

    def value(self, atom: ir.Atom) -> Value:
        """What an atom stands for; what is read again later, and is not quickly computed again, is written down first."""
        if isinstance(atom, ir.Var) and atom.name in self.values:
            found = self.values[atom.name]
            if self.uses[atom.name] > 0 and not isinstance(found, Viewed) and effort(found) > FEW:
                self.settle(atom.name)
            return self.values[atom.name]
        atom = self.atom(atom)
        fact = self.builder.type_of(atom)
        if parts_of(self, atom) is not None:
            made = self.listed(atom)
            if made is not None:
                return made
        if not isinstance(fact, facts.Num):
            raise NotLowered("a value here is not known to be a number or an array", self.builder.origin)
        return Stored(atom, fact)

    def operand(self, atom: ir.Atom, fact: facts.Num) -> Value:
        """What an operand stands for; one that is broadcast is not computed again for each entry of the result."""
        value = self.value(atom)
        shape, whole = value.fact.shape or (), fact.shape or ()
        spreads = len(shape) < len(whole) or any(own.is_one and not dim.is_one for own, dim in zip(shape, whole, strict=True))
        if not shape or not spreads:
            return value
        found = self.settled(atom)
        if isinstance(found, Spelled) and any(not dim.is_one for dim in shape[: max(looped(whole) - len(whole) + len(shape), 0)]):
            return Stored(found.in_memory(self.builder), found.fact)  # a loop goes over it
        return found

    def settled(self, atom: ir.Atom) -> Value:
        """What an atom stands for, its entries computed."""
        value = self.value(atom)
        if not effort(value):
            return value
        if isinstance(atom, ir.Var) and atom.name in self.values:
            self.settle(atom.name)
            return self.values[atom.name]
        return self.written(value)

    def listed(self, atom: ir.Atom) -> Value | None:
        """A list or a tuple of numbers as the array that it stands for in arithmetic."""
        fact = infer(ir.Apply(np.array, (atom,)), self.builder.type_of)
        return JOINING[np.array](self, fact, atom) if isinstance(fact, facts.Num) and fact.dtype is not None else None

    def peek(self, atom: ir.Atom) -> Value:
        """What an atom stands for, where only its lengths are asked for."""
        return self.values[atom.name] if isinstance(atom, ir.Var) and atom.name in self.values else self.value(atom)

    def atom(self, atom: ir.Atom) -> ir.Atom:
        """An atom whose arrays are in memory."""
        if isinstance(atom, ir.Pack):
            return ir.Pack(atom.kind, tuple([self.atom(item) for item in atom.items]), atom.keys)
        if isinstance(atom, ir.Var) and atom.name in self.atoms:
            return self.atoms[atom.name]
        if isinstance(atom, ir.Var) and atom.name in self.several:
            return self.together(self.several[atom.name])
        if isinstance(atom, ir.Var) and atom.name in self.values:
            value = self.values[atom.name]
            if isinstance(value, Viewed) and value.made is not None and isinstance(value.base, Stored):
                return value.made(self.builder, value.base.atom)
            self.write_down(atom.name)
            stored = self.values[atom.name]
            assert isinstance(stored, Stored)
            return stored.atom
        return atom

    def known(self, atom: ir.Atom) -> ir.Atom:
        """An atom with names in it that are bound in what is written."""
        return ir.replace_atom(atom, lambda name: self.atoms.get(name, ir.Var(name)))

    def together(self, parts: tuple[Any, ...]) -> ir.Pack:
        """Several values, in memory."""
        return ir.Pack(tuple, tuple([self.together(p) if isinstance(p, tuple) else self.written(p).atom for p in parts]))

    def named(self, value: Value) -> ir.Atom:
        """A name for a value that has none."""
        name = self.builder.fresh("", value.fact)
        self.values[name.name] = value
        return name

    def copied(self, atom: ir.Atom) -> Value:
        """A copy of an array."""
        value = self.value(atom)
        if isinstance(value, Stored):
            return Stored(self.builder.apply(np.copy, value.atom), value.fact)
        return settled_where(self.builder, value, "") or self.written(value)

    def of_one_dtype(self, atoms: Sequence[ir.Atom]) -> list[ir.Atom]:
        """Arrays in the dtype that they have together in NumPy's arithmetic."""
        types = [self.builder.type_of(atom) for atom in atoms]
        dtypes = {fact.dtype for fact in types if isinstance(fact, facts.Num)}
        if len(dtypes) < 2 or None in dtypes:
            return list(atoms)
        dtype = np.result_type(*dtypes)
        return [self.converted(atom, dtype) for atom in atoms]

    def converted(self, atom: ir.Atom, dtype: np.dtype[Any]) -> ir.Atom:
        """An array in a dtype."""
        value = self.value(atom)
        if value.fact.dtype == dtype:
            return atom
        return self.written(Mapped(dtype.type, (value,), replace(value.fact, dtype=dtype))).atom

    def settle(self, name: str) -> None:
        """Compute an array's entries: a few one by one, more in a nest of loops."""
        value = self.values[name]
        if isinstance(value, (Stored, Spelled)):
            return
        found = settled_where(self.builder, value, self.builder.hints.get(name, ""))
        if found is not None:
            self.values[name] = found
        elif value.fact.shape and name not in self.by_numbers and is_short(lengths := lengths_of(value, self.builder)):
            entry = replace(value.fact, shape=())
            self.values[name] = spelled(lengths, value.fact, lambda place: fitted(self.builder, value.entry(self.builder, place), entry))
        else:
            self.write_down(name)

    def write_down(self, name: str) -> None:
        """Put an array into memory, in a nest of loops."""
        if not isinstance(self.values[name], Stored):
            self.values[name] = self.written(self.values[name], self.builder.hints.get(name, ""))

    def written(self, value: Value, hint: str = "") -> Stored:
        """A value as an array of its own."""
        with self.builder.at(getattr(value, "origin", None) or self.builder.origin):
            return self.in_loops(value, hint)

    def in_loops(self, value: Value, hint: str) -> Stored:
        """A value that is computed by what is written here."""
        if isinstance(value, Computed) and value.made is not None:
            return Stored(value.made(self.builder), value.fact)
        if isinstance(value, Spelled):
            return Stored(value.in_memory(self.builder, hint), value.fact)
        if not value.fact.shape:
            return Stored(value.entry(self.builder, ()), value.fact)
        lengths = lengths_of(value, self.builder)
        made = self.builder.array(np.empty, lengths, value.fact, hint)
        return Stored(self.builder.filled(lengths, made, lambda place: value.entry(self.builder, place)), value.fact)
