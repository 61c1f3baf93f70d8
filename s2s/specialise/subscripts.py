"""Subscripts on abstract values: of tuples, lists, dicts, objects and arrays.

In: a value and an index.  Out: the item, the copy or the view.
"""

from __future__ import annotations

import operator
from dataclasses import is_dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s import syntax as sx
from s2s.primitives import contains
from s2s.specialise.memories import ITEMS_HINT, KEPT
from s2s.specialise.outside import JOINERS
from s2s.specialise.raising import Raised
from s2s.specialise.scope import MISSING
from s2s.specialise.values import (
    Array,
    Choice,
    DictCell,
    DynamicCell,
    Either,
    Instance,
    Lazy,
    ListCell,
    Ref,
    Seq,
    Value,
)
from s2s_runtime import containers

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

FEW = 8
"""Among how many arrays of a list one is chosen by tests."""


class Subscripts:
    """What the Machine knows of subscripts."""

    def expr_Slice(self: Machine, node: sx.Slice) -> Value:
        bounds = [
            self.expr(part) if part is not None else ir.Const(None) for part in (node.start, node.stop, node.step)
        ]
        return self.slice_of(bounds)

    def slice_of(self: Machine, bounds: list[Value]) -> Value:
        """`slice(start, stop, step)`."""
        if all(isinstance(bound, ir.Const) for bound in bounds):
            return ir.Const(slice(*(bound.value for bound in bounds)))  # type: ignore[union-attr]
        return ir.Pack(slice, tuple(self.materialise(bound) for bound in bounds))

    def expr_Subscript(self: Machine, node: sx.Subscript) -> Value:
        return self.subscript(self.expr(node.value), self.expr(node.index))

    def subscript(self: Machine, value: Value, index: Value) -> Value:
        """`value[index]`."""
        known = index.value if isinstance(index, ir.Const) else MISSING
        match value:
            case Seq() if isinstance(known, (int, slice)):
                return self.static_item(list(value.items), known, tuple)
            case Seq() if self.are_arrays(value.items) and not value.keys:
                return self.chosen_item(value.items, index)
            case Ref():
                return self.subscript_cell(value, index, known)
            case Array():
                return self.subscript_array(value, index)
            case Lazy():
                return self.subscript(self.listed(value), index)
            case ir.Const() if type(value.value) in JOINERS:
                return self.call(ir.Const(type(value.value).__getitem__), [value, index], {})
            case Choice():
                return self.subscript(self.either_of(value), index)
            case Either():
                return self.branch(
                    value.test, lambda: self.subscript(value.then, index), lambda: self.subscript(value.other, index)
                )
        cls = self.user_class(value)
        own = self.of_class(cls, "__getitem__") if cls is not None else None
        if hasattr(own, "__code__"):
            return self.call(ir.Const(own), [value, index], {})
        return self.load_item(value, index)

    def is_text(self: Machine, key: Value) -> bool:
        """Whether a key is a string that is known at run time only."""
        fact = self.builder.type_of(key) if isinstance(key, ir.Var) else None
        return isinstance(fact, facts.Opaque) and fact.cls is str

    def choose_item(self: Machine, cell: DictCell, key: Value) -> Value:
        """An item by a key that is computed: one of those that there are."""
        if not cell.keys:
            raise self.refuse(
                "a key that is computed at run time, of a dict without keys", "use keys that are constants, or a list"
            )
        if not cell.keys:
            raise self.refuse("a key that is computed at run time", "use keys that are constants, or a list")
        self.builder.effect(
            containers.check,
            self.materialise(self.apply(contains, key, ir.Const(tuple(cell.keys)))),
            ir.Const("no such key"),
        )

        def pick(position: int) -> Value:
            if position == len(cell.keys) - 1:
                return cell.items[position]
            test = self.materialise(self.apply(operator.eq, key, ir.Const(cell.keys[position])))
            return self.branch(test, lambda: cell.items[position], lambda: pick(position + 1))

        return pick(0)

    def load_item(self: Machine, value: Value, index: Value) -> Value:
        if isinstance(value, Array):
            return self.subscript_array(value, index)
        loaded = self.loaded(self.materialise(value), self.index_atom(index))
        held = not isinstance(self.builder.type_of(self.materialise(value)), facts.Num)
        loaded = self.project(loaded, frozen=KEPT)
        return self.frozen_arrays(loaded, KEPT) if held else loaded

    def index_atom(self: Machine, index: Value) -> ir.Atom:
        """An index as one atom; NumPy takes a range in it for an array of its numbers."""
        if isinstance(index, Lazy) and index.kind == "range":
            start, stop, step = (self.materialise(part) for part in index.parts[:3])
            ends = (stop,) if (start, step) == (ir.Const(0), ir.Const(1)) else (start, stop, step)
            return self.builder.apply(np.arange, *ends)
        if isinstance(index, Seq) and index.kind is tuple:
            return self.materialise(replace(index, items=tuple(self.index_atom(item) for item in index.items)))
        return self.materialise(index)

    def loaded(self: Machine, whole: ir.Atom, index: ir.Atom) -> ir.Atom:
        """`whole[index]`: of a list of numbers surely a number, and no array without axes."""
        item, fact = self.builder.apply(operator.getitem, whole, index), self.builder.type_of(whole)
        numbers = isinstance(fact, facts.Listing) and isinstance(fact.item, facts.Num) and not fact.item.boxed
        mine = self.builder.type_of(item)
        if numbers and isinstance(item, ir.Var) and isinstance(mine, facts.Num) and mine.boxed:
            self.builder.types[item.name] = replace(mine, boxed=False)
        return item

    def are_arrays(self: Machine, items: tuple[Value, ...]) -> bool:
        """Whether a list or a tuple holds some arrays, and nothing else."""
        return 1 < len(items) <= FEW and all(isinstance(item, Array) for item in items)

    def chosen_item(self: Machine, items: tuple[Value, ...], index: Value) -> Value:
        """The array at a place that is known at run time only."""
        places = self.builder.apply(range, ir.Const(len(items)))
        place = self.builder.apply(operator.getitem, places, self.materialise(index))
        if isinstance(place, ir.Var):
            self.builder.types[place.name] = facts.INT
        return Choice(place, tuple(item for item in items if isinstance(item, Array)))

    def static_item(self: Machine, items: list[Value], index: int | slice, kind: type) -> Value:
        if isinstance(index, slice):
            chosen = tuple(items[index])
            return Seq(tuple, chosen) if kind is tuple else self.allocate(ListCell(chosen))
        if not -len(items) <= index < len(items):
            raise self.refuse(f"index {index} is out of range: there are {len(items)} items", "check the index")
        return items[index]

    def subscript_cell(self: Machine, ref: Ref, index: Value, known: Any) -> Value:
        cell = self.cell(ref)
        match cell:
            case ListCell() if isinstance(known, (int, slice)):
                if isinstance(known, int) and not -len(cell.items) <= known < len(cell.items):
                    self.lengthen(ref)
                return self.static_item(list(cell.items), known, list)
            case ListCell() if self.are_objects(cell.items):
                return self.object_at(cell.items, index)
            case ListCell() if self.are_arrays(cell.items):
                return self.chosen_item(cell.items, index)
            case DictCell():
                if self.is_text(index):
                    return self.choose_item(cell, index)
                key = self.key(index)
                found = cell.get(key)
                if found is None and cell.factory is not None:
                    self.put_item(ref, ir.Const(key), self.call(cell.factory, [], {}))
                    return self.subscript_cell(ref, index, known)
                if found is None and self.tries:
                    raise Raised(KeyError, key)
                if found is None:
                    raise self.refuse(f"there is no key {key!r}; there are {list(cell.keys)}", "check the key")
                return found
            case Instance():
                return self.call(ir.Const(self.item_method(cell.cls, "__getitem__")), [ref, index], {})
        return self.item_at(ref, index) or self.load_part(ref, cell, index)

    def load_part(self: Machine, ref: Ref, cell: Any, index: Value) -> Value:
        """An item of a list that is not changed there; a slice is a new list that holds the same items."""
        loaded = self.load_item(ref, index)
        if isinstance(loaded, Ref) and self.kind_of_part(self.materialise(index)) == "slice":
            return self.same_items(ref, self.materialise(loaded))
        if isinstance(cell, (ListCell, DynamicCell)) and self.mutable(self.builder.type_of(self.materialise(loaded))):
            self.keep(ref.cell)  # who holds this would not see a change
        return loaded

    def same_items(self: Machine, ref: Ref, atom: ir.Atom) -> Ref:
        """A new list of items that another list holds, too."""
        fact = self.builder.type_of(atom)
        shared = self.mutable(fact.item if isinstance(fact, facts.Listing) else None)
        if shared:
            self.keep(ref.cell)
        return self.allocate(DynamicCell(atom, kept=KEPT if shared else ""))

    def item_method(self: Machine, cls: type, name: str) -> Any:
        """The method of a class that reads or stores an item, if it has a text."""
        method = self.of_class(cls, name)
        if method is None:
            raise self.refuse(f"{cls.__name__} cannot be indexed", "read an attribute, or give the class __getitem__")
        if not hasattr(method, "__code__"):
            raise self.refuse(f"{cls.__name__} holds its items in a way that is not known here", ITEMS_HINT)
        return method

    def are_objects(self: Machine, items: tuple[Value, ...]) -> bool:
        """Whether all items are objects with the same attributes."""
        cells: list[Any] = [self.cell(item) for item in items if isinstance(item, Ref)]
        return len(cells) == len(items) > 0 and all(
            isinstance(cell, Instance) and (cell.cls, cell.keys) == (cells[0].cls, cells[0].keys)  # type: ignore[union-attr]
            for cell in cells
        )

    def object_at(self: Machine, items: tuple[Value, ...], index: Value) -> Value:
        """One of several objects, by an index that is not known: attribute by attribute, `[a.m, b.m][i]` for `[a, b][i].m`.

        It is the object as it is now, so the objects must not change from here on.
        """
        cells: list[Any] = [replace(self.cell(item), frozen=INSIDE) for item in items]  # type: ignore[arg-type, call-arg]
        for item, cell in zip(items, cells, strict=True):
            self.state.heap[item.cell] = cell  # type: ignore[union-attr]
        fields = [self.allocate(ListCell(values)) for values in zip(*(cell.items for cell in cells), strict=True)]
        chosen = tuple(self.subscript(field, index) for field in fields)
        return self.allocate(Instance(cells[0].cls, cells[0].keys, chosen, frozen=INSIDE))

    def project(self: Machine, value: Value, frozen: str = "") -> Value:
        """A loaded list becomes a container of its own, so that a slice of a list can be changed; an object, one by its fields."""
        fact = self.builder.type_of(value) if isinstance(value, ir.Var) else None
        if isinstance(fact, facts.Listing):
            return self.allocate(DynamicCell(value, frozen))
        if isinstance(fact, facts.Record) and fact.kind is not dict and isinstance(value, ir.Var):
            if not issubclass(fact.kind, (tuple, list)):
                self.check_fields(fact, "kept in a list of any length")
                parts = [self.builder.apply(getattr, value, ir.Const(key)) for key in fact.keys]
                fields = tuple(self.project(part, frozen) for part in parts)
                return self.allocate(Instance(fact.kind, fact.keys, fields, frozen=INSIDE))
            parts = [self.builder.apply(operator.getitem, value, ir.Const(k)) for k in range(len(fact.items))]
            return Seq(fact.kind, tuple(self.project(part, frozen) for part in parts), fact.keys)
        return value

    def check_fields(self: Machine, fact: facts.Type | None, what: str) -> None:
        """Refuse an object as one value if its class does not say which fields it has: it has no cotangent."""
        plain = isinstance(fact, facts.Record) and not issubclass(fact.kind, (tuple, list, dict)) and not is_dataclass(fact.kind)
        if plain:
            raise self.refuse(f"an object of {fact.kind.__name__} is {what}", PLAIN_HINT)  # type: ignore[union-attr]


INSIDE = "an object inside a container is changed"
PLAIN_HINT = "make the class a dataclass, or keep its numbers in lists or arrays"
