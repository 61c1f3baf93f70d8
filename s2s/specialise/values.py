"""What a variable can hold while a program is specialised, and the state that holds it.

    value = atom | Seq | Ref | Array | Closure | Bound | Lazy | Either | Poison

Tuples and the containers that a program builds are kept apart item by item as long as their structure is known, so that
they leave no trace in the program.  A mutable container is a Ref to a cell of the heap: aliases share the cell.  So it is
with arrays, in programs that store into one: an Array is a cell and the views between the cell's content and itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from s2s import facts, ir, syntax


@dataclass(frozen=True, eq=False)
class Frame:
    """One call of a function: whose variables are whose.

    `function` is the Python object whose globals and closure names resolve to; `parent` is the frame in whose text a nested
    function stands.  A trusted frame is a rule's body: its globals are constants.
    """

    serial: int
    syntax: syntax.Function
    function: Any
    parent: Frame | None
    local: frozenset[str]
    outer: frozenset[str]
    trusted: bool = False
    arms: int = 0


@dataclass(frozen=True)
class Seq:
    """A tuple, NamedTuple or other immutable record, item by item."""

    kind: Any
    items: tuple[Value, ...]
    keys: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Ref:
    """A mutable container: the number of its cell."""

    cell: int


@dataclass(frozen=True)
class Step:
    """A view of an array: the function that gives it, and its arguments behind the array."""

    function: Any
    args: tuple[ir.Atom, ...] = ()
    kwargs: tuple[tuple[str, ir.Atom], ...] = ()


@dataclass(frozen=True)
class Array:
    """An array that a store changes for all who hold it: the number of its cell, and the views that lead from there to it.

    `seen` is the content of the cell when it is not known whether this is a view of it or a copy: both are the same as long
    as the cell holds this content.
    """

    cell: int
    steps: tuple[Step, ...] = ()
    seen: ir.Atom | None = None


@dataclass(frozen=True, eq=False)
class Closure:
    """A function defined inside the program, with the frame that it reads."""

    syntax: syntax.Function
    frame: Frame
    defaults: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True)
class Bound:
    """A function with its first arguments: a method, or a functools.partial."""

    function: Value
    args: tuple[Value, ...]
    kwargs: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True)
class Lazy:
    """Something to iterate over that is never built: range, zip, enumerate, reversed, map, items, a generator."""

    kind: str
    parts: tuple[Value, ...]
    extra: Any = None

    @property
    def slots(self) -> ir.Atom | None:
        """How many states the reversal of a loop over this range keeps; None where it is not `checkpointed`."""
        return self.parts[3] if self.kind == "range" and len(self.parts) > 3 else None  # type: ignore[return-value]


@dataclass(frozen=True)
class Either:
    """Two values that cannot be one: functions that a branch chose between."""

    test: ir.Atom
    then: Value
    other: Value


@dataclass(frozen=True)
class Poison:
    """What a variable holds after paths that cannot be reconciled; refused when it is read."""

    reason: str


Value = ir.Var | ir.Const | ir.Pack | Seq | Ref | Array | Closure | Bound | Lazy | Either | Poison


# ---------------------------------------------------------------------------------------------------------- cells
@dataclass(frozen=True)
class ListCell:
    items: tuple[Value, ...]
    frozen: str = ""


@dataclass(frozen=True)
class DynamicCell:
    """A list or dict whose length is known at run time only: one atom of the program."""

    atom: ir.Atom
    frozen: str = ""


@dataclass(frozen=True)
class DictCell:
    keys: tuple[Any, ...]
    items: tuple[Value, ...]
    kind: Any = dict
    frozen: str = ""

    def get(self, key: Any) -> Value | None:
        for known, item in zip(self.keys, self.items, strict=True):
            if type(known) is type(key) and known == key:
                return item
        return None

    def put(self, key: Any, value: Value) -> DictCell:
        if self.get(key) is None:
            return replace(self, keys=(*self.keys, key), items=(*self.items, value))
        items = tuple(
            value if type(k) is type(key) and k == key else v for k, v in zip(self.keys, self.items, strict=True)
        )
        return replace(self, items=items)


@dataclass(frozen=True)
class Instance:
    """An object of a user's class, attribute by attribute."""

    cls: Any
    keys: tuple[str, ...]
    items: tuple[Value, ...]
    frozen: str = ""

    get = DictCell.get
    put = DictCell.put


@dataclass(frozen=True)
class ArrayCell:
    """The memory of an array: its content now.  `contiguous`: whether it lies in C order; None where that is not known."""

    atom: ir.Atom
    contiguous: bool | None = None
    frozen: str = ""



@dataclass(frozen=True)
class Lost:
    """A container of which it is not known what it holds; refused when it is used."""

    reason: str
    items: tuple[Value, ...] = ()
    frozen: str = ""


Cell = ListCell | DynamicCell | DictCell | Instance | ArrayCell | Lost


# ---------------------------------------------------------------------------------------------------------- state
Key = tuple[str, Any, Any]


@dataclass
class State:
    """All variables of all frames, and the heap.  `dead`: this path has raised."""

    values: dict[Key, Value] = field(default_factory=dict)
    heap: dict[int, Any] = field(default_factory=dict)
    dead: bool = False

    def copy(self) -> State:
        return State(dict(self.values), dict(self.heap), self.dead)

    def holders(self, cell: int) -> int:
        """How many variables and containers hold a cell."""
        held = sum(1 for value in self.values.values() for ref in refs(value) if ref == cell)
        return held + sum(1 for content in self.heap.values() for ref in cell_refs(content) if ref == cell)


