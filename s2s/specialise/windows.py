"""A name that a loop moves to a part of what it was: ever smaller slices of one array.

    while len(v) > 1:                       start, stop, step = 0, len(x), 1
        v[1:] -= v[:-1]           =>        while len(x[start:stop:step]) > 1:
        v = v[::2]                              ...
                                                start, stop, step = narrowed(len(x), start, stop, step, slice(None, None, 2))

In: an array and the slices that lead to it from its cell's content.  Out: the same as one subscript, with a start, a stop and
a step for each axis, which a loop can carry.
"""

from __future__ import annotations

import operator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from s2s import ir
from s2s.specialise.carry import Carry
from s2s.specialise.memories import FULL
from s2s.specialise.references import places
from s2s.specialise.sharing import frozen_in
from s2s.specialise.structures import By, Places, Window, window_step
from s2s.specialise.values import (
    Array,
    ArrayCell,
    Cell,
    DictCell,
    Instance,
    ListCell,
    Ref,
    Seq,
    State,
    Step,
    Value,
    refs,
)
from s2s_runtime import kernels

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

PARTS = ("start", "stop", "step")


class Windows:
    """What the Machine knows of parts of arrays."""

    def as_carried(self: Machine, value: Value, state: State, by_content: By) -> Value:
        """A value in the form that is carried: a part of an array by its bounds, one of some by its place, or an array of its own."""
        if isinstance(by_content, Window):
            return self.as_window(value, by_content, state)
        if isinstance(by_content, Places):
            return self.placed(value, by_content, state)
        return self.as_buffer(self.without_choices(value, state), state)

    def content_as_carried(self: Machine, content: Cell, state: State, by_content: By) -> Cell:
        """What a container holds, in the form that is carried."""
        if isinstance(by_content, Places):
            return self.placed(content, by_content, state)  # type: ignore[no-any-return]
        if not by_content or not isinstance(content, (ListCell, DictCell, Instance)):
            return content
        items = (self.as_buffer(item, state) if self.is_array_choice(item) else item for item in content.items)
        return replace(content, items=tuple(items))

    def without_choices(self: Machine, value: Value, state: State) -> Value:
        """A value whose containers hold arrays of their own in the place of one of several."""
        if isinstance(value, Seq):
            return replace(value, items=tuple(self.without_choices(item, state) for item in value.items))
        cell = state.heap.get(value.cell) if isinstance(value, Ref) and not value.steps else None
        if isinstance(cell, (ListCell, DictCell, Instance)):
            items = tuple(self.without_choices(item, state) for item in cell.items)
            if items != cell.items:
                number = self.number()
                state.heap[number] = replace(cell, items=items)
                return Ref(number)
        return self.as_buffer(value, state) if self.is_array_choice(value) else value

    def as_buffer(self: Machine, value: Value, state: State) -> Value:
        """A view, or a choice of arrays, as an array of its own with the same content."""
        if next(places(value), None) is not None and not self.is_array_choice(value):
            with self.at_state(state):
                value = self.unplaced(value)
        if not self.is_array_choice(value) and not (isinstance(value, Array) and value.steps):
            return value
        held, self.state = self.state, state.copy()
        try:
            atom = self.materialise(value)
        finally:
            self.state = held
        with self.at_state(state):
            for place in places(value):
                self.keep(place.cell)
        number = self.number()
        state.heap[number] = ArrayCell(atom, None, frozen_in(state, refs(value)))
        return Array(number)

    def window_of(self: Machine, carry: Carry, first: Value, last: Value, before: State) -> Window | None:
        """How what a name holds before a loop and at the end of an iteration are parts of one array."""
        begins = dict(zip((var.name for var in carry.arguments), carry.inits, strict=bool(carry.arguments)))
        window = self.common_window(first, with_atoms(last, begins), before)
        known = carry.by_content
        if window is None or not isinstance(known, Window):
            return window
        wider = known.cell == window.cell and (len(window.base), -window.axes) < (len(known.base), -known.axes)
        return window if wider else None

    def common_window(self: Machine, one: Value, other: Value, state: State) -> Window | None:
        """How two values are parts of one array, which slices lead to from a view that they share; None if they are not."""
        if not (isinstance(one, Array) and isinstance(other, Array)) or one.cell != other.cell:
            return None
        if one.seen is not None or other.seen is not None or not isinstance(state.heap.get(one.cell), ArrayCell):
            return None
        for length in range(min(len(one.steps), len(other.steps)), -1, -1):
            base = one.steps[:length]
            rest = (*one.steps[length:], *other.steps[length:])
            rank = self.rank(Array(one.cell, base), state)
            if base == other.steps[:length] and rank and all(map(self.is_sliced, rest)):
                axes = max((len(ir.index_parts(step.args[0])) for step in rest), default=1)
                return Window(one.cell, base, min(axes, rank))
        return None

    def by_bounds(self: Machine, value: Value | None) -> Window | None:
        """How a part of an array is carried that an inner loop gives by its bounds; None for any other value."""
        if not isinstance(value, Array) or value.seen is not None or not value.steps or not self.is_sliced(value.steps[-1]):
            return None
        parts = ir.index_parts(value.steps[-1].args[0])
        return Window(value.cell, value.steps[:-1], len(parts)) if all(map(self.is_carried, parts)) else None

    def rank(self: Machine, array: Array, state: State) -> int | None:
        """The number of axes of an array, where it is known."""
        with self.builder.block():
            return self.rank_of(self.along(state.heap[array.cell].atom, array.steps))

    def is_sliced(self: Machine, step: Step) -> bool:
        """Whether a view is a subscript by slices."""
        kinds = [self.kind_of_part(part) for part in ir.index_parts(step.args[0])] if step.args else []
        return step.function is operator.getitem and set(kinds) == {"slice"}

    def as_window(self: Machine, value: Value, window: Window, state: State) -> Value:
        """A part of an array by one subscript; any other value as it is."""
        if not isinstance(value, Array) or value.cell != window.cell or value.seen is not None:
            return value
        count = len(window.base)
        steps = value.steps[count:]
        if value.steps[:count] != window.base or not all(map(self.is_sliced, steps)):
            return value
        shape = self.builder.apply(np.shape, self.along(state.heap[value.cell].atom, window.base))
        lengths = [self.builder.apply(operator.getitem, shape, ir.Const(axis)) for axis in range(window.axes)]
        axes: list[tuple[ir.Atom, ...]] = [(ir.Const(0), length, ir.Const(1)) for length in lengths]
        for step in steps:
            parts = ir.index_parts(step.args[0])
            if len(parts) > window.axes:
                return value
            for k, part in enumerate(parts):
                axes[k] = self.narrowed(lengths[k], axes[k], part)
        return Array(value.cell, (*window.base, window_step([atom for axis in axes for atom in axis])))

    def narrowed(self: Machine, length: ir.Atom, axis: tuple[ir.Atom, ...], part: ir.Atom) -> tuple[ir.Atom, ...]:
        """A slice of a slice of one axis."""
        if part in FULL:
            return axis
        if axis == (ir.Const(0), length, ir.Const(1)) and self.is_carried(part):
            assert isinstance(part, ir.Pack)
            return part.items
        result = self.builder.apply(kernels.narrowed, length, *axis, part)
        return tuple(self.builder.apply(operator.getitem, result, ir.Const(k)) for k in range(3))

    def is_carried(self: Machine, part: ir.Atom) -> bool:
        """Whether a slice is one that a loop carries: it is as `narrowed` gives it."""
        step = part.items[2] if isinstance(part, ir.Pack) else None
        return isinstance(step, ir.Var) and step.name in self.carried_steps


def with_atoms(value: Value, names: dict[str, ir.Atom]) -> Value:
    """A view with names in its steps replaced."""
    if not isinstance(value, Array):
        return value

    def change(name: str) -> ir.Atom:
        return names.get(name, ir.Var(name))

    return replace(
        value, steps=tuple(replace(s, args=tuple(ir.replace_atom(arg, change) for arg in s.args)) for s in value.steps)
    )
