"""The type of `x[index]`: an item of a container, or what basic indexing leaves of an array.

In: what is known of atoms, the atoms `x` and `index`.  Out: a fact, or None.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

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
        shape = masked_shape(type_of, fact.shape, index) if shape is None else shape
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
    parts = _spelled_out(ir.index_parts(index), len(shape))
    return None if parts is None else _walk_index(type_of, shape, parts)


def _spelled_out(parts: tuple[ir.Atom, ...], axes: int) -> list[ir.Atom] | None:
    """The parts of an index with a slice for each axis that it leaves out; None if there are too many."""
    new = sum(isinstance(p, ir.Const) and p.value is None for p in parts)
    dots = [k for k, p in enumerate(parts) if isinstance(p, ir.Const) and p.value is Ellipsis]
    missing = axes - (len(parts) - new - len(dots))
    if missing < 0 or len(dots) > 1:
        return None
    at = dots[0] if dots else len(parts)
    fill: list[ir.Atom] = [ir.Const(slice(None))] * missing
    return [*parts[:at], *fill, *parts[at + len(dots) :]]


def masked_shape(type_of: TypeOf, shape: Shape, index: ir.Atom) -> Shape | None:
    """The shape of what one mask names, beside numbers and in front of slices: the same mask is true equally often; or None."""
    parts = ir.index_parts(index)
    masks = [k for k, part in enumerate(parts) if isinstance(part, ir.Var) and is_mask(type_of(part))]
    if len(masks) != 1 or not all(is_whole(type_of(part)) for part in parts[: masks[0]]):
        return None
    mask = parts[masks[0]]
    assert isinstance(mask, ir.Var)
    first = len(type_of(mask).shape)  # type: ignore[union-attr, arg-type]
    behind = _spelled_out(parts[masks[0] + 1 :], len(shape) - masks[0] - first)
    if behind is None or any(isinstance(part, ir.Const) and part.value is None for part in behind):
        return None
    rest = _walk_index(type_of, shape[masks[0] + first :], behind)
    return None if rest is None else (true_ones(mask), *rest)


def true_ones(mask: ir.Var) -> Dim:
    """How often a mask is true."""

    def again(type_of: TypeOf, atom: Callable[[ir.Atom], ir.Atom], length: Callable[[Dim], Dim]) -> Dim:
        other = atom(mask)
        return true_ones(other) if isinstance(other, ir.Var) else facts.fresh()

    return following(("mask", mask), [mask.name], again)


def is_mask(fact: facts.Type | None) -> bool:
    return isinstance(fact, Num) and bool(fact.shape) and fact.dtype == np.bool_


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

    def again(type_of: TypeOf, atom: Callable[[ir.Atom], ir.Atom], length: Callable[[Dim], Dim]) -> Dim:
        start, stop, step = map(atom, bounds)
        return sliced(type_of, length(dim), (start, stop, step))

    symbol = following(("slice", dim, *bounds), [b.name for b in bounds if isinstance(b, ir.Var)], again)
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


Again = Callable[[TypeOf, Callable[[ir.Atom], ir.Atom], Callable[[Dim], Dim]], Dim]
_again: dict[facts.Symbol, Again] = {}
"""How a length that follows from names of the program is made of other ones."""


def following(key: Any, names: Iterable[str], again: Again) -> Dim:
    """The length that follows from names of the program: the same for the same key, which has the names, too.

    `again` makes it anew, where atoms and lengths are called otherwise.
    """
    found = _symbol(key, tuple(names))
    assert found.symbol is not None
    _again.setdefault(found.symbol, again)
    return found


@lru_cache(maxsize=65536)
def _symbol(key: Any, names: tuple[str, ...]) -> Dim:
    return facts.fresh(names=names)


def follows(symbol: facts.Symbol) -> bool:
    """Whether a length follows from names of the program."""
    return symbol in _again


def elsewhere(type_of: TypeOf, dim: Dim, names: Mapping[str, ir.Atom]) -> Dim:
    """A length where the names that it follows from are called otherwise."""

    def atom(one: ir.Atom) -> ir.Atom:
        return ir.replace_atom(one, lambda name: names.get(name, ir.Var(name)))

    def length(one: Dim) -> Dim:
        return elsewhere(type_of, one, names)

    own = [symbol for symbol in dim.symbols if symbol in _again and not names.keys().isdisjoint(symbol.names)]
    return dim.substitute({symbol: _again[symbol](type_of, atom, length) for symbol in own})
