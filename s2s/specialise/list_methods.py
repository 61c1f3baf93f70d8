"""What the methods of a list do to abstract values."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from s2s import ir
from s2s.specialise.handlers import changed, method, store
from s2s.specialise.values import DynamicCell, ListCell, Value
from s2s_runtime import containers

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine


@method("list", "append")
def _append(machine: Machine, xs: Value, x: Value) -> Value:
    cell, x = changed(machine, xs), machine.hold(x)
    if isinstance(cell, ListCell):
        machine.state.heap[xs.cell] = ListCell((*cell.items, x))  # type: ignore[union-attr]
    else:
        store(machine, xs, containers.append, x)
    return ir.Const(None)


@method("list", "extend")
def _extend(machine: Machine, xs: Value, ys: Value) -> Value:
    cell = changed(machine, xs)
    items = machine.static_items(ys)
    if isinstance(cell, ListCell) and items is not None:
        machine.state.heap[xs.cell] = ListCell((*cell.items, *items))  # type: ignore[union-attr]
    else:
        store(machine, xs, containers.extend, machine.listed(ys))
    return ir.Const(None)


@method("list", "pop")
def _pop(machine: Machine, xs: Value, index: Value = ir.Const(-1)) -> Value:  # noqa: B008
    cell = changed(machine, xs)
    if isinstance(cell, ListCell) and isinstance(index, ir.Const):
        items = list(cell.items)
        taken = machine.static_item(items, index.value, list)
        del items[index.value]
        machine.state.heap[xs.cell] = ListCell(tuple(items))  # type: ignore[union-attr]
        return taken
    if index != ir.Const(-1):
        raise machine.refuse("pop() from the middle of a list", "build a new list with slices")
    last = machine.load_item(xs, ir.Const(-1))
    store(machine, xs, containers.drop_last)
    return last


@method("list", "copy")
def _list_copy(machine: Machine, xs: Value) -> Value:
    return machine.copied_list(xs)


@method("list", "insert")
def _insert(machine: Machine, xs: Value, index: Value, x: Value) -> Value:
    cell = changed(machine, xs)
    if not isinstance(cell, ListCell) or not isinstance(index, ir.Const):
        raise machine.refuse("insert() into a list whose length is not known", "append, or build a new list")
    items = list(cell.items)
    items.insert(index.value, machine.hold(x))
    machine.state.heap[xs.cell] = ListCell(tuple(items))  # type: ignore[union-attr]
    return ir.Const(None)


@method("list", "reverse")
def _reverse(machine: Machine, xs: Value) -> Value:
    cell = changed(machine, xs)
    if isinstance(cell, ListCell):
        machine.state.heap[xs.cell] = ListCell(cell.items[::-1])  # type: ignore[union-attr]
    else:
        reverse = ir.Const(slice(None, None, -1))
        machine.state.heap[xs.cell] = DynamicCell(machine.builder.apply(operator.getitem, cell.atom, reverse))  # type: ignore[union-attr]
    return ir.Const(None)


@method("list", "sort")
@method("list", "remove")
@method("list", "clear")
@method("list", "index")
@method("list", "count")
def _unsupported_list_method(machine: Machine, xs: Value, *args: Value, **kwargs: Value) -> Value:
    raise machine.refuse(
        "this method of a list is not supported", "use NumPy (np.sort, np.argsort), or build a new list"
    )
