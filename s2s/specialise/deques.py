"""What a deque is inside a program: a list, of another kind, that may have a greatest length.

In: calls of `deque` and of its methods on abstract values.  Out: lists that have changed.
"""

from __future__ import annotations

import collections
import operator
from typing import TYPE_CHECKING

from s2s import ir
from s2s.specialise import list_methods  # noqa: F401  whose methods it has, too
from s2s.specialise.attributes import Method
from s2s.specialise.handlers import BUILTINS, changed, handles, method
from s2s.specialise.values import DynamicCell, ListCell, Queue, Ref, Value

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

NONE = ir.Const(None)


@handles(collections.deque)
def _deque(machine: Machine, xs: Value = NONE, maxlen: Value = NONE) -> Value:
    most = machine.materialise(maxlen)
    if isinstance(most, ir.Var) and most.name not in machine.inputs.roots:
        raise machine.refuse("the greatest length of a deque is computed", "give it a constant or an argument")
    result = machine.allocate(ListCell((), kind=Queue(most)))
    if xs != NONE:
        _extend(machine, result, xs)
    return result


def most_of(machine: Machine, q: Value) -> ir.Atom:
    cell = machine.cell(q) if isinstance(q, Ref) else None
    assert isinstance(cell, (ListCell, DynamicCell))
    assert cell.kind is not None
    return cell.kind.maxlen


def trimmed(machine: Machine, q: Value, end: int) -> None:
    """Take an item off at one end if there are too many."""
    most = most_of(machine, q)
    if most != NONE:
        count = machine.call(ir.Const(len), [q], {})
        machine.when(machine.operation(operator.gt, [count, most]), lambda: machine.call(POP, [q, ir.Const(end)], {}))


POP, APPEND, INSERT = (ir.Const(Method("list", name)) for name in ("pop", "append", "insert"))


@method("deque", "append")
def _append(machine: Machine, q: Value, x: Value) -> Value:
    machine.call(APPEND, [q, x], {})
    trimmed(machine, q, 0)
    return NONE


@method("deque", "appendleft")
def _appendleft(machine: Machine, q: Value, x: Value) -> Value:
    machine.call(INSERT, [q, ir.Const(0), x], {})
    trimmed(machine, q, -1)
    return NONE


@method("deque", "popleft")
def _popleft(machine: Machine, q: Value) -> Value:
    return machine.call(POP, [q, ir.Const(0)], {})


@method("deque", "extend")
def _extend(machine: Machine, q: Value, xs: Value) -> Value:
    changed(machine, q)
    machine.each(xs, lambda x: _append(machine, q, x) and None)
    return NONE


@method("deque", "extendleft")
def _extendleft(machine: Machine, q: Value, xs: Value) -> Value:
    changed(machine, q)
    machine.each(xs, lambda x: _appendleft(machine, q, x) and None)
    return NONE


@method("deque", "rotate")
def _rotate(machine: Machine, q: Value, n: Value = ir.Const(1)) -> Value:  # noqa: B008
    count = machine.key(n)
    source, target = (ir.Const(-1), "insert") if count > 0 else (ir.Const(0), "append")
    for _ in range(abs(count)):
        x = machine.call(POP, [q, source], {})
        machine.call(INSERT if target == "insert" else APPEND, [q, ir.Const(0), x] if target == "insert" else [q, x], {})
    return NONE


@method("deque", "copy")
def _copy(machine: Machine, q: Value) -> Value:
    return _deque(machine, q, most_of(machine, q))


for _name in ("pop", "clear", "reverse", "insert"):
    BUILTINS[Method("deque", _name)] = BUILTINS[Method("list", _name)]
