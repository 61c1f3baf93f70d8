"""The builder of loop nests: it knows where the lengths of arrays are to be had.

In: a length as a Dim.  Out: the atom that holds it, made from the lengths of the function's arguments: loops over arrays of one
length then have one bound, and no array is kept for its length.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from s2s import facts, ir, lengths
from s2s.builder import Builder
from s2s.infer import infer
from s2s.lower.assuming import LONG, Assumption, Claims, Lengths, at_least
from s2s.lower.dtypes import alike, answered, kept_as, settled, strong, written_out
from s2s.lower.elementary import kernel
from s2s.lower.hoisting import hoisted
from s2s.lower.ranges import Ranges
from s2s.primitives import STORES, both, either
from s2s_runtime import kernels, loops

LETTERS = "ijklmn"
COUNTS = {loops.place, loops.slice_end, loops.common_length, loops.end_if_longer, loops.around}
"""Functions of whole numbers that give one."""
OWN: dict[Any, Any] = {
    loops.plus: operator.add, loops.largest: np.maximum, loops.smallest: np.minimum, **loops.EXACT,
    **{function: function for function in COUNTS},
}  # fmt: skip
"""Functions of the runtime, by those that give the same kind of result."""
WHOLE = {operator.add, operator.sub, operator.mul, operator.floordiv, operator.mod, min, max, *loops.EXACT}
"""Functions that give a whole number for whole numbers."""
SHORT = 9
"""So many entries are written one after the other, without a loop."""

Place = tuple[ir.Atom, ...]


def is_short(lengths: Place) -> bool:
    """Whether nothing but short loops of known length is left."""
    known = [length.value for length in lengths if isinstance(length, ir.Const)]
    return len(known) == len(lengths) and math.prod(known) <= SHORT


def looped(shape: facts.Shape) -> int:
    """How many axes of an array there are loops over, if all its entries are computed: the first ones."""
    lengths = [None if dim.constant is None else ir.Const(dim.constant) for dim in shape]
    return next(k for k in range(len(lengths) + 1) if None not in lengths[k:] and is_short(tuple(lengths[k:])))  # type: ignore[arg-type]


class LoopBuilder(Builder):
    """Statements of loop nests under construction."""

    def __init__(
        self,
        types: Mapping[str, facts.Type],
        hints: Mapping[str, str],
        newest: int,
        claims: Claims | None = None,
        assumption: Assumption | None = None,
    ) -> None:
        super().__init__()
        self.types.update({name: settled(fact) for name, fact in types.items()})
        self.hints.update(hints)
        self._serial = newest
        self.claims, self.lengths = claims or {}, Lengths(assumption or Assumption())
        self.long = self.lengths.long
        self.known_lengths: dict[facts.Symbol, ir.Atom] = {}
        self.known_places: dict[ir.Atom, Place] = {}
        self.ranges = Ranges(self)
        self.without: frozenset[str] = frozenset()
        self.made: dict[str, Place] = {}
        """The lengths of arrays that were made here."""
        self.bounds: dict[str, ir.Atom] = {}
        """How far the indices of loops over entries go."""
        self.recorded: set[facts.Symbol] = set()
        """The lengths of records, of which every item that is read is there."""

    def fresh(self, hint: str = "", fact: facts.Type | None = None) -> ir.Var:
        """A new name; lengths in its type are what they are under the assumption."""
        return super().fresh(hint, None if fact is None else self.lengths.inside(settled(fact)))

    def apply(self, function: Callable[..., Any], *args: ir.Atom, hint: str = "", **kwargs: ir.Atom) -> ir.Atom:
        """As a Builder does it; operands are of one dtype, and an elementary function of numbers is the runtime's."""
        found = self.as_numpy(function, args, hint, kwargs)
        if isinstance(found, ir.Var) and function in STORES:
            self.same_lengths(args[0], found)
        if isinstance(found, ir.Var) and function in WHOLE and self.types.get(found.name) is None:
            if all(self.type_of(arg) == facts.INT for arg in args):
                self.types[found.name] = facts.INT
        return found

    def as_numpy(self, function: Callable[..., Any], args: Place, hint: str, kwargs: dict[str, ir.Atom]) -> ir.Atom:
        """An application that is computed in the dtype of NumPy's, and is of the type of NumPy's."""
        function, args = written_out(self, function, args)
        known = None if kwargs else answered(self, function, args)
        if known is not None:
            return known
        operands, newest = alike(self, function, args), self.number
        chosen = function if kwargs else kernel(function, [self.type_of(arg) for arg in operands])
        found = super().apply(chosen, *operands, hint=hint, **kwargs)
        narrow = kept_as(self, function, operands, found) if isinstance(found, ir.Var) and not kwargs else None
        if narrow is not None:
            return super().apply(narrow, found, hint=hint)
        if not isinstance(found, ir.Var) or (chosen is function and operands == args and function not in OWN):
            return found
        fact = facts.INT if function in COUNTS else infer(ir.Apply(OWN.get(function, function), args, tuple(kwargs.items())), self.type_of)
        if fact is None or self.types.get(found.name) == settled(fact):
            return found
        if int(found.name[1:]) <= newest:  # NumPy gives another type for what the runtime computes in the same way
            found = self.unsure(chosen, *operands)
        self.types[found.name] = self.lengths.inside(settled(fact))
        return found

    def same_lengths(self, array: ir.Atom, *others: ir.Var) -> None:
        """Other names for an array, as far as its lengths go."""
        if isinstance(array, ir.Var) and array.name in self.made:
            self.made.update((other.name, self.made[array.name]) for other in others)

    @contextmanager
    def scope(self) -> Iterator[None]:
        """A block: what is known of lengths there is not known behind it."""
        before = dict(self.known_lengths), dict(self.known_places)
        yield
        self.known_lengths, self.known_places = before

    def note_lengths(self, name: str) -> None:
        """An array in memory: its lengths can be asked for, and are what is assumed of them."""
        fact = self.types.get(name)
        if not isinstance(fact, facts.Num) or name in self.without:
            return
        for axis, dim in enumerate(fact.shape or ()):
            symbol = dim.symbol
            if symbol is not None and symbol not in self.known_lengths and lengths.cut_of(symbol) is None:
                shape = self.apply(np.shape, ir.Var(name))
                self.note_length(dim, self.apply(operator.getitem, shape, ir.Const(axis), hint="n"))

        test: ir.Atom | None = None
        for claimed, length in self.claims.get(name, ()):
            taken = self.known_length(length) if length is not None else ir.Const(LONG)
            assert taken is not None
            one = self.unsure(operator.ge if length is None else operator.eq, self.given(name, claimed), taken)
            test = one if test is None else self.unsure(both, test, one)
        if test is not None:
            self.demand(test, loops.OtherLengths)

    def given(self, name: str, axis: int | None) -> ir.Atom:
        """The length of an axis of an argument, or a whole number, as it is, whatever is assumed of it."""
        if axis is None:
            return ir.Var(name)
        return self.unsure(operator.getitem, self.unsure(np.shape, ir.Var(name)), ir.Const(axis))

    def unsure(self, function: Callable[..., Any], *args: ir.Atom) -> ir.Var:
        """An application that nothing is known of, and that is not folded."""
        target = self.fresh()
        self.emit(ir.Let(target.name, ir.Apply(function, args), self.origin))
        return target

    def define(self, stmt: ir.Let) -> None:
        """A statement that was made elsewhere."""
        self._definitions[stmt.target] = stmt.value

    def shifted(self, atom: ir.Atom, by: int) -> ir.Atom:
        """A whole number plus another one."""
        found = self.definition(atom)
        if found is not None and found.function in (operator.add, operator.sub) and len(found.args) == 2:
            first, second = found.args
            if isinstance(second, ir.Const) and type(second.value) is int:
                return self.shifted(first, by + second.value if found.function is operator.add else by - second.value)
        if by == 0:
            return atom
        return self.apply(operator.add if by > 0 else operator.sub, atom, ir.Const(abs(by)))

    def note_length(self, dim: facts.Dim, atom: ir.Atom) -> None:
        """A length, and where it is to be had."""
        if dim.symbol is not None:
            self.known_lengths.setdefault(dim.symbol, atom)

    def note_shape(self, dims: facts.Shape, atoms: Place) -> None:
        """The lengths of an array that the program makes."""
        for dim, atom in zip(dims, atoms, strict=True):
            if dim.symbol is not None and not dim.varies and lengths.cut_of(dim.symbol) is None:
                self.note_length(dim, atom)

    def demand(self, test: ir.Atom, error: type[Exception], *words: str) -> None:
        """Raise an error where a test fails."""
        wrong = self.apply(operator.not_, test)
        if wrong == ir.Const(False):
            return
        with self.block() as statements:
            self.emit(ir.Raise(self.apply(error, *map(ir.Const, words)), self.origin))
        self.emit(ir.If(wrong, ir.Block(tuple(statements)), ir.Block(()), (), self.origin))

    def agree(self, n: ir.Atom, m: ir.Atom, broadcasts: bool = False, error: type[Exception] = ValueError) -> None:
        """Raise an error where lengths differ; where the second is 1, they may, if that broadcasts."""
        if n == m:
            return
        test = self.apply(operator.eq, m, n)
        if broadcasts:
            test = self.apply(either, test, self.apply(operator.eq, m, ir.Const(1)))
        self.demand(test, error, "operands could not be broadcast together")

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

    def place_on(self, index: ir.Atom, axis: facts.Dim, length: Callable[[LoopBuilder], ir.Atom]) -> ir.Atom:
        """An index as a place counted from the front.  Raises IndexError, when the program runs, where there is none."""
        if axis.symbol in self.recorded or self.ranges.is_on(index, axis) or self.ranges.is_below(index, axis):
            return index
        if isinstance(index, ir.Const) and index.value < 0 and (at_least(axis, self.long) or 0) >= -index.value:
            found = self.known_length(axis + index.value)
            if found is not None:
                return found
        return self.apply(loops.place, index, length(self))

    # ----------------------------------------------------------------------------------------------------------- loops
    def loops(self, lengths: Place, start: ir.Atom, body: Callable[[Place, ir.Atom], ir.Atom]) -> ir.Atom:
        """What is carried through a nest of loops, one per length."""
        (found,) = self.carried(lengths, (start,), lambda place, carried: (body(place, carried[0]),))
        return found

    def carried(
        self, lengths: Place, starts: Place, body: Callable[[Place, Place], Sequence[ir.Atom]], place: Place = ()
    ) -> Place:
        """The values that are carried through a nest of loops.  Loops of known, short length are written out."""
        if not lengths:
            return tuple(body(place, starts))
        if is_short(lengths):
            for k in range(lengths[0].value):  # type: ignore[union-attr]
                starts = self.carried(lengths[1:], starts, body, (*place, ir.Const(k)))
            return starts
        index = self.fresh(LETTERS[len(place) % len(LETTERS)], facts.INT)
        types = [strong(self.type_of(start)) for start in starts]
        self.bounds[index.name] = lengths[0]
        arguments = tuple([self.fresh(self.hint(start), fact) for start, fact in zip(starts, types, strict=True)])
        for start, argument in zip(starts, arguments, strict=True):
            self.same_lengths(start, argument)
        with self.scope(), self.block() as statements:
            after = self.carried(lengths[1:], arguments, body, (*place, index))
        before, statements = hoisted(statements, {index.name, *(argument.name for argument in arguments)})
        for stmt in before:
            self.emit(stmt)
        results = tuple([self.fresh(self.hint(start), fact) for start, fact in zip(starts, types, strict=True)])
        for start, result in zip(starts, results, strict=True):
            self.same_lengths(start, result)
        bounds = ir.Const(0), lengths[0], ir.Const(1)
        block = ir.Block(tuple(statements), tuple(after))
        names = tuple([argument.name for argument in arguments])
        self.emit(ir.For(index.name, bounds, names, starts, block, tuple([r.name for r in results]), origin=self.origin))
        return results

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
        self.made[made.name] = lengths
        return made
