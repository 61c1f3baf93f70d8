"""Functions of NumPy that write into an array at places that they work out: what they store, and where.

    np.multiply.at(a, [0, 1, 0], b)      =>      for i, v in zip([0, 1, 0], b): a[i] = a[i] * v

In: calls on abstract values.  Out: stores into the array.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.specialise.array_methods import target
from s2s.specialise.attributes import Method
from s2s.specialise.handlers import BUILTINS, handles, method
from s2s.specialise.values import Lazy, Seq, Value

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

NONE = ir.Const(None)


def repeated(machine: Machine, values: Value, count: Value) -> Value:
    """As many values as wanted: the first ones, and again from the start if there are too few."""
    flat = machine.apply(np.ravel, machine.apply(np.asarray, values))
    places = machine.operation(operator.mod, [machine.apply(np.arange, count), machine.apply(np.size, flat)])
    return machine.apply(operator.getitem, flat, places)


@handles(np.putmask)
def _putmask(machine: Machine, a: Value, mask: Value, values: Value) -> Value:
    array = target(machine, a)
    if machine.rank_of(values) != 0:
        shape = machine.apply(np.shape, array)
        every = repeated(machine, values, machine.apply(np.size, array))
        values = machine.apply(operator.getitem, machine.apply(np.reshape, every, shape), mask)
    machine.store(array, mask, values)
    return NONE


@handles(np.place)
def _place(machine: Machine, arr: Value, mask: Value, vals: Value) -> Value:
    count = machine.apply(np.count_nonzero, mask)
    machine.store(target(machine, arr), mask, repeated(machine, vals, count))
    return NONE


@handles(np.put)
@method("array", "put")
def _put(machine: Machine, a: Value, ind: Value, v: Value) -> Value:
    machine.store(machine.view(target(machine, a), np.ravel, [], {}), ind, v)
    return NONE


@handles(np.put_along_axis)
def _put_along_axis(machine: Machine, arr: Value, indices: Value, values: Value, axis: Value = ir.Const(-1)) -> Value:  # noqa: B008
    array, rank = target(machine, arr), machine.rank_of(arr)
    along = axis.value if isinstance(axis, ir.Const) and isinstance(axis.value, int) else None
    if rank is None or along is None:
        raise machine.refuse("np.put_along_axis of an array or along an axis that is not known", "write a[rows, columns] = values")
    lengths = machine.apply(np.shape, array)
    index = []
    for position in range(rank):
        shape = tuple(-1 if position == other else 1 for other in range(rank))
        own = machine.apply(np.arange, machine.load_item(lengths, ir.Const(position)))
        index.append(indices if position == along % rank else machine.apply(np.reshape, own, ir.Const(shape)))
    machine.store(array, Seq(tuple, tuple(index)), values)
    return NONE


@method("array", "partition")
def _partition(machine: Machine, a: Value, kth: Value, axis: Value = ir.Const(-1)) -> Value:  # noqa: B008
    order = machine.apply(np.argpartition, target(machine, a), kth, axis)
    machine.store_all(target(machine, a), machine.apply(np.take_along_axis, a, order, axis))
    return NONE


def _at(function: Any) -> Any:
    def handler(machine: Machine, a: Value, indices: Value, b: Value) -> Value:
        """One place after the other, so that one that comes twice is changed twice."""
        array = target(machine, a)
        places = machine.apply(np.asarray, machine.plain(indices))
        fact = machine.builder.type_of(machine.materialise(places))
        whole = isinstance(fact, facts.Num) and fact.dtype is not None and fact.dtype.kind in "iu" and bool(fact.shape)
        if machine.rank_of(a) != 1 or not whole or isinstance(indices, Seq):
            name = f"np.{function.__name__}.at"
            raise machine.refuse(f"{name} of anything but a vector at an array of positions, or a list of them", "write a loop")
        values = machine.apply(np.broadcast_to, machine.plain(b), machine.apply(np.shape, places))
        pairs = Lazy("zip", (machine.apply(np.ravel, places), machine.apply(np.ravel, values)))

        def visit(pair: Value) -> None:
            assert isinstance(pair, Seq)
            place, value = pair.items
            before = machine.subscript_array(array, place)
            machine.store(array, place, machine.apply(function, before, value))

        machine.each(pairs, visit)
        return NONE

    return handler


for _function in (np.multiply, np.divide, np.maximum, np.minimum, np.power, np.fmax, np.fmin):
    BUILTINS[_function.at] = _at(_function)


def _resize(machine: Machine, a: Value, *args: Value, **kwargs: Value) -> Value:
    raise machine.refuse("an array is given another size in place", "make a new one: np.resize, np.reshape or np.concatenate")


BUILTINS[Method("array", "resize")] = _resize
