"""The builder of loop nests: it knows where the lengths of arrays are to be had.

In: a length as a Dim.  Out: the atom that holds it, made from the lengths of the function's arguments: loops over arrays of one
length then have one bound, and no array is kept for its length.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from s2s import facts, ir, lengths
from s2s.builder import Builder
from s2s_runtime import kernels

LETTERS = "ijklmn"


class LoopBuilder(Builder):
    """Statements of loop nests under construction."""

    def __init__(self, types: Mapping[str, facts.Type], hints: Mapping[str, str], newest: int) -> None:
        super().__init__()
        self.types.update(types)
        self.hints.update(hints)
        self._serial = newest
        self.known_lengths: dict[facts.Symbol, ir.Atom] = {}

    def note_lengths(self, name: str) -> None:
        """An array that is there from the start of the function."""
        fact = self.types.get(name)
        if not isinstance(fact, facts.Num):
            return
        for axis, dim in enumerate(fact.shape or ()):
            symbol = dim.symbol
            if symbol is not None and symbol not in self.known_lengths and lengths.cut_of(symbol) is None:
                shape = self.apply(np.shape, ir.Var(name))
                self.known_lengths[symbol] = self.apply(operator.getitem, shape, ir.Const(axis), hint="n")

    def known_length(self, dim: facts.Dim) -> ir.Atom | None:
        """A length in terms of those of the arguments; None where it is another one."""
        total: ir.Atom | None = None
        for monomial, factor in sorted(dim.terms, key=lambda term: (term[1] < 0, -len(term[0]), str(term[0]))):
            product: ir.Atom | None = None
            for symbol in monomial:
                length = self.symbol_length(symbol)
                if length is None:
                    return None
                product = length if product is None else self.apply(operator.mul, product, length)
            total = self.added(total, product, factor)
        return ir.Const(0) if total is None else total

    def added(self, total: ir.Atom | None, product: ir.Atom | None, factor: int) -> ir.Atom:
        """`total + factor * product`."""
        size = abs(factor)
        term = ir.Const(size) if product is None else product if size == 1 else self.apply(operator.mul, ir.Const(size), product)
        if total is None:
            return term if factor > 0 else self.apply(operator.neg, term)
        return self.apply(operator.add if factor > 0 else operator.sub, total, term)

    def symbol_length(self, symbol: facts.Symbol) -> ir.Atom | None:
        cut = lengths.cut_of(symbol)
        if cut is None:
            return self.known_lengths.get(symbol)
        whole = self.known_length(cut.whole)
        if whole is None:
            return None
        if cut.most is None:
            return self.apply(max, whole, ir.Const(0))
        return self.apply(min, whole, ir.Const(cut.most))

    # ----------------------------------------------------------------------------------------------------------- loops
    def loops(
        self,
        lengths: tuple[ir.Atom, ...],
        start: ir.Atom,
        body: Callable[[tuple[ir.Atom, ...], ir.Atom], ir.Atom],
        place: tuple[ir.Atom, ...] = (),
    ) -> ir.Atom:
        """What is carried through a nest of loops, one per length."""
        if not lengths:
            return body(place, start)
        index = self.fresh(LETTERS[len(place) % len(LETTERS)], facts.INT)
        hint, fact = self.hint(start), self.type_of(start)
        argument = self.fresh(hint, fact)
        with self.block() as statements:
            after = self.loops(lengths[1:], argument, body, (*place, index))
        result = self.fresh(hint, fact)
        bounds = ir.Const(0), lengths[0], ir.Const(1)
        block = ir.Block(tuple(statements), (after,))
        self.emit(ir.For(index.name, bounds, (argument.name,), (start,), block, (result.name,), origin=self.origin))
        return result

    def filled(self, lengths: tuple[ir.Atom, ...], array: ir.Atom, entry: Callable[[tuple[ir.Atom, ...]], ir.Atom]) -> ir.Atom:
        """An array with the entry at each place stored."""

        def store(place: tuple[ir.Atom, ...], array: ir.Atom) -> ir.Atom:
            index = place[0] if len(place) == 1 else ir.Pack(tuple, place)
            return self.apply(kernels.index_set, array, index, entry(place))

        return self.loops(lengths, array, store)

    def array(self, maker: Any, lengths: tuple[ir.Atom, ...], fact: facts.Num, hint: str = "") -> ir.Atom:
        """An array of these lengths by `np.empty`, `np.zeros` or `np.ones`."""
        shape = lengths[0] if len(lengths) == 1 else ir.Pack(tuple, lengths)
        assert fact.dtype is not None
        dtype = {} if fact.dtype == np.dtype(float) else {"dtype": ir.Const(fact.dtype.type)}
        made = self.apply(maker, shape, hint=hint, **dtype)
        assert isinstance(made, ir.Var)
        self.types[made.name] = fact
        return made
