"""Reads through a view: the cotangent goes into the base's, at the place where what was read lies.

    row = A[i]; s += row[j]      =>      A_bar[i, j] += s_bar      and not      row_bar = zeros; row_bar[j] += s_bar; A_bar[i] += row_bar

So a read costs what is read, not what the view has.

In: the views that a block makes, and a read of one.  Out: the base, the index in it, the steps between; or None.  A view that
has a cotangent already takes it.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from s2s import facts, ir
from s2s.twin import is_basic, is_integer, is_view
from s2s_runtime import containers

if TYPE_CHECKING:
    from s2s.differentiate.reverse import Reverse


def aimed(reverse: Reverse, x: ir.Var, index: ir.Atom, bar: ir.Atom) -> tuple[ir.Var, tuple[ir.Atom, ...]] | None:
    """What is added to, and the arguments behind it: an index, the value, and a path where one is needed."""
    builder = reverse.builder
    steps: list[ir.Apply] = []
    name = x.name
    while (step := _step(reverse, name)) is not None:
        steps.insert(0, step)
        name = next(ir.variables(step.args[0]))
    if not steps:
        return None
    last = steps[-1]
    if last.function is operator.getitem and is_basic(builder.type_of, index):
        parts = ir.index_parts(last.args[1])
        if all(_is_number(reverse, part) for part in parts):
            steps, index = steps[:-1], ir.Pack(tuple, (*parts, *ir.index_parts(index)))
    path = tuple(ir.Pack(tuple, (ir.Const(step.function), *step.args[1:])) for step in steps)
    return ir.Var(name), (index, bar, *([ir.Pack(tuple, path)] if path else []))


def inside(reverse: Reverse, x: ir.Var, index: ir.Atom, bar: ir.Atom) -> tuple[ir.Var, Any, tuple[ir.Atom, ...]] | None:
    """Of an item of a list: the list, the function that adds to it, and what follows: an index, the value, a path of keys.

        row = rows[i]; s += row[j]      =>      rows_bar[i][j] += s_bar
    """
    keys: list[ir.Atom] = []
    name = x.name
    while (apply := reverse.local.get(name)) is not None and _is_item(reverse, name, apply):
        keys.insert(0, apply.args[1])
        name = next(ir.variables(apply.args[0]))
    if not keys:
        return None
    return ir.Var(name), containers.add_item, (index, bar, ir.Pack(tuple, tuple(keys)))


def _is_item(reverse: Reverse, name: str, apply: ir.Apply) -> bool:
    """Whether a name is an item of a list, that has no cotangent yet."""
    if apply.function is not operator.getitem or name in reverse.wrt or name in reverse.bars:
        return False
    base, key = apply.args
    if not isinstance(base, ir.Var) or base.name not in reverse.active or base.name in reverse.builder.optional:
        return False
    return isinstance(reverse.builder.type_of(base), facts.Listing) and _is_number(reverse, key)


def _step(reverse: Reverse, name: str) -> ir.Apply | None:
    """How this block makes a view of an array, if it does."""
    apply = reverse.local.get(name)
    if apply is None or name in reverse.wrt or name in reverse.bars or not is_view(reverse.builder, apply):
        return None
    base = apply.args[0]
    if not isinstance(base, ir.Var) or base.name not in reverse.active or base.name in reverse.builder.optional:
        return None
    whole = reverse.builder.type_of(base)
    return apply if isinstance(whole, facts.Num) and whole.shape else None


def _is_number(reverse: Reverse, part: ir.Atom) -> bool:
    if isinstance(part, ir.Const):
        return type(part.value) is int
    return is_integer(reverse.builder.type_of(part))
