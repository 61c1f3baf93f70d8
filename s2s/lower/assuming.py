"""Lengths taken for equal where they are equal in the first call: a loop over two arrays then has one bound.

    x: (len(x),), y: (len(y),), called with 100 and 100        =>        y: (len(x),), if len(y) == len(x)

In: a function, and the lengths of the example arguments.  Out: the function with types under the assumption, and what has to be
checked for each name.  An assumption that does not hold for another call is found out at its start: then the program is
lowered once more, for the equalities that hold in both.
"""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from s2s import facts, ir
from s2s.facts import Dim, Symbol, as_dim, as_symbol
from s2s.infer.broadcasting import joined, parts_of
from s2s.lengths import clamp, cut_of, head

SHORT = 4
"""Lengths up to this one are taken as they are: they are what a coordinate, a quaternion or a stage has, not a size."""
NEAR = 2
"""Lengths that differ by no more than this are taken for neighbours: the cells of a grid and their faces."""
LONG = 8
"""Lengths from this one on are taken for no shorter, so that `x[1:-1]` has n - 2 entries, and not max(n - 2, 0)."""


@dataclass(frozen=True)
class Assumption:
    """What each length of an argument is taken for, and which lengths are taken for LONG or more."""

    lengths: Mapping[Symbol, Dim] = field(default_factory=dict)
    long: frozenset[Symbol] = frozenset()

    def holds(self, sizes: Mapping[Symbol, int]) -> bool:
        """Whether it is true of these lengths."""
        return self.both(sizes) == self

    def both(self, sizes: Mapping[Symbol, int]) -> Assumption:
        """What is true of these lengths, too."""
        known = {symbol: as_dim(length) for symbol, length in sizes.items()}
        equal = {s: dim for s, dim in self.lengths.items() if known[s] == dim.substitute(known)}
        return Assumption(equal, frozenset(symbol for symbol in self.long if sizes[symbol] >= LONG))


def observed(function: ir.Function, sizes: Mapping[Symbol, int]) -> Assumption:
    """The equalities of the lengths of a call: each in terms of lengths that the function meets before."""
    found: dict[Symbol, Dim] = {}
    free: dict[Symbol, int] = {}
    for symbol in symbols(function):
        if symbol not in sizes:
            continue
        length = sizes[symbol]
        other = next((one for one, size in free.items() if size == length), None)
        if other is None and symbol.counts:
            other = next((one for one, size in free.items() if abs(size - length) <= NEAR), None)
        if symbol.counts and 0 <= length <= SHORT:
            found[symbol] = as_dim(length)
        elif other is not None:
            found[symbol] = as_symbol(other) + (length - free[other])
        elif symbol.counts:
            free[symbol] = length
    return Assumption(found, frozenset(symbol for symbol, length in free.items() if length >= LONG))


def at_least(dim: Dim, long: Collection[Symbol]) -> int | None:
    """A number that a length is surely not below; None where there is none."""
    shifted = dim.substitute({symbol: as_symbol(symbol) + LONG for symbol in dim.symbols if symbol in long})
    constant = next((value for monomial, value in shifted.terms if not monomial), 0)
    return constant if (shifted - constant).never_negative else None


Claim = tuple[int | None, Dim | None]
"""The axis, or None for a whole number itself; what it is equal to, or None for LONG or more."""
Claims = Mapping[str, tuple[Claim, ...]]


def assumed(function: ir.Function, assumption: Assumption, without: Collection[str] = ()) -> tuple[ir.Function, Claims]:
    """The function with types in which the assumption is taken as true; what it says of the axes of each name that has a value."""
    lengths = Lengths(assumption)
    types = {name: lengths.inside(fact) for name, fact in function.types.items()}
    return replace(function, types=types), claims(function, assumption, without)


def claims(function: ir.Function, assumption: Assumption, without: Collection[str] = ()) -> Claims:
    """What is assumed of the first name that has a length."""
    found: dict[str, tuple[Claim, ...]] = {}
    left: dict[Symbol, Dim | None] = {**dict.fromkeys(assumption.long), **assumption.lengths}
    for name, axis, symbol in axes(function, without):
        if symbol in left:
            found[name] = (*found.get(name, ()), (axis, left.pop(symbol)))
    return found


def axes(function: ir.Function, without: Collection[str] = ()) -> Iterator[tuple[str, int | None, Symbol]]:
    """The axes whose length is a symbol, and whole numbers (axis None), of what a function is given, in order.

    `without`: what may not be there.
    """
    given = [*(parameter.name for parameter in function.parameters), *(load.target for load in loads(function))]
    for name in (name for name in given if name not in without):
        fact = function.types.get(name)
        for axis, dim in enumerate((fact.shape or ()) if isinstance(fact, facts.Num) else ()):
            if dim.symbol is not None:
                yield name, axis, dim.symbol
        if isinstance(fact, facts.Num) and fact.length is not None and fact.length.symbol is not None and fact.shape == ():
            yield name, None, fact.length.symbol


def loads(function: ir.Function) -> list[ir.Let]:
    """The statements that take what a function is given out of containers."""
    given = {parameter.name for parameter in function.parameters}
    found = []
    for stmt in function.body.statements:
        if isinstance(stmt, ir.Let) and stmt.value.function in (operator.getitem, getattr):
            base = next(ir.reads(stmt.value), "")
            if base in given and not isinstance(function.types.get(base), facts.Num):
                given.add(stmt.target)
                found.append(stmt)
    return found


def symbols(function: ir.Function, without: Collection[str] = ()) -> list[Symbol]:
    return list(dict.fromkeys(symbol for _, _, symbol in axes(function, without)))


class Lengths:
    """Lengths under an assumption; those that are cut, or that others broadcast to, are worked out again."""

    def __init__(self, assumption: Assumption) -> None:
        self.change, self.long = dict(assumption.lengths), assumption.long

    def inside(self, fact: facts.Type) -> facts.Type:
        """A type with the lengths in it."""
        found = facts.with_dims(fact, self.of) or fact
        if isinstance(found, facts.Num) and found.length is not None:
            return replace(found, length=self.of(found.length))
        return found

    def of(self, dim: Dim) -> Dim:
        for symbol in dim.symbols:
            if symbol not in self.change:
                self.change[symbol] = self.symbol(symbol)
        return dim.substitute(self.change)

    def symbol(self, symbol: Symbol) -> Dim:
        cut, parts = cut_of(symbol), parts_of(symbol)
        if cut is not None:
            return self.cut(self.of(cut.whole), cut.most)
        return as_symbol(symbol) if parts is None else joined([self.of(part) for part in parts])

    def cut(self, whole: Dim, most: int | None) -> Dim:
        """max(whole, 0), or min(whole, most)."""
        least = at_least(whole, self.long)
        if most is None:
            return whole if least is not None and least >= 0 else clamp(whole)
        return as_dim(most) if least is not None and least >= most else head(whole, most)
