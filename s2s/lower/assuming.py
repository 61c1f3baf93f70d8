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
from s2s.facts import Dim, Symbol, as_dim
from s2s.infer.broadcasting import joined, parts_of
from s2s.lengths import clamp, cut_of, head

SHORT = 4
"""Lengths up to this one are taken as they are: they are what a coordinate, a quaternion or a stage has, not a size."""
NEAR = 2
"""Lengths that differ by no more than this are taken for neighbours: the cells of a grid and their faces."""


@dataclass(frozen=True)
class Assumption:
    """What each length of an argument is taken for."""

    lengths: Mapping[Symbol, Dim] = field(default_factory=dict)

    def holds(self, sizes: Mapping[Symbol, int]) -> bool:
        """Whether it is true of these lengths."""
        known = {symbol: as_dim(length) for symbol, length in sizes.items()}
        return all(known[symbol] == dim.substitute(known) for symbol, dim in self.lengths.items())

    def both(self, sizes: Mapping[Symbol, int]) -> Assumption:
        """What is true of these lengths, too."""
        known = {symbol: as_dim(length) for symbol, length in sizes.items()}
        return Assumption({s: dim for s, dim in self.lengths.items() if known[s] == dim.substitute(known)})


def observed(function: ir.Function, sizes: Mapping[Symbol, int]) -> Assumption:
    """The equalities of the lengths of a call: each in terms of lengths that the function meets before."""
    found: dict[Symbol, Dim] = {}
    free: list[tuple[int, Symbol]] = []
    for symbol in symbols(function):
        if symbol not in sizes:
            continue
        length = sizes[symbol]
        near = next((one for one in free if one[0] == length), None)
        near = near or next((one for one in free if abs(one[0] - length) <= NEAR), None)
        if length <= SHORT:
            found[symbol] = as_dim(length)
        elif near is not None:
            found[symbol] = as_symbol(near[1]) + (length - near[0])
        else:
            free.append((length, symbol))
    return Assumption(found)


def as_symbol(symbol: Symbol) -> Dim:
    return Dim(frozenset({((symbol,), 1)}))


Claims = Mapping[str, tuple[tuple[int, Dim], ...]]


def assumed(function: ir.Function, assumption: Assumption) -> tuple[ir.Function, Claims]:
    """The function with types in which the assumption is taken as true; what it says of the axes of each name."""
    lengths = Lengths(assumption.lengths)
    types = {name: facts.with_dims(fact, lengths.of) for name, fact in function.types.items()}
    return replace(function, types=types), claims(function, assumption)


def claims(function: ir.Function, assumption: Assumption) -> Claims:
    """The first name that has a length of which something is assumed."""
    found: dict[str, tuple[tuple[int, Dim], ...]] = {}
    left = dict(assumption.lengths)
    for name, axis, symbol in axes(function):
        if symbol in left:
            found[name] = (*found.get(name, ()), (axis, left.pop(symbol)))
    return found


def axes(function: ir.Function, without: Collection[str] = ()) -> Iterator[tuple[str, int, Symbol]]:
    """The axes whose length is a symbol, of what a function is given, in order; `without`: what may not be there."""
    given = {parameter.name: None for parameter in function.parameters}
    for stmt in function.body.statements:
        if isinstance(stmt, ir.Let) and stmt.value.function in (operator.getitem, getattr):
            base = next(ir.reads(stmt.value), "")
            if base in given and not isinstance(function.types.get(base), facts.Num):
                given[stmt.target] = None
    for name in (name for name in given if name not in without):
        fact = function.types.get(name)
        for axis, dim in enumerate((fact.shape or ()) if isinstance(fact, facts.Num) else ()):
            if dim.symbol is not None:
                yield name, axis, dim.symbol


def symbols(function: ir.Function, without: Collection[str] = ()) -> list[Symbol]:
    return list(dict.fromkeys(symbol for _, _, symbol in axes(function, without)))


class Lengths:
    """Lengths under an assumption; those that are cut, or that others broadcast to, are worked out again."""

    def __init__(self, change: Mapping[Symbol, Dim]) -> None:
        self.change = dict(change)

    def of(self, dim: Dim) -> Dim:
        for symbol in dim.symbols:
            if symbol not in self.change:
                self.change[symbol] = self.symbol(symbol)
        return dim.substitute(self.change)

    def symbol(self, symbol: Symbol) -> Dim:
        cut, parts = cut_of(symbol), parts_of(symbol)
        if cut is not None:
            whole = self.of(cut.whole)
            return clamp(whole) if cut.most is None else head(whole, cut.most)
        return as_symbol(symbol) if parts is None else joined([self.of(part) for part in parts])
