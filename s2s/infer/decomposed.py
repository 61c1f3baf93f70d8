"""Shapes of what factorisations, inverses and determinants of matrices give, stacks of them too.

    w, v = np.linalg.eigh(a)       a: (k, n, n)    =>    w: (k, n), v: (k, n, n)

In: what is known of atoms, and the atoms of a call.  Out: a fact.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.facts import Dim, Num, Shape
from s2s.infer.atoms import NoSample, TypeOf, constant_of, shape_of
from s2s.infer.broadcasting import broadcast
from s2s.infer.samples import sample
from s2s_runtime import systems

Shapes = Callable[[Shape, tuple[Any, ...], dict[str, Any]], "tuple[Shape, ...] | Shape"]
"""The shapes of results, by that of the matrix and the values of the other arguments."""


def shaped(function: Any, shapes: Shapes) -> Callable[..., facts.Type | None]:
    """What is known of a call: dtypes from a sample, lengths from those of the matrix."""

    def infer(type_of: TypeOf, a: ir.Atom, *rest: ir.Atom, **named: ir.Atom) -> facts.Type | None:
        found, own = sample(function, (a, *rest), named, type_of), shape_of(type_of, a)
        if found is None or own is None or len(own) < 2:
            return found
        try:
            given = shapes(own, tuple(map(constant_of, rest)), {key: constant_of(atom) for key, atom in named.items()})
        except NoSample:
            return found
        if isinstance(found, facts.Record):
            return replace(found, items=tuple(map(with_shape, found.items, given)))
        return with_shape(found, given)

    return infer


def with_shape(fact: facts.Type | None, shape: Any) -> facts.Type | None:
    fits = isinstance(fact, Num) and fact.shape is not None and len(fact.shape) == len(shape)
    return replace(fact, shape=shape) if fits else fact  # type: ignore[type-var]


def shorter(one: Dim, other: Dim) -> Dim:
    """The length of a diagonal."""
    if one == other or (one.constant is not None and other.constant is not None):
        return one if one == other else min(one, other, key=lambda dim: dim.constant or 0)
    return facts.fresh("k")


def eigen(a: Shape, rest: tuple[Any, ...], named: dict[str, Any]) -> tuple[Shape, ...]:
    return a[:-1], a


def singular(a: Shape, rest: tuple[Any, ...], named: dict[str, Any]) -> tuple[Shape, ...] | Shape:
    is_full, has_factors = [*rest, *[named.get(key, True) for key in ("full_matrices", "compute_uv")[len(rest) :]]][:2]
    front, rows, columns = a[:-2], a[-2], a[-1]
    least = shorter(rows, columns)
    if not has_factors:
        return (*front, least)
    width, height = (rows, columns) if is_full else (least, least)
    return (*front, rows, width), (*front, least), (*front, height, columns)


def orthogonal(a: Shape, rest: tuple[Any, ...], named: dict[str, Any]) -> tuple[Shape, ...]:
    if [*rest, *named.values()] not in ([], ["reduced"]):
        raise NoSample
    least = shorter(a[-2], a[-1])
    return (*a[:-1], least), (*a[:-2], least, a[-1])


def solved(type_of: TypeOf, a: ir.Atom, b: ir.Atom) -> facts.Type | None:
    """As the right side; a sample might have lengths that do not fit, where those of one operand are not known."""
    left, right = type_of(a), type_of(b)
    if not (isinstance(left, Num) and isinstance(right, Num) and left.shape and right.shape and left.dtype and right.dtype):
        return sample(np.linalg.solve, (a, b), {}, type_of)
    if len(left.shape) < 2 or left.dtype.kind not in "fciub" or right.dtype.kind not in "fciub":
        return None
    front, rest = (right.shape[:-2], right.shape[-2:]) if len(right.shape) > 1 else ((), (left.shape[-1],))
    whole = broadcast([left.shape[:-2], front])
    fresh = tuple(facts.fresh() for _ in range(max(len(left.shape) - 2, len(front))))
    dtype = np.linalg.solve(np.eye(1, dtype=left.dtype), np.ones((1, 1), right.dtype)).dtype
    return Num(dtype, (*(fresh if whole is None else whole), *rest), weak=False)


DECOMPOSED: dict[Any, Callable[..., facts.Type | None]] = {
    function: shaped(function, shapes)
    for function, shapes in (
        (np.linalg.eigh, eigen), (systems.eigh_upper, eigen), (np.linalg.svd, singular), (np.linalg.qr, orthogonal),
        (np.linalg.eigvalsh, lambda a, rest, named: a[:-1]), (np.linalg.det, lambda a, rest, named: a[:-2]),
        (np.linalg.slogdet, lambda a, rest, named: (a[:-2], a[:-2])),
        (np.linalg.pinv, lambda a, rest, named: (*a[:-2], a[-1], a[-2])),
        (np.linalg.svdvals, lambda a, rest, named: (*a[:-2], shorter(a[-2], a[-1]))),
        (np.linalg.matrix_power, lambda a, rest, named: a),
    )
}  # fmt: skip
DECOMPOSED[np.linalg.solve] = solved


def as_values_decide(function: Any, shapes: Shapes | None = None) -> Callable[..., facts.Type | None]:
    """What the values make real or complex: of real operands, it is not known which."""

    def infer(type_of: TypeOf, a: ir.Atom) -> facts.Type | None:
        found = shaped(function, shapes)(type_of, a) if shapes else sample(function, (a,), {}, type_of)
        return replace(found, items=tuple(map(either, found.items))) if isinstance(found, facts.Record) else either(found)

    return infer


def either(fact: facts.Type | None) -> facts.Type | None:
    return Num(None, fact.shape) if isinstance(fact, Num) and fact.is_real else fact


DECOMPOSED |= {
    np.linalg.eig: as_values_decide(np.linalg.eig, eigen),
    np.linalg.eigvals: as_values_decide(np.linalg.eigvals, lambda a, rest, named: a[:-1]),
    np.roots: as_values_decide(np.roots),
}
