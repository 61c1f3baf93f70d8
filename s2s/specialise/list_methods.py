"""What the methods of a list do to abstract values."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from s2s import ir
from s2s.specialise.handlers import changed, method, store
from s2s.specialise.sequences import WRITTEN_OUT
from s2s.specialise.values import ListCell, Ref, Value
from s2s_runtime import containers

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine


@method("list", "append")
def _append(machine: Machine, xs: Value, x: Value) -> Value:
    cell, x = changed(machine, xs), machine.hold(x)
    machine.appending(xs)  # type: ignore[arg-type]
    if isinstance(cell, ListCell):
        machine.put_cell(xs, ListCell((*cell.items, machine.into(x))))  # type: ignore[arg-type]
    else:
        count = machine.builder.apply(len, cell.atom)
        store(machine, xs, containers.append, machine.moved_in(xs, count, x))  # type: ignore[arg-type]
    return ir.Const(None)


@method("list", "extend")
def _extend(machine: Machine, xs: Value, ys: Value) -> Value:
    cell = changed(machine, xs)
    machine.appending(xs)  # type: ignore[arg-type]
    items = machine.static_items(ys)
    if isinstance(cell, ListCell) and items is not None:
        machine.put_cell(xs, ListCell((*cell.items, *(machine.into(item) for item in items))))  # type: ignore[arg-type]
    elif items is not None and len(items) <= WRITTEN_OUT:
        place = machine.hold(xs)  # it stays this list while it grows
        for item in items:
            _append(machine, place, item)
    else:
        store(machine, xs, containers.extend, machine.taken_over(xs, ys))  # type: ignore[arg-type]
    return ir.Const(None)


@method("list", "pop")
def _pop(machine: Machine, xs: Value, index: Value = ir.Const(-1)) -> Value:  # noqa: B008
    cell = changed(machine, xs)
    assert isinstance(xs, Ref)
    position = machine.materialise(index)
    if isinstance(cell, ListCell) and isinstance(position, ir.Const):
        if not -len(cell.items) <= position.value < len(cell.items):
            machine.lengthen(xs)
        taken = machine.static_item(list(cell.items), position.value, list)
        place = position.value % len(cell.items)
        machine.rearranging(xs, ir.Const(place))
        machine.put_cell(xs, ListCell((*cell.items[:place], *cell.items[place + 1 :])))
        return taken
    found = machine.rearranging(xs, position)
    if isinstance(cell, ListCell):
        machine.put_cell(xs, machine.whole(xs))
    taken = found if found is not None else machine.taken_out(xs, position)
    if position == ir.Const(-1):
        store(machine, xs, containers.drop_last)
    else:
        store(machine, xs, containers.drop_item, position)
    return taken


@method("list", "copy")
def _list_copy(machine: Machine, xs: Value) -> Value:
    return machine.copied_list(xs)


@method("list", "insert")
def _insert(machine: Machine, xs: Value, index: Value, x: Value) -> Value:
    cell, x = changed(machine, xs), machine.hold(x)
    assert isinstance(xs, Ref)
    machine.rearranging(xs)
    if isinstance(cell, ListCell) and isinstance(index, ir.Const):
        items = list(cell.items)
        items.insert(index.value, machine.into(x))
        machine.put_cell(xs, ListCell(tuple(items)))
        return ir.Const(None)
    position = machine.materialise(index)
    if isinstance(cell, ListCell):
        machine.put_cell(xs, machine.whole(xs))
    place = position if position == ir.Const(0) else machine.builder.apply(containers.insertion, machine.materialise(xs), position)
    store(machine, xs, containers.insert_item, position, machine.moved_in(xs, place, x))
    return ir.Const(None)


@method("list", "reverse")
def _reverse(machine: Machine, xs: Value) -> Value:
    cell = changed(machine, xs)
    machine.rearranging(xs)  # type: ignore[arg-type]
    if isinstance(cell, ListCell):
        machine.put_cell(xs, ListCell(cell.items[::-1]))  # type: ignore[arg-type]
    else:
        store(machine, xs, operator.getitem, ir.Const(slice(None, None, -1)))
    return ir.Const(None)


@method("list", "clear")
def _clear(machine: Machine, xs: Value) -> Value:
    changed(machine, xs)
    assert isinstance(xs, Ref)
    machine.rearranging(xs)
    if xs.steps:
        raise machine.refuse("a list that a list holds is cleared", "put a new list there")
    machine.put_cell(xs, ListCell(()))
    return ir.Const(None)


@method("list", "remove")
@method("list", "index")
@method("list", "count")
def _unsupported_list_method(machine: Machine, xs: Value, *args: Value, **kwargs: Value) -> Value:
    raise machine.refuse(
        "this method of a list is not supported", "use NumPy (np.sort, np.argsort), or build a new list"
    )
