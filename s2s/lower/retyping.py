"""Which dtype each number has in compiled code, where it may be of one kind or another.

    s = 0.0                      a Python float        =>        float32: what is added to it decides
    for v in x: s += v           one or float32        =>        float32
    t = np.sqrt(s)               float64 or float32    =>        float32, since s is

In: a function.  Out: the types of its names in compiled code.  What is of one kind anyway stays what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from s2s import facts, ir
from s2s.builder import Builder
from s2s.emit.owners import walk
from s2s.facts import Num
from s2s.infer import infer
from s2s.lower.dtypes import is_mixed, settled

ROUNDS = 4
"""How often a loop is gone through until what it carries stays what it is."""


def taken_types(function: ir.Function) -> Mapping[str, facts.Type]:
    """The types of all names in compiled code."""
    several = {name for name, fact in function.types.items() if has_mixed(fact)}
    if not several:
        return function.types
    return Retyping(function, several).types


def has_mixed(fact: facts.Type | None) -> bool:
    """Whether a number, or one in a list, may be of one kind or another."""
    return is_mixed(fact) or (isinstance(fact, facts.Listing) and has_mixed(fact.item))


class Retyping:
    """One function: `declared` says what is known of its names, `types` what they are in compiled code, as far as that is found."""

    def __init__(self, function: ir.Function, several: set[str]) -> None:
        self.declared, self.several = function.types, several
        self.builder = Builder()
        self.types = self.builder.types
        self.types.update({name: fact for name, fact in function.types.items() if name not in several})
        bound = {name for stmt in walk(function.body) for name in names_of(stmt)}
        self.take((name, self.declared[name]) for name in several - bound)
        self.statements(function.body.statements)
        self.take((name, self.declared[name]) for name in several if name not in self.types)

    def take(self, found: Iterable[tuple[str, facts.Type | None]]) -> bool:
        """Note what names are; whether that is news."""
        changed = False
        for name, fact in found:
            if name in self.several:
                taken = fitted_type(self.declared[name], fact)
                changed |= self.types.get(name) != taken
                self.types[name] = taken
        return changed

    def statements(self, statements: Sequence[ir.Stmt]) -> None:
        for stmt in statements:
            match stmt:
                case ir.Let():
                    if stmt.target in self.several:
                        self.take([(stmt.target, infer(stmt.value, self.builder.type_of))])
                case ir.For() | ir.While():
                    self.loop(stmt)
                case _:
                    for block in ir.blocks(stmt):
                        self.statements(block.statements)
                    ends = [block.yields for block in ir.blocks(stmt)]
                    self.take((name, self.joined(atoms)) for name, *atoms in zip(ir.binds(stmt), *ends, strict=True))

    def loop(self, stmt: ir.For | ir.While) -> None:
        """What a loop carries is what it begins with and what each iteration ends with."""
        ends = stmt.body.yields[stmt.stops :]
        self.take((name, self.joined([init])) for name, init in zip(stmt.carried, stmt.inits, strict=True))
        for _ in range(ROUNDS):
            for block in ir.blocks(stmt):
                self.statements(block.statements)
            pairs = zip(stmt.carried, stmt.inits, ends, strict=True)
            if not self.take([(name, self.joined([init, end])) for name, init, end in pairs]):
                break
        self.take((result, self.types.get(name)) for name, result in zip(stmt.carried, stmt.results, strict=True))

    def joined(self, atoms: Sequence[ir.Atom]) -> facts.Type | None:
        """What is of the types of some atoms; those without a value have no say."""
        found: facts.Type | None = facts.Nothing()
        for atom in atoms:
            if atom not in (ir.UNDEFINED, ir.Const(None)) and (fact := self.builder.type_of(atom)) is not None:
                found = facts.join(found, fact)
        return found


def names_of(stmt: ir.Stmt) -> tuple[str, ...]:
    return (*ir.binds(stmt), *(stmt.carried if isinstance(stmt, (ir.For, ir.While)) else ()))


def fitted_type(declared: facts.Type, found: facts.Type | None) -> facts.Type:
    """A type with the dtype that was found, as far as one was."""
    if isinstance(declared, facts.Listing) and declared.item is not None:
        return facts.Listing(fitted_type(declared.item, found.item if isinstance(found, facts.Listing) else None))
    if not isinstance(declared, Num) or not is_mixed(declared):
        return declared
    known = settled(found) if isinstance(found, Num) else None
    if not isinstance(known, Num) or known.dtype is None:
        return settled(declared)
    return replace(declared, dtype=known.dtype, weak=known.weak, kinds=frozenset())
