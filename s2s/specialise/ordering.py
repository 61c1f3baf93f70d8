"""What functions that put things in order, or find the first of them, do to abstract values.

    xs.sort()      =>      xs = [xs[i] for i in order(xs)]

The order carries no derivative; what is put in it does.  Equal items stay in the order that they had.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from s2s import ir
from s2s.specialise.handlers import BUILTINS, changed, handles, method
from s2s.specialise.sequences import Index
from s2s.specialise.values import ListCell, Ref, Seq, Value
from s2s_runtime import containers

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

NONE, FALSE = ir.Const(None), ir.Const(False)


@handles(sorted)
def _sorted(machine: Machine, xs: Value, *, key: Value = NONE, reverse: Value = FALSE) -> Value:
    items = machine.static_items(xs)
    if items is not None:
        order = known_order(machine, [machine.call(key, [item], {}) if key != NONE else item for item in items], reverse)
        if order is not None:
            return machine.allocate(ListCell(tuple(items[k] for k in order)))
    xs = machine.listed(xs)
    return in_order(machine, xs, key, reverse)


def in_order(machine: Machine, xs: Value, key: Value, reverse: Value) -> Ref:
    """A new list of the items of a list in their order."""
    order = machine.apply(containers.order, keys_of(machine, xs, key), *(() if reverse == FALSE else (reverse,)))
    result = machine.allocate(ListCell(()))
    machine.for_loop(order, lambda k: machine.call_method(result, "append", [machine.subscript(xs, k)]), [], Index("k"))  # type: ignore[func-returns-value]
    return result


def keys_of(machine: Machine, xs: Value, key: Value) -> Value:
    """A list of what the items of a list are ordered by."""
    if key == NONE:
        return xs
    keys = machine.allocate(ListCell(()))
    machine.each(xs, lambda item: machine.call_method(keys, "append", [machine.call(key, [item], {})]))  # type: ignore[func-returns-value]
    return keys


def known_order(machine: Machine, keys: list[Value], reverse: Value) -> list[int] | None:
    """The order of keys that are constants, or that begin with constants which differ."""
    firsts = [_constant(key) for key in keys]
    known = [first.value for first in firsts if first is not None]
    whole = all(isinstance(key, ir.Const) for key in keys)
    if len(known) < len(keys) or not isinstance(reverse, ir.Const) or not (whole or len(set(known)) == len(known)):
        return None
    return sorted(range(len(known)), key=known.__getitem__, reverse=bool(reverse.value))


def _constant(key: Value) -> ir.Const | None:
    first = key.items[0] if isinstance(key, Seq) and key.items else key
    return first if isinstance(first, ir.Const) and isinstance(first.value, (int, float, str)) else None


@method("list", "sort")
def _sort(machine: Machine, xs: Value, *, key: Value = NONE, reverse: Value = FALSE) -> Value:
    changed(machine, xs)
    assert isinstance(xs, Ref)
    machine.rearranging(xs)
    result = _sorted(machine, xs, key=key, reverse=reverse)
    machine.put_cell(xs, machine.cell(result) if not xs.steps else machine.whole(result))
    return NONE


def _extreme(function: Any) -> Callable[..., Value]:
    def handler(machine: Machine, *xs: Value, key: Value = NONE, default: Value | None = None) -> Value:
        items = list(xs) if len(xs) > 1 else machine.static_items(xs[0])
        if default is not None and items is None:
            values = machine.listed(xs[0])
            some = machine.materialise(machine.apply(len, values))
            return machine.branch(some, lambda: handler(machine, values, key=key), lambda: default)
        if default is not None and not items:
            return default
        if key != NONE:
            return _first_best(machine, xs[0] if items is None else machine.allocate(ListCell(tuple(items))), key, function is max)
        if items is None:
            return machine.reduced(xs[0], None, lambda best, item: machine.apply(function, best, item))
        result = items[0]
        for item in items[1:]:
            result = machine.apply(function, result, item)
        return result

    return handler


def _first_best(machine: Machine, xs: Value, key: Value, largest: bool) -> Value:
    """The first of the items whose key is the largest, or the smallest."""
    xs = machine.listed(xs) if not isinstance(xs, Ref) else xs
    place = machine.apply(containers.first_best, keys_of(machine, xs, key), ir.Const(largest))
    return machine.subscript(xs, place)


BUILTINS[min] = _extreme(min)
BUILTINS[max] = _extreme(max)