def refs(value: Value) -> Iterator[int]:
    """The cells that a value holds."""
    match value:
        case Ref() | Array():
            yield value.cell
        case Seq():
            for item in value.items:
                yield from refs(item)
        case Bound():
            for item in (value.function, *value.args, *(v for _, v in value.kwargs)):
                yield from refs(item)
        case Lazy():
            for item in value.parts:
                yield from refs(item)
        case Either():
            yield from refs(value.then)
            yield from refs(value.other)


def cell_refs(cell: Cell) -> Iterator[int]:
    if not isinstance(cell, (DynamicCell, ArrayCell)):
        for item in cell.items:
            yield from refs(item)


# ----------------------------------------------------------------------------------------------------- structures
@dataclass(frozen=True)
class Structure:
    """The shape of a value: how its atoms are put together.  `head` is compared, `children` are flattened.

    `frozen` is kept, and not compared: a container that must not change stays one when it is put together again.
    """

    head: Any
    children: tuple[Structure, ...] = ()
    frozen: str = field(default="", compare=False)


LEAF = Structure("atom")
ARRAYS, ATOMS = "arrays", "atoms"
By = bool | str


def flatten(value: Value, heap: dict[int, Cell], by_content: By) -> tuple[Structure, list[ir.Atom]]:
    """A value as a structure and its atoms.

    `by_content`: a Ref or an Array is taken apart instead of kept as a reference; if it is ARRAYS, only an Array is, and if
    it is ATOMS, an Array is taken for the atom that it holds.
    """
    match value:
        case ir.Const() if callable(value.value) or is_module(value.value):
            return Structure(("static", value)), []
        case ir.Var() | ir.Const() | ir.Pack():
            return LEAF, [value]
        case Seq():
            return _flatten_items(("seq", value.kind, value.keys), value.items, heap, by_content)
        case Ref() if by_content is True:
            return flatten_cell(heap[value.cell], heap, by_content)
        case Array(steps=()) if by_content == ATOMS:
            return LEAF, [heap[value.cell].atom]  # type: ignore[union-attr]
        case Array():
            return _flatten_array(value, heap, by_content)
        case Bound():
            keys = tuple(key for key, _ in value.kwargs)
            items = (value.function, *value.args, *(item for _, item in value.kwargs))
            return _flatten_items(("bound", len(value.args), keys), items, heap, by_content)
        case Lazy():
            return _flatten_items(("lazy", value.kind, _by_identity(value.extra)), value.parts, heap, by_content)
        case _:
            return Structure(("static", value)), []


def _flatten_array(array: Array, heap: dict[int, Cell], by_content: By) -> tuple[Structure, list[ir.Atom]]:
    """The views that lead to an array, on its cell or (by content) on a copy of it."""
    content, atoms = None, []
    if by_content:
        buffer = heap[array.cell]
        assert isinstance(buffer, ArrayCell)
        content, atoms = Structure(("buffer", None), (LEAF,)), [buffer.atom]
    if content is not None and not array.steps:
        return content, atoms
    forms = tuple((step.function, len(step.args), tuple(key for key, _ in step.kwargs)) for step in array.steps)
    inner = [atom for step in array.steps for atom in (*step.args, *(value for _, value in step.kwargs))]
    head = ("array", None if by_content else array.cell, forms, None if by_content else array.seen)
    children = (*((content,) if content is not None else ()), *(LEAF for _ in inner))
    return Structure(head, children), [*atoms, *inner]


def _rebuild_array(structure: Structure, atoms: Iterator[ir.Atom], allocate: Callable[[Cell], Ref]) -> Array:
    _, cell, forms, seen = structure.head
    if cell is None:
        cell = allocate(rebuild_cell(structure.children[0], atoms, allocate)).cell
    steps = []
    for function, count, keys in forms:
        args = tuple(next(atoms) for _ in range(count))
        steps.append(Step(function, args, tuple((key, next(atoms)) for key in keys)))
    return Array(cell, tuple(steps), seen)


def flatten_cell(cell: Cell, heap: dict[int, Cell], by_content: By) -> tuple[Structure, list[ir.Atom]]:
    structure, atoms = _flatten_cell(cell, heap, by_content)
    return (replace(structure, frozen=cell.frozen) if cell.frozen else structure), atoms


def _flatten_cell(cell: Cell, heap: dict[int, Cell], by_content: By) -> tuple[Structure, list[ir.Atom]]:
    match cell:
        case ListCell():
            return _flatten_items(("list",), cell.items, heap, by_content)
        case DynamicCell():
            return Structure(("dynamic",), (LEAF,)), [cell.atom]
        case ArrayCell():
            return Structure(("buffer", cell.contiguous), (LEAF,)), [cell.atom]
        case DictCell():
            return _flatten_items(("dict", cell.kind, cell.keys), cell.items, heap, by_content)
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
    if kind == "array":
        return _rebuild_array(structure, atoms, allocate)
    items = tuple(rebuild(child, atoms, allocate) for child in structure.children)
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
        return DynamicCell(next(atoms), frozen)
    if head[0] == "buffer":
        return ArrayCell(next(atoms), head[1], frozen)
    if head[0] == "lost":
        return head[1]  # type: ignore[no-any-return]
    items = tuple(rebuild(child, atoms, allocate) for child in structure.children)
    if head[0] == "list":
        return ListCell(items, frozen)
    if head[0] == "dict":
        return DictCell(head[2], items, head[1], frozen)
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


def is_module(value: Any) -> bool:
    return type(value).__name__ == "module"


def is_atom(value: Value) -> bool:
    return isinstance(value, (ir.Var, ir.Const, ir.Pack))


def number(fact: facts.Type | None) -> bool:
    """Whether a type is surely a number or an array."""
    return isinstance(fact, facts.Num)
