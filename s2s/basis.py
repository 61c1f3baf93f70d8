"""Jacobians inside a program: one derivative per entry, in a loop.

In: an abstract function and arguments.  Out: an array of shape `result.shape + x.shape`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from s2s import facts, ir
from s2s.nesting import nested_jvp, nested_vjp
from s2s.specialise import Machine
from s2s.specialise.sequences import Index
from s2s.specialise.values import Lazy, ListCell, Seq, Value
from s2s_runtime.basis import unit

if TYPE_CHECKING:
    from collections.abc import Callable


def _array(machine: Machine, value: Value, what: str) -> ir.Atom:
    atom = machine.materialise(value)
    fact = machine.builder.type_of(atom)
    if not isinstance(fact, facts.Num) or fact.shape is None:
        raise not_one_array(machine, what)
    if fact.is_complex:
        raise machine.refuse(f"a Jacobian inside a program, of {what} that is complex", "use vjp or jvp, with 1 and with 1j")
    return atom


def not_one_array(machine: Machine, what: str) -> Exception:
    reason = f"a Jacobian inside a program, of {what} that is not one array"
    return machine.refuse(reason, "take it outside, or use grad, vjp or jvp")


def one_array(machine: Machine, value: Value) -> Value:
    """A part of a Jacobian; refused if it is a tree of arrays."""
    fact = machine.builder.type_of(machine.materialise(value))
    if isinstance(fact, (facts.Record, facts.Listing, facts.Mapped)):
        raise not_one_array(machine, "a result")
    return value


def forward_jacobian(
    machine: Machine, callee: Value, args: list[Value], kwargs: dict[str, Value], position: int
) -> Value:
    """Columns by forward mode."""
    x = _array(machine, args[position], "an argument")

    def column(k: Value) -> Value:
        tangents = [
            machine.apply(unit, x, k) if number == position else ir.Const(None) for number, _ in enumerate(args)
        ]
        return machine.unpacked(
            nested_jvp(machine, callee, Seq(tuple, tuple(args)), Seq(tuple, tuple(tangents)), **kwargs)
        )[1]

    return stacked(machine, x, column, last=True)


def reverse_jacobian(
    machine: Machine, callee: Value, args: list[Value], kwargs: dict[str, Value], position: int
) -> Value:
    """Rows by reverse mode."""
    _array(machine, args[position], "an argument")
    fixed = [*args]

    def row_of(pullback: Value) -> Callable[[Value], Value]:
        def row(k: Value) -> Value:
            bars = machine.unpacked(machine.call(pullback, [machine.apply(unit, result, k)], {}))
            return bars[position]

        return row

    value, pullback = machine.unpacked(nested_vjp(machine, callee, *fixed, **kwargs))
    result = _array(machine, value, "a result")
    return stacked(machine, result, row_of(pullback), last=False)


def stacked(machine: Machine, over: ir.Atom, part: Callable[[Value], Value], last: bool) -> Value:
    """The parts for each entry of an array, stacked behind (or before) the other axes."""
    fact = machine.builder.type_of(over)
    assert isinstance(fact, facts.Num)
    if fact.shape == ():
        return part(ir.Const(0))
    xs = machine.allocate(ListCell(()))
    machine.each(
        Lazy("range", (ir.Const(0), machine.materialise(machine.apply(np.size, over)), ir.Const(1))),
        lambda k: machine.call_method(xs, "append", [one_array(machine, part(k))]),
        index=Index(word="entry"),
    )
    array = machine.apply(np.stack, xs, ir.Const(-1 if last else 0))
    shape = machine.apply(np.shape, over)
    if fact.ndim == 1:
        return array
    whole = machine.apply(np.shape, array)
    rest = machine.subscript(whole, ir.Const(slice(None, -1) if last else slice(1, None)))
    parts = [rest, shape] if last else [shape, rest]
    dims = [item for value in parts for item in machine.unpacked(value)]
    return machine.apply(np.reshape, array, Seq(tuple, tuple(dims)))
