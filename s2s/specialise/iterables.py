"""What the functions that make and consume iterables do to abstract values."""

from __future__ import annotations

import itertools
import math
import operator
from typing import TYPE_CHECKING

import numpy as np

from s2s import ir
from s2s.specialise.handlers import handles
from s2s.specialise.sequences import WRITTEN_OUT
from s2s.specialise.values import Lazy, ListCell, Seq, Value

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine


@handles(range)
def _range(machine: Machine, *args: Value) -> Value:
    start, stop, step = (ir.Const(0), args[0], ir.Const(1)) if len(args) == 1 else (*args, ir.Const(1))[:3]
    return Lazy("range", tuple(machine.materialise(part) for part in (start, stop, step)))


@handles(enumerate)
def _enumerate(machine: Machine, xs: Value, start: Value = ir.Const(0)) -> Value:  # noqa: B008
    return Lazy("enumerate", (xs,), machine.key(start))


@handles(zip)
def _zip(machine: Machine, *xs: Value, strict: Value = ir.Const(False)) -> Value:  # noqa: B008
    return Lazy("zip", xs)


@handles(reversed)
def _reversed(machine: Machine, xs: Value) -> Value:
    return Lazy("reversed", (xs,))


@handles(map)
def _map(machine: Machine, function: Value, *xs: Value) -> Value:
    return Lazy("map", xs, _Held(function))


class _Held:
    """A callee kept in a Lazy."""

    def __init__(self, value: Value) -> None:
        self.value = value


@handles(filter)
def _filter(machine: Machine, function: Value, xs: Value) -> Value:
    result = machine.allocate(ListCell(()))

    def visit(item: Value) -> None:
        test = machine.call(function, [item], {}) if function != ir.Const(None) else item
        machine.when(test, lambda: machine.call_method(result, "append", [item]))

    machine.each(xs, visit)
    return Lazy("iterator", (result,))


@handles(list)
def _list(machine: Machine, *xs: Value) -> Value:
    return machine.copied_list(xs[0]) if xs else machine.allocate(ListCell(()))


@handles(tuple)
def _tuple(machine: Machine, *xs: Value) -> Value:
    if not xs:
        return Seq(tuple, ())
    items = machine.static_items(xs[0])
    if items is not None:
        return Seq(tuple, tuple(items))
    return machine.copied_list(xs[0])


@handles(iter)
def _iter(machine: Machine, xs: Value) -> Value:
    if machine.frames[-1].syntax.name == "__iter__":
        return Lazy("iterator", (xs,))
    raise machine.refuse("an iterator is made by hand", "write a for loop")


@handles(next)
def _next(machine: Machine, xs: Value, *default: Value) -> Value:
    raise machine.refuse("an iterator is moved by hand", "write a for loop")


@handles(itertools.accumulate)
def _accumulate(machine: Machine, xs: Value, func: Value = ir.Const(None), *, initial: Value = ir.Const(None)) -> Value:  # noqa: B008
    result = machine.allocate(ListCell(()))

    def combine(total: Value, item: Value) -> Value:
        total = machine.operation(operator.add, [total, item]) if func == ir.Const(None) else machine.call(func, [total, item], {})
        machine.call_method(result, "append", [total])
        return total

    if initial == ir.Const(None):
        initial, xs = machine.first_and_rest(xs)
    machine.call_method(result, "append", [initial])
    machine.reduced(xs, initial, combine)
    return Lazy("iterator", (result,))


@handles(itertools.pairwise)
def _pairwise(machine: Machine, xs: Value) -> Value:
    if isinstance(xs, (Lazy, Seq)):
        xs = machine.listed(xs)
    return Lazy("zip", (xs, machine.subscript(xs, ir.Const(slice(1, None)))))


@handles(itertools.combinations)
def _combinations(machine: Machine, xs: Value, r: Value) -> Value:
    items = machine.static_items(xs)
    if items is None:
        raise machine.refuse("combinations() of a sequence whose length is not known", "write loops over ranges")
    rows = tuple(Seq(tuple, row) for row in itertools.combinations(items, machine.key(r)))
    return Lazy("iterator", (machine.allocate(ListCell(rows)),))


@handles(itertools.chain)
def _chain(machine: Machine, *xs: Value) -> Value:
    result = machine.allocate(ListCell(()))
    for part in xs:
        machine.call_method(result, "extend", [part])
    return Lazy("iterator", (result,))


@handles(itertools.product)
def _product(machine: Machine, *xs: Value, repeat: Value = ir.Const(1)) -> Value:  # noqa: B008
    parts = xs * machine.key(repeat)
    lists = [machine.static_items(part) for part in parts]
    if any(items is None for items in lists) or math.prod(len(items or ()) for items in lists) > WRITTEN_OUT:
        return Lazy("product", parts)
    rows = tuple(Seq(tuple, row) for row in itertools.product(*(items or () for items in lists)))
    return Lazy("iterator", (machine.allocate(ListCell(rows)),))


@handles(np.ndindex)
def _ndindex(machine: Machine, *shape: Value) -> Value:
    lengths = machine.static_items(shape[0]) if len(shape) == 1 and not machine.is_numeric(shape[0]) else list(shape)
    if lengths is None:
        raise machine.refuse("np.ndindex of a shape whose number of axes is not known", "write loops over ranges")
    return _product(machine, *(_range(machine, length) for length in lengths))


@handles(np.ndenumerate)
def _ndenumerate(machine: Machine, array: Value) -> Value:
    return Lazy("ndenumerate", (_ndindex(machine, machine.attribute(array, "shape")), array))
