"""Reversals of what a program does to containers.  Cotangents of a container are a container of cotangents.

In: an application and the cotangent of its result.  Out: the cotangents of its operands, added in the reverse sweep.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from s2s import facts, ir
from s2s.differentiate.through import aimed, inside
from s2s.primitives import STORES
from s2s_runtime import containers, kernels, tree

if TYPE_CHECKING:
    from s2s.differentiate.reverse import Reverse


def _item(reverse: Reverse, args: tuple[ir.Atom, ...], bar: ir.Atom) -> bool:
    """Reversed `x[i]`: the cotangent goes into the container's, in its place; no dense zeros per read."""
    x, index = args
    if not isinstance(x, ir.Var):
        zeros = reverse.applications.zeros(x)
        reverse.accumulate(x, reverse.builder.apply(containers.add_item, zeros, index, bar))
        return True
    fact = reverse.builder.types.get(x.name)
    if isinstance(fact, facts.Num) and fact.shape == ():
        reverse.accumulate(x, bar)  # `x[()]`, `x[None]`: all there is
        return True
    add = kernels.index_add if isinstance(fact, facts.Num) else containers.add_item
    x, add, place = inside(reverse, x, index, bar) or (x, add, (index, bar))
    if len(place) == 2:
        x, place = aimed(reverse, x, index, bar) or (x, place)
    first = x.name not in reverse.bars
    total = reverse.builder.apply(add, reverse.bar_or_zeros(x.name), *place)
    if first and place == (index, bar):
        reverse.applications.read(bar, x, index, total)
    reverse.name_bar(x.name, total)
    reverse.bars[x.name] = total
    return True


def _field(reverse: Reverse, args: tuple[ir.Atom, ...], bar: ir.Atom) -> bool:
    x, name = args
    assert isinstance(x, ir.Var)
    reverse.bars[x.name] = reverse.builder.apply(containers.add_field, reverse.bar_or_zeros(x.name), name, bar)
    return True


def _append(reverse: Reverse, args: tuple[ir.Atom, ...], bar: ir.Atom) -> bool:
    """Reversed `xs.append(x)`: the cotangent of x is popped."""
    xs, x = args
    reverse.accumulate(x, reverse.builder.apply(operator.getitem, bar, ir.Const(-1)))
    _pass_list(reverse, xs, reverse.builder.apply(containers.drop_last, bar))
    return True


def _pass_list(reverse: Reverse, xs: ir.Atom, bar: ir.Atom) -> None:
    """The cotangent of a list that was changed into another."""
    if isinstance(xs, ir.Pack) and not xs.items:
        return
    reverse.accumulate(xs, bar)


def _extend(reverse: Reverse, args: tuple[ir.Atom, ...], bar: ir.Atom) -> bool:
    xs, ys = args
    if isinstance(ys, ir.Pack):  # so that the list need not be there still
        total = reverse.builder.apply(len, bar)
        count = reverse.builder.apply(operator.sub, total, ir.Const(len(ys.items)))
    else:
        count = reverse.builder.apply(len, xs)
    reverse.accumulate(
        ys, reverse.builder.apply(operator.getitem, bar, ir.Pack(slice, (count, ir.Const(None), ir.Const(None))))
    )
    rest = reverse.builder.apply(operator.getitem, bar, ir.Pack(slice, (ir.Const(None), count, ir.Const(None))))
    _pass_list(reverse, xs, rest)
    return True


def _drop_last(reverse: Reverse, args: tuple[ir.Atom, ...], bar: ir.Atom) -> bool:
    (xs,) = args
    last = reverse.builder.apply(operator.getitem, xs, ir.Const(-1))
    reverse.accumulate(xs, reverse.builder.apply(containers.append, bar, reverse.applications.zeros(last)))
    return True


def _at(reverse: Reverse, bar: ir.Atom, path: ir.Atom) -> ir.Atom:
    """The part of a cotangent that a path of keys leads to."""
    assert isinstance(path, ir.Pack)
    for key in path.items:
        bar = reverse.builder.apply(operator.getitem, bar, key)
    return bar


def _set_inside(reverse: Reverse, args: tuple[ir.Atom, ...], bar: ir.Atom) -> bool:
    """Reversed `xs[i][j] = value`."""
    xs, key, value, path = args
    builder = reverse.builder
    inner = _at(reverse, bar, path)
    if isinstance(builder.type_of(_at(reverse, xs, path)), facts.Num):
        part = builder.apply(kernels.stored, inner, key)
    else:
        part = builder.apply(operator.getitem, inner, key)
    reverse.accumulate(value, part)
    reverse.accumulate(xs, builder.apply(containers.set_item, bar, key, ir.Const(0.0), path))
    return True


def _set_item(reverse: Reverse, args: tuple[ir.Atom, ...], bar: ir.Atom) -> bool:
    if len(args) == 4:
        return _set_inside(reverse, args, bar)
    xs, key, value = args
    builder = reverse.builder
    reverse.accumulate(value, builder.apply(operator.getitem, bar, key))
    fact = builder.type_of(xs)
    item = fact.item if isinstance(fact, (facts.Listing, facts.Mapped)) else None
    if isinstance(item, facts.Num) and item.shape == () and item.weak is not None:
        cleared = builder.apply(containers.set_item, bar, key, ir.Const(0.0))
    elif isinstance(fact, facts.Listing) and not (
        (facts.is_fixed(item) and item == builder.type_of(value)) or _is_changed_item(reverse, value, xs, key)
    ):
        old = builder.apply(operator.getitem, xs, key)
        cleared = builder.apply(containers.set_item, bar, key, reverse.applications.zeros(old))
    else:
        cleared = builder.apply(containers.clear_item, bar, key)
    reverse.accumulate(xs, cleared)
    return True


