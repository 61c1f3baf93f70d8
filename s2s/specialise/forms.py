"""Functions of NumPy that are called in more than one form: the form that a rule knows.

np.einsum(x, [0, 1], y, [1, 2])  => np.einsum("AB,BC", x, y)      np.gradient(f, h) => one np.gradient for each axis
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.specialise.handlers import handles
from s2s.specialise.values import Seq, Value

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

NONE = ir.Const(None)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
"""The letter for each number from 0: in the order in which NumPy sorts both."""


@handles(np.einsum)
def _einsum(machine: Machine, *operands: Value, **options: Value) -> Value:
    """Subscripts as a text, whether they are given as one or as lists of numbers behind the operands."""
    first = operands[0] if operands else None
    fact = machine.builder.type_of(machine.materialise(first)) if isinstance(first, ir.Var) else None
    if first is None or isinstance(first, ir.Const) or (fact is not None and not isinstance(fact, facts.Num)):
        return machine.primitive(np.einsum, list(operands), options)
    terms = [_term(machine, part) for part in operands[1::2]]
    subscripts = ",".join(terms)
    if len(operands) % 2:
        subscripts += "->" + _term(machine, operands[-1])
    arrays = list(operands[: len(operands) // 2 * 2 : 2])
    return machine.primitive(np.einsum, [ir.Const(subscripts), *arrays], options)


def _term(machine: Machine, labels: Value) -> str:
    items = machine.static_items(labels)
    if items is None or not all(isinstance(item, ir.Const) for item in items):
        raise machine.refuse("np.einsum with subscripts that are not known", "write them as a text: 'ij,jk->ik'")
    return "".join("..." if item.value is Ellipsis else LETTERS[item.value] for item in items)  # type: ignore[union-attr]


@handles(np.gradient)
def _gradient(machine: Machine, f: Value, *steps: Value, axis: Value = NONE, edge_order: Value = ir.Const(1)) -> Value:  # noqa: B008
    """Along one axis, one call; along several, a tuple of them."""
    rank = machine.rank_of(f)
    options = {} if edge_order == ir.Const(1) else {"edge_order": edge_order}
    axes = _axes(machine, axis, rank)
    if axes is None or len(steps) not in (0, 1, len(axes)) or (rank == 1 and axis == NONE):
        return machine.primitive(np.gradient, [f, *steps], options if axis == NONE else {"axis": axis, **options})
    each = list(steps) * len(axes) if len(steps) == 1 else list(steps)
    found = [machine.primitive(np.gradient, [f, *each[k : k + 1]], {"axis": ir.Const(along), **options}) for k, along in enumerate(axes)]
    return found[0] if len(found) == 1 else Seq(tuple, tuple(found))


def _axes(machine: Machine, axis: Value, rank: Any) -> list[int] | None:
    if axis == NONE:
        return None if rank is None else list(range(rank))
    if isinstance(axis, ir.Const) and type(axis.value) is int:
        return [axis.value]
    items = machine.static_items(axis)
    known = items is not None and all(isinstance(item, ir.Const) for item in items)
    return [item.value for item in items or () if isinstance(item, ir.Const)] if known else None
