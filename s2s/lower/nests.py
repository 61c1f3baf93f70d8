"""Typed programs to loop nests: every whole-array statement becomes loops over its entries.

    y = x[1:-1] * w + b        =>        for i in range(len(y)): y[i] = x[i + 1] * w + b[i]

In: an ir.Function whose values have known dtypes and ranks.  Out: one in which arrays are made, read and stored into entry by
entry, and by BLAS where that is faster.  It stays a functional program: a loop carries the array it fills, and `emit` decides
as ever what is written in place.  Raises NotLowered with the place of what cannot be written so.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.infer import ELEMENTWISE
from s2s.lower.refusing import NotLowered
from s2s.lower.values import Mapped, Place, Stored, Value, length, lengths_of, spread
from s2s.lower.views import viewed
from s2s.lower.writing import LoopBuilder
from s2s.primitives import MAKERS, both
from s2s_runtime import containers, kernels

LETTERS = "ijklmn"
KEPT = {np.copy, np.shape, np.size, np.ndim, len, operator.matmul, np.dot, containers.append, containers.drop_last, range, min, max,
        operator.getitem}
"""What is done with whole arrays as it stands, by Numba or BLAS."""

Entry = Callable[[Place], ir.Atom]


def lowered(function: ir.Function) -> ir.Function:
    """The function as loop nests."""
    lowering = Lowering(function)
    with lowering.builder.block() as first:
        for parameter in function.parameters:
            lowering.builder.note_lengths(parameter.name)
    body = lowering.block(function.body)
    body = ir.Block((*first, *body.statements), body.yields)
    return replace(function, body=body, types=lowering.builder.types, hints=lowering.builder.hints)


class Lowering:
    """One function being lowered."""

    def __init__(self, function: ir.Function) -> None:
        self.builder = LoopBuilder()
        self.builder.types.update(function.types)
        self.builder.hints.update(function.hints)
        self.builder._serial = 1 + max((int(name[1:]) for name in function.types), default=0)
        self.builder._serial = max(self.builder._serial, _newest(function.body))
        self.values: dict[str, Value] = {}
        self.packs: dict[str, ir.Atom] = {}
        self.depth = 0
        self.uses = count_uses(function.body)

    # -------------------------------------------------------------------------------------------------------- blocks
    def block(self, block: ir.Block) -> ir.Block:
        self.depth += 1
        with self.builder.block() as statements:
            for stmt in block.statements:
                with self.builder.at(stmt.origin):
                    self.settle_before(stmt)
                    self.statement(stmt)
            yields = tuple(self.atom(atom) for atom in block.yields)
        self.depth -= 1
        return ir.Block(tuple(statements), yields)

    def settle_before(self, stmt: ir.Stmt) -> None:
        """Write down what is not written yet, if this statement runs it again and again, or changes what it reads."""
        inner = {name for block in ir.blocks(stmt) for name in ir.free(block)}
        for name in sorted(inner & self.values.keys(), key=_serial):
            if isinstance(self.values[name], Mapped) or changing_reads(self.values[name], stmt):
                self.write_down(name)
        for name in [name for name, value in self.values.items() if not isinstance(value, Stored)]:
            if overwritten(stmt) & set(self.values[name].reads()) and self.uses[name]:
                self.write_down(name)

    def statement(self, stmt: ir.Stmt) -> None:
        match stmt:
            case ir.Let():
                for name in ir.reads(stmt.value):
                    self.uses[name] -= 1
                self.let(stmt)
            case ir.If():
                arms = self.block(stmt.then), self.block(stmt.other)
                self.builder.emit(ir.If(self.atom(stmt.test), *arms, stmt.results, stmt.origin))
            case ir.For():
                bounds = tuple(self.atom(bound) for bound in stmt.bounds)
                inits = tuple(self.atom(init) for init in stmt.inits)
                self.builder.emit(replace(stmt, bounds=bounds, inits=inits, body=self.block(stmt.body)))
            case ir.While():
                inits = tuple(self.atom(init) for init in stmt.inits)
                self.builder.emit(replace(stmt, inits=inits, test=self.block(stmt.test), body=self.block(stmt.body)))
            case _:
                raise NotLowered(f"a {type(stmt).__name__.lower()} statement is not compiled", stmt.origin)

    # ---------------------------------------------------------------------------------------------------- statements
    def let(self, stmt: ir.Let) -> None:
        function, args, kwargs = stmt.value.function, stmt.value.args, dict(stmt.value.kwargs)
        fact = self.builder.types.get(stmt.target)
        if isinstance(fact, facts.Num) and (fact.dtype is None or fact.shape is None):
            raise NotLowered("the dtype or the number of axes of this is not known", stmt.origin)
        if function in WRITERS and self.takes_arrays(stmt.value):
            WRITERS[function](self, stmt, *args, **kwargs)
        elif not isinstance(fact, facts.Num) or not (fact.shape or self.takes_arrays(stmt.value)):
            self.keep(stmt)
        elif fact.shape and function in ELEMENTWISE and not kwargs:
            self.values[stmt.target] = Mapped(function, tuple(self.value(arg) for arg in args), fact)
        elif function is operator.getitem and not fact.shape:
            found = self.view(stmt, fact)
            entry = found.entry(self.builder, ()) if found is not None else None
            self.define(stmt, entry)
        elif (found := self.view(stmt, fact)) is not None:
            self.values[stmt.target] = found
        else:
            self.keep(stmt)

    def view(self, stmt: ir.Let, fact: facts.Num) -> Value | None:
        """The value of a view that is followed."""
        function, (base, *rest) = stmt.value.function, stmt.value.args
        if stmt.value.kwargs or not self.is_array(base):
            return None
        return viewed(self.builder, function, self.value(base), tuple(rest), fact)

    def define(self, stmt: ir.Let, atom: ir.Atom | None) -> None:
        """Give a name to an entry that was read or computed."""
        if atom is None:
            self.keep(stmt)
            return
        self.values[stmt.target] = Stored(atom, self.fact(ir.Var(stmt.target)))
        self.builder.suggest(atom, self.builder.hints.get(stmt.target, ""))

    def keep(self, stmt: ir.Let) -> None:
        """The statement as it stands, its arrays written down."""
        function = stmt.value.function
        fact = self.builder.types.get(stmt.target)
        if self.takes_arrays(stmt.value) and function not in KEPT and function not in MAKERS:
            raise NotLowered(f"{getattr(function, '__name__', function)} is not compiled", stmt.origin)
        args = tuple(self.atom(arg) for arg in stmt.value.args)
        kwargs = tuple((key, self.atom(arg)) for key, arg in stmt.value.kwargs)
        self.builder.emit(ir.Let(stmt.target, ir.Apply(function, args, kwargs), stmt.origin))
        if isinstance(fact, facts.Num):
            self.values[stmt.target] = Stored(ir.Var(stmt.target), fact)
            if self.depth == 1:
                self.builder.note_lengths(stmt.target)

    # -------------------------------------------------------------------------------------------------------- values
    def is_array(self, atom: ir.Atom) -> bool:
        fact = self.builder.type_of(atom)
        return isinstance(fact, facts.Num) and bool(fact.shape)

    def takes_arrays(self, application: ir.Apply) -> bool:
        atoms = (*application.args, *(atom for _, atom in application.kwargs))
        return any(self.is_array(ir.Var(name)) for atom in atoms for name in ir.variables(atom))

    def fact(self, atom: ir.Atom) -> facts.Num:
        fact = self.builder.type_of(atom)
        assert isinstance(fact, facts.Num)
        return fact

    def value(self, atom: ir.Atom) -> Value:
        """What an atom stands for."""
        if isinstance(atom, ir.Var) and atom.name in self.values:
            value = self.values[atom.name]
            if isinstance(value, Mapped) and self.uses[atom.name] > 0:
                self.write_down(atom.name)
            return self.values[atom.name]
        return Stored(atom, self.fact(atom))

    def atom(self, atom: ir.Atom) -> ir.Atom:
        """An atom whose arrays are in memory."""
        if isinstance(atom, ir.Pack):
            return ir.Pack(atom.kind, tuple([self.atom(item) for item in atom.items]), atom.keys)
        if isinstance(atom, ir.Var) and atom.name in self.packs:
            return self.packs[atom.name]
        if isinstance(atom, ir.Var) and atom.name in self.values:
            if not isinstance(self.values[atom.name], Stored):
                self.write_down(atom.name)
            value = self.values[atom.name]
            assert isinstance(value, Stored)
            return value.atom
        return atom

    def write_down(self, name: str) -> None:
        """Compute an array's entries, in a nest of loops."""
        value = self.values[name]
        assert value.fact.shape is not None
        lengths = lengths_of(value, self.builder)
        made = self.made(np.empty, lengths, value.fact, self.builder.hints.get(name, ""))
        written = self.nest(lengths, made, lambda place: value.entry(self.builder, place))
        self.values[name] = Stored(written, value.fact)

    def made(self, maker: Any, lengths: tuple[ir.Atom, ...], fact: facts.Num, hint: str) -> ir.Atom:
        shape = lengths[0] if len(lengths) == 1 else ir.Pack(tuple, lengths)
        dtype = {} if fact.dtype == np.dtype(float) else {"dtype": ir.Const(fact.dtype.type)}  # type: ignore[union-attr]
        made = self.builder.apply(maker, shape, hint=hint, **dtype)
        if isinstance(made, ir.Var):
            self.builder.types[made.name] = fact
        return made

    def total(self, value: Value, lengths: tuple[ir.Atom, ...], zero: Any) -> ir.Atom:
        """The sum of all entries."""
        return self.loops(lengths, ir.Const(zero), lambda place, acc: self.builder.apply(operator.add, acc, value.entry(self.builder, place)))

    def shape_atoms(self, shape: ir.Atom, rank: int) -> tuple[ir.Atom, ...]:
        """The lengths in a shape."""
        shape = self.atom(shape)
        if isinstance(shape, ir.Pack):
            return shape.items
        return tuple(self.builder.apply(operator.getitem, shape, ir.Const(k)) for k in range(rank))

    def nest(self, lengths: tuple[ir.Atom, ...], array: ir.Atom, entry: Entry) -> ir.Atom:
        """An array with the entry at each place stored."""

        def innermost(place: Place, array: ir.Atom) -> ir.Atom:
            index = place[0] if len(place) == 1 else ir.Pack(tuple, place)
            return self.builder.apply(kernels.index_set, array, index, entry(place))

        return self.loops(lengths, array, innermost)

    def loops(
        self, lengths: tuple[ir.Atom, ...], start: ir.Atom, body: Callable[[Place, ir.Atom], ir.Atom], place: Place = ()
    ) -> ir.Atom:
        """What is carried through a nest of loops, one per length."""
        if not lengths:
            return body(place, start)
        builder = self.builder
        index = builder.fresh(LETTERS[len(place) % len(LETTERS)], facts.INT)
        hint, fact = builder.hint(start), builder.type_of(start)
        argument = builder.fresh(hint, fact)
        with builder.block() as statements:
            after = self.loops(lengths[1:], argument, body, (*place, index))
        result = builder.fresh(hint, fact)
        bounds = ir.Const(0), lengths[0], ir.Const(1)
        block = ir.Block(tuple(statements), (after,))
        builder.emit(ir.For(index.name, bounds, (argument.name,), (start,), block, (result.name,), origin=builder.origin))
        return result


