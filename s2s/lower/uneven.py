"""Records of rows whose lengths follow from the numbers of iterations, in an array with room for the longest.

    rows = []                               rows = np.empty((n, n - 1))
    for k in range(n):                      for k in range(n):
        rows.append(A[k, k + 1:])    =>         for i in range(n - (k + 1)): rows[k, i] = A[k, i + k + 1]

In: what a loop records, whose lengths are those of slices with ends that follow from the loops' indices.  Out: how long a row gets
at most, said in front of the loop; and, where a row is read, how long it is, in terms of the iteration that is read.  A slice of
which only one end moves takes half of the room or more; where both do, their difference has to be known.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from s2s import facts, ir, lengths, sums
from s2s.lower.hoisting import NEVER_FAIL
from s2s.lower.subscripts import NEW, Cut
from s2s.lower.values import ONE, ZERO, Computed, Place, Stored, Value, Viewed, fixed, lengths_of, packed, spread
from s2s_runtime import kernels

if TYPE_CHECKING:
    from s2s.lower.program import Lowering

Names = Mapping[str, ir.Atom]


@dataclass(frozen=True)
class Uneven:
    """Rows in an array: the loops that it is recorded by, outermost first, the names bound in them, and the lengths of a row.

    `at` are the numbers of the iterations that are read, of the outer loops first.
    """

    array: ir.Var
    loops: tuple[ir.For, ...]
    inside: frozenset[str]
    shape: facts.Shape
    at: Place = ()


# --------------------------------------------------------------------------------------------------------- how much room
def room(low: Lowering, nest: tuple[ir.For, ...], shape: facts.Shape, inside: frozenset[str]) -> facts.Shape | None:
    """The lengths that rows of this shape have at most; None where that is not known, or a row need not be about as long."""
    scope = Scope(low, inside, {loop.index: ir.Var(loop.index) for loop in nest}, ir.free(ir.Block((nest[0],))))
    found = tuple([scope.most(dim) for dim in shape])
    return None if None in found else found  # type: ignore[return-value]


@dataclass(frozen=True)
class Scope:
    """Where lengths are asked for: the names bound in the loops, and what stands for their indices; names from in front of them."""

    low: Lowering
    inside: frozenset[str]
    indices: Names
    before: frozenset[str]

    def most(self, dim: facts.Dim) -> facts.Dim | None:
        """What a length is at most, in terms of lengths from in front of the loops."""
        change: dict[facts.Symbol, facts.Dim] = {}
        for symbol in dim.symbols:
            own = facts.as_symbol(symbol)
            if symbol.varies:
                return None
            if self.low.builder.known_length(own) is None:
                longest = self.longest(symbol)
                if longest is None or any(factor < 0 and symbol in monomial for monomial, factor in dim.terms):
                    return None
                change[symbol] = longest
        return dim.substitute(change)

    def longest(self, symbol: facts.Symbol) -> facts.Dim | None:
        """How long a slice gets."""
        cut = lengths.slice_of(symbol)
        if cut is None or not all(self.follows(end) for end in cut.ends):
            return None
        start, stop, step = cut.ends
        if not (step in (NEW, ONE) or (isinstance(step, ir.Const) and step.value > 0)):
            return None
        whole = self.most(self.low.builder.lengths.of(cut.whole))
        between = sums.difference(self.low.builder, stop, start) if isinstance(start, ir.Var) and isinstance(stop, ir.Var) else None
        if isinstance(between, ir.Const) and between.value >= 0:
            return facts.as_dim(between.value)
        if isinstance(between, ir.Var):
            return self.fixed(between)
        return None if whole is None else self.moving(whole, start, stop)

    def moving(self, whole: facts.Dim, start: ir.Atom, stop: ir.Atom) -> facts.Dim | None:
        """How long a slice of an axis gets of which one end stays where it is."""
        ranges = self.low.builder.ranges
        first = (facts.as_dim(0), facts.as_dim(0)) if start == NEW else ranges.of(self.low.known(start))
        last = (whole, whole) if stop == NEW else ranges.of(self.low.known(stop))
        if first is None or last is None or (first[0] != first[1] and last[0] != last[1]):
            return None
        if not ranges.is_count(first[0]) or not ranges.is_count(last[0]):
            return None
        return last[1] - first[0]

    def fixed(self, atom: ir.Var) -> facts.Dim | None:
        """A whole number from in front of the loops, not below 0."""
        builder, known = self.low.builder, self.low.known(atom)
        if atom.name not in self.before or not builder.ranges.is_surely_count(known):
            return None
        dim = facts.fresh()
        builder.note_length(dim, known)
        return dim

    # --------------------------------------------------------------------------------------------------- how long a row is
    def follows(self, atom: ir.Atom) -> bool:
        """Whether an end of a slice can be told from the indices of the loops."""
        if isinstance(atom, ir.Const) or (isinstance(atom, ir.Var) and (atom.name in self.indices or atom.name in self.before)):
            return True
        made = self.low.builder.definition(atom) if isinstance(atom, ir.Var) and atom.name in self.inside else None
        return made is not None and made.function in NEVER_FAIL and not made.kwargs and all(map(self.follows, made.args))

    def told(self, atom: ir.Atom) -> ir.Atom:
        """An end of a slice in terms of what stands for the indices."""
        if isinstance(atom, ir.Var) and atom.name in self.indices:
            return self.indices[atom.name]
        if not isinstance(atom, ir.Var) or atom.name not in self.inside:
            return self.low.known(atom)
        made = self.low.builder.definition(atom)
        assert made is not None
        return self.low.builder.apply(made.function, *map(self.told, made.args))

    def length(self, dim: facts.Dim) -> ir.Atom:
        """The length of a row."""
        builder = self.low.builder
        for symbol in dim.symbols:
            own = facts.as_symbol(symbol)
            cut = lengths.slice_of(symbol)
            if builder.known_length(own) is None and cut is not None:
                whole = builder.lengths.of(cut.whole)
                axis = Computed(lambda *_: ZERO, fixed([self.length(whole)]), facts.Num(shape=(whole,)))
                part = ir.Pack(slice, tuple([self.told(end) for end in cut.ends]))
                builder.note_length(own, Cut(axis, 0, part).length(builder))
        found = builder.known_length(dim)
        assert found is not None
        return found


# ------------------------------------------------------------------------------------------------------- stores and reads
def store_row(low: Lowering, fact: facts.Num, listed: ir.Atom, at: Place, value: ir.Atom) -> Value:
    """A row that is stored as far as it goes."""
    given, array = low.value(value), low.atom(listed)
    shape = given.fact.shape or ()

    def put(place: Place, array: ir.Atom) -> ir.Atom:
        return low.builder.apply(kernels.index_set, array, packed((*at, *place)), spread(given, low.builder, place, shape))

    return Stored(low.builder.loops(lengths_of(given, low.builder), array, put), fact)


def read_row(low: Lowering, stmt: ir.Let) -> None:
    """A row that is read, as long as it was when it was stored; or the rows of one iteration of an outer loop."""
    base, number = stmt.value.args
    assert isinstance(base, ir.Var)
    held = low.uneven[base.name]
    held = replace(held, at=(*held.at, low.atom(number)))
    if len(held.at) < len(held.loops):
        low.uneven[stmt.target] = held
    else:
        low.values[stmt.target] = row(low, held, stmt.target)


def row(low: Lowering, held: Uneven, name: str) -> Viewed:
    """The row that some iteration stored."""
    builder, indices = low.builder, dict[str, ir.Atom]()
    scope = Scope(low, held.inside, indices, frozenset())
    for loop, number in zip(held.loops, held.at, strict=True):
        start = scope.told(loop.bounds[0])
        indices[loop.index] = counted(low, number, start, loop.bounds[2] == ONE)
    own = tuple([scope.length(builder.lengths.of(dim)) for dim in held.shape])
    array, fact = low.atom(held.array), builder.types[name]
    whole = builder.type_of(array)
    assert isinstance(whole, facts.Num)
    assert isinstance(fact, facts.Num)
    parts = tuple([ir.Pack(slice, (ZERO, length, NEW)) for length in own])
    return Viewed(Stored(array, whole), lambda _, place: (*held.at, *place), fixed(own), replace(fact, shape=held.shape),
                  lambda builder, atom: builder.apply(operator.getitem, atom, packed((*held.at, *parts))))  # fmt: skip


def counted(low: Lowering, number: ir.Atom, start: ir.Atom, upwards: bool) -> ir.Atom:
    """The index of an iteration, by its number."""
    made = low.builder.definition(number)
    if made is not None and made.function is operator.sub and made.args[upwards] == start:
        return made.args[not upwards]
    return number if upwards and start == ZERO else low.builder.apply(operator.add if upwards else operator.sub, start, number)
