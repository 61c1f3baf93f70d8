"""Functions of NumPy that are called in more than one form: the form that a rule knows.

np.einsum(x, [0, 1], y, [1, 2])  => np.einsum("AB,BC", x, y)      np.gradient(f, h) => one np.gradient for each axis
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

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


@handles(np.array)
def _array(machine: Machine, object: Value, *dtype: Value, **options: Value) -> Value:
    """With `copy=None` the array itself, where it is one already; with `ndmin`, axes of length 1 in front."""
    least, copied = options.pop("ndmin", ir.Const(0)), options.pop("copy", ir.Const(True))
    if copied == ir.Const(True):
        made = machine.primitive(np.array, [object, *dtype], options)
    else:
        made = machine.primitive(np.asarray, [object, *dtype], {**options, "copy": copied})
    if least in (ir.Const(1), ir.Const(2)) and machine.rank_of(made) is None:
        return machine.primitive(np.atleast_1d if least == ir.Const(1) else np.atleast_2d, [made], {})
    rank = machine.rank_of(made) if least != ir.Const(0) else 0
    if rank is None or not isinstance(least, ir.Const):
        raise machine.refuse("np.array with ndmin= of a value of unknown rank", "write np.atleast_1d or np.atleast_2d")
    missing = least.value - rank
    if missing <= 0:
        return made
    return machine.primitive(np.expand_dims, [made, ir.Const(tuple(range(missing)) if missing > 1 else 0)], {})


@handles(operator.index)
def _index(machine: Machine, a: Value) -> Value:
    """A whole number is itself."""
    fact = machine.builder.type_of(machine.materialise(a))
    if not isinstance(fact, facts.Num) or fact.shape != () or fact.dtype is None or fact.dtype.kind not in "iu":
        raise machine.refuse("operator.index of what is not known to be a whole number", "write int(...)")
    return a if fact.weak else machine.call(ir.Const(int), [a], {})


@handles(normalize_axis_index)
def _normalize_axis_index(machine: Machine, axis: Value, ndim: Value, msg_prefix: Value = NONE) -> Value:
    """An axis counted from the front."""
    if not (isinstance(axis, ir.Const) and isinstance(ndim, ir.Const)):
        return machine.apply(operator.mod, axis, ndim)
    try:
        return ir.Const(normalize_axis_index(axis.value, ndim.value))
    except (TypeError, ValueError) as error:
        raise machine.refuse(str(error), "check the axis") from None