# ------------------------------------------------------------------------------------------------------------ writers
def write_sum(low: Lowering, stmt: ir.Let, x: ir.Atom, axis: ir.Atom = ir.Const(None), keepdims: ir.Atom = ir.Const(False)) -> None:  # noqa: B008
    """A sum over all axes into a number, over some into an array."""
    value = low.value(x)
    rank = len(value.fact.shape or ())
    fact = low.fact(ir.Var(stmt.target))
    if not isinstance(axis, ir.Const) or keepdims != ir.Const(False):
        raise NotLowered("a sum over axes that are not known, or that keeps them, is not compiled", stmt.origin)
    axes = range(rank) if axis.value is None else [a % rank for a in np.atleast_1d(axis.value)]
    lengths = lengths_of(value, low.builder)
    if len(axes) == rank:
        low.define(stmt, low.total(value, lengths, fact.dtype.type(0).item()))  # type: ignore[union-attr]
        return
    kept = [k for k in range(rank) if k not in axes]
    zeros = low.made(np.zeros, tuple(lengths[k] for k in kept), fact, low.builder.hints.get(stmt.target, ""))

    def add(place: Place, array: ir.Atom) -> ir.Atom:
        at = tuple(place[k] for k in kept)
        return low.builder.apply(kernels.index_add, array, at[0] if len(at) == 1 else ir.Pack(tuple, at), value.entry(low.builder, place))

    low.values[stmt.target] = Stored(low.loops(lengths, zeros, add), fact)


