"""Whether two values are one object: `is`, where names may hold an array or a container that another name holds too.

In: two abstract values.  Out: a constant, or a test of the program; refused where nobody can say, since a program of values
may hold two arrays for one, or one for two that are equal.
"""

from __future__ import annotations

import operator
from numbers import Number
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.specialise.memories import IDENTITY
from s2s.specialise.references import apart, depth_of
from s2s.specialise.values import Array, Cell, Choice, Either, Ref, Value, is_atom

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

HINT = "carry a flag or a number that says which one it is"


class Identity:
    """What the Machine knows of who is who."""

    def made(self: Machine, cell: Cell) -> Ref:
        """A container that the program makes here, and that no other one stands for."""
        ref = self.allocate(cell)
        self.born.add(ref.cell)
        return ref

    def is_or_not(self: Machine, function: Any, left: Value, right: Value) -> Value:
        """`left is right`, or `left is not right`."""
        for one, other in ((left, right), (right, left)):
            if isinstance(one, (Either, Choice)):
                either = self.either_of(one)
                return self.branch(
                    either.test,
                    lambda: self.is_or_not(function, either.then, other),  # noqa: B023
                    lambda: self.is_or_not(function, either.other, other),  # noqa: B023
                )
        if any(isinstance(value, ir.Const) and isinstance(value.value, np.dtype) for value in (left, right)):
            return self.operation(operator.eq if function is operator.is_ else operator.ne, [left, right])  # there is one of each
        known = self.identical(left, right)
        if known is not None:
            return ir.Const(known == (function is operator.is_))
        return self.operation(function, [left, right])

    def identical(self: Machine, left: Value, right: Value) -> bool | None:
        """Whether two values are the same object; None where the program that comes out can tell."""
        for a, b in ((left, right), (right, left)):
            if isinstance(a, ir.Const) and a.value is None:
                if isinstance(b, Array) and not b.steps:  # what is not known is held as an array
                    b = self.content(b)
                if isinstance(b, ir.Var):
                    return None if self.builder.type_of(b) is None else False
                return isinstance(b, ir.Const) and b.value is None
            if isinstance(a, ir.Const) and self.is_never(b, a.value):
                return False
        if isinstance(left, ir.Const) and isinstance(right, ir.Const):
            return left.value is right.value
        if isinstance(left, Ref) and isinstance(right, Ref):
            return self.one_container(left, right)
        if isinstance(left, Array) and isinstance(right, Array):
            return self.one_array(left, right)
        if is_atom(left) and is_atom(right):
            if self.is_array(left) and self.is_array(right) and not (self.given_name(left) and self.given_name(right)):
                raise self.refuse(IDENTITY, HINT)
            return None
        for a, b in ((left, right), (right, left)):
            if isinstance(a, (Ref, Array)) and isinstance(b, ir.Var) and not self.is_number(b):
                raise self.refuse(IDENTITY, HINT)
        return left == right

    def is_never(self: Machine, value: Value, known: Any) -> bool:
        """Whether an array, or a number that is computed, cannot be an object that is known: a flag, or no number at all."""
        if not isinstance(value, (ir.Var, Array)):
            return False
        fact = self.builder.type_of(value if isinstance(value, ir.Var) else self.content(value))
        if not isinstance(fact, facts.Num):
            return False
        if isinstance(known, bool):
            return bool(fact.shape) or (fact.dtype is not None and fact.dtype.kind != "b")
        return not isinstance(known, (Number, np.generic, np.ndarray))

    def one_container(self: Machine, left: Ref, right: Ref) -> bool:
        if left == right:
            return True
        born = not (left.steps or right.steps) and {left.cell, right.cell} <= self.born
        if born or (left.cell == right.cell and apart(left.steps, right.steps)):
            return False
        raise self.refuse(IDENTITY, HINT)

    def one_array(self: Machine, left: Array, right: Array) -> bool | None:
        views = any(len(array.steps) > depth_of(array) for array in (left, right))
        if left is right or (left == right and not views):
            return True
        if left.cell == right.cell and apart(left.steps[: left.depth], right.steps[: right.depth]):
            return False
        if not views and all(self.given_name(self.content(array)) in self.inputs.roots for array in (left, right)):
            return None
        raise self.refuse(IDENTITY, HINT)

    def is_array(self: Machine, atom: Value) -> bool:
        """Whether an atom is known to be an array."""
        fact = self.builder.type_of(atom) if isinstance(atom, ir.Var) else None
        return isinstance(fact, facts.Num) and fact.shape != ()

    def is_number(self: Machine, atom: ir.Var) -> bool:
        fact = self.builder.type_of(atom)
        return isinstance(fact, facts.Num) and fact.shape == () and not fact.boxed

    def given_name(self: Machine, atom: Value) -> str:
        """The name of an atom that is not the result of a call, which two may share; empty for any other."""
        return atom.name if isinstance(atom, ir.Var) and self.builder.definition(atom) is None else ""

    def by_identity(self: Machine, value: Value) -> bool:
        """Whether a value is an object that is equal to nothing but itself."""
        cls = self.user_class(value)
        return cls is not None and self.of_class(cls, "__eq__") is object.__eq__

    def is_among(self: Machine, item: Value, container: Value) -> Value:
        """`item in container`, for an object that is equal to nothing but itself."""
        items = self.static_items(container)
        if items is None:
            raise self.refuse(IDENTITY, HINT)
        found: Value = ir.Const(False)
        for one in items:
            found = self.logic(False, found, lambda one=one: self.is_or_not(operator.is_, item, one))
        return found
