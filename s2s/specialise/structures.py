"""Abstract values taken apart into a structure and its atoms, and put together again.

In: a value and the heap.  Out: a Structure, which two values share if they differ in their atoms only; and the atoms.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from s2s import ir
from s2s.specialise.values import (
    Array,
    ArrayCell,
    Bound,
    Cell,
    Choice,
    Closure,
    DictCell,
    DynamicCell,
    Either,
    Instance,
    Lazy,
    ListCell,
    Lost,
    Ref,
    Seq,
    Step,
    Value,
    is_module,
)


@dataclass(frozen=True)
class Structure:
    """The shape of a value: how its atoms are put together.  `head` is compared, `children` are flattened.

    `frozen`, `kept`, `twins` and `contiguous` are kept, and not compared: a container that must not change stays one when it is
    put together again.
    """

    head: Any
    children: tuple[Structure, ...] = ()
    frozen: str = field(default="", compare=False)
    kept: str = field(default="", compare=False)
    twins: tuple[int, ...] = field(default=(), compare=False)
    contiguous: bool | None = field(default=None, compare=False)

    @property
    def is_known(self) -> bool:
        """Whether there are no atoms: a function, alone or bound to others."""
        if self.head[0] in ("bound", "closure"):
            return all(child.is_known for child in self.children)
        return bool(self.head[0] == "static")

    def joined(self, other: Structure, cells: Container[int] | None = None) -> Structure:
        """An equal structure, of which nothing may be changed that may not be in one of the two; twins only among `cells`."""
        if not self.children and not any((self.frozen, self.kept, self.twins, other.frozen, other.kept, other.twins)):
            return self
        children = tuple(a.joined(b, cells) for a, b in zip(self.children, other.children, strict=True))
        frozen = next((mark for mark in (self.frozen, other.frozen) if mark == LOST), self.frozen or other.frozen)
        twins = sorted(twin for twin in {*self.twins, *other.twins} if cells is None or twin in cells)
        layout = self.contiguous if self.contiguous is other.contiguous else None
        return Structure(self.head, children, frozen, self.kept or other.kept, tuple(twins), layout)

    def marks(self) -> tuple[Any, ...]:
        """What is kept and not compared."""
        return self.frozen, self.kept, self.twins, self.contiguous, *(child.marks() for child in self.children)

    def unmarked(self) -> Structure:
        """The structure of a copy, which nobody else holds."""
        return Structure(self.head, tuple(child.unmarked() for child in self.children))

    def seeing(self, change: Callable[[ir.Atom], ir.Atom]) -> Structure:
        """The same, where views were seen of contents that have other atoms now."""
        children = tuple(child.seeing(change) for child in self.children)
        if self.head[0] == "array" and self.head[3] is not None:
            return replace(self, head=(*self.head[:3], change(self.head[3]), *self.head[4:]), children=children)
        return replace(self, children=children) if children else self


LEAF = Structure("atom")
HOLE = ir.Var("")
LOST = "an array that changed places with another one in a loop is read under another name"
ARRAYS, ATOMS, CONTAINERS = "arrays", "atoms", "containers"


@dataclass(frozen=True)
class Window:
    """The parts of an array that slices of its first axes lead to, from a view of a cell."""

    cell: int
    base: tuple[Step, ...]
    axes: int


@dataclass(frozen=True)
class Places:
    """Arrays, and views of them, among which a name moves."""

    arrays: tuple[Array, ...]


By = bool | str | Window | Places


def flatten(value: Value, heap: dict[int, Cell], by_content: By) -> tuple[Structure, list[ir.Atom]]:
    """A value as a structure and its atoms.

    `by_content`: a Ref or an Array is taken apart instead of kept as a reference; if it is ARRAYS, only an Array is, if it is
    CONTAINERS, only a Ref, and if it is ATOMS, an Array is taken for the atom that it holds.  A Window: an Array that is a part
    of what this is, by one subscript, is taken for its slices.
    """
    match value:
        case ir.Const() if callable(value.value) or is_module(value.value):
            return Structure(("static", value)), []
        case ir.Var() | ir.Const() | ir.Pack():
            return LEAF, [value]
        case Seq():
            return _flatten_items(("seq", value.kind, value.keys), value.items, heap, by_content)
        case Ref() if value.steps:
            assert by_content is not True, "a place in a list is taken for a list of its own first"
            return _flatten_steps(("place", value.cell), value.steps)
        case Ref() if by_content in (True, CONTAINERS):
            return flatten_cell(heap[value.cell], heap, by_content)
        case Array(steps=()) if by_content == ATOMS:
            return LEAF, [heap[value.cell].atom]  # type: ignore[union-attr]
        case Closure():
            names = tuple(name for name, _ in value.defaults)
            head = ("closure", value.syntax, value.frame, names)
            return _flatten_items(head, tuple(item for _, item in value.defaults), heap, by_content)
        case Either():
            return _flatten_items(("either",), (value.test, value.then, value.other), heap, by_content)
        case Choice() if by_content in (False, CONTAINERS) or isinstance(by_content, (Window, Places)):
            return Structure(("choice", value.arrays), (LEAF,)), [value.place]
        case Array() if isinstance(by_content, Window):
            atoms = _slices(value, by_content)
            if atoms:
                return Structure(("window", by_content), tuple(LEAF for _ in atoms)), atoms
            return _flatten_array(value, heap, False)
        case Array():
            return _flatten_array(value, heap, by_content if by_content in (True, ARRAYS, ATOMS) else False)
        case Bound():
            keys = tuple(key for key, _ in value.kwargs)
            items = (value.function, *value.args, *(item for _, item in value.kwargs))
            return _flatten_items(("bound", len(value.args), keys), items, heap, by_content)
        case Lazy():
            return _flatten_items(("lazy", value.kind, _by_identity(value.extra)), value.parts, heap, by_content)
        case _:
            return Structure(("static", value)), []


def _buffer(cell: ArrayCell, frozen: str = "", twins: tuple[int, ...] = ()) -> Structure:
    return Structure(("buffer",), (LEAF,), frozen, twins=twins, contiguous=cell.contiguous)


def _slices(array: Array, window: Window) -> list[ir.Atom]:
    """What the slices of a part of an array are made of; nothing if it is not given by one subscript."""
    count = len(window.base)
    if array.cell != window.cell or array.steps[:count] != window.base or len(array.steps) != count + 1:
        return []
    parts = ir.index_parts(array.steps[-1].args[0]) if array.steps[-1].function is operator.getitem else ()
    if len(parts) != window.axes or not all(isinstance(part, ir.Pack) and part.kind is slice for part in parts):
        return []
    return [atom for part in parts for atom in part.items]  # type: ignore[union-attr]


def window_step(atoms: list[ir.Atom]) -> Step:
    """The subscript with these starts, stops and steps, three for each axis."""
    slices = tuple(ir.Pack(slice, tuple(atoms[k : k + 3])) for k in range(0, len(atoms), 3))
    return Step(operator.getitem, (slices[0] if len(slices) == 1 else ir.Pack(tuple, slices),))


def _flatten_array(array: Array, heap: dict[int, Cell], by_content: By) -> tuple[Structure, list[ir.Atom]]:
    """The views that lead to an array, on its cell or (by content) on a copy of it."""
    content, atoms = None, []
    if by_content:
        buffer = heap[array.cell]
        assert isinstance(buffer, ArrayCell)
        content, atoms = _buffer(buffer, buffer.frozen, buffer.twins), [buffer.atom]
    if content is not None and not array.steps:
        return content, atoms
    head = ("array", None if by_content else array.cell, array.depth, None if by_content else array.seen)
    views, inner = _flatten_steps(head, array.steps)
    return replace(views, children=(*((content,) if content is not None else ()), *views.children)), [*atoms, *inner]


def _flatten_steps(head: tuple[Any, ...], steps: tuple[Step, ...]) -> tuple[Structure, list[ir.Atom]]:
    """What leads to a view, or to an item of a list."""
    forms, inner = [], []
    for step in steps:
        found = [opened(atom) for atom in (*step.args, *(value for _, value in step.kwargs))]
        forms.append((step.function, tuple(form for form, _ in found), tuple(key for key, _ in step.kwargs)))
        inner += [leaf for _, leaves in found for leaf in leaves]
    return Structure((*head, tuple(forms)), tuple(LEAF for _ in inner)), inner


def opened(atom: ir.Atom) -> tuple[ir.Atom, list[ir.Atom]]:
    """An atom with holes for what it is made of, and that: a slice is a start, a stop and a step."""
    ends = ir.slice_parts(atom) if isinstance(atom, ir.Const) else None
    if ends is not None:
        return opened(ir.Pack(slice, ends))
    if isinstance(atom, ir.Const) and isinstance(atom.value, tuple) and any(isinstance(p, slice) for p in atom.value):
        return opened(ir.Pack(tuple, tuple(ir.Const(part) for part in atom.value)))
    if not isinstance(atom, ir.Pack):
        return HOLE, [atom]
    pairs = [opened(item) for item in atom.items]
    return ir.Pack(atom.kind, tuple(pack for pack, _ in pairs), atom.keys), [leaf for _, found in pairs for leaf in found]


def closed(pack: ir.Atom, leaves: Iterator[ir.Atom]) -> ir.Atom:
    """An atom whose holes are filled."""
    if not isinstance(pack, ir.Pack):
        return next(leaves)
    items = tuple(closed(item, leaves) for item in pack.items)
    if pack.kind in (slice, tuple) and all(isinstance(item, ir.Const) for item in items):
        values = [item.value for item in items]  # type: ignore[union-attr]
        return ir.Const(slice(*values) if pack.kind is slice else tuple(values))
    return ir.Pack(pack.kind, items, pack.keys)


def _rebuild_array(structure: Structure, atoms: Iterator[ir.Atom], allocate: Callable[[Cell], Ref]) -> Array:
    _, cell, depth, seen, forms = structure.head
    if cell is None:
        cell = allocate(rebuild_cell(structure.children[0], atoms, allocate)).cell
    return Array(cell, _rebuild_steps(forms, atoms), seen, depth)


def _rebuild_steps(forms: Any, atoms: Iterator[ir.Atom]) -> tuple[Step, ...]:
    steps = []
    for function, packs, keys in forms:
        values = [closed(pack, atoms) for pack in packs]
        count = len(values) - len(keys)
        steps.append(Step(function, tuple(values[:count]), tuple(zip(keys, values[count:], strict=True))))
    return tuple(steps)


def flatten_cell(cell: Cell, heap: dict[int, Cell], by_content: By) -> tuple[Structure, list[ir.Atom]]:
    structure, atoms = _flatten_cell(cell, heap, by_content)
    if isinstance(cell, ArrayCell) and cell.twins:
        structure = replace(structure, twins=cell.twins)
    if isinstance(cell, DynamicCell) and cell.kept:
        structure = replace(structure, kept=cell.kept)
    return (replace(structure, frozen=cell.frozen) if cell.frozen else structure), atoms


def _flatten_cell(cell: Cell, heap: dict[int, Cell], by_content: By) -> tuple[Structure, list[ir.Atom]]:
    match cell:
        case ListCell():
            return _flatten_items(("list", cell.kind), cell.items, heap, by_content)
        case DynamicCell():
            return Structure(("dynamic", cell.kind), (LEAF,)), [cell.atom]
        case ArrayCell():
            return _buffer(cell), [cell.atom]
        case DictCell():
            return _flatten_items(("dict", cell.kind, cell.keys, cell.factory), cell.items, heap, by_content)
        case Instance():
            return _flatten_items(("instance", cell.cls, cell.keys), cell.items, heap, by_content)
        case Lost():
            return Structure(("lost", cell)), []


def _flatten_items(
    head: Any, items: tuple[Value, ...], heap: dict[int, Cell], by_content: By
) -> tuple[Structure, list[ir.Atom]]:
    parts = [flatten(item, heap, by_content) for item in items]
    return Structure(head, tuple(s for s, _ in parts)), [atom for _, atoms in parts for atom in atoms]


def rebuild(structure: Structure, atoms: Iterator[ir.Atom], allocate: Callable[[Cell], Ref]) -> Value:
    """The value of a structure with other atoms; containers taken apart by content get new cells."""
    head = structure.head
    if structure is LEAF or head == "atom":
        return next(atoms)
    kind = head[0]
    if kind == "static":
        return head[1]  # type: ignore[no-any-return]
    if kind in ("list", "dynamic", "dict", "instance", "lost"):
        return allocate(rebuild_cell(structure, atoms, allocate))
    if kind == "buffer":
        return Array(allocate(rebuild_cell(structure, atoms, allocate)).cell)
    if kind == "choice":
        return Choice(next(atoms), head[1])
    if kind == "window":
        window = head[1]
        return Array(window.cell, (*window.base, window_step([next(atoms) for _ in structure.children])))
    if kind == "array":
        return _rebuild_array(structure, atoms, allocate)
    if kind == "place":
        return Ref(head[1], _rebuild_steps(head[2], atoms))
    items = tuple(rebuild(child, atoms, allocate) for child in structure.children)
    if kind == "closure":
        return Closure(head[1], head[2], tuple(zip(head[3], items, strict=True)))
    if kind == "either":
        return Either(items[0], items[1], items[2])  # type: ignore[arg-type]
    if kind == "seq":
        return Seq(head[1], items, head[2])
    if kind == "bound":
        count, keys = head[1], head[2]
        return Bound(items[0], items[1 : 1 + count], tuple(zip(keys, items[1 + count :], strict=True)))
    return Lazy(head[1], items, head[2].value if isinstance(head[2], _Identity) else head[2])


def rebuild_cell(structure: Structure, atoms: Iterator[ir.Atom], allocate: Callable[[Cell], Ref]) -> Any:
    head = structure.head
    frozen = structure.frozen
    if head[0] == "dynamic":
        return DynamicCell(next(atoms), frozen, structure.kept, head[1])
    if head[0] == "buffer":
        return ArrayCell(next(atoms), structure.contiguous, frozen, structure.twins)
    if head[0] == "lost":
        return head[1]
    items = tuple(rebuild(child, atoms, allocate) for child in structure.children)
    if head[0] == "list":
        return ListCell(items, frozen, head[1])
    if head[0] == "dict":
        return DictCell(head[2], items, head[1], frozen, head[3])
    return Instance(head[1], head[2], items, frozen)


@dataclass(frozen=True, eq=False)
class _Identity:
    """An unhashable thing, compared by identity."""

    value: Any

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and other.value is self.value

    def __hash__(self) -> int:
        return id(self.value)


def _by_identity(extra: Any) -> Any:
    return extra if isinstance(extra, (str, int, tuple, type(None))) else _Identity(extra)