def write_sum_to(low: Lowering, stmt: ir.Let, g: ir.Atom, shape: ir.Atom) -> None:
    """The adjoint of broadcasting, where the shapes tell which axes were repeated."""
    value, fact = low.value(g), low.fact(ir.Var(stmt.target))
    have, want = value.fact.shape or (), fact.shape or ()
    lead = len(have) - len(want)
    lengths = lengths_of(value, low.builder)
    if lead < 0:
        raise NotLowered("a cotangent with fewer axes than its value is not compiled", stmt.origin)
    if not want:
        low.define(stmt, low.total(value, lengths, 0.0))
        return
    sure = [w == h or w.is_one or w.never_one for w, h in zip(want, have[lead:], strict=True)]
    if all(sure) and lead == 0 and not any(w.is_one for w in want):
        low.values[stmt.target] = value
        return
    own = low.shape_atoms(shape, len(want))
    if all(sure):
        low.values[stmt.target] = Stored(gathered(low, value, lengths, own, fact), fact)
        return
    array = low.atom(g) if lead == 0 else None
    test: ir.Atom = ir.Const(lead == 0)
    for k, is_sure in enumerate(sure):
        if not is_sure and lead == 0:
            equal = low.builder.apply(operator.eq, own[k], lengths[lead + k])
            test = equal if test == ir.Const(True) else low.builder.apply(both, test, equal)
    if array is None:
        low.values[stmt.target] = Stored(gathered(low, value, lengths, own, fact), fact)
        return
    with low.builder.block() as statements:
        summed = gathered(low, Stored(array, value.fact), lengths, own, fact)
    result = low.builder.fresh(low.builder.hints.get(stmt.target, ""), fact)
    low.builder.emit(ir.If(test, ir.Block((), (array,)), ir.Block(tuple(statements), (summed,)), (result.name,), stmt.origin))
    low.values[stmt.target] = Stored(result, fact)


