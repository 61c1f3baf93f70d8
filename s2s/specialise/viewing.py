"""Functions that give views of an array in ways of their own: pieces of it, its real part, its diagonal, or the array itself.

In: an abstract array, and the arguments behind it.  Out: views that a store is seen through, or that may only be read.
"""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.specialise.values import Array, ArrayCell, ListCell, Value
from s2s_runtime import containers, kernels

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

MANY = 64
NONE = ir.Const(None)
Named = dict[str, ir.Atom]
AXES = {np.vsplit: 0, np.dsplit: 2}


def by_position(function: Any, args: tuple[ir.Atom, ...], kwargs: tuple[tuple[str, ir.Atom], ...]) -> tuple[ir.Atom, ...] | None:
    """The arguments behind an array, all by position; None where that cannot be."""
    try:
        signature = inspect.signature(function)
        bound = signature.bind(None, *args, **dict(kwargs))
    except (TypeError, ValueError):
        return None
    bound.apply_defaults()
    kinds = [signature.parameters[name].kind for name in bound.arguments]
    if any(kind not in (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.POSITIONAL_ONLY) for kind in kinds):
        return None
    values = list(bound.arguments.values())[1:]
    return tuple(v if isinstance(v, (ir.Var, ir.Const, ir.Pack)) else ir.Const(v) for v in values)


