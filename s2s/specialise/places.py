"""Names and containers that a loop moves from array to array, while other names hold these arrays too.

    old = u                             old = u; k = 0
    for t in range(n):                  for t in range(n):
        v[0] = f(u)             =>          (v, u)[k][0] = f((u, v)[k])
        u, v = v, u                         k = 1 - k

Each array stays where it is; which of them a name holds is a number that the loop carries.  Where nobody else holds them, it
is the arrays that a loop carries by name, which gives a plainer program: so this is done only after that was refused.

In: what a name or a container holds before a loop and at the end of an iteration.  Out: the arrays among which it moves; a place.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from s2s import ir
from s2s.specialise.structures import Places
from s2s.specialise.values import Array, ArrayCell, Choice, DictCell, Either, Instance, ListCell, Seq, State, Value

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine


class Placing:
    """What the Machine knows of arrays that stay where they are."""

    def places_of(self: Machine, first: Any, last: Any, known: Any, before: State) -> Places | None:
        """The arrays among which a value or the items of a cell move in a loop; None if they are not all there before it."""
        if not self.places:
            return None
        found = [*(known.arrays if isinstance(known, Places) else ()), *arrays_in(first), *arrays_in(last)]
        arrays = tuple(sorted(dict.fromkeys(found), key=lambda array: array.cell))  # all names have the same, if they can
        if len(arrays) < 2 or not all(self.stays(array, before) for array in arrays):
            return None
        return Places(arrays) if known != Places(arrays) else None

    def stays(self: Machine, array: Array, before: State) -> bool:
        """Whether an array, or a view of it, is the same in every iteration of a loop."""
        return array.seen is None and isinstance(before.heap.get(array.cell), ArrayCell) and not self.is_cut_inside(array)

    def is_cut_inside(self: Machine, array: Array) -> bool:
        """Whether a view of an array is taken by something that the loop computes."""
        names = [name for step in array.steps for atom in step.args for name in ir.variables(atom)]
        return any(int(name[1:]) > self.loop_starts[-1][1] for name in names)

    def placed(self: Machine, value: Any, places: Places, state: State) -> Any:
        """A value, or what a cell holds, with a place for each array in it."""
        if isinstance(value, (ListCell, DictCell, Instance, Seq)):
            return replace(value, items=tuple(self.placed(item, places, state) for item in value.items))
        if isinstance(value, Array) and value in places.arrays:
            return Choice(ir.Const(places.arrays.index(value)), places.arrays)
        if not self.is_array_choice(value) or not set(arrays_in(value)) <= set(places.arrays):
            return value
        if isinstance(value, Choice) and value.arrays == places.arrays:
            return value
        held, self.state = self.state, state.copy()
        try:
            place = self.materialise(self.place_in(value, places))
        finally:
            self.state = held
        return Choice(place, places.arrays)

    def place_in(self: Machine, value: Value, places: Places) -> Value:
        """The place of an array, or of what a choice gives."""
        if isinstance(value, Array):
            return ir.Const(places.arrays.index(value))
        either = self.either_of(value)
        return self.branch(
            either.test, lambda: self.place_in(either.then, places), lambda: self.place_in(either.other, places)
        )


def arrays_in(value: Any) -> list[Array]:
    """The arrays in a value, or in what a cell holds."""
    if isinstance(value, (ListCell, DictCell, Instance, Seq)):
        return [array for item in value.items for array in arrays_in(item)]
    if isinstance(value, Choice):
        return list(value.arrays)
    if isinstance(value, Either):
        return [*arrays_in(value.then), *arrays_in(value.other)]
    return [value] if isinstance(value, Array) else []
