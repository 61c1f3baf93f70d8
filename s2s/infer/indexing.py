"""The type of `x[index]`: an item of a container, or what basic indexing leaves of an array.

In: what is known of atoms, the atoms `x` and `index`.  Out: a fact, or None.
"""

from __future__ import annotations

import operator
from functools import lru_cache
from typing import Any

from s2s import facts, ir, lengths
from s2s.facts import Dim, Num, Shape
from s2s.infer.atoms import TypeOf
from s2s.infer.samples import sample


def indexed(type_of: TypeOf, x: ir.Atom, index: ir.Atom) -> facts.Type | None:
    """The type of `x[index]`."""
    fact = type_of(x)
    if isinstance(fact, facts.Listing):
        return fact if ir.slice_parts(index) is not None else facts.renewed(fact.item)
    if isinstance(fact, facts.Mapped):
        return facts.renewed(fact.item)
    if isinstance(fact, facts.Record):
        return _record_item(fact, index)
    if not isinstance(fact, Num):
        return None
    if fact.shape and fact.dtype is not None:
        shape = basic_shape(type_of, fact.shape, index)
        if shape is not None:
            return Num(fact.dtype, shape)
    sampled = sample(operator.getitem, (x, index), {}, type_of)
    return sampled if isinstance(sampled, Num) else _elements(fact, index)


def attribute(type_of: TypeOf, x: ir.Atom, name: ir.Atom) -> facts.Type | None:
    """The type of a record's field."""
    fact = type_of(x)
    known = isinstance(fact, facts.Record) and isinstance(name, ir.Const) and name.value in fact.keys
    return fact.items[fact.keys.index(name.value)] if known else None  # type: ignore[union-attr]


def _elements(fact: Num, index: ir.Atom) -> facts.Type | None:
    """An index that could not be tried on a sample, such as a constant beyond it: only the dtype is known."""
    basic = isinstance(index, ir.Const) and type(index.value) is int and fact.shape
    return Num(fact.dtype, fact.shape[1:] if basic else None) if fact.shape else Num(fact.dtype, None, None)


def _record_item(fact: facts.Record, index: ir.Atom) -> facts.Type | None:
    if not isinstance(index, ir.Const):
        item = fact.items[0] if fact.items else None
        for other in fact.items[1:]:
            item = facts.join(item, other)
        return item
    if fact.kind is dict:
        return fact.items[fact.keys.index(index.value)] if index.value in fact.keys else None
    try:
        chosen = fact.items[index.value]
    except (IndexError, TypeError):
        return None
    return facts.Record(tuple, chosen) if isinstance(chosen, tuple) else chosen


def basic_shape(type_of: TypeOf, shape: Shape, index: ir.Atom) -> Shape | None:
    """The shape of basic indexing, or None."""
    parts = list(ir.index_parts(index))
    new = sum(isinstance(p, ir.Const) and p.value is None for p in parts)
    dots = [k for k, p in enumerate(parts) if isinstance(p, ir.Const) and p.value is Ellipsis]
    missing = len(shape) - (len(parts) - new - len(dots))
    if missing < 0 or len(dots) > 1:
        return None
    at = dots[0] if dots else len(parts)
    fill: list[ir.Atom] = [ir.Const(slice(None))] * missing
    return _walk_index(type_of, shape, [*parts[:at], *fill, *parts[at + len(dots) :]])


def _walk_index(type_of: TypeOf, shape: Shape, parts: list[ir.Atom]) -> Shape | None:
    result: list[Dim] = []
    rest = iter(shape)
    for part in parts:
        if isinstance(part, ir.Const) and part.value is None:
            result.append(facts.as_dim(1))
            continue
        dim = next(rest)
        bounds = ir.slice_parts(part)
        if bounds is not None:
            result.append(sliced(type_of, dim, bounds))
        elif not is_whole(type_of(part)):
            return None
    return tuple(result)


def is_whole(fact: facts.Type | None) -> bool:
    """Whether a part of an index is a whole number, and takes one axis away."""
    return isinstance(fact, Num) and fact.shape == () and fact.dtype is not None and fact.dtype.kind != "b"


def sliced(type_of: TypeOf, dim: Dim, bounds: tuple[ir.Atom, ir.Atom, ir.Atom]) -> Dim:
    """The length of `x[start:stop:step]`, the same symbol for the same slice of the same length."""
    start, stop, step = (bound_of(type_of, bound) for bound in bounds)
    known = all(bound is None or type(bound) is int or isinstance(bound, Dim) for bound in (start, stop))
    found = _in_steps(dim, start, stop, step) if step not in (None, 1) else _adjacent(dim, start, stop) if known else None
    if found is not None:
        return found
    symbol = _symbol(("slice", dim, *bounds), "?", tuple(b.name for b in bounds if isinstance(b, ir.Var)))
    return lengths.note_slice(symbol, dim, bounds)


def _adjacent(dim: Dim, start: Dim | int | None, stop: Dim | int | None) -> Dim | None:
    """The length of `x[start:stop]`."""
    found = lengths.inside(dim, start, stop)
    if found is not None:
        return found
    numbers = lengths.ends(dim, start, stop)
    if numbers is None:
        return None
    if dim.constant is not None:
        return facts.as_dim(len(range(*slice(*numbers).indices(dim.constant))))
    return dim if numbers == (None, None) else lengths.between(dim, *numbers)


def _in_steps(dim: Dim, start: Any, stop: Any, step: Any) -> Dim | None:
    """The length of `x[start:stop:step]`; backwards, it is the whole axis only without ends."""
    if start is None and stop is None and step == -1:
        return dim
    numbers = all(end is None or type(end) is int for end in (start, stop, step)) and step != 0
    if dim.constant is None or not numbers:
        return None
    return facts.as_dim(len(range(*slice(start, stop, step).indices(dim.constant))))


def bound_of(type_of: TypeOf, bound: ir.Atom) -> Any:
    """An end of a slice: a number, None, the dim that it is known to be, or the atom."""
    if isinstance(bound, ir.Const):
        return bound.value
    fact = type_of(bound)
    return fact.length if isinstance(fact, Num) and fact.length is not None else bound


@lru_cache(maxsize=65536)
def _symbol(key: Any, name: str, names: tuple[str, ...]) -> Dim:
    return facts.fresh(name, names=names)