class Viewing:
    """What the Machine knows of functions that give views."""

    def own_view(self: Machine, array: Array, function: Any, rest: list[ir.Atom], named: Named) -> Value | None:
        """What a function with a way of its own gives; None for any other function, or another way to call it."""
        way = WAYS.get(function)
        return way(self, array, function, rest, named) if way is not None else None

    def split(self: Machine, array: Array, function: Any, rest: list[ir.Atom], named: Named) -> Value | None:
        """`np.split(a, 3)`, `np.array_split(a, [2, 5], axis=1)` and the like: a list of slices."""
        arguments = by_position(function, tuple(rest), tuple(named.items())) or ()
        rank = self.rank_of(self.content(array))
        given = arguments[1] if len(arguments) > 1 else ir.Const(1 if function is np.hsplit and rank != 1 else AXES.get(function, 0))
        axis = given.value if isinstance(given, ir.Const) else None
        if not arguments or rank is None or not isinstance(axis, int) or not -rank <= axis < rank:
            return None
        length = self.builder.apply(
            operator.getitem, self.builder.apply(np.shape, self.content(array)), ir.Const(axis % rank)
        )
        bounds = self.bounds(arguments[0], length, exact=function is not np.array_split)
        if bounds is None:
            return None
        before = (ir.Const(slice(None)),) * (axis % rank)
        parts = [ir.Pack(slice, (start, stop, ir.Const(None))) for start, stop in bounds]
        indices = [ir.Pack(tuple, (*before, part)) if before else part for part in parts]
        return self.allocate(ListCell(tuple(self.view(array, operator.getitem, [index], {}) for index in indices)))

    def bounds(
        self: Machine, sections: ir.Atom, length: ir.Atom, exact: bool
    ) -> list[tuple[ir.Atom, ir.Atom]] | None:
        """Where each piece starts and stops."""
        if isinstance(sections, ir.Const) and type(sections.value) is int and 0 < sections.value <= MANY:
            count = sections
            size, more = (self.atom(f, length, count) for f in (operator.floordiv, operator.mod))
            if exact:
                message = ir.Const("array split does not result in an equal division")
                self.builder.effect(containers.check, self.atom(operator.eq, more, ir.Const(0)), message)
            edges = [self.atom(operator.mul, size, ir.Const(k)) for k in range(sections.value + 1)]
            if not exact:
                extra = [self.atom(min, more, ir.Const(k)) for k in range(sections.value + 1)]
                edges = [self.atom(operator.add, edge, one) for edge, one in zip(edges, extra, strict=True)]
        elif isinstance(sections, ir.Pack) and sections.kind in (list, tuple):
            edges = [ir.Const(0), *sections.items, length]
        elif isinstance(sections, ir.Const) and isinstance(sections.value, (list, tuple)):
            edges = [ir.Const(0), *(ir.Const(place) for place in sections.value), length]
        else:
            return None
        return list(pairwise(edges))

    def atom(self: Machine, function: Any, *operands: ir.Atom) -> ir.Atom:
        return self.materialise(self.apply(function, *operands))

    def real_part(self: Machine, array: Array, function: Any, rest: list[ir.Atom], named: Named) -> Value | None:
        """The real part of a real array is the array."""
        fact = self.builder.type_of(self.content(array))
        known = isinstance(fact, facts.Num) and fact.dtype is not None and fact.dtype.kind != "c"
        return array if known and not rest and not named else None

    def diagonal(self: Machine, array: Array, function: Any, rest: list[ir.Atom], named: Named) -> Value | None:
        """`np.diag` of a matrix is `np.diagonal`, which may only be read; that of a vector is a new matrix."""
        rank = self.rank_of(self.content(array))
        if rank == 2:
            return self.view(array, np.diagonal, [*rest, *named.values()], {})
        return self.apply(function, self.content(array), *rest, **named) if rank == 1 else None

    def same(self: Machine, array: Array, function: Any, rest: list[ir.Atom], named: Named) -> Value:
        """`np.asarray(a)` is a; it is a copy where `copy` says so, in another dtype, and where a lies in another order."""
        given: Named = {**dict(zip(("dtype", "order"), rest, strict=False)), **named}
        if self.copies(given.pop("copy", NONE)):
            return self.primitive(np.array, [array], dict(given))
        order = given.pop("order", NONE)
        if set(given) - {"dtype"} or order not in (NONE, *map(ir.Const, "KACF")):
            return self.view(array, function, rest, named, sure=False)
        found = self.of_dtype(array, given.get("dtype", NONE))
        if not isinstance(found, Array) or order in (NONE, ir.Const("K"), ir.Const("A")):
            return found
        lying = np.ascontiguousarray if order == ir.Const("C") else np.asfortranarray
        ordered = self.contiguous(found, lying, [], {})
        return ordered if ordered is not None else self.view(found, np.asarray, [], {"order": order}, sure=False)

    def copies(self: Machine, copy: Value) -> bool:
        """Whether an argument `copy` asks for a copy in any case; refused where that is known only when it runs."""
        if not isinstance(copy, ir.Const):
            raise self.refuse("whether this copies is known only when it runs", "say copy=True, or leave it out")
        return bool(copy.value)

    def of_dtype(self: Machine, array: Array, dtype: ir.Atom) -> Value:
        """An array itself where it is of this dtype, or else a copy that is."""
        if dtype == NONE:
            return array
        fact = self.builder.type_of(self.content(array))
        if isinstance(fact, facts.Num) and fact.dtype is not None and isinstance(dtype, ir.Const):
            same = np.dtype(dtype.value) == fact.dtype
            return array if same else self.apply(kernels.astype, self.content(array), dtype)
        return self.view(array, kernels.astype, [dtype], {}, sure=False)

    def contiguous(self: Machine, array: Array, function: Any, rest: list[ir.Atom], named: Named) -> Value | None:
        """`np.ascontiguousarray(a)` is a where it lies so already, and a copy where it lies the other way."""
        rank, known = self.rank_of(self.content(array)), self.layout_of_view(array)
        if rest or named or not rank:
            return None
        if rank == 1:
            return array if known is not None else None
        wanted = function is np.ascontiguousarray
        if known is None:
            return self.view(array, function, [], {}, sure=False)
        if known == wanted:
            return array
        copy = self.materialise(self.apply(function, self.content(array)))
        return Array(self.allocate(ArrayCell(copy, wanted)).cell)


Way = Callable[..., Any]
WAYS: dict[Any, Way] = {
    np.split: Viewing.split, np.array_split: Viewing.split, np.hsplit: Viewing.split, np.vsplit: Viewing.split,
    np.dsplit: Viewing.split, np.real_if_close: Viewing.real_part, np.diag: Viewing.diagonal,
    np.ascontiguousarray: Viewing.contiguous, np.asfortranarray: Viewing.contiguous, np.asarray: Viewing.same,
    np.asanyarray: Viewing.same,
}  # fmt: skip
