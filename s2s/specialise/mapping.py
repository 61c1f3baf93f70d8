"""Functions of NumPy that call a function of the program for each element, row or item: the loop that they hide.

In: calls of np.vectorize, np.apply_along_axis, np.fromiter and np.nditer on abstract values.  Out: what the loop gives.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.specialise.generators import Visitor
from s2s.specialise.handlers import handles
from s2s.specialise.values import Array, Bound, Lazy, Seq, Value

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

NONE = ir.Const(None)


def map_elements(function: Any, *arrays: Any) -> Any:
    """A scalar function on every element of arrays that broadcast, as Numba's @vectorize does."""
    if all(np.ndim(array) == 0 for array in arrays):
        return function(*arrays)
    shape = np.broadcast_shapes(*[np.shape(array) for array in arrays])
    flat = [np.ravel(np.broadcast_to(array, shape)) for array in arrays]
    values = [function(*[column[k] for column in flat]) for k in range(len(flat[0]))]
    return np.reshape(np.array(values), shape)


def elementwise(function: Any, *arrays: Any) -> Any:
    """A scalar function on every element of arrays that broadcast, as np.vectorize does: always an array."""
    return np.asarray(map_elements(function, *arrays))


def of_one_shape(function: Any, like: Any, *arrays: Any) -> Any:
    """A scalar function on every element of arrays shaped like one of them, and on numbers."""
    flat = [np.ravel(array) if np.ndim(array) else array for array in arrays]
    values = [function(*[column[k] if np.ndim(column) else column for column in flat]) for k in range(np.size(like))]
    return np.reshape(np.array(values), np.shape(like))


def along_axis(function: Any, axis: Any, array: Any, *args: Any, **kwargs: Any) -> Any:
    """`np.apply_along_axis`, of a function that gives a number or a vector."""
    rows = np.moveaxis(array, axis, -1)
    shape = np.shape(rows)
    values = np.array([function(row, *args, **kwargs) for row in np.reshape(rows, (-1, shape[-1]))])
    result = np.reshape(values, shape[:-1] + np.shape(values)[1:])
    return result if np.ndim(values) == 1 else np.moveaxis(result, -1, axis)


def vectorized(machine: Machine, function: np.vectorize) -> Value:
    """What an object that np.vectorize gave does when it is called."""
    if function.excluded or function.signature is not None or function.otypes is not None:
        raise machine.refuse("np.vectorize with otypes, excluded or signature", "leave them out, or write the loop")
    return _vectorize(machine, machine.held_by(function, function.pyfunc, attrgetter("pyfunc")))


@handles(np.vectorize)
def _vectorize(machine: Machine, function: Value) -> Value:
    return Bound(ir.Const(_each), (function,))


def _each() -> None:
    """Stands for a call of what np.vectorize gave."""


@handles(_each)
def _each_element(machine: Machine, function: Value, *arrays: Value) -> Value:
    known = [machine.builder.type_of(machine.materialise(array)) for array in arrays]
    shaped = [k for k, fact in enumerate(known) if isinstance(fact, facts.Num) and fact.shape]
    ranked = all(isinstance(fact, facts.Num) and fact.shape is not None for fact in known)
    if ranked and shaped and len({known[k].shape for k in shaped}) == 1:  # type: ignore[union-attr]
        return _checked(machine, ir.Const(of_one_shape), function, arrays[shaped[0]], *arrays)
    return _checked(machine, ir.Const(elementwise), function, *arrays)


@handles(np.apply_along_axis)
def _apply_along_axis(machine: Machine, func1d: Value, axis: Value, arr: Value, *args: Value, **kwargs: Value) -> Value:
    return _checked(machine, ir.Const(along_axis), func1d, axis, arr, *args, **kwargs)


def _of_one_type() -> None:
    """Stands for a loop over elements whose results have the type of the first."""


@handles(_of_one_type)
def _checked(machine: Machine, loop: Value, *args: Value, **kwargs: Value) -> Value:
    """The result of a loop; refused where the first of its numbers may decide the type of all."""
    result = machine.call(loop, list(args), kwargs)
    fact = machine.builder.type_of(machine.materialise(result))
    if not isinstance(fact, facts.Num) or fact.dtype is None:
        raise machine.refuse("a function that is called for each element gives numbers of several types, or of unknown ones",
                             "return floats: 0.0 instead of 0")  # fmt: skip
    return result


@handles(np.fromiter)
def _fromiter(machine: Machine, iter: Value, dtype: Value, count: Value = ir.Const(-1)) -> Value:  # noqa: B008
    items = machine.listed(iter)
    if count != ir.Const(-1):
        items = machine.subscript(items, machine.slice_of([NONE, count, NONE]))
    return machine.primitive(np.array, [items], {"dtype": dtype})


@handles(np.nditer)
def _nditer(machine: Machine, op: Value, flags: Value = NONE) -> Value:
    """The elements of an array in the order in which they lie in memory, each an array without axes."""
    if flags != NONE:
        raise machine.refuse("np.nditer with flags", "use np.ndenumerate, or np.ndindex")
    known = machine.layout(op) if isinstance(op, Array) and not op.steps else None
    atom = machine.materialise(op)
    if isinstance(atom, ir.Var) and not isinstance(op, Array):
        known = machine.is_contiguous(atom)
    fact = machine.builder.type_of(atom)
    if not known or not isinstance(fact, facts.Num) or fact.ndim is None:
        raise machine.refuse("the order in which np.nditer goes through this array is not known", "use np.ndenumerate, or .flat")
    positions = machine.call(ir.Const(np.ndindex), [machine.attribute(op, "shape")], {})

    def element(position: Value) -> Value:
        assert isinstance(position, Seq)
        return machine.subscript(op, Seq(tuple, (*position.items, ir.Const(Ellipsis))))

    return Lazy("map", (positions,), _Callee(ir.Const(Visitor(element))))


class _Callee:
    """A callee kept in a Lazy."""

    def __init__(self, value: Value) -> None:
        self.value = value
