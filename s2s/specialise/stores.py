"""Stores into arrays: which cell changes, through which views, and what is refused.

In: an abstract array, an index, a value.  Out: the cell with new content, which all who hold the array see.
"""

from __future__ import annotations

import operator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.primitives import MAKERS, VIEWS
from s2s.quiet import quietly
from s2s.specialise.memories import COPIES_PIECEWISE, DOUBTED, DOUBTFUL_HINT, FULL, PARTS, READ_ONLY, RESHAPED
from s2s.specialise.structures import LOST
from s2s.specialise.twins import twins_of
from s2s.specialise.values import Array, ArrayCell, DynamicCell, Ref, Seq, Step, Value, refs
from s2s.specialise.viewing import by_position
from s2s_runtime import kernels

if TYPE_CHECKING:
    from collections.abc import Callable

    from s2s.specialise.machine import Machine


class Stores:
    """What the Machine knows of changes in place."""

    def written_into(self: Machine, function: Any, args: list[Value], kwargs: dict[str, Value]) -> Value:
        """`function(*args, out=a)`: the result is stored into an array, which is the result."""
        rest = {key: value for key, value in kwargs.items() if key not in ("out", "where")}
        given = kwargs["out"]
        array = self.hold(given.items[0] if isinstance(given, Seq) and len(given.items) == 1 else given)
        if array == ir.Const(None):
            return self.call_object(function, args, {key: v for key, v in kwargs.items() if key != "out"})
        self.called_for_effect = None
        if self.just_made(array):
            array = self.hold(array)
        if not isinstance(array, Array):
            raise self.not_stored("out is not an array that the program holds")
        if function in COPIES_PIECEWISE and array.cell in self.reachable(Seq(tuple, tuple(args))):
            raise self.refuse(f"{function.__name__} writes over what it still has to read", "leave out=, and assign")
        if "where" in kwargs:  # NumPy computes nothing where it stores nothing, and warns of nothing there
            made = quietly(self.builder, lambda: [self.materialise(self.call_object(function, args, rest))])
            result = self.apply(np.where, kwargs["where"], *made, array)
        else:
            result = self.call_object(function, args, rest)
        self.store_all(array, result)
        return array

    def just_made(self: Machine, value: Value) -> bool:
        """Whether a value is an array that was made in this expression, `out=np.zeros(n)`, which nobody else holds."""
        definition = self.builder.definition(value) if isinstance(value, ir.Var) else None
        return definition is not None and definition.function in (*MAKERS, np.copy)

    def writable(self: Machine, array: Array) -> Any:
        """The cell of an array that is about to change; refused where not all who hold it would be known to see it."""
        cell = self.own_list(array) if array.depth else self.cell(array)
        assert isinstance(cell, (ArrayCell, DynamicCell))
        if cell.frozen:
            raise self.refuse(cell.frozen, "change a copy, or pass the array as an argument")
        if array.seen is not None:
            raise self.refuse(DOUBTED, DOUBTFUL_HINT)
        if any(step.function in READ_ONLY for step in array.steps):
            raise self.refuse("a view that NumPy makes read-only is changed in place", "copy it first")
        if array.cell in self.input_cells:
            self.written.add(array.cell)
        for twin in twins_of((array.cell,), self.state.heap):
            content = self.state.heap.get(twin)
            if isinstance(content, ArrayCell):
                self.state.heap[twin] = replace(content, frozen=LOST)
        return cell

    def put_content(self: Machine, array: Array, atom: ir.Atom) -> None:
        """Another content for an array, or for the item of a list that it is."""
        if array.depth:
            self.put_at(array, atom)
            return
        cell = self.cell(array)
        assert isinstance(cell, ArrayCell)
        self.builder.suggest(atom, self.builder.hint(cell.atom))
        self.state.heap[array.cell] = replace(cell, atom=atom)

    def store(self: Machine, array: Array, index: Value, value: Value, function: Any = kernels.index_set) -> None:
        """`array[index] = value`; with `index_add`, `array[index] += value`."""
        self.writable(array)
        atom, position = self.materialise(value), self.index_atom(index)
        whole = self.along(self.materialise(Ref(array.cell)), array.steps[: array.depth])
        self.check_cast(whole, atom, array.steps[array.depth :])
        self.put_content(array, self.stored(whole, array.steps[array.depth :], position, atom, function))

    def stored(
        self: Machine, atom: ir.Atom, steps: tuple[Step, ...], index: ir.Atom, value: ir.Atom, function: Any
    ) -> ir.Atom:
        """An atom with a value stored at an index of the view that some steps lead to."""
        cut = next((k for k, step in enumerate(steps) if step.function in RESHAPED), None)
        if cut is not None:
            return self.stored_reshaped(atom, steps, cut, index, value, function)
        steps, index = self.aimed(steps, index)
        if not steps:
            if function is kernels.index_set and index in FULL and self.replaces(atom, value):
                return value
            return self.builder.apply(function, atom, index, value)
        path = tuple(ir.Pack(tuple, (ir.Const(step.function), *self.positional(step))) for step in steps)
        return self.builder.apply(function, atom, index, value, ir.Pack(tuple, path))

    def stored_reshaped(
        self: Machine, atom: ir.Atom, steps: tuple[Step, ...], cut: int, index: ir.Atom, value: ir.Atom, function: Any
    ) -> ir.Atom:
        """A store through a reshape: into the other shape, which is brought back.  It does not lean on the layout."""
        inner = self.along(atom, steps[:cut])
        new = self.stored(self.along(inner, steps[cut : cut + 1]), steps[cut + 1 :], index, value, function)
        back = self.builder.apply(np.reshape, new, self.builder.apply(np.shape, inner))
        return back if cut == 0 else self.stored(atom, steps[:cut], FULL[0], back, kernels.index_set)

    def replaces(self: Machine, old: ir.Atom, value: ir.Atom) -> bool:
        """Whether a value is a new array of the same kind, so that it may take the place of all of the old one."""
        definition = self.builder.definition(value)
        if definition is None or definition.function in VIEWS or definition.function in MAKERS:
            return False
        mine, theirs = self.builder.type_of(old), self.builder.type_of(value)
        if not (isinstance(mine, facts.Num) and isinstance(theirs, facts.Num)) or mine.dtype is None:
            return False
        return bool(mine.shape) and (mine.dtype, mine.shape) == (theirs.dtype, theirs.shape)

    def positional(self: Machine, step: Step) -> tuple[ir.Atom, ...]:
        """The arguments of a step in a store: by position."""
        if step.kwargs and (args := by_position(step.function, step.args, step.kwargs)) is not None:
            return args
        if step.kwargs:
            raise self.refuse(
                f"an array is changed through a view that {step.function.__name__} gave for named arguments",
                "give them by position",
            )
        return step.args

    def aimed(self: Machine, steps: tuple[Step, ...], index: ir.Atom) -> tuple[tuple[Step, ...], ir.Atom]:
        """Fewer steps and a longer index: `a[i][j]` is `a[i, j]`, and all of `a[i]` is `a[i]`."""
        while steps and steps[-1].function is operator.getitem:
            before = ir.index_parts(steps[-1].args[0])
            if index in FULL:
                index = steps[-1].args[0]
            elif all(self.kind_of_part(part) == "integer" for part in before) and self.follows(index):
                index = packed((*before, *ir.index_parts(index)))
            else:
                break
            steps = steps[:-1]
        return steps, index

    def follows(self: Machine, index: ir.Atom) -> bool:
        """Whether an index means the same behind integers in one subscript: one array of numbers among slices does not."""
        kinds = [self.kind_of_part(part) for part in ir.index_parts(index)]
        return "unknown" not in kinds and ("copy" not in kinds or len(kinds) == 1)

    def check_cast(self: Machine, buffer: ir.Atom, value: ir.Atom, steps: tuple[Step, ...]) -> None:
        """Refuse what NumPy warns of or fails at: a complex number in a real array, or in one part of a complex one."""
        mine, theirs = self.builder.type_of(buffer), self.builder.type_of(value)
        if isinstance(mine, facts.Num) and isinstance(theirs, facts.Num) and theirs.is_complex:
            if any(step.function in PARTS for step in steps):
                raise self.refuse("a complex number is stored in one part of an array", "store its real part")
            if mine.is_real:
                what = f"an array of {mine.dtype}" if mine.dtype is not None else "a real array"
                raise self.refuse(f"a complex number is stored in {what}", "make it a complex array")

    def store_all(self: Machine, array: Array, value: Value) -> None:
        """`array[...] = value`."""
        self.store(array, FULL[0], value)

    def change(self: Machine, array: Array, function: Any, operand: Value) -> None:
        """`array op= operand`."""
        before = self.content(array)
        fact = self.builder.type_of(before)
        if array.steps and self.adds(function, fact):
            with self.builder.block():  # for what it refuses
                self.in_place_result(before, fact, self.operation(function, [before, operand]))
            self.add_at(array, FULL[0], operand, function)
            return
        result = self.operation(function, [before, operand])
        if isinstance(fact, facts.Num):
            result = self.in_place_result(before, fact, result)
        elif self.state.holders(array.cell) > 1 or array.steps:
            raise self.refuse("whether this changes an array in place is not known", "give example arguments")
        if array.steps or (isinstance(fact, facts.Num) and fact.shape == ()):  # without axes, a result is a number
            self.store_all(array, result)
            return
        self.writable(array)
        self.put_content(array, self.materialise(result))

    def change_item(self: Machine, array: Array, index: Value, function: Any, operand: Callable[[], Value]) -> None:
        """`array[index] op= operand()`."""
        position = self.index_atom(index)
        before, content = self.subscript_array(array, position), self.content(array)
        change = operand()
        if isinstance(before, Array):
            self.change(before, function, change)
            return
        kinds = [self.kind_of_part(part) for part in ir.index_parts(position)]
        once = "copy" not in kinds and "unknown" not in kinds
        if once and self.adds(function, self.builder.type_of(content)) and self.content(array) == content:
            self.add_at(array, position, change, function)
            return
        self.store(array, index, self.operation(function, [before, change]))

    def change_chosen_item(self: Machine, owner: Value, index: Value, function: Any, operand: Callable[[], Value]) -> None:
        """`owner[index] op= operand()` for one of several arrays; the operand may change these, after the item was read."""
        before = self.state.copy()
        with self.builder.block() as statements:
            change = operand()
        if any(self.state.heap.get(cell) != before.heap.get(cell) for cell in refs(owner)):
            self.state = before
            self.on_choice(owner, lambda array: self.change_item(array, index, function, operand))
            return
        for stmt in statements:
            self.builder.emit(stmt)
        self.on_choice(owner, lambda array: self.change_item(array, index, function, lambda: change))

    def adds(self: Machine, function: Any, fact: facts.Type | None) -> bool:
        """Whether an operation in place is an addition of floats, for which nothing that was there is read again."""
        return function in (operator.add, operator.sub) and isinstance(fact, facts.Num) and bool(fact.inexact)

    def add_at(self: Machine, array: Array, index: Value, operand: Value, function: Any) -> None:
        """`array[index] += operand`, or `-=`."""
        amount = self.operation(operator.neg, [operand]) if function is operator.sub else operand
        self.store(array, index, amount, kernels.index_add)


def packed(parts: tuple[ir.Atom, ...]) -> ir.Atom:
    """An index of several parts."""
    if all(isinstance(part, ir.Const) for part in parts):
        return ir.Const(tuple(part.value for part in parts))  # type: ignore[union-attr]
    return ir.Pack(tuple, parts)
