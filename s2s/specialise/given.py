"""What lists of run-time length are given, and what leaves them: who holds an item under a name as well.

In: a list, an index, a value.  Out: the list's new item; variables that are places in the list, or hold what left it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from s2s import facts, ir
from s2s import syntax as sx
from s2s.specialise.memories import KEPT, MOVED
from s2s.specialise.references import Paths, apart, at_place, depth_of, is_place, mapped, places, references
from s2s.specialise.sequences import ONCE
from s2s.specialise.twins import twins_of
from s2s.specialise.values import (
    Array,
    ArrayCell,
    DictCell,
    DynamicCell,
    Either,
    Instance,
    Lazy,
    ListCell,
    Ref,
    Seq,
    Step,
    Value,
    cell_refs,
    new_layout,
    refs,
)
from s2s_runtime import containers

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine


class Given:
    """What the Machine knows of what comes into lists and leaves them."""

    # ------------------------------------------------------------------------------------- what a list is given to keep
    def moved_in(self: Machine, owner: Ref, index: ir.Atom, value: Value) -> ir.Atom:
        """A value as the item that a list has at an index: names that hold it are places in the list from here on."""
        steps = (*owner.steps, Step(operator.getitem, (index,)))
        found: Paths = {}
        cell = self.cell(owner)
        assert isinstance(cell, DynamicCell)
        if cell.kept or not self.movable(value, steps, found) or self.held_in_containers(found):
            atom = self.snapshot(value)
            if self.mutable(self.builder.type_of(atom)):
                self.keep(owner.cell)
            return atom
        atom = self.materialise(value)
        for number in found:
            del self.state.heap[number]
        self.change_places(lambda place: at_place(place, found, owner.cell))
        return atom

    def movable(self: Machine, value: Value, steps: tuple[Step, ...], found: Paths) -> bool:
        """Whether a value is new in this iteration of a loop, so that another one is given next time; where its parts go."""
        match value:
            case ir.Const() | ir.Var() | ir.Pack():
                return not self.mutable(self.builder.type_of(value))
            case Seq():
                return issubclass(value.kind, tuple) and self.movable_items(value.items, steps, found)
            case Array() | Ref():
                cell = self.state.heap.get(value.cell)
                if value.steps or cell is None or not self.alone(value, cell) or value.cell in found:
                    return False
                if value.cell <= self.body_starts[-1] or not self.is_new(value.cell, cell):
                    return False
                found[value.cell] = steps
                return self.movable_items(cell.items if isinstance(cell, ListCell) else (), steps, found)
        return False

    def is_new(self: Machine, number: int, cell: Any) -> bool:
        """Whether a cell is not known to be new for its number only: what a loop carries may get a cell in an iteration."""
        if not isinstance(cell, ArrayCell):
            return True
        return (isinstance(cell.atom, ir.Var) and cell.atom.name in self.inputs.roots) or self.is_made(number, self.state)

    def movable_items(self: Machine, items: tuple[Value, ...], steps: tuple[Step, ...], found: Paths) -> bool:
        places = (Step(operator.getitem, (ir.Const(k),)) for k in range(len(items)))
        return all(self.movable(item, (*steps, step), found) for item, step in zip(items, places, strict=True))

    def swapped(self: Machine, target: sx.Display, items: list[Value]) -> bool:
        """`xs[i], xs[j] = xs[j], xs[i]`: two items of a list change places, and each is there once as before; whether it was that."""
        parts = [part for part in target.items if isinstance(part, sx.Subscript) and isinstance(part.value, sx.Name)]
        found = [item for item in items if isinstance(item, (Ref, Array)) and depth_of(item) == len(item.steps) > 0]
        if not len(parts) == len(target.items) == len(found) == len(items) == 2 or not all(map(_is_plain, parts)):
            return False
        owners = [self.expr(part.value) for part in parts]
        indices = [self.materialise(self.expr(part.index)) for part in parts]
        owner, same = owners[0], owners[0] == owners[1]
        if not same or not isinstance(owner, Ref) or any(item.cell != owner.cell for item in found):
            return False
        steps = [(*owner.steps, Step(operator.getitem, (index,))) for index in indices]
        if [item.steps for item in found] != steps[::-1]:
            return False
        self.changeable(owner)
        self.rearranging(owner)
        whole = self.whole(owner)
        self.put_cell(owner, replace(whole, atom=self.builder.apply(containers.swap, whole.atom, *indices), layout=new_layout()))
        return True

    def taken_over(self: Machine, owner: Ref, value: Value) -> ir.Atom:
        """A list whose items another list gets, too: none of them may be changed from here on."""
        value = self.listed(value) if not isinstance(value, Ref) else value
        atom = self.materialise(value)
        if self.mutable(getattr(self.builder.type_of(atom), "item", None)) and isinstance(value, Ref):
            self.keep(value.cell)
            self.keep(owner.cell)
        return atom

    def held_in_containers(self: Machine, found: Paths) -> bool:
        """Whether a container that stays holds something that goes into a list."""
        stay = (content for number, content in self.state.heap.items() if number not in found)
        return any(cell in found for content in stay for cell in cell_refs(content))

    # ------------------------------------------------------------------------------------------------ lists that change
    def appending(self: Machine, owner: Ref) -> None:
        """Before items come behind a list: places that are counted from its end are counted from its start."""
        depth = len(owner.steps)

        def counted(place: Any) -> Any:
            if place.cell != owner.cell or depth_of(place) <= depth:
                return place
            (position,) = place.steps[depth].args
            whole = self.along(self.materialise(Ref(place.cell)), place.steps[:depth])
            step = Step(operator.getitem, (self.from_start(whole, position),))
            return replace(place, steps=(*place.steps[:depth], step, *place.steps[depth + 1 :]), layout=None)

        self.change_places(counted)

    def from_start(self: Machine, whole: ir.Atom, position: ir.Atom) -> ir.Atom:
        """An index of a list that means the same when the list is longer."""
        if isinstance(position, ir.Const):
            if position.value >= 0:
                return position
            return self.builder.apply(operator.add, self.builder.apply(len, whole), position)
        return self.builder.apply(containers.position, whole, position)

    def rearranging(self: Machine, owner: Ref, index: ir.Atom | None = None) -> Value | None:
        """Before items of a list go or move: the item at `index`, if names hold that one only, which they have alone then.

        Where a name may hold any of the items, the list is `kept` from here on.
        """
        found = (place for value in self.state.values.values() for place in places(value))
        held = {place for place in found if place.cell == owner.cell and depth_of(place) > len(owner.steps)}
        if index is not None:
            start = (*owner.steps, Step(operator.getitem, (index,)))
            held = {place for place in held if not apart(place.steps, start)}
            if held and not self.is_kept(owner) and all(place.steps[: len(start)] == start for place in held):
                return self.taken_out(owner, index)
        if held:
            self.keep(owner.cell)
            self.change_places(lambda place: self.unplaced(place) if place.cell == owner.cell else place)
        return None

    def is_kept(self: Machine, ref: Ref) -> bool:
        cell = self.cell(ref)
        return bool(cell.frozen) or (isinstance(cell, DynamicCell) and bool(cell.kept))

    def taken_out(self: Machine, owner: Ref, index: ir.Atom) -> Value:
        """An item that leaves its list, with memory of its own; names that held it hold this."""
        atom = self.loaded(self.materialise(owner), index)
        if self.is_kept(owner):
            return self.frozen_arrays(self.project(atom, KEPT), KEPT)
        found: dict[tuple[Step, ...], int] = {}
        item = self.own_item(atom, (*owner.steps, Step(operator.getitem, (index,))), found)

        def moved(place: Any) -> Any:
            start = next((start for start in found if place.steps[: len(start)] == start), None)
            if place.cell != owner.cell or start is None:
                return place
            rest = place.steps[len(start) :]
            if isinstance(place, Ref):
                return Ref(found[start], rest)
            return Array(found[start], rest, place.seen, place.depth - len(start))

        self.change_places(moved)
        return item

    def own_item(self: Machine, atom: ir.Atom, steps: tuple[Step, ...], found: dict[tuple[Step, ...], int]) -> Value:
        """Something that was in a list, in cells of its own."""
        fact = self.builder.type_of(atom)
        if isinstance(fact, facts.Record) and issubclass(fact.kind, tuple):
            parts = [self.builder.apply(operator.getitem, atom, ir.Const(k)) for k in range(len(fact.items))]
            inner = [(*steps, Step(operator.getitem, (ir.Const(k),))) for k in range(len(parts))]
            items = tuple(self.own_item(part, place, found) for part, place in zip(parts, inner, strict=True))
            return Seq(fact.kind, items, fact.keys)
        array = isinstance(fact, facts.Num) and bool(fact.ndim) and self.mutable(fact)
        if not array and not isinstance(fact, facts.Listing):
            return self.frozen_arrays(self.project(atom, KEPT), KEPT)
        own = self.boxed(atom) if array else self.allocate(DynamicCell(atom))
        found[steps] = own.cell
        return own

    def keep(self: Machine, number: int, reason: str = KEPT) -> None:
        """From here on, what is in a list must not be changed in place."""
        cell = self.state.heap.get(number)
        if isinstance(cell, DynamicCell) and not cell.kept:
            self.state.heap[number] = replace(cell, kept=reason)
        elif isinstance(cell, (ListCell, DictCell, Instance)):
            self.keep_items(cell)

    def keep_items(self: Machine, cell: Any) -> None:
        for item in cell.items:
            for inner in self.reachable(item):
                self.freeze_any(inner)

    def freeze_any(self: Machine, number: int, reason: str = KEPT) -> None:
        """From here on, an array or a container must not be changed in place, nor what is in it, nor what may be the same array."""
        cell = self.state.heap.get(number)
        for twin in twins_of((number,), self.state.heap):
            held = self.state.heap.get(twin)
            if isinstance(held, ArrayCell) and not held.frozen:
                self.state.heap[twin] = replace(held, frozen=reason)
        if isinstance(cell, (ArrayCell, ListCell, DynamicCell, DictCell, Instance)) and not cell.frozen:
            cell = replace(cell, frozen=reason)
        if isinstance(cell, DynamicCell) and not cell.kept:
            cell = replace(cell, kept=reason)
        if cell is not None:
            self.state.heap[number] = cell

    # ------------------------------------------------------------------------------------------------- who holds places
    def change_places(self: Machine, change: Callable[[Any], Any]) -> None:
        """Change the places and the cells that variables hold."""
        for key, value in self.state.values.items():
            if next(refs(value), None) is not None:
                self.state.values[key] = mapped(value, change)

    def unplaced(self: Machine, value: Value) -> Value:
        """A value without places in lists: what is there now, which must not be changed from here on."""
        if isinstance(value, Seq):
            return replace(value, items=tuple(self.unplaced(item) for item in value.items))
        if isinstance(value, Either) and next(places(value), None) is not None:
            return self.chosen(value)
        return mapped(value, self.as_it_is)

    def chosen(self: Machine, value: Either) -> Value:
        """One of two, of which one has a place in a list: that may be there on its own path only."""
        atom = self.materialise(value)
        for held in references(value):
            self.keep(held.cell) if is_place(held) else self.freeze_any(held.cell)
        return self.boxed(atom, KEPT)

    def as_it_is(self: Machine, value: Any) -> Value:
        if not depth_of(value):
            return value  # type: ignore[no-any-return]
        atom = self.materialise(value)
        self.keep(value.cell)
        return self.allocate(DynamicCell(atom, MOVED, MOVED)) if isinstance(value, Ref) else self.boxed(atom, KEPT)

    def into(self: Machine, value: Value) -> Value:
        """A value as a container of known structure holds it."""
        if isinstance(value, Lazy) and value.kind in ("held", *ONCE):
            raise self.refuse("an iterator is kept in a container", "make it a list: list(...)")
        return self.hold(self.unplaced(value) if next(places(value), None) is not None else value)


def _is_plain(target: sx.Subscript) -> bool:
    """Whether the index of a target is made of names and numbers only, so that it may be read before the target is set."""
    pending = [target.index]
    while pending:
        node = pending.pop()
        if isinstance(node, sx.Operation):
            pending.extend(node.operands)
        elif not isinstance(node, (sx.Name, sx.Literal)):
            return False
    return True
