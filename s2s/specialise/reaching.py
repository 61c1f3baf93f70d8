"""All that a function can reach, taken apart: its arguments, the variables around it, the arrays and containers in these.

In: values and the state.  Out: a World, which two calls share if they differ in their atoms only, and the atoms.  Cells have
numbers of their own in it, in the order in which they are met: so aliases stay aliases.

    f(a[::2], xs)       roots: a view of cell 0, cell 1;  cells: what a[::2] holds, what xs holds
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from s2s import ir
from s2s import syntax as sx
from s2s.specialise.memories import DOUBTED
from s2s.specialise.references import is_place
from s2s.specialise.scope import nodes, scope
from s2s.specialise.structures import Structure, closed, flatten, flatten_cell, opened, rebuild, rebuild_cell
from s2s.specialise.values import (
    Array,
    ArrayCell,
    Bound,
    Cell,
    Choice,
    Closure,
    DynamicCell,
    Either,
    Frame,
    Lazy,
    Ref,
    Seq,
    Value,
    cell_refs,
)

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

Key = tuple[str, Any, Any]
SEEN, STALE = ir.Const("seen"), ir.Const("stale")
"""What stands in a World for the content that an array is a view or a copy of: the cell's content now, or an earlier one."""


@dataclass(frozen=True)
class Form:
    """What a cell holds, atoms aside; `twins` are compared, and `frozen`, and why what a list holds must not change."""

    structure: Structure
    frozen: str
    twins: tuple[int, ...]
    kept: str = ""


@dataclass(frozen=True)
class World:
    """What variables and cells hold, atoms aside: of these, how they are packed."""

    roots: tuple[tuple[Key, Structure], ...]
    cells: tuple[Form, ...]
    packs: tuple[ir.Atom, ...]


class Walk:
    """One walk through all that can be reached.  `cells`, `atoms`: the state's cells and the atoms, in the World's order.

    `known`: cells that have numbers already.  Of the others, one that is reached through one view only is taken for that view:
    `windows` has these by number.
    """

    def __init__(self, machine: Machine, roots: dict[Key, Value], known: Sequence[int] | None = None) -> None:
        self.machine, self.known = machine, known
        self.cells = list(known or ())
        self.numbers = {cell: k for k, cell in enumerate(self.cells)}
        self.roots = roots
        self.met: dict[int, list[Array]] = {}
        self.words: dict[int, str] = {}
        self.closures: list[Closure] = []
        self.reach()
        self.windows = {k: window for k, cell in enumerate(self.cells) if (window := self.window(k, cell)) is not None}
        self.atoms: list[ir.Atom] = []
        self.hints: list[str] = []
        self.packs: list[ir.Atom] = []
        self.held: dict[int, ir.Atom] = {}
        named = tuple((key, self.taken_apart(key, value)) for key, value in self.roots.items())
        self.world = World(named, tuple(self.form(k) for k in range(len(self.cells))), tuple(self.packs))

    # ------------------------------------------------------------------------------------------------------- walking
    def reach(self) -> None:
        """Number the cells, and find the variables that closures read."""
        pending = [(key[2], value) for key, value in self.roots.items()]
        pending += [("", item) for cell in self.cells for item in self.inside(cell)]
        while pending:
            word, value = pending.pop(0)
            for part in parts(value):
                if isinstance(part, Closure):
                    self.closures.append(part)
                    found = self.machine.variables_around(part.syntax, part.frame)
                    pending += [(key[2], held) for key, held in found.items() if key not in self.roots]
                    self.roots = {**self.roots, **found}
                if isinstance(part, Array):
                    self.met.setdefault(part.cell, []).append(part)
                if isinstance(part, (Array, Ref)) and part.cell not in self.numbers:
                    self.words[part.cell] = word
                    self.numbers[part.cell] = len(self.cells)
                    self.cells.append(part.cell)
                    pending += [(word, item) for item in self.inside(part.cell)]

    def inside(self, cell: int) -> tuple[Value, ...]:
        """What a container holds."""
        content = self.machine.cell(Ref(cell))
        return () if isinstance(content, (ArrayCell, DynamicCell)) else content.items

    def window(self, number: int, cell: int) -> Array | None:
        """The view through which alone an array is reached, if it is one."""
        views = self.met.get(cell, [])
        content = self.machine.state.heap.get(cell)
        if number < len(self.known or ()) or not views or not isinstance(content, ArrayCell):
            return None
        first = views[0]
        if any(view.seen != first.seen for view in views) or first.seen not in (None, content.atom):
            return None
        length = min(len(view.steps) for view in views)
        while any(view.steps[:length] != first.steps[:length] for view in views):
            length -= 1
        return Array(cell, first.steps[:length], first.seen) if length else None

    # ---------------------------------------------------------------------------------------------------- taken apart
    def taken_apart(self, key: Key, value: Value) -> Structure:
        known = isinstance(value, ir.Const) and key[1] is not None and not self.machine.is_rebound(key)
        if known or value == ir.UNDEFINED:
            return Structure(("static", value))
        structure, atoms = flatten(moved(value, self.numbered), {}, False)
        self.open(atoms, key[2])
        return structure

    def open(self, atoms: list[ir.Atom], word: str) -> None:
        for atom in atoms:
            pack, leaves = opened(atom)
            self.packs.append(pack)
            self.atoms += leaves
            self.hints += [word] * len(leaves)

    def form(self, number: int) -> Form:
        """What a cell holds.  The layout of an array is not handed on."""
        cell = self.cells[number]
        content = self.machine.cell(Ref(cell))
        twins = content.twins if isinstance(content, ArrayCell) else ()
        if isinstance(content, ArrayCell):
            window = self.windows.get(number)
            atom = content.atom if window is None else self.machine.content(window)
            doubt = DOUBTED if window is not None and window.seen is not None else ""
            content = ArrayCell(atom, None, content.frozen or doubt)
            self.held[number] = atom
        structure, atoms = flatten_cell(moved_cell(content, self.numbered), {}, False)
        self.open(atoms, self.words.get(cell, ""))
        known = tuple(sorted(self.numbers[twin] for twin in twins if twin in self.numbers))
        return Form(structure, content.frozen, known, structure.kept)

    def numbered(self, value: Array | Ref) -> Value:
        """A reference to a cell by its number in the World."""
        if is_place(value):
            raise self.machine.refuse("a function that calls itself is given an item of a list", "give it the list and the index")
        number = self.numbers[value.cell]
        if isinstance(value, Ref):
            return Ref(number)
        window = self.windows.get(number)
        steps = value.steps[len(window.steps) if window is not None else 0 :]
        if value.seen is None or window is not None:
            return Array(number, steps)
        content = self.machine.state.heap.get(value.cell)
        return Array(number, steps, SEEN if getattr(content, "atom", None) == value.seen else STALE)


