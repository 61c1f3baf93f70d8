"""Products of matrices in the place of three loops: where operands lie, or are kept, and loops over two of the three indices.

In: a Chain and groups of factors.  Out: statements, written to the builder: matrices of operands, products, loops in which their
entries are read.  Raises Unproved where something cannot be read outside of the loops that it stands in.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from s2s import facts, ir
from s2s.lower.chains import Chain, Levels
from s2s.lower.dtypes import strong
from s2s.lower.places import shifted
from s2s.lower.values import ONE, ZERO
from s2s.lower.writing import LoopBuilder
from s2s_runtime import kernels, loops

Factors = tuple[ir.Atom, ...]
At = Mapping[int, ir.Var]
"""The indices of loops that are written anew, by their levels."""
Lengths = Mapping[str, tuple[ir.Atom, ...]]
Body = Callable[[At, Sequence[ir.Atom]], Sequence[ir.Atom]]


class Unproved(Exception):
    """Something cannot be read elsewhere, or in another order."""


@dataclass(eq=False)
class Kept:
    """Factors whose product is kept in an array, with an axis for each of some levels; `name` is what the array is called now."""

    factors: Factors
    levels: tuple[int, ...]
    depth: int
    name: ir.Atom


@dataclass(frozen=True)
class Matrix:
    """An operand: an array in memory, or one that is kept; `levels` belong to its axes.  `is_part`: a triangle, with zeros beyond."""

    source: ir.Atom | Kept
    levels: tuple[int, int]
    is_part: bool = False

    @property
    def is_there(self) -> bool:
        return not isinstance(self.source, Kept) or self.source.depth == 0

    @property
    def array(self) -> ir.Atom:
        return self.source.name if isinstance(self.source, Kept) else self.source


@dataclass(frozen=True)
class Made:
    """A product, and the levels that its axes belong to."""

    array: ir.Atom
    axes: tuple[int, int]


class Matrices:
    """The matrices of one chain; what is made before its loops has depth 0, in the first one 1, in the second one 2."""

    def __init__(self, builder: LoopBuilder, chain: Chain, lengths: Lengths, dtype: np.dtype) -> None:
        self.builder, self.chain, self.lengths, self.dtype = builder, chain, lengths, dtype
        self.extents: list[tuple[ir.Atom, ir.Atom]] = []
        for level in range(3):
            self.extents.append(self.extent(level))
        self.kept: dict[tuple[Factors, bool], Kept] = {}
        self.products: dict[tuple[ir.Atom | Kept, ir.Atom | Kept, int], Made] = {}
        self.tests: dict[ir.Atom | Kept, ir.Atom] = {}

    # ------------------------------------------------------------------------------------------------------- indices
    def ends(self, level: int) -> tuple[ir.Atom, ir.Atom, int]:
        """The bounds of a loop as it would go up, but for a number that is to be added to both."""
        start, stop, step = self.chain.loops[level].bounds
        return (start, stop, 0) if step == ONE else (stop, start, 1)

    def extent(self, level: int) -> tuple[ir.Atom, ir.Atom]:
        """The least index of a loop in any iteration of those around it, and how many there are from there to the largest one."""
        low, high, by = self.ends(level)
        first, end = self.extreme(low, by, least=True), self.extreme(high, by, least=False)
        count = end if first == ZERO else self.builder.apply(operator.sub, end, first)
        if not self.builder.ranges.is_surely_count(count):
            count = self.builder.apply(max, count, ZERO)
        return first, count

    def extreme(self, bound: ir.Atom, by: int, least: bool) -> ir.Atom:
        """The least or the largest value of a bound."""
        while (found := shifted(bound, self.builder)) is not None:
            bound, by = found[0], by + found[1]
        level = self.chain.indices.get(bound.name) if isinstance(bound, ir.Var) else None
        if level is not None:
            first, count = self.extents[level]
            if not least:
                by, first = by - 1, count if first == ZERO else self.builder.apply(operator.add, first, count)
            return self.shifted(first, by)
        if self.chain.depends(bound):
            raise Unproved
        return self.shifted(bound, by)

    def shifted(self, atom: ir.Atom, by: int) -> ir.Atom:
        if isinstance(atom, ir.Const):
            return ir.Const(atom.value + by)
        return self.builder.shifted(atom, by)

    def place(self, level: int, at: At) -> ir.Atom:
        """Where an index is on the axis of a matrix."""
        first = self.extents[level][0]
        index = at.get(level, ir.Var(self.chain.loops[level].index))
        if first == ZERO:
            return index
        return self.shifted(index, -first.value) if isinstance(first, ir.Const) else self.builder.apply(operator.sub, index, first)

    def places(self, levels: Sequence[int], at: At) -> ir.Atom:
        found = tuple([self.place(level, at) for level in levels])
        return found[0] if len(found) == 1 else ir.Pack(tuple, found)

    # ---------------------------------------------------------------------------------------------------------- loops
    def bounds(self, level: int, at: At, depth: int) -> tuple[ir.Atom, ir.Atom, ir.Const]:
        """The bounds of a new loop over the indices of one of the three: in all iterations of those that are not around it."""
        low, high, by = self.ends(level)
        around = self.chain.depends(low) | self.chain.depends(high)
        if all(one < depth or one in at for one in around):
            first, end = (self.shifted(self.again(bound, at, depth), by) for bound in (low, high))
            return first, end, ONE
        first, count = self.extents[level]
        return first, count if first == ZERO else self.builder.apply(operator.add, first, count), ONE

    def over(
        self, levels: Sequence[int], depth: int, inits: Sequence[ir.Atom], body: Body, results: Sequence[str] = (), at: At | None = None
    ) -> Sequence[ir.Atom]:
        """New loops over the indices of some levels, and what they give."""
        at = at or {}
        if not levels:
            return body(at, inits)
        loop = self.chain.loops[levels[0]]
        bounds = self.bounds(levels[0], at, depth)
        index = self.builder.fresh(self.builder.hints.get(loop.index, ""), facts.INT)
        names = [self.like(init) for init in inits]
        self.builder.ranges.enter(ir.For(index.name, bounds, (), (), ir.Block(()), ()))
        with self.builder.scope(), self.builder.block() as statements:
            ends = self.over(levels[1:], depth, names, body, (), {**at, levels[0]: index})
        given = tuple(results) or tuple([self.like(init).name for init in inits])
        block, carried = ir.Block(tuple(statements), tuple(ends)), tuple([name.name for name in names])
        self.builder.emit(ir.For(index.name, bounds, carried, tuple(inits), block, given, origin=self.builder.origin))
        return [ir.Var(name) for name in given]

    def like(self, atom: ir.Atom) -> ir.Var:
        return self.builder.fresh(self.builder.hint(atom), strong(self.builder.type_of(atom)))

    def again(self, atom: ir.Atom, at: At, depth: int) -> ir.Atom:
        """A number of the loops, computed elsewhere: at a depth, and for some indices."""
        chain = self.chain
        if not isinstance(atom, ir.Var):
            return atom
        if atom.name in chain.indices and chain.indices[atom.name] in at:
            return at[chain.indices[atom.name]]
        if chain.level.get(atom.name, -1) < depth and not chain.depends(atom) & set(at):
            return atom
        let = chain.lets.get(atom.name)
        if let is None or let.value.function in (operator.truediv, operator.floordiv, operator.mod, operator.pow):
            raise Unproved
        args = tuple([self.again_all(one, at, depth) for one in let.value.args])
        if let.value.function is operator.getitem:
            self.prove(args[0], args[1])
        made = self.builder.apply(let.value.function, *args)
        if isinstance(made, ir.Var) and made.name not in self.builder.types:
            self.builder.types[made.name] = self.builder.types[let.target]
        return made

    def again_all(self, atom: ir.Atom, at: At, depth: int) -> ir.Atom:
        if isinstance(atom, ir.Pack):
            return ir.Pack(atom.kind, tuple([self.again_all(item, at, depth) for item in atom.items]), atom.keys)
        return self.again(atom, at, depth)

    def prove(self, array: ir.Atom, index: ir.Atom) -> None:
        """An entry that is read is there, whichever iterations there are.  Raises Unproved where that is not sure."""
        fact, ranges = self.builder.type_of(array), self.builder.ranges
        axes = (fact.shape or ()) if isinstance(fact, facts.Num) else ()
        parts = ir.index_parts(index)
        if len(parts) != len(axes) or not all(ranges.is_on(*pair) or ranges.is_below(*pair) for pair in zip(parts, axes, strict=True)):
            raise Unproved

    # ------------------------------------------------------------------------------------------------------- operands
    def operand(self, factors: Factors, levels: tuple[int, int]) -> Matrix:
        """The matrix of a product of factors."""
        is_part = self.is_triangle(levels)
        if not is_part:
            found = self.in_memory(factors)
            if found is not None:
                return found
        kept = self.keep(factors, is_part)
        if set(kept.levels) != set(levels):
            raise Unproved
        return Matrix(kept, (kept.levels[0], kept.levels[1]), is_part)

    def in_memory(self, factors: Factors) -> Matrix | None:
        """An array that is the matrix, as it lies in memory."""
        let = self.chain.lets.get(factors[0].name) if len(factors) == 1 and isinstance(factors[0], ir.Var) else None
        if let is None or let.value.function is not operator.getitem or not isinstance(let.value.args[0], ir.Var):
            return None
        array, index = let.value.args
        assert isinstance(array, ir.Var)
        *front, row, column = (None, None, *ir.index_parts(index))
        levels = [self.chain.indices.get(part.name, -1) if isinstance(part, ir.Var) else -1 for part in (row, column)]
        fact = self.builder.type_of(array)
        rank = len(fact.shape or ()) if isinstance(fact, facts.Num) else 0
        if len(front) != 2 or rank != 2 or array.name in self.chain.level or array in self.chain.loops[0].inits:
            return None
        return Matrix(array, (levels[0], levels[1])) if self.is_whole(array, levels) else None

    def is_whole(self, array: ir.Atom, levels: Sequence[int]) -> bool:
        """Whether the indices of levels go through all of a matrix in memory."""
        if -1 in levels or self.is_triangle(levels) or not isinstance(array, ir.Var):
            return False
        extents = [self.extents[level] for level in levels]
        return all(first == ZERO and self.fills(array, axis, count) for axis, (first, count) in enumerate(extents))

    def is_triangle(self, levels: Sequence[int]) -> bool:
        """Whether where the index of one level lies depends on that of the other."""
        low, high = sorted(levels)
        return low in frozenset().union(*map(self.chain.depends, self.chain.loops[high].bounds))

    def in_order(self, levels: Sequence[int]) -> Sequence[int]:
        """Two levels as loops over their indices may stand."""
        return sorted(levels) if self.is_triangle(levels) else levels

    def fills(self, array: ir.Var, axis: int, count: ir.Atom) -> bool:
        """Whether an axis of an array has so many entries."""
        fact = self.builder.type_of(array)
        assert isinstance(fact, facts.Num)
        dim = (fact.shape or ())[axis]
        if isinstance(count, ir.Const):
            return dim == facts.as_dim(count.value)
        number, made = self.builder.type_of(count), self.lengths.get(array.name)
        if isinstance(number, facts.Num) and number.length is not None and number.length == dim:
            return True
        length = made[axis] if made is not None else None
        value = None if length is None else self.builder.definition(length)
        return length == count or (value is not None and value == self.builder.definition(count))

    def keep(self, factors: Factors, is_part: bool = False) -> Kept:
        """Factors whose product is kept; what is there before the loops is kept then."""
        known = self.kept.get((factors, is_part))
        if known is not None:
            return known
        levels: Levels = frozenset().union(*map(self.chain.depends, factors))
        depth = next(k for k in range(4) if k not in levels) if not all(map(self.chain.is_static, factors)) else 0
        if depth > 2:
            raise Unproved
        axes = tuple(sorted(levels))
        made = self.array(np.zeros if is_part else np.empty, axes)
        kept = self.kept[factors, is_part] = Kept(factors, axes, depth, made)
        if depth == 0:
            kept.name = self.store(kept, made)
        return kept

    def store(self, kept: Kept, array: ir.Atom) -> ir.Atom:
        """An array with the entries of a product of factors that are known at its depth."""

        def entry(at: At, arrays: Sequence[ir.Atom]) -> Sequence[ir.Atom]:
            value = self.product_of(kept.factors, at, kept.depth)
            return [self.builder.apply(kernels.index_set, arrays[0], self.places(kept.levels, at), value)]

        return self.over([level for level in kept.levels if level >= kept.depth], kept.depth, [array], entry)[0]

    def product_of(self, factors: Factors, at: At, depth: int) -> ir.Atom:
        value, *others = [self.again(factor, at, depth) for factor in factors]
        for other in others:
            value = self.builder.apply(operator.mul, value, other)
        return value

    # ------------------------------------------------------------------------------------------------------- products
    def product(self, left: Matrix, right: Matrix, inner: int, rows: int, name: str = "") -> Made:
        """The matrix of sums over the indices of a level: with rows for another one, unless it is there the other way round.

        A product that is made now is called by the name, if there is one.
        """
        first, second = (left, right) if self.outside(left, inner) == rows else (right, left)
        axes = rows, self.outside(second, inner)
        known = [self.products.get((one.source, other.source, inner)) for one, other in ((first, second), (second, first))]
        found = next((made for made in known if made is not None), None)
        if found is None:
            found = self.products[first.source, second.source, inner] = Made(self.made(first, second, inner, name), axes)
        return found

    def outside(self, matrix: Matrix, inner: int) -> int:
        return next(level for level in matrix.levels if level != inner)

    def made(self, first: Matrix, second: Matrix, inner: int, name: str) -> ir.Atom:
        if first.is_part and second.is_part:
            raise Unproved
        operands = [
            matrix.array if matrix.levels[axis] == inner else self.builder.apply(np.transpose, matrix.array, ir.Const((1, 0)))
            for matrix, axis in ((first, 1), (second, 0))
        ]
        if first.is_part or second.is_part:
            return self.of_part(first, second, inner, operands, name)
        with self.builder.block() as statements:
            found = self.builder.apply(operator.matmul, *operands)
        assert isinstance(found, ir.Var)
        ((made),) = statements
        assert isinstance(made, ir.Let)
        self.builder.emit(replace(made, target=name or made.target))
        return ir.Var(name) if name else found

    def of_part(self, first: Matrix, second: Matrix, inner: int, operands: Sequence[ir.Atom], name: str) -> ir.Atom:
        """A product with a triangle: what lies beyond must not meet an infinity or a NaN."""
        builder = self.builder
        test = builder.apply(operator.eq, self.zero_if_finite(second if first.is_part else first), ir.Const(0.0))
        with builder.scope(), builder.block() as then:
            whole = builder.apply(operator.matmul, *operands)
        rows, columns = self.outside(first, inner), self.outside(second, inner)

        def add(at: At, arrays: Sequence[ir.Atom]) -> Sequence[ir.Atom]:
            entries = [builder.apply(operator.getitem, one.array, self.places(one.levels, at)) for one in (first, second)]
            value = builder.apply(operator.mul, *entries)
            return [builder.apply(kernels.index_add, arrays[0], self.places((rows, columns), at), value)]

        with builder.scope(), builder.block() as other:
            zeros = self.array(np.zeros, (rows, columns))
            (single,) = self.over([0, 1, 2], 0, [zeros], add)
        result = ir.Var(name) if name else builder.fresh("", builder.type_of(whole))
        builder.emit(ir.If(test, ir.Block(tuple(then), (whole,)), ir.Block(tuple(other), (single,)), (result.name,), builder.origin))
        return result

    def array(self, maker: Callable[..., object], levels: Sequence[int]) -> ir.Atom:
        """A new array with an axis for each of some levels."""
        shape = tuple([self.extents[level][1] for level in levels])
        size = shape[0] if len(shape) == 1 else ir.Pack(tuple, shape)
        if self.dtype == np.dtype(float):
            return self.builder.apply(maker, size)
        return self.builder.apply(maker, size, dtype=ir.Const(self.dtype.type))

    def zero_if_finite(self, matrix: Matrix) -> ir.Atom:
        """A number that is 0 if all entries of a matrix are finite, and NaN if not."""
        key = matrix.source
        if key not in self.tests:

            def add(at: At, sums: Sequence[ir.Atom]) -> Sequence[ir.Atom]:
                entry = self.builder.apply(operator.getitem, matrix.array, self.places(matrix.levels, at))
                return [self.builder.apply(loops.plus, sums[0], self.builder.apply(operator.mul, entry, ir.Const(0.0)))]

            start = ir.Const(0.0 if self.dtype == np.dtype(float) else self.dtype.type(0))
            (self.tests[key],) = self.over(matrix.levels, 0, [start], add)
        return self.tests[key]
