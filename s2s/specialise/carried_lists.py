"""Lists that a loop carries: as one atom, with items in them that names hold.

In: how a loop carries something, the states before it and at the end of an iteration.  Out: whether it has to be carried in
another way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from s2s import ir
from s2s.specialise.carry import Again, Carry, Key
from s2s.specialise.memories import KEPT
from s2s.specialise.references import is_place, places, references
from s2s.specialise.sharing import Sharing
from s2s.specialise.structures import LEAF, Structure
from s2s.specialise.values import DynamicCell, Either, ListCell, Ref, State

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine


class CarriedLists(Sharing):
    """What the Machine knows of lists that loops carry."""

    def became_place(self: Machine, key: Key, before: State, after: State) -> bool:
        """Whether a variable that an iteration binds ends as an item of a list that was there before the loop."""
        value = after.values.get(key, ir.UNDEFINED)
        held = list(references(value))
        return (
            key[0] == "var"
            and not isinstance(value, Either)
            and before.values.get(key, ir.UNDEFINED) == ir.UNDEFINED
            and bool(held)
            and all(is_place(one) and one.cell in before.heap for one in held)
        )

    def keep_placed(self: Machine, carries: dict[Key, Carry], key: Key, before: State, after: State) -> bool:
        """Keep the lists in which something carried by content has a place; whether one was not kept before."""
        found = False
        for state in (before, after):
            for place in places(state.values.get(key, ir.UNDEFINED)) if key[0] == "var" else ():
                cell, key_of_list = before.heap.get(place.cell), ("cell", place.cell, "")
                if cell is None or (isinstance(cell, DynamicCell) and cell.kept):
                    continue
                with self.at_state(before):
                    self.keep(place.cell)
                found |= before.heap[place.cell] != cell
                carry = carries.get(key_of_list)
                if carry is not None and carry.structure.head[0] == "dynamic" and isinstance(cell, ListCell):
                    found |= not carry.structure.kept  # it begins as a list of known length, which cannot say so
                    carry.structure = replace(carry.structure, kept=carry.structure.kept or KEPT)
                elif carry is not None:
                    self.begin(carries, key_of_list, before)
        return found

    def made_dynamic(
        self: Machine, carries: dict[Key, Carry], key: Key, cell: int, before: State, after: State
    ) -> bool:
        """Carry a list as one atom; whether it was carried in another way, or owned what it turns out not to own."""
        with self.at_state(before), self.builder.inside(self.outside_loops[-1]):
            begins = self.list_as_whole(Ref(cell))
        with self.at_state(after):
            held = Ref(cell) if key[0] == "cell" else after.values[key]
            ends = self.list_as_whole(held) if isinstance(held, Ref) else begins
        old = carries[key].structure
        settled = old.head[0] == "dynamic"
        kept = begins.kept or old.kept or (ends.kept if settled else "")
        structure = Structure(("dynamic", begins.kind), (LEAF,), begins.frozen, kept)
        if settled and old.kept == kept:
            return False
        self.set_carry(carries, key, Carry(structure, [begins.atom], [], key[0] == "var"))
        return True

    def lengthen(self: Machine, ref: Ref) -> None:
        """Carry a list from before a loop as one of any length, since an iteration takes from it what none has put there yet.

        Raises Again if that is how it has to be done.
        """
        if not self.carrying or ref.steps:
            return
        carries, before = self.carrying[-1]
        key: Key = ("cell", ref.cell, "")
        if ref.cell in before.heap and (key not in carries or carries[key].structure.head[0] == "list"):
            with self.at_state(before), self.builder.inside(self.outside_loops[-1]):
                whole = self.list_as_whole(ref)
            structure = Structure(("dynamic", whole.kind), (LEAF,), whole.frozen, whole.kept)
            self.set_carry(carries, key, Carry(structure, [whole.atom], []))
            raise Again

    def list_as_whole(self: Machine, ref: Ref) -> DynamicCell:
        if isinstance(self.cell(ref), (ListCell, DynamicCell)):
            return self.whole(ref)
        raise self.refuse("a loop adds keys to a dict", "use keys that are there before the loop, or a list")

    @contextmanager
    def at_state(self: Machine, state: State) -> Iterator[None]:
        """What is done inside is done to a state."""
        held, self.state = self.state, state
        try:
            yield
        finally:
            self.state = held
