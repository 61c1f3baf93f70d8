"""Arrays that a program stores into: whose memory they are, what a view is a view of, and what a store changes.

In: an abstract array, an index, a value.  Out: the array's cell with new content; who holds the array, or a view of it, reads
the new content from then on.  The program itself stays functional: a store is `index_set`, which gives a new value.

    row = a[i]                      row = a_1[i]
    row[j] = v             =>       a_2 = index_set(a_1, (i, j), v)
    s = a[0, 0] + row[0]            s = a_2[0, 0] + a_2[i][0]
"""

from __future__ import annotations

import operator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.infer import ELEMENTWISE, is_library, shares_memory
from s2s.primitives import EFFECTS, VIEWS
from s2s.specialise.layouts import Layouts, order_given
from s2s.specialise.memories import (
    ALWAYS_VIEWS,
    CHANGE_LISTS,
    DOUBTFUL,
    DOUBTFUL_HINT,
    PARTS,
    RESHAPED,
    SAME_OBJECT,
    kind_of_constant,
    out_position,
)
from s2s.specialise.references import is_place, mapped
from s2s.specialise.stores import Stores
from s2s.specialise.structures import LOST, flatten, rebuild
from s2s.specialise.values import (
    Array,
    ArrayCell,
    Cell,
    Choice,
    DictCell,
    DynamicCell,
    Either,
    Instance,
    Lazy,
    ListCell,
    Ref,
    Seq,
    State,
    Step,
    Value,
    cell_refs,
    refs,
)
from s2s.specialise.viewing import Viewing
from s2s_runtime.checks import check_own_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from s2s.specialise.machine import Machine


CHANGES = ("numpy", "scipy", "operator", "_operator", "random", "bisect", "_bisect")
"""Modules of which a function that is called for nothing but its effect may change its argument."""

CHANGING = ("heapq", "_heapq")
"""Modules whose functions change the list that they are given."""


