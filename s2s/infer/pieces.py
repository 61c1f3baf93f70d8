"""The types of arrays that are cut out of another one, and of the shapes of several.

In: what is known of atoms, and the atoms of a call.  Out: a fact, or None.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.facts import Dim, Num
from s2s.infer.atoms import NoSample, TypeOf, constant_of, dims_of
from s2s.infer.broadcasting import broadcast
from s2s.infer.samples import sample
from s2s_runtime import kernels


def cut(function: Any, along: Callable[[int], int] | None) -> Callable[..., facts.Type | None]:
    """`np.split` and its like: a list of arrays that keep their other lengths; `along` is the axis by the rank, where that is fixed."""

    def pieces(type_of: TypeOf, x: ir.Atom, count: ir.Atom, axis: ir.Atom | None = None) -> facts.Type | None:
        fact = type_of(x)
        if not isinstance(fact, Num) or not fact.shape or fact.dtype is None:
            return sample(function, (x, count) if axis is None else (x, count, axis), {}, type_of)
        try:
            k, number = (constant_of(axis, 0) if along is None else along(len(fact.shape))), constant_of(count)
        except NoSample:
            return None
        k = operator.index(k) % len(fact.shape)
        equal = type(number) is int and function is not np.array_split
        own = (share(fact.shape[k], number) if equal else None) or facts.fresh(varies=not equal)
        return facts.Listing(Num(fact.dtype, (*fact.shape[:k], own, *fact.shape[k + 1 :])))

    return pieces


def share(dim: Dim, count: int) -> Dim | None:
    """A length over a whole number; None where it is not known to be a multiple of it."""
    if count < 1 or any(factor % count for _, factor in dim.terms):
        return None
    return Dim(frozenset((monomial, factor // count) for monomial, factor in dim.terms))


def shapes(type_of: TypeOf, tree: ir.Atom) -> facts.Type | None:
    """The shapes of arrays that are written out, one by one."""
    if not isinstance(tree, ir.Pack) or tree.kind not in (list, tuple):
        return sample(kernels.shapes, (tree,), {}, type_of)
    items = [shapes(type_of, item) if isinstance(item, ir.Pack) else shape_of(type_of, item) for item in tree.items]
    return None if None in items else facts.Record(list, tuple(items))


def shape_of(type_of: TypeOf, atom: ir.Atom) -> facts.Type | None:
    fact = type_of(atom)
    if not isinstance(fact, Num) or fact.shape is None:
        return None
    return facts.Record(tuple, tuple(Num(facts.INT.dtype, (), weak=True, length=dim) for dim in fact.shape))


def pieces_of_shapes(type_of: TypeOf, g: ir.Atom, parts: ir.Atom, axis: ir.Atom) -> facts.Type | None:
    """The pieces of what was joined, in the shapes of the parts."""
    fact, own = type_of(g), shapes_in(type_of, parts)
    if not isinstance(fact, Num) or fact.dtype is None or own is None:
        return sample(kernels.split_to, (g, parts, axis), {}, type_of)
    return facts.Record(tuple, tuple(Num(fact.dtype, dims) for dims in own))


def shapes_in(type_of: TypeOf, parts: ir.Atom) -> list[facts.Shape] | None:
    """The shapes in a list of them."""
    if isinstance(parts, ir.Pack) and parts.kind is list:
        found = [dims_of(type_of, part) for part in parts.items]
    else:
        fact = type_of(parts)
        listed = fact.items if isinstance(fact, facts.Record) and fact.kind is list else ()
        found = [dims_of(lambda _, part=part: part, parts) for part in listed]  # type: ignore[misc]
    return None if None in found or not found else found  # type: ignore[return-value]


def blocks(type_of: TypeOf, g: ir.Atom, first: ir.Atom, second: ir.Atom) -> facts.Type | None:
    """A Kronecker product with the axes of the one factor, then those of the other."""
    fact, one, two = type_of(g), dims_of(type_of, first), dims_of(type_of, second)
    if not isinstance(fact, Num) or one is None or two is None:
        return sample(kernels.kron_split, (g, first, second), {}, type_of)
    return Num(fact.dtype, (*one, *two), weak=False)


def put_together(type_of: TypeOf, g: ir.Atom, first: ir.Atom, second: ir.Atom) -> facts.Type | None:
    fact, one, two = type_of(g), dims_of(type_of, first), dims_of(type_of, second)
    if not isinstance(fact, Num) or one is None or two is None:
        return sample(kernels.kron_join, (g, first, second), {}, type_of)
    rank = max(len(one), len(two))
    pairs = zip(*[(*[facts.as_dim(1)] * (rank - len(part)), *part) for part in (one, two)], strict=True)
    return Num(fact.dtype, tuple(a * b for a, b in pairs), weak=False)


def crossed(type_of: TypeOf, a: ir.Atom, b: ir.Atom, *rest: ir.Atom, **named: ir.Atom) -> facts.Type | None:
    """`np.cross` of vectors that are known to have three entries; those with two give numbers."""
    types = type_of(a), type_of(b)
    given = [*rest, *named.values()]
    names = [*("axisa", "axisb", "axisc", "axis")[: len(rest)], *named]
    if not all(isinstance(fact, Num) and fact.shape for fact in types) or not all(isinstance(atom, ir.Const) for atom in given):
        return sample(np.cross, (a, b, *rest), named, type_of)
    options: dict[str, Any] = {"axis": None, **{name: atom.value for name, atom in zip(names, given, strict=True)}}  # type: ignore[union-attr]
    at = [options["axis"] if options["axis"] is not None else options.get(name, -1) for name in ("axisa", "axisb", "axisc")]
    shapes = [list(fact.shape) for fact in types]  # type: ignore[union-attr, arg-type]
    if any(shape.pop(k).constant != 3 for shape, k in zip(shapes, at, strict=False)):
        return sample(np.cross, (a, b, *rest), named, type_of)
    whole = broadcast([tuple(shape) for shape in shapes])
    if whole is None:
        return None
    place = at[2] % (len(whole) + 1)
    dtype = np.result_type(*[fact.dtype for fact in types])  # type: ignore[union-attr]
    return Num(dtype, (*whole[:place], facts.as_dim(3), *whole[place:]), weak=False)


PIECES: dict[Any, Callable[..., facts.Type | None]] = {
    np.split: cut(np.split, None), np.array_split: cut(np.array_split, None), np.vsplit: cut(np.vsplit, lambda _: 0),
    np.hsplit: cut(np.hsplit, lambda rank: min(1, rank - 1)), np.dsplit: cut(np.dsplit, lambda _: 2),
    kernels.shapes: shapes, kernels.split_to: pieces_of_shapes, kernels.kron_split: blocks,
    kernels.kron_join: put_together, np.cross: crossed, np.linalg.cross: crossed,
}  # fmt: skip
