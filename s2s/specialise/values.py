"""What a variable can hold while a program is specialised, and the state that holds it.

    value = atom | Seq | Ref | Array | Closure | Bound | Lazy | Either | Choice | Poison

Tuples and the containers that a program builds are kept apart item by item as long as their structure is known, so that
they leave no trace in the program.  A mutable container is a Ref to a cell of the heap: aliases share the cell.  So it is
with arrays, in programs that store into one: an Array is a cell and the views between the cell's content and itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from s2s import facts, ir, syntax


@dataclass(frozen=True, eq=False)
class Frame:
    """One call of a function: whose variables are whose.

    `function` is the Python object whose globals and closure names resolve to; `parent` is the frame in whose text a nested
    function stands.  A trusted frame is a rule's body, or a layer: its globals are constants, and what is refused in it is refused in the
    user's text that called it.  A layer is written as users write; a rule changes nothing.
    """

    serial: int
    syntax: syntax.Function
    function: Any
    parent: Frame | None
    local: frozenset[str]
    outer: frozenset[str]
    trusted: bool = False
    arms: int = 0

    @property
    def is_layer(self) -> bool:
        """Whether it is a function of `s2s.nn`."""
        return (getattr(self.function, "__module__", None) or "").startswith("s2s_runtime.nn")

    @property
    def changes_arrays(self) -> bool:
        """Whether it may change arrays, so that it matters who holds them."""
        return not self.trusted or self.is_layer


@dataclass(frozen=True)
class Seq:
    """A tuple, NamedTuple or other immutable record, item by item."""

    kind: Any
    items: tuple[Value, ...]
    keys: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Step:
    """A view of an array, or an item of a list: the function that gives it, and its arguments behind the array."""

    function: Any
    args: tuple[ir.Atom, ...] = ()
    kwargs: tuple[tuple[str, ir.Atom], ...] = ()


@dataclass(frozen=True)
class Ref:
    """A mutable container: the number of its cell, and the items that lead from there to it.

    `layout`: of the cell, when this place in it was found; None where a variable holds it, and knows when the list changes.
    """

    cell: int
    steps: tuple[Step, ...] = ()
    layout: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Array:
    """An array that a store changes for all who hold it: the number of its cell, and the views that lead from there to it.

    `seen` is the content of the cell when it is not known whether this is a view of it or a copy: both are the same as long
    as the cell holds this content.  In a list, the first `depth` steps are items of containers; `layout` as for a Ref.
    """

    cell: int
    steps: tuple[Step, ...] = ()
    seen: ir.Atom | None = None
    depth: int = 0
    layout: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
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
        if self.kind == "enumerate" and isinstance(self.parts[0], Lazy):
            return self.parts[0].slots
        return self.parts[3] if self.kind == "range" and len(self.parts) > 3 else None  # type: ignore[return-value]

    @property
    def marked(self) -> bool:
        """Whether a `checkpointed` range is in it."""
        return self.slots is not None or any(isinstance(part, Lazy) and part.marked for part in self.parts)


@dataclass(frozen=True)
class Either:
    """Two values that cannot be one: functions that a branch chose between."""

    test: ir.Atom
    then: Value
    other: Value


@dataclass(frozen=True)
class Choice:
    """One of several arrays, or views of them: the one at this place."""

    place: ir.Atom
    arrays: tuple[Array, ...]


@dataclass(frozen=True)
class Poison:
    """What a variable holds after paths that cannot be reconciled; refused when it is read."""

    reason: str


Value = ir.Var | ir.Const | ir.Pack | Seq | Ref | Array | Closure | Bound | Lazy | Either | Choice | Poison


# ---------------------------------------------------------------------------------------------------------- cells
new_layout = itertools.count(1).__next__


@dataclass(frozen=True)
class Queue:
    """What tells a deque from a list: the most items that it holds; None if there may be any number."""

    maxlen: ir.Atom = ir.Const(None)  # noqa: RUF009


@dataclass(frozen=True)
class ListCell:
    """A list; a deque is one, too, of another `kind`."""

    items: tuple[Value, ...]
    frozen: str = ""
    kind: Queue | None = None
    layout: int = field(default_factory=new_layout, compare=False)


@dataclass(frozen=True)
class DynamicCell:
    """A list or dict whose length is known at run time only: one atom of the program.

    `kept`: why the arrays and lists in it must not change; empty where nobody else holds them.  `layout` is another one once
    items have come, gone or moved.
    """

    atom: ir.Atom
    frozen: str = ""
    kept: str = ""
    kind: Queue | None = None
    layout: int = field(default_factory=new_layout, compare=False)


@dataclass(frozen=True)
class DictCell:
    """A dict whose keys are known.  `factory`: what a defaultdict calls for a key that is not there."""

    keys: tuple[Any, ...]
    items: tuple[Value, ...]
    kind: Any = dict
    frozen: str = ""
    factory: Value | None = None

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
    """The memory of an array: its content now.  `contiguous`: whether it lies in C order; None where that is not known.

    `twins`: cells that may stand for the same memory, depending on how often a loop ran; lost once this one is stored into.
    """

    atom: ir.Atom
    contiguous: bool | None = None
    frozen: str = ""
    twins: tuple[int, ...] = ()


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
        case Closure():
            for _, item in value.defaults:
                yield from refs(item)
        case Lazy():
            for item in value.parts:
                yield from refs(item)
        case Either():
            yield from refs(value.then)
            yield from refs(value.other)
        case Choice():
            for array in value.arrays:
                yield array.cell


def cell_refs(cell: Cell) -> Iterator[int]:
    if not isinstance(cell, (DynamicCell, ArrayCell)):
        for item in cell.items:
            yield from refs(item)


# ----------------------------------------------------------------------------------------------------- structures




def is_module(value: Any) -> bool:
    return type(value).__name__ == "module"


def is_atom(value: Value) -> bool:
    return isinstance(value, (ir.Var, ir.Const, ir.Pack))


def number(fact: facts.Type | None) -> bool:
    """Whether a type is surely a number or an array."""
    return isinstance(fact, facts.Num)
