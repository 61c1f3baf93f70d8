"""Arrays that a loop carries under several names: what each name may still change, and what is lost.

In: what a loop carries, the states before it and at the end of an iteration.  Out: carries that say so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from s2s import ir
from s2s.primitives import STORES, VIEWS
from s2s.specialise.carry import Arrays, Carry, Key, Loop
from s2s.specialise.merge import SHARED
from s2s.specialise.references import arrays_of, held_twice, lists_of, reachable_cells, reached, references
from s2s.specialise.structures import ATOMS, LEAF, LOST, Structure
from s2s.specialise.twins import make_twins, twins_of
from s2s.specialise.values import Array, ArrayCell, Ref, State, Value, cell_refs, refs

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine


class Sharing:
    """What the Machine knows of arrays that change places."""

    def refers_inside(self: Machine, structure: Structure, before: State) -> bool:
        """Whether a structure refers to a container, or to an array that was not there before the loop."""
        head = structure.head
        if isinstance(head, tuple) and head[0] == "static":
            if isinstance(head[1], Ref):
                return head[1].cell not in before.heap and head[1].cell not in self.base
            return self.is_array_choice(head[1])
        if isinstance(head, tuple) and head[0] in ("array", "place"):
            return head[1] not in before.heap and head[1] not in self.base
        if isinstance(head, tuple) and head[0] == "choice":
            return any((array.cell not in before.heap and array.cell not in self.base) or self.is_cut_inside(array) for array in head[1])
        return any(self.refers_inside(child, before) for child in structure.children)

    def changed(self: Machine, before: State, start: State, after: State) -> list[Key]:
        """The variables and cells that were there before a loop, or can be read behind it, and differ in two states."""
        cells = [("cell", cell, "") for cell in {**self.base, **before.heap}]
        keys = dict.fromkeys([*cells, *before.values, *after.values])
        seen = [key for key in keys if key[0] != "var" or self.visible(key, before)]
        return [key for key in seen if self.held_at(key, start) != self.held_at(key, after)]

    def visible(self: Machine, key: Key, before: State) -> bool:
        """Whether a variable can be read after the loop: it is of a frame that was there before."""
        return key in before.values or any(frame.serial == key[1] for frame in self.frames)

    def held_at(self: Machine, key: Key, state: State) -> Any:
        if key[0] == "cell":
            return state.heap.get(key[1])
        return state.values.get(key, ir.UNDEFINED)

    def bury(self: Machine, loop: Loop) -> None:
        """Variables that are dead hold nothing: what they held is not shared with the next iteration, nor carried."""
        for key in loop.dead:
            self.state.values.pop(key, None)

    def sweep(self: Machine, start: State) -> None:
        """What an iteration made, and nobody can reach behind it, holds nothing either."""
        heap = self.state.heap
        held = [cell for value in self.state.values.values() for cell in refs(value)]
        held += [cell for number in start.heap if number in heap for cell in cell_refs(heap[number])]
        for cell in heap.keys() - start.heap.keys() - reached(held, self.state):
            del heap[cell]

    def lose(self: Machine, carries: dict[Key, Carry], before: State) -> None:
        """What a name that is carried by content began with, as its other holders see it.

        In the loop the name goes from array to array.  If it changes what it holds, nobody can say which of them has what;
        if it only reads, nobody may change them.
        """
        for carry in carries.values():
            if not carry.has_copy:
                continue
            for cell in carry.began:
                content = self.state.heap.get(cell)
                if isinstance(content, ArrayCell) and carry.others and content.frozen != LOST:
                    self.state.heap[cell] = replace(content, frozen=LOST if carry.changed else content.frozen or SHARED)

    def pair(self: Machine, key: Key, carry: Carry, before: State) -> None:
        """What a name holds after a loop may be what others held before it, or what may have been one with that."""
        if not carry.has_copy or carry.same_as is not None:
            return
        for cell in self.arrays_in(key, self.state):
            make_twins(cell, {*carry.began, *twins_of(carry.began, before.heap)}, self.state.heap)

    def pair_carried(self: Machine, carries: dict[Key, Carry]) -> None:
        """Names that are carried by content, and may hold one array, do so after each iteration."""
        for key, carry in carries.items():
            others = {cell for other in carry.twins for cell in self.arrays_in(other, self.state)}
            for cell in self.arrays_in(key, self.state) if others else ():
                make_twins(cell, others, self.state.heap)

    def shares(self: Machine, carries: dict[Key, Carry], before: State, start: State, after: State) -> bool:
        """Whether it was found that what is carried by content is changed, or that others hold it too."""
        if self.joins(carries, before, after):
            return True
        content = {key: carry for key, carry in carries.items() if carry.has_copy and carry.same_as is None}
        first = {key: self.arrays_in(key, before) for key in content}
        held = {key: self.arrays_in(key, after) for key in content}
        twins = {key: twins_of(held[key], after.heap) for key in content}
        twins_before = {key: twins_of(first[key], before.heap) for key in content}
        last = {key: held[key] | twins[key] for key in content}
        begun = {cell for cells in first.values() for cell in cells}
        own = {key: self.arrays_in(key, start) for key in content}
        changed = self.changed_arrays(content, own, last, start, after)
        found = False
        for key, carry in content.items():
            was = carry.changed, carry.frozen, carry.others, carry.began, carry.twins
            carry.changed = key in changed
            carry.renewed = not twins[key] and all(
                cell not in before.heap and cell not in own[key] and self.is_made(cell, after) for cell in held[key]
            )
            carry.twins |= {
                other
                for other in content
                if not (twins_before[key].isdisjoint(first[other]) and twins[key].isdisjoint(held[other]))
            }
            carry.began = self.may_be(key, own, first, last, before)
            carry.others = any(before.holders(cell) > (cell in first[key]) for cell in carry.began)
            twice = held_twice(self.holder(key, before), before) or held_twice(self.holder(key, after), after)
            if twice or self.is_shared(carries, key, first, held, begun, after):
                if carry.by_content == ATOMS:
                    raise self.refuse(SHARED, "make a new one instead of changing it")
                carry.frozen = SHARED
                for cell in last[key]:
                    if cell in before.heap and cell not in begun:
                        self.freeze_in(before, cell)
            carry.frozen = carry.frozen or frozen_in(before, carry.began)
            if key[0] == "var" and self.shares_list(carries, key, before, after):
                carry.frozen = carry.frozen or SHARED
            found |= was != (carry.changed, carry.frozen, carry.others, carry.began, carry.twins)
        return found

    def shares_list(self: Machine, carries: dict[Key, Carry], key: Key, before: State, after: State) -> bool:
        """Whether others hold a list that a name begins with, or ends with: neither may change it, since it has two cells."""
        first, last = lists_of(before.values.get(key, ir.UNDEFINED), before), lists_of(after.values[key], after)
        shared = {cell for cell in first if before.holders(cell) > 1}
        for other, value in after.values.items():
            twin = other == key or getattr(carries.get(other), "same_as", None) == key
            if not twin and self.visible(other, after):
                shared |= lists_of(value, after) & last
        own = reachable_cells(after.values[key], after)
        shared |= last & {ref for cell, content in after.heap.items() if cell not in own for ref in cell_refs(content)}
        for cell in shared & before.heap.keys():
            before.heap[cell] = replace(before.heap[cell], frozen=before.heap[cell].frozen or SHARED)
            carry = carries.get(("cell", cell, ""))
            if carry is not None:
                carry.structure = replace(carry.structure, frozen=before.heap[cell].frozen)
        return bool(shared)

    def changed_arrays(
        self: Machine, content: dict[Key, Carry], own: Arrays, last: Arrays, start: State, after: State
    ) -> set[Key]:
        """What holds an array at the start of an iteration that this iteration changes, or a later one under another name."""
        changed = {key for key, carry in content.items() if carry.changed}
        changed |= {key for key in content if any(start.heap.get(cell) != after.heap.get(cell) for cell in own[key])}
        while more := {k for k in content for j in changed if own[k] & last[j]} - changed:
            changed |= more
        return changed

    def may_be(self: Machine, key: Key, own: Arrays, first: Arrays, last: Arrays, before: State) -> tuple[int, ...]:
        """The arrays from before a loop that a name may hold behind it: its own, and those of names that it takes over."""
        names = {key}
        while more := {k for k in first for j in names if own[k] & last[j]} - names:
            names |= more
        found = {cell for j in names for cell in first[j]}
        return tuple(sorted(found | {cell for j in names for cell in last[j] if cell in before.heap}))

    def is_made(self: Machine, cell: int, state: State) -> bool:
        """Whether an array is surely another one than all that were there: it was computed, and not chosen in a branch."""
        content = state.heap[cell]
        definition = self.builder.definition(content.atom) if isinstance(content, ArrayCell) else None
        while definition is not None and definition.function in STORES:
            definition = self.builder.definition(definition.args[0])
        return definition is not None and definition.function not in VIEWS

    def joins(self: Machine, carries: dict[Key, Carry], before: State, after: State) -> bool:
        """Whether two names were found that end each iteration on one array, and begin on one, or the other undefined.

        new = np.sin(h); h = new
        """
        for key, carry in carries.items():
            if carry.same_as is not None:
                if after.values.get(key) != after.values.get(carry.same_as):
                    raise self.refuse("two names of one array part in some iterations of a loop", "copy the array")
                continue
            value = after.values.get(key)
            if key[0] == "cell" or not carry.has_copy or not isinstance(value, (Array, Ref)) or value.steps:
                continue
            for other, twin in carries.items():
                if other == key or other[0] == "cell" or not twin.has_copy or twin.same_as is not None:
                    continue
                begins = before.values.get(key, ir.UNDEFINED), before.values.get(other, ir.UNDEFINED)
                if after.values.get(other) == value and begins[0] in (ir.UNDEFINED, begins[1]):
                    carries[key] = Carry(LEAF, [], [], True, same_as=other)
                    return True
        return False

    def is_shared(
        self: Machine,
        carries: dict[Key, Carry],
        key: Key,
        first: dict[Key, set[int]],
        last: dict[Key, set[int]],
        begun: set[int],
        after: State,
    ) -> bool:
        """Whether another name holds an array of this one at the start of an iteration."""
        if any(other != key and first[other] & first[key] for other in first):
            return True
        for other, value in after.values.items():
            if other == key or not self.visible(other, after) or getattr(carries.get(other), "same_as", None) == key:
                continue
            common = arrays_of(value, after, without=key[1] if key[0] == "cell" else None) & last[key]
            if common and (other in last or common - begun):
                return True
        own = reachable_cells(self.holder(key, after), after)
        held = {ref for cell, content in after.heap.items() if cell not in own for ref in cell_refs(content)}
        return bool(last[key] & held - begun)

    def arrays_in(self: Machine, key: Key, state: State) -> set[int]:
        """The cells of the arrays that a variable or a container holds."""
        return arrays_of(self.holder(key, state), state)

    def holder(self: Machine, key: Key, state: State) -> Value:
        return Ref(key[1]) if key[0] == "cell" else state.values.get(key, ir.UNDEFINED)

    def is_held_elsewhere(self: Machine, value: Value, state: State) -> bool:
        """Whether a store into an array, which a name holds, is seen in another way."""
        return any(isinstance(one, Array) and (one.steps or state.holders(one.cell) > 1) for one in references(value))

    def freeze_in(self: Machine, state: State, cell: int) -> None:
        content = state.heap[cell]
        if isinstance(content, ArrayCell) and not content.frozen:
            state.heap[cell] = replace(content, frozen=SHARED)


def frozen_in(state: State, cells: Iterable[int]) -> str:
    """Why one of some arrays must not change; nothing if they may."""
    contents = (state.heap.get(cell) for cell in cells)
    return next((content.frozen for content in contents if isinstance(content, ArrayCell) and content.frozen), "")
