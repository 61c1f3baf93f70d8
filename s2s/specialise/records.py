"""What the functions that copy and change records do to abstract values: `copy`, and those of `dataclasses`."""

from __future__ import annotations

import copy
import dataclasses
from typing import TYPE_CHECKING, Any

from s2s import ir
from s2s.specialise.handlers import handles
from s2s.specialise.values import ArrayCell, DictCell, DynamicCell, Instance, ListCell, Lost, Ref, Seq, Value

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine


@handles(copy.copy)
def _copy(machine: Machine, x: Value) -> Value:
    """A new container of the same items."""
    x = machine.plain(x)
    return machine.allocate(dataclasses.replace(machine.cell(x), frozen="")) if isinstance(x, Ref) else x


@handles(copy.deepcopy)
def _deepcopy(machine: Machine, x: Value) -> Value:
    """New containers all the way down.  An array that is not changed in place needs no copy."""
    if isinstance(x, Seq):
        return Seq(x.kind, tuple(_deepcopy(machine, item) for item in x.items), x.keys)
    if not isinstance(x, Ref):
        return machine.hold(machine.plain(x))
    cell = machine.cell(x)
    if isinstance(cell, DynamicCell):
        return machine.allocate(DynamicCell(cell.atom))
    assert not isinstance(cell, (ArrayCell, Lost))
    return machine.allocate(
        dataclasses.replace(cell, items=tuple(_deepcopy(machine, item) for item in cell.items), frozen="")
    )


def _instance(machine: Machine, x: Value) -> Instance:
    cell = machine.cell(x) if isinstance(x, Ref) else None
    if not isinstance(cell, Instance) or not dataclasses.is_dataclass(cell.cls):
        raise machine.refuse("a function of dataclasses is called with something else", "pass an object of a dataclass")
    return cell


@handles(dataclasses.replace)
def _replace(machine: Machine, x: Value, **changes: Value) -> Value:
    """A new object, made by its class: what the class does after that is done again."""
    cell = _instance(machine, x)
    fields = [field for field in dataclasses.fields(cell.cls) if field.init]
    given = {f.name: changes.pop(f.name) if f.name in changes else machine.attribute(x, f.name) for f in fields}
    return machine.call(ir.Const(cell.cls), [], {**given, **changes})


@handles(dataclasses.asdict)
def _asdict(machine: Machine, x: Value) -> Value:
    return _taken_apart(machine, x, dict)


@handles(dataclasses.astuple)
def _astuple(machine: Machine, x: Value) -> Value:
    return _taken_apart(machine, x, tuple)


def _taken_apart(machine: Machine, x: Value, kind: type) -> Value:
    cell = _instance(machine, x)
    names = [field.name for field in dataclasses.fields(cell.cls)]
    items = tuple(_plain(machine, machine.attribute(x, name), kind) for name in names)
    return machine.allocate(DictCell(tuple(names), items)) if kind is dict else Seq(tuple, items)


def _plain(machine: Machine, value: Value, kind: type) -> Value:
    """A field's value, with the dataclasses inside it taken apart too."""
    if isinstance(value, Seq):
        return Seq(value.kind, tuple(_plain(machine, item, kind) for item in value.items), value.keys)
    cell: Any = machine.cell(value) if isinstance(value, Ref) else None
    if isinstance(cell, Instance) and dataclasses.is_dataclass(cell.cls):
        return _taken_apart(machine, value, kind)
    if isinstance(cell, (ListCell, DictCell)):
        return machine.allocate(
            dataclasses.replace(cell, items=tuple(_plain(machine, i, kind) for i in cell.items), frozen="")
        )
    return _deepcopy(machine, value)


@handles(object.__setattr__)
def _set_attribute(machine: Machine, x: Value, name: Value, value: Value) -> Value:
    """How a frozen object sets its own attributes while it is made."""
    cell = machine.changeable(x) if isinstance(x, Ref) else None
    if not isinstance(cell, Instance):
        raise machine.refuse(
            "an attribute of an object that the caller holds is changed", "return the new value instead"
        )
    machine.state.heap[x.cell] = cell.put(machine.key(name), value)  # type: ignore[union-attr]
    return ir.Const(None)