class Arrays(Stores, Layouts, Viewing):
    """What the Machine knows of arrays that are changed in place."""

    # ------------------------------------------------------------------------------------------------ who holds what
    def hold(self: Machine, value: Value) -> Value:
        """A value as a variable or a container holds it: an array gets a cell, so that all who hold it see a store."""
        if isinstance(value, (Array, Ref, Seq)):
            return mapped(value, self.settled_place)
        if isinstance(value, Lazy):
            return self.held_iterator(value)
        if not self.stores or (self.frames and not self.frames[-1].changes_arrays) or not isinstance(value, ir.Var):
            return value
        return self.boxed(value) if self.may_be_array(value) else value

    def settled_place(self: Machine, value: Any) -> Any:
        """A place in a list as a variable holds it: it is told when the list changes."""
        if value.layout is None:
            return value
        self.check_current(value)
        return replace(value, layout=None)

    def may_be_array(self: Machine, atom: ir.Atom) -> bool:
        fact = self.builder.type_of(atom)
        if isinstance(atom, ir.Var) and atom.name in self.inputs.examples:
            return False
        return fact is None or (isinstance(fact, facts.Num) and (fact.shape != () or fact.boxed))

    def boxed(self: Machine, atom: ir.Atom, frozen: str = "") -> Array:
        known = None if self.builder.definition(atom) is None else self.is_contiguous(atom)
        return Array(self.allocate(ArrayCell(atom, known, frozen)).cell)

    def given_arrays(self: Machine, value: Value, before: set[int], frozen: str = "") -> Value:
        """An input whose arrays have cells; which cells those are is remembered, since two may share memory."""
        if not self.stores:
            return value
        value = self.hold_leaves(value, frozen)
        for cell in self.state.heap.keys() - before:
            content = self.state.heap[cell]
            if isinstance(content, (ArrayCell, DynamicCell)) and isinstance(content.atom, ir.Var):
                self.input_cells[cell] = content.atom.name
        return value

    def hold_leaves(self: Machine, value: Value, frozen: str) -> Value:
        """A tree whose arrays have cells."""
        if isinstance(value, Seq):
            return replace(value, items=tuple(self.hold_leaves(item, frozen) for item in value.items))
        if isinstance(value, Ref):
            cell = self.cell(value)
            if isinstance(cell, (ListCell, DictCell, Instance)):
                items = tuple(self.hold_leaves(item, frozen) for item in cell.items)
                self.state.heap[value.cell] = replace(cell, items=items)
            return value
        return self.frozen_arrays(value, frozen)

    def frozen_arrays(self: Machine, value: Value, reason: str) -> Value:
        """What was loaded from a container that the program cannot change: an array in it is not changed either."""
        if isinstance(value, Seq):
            return replace(value, items=tuple(self.frozen_arrays(item, reason) for item in value.items))
        if self.stores and isinstance(value, ir.Var) and self.may_be_array(value):
            return self.boxed(value, reason)
        return value

    def freeze_cell(self: Machine, value: Value, reason: str) -> None:
        """From here on, an array must not be changed in place."""
        if isinstance(value, Array):
            cell = self.cell(value)
            if isinstance(cell, ArrayCell) and not cell.frozen:
                self.state.heap[value.cell] = replace(cell, frozen=reason)

    def snapshot(self: Machine, value: Value) -> ir.Atom:
        """A value as an atom that a container keeps: the arrays and containers in it must not change from here on."""
        value = self.unplaced(value)
        for cell in self.reachable(value):
            self.freeze_any(cell)
        return self.materialise(value)

    def reachable(self: Machine, value: Value) -> Iterator[int]:
        """The cells that a value holds, directly or through others."""
        pending, seen = list(refs(value)), set()
        while pending:
            cell = pending.pop()
            if cell not in seen:
                seen.add(cell)
                yield cell
                pending.extend(cell_refs(self.cell(Ref(cell))))

    # ------------------------------------------------------------------------------------------------------ contents
    def plain(self: Machine, value: Value) -> Value:
        """An array as its content now, any other value as it is."""
        if self.is_array_choice(value):
            either = self.either_of(value)
            return self.branch(either.test, lambda: self.plain(either.then), lambda: self.plain(either.other))
        return self.content(value) if isinstance(value, Array) else value

    def is_array_choice(self: Machine, value: Value) -> bool:
        """Whether a value is one array or another, depending on a test."""
        return isinstance(value, Choice) or (
            isinstance(value, Either)
            and all(isinstance(part, Array) or self.is_array_choice(part) for part in (value.then, value.other))
        )

    def either_of(self: Machine, value: Value) -> Either:
        """A choice of arrays as one of two by a test, of which the second may be such a choice again."""
        if isinstance(value, Either):
            return value
        assert isinstance(value, Choice)
        test = self.materialise(self.apply(operator.eq, value.place, ir.Const(0)))
        rest = value.arrays[1:]
        if len(rest) == 1:
            return Either(test, value.arrays[0], rest[0])
        place = self.materialise(self.apply(operator.sub, value.place, ir.Const(1)))
        return Either(test, value.arrays[0], Choice(place, rest))

    def on_choice(self: Machine, value: Value, change: Callable[[Array], None]) -> None:
        """Change the array that a value is: one of two in a branch."""
        if isinstance(value, Array):
            change(value)
            return
        either = self.either_of(value)
        self.conditional(
            either.test, lambda: self.on_choice(either.then, change), lambda: self.on_choice(either.other, change)
        )

    def content(self: Machine, array: Array) -> ir.Atom:
        if array.depth:
            self.check_current(array)
            return self.along(self.materialise(Ref(array.cell)), array.steps)
        cell = self.cell(array)
        assert isinstance(cell, ArrayCell)
        if cell.frozen == LOST:
            raise self.refuse(LOST, "read the name that was used in the loop")
        if array.seen is not None and array.seen != cell.atom:
            raise self.refuse(DOUBTFUL, DOUBTFUL_HINT)
        self.note_content(array.cell, cell)
        return self.along(cell.atom, array.steps)

    def along(self: Machine, atom: ir.Atom, steps: tuple[Step, ...]) -> ir.Atom:
        """The view of an atom that some steps lead to."""
        for step in steps:
            atom = self.builder.apply(step.function, atom, *step.args, **dict(step.kwargs))
        return atom

    def subscript_array(self: Machine, array: Array, index: Value) -> Value:
        """`array[index]`: a number, a copy, or a view."""
        atom, position = self.content(array), self.index_atom(index)
        kind = self.kind_of_index(atom, position)
        if kind in ("number", "copy"):
            return self.load_item(atom, position)
        return self.view(array, operator.getitem, [position], {}, sure=kind == "view")

    def view(
        self: Machine, array: Array, function: Any, args: list[ir.Atom], kwargs: dict[str, ir.Atom], sure: bool = True
    ) -> Value:
        """A view of an array; of one that nobody else holds, an array of its own."""
        if array.cell not in self.input_cells and not self.state.holders(array.cell):
            own = self.apply(function, self.content(array), *args, **kwargs)
            frozen = self.cell(array).frozen
            return self.frozen_arrays(own, frozen) if frozen else own
        step = Step(function, tuple(args), tuple(kwargs.items()))
        seen = array.seen or (None if sure else self.materialise(Ref(array.cell)))
        return replace(array, steps=(*array.steps, step), seen=seen)

    def kind_of_index(self: Machine, atom: ir.Atom, index: ir.Atom) -> str:
        """What an index gives: a number, a view, a copy; or that it is not known which."""
        parts = ir.index_parts(index)
        kinds = [self.kind_of_part(part) for part in parts]
        fact = self.builder.type_of(atom)
        if "copy" in kinds or "text" in kinds:
            return "copy"
        if "unknown" in kinds or not isinstance(fact, facts.Num):
            return "unknown"
        if any(kind in ("slice", "ellipsis", "new") for kind in kinds):
            return "view"
        return "unknown" if fact.ndim is None else "number" if len(kinds) == fact.ndim else "view"

    def kind_of_part(self: Machine, part: ir.Atom) -> str:
        """One part of an index: an integer, a slice, a new axis, an ellipsis; an array of numbers or flags copies."""
        if isinstance(part, ir.Const):
            return kind_of_constant(part.value)
        if isinstance(part, ir.Pack):
            return "slice" if part.kind is slice else "copy"
        fact = self.builder.type_of(part)
        if isinstance(fact, facts.Num) and fact.shape is not None and fact.dtype is not None:
            return "integer" if fact.shape == () and fact.dtype.kind in "iu" else "copy"
        if isinstance(fact, facts.Opaque) and fact.cls is str:
            return "text"
        return "copy" if isinstance(fact, facts.Listing) else "unknown"

    # --------------------------------------------------------------------------------------------------------- views
    def shared_memory(self: Machine, function: Any, args: list[Value], kwargs: dict[str, Value]) -> Value | None:
        """What a library function gives that shares memory with an argument, or writes into one; None for any other."""
        if len(args) > (position := out_position(function)):
            args, kwargs = args[:position], {**kwargs, "out": args[position]}
        if kwargs.get("out", ir.Const(None)) != ir.Const(None):
            return self.written_into(function, args, kwargs)
        self.check_effects(function, args, kwargs)
        if not self.stores:
            return None
        if args and self.is_array_choice(args[0]) and function in VIEWS:
            either = self.either_of(args[0])
            return self.branch(
                either.test,
                lambda: self.primitive(function, [either.then, *args[1:]], kwargs),
                lambda: self.primitive(function, [either.other, *args[1:]], kwargs),
            )
        if args and isinstance(args[0], Array):
            found = self.viewed(function, args, kwargs)
            if found is not None:
                return found
        return self.found_to_share(function, args, kwargs)

    def check_effects(self: Machine, function: Any, args: list[Value], kwargs: dict[str, Value]) -> None:
        """Refuse a function that may change an argument in place: one that says so, or that is called for nothing else."""
        name = getattr(function, "__name__", str(function))
        for key, value in kwargs.items():
            if key.startswith("overwrite") and value != ir.Const(False):
                raise self.refuse(f"{name} may overwrite its argument", f"leave {key} out")
            if key == "copy" and function not in SAME_OBJECT and value != ir.Const(True):
                raise self.refuse(f"{name} may give its argument, or change it in place", f"leave {key} out")
        if function in CHANGE_LISTS:
            raise self.refuse(f"{name} changes a list in place", "use sort(), append() and pop(), or write the loop")
        dropped = self.called_for_effect is not None and self.called_for_effect is self.node
        module = (getattr(function, "__module__", None) or "").partition(".")[0]
        if module in CHANGING and not self.without_arrays(args, kwargs):
            raise self.refuse(f"{name} changes the list that it is given, which is not followed", "sort the list instead")
        if dropped and module in CHANGES and function not in EFFECTS and not self.without_arrays(args, kwargs):
            raise self.refuse(f"what {name} does to its arguments is not known, and nothing else is used of it",
                              "use what it returns, or leave it out")  # fmt: skip

    def without_arrays(self: Machine, args: list[Value], kwargs: dict[str, Value]) -> bool:
        """Whether a function is given nothing that it could change: only constants and numbers."""
        values = [*args, *kwargs.values()]
        return not any(isinstance(value, (Array, Ref)) or self.may_be_array(self.materialise(value)) for value in values)

    def found_to_share(self: Machine, function: Any, args: list[Value], kwargs: dict[str, Value]) -> Value | None:
        """A function that nothing is known of is tried: if it gives memory of an argument, neither may be changed."""
        arrays = [value for value in (*args, *kwargs.values()) if isinstance(value, Array)]
        if not arrays or function in ELEMENTWISE or isinstance(function, np.ufunc):
            return None
        if not is_library(function):
            return self.with_memory_of_its_own(function, args, kwargs, arrays)
        atoms = tuple(self.materialise(arg) for arg in args)
        named = {key: self.materialise(value) for key, value in kwargs.items()}
        if not shares_memory(function, atoms, named, self.builder.type_of):
            return None
        return self.frozen_parts(arrays, function, args, kwargs)

    def with_memory_of_its_own(
        self: Machine, function: Any, args: list[Value], kwargs: dict[str, Value], arrays: list[Array]
    ) -> Value:
        """What a user's function that has a rule gives: it is not read, and not tried, but looked at when it runs."""
        result = self.apply(function, *args, **kwargs)
        name = ir.Const(getattr(function, "__name__", "a function"))
        self.builder.effect(check_own_memory, name, self.materialise(result), *map(self.content, arrays))
        return result

    def viewed(self: Machine, function: Any, args: list[Value], kwargs: dict[str, Value]) -> Value | None:
        """What a function that may share memory gives for an array; None for any other function."""
        array = args[0]
        assert isinstance(array, Array)
        rest = [self.materialise(arg) for arg in args[1:]]
        named = {key: self.materialise(value) for key, value in kwargs.items()}
        own = self.own_view(array, function, rest, named)
        if own is not None:
            return own
        if function in ALWAYS_VIEWS:
            return self.view(array, function, rest, named)
        if function in PARTS:
            return self.real_or_imaginary(array, function)
        order = order_given(rest, named)
        if function in RESHAPED and order in (None, ir.Const("C")) and not set(named) - {"shape", "newshape", "order"}:
            return self.reshaped(array, function, rest, named)
        if function is np.diag and getattr(self.builder.type_of(self.content(array)), "ndim", None) == 1:
            return None  # a new matrix
        if function in VIEWS:
            return self.frozen_parts([array], function, args, kwargs)
        return None

    def real_or_imaginary(self: Machine, array: Array, function: Any) -> Value:
        """The real or imaginary part: a view of a complex array; of a real one the array itself, and zeros."""
        if not facts.surely_real(fact := self.builder.type_of(self.content(array))):
            return self.view(array, function, [], {}, sure=isinstance(fact, facts.Num) and fact.is_complex)
        frozen = "the imaginary part of a real array is changed in place"
        return array if function is np.real else self.frozen_arrays(self.apply(function, self.content(array)), frozen)

    def own_copy(self: Machine, value: Value) -> Value:
        """A value with memory of its own for the arrays and containers in it: what happens to one is not seen in the other."""
        if isinstance(value, Array) and not value.steps:
            return Array(self.allocate(ArrayCell(self.content(value), self.layout(value))).cell)
        value = mapped(value, lambda part: self.own_item(self.materialise(part), (), {}) if is_place(part) else part)
        structure, atoms = flatten(value, {**self.base, **self.state.heap}, by_content=True)
        return rebuild(structure.unmarked(), iter(atoms), self.allocate)

    def check_apart(self: Machine, before: State) -> None:
        """Refuse what has changed since a state: a function that is differentiated inside the program may be called again."""
        held = (self.state.values.get(key, value) == value for key, value in before.values.items())
        cells = (holds_alike(self.state.heap.get(number, cell), cell) for number, cell in before.heap.items())
        if not all(held) or not all(cells):
            raise self.refuse("a function that is differentiated here changes what is outside of it",
                              "give it what it changes as an argument, and return it")  # fmt: skip

    def frozen_parts(
        self: Machine, arrays: list[Array], function: Any, args: list[Value], kwargs: dict[str, Value]
    ) -> Value:
        """A function that gives views in a list, or in a way that is not followed: nothing of it may be changed."""
        reason = f"an array is changed in place that {getattr(function, '__name__', 'a function')} took or gave"
        for array in arrays:
            self.freeze_cell(array, reason)
        return self.frozen_arrays(self.apply(function, *args, **kwargs), reason)


def holds_alike(one: Cell, other: Cell) -> bool:
    """Whether two contents of a cell are the same, whatever may be done with them."""
    return replace(one, frozen="") == replace(other, frozen="")
