"""Items of a list that can be changed in place, where it is known at run time only which item it is: places in the list.

    rows.append(row)                rows = append(rows, row)
    row[j] = v               =>     rows = set_item(rows, i, index_set(rows[i], j, v))      with i = len(rows) before

What a list is given belongs to it from then on: a name that holds it too is a place in the list, so that all who hold it see
a change.  Where that cannot be, for what is held twice, the list is `kept`: what is in it must not be changed any more.

In: a list, an index, a value.  Out: places; lists with new content.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from s2s import facts, ir
from s2s.specialise.memories import KEPT, MOVED
from s2s.specialise.values import (
    Array,
    ArrayCell,
    Bound,
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
    refs,
)
from s2s_runtime import containers

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

Paths = dict[int, tuple[Step, ...]]


class Places:
    """What the Machine knows of items of lists."""

    def mutable(self: Machine, fact: facts.Type | None) -> bool:
        """Whether something of a type can be changed in place, by a program of this kind."""
        match fact:
            case facts.Num():
                return self.stores and (fact.shape != () or fact.boxed)
            case facts.Record():
                return not issubclass(fact.kind, tuple) or any(self.mutable(item) for item in fact.items)
            case facts.Opaque() | facts.Nothing():
                return False
        return True

    # ----------------------------------------------------------------------------------------------------- reading
    def placed(self: Machine, ref: Ref, index: Value) -> Value | None:
        """The item at an index, if it can be changed there in place."""
        cell = self.cell(ref)
        if cell.frozen or not isinstance(cell, (ListCell, DynamicCell)) or (isinstance(cell, DynamicCell) and cell.kept):
            return None
        position = self.materialise(index)
        whole = self.materialise(ref)
        if self.kind_of_part(position) != "integer" or not isinstance(self.builder.type_of(whole), facts.Listing):
            return None
        item = self.loaded(whole, position)
        if not self.mutable(self.builder.type_of(item)):
            return None
        return self.place(ref, Step(operator.getitem, (position,)), item)

    def place(self: Machine, ref: Ref, step: Step, atom: ir.Atom) -> Value | None:
        """The place that a step leads to, where this atom is now; None for what is no array, list or tuple of them."""
        fact, steps = self.builder.type_of(atom), (*ref.steps, step)
        layout = ref.layout if ref.layout is not None else self.layout_of(ref.cell)
        match fact:
            case facts.Num() if fact.ndim == 0 or not self.mutable(fact):
                return self.frozen_arrays(atom, KEPT)  # a number; if it is an array without axes, it must not change
            case facts.Num():
                return None if fact.ndim is None else Array(ref.cell, steps, depth=len(steps), layout=layout)
            case facts.Listing():
                return Ref(ref.cell, steps, layout)
            case facts.Record() if issubclass(fact.kind, tuple):
                inner = Ref(ref.cell, steps, layout)
                parts = [self.part(inner, atom, k) for k in range(len(fact.items))]
                return None if any(part is None for part in parts) else Seq(fact.kind, tuple(parts), fact.keys)  # type: ignore[arg-type]
        return None

    def part(self: Machine, ref: Ref, whole: ir.Atom, k: int) -> Value | None:
        """One item of a tuple that is in a list."""
        item = self.builder.apply(operator.getitem, whole, ir.Const(k))
        return self.place(ref, Step(operator.getitem, (ir.Const(k),)), item)

    def layout_of(self: Machine, number: int) -> int:
        """A number that tells whether items of a list have come, gone or moved."""
        cell = self.cell(Ref(number))
        assert isinstance(cell, (ListCell, DynamicCell))
        return cell.layout

    def check_current(self: Machine, value: Ref | Array) -> None:
        """Refuse a place that was found before its list changed, within one statement."""
        if value.layout is not None and value.layout != self.layout_of(value.cell):
            raise self.refuse("an item of a list is used that was found before the list changed", "index the list again")

    # ----------------------------------------------------------------------------------------------------- changing
    def put_at(self: Machine, place: Ref | Array, new: ir.Atom) -> None:
        """Another atom at the place in a list that some steps lead to."""
        steps = place.steps[: place.depth] if isinstance(place, Array) else place.steps
        cell = self.own_list(place)
        whole = self.with_item(cell.atom, steps, new)
        self.builder.suggest(whole, self.builder.hint(cell.atom))
        self.state.heap[place.cell] = replace(cell, atom=whole)

    def with_item(self: Machine, whole: ir.Atom, steps: tuple[Step, ...], new: ir.Atom) -> ir.Atom:
        """A list with a new item where steps lead to."""
        if not steps:
            return new
        (position,), fact = steps[0].args, self.builder.type_of(whole)
        inner = self.builder.apply(operator.getitem, whole, position) if len(steps) > 1 else new
        item = self.with_item(inner, steps[1:], new)
        if isinstance(fact, facts.Record):
            parts = [self.builder.apply(operator.getitem, whole, ir.Const(k)) for k in range(len(fact.items))]
            parts[position.value] = item  # type: ignore[union-attr]
            return ir.Pack(fact.kind, tuple(parts), fact.keys)
        return self.builder.apply(containers.set_item, whole, position, item)

    def own_list(self: Machine, place: Ref | Array) -> DynamicCell:
        """The list that a place is in, as one atom; refused where what is in it must not change."""
        self.check_current(place)
        cell = self.cell(Ref(place.cell))
        if cell.frozen:
            raise self.refuse(cell.frozen, "make a new one instead of changing it")
        layout = self.layout_of(place.cell)
        whole = replace(self.whole(Ref(place.cell)), layout=layout)
        if whole.kept:
            raise self.refuse(whole.kept, "change a copy, or make each one in the call that appends it")
        return whole

    def whole(self: Machine, ref: Ref) -> DynamicCell:
        """A list as one atom, which owns what is in it if nobody else holds that."""
        cell = self.cell(ref)
        if isinstance(cell, DynamicCell):
            return cell
        assert isinstance(cell, ListCell)
        kept = "" if all(self.owned(item, {}) for item in cell.items) else KEPT
        if kept:
            self.keep_items(cell)
        return DynamicCell(self.materialise(ref), cell.frozen, kept)

    def owned(self: Machine, value: Value, found: Paths) -> bool:
        """Whether an item of a list is held by nobody else, nor twice by the list."""
        match value:
            case ir.Const() | ir.Var() | ir.Pack():
                return not self.mutable(self.builder.type_of(value))
            case Seq():
                return issubclass(value.kind, tuple) and all(self.owned(item, found) for item in value.items)
            case Array() | Ref():
                cell = self.state.heap.get(value.cell)
                if value.steps or cell is None or not self.alone(value, cell) or self.state.holders(value.cell) > 1:
                    return False
                items = cell.items if isinstance(cell, ListCell) else ()
                return all(self.owned(item, found) for item in items)
        return False

    def alone(self: Machine, value: Ref | Array, cell: Any) -> bool:
        """Whether a cell stands for memory that only its holders see."""
        if cell.frozen or value.cell in self.input_cells or any(one.cell == value.cell for one in self.iterated):
            return False
        if isinstance(cell, ArrayCell):
            return isinstance(value, Array) and not cell.twins and value.seen is None
        return isinstance(cell, ListCell) or (isinstance(cell, DynamicCell) and not cell.kept)

    # ------------------------------------------------------------------------------------- what a list is given to keep
    def moved_in(self: Machine, owner: Ref, index: ir.Atom, value: Value) -> ir.Atom:
        """A value as the item that a list has at an index: names that hold it are places in the list from here on."""
        steps = (*owner.steps, Step(operator.getitem, (index,)))
        found: Paths = {}
        cell = self.cell(owner)
        if cell.kept or not self.movable(value, steps, found) or self.held_in_containers(found):
            atom = self.snapshot(value)
            if self.mutable(self.builder.type_of(atom)):
                self.keep(owner.cell)
            return atom
        atom = self.materialise(value)
        for number in found:
            del self.state.heap[number]
        self.change_places(lambda place: _at(place, found, owner.cell))
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
            if place.cell != owner.cell or _depth(place) <= depth:
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
        held = {place for place in found if place.cell == owner.cell and _depth(place) > len(owner.steps)}
        if index is not None:
            start = (*owner.steps, Step(operator.getitem, (index,)))
            held = {place for place in held if not _apart(place.steps, start)}
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
        if not self.mutable(fact) or (isinstance(fact, facts.Num) and fact.ndim == 0):
            return self.frozen_arrays(self.project(atom), KEPT)
        own = self.allocate(DynamicCell(atom)) if isinstance(fact, facts.Listing) else self.boxed(atom)
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
        """From here on, an array or a container must not be changed in place, nor what is in it."""
        cell = self.state.heap.get(number)
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
        return mapped(value, self.as_it_is)

    def as_it_is(self: Machine, value: Any) -> Value:
        if not _depth(value):
            return value  # type: ignore[no-any-return]
        atom = self.materialise(value)
        self.keep(value.cell)
        return self.allocate(DynamicCell(atom, MOVED, MOVED)) if isinstance(value, Ref) else self.boxed(atom, KEPT)

    def into(self: Machine, value: Value) -> Value:
        """A value as a container of known structure holds it."""
        return self.hold(self.unplaced(value) if next(places(value), None) is not None else value)


def references(value: Value) -> Iterator[Any]:
    """The arrays and containers that a value holds."""
    found: list[Any] = []
    def noted(part: Any) -> Any:
        found.append(part)
        return part

    mapped(value, noted)
    yield from found


def places(value: Value) -> Iterator[Any]:
    """The places in lists that a value holds."""
    return filter(is_place, references(value))


def mapped(value: Value, change: Callable[[Any], Any]) -> Value:
    """A value with the references in it changed."""
    match value:
        case Ref() | Array():
            return change(value)  # type: ignore[no-any-return]
        case Seq():
            return replace(value, items=tuple(mapped(item, change) for item in value.items))
        case Bound():
            kwargs = tuple((key, mapped(item, change)) for key, item in value.kwargs)
            return Bound(mapped(value.function, change), tuple(mapped(item, change) for item in value.args), kwargs)
        case Lazy():
            return replace(value, parts=tuple(mapped(item, change) for item in value.parts))
        case Either():
            return replace(value, then=mapped(value.then, change), other=mapped(value.other, change))
    return value


def _apart(steps: tuple[Step, ...], others: tuple[Step, ...]) -> bool:
    """Whether two places are surely not one in the other: somewhere on the way, their positions are other constants."""
    for one, other in zip(steps, others, strict=False):
        if one == other:
            continue
        a, b = one.args[0], other.args[0]
        return isinstance(a, ir.Const) and isinstance(b, ir.Const) and min(a.value, b.value) >= 0
    return False


def is_place(value: Ref | Array) -> bool:
    """Whether something is an item of a list, or a view of one."""
    return bool(_depth(value))


def _depth(value: Ref | Array) -> int:
    """How many steps lead into containers."""
    return value.depth if isinstance(value, Array) else len(value.steps)


def _at(value: Any, moved: Paths, owner: int) -> Any:
    """A reference to what went into a list, as a place in it."""
    steps = moved.get(value.cell)
    if steps is None:
        return value
    if isinstance(value, Ref):
        return Ref(owner, (*steps, *value.steps))
    return Array(owner, (*steps, *value.steps), value.seen, len(steps))
