"""Simplification of stores: what is added where a cotangent was cleared, and what is stored where it was read.

    a[i] = 0.0; a[i] += t => a[i] = t        a[i] = a[i] =>        row = xs[i]; row[j] = v; xs[i] = row => xs[i][j] = v

In: a buffer, an index, a value and the path of a view.  Out: a simpler atom with the same result, or None.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import axisless, facts, ir
from s2s_runtime import containers, kernels

if TYPE_CHECKING:
    from s2s.builder import Builder

NO_PATH = ir.Const(())


def add_to_cleared(
    builder: Builder, buffer: ir.Atom, index: ir.Atom, value: ir.Atom, path: ir.Atom = NO_PATH
) -> ir.Atom | None:
    """What is added where a cotangent was cleared is put there: `a[i] = 0.0; a[i] += t` is `a[i] = t`."""
    if path == NO_PATH and axisless.is_whole(builder, buffer, index):
        return axisless.left(builder, buffer, value, adds=True)
    before = builder.definition(buffer)
    if before is None or before.function is not kernels.index_set or before.args[1] != index:
        return None
    if before.args[2] != ir.Const(0.0) or (before.args[3] if len(before.args) > 3 else NO_PATH) != path:
        return None
    inner = buffer if path == NO_PATH else None
    taken = builder.type_of(builder.apply(operator.getitem, inner, index)) if inner is not None else None
    have = builder.type_of(value)
    same = isinstance(taken, facts.Num) and isinstance(have, facts.Num) and taken.shape is not None
    if not same or taken.shape != have.shape or not _once(builder, index):  # type: ignore[union-attr]
        return None
    rest = () if path == NO_PATH else (path,)
    return builder.apply(kernels.index_set, before.args[0], index, value, *rest)


def _once(builder: Builder, index: ir.Atom) -> bool:
    """Whether an index names each entry once: it has no array of integers."""
    return all(
        (isinstance(part, ir.Const) and isinstance(part.value, (int, slice, type(Ellipsis), type(None))))
        or (isinstance(part, ir.Pack) and part.kind is slice)
        or (isinstance(part, ir.Var) and getattr(builder.type_of(part), "shape", None) == ())
        for part in ir.index_parts(index)
    )


def set_to_itself(
    builder: Builder, buffer: ir.Atom, index: ir.Atom, value: ir.Atom, path: ir.Atom = NO_PATH
) -> ir.Atom | None:
    """`a[i] = a[i]`, with a copy of what is there, changes nothing."""
    if path == NO_PATH and axisless.is_whole(builder, buffer, index):
        return axisless.left(builder, buffer, value, adds=False)
    inner = builder.definition(value)
    if inner is not None and inner.function is np.copy:
        inner = builder.definition(inner.args[0])
    if path == NO_PATH and inner is not None and inner.function is operator.getitem and inner.args == (buffer, index):
        return buffer if _once(builder, index) else None
    return None


def set_item(builder: Builder, xs: ir.Atom, key: ir.Atom, value: ir.Atom) -> ir.Apply | None:
    """`row = xs[i]; row[j] = v; xs[i] = row` is `xs[i][j] = v`."""
    inner = builder.definition(value)
    function = INSIDE.get(inner.function) if inner is not None else None
    if inner is None or function is None or len(inner.args) > (4 if inner.function is function else 3):
        return None
    before = builder.definition(inner.args[0])
    if before is None or before.function is not operator.getitem or before.args != (xs, key):
        return None
    item, path = builder.type_of(inner.args[0]), inner.args[3] if len(inner.args) > 3 else None
    number = isinstance(item, facts.Listing) and isinstance(item.item, facts.Num) and item.item.shape == ()
    if path is None and not number and not (isinstance(item, facts.Num) and item.shape):
        return None
    keys = (key, *path.items) if isinstance(path, ir.Pack) else (key,)
    return ir.Apply(function, (xs, inner.args[1], inner.args[2], ir.Pack(tuple, keys)))


INSIDE: dict[Any, Any] = {
    containers.set_item: containers.set_item, containers.add_item: containers.add_item,
    kernels.index_set: containers.set_item, kernels.index_add: containers.add_item,
}  # fmt: skip
"""What changes an array or a list, where it is an item of a list."""
