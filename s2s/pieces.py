"""The pieces of the cotangent of what was joined, where facts name them: slices and items, and no helper is called.

    split_to(g, shapes((u[:1], inner, u[-1:])), 0)  =>  g[:1], g[1:-1], g[-1:]        unstack(g, shapes((x, y)), 0)  =>  g[0], g[1]

In: a cotangent, the shapes of what was joined, the axis.  Out: a Pack of the pieces, or None where it is not known which
entries of the cotangent are whose.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir, lengths
from s2s_runtime import kernels

if TYPE_CHECKING:
    from s2s.builder import Builder

Ends = tuple[ir.Atom, ir.Atom]


def split_to(builder: Builder, g: ir.Atom, parts: ir.Atom, axis: ir.Atom) -> ir.Atom | None:
    """One slice of `g` per array that was joined along an axis; one item, where an array lacked this axis."""
    joined, rank = _joined(builder, parts), _rank(builder, g)
    if not joined or not rank or not _is_axis(axis, rank):
        return None
    lacking = [_rank(builder, part) == rank - 1 for part in joined]
    if any(_rank(builder, part) != rank - lacks for part, lacks in zip(joined, lacking, strict=True)):
        return None
    along = axis.value % rank  # type: ignore[union-attr]
    if len(joined) == 1 and not lacking[0]:
        return ir.Pack(tuple, (g,))
    extents = [facts.as_dim(1) if lacks else _shape(builder, part)[along] for part, lacks in zip(joined, lacking, strict=True)]
    total = lengths.plain(sum(extents[1:], extents[0]))
    numbers, start = [], facts.as_dim(0)
    for extent in extents:
        stop = lengths.plain(start + extent)
        numbers.append(lengths.ends(total, start, None if stop == total else stop))
        start = stop
    if None in numbers:
        return _pieces(builder, g, along, _run_time_ends(builder, joined, along, lacking), lacking)
    known: list[Ends] = [(ir.Const(ends[0]), ir.Const(ends[1])) for ends in numbers if ends is not None]
    return _pieces(builder, g, along, known, lacking)


def _run_time_ends(builder: Builder, joined: tuple[ir.Atom, ...], axis: int, lacking: list[bool]) -> list[Ends]:
    """The ends of each piece, counted while the program runs."""
    ends: list[ir.Atom] = [ir.Const(None)]
    for part, lacks in zip(joined[:-1], lacking, strict=False):
        extent = ir.Const(1) if lacks else builder.apply(operator.getitem, builder.apply(np.shape, part), ir.Const(axis))
        ends.append(extent if len(ends) == 1 else builder.apply(operator.add, ends[-1], extent))
    return list(zip(ends, (*ends[1:], ir.Const(None)), strict=True))


def _pieces(builder: Builder, g: ir.Atom, axis: int, ends: list[Ends], lacking: list[bool]) -> ir.Atom:
    pieces = [builder.apply(operator.getitem, g, _index(axis, *pair, lacks)) for pair, lacks in zip(ends, lacking, strict=True)]
    return ir.Pack(tuple, tuple(pieces))


def _index(axis: int, start: ir.Atom, stop: ir.Atom, single: bool) -> ir.Atom:
    """`[start:stop]`, or `[start]` of a single one, behind as many `:` as there are axes in front."""
    part: ir.Atom = ir.Pack(slice, (start, stop, ir.Const(None)))
    if single:
        part = ir.Const(0) if start == ir.Const(None) else start
    elif isinstance(start, ir.Const) and isinstance(stop, ir.Const):
        part = ir.Const(slice(start.value, stop.value))
    if not axis:
        return part
    if isinstance(part, ir.Const):
        return ir.Const((*[slice(None)] * axis, part.value))
    return ir.Pack(tuple, (*[ir.Const(slice(None))] * axis, part))


def unstack(builder: Builder, g: ir.Atom, parts: ir.Atom, axis: ir.Atom) -> ir.Atom | None:
    """One item of `g` per array that was stacked along an axis."""
    joined, rank = _joined(builder, parts), _rank(builder, g)
    if rank is not None and axis == ir.Const(0) and _is_list_of(builder, parts, rank - 1):
        return builder.apply(list, g)
    if not joined or not rank or not _is_axis(axis, rank):
        return None
    before = [slice(None)] * (axis.value % rank)  # type: ignore[union-attr]
    indices = [(*before, k) if before else k for k in range(len(joined))]
    return ir.Pack(tuple, tuple(builder.apply(operator.getitem, g, ir.Const(index)) for index in indices))


def unpack(builder: Builder, g: ir.Atom, parts: ir.Atom) -> ir.Atom | None:
    """One item of `g` per array that `np.array` was given, nested as these were."""
    joined, rank = _joined(builder, parts), _rank(builder, g)
    if rank is not None and _is_list_of(builder, parts, rank - 1):
        return builder.apply(list, g)
    if not joined or rank is None:
        return None
    return _items(builder, g, rank, ir.Pack(tuple, joined), ())


def _items(builder: Builder, g: ir.Atom, rank: int, part: ir.Atom, index: tuple[int, ...]) -> ir.Atom | None:
    """The item of `g` that a part was put into; None if it had other axes than the item."""
    if isinstance(part, ir.Pack) and part.kind in (tuple, list):
        items = [_items(builder, g, rank, item, (*index, k)) for k, item in enumerate(part.items)]
        return None if None in items else ir.Pack(tuple, tuple(item for item in items if item is not None))
    if _rank(builder, part) != rank - len(index):
        return None
    return builder.apply(operator.getitem, g, ir.Const(index if len(index) > 1 else index[0]))


def _is_list_of(builder: Builder, parts: ir.Atom, rank: int) -> bool:
    """Whether an atom holds the shapes of a list of arrays that have so many axes each."""
    definition = builder.definition(parts)
    if definition is None or definition.function not in (kernels.shapes, kernels.nesting) or not isinstance(definition.args[0], ir.Var):
        return False
    fact = builder.type_of(definition.args[0])
    item = fact.item if isinstance(fact, facts.Listing) else None
    return isinstance(item, facts.Num) and item.shape is not None and len(item.shape) == rank


def _joined(builder: Builder, parts: ir.Atom) -> tuple[ir.Atom, ...] | None:
    """The arrays whose shapes an atom holds, where they stand in the program one by one."""
    definition = builder.definition(_whole(builder, parts))
    if definition is None or definition.function not in (kernels.shapes, kernels.nesting):
        return None
    (arrays,) = definition.args
    return arrays.items if isinstance(arrays, ir.Pack) and arrays.kind in (tuple, list) else None


def _whole(builder: Builder, parts: ir.Atom) -> ir.Atom:
    """What the items were read from, where shapes are written out one by one."""
    if not isinstance(parts, ir.Pack):
        return parts
    atom: ir.Atom | None = next((ir.Var(name) for name in ir.variables(parts)), None)
    while atom is not None and (found := builder.definition(atom)) is not None and found.function is operator.getitem:
        atom = found.args[0]
    return parts if atom is None else atom


def _is_axis(axis: ir.Atom, rank: int) -> bool:
    return isinstance(axis, ir.Const) and type(axis.value) is int and -rank <= axis.value < rank


def _shape(builder: Builder, atom: ir.Atom) -> Any:
    fact = builder.type_of(atom)
    return fact.shape if isinstance(fact, facts.Num) else None


def _rank(builder: Builder, atom: ir.Atom) -> int | None:
    shape = _shape(builder, atom)
    return None if shape is None else len(shape)
