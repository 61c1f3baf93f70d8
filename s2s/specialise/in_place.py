"""Augmented assignment on abstract values: a new number, a longer list, an array changed in place.

In: syntax and the state.  Out: a changed state.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s import syntax as sx
from s2s.primitives import AUGMENTED, VIEWS
from s2s.specialise.memories import StoresNeeded
from s2s.specialise.values import Array, Choice, DictCell, DynamicCell, ListCell, Ref, Value

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine


class InPlace:
    """What the Machine knows of `op=`."""

    def may_change(self: Machine, atom: ir.Var) -> bool:
        """Whether an operation in place may change an array that is held under another name as well, or is known to."""
        fact = self.builder.type_of(atom)
        if isinstance(fact, facts.Num) and fact.shape is not None:
            return fact.shape != () or fact.boxed
        if (fact is not None and not isinstance(fact, facts.Num)) or self.stores:
            return False
        definition = self.builder.definition(atom)
        if definition is None or definition.function in VIEWS:
            return True
        held = [*self.state.values.values(), *self.state.heap.values()]
        return sum(atom in _atoms(value) for value in held) > 1

    def key_of(self: Machine, name: str) -> Any:
        """What a name is called where loops carry it."""
        return "var", getattr(self.owner(name, self.frames[-1]), "serial", None), name

    def not_stored(
        self: Machine, reason: str = "what is changed in place is not an array that is held", hint: str = "give it a name first"
    ) -> Exception:
        """What is raised at a store into something that is not known to be an array of the program's own."""
        if not self.stores:
            return StoresNeeded()
        return self.refuse(reason, hint)

    def do_Augment(self: Machine, stmt: sx.Augment) -> None:
        function = AUGMENTED[stmt.function]
        match stmt.target:
            case sx.Name():
                before = self.expr(stmt.target)
                if isinstance(before, ir.Var) and self.key_of(stmt.target.id) in self.mixed:
                    reason = "what is changed in place is a number in some rounds of a loop and an array in others"
                    raise self.not_stored(reason, "write x = x - y, or give the two names of their own")
                self.assign_name(stmt.target.id, self.augmented(function, before, self.expr(stmt.value)))
            case sx.Subscript():
                owner, index = self.expr(stmt.target.value), self.expr(stmt.target.index)
                if isinstance(owner, Array):
                    self.change_item(owner, index, function, lambda: self.expr(stmt.value))
                    return
                if self.is_array_choice(owner):
                    self.change_chosen_item(owner, index, function, lambda: self.expr(stmt.value))
                    return
                if not isinstance(owner, Ref):
                    raise self.not_stored()
                before, held = self.subscript(owner, index), self.cell(owner)
                change = self.expr(stmt.value)
                stays = isinstance(held, DynamicCell) or (self.cell(owner) == held and self.is_item(held, before))
                after = self.augmented(function, before, change)
                if after is not before or not stays:  # what is changed in place stays where it is
                    self.put_item(owner, index, after)
            case sx.Attribute():
                owner = self.expr(stmt.target.value)
                before = self.attribute(owner, stmt.target.attr)
                after = self.augmented(function, before, self.expr(stmt.value))
                if after is before and not isinstance(owner, Ref):
                    return  # an array, changed in place, of an object that stays as it is
                with self.evaluating(stmt.target):
                    self.put_attribute(owner, stmt.target.attr, after)

    def is_item(self: Machine, cell: Any, value: Value) -> bool:
        """Whether a list or a dict holds a value itself, or the several of which it is one."""
        return isinstance(cell, (ListCell, DictCell)) and (value in cell.items or isinstance(value, Choice))

    def augmented(self: Machine, function: Any, before: Value, change: Value) -> Value:
        """`before op= change`: a new number, or the list or the array, changed in place."""
        if isinstance(before, Ref) and isinstance(self.cell(before), (ListCell, DynamicCell)):
            if function is operator.add:
                self.call_method(before, "extend", [change])
                return before
            raise self.refuse("a list is changed in place", "write xs = xs * n")
        if isinstance(before, Array) or self.is_array_choice(before):
            self.on_choice(before, lambda array: self.change(array, function, change))
            return before
        if isinstance(before, ir.Var) and self.may_change(before):
            raise self.not_stored()
        return self.operation(function, [before, change])

    def in_place_result(self: Machine, before: ir.Var, fact: facts.Num, result: Value) -> Value:
        """What an array holds after an operation in place: its shape and dtype stay."""
        after = self.builder.type_of(self.materialise(result))
        if (isinstance(after, facts.Num) and after.shape != fact.shape) or fact.shape is None:
            result = self.apply(np.broadcast_to, result, self.apply(np.shape, before))
        if (
            isinstance(after, facts.Num)
            and after.dtype is not None
            and fact.dtype is not None
            and after.dtype != fact.dtype
        ):
            if not np.can_cast(after.dtype, fact.dtype, "same_kind"):
                raise self.refuse(
                    f"an array of {fact.dtype} cannot be changed in place by {after.dtype}", "make it a float array"
                )
            from s2s_runtime import kernels

            result = self.apply(kernels.astype, result, ir.Const(fact.dtype))
        return result


def _atoms(value: Any) -> list[Any]:
    """The atoms that a value or a cell holds itself."""
    return [value, getattr(value, "atom", None), *getattr(value, "items", ())]
