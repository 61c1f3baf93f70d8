"""The types of sums of products, whose lengths are those of their operands, or stand in the call.

In: what is known of atoms, and the atoms of a call.  Out: a fact, or None.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.facts import Dim, Num
from s2s.infer.atoms import NoSample, TypeOf, constant_of, dims_of, shape_of
from s2s.infer.broadcasting import broadcast
from s2s.infer.samples import sample
from s2s_runtime import kernels
from s2s_runtime.kernels.contracting import labels as labels_of


def contracted(
    type_of: TypeOf, subscripts: ir.Atom, slot: ir.Atom, i: ir.Atom, x: ir.Atom, j: ir.Atom, y: ir.Atom, shape: ir.Atom
) -> facts.Type | None:
    return of_shape(type_of, kernels.contract, (subscripts, slot, i, x, j, y, shape), (x, y))


def spread(type_of: TypeOf, subscripts: ir.Atom, g: ir.Atom, shape: ir.Atom) -> facts.Type | None:
    return of_shape(type_of, kernels.spread, (subscripts, g, shape), (g,))


def of_shape(type_of: TypeOf, function: Any, args: tuple[ir.Atom, ...], operands: Sequence[ir.Atom]) -> facts.Type | None:
    """The type of a function of these operands whose last argument is the shape of the result."""
    dims, types = dims_of(type_of, args[-1]), [type_of(operand) for operand in operands]
    dtypes = [fact.dtype for fact in types if isinstance(fact, Num) and fact.dtype is not None]
    if dims is None or len(dtypes) < len(operands):
        return sample(function, args, {}, type_of)
    return Num(np.result_type(*dtypes), dims, weak=False)


def einsum(type_of: TypeOf, subscripts: ir.Atom, *operands: ir.Atom, **named: ir.Atom) -> facts.Type | None:
    """With the lengths that the operands have where their letters stand."""
    found = sample(np.einsum, (subscripts, *operands), named, type_of)
    if found is None or not isinstance(subscripts, ir.Const):
        return found
    return with_lengths(type_of, found, subscripts.value, operands)


def product(function: Any, subscripts: Callable[..., str]) -> Callable[..., facts.Type | None]:
    """A product of two operands that is a contraction, by their ranks."""

    def infer(type_of: TypeOf, a: ir.Atom, b: ir.Atom, *rest: ir.Atom, **named: ir.Atom) -> facts.Type | None:
        found = sample(function, (a, b, *rest), named, type_of)
        written = written_out(subscripts, type_of, (a, b), (*rest, *named.values()))
        return found if written is None else with_lengths(type_of, found, written, (a, b))

    return infer


def with_lengths(type_of: TypeOf, found: facts.Type | None, subscripts: str, operands: Sequence[ir.Atom]) -> facts.Type | None:
    """What a sample says, with the lengths that the operands have where the labels of the result stand."""
    shapes = [shape for operand in operands if (shape := shape_of(type_of, operand)) is not None]
    if found is None:  # lengths of a sample may not fit where those of the operands do
        dtypes = [fact.dtype for operand in operands if isinstance(fact := type_of(operand), Num) and fact.dtype is not None]
        found = Num(np.result_type(*dtypes), (facts.fresh(),)) if len(dtypes) == len(operands) else None
    if not isinstance(found, Num) or not found.shape or len(shapes) < len(operands):
        return found
    where, output = lengths_by_label(subscripts, shapes)
    return Num(found.dtype, broadcast_each([where[label] for label in output]), weak=False)


def lengths_by_label(subscripts: str, shapes: Sequence[facts.Shape]) -> tuple[dict[int, list[Dim]], Sequence[int]]:
    """The lengths that stand where each label does, and the labels of the result."""
    *inputs, output = labels_of(subscripts, [len(shape) for shape in shapes])
    where: dict[int, list[Dim]] = {}
    for labels, shape in zip(inputs, shapes, strict=True):
        for label, dim in zip(labels, shape, strict=True):
            where.setdefault(label, []).append(dim)
    return where, output


def written_out(
    subscripts: Callable[..., str], type_of: TypeOf, operands: Sequence[ir.Atom], options: Sequence[ir.Atom]
) -> str | None:
    """A product of operands as subscripts; None if their ranks or an option are not known, or do not fit."""
    ranks = [len(shape) for atom in operands if (shape := shape_of(type_of, atom)) is not None]
    try:
        return subscripts(*ranks, *map(constant_of, options)) if len(ranks) == len(operands) else None
    except (NoSample, ValueError, IndexError):
        return None


def summed_alike(application: ir.Apply, type_of: TypeOf) -> list[tuple[Dim, Dim]]:
    """Lengths of axes of two operands that are summed together, and so equal if the product does not fail."""
    subscripts, operands = PRODUCTS.get(application.function), application.args[:2]
    if subscripts is None or len(operands) < 2:
        return []
    options = (*application.args[2:], *dict(application.kwargs).values())
    written = written_out(subscripts, type_of, operands, options)
    if written is None:
        return []
    where, output = lengths_by_label(written, [shape_of(type_of, atom) or () for atom in operands])
    return [(dims[0], dims[1]) for label, dims in where.items() if label not in output and len(dims) == 2]


def broadcast_each(columns: list[list[Dim]]) -> facts.Shape | None:
    """The length that each of some lists of lengths broadcasts to."""
    shapes = [broadcast([(dim,) for dim in column]) for column in columns]
    return None if None in shapes else tuple(shape[0] for shape in shapes if shape)


def adjoints(type_of: TypeOf, subscripts: ir.Atom, g: ir.Atom, operands: ir.Atom) -> facts.Type | None:
    """A cotangent of each operand."""
    if not isinstance(operands, ir.Pack):
        return sample(kernels.einsum_adjoints, (subscripts, g, operands), {}, type_of)
    types = [type_of(item) for item in (g, *operands.items)]
    dtypes = [fact.dtype for fact in types if isinstance(fact, Num) and fact.dtype is not None]
    if len(dtypes) < len(types):
        return None
    whole = np.result_type(*dtypes)
    return facts.Record(tuple, tuple(Num(whole, fact.shape, weak=False) for fact in types[1:]))  # type: ignore[union-attr]


PRODUCTS: dict[Any, Callable[..., str]] = {
    np.tensordot: lambda a, b, axes=2: kernels.tensordot_subscripts(a, b, axes), np.inner: kernels.inner_subscripts,
    np.linalg.matmul: kernels.matmul_subscripts, np.linalg.tensordot: lambda a, b, axes=2: kernels.tensordot_subscripts(a, b, axes),
    **{function: lambda *_: "...i,...i->..." for function in (getattr(np, "vecdot", None), np.linalg.vecdot) if function},
    **{getattr(np, name): lambda *_: "...ij,...j->...i" for name in ("matvec",) if hasattr(np, name)},
    **{getattr(np, name): lambda *_: "...j,...ji->...i" for name in ("vecmat",) if hasattr(np, name)},
}  # fmt: skip

def placed(type_of: TypeOf, g: ir.Atom, shape: ir.Atom, *rest: ir.Atom) -> facts.Type | None:
    """A vector on a diagonal of what has this shape."""
    return of_shape(type_of, kernels.place_diagonal, (g, *rest, shape), (g,)) if dims_of(type_of, shape) is not None else None


CONTRACTING: dict[Any, Callable[..., facts.Type | None]] = {
    kernels.contract: contracted, kernels.spread: spread, np.einsum: einsum, kernels.einsum_adjoints: adjoints,
    kernels.place_diagonal: placed,
    **{function: product(function, subscripts) for function, subscripts in PRODUCTS.items()},
}  # fmt: skip
