"""What `dict`, the methods of a dict and those of a NamedTuple do to abstract values."""

from __future__ import annotations

import collections
from dataclasses import replace
from typing import TYPE_CHECKING

from s2s import ir
from s2s.specialise.handlers import changed, handles, method
from s2s.specialise.values import DictCell, Ref, Seq, Value

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine


@handles(dict)
def _dict(machine: Machine, *args: Value, **kwargs: Value) -> Value:
    cell = DictCell((), ())
    for arg in args:
        inner = machine.cell(arg) if isinstance(arg, Ref) else None
        if isinstance(inner, DictCell):
            pairs = list(zip(inner.keys, inner.items, strict=True))
        else:
            rows = machine.unpacked(arg)
            pairs = [(machine.key(pair[0]), pair[1]) for pair in (machine.unpacked(row) for row in rows)]
        for key, value in pairs:
            cell = cell.put(key, value)
    for key, value in kwargs.items():
        cell = cell.put(key, value)
    return machine.allocate(cell)


@handles(dict.fromkeys)
def _fromkeys(machine: Machine, keys: Value, value: Value = ir.Const(None)) -> Value:  # noqa: B008
    cell, value = DictCell((), ()), machine.into(value)
    for key in machine.unpacked(keys):
        cell = cell.put(machine.key(key), value)
    return machine.allocate(cell)


@handles(collections.defaultdict)
def _defaultdict(machine: Machine, factory: Value = ir.Const(None), *args: Value, **kwargs: Value) -> Value:  # noqa: B008
    made = _dict(machine, *args, **kwargs)
    assert isinstance(made, Ref)
    called = factory if factory != ir.Const(None) else None
    machine.state.heap[made.cell] = replace(machine.cell(made), kind=collections.defaultdict, factory=called)  # type: ignore[call-arg]
    return made


@method("dict", "items")
def _items(machine: Machine, d: Value) -> Value:
    cell = _static_dict(machine, d)
    return Seq(tuple, tuple(Seq(tuple, (ir.Const(k), v)) for k, v in zip(cell.keys, cell.items, strict=True)))


@method("dict", "values")
def _values(machine: Machine, d: Value) -> Value:
    return Seq(tuple, _static_dict(machine, d).items)


@method("dict", "keys")
def _keys(machine: Machine, d: Value) -> Value:
    return Seq(tuple, tuple(ir.Const(key) for key in _static_dict(machine, d).keys))


@method("dict", "get")
def _get(machine: Machine, d: Value, key: Value, default: Value = ir.Const(None)) -> Value:  # noqa: B008
    found = _static_dict(machine, d).get(machine.key(key))
    return found if found is not None else default


@method("dict", "copy")
def _dict_copy(machine: Machine, d: Value) -> Value:
    return _dict(machine, d)


@method("dict", "update")
def _update(machine: Machine, d: Value, *others: Value, **kwargs: Value) -> Value:
    cell = machine.cell(_dict(machine, *others, **kwargs))
    assert isinstance(cell, DictCell)
    for key, value in zip(cell.keys, cell.items, strict=True):
        machine.put_item(d, ir.Const(key), value)
    return ir.Const(None)


@method("dict", "pop")
def _dict_pop(machine: Machine, d: Value, key: Value, *default: Value) -> Value:
    cell = changed(machine, d)
    known = machine.key(key)
    found = cell.get(known)
    if found is None:
        if default:
            return default[0]
        raise machine.refuse(f"there is no key {known!r}", "check the key")
    kept = [(k, v) for k, v in zip(cell.keys, cell.items, strict=True) if k != known]
    machine.state.heap[d.cell] = replace(cell, keys=tuple(k for k, _ in kept), items=tuple(v for _, v in kept))  # type: ignore[union-attr]
    return found


@method("dict", "setdefault")
def _setdefault(machine: Machine, d: Value, key: Value, default: Value = ir.Const(None)) -> Value:  # noqa: B008
    found = _static_dict(machine, d).get(machine.key(key))
    if found is None:
        machine.put_item(d, key, default)
        return default
    return found


def _static_dict(machine: Machine, d: Value) -> DictCell:
    cell = machine.cell(d) if isinstance(d, Ref) else None
    if not isinstance(cell, DictCell):
        raise machine.refuse("the keys of this dict are not known", "use keys that are constants, or a list")
    return cell


@method("tuple", "_replace")
def _replace(machine: Machine, record: Seq, **kwargs: Value) -> Value:
    return Seq(
        record.kind,
        tuple(kwargs.get(key, item) for key, item in zip(record.keys, record.items, strict=True)),
        record.keys,
    )


@method("tuple", "_asdict")
def _asdict(machine: Machine, record: Seq) -> Value:
    return machine.allocate(DictCell(record.keys, record.items))
