"""How arrays lie in memory: in C order, in Fortran's, or in a way that is not known.  It decides whether a reshape is a view.

In: atoms, cells.  Out: True for C order; False for Fortran's, which is not C order for any lengths; None.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.infer import ELEMENTWISE, lies_in_order
from s2s.primitives import MAKERS, VIEWS
from s2s.specialise.memories import KEEPING, LIKE, RESHAPED
from s2s.specialise.values import Array, ArrayCell, Step, Value

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

Layout = bool | None
ORDERS = ("C", "F", "A", "K")
SAME_ORDER = {np.expand_dims, np.squeeze, np.atleast_1d, np.atleast_2d, np.atleast_3d}
"""Views that have axes of length 1 more or less."""


class Layouts:
    """What the Machine knows of the order of entries in memory."""

    def is_contiguous(self: Machine, atom: ir.Atom) -> Layout:
        """How an array lies that has this content."""
        fact = self.builder.type_of(atom)
        if not isinstance(fact, facts.Num) or fact.shape is None or not isinstance(atom, ir.Var):
            return None
        if atom.name in self.contents:
            known = {self.layout_of(*cell) for cell in self.contents[atom.name]}
            return known.pop() if len(known) == 1 else None
        definition = self.builder.definition(atom)
        if definition is None:
            return self.input_is_contiguous(atom)
        found = self.of_result(definition, fact)
        return found if found or all(dim.never_one for dim in fact.shape) else None

    def of_result(self: Machine, made: ir.Apply, fact: facts.Num) -> Layout:
        """How the result of a call lies."""
        function, args = made.function, made.args
        if (order := order_given(args[1:], dict(made.kwargs))) is not None:
            return True if order == ir.Const("C") and function not in RESHAPED else None
        if fact.ndim == 1 and function not in VIEWS:
            return True
        if function in MAKERS and function not in LIKE:
            return True
        if function is np.transpose and len(args) == 1:
            return self.turned(self.is_contiguous(args[0]))
        if function in KEEPING:
            return self.is_contiguous(args[0])
        if function in RESHAPED:
            return self.is_contiguous(args[0]) or None
        operands = [atom for arg in args for atom in _arrays(arg) if self.rank_of(atom) not in (0, 1)]
        if function in ELEMENTWISE:
            layouts = {self.is_contiguous(operand) for operand in operands}
            alike = {self.rank_of(operand) for operand in operands} == {fact.ndim}
            return layouts.pop() if len(layouts) == 1 and (True in layouts or alike) else None if layouts else True
        if function in VIEWS or not all(self.is_contiguous(operand) for operand in operands):
            return None
        return lies_in_order(made, self.builder.type_of)

    def rank_of(self: Machine, value: Value) -> int | None:
        """The number of axes of a number or an array, where that is known."""
        fact = self.builder.type_of(self.materialise(value))
        return fact.ndim if isinstance(fact, facts.Num) else None

    def turned(self: Machine, layout: Layout) -> Layout:
        """How a transpose lies."""
        return None if layout is None else not layout

    def input_is_contiguous(self: Machine, atom: ir.Atom) -> Layout:
        """The layout of an input, as in the example; a guard keeps the program to it."""
        known = self.inputs.contiguous.get(atom.name) if isinstance(atom, ir.Var) else None
        if known is not None:
            self.guard_layout(self.inputs.roots[atom.name], known)  # type: ignore[union-attr]
        return known

    def note_content(self: Machine, cell: int, content: ArrayCell) -> None:
        """Remember which array an atom is the content of: it lies as this does, however the atom was computed."""
        if isinstance(content.atom, ir.Var):
            held = content.contiguous, self.input_cells.get(cell)
            self.contents.setdefault(content.atom.name, set()).add(held)

    def layout_of(self: Machine, contiguous: Layout, name: str | None) -> Layout:
        """How the memory of a cell lies: one of the program's own, or that of an input."""
        return self.input_is_contiguous(ir.Var(name)) if contiguous is None and name is not None else contiguous

    def layout(self: Machine, array: Array) -> Layout:
        """How the memory lies that an array is a view of."""
        cell = self.cell(array)
        if not isinstance(cell, ArrayCell):
            return None  # an item of a list: each may have another one
        return self.layout_of(cell.contiguous, self.input_cells.get(array.cell))

    # ------------------------------------------------------------------------------------------------------ reshapes
    def reshaped(self: Machine, array: Array, function: Any, rest: list[ir.Atom], named: dict[str, ir.Atom]) -> Value:
        """A reshape of contiguous memory is a view; of other memory it may be a copy."""
        known, content = self.layout_of_view(array), self.content(array)
        flat = function is np.ravel or self.rank_of(self.builder.apply(function, content, *rest, **named)) == 1
        if known is False and flat and self.rank_of(content) != 1:
            return self.apply(function, content, *rest, **named)
        return self.view(array, function, rest, named, sure=bool(known))

    def layout_of_view(self: Machine, array: Array) -> Layout:
        """How an array lies, be it a view."""
        if array.depth:
            return None
        known = self.layout(array)
        for k, step in enumerate(array.steps):
            known = self.layout_behind(known, step, Array(array.cell, array.steps[:k]))
        return known

    def layout_behind(self: Machine, known: Layout, step: Step, before: Array) -> Layout:
        """How a view of an array lies that lies in this way."""
        if step.function in RESHAPED or step.function in SAME_ORDER:
            return known or None
        if step.function is np.transpose and not step.args and not step.kwargs:
            whole = self.builder.type_of(self.along(self.cell(before).atom, before.steps))  # type: ignore[union-attr]
            shape = whole.shape if isinstance(whole, facts.Num) and whole.shape else ()
            sure = bool(shape) and all(dim.never_one for dim in shape)
            return self.turned(known) if len(shape) > 1 and (known is False or sure) else known if len(shape) == 1 else None
        if step.function is not operator.getitem or not known:
            return None
        kinds = [self.kind_of_part(part) for part in ir.index_parts(step.args[0])]
        whole_rows = [k for k in kinds if k not in ("integer", "new")]
        first = next((part for part in ir.index_parts(step.args[0]) if self.kind_of_part(part) == "slice"), None)
        if whole_rows == [] or (whole_rows == ["slice"] and kinds[-1] == "slice" and _by_ones(first)):
            return True
        return None


def order_given(args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """The order in memory that a call asks for, by its name or as one of the arguments behind the first."""
    words = [arg for arg in args if isinstance(arg, ir.Const) and isinstance(arg.value, str) and arg.value in ORDERS]
    return kwargs.get("order", words[0] if words else None)


def _arrays(atom: ir.Atom) -> list[ir.Atom]:
    """The atoms that an operand is made of."""
    return [part for item in atom.items for part in _arrays(item)] if isinstance(atom, ir.Pack) else [atom]


def _by_ones(part: ir.Atom | None) -> bool:
    """Whether a slice goes forward entry by entry."""
    ends = ir.slice_parts(part) if part is not None else None
    return ends is not None and ends[2] in (ir.Const(None), ir.Const(1))
