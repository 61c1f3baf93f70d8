"""Abstract values as atoms of the program, and primitives applied to them.

In: abstract values.  Out: atoms; what has no atom is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s2s import ir
from s2s.specialise.values import (
    Array,
    ArrayCell,
    Bound,
    Choice,
    Closure,
    DictCell,
    DynamicCell,
    Either,
    Instance,
    Lazy,
    ListCell,
    Poison,
    Ref,
    Seq,
    Value,
)

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine


class Atoms:
    """What the Machine knows of atoms."""

    def apply(self: Machine, function: Any, *args: Value, **kwargs: Value) -> Value:
        """A primitive on any values."""
        atoms = [self.materialise(arg) for arg in args]
        named = {key: self.materialise(arg) for key, arg in kwargs.items()}
        return self.project(self.builder.apply(function, *atoms, **named))

    def materialise(self: Machine, value: Value) -> ir.Atom:
        """A value as one atom of the program."""
        match value:
            case ir.Const():
                self.pin(value.value)
                return value
            case ir.Var() | ir.Pack():
                return value
            case Seq():
                atoms = tuple(self.materialise(item) for item in value.items)
                if value.kind is tuple and all(isinstance(atom, ir.Const) for atom in atoms):
                    return ir.Const(tuple(atom.value for atom in atoms))  # type: ignore[union-attr]
                return ir.Pack(value.kind, atoms, value.keys)
            case Ref():
                return self.materialise_cell(value)
            case Array():
                return self.content(value)
            case Lazy():
                return self.materialise(self.listed(value))
            case Poison():
                raise self.refuse(value.reason.format(name="it"), "bind it on every path to the same kind of thing")
            case Bound(function=ir.Const(value=inner), args=()) if not value.kwargs:
                self.pin(inner)
                return ir.Const(inner)
            case Either() | Choice() if self.is_array_choice(value):
                return self.materialise(self.plain(value))
            case Closure() | Bound() | Either():
                raise self.refuse(
                    "a function made inside the program is used as a value",
                    "call it, or pass it to a function you wrote",
                )
        raise AssertionError(value)

    def materialise_cell(self: Machine, ref: Ref) -> ir.Atom:
        cell = self.cell(ref)
        match cell:
            case DynamicCell():
                return cell.atom
            case ArrayCell():
                return cell.atom
            case ListCell():
                return ir.Pack(list, tuple(self.materialise(item) for item in cell.items))
            case DictCell():
                return ir.Pack(cell.kind, tuple(self.materialise(item) for item in cell.items), cell.keys)
            case Instance():
                return ir.Pack(cell.cls, tuple(self.materialise(item) for item in cell.items), cell.keys)
        raise AssertionError(cell)

    def check_returned(self: Machine, value: Value) -> None:
        """Refuse a deque in what the whole program gives: derivatives are trees of lists, tuples and dicts."""
        for number in self.reachable(value):
            cell = self.cell(Ref(number))
            if isinstance(cell, (ListCell, DynamicCell)) and cell.kind is not None:
                raise self.refuse("a deque is returned", "return a list: list(q)")

    def branch(self: Machine, test: ir.Atom, then: Any, other: Any) -> Value:
        """The value of `then()` if the test holds, else of `other()`; both are written as the arms of an If."""
        key = ("branch", self.number(), "")

        def arm(evaluate: Any) -> Any:
            def run() -> None:
                value = self.hold(evaluate())
                self.state.values[key] = value

            return run

        self.conditional(test, arm(then), arm(other))
        return self.state.values.pop(key, ir.UNDEFINED)
