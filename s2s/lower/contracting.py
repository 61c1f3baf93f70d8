"""Sums of products as loops, or as products of matrices for BLAS: `einsum`, and all that is one.

    np.einsum("ij,jk->ik", a, b)        =>        a @ b
    np.einsum("bij,bj->bi", a, x)       =>        for b: for i: for j: y[b, i] += a[b, i, j] * x[b, j]

In: terms, each a value with a label for each axis; the labels of the result, in order.  Out: a value.  The adjoint of a contraction
is one, too, with another slot open: `filled_slot` says what the shape of that slot asks for.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.infer.atoms import NoSample, constant_of
from s2s.lower.dtypes import entry_product
from s2s.lower.making import number
from s2s.lower.reductions import adding, dot, matmul
from s2s.lower.refusing import NotLowered
from s2s.lower.shapes import items, reshape
from s2s.lower.values import (
    ONE,
    ZERO,
    Computed,
    Place,
    Stored,
    Value,
    Viewed,
    choice,
    fixed,
    later_length,
    length,
    packed,
    rank,
    repeated,
)
from s2s.lower.writing import is_short
from s2s.primitives import both
from s2s_runtime import kernels
from s2s_runtime.kernels.contracting import labels as labels_of

if TYPE_CHECKING:
    from s2s.lower.program import Lowering
    from s2s.lower.writing import LoopBuilder

Labels = list[int]
TWO = ir.Const(2)


@dataclass(frozen=True, eq=False)
class Term:
    """An operand; an axis whose label stands for a longer one elsewhere is repeated."""

    value: Value
    labels: Labels

    def entry(self, builder: LoopBuilder, at: dict[int, ir.Atom], dims: dict[int, facts.Dim]) -> ir.Atom:
        place = [repeated(self.value, builder, axis, at[label], dims[label]) for axis, label in enumerate(self.labels)]
        return self.value.entry(builder, tuple(place))


class Contraction:
    """Terms multiplied, and summed over the labels that the result has not."""

    def __init__(self, low: Lowering, terms: Sequence[Term], result: Labels, dtype: np.dtype[Any], equal: bool = False) -> None:
        """`equal`: axes of one label are of one length, or NumPy raises an error; else those of length 1 are repeated."""
        self.low, self.terms, self.result, self.equal = low, terms, result, equal
        self.dims: dict[int, facts.Dim] = {}
        self.lengths: dict[int, ir.Atom] = {}
        for term in terms:
            for axis, label in enumerate(term.labels):
                self.meet(label, term.value, axis)
        self.fact = facts.Num(dtype, tuple(self.dims[label] for label in result), weak=False)

    def meet(self, label: int, value: Value, axis: int) -> None:
        """A label stands for an axis: one of length 1 is repeated along the others, which are of one length."""
        dim = (value.fact.shape or ())[axis]
        known = self.dims.get(label)
        if known is not None and (dim == known or (dim.is_one and not self.equal)):
            return
        own = length(value, self.low.builder, axis)
        if known is not None and (self.equal or not known.is_one):
            if not self.equal and not (dim.never_one and known.never_one):
                raise NotLowered("lengths that are equal, or 1, as the program finds out, are not compiled here", self.low.builder.origin)
            self.low.builder.agree(self.lengths[label], own)
            return
        self.dims[label], self.lengths[label] = dim, own

    @property
    def summed(self) -> Labels:
        found = dict.fromkeys(label for term in self.terms for label in term.labels)
        return [label for label in found if label not in self.result]

    def product(self, builder: LoopBuilder, at: dict[int, ir.Atom]) -> ir.Atom:
        found = self.terms[0].entry(builder, at, self.dims)
        for term in self.terms[1:]:
            found = entry_product(builder, self.fact, found, term.entry(builder, at, self.dims))
        return found

    def written(self) -> Value | ir.Atom:
        """The contraction: nothing is summed, or by BLAS, or in loops."""
        if not self.summed and self.result:
            return Computed(lambda builder, place: self.product(builder, dict(zip(self.result, place, strict=True))),
                            fixed([self.lengths[label] for label in self.result]), self.fact,
                            tuple(term.value for term in self.terms))  # fmt: skip
        found = self.by_matrices()
        return self.by_loops() if found is None else found

    # ------------------------------------------------------------------------------------------------------------ loops
    def by_loops(self) -> Value | ir.Atom:
        """Entry by entry; or, where the last term goes on along an axis of the result that no other has, row by row."""
        low, summed = self.low, self.summed
        builder = low.builder
        sizes = tuple([self.lengths[label] for label in summed])

        def entry(place: Place) -> ir.Atom:
            own = both_of(self.result, place)

            def add(at: Place, so_far: ir.Atom) -> ir.Atom:
                return builder.apply(adding(self.fact), so_far, self.product(builder, {**own, **both_of(summed, at)}))

            return builder.loops(sizes, number(self.fact, 0), add)

        if not self.result:
            return entry(())
        whole = tuple([self.lengths[label] for label in self.result])
        last = self.terms[-1].labels
        if last and last[-1] == self.result[-1] and not is_short(whole):
            return self.by_rows(whole, sizes)
        return Stored(builder.filled(whole, builder.array(np.empty, whole, self.fact), entry), self.fact)

    def by_rows(self, whole: Place, sizes: Place) -> Stored:
        builder, summed = self.low.builder, self.summed
        labels = [*self.result[:-1], *summed, self.result[-1]]

        def add(place: Place, array: ir.Atom) -> ir.Atom:
            at = dict(zip(labels, place, strict=True))
            own = packed(tuple([at[label] for label in self.result]))
            return builder.apply(kernels.index_add, array, own, self.product(builder, at))

        start = builder.array(np.zeros, whole, self.fact)
        return Stored(builder.loops((*whole[:-1], *sizes, whole[-1]), start, add), self.fact)

    # --------------------------------------------------------------------------------------------------------- matrices
    def by_matrices(self) -> Value | None:
        """Two terms as matrices, if each has labels of its own and nothing is in both and in the result."""
        if len(self.terms) != 2 or any(len(set(term.labels)) < len(term.labels) for term in self.terms):
            return None
        first, second = (term.labels for term in self.terms)
        left, right = ([label for label in labels if label in self.result] for labels in (first, second))
        middle = [label for label in first if label in second]
        own = {*first} ^ {*second}
        if not left or not right or not middle or set(left) & set(right) or own != {*left, *right} or self.repeats():
            return None
        if all(isinstance(self.lengths[label], ir.Const) for label in (*left, *right, *middle)):
            return None
        pair = self.matrix(self.terms[0], left, middle), self.matrix(self.terms[1], middle, right)
        names = [self.low.named(value) for value in pair]
        fact = facts.Num(self.fact.dtype, ((pair[0].fact.shape or ())[0], (pair[1].fact.shape or ())[1]), weak=False)
        made = matmul(self.low, fact, *names)
        found = made if not isinstance(made, (ir.Var, ir.Const, ir.Pack)) else Stored(made, fact)
        assert found is not None
        self.note(found)
        return self.unfolded(found, left, right)

    def note(self, value: Value) -> None:
        """The type of a product that BLAS makes."""
        if isinstance(value, Stored) and isinstance(value.atom, ir.Var):
            self.low.builder.types[value.atom.name] = value.fact
            self.low.builder.note_lengths(value.atom.name)

    def repeats(self) -> bool:
        """Whether a term is repeated along an axis."""
        pairs = [(label, dim) for term in self.terms for label, dim in zip(term.labels, term.value.fact.shape or (), strict=True)]
        return any(dim.is_one and not self.dims[label].is_one for label, dim in pairs)

    def matrix(self, term: Term, rows: Labels, columns: Labels) -> Value:
        """A term as a matrix, its labels in this order."""
        value = in_order(term.value, [term.labels.index(label) for label in (*rows, *columns)])
        if len(rows) == len(columns) == 1:
            return value
        return self.reshaped(value, [self.total(rows), self.total(columns)], [self.whole(rows), self.whole(columns)])

    def unfolded(self, value: Value, left: Labels, right: Labels) -> Value:
        """A product of matrices with the axes of the result."""
        labels = [*left, *right]
        if len(labels) > 2:
            value = self.reshaped(value, [self.lengths[label] for label in labels], [self.dims[label] for label in labels])
        return in_order(value, [labels.index(label) for label in self.result])

    def reshaped(self, value: Value, lengths: list[ir.Atom], dims: list[facts.Dim]) -> Value:
        fact = facts.Num(value.fact.dtype, tuple(dims), weak=False)
        found = reshape(self.low, fact, self.low.named(value), ir.Pack(tuple, tuple(lengths)))
        self.note(found)
        return found

    def total(self, labels: Labels) -> ir.Atom:
        found: ir.Atom = ONE
        for label in labels:
            found = self.low.builder.apply(operator.mul, found, self.lengths[label])
        return found

    def whole(self, labels: Labels) -> facts.Dim:
        found = facts.as_dim(1)
        for label in labels:
            found = found * self.dims[label]
        return found


def both_of(labels: Labels, place: Place) -> dict[int, ir.Atom]:
    return dict(zip(labels, place, strict=True))


def in_order(value: Value, order: list[int]) -> Value:
    """A value with its axes in another order."""
    if order == list(range(len(order))):
        return value
    back = [order.index(axis) for axis in range(len(order))]
    fact = replace(value.fact, shape=tuple((value.fact.shape or ())[axis] for axis in order))
    axes = ir.Const(tuple(order))
    return Viewed(value, lambda _, place: tuple([place[k] for k in back]), tuple(later_length(value, axis) for axis in order), fact,
                  lambda builder, atom: builder.apply(np.transpose, atom, axes))  # fmt: skip


def filled_slot(low: Lowering, subscripts: str, slot: int, terms: dict[int, Value], shape: Place, fact: facts.Num) -> Value | ir.Atom:
    """The open slot of a contraction whose other slots hold terms, in the shape that is asked for."""
    ranks = [len(shape) if k == slot else rank(terms[k]) for k in range(len(terms))]
    labels = labels_of(subscripts, ranks)
    target = labels[slot]
    extents = {label for k in terms for label, dim in zip(labels[k], terms[k].fact.shape or (), strict=True) if not dim.is_one}
    dims = fact.shape or ()
    gone = {label for label, dim in zip(target, dims, strict=True) if dim.is_one and label in extents}
    unsure = [dim for label, dim in zip(target, dims, strict=True) if not dim.is_one and not dim.never_one and label in extents]
    if unsure and slot != len(terms):
        raise NotLowered("lengths that are equal, or 1, as the program finds out, are not compiled here", low.builder.origin)
    present = {label for k in terms for label in labels[k]}
    core = [label for label in dict.fromkeys(target) if label in present and label not in gone]
    assert fact.dtype is not None
    made = Contraction(low, [Term(terms[k], labels[k]) for k in sorted(terms)], core, fact.dtype).written()
    same = isinstance(made, (ir.Var, ir.Const, ir.Pack)) or not any(
        one.is_one and not dim.is_one for one, dim in zip(made.fact.shape or (), dims, strict=False)
    )
    if core == target and same:
        return made
    return laid_out(low, made, core, target, shape, fact)


def laid_out(low: Lowering, made: Value | ir.Atom, core: Labels, target: Labels, shape: Place, fact: facts.Num) -> Value | ir.Atom:
    """What was found, on the diagonal that a label means that stands twice, and repeated along axes that it has not."""

    def entry(builder: LoopBuilder, place: Place) -> ir.Atom:
        at: dict[int, ir.Atom] = {}
        test: ir.Atom | None = None
        for label, one in zip(target, place, strict=True):
            if label in at:
                equal = builder.apply(operator.eq, at[label], one)
                test = equal if test is None else builder.apply(both, test, equal)
            at.setdefault(label, one)

        def inside() -> ir.Atom:
            if isinstance(made, (ir.Var, ir.Const, ir.Pack)):
                return made
            return made.entry(builder, tuple([repeated(made, builder, k, at[label], dims[label]) for k, label in enumerate(core)]))

        return inside() if test is None else choice(builder, test, inside, lambda: number(fact, 0))

    if not target:
        return made
    dims = dict(zip(target, fact.shape or (), strict=True))
    return Computed(entry, fixed(shape), fact, () if isinstance(made, (ir.Var, ir.Const, ir.Pack)) else (made,))


# ------------------------------------------------------------------------------------------------------------- functions
def contract(
    low: Lowering, fact: facts.Num, subscripts: ir.Atom, slot: ir.Atom, i: ir.Atom, x: ir.Atom, j: ir.Atom, y: ir.Atom, shape: ir.Atom
) -> Value | ir.Atom | None:
    if not all(isinstance(atom, ir.Const) for atom in (subscripts, slot, i, j)) or not is_number(fact):
        return None
    terms = {i.value: low.settled(x), j.value: low.settled(y)}  # type: ignore[union-attr]
    return filled_slot(low, subscripts.value, slot.value, terms, own_shape(low, shape, fact), fact)  # type: ignore[union-attr]


def spread_out(low: Lowering, fact: facts.Num, subscripts: ir.Atom, g: ir.Atom, shape: ir.Atom) -> Value | ir.Atom | None:
    if not isinstance(subscripts, ir.Const) or not is_number(fact):
        return None
    return filled_slot(low, subscripts.value, 0, {1: low.settled(g)}, own_shape(low, shape, fact), fact)


def own_shape(low: Lowering, shape: ir.Atom, fact: facts.Num) -> Place:
    return items(low, shape, len(fact.shape or ()))


def is_number(fact: facts.Type | None) -> bool:
    return isinstance(fact, facts.Num) and fact.dtype is not None and fact.shape is not None


def einsum(low: Lowering, fact: facts.Num, subscripts: ir.Atom, *operands: ir.Atom, optimize: ir.Atom = ZERO) -> Value | ir.Atom | None:
    if not isinstance(subscripts, ir.Const) or not isinstance(subscripts.value, str) or not is_number(fact):
        return None
    return summed_products(low, fact, subscripts.value, [low.settled(operand) for operand in operands])


def summed_products(low: Lowering, fact: facts.Num, subscripts: str, values: list[Value], equal: bool = False) -> Value | ir.Atom:
    """What `einsum` gives."""
    assert fact.dtype is not None
    *inputs, output = labels_of(subscripts, [rank(value) for value in values])
    terms = [Term(value, labels) for value, labels in zip(values, inputs, strict=True)]
    return Contraction(low, terms, output, fact.dtype, equal).written()


def einsum_adjoints(low: Lowering, fact: facts.Type, subscripts: ir.Atom, g: ir.Atom, operands: ir.Atom) -> tuple[Any, ...] | None:
    """A cotangent of each of several operands."""
    if not isinstance(subscripts, ir.Const) or not isinstance(operands, ir.Pack) or not isinstance(fact, facts.Record):
        return None
    terms = dict(enumerate([low.settled(operand) for operand in (*operands.items, g)]))
    found = []
    for slot, item in enumerate(fact.items):
        if not isinstance(item, facts.Num) or item.shape is None:
            return None
        shape = tuple([length(terms[slot], low.builder, axis) for axis in range(rank(terms[slot]))])
        others = {k: term for k, term in terms.items() if k != slot}
        made = filled_slot(low, subscripts.value, slot, others, shape, replace(item, shape=terms[slot].fact.shape))
        found.append(Stored(made, item) if isinstance(made, (ir.Var, ir.Const, ir.Pack)) else made)
    return tuple(found)


def product(subscripts: Callable[..., str]) -> Callable[..., Value | ir.Atom | None]:
    """A product of two operands that is a contraction, by their ranks."""

    def write(low: Lowering, fact: facts.Num, a: ir.Atom, b: ir.Atom, *rest: ir.Atom, **named: ir.Atom) -> Value | ir.Atom | None:
        try:
            options = [constant_of(option) for option in (*rest, *named.values())]
        except NoSample:
            return None
        if not is_number(fact):
            return None
        values = [low.settled(a), low.settled(b)]
        written = subscripts(rank(values[0]), rank(values[1]), *options)
        return summed_products(low, fact, written, values, equal="..." not in written)

    return write


def of_real(subscripts: str) -> Callable[..., Value | ir.Atom | None]:
    """A product whose first operand is conjugated, if that changes nothing."""
    plain = product(lambda *_: subscripts)

    def write(low: Lowering, fact: facts.Num, a: ir.Atom, b: ir.Atom) -> Value | ir.Atom | None:
        return plain(low, fact, a, b) if is_number(fact) and fact.is_real else None

    return write


def tensordot(low: Lowering, fact: facts.Num, a: ir.Atom, b: ir.Atom, axes: ir.Atom = TWO) -> Value | ir.Atom | None:
    return product(kernels.tensordot_subscripts)(low, fact, a, b, axes)


def dotted(low: Lowering, fact: facts.Num, a: ir.Atom, b: ir.Atom) -> Value | ir.Atom | None:
    """`np.dot`, which is no product of stacks for more than two axes."""
    if max(rank(low.peek(a)), rank(low.peek(b))) <= 2:
        return dot(low, fact, a, b)
    return product(kernels.dot_subscripts)(low, fact, a, b)


def multiplied(low: Lowering, fact: facts.Num, a: ir.Atom, b: ir.Atom) -> Value | ir.Atom | None:
    """The operator @."""
    ranks = rank(low.peek(a)), rank(low.peek(b))
    if max(ranks) > 2 and min(ranks) == 1:
        return product(kernels.matmul_subscripts)(low, fact, a, b)
    return matmul(low, fact, a, b)


OF_VECTORS = (
    (np, "vecdot", "...i,...i->..."), (np.linalg, "vecdot", "...i,...i->..."), (np, "matvec", "...ij,...j->...i"),
    (np, "vecmat", "...j,...ji->...i"),
)  # fmt: skip
"""Products that older versions of NumPy do not have."""

CONTRACTING: dict[Any, Callable[..., Any]] = {
    kernels.contract: contract, kernels.spread: spread_out, np.einsum: einsum, kernels.einsum_adjoints: einsum_adjoints,
    np.tensordot: tensordot, np.linalg.tensordot: tensordot, np.inner: product(kernels.inner_subscripts), np.dot: dotted,
    operator.matmul: multiplied, np.matmul: multiplied, np.linalg.matmul: multiplied,
    **{getattr(where, name): of_real(text) for where, name, text in OF_VECTORS if hasattr(where, name)},
}  # fmt: skip
