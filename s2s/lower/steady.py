"""Lengths that loops carry and that stay as they are: what was not known where the program was made follows from those of a call.

    y: (n,)                                     n is 3 in the call, and step: (3,)
    for _ in range(steps):              =>      so y is (3,) in each iteration: it begins so, and if it is, y + step is, too
        y = y + step

In: a function, and what is assumed of its lengths.  Out: the function with these lengths in its types.  A length that a loop
carries is taken for what it begins as; where an iteration, or something that ends with it, says otherwise, it is not known.  So is
one that a single statement says nothing of, such as the number of entries that a mask chooses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from s2s import facts, ir
from s2s.builder import Builder
from s2s.emit.owners import walk
from s2s.facts import Dim, Num, Symbol
from s2s.infer import infer
from s2s.lower.assuming import Assumption, Lengths


def steadied(function: ir.Function, assumption: Assumption) -> ir.Function:
    """The function with the lengths that stay as they begin."""
    given = {symbol for parameter in function.parameters for symbol in symbols_in(function.types.get(parameter.name))}
    own: set[Symbol] = set()
    names = [name for stmt in walk(function.body) if isinstance(stmt, (ir.For, ir.While)) for name in stmt.carried]
    if not any(dim.symbol is not None and dim.symbol not in given for name in names for dim in shape_in(function.types.get(name))):
        return function
    while True:
        found = Steady(function.types, assumption, given | own)
        found.through(function.body)
        if found.wrong <= own:
            break
        own |= found.wrong
    if not found.taken:
        return function
    lengths = Lengths(Assumption(found.taken, assumption.long))
    return replace(function, types={name: lengths.inside(fact) for name, fact in function.types.items()})


def symbols_in(fact: facts.Type | None) -> Iterator[Symbol]:
    """The symbols in a type."""
    match fact:
        case Num():
            for dim in (*(fact.shape or ()), *((fact.length,) if fact.length is not None else ())):
                yield from dim.symbols
        case facts.Listing() | facts.Mapped():
            yield from symbols_in(fact.item)
        case facts.Record():
            for item in fact.items:
                yield from symbols_in(item)


def shape_in(fact: facts.Type | None) -> facts.Shape:
    return (fact.shape or ()) if isinstance(fact, Num) else ()


class Steady(Builder):
    """One walk through a function: `taken` are the lengths that are guessed, `wrong` those of which a guess proved wrong."""

    def __init__(self, types: Mapping[str, facts.Type], assumption: Assumption, fixed: set[Symbol]) -> None:
        super().__init__()
        self.types.update(types)
        self.assumption, self.fixed = assumption, fixed
        self.taken: dict[Symbol, Dim] = {}
        self.wrong: set[Symbol] = set()

    def lengths(self) -> Lengths:
        return Lengths(Assumption({**self.assumption.lengths, **self.taken}, self.assumption.long))

    def type_of(self, atom: ir.Atom) -> facts.Type | None:
        """What is known of an atom, with what is guessed so far."""
        fact = super().type_of(atom)
        return None if fact is None else self.lengths().inside(fact)

    # ------------------------------------------------------------------------------------------------------ statements
    def through(self, block: ir.Block) -> None:
        for stmt in block.statements:
            match stmt:
                case ir.Let():
                    self.let(stmt)
                case ir.For() | ir.While():
                    self.loop(stmt)
                case _:
                    for inner in ir.blocks(stmt):
                        self.through(inner)
                    for k, name in enumerate(ir.binds(stmt)):
                        self.joined(name, [inner.yields[k] for inner in ir.blocks(stmt)])

    def let(self, stmt: ir.Let) -> None:
        """A length that comes with a statement: what follows for it from its operands, as far as these are known now."""
        known = {symbol for name in ir.reads(stmt.value) for symbol in symbols_in(self.types.get(name))}
        news = [symbol for symbol in symbols_in(self.types.get(stmt.target)) if symbol not in known and symbol not in self.fixed]
        if not news:
            return
        self.wrong.update(symbol for symbol in news if symbol in self.taken)
        before = shape_in(self.types.get(stmt.target))
        after = shape_in(infer(stmt.value, self.type_of))
        told = {symbol for name in ir.reads(stmt.value) for symbol in symbols_in(self.type_of(ir.Var(name)))}
        for one, other in zip(before, after, strict=False) if len(before) == len(after) else ():
            if one.symbol in news and other.symbols <= told and one.symbol is not None:
                self.take(one.symbol, other)
        self.wrong.update(symbol for symbol in news if symbol not in self.taken)

    def loop(self, stmt: ir.For | ir.While) -> None:
        for name, init in zip(stmt.carried, stmt.inits, strict=True):
            self.joined(name, [init])
        for block in ir.blocks(stmt):
            self.through(block)
        ends = stmt.body.yields[stmt.stops :]
        for name, result, init, end in zip(stmt.carried, stmt.results, stmt.inits, ends, strict=True):
            self.joined(name, [init, end])
            self.joined(result, [init, ir.Var(name)])

    def joined(self, name: str, atoms: Sequence[ir.Atom]) -> None:
        """A name that stands for one of several atoms: its lengths are theirs, if these are the same."""
        shapes = [shape_in(self.type_of(atom)) for atom in atoms if atom != ir.UNDEFINED]
        for k, dim in enumerate(shape_in(self.types.get(name))):
            symbol = dim.symbol
            if symbol is None or symbol in self.fixed:
                continue
            if not shapes or any(len(shape) <= k for shape in shapes) or len({shape[k] for shape in shapes}) > 1:
                self.wrong.add(symbol)
            else:
                self.take(symbol, shapes[0][k])

    def take(self, symbol: Symbol, dim: Dim) -> None:
        """Guess a length; one that was guessed otherwise before is wrong."""
        held = self.taken.setdefault(symbol, dim)
        if symbol in dim.symbols or self.lengths().of(held) != dim:
            self.wrong.add(symbol)
