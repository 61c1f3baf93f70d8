"""Items of a list that can be changed in place, where it is known at run time only which item it is: places in the list.

    rows.append(row)                rows = append(rows, row)
    row[j] = v               =>     rows = set_item(rows, i, index_set(rows[i], j, v))      with i = len(rows) before

What a list is given belongs to it from then on: a name that holds it too is a place in the list, so that all who hold it see
a change.  Where that cannot be, for what is held twice, the list is `kept`: what is in it must not be changed any more.

In: a list, an index, a value.  Out: places; lists with new content.
"""

from __future__ import annotations

import operator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from s2s import facts, ir
from s2s.specialise.given import Given
from s2s.specialise.memories import KEPT
from s2s.specialise.values import (
    Array,
    ArrayCell,
    DynamicCell,
    ListCell,
    Ref,
    Seq,
    Step,
    Value,
)
from s2s_runtime import containers

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

class Items(Given):
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
    def item_at(self: Machine, ref: Ref, index: Value) -> Value | None:
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
        layout = ref.layout if ref.layout is not None else self.arrangement_of(ref.cell)
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

    def arrangement_of(self: Machine, number: int) -> int:
        """A number that tells whether items of a list have come, gone or moved."""
        cell = self.cell(Ref(number))
        assert isinstance(cell, (ListCell, DynamicCell))
        return cell.layout

    def check_current(self: Machine, value: Ref | Array) -> None:
        """Refuse a place that was found before its list changed, within one statement."""
        if value.layout is not None and value.layout != self.arrangement_of(value.cell):
            raise self.refuse("an item of a list is used that was found before the list changed", "index the list again")

    def cell_inside(self: Machine, ref: Ref, whole: Any) -> DynamicCell:
        """The content of a list that is an item of another one."""
        self.check_current(ref)
        kept = whole.kept if isinstance(whole, DynamicCell) else ""
        return DynamicCell(self.along(self.materialise(Ref(ref.cell)), ref.steps), whole.frozen, kept, layout=whole.layout)

    # ----------------------------------------------------------------------------------------------------- changing
    def put_cell(self: Machine, ref: Ref, content: Any) -> None:
        """Another content for a container, wherever it is."""
        if not ref.steps:
            kind = getattr(self.cell(ref), "kind", None)  # a deque stays one
            self.state.heap[ref.cell] = replace(content, kind=kind) if isinstance(content, (ListCell, DynamicCell)) else content
            return
        assert isinstance(content, DynamicCell)
        self.put_at(ref, content.atom)
        whole = self.state.heap[ref.cell]
        self.state.heap[ref.cell] = replace(whole, kept=whole.kept or content.kept, layout=content.layout)

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
        layout = self.arrangement_of(place.cell)
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
        kept = "" if self.owns(ref) else KEPT
        if kept:
            self.keep_items(cell)
        return DynamicCell(self.materialise(ref), cell.frozen, kept, cell.kind)

    def owns(self: Machine, value: Value) -> bool:
        """Whether a list holds what nobody else does; a value that is no list holds nothing."""
        cell = self.cell(value) if isinstance(value, Ref) and not value.steps else None
        if isinstance(cell, ListCell):
            return all(self.owned(item) for item in cell.items)
        return not (isinstance(cell, DynamicCell) and cell.kept)

    def owned(self: Machine, value: Value) -> bool:
        """Whether an item of a list is held by nobody else, nor twice by the list."""
        match value:
            case ir.Const() | ir.Var() | ir.Pack():
                return not self.mutable(self.builder.type_of(value))
            case Seq():
                return issubclass(value.kind, tuple) and all(self.owned(item) for item in value.items)
            case Array() | Ref():
                cell = self.state.heap.get(value.cell)
                if value.steps or cell is None or not self.alone(value, cell) or self.state.holders(value.cell) > 1:
                    return False
                items = cell.items if isinstance(cell, ListCell) else ()
                return all(self.owned(item) for item in items)
        return False

    def alone(self: Machine, value: Ref | Array, cell: Any) -> bool:
        """Whether a cell stands for memory that only its holders see."""
        if cell.frozen or value.cell in self.input_cells or any(one.cell == value.cell for one in self.iterated):
            return False
        if isinstance(cell, ArrayCell):
            return isinstance(value, Array) and not cell.twins and value.seen is None
        return isinstance(cell, ListCell) or (isinstance(cell, DynamicCell) and not cell.kept)

    def taken_whole(self: Machine, value: Value) -> ir.Atom:
        """A value as an atom: what a container holds must not change from here on, the container itself may."""
        if not isinstance(value, Ref) or value.steps:
            return self.snapshot(value)
        self.keep(value.cell)
        return self.materialise(value)