# ------------------------------------------------------------------------------------------------------- put together
def put_together(world: World, leaves: Iterator[ir.Atom]) -> tuple[dict[Key, Value], list[Any]]:
    """The variables and the cells of a World with these atoms; references in them are by number."""
    atoms = iter([closed(pack, leaves) for pack in world.packs])
    values = {key: rebuild(structure, atoms, _nothing_new) for key, structure in world.roots}
    cells = [rebuild_cell(form.structure, atoms, _nothing_new) for form in world.cells]
    for number, form in enumerate(world.cells):
        if isinstance(cells[number], ArrayCell):
            cells[number] = replace(cells[number], frozen=form.frozen, twins=form.twins)
    return values, cells


def _nothing_new(cell: Cell) -> Ref:
    raise AssertionError(cell)


def parts(value: Value) -> Iterator[Value]:
    """A value and those in it."""
    yield value
    for part in _inner(value):
        yield from parts(part)


def _inner(value: Value) -> tuple[Value, ...]:
    match value:
        case Seq():
            return value.items
        case Bound():
            return (value.function, *value.args, *(item for _, item in value.kwargs))
        case Closure():
            return tuple(item for _, item in value.defaults)
        case Lazy():
            return value.parts
        case Either():
            return value.then, value.other
        case Choice():
            return value.arrays
    return ()


def moved(value: Value, change: Callable[[Array | Ref], Value]) -> Value:
    """A value with the references in it changed."""
    match value:
        case Array() | Ref():
            return change(value)
        case Seq():
            return replace(value, items=tuple(moved(item, change) for item in value.items))
        case Bound():
            named = tuple((key, moved(item, change)) for key, item in value.kwargs)
            return Bound(moved(value.function, change), tuple(moved(item, change) for item in value.args), named)
        case Lazy():
            return replace(value, parts=tuple(moved(part, change) for part in value.parts))
        case Closure():
            return replace(value, defaults=tuple((name, moved(item, change)) for name, item in value.defaults))
        case Choice():
            arrays = tuple(moved(array, change) for array in value.arrays)
            return replace(value, arrays=arrays)
        case Either():
            return Either(value.test, moved(value.then, change), moved(value.other, change))
    return value


def moved_cell(cell: Cell, change: Callable[[Array | Ref], Value]) -> Any:
    """What a cell holds with the references in it changed."""
    if not list(cell_refs(cell)):
        return cell
    return replace(cell, items=tuple(moved(item, change) for item in cell.items))  # type: ignore[union-attr]


class Around:
    """What the Machine knows of the variables around a function."""

    def variables_around(self: Machine, syntax: sx.Function, frame: Frame | None) -> dict[Key, Value]:
        """The variables of other functions that a function's text reads or changes, as they are now."""
        found: dict[Key, Value] = {}
        for name in sorted(names_in(syntax) - scope(syntax)[0]):
            owner = self.owner(name, frame)
            key = ("var", getattr(owner, "serial", None), name)
            if key in self.state.values:
                found[key] = self.state.values[key]
                self.around.setdefault(key, owner)
        return found

    def is_rebound(self: Machine, key: Key) -> bool:
        """Whether a function inside its function may bind a variable anew."""
        owner = self.around.get(key)
        return owner is None or key[2] in nonlocals(owner.syntax)


@lru_cache(maxsize=1024)
def names_in(function: sx.Function) -> frozenset[str]:
    """The names in a function's text, those of functions inside it too."""
    return frozenset(node.id for node in nodes(function) if isinstance(node, sx.Name))


@lru_cache(maxsize=1024)
def nonlocals(function: sx.Function) -> frozenset[str]:
    """The names that functions inside a function declare nonlocal."""
    return frozenset(name for node in nodes(function) if isinstance(node, sx.Nonlocal) for name in node.names)