def gathered(low: Lowering, value: Value, lengths: tuple[ir.Atom, ...], own: tuple[ir.Atom, ...], fact: facts.Num) -> ir.Atom:
    """The entries added up where an axis was repeated."""
    lead = len(lengths) - len(own)
    zeros = low.made(np.zeros, own, fact, "")
    last = [low.builder.apply(operator.sub, length, ir.Const(1)) for length in own]

    def add(place: Place, array: ir.Atom) -> ir.Atom:
        at = tuple(low.builder.apply(min, place[lead + k], end) for k, end in enumerate(last))
        return low.builder.apply(kernels.index_add, array, at[0] if len(at) == 1 else ir.Pack(tuple, at), value.entry(low.builder, place))

    return low.loops(lengths, zeros, add)


def write_mean(low: Lowering, stmt: ir.Let, x: ir.Atom) -> None:
    """The sum over the number of entries."""
    value = low.value(x)
    lengths = lengths_of(value, low.builder)
    total = low.total(value, lengths, 0.0)
    size = lengths[0]
    for length in lengths[1:]:
        size = low.builder.apply(operator.mul, size, length)
    low.define(stmt, low.builder.apply(operator.truediv, total, size))


def write_outer(low: Lowering, stmt: ir.Let, a: ir.Atom, b: ir.Atom) -> None:
    """`a[i] * b[j]`."""
    fact = low.fact(ir.Var(stmt.target))
    first, second = low.value(a), low.value(b)
    column = viewed(low.builder, np.expand_dims, first, (ir.Const(1),), replace(first.fact, shape=(*(first.fact.shape or ()), facts.as_dim(1))))
    assert column is not None
    low.values[stmt.target] = Mapped(operator.mul, (column, second), fact)