def _drop_item(reverse: Reverse, args: tuple[ir.Atom, ...], bar: ir.Atom) -> bool:
    """Reversed `del xs[i]`: a zero is inserted in its place."""
    xs, index = args
    builder = reverse.builder
    zero = reverse.applications.zeros(builder.apply(operator.getitem, xs, index))
    if not (isinstance(index, ir.Const) and index.value >= 0):
        index = builder.apply(containers.position, xs, index)
    reverse.accumulate(xs, builder.apply(containers.insert_item, bar, index, zero))
    return True


def _insert_item(reverse: Reverse, args: tuple[ir.Atom, ...], bar: ir.Atom) -> bool:
    """Reversed `xs.insert(i, x)`: the cotangent of x is taken out."""
    xs, index, x = args
    builder = reverse.builder
    if index != ir.Const(0):
        index = builder.apply(containers.insertion, xs, index)
    reverse.accumulate(x, builder.apply(operator.getitem, bar, index))
    _pass_list(reverse, xs, builder.apply(containers.drop_item, bar, index))
    return True


def _is_changed_item(reverse: Reverse, value: ir.Atom, xs: ir.Atom, key: ir.Atom) -> bool:
    """Whether what is set is what was there, with entries or items of it set: it has the same shape."""
    definition = reverse.local.get(value.name) if isinstance(value, ir.Var) else None
    while definition is not None and definition.function in KEEP_SHAPE and isinstance(definition.args[0], ir.Var):
        definition = reverse.local.get(definition.args[0].name)
    return definition is not None and definition.function is operator.getitem and definition.args == (xs, key)


def _clear_item(reverse: Reverse, args: tuple[ir.Atom, ...], bar: ir.Atom) -> bool:
    xs, key = args
    reverse.accumulate(xs, reverse.builder.apply(containers.clear_item, bar, key))
    return True


def _add_item(reverse: Reverse, args: tuple[ir.Atom, ...], bar: ir.Atom) -> bool:
    xs, key, value, *path = args
    inner = _at(reverse, bar, path[0]) if path else bar
    reverse.accumulate(value, reverse.builder.apply(operator.getitem, inner, key))
    reverse.accumulate(xs, bar)
    return True


def _add_field(reverse: Reverse, args: tuple[ir.Atom, ...], bar: ir.Atom) -> bool:
    record, name, value = args
    reverse.accumulate(value, reverse.builder.apply(getattr, bar, name))
    reverse.accumulate(record, bar)
    return True


def _same(reverse: Reverse, args: tuple[ir.Atom, ...], bar: ir.Atom) -> bool:
    reverse.accumulate(args[0], bar)
    return True


def _sequence(reverse: Reverse, args: tuple[ir.Atom, ...], bar: ir.Atom) -> bool:
    reverse.accumulate(args[0], reverse.builder.apply(containers.from_sequence, bar, args[0]))
    return True


def _sum(reverse: Reverse, args: tuple[ir.Atom, ...], bar: ir.Atom) -> bool:
    for arg in args:
        reverse.accumulate(arg, bar)
    return True


def _listed(reverse: Reverse, args: tuple[ir.Atom, ...], bar: ir.Atom) -> bool:
    """`list(x)`: the cotangent of an array is an array."""
    is_array = bool(args) and isinstance(reverse.builder.type_of(args[0]), facts.Num)
    return _same(reverse, args, reverse.builder.apply(np.array, bar) if is_array else bar)


def _nothing(reverse: Reverse, args: tuple[ir.Atom, ...], bar: ir.Atom) -> bool:
    return True


def _repeat(reverse: Reverse, args: tuple[ir.Atom, ...], bar: ir.Atom) -> bool:
    xs, _ = args
    reverse.accumulate(xs, reverse.builder.apply(containers.fold_repeated, bar, reverse.applications.zeros(xs)))
    return True


def _swap(reverse: Reverse, args: tuple[ir.Atom, ...], bar: ir.Atom) -> bool:
    xs, *places = args
    reverse.accumulate(xs, reverse.builder.apply(containers.swap, bar, *places))
    return True


def _fold_repeated(reverse: Reverse, args: tuple[ir.Atom, ...], bar: ir.Atom) -> bool:
    xs, zeros = args
    count = reverse.builder.apply(containers.times, xs, zeros)
    reverse.accumulate(xs, reverse.builder.apply(containers.repeat, bar, count))
    return True


KEEP_SHAPE = {*STORES, containers.set_item, containers.add_item, containers.clear_item}
"""Updates after which an array or a list is as long as before."""

CONTAINERS: dict[object, Callable[[Reverse, tuple[ir.Atom, ...], ir.Atom], bool]] = {
    operator.getitem: _item, getattr: _field, containers.append: _append, containers.extend: _extend,
    containers.drop_last: _drop_last, containers.set_item: _set_item, containers.add_item: _add_item, containers.sequence: _sequence,
    containers.from_sequence: _same, containers.drop_item: _drop_item, containers.insert_item: _insert_item,
    containers.repeat: _repeat, containers.fold_repeated: _fold_repeated, containers.swap: _swap,
    containers.clear_item: _clear_item,
    containers.add_field: _add_field,
    list: _listed, tuple: _listed, tree.copy: _same, tree.add: _sum, tree.zeros_like: _nothing,
    tree.float_zeros_like: _nothing,
}  # fmt: skip