def write_store(low: Lowering, stmt: ir.Let, buffer: ir.Atom, index: ir.Atom, value: ir.Atom, path: ir.Atom = ir.Const(())) -> None:  # noqa: B008
    """A store into the entries that an index names, one by one."""
    if path != ir.Const(()):
        raise NotLowered("a store through this view is not compiled", stmt.origin)
    function, fact = stmt.value.function, low.fact(ir.Var(stmt.target))
    array, given = low.atom(buffer), low.value(value)
    target = low.builder.type_of(array)
    assert isinstance(target, facts.Num)
    part = replace(target, shape=None)
    place_of = viewed(low.builder, operator.getitem, Stored(array, target), (index,), part)
    if place_of is None:
        raise NotLowered("a store at places that an array names is not compiled", stmt.origin)
    if reads_of(array) & set(given.reads()) and not isinstance(given, Stored):
        given = written(low, given)
    lengths = tuple(one(low.builder) for one in place_of.lengths)  # type: ignore[union-attr]

    def store(place: Place, array: ir.Atom) -> ir.Atom:
        at = place_of.move(low.builder, place)  # type: ignore[union-attr]
        return low.builder.apply(function, array, at[0] if len(at) == 1 else ir.Pack(tuple, at), spread(given, low.builder, place))

    after = low.loops(lengths, array, store)
    low.values[stmt.target] = Stored(after, fact)
    low.builder.suggest(after, low.builder.hints.get(stmt.target, ""))


def reads_of(atom: ir.Atom) -> set[str]:
    return set(ir.variables(atom))


def written(low: Lowering, value: Value) -> Value:
    """A value as an array of its own."""
    lengths = lengths_of(value, low.builder)
    if not lengths:
        return Stored(value.entry(low.builder, ()), value.fact)
    made = low.made(np.empty, lengths, value.fact, "t")
    return Stored(low.nest(lengths, made, lambda place: value.entry(low.builder, place)), value.fact)


def write_shape(low: Lowering, stmt: ir.Let, x: ir.Atom) -> None:
    """The lengths of an array that need not be in memory."""
    value = low.values.get(x.name) if isinstance(x, ir.Var) else None
    if value is None:
        low.keep(stmt)
        return
    lengths = lengths_of(value, low.builder)
    low.packs[stmt.target] = ir.Pack(tuple, lengths)


def write_size(low: Lowering, stmt: ir.Let, x: ir.Atom) -> None:
    """The number of entries."""
    value = low.values.get(x.name) if isinstance(x, ir.Var) else None
    if value is None:
        low.keep(stmt)
        return
    size: ir.Atom = ir.Const(1)
    for axis in range(len(value.fact.shape or ())):
        size = low.builder.apply(operator.mul, size, length(value, low.builder, axis))
    low.packs[stmt.target] = size


def write_length(low: Lowering, stmt: ir.Let, x: ir.Atom) -> None:
    """The length of the first axis."""
    value = low.values.get(x.name) if isinstance(x, ir.Var) else None
    if value is None:
        low.keep(stmt)
        return
    low.packs[stmt.target] = length(value, low.builder, 0)


WRITERS: dict[Any, Callable[..., None]] = {
    np.sum: write_sum, kernels.sum_to: write_sum_to, np.mean: write_mean, np.outer: write_outer, kernels.index_set: write_store,
    kernels.index_add: write_store, np.shape: write_shape, np.size: write_size, len: write_length,
}  # fmt: skip


# ------------------------------------------------------------------------------------------------------------- counting
def count_uses(block: ir.Block) -> Counter[str]:
    """How often each name is read; a read inside a loop counts as many."""
    found: Counter[str] = Counter()
    for atom in block.yields:
        found.update(ir.variables(atom))
    for stmt in block.statements:
        for atom in ir.operands(stmt):
            found.update(ir.variables(atom))
        for inner in ir.blocks(stmt):
            found.update(count_uses(inner))
    return found


def overwritten(stmt: ir.Stmt) -> set[str]:
    """The arrays that a statement may write over, if nobody reads them afterwards."""
    if isinstance(stmt, ir.Let) and stmt.value.function in (kernels.index_set, kernels.index_add):
        return set(ir.variables(stmt.value.args[0]))
    if isinstance(stmt, (ir.For, ir.While)):
        return {name for init in stmt.inits for name in ir.variables(init)}
    return set()


def changing_reads(value: Value, stmt: ir.Stmt) -> bool:
    return bool(overwritten(stmt) & set(value.reads()))


def _serial(name: str) -> int:
    return int(name[1:])


def _newest(block: ir.Block) -> int:
    newest = 0
    for stmt in block.statements:
        names = [*ir.binds(stmt), *(stmt.carried if isinstance(stmt, (ir.For, ir.While)) else ())]
        names += [stmt.index] if isinstance(stmt, ir.For) else []
        newest = max([newest, *(_serial(name) for name in names), *(_newest(inner) for inner in ir.blocks(stmt))])
    return newest
